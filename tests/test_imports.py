"""The house's walls: each room imports only from rooms to its left; nothing in the core reaches a screen, and only post a network."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

GROUND = {"errors", "language", "atomic", "parties", "periods", "figures", "sanitise"}
LEFT_OF: dict[str, set[str]] = {
    "form": set(),
    "ledger": set(),
    "validation": set(),
    "intake": {"form"},
    "checks": {"form"},
    "review": {"form", "checks"},
    "settlement": {"form", "checks", "review"},
    "sealing": {"form", "checks", "review", "settlement", "ledger"},
    "post": {"form", "checks", "review", "settlement", "ledger", "sealing"},
    "reports": {"form", "checks", "review", "settlement", "ledger", "sealing"},
}
NETWORK = {
    "socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "imaplib", "poplib", "xmlrpc", "asyncio",
    "requests", "urllib3", "httpx", "aiohttp", "asyncssh", "paramiko",
}  # fmt: skip


def imports_of(path: Path) -> set[str]:
    """Return the dotted names a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, folder
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", files("schemas"), ids=name_of)
def test_schemas_imports_nothing_of_the_house(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports_of(path)}

    assert not roots & {"exchange", "tui", "samples"}


def test_the_schemas_package_itself_imports_nothing() -> None:
    assert imports_of(ROOT / "schemas" / "__init__.py") == set()


@pytest.mark.parametrize("path", files("exchange"), ids=name_of)
def test_the_core_reaches_no_screen_and_only_post_a_network(path: Path) -> None:
    imported = imports_of(path)
    screen = (
        {"textual"}
        if name_of(path) in ("exchange/cli/review.py", "exchange/cli/keymap.py")
        else {"textual", "tui"}
    )

    assert not {name for name in imported if name.split(".")[0] in screen}
    if not name_of(path).startswith("exchange/post/"):
        assert not {name for name in imported if name in NETWORK or name.split(".")[0] in NETWORK}


@pytest.mark.parametrize("room", sorted(LEFT_OF))
def test_a_room_knows_only_rooms_to_its_left(room: str) -> None:
    allowed = GROUND | LEFT_OF[room] | {room}
    for path in files(f"exchange/{room}"):
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] == "exchange" and len(parts) > 1:
                assert parts[1] in allowed or parts[1] == "__version__", f"{name_of(path)} imports {name}"


@pytest.mark.parametrize("path", [*files("exchange"), *files("tui")], ids=name_of)
def test_nothing_that_ships_imports_what_only_tests_have(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports_of(path)}

    assert not roots & {"pytest", "hypothesis", "holidays", "babel", "samples.make"}

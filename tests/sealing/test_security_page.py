"""docs/security.md names tests, commands and codes that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


def test_many_tests_are_named() -> None:
    assert len([name for _file, name in NAMED if name]) >= 25


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_exists(file: str, name: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")

    assert not name or f"\ndef {name}(" in text


def test_every_attack_has_its_test() -> None:
    table = PAGE.split("| attack | what it is here |")[1].split("\n\n")[0]
    rows = [row for row in table.splitlines() if row.startswith("| ") and not row.startswith("| ---")]

    assert len(rows) >= 12
    assert [row for row in rows if "`tests/" not in row] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:exchange|docs)/[\w./-]+)`", PAGE))))
def test_a_named_file_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "code", sorted(set(re.findall(r"`((?:sequence|history|form|receipt|signer)-[a-z-]+)`", PAGE)))
)
def test_a_named_code_is_listed_among_the_refusals(code: str) -> None:
    assert f"| `{code}` |" in (ROOT / "docs" / "refusals.md").read_text(encoding="utf-8")

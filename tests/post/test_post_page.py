"""docs/post.md against the program: its post.toml is read, every code has its line, its task and service are well formed."""

from __future__ import annotations

import ast
import configparser
import re
from pathlib import Path
from xml.etree import ElementTree

import exchange
from exchange.post.settings import parse_settings

PAGE = (Path(__file__).parents[2] / "docs" / "post.md").read_text(encoding="utf-8")
ROOMS = [Path(exchange.__file__).parent / room for room in ("post", "workspace", "cli")]


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_whole_post_toml_is_understood() -> None:
    found = parse_settings(block("toml").encode())

    assert [(one.party, one.by) for one in found.ways] == [
        ("173", "folder"),
        ("aud-nord", "eml"),
        ("175", "smtp"),
        ("167", "sftp"),
    ]
    assert found.sftp is not None
    assert found.mailbox.smtp is not None
    assert found.mailbox.imap is not None


def test_every_code_has_its_line_and_every_line_its_code() -> None:
    said = {
        node.value
        for room in ROOMS
        for path in room.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"way-[a-z-]+", node.value)
    }
    table = PAGE[PAGE.index("| code |") : PAGE.index("## The watch")]

    assert said == set(re.findall(r"`(way-[a-z-]+)`", table))


def test_the_task_and_the_service_are_well_formed_and_run_what_exists() -> None:
    task = ElementTree.fromstring(block("xml").partition("\n")[2])  # noqa: S314 (our own page)
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    service = configparser.ConfigParser(interpolation=None)
    service.read_string(block("ini"))

    assert task.findtext(f".//{space}Arguments") == "post watch --rounds 1"
    assert "enblanket post watch --passphrase-fd 3" in service["Service"]["ExecStart"]

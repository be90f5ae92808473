"""docs/refusals.md against the program: every code has its line, and every line its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import exchange

PAGE = Path(__file__).parents[2] / "docs" / "refusals.md"
SOURCES = [Path(exchange.__file__).parent / room for room in ("sealing", "workspace")]
LINE = re.compile(r"\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
GROUP = re.compile(r"^## ([a-z]+)$\n\n(.+)$", re.MULTILINE)
FAMILIES = (
    "archive", "entry", "mimetype", "name", "manifest", "container", "signature", "signatures", "certificate", "signer",
    "signing", "card", "encryption", "recipient", "sequence", "form", "rules", "settlement", "decisions", "demands", "history",
    "receipt", "receive", "workbook", "countersign",
)  # fmt: skip
CODE = re.compile(rf"({'|'.join(FAMILIES)})(-[a-z0-9]+)+|draft")


def lines() -> dict[str, tuple[str, str, str]]:
    found = LINE.findall(PAGE.read_text(encoding="utf-8"))
    assert len({code for code, *_rest in found}) == len(found)
    return {code: (english, danish, cure) for code, english, danish, cure in found}


def said_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


def test_every_code_has_its_line_and_every_line_its_code() -> None:
    said = {code for room in SOURCES for path in room.glob("*.py") for code in said_in(path)}

    assert said == lines().keys()


def test_every_line_is_a_sentence_in_both_languages_and_says_who_can_cure() -> None:
    for code, (english, danish, cure) in lines().items():
        assert english.endswith("."), code
        assert danish.endswith("."), code
        assert english != danish
        assert cure.split(":")[0].split(";")[0].split()[0].strip(",") in {
            "sender",
            "you",
            "both",
            "nobody",
            "receiver",
        }, code


def test_every_group_says_what_it_means() -> None:
    groups = GROUP.findall(PAGE.read_text(encoding="utf-8"))

    assert len(groups) == len(re.findall(r"^## ", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert all(meaning.endswith(".") for _name, meaning in groups)

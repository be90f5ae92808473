"""docs/reliability.md is what the tests make: its table says of every fault what was done, and a run that differs is seen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.post.faults import FAULTS, PAGE, WAYS, Held, fault, page

HERE = Path(__file__).parent


def rows(text: str) -> dict[str, list[str]]:
    """Return the table's cells by its faults."""
    cells = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {first: others for first, *others in cells[2:]}


def test_the_page_says_of_every_fault_and_way_what_was_done() -> None:
    found = rows(PAGE.read_text(encoding="utf-8"))

    assert list(found) == list(FAULTS)
    for name, cells in found.items():
        possible = ["–" if way not in FAULTS[name] else "done" for way in WAYS]
        assert ["–" if cell == "–" else "done" for cell in cells] == possible
        assert "*not tried*" not in cells, name


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(
        r"^\d+\. `(test_\w+\.py)::(test_\w+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    there = {
        (path.name, node.name)
        for path in HERE.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }

    assert len(named) > 30
    assert set(named) <= there


def test_a_cell_counts_the_cases_of_each_test_that_passed() -> None:
    held = [
        Held("login refused", "smtp", "a wrong password", "test_b.py::test_b"),
        Held("login refused", "smtp", "a wrong password", "test_b.py::test_b"),
        Held("login refused", "smtp", "no password", "test_a.py::test_a"),
    ]

    made = page(held)

    cells = dict(zip(WAYS, rows(made)["login refused"], strict=True))
    assert cells["smtp"] == "no password (1); a wrong password, 2 cases (2)"
    assert (cells["imap"], cells["folder"]) == ("*not tried*", "–")
    assert made.endswith("\n1. `test_a.py::test_a`\n2. `test_b.py::test_b`\n")


def test_a_test_cannot_hold_what_a_way_cannot_have() -> None:
    with pytest.raises(AssertionError, match="folder cannot have “login refused”"):
        fault("login refused", "folder")

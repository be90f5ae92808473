"""The report's format is frictionless' own, and the command says it with its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import frictionless
import pytest
from frictionless import system

from exchange.validation.kinds import KINDS
from exchange.validation.structure import structure_of
from tests.conftest import CommandLine
from tests.validation.beside import errors_of, ours, write_package
from tests.validation.test_oddities import one_field


@pytest.mark.parametrize("name", sorted(KINDS))
def test_errors_are_worded_as_frictionless_words_them(name: str) -> None:
    theirs = frictionless.Error if name == "error" else system.select_error_class(name)

    assert KINDS[name] == (theirs.title, theirs.description, theirs.template, tuple(theirs.tags))


def test_the_command_prints_a_report_and_says_whether_it_is_valid(
    tmp_path: Path, in_folder: Callable[[Path], CommandLine]
) -> None:
    enblanket = in_folder(tmp_path)
    one_field(tmp_path, {"type": "integer"}, ["1", "\x1b[31mx"])
    invalid = enblanket("validate", "datapackage.json", "--format", "json")
    one_field(tmp_path, {"type": "integer"}, ["1"])
    valid = enblanket("validate", "datapackage.json", "--compat", "frictionless", "--format", "json")

    assert (invalid.code, valid.code) == (1, 0)
    assert "\x1b" not in invalid.out
    assert frictionless.Report.from_descriptor(json.loads(invalid.out)).stats["errors"] == 1
    assert frictionless.Report.from_descriptor(json.loads(valid.out)).valid


def test_the_command_says_in_words_what_is_wrong(
    tmp_path: Path, in_folder: Callable[[Path], CommandLine]
) -> None:
    one_field(tmp_path, {"type": "integer"}, ["1", *["x"] * 21])
    said = in_folder(tmp_path)("validate", "datapackage.json")

    assert said.out.splitlines()[:2] == [
        "t.csv: 21 errors",
        '  Type error in the cell "x" in row "3" and field "f" at position "1": type is "integer/default"',
    ]
    assert said.out.splitlines()[-1] == "  … and 1 more; --format json has them all."


def test_what_cannot_be_judged_leaves_with_two(
    tmp_path: Path, in_folder: Callable[[Path], CommandLine]
) -> None:
    said = in_folder(tmp_path)("validate", "https://example.org/datapackage.json")

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "enblanket: https://example.org/datapackage.json stands on a network, which is never used; "
        "fetch it first and name the copy.\n"
    )


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b"a,b\n1,2\n", True),
        (b"a,b\n1,2", True),
        (b"a,b\r\n1,2\r\n", True),
        (b'a,b\n"1,0","say ""x"""\n', True),
        (b'a,b\n"",2\n', True),
        (b"a,b\n\n1,2\n", False),
        (b"\na,b\n1,2\n", False),
        (b"a,b\r\n\r\n1,2\r\n", False),
        (b"a,b\n1,2\r\n", False),
        (b"a,b\n1\r2,3\n", False),
        (b"a,b\n1,\x002\n", False),
        (b'a,b\n"1\n2",3\n', False),
        (b'a,b\n1"2,3\n', False),
        (b'a,b\n"1"2,3\n', False),
        (b'a,b\n"1,2\n', False),
        (b'a,b\n "1",2\n', False),
    ],
)
def test_only_a_file_of_plain_lines_is_screened(tmp_path: Path, content: bytes, plain: bool) -> None:
    (tmp_path / "t.csv").write_bytes(content)

    assert (structure_of(tmp_path / "t.csv", ",", 2) is not None) is plain


def test_rows_of_a_large_file_keep_their_numbers(tmp_path: Path) -> None:
    """DuckDB reads buffers side by side; each fault is still reported in the record where it stands."""
    spoiled = {2, 100_000, 170_001, 399_999}
    rows = "".join(
        f"{'x' if number in spoiled else number},some text to fill the buffers of the reader\n"
        for number in range(2, 400_000)
    )
    schema = {"fields": [{"name": "f", "type": "integer"}, {"name": "g"}], "primaryKey": ["f"]}
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    write_package(tmp_path, {"name": "p", "resources": [resource]}, {"t.csv": f"f,g\n{rows}".encode()})

    found = errors_of(ours("datapackage.json", tmp_path, "strict", None))

    assert [row for row, _name, kind in found if kind == "type-error"] == sorted(spoiled)
    assert [row for row, _name, kind in found if kind == "primary-key"] == sorted(spoiled)

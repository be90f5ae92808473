"""The plain copy of a file that no column screen could read as it is: what it holds, what stands apart, and their numbers."""

from __future__ import annotations

import io
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.validation import plain, screen
from exchange.validation.descriptor import Dialect, Resource
from exchange.validation.plain import PlainCopy, TooOdd, write_plain
from exchange.validation.records import Table, open_table
from tests.validation.beside import Json, comparable, errors_of, ours, write_package

PLAIN = Dialect(delimiter=",")


def copied(folder: Path, content: bytes, dialect: Dialect = PLAIN) -> tuple[list[str], PlainCopy]:
    """Copy a file of two columns and return the copy's lines under its header."""
    (folder / "t.csv").write_bytes(content)
    resource = Resource(
        name="t", folder=str(folder), path="t.csv", format="csv", kind="table", dialect=dialect
    )
    table: Table = open_table(resource, "strict")
    with table.files, (folder / "t.csv").open(encoding=table.encoding, newline="") as text:
        copy = io.StringIO()
        found = write_plain(iter(text), table, 2, copy)
    return copy.getvalue().splitlines()[1:], found


@pytest.mark.parametrize(
    ("content", "dialect", "lines", "numbers", "odd"),
    [
        (b"a,b\n1,2\n3,4\n", PLAIN, ["1,2", "3,4"], [2, 3], []),
        (b"a,b\n1,2\r\n3,4\r5,6", PLAIN, ["1,2", "3,4", "5,6"], [2, 3, 4], []),
        (
            b"a,b\n1\n3,4\n\n5,6,7\n8,9\n",
            PLAIN,
            ["3,4", "8,9"],
            [3, 6],
            [(2, ["1"]), (4, []), (5, ["5", "6", "7"])],
        ),
        (b'a,b\n"1,0",2\n3,"x\ny"\n4,5\n', PLAIN, ['"1,0",2', "4,5"], [2, 4], [(3, ["3", "x\ny"])]),
        (b'a,b\n1,say "no"\n2,3\n', PLAIN, ['1,"say ""no"""', "2,3"], [2, 3], []),
        (b"a,b\n'1,0',2\n", replace(PLAIN, quote_char="'"), ['"1,0",2'], [2], []),
        (b"a,b\n1\\,0,2\n", replace(PLAIN, escape_char="\\"), ['"1,0",2'], [2], []),
        (b"a,b\n 1, 2\n3,4\n", replace(PLAIN, skip_initial_space=True), ["1,2", "3,4"], [2, 3], []),
        (b"a,b\n#1,2\n3,4\n", replace(PLAIN, comment_char="#"), ["3,4"], [3], []),
        (b"a,b\n1,2\n3,4\n", replace(PLAIN, comment_rows=(2,)), ["3,4"], [3], []),
        (b"a,b\n\n,\n3,4\n", replace(PLAIN, skip_blank_rows=True), ["3,4"], [4], []),
        (b"x\na,b\n3,4\n", replace(PLAIN, header_rows=(2,)), ["3,4"], [3], []),
        (b"1,2\n3,4\n", replace(PLAIN, header=False), ["1,2", "3,4"], [1, 2], []),
        (b"a;b\n1;2,5\n", Dialect(delimiter=";"), ["1;2,5"], [2], []),
        (b"a,b\n1,\x002\n", PLAIN, [], [], [(2, ["1", "\x002"])]),
        (b"", PLAIN, [], [], []),
    ],
)
def test_a_copy_holds_the_regular_records_and_knows_their_numbers(  # noqa: PLR0917 (one row of a table)
    tmp_path: Path,
    content: bytes,
    dialect: Dialect,
    lines: list[str],
    numbers: list[int],
    odd: list[tuple[int, list[str]]],
) -> None:
    found_lines, found = copied(tmp_path, content, dialect)

    assert found_lines == lines
    assert [found.number(place) for place in range(found.lines)] == numbers
    assert found.odd == odd


def test_a_file_of_odd_records_only_is_left_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "MOST_ODD", 2)

    with pytest.raises(TooOdd):
        copied(tmp_path, b"a,b\n1\n2\n3\n")


UGLY = {
    4_000: "",
    5_001: "12,x,y",
    5_002: "13",
    9_999: '14,"two\nlines"',
    12_000: 'x,"a, ""b"""',
    20_003: "7,x",
    20_004: "x",
}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_large_ugly_file_is_judged_as_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """Ragged rows, blank lines, quotes, line ends in cells and shared keys, each in the record where it stands."""
    rows = [f"{number},nøgle {number} {'x' * 70}" for number in range(2, 30_000)]
    for place, row in UGLY.items():
        rows[place] = row
    schema = {"fields": [{"name": "f", "type": "integer"}, {"name": "g"}], "primaryKey": ["f"]}
    resource: Json = {"name": "t", "path": "t.csv", "schema": schema, "encoding": encoding}
    content = ("f,g\n" + "\n".join(rows)).encode(encoding)
    write_package(tmp_path, {"name": "p", "resources": [resource]}, {"t.csv": content})
    assert len(content) > screen.SMALLEST

    fast = ours("datapackage.json", tmp_path, "strict", None)
    monkeypatch.setattr(screen, "SMALLEST", 1 << 60)
    slow = ours("datapackage.json", tmp_path, "strict", None)

    assert comparable(fast) == comparable(slow)
    assert [row for row, _name, _kind in errors_of(fast)] == sorted(
        [4_002, 4_002, 5_003, 5_003, 5_004, 5_004, 10_001, 12_002, 12_002, 20_005, 20_006, 20_006, 20_006]
    )


def test_the_copy_goes_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "SMALLEST", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,2\n3\n")
    (tmp_path / "resource.json").write_text(
        json.dumps({"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a"}, {"name": "b"}]}}),
        encoding="utf-8",
    )

    assert errors_of(ours("resource.json", tmp_path, "strict")) == [(3, "b", "missing-cell")]
    assert list((tmp_path / "private").iterdir()) == []

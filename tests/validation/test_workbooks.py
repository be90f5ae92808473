"""Tables in workbooks and JSON files: in strict mode judged as the same table is as CSV, each cell by what it holds."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import cast

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import IntakeRefused, ValidationRefused
from tests.validation.beside import Json, comparable, errors_of, ours, theirs, write_package
from tests.validation.packages import CELLS, Drawing, schema_of, workbook
from tests.validation.test_beside_frictionless import MANY

pytestmark = pytest.mark.usefixtures("in_english")

FIELDS: list[Json] = [
    {"name": "id", "type": "integer", "constraints": {"required": True}},
    {"name": "hours", "type": "number", "decimalChar": ",", "constraints": {"maximum": 24}},
    {"name": "day", "type": "date", "format": "%d/%m/%Y"},
    {"name": "from", "type": "time"},
    {"name": "done", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nej"]},
    {"name": "note", "type": "string"},
]
NAMES = [str(field["name"]) for field in FIELDS]
SCHEMA: Json = {"fields": FIELDS, "primaryKey": ["id"], "missingValues": ["", "-"]}
HELD: list[object] = [1, 7.4, date(2024, 1, 5), time(8, 30), True, "a"]
TEXTS: list[object] = ["2", "7,4", "05/01/2024", "08:30:00", "nej", 5]
ALIKE: list[tuple[object, str]] = [
    (7, "7"), (-3, "-3"), (2.5, "2.5"), (0.1, "0.1"), (0.1 + 0.2, "0.3"), (2024, "2024"), (True, "true"), (False, "false"),
    (time(10, 0), "10:00:00"), (datetime.fromisoformat("2024-01-05T10:30"), "2024-01-05T10:30:00"), (None, ""),
]  # fmt: skip
"""What a cell holds, and how the standard writes it."""


def package_of(folder: Path, name: str, content: bytes, schema: Json = SCHEMA, **more: object) -> None:
    resource: Json = {"name": "t", "path": name, "schema": schema}
    write_package(folder, {"name": "p", "resources": [resource | more]}, {name: content})


def by_openpyxl(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize("write", [workbook, by_openpyxl])
def test_a_cell_that_holds_its_fields_kind_is_good_however_the_field_is_written(
    tmp_path: Path, write: Callable[[Sequence[Sequence[object]]], bytes]
) -> None:
    package_of(tmp_path, "t.xlsx", write([NAMES, HELD, TEXTS]))

    assert errors_of(ours("datapackage.json", tmp_path, "strict", None)) == []


@pytest.mark.parametrize(
    ("place", "cell", "kind"),
    [
        (0, 1.5, "type-error"),
        (0, None, "constraint-error"),
        (1, 24.5, "constraint-error"),
        (1, date(2024, 1, 5), "type-error"),
        (2, 45_000, "type-error"),
        (2, datetime.fromisoformat("2024-01-05T10:30"), "type-error"),
        (3, 0.5, "type-error"),
        (4, 1, "type-error"),
    ],
)
def test_a_cell_that_holds_something_else_is_not(tmp_path: Path, place: int, cell: object, kind: str) -> None:
    row = [cell if number == place else good for number, good in enumerate(TEXTS)]
    package_of(tmp_path, "t.xlsx", workbook([NAMES, HELD, row]), SCHEMA | {"primaryKey": []})

    assert errors_of(ours("datapackage.json", tmp_path, "strict", None)) == [(3, NAMES[place], kind)]


def test_a_row_between_others_that_is_empty_counts(tmp_path: Path) -> None:
    package_of(
        tmp_path, "t.xlsx", workbook([NAMES, HELD, [], [], [*HELD[:1], "x"]]), SCHEMA | {"primaryKey": []}
    )

    assert errors_of(ours("datapackage.json", tmp_path, "strict", None)) == [
        (3, None, "blank-row"),
        (4, None, "blank-row"),
        (5, "hours", "type-error"),
    ]


@pytest.mark.parametrize(
    "dialect",
    [{"excel": {"sheet": "second"}}, {"excel": {"sheet": 2}}, {"sheetName": "second"}, {"sheetNumber": 2}],
)
def test_the_dialect_names_the_sheet(tmp_path: Path, dialect: Json) -> None:
    """The second sheet holds one row: a, 1, nothing, TRUE."""
    schema: Json = {"fields": [{"name": "a"}, {"name": "1"}, {"name": "c"}, {"name": "true"}]}
    package_of(tmp_path, "t.xlsx", workbook([["x"]]), schema, dialect=dialect)

    assert errors_of(ours("datapackage.json", tmp_path, "strict")) == [(None, "c", "blank-label")]


def test_a_sheet_that_is_not_there_is_an_error_of_the_report(tmp_path: Path) -> None:
    package_of(tmp_path, "t.xlsx", workbook([NAMES]), dialect={"excel": {"sheet": "nowhere"}})
    expected = theirs("datapackage.json", tmp_path)

    assert isinstance(expected, dict)
    assert comparable(ours("datapackage.json", tmp_path, "strict")) == comparable(expected)
    assert errors_of(expected) == [(None, None, "format-error")]


def test_merged_cells_show_their_value_where_the_dialect_says_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["a", "b"], [1, "x"], [None, "y"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    content = io.BytesIO()
    book.save(content)
    schema: Json = {"fields": [{"name": "a", "constraints": {"required": True}}, {"name": "b"}]}
    package_of(tmp_path, "t.xlsx", content.getvalue(), schema)
    unfilled = errors_of(ours("datapackage.json", tmp_path, "strict"))
    package_of(tmp_path, "t.xlsx", content.getvalue(), schema, dialect={"excel": {"fillMergedCells": True}})

    assert unfilled == [(3, "a", "constraint-error")]
    assert errors_of(ours("datapackage.json", tmp_path, "strict")) == []


@st.composite
def tables(draw: st.DrawFn) -> tuple[Json, list[list[tuple[object, str]]]]:
    """A schema, and rows of cells as a workbook holds them and as text; the names come first."""
    some = Drawing(draw)
    schema = schema_of(some, 3)
    fields = cast("list[Json]", schema["fields"])
    for field in fields:
        for name in set(field) - {"name", "type", "constraints", "missingValues"}:
            del field[name]
    names = [str(field["name"]) for field in fields]
    pairs = [*ALIKE, *((text, text) for texts in CELLS.values() for text in texts if text)]
    rows = [[some.of(pairs) for _name in names] for _ in range(some.of(range(1, 6)))]
    while rows and not any(text for _cell, text in rows[-1]):
        # A workbook ends with its last filled row.
        rows.pop()
    return schema, [[(name, name) for name in names], *rows]


@MANY
@given(tables())
def test_a_table_is_judged_alike_as_workbook_and_as_csv(
    table: tuple[Json, list[list[tuple[object, str]]]],
) -> None:
    """Fields are written as the standard has it; other ways of writing, and whole days, stand in the tables above.

    A date and midnight are one cell in Excel and two texts in CSV.
    """
    schema, rows = table
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        package_of(here, "t.xlsx", workbook([[cell for cell, _text in row] for row in rows]), schema)
        in_workbook = judged(here)
        package_of(here, "t.csv", as_csv([[text for _cell, text in row] for row in rows]), schema)

        assert judged(here) == in_workbook


def judged(here: Path) -> object:
    try:
        return errors_of(ours("datapackage.json", here, "strict", None))
    except ValidationRefused as refusal:
        return str(refusal).replace("t.xlsx", "t.csv")


JSON_ROWS = [
    ("t.jsonl", b'{"a": 1, "b": "x"}\n{"a": "y"}\n', {}),
    ("t.ndjson", b'["a", "b"]\n[1, "x"]\n["y", null]\n', {}),
    ("t.json", b'[{"a": 1, "b": "x"}, {"a": "y"}]', {}),
    ("t.json", b'{"rows": {"of": [["a", "b"], [1.0, "x"], ["y", null]]}}', {"json": {"property": "rows.of"}}),
    ("t.jsonl", b'{"c": 2, "a": 1, "b": "x"}\n{"a": "y"}\n', {"json": {"keys": ["a", "b"]}}),
]


@pytest.mark.parametrize(("name", "content", "dialect"), JSON_ROWS)
def test_rows_in_a_json_file_are_judged_by_their_values(
    tmp_path: Path, name: str, content: bytes, dialect: Json
) -> None:
    """Read in both modes; frictionless itself reads them only with two libraries more."""
    schema: Json = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]}
    package_of(tmp_path, name, content, schema, dialect=dialect, type="table")

    for mode in ("strict", "compat"):
        found = ours("datapackage.json", tmp_path, "strict" if mode == "strict" else "compat")
        assert errors_of(found) == [(3, "a", "type-error")]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[1", b"5"])
def test_a_json_file_without_rows_is_an_error_of_the_report(tmp_path: Path, content: bytes) -> None:
    package_of(tmp_path, "t.json", content, type="table")

    assert errors_of(ours("datapackage.json", tmp_path, "strict"))[0] == (None, None, "source-error")


@pytest.mark.parametrize("name", ["t.xls", "t.ods", "t.parquet", "t.sav"])
def test_a_table_that_is_not_read_is_refused_with_what_would_be(tmp_path: Path, name: str) -> None:
    package_of(tmp_path, name, b"x")

    with pytest.raises(ValidationRefused) as refused:
        ours("datapackage.json", tmp_path)

    assert str(refused.value) == (
        f"The table t is a .{name[2:]} file, which is not read: save it as .csv, .xlsx or .jsonl."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n", "t.xlsx is text and no Excel workbook: name it .csv, or save it as .xlsx in Excel."),
        (b"", "t.xlsx is empty: ask the sender for the file again."),
    ],
)
def test_a_workbook_that_is_none_is_refused_in_strict_mode(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    package_of(tmp_path, "t.xlsx", content)

    with pytest.raises(IntakeRefused) as refused:
        ours("datapackage.json", tmp_path, "strict")

    assert str(refused.value) == sentence

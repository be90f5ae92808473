"""Our reader against openpyxl, cell by cell; and what openpyxl loses, against the specification."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from exchange.intake.cells import Book, Cell, letters
from exchange.intake.dates import date_of_serial
from exchange.intake.formats import built_in_kind, code_kind
from exchange.intake.numbers import exact
from tests.intake.workbooks import first_rows, parts, read_all, saved, zipped

TEXTS = st.text(
    st.characters(
        blacklist_categories=["Cs"],
        blacklist_characters=[chr(c) for c in range(32) if c not in (9, 10)] + ["\ufffe", "\uffff"],
    ),
    min_size=1,
    max_size=20,
)
NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6, allow_nan=False))
DAYS = st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31))
VALUES = st.one_of(
    st.none(),
    TEXTS.filter(lambda text: not text.startswith("=") and "_x" not in text),
    NUMBERS,
    st.booleans(),
    DAYS,
)


def cells(book: Book) -> dict[tuple[str, str], Cell]:
    return {
        (sheet.name, f"{letters(cell.column)}{row.number}"): cell
        for sheet in book.sheets
        for row in sheet.rows
        for cell in row.cells.values()
    }


def means(cell: Cell) -> object:
    """A cell's value in openpyxl's terms."""
    if cell.kind == "boolean":
        return cell.text == "true"
    if cell.kind == "date":
        return date_of_serial(exact(cell.text) or Decimal(0))
    if cell.kind == "number":
        return float(cell.text)
    return cell.text


def oracle(content: bytes) -> Iterator[tuple[tuple[str, str], object]]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                if value is not None:
                    yield (
                        (sheet.title, cell.coordinate),
                        value.date() if isinstance(value, dt.datetime) else value,
                    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(VALUES, max_size=6), max_size=8), st.booleans())
def test_every_cell_is_what_openpyxl_reads(rows: list[list[object]], since_1904: bool) -> None:
    book = openpyxl.Workbook()
    if since_1904:
        book.epoch = CALENDAR_MAC_1904
        rows = [
            [value for value in row if not isinstance(value, dt.date) or value.year > 1904] for row in rows
        ]
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    content = saved(book)
    found = {place: means(cell) for place, cell in cells(read_all("x.xlsx", content)).items()}
    assert found == dict(oracle(content))


@pytest.mark.parametrize("name", ["L01.xlsx", "L03.xlsx", "L05.xlsx", "L06.xlsx"])
def test_the_messy_workbooks_are_what_openpyxl_reads(name: str) -> None:
    from tests.intake.test_messy import MESSY

    content = (MESSY / "seed_1" / "files" / name).read_bytes()
    found = {place: means(cell) for place, cell in cells(read_all(name, content)).items()}
    assert found == dict(oracle(content))


def one(sheet: str, **more: str) -> Book:
    return read_all("x.xlsx", zipped(parts(sheet, **more)))


def only(sheet: str, **more: str) -> list[Cell]:
    return [cell for row in first_rows(one(sheet, **more)) for cell in row.cells.values()]


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        ('<c r="A1"><v>7.5</v></c>', Cell(1, "7.5", "number")),
        ('<c r="A1" t="str"><f>A2</f><v>abc</v></c>', Cell(1, "abc", "text", formula=True)),
        ('<c r="A1"><f>SUM(A2)</f><v>3</v></c>', Cell(1, "3", "number", formula=True)),
        ('<c r="A1"><f>SUM(A2)</f></c>', Cell(1, "", "no-value", formula=True)),
        ('<c r="A1"><f t="shared" si="0"/><v>4</v></c>', Cell(1, "4", "number", formula=True)),
        ('<c r="A1" t="e"><v>#REF!</v></c>', Cell(1, "#REF!", "error")),
        ('<c r="A1" t="b"><v>1</v></c>', Cell(1, "true", "boolean")),
        ('<c r="A1" t="d"><v>2016-03-03T00:00:00</v></c>', Cell(1, "42432", "date")),
        (
            '<c r="A1" t="inlineStr"><is><r><t>7,</t></r><r><t>5</t></r><rPh><t>x</t></rPh></is></c>',
            Cell(1, "7,5"),
        ),
        ('<c r="A1" t="s"><v>0</v></c>', Cell(1, "tab\there_x0000_")),
        ('<c r="A1" t="s"><v>1</v></c>', Cell(1, "rich text")),
        ('<c r="A1"><v>nan</v></c>', Cell(1, "nan", "error")),
    ],
)
def test_each_type_of_cell(xml: str, cell: Cell) -> None:
    strings = "<si><t>tab_x0009_here_x0000_</t></si><si><r><t>rich</t></r><r><t> text</t></r><rPh><t>no</t></rPh></si>"
    assert only(f'<sheetData><row r="1">{xml}</row></sheetData>', strings=strings) == [cell]


def test_cells_and_rows_without_an_address_follow_the_one_before() -> None:
    sheet = one(
        '<sheetData><row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row></sheetData>'
    ).sheets[0]
    assert [(row.number, list(row.cells)) for row in sheet.rows] == [(1, [1, 4, 5]), (2, [1])]


def test_hidden_rows_are_data_and_hidden_sheets_are_flagged() -> None:
    sheet = one(
        '<sheetData><row r="3" hidden="1"><c r="A3"><v>1</v></c></row></sheetData>',
        state='state="veryHidden"',
    ).sheets[0]
    assert [(sheet.hidden, row.hidden, len(row.cells)) for row in sheet.rows] == [(True, True, 1)]


def test_a_false_dimension_hides_nothing() -> None:
    assert (
        len(only('<dimension ref="A1"/><sheetData><row r="9"><c r="Z9"><v>1</v></c></row></sheetData>')) == 1
    )


def test_a_1904_date_is_moved_to_the_1900_system() -> None:
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    cell = only(
        '<sheetData><row r="1"><c r="A1" s="1"><v>40970</v></c></row></sheetData>',
        styles=styles,
        workbook_pr='<workbookPr date1904="1"/>',
    )
    assert date_of_serial(Decimal(cell[0].text)) == dt.date(2016, 3, 3)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "number"),
        ("0.00", "number"),
        ("dd-mm-yyyy", "date"),
        ("[$-406]d. mmmm yyyy", "date"),
        ("[$-F800]dddd, mmmm dd, yyyy", "date"),
        ("d/m", "date"),
        ("mmm", "date"),
        ("[h]:mm", "time"),
        ("[hh]:mm:ss", "time"),
        ("hh:mm AM/PM", "time"),
        ("mm:ss", "time"),
        ("dd-mm-yyyy hh:mm", "date"),
        ('0.00" dage"', "number"),
        ("[Red]-0.00", "number"),
        ("0\\d", "number"),
        ('#,##0 "kr.";[Red]-#,##0', "number"),
        ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "number"),
        ("0;dd-mm-yyyy", "number"),
    ],
)
def test_a_number_format_says_date_time_or_number(code: str, kind: str) -> None:
    assert code_kind(code) == kind


def test_built_in_formats_agree_with_openpyxl() -> None:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    for number, code in BUILTIN_FORMATS.items():
        assert (built_in_kind(number) != "number") == is_date_format(code)


def test_a_merged_range_keeps_its_corners() -> None:
    sheet = one(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:C2"/></mergeCells>'
    ).sheets[0]
    assert [(part.top, part.left, part.bottom, part.right) for part in sheet.merged] == [(1, 1, 2, 3)]

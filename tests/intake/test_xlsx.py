"""Our reader against openpyxl, cell by cell; and what openpyxl loses, against the specification."""

from __future__ import annotations

import datetime as dt
import io
import re
import tracemalloc
from collections.abc import Callable, Iterator
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
from exchange.intake.shared_strings import SharedTexts
from exchange.intake.xlsx import read_workbook
from tests.intake.workbooks import MAIN, REL, first_rows, parts, read_all, saved, zipped

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


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
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


@pytest.mark.parametrize(
    ("raw", "kind", "serial"),
    [
        ("2016-03-03", "date", "42432"),
        ("2016-03-03T12:00:00", "date", "42432.5"),
        ("1900-01-01", "date", "1"),
        ("T08:30:00", "time", "0.354166666667"),
        ("18:00", "time", "0.75"),
        ("PT37H30M", "time", "1.5625"),
        ("P1DT12H", "time", "1.5"),
        ("2016-13-03", "text", "2016-13-03"),
        ("i dag", "text", "i dag"),
    ],
)
def test_an_iso_date_of_the_strict_edition_becomes_a_serial(raw: str, kind: str, serial: str) -> None:
    found = only(f'<sheetData><row r="1"><c r="A1" t="d"><v>{raw}</v></c></row></sheetData>')
    assert [(cell.kind, cell.text) for cell in found] == [(kind, serial)]


EXCEL = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    f'<worksheet xmlns="{MAIN}" xmlns:r="{REL}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"><sheetPr filterMode="1"/><dimension ref="A1:C4"/>'
    '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>'
    '<cols><col min="2" max="3" width="0" hidden="1" customWidth="1"/><col min="16384" max="20000" hidden="1"/></cols><sheetData>'
    '<row r="1" spans="1:3" x14ac:dyDescent="0.25"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" s="1"/><c r="C1" t="str"><f>A1&amp;""</f><v>Timer</v></c></row>'
    '<row r="2" spans="1:3" hidden="1" x14ac:dyDescent="0.25"/>'
    '<row r="3" spans="1:3" hidden="1" x14ac:dyDescent="0.25"><c r="A3"><v>1</v></c><c r="B3"><f t="shared" ref="B3:B4" si="0">A3*2</f><v>2</v></c></row>'
    '<row r="4" spans="1:3" x14ac:dyDescent="0.25"><c r="A4"><v>0.30000000000000004</v></c><c r="B4"><f t="shared" si="0"/><v>4</v></c>'
    '<c r="C4" s="1"><f t="array" ref="C4:C4">SUM(A3:A4*B3:B4)</f><v>6</v></c></row></sheetData>'
    '<autoFilter ref="A1:C4"/><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><pageMargins left="0.7" right="0.7"/>'
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    "<x14:conditionalFormattings><x14:c><x14:v>9</x14:v></x14:c></x14:conditionalFormattings></ext></extLst></worksheet>"
)
EXCEL_STYLES = '<cellXfs count="2"><xf numFmtId="0" fontId="0"/><xf numFmtId="46" fontId="0" applyNumberFormat="1"/></cellXfs>'
EXCEL_CELLS = [
    (1, 1, Cell(1, "Timer")),
    (1, 3, Cell(3, "Timer", "text", formula=True)),
    (3, 1, Cell(1, "1", "number")),
    (3, 2, Cell(2, "2", "number", formula=True)),
    (4, 1, Cell(1, "0.30000000000000004", "number")),
    (4, 2, Cell(2, "4", "number", formula=True)),
    (4, 3, Cell(3, "6", "time", formula=True)),
]


def excel(sheet: str, encoding: str = "utf-8") -> Book:
    files: dict[str, str | bytes] = {**parts("", strings="<si><t>Timer</t></si>", styles=EXCEL_STYLES)}
    files["xl/worksheets/sheet1.xml"] = sheet.encode(encoding)
    return read_all("x.xlsx", zipped(files))


def prefixed(sheet: str) -> str:
    """Give every element without a prefix the prefix x."""
    return re.sub(r"<(/?)(?=[a-zA-Z]+[ >/])", r"<\1x:", sheet).replace(" xmlns=", " xmlns:x=")


@pytest.mark.parametrize(
    ("what", "encoding"),
    [
        (lambda sheet: sheet, "utf-8"),
        (lambda sheet: sheet, "utf-8-sig"),
        (lambda sheet: sheet.replace("UTF-8", "UTF-16"), "utf-16"),
        (lambda sheet: sheet.replace("UTF-8", "ISO-8859-1"), "latin-1"),
        (prefixed, "utf-8"),
        (lambda sheet: sheet.replace("><", ">\r\n  <"), "utf-8"),
        (lambda sheet: sheet.replace("><c ", "><!-- </row> --><c "), "utf-8"),
        (lambda sheet: sheet.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"), "utf-8"),
        (lambda sheet: re.sub(r' r="[A-Z]+[0-9]+"(?=[^>]*><v>0)', "", sheet), "utf-8"),
    ],
    ids=[
        "Excel",
        "byte order mark",
        "UTF-16",
        "Latin-1",
        "prefix",
        "blanks",
        "comments",
        "strict",
        "no address",
    ],
)
def test_what_excel_writes_is_read_however_its_xml_is_spelt(
    what: Callable[[str], str], encoding: str
) -> None:
    sheet = excel(what(EXCEL), encoding).sheets[0]

    assert [
        (row.number, column, cell) for row in sheet.rows for column, cell in row.cells.items()
    ] == EXCEL_CELLS
    assert [row.number for row in sheet.rows if row.hidden] == [3]
    assert [(part.top, part.left, part.bottom, part.right) for part in sheet.merged] == [(1, 1, 1, 2)]
    assert list(sheet.hidden_columns) == [range(2, 4), range(16384, 16385)]


def test_a_sheet_is_gone_through_again_and_again_also_while_it_is_being_gone_through() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 20_001))
    sheet = read_workbook("x.xlsx", zipped(parts(f"<sheetData>{rows}</sheetData>"))).sheets[0]
    pairs = ((one.number, other.number) for one, other in zip(sheet.rows, sheet.rows, strict=True))

    assert all(one == other for one, other in pairs)
    assert next(iter(sheet.rows)).number == 1
    assert sum(1 for _row in sheet.rows) == 20_000


def test_many_shared_strings_are_kept_in_a_fifth_of_the_memory() -> None:
    texts = SharedTexts()
    tracemalloc.start()
    for number in range(200_000):
        texts.append(f"Bemærkning {number}")
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [texts[place] for place in (0, 119_999, 120_000, 199_999)] == [
        f"Bemærkning {place}" for place in (0, 119_999, 120_000, 199_999)
    ]
    assert held < 25 * 2**20


def test_a_shared_text_is_unescaped_once() -> None:
    cell = '<sheetData><row r="1"><c r="A1" t="{}">{}</c></row></sheetData>'
    strings = "<si><t>_x005F_x0041_</t></si>"
    inline = cell.format("inlineStr", "<is><t>_x005F_x0041_</t></is>")
    assert [one.text for one in only(cell.format("s", "<v>0</v>"), strings=strings) + only(inline)] == [
        "_x0041_"
    ] * 2

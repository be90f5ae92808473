"""Our reader against openpyxl on every workbook at hand and on random ones, and its two ways through a sheet against each other."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import datetime as openpyxl_dates

from exchange.errors import IntakeRefused
from exchange.intake.cells import Book, Cell, letters
from exchange.intake.dates import date_of_serial
from exchange.intake.numbers import exact
from exchange.intake.preflight import look_at
from tests.intake.binary_workbook import binary_workbook
from tests.intake.workbooks import MAIN, parts, read_all, saved, zipped

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "tests" / "data"
WORKBOOKS = sorted((*(ROOT / "samples").rglob("*.xlsx"), *DATA.rglob("*.xlsx")))

Place = tuple[str, str]


def ours(book: Book) -> dict[Place, Cell]:
    return {
        (sheet.name, f"{letters(cell.column)}{row.number}"): cell
        for sheet in book.sheets
        for row in sheet.rows
        for cell in row.cells.values()
    }


def theirs(content: bytes) -> dict[Place, object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (sheet.title, cell.coordinate): "=" if cell.value is None else cell.value
        for sheet in values.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
        or (not isinstance(cell, MergedCell) and formulas[sheet.title][cell.coordinate].data_type == "f")
    }


def serial_of(value: dt.datetime | dt.time | dt.timedelta) -> float:
    return float(openpyxl_dates.to_excel(value))  # type: ignore[no-untyped-call]


def means_the_same(cell: Cell, value: object) -> bool:
    """Compare a cell of ours with a value of openpyxl's, which makes times of serials and numbers of texts."""
    if cell.kind == "no-value":
        return value == "="
    if isinstance(value, bool):
        return cell.kind == "boolean" and cell.text == str(value).lower()
    if isinstance(value, dt.datetime) and cell.kind == "date":
        serial = exact(cell.text)
        return serial is not None and date_of_serial(serial) == value.date()
    if isinstance(value, dt.datetime | dt.time | dt.timedelta):
        return cell.kind == "time" and abs(float(cell.text) - serial_of(value)) < 1e-6
    if isinstance(value, int | float):
        return cell.kind in ("number", "time") and float(cell.text) == value
    return cell.kind in ("text", "error") and cell.text == value


def differences(content: bytes) -> list[tuple[Place, Cell | None, object]]:
    found, expected = ours(read_all("x.xlsx", content)), theirs(content)
    return [
        (place, found.get(place), expected.get(place))
        for place in sorted(found.keys() | expected.keys())
        if place not in found or place not in expected or not means_the_same(found[place], expected[place])
    ]


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_workbook_at_hand_is_what_openpyxl_reads(path: Path) -> None:
    content = path.read_bytes()

    assert len(theirs(content)) > 10
    assert differences(content) == []


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=["\ufffe", "\uffff"]),
    min_size=1,
    max_size=12,
).filter(lambda text: "_x" not in text)
NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_nan=False))
DAYS = st.datetimes().map(
    lambda day: day.replace(year=1901 + day.year % 199, day=min(day.day, 28), microsecond=0)
)
LENGTHS = st.timedeltas(dt.timedelta(0), dt.timedelta(days=9)).map(
    lambda one: dt.timedelta(seconds=one.seconds, days=one.days)
)
FORMULAS = st.tuples(st.just("=A1"), NUMBERS | TEXTS)
VALUES = st.none() | TEXTS | NUMBERS | st.booleans() | DAYS | LENGTHS
TABLES = st.lists(st.lists(VALUES | FORMULAS, max_size=6), max_size=8)


def by_xlsxwriter(table: list[list[object]], *, in_line: bool, since_1904: bool) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "constant_memory": in_line,
            "date_1904": since_1904,
            "in_memory": True,
            "strings_to_formulas": False,
        },
    )
    sheet = book.add_worksheet("Timer")
    day, length = (
        book.add_format({"num_format": "dd-mm-yyyy hh:mm"}),
        book.add_format({"num_format": "[h]:mm:ss"}),
    )
    write: Mapping[type, Callable[[int, int, object], object]] = {
        str: sheet.write_string,
        bool: sheet.write_boolean,
        int: sheet.write_number,
        float: sheet.write_number,
        dt.datetime: lambda row, column, value: sheet.write_datetime(row, column, value, day),
        dt.timedelta: lambda row, column, value: sheet.write_datetime(row, column, value, length),
        tuple: lambda row, column, value: sheet.write_formula(row, column, "=A1", None, value[1]),  # type: ignore[index]
    }
    for number, row in enumerate(table):
        for column, value in enumerate(row):
            if value is not None:
                write[type(value)](number, column, value)
    book.close()
    return stream.getvalue()


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TABLES, st.booleans(), st.booleans())
def test_what_xlsxwriter_writes_is_what_openpyxl_reads(
    table: list[list[object]], in_line: bool, since_1904: bool
) -> None:
    if since_1904:
        table = [[one for one in row if not isinstance(one, dt.datetime) or one.year > 1904] for row in table]
    assert differences(by_xlsxwriter(table, in_line=in_line, since_1904=since_1904)) == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(st.lists(VALUES.filter(lambda value: not str(value).startswith("=")), max_size=6), max_size=8)
)
def test_what_openpyxl_writes_is_what_openpyxl_reads(table: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table:
        sheet.append(row)
    assert differences(saved(book)) == []


@contextmanager
def by_events_alone() -> Iterator[None]:
    """Let expat read every row and every string: nothing is cut out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("exchange.intake.plain_rows.PlainRows.row", lambda _rows, _text: None)
        patch.setattr("exchange.intake.shared_strings._plain_text", lambda _text: None)
        yield


def outcome(content: bytes) -> object:
    """Return what is read, or that it was refused."""
    try:
        book = read_all("x.xlsx", content)
    except IntakeRefused:
        return "refused"
    return [(sheet.name, sheet.rows, sheet.merged, sheet.hidden_columns) for sheet in book.sheets]


@contextmanager
def by_shape_at_once() -> Iterator[None]:
    """Learn how rows are written from the first one, and again from each that departs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("exchange.intake.row_shape._LEARNT", 1)
        patch.setattr("exchange.intake.row_shape._TIMES", 1)
        yield


def assert_all_ways_agree(content: bytes) -> object:
    plain = outcome(content)
    with by_events_alone():
        assert outcome(content) == plain
    with by_shape_at_once():
        assert outcome(content) == plain
    return plain


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_rows_cut_by_the_pattern_are_the_rows_that_expat_reads(path: Path) -> None:
    assert assert_all_ways_agree(path.read_bytes()) != "refused"


SHEET = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}"><cols><col min="4" max="5" hidden="1"/></cols>'
    '<sheetData><row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>42432</v></c><c r="C1" s="2"/></row>'
    '<row r="2" hidden="1"/><row r="3"><c r="A3" t="inlineStr"><is><t xml:space="preserve"> a_x0041_ </t></is></c>'
    '<c r="B3"><f>A1*2</f><v>-1.5E-3</v></c><c r="C3" t="b"><v>1</v></c></row>'
    '<row r="4"><c r="A4" t="str"><f t="shared" ref="A4:A9" si="0">B1&amp;"x"</f><v>x &lt; y</v></c><c r="B4" t="e"><v>#REF!</v></c></row>'
    '<row r="5" spans="1:3"><c r="A5" t="s"><v>3</v></c><c r="B5" s="1"><v>2.5</v></c><c r="C5" s="2"><v>1.25</v></c></row>'
    '<row r="6"><c r="A6" t="inlineStr"><is><t xml:space="preserve"> y &gt; _x0042_ </t></is></c><c r="B6"><f>A6&amp;1</f><v>07</v></c></row>'
    '<row r="8"><c r="A8" t="str"><f>B1&lt;2</f><v>&amp;lt;</v></c><c r="B8" s="1"><v>3</v></c><c r="C8" t="b"><v>0</v></c></row>'
    '<row r="9" hidden="true"><c r="A9" t="s"><v>1</v></c><c r="C9" s="2"/></row>'
    '</sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells></worksheet>'
)
SHARED = (
    "<si><t>Forl&#248;b</t></si><si><t>Dato</t></si><si><r><t>Ti</t></r><r><t>mer</t></r></si><si><t/></si>"
)
STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs>'
SNIPPETS = (
    "<!--", "-->", "<![CDATA[", "]]>", "</row>", '<row r="9">', "<row>", "<c/>", "</c>", "<v>7</v>", "<v/>", "<f/>", "<is>", "&amp;",
    "&", "<", ">", '"', "\r\n", "\n", " ", "\x01", "\ufffe", "</sheetData>", "<sheetData>", "0", "1", "9", "A", "XFE", "-", ".", "e5",
    "٣", "æ", "_x0042_", '<?x y?>', 't="n"', ' t="d"', ' r="B2"', "<x:row/>", "2016-03-03T08:30:00", "   ", "nan", "1_0", "</si>", "<si>",
)  # fmt: skip


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_sheet_with_anything_put_in_reads_the_same_every_way(data: st.DataObject) -> None:
    sheet, strings = SHEET, SHARED
    for _change in range(data.draw(st.integers(1, 3))):
        snippet = data.draw(st.sampled_from(SNIPPETS))
        cut = data.draw(st.integers(0, 6))
        if data.draw(st.booleans()):
            place = data.draw(st.integers(SHEET.index("<sheetData>"), len(sheet)))
            sheet = sheet[:place] + snippet + sheet[place + cut :]
        else:
            place = data.draw(st.integers(0, len(strings)))
            strings = strings[:place] + snippet + strings[place + cut :]
    assert_all_ways_agree(zipped({**parts(sheet, strings=strings, styles=STYLES)}))


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_give_what_the_xlsx_of_the_same_workbook_gives(kind: str) -> None:
    folder = DATA / "workbooks"
    best = ours(read_all("x.xlsx", (folder / "libreoffice.xlsx").read_bytes()))
    book = read_all(f"x.{kind}", (folder / f"libreoffice.{kind}").read_bytes())
    found = ours(book)

    assert found.keys() == {place for place, cell in best.items() if cell.kind != "error"}
    for place, cell in found.items():
        wanted = best[place]
        if cell.kind == "text":
            assert (wanted.kind, wanted.text) == ("text", cell.text)
        elif wanted.kind == "boolean" and kind == "ods":
            assert cell.text == {"true": "1", "false": "0"}[wanted.text]
        elif wanted.kind == "boolean":
            assert (cell.kind, cell.text) == ("boolean", wanted.text)
        else:
            assert cell.kind == wanted.kind
            assert abs(float(cell.text) - float(wanted.text)) < 1e-6
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [
        ("Timer", False),
        ("Skjult", True),
        ("Tomt", False),
    ]
    lost = {
        "xls": "hidden rows and formulas are not marked, and",
        "ods": "hidden rows, formulas and merged cells are not marked, true and false may read as 1 and 0, and",
    }
    assert "".join(book.notices) == (
        f"x.{kind} was read as .{kind}: {lost[kind]} a cell with an error reads as empty; save it as .xlsx to keep them."
    )
    assert len(book.sheets[0].merged) == (1 if kind == "xls" else 0)


def test_a_binary_workbook_is_read_with_its_places_and_says_what_is_lost() -> None:
    content = binary_workbook(
        "Timer", [["Forløb", "Timer", "Godkendt"], [None, 7.5, True], ["159-00012", 42432.0]]
    )
    assert look_at("x.xlsb", content).kind == "xlsx"
    book = read_all("x.xlsb", content)
    assert ours(book) == {
        ("Timer", "A1"): Cell(1, "Forløb"),
        ("Timer", "B1"): Cell(2, "Timer"),
        ("Timer", "C1"): Cell(3, "Godkendt"),
        ("Timer", "B2"): Cell(2, "7.5", "number"),
        ("Timer", "C2"): Cell(3, "true", "boolean"),
        ("Timer", "A3"): Cell(1, "159-00012"),
        ("Timer", "B3"): Cell(2, "42432", "number"),
    }
    assert "".join(book.notices) == (
        "x.xlsb was read as .xlsb: hidden rows, formulas and merged cells are not marked, and a cell with an error reads as empty; "
        "save it as .xlsx to keep them."
    )

"""Files that are not what they say, and workbooks made to do harm: one sentence each, nothing read."""

from __future__ import annotations

import contextlib
import io
import tracemalloc
import zipfile

import pytest

from exchange.errors import IntakeRefused
from exchange.intake.preflight import look_at
from tests.intake.workbooks import MAIN, first_rows, hours_layout, parts, read_all, take, workbook, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WHOLE = workbook([["Forløb"]])


def with_entry(name: str, content: bytes = b"x") -> bytes:
    return zipped({**parts("<sheetData/>"), name: content})


def twice() -> bytes:
    stream = io.BytesIO(WHOLE)
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("tom.xlsx", b"", "tom.xlsx is empty: ask the sender for the file again."),
        (
            "a.xlsx",
            OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx has a password: remove it in Excel and save the file again.",
        ),
        (
            "a.xls",
            OLE + b"\0" * 600,
            "a.xls is a document and no workbook: ask the sender for the Excel or CSV file.",
        ),
        (
            "a.xlsx",
            b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
            "a.xlsx is a picture: ask the sender for the Excel or CSV file itself.",
        ),
        ("a.xlsx", b"%PDF-1.7\n", "a.xlsx is a PDF: ask the sender for the Excel or CSV file behind it."),
        (
            "a.xlsx",
            b"\xef\xbb\xbf <HTML><table>",
            "a.xlsx is a web page with an Excel name: open it in Excel and save it as .xlsx.",
        ),
        (
            "a.xls",
            b"<?xml version='1.0'?><Workbook/>",
            "a.xls is neither a workbook nor CSV: open it in Excel and save it as .xlsx.",
        ),
        (
            "a.xlsx",
            b"Dato;Timer\n1;2\n",
            "a.xlsx is text and no Excel workbook: name it .csv, or save it as .xlsx in Excel.",
        ),
        (
            "a.xlsx",
            WHOLE[: len(WHOLE) // 2],
            "a.xlsx is damaged or cut short: ask the sender for the file again.",
        ),
        ("a.xlsx", twice(), "a.xlsx holds the same part twice: save it again in Excel."),
        (
            "a.xlsx",
            with_entry("../../etc/passwd"),
            "a.xlsx holds a part with an unsafe name: save it again in Excel.",
        ),
        ("a.xlsx", with_entry("/root"), "a.xlsx holds a part with an unsafe name: save it again in Excel."),
        (
            "a.xlsx",
            with_entry("xl/big.xml", b"\0" * (20 << 20)),
            "a.xlsx unpacks to more than a workbook can be: ask the sender for a smaller file.",
        ),
        (
            "a.docx",
            zipped({"word/document.xml": "x"}),
            "a.docx is a document and no workbook: ask the sender for the Excel or CSV file.",
        ),
        (
            "a.zip",
            zipped({"readme.txt": "x"}),
            "a.zip holds neither a workbook nor CSV tables: ask the sender for the file again.",
        ),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_a_cure(
    name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(IntakeRefused) as refusal:
        look_at(name, content)
    assert str(refusal.value) == sentence


def test_macros_and_links_are_said_and_never_followed() -> None:
    files: dict[str, str | bytes] = {
        **parts("<sheetData/>"),
        "xl/vbaProject.bin": b"x",
        "xl/externalLinks/externalLink1.xml": b"x",
    }
    assert look_at("a.xlsm", zipped(files)).notices == (
        "a.xlsm holds macros; they were not run.",
        "a.xlsm links to other workbooks; the links were not followed.",
    )


def cell(address: str, value: str = "1") -> str:
    return f'<sheetData><row r="1"><c r="{address}"><v>{value}</v></c></row></sheetData>'


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (
            f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>',
            "x.xlsx declares XML entities, which no workbook does: save it again in Excel.",
        ),
        (
            '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
            "x.xlsx declares XML entities, which no workbook does: save it again in Excel.",
        ),
        ("<sheetData><row>", "x.xlsx is damaged or cut short: ask the sender for the file again."),
        (
            cell("A1048577"),
            "x.xlsx, sheet Timer, has a cell outside Excel's own limits: save it again in Excel.",
        ),
        (cell("XFE1"), "x.xlsx, sheet Timer, has a cell outside Excel's own limits: save it again in Excel."),
        (cell("1A"), "x.xlsx, sheet Timer, has a cell with a broken address: save it again in Excel."),
        (cell("A1") + cell("A1"), "x.xlsx, sheet Timer, has its rows out of order: save it again in Excel."),
        (
            '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData>',
            "x.xlsx, sheet Timer, holds the same cell twice: save it again in Excel.",
        ),
        (
            '<sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData>',
            "x.xlsx, sheet Timer, names a text that is not there: save it again in Excel.",
        ),
        (
            cell("A1", "1" * 40_000),
            "x.xlsx, sheet Timer, holds longer texts than Excel allows: ask the sender for the file again.",
        ),
        (
            f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row></sheetData>',
            "x.xlsx, sheet Timer, holds longer texts than Excel allows: ask the sender for the file again.",
        ),
        (
            '<mergeCells><mergeCell ref="A1:??"/></mergeCells>',
            "x.xlsx, sheet Timer, has a broken merged range: save it again in Excel.",
        ),
    ],
)
def test_a_hostile_sheet_is_refused_with_a_cure(sheet: str, sentence: str) -> None:
    with pytest.raises(IntakeRefused) as refusal:
        read_all("x.xlsx", zipped(parts(sheet)))
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_workbook_that_lacks_a_part_is_refused(part: str) -> None:
    files = parts("<sheetData/>")
    del files[part]
    with pytest.raises(IntakeRefused, match=r"^x\.xlsx (?:lacks its part|has no sheets)"):
        read_all("x.xlsx", zipped(files))


def test_two_cells_far_apart_cost_no_more_than_two_cells() -> None:
    content = zipped(
        parts(cell("A1") + '<sheetData><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>')
    )
    tracemalloc.start()
    book = read_all("x.xlsx", content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [row.number for row in book.sheets[0].rows] == [1, 1048576]
    assert peak < 2**20


def test_more_cells_than_can_be_taken_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("exchange.intake.workbook_parts.MAX_TAGS", 1000)
    rows = "".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(1, 1100))
    with pytest.raises(IntakeRefused) as refusal:
        read_all("x.xlsx", zipped(parts(f"<sheetData>{rows}</sheetData>")))
    assert str(refusal.value) == "x.xlsx holds more cells than can be taken at once: split it by month."


def test_a_thousand_megabytes_of_text_in_one_cell_are_refused() -> None:
    with pytest.raises(IntakeRefused) as refusal:
        take("x.xlsx", zipped(parts(f"<sheetData/>{' ' * (64 << 20)}")), hours_layout())
    assert (
        str(refusal.value)
        == "x.xlsx unpacks to more than a workbook can be: ask the sender for a smaller file."
    )


def test_every_truncation_and_many_flipped_bytes_are_refused_or_read() -> None:
    for size in range(0, len(WHOLE), 37):
        with pytest.raises(IntakeRefused):
            look_at("x.xlsx", WHOLE[:size])
    for place in range(0, len(WHOLE), 53):
        broken = WHOLE[:place] + bytes([WHOLE[place] ^ 0xFF]) + WHOLE[place + 1 :]
        with contextlib.suppress(IntakeRefused):
            take("x.xlsx", broken, hours_layout())


def test_the_namespace_of_the_strict_edition_is_read_too() -> None:
    files = {
        name: text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        for name, text in parts(cell("A1")).items()
    }
    assert len(first_rows(read_all("x.xlsx", zipped(files)))) == 1

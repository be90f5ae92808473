"""Workbooks made to do harm, built by hand; each with the sentence that refuses it, or what is read of it."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping

from tests.intake.workbooks import MAIN, PACKAGE, REL, parts, workbook, zipped

Hostile = tuple[str, str, Callable[[], bytes], str]
CASES: list[Hostile] = []

MORE = "x.xlsx holds more cells than can be taken at once: split it by month."
DAMAGED = "x.xlsx is damaged or cut short: ask the sender for the file again."
UNPACKS = "x.xlsx unpacks to more than a workbook can be: ask the sender for a smaller file."
ENTITIES = "x.xlsx declares XML entities, which no workbook does: save it again in Excel."
LONG = "x.xlsx holds longer texts than Excel allows: ask the sender for the file again."
LONG_CELL = "x.xlsx, sheet Timer, holds longer texts than Excel allows: ask the sender for the file again."
DEEP = "x.xlsx is nested deeper than any workbook: save it again in Excel."
NESTED = "x.xlsx, sheet Timer, has cells inside cells: save it again in Excel."
FORMATS = "x.xlsx holds more cell formats than Excel allows: save it again in Excel."


def case(
    what: str, answer: str, name: str = "x.xlsx"
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def add(build: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES.append((what, name, build, answer))
        return build

    return add


def stored(files: Mapping[str, str | bytes]) -> bytes:
    """Pack without compression: as large as it unpacks, so that no ratio gives it away."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_part(part: str, content: str | bytes) -> bytes:
    return stored({**parts("<sheetData/>"), part: content})


def sheet_of(inside: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'


def data_of(*rows: str) -> str:
    return f"<sheetData>{''.join(rows)}</sheetData>"


def row_of(cells: str, number: int = 1) -> str:
    return f'<row r="{number}">{cells}</row>'


@case("two cells at the far corners", "read 2 cells, last XFD1048576")
def far_apart() -> bytes:
    last = '<c r="XFD1048576"><v>2</v></c>'
    return zipped(parts(data_of(row_of('<c r="A1"><v>1</v></c>'), row_of(last, 1048576))))


@case("thirty million cells in a few kilobytes", UNPACKS)
def dense() -> bytes:
    return zipped(parts(data_of(row_of("<c/>" * 8_000_000))))


@case("fifteen million empty cells, not compressed", MORE)
def many_empty() -> bytes:
    rows = "".join(f"<row>{'<c/>' * 15_000}</row>" for _ in range(960))
    return with_part("xl/worksheets/sheet1.xml", sheet_of(rows))


@case("eight million plain cells", MORE)
def many_plain() -> bytes:
    cells = "".join(f'<c r="{letters}{{n}}"><v>1</v></c>' for letters in "ABCDEFGHIJKLMNOPQRST")
    # The same rows again and again: they are counted before the first one is read.
    rows = "".join(f'<row r="{n}">{cells.replace("{n}", str(n))}</row>' for n in range(1, 4_001)).encode()
    head, tail = sheet_of("|").encode().split(b"|")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts("").items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.writelines((head, *(rows for _ in range(100)), tail))
    return stream.getvalue()


@case("a gigabyte of text in one cell", UNPACKS)
def gigabyte() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts("").items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>'.encode())
            for _ in range(250):
                sheet.write(b"x" * 2**20)
    return stream.getvalue()


@case("sixty megabytes of text in one cell, not compressed", LONG_CELL)
def long_text() -> bytes:
    return with_part(
        "xl/worksheets/sheet1.xml", sheet_of(row_of(f'<c r="A1" t="str"><v>{"x" * (60 << 20)}</v></c>'))
    )


@case("sixty megabytes of text in one shared string", LONG)
def long_string() -> bytes:
    return with_part("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t>{"x" * (60 << 20)}</t></si></sst>')


@case("an attribute of sixty megabytes", LONG)
def long_attribute() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", sheet_of(f'<row r="1" a="{">" * (60 << 20)}"/>'))


@case("a comment of sixty megabytes", LONG)
def long_comment() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", sheet_of(f"<!--{'> ' * (30 << 20)}-->"))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@case("a billion laughs", ENTITIES)
def laughs() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>')


@case("an entity that names a file", ENTITIES)
def outside() -> bytes:
    return with_part(
        "xl/sharedStrings.xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    )


@case("a million elements inside one another", DEEP)
def deep() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", sheet_of("<a>" * 1_000_000))


@case("a million cells inside one another", NESTED)
def cells_in_cells() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", sheet_of(f"<row>{'<c>' * 1_000_000}"))


@case("a million sheets", "x.xlsx has more sheets than can be taken: save the ones that matter alone.")
def sheets() -> bytes:
    many = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r1"/>' for n in range(1_000_000))
    return with_part(
        "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{many}</sheets></workbook>'
    )


@case("two sheets of one name", "x.xlsx has two sheets of one name: rename one of them in Excel.")
def same_names() -> bytes:
    two = "".join(f'<sheet name="{name}" sheetId="1" r:id="r1"/>' for name in ("Timer", "TIMER"))
    return with_part(
        "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{two}</sheets></workbook>'
    )


@case("a sheet's name of a megabyte", "x.xlsx has a sheet whose name is too long for Excel: rename it there.")
def long_name() -> bytes:
    return with_part(
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="{"x" * 1_000_000}" r:id="r1"/></sheets></workbook>',
    )


@case(
    "a million merged ranges",
    "x.xlsx, sheet Timer, has more merged ranges than can be taken: save it without them.",
)
def merges() -> bytes:
    many = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 1_000_000))
    return with_part(
        "xl/worksheets/sheet1.xml",
        f'<worksheet xmlns="{MAIN}"><sheetData/><mergeCells>{many}</mergeCells></worksheet>',
    )


@case("a million cell formats", FORMATS)
def styles() -> bytes:
    return with_part(
        "xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 1_000_000}</cellXfs></styleSheet>'
    )


@case("a million number formats", FORMATS)
def number_formats() -> bytes:
    many = "".join(f'<numFmt numFmtId="{n}" formatCode="0.0{n}"/>' for n in range(1_000_000))
    return with_part("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><numFmts>{many}</numFmts></styleSheet>')


@case("shared strings that claim to be four milliard", "read 1 cells, last A1")
def false_count() -> bytes:
    strings = f'<sst xmlns="{MAIN}" count="4000000000" uniqueCount="4000000000"><si><t>Timer</t></si></sst>'
    sheet = sheet_of(row_of('<c r="A1" t="s"><v>0</v></c>'))
    return stored({**parts(""), "xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet})


@case("three million shared strings", "x.xlsx holds more text than can be taken at once: split it by month.")
def strings() -> bytes:
    return with_part("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{"<si><t>x</t></si>" * 2_100_000}</sst>')


@case("rows that go backwards", "x.xlsx, sheet Timer, has its rows out of order: save it again in Excel.")
def backwards() -> bytes:
    return zipped(parts(data_of(row_of("", 5), row_of("", 4))))


@case("one cell twice", "x.xlsx, sheet Timer, holds the same cell twice: save it again in Excel.")
def twice() -> bytes:
    return zipped(parts(data_of(row_of('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'))))


@case(
    "a cell of another row",
    "x.xlsx, sheet Timer, has a cell that names another row than its own: save it again in Excel.",
)
def other_row() -> bytes:
    return zipped(parts(data_of(row_of('<c r="A7"><v>1</v></c>'))))


@case("numbers beyond all bounds", "read 3 cells, last C1")
def numbers() -> bytes:
    cells = (
        f'<c r="A1"><v>1e999999999</v></c><c r="B1"><v>{"9" * 30_000}</v></c><c r="C1"><v>-1E-999999</v></c>'
    )
    return zipped(parts(data_of(row_of(cells))))


@case("a formula that starts a program", "read 1 cells, last A1")
def dde() -> bytes:
    return zipped(parts(data_of(row_of('<c r="A1"><f>cmd|&apos;/C calc&apos;!A0</f><v>7</v></c>'))))


@case(
    "links to the outside",
    "read 1 cells, last A1; x.xlsx links to other workbooks; the links were not followed.",
)
def links() -> bytes:
    relations = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" TargetMode="External" Type="{REL}/hyperlink"'
        ' Target="file:///etc/passwd"/></Relationships>'
    )
    sheet = sheet_of(row_of('<c r="A1"><v>1</v></c>')).replace(
        "</worksheet>", '<hyperlinks><hyperlink ref="A1"/></hyperlinks></worksheet>'
    )
    return stored(
        {
            **parts(""),
            "xl/worksheets/sheet1.xml": sheet,
            "xl/worksheets/_rels/sheet1.xml.rels": relations,
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
        }
    )


@case("a false dimension", "read 1 cells, last Z9")
def dimension() -> bytes:
    sheet = data_of(row_of('<c r="Z9"><v>1</v></c>', 9))
    return zipped(parts(f'<dimension ref="A1"/>{sheet}'))


def whole() -> bytes:
    return workbook([["Forløb"], [1]])


def patched(content: bytes, entry: str, offset: int, size: int) -> bytes:
    """Change a size in the central directory: 20 is the compressed one, 24 the unpacked one."""
    place = content.rindex(entry.encode()) - 46
    assert content[place : place + 4] == b"PK\x01\x02"
    return content[: place + offset] + struct.pack("<I", size) + content[place + offset + 4 :]


@case("a part that claims to be smaller than it is", DAMAGED)
def claims_small() -> bytes:
    return patched(whole(), "xl/worksheets/sheet1.xml", 24, 200)


@case("a part that claims to unpack to three gigabytes", UNPACKS)
def claims_large() -> bytes:
    return patched(whole(), "xl/worksheets/sheet1.xml", 24, 3 << 30)


@case(
    "a packed part that claims to be larger than the file",
    "x.xlsx holds parts that lie over one another: save it again in Excel.",
)
def claims_packed() -> bytes:
    return patched(whole(), "xl/worksheets/sheet1.xml", 20, 1 << 30)


@case("parts that share their bytes", "x.xlsx holds parts that lie over one another: save it again in Excel.")
def overlap() -> bytes:
    content = stored({**parts("<sheetData/>"), "xl/b1.xml": "x" * 1000, "xl/b2.xml": "x" * 1000})
    first, second = content.rindex(b"xl/b1.xml") - 46, content.rindex(b"xl/b2.xml") - 46
    return content[: second + 42] + content[first + 42 : first + 46] + content[second + 46 :]


@case("a zip64 end that points beyond the file", DAMAGED)
def zip64() -> bytes:
    content = whole()
    end = content.rindex(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1 << 40, 1 << 40, 1 << 60, 1 << 60)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    last = content[end : end + 8] + b"\xff" * 12 + content[end + 20 :]
    return content[:end] + record + locator + last


@case("a file cut short", DAMAGED)
def cut() -> bytes:
    return whole()[:-400]


@case(
    "a web page called .xls",
    "x.xls is a web page with an Excel name: open it in Excel and save it as .xlsx.",
    "x.xls",
)
def page() -> bytes:
    return b"<html><body><table><tr><td>1</td></tr></table></body></html>"


@case("CSV called .xlsx", "x.xlsx is text and no Excel workbook: name it .csv, or save it as .xlsx in Excel.")
def text() -> bytes:
    return b"Dato;Timer\n01-02-2016;7,5\n"


def ods(inside: str, head: str = "") -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": (
                f'<?xml version="1.0"?>{head}<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
                f'xmlns:text="{office}:text:1.0" office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Ark1">{inside}'
                "</table:table></office:spreadsheet></office:body></office:document-content>"
            ),
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        }
    )


ODS_CELL = '<table:table-cell office:value-type="float" office:value="1"/>'
NEEDS = "x.{} is damaged, or needs more memory than is allowed: open it in Excel and save it as .xlsx."


@case("OpenDocument: two cells far apart", NEEDS.format("ods"), "x.ods")
def ods_far() -> bytes:
    return ods(
        f"<table:table-row>{ODS_CELL}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
        f'<table:table-row><table:table-cell table:number-columns-repeated="16000"/>{ODS_CELL}</table:table-row>'
    )


@case("OpenDocument: one cell a milliard times", NEEDS.format("ods"), "x.ods")
def ods_repeated() -> bytes:
    return ods(
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000" '
        'office:value-type="float" office:value="1"/></table:table-row>'
    )


@case("OpenDocument: no sheet at all", NEEDS.format("ods"), "x.ods")
def ods_torn() -> bytes:
    return zipped({"mimetype": "x", "content.xml": "<"})


@case("an old workbook of noise", NEEDS.format("xls"), "x.xls")
def xls_noise() -> bytes:
    noise = bytes(range(256)) * 100
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise + "Workbook".encode("utf-16-le") + noise


@case("a binary workbook of noise", NEEDS.format("xlsb"), "x.xlsb")
def xlsb_noise() -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": bytes(range(256)) * 50})


def every_case() -> Iterator[Hostile]:
    return iter(CASES)

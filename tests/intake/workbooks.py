"""Workbooks and layouts made for tests: by openpyxl where it can, by hand where it cannot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from exchange.intake.cells import Book, Row, Sheet
from exchange.intake.crosswalk import Crosswalk, Known, KnownPlacement
from exchange.intake.layout import Layout, read_layout
from exchange.intake.read import FileIntake, read_file
from exchange.intake.workbooks import read_workbook
from exchange.parties import parse_party

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

CROSSWALK = Crosswalk(
    placements={"Sag 12": "159-00012"},
    mentors={"Åse Thomsen": "M-01"},
    trainees={"Hanne Kjær": "T-0000000000000001"},
)
KNOWN = Known(
    own="159",
    placements={
        "159-00012": KnownPlacement("159", "AFT-1"),
        "157-00001": KnownPlacement("157", "AFT-1"),
    },
    mentors={"M-01", "M-02"},
    leads={"AFT-1": "159"},
)

HOURS = """
name = "hours"
title_da = "Timer"
title_en = "Hours"
[match]
kind = "xlsx"
[[table]]
table = "mentor_hours"
[[table.column]]
field = "placement_id"
names = ["Forløb"]
[[table.column]]
field = "mentor_id"
names = ["Mentor"]
[[table.column]]
field = "date"
names = ["Dato"]
[[table.column]]
field = "hours"
names = ["Timer"]
[table.constants]
activity = "conversation"
"""


def hours_layout(extra: str = "", kind: str = "xlsx") -> Layout:
    return read_layout(HOURS.replace('"xlsx"', f'"{kind}"') + extra, "hours.toml")


def workbook(rows: Iterable[Sequence[object]], title: str = "Timer") -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: object) -> bytes:
    stream = io.BytesIO()
    book.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def parts(
    sheet: str, *, strings: str = "", styles: str = "", workbook_pr: str = "", state: str = ""
) -> dict[str, str]:
    """The parts of a workbook with one sheet, written by hand."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{workbook_pr}<sheets><sheet name="Timer" sheetId="1" {state} r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="r3" Type="{REL}/styles" Target="/xl/styles.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": sheet
        if sheet.startswith("<?")
        else f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def read_all(name: str, content: bytes) -> Book:
    """Read every row of every sheet, and what stands around them."""
    book = read_workbook(name, content)
    return Book(
        tuple(
            Sheet(one.name, tuple(one.rows), one.hidden, tuple(one.merged), tuple(one.hidden_columns))
            for one in book.sheets
        ),
        book.notices,
    )


def first_rows(book: Book) -> tuple[Row, ...]:
    return tuple(book.sheets[0].rows)


def take(
    name: str,
    content: bytes,
    *layouts: Layout,
    sender: str = "159",
    known: Known = KNOWN,
    layout: str | None = None,
) -> FileIntake:
    return read_file(
        name,
        content,
        layouts=layouts,
        sender=parse_party(sender),
        crosswalk=CROSSWALK,
        known=known,
        trainee_key=lambda: b"the key of the lead's trainee register",
        layout=layout,
    )

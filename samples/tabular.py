"""Bytes of local sheets: workbooks and CSV files that are the same whenever and wherever they are made.

In: cells. Out: bytes. openpyxl stamps the clock into the properties and the ZIP entries; both are fixed here, and entries are
stored, not deflated, because compressed bytes differ between builds of zlib. Parts are canonical XML, because openpyxl writes
otherwise where lxml is installed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | date | Decimal | None

STAMP = (2016, 7, 11, 8, 0, 0)
_MADE = "2016-07-11T08:00:00Z"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_TIMES = re.compile(rb"(<dcterms:(created|modified) [^>]*>)[^<]*(</dcterms:)")
_HEADING = PatternFill("solid", fgColor="FFDDE8F0")
_MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
_WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def workbook_bytes(book: Workbook) -> bytes:
    """Return the workbook's bytes with a fixed clock."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            content = _DECLARATION + ET.canonicalize(from_file=io.BytesIO(source.read(name))).encode()
            if name == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>" + _MADE.encode() + rb"\g<3>", content)
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system = 0
            target.writestr(entry, content)
    return fixed.getvalue()


def csv_bytes(
    rows: Iterable[Sequence[str]], *, delimiter: str, encoding: str, newline: str = "\r\n"
) -> bytes:
    """Return CSV as an office system exports it; ``utf-8-sig`` puts a byte order mark first."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue().encode(encoding)


def write_rows(sheet: Worksheet, first: int, rows: Iterable[Sequence[Cell]]) -> int:
    """Write rows from a row number on; return the number of the next free row. Texts are texts, never formulas."""
    number = first
    for row in rows:
        for column, value in enumerate(row, 1):
            if value is not None and value != "":
                write_cell(sheet, number, column, value)
        number += 1
    return number


def write_cell(sheet: Worksheet, row: int, column: int, value: Cell) -> None:
    """Write one cell; a date gets a Danish date format, a Decimal stays exact in the file."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "dd-mm-yyyy"
    elif isinstance(value, Decimal):
        cell.number_format = "0.00"
    elif isinstance(value, str):
        cell.data_type = "s"


def headings(sheet: Worksheet, row: int, names: Sequence[Cell], widths: Sequence[int] = ()) -> None:
    """Write a heading row, bold on a tint."""
    write_rows(sheet, row, [names])
    for column in range(1, len(names) + 1):
        sheet.cell(row, column).font = Font(bold=True)
        sheet.cell(row, column).fill = _HEADING
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def title(sheet: Worksheet, row: int, text: str, columns: int) -> None:
    """Write a title merged over the columns."""
    sheet.cell(row, 1).value = text
    sheet.cell(row, 1).font = Font(bold=True, size=14 if row == 1 else 11)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)


def comma(number: Decimal) -> str:
    """Return ``7,50``."""
    return f"{number:.2f}".replace(".", ",")


def kroner(amount: Decimal) -> str:
    """Return ``10.725,00``."""
    return f"{amount:,.2f}".translate({ord(","): ".", ord("."): ","})


def clock(hours: Decimal) -> str:
    """Return hours as ``1:30``; they are whole minutes in the samples."""
    minutes = hours * 60
    return f"{int(minutes) // 60}:{int(minutes) % 60:02d}"


def long_date(day: date) -> str:
    """Return ``d. 3. marts 2016``."""
    return f"d. {day.day}. {_MONTHS[day.month - 1]} {day.year}"


def weekday_date(day: date) -> str:
    """Return ``torsdag d. 3. marts 2016``."""
    return f"{_WEEKDAYS[day.isoweekday() - 1]} {long_date(day)}"


def short_weekday_date(day: date) -> str:
    """Return ``tor 03-03-2016``."""
    return f"{_WEEKDAYS[day.isoweekday() - 1][:3]} {day:%d-%m-%Y}"


def month_name(month: int) -> str:
    """Return ``marts``."""
    return _MONTHS[month - 1]

"""A small binary workbook (``.xlsb``) written record by record, as nothing at hand writes one. Source: [MS-XLSB] 2.1.4, 2.4, 2.5.168."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.intake.workbooks import PACKAGE, REL, zipped

Value = str | float | bool | None

_RELATIONS = {
    "_rels/.rels": ("officeDocument", "xl/workbook.bin"),
    "xl/_rels/workbook.bin.rels": ("worksheet", "worksheets/sheet1.bin"),
}
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)


def binary_workbook(sheet: str, rows: Sequence[Sequence[Value]]) -> bytes:
    """Write one sheet of texts, numbers and yes or no."""
    related = {
        part: f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{REL}/{kind}" Target="{target}"/></Relationships>'
        for part, (kind, target) in _RELATIONS.items()
    }
    bundle = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide(sheet))  # BrtBundleSh
    book = record(131) + record(143) + bundle + record(144) + record(132)
    cells = b"".join(row_record(number, row) for number, row in enumerate(rows))
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)  # BrtWsDim
    page = record(129) + record(148, size) + record(145) + cells + record(146) + record(130)
    return zipped(
        {"[Content_Types].xml": _TYPES, **related, "xl/workbook.bin": book, "xl/worksheets/sheet1.bin": page}
    )


def row_record(number: int, row: Sequence[Value]) -> bytes:
    head = record(0, struct.pack("<II", number, 0) + bytes(9))  # BrtRowHdr
    return head + b"".join(
        cell_record(column, value) for column, value in enumerate(row) if value is not None
    )


def cell_record(column: int, value: Value) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, bool):
        return record(4, place + bytes([value]))  # BrtCellBool
    if isinstance(value, str):
        return record(6, place + wide(value))  # BrtCellSt
    return record(5, place + struct.pack("<d", value))  # BrtCellReal


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def record(kind: int, content: bytes = b"") -> bytes:
    return _seven(kind) + _seven(len(content)) + content


def _seven(number: int) -> bytes:
    """Write seven bits a byte, the lowest first; all but the last byte have their highest bit set."""
    return bytes([number & 0x7F | 0x80, number >> 7]) if number > 0x7F else bytes([number])

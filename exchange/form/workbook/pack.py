"""A workbook's bytes, the same on every day and machine.

In: an openpyxl workbook. Out: a ZIP of its parts, each in canonical XML (W3C C14N 2.0), stored without compression under one fixed
date: what packs and what writes the XML differ from machine to machine, and must not show. Refuses nothing.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from html import escape

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

# The first moment that a ZIP entry can have (APPNOTE.TXT 4.4.6).
_MOMENT = (1980, 1, 1, 0, 0, 0)
_AUTHOR = "enblanket"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def packed(book: Workbook, title: str, computed: Mapping[str, Mapping[str, str | Decimal]]) -> bytes:
    """Return the workbook as ``.xlsx``.

    Args:
        book: the workbook.
        title: of its properties.
        computed: sheet → cell → what its formula gives, which a program shows that does not compute (a preview, a mail from outside).
    """
    properties = book.properties
    properties.title, properties.creator, properties.lastModifiedBy = title, _AUTHOR, _AUTHOR
    properties.created = properties.modified = datetime(*_MOMENT)  # noqa: DTZ001 (docProps are without a zone)
    written = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(written, "w")).save()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        values = {f"xl{sheet.path[3:]}": computed.get(sheet.title, {}) for sheet in book.worksheets}
        for name, content in _parts(written.getvalue(), values):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 0
            archive.writestr(entry, content)
    return out.getvalue()


def _parts(
    content: bytes, computed: Mapping[str, Mapping[str, str | Decimal]]
) -> Iterator[tuple[str, bytes]]:
    """Give the parts, the content types first, as Excel itself writes them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(archive.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            text = ET.canonicalize(from_file=io.BytesIO(archive.read(name)))
            yield name, _DECLARATION + _with_values(text, computed.get(name, {})).encode()


def _with_values(text: str, computed: Mapping[str, str | Decimal]) -> str:
    """Put what formulas give beside them; openpyxl writes a formula or a value."""
    for address, value in computed.items():
        kind = ' t="str"' if isinstance(value, str) else ""
        found = re.search(rf'(<c r="{address}"[^>]*)>(<f>[^<]*</f>)<v></v>', text)
        if found is not None:
            shown = f"{found[1]}{kind}>{found[2]}<v>{escape(str(value))}</v>"
            text = text[: found.start()] + shown + text[found.end() :]
    return text

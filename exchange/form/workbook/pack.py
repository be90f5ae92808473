"""A workbook's bytes, the same on every day and machine.

In: an openpyxl workbook. Out: a ZIP of its parts, each in canonical XML (W3C C14N 2.0), stored without compression under one fixed
date: what packs and what writes the XML differ from machine to machine, and must not show. Refuses nothing.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from datetime import datetime

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

# The first moment that a ZIP entry can have (APPNOTE.TXT 4.4.6).
_MOMENT = (1980, 1, 1, 0, 0, 0)
_AUTHOR = "enblanket"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def packed(book: Workbook, title: str) -> bytes:
    """Return the workbook as ``.xlsx``."""
    properties = book.properties
    properties.title, properties.creator, properties.lastModifiedBy = title, _AUTHOR, _AUTHOR
    properties.created = properties.modified = datetime(*_MOMENT)  # noqa: DTZ001 (docProps are without a zone)
    written = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(written, "w")).save()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in _parts(written.getvalue()):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 0
            archive.writestr(entry, content)
    return out.getvalue()


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the parts, the content types first, as Excel itself writes them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(archive.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            text = ET.canonicalize(from_file=io.BytesIO(archive.read(name)))
            yield name, _DECLARATION + text.encode()

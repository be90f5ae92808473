"""The first look at a file's bytes, before any parser: what it is, and whether it is safe to open.

In: a name and the bytes. Out: the kind and notices. Refused with one sentence (:class:`IntakeRefused`): empty, too
large, not what its name says, a password, a picture, a damaged or hostile ZIP. A workbook of any format is of kind ``xlsx``.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from exchange.errors import IntakeRefused
from exchange.language import translate as _

FileKind = Literal["xlsx", "csv", "canonical"]
WorkbookFormat = Literal["xlsx", "xlsb", "xls", "ods"]

MAX_FILE = 64 * 2**20
MAX_ENTRIES = 5_000
MAX_ENTRY = 400 * 2**20
MAX_TOTAL = 600 * 2**20
MAX_RATIO = 150
RATIO_FROM = 16 * 2**20

# Byte order marks, NUL and blanks.
_NOTHING = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_SMALL = 64
# Its fixed part; name and data follow.
_LOCAL_HEADER = 30
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the bytes are, and what the user should know of them."""

    kind: FileKind
    notices: tuple[str, ...] = ()


def look_at(name: str, content: bytes) -> Preflight:
    """Say what a file is from its bytes.

    Raises:
        IntakeRefused: names the file and the cure.
    """
    if not content[:_SMALL].strip(_NOTHING) and len(content) < _SMALL:
        raise _refused(name, _("{file} is empty: ask the sender for the file again."))
    if len(content) > MAX_FILE:
        raise _refused(
            name,
            _("{file} is larger than {limit} MB: split it by month.").replace("{limit}", str(MAX_FILE >> 20)),
        )
    if content.startswith(b"PK"):
        return _look_at_zip(name, content)
    _refuse_other_formats(name, content)
    if content.startswith(_OLE):
        return Preflight("xlsx", _old_notices(name, content))
    if PurePosixPath(name.lower()).suffix in _WORKBOOK_SUFFIXES:
        raise _refused(
            name, _("{file} is text and no Excel workbook: name it .csv, or save it as .xlsx in Excel.")
        )
    return Preflight("csv")


def _refuse_other_formats(name: str, content: bytes) -> None:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _refused(name, _("{file} has a password: remove it in Excel and save the file again."))
        if not any(stream.encode("utf-16-le") in content for stream in ("Workbook", "Book")):
            raise _refused(
                name, _("{file} is a document and no workbook: ask the sender for the Excel or CSV file.")
            )
    if content.startswith(b"%PDF"):
        raise _refused(name, _("{file} is a PDF: ask the sender for the Excel or CSV file behind it."))
    if content.startswith(_PICTURES) and (not content.startswith(b"BM") or b"\x00" in content[:64]):
        raise _refused(name, _("{file} is a picture: ask the sender for the Excel or CSV file itself."))
    head = content[:2048].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if (
        head.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<style"))
        or b"<html" in head
    ):
        raise _refused(
            name, _("{file} is a web page with an Excel name: open it in Excel and save it as .xlsx.")
        )
    if head.startswith((b"<?xml", b"{\\rtf")):
        raise _refused(
            name, _("{file} is neither a workbook nor CSV: open it in Excel and save it as .xlsx.")
        )


def _look_at_zip(name: str, content: bytes) -> Preflight:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, UnicodeDecodeError) as error:
        raise _refused(
            name, _("{file} is damaged or cut short: ask the sender for the file again.")
        ) from error
    _refuse_hostile(name, entries)
    _refuse_overlap(name, entries)
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" in names or _has_sheets(names):
        return Preflight("xlsx", _workbook_notices(name, names))
    if "xl/workbook.bin" in names or _is_sheet_document(names):
        return Preflight("xlsx", _workbook_notices(name, names))
    return _other_zip(name, names)


def workbook_format(content: bytes) -> WorkbookFormat:
    """Return the format of a workbook that :func:`look_at` let through."""
    if content.startswith(_OLE):
        return "xls"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
    if "xl/workbook.xml" in names or _has_sheets(names):
        return "xlsx"
    return "xlsb" if "xl/workbook.bin" in names else "ods"


def _is_sheet_document(names: set[str]) -> bool:
    return "content.xml" in names and "mimetype" in names


def _has_sheets(names: set[str]) -> bool:
    """Some writers name the workbook part otherwise; a sheet under the content types is a workbook too."""
    return "[Content_Types].xml" in names and any(
        re.search(r"worksheets/[^/]+\.xml$", item) for item in names
    )


def _other_zip(name: str, names: set[str]) -> Preflight:
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise _refused(
            name, _("{file} is a document and no workbook: ask the sender for the Excel or CSV file.")
        )
    if any(item.lower().endswith(".csv") for item in names):
        return Preflight("canonical")
    if any(item.endswith(".iwa") for item in names):
        raise _refused(name, _("{file} is a Numbers document: export it as Excel there."))
    raise _refused(
        name, _("{file} holds neither a workbook nor CSV tables: ask the sender for the file again.")
    )


def _refuse_hostile(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _refused(name, _("{file} holds more parts than any workbook has: save it again in Excel."))
    seen: set[str] = set()
    for entry in entries:
        _refuse_entry(name, entry, seen)
        seen.add(entry.filename.casefold())
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise _refused(
            name, _("{file} unpacks to more than a workbook can be: ask the sender for a smaller file.")
        )


def _refuse_entry(name: str, entry: zipfile.ZipInfo, seen: set[str]) -> None:
    path = entry.filename
    if entry.flag_bits & 1:
        raise _refused(name, _("{file} has a password: remove it and save the file again."))
    if path.startswith(("/", "\\")) or "\\" in path or ".." in PurePosixPath(path).parts or ":" in path:
        raise _refused(name, _("{file} holds a part with an unsafe name: save it again in Excel."))
    if path.casefold() in seen:
        raise _refused(name, _("{file} holds the same part twice: save it again in Excel."))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(name, _("{file} is packed in an unusual way: save it again in Excel."))
    too_dense = entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
    if entry.file_size > MAX_ENTRY or too_dense:
        raise _refused(
            name, _("{file} unpacks to more than a workbook can be: ask the sender for a smaller file.")
        )


def _workbook_notices(name: str, names: set[str]) -> tuple[str, ...]:
    notices = []
    if any(item.lower().endswith("vbaproject.bin") for item in names):
        notices.append(_("{file} holds macros; they were not run.").format(file=name))
    if any(item.startswith("Basic/") for item in names):
        notices.append(_("{file} holds macros; they were not run.").format(file=name))
    if any(item.startswith("xl/externalLinks/") for item in names):
        notices.append(_("{file} links to other workbooks; the links were not followed.").format(file=name))
    return tuple(notices)


def _old_notices(name: str, content: bytes) -> tuple[str, ...]:
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        return (_("{file} holds macros; they were not run.").format(file=name),)
    return ()


def _refuse_overlap(name: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse parts that share their bytes: a small file could unpack the same megabytes a thousand times."""
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < end:
            raise _refused(name, _("{file} holds parts that lie over one another: save it again in Excel."))
        end = entry.header_offset + _LOCAL_HEADER + len(entry.filename.encode()) + entry.compress_size


def _refused(name: str, sentence: str) -> IntakeRefused:
    return IntakeRefused(sentence.format(file=name))

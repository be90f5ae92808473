"""The tables of a package while they are read: small ones held, large ones given row by row as often as asked.

Between ``container`` (which bytes) and ``contents`` (what they say). A table is taken only in the form's canonical way:
written again as the form writes it, it must have the digest that was signed, and its rows must stand in order.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterator, Mapping
from typing import Never

from exchange.errors import PackageRefused
from exchange.form.canonical import csv_line
from exchange.form.tables import Table
from exchange.language import translate as _
from exchange.sealing.files import Files

Row = Mapping[str, str | None]

HELD = 2**19
"""Bytes of a file whose rows are held: as Python values they take a dozen times as much."""

_LINES_PER_DIGEST = 2_000


class StoredRows(Collection[Row]):
    """The rows of a table that stays in its package; each pass reads them again."""

    def __init__(self, table: Table, files: Files, path: str) -> None:
        """Remember where they lie."""
        self._table = table
        self._files = files
        self._path = path
        self._count: int | None = None

    def __iter__(self) -> Iterator[Row]:
        """Give the rows in order; an empty cell is None.

        Raises:
            PackageRefused: ``form-csv``: not UTF-8, another header, or not in canonical form.
        """
        names, count = self._table.field_names, 0
        for record in _canonical_records(self._table, self._files, self._path):
            yield {name: text or None for name, text in zip(names, record, strict=True)}
            count += 1
        self._count = count

    def __len__(self) -> int:
        """Return how many there are; reads them where nobody did."""
        if self._count is None:
            self._count = sum(1 for _row in self)
        return self._count

    def __contains__(self, row: object) -> bool:
        """Whether a row is among them; reads them."""
        return any(row == one for one in self)


def rows_of(table: Table, files: Files, path: str) -> Collection[Row]:
    """Return the rows of a table's file, held where that is little.

    Raises:
        PackageRefused: ``form-csv``, also later where the rows are not held.
    """
    stored = StoredRows(table, files, path)
    return stored if files.measure(path).size > HELD else tuple(stored)


def _canonical_records(table: Table, files: Files, path: str) -> Iterator[list[str]]:
    """Give the records under the header; after the last it is known that the bytes are those that the form writes."""
    keys = [table.field_names.index(name) for name in table.primary_key]
    rewritten, lines, last = hashlib.sha256(), [csv_line(table.field_names)], None
    for record in _records(table, files, path):
        place = [record[at] for at in keys], record
        if last is not None and place < last:
            _refuse(path)
        last = place
        lines.append(csv_line(record))
        if len(lines) == _LINES_PER_DIGEST:
            rewritten.update("".join(lines).encode())
            lines.clear()
        yield record
    rewritten.update("".join(lines).encode())
    if rewritten.digest() != files.measure(path).sha256:
        _refuse(path)


def _records(table: Table, files: Files, path: str) -> Iterator[list[str]]:
    text = io.TextIOWrapper(io.BufferedReader(_Chunks(files.chunks(path))), encoding="utf-8", newline="")
    reader = csv.reader(text, strict=True)
    try:
        if tuple(next(reader, ())) != table.field_names:
            _refuse(path)
        for record in reader:
            if len(record) != len(table.fields):
                _refuse(path)
            yield record
    except (UnicodeDecodeError, csv.Error):
        _refuse(path)


class _Chunks(io.RawIOBase):
    """Pieces of bytes as a file to read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._left:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._left = piece
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _refuse(name: str) -> Never:
    raise PackageRefused(
        "form-csv",
        _(
            "The package's file {name} is not written in the form's way; ask the sender for a new package."
        ).format(name=name),
    )

"""A copy of any delimited file that a screen can read: UTF-8, one regular record a line, the others kept apart.

In: the decoded lines of a table that is open. Out: the copy's lines in a private file, and the records that it cannot
hold: of another width than the header, or with a line end or NUL in a cell. A record's number is known by its place, so
that comments, blank rows and odd records leave no gap. What is written plainly is copied line by line, by counting its
delimiters; only lines with quotes and the like are split and written anew.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, TextIO, cast

from exchange.validation.records import Cells, Table

_LINES_AT_A_TIME = 8192
MOST_ODD = 200_000
"""How many records may stand apart; a file of more is read row by row."""


class TooOdd(Exception):
    """The file holds too many records that no plain line can hold."""


@dataclass(slots=True)
class PlainCopy:
    """What a copy holds.

    Attributes:
        lines: how many records are in the copy, its header not counted.
        odd: the numbers and cells of the others.
    """

    lines: int = 0
    odd: list[tuple[int, Cells]] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)

    def number(self, place: int) -> int:
        """Return the record number of a line of the copy; lines are counted from 0 under its header."""
        run = bisect_right(self._places, place) - 1
        return self._numbers[run] + place - self._places[run]

    def holds(self, number: int, count: int = 1) -> None:
        """Take records that follow each other into the copy; ``number`` is the first one's."""
        if not self._places or self._numbers[-1] + self.lines - self._places[-1] != number:
            self._places.append(self.lines)
            self._numbers.append(number)
        self.lines += count

    def keeps_apart(self, number: int, cells: Cells) -> None:
        """Take a record that the copy cannot hold.

        Raises:
            TooOdd: they are too many.
        """
        if len(self.odd) >= MOST_ODD:
            raise TooOdd
        self.odd.append((number, cells))


def write_plain(lines: Iterator[str], table: Table, width: int, copy: TextIO) -> PlainCopy:
    """Write the records under the header to ``copy``, under a header of its own.

    Args:
        lines: the whole file's, ends untranslated.
        table: how its records are split and which of them count.
        width: how many cells a regular record has.
        copy: where to write; line ends are written as they are given.

    Raises:
        TooOdd: too many records are odd.
        csv.Error: a record cannot be split.
        UnicodeError: the file cannot be decoded, or holds what UTF-8 cannot.
    """
    writer = _Writer(table, width, copy)
    copy.write(writer.header())
    while block := list(islice(lines, _LINES_AT_A_TIME)):
        writer.take(block, lines)
    return writer.copied


class _Writer:
    """One copy being written."""

    def __init__(self, table: Table, width: int, copy: TextIO) -> None:
        """Say which lines can be copied as they stand."""
        written = cast("dict[str, Any]", table.csv)
        dialect = table.dialect
        self.copied = PlainCopy()
        self._table, self._width, self._copy, self._format = table, width, copy, written
        self._delimiter: str = written["delimiter"]
        self._marks = tuple({'"', "\0", written["quotechar"], written["escapechar"]} - {None, ""})
        # Only a row whose first cell is empty can be blank.
        opens_with = (
            dialect.comment_char,
            " " if written["skipinitialspace"] else "",
            self._delimiter if dialect.skip_blank_rows else "",
        )
        self._opens_with = tuple(filter(None, opens_with))
        if written["skipinitialspace"]:
            self._marks += (f"{self._delimiter} ",)
        self._closely_until = max(table.first_row - 1, *dialect.comment_rows, 0)
        self._number = 0

    def header(self) -> str:
        """Return a line of as many cells; it also takes the place of a byte order mark."""
        return self._delimiter.join(f"c{place}" for place in range(self._width)) + "\n"

    def take(self, block: list[str], rest: Iterator[str]) -> None:
        """Take some lines; a record that begins in them may end in the rest."""
        whole = "".join(block)
        if self._all_plain(block, whole):
            self.copied.holds(self._number + 1, len(block))
            self._number += len(block)
            self._write(whole)
            return
        lines = iter(block)
        kept: list[str] = []
        for line in lines:
            self._number += 1
            if self._number > self._closely_until and self._is_plain(line):
                self.copied.holds(self._number)
                kept.append(line if line.endswith("\n") else line.rstrip("\r") + "\n")
            else:
                kept += self._split(chain((line,), lines, rest))
        self._write("".join(kept))

    def _all_plain(self, block: Sequence[str], whole: str) -> bool:
        delimiter, most = self._delimiter, self._width - 1
        return (
            self._number >= self._closely_until
            and not any(mark in whole for mark in self._marks)
            and {line.count(delimiter) for line in block} == {most}
            and not (self._opens_with and any(line.startswith(self._opens_with) for line in block))
        )

    def _is_plain(self, line: str) -> bool:
        return (
            line.count(self._delimiter) == self._width - 1
            and not any(mark in line for mark in self._marks)
            and not line.startswith(self._opens_with or "\0")
        )

    def _split(self, lines: Iterator[str]) -> Iterator[str]:
        """Split a record; yield its line for the copy if that can hold it."""
        cells = next(csv.reader(lines, **self._format))
        if self._number < self._table.first_row or not self._table.counts(self._number, cells):
            return
        if len(cells) != self._width or any("\n" in cell or "\r" in cell or "\0" in cell for cell in cells):
            self.copied.keeps_apart(self._number, cells)
            return
        self.copied.holds(self._number)
        yield self._delimiter.join(map(self._quoted, cells)) + "\n"

    def _quoted(self, cell: str) -> str:
        if '"' in cell or self._delimiter in cell:
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def _write(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._copy.write(text if text.endswith("\n") or not text else f"{text}\n")

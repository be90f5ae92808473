"""Cells as a reader saw them, before any meaning: what :mod:`xlsx` and :mod:`delimited` give and :mod:`mapping` takes.

Values only. Addresses are Excel's: column letters and a row (xlsx) or record number (CSV), both from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from exchange.form.confidential import masked

CellKind = Literal["text", "number", "date", "time", "boolean", "error", "no-value"]

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class Cell(NamedTuple):
    """One filled cell; a tuple, as a large workbook makes millions of them.

    Attributes:
        column: from 1.
        text: as written; for a number the file's own digits; a date is its serial in the 1900 system.
        kind: ``date`` and ``time`` are numbers with such a format; ``no-value`` is a formula that was never computed.
        formula: the text is a formula's last computed value.
    """

    column: int
    text: str
    kind: CellKind = "text"
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row's filled cells by column; hidden rows are data."""

    number: int
    cells: Mapping[int, Cell]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, both corners inside; its top left cell carries the value."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; the only one of a CSV file has no name. Its rows may be gone through again and again, never by position.

    Attributes:
        hidden_columns: ranges of column numbers; what stands in them is data.
        number: its number (``sheet-3``), where its name may not be said and another's would be written alike.
    """

    name: str
    rows: Iterable[Row]
    hidden: bool = False
    merged: Sequence[Merge] = field(default=())
    hidden_columns: Sequence[range] = field(default=())
    number: str = ""

    @property
    def label(self) -> str:
        """The name that cells and messages call it by: a CPR number in it is hidden."""
        return self.number or masked(self.name)


@dataclass(frozen=True, slots=True)
class Book:
    """A file's sheets in order, and sentences on how it was read.

    Attributes:
        guessed: those of the notices that say what was guessed.
    """

    sheets: tuple[Sheet, ...]
    notices: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()


@lru_cache(maxsize=MAX_COLUMN)
def letters(column: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=MAX_COLUMN)
def column_number(text: str) -> int:
    """Return the column of its upper-case letters: A is 1."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def split_address(address: str) -> tuple[int, int] | None:
    """Return (row, column) of ``D17``, or None when it is no address."""
    found = _ADDRESS.fullmatch(address)
    return (int(found[2]), column_number(found[1])) if found else None


def name_of(file: str, sheet: str, row: int, column: int) -> str:
    """Return ``FILE#SHEET!A1``, without a sheet ``FILE#A1``."""
    address = f"{letters(column)}{row}"
    return f"{file}#{masked(sheet)}!{address}" if sheet else f"{file}#{address}"

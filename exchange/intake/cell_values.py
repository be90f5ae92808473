"""What one cell of a workbook holds, from its type, its number format and its raw text.

In: the raw text that :mod:`sheet_stream` or :mod:`plain_rows` cut out. Out: a :class:`Cell`, or None for an empty one. Refused with one
sentence: a shared text that is not there, a place outside Excel's limits, rows out of order, the same cell twice.
Source: ECMA-376 part 1, 18.3.1.4 (cells), 18.18.11 (ST_CellType), 18.17.4 (dates).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import NoReturn

from exchange.form.confidential import masked
from exchange.intake.cells import MAX_COLUMN, MAX_ROW, Cell, CellKind, split_address
from exchange.intake.formats import FormatKind
from exchange.intake.shared_strings import SharedTexts, unescaped
from exchange.intake.workbook_parts import Parts
from exchange.language import translate as _

DAYS_1904 = 1462
_DURATION = re.compile(
    r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:\.\d+)?S)?)?", re.ASCII
)
_CLOCK = re.compile(r"T?(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?Z?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all sheets of a workbook have in common.

    Attributes:
        kinds: what a number is, by its style index as cells write it.
    """

    texts: SharedTexts
    kinds: Mapping[str, FormatKind]
    epoch_1904: bool


class CellValues:
    """The cells of one sheet in one pass, and the row that was read last."""

    def __init__(self, parts: Parts, sheet: str, shared: Shared) -> None:
        self._parts, self._sheet = parts, sheet
        self.shared = shared
        self.row = 0

    def cell(self, column: int, kind: str, style: str, raw: str, *, formula: bool) -> Cell | None:
        """Return a cell, or None for an empty one; the text of an inline string comes as ``raw``."""
        if raw == "":
            return Cell(column, "", "no-value", formula=True) if formula and kind != "str" else None
        if kind == "s":
            text = self._shared_text(raw.strip())
            return Cell(column, text, "text", formula) if text else None
        if kind in ("str", "inlineStr"):
            return Cell(column, unescaped(raw), "text", formula)
        return self._plain(column, kind, style, raw.strip(), formula=formula)

    def _plain(self, column: int, kind: str, style: str, raw: str, *, formula: bool) -> Cell | None:
        if kind == "e":
            return Cell(column, raw, "error", formula)
        if kind == "b":
            return Cell(column, "true" if raw in ("1", "true") else "false", "boolean", formula)
        if kind == "d":
            return _iso_cell(column, raw, formula=formula)
        return self._number(column, style, raw, formula=formula)

    def _number(self, column: int, style: str, raw: str, *, formula: bool) -> Cell | None:
        if not raw:
            return None
        value = _decimal(raw)
        if value is None:
            return Cell(column, raw, "error", formula)
        kind: CellKind = self.shared.kinds.get(style, "number")
        if kind == "date" and self.shared.epoch_1904:
            raw = str(value + DAYS_1904)
        return Cell(column, raw, kind, formula)

    def _shared_text(self, raw: str) -> str:
        index = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else -1
        if not 0 <= index < len(self.shared.texts):
            self.refuse(_("{file}, sheet {sheet}, names a text that is not there: save it again in Excel."))
        return self.shared.texts[index]

    def next_row(self, number: int) -> None:
        """Go to a row, which stands below the one before.

        Raises:
            IntakeRefused: it does not, or lies outside Excel's limits.
        """
        if not 1 <= number <= MAX_ROW:
            self.refuse(
                _("{file}, sheet {sheet}, has a cell outside Excel's own limits: save it again in Excel.")
            )
        if number <= self.row:
            self.refuse(_("{file}, sheet {sheet}, has its rows out of order: save it again in Excel."))
        self.row = number

    def place(self, address: str) -> tuple[int, int]:
        """Return the row and column of an address."""
        place = split_address(address)
        if place is None:
            self.refuse(_("{file}, sheet {sheet}, has a cell with a broken address: save it again in Excel."))
        if place[0] > MAX_ROW or place[1] > MAX_COLUMN:
            self.refuse(
                _("{file}, sheet {sheet}, has a cell outside Excel's own limits: save it again in Excel.")
            )
        return place

    def refuse_twice(self) -> NoReturn:
        """Say that two cells have one address."""
        self.refuse(_("{file}, sheet {sheet}, holds the same cell twice: save it again in Excel."))

    def refuse_long(self) -> NoReturn:
        """Say that a text is longer than Excel's own limit."""
        self.refuse(
            _(
                "{file}, sheet {sheet}, holds longer texts than Excel allows: ask the sender for the file again."
            )
        )

    def refuse(self, sentence: str) -> NoReturn:
        """Raise a sentence with the names of the file and the sheet filled in."""
        self._parts.refuse(sentence, sheet=masked(self._sheet))


def _decimal(raw: str) -> Decimal | None:
    if not raw.isascii() or "_" in raw:
        return None
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 400 else None


def _iso_cell(column: int, raw: str, *, formula: bool) -> Cell:
    """A cell of type ``d`` holds an ISO date, time or duration; it is given as a serial like every other."""
    day, _t, clock = raw.partition("T") if len(raw) > 8 and raw[4:5] == "-" else ("", "", raw)
    part = _day_part(clock) if clock else Fraction(0)
    if part is None:
        return Cell(column, raw, "text", formula)
    if not day:
        return Cell(column, _serial_text(part), "time", formula)
    try:
        days = (date.fromisoformat(day) - date(1899, 12, 30)).days
    except ValueError:
        return Cell(column, raw, "text", formula)
    return Cell(column, _serial_text((days if days > 60 else days - 1) + part), "date", formula)


def _day_part(text: str) -> Fraction | None:
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return Fraction(hours * 3600 + minutes * 60 + seconds, 86_400)
    length = _DURATION.fullmatch(text) if len(text) > 2 else None
    if length is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in length.groups())
    return Fraction(days * 86_400 + hours * 3600 + minutes * 60 + seconds, 86_400)


def _serial_text(serial: Fraction) -> str:
    """Write a serial exactly where it is whole, else to far below a second."""
    if serial.denominator == 1:
        return str(serial.numerator)
    return str((Decimal(serial.numerator) / serial.denominator).quantize(Decimal("1E-12")).normalize())

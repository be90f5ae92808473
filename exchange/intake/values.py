"""One cell to one value of the form, by the layout's styles; unreadable is said, never guessed.

In: a :class:`Cell`, the form's :class:`Field` and the layout's :class:`Reading`. Out: a :class:`Value` with canonical text, or with
the raw text where the cell cannot be read. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

from exchange.form.canonical import fault_of, number_text
from exchange.form.codes import code_list
from exchange.form.tables import Field
from exchange.intake.cells import Cell
from exchange.intake.dates import date_of_serial, read_date_text, time_of_fraction
from exchange.intake.layout import NUMBERS, Reading
from exchange.intake.numbers import (
    CENT,
    exact,
    hours_of_day_fraction,
    hours_of_minutes,
    read_hours,
    read_money,
    read_number,
)
from exchange.intake.words import plain, squeezed

_TIME = re.compile(
    r"(kl\.? ?)?([01]?[0-9]|2[0-4])(?:[:.]([0-5][0-9]))?(?:[:.][0-5][0-9])?", re.IGNORECASE | re.ASCII
)
_TIMES = re.compile(
    r"(?:kl\.? ?)?([0-9]{1,2}(?:[:.][0-9]{2})?) ?(?:[-–—]|til|to) ?(?:kl\.? ?)?([0-9]{1,2}(?:[:.][0-9]{2})?)",
    re.IGNORECASE | re.ASCII,
)
_YES = frozenset({"ja", "j", "yes", "y", "true", "sand", "sandt", "1", "x"})
_NO = frozenset({"nej", "n", "no", "false", "falsk", "0"})
_ANY_DATE = ("d-m-yyyy", "d/m-yyyy", "d-m-yy", "d/m-yy", "d/m/yy", "d.m.yy", "m/d/yyyy", "m-d-yyyy", "yy-m-d")
_MOMENT = re.compile(r"(.*?\S)(?: kl\.?)?[ T]([0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?)", re.IGNORECASE)
_JOBCENTRE = re.compile(r"jobcent(?:er|re) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """A cell's value.

    Attributes:
        text: canonical, or the raw text (``?`` before it where it would read as canonical); None is empty.
        readable: False becomes a ``type-error`` fault at the cell.
        why: where unreadable: ``error-cell``, ``no-value`` (a formula never computed), ``ambiguous`` or ``unreadable``.
    """

    text: str | None
    readable: bool = True
    why: str = ""


EMPTY = Value(None)


def read_cell(cell: Cell, field: Field, reading: Reading, year: int | None = None) -> Value:
    """Read a cell as a field of the form.

    Args:
        cell: a filled cell.
        field: the form's field.
        reading: the layout's styles for this cell.
        year: for dates written without one.
    """
    if cell.kind == "error":
        return unreadable(field, cell.text, "error-cell")
    if cell.kind == "no-value":
        return unreadable(field, "=", "no-value")
    text = value_text(cell, reading)
    if text is None:
        return EMPTY
    if plain(text) in reading.codes:
        return Value(reading.codes[plain(text)] or None)
    if text != cell.text.strip() and cell.kind == "text":
        cell = Cell(cell.column, text, "text", cell.formula)
    canonical = _READERS[field.type](cell, field, reading, year)
    if canonical is not None:
        return Value(canonical)
    return unreadable(
        field, shown(cell), "ambiguous" if _is_ambiguous(cell, field, reading) else "unreadable"
    )


def _is_ambiguous(cell: Cell, field: Field, reading: Reading) -> bool:
    """Tell whether another style would read the text: ``1.234`` hours, ``03/04-16``."""
    if cell.kind != "text":
        return False
    if field.type == "date":
        return any(read_date_text(cell.text, (style,)) is not None for style in _ANY_DATE)
    if field.type in ("number", "integer"):
        others = (style for style in NUMBERS if style != reading.numbers)
        return any(read_hours(cell.text, style, "hours") is not None for style in others)
    return False


def value_text(cell: Cell, reading: Reading) -> str | None:
    """Return the part of the cell's text that is the value; None where the layout calls it empty."""
    text = cell.text.strip()
    if reading.pattern is not None:
        found = re.search(reading.pattern, squeezed(text))
        text = (found.group(1) or "") if found else ""
    return None if not squeezed(text) or plain(text) in reading.blank else text


def unreadable(field: Field, raw: str, why: str = "unreadable") -> Value:
    """Keep the raw text so that it can never pass for canonical."""
    text = squeezed(raw)
    return Value(text if fault_of(field, text) == "type-error" else f"?{text}", readable=False, why=why)


def shown(cell: Cell) -> str:
    """Return the cell's text as a person would see it: a date serial as its date."""
    day = _serial_date(cell) if cell.kind == "date" else None
    return day.isoformat() if day else squeezed(cell.text)


def _serial_date(cell: Cell) -> date | None:
    serial = exact(cell.text)
    return None if serial is None else date_of_serial(serial)


def _string(cell: Cell, field: Field, reading: Reading, year: int | None) -> str | None:  # noqa: ARG001 (one form for all readers)
    text = _plain_string(cell)
    if field.code_list is None:
        return text
    codes = code_list(field.code_list)
    found = codes.find(text)
    if found is None and field.code_list == "municipality":
        found = codes.find(_JOBCENTRE.sub("", text))
    return text if found is None else found


def _plain_string(cell: Cell) -> str:
    if cell.kind == "number":
        value = exact(cell.text)
        return squeezed(cell.text) if value is None else f"{value:f}"
    if cell.kind == "date":
        return shown(cell)
    return "\n".join(filter(None, map(squeezed, cell.text.splitlines())))


def _date(cell: Cell, field: Field, reading: Reading, year: int | None) -> str | None:  # noqa: ARG001 (one form for all readers)
    if cell.kind == "date" or "excel-serial" in reading.dates:
        day = _serial_date(cell)
        if day or cell.kind == "date":
            return day.isoformat() if day else None
    if cell.kind != "text":
        return None
    day = read_date_text(cell.text, reading.dates, year)
    return day.isoformat() if day else None


def _time(cell: Cell, field: Field, reading: Reading, year: int | None) -> str | None:  # noqa: ARG001 (one form for all readers)
    if cell.kind in ("time", "date"):
        serial = exact(cell.text)
        moment = None if serial is None else time_of_fraction(serial)
    else:
        moment = _moment(cell.text, reading, year) if cell.kind == "text" else None
    return moment.isoformat("seconds") if moment else None


def _moment(text: str, reading: Reading, year: int | None) -> time | None:
    """Read a time of day, alone or behind a date (``03-03-2016 09:30``)."""
    found = _MOMENT.fullmatch(squeezed(text))
    dated = found is not None and read_date_text(found[1], reading.dates, year) is not None
    return read_time_text(found[2] if found and dated else text)


def read_times_text(text: str) -> tuple[time, time] | None:
    """Read two times of day in one text: ``08:00-15:30``, ``8-15.30``, ``kl. 8 til 15``; None where it is something else."""
    found = _TIMES.fullmatch(squeezed(text))
    if found is None:
        return None
    start, end = (read_time_text(f"kl. {part}") for part in found.groups())
    return None if start is None or end is None else (start, end)


def read_time_text(text: str) -> time | None:
    """Read ``9:30``, ``09.30``, ``kl. 9`` (a bare number is no time); None where it is something else."""
    found = _TIME.fullmatch(squeezed(text))
    if (
        found is None
        or (found[1] is None and found[3] is None)
        or (found[2] == "24" and found[3] not in (None, "00"))
    ):
        return None
    return time(int(found[2]) % 24, int(found[3] or 0))


def _number(cell: Cell, field: Field, reading: Reading, year: int | None) -> str | None:  # noqa: ARG001 (one form for all readers)
    if field.decimals is None:
        value = _stated(cell, reading)
    elif "hours" in field.name:
        value = _hours(cell, reading)
    else:
        value = _money(cell, reading)
    return None if value is None else number_text(value, field.decimals)


def _hours(cell: Cell, reading: Reading) -> Decimal | None:
    if cell.kind == "time":
        return hours_of_day_fraction(cell.text)
    if cell.kind == "text":
        return read_hours(cell.text, reading.numbers, reading.unit)
    value = exact(cell.text) if cell.kind == "number" else None
    if value is None or reading.unit == "hh:mm":
        return None
    if reading.unit == "minutes":
        return hours_of_minutes(value)
    return (
        hours_of_day_fraction(cell.text)
        if reading.unit == "day-fraction"
        else value.quantize(CENT, ROUND_HALF_UP)
    )


def _money(cell: Cell, reading: Reading) -> Decimal | None:
    if cell.kind == "text":
        return read_money(cell.text, reading.numbers)
    value = exact(cell.text) if cell.kind == "number" else None
    return None if value is None else value.quantize(CENT, ROUND_HALF_UP)


def _stated(cell: Cell, reading: Reading) -> Decimal | None:
    """A total is kept as stated: a bare number is not rounded."""
    if cell.kind == "number":
        return exact(cell.text)
    if cell.kind == "time":
        return hours_of_day_fraction(cell.text)
    if cell.kind != "text":
        return None
    for value in (
        read_number(cell.text, reading.numbers),
        read_money(cell.text, reading.numbers),
        read_hours(cell.text, reading.numbers, "hours"),
    ):
        if value is not None:
            return value
    return None


def _integer(cell: Cell, field: Field, reading: Reading, year: int | None) -> str | None:  # noqa: ARG001 (one form for all readers)
    value = exact(cell.text) if cell.kind == "number" else read_number(cell.text, reading.numbers)
    return f"{value:.0f}" if value is not None and value == value.to_integral_value() else None


def _boolean(cell: Cell, field: Field, reading: Reading, year: int | None) -> str | None:  # noqa: ARG001 (one form for all readers)
    word = plain(cell.text)
    if word in _YES:
        return "true"
    return "false" if word in _NO else None


_READERS: Mapping[str, Callable[[Cell, Field, Reading, int | None], str | None]] = {
    "string": _string,
    "date": _date,
    "time": _time,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
}

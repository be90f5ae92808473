"""What a cell says of a moment: dates, times, and both together, by the standard's format, ``any`` or a pattern.

In: a cell. Out: a date, time or datetime, or None. In ``strict`` mode it has all the digits that its pattern asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import cast

from exchange.validation.descriptor import Field, Mode

Reader = Callable[[object], object]
"""Returns the value, None where the cell is none of the type."""

_DIRECTIVES = {
    "Y": "[0-9]{4}", "m": "[0-9]{2}", "d": "[0-9]{2}", "H": "[0-9]{2}", "M": "[0-9]{2}", "S": "[0-9]{2}", "y": "[0-9]{2}",
}  # fmt: skip


def date_reader(field: Field, mode: Mode) -> Reader:
    """Return what reads days; a moment at midnight, as a workbook holds it, is one."""
    read = _moment(field, mode, "%Y-%m-%d", lambda moment: moment.date(), None)

    def read_date(cell: object) -> object:
        if isinstance(cell, datetime):
            return cell.date() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else None
        return cell if isinstance(cell, date) else read(cell)

    return read_date


def datetime_reader(field: Field, mode: Mode) -> Reader:
    """Return what reads days with their time."""
    read = _moment(field, mode, None, lambda moment: moment, _iso_datetime)
    return lambda cell: cell if isinstance(cell, datetime) else read(cell)


def time_reader(field: Field, mode: Mode) -> Reader:
    """Return what reads times of day."""
    read = _moment(field, mode, None, lambda moment: moment.timetz(), _iso_time)
    return lambda cell: cell if isinstance(cell, time) else read(cell)


def _moment(
    field: Field,
    mode: Mode,
    default: str | None,
    part: Callable[[datetime], date | time],
    iso: Callable[[str], datetime] | None,
) -> Reader:
    """Return a reader of dates or times: the type's own format, ``any`` that dateutil reads, or a strptime pattern."""
    pattern = default if field.format == "default" else field.format
    shape = _shape(pattern) if mode == "strict" and pattern and field.format != "any" else None
    parse = _any_moment if field.format == "any" else iso if pattern is None else _by_pattern(pattern)

    def read(cell: object) -> object:
        if not isinstance(cell, str) or (shape is not None and not shape.fullmatch(cell)):
            return None
        if mode == "strict" and not cell.isascii():
            return None
        try:
            return part(cast("Callable[[str], datetime]", parse)(cell))
        except (ValueError, OverflowError, IndexError, TypeError, AttributeError):
            return None

    return read


def _by_pattern(pattern: str) -> Callable[[str], datetime]:
    # A time without a zone is what the file says; none is made up.
    return lambda cell: datetime.strptime(cell, pattern)  # noqa: DTZ007


def _shape(pattern: str) -> re.Pattern[str] | None:
    """Return how many digits a pattern asks for, which strptime forgives; None for directives of names and zones."""
    pieces = re.split(r"%(.)", pattern)
    if any(directive not in _DIRECTIVES for directive in pieces[1::2]):
        return None
    return re.compile(
        "".join(_DIRECTIVES[piece] if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
    )


def _any_moment(cell: str) -> datetime:
    from dateutil import parser

    return cast("datetime", parser.parse(cell))


def _iso_datetime(cell: str) -> datetime:
    from dateutil import parser

    # dateutil reads shorter forms too, which the standard does not know.
    if cell[16] != ":" or len(cell) < len("2000-01-01T00:00:00"):
        raise ValueError(cell)
    return cast("datetime", parser.isoparse(cell))


def _iso_time(cell: str) -> datetime:
    from dateutil import parser

    if cell[5] != ":" or len(cell) < len("00:00:00"):
        raise ValueError(cell)
    return cast("datetime", parser.isoparse(f"2000-01-01T{cell}"))

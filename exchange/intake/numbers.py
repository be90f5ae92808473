"""Numbers and hours as Danes write them, read strictly; what can be meant in two ways is not read.

In: a text and its style. Out: an exact Decimal, or None. Refuses nothing: the caller makes the fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from exchange.intake.words import squeezed

CENT = Decimal("0.01")
_DANISH = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:,\d+)?", re.ASCII)
_POINT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_ONE_GROUP = re.compile(r"\d{1,3}[.,]\d{3}", re.ASCII)
_MINUS = "-\u2212\u2013\u2010\u2011"
_HALVES = {"¼": "25", "½": "5", "¾": "75"}
_KRONER = re.compile(r"^(?:kr\.?|dkk) ?|(?:,-+| ?(?:kr\.?|kroner|dkk))$", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::00)?", re.ASCII)
_CLOCK_POINT = re.compile(r"(\d{1,4})[.:]([0-5]\d)", re.ASCII)
_MINUTES = re.compile(r"(.+?) ?(?:min\.?|minutter|minut|minutes)", re.IGNORECASE)
_HOURS = re.compile(r"(.+?) ?(?:timer|time|t\.?|hours?|hrs?|h)", re.IGNORECASE)
_BOTH = re.compile(
    r"(\d{1,4}) ?(?:timer|time|t\.?|h) ?(?:og )?([0-5]?\d) ?(?:min\.?|minutter|m)?", re.IGNORECASE | re.ASCII
)
_RANGE = re.compile(
    r"(\d{1,2})[:.]([0-5]\d) ?(?:[-–—]|til|to) ?(\d{1,2})[:.]([0-5]\d)", re.IGNORECASE | re.ASCII
)
_SECONDS_A_DAY = Decimal(86400)
_UNITS: Mapping[str, Decimal] = {"hours": Decimal(1), "minutes": 1 / Decimal(60), "day-fraction": Decimal(24)}


def read_number(text: str, style: str) -> Decimal | None:
    """Read a number: ``danish`` 1.234,50, ``danish-thousands`` (1.234 is 1234 too), ``point`` 1,234.50.

    One group of thousands and no decimals (``1.234``) can be meant in two ways and is None, but for
    ``danish-thousands``. No-break blanks, typographic and trailing minus signs, ``7½`` are read.
    """
    text, sign = _unsigned(squeezed(text).replace("'", ""))
    if text[-1:] in _HALVES and (text[:-1].isdecimal() or text == text[-1]):
        return sign * Decimal(f"{text[:-1] or '0'}.{_HALVES[text[-1]]}")
    point = style == "point"
    if not (_POINT if point else _DANISH).fullmatch(text):
        return None
    ambiguous = _ONE_GROUP.fullmatch(text) and (("," in text) == point)
    if ambiguous and style != "danish-thousands":
        return None
    digits = text.replace(" ", "")
    digits = digits.replace(",", "") if point else digits.replace(".", "").replace(",", ".")
    return sign * Decimal(digits)


def _unsigned(text: str) -> tuple[str, int]:
    for mark in _MINUS:
        if text.startswith(mark):
            return text[1:].lstrip(), -1
        if text.endswith(mark) and not text.endswith(",-"):
            return text[:-1].rstrip(), -1
    return text.removeprefix("+"), 1


def read_money(text: str, style: str) -> Decimal | None:
    """Read kroner: a number with or without ``kr.``, ``DKK`` or ``,-``; rounded half up to the øre."""
    value = read_number(_KRONER.sub("", squeezed(text)).strip(), style)
    return None if value is None else value.quantize(CENT, ROUND_HALF_UP)


def read_hours(text: str, style: str, unit: str) -> Decimal | None:
    """Read hours, rounded half up to two digits.

    ``37:30``, ``450 min``, ``7,5 timer``, ``7 t 30 min`` and ``08:00-15:30`` are what they say; a bare number counts in ``unit``
    (hours, minutes, day-fraction; in ``hh:mm`` it must have its minutes, ``7.30`` or ``7:30``).
    """
    text = squeezed(text)
    clock = (_CLOCK_POINT if unit == "hh:mm" else _CLOCK).fullmatch(text) or _BOTH.fullmatch(text)
    if clock:
        return hours_of_minutes(Decimal(clock[1]) * 60 + Decimal(clock[2]))
    span = _RANGE.fullmatch(text)
    if span:
        return _between(int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4]))
    for pattern, named in ((_MINUTES, "minutes"), (_HOURS, "hours")):
        found = pattern.fullmatch(text)
        if found:
            return _counted(read_number(found[1], style), named)
    return None if unit == "hh:mm" else _counted(read_number(text, style), unit)


def _between(start: int, end: int) -> Decimal | None:
    """Return the hours between two times of one day, in minutes; a text alone does not tell that a night lies between."""
    return hours_of_minutes(Decimal(end - start)) if start < end <= 24 * 60 else None


def _counted(value: Decimal | None, unit: str) -> Decimal | None:
    if value is None:
        return None
    if unit == "minutes":
        return hours_of_minutes(value)
    return (value * _UNITS[unit]).quantize(CENT, ROUND_HALF_UP)


def hours_of_minutes(minutes: Decimal) -> Decimal:
    """Return hours of minutes, rounded half up to two digits."""
    return (minutes / 60).quantize(CENT, ROUND_HALF_UP)


def hours_of_day_fraction(text: str) -> Decimal | None:
    """Return the hours of an Excel time or duration (a fraction of a day), by way of whole seconds.

    Excel keeps 7 h 42 min as 0.32083333333333336: the seconds it shows are what was meant.
    """
    value = exact(text)
    if value is None:
        return None
    seconds = (value * _SECONDS_A_DAY).to_integral_value(ROUND_HALF_UP)
    return (seconds / 3600).quantize(CENT, ROUND_HALF_UP)


def exact(text: str) -> Decimal | None:
    """Return a spreadsheet's own digits as a Decimal, at the 15 significant digits that Excel itself keeps.

    A binary float is written out with up to 17 (``22.200000000000003``).
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 15:
        return Decimal(0) if value == 0 or (value.is_finite() and value.adjusted() < -15) else None
    digits = value.quantize(Decimal(1).scaleb(value.adjusted() - 14), ROUND_HALF_UP)
    return digits.normalize() if digits else Decimal(0)

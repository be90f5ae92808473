"""Dates as people and Excel write them, read strictly: what can be meant in two ways is not read.

In: a text and the layout's styles, or an Excel serial. Out: a date or None. Refuses nothing: the caller makes the fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from exchange.intake.words import squeezed

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
ENGLISH_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
ENGLISH_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_TOKEN = re.compile(r"dd?|mmmm|mmm|mm?|yyyy|yy|\. |[-./ ]")
_PARTS = {
    "d": r"(?P<d>[0-9]{1,2})",
    "m": r"(?P<m>[0-9]{1,2})",
    "mmm": r"(?P<name>[^\W\d_]{3,9})\.?",
    "yyyy": r"(?P<y>[0-9]{4})",
    "yy": r"(?P<yy>[0-9]{2})",
    ". ": r"\. ?",
    " ": " ",
}
_ALIKE = {"dd": "d", "mm": "m", "mmmm": "mmm"}
_PREFIX = r"(?:(?P<weekday>[^\W\d_]{2,9})\.?,? ?)?(?:den |d\. ?)?"
_SUFFIX = r"(?:(?: kl\.?)?[ T][0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?)?"
_DAY_SECONDS = 86400


def _short_names(*names: Sequence[str]) -> dict[str, int]:
    """Every prefix of three letters or more, and the whole name, to 1-12 or 1-7."""
    return {
        name[:size]: number
        for family in names
        for number, name in enumerate(family, 1)
        for size in range(3, len(name) + 1)
    }


_MONTH_NUMBERS = _short_names(MONTHS, ENGLISH_MONTHS)
_WEEKDAY_NUMBERS = _short_names(WEEKDAYS, ENGLISH_WEEKDAYS) | {
    name[:2]: number for number, name in enumerate(WEEKDAYS, 1)
}


def month_number(text: str) -> int | None:
    """Return 1-12 for a Danish or English month, whole or at least three letters."""
    return _MONTH_NUMBERS.get(text.casefold().rstrip("."))


def weekday_number(text: str) -> int | None:
    """Return 1 (Monday) to 7 for a weekday, whole or at least its first two Danish (three English) letters."""
    return _WEEKDAY_NUMBERS.get(text.casefold().rstrip(".:"))


@cache
def compile_style(style: str) -> re.Pattern[str] | None:
    """Return the pattern of a date style (docs/layouts.md), or None if it is none."""
    if style == "excel-serial":
        return re.compile(r"(?!)")
    tokens = _TOKEN.findall("yyyy-mm-dd" if style == "iso" else style)
    parts = [_ALIKE.get(token, token) for token in tokens]
    if "".join(tokens) != ("yyyy-mm-dd" if style == "iso" else style):
        return None
    if (
        parts.count("d") != 1
        or parts.count("m") + parts.count("mmm") != 1
        or parts.count("yyyy") + parts.count("yy") > 1
    ):
        return None
    body = "".join(_PARTS.get(part, re.escape(part)) for part in parts)
    return re.compile(_PREFIX + body + _SUFFIX)


def read_date_text(text: str, styles: Sequence[str], year: int | None = None) -> date | None:
    """Read a date by the first style it fits; None when none fits or there is no such day.

    Args:
        text: the cell's text.
        styles: tried in order.
        year: for a style without a year.
    """
    text = squeezed(text)
    for style in styles:
        pattern = compile_style(style)
        found = pattern.fullmatch(text) if pattern else None
        if found:
            return _date_of(found.groupdict(), year)
    return None


def _date_of(part: dict[str, str | None], year: int | None) -> date | None:
    if part.get("y"):
        year = int(part["y"] or "")
    elif part.get("yy"):
        year = _century(int(part["yy"] or ""))
    if part["weekday"] is not None and weekday_number(part["weekday"]) is None:
        return None
    month = month_number(part["name"] or "") if "name" in part else int(part["m"] or "0")
    return day_of_month(year, month, int(part["d"] or "0"))


def weekday_disagrees(text: str, day: date) -> bool:
    """Tell whether the text begins with a weekday that the date does not fall on."""
    found = re.match(r"[^\W\d_]{2,9}", squeezed(text))
    number = weekday_number(found.group()) if found else None
    return number is not None and number != day.isoweekday()


def _century(two_digits: int) -> int:
    """POSIX's rule: 00-68 is 2000-2068, 69-99 is 1969-1999."""
    return two_digits + (2000 if two_digits <= 68 else 1900)


def read_month(text: str) -> tuple[int | None, int] | None:
    """Read a month, with its year where it stands there: ``marts 2016``, ``3``, ``03-2016``, ``2016-03``; None if it is none."""
    text = squeezed(text).casefold()
    if found := re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})", text):
        return _within(int(found[1]), int(found[2]), 12)
    if found := re.fullmatch(r"(?:([0-9]{1,2})|([^\W\d_]{3,9})\.?)(?:[-/. ] ?([0-9]{4}))?", text):
        month = int(found[1]) if found[1] else month_number(found[2]) or 0
        return _within(int(found[3]) if found[3] else None, month, 12)
    return None


def read_week(text: str) -> tuple[int | None, int] | None:
    """Read an ISO week, with its year where it stands there: ``9``, ``Uge 9``, ``2016-W09``, ``9/2016``; None if it is none."""
    text = squeezed(text).casefold()
    if found := re.fullmatch(r"([0-9]{4})-?[wu]?([0-9]{2})", text):
        return _within(int(found[1]), int(found[2]), 53)
    if found := re.fullmatch(r"(?:uge|week|u|w)?(?: ?nr)?[. ]*([0-9]{1,2})(?:[-/, ]+([0-9]{4}))?", text):
        return _within(int(found[2]) if found[2] else None, int(found[1]), 53)
    return None


def _within(year: int | None, number: int, limit: int) -> tuple[int | None, int] | None:
    return (year, number) if 1 <= number <= limit else None


def day_of_month(year: int | None, month: int | None, day: int | None) -> date | None:
    """Return the date of year, month and day, or None if one is missing or there is no such day."""
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_of_week(year: int | None, week: int | None, weekday: int | None) -> date | None:
    """Return the date of an ISO year, week and weekday (1 Monday), or None."""
    if year is None or week is None or weekday is None:
        return None
    try:
        return date.fromisocalendar(year, week, weekday)
    except ValueError:
        return None


def date_of_serial(serial: Decimal) -> date | None:
    """Return the day of an Excel serial, rounded to the second; None for Excel's 29 February 1900 and outside 1900-9999.

    Source: ECMA-376 part 1, 18.17.4.1 (the 1900 date system; a 1904 workbook is moved to it by the reader).
    """
    seconds = int((serial * _DAY_SECONDS).to_integral_value(ROUND_HALF_UP)) if abs(serial) < 3_000_000 else -1
    days = seconds // _DAY_SECONDS
    if seconds < 0 or days in (0, 60):
        return None
    base = date(1899, 12, 30 if days > 60 else 31)
    try:
        return base + timedelta(days=days)
    except OverflowError:
        return None


def time_of_fraction(serial: Decimal) -> time | None:
    """Return the time of day of an Excel serial's fraction, rounded to the minute."""
    if not 0 <= serial < 3_000_000:
        return None
    minutes = int((serial % 1 * 1440).to_integral_value(ROUND_HALF_UP)) % 1440
    return time(minutes // 60, minutes % 60)


def hours_of_fraction(serial: Decimal) -> Decimal:
    """Return the hours of a day fraction or duration, rounded half up to two digits."""
    return (serial * 24).quantize(Decimal("0.01"), ROUND_HALF_UP)

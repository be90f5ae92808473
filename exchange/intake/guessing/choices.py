"""How the cells of a column are to be read: order of dates, decimal sign, unit; two possible readings are a doubt.

In: a column's contents, its field and its words. Out: a :class:`Choice`. Refuses nothing: what cannot be told is named with
its alternatives, and nothing is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from exchange.form.tables import Field
from exchange.intake.cells import Cell
from exchange.intake.dates import weekday_disagrees, weekday_number
from exchange.intake.guessing.contents import (
    DAY_FIRST,
    MONTH_FIRST,
    WITHOUT_YEAR,
    YEAR_FIRST,
    Contents,
    dashes,
    day_by,
)
from exchange.intake.guessing.vocabulary import folded
from exchange.intake.layout import DEFAULT_DATES
from exchange.intake.numbers import exact, read_number
from exchange.intake.words import squeezed

_A_LEAP_YEAR = 2000
_ORDERS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
_SEPARATED = re.compile(r"\d[.,]\d")
_DECIMAL = re.compile(r"^[^\d]*\d*([.,])(\d+)\D*$")
_MINUTES = {"min", "minutter", "minut", "minutes", "mins"}
_HOURS = {
    "timer",
    "time",
    "hours",
    "hrs",
    "timetal",
    "mentortimer",
    "fremmodetimer",
    "ugetimer",
    "timeforbrug",
}
_CLOCK_WORDS = {"tt mm", "hh mm", "t mm", "h mm"}


@dataclass(frozen=True, slots=True)
class Unsure:
    """A choice that was not made: ``dates``, ``numbers``, ``unit``; with its alternatives as a layout writes them."""

    choice: Literal["dates", "numbers", "unit"]
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How a column is read; what is None needs no saying."""

    dates: tuple[str, ...] = ()
    numbers: str | None = None
    unit: str | None = None
    blank: tuple[str, ...] = ()
    without_year: bool = False
    unsure: tuple[Unsure, ...] = field(default=())


def choice_of(contents: Contents, form: Field, words: str) -> Choice:
    """Return how the cells of a field are read.

    Args:
        contents: the cells.
        form: the field that they are.
        words: the heading with its group: it may name the unit.
    """
    blank = dashes(contents)
    if form.type == "date":
        return _dates(contents, blank)
    if form.type in ("number", "integer"):
        return _numbers(contents, form, words, blank)
    return Choice(blank=blank)


def dates_of(contents: Contents) -> Choice:
    """Return how dates are read."""
    return _dates(contents, dashes(contents))


def _dates(contents: Contents, blank: tuple[str, ...]) -> Choice:
    numbers = [cell for cell in contents.said if cell.kind == "number"]
    texts = [squeezed(cell.text) for cell in contents.said if cell.kind == "text"]
    if not texts:
        return Choice(dates=("excel-serial",) if numbers else (), blank=blank)
    if contents.share("serial") == 1:
        return Choice(dates=("excel-serial",), blank=blank)
    orders = [styles for family in _ORDERS if (styles := _covering(texts, family))]
    if not orders:
        return _dates_without_year(texts, blank)
    readable = sum(day_by(text, (*DAY_FIRST, *MONTH_FIRST, *YEAR_FIRST)) is not None for text in texts)
    whole = [styles for styles in orders if len(_read(texts, styles)) == readable]
    likely = _told_by_their_parts(texts, whole)
    rivals = [styles for styles in likely[1:] if _says_otherwise(texts, likely[0], styles)]
    if likely and not rivals:
        return Choice(dates=_shortest(likely[0]), blank=blank)
    settled = _settled(texts, likely)
    if settled is not None:
        return Choice(dates=_shortest(settled), blank=blank)
    return Choice(blank=blank, unsure=(Unsure("dates", tuple(styles[0] for styles in likely or orders)),))


def _told_by_their_parts(
    texts: Sequence[str], orders: Sequence[tuple[str, ...]]
) -> Sequence[tuple[str, ...]]:
    """Between ``dd-mm-yy`` and ``yy-mm-dd``: days vary more than years do."""
    year_first = [styles for styles in orders if styles[0] in YEAR_FIRST]
    parts = [re.findall(r"\d+", text)[:3] for text in texts]
    whole = [part for part in parts if len(part) == 3]
    if not year_first or not whole:
        return orders
    first, last = len({part[0] for part in whole}), len({part[2] for part in whole})
    if first > last:
        return [styles for styles in orders if styles not in year_first]
    return year_first if last > first else orders


def _dates_without_year(texts: Sequence[str], blank: tuple[str, ...]) -> Choice:
    styles = _covering(texts, WITHOUT_YEAR)
    return Choice(dates=styles, without_year=bool(styles), blank=blank)


def _covering(texts: Sequence[str], styles: Sequence[str]) -> tuple[str, ...]:
    """Return the fewest styles that read all texts that any of them reads, the one that reads most first."""
    left = {text for text in texts if day_by(text, styles, _A_LEAP_YEAR)}
    chosen: list[str] = []
    while left:
        best = max(styles, key=lambda style: sum(_day(text, style) is not None for text in left))
        chosen.append(best)
        left = {text for text in left if _day(text, best) is None}
    return tuple(chosen)


def _day(text: str, style: str) -> date | None:
    return day_by(text, (style,), _A_LEAP_YEAR)


def _read(texts: Sequence[str], styles: Sequence[str]) -> list[date]:
    return [day for text in texts if (day := day_by(text, styles, _A_LEAP_YEAR))]


def _says_otherwise(texts: Sequence[str], one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether some text is a different day in the two orders."""
    return any(
        (first := day_by(text, one)) and (second := day_by(text, other)) and first != second for text in texts
    )


def _settled(texts: Sequence[str], orders: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Let what surrounds the dates tell: weekdays beside them, or signs that only Danes write."""
    weekdays = [text for text in texts if weekday_number(text.split(" ")[0].rstrip(",")) is not None]
    agreeing = [styles for styles in orders if weekdays and _agree(weekdays, styles)]
    if len(agreeing) == 1:
        return agreeing[0]
    danish = all(re.search(r"\d\.\d|\d-\d{1,2}-\d{4}|/\d{1,2}-\d{4}", text) for text in texts)
    day_first = [styles for styles in orders if styles[0] in DAY_FIRST]
    others = {style for styles in orders for style in styles} & set(YEAR_FIRST)
    return day_first[0] if danish and day_first and not others else None


def _agree(texts: Sequence[str], styles: Sequence[str]) -> bool:
    days = [(text, day_by(text, styles)) for text in texts]
    return all(day is not None and not weekday_disagrees(text, day) for text, day in days)


def _shortest(styles: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what is the default anyway."""
    return () if set(styles) <= set(DEFAULT_DATES) else styles


def _numbers(contents: Contents, form: Field, words: str, blank: tuple[str, ...]) -> Choice:
    texts = [squeezed(cell.text) for cell in contents.said if cell.kind == "text" and ":" not in cell.text]
    if form.name.endswith("hours") or "hours" in form.name:
        clock = _pointed_clock(texts, words)
        if clock is not None:
            return Choice(
                unit=clock or None, blank=blank, unsure=() if clock else (Unsure("unit", ("hh:mm", "hours")),)
            )
    style, doubt = _number_style(texts)
    unsure = [Unsure("numbers", doubt)] if doubt else []
    unit, units = (None, ()) if "hours" not in form.name else _unit(contents, form, words, style or "danish")
    if units:
        unsure.append(Unsure("unit", units))
    return Choice(numbers=style, unit=unit, blank=blank, unsure=tuple(unsure))


def _number_style(texts: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Return the style, or the styles between which nothing tells."""
    signs = [text for text in texts if _SEPARATED.search(text)]
    comma = [text for text in signs if re.search(r",\d{1,2}(?!\d)|\.\d{3},", text)]
    point = [text for text in signs if re.search(r"\.\d{1,2}(?!\d)|,\d{3}\.", text)]
    if comma and point:
        return None, ("danish", "point")
    if point:
        return "point", ()
    if comma or not signs:
        return None, ()
    return None, ("danish-thousands", "point") if any("." in text for text in signs) else ("danish", "point")


def _pointed_clock(texts: Sequence[str], words: str) -> str | None:
    """Tell ``7.30`` that is half past seven from 7.3 hours: ``hh:mm``, "" where both can be meant, None where it is no clock."""
    found = [match for text in texts if (match := _DECIMAL.fullmatch(text))]
    if not found or any(len(match[2]) != 2 for match in found):
        return None
    parts = {match[2] for match in found}
    if any(part > "59" for part in parts) or not parts & {"15", "30", "45"} or parts & {"25", "50", "75"}:
        return None
    said = any(word in folded(words) for word in _CLOCK_WORDS)
    if said:
        return "hh:mm"
    pointed = all(match[1] == "." for match in found)
    sharp = {"15", "45"} & parts
    return "" if pointed or (sharp and parts <= {"00", "15", "30", "45"} and len(found) >= 4) else None


def _unit(contents: Contents, form: Field, words: str, style: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the unit of bare numbers, or the units between which nothing tells."""
    values = [value for cell in contents.said if (value := _bare(cell, style)) is not None]
    said = _said_unit(words)
    if not values:
        return None, ()
    if _is_day_fraction(contents):
        return ("day-fraction", ()) if said != "minutes" else (None, ("day-fraction", "minutes"))
    if said == "minutes":
        return (
            ("minutes", ())
            if max(values) > 12 or all(value == int(value) for value in values)
            else (None, ("minutes", "hours"))
        )
    if form.maximum is None:
        return None, ()
    if max(values) <= form.maximum:
        fives = all(value == int(value) and value % 5 == 0 and value > 0 for value in values if value)
        doubtful = said is None and fives and max(values) >= 10 and form.maximum <= 24
        return None, ("hours", "minutes") if doubtful else ()
    return _beyond_a_day(values, said)


def _beyond_a_day(values: Sequence[Decimal], said: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Numbers too great for hours: minutes, unless the heading says hours or the numbers are no minutes."""
    whole = sum(value == int(value) for value in values)
    if said is None and whole == len(values) and sum(value > 24 for value in values) * 2 >= len(values):
        return "minutes", ()
    return None, ("hours", "minutes")


def _said_unit(words: str) -> str | None:
    parts = set(folded(words).split())
    minutes, hours = bool(parts & _MINUTES), bool(parts & _HOURS) or "timer" in folded(words)
    if minutes != hours:
        return "minutes" if minutes else "hours"
    return None


def _bare(cell: Cell, style: str) -> Decimal | None:
    if cell.kind == "number":
        return exact(cell.text)
    return read_number(cell.text, style) if cell.kind == "text" else None


def _is_day_fraction(contents: Contents) -> bool:
    """Numbers below 1 that are whole minutes of a day, and no hundredths of an hour."""
    values = [
        value for cell in contents.said if cell.kind == "number" and (value := exact(cell.text)) is not None
    ]
    if len(values) < len(contents.said) or not values or max(values) >= 1 or not any(values):
        return False
    hundredths = all(value * 100 == int(value * 100) for value in values)
    minutes = all(abs(value * 1440 - round(value * 1440)) < Decimal("0.0001") for value in values)
    return minutes and not hundredths

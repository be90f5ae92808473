"""Days, weeks and months of rules.md, by date arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)


def week(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year:04d}-W{number:02d}"


def month(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


@cache
def easter(year: int) -> date:
    """Easter Sunday by Gauss' count as corrected by Meeus/Jones/Butcher."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, correction = century // 4, (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    letter = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * letter) // 451
    number = epact + letter - 7 * shift + 114
    return date(year, number // 31, number % 31 + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    sunday = easter(year)
    offsets = [-3, -2, 0, 1, 39, 49, 50, *([26] if year <= 2023 else [])]
    fixed = {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    return frozenset(fixed | {sunday + timedelta(days=offset) for offset in offsets})


def closed(day: date) -> bool:
    return day.isoweekday() >= 6 or day in holidays(day.year)


def half_holiday(day: date) -> bool:
    """5 June, 24 and 31 December: not closed, but no attendance is due."""
    return (day.month, day.day) in {(6, 5), (12, 24), (12, 31)}


def same_day_six_months_on(day: date) -> date:
    year, index = divmod(day.year * 12 + day.month - 1 + 6, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(year, index + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)


def runs(
    sequence: Sequence[date], speaks: Collection[date], breaks: Callable[[date, date], bool]
) -> list[list[date]]:
    """The speaking members of an ordered sequence, cut at each silent one and where ``breaks`` says so."""
    found: list[list[date]] = []
    previous: date | None = None
    for day in sequence:
        if day in speaks and previous in speaks and previous is not None and not breaks(previous, day):
            found[-1].append(day)
        elif day in speaks:
            found.append([day])
        previous = day
    return found


def never(_before: date, _after: date) -> bool:
    return False

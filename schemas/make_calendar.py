"""Write ``calendar.csv``: every day of 2010 to 2040 with its ISO week, month, weekday and whether it is closed.

Run ``python schemas/make_calendar.py`` after a change of the law on public holidays, and commit both files. The
calendar is data so that a package carries it and closed days can be re-run without this project's code; where rows are
dated before or after it, the check adds the days up to them by :func:`holidays_of`. In: nothing.
Out: the file beside this script, always the same bytes. The words of rules.md under "Closed day" are the source:
Saturdays, Sundays and the church's and state's holidays; not 1 May, 5 June, 24 and 31 December.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

FIRST = date(2010, 1, 1)
LAST = date(2040, 12, 31)

# Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension Day, Whit Sunday and Monday.
EASTER_DAYS = (-3, -2, 0, 1, 39, 49, 50)
FIXED_DAYS = ((1, 1), (12, 25), (12, 26))
# The fourth Friday after Easter; abolished as a holiday from 1 January 2024.
STORE_BEDEDAG = 26
LAST_STORE_BEDEDAG_YEAR = 2023


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the anonymous algorithm; Meeus, Astronomical Algorithms, ch. 8)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    moons = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moons - of_century % 4) % 7
    late = (golden + 11 * moons + 22 * week) // 451
    month, day = divmod(moons + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays_of(year: int) -> frozenset[date]:
    """Return the closed days of a year that are closed for another reason than their weekday."""
    sunday = easter(year)
    offsets = (*EASTER_DAYS, STORE_BEDEDAG) if year <= LAST_STORE_BEDEDAG_YEAR else EASTER_DAYS
    moving = {sunday + timedelta(days=offset) for offset in offsets}
    return frozenset(moving | {date(year, month, day) for month, day in FIXED_DAYS})


def days() -> Iterator[date]:
    """Give every day of the calendar."""
    for count in range((LAST - FIRST).days + 1):
        yield FIRST + timedelta(days=count)


def calendar_bytes() -> bytes:
    """Return the whole file; a boolean is ``true`` or ``false``, a weekday 1 (Monday) to 7."""
    holidays = frozenset().union(*(holidays_of(year) for year in range(FIRST.year, LAST.year + 1)))
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("date", "iso_week", "month", "weekday", "closed"))
    for day in days():
        year, week, weekday = day.isocalendar()
        closed = "true" if weekday > 5 or day in holidays else "false"
        writer.writerow((day.isoformat(), f"{year}-W{week:02}", f"{day:%Y-%m}", weekday, closed))
    return file.getvalue().encode()


if __name__ == "__main__":
    Path(__file__).with_name("calendar.csv").write_bytes(calendar_bytes())

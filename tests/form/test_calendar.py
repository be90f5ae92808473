"""The calendar against an independent library, and against the words of rules.md."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

import holidays
import pytest

from schemas import make_calendar

COMMITTED = files("schemas").joinpath("calendar.csv")
ROWS = list(csv.DictReader(COMMITTED.read_text(encoding="utf-8").splitlines()))
CLOSED = {row["date"] for row in ROWS if row["closed"] == "true"}


def test_the_script_writes_the_committed_bytes() -> None:
    assert make_calendar.calendar_bytes() == COMMITTED.read_bytes()


def test_closed_days_are_weekends_and_the_holidays_of_denmark() -> None:
    denmark = holidays.country_holidays("DK", years=range(2010, 2041))
    days = (date.fromisoformat(row["date"]) for row in ROWS)
    assert {day.isoformat() for day in days if day.weekday() > 4 or day in denmark} == CLOSED


def test_every_day_stands_once_with_its_iso_week() -> None:
    days = [date(2010, 1, 1).fromordinal(at) for at in range(733773, 745096)]
    assert (days[0], days[-1]) == (date(2010, 1, 1), date(2040, 12, 31))
    expected = [(f"{day}", day.strftime("%G-W%V"), day.strftime("%Y-%m"), day.strftime("%u")) for day in days]
    assert [(row["date"], row["iso_week"], row["month"], row["weekday"]) for row in ROWS] == expected


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        ("2016-03-24", True),  # Maundy Thursday
        ("2016-03-25", True),  # Good Friday
        ("2016-03-28", True),  # Easter Monday
        ("2016-04-22", True),  # Store Bededag
        ("2016-05-05", True),  # Ascension Day
        ("2016-05-16", True),  # Whit Monday
        ("2023-05-05", True),  # the last Store Bededag
        ("2024-04-26", False),  # the fourth Friday after Easter, no longer closed
        ("2024-01-01", True),
        ("2024-12-25", True),
        ("2024-12-26", True),
        ("2024-05-01", False),
        ("2024-06-05", False),
        ("2024-12-24", False),
        ("2024-12-31", False),
    ],
)
def test_named_days(day: str, closed: bool) -> None:
    assert (day in CLOSED) is closed

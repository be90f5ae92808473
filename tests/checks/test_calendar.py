"""Dates before and after the years of calendar.csv: the same law holds, looked up by the same rules."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from exchange.checks.database import open_database
from exchange.checks.engine import Bench
from exchange.checks.rules import load_rules
from exchange.checks.source import Nowhere
from tests.checks.worlds import correction, found, source_of

FIRST, LAST = date(1990, 1, 1), date(2070, 12, 31)


def entry(day: str) -> dict[str, str]:
    return {"entry_id": f"e{day}", "date": day, "registered_on": day}


def dates_of(rule: str, *days: str) -> list[str]:
    """Return the dates of the mentor hours that the rule speaks of."""
    return [
        dict(item.subject)["entry_id"][1:]
        for item in found([rule], mentor_hours=[entry(day) for day in days])
    ]


def test_the_calendar_reaches_the_rows_on_both_sides_by_the_same_law() -> None:
    source = source_of(mentor_hours=[entry(f"{FIRST}"), entry(f"{LAST}")])
    with open_database(source, rule_set=load_rules(), profiles={}) as database:
        rows = database.rows("SELECT * FROM calendar ORDER BY date")

    denmark = holidays.country_holidays("DK", years=range(FIRST.year, LAST.year + 1))
    days = [FIRST - timedelta(days=6) + timedelta(days=number) for number in range((LAST - FIRST).days + 7)]
    assert rows[6:] == [
        (
            day,
            day.strftime("%G-W%V"),
            day.strftime("%Y-%m"),
            day.isoweekday(),
            day.weekday() > 4 or day in denmark,
        )
        for day in days[6:]
    ]
    assert [day for day, *_rest in rows] == days


def test_a_calendar_that_holds_all_dates_stays_as_it_is() -> None:
    with open_database(source_of(), rule_set=load_rules(), profiles={}) as database:
        assert database.rows("SELECT COUNT(*), MIN(date), MAX(date) FROM calendar") == [
            (11_323, date(2010, 1, 1), date(2040, 12, 31))
        ]


@pytest.mark.parametrize(
    "days",
    [
        [
            ("2009-12-31", "2010-01-01"),
            ("2009-05-01", "2009-05-08"),  # Store Bededag 2009
            ("1999-04-07", "1999-04-01"),  # Maundy Thursday
            ("2041-05-17", "2041-05-30"),  # no Store Bededag; Ascension Day
            ("2041-12-24", "2041-12-26"),
        ],
        [("0004-02-27", "0004-02-29")],
        [("9999-12-24", "9999-12-26")],
    ],
    ids=["near the file", "long before", "long after"],
)
def test_a_closed_day_is_known_in_every_year(days: list[tuple[str, str]]) -> None:
    given = [day for pair in days for day in pair]

    assert dates_of("M08", *given) == sorted(closed for _open, closed in days)


def test_idle_places_are_counted_past_the_last_year_of_the_file() -> None:
    findings = found(
        ["P08"],
        agreements=[{"valid_from": "2040-12-17", "valid_to": ""}],
        mentor_hours=[entry("2040-12-20"), entry("2041-01-15")],
        placements=[{"start": "2016-01-04", "planned_end": "2016-01-08", "actual_end": ""}],
    )

    assert [dict(item.subject) for item in findings] == [
        {"agreement_id": "AFT-1", "from": "2040-12-17", "to": "2041-01-20"}
    ]


def test_a_correction_may_move_a_date_out_of_the_file() -> None:
    source = source_of(mentor_hours=[entry("2016-03-02")])
    key = "company|e2016-03-02"
    with Bench(source, rule_set=load_rules(), profiles={}, locator=Nowhere()) as bench:
        before = bench.findings([], only=["M08"])
        moved = bench.findings([correction("mentor_hours", key, "date", "2050-12-25")], only=["M08"])
        again = bench.findings([], only=["M08"])

    assert (before, [item.rule for item in moved], again) == ([], ["M08"], [])

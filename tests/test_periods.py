"""What is left of a period where others cover parts of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.periods import Period, left_of, parse_period


@pytest.mark.parametrize(
    ("covered", "left"),
    [
        ([], ["2016-01-01..2016-06-30"]),
        (["2016-01-01..2016-06-30"], []),
        (["2015-11-01..2016-12-31"], []),
        (["2016-01-01..2016-03-31"], ["2016-04-01..2016-06-30"]),
        (["2016-03-01..2016-07-31"], ["2016-01-01..2016-02-29"]),
        (["2016-05-01..2016-05-31", "2016-02-01..2016-02-29"], ["2016-01-01..2016-01-31", "2016-03-01..2016-04-30", "2016-06-01..2016-06-30"]),
        (["2016-01-01..2016-05-31", "2016-02-01..2016-02-29"], ["2016-06-01..2016-06-30"]),
        (["2015-01-01..2015-12-31", "2016-07-01..2016-07-31"], ["2016-01-01..2016-06-30"]),
    ],
)  # fmt: skip
def test_what_no_package_covers_is_left(covered: list[str], left: list[str]) -> None:
    found = left_of(parse_period("2016-01-01..2016-06-30"), [parse_period(one) for one in covered])

    assert [str(one) for one in found] == left


_DAYS = st.dates(date(2016, 1, 1), date(2016, 2, 29))
_PERIODS = st.tuples(_DAYS, _DAYS).map(lambda days: Period(min(days), max(days)))


def days_of(period: Period) -> set[date]:
    return {period.start + timedelta(days=at) for at in range((period.end - period.start).days + 1)}


@given(_PERIODS, st.lists(_PERIODS, max_size=4))
def test_each_day_is_left_or_covered(period: Period, covered: list[Period]) -> None:
    left = left_of(period, covered)

    wanted = days_of(period).difference(*map(days_of, covered))
    assert [day for one in left for day in sorted(days_of(one))] == sorted(wanted)

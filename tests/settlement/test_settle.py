"""Settlement: the catalogue's own figures, another way of counting, and what cannot be settled."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.checks.rules import load_rules
from exchange.form.corrections import Correction
from exchange.periods import Period, parse_period
from exchange.settlement.settle import Line, Missing, Total, settle
from tests.checks.worlds import correction, source_of

Cells = Mapping[str, str]

PER_PLACE = {"funding": "per-place", "places": "6", "places_are": "exact", "place_rate_per_week": "1850.00"}
DAYS = st.dates(date(2015, 12, 1), date(2016, 12, 31))


def settled(
    period: str | Period, corrections: Sequence[Correction] = (), **tables: Sequence[Cells]
) -> list[Line | Missing | Total]:
    period = parse_period(period) if isinstance(period, str) else period
    return settle(source_of(**tables), period, rule_set=load_rules(), profiles={}, corrections=corrections)


def amounts(lines: Sequence[Line | Missing | Total]) -> list[str]:
    return [str(line.amount) for line in lines if isinstance(line, Line)]


def test_thirteen_full_weeks_at_three_hours_and_275_kroner() -> None:
    lines = settled("2016-02-01..2016-05-01")

    assert lines == [
        Line(
            agreement_id="AFT-1",
            jobcentre="159",
            placement_id="159-00001",
            days=65,
            weeks=Decimal("13.0"),
            hours=Decimal("39.00"),
            rate=Decimal("275.00"),
            places=None,
            amount=Decimal("10725.00"),
            arithmetic="13.0 × 3.00 × 275.00 = 10725.00",
        ),
        Total("AFT-1", "159", Decimal("10725.00")),
    ]
    assert [line.as_json() for line in lines] == [
        {
            "agreement_id": "AFT-1",
            "jobcentre": "159",
            "placement_id": "159-00001",
            "places": None,
            "days": 65,
            "weeks": "13.0",
            "hours": "39.00",
            "rate": "275.00",
            "amount": "10725.00",
            "arithmetic": "13.0 × 3.00 × 275.00 = 10725.00",
        },
        {"agreement_id": "AFT-1", "jobcentre": "159", "total": "10725.00"},
    ]


def test_six_places_of_which_four_are_held_cost_the_same_as_six() -> None:
    parties = [{"places": "3"}, {"jobcentre": "157", "places": "3"}]
    placements = [{"placement_id": f"159-0000{number}", "trainee_ref": f"t-{number}"} for number in range(6)]
    four, six = (
        settled(
            "2016-03-01..2016-03-31", agreements=[PER_PLACE], parties=parties, placements=placements[:held]
        )
        for held in (4, 6)
    )

    assert four == six
    assert amounts(four) == ["25530.00", "25530.00"]  # 3 x 1850.00 x 23 / 5
    assert four[0] == Line(
        agreement_id="AFT-1",
        jobcentre="157",
        placement_id=None,
        days=23,
        weeks=Decimal("4.6"),
        hours=None,
        rate=Decimal("1850.00"),
        places=3,
        amount=Decimal("25530.00"),
        arithmetic="4.6 × 3 × 1850.00 = 25530.00",
    )


def test_a_single_party_without_places_has_the_agreements() -> None:
    lines = settled("2016-03-01..2016-03-31", agreements=[PER_PLACE], parties=[{}])

    assert amounts(lines) == ["51060.00"]  # 6 x 1850.00 x 23 / 5


def test_the_model_without_money_has_no_lines() -> None:
    assert settled("2016-03-01..2016-03-31", agreements=[{"funding": "none"}]) == []


@pytest.mark.parametrize(
    ("agreement", "missing"),
    [
        ({"hourly_rate": ""}, "hourly_rate"),
        ({"mentor_hours_per_week": ""}, "mentor_hours_per_week"),
        ({"hourly_rate": "", "mentor_hours_per_week": ""}, "mentor_hours_per_week, hourly_rate"),
    ],
)
def test_what_lacks_is_named_instead_of_lines(agreement: Cells, missing: str) -> None:
    assert settled("2016-03-01..2016-03-31", agreements=[agreement]) == [Missing("AFT-1", "159", missing)]


def test_a_party_without_places_cannot_be_settled_and_the_other_can() -> None:
    lines = settled(
        "2016-03-01..2016-03-31", agreements=[PER_PLACE], parties=[{"places": "6"}, {"jobcentre": "157"}]
    )

    assert lines[0] == Missing("AFT-1", "157", "places")
    assert amounts(lines) == ["51060.00"]


def test_nothing_lacks_where_nothing_is_due() -> None:
    assert settled("2016-09-01..2016-09-30", agreements=[{"hourly_rate": ""}]) == []


def test_the_amount_is_rounded_once_half_up() -> None:
    lines = settled(
        "2016-03-01..2016-03-01",
        agreements=[{"hourly_rate": "0.13", "mentor_hours_per_week": "2.50"}],
        placements=[{}, {"placement_id": "159-00002", "trainee_ref": "t-2"}],
    )

    assert amounts(lines) == ["0.07", "0.07"]  # 0.2 x 2.50 x 0.13 = 0.065
    assert lines[-1] == Total("AFT-1", "159", Decimal("0.14"))


def test_the_agreements_validity_cuts_the_placement() -> None:
    lines = settled(
        "2016-03-01..2016-03-31", agreements=[{"valid_from": "2016-03-29", "valid_to": "2016-03-30"}]
    )

    assert [line.days for line in lines if isinstance(line, Line)] == [2]


def test_corrections_are_settled_and_reported_values_stay() -> None:
    ended = correction("placements", "159-00001", "actual_end", "2016-03-04")

    lines = settled("2016-03-01..2016-03-31", corrections=[ended])

    assert [line.days for line in lines if isinstance(line, Line)] == [4]


def test_a_placement_is_paid_to_its_jobcentre_party_or_not() -> None:
    lines = settled(
        "2016-03-01..2016-03-31", parties=[{}], placements=[{"placement_id": "540-00001", "jobcentre": "540"}]
    )

    assert isinstance(lines[0], Line)
    assert lines[0].jobcentre == "540"


SPANS = st.lists(st.tuples(DAYS, st.integers(0, 200)), min_size=10, max_size=20)


def placements_of(spans: Sequence[tuple[date, int]]) -> list[Cells]:
    return [
        {
            "placement_id": f"159-{number:05}",
            "trainee_ref": f"t-{number}",
            "start": str(start),
            "planned_end": str(start + timedelta(days=length)),
        }
        for number, (start, length) in enumerate(spans)
    ]


def weekdays_of(start: date, length: int) -> list[date]:
    days = (start + timedelta(days=number) for number in range(length + 1))
    return [day for day in days if day.weekday() < 5]


@given(spans=SPANS, first=DAYS, days=st.integers(0, 120))
@settings(max_examples=8, deadline=None)
def test_weekdays_are_those_a_calendar_counts(spans: list[tuple[date, int]], first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days))

    lines = settled(period, agreements=[{"valid_from": "2015-01-01"}], placements=placements_of(spans))

    counts = [sum(day in period for day in weekdays_of(*span)) for span in spans]
    exact = [Decimal(count) / 5 * Decimal("3.00") * Decimal("275.00") for count in counts if count]
    assert amounts(lines) == [str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP)) for amount in exact]


@given(spans=SPANS, cuts=st.lists(DAYS, min_size=1, max_size=3, unique=True))
@settings(max_examples=8, deadline=None)
def test_adjoining_periods_never_pay_one_whole_week_twice(
    spans: list[tuple[date, int]], cuts: list[date]
) -> None:
    agreement = {"valid_from": "2015-01-01", "proration": "whole-weeks"}
    edges = [date(2015, 6, 1), *sorted(cuts), date(2017, 12, 31)]

    paid: Counter[str | None] = Counter()
    for first, following in itertools.pairwise(edges):
        period = Period(first, following - timedelta(days=1))
        for line in settled(period, agreements=[agreement], placements=placements_of(spans)):
            if isinstance(line, Line):
                paid[line.placement_id] += int(line.weeks)

    weeks = {
        f"159-{number:05}": len({day.isocalendar()[:2] for day in weekdays_of(*span)})
        for number, span in enumerate(spans)
    }
    assert paid == Counter({placement: count for placement, count in weeks.items() if count})


@pytest.mark.parametrize(
    ("start", "period", "weeks"),
    [
        ("2016-02-03", "2016-02-01..2016-02-07", "1.0"),  # the week's first day is the Wednesday it starts
        ("2016-02-03", "2016-02-04..2016-02-07", None),  # which is not in this period
        ("2016-02-06", "2016-02-01..2016-02-07", None),  # a Saturday: no day in that week
        ("2016-02-06", "2016-02-08..2016-02-14", "1.0"),
        (
            "2016-01-04",
            "2016-04-01..2016-04-30",
            "4.0",
        ),  # Mondays 4, 11, 18, 25; the week of 28 March is March's
    ],
)
def test_a_whole_week_belongs_to_the_period_of_its_first_day(
    start: str, period: str, weeks: str | None
) -> None:
    lines = settled(period, agreements=[{"proration": "whole-weeks"}], placements=[{"start": start}])

    assert [str(line.weeks) for line in lines if isinstance(line, Line)] == ([weeks] if weeks else [])

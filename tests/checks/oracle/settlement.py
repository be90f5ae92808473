"""Settlement: lines per placement or party, or what lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.checks.oracle.days import days, monday
from tests.checks.oracle.facts import CENT, Facts, Placement
from tests.checks.oracle.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that can be computed, or one that lacks something (amount None)."""

    agreement_id: str
    jobcentre: str
    placement_id: str | None
    places: int | None
    days: int
    weeks: Decimal | None
    hours: Decimal | None
    rate: Decimal | None
    amount: Decimal | None
    missing: tuple[str, ...] = ()


def settlement(facts: Facts, start: date, end: date) -> Iterator[Line]:
    for agreement_id in facts.agreements:
        yield from lines_of(facts, agreement_id, start, end)


def lines_of(facts: Facts, agreement_id: str, start: date, end: date) -> Iterator[Line]:
    agreement = facts.agreements[agreement_id]
    if agreement.text("funding") == "per-occupied-place":
        for place in facts.placements_of(agreement_id):
            yield from _occupied(place, start, end)
    if agreement.text("funding") == "per-place":
        parties = facts.parties_of(agreement_id)
        for party in parties:
            yield from _held(agreement, party, start, end, single=len(parties) == 1)


def total(facts: Facts, agreement_id: str, jobcentre: str, start: date, end: date) -> Decimal | None:
    """The sum of rounded lines; 0.00 without lines, None where it cannot be made."""
    lines = [line for line in lines_of(facts, agreement_id, start, end) if line.jobcentre == jobcentre]
    amounts = [line.amount for line in lines]
    return None if None in amounts else sum((amount for amount in amounts if amount), Decimal("0.00"))


def _occupied(place: Placement, start: date, end: date) -> Iterator[Line]:
    valid = settlement_days(place, start, end)
    weeks = _weeks(place.agreement, _days_ever(place), start, end)
    if weeks == 0 or (weeks is None and not valid):
        return
    weekly, rate = place.agreement.number("mentor_hours_per_week"), place.rate
    exact = None if weekly is None or weeks is None else weeks * weekly
    missing = {"proration": weeks, "mentor_hours_per_week": weekly, "hourly_rate": rate}
    yield Line(
        agreement_id=place.agreement_id,
        jobcentre=place.jobcentre,
        placement_id=place.id,
        places=None,
        days=len(valid),
        weeks=weeks,
        hours=None if exact is None else exact.quantize(CENT, ROUND_HALF_UP),
        rate=rate,
        amount=None if exact is None or rate is None else (exact * rate).quantize(CENT, ROUND_HALF_UP),
        missing=tuple(name for name, value in missing.items() if value is None),
    )


def _held(agreement: Row, party: Row, start: date, end: date, *, single: bool) -> Iterator[Line]:
    ever = [day for day in _around(start, end) if _workday(day) and _in_agreement(agreement, day)]
    weeks, days_in = _weeks(agreement, ever, start, end), sum(start <= day <= end for day in ever)
    if weeks == 0 or (weeks is None and not days_in):
        return
    places = party.whole("places")
    if places is None and single:
        places = agreement.whole("places")
    rate = agreement.number("place_rate_per_week")
    amount = None if places is None or rate is None or weeks is None else places * rate * weeks
    missing = {"proration": weeks, "places": places, "place_rate_per_week": rate}
    yield Line(
        agreement_id=agreement.text("agreement_id") or "",
        jobcentre=party.text("jobcentre") or "",
        placement_id=None,
        places=places,
        days=days_in,
        weeks=weeks,
        hours=None,
        rate=rate,
        amount=None if amount is None else amount.quantize(CENT, ROUND_HALF_UP),
        missing=tuple(name for name, value in missing.items() if value is None),
    )


def settlement_days(place: Placement, start: date, end: date) -> list[date]:
    """Monday to Friday inside period, agreement and placement."""
    return [
        day
        for day in days(start, end)
        if _workday(day) and _in_agreement(place.agreement, day) and place.runs_on(day)
    ]


def _days_ever(place: Placement) -> list[date]:
    if place.start is None or place.last_day is None:
        return []
    return settlement_days(place, place.start, place.last_day)


def _around(start: date, end: date) -> Iterator[date]:
    """The period with the whole weeks at its edges: enough to know each week's first day."""
    return (date.fromordinal(number) for number in range(monday(start).toordinal(), end.toordinal() + 7))


def _workday(day: date) -> bool:
    return day.isoweekday() <= 5


def _in_agreement(agreement: Row, day: date) -> bool:
    first, last = agreement.day("valid_from"), agreement.day("valid_to")
    return first is not None and first <= day and (last is None or day <= last)


def _weeks(agreement: Row, ever: list[date], start: date, end: date) -> Decimal | None:
    """``ever``: the days without regard to the period, in order."""
    if agreement.text("proration") == "weekdays":
        return Decimal(sum(start <= day <= end for day in ever)) / 5
    if agreement.text("proration") != "whole-weeks":
        return None
    firsts: dict[date, date] = {}
    for day in ever:
        firsts.setdefault(monday(day), day)
    return Decimal(sum(start <= day <= end for day in firsts.values()))

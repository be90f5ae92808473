"""P-rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from tests.checks.oracle.days import DAY, days, monday, never, runs
from tests.checks.oracle.facts import Facts, Placement, Verdict
from tests.checks.oracle.rows import Row


def placements(facts: Facts) -> Iterator[Verdict]:
    for place in facts.placements.values():
        subject = (place.agreement_id, place.id)
        yield from (Verdict(rule, subject, severity) for rule, severity in _alone(facts, place))
    for agreement_id, agreement in facts.agreements.items():
        yield from _exceeded(agreement, facts.placements_of(agreement_id))
        yield from _idle(agreement, facts.placements_of(agreement_id), facts.dates_of(agreement_id))
    for one, other in combinations(sorted(facts.placements.values(), key=lambda place: place.id), 2):
        if _overlap(one, other):
            yield Verdict("P04", (one.id, other.id), "error")


def _alone(facts: Facts, place: Placement) -> Iterator[tuple[str, str]]:
    """P01, P03, P05, P06, P07, P09."""
    actual = place.row.day("actual_end")
    if _outside_agreement(place):
        yield "P01", "error"
    if _too_long(place):
        yield "P03", "error"
    parties = {row.text("jobcentre") for row in facts.parties_of(place.agreement_id)}
    if place.agreement_id and place.jobcentre and place.jobcentre not in parties:
        yield "P05", "error"
    if actual and not place.row.has("outcome"):
        yield "P06", "warning"
    if actual and not _delivered(facts, place, actual):
        yield "P07", "warning"
    if actual and _extended_without_decision(place, actual):
        yield "P09", "error"


def _outside_agreement(place: Placement) -> bool:
    first, last = place.agreement.day("valid_from"), place.agreement.day("valid_to")
    early = place.start and first and place.start < first
    return bool(early or (place.last_day and last and place.last_day > last))


def _too_long(place: Placement) -> bool:
    planned, weeks = place.row.day("planned_end"), place.agreement.whole("max_weeks")
    if not (place.agreement_id and planned and place.start and place.last_day):
        return False
    weeks = 26 if weeks is None else weeks
    return place.last_day <= planned and (place.last_day - place.start).days + 1 > 7 * weeks


def _delivered(facts: Facts, place: Placement, actual: date) -> bool:
    until = actual + timedelta(days=facts.demands_on(place).final_report_days)
    delivered = [
        row.day("delivered_on") for row in facts.rows["final_reports"] if row.text("placement_id") == place.id
    ]
    return any(day and day <= until for day in delivered)


def _extended_without_decision(place: Placement, actual: date) -> bool:
    planned = place.row.day("planned_end")
    decided = [(row.day("decided_on"), row.day("new_planned_end")) for row in place.extensions]
    return bool(planned and actual > planned) and not any(
        on and to and on <= actual <= to for on, to in decided
    )


def _span(places: list[Placement]) -> list[date]:
    starts = [place.start for place in places if place.start]
    ends = [place.last_day for place in places if place.last_day]
    return list(days(min(starts), max(ends))) if starts and ends else []


def _exceeded(agreement: Row, places: list[Placement]) -> Iterator[Verdict]:
    limit = agreement.whole("places")
    if agreement.text("places_are") != "exact" or limit is None:
        return
    span = _span(places)
    full = {day for day in span if sum(place.runs_on(day) for place in places) > limit}
    for run in runs(span, full, never):
        yield Verdict("P02", (agreement.text("agreement_id") or "", str(run[0]), str(run[-1])), "warning")


def _overlap(one: Placement, other: Placement) -> bool:
    trainee = one.row.text("trainee_ref")
    if trainee is None or trainee != other.row.text("trainee_ref") or not (one.start and one.last_day):
        return False
    return any(other.runs_on(day) for day in days(one.start, one.last_day))


def _idle(agreement: Row, places: list[Placement], dates: list[date]) -> Iterator[Verdict]:
    limit, first, last = agreement.whole("places"), agreement.day("valid_from"), agreement.day("valid_to")
    if limit is None or first is None or not dates:
        return
    mondays = [day for day in days(monday(min(dates)), max(dates)) if day.isoweekday() == 1]
    idle = {
        start
        for start in mondays
        if first <= start
        and (last is None or start + 6 * DAY <= last)
        and all(sum(place.runs_on(day) for place in places) < limit for day in days(start, start + 6 * DAY))
    }
    for run in runs(mondays, idle, never):
        yield Verdict(
            "P08", (agreement.text("agreement_id") or "", str(run[0]), str(run[-1] + 6 * DAY)), "info"
        )

"""A-rules."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tests.checks.oracle.days import DAY, closed, monday, never, runs
from tests.checks.oracle.facts import SIDES, Facts, Placement, Reported, Verdict


def attendance(facts: Facts) -> Iterator[Verdict]:
    for row in facts.attendance:
        place = row.placement
        subject = (place.agreement_id, place.id, row.side, row.text("date"))
        yield from (Verdict(rule, subject, severity) for rule, severity in _alone(facts, row))
    for place in facts.placements.values():
        for side in SIDES:
            yield from _missing(facts, place, side)


def _alone(facts: Facts, row: Reported) -> Iterator[tuple[str, str]]:
    attended, planned = row.row.number("attended_hours"), row.row.number("planned_hours")
    tolerance = facts.demands_on(row.placement).attendance_tolerance
    if attended and attended > 0 and row.placement.outside(row.day):
        yield "A01", "error"
    if attended is not None and planned is not None:
        yield from _against_plan(attended - planned, tolerance, coded=row.row.has("absence"))
    if attended and attended > 0 and row.day and closed(row.day):
        yield "A04", "info"


def _against_plan(excess: Decimal, tolerance: Decimal, *, coded: bool) -> Iterator[tuple[str, str]]:
    if excess > tolerance:
        yield "A02", "warning"
    if excess < -tolerance and not coded:
        yield "A03", "warning"


def _missing(facts: Facts, place: Placement, side: str) -> Iterator[Verdict]:
    due = [monday(day) for day in facts.due_days(side, place)]
    full = sorted({start for start in due if due.count(start) >= 3})
    rows = facts.attendance_of.get(place.id, [])
    told = {monday(row.day) for row in rows if row.side == side and row.day}
    for run in runs(full, set(full) - told, never):
        subject = (place.agreement_id, place.id, side, str(run[0]), str(run[-1] + 6 * DAY))
        yield Verdict("A05", subject, "warning")

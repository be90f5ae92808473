"""D01 to D05: what an auditor profile asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from tests.checks.oracle.days import never, runs
from tests.checks.oracle.facts import SIDES, Facts, Placement, Reported, Verdict
from tests.checks.oracle.mentor_hours import entry_subject

QUESTIONS = (
    "tasks-overview", "support-at-work", "support-for-colleagues", "support-private-life", "morning-attendance",
    "unforeseen-contact", "progress-reviews", "reporting", "filling-places", "informing-line-managers", "paperwork",
)  # fmt: skip


def demanded(facts: Facts) -> Iterator[Verdict]:
    for place in facts.placements.values():
        yield from _overdue_conversations(facts, place)
        if facts.demands_on(place).attendance_daily:
            yield from _missing_days(facts, place)
    for entry in facts.hours:
        yield from _late_or_without_note(facts, entry)
    for agreement_id in facts.agreements:
        yield from _unassigned(facts, agreement_id)


def _overdue_conversations(facts: Facts, place: Placement) -> Iterator[Verdict]:
    demands = facts.demands_on(place)
    if demands.conversation_every_weeks is None or place.start is None or place.last_day is None:
        return
    dates = [place.start, *_conversations(facts, place)]
    known = facts.dates_of(place.agreement_id, place.jobcentre)
    end = min(place.last_day, max(known)) if known else None
    if end and end > dates[-1]:
        dates.append(end)
    for one, two in pairwise(dates):
        if (two - one).days > 7 * demands.conversation_every_weeks:
            subject = (place.agreement_id, place.id, str(one), str(two))
            yield Verdict("D01", subject, demands.severity("D01"))


def _conversations(facts: Facts, place: Placement) -> list[date]:
    return sorted(
        day
        for row in facts.rows["conversations"]
        if row.text("placement_id") == place.id and row.text("kind") != "visitation"
        and (day := row.day("date")) and place.runs_on(day)
    )  # fmt: skip


def _late_or_without_note(facts: Facts, entry: Reported) -> Iterator[Verdict]:
    demands = facts.demands_on(entry.placement)
    registered, limit = entry.row.day("registered_on"), demands.registration_days
    late = registered and entry.day and limit is not None and registered - entry.day > timedelta(days=limit)
    if limit is not None and (late or registered is None):
        yield Verdict("D02", entry_subject(entry), demands.severity("D02"), entry.worth)
    if entry.text("activity") in demands.note_required_for and not entry.row.has("note"):
        yield Verdict("D03", entry_subject(entry), demands.severity("D03"), entry.worth)


def _missing_days(facts: Facts, place: Placement) -> Iterator[Verdict]:
    for side in SIDES:
        due = facts.due_days(side, place)
        told = {row.day for row in facts.attendance_of.get(place.id, []) if row.side == side}
        for run in runs(due, {day for day in due if day not in told}, never):
            subject = (place.agreement_id, place.id, side, str(run[0]), str(run[-1]))
            yield Verdict("D04", subject, facts.demands_on(place).severity("D04"))


def _unassigned(facts: Facts, agreement_id: str) -> Iterator[Verdict]:
    demands = [
        facts.demands(agreement_id, row.text("jobcentre") or "") for row in facts.parties_of(agreement_id)
    ]
    severities = [one.severity("D05") for one in demands if one.responsibilities_required]
    rows = facts.rows["responsibilities"]
    told = {row.text("question") for row in rows if row.text("agreement_id") == agreement_id}
    for question in QUESTIONS:
        if severities and question not in told:
            gravest = next(name for name in ("error", "warning", "info") if name in severities)
            yield Verdict("D05", (agreement_id, question), gravest)

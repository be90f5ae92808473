"""M-rules and T02."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeVar

from tests.checks.oracle.days import closed, week
from tests.checks.oracle.facts import SIDES, Facts, Placement, Reported, Verdict, kroner, total_hours, worth
from tests.checks.oracle.rows import Row

Key = TypeVar("Key", bound=Hashable)

DAY_LIMIT, WEEK_LIMIT = Decimal(12), Decimal(37)


def mentor_hours(facts: Facts) -> Iterator[Verdict]:
    for entry in facts.duplicates:
        yield Verdict("M03", entry_subject(entry), "error", entry.worth)
    for entry in facts.hours:
        for rule, severity in _alone(facts, entry):
            yield Verdict(rule, entry_subject(entry), severity, entry.worth)
    yield from _over_grant(facts)
    yield from _over_limit("M04", facts, str, DAY_LIMIT)
    yield from _over_limit("M09", facts, week, WEEK_LIMIT)
    yield from _strange_mentors(facts)
    yield from _over_confirmation(facts)


def entry_subject(entry: Reported) -> tuple[str, ...]:
    place = entry.placement
    return place.agreement_id, place.id, entry.side, entry.text("entry_id")


def _alone(facts: Facts, entry: Reported) -> Iterator[tuple[str, str]]:
    """M01, M06, M07, M08."""
    if entry.placement.outside(entry.day):
        yield "M01", "error"
    if entry.text("activity") in {"training", "workplace-support"} and _absent(facts, entry):
        yield "M06", "warning"
    registered = entry.row.day("registered_on")
    if entry.day and registered and entry.day > registered:
        yield "M07", "error"
    if entry.day and closed(entry.day):
        yield "M08", "info"


def _absent(facts: Facts, entry: Reported) -> bool:
    rows = [
        row for row in facts.attendance_of.get(entry.placement.id, []) if entry.day and row.day == entry.day
    ]
    return bool(rows) and all(row.row.number("attended_hours") == 0 for row in rows)


def grouped(entries: Iterable[Reported], key: Callable[[Reported], Key]) -> dict[Key, list[Reported]]:
    found: dict[Key, list[Reported]] = defaultdict(list)
    for entry in entries:
        found[key(entry)].append(entry)
    return found


def _over_grant(facts: Facts) -> Iterator[Verdict]:
    dated = [entry for entry in facts.hours if entry.day]
    weeks = grouped(dated, lambda entry: (entry.placement.id, entry.side, week(entry.day or date.min)))
    for (_, side, name), entries in weeks.items():
        place = entries[0].placement
        limit = _weekly_limit(facts, place, {entry.day for entry in entries if entry.day})
        excess = None if limit is None else total_hours(entries) - limit
        if excess is not None and excess > 0:
            subject = (place.agreement_id, place.id, side, name)
            yield Verdict("M02", subject, "warning", kroner(excess, place.rate))


def _weekly_limit(facts: Facts, place: Placement, dates: Iterable[date]) -> Decimal | None:
    granted = [row.number("hours_per_week") for day in dates for row in facts.grants_covering(place, day)]
    largest = max((hours for hours in granted if hours is not None), default=None)
    return place.agreement.number("mentor_hours_per_week") if largest is None else largest


def _over_limit(rule: str, facts: Facts, span: Callable[[date], str], limit: Decimal) -> Iterator[Verdict]:
    dated = [entry for entry in facts.hours if entry.day and entry.row.has("mentor_id")]
    spans = grouped(dated, lambda entry: (entry.side, entry.text("mentor_id"), span(entry.day or date.min)))
    for subject, entries in spans.items():
        excess = total_hours(entries) - limit
        rates = {entry.placement.rate for entry in entries}
        if excess > 0:
            yield Verdict(rule, subject, "warning", kroner(excess, rates.pop()) if len(rates) == 1 else None)


def _strange_mentors(facts: Facts) -> Iterator[Verdict]:
    mentors = {row.text("mentor_id"): row for row in facts.rows["mentors"]}
    strange = [
        entry
        for entry in facts.hours
        if (mentor := mentors.get(entry.row.text("mentor_id"))) and _not_in_agreement(mentor, entry)
    ]
    subjects = grouped(strange, _mentor_subject)
    for subject, entries in subjects.items():
        yield Verdict("M05", subject, "error", worth(entries))


def _mentor_subject(entry: Reported) -> tuple[str, ...]:
    return entry.placement.agreement_id, entry.placement.jobcentre, entry.text("mentor_id"), entry.side


def _not_in_agreement(mentor: Row, entry: Reported) -> bool:
    first, last = mentor.day("valid_from"), mentor.day("valid_to")
    early = entry.day and first and entry.day < first
    late = entry.day and last and entry.day > last
    agreement = mentor.text("agreement_id")
    return bool((agreement and agreement != entry.placement.agreement_id) or early or late)


def _over_confirmation(facts: Facts) -> Iterator[Verdict]:
    for row in facts.rows["confirmations"]:
        confirmed, name = row.number("mentor_hours_confirmed"), row.text("placement_id") or ""
        for side in SIDES:
            entries = [
                entry
                for entry in facts.hours_of.get(name, [])
                if entry.side == side and entry.day and week(entry.day) == row.text("week")
                and entry.text("activity") not in {"", "coordination", "reporting"}
            ]  # fmt: skip
            if entries and confirmed is not None and total_hours(entries) > confirmed:
                place = entries[0].placement
                subject = (place.agreement_id, place.id, side, row.text("week") or "")
                amount = kroner(total_hours(entries) - confirmed, place.rate)
                yield Verdict("T02", subject, "warning", amount)

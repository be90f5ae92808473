"""G-rules."""

from __future__ import annotations

from collections.abc import Iterator

from tests.checks.oracle.days import never, runs, same_day_six_months_on
from tests.checks.oracle.facts import Facts, Placement, Verdict, worth
from tests.checks.oracle.rows import Row


def grants(facts: Facts) -> Iterator[Verdict]:
    for grant in facts.rows["mentor_grants"]:
        subject = (grant.text("agreement_id") or "", grant.text("grant_id") or "")
        first, last = grant.day("valid_from"), grant.day("valid_to")
        if first and last and last > same_day_six_months_on(first):
            yield Verdict("G01", subject, "error")
        if _incomplete(grant):
            yield Verdict("G02", subject, "error")
    for place in facts.placements.values():
        if facts.demands_on(place).grants_required:
            yield from _without_grant(facts, place)


def _incomplete(grant: Row) -> bool:
    told = grant.has("goal") and grant.has("tasks")
    agreed = grant.number("hours_per_week") is not None and grant.day("signed_on") is not None
    return not told or not agreed or grant.text("appeal_guidance_given") != "true"


def _without_grant(facts: Facts, place: Placement) -> Iterator[Verdict]:
    entries = facts.hours_of.get(place.id, [])
    dates = sorted({entry.day for entry in entries if entry.day})
    bare = {day for day in dates if not facts.grants_covering(place, day)}
    for run in runs(dates, bare, never):
        amount = worth(entry for entry in entries if entry.day in run)
        yield Verdict("G03", (place.agreement_id, place.id, str(run[0]), str(run[-1])), "error", amount)

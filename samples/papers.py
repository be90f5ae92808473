"""The papers beside the daily figures: conversations, final reports, extensions and mentor grants, as canonical rows.

In: placements. Out: rows of the form (field → text) in the form's own words, complete as every auditor profile asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from samples.facts import CLOSED, Books, Placement
from samples.schedule import mentor_of

Row = Mapping[str, str]
DATA_ENDS = date(2016, 7, 1)
NEXT_STEPS = (
    "Øge timetallet",
    "Prøve opgaver i en anden afdeling",
    "Holde fast i ugeplanen",
    "Tale om uddannelse",
)


def conversations(books: Books, jobcentre: str) -> list[Row]:
    """Return talks at least every three weeks, from the referral to the end."""
    talks = [
        (placement, day, kind)
        for placement in books.jobcentre_placements(jobcentre)
        for day, kind in _talks(placement)
    ]
    return [
        {
            "conversation_id": f"{jobcentre}:S-{number:03d}",
            "placement_id": placement.id,
            "date": day.isoformat(),
            "kind": kind,
            "held_by": jobcentre if kind in ("visitation", "three-party") else mentor_of(placement, day),
            "progress_score": str(4 + number % 4) if kind == "progress" else "",
            "next_step": NEXT_STEPS[number % len(NEXT_STEPS)] if kind == "progress" else "",
        }
        for number, (placement, day, kind) in enumerate(talks, 1)
    ]


def _talks(placement: Placement) -> Iterator[tuple[date, str]]:
    yield _working_day(placement.start - timedelta(days=17)), "visitation"
    yield placement.start, "start"
    end = min(placement.last_day, DATA_ENDS)
    day, number = placement.start + timedelta(days=22), 0
    while day < end - timedelta(days=6):
        number += 1
        yield _working_day(day), "three-party" if number % 3 == 0 else "progress"
        day += timedelta(days=21)
    if placement.actual_end:
        yield placement.actual_end - timedelta(days=1), "final"


def _working_day(day: date) -> date:
    """Move a talk to the working day before; 24 December to 1 January lie outside the data."""
    while day in CLOSED or day.isoweekday() > 5:
        day -= timedelta(days=1)
    return day


def final_reports(books: Books, jobcentre: str) -> list[Row]:
    """Return a report for each placement that has one."""
    return [
        {
            "placement_id": placement.id,
            "delivered_on": (placement.actual_end + timedelta(days=placement.report_after)).isoformat(),
            "recommendation": placement.outcome or "other-municipal-offer",
            "work_capacity_note": "Kan arbejde i et stabilt hold med faste opgaver",
        }
        for placement in books.jobcentre_placements(jobcentre)
        if placement.actual_end and placement.report_after is not None
    ]


def extensions(books: Books, jobcentre: str) -> list[Row]:
    """Return the decided extensions."""
    return [
        {
            "placement_id": placement.id,
            "decided_on": placement.extension_decided.isoformat(),
            "new_planned_end": placement.extended_to.isoformat(),
            "reason": "Konkret vurdering: mere tid til at øge timetallet",
        }
        for placement in books.jobcentre_placements(jobcentre)
        if placement.extension_decided and placement.extended_to
    ]


def grants(books: Books, jobcentre: str) -> list[Row]:
    """Return one complete grant per trainee, where the jobcentre's auditor asks for grants."""
    if jobcentre not in books.terms.with_grants:
        return []
    return [
        {
            "grant_id": f"{jobcentre}:B-{placement.id[4:]}",
            "agreement_id": books.terms.id,
            "basis": "trainee",
            "placement_id": placement.id,
            "jobcentre": jobcentre,
            "goal": "Stabilt fremmøde og afklaring af, hvad der kan klares",
            "tasks": "Ugentlige samtaler, oplæring og støtte på arbejdspladsen",
            "mentor_qualifications": "Erfaren medarbejder med mentorkursus",
            "hours_per_week": f"{books.terms.hours_per_week:.2f}",
            "appeal_guidance_given": "true",
            "signed_on": _working_day(placement.start - timedelta(days=4)).isoformat(),
            "valid_from": placement.start.isoformat(),
            "valid_to": min(placement.last_day, DATA_ENDS).isoformat(),
        }
        for placement in books.jobcentre_placements(jobcentre)
    ]

"""The tables of a large package of one agreement and jobcentre: made up, canonical, nothing wrong in them.

Half a year of placements with attendance each working day and two visits of a mentor each week, with a note. What is
asked for is bytes; the same number always gives the same tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from exchange.checks.rules import load_rules
from exchange.form.canonical import write_csv
from exchange.form.tables import tables

Row = dict[str, str | None]

AGREEMENT, JOBCENTRE, AUDITOR = "AFT-1", "159", "aud-nord"
START, END = date(2016, 1, 4), date(2016, 6, 30)
_WEEKS = 25
_WORDS = (  # noqa: SIM905
    "samtale opgave mødetid pause kollega lager kunde kasse levering oprydning oplæring sikkerhed plan uge morgen aftale "
    "fremmøde transport helbred motivation ansvar tempo samarbejde vagt værktøj truck pakning bestilling rengøring kantine "
    "kontor telefon mail møde leder mentor mål trin øvelse gentagelse tålmodighed spørgsmål svar hjælp støtte ros retning"
).split()

_BYTES_PER_PLACEMENT = 17_400


def write_tables(size: int) -> dict[str, bytes]:
    """Return the files ``data/<table>.csv`` of about that many bytes together, in the order of the form."""
    count = max(1, size // _BYTES_PER_PLACEMENT)
    rows = {
        "agreements": _agreement(),
        "parties": _parties(),
        "sites": _sites(),
        "mentors": _mentors(count),
        "placements": _placements(count),
        "mentor_hours": _hours(count),
        "attendance": _attendance(count),
    }
    return {f"data/{name}.csv": write_csv(tables()[name], found) for name, found in rows.items()}


def _agreement() -> Iterator[Row]:
    yield {
        "agreement_id": AGREEMENT, "title": "Et opdigtet partnerskab", "company_cvr": "12345678",
        "company_name": "Opdigtet Service A/S", "lead_jobcentre": JOBCENTRE, "mentor_model": "shared-mentor",
        "funding": "per-occupied-place", "places": "1", "places_are": "minimum", "mentor_hours_per_week": "1.50",
        "hourly_rate": "275.00", "max_weeks": "26", "proration": "weekdays", "valid_from": "2016-01-01",
    }  # fmt: skip


def _parties() -> Iterator[Row]:
    yield {
        "agreement_id": AGREEMENT, "jobcentre": JOBCENTRE, "role": "lead", "places": "1", "auditor": AUDITOR,
        "contact_mailbox": "aft@159.example",
    }  # fmt: skip


def _sites() -> Iterator[Row]:
    yield {"site_id": "S-1", "agreement_id": AGREEMENT, "name": "Lageret", "postcode": "2860"}


def _mentors(count: int) -> Iterator[Row]:
    for number in range(1 + count // 8):
        yield {
            "mentor_id": f"M-{number:05}", "agreement_id": AGREEMENT, "employer": "company",
            "valid_from": "2015-06-01",
        }  # fmt: skip


def _placements(count: int) -> Iterator[Row]:
    for number in range(count):
        yield {
            "placement_id": _placement(number), "agreement_id": AGREEMENT, "jobcentre": JOBCENTRE, "site_id": "S-1",
            "trainee_ref": f"t-{number:06}", "benefit": "cash-benefit-job-ready", "age_group": "30-plus",
            "gender": "f", "start": str(START), "planned_end": str(END), "weekly_hours": "25.00",
        }  # fmt: skip


def _hours(count: int) -> Iterator[Row]:
    chance = Random(2016)  # noqa: S311 - made-up words
    for number in range(count):
        for visit in range(2 * _WEEKS):
            day = START + timedelta(days=7 * (visit // 2) + 2 * (visit % 2) + number // 4 % 2)
            if _is_closed(day):
                continue
            yield {
                "reporter": "jobcentre", "entry_id": f"159:{number:06}:{visit:03}",
                "placement_id": _placement(number), "mentor_id": f"M-{number // 8:05}", "date": str(day),
                "hours": "0.75", "activity": "conversation", "registered_on": str(day + timedelta(days=1)),
                "note": " ".join(chance.choices(_WORDS, k=20 + visit % 3)),
            }  # fmt: skip


def _attendance(count: int) -> Iterator[Row]:
    days = [day for day in _days() if not _is_closed(day)]
    for number in range(count):
        for day in days:
            yield {
                "reporter": "jobcentre", "placement_id": _placement(number), "date": str(day),
                "planned_hours": "5.00", "attended_hours": "5.00",
            }  # fmt: skip


def _placement(number: int) -> str:
    return f"{JOBCENTRE}-{number:06}"


def _days() -> Iterator[date]:
    return (START + timedelta(days=step) for step in range((END - START).days + 1))


def _closed() -> frozenset[str]:
    lines = load_rules().calendar.splitlines()[1:]
    return frozenset(fields[0] for line in lines if (fields := line.split(","))[4] != "false")


_CLOSED = _closed()


def _is_closed(day: date) -> bool:
    return day.isoweekday() > 5 or str(day) in _CLOSED

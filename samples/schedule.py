"""An ordinary half-year: who came, when the mentor met whom, and what was claimed for it, with nothing wrong in it.

In: an agreement's terms and placements, a seeded generator. Out: :class:`samples.facts.Books` on which no rule of the
catalogue above severity info has anything to say but for what :mod:`samples.plants` does to it.

Every week gives each trainee exactly the agreed hours, and where a jobcentre claims by the month, a week that spans two
months is shared by weekdays, as settlement shares it: so what is claimed is always what is documented.
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from samples.facts import (
    FIRST,
    LAST,
    Books,
    Claim,
    DayRow,
    HourRow,
    Placement,
    Side,
    Terms,
    open_days,
    week_days,
    week_of,
    weekdays_between,
)

Presence = dict[tuple[str, date], tuple[Decimal, str]]
Plan = Mapping[tuple[str, str], Sequence[tuple[int, str, str]]]
"""(placement, week) → (weekday, hours, activity) of each session, where the story needs exactly these."""

PATTERNS: Mapping[Decimal, tuple[tuple[str, ...], ...]] = {
    Decimal("3.00"): (("1.50", "1.50"), ("2.00", "1.00"), ("1.00", "1.00", "1.00"), ("1.25", "1.00", "0.75")),
    Decimal("4.00"): (("2.00", "2.00"), ("2.50", "1.50")),
    Decimal("2.40"): (("1.20", "1.20"), ("1.40", "1.00")),
    Decimal("1.80"): (("1.80",), ("1.00", "0.80")),
    Decimal("1.20"): (("1.20",),),
    Decimal("0.60"): (("0.60",),),
}
AT_WORK = ("conversation", "training", "workplace-support", "conversation", "progress-review", "training")
AWAY = ("conversation", "coordination")
NOTES = (
    "Talt med holdleder om opgaverne",
    "Aftalt ny opgave på lageret",
    "Gennemgået ugeplan",
    "Møder stabilt, trives i holdet",
    "Fulgt op på aftale fra sidste uge",
    "Kort samtale, alt går efter planen",
)
UNSEEN = ("Ringet til sagsbehandleren", "Aftalt møde med jobcenteret", "Talt med holdleder om tilbagevenden")
"""Coordination has always a note: some auditors ask for one where nobody else saw the hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One true mentor session."""

    placement: str
    mentor: str
    day: date
    hours: Decimal
    activity: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What sessions are arranged around: who came, what the story needs, chance for the rest, and the mentors' days so far."""

    came: Presence
    plan: Plan
    rng: random.Random
    load: dict[tuple[str, date], Decimal] = field(default_factory=dict)

    def lightest(self, days: Sequence[date], count: int, placement: Placement) -> list[date]:
        """Return the days on which the trainee's mentor has least to do, in order."""
        order = self.rng.sample(days, len(days))
        order.sort(key=lambda day: self.load.get((mentor_of(placement, day), day), Decimal(0)))
        return sorted(order[:count])

    def book(self, session: Session) -> Session:
        """Put the session in the mentor's day."""
        key = (session.mentor, session.day)
        self.load[key] = self.load.get(key, Decimal(0)) + session.hours
        return session


def presence(placements: Sequence[Placement], forced: Presence, rng: random.Random) -> Presence:
    """Return attended hours and absence code of every open day of every placement."""
    found: Presence = {}
    for placement in placements:
        days = iter(open_days(placement.start, min(placement.last_day, LAST)))
        for day in days:
            found[placement.id, day] = _a_day(placement, rng)
            if found[placement.id, day][1] == "sick" and rng.random() < 0.5:
                following = next(days, None)
                if following:
                    found[placement.id, following] = (Decimal("0.00"), "sick")
    return found | forced


def _a_day(placement: Placement, rng: random.Random) -> tuple[Decimal, str]:
    draw = rng.random()
    for limit, code in (
        (0.03, "sick"),
        (0.04, "child-sick"),
        (0.05, "no-show"),
        (0.062, "agreed-leave"),
        (0.075, "holiday"),
    ):
        if draw < limit:
            return Decimal("0.00"), code
    if draw > 0.88:
        return placement.planned - Decimal(rng.choice(("0.25", "0.50"))), ""
    return placement.planned, ""


def sessions(books: Books, course: Course) -> list[Session]:
    """Return every true session, week by week and placement by placement."""
    return [
        course.book(session)
        for week in range(1, 27)
        for placement in books.placements
        for session in _week(books.terms, placement, week, course)
    ]


def _week(terms: Terms, placement: Placement, week: int, course: Course) -> Iterator[Session]:
    rng = course.rng
    monday, friday = week_days(week)
    name = week_of(monday)
    if monday < placement.start or friday > placement.last_day:
        return
    if (placement.id, name) in course.plan:
        for weekday, hours, activity in course.plan[placement.id, name]:
            day = monday + timedelta(days=weekday - 1)
            yield _session(placement, day, Decimal(hours), activity, rng)
        return
    for part in _parts(terms, placement, monday, friday):
        due = terms.hours_per_week * len(part) / 5
        pattern = rng.choice(PATTERNS[due.quantize(Decimal("0.01"))])
        open_part = open_days(part[0], part[-1])
        for day, hours in zip(course.lightest(open_part, len(pattern), placement), pattern, strict=True):
            attended = course.came[placement.id, day][0]
            activity = rng.choice(AT_WORK if attended else AWAY)
            yield _session(placement, day, Decimal(hours), activity, rng)


def _parts(terms: Terms, placement: Placement, monday: date, friday: date) -> list[list[date]]:
    """Cut the week where the month ends, if the jobcentre claims by the month."""
    days = weekdays_between(monday, friday)
    if placement.jobcentre not in terms.monthly:
        return [days]
    return [list(part) for _, part in groupby(days, key=lambda day: day.month)]


def _session(placement: Placement, day: date, hours: Decimal, activity: str, rng: random.Random) -> Session:
    note = rng.choice(NOTES) if rng.random() < 0.15 else ""
    if activity == "coordination":
        note = rng.choice(UNSEEN)
    return Session(
        placement=placement.id,
        mentor=mentor_of(placement, day),
        day=day,
        hours=hours,
        activity=activity,
        note=note,
    )


def mentor_of(placement: Placement, day: date) -> str:
    """Return who meets the trainee: the fixed mentor, or the substitute in week 7, in the Easter week and for one case."""
    agreement = placement.site[:3]
    if agreement == "FAB":
        return f"FAB-M{'12'[placement.site == 'FAB-S2']}"
    if agreement == "KRE":
        return "KRE-M1"
    week = day.isocalendar().week
    away = week == 7 or (week == 12 and placement.jobcentre != "159") or placement.id == "167-00003"
    return "RED-M2" if away else "RED-M1"


def hour_rows(books: Books, true: Sequence[Session], rng: random.Random) -> list[HourRow]:
    """Return what both sides report of the sessions: the same, each under its own numbers."""
    ordered = sorted(true, key=lambda session: (session.day, session.placement))
    rows: list[HourRow] = []
    numbers: dict[str, int] = {}
    sides: tuple[Side, ...] = (
        ("company", "jobcentre") if books.terms.company_reports_hours else ("jobcentre",)
    )
    for session in ordered:
        for side in sides:
            sender = books.terms.company if side == "company" else session.placement[:3]
            numbers[sender] = numbers.get(sender, 0) + 1
            rows.append(_hour_row(session, side, sender, numbers[sender], rng.choice((0, 1, 1, 2))))
    return rows


def _hour_row(session: Session, side: Side, sender: str, number: int, delay: int) -> HourRow:
    return HourRow(
        side=side,
        sender=sender,
        local_id=f"{number:04d}",
        placement=session.placement,
        mentor=session.mentor,
        day=session.day,
        hours=session.hours,
        activity=session.activity,
        registered_on=session.day + timedelta(days=delay),
        note=session.note,
    )


def day_rows(books: Books, came: Presence, sides: Sequence[Side]) -> list[DayRow]:
    """Return the attendance that the sides report: the same."""
    planned = {placement.id: placement.planned for placement in books.placements}
    return [
        DayRow(
            side=side,
            placement=placement,
            day=day,
            planned=planned[placement],
            attended=attended,
            absence=absence,
        )
        for side in sides
        for (placement, day), (attended, absence) in sorted(came.items())
    ]


def periods(terms: Terms, jobcentre: str) -> list[tuple[date, date, str]]:
    """Return (start, end, name) of a jobcentre's claims: six months, or two times thirteen weeks."""
    if jobcentre in terms.monthly:
        return [
            (date(2016, month, 1), date(2016, month, monthrange(2016, month)[1]), f"K-2016-{month:02d}")
            for month in range(1, 7)
        ]
    middle = date.fromisocalendar(2016, 13, 7)
    return [(FIRST, middle, "K-2016-1"), (middle + timedelta(days=1), LAST, "K-2016-2")]


def entitlement_days(books: Books, jobcentre: str, start: date, end: date) -> int:
    """Return the settlement days of a jobcentre's placements in a period (rules.md, Settlement, proration weekdays)."""
    return sum(
        len(weekdays_between(max(start, placement.start, FIRST), min(end, placement.last_day)))
        for placement in books.jobcentre_placements(jobcentre)
    )


def claims(books: Books) -> list[Claim]:
    """Return claims that ask for exactly what the settlement gives."""
    jobcentres = sorted({placement.jobcentre for placement in books.placements})
    return [
        _claim(books, jobcentre, start, end, name)
        for jobcentre in jobcentres
        for start, end, name in periods(books.terms, jobcentre)
    ]


def _claim(books: Books, jobcentre: str, start: date, end: date, name: str) -> Claim:
    terms = books.terms
    if terms.hourly_rate is None:
        places, weeks = terms.places[jobcentre], Decimal(len(weekdays_between(start, end))) / 5
        hours, amount = places * terms.hours_per_week * weeks, places * (terms.place_rate or 0) * weeks
    else:
        hours = entitlement_days(books, jobcentre, start, end) * terms.hours_per_week / 5
        amount = hours * terms.hourly_rate
    return Claim(
        local_id=name,
        jobcentre=jobcentre,
        start=start,
        end=end,
        hours=hours.quantize(Decimal("0.01")),
        rate=terms.hourly_rate,
        amount=Decimal(amount).quantize(Decimal("0.01")),
        submitted_on=end + timedelta(days=8),
    )

"""What is true in the samples, as values: placements, sessions, presence, claims and papers.

Made by :mod:`samples.schedule`, changed on purpose by :mod:`samples.plants`, written by :mod:`samples.exports`.
Hours and kroner are Decimals with two digits; dates are dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Side = Literal["company", "jobcentre"]

FIRST = date(2016, 1, 4)
LAST = date(2016, 7, 3)
"""26 whole ISO weeks, 2016-W01 to 2016-W26."""

CLOSED = frozenset(
    date(2016, month, day)
    for month, day in ((3, 24), (3, 25), (3, 27), (3, 28), (4, 22), (5, 5), (5, 15), (5, 16))
)
"""The closed days of rules.md that fall between FIRST and LAST: Easter, Store Bededag, Ascension, Whitsun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One placement (forløb); ``case`` is the jobcentre's own number, ``slot`` the company's."""

    id: str
    case: str
    slot: str
    site: str
    trainee: str
    benefit: str
    age_group: str
    gender: str
    start: date
    planned_end: date
    actual_end: date | None = None
    outcome: str = ""
    planned: Decimal = Decimal("4.00")
    extended_to: date | None = None
    extension_decided: date | None = None
    report_after: int | None = None
    cpr: str = ""

    @property
    def jobcentre(self) -> str:
        """The jobcentre that owns it."""
        return self.id[:3]

    @property
    def person(self) -> str:
        """The jobcentre's own number for the trainee, without its prefix."""
        return self.trainee.partition(":")[2]

    @property
    def last_day(self) -> date:
        """The last day as rules.md counts it."""
        return self.actual_end or max(self.planned_end, self.extended_to or self.planned_end)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRow:
    """One line of mentor hours as one side reports it.

    Attributes:
        written_date: the text that stands in the sheet instead of the date, where the date was written wrongly.
    """

    side: Side
    sender: str
    local_id: str
    placement: str
    mentor: str
    day: date
    hours: Decimal
    activity: str
    registered_on: date
    note: str = ""
    written_date: str = ""

    @property
    def entry_id(self) -> str:
        """The form's entry_id: the sender and its own number (form.md)."""
        return f"{self.sender}:{self.local_id}"

    @property
    def key(self) -> str:
        """The form's primary key, joined by ``|``."""
        return f"{self.side}|{self.entry_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One day's attendance as one side reports it; ``written_hours`` replaces the attended hours in the sheet."""

    side: Side
    placement: str
    day: date
    planned: Decimal
    attended: Decimal
    absence: str = ""
    written_hours: str = ""

    @property
    def key(self) -> str:
        """The form's primary key, joined by ``|``."""
        return f"{self.side}|{self.placement}|{self.day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim for mentor reimbursement."""

    local_id: str
    jobcentre: str
    start: date
    end: date
    hours: Decimal
    rate: Decimal | None
    amount: Decimal
    submitted_on: date

    @property
    def id(self) -> str:
        """The form's claim_id."""
        return f"{self.jobcentre}:{self.local_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an agreement says that the generator has to reckon with."""

    id: str
    slug: str
    company: str
    hours_per_week: Decimal
    hourly_rate: Decimal | None
    place_rate: Decimal | None = None
    places: dict[str, int] = field(default_factory=dict)
    monthly: frozenset[str] = frozenset()
    with_grants: frozenset[str] = frozenset()
    company_reports_hours: bool = True


@dataclass(slots=True, kw_only=True)
class Books:
    """Everything that the parties of one agreement report."""

    terms: Terms
    placements: list[Placement]
    hours: list[HourRow] = field(default_factory=list)
    days: list[DayRow] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def placement(self, placement_id: str) -> Placement:
        """Return the placement with this id."""
        return next(placement for placement in self.placements if placement.id == placement_id)

    def jobcentre_placements(self, jobcentre: str) -> list[Placement]:
        """Return a jobcentre's placements in the order of their ids."""
        return [placement for placement in self.placements if placement.jobcentre == jobcentre]


def days_between(start: date, end: date) -> list[date]:
    """Return the dates from start to end, both included."""
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def weekdays_between(start: date, end: date) -> list[date]:
    """Return Monday to Friday between two dates, closed days included: the days that settlement counts."""
    return [day for day in days_between(start, end) if day.isoweekday() <= 5]


def open_days(start: date, end: date) -> list[date]:
    """Return the days on which a workplace is open."""
    return [day for day in weekdays_between(start, end) if day not in CLOSED]


def week_of(day: date) -> str:
    """Return the ISO week as the form writes it, ``2016-W09``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_days(week: int) -> tuple[date, date]:
    """Return Monday and Friday of an ISO week of 2016."""
    return date.fromisocalendar(2016, week, 1), date.fromisocalendar(2016, week, 5)

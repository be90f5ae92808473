"""The words of rules.md over the readable rows: placements, hours, attendance, parameters, reported, covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.checks.oracle.days import closed, days, half_holiday, month
from tests.checks.oracle.rows import Row, Tables, readable

SIDES = ("company", "jobcentre")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """An auditor profile's parameters; the defaults are those in brackets."""

    grants_required: bool = False
    final_report_days: int = 14
    attendance_tolerance: Decimal = Decimal("0.50")
    claim_tolerance: Decimal = Decimal("0.00")
    conversation_every_weeks: int | None = None
    registration_days: int | None = None
    note_required_for: tuple[str, ...] = ()
    attendance_daily: bool = False
    responsibilities_required: bool = False
    both_sides: bool = False
    closed_period: bool = False
    severities: Mapping[str, str] = field(default_factory=dict)

    def severity(self, rule: str) -> str:
        return self.severities.get(rule, "warning")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One finding: rule, subject, severity, likely cause and worth in kroner."""

    rule: str
    subject: tuple[str, ...]
    severity: str
    amount: Decimal | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """A placement with its agreement and its extensions."""

    id: str
    row: Row
    agreement: Row
    extensions: tuple[Row, ...]

    @property
    def agreement_id(self) -> str:
        return self.agreement.text("agreement_id") or ""

    @property
    def jobcentre(self) -> str:
        return self.row.text("jobcentre") or ""

    @property
    def rate(self) -> Decimal | None:
        return self.agreement.number("hourly_rate")

    @property
    def start(self) -> date | None:
        return self.row.day("start")

    @property
    def last_day(self) -> date | None:
        actual = self.row.day("actual_end")
        planned = [self.row.day("planned_end"), *(row.day("new_planned_end") for row in self.extensions)]
        return actual or max((day for day in planned if day), default=None)

    def runs_on(self, day: date) -> bool:
        return bool(self.start and self.last_day and self.start <= day <= self.last_day)

    def outside(self, day: date | None) -> bool:
        """Whether the date is known not to be inside: before a start or after a last day that is known."""
        early = day and self.start and day < self.start
        return bool(early or (day and self.last_day and day > self.last_day))


@dataclass(frozen=True, slots=True)
class Reported:
    """A row of mentor_hours or attendance with its placement."""

    row: Row
    placement: Placement

    def text(self, name: str) -> str:
        return self.row.text(name) or ""

    @property
    def side(self) -> str:
        return self.text("reporter")

    @property
    def day(self) -> date | None:
        return self.row.day("date")

    @property
    def hours(self) -> Decimal:
        return self.row.number("hours") or Decimal(0)

    @property
    def worth(self) -> Decimal | None:
        return kroner(self.row.number("hours"), self.placement.rate)


def kroner(hours: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """Hours × rate, half up to the øre."""
    return None if hours is None or rate is None else (hours * rate).quantize(CENT, ROUND_HALF_UP)


def worth(entries: Iterable[Reported]) -> Decimal | None:
    """The entries' hours × rate, all of one agreement; unknown where none says its hours."""
    known = [entry for entry in entries if entry.row.number("hours") is not None]
    return kroner(total_hours(known), known[0].placement.rate) if known else None


def total_hours(entries: Iterable[Reported]) -> Decimal:
    return sum((entry.hours for entry in entries), Decimal(0))


class Facts:
    """Everything the rules read, made once from the tables and the profiles."""

    def __init__(self, tables: Tables, profiles: Mapping[str, Demands]) -> None:
        self.raw = tables
        self.rows = readable(tables)
        self._profiles = profiles
        self.agreements = {row.text("agreement_id") or "": row for row in self.rows["agreements"]}
        self.placements = self._placements()
        self.entries = self._with_placement("mentor_hours")
        self.duplicates = self._later_duplicates()
        self.hours = [
            entry
            for entry in self.entries
            if entry.placement.agreement_id and id(entry) not in {id(later) for later in self.duplicates}
        ]
        self.attendance = self._with_placement("attendance")
        self._reported = self._reported_dates()
        self._months = {key: {month(day) for day in dates} for key, dates in self._reported.items()}
        self.hours_of = _by_placement(self.hours)
        self.attendance_of = _by_placement(self.attendance)

    def _placements(self) -> dict[str, Placement]:
        extensions = defaultdict(list)
        for row in self.rows["extensions"]:
            extensions[row.text("placement_id")].append(row)
        return {
            name: Placement(name, row, self._agreement_of(row), tuple(extensions[name]))
            for row in self.rows["placements"]
            if (name := row.text("placement_id"))
        }

    def _agreement_of(self, row: Row) -> Row:
        """The placement's agreement; one without a cell where the placement names none."""
        return self.agreements.get(row.text("agreement_id") or "", Row({}))

    def _with_placement(self, table: str) -> list[Reported]:
        return [
            Reported(row, self.placements[name])
            for row in self.rows[table]
            if (name := row.text("placement_id")) in self.placements
        ]

    def _later_duplicates(self) -> list[Reported]:
        same = defaultdict(list)
        for entry in self.entries:
            told = [entry.text(name) for name in ("reporter", "placement_id", "mentor_id", "activity")]
            hours = entry.row.number("hours")
            if all(told) and entry.day and hours is not None:
                same[(*told, entry.day, hours)].append(entry)
        ordered = [sorted(entries, key=lambda entry: entry.text("entry_id")) for entries in same.values()]
        return [
            entry
            for entries in ordered
            for entry in entries
            if entry.text("entry_id") > entries[0].text("entry_id")
        ]

    def _reported_dates(self) -> dict[tuple[str, str, str, str], list[date]]:
        found = defaultdict(list)
        for table, entries in (("mentor_hours", self.hours), ("attendance", self.attendance)):
            for entry in entries:
                if entry.day:
                    place = entry.placement
                    found[table, entry.side, place.agreement_id, place.jobcentre].append(entry.day)
        return found

    def has_reported(self, table: str, side: str, place: Placement, day: date) -> bool:
        key = (table, side, place.agreement_id, place.jobcentre)
        if not (place.agreement_id and place.jobcentre) or month(day) not in self._months.get(key, ()):
            return False
        return min(self._reported[key]) <= day <= max(self._reported[key])

    def dates_of(self, agreement_id: str, jobcentre: str | None = None) -> list[date]:
        """All mentor_hours and attendance dates of an agreement, or of one of its jobcentres."""
        return [
            day
            for (_, _, agreement, centre), dates in self._reported.items()
            if agreement == agreement_id and jobcentre in {None, centre}
            for day in dates
        ]

    def due_days(self, side: str, place: Placement) -> list[date]:
        if place.start is None or place.last_day is None:
            return []
        return [
            day
            for day in days(place.start, place.last_day)
            if not closed(day) and not half_holiday(day) and self.has_reported("attendance", side, place, day)
        ]

    def demands(self, agreement_id: str, jobcentre: str) -> Demands:
        for party in self.parties_of(agreement_id):
            if party.text("jobcentre") == jobcentre:
                return self._profiles.get(party.text("auditor_profile") or "", Demands())
        return Demands()

    def demands_on(self, place: Placement) -> Demands:
        return self.demands(place.agreement_id, place.jobcentre)

    def parties_of(self, agreement_id: str) -> list[Row]:
        return [row for row in self.rows["parties"] if row.text("agreement_id") == agreement_id]

    def placements_of(self, agreement_id: str, jobcentre: str | None = None) -> list[Placement]:
        return [
            place
            for place in self.placements.values()
            if place.agreement_id == agreement_id and jobcentre in {None, place.jobcentre}
        ]

    def grants_covering(self, place: Placement, day: date) -> list[Row]:
        return [row for row in self.rows["mentor_grants"] if _names(row, place) and _valid_on(row, day)]


def _names(grant: Row, place: Placement) -> bool:
    if grant.text("basis") == "trainee":
        return grant.text("placement_id") == place.id
    same = (grant.text("agreement_id"), grant.text("jobcentre")) == (place.agreement_id, place.jobcentre)
    return grant.text("basis") == "place" and same


def _valid_on(row: Row, day: date) -> bool:
    first, last = row.day("valid_from"), row.day("valid_to")
    return first is not None and first <= day and (last is None or day <= last)


def _by_placement(entries: Iterable[Reported]) -> dict[str, list[Reported]]:
    found: dict[str, list[Reported]] = defaultdict(list)
    for entry in entries:
        found[entry.placement.id].append(entry)
    return found

"""The weeks report: mentor hours of each placement by ISO week and side, beside what is agreed. Rows in, sums out.

DuckDB adds up; the rows are the corrected ones, without repeated entries (the word ``hours``), and what is agreed is what
rule M02 holds them against: the mentor grants that reach the week's days, else the agreement's weekly hours. It says
nothing of who is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from exchange.checks.profiles import Profile
    from exchange.checks.rules import RuleSet
    from exchange.checks.source import TableSource
    from exchange.form.corrections import Correction

Side = Literal["company", "jobcentre"]
SIDES: tuple[Side, ...] = ("company", "jobcentre")

# A wrong year makes a gap of centuries; it is left as one step.
_LONGEST_GAP = timedelta(weeks=53)
_WEEK = timedelta(weeks=1)

_SUMS = """
WITH per_side AS (
  SELECT agreement_id, jobcentre, placement_id, reporter, week, min(date) AS first_date,
    CAST(sum(hours) AS DECIMAL(18, 2)) AS hours
  FROM hours
  WHERE week IS NOT NULL AND reporter IN ('company', 'jobcentre') AND ($placement = '' OR placement_id = $placement)
  GROUP BY agreement_id, jobcentre, placement_id, reporter, week
),
granted AS (
  SELECT h.placement_id, h.reporter, h.week, max(g.hours_per_week) AS hours_per_week
  FROM hours AS h
  JOIN mentor_grants AS g ON CASE g.basis
    WHEN 'trainee' THEN g.placement_id = h.placement_id
    WHEN 'place' THEN g.agreement_id = h.agreement_id AND g.jobcentre = h.jobcentre
    ELSE false END
  WHERE g.valid_from <= h.date AND h.date <= COALESCE(g.valid_to, h.date)
  GROUP BY h.placement_id, h.reporter, h.week
)
SELECT s.agreement_id, s.jobcentre, s.placement_id, s.first_date, s.reporter, s.hours,
  CAST(COALESCE(g.hours_per_week, a.mentor_hours_per_week) AS DECIMAL(18, 2))
FROM per_side AS s
JOIN agreements AS a ON a.agreement_id = s.agreement_id
LEFT JOIN granted AS g ON g.placement_id = s.placement_id AND g.reporter = s.reporter AND g.week = s.week
ORDER BY s.agreement_id, s.jobcentre, s.placement_id, s.first_date, s.reporter
"""


@dataclass(frozen=True, slots=True)
class Reported:
    """What one side reported in a week.

    Attributes:
        hours: their sum, two digits.
        agreed: weekly hours that are agreed on these days; None where nothing is.
    """

    hours: Decimal
    agreed: Decimal | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is more than agreed."""
        return self.agreed is not None and self.hours > self.agreed


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week of a placement; a side that reported nothing is missing.

    Attributes:
        monday: its first day.
    """

    monday: date
    sides: Mapping[Side, Reported]

    def hours(self, side: Side) -> Decimal | None:
        """Return a side's hours; None where it reported none."""
        found = self.sides.get(side)
        return None if found is None else found.hours

    @property
    def agreed(self) -> Decimal | None:
        """The weekly hours that are agreed."""
        return max((one.agreed for one in self.sides.values() if one.agreed is not None), default=None)

    @property
    def difference(self) -> Decimal:
        """The jobcentre's hours less the company's; a missing side counts as none."""
        return (self.hours("jobcentre") or Decimal(0)) - (self.hours("company") or Decimal(0))

    @property
    def differs(self) -> bool:
        """Whether the sides say different things; nothing is not nought."""
        return self.hours("jobcentre") != self.hours("company")

    @property
    def is_over(self) -> bool:
        """Whether a side reported more than is agreed."""
        return any(one.is_over for one in self.sides.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementWeeks:
    """A placement's weeks, from the first with hours to the last, those between included."""

    agreement_id: str
    jobcentre: str
    placement_id: str
    weeks: tuple[Week, ...]

    def total(self, side: Side) -> Decimal:
        """Return all hours of a side."""
        return sum((week.hours(side) or Decimal(0) for week in self.weeks), Decimal(0))

    def as_json(self) -> list[dict[str, object]]:
        """Return one object of the machine contract for each week."""
        return [
            {
                "agreement_id": self.agreement_id,
                "jobcentre": self.jobcentre,
                "placement_id": self.placement_id,
                "week": week_name(week.monday),
                "monday": week.monday.isoformat(),
                "company": _figure(week.hours("company")),
                "jobcentre_hours": _figure(week.hours("jobcentre")),
                "difference": str(week.difference),
                "agreed": _figure(week.agreed),
                "over_agreed": week.is_over,
            }
            for week in self.weeks
        ]


def week_name(monday: date) -> str:
    """Return ``2016-W09``."""
    year, week, _day = monday.isocalendar()
    return f"{year:04d}-W{week:02d}"


def weeks_of(
    source: TableSource,
    *,
    rule_set: RuleSet,
    profiles: Mapping[str, Profile],
    corrections: Sequence[Correction] = (),
    placement: str = "",
) -> list[PlacementWeeks]:
    """Return every placement with hours, or the one that is named, in the order of agreement, jobcentre and id.

    Raises:
        RuleError: a word of the rule set cannot be run.
    """
    from exchange.checks.database import open_database

    with open_database(source, rule_set=rule_set, profiles=profiles, corrections=corrections) as database:
        database.make_words("FROM hours")
        rows = database.connection.execute(_SUMS, {"placement": placement}).fetchall()
    return list(_placements(_Sum(*row) for row in rows))


@dataclass(frozen=True, slots=True)
class _Sum:
    agreement_id: str
    jobcentre: str | None
    placement_id: str
    first_date: date
    reporter: str
    hours: Decimal
    agreed: Decimal | None

    @property
    def placement(self) -> tuple[str, str, str]:
        return self.agreement_id, self.jobcentre or "", self.placement_id

    @property
    def monday(self) -> date:
        return self.first_date - timedelta(days=self.first_date.weekday())


def _placements(sums: Iterable[_Sum]) -> Iterator[PlacementWeeks]:
    for (agreement_id, jobcentre, placement_id), group in groupby(sums, key=lambda one: one.placement):
        yield PlacementWeeks(
            agreement_id=agreement_id,
            jobcentre=jobcentre,
            placement_id=placement_id,
            weeks=tuple(_without_gaps(_weeks(group))),
        )


def _weeks(sums: Iterable[_Sum]) -> Iterator[Week]:
    by_monday: dict[date, dict[Side, Reported]] = {}
    for one in sums:
        by_monday.setdefault(one.monday, {})[cast("Side", one.reporter)] = Reported(one.hours, one.agreed)
    for monday in sorted(by_monday):
        yield Week(monday, by_monday[monday])


def _without_gaps(weeks: Iterable[Week]) -> Iterator[Week]:
    before: date | None = None
    for week in weeks:
        if before is not None and week.monday - before <= _LONGEST_GAP:
            for step in range(1, (week.monday - before) // _WEEK):
                yield Week(before + step * _WEEK, {})
        yield week
        before = week.monday


def _figure(hours: Decimal | None) -> str | None:
    return None if hours is None else str(hours)

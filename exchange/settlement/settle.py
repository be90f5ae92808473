"""Settlement: what each jobcentre owes for a period, to the øre, each line with its own arithmetic.

In: the rows of a check and a period. Out: lines, their totals, and what lacks where no settlement can be made. All
computing is done by the SQL word ``settlement`` (schemas/rules/_settlement.sql), which the C rules read too and which
an auditor can run without us; this module only asks it and writes the answer. Findings never change a settlement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from exchange.checks.database import Database, open_database
from exchange.checks.profiles import Profile
from exchange.checks.rules import RuleSet
from exchange.checks.source import TableSource
from exchange.form.corrections import Correction
from exchange.periods import Period

_LINES = """
SELECT agreement_id, jobcentre, placement_id, CAST(places AS INTEGER), CAST(days AS INTEGER), weeks_times_5,
  weekly_hundredths, hours_hundredths, rate_ore, amount_ore, missing
FROM settlement
WHERE period_start = ? AND period_end = ?
ORDER BY agreement_id, jobcentre, placement_id, days, places, amount_ore
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One settled placement, or one party's places.

    Attributes:
        placement_id: None where places are paid, held or not.
        days: Monday to Friday inside the period, the agreement and the placement.
        weeks: days ÷ 5, or whole ISO weeks, as the agreement prorates.
        hours: weeks × the weekly mentor hours, two digits, half up; None where places are paid.
        rate: kroner an hour, or a place and week.
        amount: kroner, rounded once, half up to the øre, from the exact product.
        arithmetic: that product in figures, the same in every language.
    """

    agreement_id: str
    jobcentre: str
    placement_id: str | None
    days: int
    weeks: Decimal
    hours: Decimal | None
    rate: Decimal
    places: int | None
    amount: Decimal
    arithmetic: str

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {
            "agreement_id": self.agreement_id,
            "jobcentre": self.jobcentre,
            "placement_id": self.placement_id,
            "places": self.places,
            "days": self.days,
            "weeks": str(self.weeks),
            "hours": None if self.hours is None else str(self.hours),
            "rate": str(self.rate),
            "amount": str(self.amount),
            "arithmetic": self.arithmetic,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """A settlement that cannot be made; ``missing`` names the fields that lack, joined by ``, ``."""

    agreement_id: str
    jobcentre: str
    missing: str

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {"agreement_id": self.agreement_id, "jobcentre": self.jobcentre, "missing": self.missing}


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of an agreement's and jobcentre's rounded lines, in kroner."""

    agreement_id: str
    jobcentre: str
    total: Decimal

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {"agreement_id": self.agreement_id, "jobcentre": self.jobcentre, "total": f"{self.total:.2f}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    agreement_id: str
    jobcentre: str
    placement_id: str | None
    places: int | None
    days: int
    weeks_times_5: int | None
    weekly_hundredths: int | None
    hours_hundredths: Decimal | None
    rate_ore: int | None
    amount_ore: Decimal | None
    missing: str | None

    @property
    def payer(self) -> tuple[str, str]:
        return self.agreement_id, self.jobcentre


def settle(
    source: TableSource,
    period: Period,
    *,
    rule_set: RuleSet,
    profiles: Mapping[str, Profile],
    corrections: Sequence[Correction] = (),
) -> list[Line | Missing | Total]:
    """Settle a period on the corrected rows: per agreement and jobcentre its lines, then its total.

    Where a rate, the weekly hours or a party's places lack, a :class:`Missing` stands instead of lines and total.

    Raises:
        RuleError: a word of the rule set cannot be run.
    """
    with open_database(
        source, rule_set=rule_set, profiles=profiles, corrections=corrections, periods=[period]
    ) as database:
        return settle_on(database, period)


def settle_on(database: Database, period: Period) -> list[Line | Missing | Total]:
    """Settle a period on a database that is open; its rows are corrected and it knows the period.

    Raises:
        RuleError: a word of the rule set cannot be run.
    """
    rows = _rows(database, period)
    return [
        item
        for payer, lines in groupby(rows, key=lambda row: row.payer)
        for item in _settled(payer, [*lines])
    ]


def _rows(database: Database, period: Period) -> list[_Row]:
    database.make_words("FROM settlement")
    names = tuple(_Row.__dataclass_fields__)
    rows = database.rows(_LINES, [period.start, period.end])
    return [_Row(**dict(zip(names, row, strict=True))) for row in rows]  # type: ignore[arg-type]


def _settled(payer: tuple[str, str], rows: Sequence[_Row]) -> Iterator[Line | Missing | Total]:
    missing = sorted({row.missing for row in rows if row.missing})
    if missing:
        yield Missing(*payer, ", ".join(missing))
        return
    lines = [_line(row) for row in rows]
    yield from lines
    yield Total(*payer, _sum(line.amount for line in lines))


def _line(row: _Row) -> Line:
    weeks = _weeks(row.weeks_times_5)
    rate, amount = _hundredths(row.rate_ore), _hundredths(row.amount_ore)
    factor = str(row.places) if row.placement_id is None else str(_hundredths(row.weekly_hundredths))
    return Line(
        agreement_id=row.agreement_id,
        jobcentre=row.jobcentre,
        placement_id=row.placement_id,
        days=row.days,
        weeks=weeks,
        hours=None if row.placement_id is None else _hundredths(row.hours_hundredths),
        rate=rate,
        places=row.places,
        amount=amount,
        arithmetic=f"{weeks} × {factor} × {rate} = {amount}",
    )


def _weeks(times_5: int | None) -> Decimal:
    return Decimal((times_5 or 0) * 2).scaleb(-1)


def _hundredths(whole: int | Decimal | None) -> Decimal:
    return Decimal(whole or 0).scaleb(-2)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))

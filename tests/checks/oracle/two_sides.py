"""R-rules and D06: what one side says and the other does not, or says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.checks.oracle.days import month
from tests.checks.oracle.facts import CENT, SIDES, Facts, Placement, Verdict, kroner, total_hours
from tests.checks.oracle.mentor_hours import grouped


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """The sum of hours of one side on (placement, mentor, date)."""

    side: str
    placement: Placement
    mentor: str
    day: date
    hours: Decimal

    @property
    def subject(self) -> tuple[str, ...]:
        return self.placement.agreement_id, self.placement.id, self.mentor, str(self.day)

    @property
    def worth(self) -> Decimal | None:
        return kroner(self.hours, self.placement.rate)


Pair = tuple[Cell, Cell]


def two_sides(facts: Facts) -> Iterator[Verdict]:
    cells = {side: _cells(facts, side) for side in SIDES}
    yield from _differences(cells["company"], cells["jobcentre"])
    yield from _attendance(facts)
    left = {
        side: [cell for key, cell in cells[side].items() if key not in cells[_other(side)]] for side in SIDES
    }
    shifted = _pairs(left, lambda one, two: _shift(one, two) is not None)
    left = _without(left, shifted)
    mistaken = _pairs(left, lambda one, two: _mistake(one, two) is not None)
    left = _without(left, mistaken)
    yield from _named(shifted, mistaken)
    yield from _alone(facts, left["company"] + left["jobcentre"])


def _other(side: str) -> str:
    return "jobcentre" if side == "company" else "company"


def _cells(facts: Facts, side: str) -> dict[tuple[str, str, str], Cell]:
    told = [entry for entry in facts.hours if entry.side == side and entry.day]
    own = [entry for entry in told if entry.row.has("mentor_id") and entry.row.number("hours") is not None]
    return {
        key: Cell(side, entries[0].placement, key[1], date.fromisoformat(key[2]), total_hours(entries))
        for key, entries in grouped(
            own, lambda entry: (entry.placement.id, entry.text("mentor_id"), str(entry.day))
        ).items()
    }


def _differences(
    company: Mapping[tuple[str, str, str], Cell], jobcentre: Mapping[tuple[str, str, str], Cell]
) -> Iterator[Verdict]:
    for key in company.keys() & jobcentre.keys():
        one, two = company[key], jobcentre[key]
        if one.hours != two.hours:
            worth = kroner(abs(one.hours - two.hours), one.placement.rate)
            yield Verdict("R03", one.subject, "error", worth, _cause(one.hours, two.hours))


def _attendance(facts: Facts) -> Iterator[Verdict]:
    told = grouped(facts.attendance, lambda row: (row.placement.id, row.text("date")))
    for rows in told.values():
        sides = {row.side: row.row.number("attended_hours") for row in rows}
        one, two = sides.get("company"), sides.get("jobcentre")
        place = rows[0].placement
        tolerance = facts.demands_on(place).attendance_tolerance
        if one is not None and two is not None and abs(one - two) > tolerance:
            subject = (place.agreement_id, place.id, rows[0].text("date"))
            yield Verdict("R05", subject, "warning", None, _cause(one, two))


def _cause(one: Decimal, two: Decimal) -> str | None:
    """The first likely cause that fits (L = larger, S = smaller)."""
    large, small = max(one, two), min(one, two)
    whole, decimals = divmod(small, 1)
    minutes = decimals * 100
    fits = {
        "decimal-separator-lost": large in {10 * small, 100 * small},
        "minutes-as-hours": small == _half_up(large / 60),
        "doubled": large == 2 * small,
        "clock-as-decimal": minutes < 60 and large == _half_up(whole + minutes / 60),
        "rounded": large - small <= Decimal("0.25"),
    }
    return next((cause for cause, fit in fits.items() if fit), None)


def _half_up(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def _pairs(left: Mapping[str, list[Cell]], fits: Callable[[Cell, Cell], bool]) -> list[Pair]:
    """Pairs where each is the other's only candidate."""
    candidates = [(one, two) for one in left["company"] for two in left["jobcentre"] if fits(one, two)]
    ones, twos = [one for one, _ in candidates], [two for _, two in candidates]
    return [(one, two) for one, two in candidates if ones.count(one) == 1 == twos.count(two)]


def _without(left: Mapping[str, list[Cell]], pairs: Iterable[Pair]) -> dict[str, list[Cell]]:
    taken = {cell for pair in pairs for cell in pair}
    return {side: [cell for cell in cells if cell not in taken] for side, cells in left.items()}


def _shift(company: Cell, jobcentre: Cell) -> str | None:
    same = company.placement is jobcentre.placement and company.mentor == jobcentre.mentor
    if not same or company.hours != jobcentre.hours:
        return None
    one, two = company.day, jobcentre.day
    fits = {
        "day-month-swapped": (one.year, one.month, one.day) == (two.year, two.day, two.month),
        "day-after": one - two == timedelta(days=1),
        "day-before": two - one == timedelta(days=1),
        "wrong-year": (one.month, one.day) == (two.month, two.day) and one.year != two.year,
    }
    return next((cause for cause, fit in fits.items() if fit), None)


def _mistake(company: Cell, jobcentre: Cell) -> str | None:
    if company.day != jobcentre.day or company.hours != jobcentre.hours:
        return None
    one, two = company.placement, jobcentre.placement
    if one is two:
        return "other-mentor"
    same = (one.agreement_id, one.jobcentre) == (two.agreement_id, two.jobcentre)
    return "other-trainee" if same and one.jobcentre and company.mentor == jobcentre.mentor else None


def _named(shifted: Iterable[Pair], mistaken: Iterable[Pair]) -> Iterator[Verdict]:
    for one, two in shifted:
        subject = (one.placement.agreement_id, one.placement.id, one.mentor, str(one.day), str(two.day))
        yield Verdict("R04", subject, "error", None, _shift(one, two))
    for one, two in mistaken:
        cells = (one.placement.id, one.mentor, two.placement.id, two.mentor)
        yield Verdict(
            "R06", (one.placement.agreement_id, str(one.day), *cells), "error", one.worth, _mistake(one, two)
        )


def _alone(facts: Facts, cells: Iterable[Cell]) -> Iterator[Verdict]:
    silent = set()
    for cell in cells:
        other, place = _other(cell.side), cell.placement
        if facts.has_reported("mentor_hours", other, place, cell.day):
            rule = "R01" if cell.side == "company" else "R02"
            yield Verdict(rule, cell.subject, "error", cell.worth)
        elif facts.demands_on(place).both_sides:
            silent.add((place.agreement_id, place.jobcentre, month(cell.day), other))
    for subject in silent:
        yield Verdict("D06", subject, facts.demands(subject[0], subject[1]).severity("D06"))

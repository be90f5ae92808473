"""Company, jobcentre and agreement side by side: what a finding's cells and the rows behind them say of one another. Pure.

Comes in: a finding and :class:`~exchange.review.sources.Facts`. Goes out: one line for each thing that can be compared, in
canonical text; whoever shows it writes it in the user's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from exchange.checks.findings import Evidence, Finding
from exchange.form.canonical import read_number
from exchange.form.tables import table, tables
from exchange.review.corrections import WHOLE_ROW
from exchange.review.sources import Facts

Sign = Literal["equal", "differs", "within", "none"]
Value = tuple[str, ...]
"""One text, or the first and the last of a span; empty where nothing is said."""


# Rules that hold the two sides against one another (rules.md, R).
_BETWEEN_SIDES = "R"
_OF_THE_AGREEMENT = frozenset({"agreements", "parties", "responsibilities", "sites", "mentors"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One line of the comparison.

    Attributes:
        table, field: what is compared, by the form's names.
        between: the company's value against the jobcentre's; agreed: the value beside the agreement's against that.
        limit: the agreement's value is the most that is allowed.
    """

    table: str
    field: str
    company: Value = ()
    jobcentre: Value = ()
    agreement: Value = ()
    between: Sign = "none"
    agreed: Sign = "none"
    limit: bool = False


def compare(finding: Finding, facts: Facts) -> list[Compared]:
    """Return the lines, the finding's own cells before the others."""
    own = [_against(line, facts) for line in _of_evidence(finding)]
    agreed = {line.field for line in own if line.agreement and line.table != "agreements"}
    own = [line for line in own if line.table != "agreements" or line.field not in agreed]
    seen = {line.field for line in own}
    return own + [line for line in _of_rows(facts) if line.field not in seen]


def _of_evidence(finding: Finding) -> Iterator[Compared]:
    grouped: dict[tuple[str, str], list[Evidence]] = {}
    for item in finding.evidence:
        if item.field != WHOLE_ROW:
            grouped.setdefault((item.table, item.field), []).append(item)
    for (name, field), items in grouped.items():
        company, jobcentre, agreement = (
            _united(name, field, [item.value for item in items if _side(item) == side])
            for side in ("company", "jobcentre", "agreement")
        )
        yield Compared(
            table=name,
            field=field,
            company=company,
            jobcentre=jobcentre,
            agreement=agreement,
            between=_between(company, jobcentre, one_misses=finding.rule.startswith(_BETWEEN_SIDES)),
        )


def _between(company: Value, jobcentre: Value, *, one_misses: bool) -> Sign:
    """Return how the sides stand to one another; that one says nothing is a difference where the rule is about that."""
    if not company or not jobcentre:
        return "differs" if one_misses and (company or jobcentre) else "none"
    return "equal" if company == jobcentre else "differs"


def _side(item: Evidence) -> str:
    reporter = dict(item.key).get("reporter")
    return reporter or ("agreement" if item.table in _OF_THE_AGREEMENT else "jobcentre")


def _united(name: str, field: str, values: Iterable[str | None]) -> Value:
    """Return one value for a side's cells: hours and amounts added up, dates as a span, other texts each once."""
    said = [value for value in values if value is not None]
    if len(said) < 2:
        return tuple(said)
    form_field = (
        next((one for one in table(name).fields if one.name == field), None) if name in tables() else None
    )
    numbers = [read_number(value) for value in said]
    if form_field is not None and form_field.type == "number" and None not in numbers:
        return (str(sum((one for one in numbers if one is not None), Decimal(0))),)
    distinct = sorted(set(said))
    if form_field is not None and form_field.type == "date":
        return (distinct[0], distinct[-1]) if len(distinct) > 1 else (distinct[0],)
    return (" ".join(distinct),)


def _against(line: Compared, facts: Facts) -> Compared:
    """Put what was agreed beside a line that has nothing of it."""
    if line.agreement:
        return _with(line, line.agreement, _sign(line.jobcentre or line.company, line.agreement))
    if line.field == "mentor_id":
        return _mentor(line, facts)
    if line.field == "date":
        return _in_placement(line, facts)
    agreed = _agreed(line, facts)
    if not agreed or (line.field == "hours" and facts.placement is None):
        return line
    limit = (line.table, line.field) == ("mentor_hours", "hours")
    beside = line.jobcentre or line.company
    return _with(line, agreed, _at_most(beside, agreed) if limit else _sign(beside, agreed), limit=limit)


def _agreed(line: Compared, facts: Facts) -> Value:
    """Return the term of the agreement; hours for a week are one placement's."""
    terms = facts.agreement or {}
    name = {
        ("mentor_hours", "hours"): "mentor_hours_per_week",
        ("mentor_grants", "hours_per_week"): "mentor_hours_per_week",
        ("claims", "hourly_rate"): "hourly_rate",
    }.get((line.table, line.field))
    value = terms.get(name) if name else None
    return (value,) if value else ()


def _of_rows(facts: Facts) -> Iterator[Compared]:
    """Return what the rows behind the cells say beside them: who, when, and at what rate."""
    for name, field in (("mentor_hours", "hours"), ("mentor_hours", "mentor_id"), ("mentor_hours", "date")):
        line = _of_field(name, field, facts)
        if line is not None:
            yield _against(line, facts)
    rate = (facts.agreement or {}).get("hourly_rate")
    if rate and any(name in ("mentor_hours", "claims") for name, _key in facts.rows):
        yield _rate(rate, facts)


def _of_field(name: str, field: str, facts: Facts) -> Compared | None:
    rows = [row for (one, _key), row in facts.rows.items() if one == name]
    sides = [
        _united(name, field, [row.get(field) for row in rows if row.get("reporter") == side])
        for side in ("company", "jobcentre")
    ]
    company, jobcentre = sides
    if not company and not jobcentre:
        return None
    between = _between(company, jobcentre, one_misses=False)
    return Compared(table=name, field=field, company=company, jobcentre=jobcentre, between=between)


def _rate(rate: str, facts: Facts) -> Compared:
    rows = [row for (name, _key), row in facts.rows.items() if name == "claims"]
    claimed = _united("placements", "", [row.get("hourly_rate") for row in rows])
    return Compared(
        table="claims",
        field="hourly_rate",
        jobcentre=claimed,
        agreement=(rate,),
        agreed=_sign(claimed, (rate,)),
    )


def _mentor(line: Compared, facts: Facts) -> Compared:
    beside = line.jobcentre or line.company
    known = [name for name in (*line.jobcentre, *line.company) if name in facts.mentors]
    return _with(line, tuple(known[:1]), _sign(beside, tuple(known[:1])))


def _in_placement(line: Compared, facts: Facts) -> Compared:
    placement = facts.placement or {}
    start, end = placement.get("start"), placement.get("actual_end") or placement.get("planned_end")
    if not start or not end:
        return line
    beside = line.jobcentre or line.company
    inside = bool(beside) and start <= beside[0] and beside[-1] <= end
    return _with(line, (start, end), "within" if inside else "differs" if beside else "none")


def _with(line: Compared, agreement: Value, agreed: Sign, *, limit: bool = False) -> Compared:
    return Compared(
        table=line.table,
        field=line.field,
        company=line.company,
        jobcentre=line.jobcentre,
        agreement=agreement,
        between=line.between,
        agreed=agreed,
        limit=limit,
    )


def _sign(one: Value, other: Value) -> Sign:
    if not one or not other:
        return "none"
    numbers = read_number(one[0]), read_number(other[0])
    same = numbers[0] == numbers[1] if None not in numbers else one == other
    return "equal" if same else "differs"


def _at_most(one: Value, most: Value) -> Sign:
    said = read_number(one[0]) if one else None
    limit = read_number(most[0])
    if said is None or limit is None:
        return "none"
    return "equal" if said == limit else "within" if said < limit else "differs"

"""T01: totals that somebody wrote down beside what the rows add up to. Measures in, deviations out.

A measure is text from a file, ``table.what[filter=value;…]``; it is parsed into a closed set of counts and sums and
never becomes SQL itself. Reads the rows as they were reported, duplicates and dangling rows and all (rules.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exchange.checks.blanks import is_blank
from exchange.checks.database import Database
from exchange.checks.deviations import Deviation
from exchange.checks.findings import CellRef
from exchange.checks.rules import Rule
from exchange.checks.typed import typed_value
from exchange.checks.unread import key_type
from exchange.form.canonical import read_number
from exchange.form.codes import code_list
from exchange.form.tables import table as form_table

CODE = "exchange/checks/control_totals.py"

_FORM = re.compile(r"([a-z_]+)\.([a-z0-9-]+)(?:\[([^\[\]]+)\])?")
_FILTER = re.compile(r"([a-z]+)=([^=;]+)")
_CODED = {
    "outcomes": ("outcome", "outcome"),
    "benefits": ("benefit", "benefit"),
    "genders": ("gender", "gender"),
    "age_groups": ("age_group", "age_group"),
}
_SUMMED = {
    ("mentor_hours", "sum"): "hours",
    ("attendance", "attended"): "attended_hours",
    ("attendance", "planned"): "planned_hours",
    ("claims", "amount"): "amount",
    ("claims", "hours"): "hours",
}
_COUNTED = ("placements", "mentor_hours", "attendance", "claims")
_FILTERS: Mapping[str, Mapping[str, str]] = {
    "placements": {"agreement": "t.agreement_id", "jobcentre": "t.jobcentre", "placement": "t.placement_id"},
    "mentor_hours": {
        "agreement": "p.agreement_id",
        "jobcentre": "p.jobcentre",
        "reporter": "t.reporter",
        "placement": "t.placement_id",
        "mentor": "t.mentor_id",
        "month": "substr(t.date, 1, 7)",
    },
    "attendance": {
        "agreement": "p.agreement_id",
        "jobcentre": "p.jobcentre",
        "reporter": "t.reporter",
        "placement": "t.placement_id",
        "month": "substr(t.date, 1, 7)",
    },
    "claims": {"agreement": "t.agreement_id", "jobcentre": "t.jobcentre"},
}
_PLACEMENT = (
    "LEFT JOIN (SELECT placement_id, MIN(agreement_id) AS agreement_id, MIN(jobcentre) AS jobcentre "
    "FROM stored.placements GROUP BY placement_id) AS p ON p.placement_id = t.placement_id"
)

_TYPED_PLACEMENT = _PLACEMENT.replace(
    "SELECT placement_id", f"SELECT TRY_CAST(placement_id AS typed.{key_type('placements')}) AS placement_id"
)
_VALUES: Mapping[str, Mapping[str, str]] = {
    name: {
        what: "date_trunc('month', t.date)" if what == "month" else column for what, column in filters.items()
    }
    for name, filters in _FILTERS.items()
}
"""The same of values: a month is its first day."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a control total counts.

    Attributes:
        summed: the field whose numbers are added; None where rows are counted.
        counted: (field, code) of the rows that count; the code None is any value, the whole None every row.
        filters: (name, value) pairs.
    """

    table: str
    summed: str | None
    counted: tuple[str, str | None] | None
    filters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Total:
    """A total as somebody stated it."""

    source: str
    text: str
    measure: Measure
    stated: Decimal


def read_measure(text: str) -> Measure | None:
    """Read a measure of rules.md; None where it is none (told as F-constraint-error)."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    filters = _read_filters(match[3])
    measure = None if filters is None else _read_what(match[1], match[2], filters)
    if measure is None or not {name for name, _ in measure.filters} <= set(_FILTERS[measure.table]):
        return None
    return measure


def judge(database: Database, rules: Mapping[str, Rule]) -> Iterator[Deviation]:
    """Give one deviation for every stated total that the rows do not add up to."""
    for rule in rules.values():
        stated = [*_stated(database)]
        found = _added_up(database, {total.measure for total in stated})
        for total in stated:
            if found[total.measure] != total.stated:
                yield _deviation(rule, total, found[total.measure])


def _stated(database: Database) -> Iterator[_Total]:
    for source, text, stated_text in database.rows(
        "SELECT source, measure, stated FROM stored.control_totals WHERE stated IS NOT NULL ORDER BY source, measure, stated"
    ):
        measure, stated = read_measure(str(text)), read_number(str(stated_text))
        if measure is not None and stated is not None:
            yield _Total(str(source or ""), str(text), measure, stated)


def _deviation(rule: Rule, total: _Total, found: Decimal) -> Deviation:
    return Deviation(
        rule=rule.id,
        subject=(total.source, total.text),
        severity=rule.severity,
        values={"source": total.source, "measure": total.text, "stated": total.stated, "found": found},
        cells=(CellRef("control_totals", f"{total.source}|{total.text}", "stated"),),
    )


def _read_filters(text: str | None) -> tuple[tuple[str, str], ...] | None:
    if text is None:
        return ()
    matches = [_FILTER.fullmatch(part) for part in text.split(";")]
    filters = tuple((match[1], match[2]) for match in matches if match)
    return filters if len(dict(filters)) == len(matches) else None


def _read_what(subject: str, what: str, filters: tuple[tuple[str, str], ...]) -> Measure | None:
    if subject in _CODED:
        return _read_coded(subject, what, filters)
    if (subject, what) in _SUMMED:
        return Measure(subject, _SUMMED[subject, what], None, filters)
    return Measure(subject, None, None, filters) if what == "count" and subject in _COUNTED else None


def _read_coded(subject: str, what: str, filters: tuple[tuple[str, str], ...]) -> Measure | None:
    field, codes = _CODED[subject]
    if what == "all" or (subject, what) == ("outcomes", "finished"):
        return Measure("placements", None, (field, None), filters)
    known = {code.code for code in code_list(codes).codes}
    return Measure("placements", None, (field, what), filters) if what in known else None


def _added_up(database: Database, measures: Collection[Measure]) -> dict[Measure, Decimal]:
    """Add up every measure; those that only filter for other values share one pass over the rows."""
    alike: dict[tuple[object, ...], list[Measure]] = {}
    for measure in sorted(measures, key=repr):
        names = tuple(name for name, _ in measure.filters)
        alike.setdefault((measure.table, measure.summed, measure.counted, names), []).append(measure)
    found: dict[Measure, Decimal] = {}
    for group in alike.values():
        totals = _totals(database, group[0])
        found |= {one: totals.get(tuple(value for _, value in one.filters), Decimal(0)) for one in group}
    return found


def _totals(database: Database, measure: Measure) -> dict[tuple[str, ...], Decimal]:
    """Return the total of each combination of the filtered columns' values.

    Of a table that was read from a file, the rows whose values are what was written are added up as values; only the
    others are read as texts.
    """
    name, found = measure.table, dict[tuple[str, ...], Decimal]()
    if not database.judged[name].is_file:
        return _sums(database, _query(measure, f"stored.{name}", _FILTERS[name], _PLACEMENT), measure)
    placement = _TYPED_PLACEMENT if database.judged["placements"].rows else _PLACEMENT
    as_values = f"(SELECT * FROM typed._{name} WHERE _raw IS NULL)"
    for query in (
        _query(measure, as_values, _VALUES[name], placement),
        _query(measure, _odd_texts(name), _FILTERS[name], _PLACEMENT),
    ):
        for key, total in _sums(database, query, measure).items():
            found[key] = found.get(key, Decimal(0)) + total
    return {key: total or Decimal(0) for key, total in found.items()}


def _odd_texts(name: str) -> str:
    """Return the rows, read from a file, that keep their texts."""
    texts = ", ".join(
        f'_raw[{place}] AS "{column}"' for place, column in enumerate(form_table(name).field_names, 1)
    )
    return f"(SELECT {texts} FROM typed._{name} WHERE _raw IS NOT NULL)"


def _query(measure: Measure, rows: str, filters: Mapping[str, str], placement: str) -> str:
    """Return the SELECT of a measure's totals over these rows."""
    columns = [filters[name] for name, _ in measure.filters]
    tests = [f"{column} IS NOT NULL" for column in columns]
    if measure.counted:
        field, code = measure.counted
        tests.append(f"NOT {is_blank(f't.{field}')}" if code is None else f"t.{field} = ?")
    join = placement if any(column.startswith("p.") for column in columns) else ""
    where = " AND ".join(tests) or "TRUE"
    grouped = f"GROUP BY {', '.join(columns)}" if columns else ""
    named = ", ".join([_aggregate(measure, typed=filters is not _FILTERS[measure.table]), *columns])
    return f"SELECT {named} FROM {rows} AS t {join} WHERE {where} {grouped}"


def _sums(database: Database, query: str, measure: Measure) -> dict[tuple[str, ...], Decimal]:
    code = measure.counted[1] if measure.counted else None
    rows = database.rows(query, [] if code is None else [code])
    return {tuple(_filtered(value) for value in key): Decimal(str(total or 0)) for total, *key in rows}


def _filtered(value: object) -> str:
    """Return a value as a filter names it; a month is told by its first day."""
    return str(value)[:7] if isinstance(value, date) else str(value)


def _aggregate(measure: Measure, *, typed: bool) -> str:
    if measure.summed is None:
        return "COUNT(*)"
    column = f"t.{measure.summed}"
    return f"SUM({column if typed else typed_value(form_table(measure.table).field(measure.summed), column)})"

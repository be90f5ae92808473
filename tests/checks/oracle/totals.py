"""T01: what somebody counted against what the reported rows add up to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tests.checks.oracle.facts import Verdict
from tests.checks.oracle.rows import Row, Tables

_COUNTED = {"outcomes": "outcome", "benefits": "benefit", "genders": "gender", "age_groups": "age_group"}
_SUMMED = {
    ("mentor_hours", "sum"): "hours",
    ("attendance", "attended"): "attended_hours",
    ("attendance", "planned"): "planned_hours",
    ("claims", "amount"): "amount",
    ("claims", "hours"): "hours",
}
_COLUMNS = {"agreement": "agreement_id", "placement": "placement_id", "mentor": "mentor_id"}


def control_totals(tables: Tables) -> Iterator[Verdict]:
    for row in map(Row, tables.get("control_totals", ())):
        stated, computed = row.number("stated"), counted(tables, row.text("measure") or "")
        if stated is not None and computed is not None and stated != computed:
            yield Verdict("T01", (row.text("source") or "", row.text("measure") or ""), "error")


def counted(tables: Tables, measure: str) -> Decimal | None:
    """What the rows of a measure add up to; None where the text is no measure."""
    match = re.fullmatch(r"(\w+)\.([\w-]+)(?:\[(.*)\])?", measure)
    if match is None:
        return None
    subject, what, filters = match.groups()
    table = "placements" if subject in _COUNTED else subject
    rows = [row for row in map(Row, tables.get(table, ())) if _passes(tables, row, filters)]
    if subject in _COUNTED:
        values = [row.text(_COUNTED[subject]) for row in rows]
        every = what == "all" or (subject, what) == ("outcomes", "finished")
        return Decimal(sum(value is not None if every else value == what for value in values))
    if what == "count":
        return Decimal(len(rows))
    return sum((row.number(_SUMMED[subject, what]) or Decimal(0) for row in rows), Decimal(0))


def _passes(tables: Tables, row: Row, filters: str | None) -> bool:
    wanted = dict(part.split("=", 1) for part in filters.split(";")) if filters else {}
    return all(_column(tables, row, name) == value for name, value in wanted.items())


def _column(tables: Tables, row: Row, name: str) -> str | None:
    if name == "month":
        return (row.text("date") or "")[:7]
    column = _COLUMNS.get(name, name)
    if column in row.cells:
        return row.text(column)
    placements = (
        other for other in tables.get("placements", ()) if other["placement_id"] == row.text("placement_id")
    )
    found = next(placements, None)
    return Row(found).text(column) if found else None

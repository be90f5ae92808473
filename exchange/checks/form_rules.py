"""F: cells that break the form. Stored text and intake's faults in, ``F-<type>`` deviations out.

Typing proved the good rows good (:mod:`exchange.checks.typed`); the scalar reader of :mod:`exchange.form.canonical`
judges the suspects with Frictionless's types. Keys are compared in SQL. A row whose key is unreadable or double is named by the
first cell it was read from, since its key names no row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from exchange.checks.blanks import is_blank
from exchange.checks.control_totals import read_measure
from exchange.checks.database import Database
from exchange.checks.deviations import Deviation, RowCell
from exchange.checks.findings import CellRef
from exchange.checks.rules import Rule
from exchange.checks.source import Locator
from exchange.checks.typed import key_expression
from exchange.form.canonical import fault_of
from exchange.form.confidential import masked
from exchange.form.faults import Fault
from exchange.form.tables import ForeignKey, Table, tables

CODE = "exchange/checks/form_rules.py"


@dataclass(frozen=True, slots=True)
class _BadCell:
    """One cell with a fault; ``key`` is None where it is unreadable or double."""

    type: str
    table: str
    row: int
    field: str
    key: str | None


def judge(
    database: Database, rules: Mapping[str, Rule], faults: Sequence[Fault], locator: Locator
) -> Iterator[Deviation]:
    """Give one deviation for every cell of the tables, and of intake's faults, that breaks the form.

    Raises:
        RuleError: intake names a type of fault that the rule set does not have.
    """
    for fault in faults:
        database.rule_set.rule(f"F-{fault.type}")
    yield from _of_tables(database, rules, locator)
    yield from _of_intake(rules, faults)


def _of_intake(rules: Mapping[str, Rule], faults: Iterable[Fault]) -> Iterator[Deviation]:
    for fault in sorted(faults):
        if f"F-{fault.type}" in rules:
            rule = rules[f"F-{fault.type}"]
            cell = CellRef(fault.table, fault.key, fault.field)
            yield _deviation(rule, (fault.table, fault.key, fault.field), cell)


def _of_tables(database: Database, rules: Mapping[str, Rule], locator: Locator) -> Iterator[Deviation]:
    for table in tables().values():
        if not database.judged[table.name].rows:
            continue
        double = _double_rows(database, table)
        bad = [
            *_bad_values(database, table),
            *_bad_references(database, table),
            *_bad_measures(database, table),
            *(_BadCell("primary-key", table.name, row, table.primary_key[0], None) for row in double),
        ]
        unusable = {cell.row for cell in bad if cell.key is None} | double
        places = _places(database, table, unusable, locator)
        for cell in bad:
            if f"F-{cell.type}" in rules:
                yield _cell_deviation(rules[f"F-{cell.type}"], cell, places.get(cell.row))


def _cell_deviation(rule: Rule, cell: _BadCell, place: str | None) -> Deviation:
    if place is None and cell.key is not None:
        return _deviation(rule, (cell.table, cell.key, cell.field), CellRef(cell.table, cell.key, cell.field))
    return _deviation(rule, (cell.table, place or "", cell.field), RowCell(cell.table, cell.row, cell.field))


def _places(database: Database, table: Table, rows: Collection[int], locator: Locator) -> Mapping[int, str]:
    """Name rows by their first source cell; one that came from no file by the sha256 of its cells."""
    if not rows:
        return {}
    found = dict(locator.rows(table.name, rows))
    names = ", ".join(f'"{name}"' for name in table.field_names)
    listed = ", ".join(str(row) for row in sorted(rows))
    for number, *values in database.rows(
        f"SELECT _row, {names} FROM stored.{table.name} WHERE _row IN ({listed})"
    ):
        content = json.dumps(values, ensure_ascii=False)
        found.setdefault(int(str(number)), hashlib.sha256(masked(content).encode()).hexdigest()[:12])
    return found


def _deviation(rule: Rule, subject: tuple[str, str, str], cell: CellRef | RowCell) -> Deviation:
    table = tables().get(cell.table)
    field = next((field for field in table.fields if field.name == cell.field), None) if table else None
    return Deviation(
        rule=rule.id,
        subject=subject,
        severity=rule.severity,
        values={
            "table": table.label if table else cell.table,
            "key": subject[1],
            "field": field.label if field else cell.field,
            "example": field.example if field else None,
        },
        cells=(cell,) if table else (),
    )


def _bad_values(database: Database, table: Table) -> Iterator[_BadCell]:
    """Judge the rows that the screen did not prove good, cell by cell."""
    for number, values in _suspects(database, table):
        cells = dict(zip(table.field_names, values, strict=True))
        faults = {field.name: fault_of(field, cells[field.name]) for field in table.fields}
        key = None if any(faults[name] for name in table.primary_key) else table.key_of(cells)
        for name, fault in faults.items():
            if fault is not None:
                yield _BadCell(fault, table.name, number, name, key)


def _suspects(database: Database, table: Table) -> Iterator[tuple[int, Sequence[str | None]]]:
    judged = database.judged[table.name]
    if not judged.suspects:
        return
    if database.few is not None:
        yield from database.few.suspects(table)
        return
    names = ", ".join(f'"{name}"' for name in table.field_names)
    for number, *values in database.rows(
        f"SELECT _row, {names} FROM stored.{table.name} WHERE {judged.suspected}"
    ):
        yield int(str(number)), [None if value is None else str(value) for value in values]


def _bad_references(database: Database, table: Table) -> Iterator[_BadCell]:
    for reference in table.foreign_keys if database.judged[table.name].dangling else ():
        for number, key in database.rows(_dangling(table, reference)):
            yield _BadCell("foreign-key", table.name, int(str(number)), reference.field, str(key))


def _dangling(table: Table, reference: ForeignKey) -> str:
    column = f't."{reference.field}"'
    return (
        f"SELECT t._row, {key_expression(table, 't')} FROM stored.{table.name} AS t "
        f"WHERE NOT {is_blank(column)} AND {column} NOT IN "
        f'(SELECT p."{reference.to_field}" FROM stored.{reference.table} AS p WHERE p."{reference.to_field}" IS NOT NULL)'
    )


def _double_rows(database: Database, table: Table) -> set[int]:
    """Return the rows whose key another row has too; keys with an empty part are told as empty instead.

    Readable keys are equal as text where they are equal as values; the others are few and compared as text.
    """
    if database.few is not None:
        return database.few.double_rows(table)
    names = ", ".join(f'"{name}"' for name in table.primary_key)
    if not database.rows(f"SELECT 1 FROM typed.{table.name} {_crowded(table)} LIMIT 1"):
        return set()
    same = " AND ".join(f't."{name}" IS NOT DISTINCT FROM d."{name}"' for name in table.primary_key)
    filled = " AND ".join(f"NOT {is_blank(f't.{name}')}" for name in table.primary_key)
    likely = (
        f"SELECT t._row FROM typed.{table.name} AS t INNER JOIN (SELECT {names} FROM typed.{table.name} "
        f"GROUP BY {names} HAVING COUNT(*) > 1) AS d ON {same}"
    )
    texts = f"SELECT t._row, {names} FROM stored.{table.name} AS t WHERE {filled} AND t._row IN ({likely})"
    equal = f"SELECT _row, COUNT(*) OVER (PARTITION BY {names}) AS rows FROM ({texts})"
    return {int(str(number)) for (number,) in database.rows(f"SELECT _row FROM ({equal}) WHERE rows > 1")}


def _crowded(table: Table) -> str:
    """Return the GROUP BY of rows that are more than their keys.

    Days are put together, each a bit of eight weeks, where they are part of the key: a year has fewer weeks than days.
    """
    day = next((name for name in table.primary_key if table.field(name).type == "date"), None)
    names = [f'"{name}"' for name in table.primary_key if name != day]
    if day is None:
        return f"GROUP BY {', '.join(names)} HAVING COUNT(*) > 1"
    number = f"(\"{day}\" - DATE '0001-01-01')"
    return (
        f"GROUP BY {', '.join(names)}, {number} // 56 "
        f'HAVING COUNT("{day}") <> bit_count(bit_or(1::BIGINT << ({number} % 56))) OR COUNT(*) > COUNT("{day}") + 1'
    )


def _bad_measures(database: Database, table: Table) -> Iterator[_BadCell]:
    if table.name != "control_totals":
        return
    for number, key, measure in database.rows(
        f"SELECT t._row, {key_expression(table, 't')}, t.measure FROM stored.control_totals AS t "
        "WHERE t.measure IS NOT NULL"
    ):
        if str(measure).strip() and read_measure(str(measure)) is None:
            yield _BadCell("constraint-error", table.name, int(str(number)), "measure", str(key))

"""K01, K02, K03: what must not stand in a cell's text. Stored text in, deviations out.

DuckDB screens every row once per table; the patterns of rules.md are then judged on the few rows that may match.
Reads the reported text, never the corrected one. A CPR number never reaches a value, a message or a hash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from exchange.checks.database import Database
from exchange.checks.deviations import Deviation
from exchange.checks.findings import CellRef
from exchange.checks.rules import Rule
from exchange.form.confidential import holds_cpr
from exchange.form.tables import Table, tables

CODE = "exchange/checks/text_rules.py"

NOTES = frozenset({"note", "purpose", "reason", "next_step", "work_capacity_note", "goal", "tasks"})
"""The free texts that K03 reads."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.[^\s@<>()\[\],;:.]{2,}")
_TELEPHONE = re.compile(r"(?:\+45|\b0045|\btlf)[\s.:)(-]*[0-9](?:[\s.-]?[0-9]){7}(?![0-9])", re.IGNORECASE)


def holds_formula(text: str) -> bool:
    """Return whether a spreadsheet would run the text (K02)."""
    return text.startswith(_FORMULA_SIGNS) and _NUMBER.fullmatch(text) is None


def holds_address(text: str) -> bool:
    """Return whether the text holds an e-mail address, or a telephone number after +45, 0045 or tlf (K03)."""
    return _EMAIL.search(text) is not None or _TELEPHONE.search(text) is not None


@dataclass(frozen=True, slots=True)
class _TextRule:
    """``screen``: an RE2 pattern for a row's cells, line by line; it matches whenever ``judges`` holds of one of them."""

    screen: str
    judges: Callable[[str], bool]
    fields: frozenset[str] | None = None

    def columns(self, table: Table) -> list[str]:
        return [name for name in table.field_names if self.fields is None or name in self.fields]


_RULES: Mapping[str, _TextRule] = {
    "K01": _TextRule(r"\p{Nd}{2}(?s:.)?\p{Nd}{2}(?s:.)?\p{Nd}{2}(?s:.){0,2}\p{Nd}{4}", holds_cpr),
    "K02": _TextRule(r"(?m)^[=+\-@\t\r]", holds_formula),
    "K03": _TextRule(r"(?i)@|\+45|0045|tlf", holds_address, NOTES),
}


def judge(database: Database, rules: Mapping[str, Rule]) -> Iterator[Deviation]:
    """Give one deviation for every cell that one of the K rules holds of."""
    for rule in rules.values():
        text_rule = _RULES[rule.id]
        for table in tables().values():
            yield from _in_table(database, rule, text_rule, table)


def _in_table(database: Database, rule: Rule, text_rule: _TextRule, table: Table) -> Iterable[Deviation]:
    columns = text_rule.columns(table)
    if not columns:
        return []
    names = ", ".join(f'"{name}"' for name in table.field_names)
    read = ", ".join(f'"{name}"' for name in columns)
    rows = database.rows(
        f"SELECT {names} FROM stored.{table.name} "
        f"WHERE regexp_matches(concat_ws(repeat(chr(10), 3), {read}), '{text_rule.screen}')"
    )
    found = {}
    for row in rows:
        cells = dict(
            zip(table.field_names, (None if value is None else str(value) for value in row), strict=True)
        )
        for name in columns:
            if text_rule.judges(cells[name] or ""):
                ref = CellRef(table.name, table.key_of(cells), name)
                found[ref] = _deviation(rule, ref, table)
    return found.values()


def _deviation(rule: Rule, ref: CellRef, table: Table) -> Deviation:
    return Deviation(
        rule=rule.id,
        subject=(ref.table, ref.key, ref.field),
        severity=rule.severity,
        values={"table": table.label, "key": ref.key, "column": table.field(ref.field).label},
        cells=(ref,),
    )

"""K01, K02, K03: what must not stand in a cell's text. Stored text in, deviations out.

DuckDB screens the names and free texts of every row, once per table; the patterns of rules.md are then judged on the few
rows that may match, and on those that typing did not prove good.
Reads the reported text, never the corrected one; where intake has masked a number, the mask stands for it (K01). A CPR number never reaches a value, a message or a hash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from exchange.checks.database import Database
from exchange.checks.deviations import Deviation
from exchange.checks.few import FewRows, Texts
from exchange.checks.findings import CellRef
from exchange.checks.rules import Rule
from exchange.checks.unread import rows_that_say
from exchange.form.confidential import MASK, holds_cpr
from exchange.form.tables import Field, Table, tables

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
    """One of the rules, and how few texts it is asked of.

    Attributes:
        screen: the SQL that is true of a column's text whenever ``judges`` holds of it.
        fields: that it reads; None where it reads all.
        has_sign: whether every text it holds of has one of the signs that one pattern tells for all rules.
    """

    screen: str
    judges: Callable[[str], bool]
    fields: frozenset[str] | None = None
    has_sign: bool = True

    def reads(self, field: str) -> bool:
        return self.fields is None or field in self.fields


# Two digits in a row, as all numbers of persons and telephones have, the mask of one, or what an address is known by.
_SIGN = r"\p{Nd}{2}|\*-\*|@|[tT][lL][fF]"

# Ten digits take ten bytes, and text of just ten begins with one of them. In UTF-8 the signs of K02 are bytes of their own: the first is between them or is not.
_RULES: Mapping[str, _TextRule] = {
    "K01": _TextRule(
        r"(strlen({0}) > 10 OR (strlen({0}) = 10 AND {0} >= '0' AND {0} < ':')) AND regexp_matches({0}, '\p{{Nd}}{{2}}(?s:.)?\p{{Nd}}{{2}}(?s:.)?\p{{Nd}}{{2}}(?s:.){{0,2}}\p{{Nd}}{{4}}') "
        f"OR contains({{0}}, '{MASK}')",
        lambda text: holds_cpr(text) or MASK in text,
    ),
    "K02": _TextRule(
        "{0} < 'A' AND left({0}, 1) IN ('=', '+', '-', '@', chr(9), chr(13))", holds_formula, has_sign=False
    ),
    "K03": _TextRule("regexp_matches({0}, '(?i)@|\\+45|0045|tlf')", holds_address, NOTES),
}

# What every text that one of the rules holds of has, where texts stand apart by _BETWEEN; told in Python.
_BETWEEN = "\n\n\n"
_MAY_HOLD = re.compile(
    rf"\d{{2}}.?\d{{2}}.?\d{{2}}.{{0,2}}\d{{4}}|{re.escape(MASK)}|@|\+45|0045|tlf|(?:\A|\n)[=+@\t\r-]",
    re.DOTALL | re.IGNORECASE,
)


def judge(database: Database, rules: Mapping[str, Rule]) -> Iterator[Deviation]:
    """Give one deviation for every cell that one of the K rules holds of."""
    for table in tables().values():
        if database.judged[table.name].rows:
            rows = _likely_rows(database, rules, table)
            for rule in rules.values():
                yield from _in_rows(rule, table, rows)


def _likely_rows(database: Database, rules: Collection[str], table: Table) -> list[dict[str, str]]:
    """Return the rows that the rules may hold of.

    Of a row that typing proved good only names and free texts are looked at: a canonical date, time, code or short
    number is no CPR number, no formula and no address.
    """
    judged = database.judged[table.name]
    if database.few is not None:
        return [_texts(table, row) for _number, row in _rows_held(database.few, rules, table)]
    screens = [screen for field in table.fields if (screen := _screen(database, rules, table, field))]
    names = ", ".join(f'"{name}"' for name in table.field_names)
    selects = (
        [f"SELECT _row, {names} FROM stored.{table.name} WHERE {judged.suspected}"] if judged.suspects else []
    )
    if screens:
        test = " OR ".join(screens)
        told = f"SELECT _row, {names} FROM stored.{table.name} WHERE {test}"
        selects.append(rows_that_say(table, test) if judged.is_file else told)
    found: dict[object, list[object]] = {}
    for select in selects:
        found |= {number: values for number, *values in database.rows(select)}
    return [_texts(table, row) for row in found.values()]


def _rows_held(few: FewRows, rules: Collection[str], table: Table) -> Sequence[tuple[int, Texts]]:
    """Return the rows with a text that one of the rules holds of; each text is looked at once."""
    held: dict[str, set[str | None]] = {}
    for name in table.field_names:
        judges = [_RULES[rule].judges for rule in rules if _RULES[rule].reads(name)]
        texts = [text for text in few.cells(table, name) if text]
        if _MAY_HOLD.search(_BETWEEN.join(texts)):
            held[name] = {text for text in texts if any(judge(text) for judge in judges)}
    return few.rows_with(table, held)


def _texts(table: Table, row: Iterable[object]) -> dict[str, str]:
    return dict(zip(table.field_names, ("" if value is None else str(value) for value in row), strict=True))


def _screen(database: Database, rules: Collection[str], table: Table, field: Field) -> str | None:
    """Return the SQL that is true of the texts of a field that the rules may hold of; None where there are none."""
    reference = next((key for key in table.foreign_keys if key.field == field.name), None)
    if reference is not None:
        # What leads to a row is looked at there, once; what leads nowhere is not proven good.
        target = tables()[reference.table]
        likely = _screen(database, rules, target, target.field(reference.to_field))
        if likely is None:
            return None
        ids = f'SELECT "{reference.to_field}" FROM stored.{target.name} WHERE {likely}'
        return f'"{field.name}" IN ({ids})' if database.rows(f"{ids} LIMIT 1") else None
    reading = [_RULES[rule] for rule in rules if _RULES[rule].reads(field.name)]
    if field.type != "string" or field.code_list is not None or not reading:
        return None
    column = f'"{field.name}"'
    plain = [f"({rule.screen.format(column)})" for rule in reading if not rule.has_sign]
    signed = [f"({rule.screen.format(column)})" for rule in reading if rule.has_sign]
    if len(signed) > 1:
        signed = [f"CASE WHEN regexp_matches({column}, '{_SIGN}') THEN {' OR '.join(signed)} ELSE FALSE END"]
    return " OR ".join([*plain, *signed])


def _in_rows(rule: Rule, table: Table, rows: Iterable[Mapping[str, str]]) -> Iterable[Deviation]:
    text_rule = _RULES[rule.id]
    columns = [name for name in table.field_names if text_rule.reads(name)]
    found = {}
    for cells in rows:
        for name in columns:
            if cells[name] and text_rule.judges(cells[name]):
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

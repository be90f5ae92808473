"""SQL that reads stored text as values: ``as_reported.<table>`` and the corrected ``<table>`` that rules read.

In: ``stored.<table>`` (all VARCHAR) and corrections. Out: typed tables. A blank or unreadable cell is NULL here; that
it is so is told by :mod:`exchange.checks.form_rules`. A row whose foreign key leads nowhere is left out (rules.md).
The SQL uses DuckDB's own TRY_CAST: it is the engine's, and does not travel as a rule.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from exchange.form.corrections import Correction
from exchange.form.tables import Field, Table, tables

if TYPE_CHECKING:
    import duckdb

REDACTED = "[redacted]"
WHOLE_ROW = "*"

# What str.strip() takes for blank; RE2's own \s knows only six of them, and trim() with a list costs 15 times as much.
_NOT_BLANK = "[^{}]".format("".join(sign for sign in map(chr, range(0x3001)) if sign.isspace()))
_MONEY = ("hourly_rate", "place_rate_per_week", "amount")


def build_tables(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> None:
    """Create the corrected ``<table>`` and ``as_reported.<table>`` for every table of the form.

    Where nothing was corrected both are one table.
    """
    cells = {(item.table, item.key, item.field): _value_of(item) for item in corrections}
    touched = _with_children({table for table, _, _ in cells})
    if touched:
        _build_corrected_text(connection, cells)
    filled = _filled(connection)
    for table in tables().values():
        reported = _table_of(table, "stored", table.name in filled)
        if table.name in touched:
            connection.execute(f"CREATE TABLE as_reported.{table.name} {reported}")
            connection.execute(
                f"CREATE TABLE main.{table.name} {_table_of(table, 'corrected', table.name in filled)}"
            )
        else:
            connection.execute(f"CREATE TABLE main.{table.name} {reported}")
            connection.execute(f"CREATE VIEW as_reported.{table.name} AS SELECT * FROM main.{table.name}")


def key_expression(table: Table, alias: str) -> str:
    """Return the SQL for a row's primary key joined by ``|``, an empty value being ""."""
    return " || '|' || ".join(f"COALESCE({alias}.\"{name}\", '')" for name in table.primary_key)


def sql_type(field: Field) -> str:
    """Return the type of a field in the typed tables."""
    if field.type == "number":
        return (
            "DECIMAL(18, 2)"
            if field.name in _MONEY
            else "DECIMAL(9, 2)"
            if field.decimals
            else "DECIMAL(38, 15)"
        )
    return {"string": "VARCHAR"}.get(field.type, field.type.upper())


def is_blank(column: str) -> str:
    """Return the SQL that is true of null and of blanks alone."""
    return f"COALESCE(NOT regexp_matches({column}, '{_NOT_BLANK}'), TRUE)"


def typed_value(field: Field, column: str, *, key: bool = False) -> str:
    """Return the SQL that reads one stored column as its type, NULL where it cannot be read."""
    match field.type:
        case "string":
            # A key is joined with others into lines of references: it may not bring a line end of its own.
            usable = f"AND NOT regexp_matches({column}, '[[:cntrl:]]') " if key else ""
            return f"CASE WHEN regexp_matches({column}, '{_NOT_BLANK}') {usable}THEN {column} END"
        case "date":
            # Written back it is the same text: a real day in canonical form, years 0001 to 9999.
            day = f"TRY_CAST({column} AS DATE)"
            return f"CASE WHEN length({column}) = 10 AND CAST({day} AS VARCHAR) = {column} THEN {day} END"
        case "boolean":
            return f"CASE {column} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
        case _:
            form = _canonical_form(field)
            return f"CASE WHEN regexp_full_match({column}, '{form}') THEN TRY_CAST({column} AS {sql_type(field)}) END"


def _filled(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the tables that have a row: planning fifteen readings costs more than reading a small workspace."""
    tests = " UNION ALL ".join(f"(SELECT '{name}' FROM stored.{name} LIMIT 1)" for name in tables())
    return {str(name) for (name,) in connection.execute(tests).fetchall()}


def _canonical_form(field: Field) -> str:
    match field.type:
        case "number":
            return rf"-?[0-9]{{1,15}}(\.[0-9]{{1,{field.decimals or 15}}})?"
        case "integer":
            return "-?[0-9]{1,9}"
        case _:
            return "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"


def _typed(table: Table, rows: str, schema: str) -> str:
    columns = ", ".join(
        f'{typed_value(field, _column(field.name), key=_joins(table, field.name))} AS "{field.name}"'
        for field in table.fields
    )
    return f"SELECT {columns} FROM {rows} AS t WHERE {_led_somewhere(table, schema)}"


def _column(name: str) -> str:
    return f't."{name}"'


def _joins(table: Table, name: str) -> bool:
    return name in table.primary_key or any(key.field == name for key in table.foreign_keys)


def _led_somewhere(table: Table, schema: str) -> str:
    tests = [
        f"({is_blank(_column(key.field))} OR {_column(key.field)} IN "
        f'(SELECT p."{key.to_field}" FROM {schema}.{key.table} AS p WHERE p."{key.to_field}" IS NOT NULL))'
        for key in table.foreign_keys
    ]
    return " AND ".join(tests) or "TRUE"


def _value_of(correction: Correction) -> str | None:
    if correction.field != WHOLE_ROW and correction.reported is None and correction.corrected is None:
        return REDACTED
    return correction.corrected


def _build_corrected_text(
    connection: duckdb.DuckDBPyConnection, cells: Mapping[tuple[str, str, str], str | None]
) -> None:
    """Create ``corrected.<table>``: the stored text with the corrected cells, without the rows left out."""
    _load_corrections(connection, cells)
    for table in tables().values():
        fields = {field for name, _, field in cells if name == table.name}
        connection.execute(f"CREATE VIEW corrected.{table.name} AS {_corrected(table, fields)}")


def _load_corrections(
    connection: duckdb.DuckDBPyConnection, cells: Mapping[tuple[str, str, str], str | None]
) -> None:
    connection.execute(
        "CREATE TABLE corrected.cell (table_name VARCHAR, key VARCHAR, field VARCHAR, value VARCHAR)"
    )
    payload = json.dumps([[*cell, value] for cell, value in cells.items()])
    connection.execute(
        "INSERT INTO corrected.cell SELECT r[1], r[2], r[3], r[4] "
        """FROM (SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r)""",
        [payload],
    )


def _with_children(names: set[str]) -> set[str]:
    """Add the tables whose foreign keys lead, by any number of steps, to one of the names."""
    found = set(names)
    for _ in tables():
        found |= {
            table.name for table in tables().values() if any(key.table in found for key in table.foreign_keys)
        }
    return found


def _corrected(table: Table, fields: Collection[str]) -> str:
    """Return the SELECT of a table's text with its corrected cells; a row with a ``*`` is left out."""
    if not fields:
        return f"SELECT * FROM stored.{table.name}"
    changed = [name for name in table.field_names if name in fields]
    columns = ", ".join(
        f'CASE WHEN c_{name}.key IS NULL THEN t."{name}" ELSE c_{name}.value END AS "{name}"'
        if name in changed
        else f't."{name}"'
        for name in table.field_names
    )
    key = key_expression(table, "t")
    joins = " ".join(
        f"LEFT JOIN corrected.cell AS c_{name} ON c_{name}.table_name = '{table.name}' "
        f"AND c_{name}.field = '{name}' AND c_{name}.key = {key}"
        for name in changed
    )
    left_out = f"SELECT key FROM corrected.cell WHERE table_name = '{table.name}' AND field = '{WHOLE_ROW}'"
    return f"SELECT t._row, {columns} FROM stored.{table.name} AS t {joins} WHERE {key} NOT IN ({left_out})"


def _table_of(table: Table, schema: str, filled: bool) -> str:
    if filled:
        return f"AS {_typed(table, f'{schema}.{table.name}', schema)}"
    columns = ", ".join(f'"{field.name}" {sql_type(field)}' for field in table.fields)
    return f"({columns})"

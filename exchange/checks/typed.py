"""SQL that reads stored text as values: ``as_reported.<table>`` and the corrected ``<table>`` that rules read.

In: ``stored.<table>`` (all VARCHAR) and corrections. Out: typed tables. A blank or unreadable cell is NULL here; that
it is so is told by :mod:`exchange.checks.form_rules`. A row whose foreign key leads nowhere is left out (rules.md).
The SQL uses DuckDB's own TRY_CAST: it is the engine's, and does not travel as a rule.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.form.codes import code_list
from exchange.form.corrections import Correction
from exchange.form.tables import Field, ForeignKey, Table, tables
from exchange.form.tables import table as table_of

if TYPE_CHECKING:
    import duckdb

REDACTED = "[redacted]"
WHOLE_ROW = "*"

# What str.strip() takes for blank; RE2's own \s knows only six of them, and trim() with a list costs 15 times as much.
_NOT_BLANK = "[^{}]".format("".join(sign for sign in map(chr, range(0x3001)) if sign.isspace()))
# A CPR number has ten digits (K01): no shorter number holds one, and longer ones are read one by one.
_LONGEST_SHORT = 9
_MONEY = ("hourly_rate", "place_rate_per_week", "amount")


@dataclass(frozen=True, slots=True)
class Judged:
    """What typing found of one table's reported rows.

    Attributes:
        rows: how many there are.
        suspects: rows that the screen did not prove good in every cell; most are good all the same.
        dangling: rows whose foreign key leads nowhere.
    """

    rows: int = 0
    suspects: int = 0
    dangling: int = 0


def build_reported(connection: duckdb.DuckDBPyConnection) -> dict[str, Judged]:
    """Create ``as_reported.<table>``, and a corrected ``<table>`` that shows the same, for every table of the form.

    Each is read once into ``typed.<table>``: its values, and of each row whether it is proven good (``_good``) and
    whether its foreign keys lead to a row (``_led``). Returns what was found, by table.
    """
    filled = _filled(connection)
    for table in tables().values():
        if table.name in filled:
            connection.execute(f"CREATE TABLE typed.{table.name} AS {_judged(table, 'stored')}")
    found = _found(connection, filled)
    for table in tables().values():
        _show(connection, table, found[table.name])
    return found


def correct(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> set[str]:
    """Put corrected tables in the place of those that corrections reach, and return their names.

    A table is reached when one of its cells is corrected, or when rows of it may now lead elsewhere. The tables are as
    :func:`build_reported` made them.
    """
    cells = {(item.table, item.key, item.field): _value_of(item) for item in corrections}
    reached = _with_children(cells)
    if reached:
        _build_corrected_text(connection, cells)
    for table in tables().values():
        if table.name in reached:
            connection.execute(f"DROP VIEW main.{table.name}")
            connection.execute(
                f"CREATE TABLE main.{table.name} AS SELECT {_names(table)} FROM ({_judged(table, 'corrected')}) WHERE _led"
            )
    return reached


def restore(connection: duckdb.DuckDBPyConnection, reached: Iterable[str]) -> None:
    """Show the reported rows again where corrected tables stand."""
    for name in reached:
        connection.execute(f"DROP TABLE main.{name}")
        connection.execute(f"CREATE VIEW main.{name} AS SELECT * FROM as_reported.{name}")


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
    return f"NOT {_says_something(column)}"


def typed_value(field: Field, column: str) -> str:
    """Return the SQL that reads one stored column as its type, NULL where it cannot be read."""
    if field.type == "string":
        return f"CASE WHEN {_says_something(column)} THEN {column} END"
    return _read_value(field, column, _tried(field, column))


def _says_something(column: str) -> str:
    # Most cells begin with a visible ASCII sign, which two comparisons tell for a hundredth of the pattern's cost.
    return (
        f"CASE WHEN {column} >= '!' AND {column} < chr(127) THEN TRUE "
        f"ELSE COALESCE(regexp_matches({column}, '{_NOT_BLANK}'), FALSE) END"
    )


def _tried(field: Field, column: str) -> str:
    """Return the SQL of what DuckDB takes the text for; it takes more than the form does."""
    if field.type == "boolean":
        return f"CASE {column} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
    return f"TRY_CAST({column} AS {sql_type(field)})"


def _read_value(field: Field, column: str, tried: str) -> str:
    """Return the SQL of a tried value where the text is canonical; text that it is written back as always is."""
    match field.type:
        case "boolean":
            return tried
        case "date":
            # A real day in canonical form, years 0001 to 9999.
            return f"CASE WHEN length({column}) = 10 AND CAST({tried} AS VARCHAR) = {column} THEN {tried} END"
        case _:
            # DuckDB knows 24:00:00; the form does not.
            usual = f"{column} < '24'" if field.type == "time" else f"strlen({column}) <= {_LONGEST_SHORT}"
            form = _canonical_form(field)
            return (
                f"CASE WHEN {usual} AND CAST({tried} AS VARCHAR) = {column} THEN {tried} "
                f"WHEN regexp_full_match({column}, '{form}') THEN {tried} END"
            )


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


def _found(connection: duckdb.DuckDBPyConnection, filled: set[str]) -> dict[str, Judged]:
    counts = " UNION ALL ".join(
        f"SELECT '{name}', count(*), count(*) FILTER (WHERE NOT _good), count(*) FILTER (WHERE NOT _led) FROM typed.{name}"
        for name in filled
    )
    found = {name: Judged() for name in tables()}
    if filled:
        found |= {str(name): Judged(*numbers) for name, *numbers in connection.execute(counts).fetchall()}
    return found


def _show(connection: duckdb.DuckDBPyConnection, table: Table, found: Judged) -> None:
    """Create the views of one table: as reported, and as corrected while nothing is."""
    if found.rows:
        led = " WHERE _led" if found.dangling else ""
        rows = f"SELECT {_names(table)} FROM typed.{table.name}{led}"
        connection.execute(f"CREATE VIEW as_reported.{table.name} AS {rows}")
        connection.execute(f"CREATE VIEW main.{table.name} AS {rows}")
        return
    columns = ", ".join(f'"{field.name}" {sql_type(field)}' for field in table.fields)
    connection.execute(f"CREATE TABLE as_reported.{table.name} ({columns})")
    connection.execute(f"CREATE VIEW main.{table.name} AS SELECT * FROM as_reported.{table.name}")


def _names(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.field_names)


def _judged(table: Table, schema: str) -> str:
    """Return the SELECT of a table's values with ``_row``, ``_good`` and ``_led``: each cell is read once."""
    tried = [
        f'{_tried(field, _column(field.name))} AS "{field.name}?"'
        for field in table.fields
        if field.type != "string"
    ]
    proven = [
        f'{test} AS "{field.name}!"'
        for field in table.fields
        if (test := _text_proof(table, field)) is not None
    ]
    parents = " ".join(_parent(key, place, schema) for place, key in enumerate(table.foreign_keys))
    led = [
        f"(p{place}.id IS NOT NULL OR {is_blank(_column(key.field))})"
        for place, key in enumerate(table.foreign_keys)
    ]
    read = f"SELECT t.*, {', '.join([*tried, *proven, ' AND '.join(led) or 'TRUE'])} AS _led FROM {schema}.{table.name} AS t {parents}"
    values = ", ".join(f'{_value(table, field)} AS "{field.name}="' for field in table.fields)
    good = " AND ".join(_proof(field) for field in table.fields)
    renamed = ", ".join(f'"{name}=" AS "{name}"' for name in table.field_names)
    named = " AND ".join(f'"{name}=" IS NOT NULL' for name in table.primary_key)
    return (
        f"SELECT _row, {renamed}, _led AND COALESCE({good}, FALSE) AS _good, _led AND {named} AS _led "
        f"FROM (SELECT *, {values} FROM ({read}))"
    )


def _parent(key: ForeignKey, place: int, schema: str) -> str:
    """Return the join that tells whether a reference leads to a row, and whether that row's id has the form's pattern."""
    to = table_of(key.table).field(key.to_field)
    good = f"regexp_full_match(\"{to.name}\", '{to.pattern}')" if to.pattern else "FALSE"
    ids = f'SELECT DISTINCT "{to.name}" AS id, {good} AS good FROM {schema}.{key.table} WHERE "{to.name}" IS NOT NULL'
    return f"LEFT JOIN ({ids}) AS p{place} ON p{place}.id = {_column(key.field)}"


def _text_proof(table: Table, field: Field) -> str | None:
    """Return the SQL that is true of text in a closed form, which no value but itself can have; None where any will do."""
    column = _column(field.name)
    if field.code_list is not None:
        return f"{column} IN ({', '.join(repr(code.code) for code in code_list(field.code_list).codes)})"
    if field.pattern is None:
        return None
    place = next((place for place, key in enumerate(table.foreign_keys) if key.field == field.name), None)
    matches = f"regexp_full_match({column}, '{field.pattern}')"
    # A reference to a row whose id has the pattern has it too.
    return matches if place is None else f"CASE WHEN p{place}.good THEN TRUE ELSE {matches} END"


def _value(table: Table, field: Field) -> str:
    column = f'"{field.name}"'
    if field.type != "string":
        return _read_value(field, column, f'"{field.name}?"')
    # A key is joined with others into lines of references: it may not bring a line end of its own.
    usable = f" AND NOT regexp_matches({column}, '[[:cntrl:]]')" if _joins(table, field.name) else ""
    proven = f'WHEN "{field.name}!" THEN {column} ' if field.code_list or field.pattern else ""
    return f"CASE {proven}WHEN {_says_something(column)}{usable} THEN {column} END"


def _proof(field: Field) -> str:
    """Return the SQL that proves a cell good; what it does not prove the scalar reader judges."""
    column, value = f'"{field.name}"', f'"{field.name}="'
    tests = [f"{value} IS NOT NULL"]
    if field.type == "string":
        tests += [f'"{field.name}!"'] if field.code_list or field.pattern else []
        # Bytes are never fewer than characters.
        tests += [f"strlen({column}) <= {field.max_length}"] if field.max_length is not None else []
    elif field.type != "date":
        tests.append(f"strlen({column}) <= {_LONGEST_SHORT}")
    if field.minimum is not None:
        tests.append(f"{value} {'>' if field.exclusive_minimum else '>='} {field.minimum}")
    if field.maximum is not None:
        tests.append(f"{value} <= {field.maximum}")
    good = " AND ".join(tests)
    return f"({good})" if field.required else f"({column} IS NULL OR {column} = '' OR ({good}))"


def _column(name: str) -> str:
    return f't."{name}"'


def _joins(table: Table, name: str) -> bool:
    return name in table.primary_key or any(key.field == name for key in table.foreign_keys)


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
        connection.execute(f"CREATE OR REPLACE VIEW corrected.{table.name} AS {_corrected(table, fields)}")


def _load_corrections(
    connection: duckdb.DuckDBPyConnection, cells: Mapping[tuple[str, str, str], str | None]
) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE corrected.cell (table_name VARCHAR, key VARCHAR, field VARCHAR, value VARCHAR)"
    )
    payload = json.dumps([[*cell, value] for cell, value in cells.items()])
    connection.execute(
        "INSERT INTO corrected.cell SELECT r[1], r[2], r[3], r[4] "
        """FROM (SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r)""",
        [payload],
    )


def _with_children(cells: Iterable[tuple[str, str, str]]) -> set[str]:
    """Add to the corrected tables those whose foreign keys lead, by any number of steps, to rows that came or went."""
    found, moved = set[str](), set[str]()
    for name, _, field in cells:
        found.add(name)
        keys = [key for table in tables().values() for key in table.foreign_keys if key.table == name]
        if field == WHOLE_ROW or any(key.to_field == field for key in keys):
            moved.add(name)
    return found | _descendants(moved)


def _descendants(names: set[str]) -> set[str]:
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

"""SQL that reads stored text as values: ``as_reported.<table>`` and the corrected ``<table>`` that rules read.

In: ``stored.<table>`` (all VARCHAR) and corrections. Out: typed tables. A blank or unreadable cell is NULL here; that
it is so is told by :mod:`exchange.checks.form_rules`. A row whose foreign key leads nowhere is left out (rules.md).
The SQL uses DuckDB's own TRY_CAST: it is the engine's, and does not travel as a rule.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.checks.blanks import is_blank, is_usable, says_something
from exchange.checks.unread import (
    code_type,
    guessing_no_sizes,
    key_type,
    name_codes,
    read_once,
)
from exchange.form.codes import code_list
from exchange.form.corrections import Correction
from exchange.form.tables import Field, ForeignKey, Table, tables
from exchange.form.tables import table as table_of

if TYPE_CHECKING:
    import duckdb

REDACTED = "[redacted]"
WHOLE_ROW = "*"

# A CPR number has ten digits (K01): no shorter number holds one, and longer ones are read one by one.
_LONGEST_SHORT = 9
_MONEY = ("hourly_rate", "place_rate_per_week", "amount")


Cells = Mapping[tuple[str, str, str], str | None]
"""What stands in the place of reported cells, by table, key and field."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What typing found of one table's reported rows.

    Attributes:
        rows: how many there are.
        suspects: rows that the screen did not prove good in every cell; most are good all the same.
        dangling: rows whose foreign key leads nowhere.
        suspected: the SQL that is true of the suspects among the stored rows.
        is_file: whether they were read from a file for the only time, and stand as values in ``typed._<table>``.
    """

    rows: int = 0
    suspects: int = 0
    dangling: int = 0
    suspected: str = "FALSE"
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """From where the rows of a table are read.

    Attributes:
        rows, parents: the schemas of the rows, and of those that their foreign keys lead to.
        keys: the tables whose ids have a type.
        codes: the code lists that have one.
    """

    rows: str
    parents: str
    keys: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()

    @property
    def is_file(self) -> bool:
        """Whether the rows are read from a file for the only time."""
        return self.rows == "unread"

    def known(self, table: Table) -> list[tuple[int, ForeignKey]]:
        """Return the foreign keys of a table whose values are ids with a type, each with its place."""
        return [(place, key) for place, key in enumerate(table.foreign_keys) if key.table in self.keys]


def build_reported(
    connection: duckdb.DuckDBPyConnection, waiting: Collection[str], counts: Mapping[str, int]
) -> dict[str, Judged]:
    """Create ``as_reported.<table>``, and a corrected ``<table>`` that shows the same, for every table of the form.

    Each is read once into ``typed.<table>``: its values, and of each row whether it is proven good (``_good``) and
    whether its foreign keys lead to a row (``_led``). What waits in ``unread`` gets its ``stored.<table>`` here. Returns
    what was found, by table; ``counts`` are the rows of those that are stored.
    """
    stored = {name for name, rows in counts.items() if rows}
    filled = stored | set(waiting)
    types = {"keys": _name_keys(connection, filled), "codes": name_codes(connection, waiting, stored)}
    with guessing_no_sizes(connection):
        for table in tables().values():
            if table.name in waiting:
                read_once(connection, table, _judged(table, Reading("unread", "stored", **types)))
            elif table.name in filled:
                sql = _judged(table, Reading("stored", "stored", **types))
                connection.execute(f"CREATE TABLE typed.{table.name} AS {sql}")
    found = _found(connection, filled, waiting)
    for table in tables().values():
        _show(connection, table, found[table.name])
    return found


def count_stored(connection: duckdb.DuckDBPyConnection, waiting: Collection[str]) -> dict[str, int]:
    """Return how many rows each table has that does not wait in a file."""
    names = [name for name in tables() if name not in waiting]
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM stored.{name}" for name in names)
    return {str(name): int(rows) for name, rows in connection.execute(counts).fetchall()}


def _name_keys(connection: duckdb.DuckDBPyConnection, filled: Collection[str]) -> frozenset[str]:
    """Create, for each filled table that others refer to, the type of its ids: numbers that read as text, in its order."""
    named = {key.table: key.to_field for table in tables().values() for key in table.foreign_keys}
    for name, field in named.items():
        if name in filled:
            ids = f'SELECT DISTINCT "{field}" AS id FROM stored.{name}'
            connection.execute(
                f"CREATE TYPE typed.{key_type(name)} AS ENUM "
                f"(SELECT id FROM ({ids}) WHERE {is_usable('id')} ORDER BY id)"
            )
    return frozenset(named) & frozenset(filled)


def cells_of(corrections: Iterable[Correction]) -> Cells:
    """Return what the corrections put in the place of what was reported; of two on one cell the later counts."""
    return {(item.table, item.key, item.field): _value_of(item) for item in corrections}


def correct(connection: duckdb.DuckDBPyConnection, cells: Cells) -> set[str]:
    """Put corrected tables in the place of those that corrections reach, and return their names.

    A table is reached when one of its cells is corrected, or when rows of it may now lead elsewhere. The tables are as
    :func:`build_reported` made them.
    """
    reached = reached_by(cells)
    if reached:
        _build_corrected_text(connection, cells)
    for table in tables().values():
        if table.name in reached:
            connection.execute(f"DROP VIEW main.{table.name}")
            connection.execute(
                f"CREATE TABLE main.{table.name} AS SELECT {_names(table)} FROM ({_judged(table, Reading('corrected', 'corrected'))}) WHERE _led"
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


def typed_value(field: Field, column: str) -> str:
    """Return the SQL that reads one stored column as its type, NULL where it cannot be read."""
    if field.type == "string":
        return f"CASE WHEN {says_something(column)} THEN {column} END"
    tried = _tried(field, column)
    return _read_value(field, column, tried, f"CAST({tried} AS VARCHAR) = {column}")


def _tried(field: Field, column: str) -> str:
    """Return the SQL of what DuckDB takes the text for; it takes more than the form does."""
    if field.type == "boolean":
        return f"CASE {column} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
    return f"TRY_CAST({column} AS {sql_type(field)})"


def _read_value(field: Field, column: str, tried: str, as_written: str) -> str:
    """Return the SQL of a tried value where the text is canonical; text that it is written back as always is."""
    match field.type:
        case "boolean":
            return tried
        case "date":
            # A real day in canonical form, years 0001 to 9999.
            return f"CASE WHEN length({column}) = 10 AND {as_written} THEN {tried} END"
        case _:
            # DuckDB knows 24:00:00; the form does not.
            usual = f"{column} < '24'" if field.type == "time" else f"strlen({column}) <= {_LONGEST_SHORT}"
            form = _canonical_form(field)
            return (
                f"CASE WHEN {usual} AND {as_written} THEN {tried} "
                f"WHEN regexp_full_match({column}, '{form}') THEN {tried} END"
            )


def _canonical_form(field: Field) -> str:
    match field.type:
        case "number":
            return rf"-?[0-9]{{1,15}}(\.[0-9]{{1,{field.decimals or 15}}})?"
        case "integer":
            return "-?[0-9]{1,9}"
        case _:
            return "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"


def _found(
    connection: duckdb.DuckDBPyConnection, filled: set[str], waiting: Collection[str]
) -> dict[str, Judged]:
    counts = " UNION ALL ".join(
        f"SELECT '{name}', count(*), count(*) FILTER (WHERE NOT _good), count(*) FILTER (WHERE NOT _led) FROM typed.{name}"
        for name in filled
    )
    found = {name: Judged() for name in tables()}
    for name, rows, suspects, dangling in connection.execute(counts).fetchall() if filled else ():
        doubtful = f"_row IN (SELECT _row FROM typed.{name} WHERE NOT _good)"
        suspected = "NOT _good" if name in waiting else doubtful
        found[str(name)] = Judged(rows, suspects, dangling, suspected, name in waiting)
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


def _judged(table: Table, reading: Reading) -> str:
    """Return the SELECT of a table's values with ``_good`` and ``_led``: each cell is read once.

    From a file it also gives ``_raw``, the texts of a row that its values do not tell; from elsewhere the ``_row``.
    """
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
    parents = " ".join(_parent(key, place, reading) for place, key in enumerate(table.foreign_keys))
    known = [f'p{place}.value AS "{key.field}>"' for place, key in reading.known(table)]
    led = [
        f"(p{place}.id IS NOT NULL OR {is_blank(_column(key.field))})"
        for place, key in enumerate(table.foreign_keys)
    ]
    facts = ", ".join([*tried, *proven, *known, f"{' AND '.join(led) or 'TRUE'} AS _led"])
    read = f"SELECT t.*, {facts} FROM {reading.rows}.{table.name} AS t {parents}"
    written = "".join(
        f', {_is_as_written(field)} AS "{field.name}~"' for field in table.fields if _is_cast(field)
    )
    values = ", ".join(f'{_value(table, field, reading)} AS "{field.name}="' for field in table.fields)
    good = " AND ".join(_proof(field) for field in table.fields)
    renamed = ", ".join(f'"{name}=" AS "{name}"' for name in table.field_names)
    named = " AND ".join(_is_named(table.field(name), reading) for name in table.primary_key)
    return (
        f"SELECT {'' if reading.is_file else '_row, '}{renamed}, _led AND COALESCE({good}, FALSE) AS _good, "
        f"_led AND {named} AS _led{_raw(table) if reading.is_file else ''} "
        f"FROM (SELECT *, {values} FROM (SELECT *{written} FROM ({read})))"
    )


def _is_named(field: Field, reading: Reading) -> str:
    """Return the SQL that is true where a field of the key has a value; a code that is not listed becomes one later."""
    if field.code_list is not None and reading.is_file:
        column = f'"{field.name}"'
        return f'CASE WHEN "{field.name}!" THEN TRUE ELSE {is_usable(column)} END'
    return f'"{field.name}=" IS NOT NULL'


def _raw(table: Table) -> str:
    """Return the column of a row's texts; empty where each is what its value is written as."""
    told = " AND ".join(_is_told(field) for field in table.fields)
    return f", CASE WHEN NOT ({told}) THEN [{_names(table)}] END AS _raw"


def _is_told(field: Field) -> str:
    """Return the SQL that is true where a text is empty or what its value is written as; never null."""
    written = f' AND COALESCE("{field.name}~", FALSE)' if _is_cast(field) else ""
    return f'("{field.name}" IS NULL OR ("{field.name}=" IS NOT NULL{written}))'


def _parent(key: ForeignKey, place: int, reading: Reading) -> str:
    """Return the join that tells whether a reference leads to a row, its value, and whether that id has the form's pattern."""
    to = table_of(key.table).field(key.to_field)
    good = f"regexp_full_match(id, '{to.pattern}')" if to.pattern else "FALSE"
    value = f", TRY_CAST(id AS typed.{key_type(key.table)}) AS value" if key.table in reading.keys else ""
    texts = f'SELECT DISTINCT "{to.name}" AS id FROM {reading.parents}.{key.table}'
    ids = f"SELECT id, {good} AS good{value} FROM ({texts}) WHERE id IS NOT NULL"
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


def _value(table: Table, field: Field, reading: Reading) -> str:
    column = f'"{field.name}"'
    if field.type != "string":
        return _read_value(field, column, f'"{field.name}?"', f'"{field.name}~"')
    if any(key.field == field.name for _, key in reading.known(table)):
        return f'"{field.name}>"'
    if field.code_list is not None and reading.is_file:
        return f'CASE WHEN "{field.name}!" THEN CAST({column} AS typed.{code_type(field.code_list)}) END'
    if table.name in reading.keys and table.primary_key == (field.name,):
        return f"TRY_CAST({column} AS typed.{key_type(table.name)})"
    # A key is joined with others into lines of references: it may not bring a line end of its own.
    usable = is_usable(column) if _joins(table, field.name) else says_something(column)
    proven = f'WHEN "{field.name}!" THEN {column} ' if field.code_list or field.pattern else ""
    text = f"CASE {proven}WHEN {usable} THEN {column} END"
    return (
        f"TRY_CAST({text} AS typed.{code_type(field.code_list)})"
        if field.code_list in reading.codes
        else text
    )


def _is_cast(field: Field) -> bool:
    return field.type not in ("string", "boolean")


def _is_as_written(field: Field) -> str:
    return f'CAST("{field.name}?" AS VARCHAR) = "{field.name}"'


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


def _build_corrected_text(connection: duckdb.DuckDBPyConnection, cells: Cells) -> None:
    """Create ``corrected.<table>``: the stored text with the corrected cells, without the rows left out."""
    _load_corrections(connection, cells)
    for table in tables().values():
        fields = {field for name, _, field in cells if name == table.name}
        connection.execute(f"CREATE OR REPLACE VIEW corrected.{table.name} AS {_corrected(table, fields)}")


def _load_corrections(connection: duckdb.DuckDBPyConnection, cells: Cells) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE corrected.cell (table_name VARCHAR, key VARCHAR, field VARCHAR, value VARCHAR)"
    )
    payload = json.dumps([[*cell, value] for cell, value in cells.items()])
    connection.execute(
        "INSERT INTO corrected.cell SELECT r[1], r[2], r[3], r[4] "
        """FROM (SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r)""",
        [payload],
    )


def reached_by(cells: Iterable[tuple[str, str, str]]) -> set[str]:
    """Return the form's tables that are corrected, and those whose foreign keys lead, by any number of steps, to rows that came or went."""
    found, moved = set[str](), set[str]()
    for name, _, field in cells:
        found.add(name)
        keys = [key for table in tables().values() for key in table.foreign_keys if key.table == name]
        if field == WHOLE_ROW or any(key.to_field == field for key in keys):
            moved.add(name)
    return (found | _descendants(moved)) & tables().keys()


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

"""Rows that are still in a file when they are judged: ``unread.<table>`` in, ``typed.<table>`` and ``stored.<table>`` out.

A large file is read once, and its texts are not kept: text that a value is written back as is that value. Only the rows
of which this does not hold keep their texts (``_raw``). Ids and codes are DuckDB's ENUM, numbers that read as text and
are in its order, so that rules compare numbers and do not know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from exchange.checks.blanks import is_usable, says_something
from exchange.form.codes import code_list
from exchange.form.tables import Field, Table, tables

if TYPE_CHECKING:
    import duckdb


def unread_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the tables whose rows wait in a file."""
    # To list views the database makes all its own first; a schema is asked for in a tenth of that.
    if not connection.execute("SELECT 1 FROM duckdb_schemas() WHERE schema_name = 'unread'").fetchall():
        return set()
    views = "SELECT view_name FROM duckdb_views() WHERE schema_name = 'unread'"
    return {str(name) for (name,) in connection.execute(views).fetchall()}


def name_codes(
    connection: duckdb.DuckDBPyConnection, waiting: Collection[str], stored: Collection[str]
) -> frozenset[str]:
    """Create the types of the code lists that waiting tables use, and return these lists.

    A type also holds what stands in the columns of stored tables that use its list, so that they can have it too.
    """
    lists = {field.code_list for name in waiting for field in tables()[name].fields} - {None}
    for name in sorted(str(one) for one in lists):
        columns = [
            (field.name, one) for one in stored for field in tables()[one].fields if field.code_list == name
        ]
        found = "".join(f' UNION SELECT "{field}" FROM stored.{one}' for field, one in sorted(columns))
        codes = "[" + ", ".join(repr(code.code) for code in code_list(name).codes) + "]"
        texts = f"SELECT unnest({codes}) AS text{found}"
        connection.execute(
            f"CREATE TYPE typed.{code_type(name)} AS ENUM "
            f"(SELECT DISTINCT text FROM ({texts}) WHERE text IS NOT NULL ORDER BY text)"
        )
    return frozenset(str(one) for one in lists)


def key_type(table: str) -> str:
    """Return the name, in the schema typed, of the type of a table's ids."""
    return f"id_of_{table}"


def code_type(code_list_name: str) -> str:
    """Return the name, in the schema typed, of the type of a list's codes."""
    return f"code_of_{code_list_name}"


@contextmanager
def guessing_no_sizes(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Join as it is written: how many rows a file has is not known, and a wrong guess puts all of them in memory."""
    (before,) = connection.execute("SELECT current_setting('disabled_optimizers')").fetchone() or ("",)
    connection.execute(
        f"SET disabled_optimizers = '{','.join(filter(None, (before, 'join_order,build_side_probe_side')))}'"
    )
    try:
        yield
    finally:
        connection.execute(f"SET disabled_optimizers = '{before}'")


def read_once(connection: duckdb.DuckDBPyConnection, table: Table, judged: str) -> None:
    """Read a waiting table's file into its typed table, and show the stored texts upon that."""
    connection.execute(f"CREATE TABLE typed._{table.name} AS {judged}")
    for place, field in enumerate(table.fields, 1):
        if field.code_list is not None:
            _widen(connection, table, field, place)
    connection.execute(f"CREATE VIEW typed.{table.name} AS SELECT rowid AS _row, * FROM typed._{table.name}")
    connection.execute(
        f"CREATE VIEW stored.{table.name} AS SELECT rowid AS _row, _good, {_texts(table)} FROM typed._{table.name}"
    )


def likely_rows(table: Table, filled: Collection[str]) -> str:
    """Return the SELECT of the rows, read from a file, whose key may be one of those in its only parameter, their parts as JSON.

    Keys are compared as values, and only the rows found are written as texts; a row that keeps its texts is always
    given. Ids of the filled tables have a type.
    """
    parts = ", ".join(
        f"TRY_CAST(nullif(r[{place}], '') AS {_part_type(table, table.field(name), filled)}) AS \"{name}\""
        for place, name in enumerate(table.primary_key, 1)
    )
    sought = f"""SELECT {parts} FROM (SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r)"""
    same = " AND ".join(
        f'{_compared(table.field(name))} IS NOT DISTINCT FROM k."{name}"' for name in table.primary_key
    )
    rows = f"SELECT t.rowid AS _row, t.* FROM typed._{table.name} AS t"
    return (
        f"SELECT _row, {_texts(table)} FROM ({rows} WHERE _raw IS NOT NULL "
        f"UNION ALL {rows} SEMI JOIN ({sought}) AS k ON {same} WHERE _raw IS NULL)"
    )


def rows_that_say(table: Table, test: str) -> str:
    """Return the SELECT of the rows, read from a file, of which a test of names and free texts holds.

    A name or free text of a row that keeps no texts is what it was read as: few rows are written as texts to be looked at.
    """
    names = ", ".join(f'"{name}"' for name in table.field_names)
    kept = f"SELECT rowid AS _row, {_texts(table)} FROM typed._{table.name} WHERE _raw IS NOT NULL"
    plain = f"SELECT rowid AS _row, * FROM typed._{table.name} WHERE _raw IS NULL AND ({test})"
    return f"SELECT _row, {_texts(table)} FROM ({plain}) UNION ALL SELECT _row, {names} FROM ({kept}) WHERE {test}"


def _texts(table: Table) -> str:
    """Return the columns of a typed row as the texts that were read."""
    return ", ".join(
        f'CASE WHEN _raw IS NULL THEN CAST("{name}" AS VARCHAR) ELSE _raw[{place}] END AS "{name}"'
        for place, name in enumerate(table.field_names, 1)
    )


def _compared(field: Field) -> str:
    """Return the column as keys are compared with it; codes have types of several names, and are short."""
    return f't."{field.name}"' if field.code_list is None else f'CAST(t."{field.name}" AS VARCHAR)'


def _part_type(table: Table, field: Field, filled: Collection[str]) -> str:
    referred = [
        key_type(key.table) for key in table.foreign_keys if key.field == field.name and key.table in filled
    ]
    return f"typed.{referred[0]}" if referred else {"string": "VARCHAR"}.get(field.type, field.type.upper())


def _widen(connection: duckdb.DuckDBPyConnection, table: Table, field: Field, place: int) -> None:
    """Give a column of codes a type that also holds the texts of the file that are not on the list."""
    odd = f"""SELECT DISTINCT _raw[{place}] AS text FROM typed._{table.name} WHERE "{field.name}" IS NULL AND _raw IS NOT NULL"""
    is_said = is_usable if field.name in table.primary_key else says_something
    said = f"SELECT text FROM ({odd}) WHERE {is_said('text')}"
    if not connection.execute(f"{said} LIMIT 1").fetchall():
        return
    wider = f"typed.{code_type(f'{field.code_list}_in_{table.name}')}"
    listed = f"SELECT unnest(enum_range(NULL::typed.{code_type(str(field.code_list))})) AS text"
    connection.execute(f"CREATE TYPE {wider} AS ENUM (SELECT text FROM ({listed} UNION {said}) ORDER BY 1)")
    connection.execute(
        f'ALTER TABLE typed._{table.name} ALTER "{field.name}" TYPE {wider} '
        f'USING TRY_CAST(COALESCE(CAST("{field.name}" AS VARCHAR), _raw[{place}]) AS {wider})'
    )

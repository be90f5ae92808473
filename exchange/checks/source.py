"""Where a check's rows come from and where they were written: text tables in, ``stored.<table>`` in DuckDB out.

The engine gives an open connection with a schema ``stored``; a source fills it before the connection is locked.
A source reads; it never types, corrects or judges.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from exchange.checks.findings import CellRef
from exchange.form.tables import Table, tables

if TYPE_CHECKING:
    import duckdb

Row = Mapping[str, str | None]

_ROWS_PER_LOAD = 2_000


class TableSource(Protocol):
    """Rows of the form's tables as text."""

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create ``stored.<table>`` for every table of the form, or leave it a view ``unread.<table>``, in a schema of its own, of its file.

        A stored table has a ``_row BIGINT`` that is unique in its table, and all fields of the form as VARCHAR (an absent
        optional column is NULL).
        """
        ...


@dataclass(frozen=True, slots=True)
class RecordSource:
    """Rows as Python has them, in memory or not: tests and packages; each table is gone through once."""

    rows: Mapping[str, Iterable[Row]]

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create the stored tables; a table that is not named is empty."""
        for table in tables().values():
            create_stored(connection, table)
            for payload in _payloads(table, self.rows.get(table.name, ())):
                connection.execute(_insert_payload(table), [payload])


@dataclass(frozen=True, slots=True)
class CsvSource:
    """Canonical CSV files (form.md); a table without a file is empty."""

    files: Mapping[str, Path]

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create the stored tables, and views of the files that no other table refers to; columns that the form does not know are left out."""
        connection.execute("CREATE SCHEMA unread")
        for table in tables().values():
            if table.name in self.files:
                _read_csv(connection, table, self.files[table.name])
            else:
                create_stored(connection, table)


@dataclass(frozen=True, slots=True)
class Location:
    """Where somebody wrote a value, e.g. ``falck.xlsx``, ``Timer``, ``D17``."""

    file: str
    sheet: str | None
    cell: str


class Locator(Protocol):
    """Knows the source cell of a stored value."""

    def cells(self, refs: Collection[CellRef]) -> Mapping[CellRef, Location]:
        """Return the locations of the cells that were read from a file."""
        ...

    def rows(self, table: str, row_ids: Collection[int]) -> Mapping[int, str]:
        """Return ``sha256[:12]#SHEET!A1`` of each row's first cell, for rows whose key names none."""
        ...


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A locator for rows that came from no file."""

    def cells(self, refs: Collection[CellRef]) -> Mapping[CellRef, Location]:  # noqa: ARG002
        """Return nothing."""
        return {}

    def rows(self, table: str, row_ids: Collection[int]) -> Mapping[int, str]:  # noqa: ARG002
        """Return nothing."""
        return {}


def create_stored(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create one empty stored table, for sources that fill it themselves."""
    columns = ", ".join(f'"{name}" VARCHAR' for name in table.field_names)
    connection.execute(f"CREATE TABLE stored.{table.name} (_row BIGINT, {columns})")


def _payloads(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    numbered = enumerate(rows)
    while some := [
        [str(number), *(row.get(name) for name in table.field_names)]
        for number, row in islice(numbered, _ROWS_PER_LOAD)
    ]:
        yield json.dumps(some)


def _insert_payload(table: Table) -> str:
    values = ", ".join(f"r[{position}]" for position in range(2, len(table.field_names) + 2))
    rows = """SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r"""
    return f"INSERT INTO stored.{table.name} SELECT CAST(r[1] AS BIGINT), {values} FROM ({rows})"


def _read_csv(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    if not header:
        create_stored(connection, table)
        return
    names = ", ".join(
        f'"{name}"' if name in header else f'NULL::VARCHAR AS "{name}"' for name in table.field_names
    )
    columns = ", ".join("'" + name.replace("'", "''") + "': 'VARCHAR'" for name in header)
    text = str(path).replace("'", "''")
    rows = (
        f"SELECT {names} FROM read_csv('{text}', columns = {{{columns}}}, "
        "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '')"
    )
    if not any(key.table == table.name for other in tables().values() for key in other.foreign_keys):
        connection.execute(f"CREATE VIEW unread.{table.name} AS {rows}")
        return
    connection.execute(f"CREATE TABLE stored._{table.name} AS {rows}")
    # The number that the database itself gives a row costs neither a column nor a thread.
    connection.execute(
        f"CREATE VIEW stored.{table.name} AS SELECT rowid AS _row, * FROM stored._{table.name}"
    )

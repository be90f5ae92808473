"""Rows so few that they are typed here: the database takes longer to plan fifteen typings than this to read a month's rows.

In: ``stored.<table>``, read once. Out: the same ``as_reported.<table>`` and corrected ``<table>`` as :mod:`.typed` makes, and
the rows themselves, so that nobody asks the database for them again. A text that the form does not write so is read by
the database, with the SQL that reads many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING

from exchange.checks.typed import WHOLE_ROW, Cells, Judged, reached_by, sql_type, typed_value
from exchange.form.canonical import fault_of, read_value
from exchange.form.tables import Field, Table, tables

if TYPE_CHECKING:
    import duckdb

Texts = tuple[str | None, ...]
"""The cells of one row in form order."""

# So many digits as the types of the database hold; what is longer or written otherwise it reads itself.
_PLAIN = {
    "number": re.compile(r"-?[0-9]{1,7}(?:\.[0-9]{1,2})?"),
    "integer": re.compile(r"-?[0-9]{1,9}"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "time": re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}"),
    "boolean": re.compile("true|false"),
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a text is in its column: its value, and the Frictionless type of its fault."""

    value: object
    fault: str | None


@dataclass(frozen=True, slots=True)
class FewRows:
    """All rows of a check as they were reported: by table, each row's number and texts; tables without rows are left out."""

    texts: Mapping[str, Mapping[int, Texts]]
    _cells: dict[tuple[str, str], dict[str | None, Cell]] = field(default_factory=dict)
    _numbers: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def build(self, connection: duckdb.DuckDBPyConnection) -> dict[str, Judged]:
        """Create ``as_reported.<table>``, and a corrected ``<table>`` that is the same, for every table of the form."""
        rows = {name: list(found.values()) for name, found in self.texts.items()}
        judged = {name: Judged() for name in tables()}
        for form in tables().values():
            _create(connection, "as_reported", form)
            if form.name in rows:
                led = self._fill(connection, "as_reported", form, rows)
                judged[form.name] = Judged(len(led), len(self.suspects(form)), led.count(False))
            connection.execute(f"CREATE TABLE main.{form.name} AS SELECT * FROM as_reported.{form.name}")
        return judged

    def correct(self, connection: duckdb.DuckDBPyConnection, cells: Cells) -> set[str]:
        """Put corrected tables in the place of those that corrections reach, and return their names; see :func:`.typed.correct`."""
        reached = reached_by(cells)
        if not reached:
            return reached
        corrected = {name for name, _key, _field in cells}
        rows = {
            name: list(
                _corrected(tables()[name], found.values(), cells) if name in corrected else found.values()
            )
            for name, found in self.texts.items()
        }
        for name in sorted(reached):
            connection.execute(f"DELETE FROM main.{name}")
            if rows.get(name):
                self._fill(connection, "main", tables()[name], rows)
        return reached

    def restore(self, connection: duckdb.DuckDBPyConnection, reached: Iterable[str]) -> None:
        """Show the reported rows again where corrected ones stand."""
        for name in reached:
            connection.execute(f"CREATE OR REPLACE TABLE main.{name} AS SELECT * FROM as_reported.{name}")

    def numbers(self, form: Table) -> Mapping[str, Sequence[int]]:
        """Return the numbers of a table's rows by their primary key."""
        if form.name not in self._numbers:
            found = self._numbers[form.name] = {}
            for number, key in self._keys(form).items():
                found.setdefault("|".join([part or "" for part in key]), []).append(number)
        return self._numbers[form.name]

    def cells(self, form: Table, name: str) -> Mapping[str | None, Cell]:
        """Return what each text of a column is, reported or corrected."""
        return self._cells[form.name, name]

    def suspects(self, form: Table) -> list[tuple[int, Texts]]:
        """Return the rows with a cell that breaks the form, with their numbers."""
        return self.rows_with(
            form,
            {
                name: {text for text, cell in self.cells(form, name).items() if cell.fault}
                for name in form.field_names
            },
        )

    def rows_with(self, form: Table, texts: Mapping[str, Collection[str | None]]) -> list[tuple[int, Texts]]:
        """Return the rows that have one of these texts in its column, with their numbers."""
        rows, found = self.texts[form.name], set[int]()
        for place, name in enumerate(form.field_names):
            if wanted := texts.get(name):
                found |= {number for number, row in rows.items() if row[place] in wanted}
        return [(number, rows[number]) for number in sorted(found)]

    def double_rows(self, form: Table) -> set[int]:
        """Return the rows whose key another row has too; keys with an empty part are told as empty instead."""
        keys = self._keys(form)
        if len(set(keys.values())) == len(keys):
            return set()
        counts = Counter(keys.values())
        return {number for number, key in keys.items() if counts[key] > 1 and all(map(_says_something, key))}

    def _keys(self, form: Table) -> dict[int, Texts]:
        places = [form.field_names.index(name) for name in form.primary_key]
        rows = self.texts.get(form.name, {})
        return {number: tuple([row[at] for at in places]) for number, row in rows.items()}

    def _fill(
        self,
        connection: duckdb.DuckDBPyConnection,
        schema: str,
        form: Table,
        rows: Mapping[str, Sequence[Texts]],
    ) -> list[bool]:
        """Insert the rows of a table that lead somewhere, and return of each whether it does."""
        columns = list(zip(*rows[form.name], strict=True))
        values = [
            [cells[text].value for text in column]
            for column, cells in zip(columns, self._read(connection, form, columns), strict=True)
        ]
        places = {name: place for place, name in enumerate(form.field_names)}
        tests = [[value is not None for value in values[places[name]]] for name in form.primary_key]
        for key in form.foreign_keys:
            at = tables()[key.table].field_names.index(key.to_field)
            known = {row[at] for row in rows.get(key.table, ())}
            tests.append([text in known or not _says_something(text) for text in columns[places[key.field]]])
        led = [all(row) for row in zip(*tests, strict=True)]
        if any(led):
            appender = connection.appender(f"{schema}.{form.name}")
            appender.append_rows(compress(zip(*values, strict=True), led))
            appender.flush()
        return led

    def _read(
        self, connection: duckdb.DuckDBPyConnection, form: Table, columns: Sequence[Sequence[str | None]]
    ) -> list[Mapping[str | None, Cell]]:
        """Return what the texts of each column are."""
        found: list[Mapping[str | None, Cell]] = []
        for one, column in zip(form.fields, columns, strict=True):
            known = self._cells.setdefault((form.name, one.name), {})
            fresh = set(column) - known.keys()
            odd = [text for text in fresh if _is_odd(one, text)]
            values = _as_many(connection, one, odd) if odd else {}
            joins = one.name in form.primary_key or any(key.field == one.name for key in form.foreign_keys)
            for text in fresh:
                value = values[text] if text in values else _value(one, text, joins=joins)
                known[text] = Cell(value, fault_of(one, text))
            found.append(known)
        return found


def read_few(connection: duckdb.DuckDBPyConnection, filled: Collection[str]) -> FewRows:
    """Read the stored rows of these tables."""
    texts: dict[str, dict[int, Texts]] = {}
    for name in filled:
        names = ", ".join(f'"{field}"' for field in tables()[name].field_names)
        rows = connection.execute(f"SELECT _row, {names} FROM stored.{name}").fetchall()
        texts[name] = {number: tuple(row) for number, *row in rows}
    return FewRows(texts)


def _corrected(form: Table, rows: Iterable[Texts], cells: Cells) -> Iterable[Texts]:
    """Give the texts with their corrected cells; a row with a ``*`` is left out."""
    by_key: dict[str, dict[str, str | None]] = {}
    for (name, key, column), text in cells.items():
        if name == form.name:
            by_key.setdefault(key, {})[column] = text
    places = [form.field_names.index(name) for name in form.primary_key]
    for row in rows:
        mine = by_key.get("|".join([row[at] or "" for at in places]))
        if mine is None:
            yield row
        elif WHOLE_ROW not in mine:
            yield tuple([mine.get(name, text) for name, text in zip(form.field_names, row, strict=True)])


def _create(connection: duckdb.DuckDBPyConnection, schema: str, form: Table) -> None:
    columns = ", ".join(f'"{field.name}" {sql_type(field)}' for field in form.fields)
    connection.execute(f"CREATE TABLE {schema}.{form.name} ({columns})")


def _value(field: Field, text: str | None, *, joins: bool) -> object:
    if text is None or not text.strip():
        return None
    if field.type != "string":
        return read_value(field, text)
    # A key is joined with others into lines of references: it may not bring a line end of its own.
    return None if joins and _CONTROL.search(text) else text


def _is_odd(field: Field, text: str | None) -> bool:
    return (
        field.type != "string"
        and _says_something(text)
        and (_PLAIN[field.type].fullmatch(text or "") is None or read_value(field, text or "") is None)
    )


def _as_many(
    connection: duckdb.DuckDBPyConnection, field: Field, texts: Sequence[str | None]
) -> dict[str, object]:
    """Return what the database reads each text as."""
    sql = f"SELECT text, {typed_value(field, 'text')} FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS text)"
    return dict(connection.execute(sql, [list(texts)]).fetchall())


def _says_something(text: str | None) -> bool:
    return text is not None and bool(text.strip())

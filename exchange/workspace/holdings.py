"""What a workspace holds: the batches of its history in, rows that stand, their cells and their counts out (workflow.md, step 3).

Each ``take`` and each ``agreement add`` is one batch; nothing is ever deleted. Which rows stand is computed in SQL when they
are read (:mod:`exchange.workspace.standing`). It says nothing of whether a row is right: that is for the checks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from exchange.checks.findings import CellRef
from exchange.checks.source import Location
from exchange.form.faults import Fault
from exchange.form.tables import Table, table, tables
from exchange.ledger.objects import Objects
from exchange.workspace.standing import Batch, Piece, pieces_of, ranks_of, readable, reported, standing
from exchange.workspace.standing_few import asked_of, fallen
from exchange.workspace.stored_rows import ORIGIN, reading_order, row_name, spread

if TYPE_CHECKING:
    import duckdb

# Of Parquet: what 20 000 rows with their cells take.
_FEW_BYTES = 1_000_000
_UNREADABLE_KEY = re.compile(r"[0-9a-f]{12}#")


@dataclass(frozen=True, slots=True)
class Holdings:
    """The rows that stand: a table source for the checks and a locator of their cells.

    Attributes:
        batches: in the order of the ledger.
        auditor_profile: judges every party's rows instead of the profile that the party names.
        since: rows whose every date lies before that day stand no longer: retention has ended for them.
    """

    objects: Objects
    batches: tuple[Batch, ...]
    auditor_profile: str | None = None
    since: date | None = None
    _pieces: dict[str, list[Piece]] = field(default_factory=dict, compare=False, repr=False)
    _loaded: list[duckdb.DuckDBPyConnection] = field(default_factory=list, compare=False, repr=False)
    _own: list[duckdb.DuckDBPyConnection] = field(default_factory=list, compare=False, repr=False)

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create ``stored.<table>`` for every table of the form, upon ``origin.<table>`` where the cells stand."""
        from exchange.checks.plans import plan_plainly

        few = self._bytes() < _FEW_BYTES
        if few:
            plan_plainly(connection)
        connection.execute("CREATE SCHEMA origin")
        for form in tables().values():
            picked = ", ".join(f'"{name}"' for name in form.field_names)
            if few and self.since is None and len(self._of(form)) > 1:
                self._load_few(connection, form)
            else:
                connection.execute(f"CREATE TABLE origin.{form.name} AS {self.standing(form)}")
            connection.execute(
                f"CREATE VIEW stored.{form.name} AS SELECT {picked}, _row FROM origin.{form.name}"
            )
        if self.auditor_profile is not None:
            connection.execute("UPDATE origin.parties SET auditor_profile = ?", [self.auditor_profile])
        # Reading and joining the objects again costs as much as a family of rules: the locator asks what was loaded.
        self._loaded[:] = [connection.cursor()]

    def _load_few(self, connection: duckdb.DuckDBPyConnection, form: Table) -> None:
        connection.execute(f"CREATE TABLE origin.{form.name} AS {reported(form, self._of(form))}")
        asked = ", ".join(f'"{name}"' for name in ("_row", "_rank", "_complete", "_sender", *asked_of(form)))
        rows = connection.execute(f"SELECT {asked} FROM origin.{form.name}").fetchall()
        numbers = fallen(
            form, [(number, rank, complete, tuple(place)) for number, rank, complete, *place in rows]
        )
        if numbers:
            connection.execute(f"DELETE FROM origin.{form.name} WHERE _row IN (SELECT unnest(?))", [numbers])

    def held(self) -> Iterator[tuple[str, list[tuple[str | None, ...]]]]:
        """Give each table's rows that stand, in the order they were stored: the fields, then sender and sha256 of the file."""
        for form in tables().values():
            picked = ", ".join(f'"{name}"' for name in form.field_names)
            query = f"SELECT {picked}, _sender, _sha FROM {self._rows(form)} ORDER BY _row"
            yield form.name, self._reader().execute(query).fetchall()

    def cells(self, refs: Collection[CellRef]) -> Mapping[CellRef, Location]:
        """Return where each cell was read; a cell that no file holds is left out."""
        found: dict[CellRef, Location] = {}
        for name, wanted in _by_table(refs).items():
            found.update(self._located(table(name), wanted))
        return found

    def rows(self, table_name: str, row_ids: Collection[int]) -> Mapping[int, str]:
        """Return ``sha256[:12]#SHEET!A1`` of each row's first cell."""
        query = f"SELECT _row, _sha, _sheet, _cells FROM {self._rows(table(table_name))} WHERE _row IN (SELECT unnest(?))"
        found = self._reader().execute(query, [list(row_ids)]).fetchall()
        return {int(row): row_name(sha, sheet, spread(cells)) for row, sha, sheet, cells in found}

    def values(self, refs: Collection[CellRef]) -> Mapping[CellRef, str | None]:
        """Return the reported text of each cell; a cell that no row has is left out."""
        found: dict[CellRef, str | None] = {}
        for name, wanted in _by_table(refs).items():
            for row in self._rows_of(table(name), {ref.key for ref in wanted}):
                found.update(
                    {ref: row[ref.field] for ref in wanted if ref.key == row["_key"] and ref.field in row}
                )
        return found

    def rows_at(self, table_name: str, keys: Collection[str]) -> dict[str, dict[str, str | None]]:
        """Return the standing rows of these keys as reported, by key."""
        form = table(table_name)
        found = self._rows_of(form, keys) if keys else ()
        return {row["_key"] or "": {name: row[name] for name in form.field_names} for row in found}

    def file_of(self, table_name: str, key: str) -> str | None:
        """Return the sha256 of the file that the standing row of the key was read from."""
        return next((row["_sha"] for row in self._rows_of(table(table_name), {key})), None)

    def records(self, table_name: str) -> list[dict[str, str | None]]:
        """Return the standing rows of a table as reported, in the order they were stored."""
        form = table(table_name)
        picked = ", ".join(f'"{name}"' for name in form.field_names)
        found = self._reader().execute(f"SELECT {picked} FROM {self._rows(form)} ORDER BY _row").fetchall()
        return [dict(zip(form.field_names, row, strict=True)) for row in found]

    def count_of(self, sha256: str, sender: str) -> int:
        """Return how many rows of the file, as this sender sent it, stand."""
        query = " UNION ALL ".join(
            f"SELECT count(*) AS n FROM {self._rows(form)} WHERE _sha = $sha AND _sender = $sender"
            for form in tables().values()
        )
        wanted = {"sha": sha256, "sender": sender}
        found = self._reader().execute(f"SELECT sum(n)::BIGINT FROM ({query})", wanted).fetchone()
        return int(found[0]) if found else 0

    def counts(self) -> list[tuple[str, str, int, str | None, str | None]]:
        """Return (sender, table, rows, first date, last date) of what stands, senders and tables in order."""
        query = " UNION ALL ".join(self._counted(form) for form in tables().values())
        found = self._reader().execute(query).fetchall()
        order = list(tables())
        return sorted(found, key=lambda row: (row[0], order.index(row[1])))

    def standing_faults(self, by_file: Mapping[str, Sequence[Fault]]) -> list[Fault]:
        """Return the faults, by sha256 of their file, without those of rows and files that a newer file replaced."""
        return [
            fault
            for sha256, faults in by_file.items()
            for name, group in _by_fault_table(faults).items()
            for fault in (self._still_there(sha256, name, group) if self._followed(sha256, name) else group)
        ]

    def _followed(self, sha256: str, name: str) -> bool:
        """Whether a batch of a later place holds rows of the same table, which could have replaced some of the file's."""
        ranks = ranks_of(self.batches)
        own = [at for at, batch in enumerate(self.batches) if sha256 in batch.files - batch.withdrawn]
        if not own:
            return True
        last = own[-1]
        dated = name in tables() and table(name).dated_by is not None
        return any(
            ranks[at] > ranks[last]
            and name in batch.objects
            and not (dated and batch.sender != self.batches[last].sender)
            for at, batch in enumerate(self.batches)
        )

    def _still_there(self, sha256: str, name: str, faults: Sequence[Fault]) -> Iterator[Fault]:
        form = table(name)
        rows = self._rows_of(form, {fault.key for fault in faults})
        keys = {key for row in rows if row["_sha"] == sha256 for key in _names_of(row)}
        replaced = self._replaced(form, sha256)
        for fault in faults:
            if fault.key in keys or (_UNREADABLE_KEY.match(fault.key) and not replaced):
                yield fault

    def _replaced(self, form: Table, sha256: str) -> bool:
        """Whether the file brought rows of the table and none of them stands any more."""
        query = "SELECT count(*) FROM {rows} WHERE _sha = ?"
        reader = self._reader()
        brought = reader.execute(
            query.format(rows=f"({reported(form, self._of(form))})"), [sha256]
        ).fetchone()
        left = reader.execute(query.format(rows=self._rows(form)), [sha256]).fetchone()
        return brought != (0,) and left == (0,)

    def standing(self, form: Table) -> str:
        """Return the query for the rows of a table that stand: its fields, ``_sender``, ``_row`` and the origin columns."""
        return standing(form, self._of(form), self.since)

    def _bytes(self) -> int:
        return sum(piece.path.stat().st_size for form in tables().values() for piece in self._of(form))

    def _reader(self) -> duckdb.DuckDBPyConnection:
        from exchange.checks.duck import duckdb

        if self._is_loaded():
            return self._loaded[0]
        if not self._own:
            self._own.append(duckdb.connect())
        return self._own[0]

    def _rows(self, form: Table) -> str:
        return f"origin.{form.name}" if self._is_loaded() else f"({self.standing(form)})"

    def _is_loaded(self) -> bool:
        from exchange.checks.duck import duckdb

        try:
            return bool(self._loaded and self._loaded[0].execute("SELECT 1"))
        except duckdb.ConnectionException:
            self._loaded.clear()  # the check that loaded it has ended
            return False

    def _of(self, form: Table) -> list[Piece]:
        if form.name not in self._pieces:
            self._pieces[form.name] = pieces_of(self.objects, self.batches, form)
        return self._pieces[form.name]

    def _counted(self, form: Table) -> str:
        day = f'CASE WHEN {readable(form)} THEN "{form.dated_by}" END' if form.dated_by else "NULL"
        return (
            f"SELECT _sender, '{form.name}', count(*), min({day}), max({day}) "
            f"FROM {self._rows(form)} GROUP BY _sender"
        )

    def _located(self, form: Table, wanted: Collection[CellRef]) -> Iterator[tuple[CellRef, Location]]:
        by_key: dict[str, list[CellRef]] = {}
        for ref in wanted:
            by_key.setdefault(ref.key, []).append(ref)
        for row in self._rows_of(form, by_key):
            cells = spread(row["_cells"])
            name = row_name(row["_sha"] or "", row["_sheet"], cells)
            for ref in (*by_key.get(row["_key"] or "", ()), *by_key.get(name, ())):
                yield from _where(ref, row, cells)

    def _rows_of(self, form: Table, keys: Collection[str]) -> Iterator[dict[str, str | None]]:
        key = " || '|' || ".join(f"""coalesce("{name}", '')""" for name in form.primary_key)
        picked = ", ".join(f'"{name}"' for name in (*form.field_names, *ORIGIN))
        # A row whose key is unreadable is named by its first cell, which SQL does not know: look at the whole file.
        files = [key[:12] for key in keys if _UNREADABLE_KEY.match(key)]
        result = self._reader().execute(
            f"SELECT * FROM (SELECT {picked}, {key} AS _key FROM {self._rows(form)}) "
            "WHERE _key IN (SELECT unnest(?)) OR substr(_sha, 1, 12) IN (SELECT unnest(?))",
            [list(keys), files or [""]],
        )
        names = [column[0] for column in result.description]
        for row in result.fetchall():
            yield dict(zip(names, row, strict=True))


def _where(
    ref: CellRef, row: Mapping[str, str | None], cells: Mapping[str, str]
) -> Iterator[tuple[CellRef, Location]]:
    cell = min(cells.values(), key=reading_order, default=None) if ref.field == "*" else cells.get(ref.field)
    if cell is not None:
        yield ref, Location(row["_file"] or "", row["_sheet"], cell)


def _by_fault_table(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(fault.table, []).append(fault)
    return found


def _names_of(row: Mapping[str, str | None]) -> tuple[str, str]:
    return row["_key"] or "", row_name(row["_sha"] or "", row["_sheet"], spread(row["_cells"]))


def _by_table(refs: Iterable[CellRef]) -> dict[str, list[CellRef]]:
    found: dict[str, list[CellRef]] = {}
    for ref in refs:
        if ref.table in tables():
            found.setdefault(ref.table, []).append(ref)
    return found

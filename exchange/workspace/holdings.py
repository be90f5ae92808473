"""What a workspace holds: batches of rows as Parquet objects in, the rows that stand out (workflow.md, step 3).

Each ``take`` and each ``agreement add`` is one batch; nothing is ever deleted. Which rows stand is computed in SQL
when they are read: dated facts replace what the same sender (and side) reported before for the same table and
placement in the whole months of the dates found; other rows are replaced by key. Rows of an agreement file
stand before any other row of their key. Bytes that were mapped again keep the place that they had, and a file that was
withdrawn stands as if it had never come. It says nothing of whether a row is right: that is for the checks.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.checks.findings import CellRef
from exchange.checks.source import Location
from exchange.errors import WorkspaceError
from exchange.form.faults import Fault
from exchange.form.tables import Table, table, tables
from exchange.language import translate as _
from exchange.ledger.objects import Objects
from exchange.workspace.agreements import TABLES

if TYPE_CHECKING:
    import duckdb

# Room for 4 billion rows in one batch; row ids of all batches stay apart.
_BATCH_SHIFT = 32
_ORIGIN = ("_sha", "_file", "_sheet", "_cells")
# Of Parquet: what 20 000 rows with their cells take.
_FEW_BYTES = 1_000_000
_UNREADABLE_KEY = re.compile(r"[0-9a-f]{12}#")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row on its way into a batch.

    Attributes:
        values: canonical text by field; raw text where unreadable.
        cells: field → cell (``D17``, several joined by ``+``).
        sha256: of the file it was read from.
    """

    values: Mapping[str, str | None]
    file: str
    sheet: str | None
    cells: Mapping[str, str]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The rows of one take or one agreement file.

    Attributes:
        objects: table → address of its Parquet.
        files: sha256 of the files it was read from; an earlier batch's rows of the same file and sender are void.
        complete: whether its undated tables hold all that the sender has.
        rules: whether it is an agreement file, whose rows stand before any other of their key.
        place: which of the batches, counted from 0, its rows take the place of; None is its own.
        withdrawn: those of the files that were withdrawn.
    """

    sender: str
    objects: Mapping[str, str]
    files: frozenset[str] = frozenset()
    complete: bool = False
    rules: bool = False
    place: int | None = None
    withdrawn: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows of one batch: which of them count, and where in the order of all."""

    rank: int
    order: int
    sender: str
    path: Path
    void: tuple[str, ...]
    complete: bool


def write_tables(objects: Objects, folder: Path, rows: Mapping[str, Sequence[StoredRow]]) -> dict[str, str]:
    """Store the rows of each table as one Parquet object and return the addresses by table.

    The files are written in ``folder`` first, which must be of the same disk as the objects.

    Raises:
        WorkspaceError: one could not be written; at most objects that nobody names are left.
    """
    import duckdb

    with duckdb.connect() as connection:
        return {name: _write(connection, objects, folder, table(name), rows[name]) for name in rows}


def _write(
    connection: duckdb.DuckDBPyConnection,
    objects: Objects,
    folder: Path,
    form: Table,
    rows: Sequence[StoredRow],
) -> str:
    import duckdb

    columns: list[list[str | None]] = [[row.values.get(name) for row in rows] for name in form.field_names]
    columns.append([row.sha256 for row in rows])
    columns.append([row.file for row in rows])
    columns.append([row.sheet for row in rows])
    columns.append([_compact(row.cells) for row in rows])
    names = (*form.field_names, *_ORIGIN)
    picked = ", ".join(
        f'unnest(${place}::VARCHAR[]) AS "{name}"' for place, name in enumerate(names, start=1)
    )
    written = folder / f".{uuid.uuid4().hex}.parquet"
    try:
        connection.execute(
            f"COPY (SELECT {picked}, unnest(range({len(rows)})) AS _row) TO {_quoted(written)} "
            "(FORMAT parquet, COMPRESSION zstd)",
            columns,
        )
        return objects.adopt(written)
    except duckdb.IOException as error:
        raise WorkspaceError(
            _("The rows cannot be written to {folder} ({reason}); see that the disk has room.").format(
                folder=folder, reason=str(error).partition("\n")[0]
            )
        ) from None
    finally:
        written.unlink(missing_ok=True)


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
    _pieces: dict[str, list[_Piece]] = field(default_factory=dict, compare=False, repr=False)
    _loaded: list[duckdb.DuckDBPyConnection] = field(default_factory=list, compare=False, repr=False)
    _own: list[duckdb.DuckDBPyConnection] = field(default_factory=list, compare=False, repr=False)

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create ``stored.<table>`` for every table of the form, upon ``origin.<table>`` where the cells stand."""
        from exchange.checks.plans import plan_plainly

        if self._bytes() < _FEW_BYTES:
            plan_plainly(connection)
        connection.execute("CREATE SCHEMA origin")
        for form in tables().values():
            picked = ", ".join(f'"{name}"' for name in form.field_names)
            connection.execute(f"CREATE TABLE origin.{form.name} AS {self.standing(form)}")
            connection.execute(
                f"CREATE VIEW stored.{form.name} AS SELECT {picked}, _row FROM origin.{form.name}"
            )
        if self.auditor_profile is not None:
            connection.execute("UPDATE origin.parties SET auditor_profile = ?", [self.auditor_profile])
        # Reading and joining the objects again costs as much as a family of rules: the locator asks what was loaded.
        self._loaded[:] = [connection.cursor()]

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
        return {int(row): row_name(sha, sheet, _spread(cells)) for row, sha, sheet, cells in found}

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
        ranks = _ranks(self.batches)
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
        reported = reader.execute(query.format(rows=f"({self._reported(form)})"), [sha256]).fetchone()
        standing = reader.execute(query.format(rows=self._rows(form)), [sha256]).fetchone()
        return reported != (0,) and standing == (0,)

    def standing(self, form: Table) -> str:
        """Return the query for the rows of a table that stand: its fields, ``_sender``, ``_row`` and the origin columns."""
        rows = self._reported(form)
        # Of a single batch all rows stand: none is older or newer.
        if len(self._of(form)) > 1:
            rows = (_dated if form.dated_by else _undated)(form, rows)
        latest = latest_date(form)
        if self.since is None or latest is None or form.name in TABLES:
            return rows
        return f"SELECT * FROM ({rows}) WHERE coalesce({latest} >= '{self.since.isoformat()}', true)"

    def _bytes(self) -> int:
        return sum(piece.path.stat().st_size for form in tables().values() for piece in self._of(form))

    def _reported(self, form: Table) -> str:
        fields = ", ".join(f'NULL::VARCHAR AS "{name}"' for name in (*form.field_names, *_ORIGIN))
        nothing = (
            f"SELECT 0::BIGINT AS _rank, false AS _complete, NULL::VARCHAR AS _sender, 0::BIGINT AS _row, {fields} "
            "WHERE false"
        )
        return " UNION ALL BY NAME ".join([nothing, *(_selected(piece) for piece in self._of(form))])

    def _reader(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        if self._is_loaded():
            return self._loaded[0]
        if not self._own:
            self._own.append(duckdb.connect())
        return self._own[0]

    def _rows(self, form: Table) -> str:
        return f"origin.{form.name}" if self._is_loaded() else f"({self.standing(form)})"

    def _is_loaded(self) -> bool:
        import duckdb

        try:
            return bool(self._loaded and self._loaded[0].execute("SELECT 1"))
        except duckdb.ConnectionException:
            self._loaded.clear()  # the check that loaded it has ended
            return False

    def _of(self, form: Table) -> list[_Piece]:
        if form.name not in self._pieces:
            self._pieces[form.name] = _pieces(self.objects, self.batches, form)
        return self._pieces[form.name]

    def _counted(self, form: Table) -> str:
        day = f'CASE WHEN {_readable(form)} THEN "{form.dated_by}" END' if form.dated_by else "NULL"
        return (
            f"SELECT _sender, '{form.name}', count(*), min({day}), max({day}) "
            f"FROM {self._rows(form)} GROUP BY _sender"
        )

    def _located(self, form: Table, wanted: Collection[CellRef]) -> Iterator[tuple[CellRef, Location]]:
        by_key: dict[str, list[CellRef]] = {}
        for ref in wanted:
            by_key.setdefault(ref.key, []).append(ref)
        for row in self._rows_of(form, by_key):
            cells = _spread(row["_cells"])
            name = row_name(row["_sha"] or "", row["_sheet"], cells)
            for ref in (*by_key.get(row["_key"] or "", ()), *by_key.get(name, ())):
                yield from _where(ref, row, cells)

    def _rows_of(self, form: Table, keys: Collection[str]) -> Iterator[dict[str, str | None]]:
        key = " || '|' || ".join(f"""coalesce("{name}", '')""" for name in form.primary_key)
        picked = ", ".join(f'"{name}"' for name in (*form.field_names, *_ORIGIN))
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


def row_name(sha256: str, sheet: str | None, cells: Mapping[str, str]) -> str:
    """Return what stands for the key of a row that has none: ``sha256[:12]#SHEET!A1`` of its first cell."""
    first = min((cell.split("+")[0] for cell in cells.values()), key=_reading_order, default="")
    return f"{sha256[:12]}#{sheet}!{first}" if sheet is not None else f"{sha256[:12]}#{first}"


def _reading_order(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    return (int(digits or 0), len(letters), letters)


def _where(
    ref: CellRef, row: Mapping[str, str | None], cells: Mapping[str, str]
) -> Iterator[tuple[CellRef, Location]]:
    cell = min(cells.values(), key=_reading_order, default=None) if ref.field == "*" else cells.get(ref.field)
    if cell is not None:
        yield ref, Location(row["_file"] or "", row["_sheet"], cell)


def _by_fault_table(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(fault.table, []).append(fault)
    return found


def _names_of(row: Mapping[str, str | None]) -> tuple[str, str]:
    return row["_key"] or "", row_name(row["_sha"] or "", row["_sheet"], _spread(row["_cells"]))


def _by_table(refs: Iterable[CellRef]) -> dict[str, list[CellRef]]:
    found: dict[str, list[CellRef]] = {}
    for ref in refs:
        if ref.table in tables():
            found.setdefault(ref.table, []).append(ref)
    return found


def _ranks(batches: Sequence[Batch]) -> list[int]:
    """Return where each batch stands in the history; agreement files stand after all others."""
    return [
        (at if batch.place is None else batch.place) + len(batches) * batch.rules
        for at, batch in enumerate(batches)
    ]


def _pieces(objects: Objects, batches: Sequence[Batch], form: Table) -> list[_Piece]:
    ranks = _ranks(batches)
    order = {
        at: number for number, at in enumerate(sorted(range(len(batches)), key=lambda at: (ranks[at], at)))
    }
    mapped_later: dict[str, set[str]] = {}
    found: list[_Piece] = []
    for at in range(len(batches) - 1, -1, -1):
        batch = batches[at]
        later = mapped_later.setdefault(batch.sender, set())
        void = later | batch.withdrawn
        if form.name in batch.objects and not (batch.files and batch.files <= void):
            address = batch.objects[form.name]
            objects.get(address)  # rows that were altered beside the ledger must not be judged
            complete = batch.complete and form.dated_by is None
            path = objects.path(address)
            found.append(_Piece(ranks[at], order[at], batch.sender, path, tuple(sorted(void)), complete))
        later |= batch.files
    return sorted(found, key=lambda piece: piece.order)


def _selected(piece: _Piece) -> str:
    voided = ", ".join(f"'{sha}'" for sha in piece.void)
    where = f" WHERE _sha NOT IN ({voided})" if voided else ""
    return (
        f"SELECT {piece.rank}::BIGINT AS _rank, {piece.complete} AS _complete, '{piece.sender}' AS _sender, "
        f"* REPLACE (_row + {piece.order << _BATCH_SHIFT}::BIGINT AS _row) FROM read_parquet({_quoted(piece.path)}){where}"
    )


def _undated(form: Table, rows: str) -> str:
    key = ", ".join(f'"{name}"' for name in form.primary_key)
    whole = " AND ".join(f"""trim(coalesce("{name}", '')) <> ''""" for name in form.primary_key)
    # An agreement file is no report of its party's: a complete list does not end it (its rank is beyond all reports).
    return f"""WITH reported AS (SELECT *, max(CASE WHEN _complete THEN _rank END) OVER (PARTITION BY _sender) AS _whole
            FROM ({rows}))
        SELECT * EXCLUDE (_whole) FROM reported WHERE _whole IS NULL OR _rank >= _whole
        QUALIFY CASE WHEN {whole} THEN _rank = max(_rank) OVER (PARTITION BY {key})
                     ELSE _rank = max(_rank) OVER (PARTITION BY _sender) END"""


def _dated(form: Table, rows: str) -> str:
    side = "reporter" if "reporter" in form.field_names else "''"
    return f"""WITH reported AS (SELECT *, {side} AS _side, {_month(form)} AS _month FROM ({rows})),
        months AS (SELECT DISTINCT _sender, _side, placement_id, _month, _rank FROM reported WHERE _month IS NOT NULL),
        newer AS (SELECT old._sender, old._side, old.placement_id, old._month, old._rank FROM months AS old
            WHERE EXISTS (SELECT 1 FROM months AS new WHERE {_same("new", "old")} AND new._month = old._month
                AND new._rank > old._rank))
        SELECT * EXCLUDE (_side, _month) FROM reported AS row WHERE NOT CASE
            WHEN _month IS NOT NULL
                THEN EXISTS (SELECT 1 FROM newer WHERE {_same("newer", "row")} AND newer._month = row._month
                    AND newer._rank = row._rank)
            WHEN EXISTS (SELECT 1 FROM months WHERE {_same("months", "row")} AND months._rank = row._rank)
                THEN EXISTS (SELECT 1 FROM newer WHERE {_same("newer", "row")} AND newer._rank = row._rank)
            ELSE EXISTS (SELECT 1 FROM months WHERE {_same("months", "row")} AND months._rank > row._rank) END"""


def _month(form: Table) -> str:
    return f'CASE WHEN {_readable(form)} THEN substr("{form.dated_by}", 1, 7) END'


def latest_date(form: Table) -> str | None:
    """Return the SQL of the latest date that can be read in a row, as text; None where the table has no dates."""
    names = [form.dated_by] if form.dated_by else [one.name for one in form.fields if one.type == "date"]
    days = ", ".join(f'CASE WHEN {_is_date(name)} THEN "{name}" END' for name in names)
    return f"greatest({days})" if names else None


def _readable(form: Table) -> str:
    return _is_date(form.dated_by or "")


def _is_date(name: str) -> str:
    day = f'"{name}"'
    return rf"(regexp_full_match({day}, '\d{{4}}-\d{{2}}-\d{{2}}') AND try_cast({day} AS DATE) IS NOT NULL)"


def _same(left: str, right: str) -> str:
    return " AND ".join(
        f"{left}.{name} IS NOT DISTINCT FROM {right}.{name}" for name in ("_sender", "_side", "placement_id")
    )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _compact(cells: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={cell}" for name, cell in cells.items())


def _spread(compact: str | None) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (compact or "").split("\n") if line)

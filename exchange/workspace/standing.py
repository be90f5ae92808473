"""Which of the stored rows stand (workflow.md, step 3): batches of a history in, one SQL query a table out; pure but for looking at the objects.

Dated facts replace what the same sender (and side) reported before for the same table and placement in the whole months of the
dates found; other rows are replaced by key. Rows of an agreement file stand before any other row of their key. Bytes that were
mapped again keep the place that they had, and a file that was withdrawn stands as if it had never come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from exchange.form.tables import Table
from exchange.ledger.objects import Objects
from exchange.workspace.agreements import TABLES
from exchange.workspace.stored_rows import ORIGIN, quoted

# Room for 4 billion rows in one batch; row ids of all batches stay apart.
_BATCH_SHIFT = 32


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
class Piece:
    """Rows of one batch: which of them count, and where in the order of all."""

    rank: int
    order: int
    sender: str
    path: Path
    void: tuple[str, ...]
    complete: bool


def ranks_of(batches: Sequence[Batch]) -> list[int]:
    """Return where each batch stands in the history; agreement files stand after all others."""
    return [
        (at if batch.place is None else batch.place) + len(batches) * batch.rules
        for at, batch in enumerate(batches)
    ]


def pieces_of(objects: Objects, batches: Sequence[Batch], form: Table) -> list[Piece]:
    """Return the rows of each batch that count, oldest first.

    Raises:
        WorkspaceError: an object is missing or was altered.
    """
    ranks = ranks_of(batches)
    order = {
        at: number for number, at in enumerate(sorted(range(len(batches)), key=lambda at: (ranks[at], at)))
    }
    mapped_later: dict[str, set[str]] = {}
    found: list[Piece] = []
    for at in range(len(batches) - 1, -1, -1):
        batch = batches[at]
        later = mapped_later.setdefault(batch.sender, set())
        void = later | batch.withdrawn
        if form.name in batch.objects and not (batch.files and batch.files <= void):
            address = batch.objects[form.name]
            objects.get(address)  # rows that were altered beside the ledger must not be judged
            complete = batch.complete and form.dated_by is None
            path = objects.path(address)
            found.append(Piece(ranks[at], order[at], batch.sender, path, tuple(sorted(void)), complete))
        later |= batch.files
    return sorted(found, key=lambda piece: piece.order)


def reported(form: Table, pieces: Sequence[Piece]) -> str:
    """Return the query for all rows that count, also those that others replaced."""
    fields = ", ".join(f'NULL::VARCHAR AS "{name}"' for name in (*form.field_names, *ORIGIN))
    nothing = (
        f"SELECT 0::BIGINT AS _rank, false AS _complete, NULL::VARCHAR AS _sender, 0::BIGINT AS _row, {fields} "
        "WHERE false"
    )
    # Equal rows of two batches are one object: then a row's file does not tell its batch.
    apart = len({piece.path for piece in pieces}) == len(pieces)
    if len(pieces) > 1 and apart and not any(piece.void for piece in pieces):
        return f"{nothing} UNION ALL BY NAME {_selected_together(pieces)}"
    return " UNION ALL BY NAME ".join([nothing, *(_selected(piece) for piece in pieces)])


def standing(form: Table, pieces: Sequence[Piece], since: date | None = None) -> str:
    """Return the query for the rows that stand: the table's fields, ``_sender``, ``_row`` and the origin columns.

    Args:
        form: the table.
        pieces: of its rows (:func:`pieces_of`).
        since: rows whose every date lies before that day stand no longer: retention has ended for them.
    """
    rows = reported(form, pieces)
    # Of a single batch all rows stand: none is older or newer.
    if len(pieces) > 1:
        rows = (_dated if form.dated_by else _undated)(form, rows)
    latest = latest_date(form)
    if since is None or latest is None or form.name in TABLES:
        return rows
    return f"SELECT * FROM ({rows}) WHERE coalesce({latest} >= '{since.isoformat()}', true)"


def _selected(piece: Piece) -> str:
    voided = ", ".join(f"'{sha}'" for sha in piece.void)
    where = f" WHERE _sha NOT IN ({voided})" if voided else ""
    return (
        f"SELECT {piece.rank}::BIGINT AS _rank, {piece.complete} AS _complete, '{piece.sender}' AS _sender, "
        f"* REPLACE (_row + {piece.order << _BATCH_SHIFT}::BIGINT AS _row) FROM read_parquet({quoted(piece.path)}){where}"
    )


def _selected_together(pieces: Sequence[Piece]) -> str:
    """Return one query for rows of several files: a query each is planned for twice as long."""
    files = ", ".join(quoted(piece.path) for piece in pieces)
    ranks = ", ".join(str(piece.rank) for piece in pieces)
    complete = ", ".join(str(piece.complete) for piece in pieces)
    senders = ", ".join(f"'{piece.sender}'" for piece in pieces)
    offsets = ", ".join(str(piece.order << _BATCH_SHIFT) for piece in pieces)
    return (
        f"SELECT ([{ranks}]::BIGINT[])[_place] AS _rank, ([{complete}])[_place] AS _complete, ([{senders}])[_place] AS _sender, "
        f"* EXCLUDE (_place, filename) REPLACE (_row + ([{offsets}]::BIGINT[])[_place] AS _row) "
        f"FROM (SELECT *, list_position([{files}], filename) AS _place "
        f"FROM read_parquet([{files}], filename = true, union_by_name = true))"
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
    return f'CASE WHEN {readable(form)} THEN substr("{form.dated_by}", 1, 7) END'


def latest_date(form: Table) -> str | None:
    """Return the SQL of the latest date that can be read in a row, as text; None where the table has no dates."""
    names = [form.dated_by] if form.dated_by else [one.name for one in form.fields if one.type == "date"]
    days = ", ".join(f'CASE WHEN {_is_date(name)} THEN "{name}" END' for name in names)
    return f"greatest({days})" if names else None


def readable(form: Table) -> str:
    """Return the SQL of whether a row's own date can be read."""
    return _is_date(form.dated_by or "")


def _is_date(name: str) -> str:
    day = f'"{name}"'
    return rf"(regexp_full_match({day}, '\d{{4}}-\d{{2}}-\d{{2}}') AND try_cast({day} AS DATE) IS NOT NULL)"


def _same(left: str, right: str) -> str:
    return " AND ".join(
        f"{left}.{name} IS NOT DISTINCT FROM {right}.{name}" for name in ("_sender", "_side", "placement_id")
    )

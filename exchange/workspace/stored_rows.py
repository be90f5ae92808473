"""One row as a batch stores it: canonical texts with the cells they were read from, written as one Parquet object a table.

``take`` and ``agreement add`` bring rows; :mod:`exchange.workspace.standing` says which stand, :mod:`exchange.workspace.holdings` reads them.
It refuses rows that cannot reach the disk.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.errors import WorkspaceError
from exchange.form.tables import Table, table
from exchange.language import translate as _
from exchange.ledger.objects import Objects

if TYPE_CHECKING:
    import duckdb

ORIGIN = ("_sha", "_file", "_sheet", "_cells")


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


def write_tables(objects: Objects, folder: Path, rows: Mapping[str, Sequence[StoredRow]]) -> dict[str, str]:
    """Store the rows of each table as one Parquet object and return the addresses by table.

    The files are written in ``folder`` first, which must be of the same disk as the objects.

    Raises:
        WorkspaceError: one could not be written; at most objects that nobody names are left.
    """
    from exchange.checks.duck import duckdb

    with duckdb.connect() as connection:
        return {name: _write(connection, objects, folder, table(name), rows[name]) for name in rows}


def _write(
    connection: duckdb.DuckDBPyConnection,
    objects: Objects,
    folder: Path,
    form: Table,
    rows: Sequence[StoredRow],
) -> str:
    from exchange.checks.duck import duckdb

    columns: list[list[str | None]] = [[row.values.get(name) for row in rows] for name in form.field_names]
    columns.append([row.sha256 for row in rows])
    columns.append([row.file for row in rows])
    columns.append([row.sheet for row in rows])
    columns.append([_compact(row.cells) for row in rows])
    names = (*form.field_names, *ORIGIN)
    picked = ", ".join(
        f'unnest(${place}::VARCHAR[]) AS "{name}"' for place, name in enumerate(names, start=1)
    )
    written = folder / f".{uuid.uuid4().hex}.parquet"
    try:
        connection.execute(
            f"COPY (SELECT {picked}, unnest(range({len(rows)})) AS _row) TO {quoted(written)} "
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


def row_name(sha256: str, sheet: str | None, cells: Mapping[str, str]) -> str:
    """Return what stands for the key of a row that has none: ``sha256[:12]#SHEET!A1`` of its first cell."""
    first = min((cell.split("+")[0] for cell in cells.values()), key=reading_order, default="")
    return f"{sha256[:12]}#{sheet}!{first}" if sheet is not None else f"{sha256[:12]}#{first}"


def reading_order(cell: str) -> tuple[int, int, str]:
    """Return what sorts cells as they are read, row by row."""
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    return (int(digits or 0), len(letters), letters)


def quoted(path: Path) -> str:
    """Return a path as a literal of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def _compact(cells: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={cell}" for name, cell in cells.items())


def spread(compact: str | None) -> dict[str, str]:
    """Return the cells of a row by field, as they were stored."""
    return dict(line.split("=", 1) for line in (compact or "").split("\n") if line)

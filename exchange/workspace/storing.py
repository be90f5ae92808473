"""What was read of one sender's files into the store and the ledger: objects first, one event last.

Files in, the event out. A process that dies on the way leaves at most objects that nobody names. Source bytes are
encrypted to ourselves; rows, skipped rows and waiting rows lie open, so nothing of theirs may name a person
(:mod:`exchange.intake.discreet`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.intake.mapping import MappedRow
from exchange.intake.read import FileIntake
from exchange.ledger.events import Event
from exchange.workspace.chronicle import TAKE, StoredTable, TakenFile, take_body
from exchange.workspace.details import Details, WaitingRow, write_details
from exchange.workspace.folder import Workspace
from exchange.workspace.other_keys import shut_sources
from exchange.workspace.stored_rows import StoredRow, row_name, write_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Files that become one event.

    Attributes:
        files: as they may be stored: without names of people.
        contents: sha256 → plain bytes of the sources that do not lie in the store yet, where our keys open them.
        crosswalk: sha256 of the crosswalk that they were read through.
        complete: the undated tables hold all that the sender has.
        place: the event whose place in the history they take; None is a place of their own.
    """

    sender: str
    files: Sequence[FileIntake]
    contents: Mapping[str, bytes]
    crosswalk: str
    complete: bool = False
    place: str | None = None


def store(workspace: Workspace, delivery: Delivery) -> Event:
    """Store the files and return the event that says so.

    Raises:
        WorkspaceError: the ledger or a table could not be written; nothing was taken.
    """
    sources = _stored_sources(workspace, delivery)
    rows = _by_table(delivery.files)
    addresses = write_tables(workspace.objects, workspace.folder / "objects", rows)
    tables = {name: StoredTable(address, len(rows[name])) for name, address in addresses.items()}
    details = workspace.objects.put(write_details(_details(delivery.files)))
    taken = [_taken_file(file, sources[file.sha256], delivery.crosswalk) for file in delivery.files]
    body = take_body(
        delivery.sender, taken, tables, details, complete=delivery.complete, place=delivery.place
    )
    return workspace.record(TAKE, body)


def waiting_rows(file: FileIntake) -> list[MappedRow]:
    """Return the rows that name somebody or something nobody knows."""
    return [row for row in file.rows if row.unresolved]


def _stored_sources(workspace: Workspace, delivery: Delivery) -> dict[str, str]:
    """Return where each file's bytes lie, encrypted to ourselves: they may hold CPR numbers (intake.md 6)."""
    import pyrage

    from exchange.sealing.keys import own_recipient

    recipient = pyrage.x25519.Recipient.from_str(own_recipient(workspace.keys))
    shut = shut_sources(workspace)
    past = [one for take in workspace.chronicle().takes for one in take.files]
    kept = {one.sha256: one.source for one in past if one.source not in shut}
    return {
        file.sha256: kept.get(file.sha256)
        or workspace.objects.put(bytes(pyrage.encrypt(delivery.contents[file.sha256], [recipient])))
        for file in delivery.files
    }


def _by_table(files: Iterable[FileIntake]) -> dict[str, list[StoredRow]]:
    found: dict[str, list[StoredRow]] = {}
    for file in files:
        for row in file.rows:
            if not row.unresolved:
                found.setdefault(row.table, []).append(_stored_row(file, row))
    return found


def _stored_row(file: FileIntake, row: MappedRow) -> StoredRow:
    name = _file_of(file, row)
    places = {field: _places(name, cell) for field, cell in row.cells.items()}
    sheet = next((sheet for spots in places.values() for sheet, _address in spots), None)
    cells = {field: "+".join(_beside(sheet, *spot) for spot in spots) for field, spots in places.items()}
    return StoredRow(row.values, name, sheet, cells, file.sha256)


def _file_of(file: FileIntake, row: MappedRow) -> str:
    cell = next(iter(row.cells.values()), "")
    if cell.startswith(f"{file.file}/"):
        return cell[: cell.index(".csv#", len(file.file)) + len(".csv")]
    return file.file


def _places(file: str, cell: str) -> list[tuple[str | None, str]]:
    parts = cell.removeprefix(f"{file}#").split(f"+{file}#")
    return [
        (sheet if mark else None, address)
        for sheet, mark, address in (part.rpartition("!") for part in parts)
    ]


def _beside(row_sheet: str | None, sheet: str | None, address: str) -> str:
    return address if sheet == row_sheet else f"{sheet}!{address}"


def _details(files: Sequence[FileIntake]) -> Details:
    return Details(
        faults={
            file.sha256: [(one.type, one.table, one.key, one.field) for one in file.faults]
            for file in files
            if file.faults
        },
        skipped=[(one.file, one.sheet, one.row, one.why) for file in files for one in file.skipped],
        waiting=[_waiting_row(file, row) for file in files for row in waiting_rows(file)],
    )


def _waiting_row(file: FileIntake, row: MappedRow) -> WaitingRow:
    stored = _stored_row(file, row)
    return WaitingRow(
        table=row.table,
        sha256=file.sha256,
        place=row_name(file.sha256, stored.sheet, stored.cells),
        unresolved=row.unresolved,
    )


def _taken_file(file: FileIntake, source: str, crosswalk: str) -> TakenFile:
    return TakenFile(
        name=file.file,
        sha256=file.sha256,
        size=file.size,
        source=source,
        layout=file.layout,
        layout_sha256=file.layout_sha256,
        crosswalk_sha256=crosswalk,
        rows_read=file.rows_read,
        rows_mapped=len(file.rows),
        rows_skipped=len(file.skipped),
        waiting=len(waiting_rows(file)),
        faults=len(file.faults),
    )

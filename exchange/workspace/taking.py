"""``take``: files of one sender into the workspace, united, in one transaction (workflow.md, step 3; intake.md, 5 and 6).

Bytes are read by :mod:`exchange.intake`; here they are met with what the workspace knows, stored once and recorded as
one event. Objects are written first and the event last: a process that dies on the way has taken nothing. It refuses
what intake refuses, and then stores nothing of any of the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from exchange.errors import IntakeRefused
from exchange.form.canonical import fault_of
from exchange.form.tables import Field, table
from exchange.intake.crosswalk import Crosswalk, Known
from exchange.intake.mapping import MappedRow
from exchange.intake.read import FileIntake, read_file
from exchange.language import translate as _
from exchange.ledger.events import Event
from exchange.parties import Party
from exchange.workspace.chronicle import TAKE, StoredTable, TakenFile, take_body
from exchange.workspace.details import Details, WaitingRow, write_details
from exchange.workspace.folder import Workspace, crosswalk_sha256
from exchange.workspace.holdings import StoredRow, row_name, write_tables

Passphrase = Callable[[], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What ``take`` is asked to do.

    Attributes:
        layout: the name of the layout for all files; None lets each file find its own.
        complete: the undated tables hold all that the sender has.
        passphrase: asked for only when CPR numbers must be coded.
    """

    paths: Sequence[Path]
    sender: Party
    layout: str | None = None
    complete: bool = False
    dry_run: bool = False
    passphrase: Passphrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a ``take``.

    Attributes:
        already: names of files that were taken before with the same layout and crosswalk.
        findings: cells that the form does not take, and other faults of form.
        event: None where nothing was stored.
        stranger: no agreement here names the sender.
    """

    files: tuple[FileIntake, ...]
    already: tuple[str, ...]
    findings: int
    event: Event | None
    stranger: bool = False


_SHEETS = frozenset({".csv", ".xlsx", ".xlsm", ".xls", ".ods", ".zip"})


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    content: bytes


def take(workspace: Workspace, order: Order) -> Taken:
    """Read the files, unite them and store what is new as one event.

    Raises:
        IntakeRefused: one of the files cannot be taken as a whole; nothing was stored of any.
        KeyRefused: CPR numbers must be coded and the key cannot be opened; nothing was stored.
        WorkspaceError: the ledger could not be written; nothing was taken.
    """
    if order.sender.role == "auditor":
        raise IntakeRefused(
            _("{party} is an audit firm and reports no facts; name who did.").format(party=order.sender.id)
        )
    sources = [source for path in order.paths for source in _sources(path)]
    names = workspace.names()
    read = _united(workspace, order, sources, Crosswalk(names.placements, names.mentors, names.trainees))
    crosswalk = crosswalk_sha256(names)
    new = _new_files(workspace, order.sender, crosswalk, read)
    event = None
    if new and not order.dry_run:
        contents = {hashlib.sha256(source.content).hexdigest(): source.content for source in sources}
        event = _store(workspace, order, [(file, contents[file.sha256]) for file in new], crosswalk)
    fresh = {id(file) for file in new}
    return Taken(
        files=tuple(read),
        already=tuple(file.file for file in read if id(file) not in fresh),
        findings=sum(_faults_in(file) for file in read),
        event=event,
        stranger=_is_stranger(workspace, order.sender),
    )


def _is_stranger(workspace: Workspace, sender: Party) -> bool:
    holdings = workspace.holdings()
    agreements = holdings.records("agreements")
    parties = {row[name] for row in agreements for name in ("company_cvr", "lead_jobcentre")}
    parties |= {row["jobcentre"] for row in holdings.records("parties")}
    return bool(agreements) and sender.id not in parties


def _sources(path: Path) -> list[_Source]:
    """Return the file, or all sheets of a folder: none of them is left behind unsaid."""
    if path.is_dir():
        files = [one for one in sorted(path.iterdir()) if one.suffix.lower() in _SHEETS]
        if not files:
            raise IntakeRefused(
                _("The folder {path} holds no sheet (.xlsx, .csv or .zip); name the files.").format(path=path)
            )
        return [_source(one) for one in files]
    return [_source(path)]


def _source(path: Path) -> _Source:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise IntakeRefused(_("{path} does not exist; check the name.").format(path=path)) from None
    except OSError as error:
        raise IntakeRefused(
            _("{path} cannot be read ({reason}); close it in other programs.").format(
                path=path, reason=error.strerror
            )
        ) from None
    # A name that is no Unicode (a lone byte on Linux) could not be stored.
    return _Source(path.name.encode("utf-8", "replace").decode(), content)


def _united(
    workspace: Workspace, order: Order, sources: Sequence[_Source], crosswalk: Crosswalk
) -> list[FileIntake]:
    layouts = workspace.layouts()
    key = _trainee_key(workspace, order.passphrase)

    def read(source: _Source, known: Known) -> FileIntake:
        return read_file(
            source.name,
            source.content,
            layouts=layouts,
            sender=order.sender,
            crosswalk=crosswalk,
            known=known,
            trainee_key=key,
            layout=order.layout,
        )

    known = _known(workspace)
    files = [read(source, known) for source in sources]
    # What one file of the take tells, another may need: its placements, mentors and parties.
    united = _with_rows(known, files) if len(sources) > 1 else known
    return [
        read(source, united) if _reads_otherwise(file, known, united) else file
        for source, file in zip(sources, files, strict=True)
    ]


def _reads_otherwise(file: FileIntake, known: Known, united: Known) -> bool:
    """Whether the file's rows may come out otherwise when more is known."""
    if united == known:
        return False
    if (united.leads, united.participants) != (known.leads, known.participants):
        return True
    new = united.placements.keys() - known.placements.keys()
    return any(row.unresolved or row.values.get("placement_id") in new for row in file.rows)


def _known(workspace: Workspace) -> Known:
    holdings = workspace.holdings()
    known = Known(own=workspace.owner.party.id)
    return _knowing(
        known, {name: holdings.records(name) for name in ("placements", "mentors", "agreements", "parties")}
    )


def _with_rows(known: Known, files: Iterable[FileIntake]) -> Known:
    rows: dict[str, list[Mapping[str, str | None]]] = {}
    for file in files:
        for row in file.rows:
            rows.setdefault(row.table, []).append(row.values)
    return _knowing(known, rows)


def _knowing(known: Known, rows: Mapping[str, Sequence[Mapping[str, str | None]]]) -> Known:
    leads = {_of(row, "agreement_id"): _of(row, "lead_jobcentre") for row in rows.get("agreements", ())}
    mentors = {_of(row, "mentor_id") for row in rows.get("mentors", ())} - {""}
    participants = {agreement: set(codes) for agreement, codes in known.participants.items()}
    for row in rows.get("parties", ()):
        if row.get("role") != "lead":
            participants.setdefault(_of(row, "agreement_id"), set()).add(_of(row, "jobcentre"))
    return replace(
        known.with_rows(rows.get("placements", ())),
        mentors=frozenset(known.mentors) | mentors,
        leads={**known.leads, **leads},
        participants={agreement: frozenset(codes) for agreement, codes in participants.items()},
    )


def _of(row: Mapping[str, str | None], name: str) -> str:
    return row.get(name) or ""


def _trainee_key(workspace: Workspace, passphrase: Passphrase) -> Callable[[], bytes]:
    @cache
    def opened() -> bytes:
        from exchange.sealing.keys import register_key, unlock_age

        return register_key(workspace.keys, unlock_age(workspace.keys, passphrase))

    return opened


def _new_files(
    workspace: Workspace, sender: Party, crosswalk: str, read: Sequence[FileIntake]
) -> list[FileIntake]:
    waited = {
        (one.sha256, one.layout_sha256, one.crosswalk_sha256): one.waiting
        for past in workspace.chronicle().takes
        if past.sender == sender.id
        for one in past.files
    }
    new: list[FileIntake] = []
    for file in read:
        mark = (file.sha256, file.layout_sha256, crosswalk)
        waiting = len(_waiting(file))
        # Rows that waited for a placement which has come since are reason enough to map the same bytes again.
        if waited.get(mark, -1) != waiting:
            new.append(file)
            waited[mark] = waiting
    return new


def _waiting(file: FileIntake) -> list[MappedRow]:
    return [row for row in file.rows if row.unresolved]


def _faults_in(file: FileIntake) -> int:
    judged: dict[tuple[str, str, str | None], bool] = {}

    def faulty(table_name: str, field: Field, text: str | None) -> bool:
        mark = (table_name, field.name, text)
        if mark not in judged:
            judged[mark] = fault_of(field, text) is not None
        return judged[mark]

    cells = sum(
        faulty(row.table, field, row.values.get(field.name))
        for row in file.rows
        if not row.unresolved
        for field in table(row.table).fields
    )
    return cells + sum(fault.type not in ("type-error", "constraint-error") for fault in file.faults)


def _store(
    workspace: Workspace, order: Order, files: Sequence[tuple[FileIntake, bytes]], crosswalk: str
) -> Event:
    sources = _stored_sources(workspace, files)
    rows = _by_table(file for file, _content in files)
    addresses = write_tables(workspace.objects, workspace.folder / "objects", rows)
    stored = {name: StoredTable(address, len(rows[name])) for name, address in addresses.items()}
    details = workspace.objects.put(write_details(_details([file for file, _content in files])))
    taken = [_taken_file(file, sources[file.sha256], crosswalk) for file, _content in files]
    return workspace.record(TAKE, take_body(order.sender.id, taken, stored, details, complete=order.complete))


def _stored_sources(workspace: Workspace, files: Iterable[tuple[FileIntake, bytes]]) -> dict[str, str]:
    """Return where each file's bytes lie, encrypted to ourselves: they may hold CPR numbers (intake.md 6)."""
    import pyrage

    from exchange.sealing.keys import own_recipient

    recipient = pyrage.x25519.Recipient.from_str(own_recipient(workspace.keys))
    kept = {one.sha256: one.source for past in workspace.chronicle().takes for one in past.files}
    return {
        file.sha256: kept.get(file.sha256)
        or workspace.objects.put(bytes(pyrage.encrypt(content, [recipient])))
        for file, content in files
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
        waiting=[_waiting_row(file, row) for file in files for row in _waiting(file)],
    )


def _waiting_row(file: FileIntake, row: MappedRow) -> WaitingRow:
    stored = _stored_row(file, row)
    return WaitingRow(
        table=row.table,
        sha256=file.sha256,
        place=row_name(file.sha256, stored.sheet, stored.cells),
        unresolved=row.unresolved,
        values=dict(row.values),
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
        waiting=len(_waiting(file)),
        faults=len(file.faults),
    )

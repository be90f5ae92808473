"""``take``: files of one sender into the workspace, united, in one transaction (workflow.md, step 3; intake.md, 5 and 6).

Bytes are read by :mod:`exchange.intake`; here they are met with what the workspace knows, stored once and recorded as
one event. Objects are written first and the event last: a process that dies on the way has taken nothing. Bytes that
stand already and come again under another layout or crosswalk keep their place in the history, in an event of their
own. It refuses what intake refuses, and then stores nothing of any of the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exchange.errors import IntakeRefused
from exchange.form.canonical import fault_of
from exchange.form.tables import Field, table
from exchange.intake.discreet import discreet
from exchange.intake.read import FileIntake
from exchange.language import translate as _
from exchange.ledger.events import Event
from exchange.parties import Party
from exchange.workspace.chronicle import Take, TakenFile
from exchange.workspace.crosswalk import Unknown, unknown_names
from exchange.workspace.folder import Workspace
from exchange.workspace.handed_in import bytes_of
from exchange.workspace.local_names import crosswalk_sha256
from exchange.workspace.other_keys import shut_sources
from exchange.workspace.reading import Passphrase, Source, key_ring, read_sources
from exchange.workspace.storing import Delivery, store, waiting_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What ``take`` is asked to do.

    Attributes:
        layout: the name of the layout for all files; None lets each file find its own.
        complete: the undated tables hold all that the sender has.
        passphrase: asked for only when CPR numbers must be coded.
        watch: told how many rows of which file were met.
    """

    paths: Sequence[Path]
    sender: Party
    layout: str | None = None
    complete: bool = False
    dry_run: bool = False
    passphrase: Passphrase
    watch: Callable[[str, int], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a ``take``.

    Attributes:
        already: names of files that were taken before with the same layout and crosswalk.
        replaced: of those, sha256 → how many of their rows newer files have replaced since.
        findings: cells that the form does not take, and other faults of form.
        event: the last that was recorded; None where nothing was stored.
        stranger: no agreement here names the sender.
        unknown: local names that nobody knows; their rows wait.
    """

    files: tuple[FileIntake, ...]
    already: tuple[str, ...]
    replaced: Mapping[str, int] = field(default_factory=dict)
    findings: int
    event: Event | None
    stranger: bool = False
    unknown: tuple[Unknown, ...] = ()


_SHEETS = frozenset({".csv", ".xlsx", ".xlsm", ".xls", ".ods", ".zip"})


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
    sources = [source for path in order.paths for source in _sources(path, order)]
    names = workspace.names()
    read = read_sources(workspace, sources, names, key_ring(workspace, order.passphrase), order.watch)
    crosswalk = crosswalk_sha256(names)
    new = _new_files(workspace, order, crosswalk, read)
    event = None
    if not order.dry_run:
        contents = {hashlib.sha256(source.content).hexdigest(): source.content for source in sources}
        for place, (files, complete) in new.items():
            delivery = Delivery(
                sender=order.sender.id,
                files=[discreet(file, names.texts) for file in files],
                contents=contents,
                crosswalk=crosswalk,
                complete=complete,
                place=place,
            )
            event = store(workspace, delivery)
    fresh = {id(file) for files, _complete in new.values() for file in files}
    already = [file for file in read if id(file) not in fresh]
    return Taken(
        files=tuple(read),
        already=tuple(file.file for file in already),
        replaced=_replaced(workspace, order.sender, already),
        findings=sum(_faults_in(file) for file in read),
        event=event,
        stranger=_is_stranger(workspace, order.sender),
        unknown=tuple(unknown_names(workspace, names, [(order.sender.id, file) for file in read])),
    )


def _is_stranger(workspace: Workspace, sender: Party) -> bool:
    holdings = workspace.holdings()
    agreements = holdings.records("agreements")
    parties = {row[name] for row in agreements for name in ("company_cvr", "lead_jobcentre")}
    parties |= {row["jobcentre"] for row in holdings.records("parties")}
    return bool(agreements) and sender.id not in parties


def _sources(path: Path, order: Order) -> list[Source]:
    """Return the file, or all sheets of a folder: none of them is left behind unsaid."""
    if path.is_dir():
        files = [one for one in sorted(path.iterdir()) if one.suffix.lower() in _SHEETS]
        if not files:
            raise IntakeRefused(
                _("The folder {path} holds no sheet (.xlsx, .csv or .zip); name the files.").format(path=path)
            )
        return [_source(one, order) for one in files]
    return [_source(path, order)]


def _source(path: Path, order: Order) -> Source:
    # A name that is no Unicode (a lone byte on Linux) could not be stored.
    name = path.name.encode("utf-8", "replace").decode()
    return Source(name=name, content=bytes_of(path), sender=order.sender, layout=order.layout)


def _new_files(
    workspace: Workspace, order: Order, crosswalk: str, read: Sequence[FileIntake]
) -> dict[str | None, tuple[list[FileIntake], bool]]:
    """Return what is to be stored, by the place that it takes, with whether it is all that the sender has.

    None is a place of their own, for bytes that do not stand yet, or shut to our keys, and comes first.
    """
    shut = shut_sources(workspace)
    standing = {
        one.sha256: (take, one)
        for take, one in workspace.chronicle().standing_files()
        if take.sender == order.sender.id and one.source not in shut
    }
    new: dict[str | None, tuple[list[FileIntake], bool]] = {None: ([], order.complete)}
    met: set[str] = set()
    for file in read:
        before = standing.get(file.sha256)
        if file.sha256 in met or (before and is_mapped_so(file, *before, crosswalk, complete=order.complete)):
            continue
        met.add(file.sha256)
        place, complete = (before[0].place, before[0].complete) if before else (None, False)
        new.setdefault(place, ([], complete or order.complete))[0].append(file)
    return {place: found for place, found in new.items() if found[0]}


def is_mapped_so(
    file: FileIntake, take: Take, one: TakenFile, crosswalk: str, *, complete: bool = False
) -> bool:
    """Tell whether the bytes as read now are what lies in the store already.

    Rows that waited for a placement which has come since are reason enough to map the same bytes again; so are rows
    that were skipped as another jobcentre's while a file that was withdrawn since claimed the placement.
    """
    same = (one.layout_sha256, one.crosswalk_sha256) == (file.layout_sha256, crosswalk)
    counts = one.waiting == len(waiting_rows(file)) and one.rows_skipped <= len(file.skipped)
    return same and counts and (take.complete or not complete)


def _replaced(workspace: Workspace, sender: Party, files: Sequence[FileIntake]) -> dict[str, int]:
    holdings = workspace.holdings()
    counts = {
        file.sha256: sum(not row.unresolved for row in file.rows) - holdings.count_of(file.sha256, sender.id)
        for file in files
    }
    return {sha256: count for sha256, count in counts.items() if count > 0}


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

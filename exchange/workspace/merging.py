"""``merge DIR``: what happened in another copy of this workspace comes here too (workflow.md, Decisions).

A copy's folder comes in; events that are not here, and the objects they name, go into ours. Everything is looked at before
anything is written: a copy that is damaged, was rewritten, or is none of this workspace is refused. Objects are written
first, then all events in one transaction, then the files beside them; a process that dies in between has merged nothing or
everything, and merging again writes what is missing. Keys never come along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from exchange.errors import WorkspaceError
from exchange.form.workbook.question_mark import SAYS
from exchange.language import translate as _
from exchange.ledger.branches import in_common_order
from exchange.ledger.events import Event, Json
from exchange.review.decisions import VERBS, Decision
from exchange.review.merging import weighed
from exchange.workspace.chronicle import PURGE, SEAL, TAKE, Chronicle, read_chronicle
from exchange.workspace.correspondence import read_correspondence
from exchange.workspace.folder import Clock, Workspace, open_workspace
from exchange.workspace.key_desk import NEW_KEYS
from exchange.workspace.merging_files import Beside, bring_files
from exchange.workspace.other_keys import shut_sources
from exchange.workspace.register_desk import REGISTER
from exchange.workspace.strange_events import is_plain_name, is_strange

_ADDRESS = re.compile(r"[0-9a-f]{64}")
_OF_A_PACKAGE = ("recipient", "agreement_id", "jobcentre", "sequence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge brought.

    Attributes:
        events: that were not here; objects: how many were not.
        conflicts: the decisions that have rivals now, of findings that both copies decided differently.
        sealed_twice: names of packages that both copies sealed with the same number.
        purged: a retention ended in the copy whose objects still lie here.
        closed: names of the files that the copy took with other keys than ours: no layout or name of ours can read them again.
        beside: what became of the files beside the ledger.
    """

    events: Sequence[Event]
    objects: int
    conflicts: Sequence[Decision]
    sealed_twice: Sequence[str]
    purged: str | None
    closed: Sequence[str]
    beside: Beside


def merge(workspace: Workspace, folder: Path) -> Merged:
    """Unite the events of a copy with ours.

    Args:
        workspace: ours, which is written.
        folder: the copy, which is only read.

    Raises:
        WorkspaceError: it is no copy of this workspace, damaged, rewritten, or lacks what its events name;
            nothing was stored.
    """
    theirs = _opened(workspace, folder)
    before = workspace.ledger.events()
    coming = theirs.ledger.events()
    _refuse_stranger(before, coming, folder)
    new, own = _apart(before, coming)
    _refuse_rewritten(new, own, folder)
    united = _readable([*before, *new], folder)
    _refuse_other_register(workspace, before, new, folder)
    objects = _bring_objects(theirs, workspace, new, united)
    trusted = frozenset(workspace.chronicle().trusted)
    workspace.unite(new)
    return Merged(
        events=new,
        objects=objects,
        conflicts=_conflicts(workspace.chronicle(), new),
        sealed_twice=_sealed_twice(new, own),
        purged=_retention_of(new, workspace),
        closed=_closed(workspace, new),
        beside=bring_files(theirs, workspace, trusted),
    )


def _opened(workspace: Workspace, folder: Path) -> Workspace:
    clock: Clock = workspace.clock
    theirs = open_workspace(folder, clock)
    if folder.resolve() == workspace.folder.resolve():
        raise WorkspaceError(
            _("{folder} is this workspace itself; name the folder of its copy.").format(folder=folder)
        )
    if theirs.owner.party != workspace.owner.party:
        raise WorkspaceError(
            _(
                "{folder} is the workspace of {party}, not of {own}: only copies of one workspace can be merged; "
                "others send packages."
            ).format(folder=folder, party=theirs.owner.party.id, own=workspace.owner.party.id)
        )
    for one in (workspace, theirs):
        _refuse_damaged(one)
    return theirs


def _refuse_damaged(workspace: Workspace) -> None:
    breaks = workspace.ledger.verify()
    if breaks:
        raise WorkspaceError(
            _(
                "The ledger of {folder} does not fit itself (event {position}: {code}), so nothing was merged; "
                "restore it from a copy of the workspace."
            ).format(folder=workspace.folder, position=breaks[0].position, code=breaks[0].code)
        )


def _refuse_stranger(before: Sequence[Event], coming: Sequence[Event], folder: Path) -> None:
    if not coming or not before or coming[0].id != before[0].id:
        raise WorkspaceError(
            _(
                "{folder} is no copy of this workspace: another “enblanket init” made it, with another register of trainees; "
                "only copies of one workspace can be merged."
            ).format(folder=folder)
        )


def _apart(before: Sequence[Event], coming: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """Return the events that only the copy has, and those that only we have."""
    here, there = {event.id for event in before}, {event.id for event in coming}
    return [event for event in coming if event.id not in here], [
        event for event in before if event.id not in there
    ]


def _refuse_rewritten(new: Sequence[Event], own: Sequence[Event], folder: Path) -> None:
    """Refuse a history that tells what ours tells upon other events: somebody changed an event before it."""
    told = {event.link.content: event for event in own}
    again = next((event for event in new if event.link.content in told), None)
    if again is not None:
        raise WorkspaceError(
            _(
                "The history of {folder} was rewritten: it tells our event {event} upon others than ours, "
                "so nothing was merged; merge a copy that nobody has altered."
            ).format(folder=folder, event=told[again.link.content].id[:12])
        )


def _refuse_other_register(
    workspace: Workspace, before: Sequence[Event], new: Sequence[Event], folder: Path
) -> None:
    """Refuse placements whose trainees were coded with another register key than ours; only its holder can tell them apart."""
    makers = {event.who for event in (*before, *new) if event.kind == NEW_KEYS}
    ours = workspace.who() if workspace.who() in makers else None
    taken = [event for event in new if event.kind == TAKE and "placements" in _names_in(event.body["tables"])]
    handed = any(event.kind == REGISTER and "from" in event.body for event in new)
    if taken and (handed or any((event.who if event.who in makers else None) != ours for event in taken)):
        raise WorkspaceError(
            _(
                "{folder} has taken placements and coded their trainees’ numbers with another register key than ours, "
                "so nothing was merged; take those files here instead."
            ).format(folder=folder)
        )


def _names_in(tables: Json) -> Iterable[str]:
    return tables if isinstance(tables, dict) else ()


def _readable(events: Sequence[Event], folder: Path) -> Chronicle:
    """Return what the united events mean; whoever made the copy may have written events that no desk writes.

    Raises:
        WorkspaceError: one of them says what none says, or names a file that lies elsewhere.
    """
    try:
        united = read_chronicle(in_common_order(events))
        strange = not all(map(is_plain_name, _files_named(united))) or any(
            one.verb not in VERBS for one in united.decisions
        )
        strange = strange or any(one.says not in SAYS for one in read_correspondence(events).given)
        strange = strange or any(map(is_strange, events))
    except (KeyError, TypeError, ValueError, AttributeError):
        strange = True
    if strange:
        raise WorkspaceError(
            _(
                "The ledger of {folder} holds an event that no enblanket writes, so nothing was merged; "
                "restore it from a copy of the workspace."
            ).format(folder=folder)
        )
    return united


def _files_named(united: Chronicle) -> Iterator[str]:
    yield from (agreement.file for agreement in united.agreements.values())
    yield from united.trusted


def _bring_objects(theirs: Workspace, ours: Workspace, new: Sequence[Event], united: Chronicle) -> int:
    needed = set(_needed(united))
    named = {address for event in new for address in _addresses(event.body)}
    coming = [
        address
        for address in sorted(named)
        if (address not in united.purged or address in needed) and not ours.objects.path(address).exists()
    ]
    # What the events name and need must be there; other hashes of theirs are no addresses.
    there = [one for one in coming if one in needed or theirs.objects.path(one).exists()]
    for address in there:
        theirs.objects.get(address)
    for address in there:
        ours.objects.put(theirs.objects.get(address))
    return len(there)


def _needed(chronicle: Chronicle) -> Iterator[str]:
    for take in chronicle.takes:
        yield from (stored.address for stored in take.tables.values())
        if take.files:
            yield take.details
            yield from (one.source for one in take.files)
    for agreement in chronicle.agreements.values():
        yield from (stored.address for stored in agreement.tables.values())


def _addresses(value: Json) -> Iterator[str]:
    """Give every text of a body that may be the address of an object."""
    if isinstance(value, str):
        if _ADDRESS.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _addresses(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _addresses(one)


def _conflicts(chronicle: Chronicle, new: Iterable[Event]) -> list[Decision]:
    """Return the decisions that this merge set against others on the same values."""
    brought = {event.id for event in new}
    found = [weighed(decision.judged, decision) for decision in chronicle.decisions]
    return [
        decision
        for decision in found
        if decision.rivals and not brought.isdisjoint({one.event for one in (decision, *decision.rivals)})
    ]


def _sealed_twice(new: Sequence[Event], own: Sequence[Event]) -> list[str]:
    ours = {_package(event) for event in own if event.kind == SEAL}
    return [str(event.body["name"]) for event in new if event.kind == SEAL and _package(event) in ours]


def _closed(workspace: Workspace, new: Sequence[Event]) -> list[str]:
    shut, brought = shut_sources(workspace), {event.id for event in new}
    takes = [take for take in workspace.chronicle().takes if take.event in brought]
    return sorted({one.name for take in takes for one in take.files if one.source in shut})


def _package(event: Event) -> tuple[object, ...]:
    return tuple(event.body[name] for name in _OF_A_PACKAGE)


def _retention_of(new: Iterable[Event], workspace: Workspace) -> str | None:
    """Return the day of a purge in the copy that still has to delete here."""
    days = [str(event.body["before"]) for event in new if event.kind == PURGE]
    left = any(workspace.objects.path(address).exists() for address in workspace.chronicle().purged)
    return max(days) if days and left else None

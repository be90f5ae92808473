"""Bytes that lie in the store already: mapped again, put back, taken back (intake.md 6).

The source bytes are opened with the workspace's own key and read as the layouts and the crosswalk stand now. Mapped again
they keep their place in the history: a newer file's facts stay newer. Put back they become the newest. A withdrawal
removes nothing; what stands is counted as if the file had never been taken. All three are one event for each file or
take, written last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exchange.errors import IntakeRefused, KeyRefused
from exchange.intake.blanket import FORM
from exchange.intake.discreet import discreet
from exchange.intake.read import CANONICAL, FileIntake
from exchange.language import translate as _
from exchange.ledger.events import Event
from exchange.parties import Party, parse_party
from exchange.workspace.agreements import Names
from exchange.workspace.chronicle import WITHDRAW, Sealed, Take, TakenFile, withdraw_body
from exchange.workspace.crosswalk import Entry, Unknown, names_with, unknown_names, write_entries
from exchange.workspace.folder import Workspace
from exchange.workspace.local_names import crosswalk_sha256
from exchange.workspace.reading import KeyRing, Passphrase, Source, key_ring, read_sources
from exchange.workspace.storing import Delivery, store, waiting_rows
from exchange.workspace.taking import is_mapped_so

_SHORTEST_PREFIX = 8
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What came of mapping stored bytes again.

    Attributes:
        files: with their senders, as they were read now.
        admitted: how many rows no longer wait; below zero where rows wait again.
        unknown: names that rows of these files still wait for.
        events: one for each take whose files came out otherwise.
        closed: names of files that stand as they were read: a copy with other keys took them (:mod:`exchange.workspace.merging`).
    """

    files: tuple[tuple[str, FileIntake], ...]
    admitted: int
    unknown: tuple[Unknown, ...]
    events: tuple[Event, ...]
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of putting a file back.

    Attributes:
        replaced: how many of its rows newer files had replaced.
        event: None where it was the newest already.
    """

    sender: str
    file: FileIntake
    replaced: int
    event: Event | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What came of a withdrawal.

    Attributes:
        rows: how many rows stood by the file alone.
        sealed: packages that were sealed while it stood.
    """

    sender: str
    file: TakenFile
    rows: int
    sealed: tuple[Sealed, ...]
    event: Event


@dataclass(frozen=True, slots=True)
class Awaited:
    """The names that stored rows wait for; ``closed`` are the files that cannot be asked, as in :class:`Again`."""

    unknown: tuple[Unknown, ...]
    closed: tuple[str, ...]


_Standing = tuple[Take, TakenFile]


def map_again(
    workspace: Workspace,
    passphrase: Passphrase,
    *,
    prefixes: Sequence[str] = (),
    sender: Party | None = None,
    layout: str | None = None,
) -> Again:
    """Map stored files again by today's layouts and crosswalk: those named, or all that may come out otherwise.

    Args:
        workspace: whose.
        passphrase: asked for where a file is opened.
        prefixes: beginnings of the files' sha256.
        sender: only what was taken from them; None is everybody.
        layout: the layout that reads them; None is the one that read each before.

    Raises:
        IntakeRefused: no file begins so, or one can no longer be read; nothing was stored.
        KeyRefused: the workspace's key cannot be opened, or does not open a file that was named; nothing was stored.
    """
    lens = _lens(workspace, workspace.names(), passphrase, layout)
    if prefixes:
        named = [one for prefix in prefixes for one in _named(workspace, prefix, sender)]
        return _stored_again(lens, _read(lens, named))
    outdated = _outdated(workspace, lens.crosswalk)
    wanted = [one for one in outdated if sender is None or one[0].sender == sender.id]
    openable, closed = _apart(lens, wanted)
    return _stored_again(lens, _read(lens, openable), closed)


def change_crosswalk(
    workspace: Workspace, entries: Sequence[Entry], passphrase: Passphrase, *, only_waiting: bool
) -> Again:
    """Make these the workspace's own names, and map again what waits for them.

    Args:
        workspace: whose.
        entries: all own entries, as they shall be.
        passphrase: asked for where a file is opened.
        only_waiting: names were only added; else every file that was read through another crosswalk is mapped again.

    Raises:
        IntakeRefused, KeyRefused: as :func:`map_again`; the crosswalk stays as it was.
    """
    lens = _lens(workspace, names_with(workspace, entries), passphrase)
    wanted = _waiting(workspace) if only_waiting else _outdated(workspace, lens.crosswalk)
    openable, closed = _apart(lens, wanted)
    read = _read(lens, openable)
    write_entries(workspace, entries)
    return _stored_again(lens, read, closed)


def admit_waiting(workspace: Workspace, passphrase: Passphrase) -> Again:
    """Map the files again that have waiting rows: what they waited for may have come.

    Raises:
        IntakeRefused, KeyRefused: as :func:`map_again`.
    """
    lens = _lens(workspace, workspace.names(), passphrase)
    openable, closed = _apart(lens, _waiting(workspace))
    return _stored_again(lens, _read(lens, openable), closed)


def waiting_names(workspace: Workspace, passphrase: Passphrase) -> Awaited:
    """Return the names that stored rows wait for; the files are opened for it, since a name is kept nowhere else.

    Raises:
        IntakeRefused, KeyRefused: as :func:`map_again`.
    """
    lens = _lens(workspace, workspace.names(), passphrase)
    openable, closed = _apart(lens, _waiting(workspace))
    read = [(take.sender, file) for (take, _one), file in _read(lens, openable)]
    return Awaited(tuple(unknown_names(workspace, lens.names, read)), closed)


def restore(workspace: Workspace, prefix: str, sender: Party | None, passphrase: Passphrase) -> Restored:
    """Take stored bytes once more, as the newest of their sender: what newer files had replaced stands again.

    Args:
        workspace: whose.
        prefix: the beginning of the file's sha256.
        sender: who sent it; None is whoever it was taken from.
        passphrase: opens the file.

    Raises:
        IntakeRefused: no file or several begin so, or it can no longer be read.
        KeyRefused: the workspace's key cannot be opened.
    """
    take, one = _once_taken(workspace, prefix, sender)
    who = sender or parse_party(take.sender)
    if who.role == "auditor":
        raise IntakeRefused(
            _("{party} is an audit firm and reports no facts; name who did.").format(party=who.id)
        )
    lens = _lens(workspace, workspace.names(), passphrase)
    file = lens.read([(who, one)])[0]
    rows = len(file.rows) - len(waiting_rows(file))
    replaced = rows - workspace.holdings().count_of(one.sha256, who.id)
    now = _standing_of(workspace, who.id, one.sha256)
    if now is not None and replaced <= 0 and is_mapped_so(file, *now, lens.crosswalk):
        return Restored(sender=who.id, file=file, replaced=0, event=None)
    event = store(workspace, lens.delivery(who.id, [file], complete=take.complete))
    return Restored(sender=who.id, file=file, replaced=max(replaced, 0), event=event)


def _standing_of(workspace: Workspace, sender: str, sha256: str) -> _Standing | None:
    standing = workspace.chronicle().standing_files()
    return next(
        ((take, one) for take, one in standing if (take.sender, one.sha256) == (sender, sha256)), None
    )


def withdraw(workspace: Workspace, prefix: str, sender: Party | None) -> TakenBack:
    """Take a file back: what stands is as if it had never been taken.

    Args:
        workspace: whose.
        prefix: the beginning of the file's sha256.
        sender: from whom it was taken; needed only where it stands from several.

    Raises:
        IntakeRefused: no file or several begin so, or it was withdrawn already.
        WorkspaceError: the ledger could not be written; nothing happened.
    """
    found = _named(workspace, prefix, sender)
    if len(found) > 1:
        senders = ", ".join(sorted(take.sender for take, _one in found))
        raise IntakeRefused(
            _("The file {sha256} was taken from {senders}; name one with --from.").format(
                sha256=found[0][1].sha256[:12], senders=senders
            )
        )
    take, one = found[0]
    rows = workspace.holdings().count_of(one.sha256, take.sender)
    out = _sealed_while_it_stood(workspace, take.sender, one.sha256)
    event = workspace.record(WITHDRAW, withdraw_body(take.sender, one, [sealed.event for sealed in out]))
    return TakenBack(sender=take.sender, file=one, rows=rows, sealed=tuple(out), event=event)


def _sealed_while_it_stood(workspace: Workspace, sender: str, sha256: str) -> list[Sealed]:
    places = {event.id: at for at, event in enumerate(workspace.ledger.events())}
    chronicle = workspace.chronicle()
    first = min(
        places[take.event]
        for take in chronicle.takes
        if take.sender == sender and sha256 in {one.sha256 for one in take.files} - take.withdrawn
    )
    return [sealed for sealed in chronicle.sealed if places[sealed.event] > first]


def _outdated(workspace: Workspace, crosswalk: str) -> list[_Standing]:
    """Return the files that wait, had rows of another jobcentre, or were read by another layout or crosswalk than now."""
    layouts = {layout.name: layout.sha256 for layout in workspace.layouts()}
    return [
        (take, one)
        for take, one in workspace.chronicle().standing_files()
        if one.waiting
        or one.crosswalk_sha256 != crosswalk
        or (one.rows_skipped and _had_anothers(workspace, take, one))
        or (one.layout not in (CANONICAL, FORM) and layouts.get(one.layout) != one.layout_sha256)
    ]


def _had_anothers(workspace: Workspace, take: Take, one: TakenFile) -> bool:
    """Tell whether rows were skipped as another jobcentre's: a file that was withdrawn since may have claimed them."""
    return any(
        file == one.name and why == "not-sender's" for file, _s, _r, why in workspace.details(take).skipped
    )


def _waiting(workspace: Workspace) -> list[_Standing]:
    return [(take, one) for take, one in workspace.chronicle().standing_files() if one.waiting]


@dataclass(frozen=True, slots=True)
class _Lens:
    """What stored bytes are read through."""

    workspace: Workspace
    names: Names
    keys: KeyRing
    layout: str | None

    @property
    def crosswalk(self) -> str:
        return crosswalk_sha256(self.names)

    def read(self, wanted: Iterable[tuple[Party, TakenFile]]) -> list[FileIntake]:
        known = {layout.name for layout in self.workspace.layouts()}
        sources = [
            Source(
                name=one.name,
                content=self.opened(one),
                sender=sender,
                layout=self.layout or (one.layout if one.layout in known else None),
            )
            for sender, one in wanted
        ]
        return read_sources(self.workspace, sources, self.names, self.keys)

    def opened(self, file: TakenFile) -> bytes:
        """Return a file's bytes.

        Raises:
            KeyRefused: the workspace's key cannot be opened, or a copy with other keys took the file.
        """
        identity = self.keys.identity()
        try:
            return identity.decrypt(self.workspace.objects.get(file.source))
        except KeyRefused:
            raise KeyRefused(
                _(
                    "{file} was taken by a copy of the workspace with other keys, which alone can map it again; "
                    "do it there and merge, or take the file here."
                ).format(file=file.name)
            ) from None

    def delivery(
        self, sender: str, files: Iterable[FileIntake], *, complete: bool, place: str | None = None
    ) -> Delivery:
        return Delivery(
            sender=sender,
            files=[discreet(file, self.names.texts) for file in files],
            contents={},
            crosswalk=self.crosswalk,
            complete=complete,
            place=place,
        )


def _lens(workspace: Workspace, names: Names, passphrase: Passphrase, layout: str | None = None) -> _Lens:
    return _Lens(workspace, names, key_ring(workspace, passphrase), layout)


def _read(lens: _Lens, wanted: Sequence[_Standing]) -> list[tuple[_Standing, FileIntake]]:
    files = lens.read((parse_party(take.sender), one) for take, one in wanted)
    return list(zip(wanted, files, strict=True))


def _apart(lens: _Lens, wanted: Iterable[_Standing]) -> tuple[list[_Standing], tuple[str, ...]]:
    """Return what the key opens, and the names of the files that a copy with other keys took."""
    openable, closed = [], []
    for take, one in wanted:
        # A key that cannot be opened at all is told as that.
        lens.keys.identity()
        try:
            lens.opened(one)
            openable.append((take, one))
        except KeyRefused:
            closed.append(one.name)
    return openable, tuple(closed)


def _stored_again(
    lens: _Lens, read: Sequence[tuple[_Standing, FileIntake]], closed: tuple[str, ...] = ()
) -> Again:
    """Store what came out otherwise, each at the place that it had."""
    changed: dict[str, list[tuple[_Standing, FileIntake]]] = {}
    for standing, file in read:
        if not is_mapped_so(file, *standing, lens.crosswalk):
            changed.setdefault(standing[0].place, []).append((standing, file))
    events = []
    for place, found in changed.items():
        sender = found[0][0][0].sender
        complete = any(take.complete for (take, _one), _file in found)
        files = [file for _standing, file in found]
        events.append(store(lens.workspace, lens.delivery(sender, files, complete=complete, place=place)))
    senders = tuple((take.sender, file) for (take, _one), file in read)
    return Again(
        files=senders,
        admitted=sum(one.waiting - len(waiting_rows(file)) for (_take, one), file in read),
        unknown=tuple(unknown_names(lens.workspace, lens.names, senders)),
        events=tuple(events),
        closed=closed,
    )


def _named(workspace: Workspace, prefix: str, sender: Party | None) -> list[_Standing]:
    """Return the standing file that begins so, once for each sender it stands from.

    Raises:
        IntakeRefused: it is too short, no file begins so, or several do.
    """
    prefix = _prefix(prefix)
    standing = [
        (take, one)
        for take, one in workspace.chronicle().standing_files()
        if one.sha256.startswith(prefix) and sender in (None, parse_party(take.sender))
    ]
    _refuse_several(prefix, standing)
    if standing:
        return standing
    for withdrawn in reversed(workspace.chronicle().withdrawn):
        if withdrawn.sha256.startswith(prefix) and sender in (None, parse_party(withdrawn.sender)):
            raise IntakeRefused(
                _("{file} was withdrawn already; “enblanket take --restore {sha256}” takes it again.").format(
                    file=withdrawn.name, sha256=withdrawn.sha256[:12]
                )
            )
    raise _no_such(prefix)


def _once_taken(workspace: Workspace, prefix: str, sender: Party | None) -> _Standing:
    """Return the file that begins so, and the take it stands from, else stood from last."""
    prefix = _prefix(prefix)
    chronicle = workspace.chronicle()
    past = [(take, one) for take in chronicle.takes for one in take.files if one.sha256.startswith(prefix)]
    if not past:
        raise _no_such(prefix)
    _refuse_several(prefix, past)
    standing = [(take, one) for take, one in chronicle.standing_files() if one.sha256.startswith(prefix)]
    own = [found for found in standing if sender is not None and found[0].sender == sender.id]
    if own or sender is not None:
        return (own or past)[-1]
    senders = sorted({take.sender for take, _one in standing})
    if len(senders) > 1:
        raise IntakeRefused(
            _("The file {sha256} was taken from {senders}; name one with --from.").format(
                sha256=standing[0][1].sha256[:12], senders=", ".join(senders)
            )
        )
    return (standing or past)[-1]


def _prefix(text: str) -> str:
    prefix = text.strip().lower()
    if len(prefix) < _SHORTEST_PREFIX or not set(prefix) <= _HEX:
        raise IntakeRefused(
            _(
                "“{text}” is no sha256; give its first 8 or more digits, as “enblanket take --list” shows them."
            ).format(text=text[:64])
        )
    return prefix


def _refuse_several(prefix: str, found: Iterable[_Standing]) -> None:
    files = sorted({one.sha256[: len(prefix) + 4] for _take, one in found})
    if len(files) > 1:
        raise IntakeRefused(
            _("Several files begin with {prefix} ({files}); give more digits.").format(
                prefix=prefix, files=", ".join(files)
            )
        )


def _no_such(prefix: str) -> IntakeRefused:
    return IntakeRefused(
        _("No file that was taken begins with {prefix}; “enblanket take --list” shows them.").format(
            prefix=prefix
        )
    )

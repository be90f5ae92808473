"""What this house knows when a package comes: whom it trusts, what it has sealed, which rules and profiles it holds.

The shell around :mod:`exchange.sealing.verifier`: a file and, where there is one, a workspace in; a verdict out. Without a
workspace the trust is what the user names, and what only a memory can tell stays unjudged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, cast

from exchange.errors import EnblanketError, PackageRefused
from exchange.language import translate as _
from exchange.ledger.events import Event
from exchange.sealing.archive import ReadAt
from exchange.sealing.encryption import Openers
from exchange.sealing.files import Files
from exchange.sealing.signing import Passphrase
from exchange.sealing.stream import Stream
from exchange.sealing.trust import joined, trust_from_files
from exchange.sealing.verdict import Held, Knowledge, Memory, Verdict
from exchange.workspace.chronicle import Chronicle, Sealed
from exchange.workspace.deliveries import COUNTERSIGN, RECEIVE, Received
from exchange.workspace.folder import Workspace
from exchange.workspace.losses import acknowledged
from exchange.workspace.trust_desk import trust_and_ourselves
from exchange.workspace.witness import remembered, statements_of

_HEAD = 32
_LARGE = 32 * 2**20


def judge_file(
    path: Path,
    knowledge: Knowledge,
    workspace: Workspace | None,
    passphrase: Passphrase,
    package_passphrase: Passphrase | None = None,
) -> Verdict:
    """Judge the package in a file, which is read by position and never unpacked.

    Args:
        path: of the package, encrypted or not.
        knowledge: what the verdict is given with.
        workspace: whose key may open it.
        passphrase: of the workspace's key.
        package_passphrase: of the package, where it was encrypted with one; None is ``passphrase``.

    Raises:
        EnblanketError: the file cannot be read.
        KeyRefused: it is encrypted, and not to a key or with a passphrase that is here.
        PackageRefused: its encryption was altered or cut off.
        RuleError: our own rules cannot be run on its rows.
    """
    with opened_file(path, openers_of(workspace, passphrase, package_passphrase)) as (read_at, size):
        return judged(read_at, size, knowledge, path)


def judged(read_at: ReadAt, size: int, knowledge: Knowledge, path: Path) -> Verdict:
    """Judge an opened package; ``path`` is its file, encrypted or not.

    Raises:
        RuleError: our own rules cannot be run on its rows.
    """
    from exchange.sealing.verifier import verify

    with _scratch(path, size) as folder:
        return verify(read_at, size, replace(knowledge, scratch=folder))


@contextmanager
def _scratch(path: Path, size: int) -> Iterator[str]:
    """Give a folder for the rows of a large package that lies open on the disk anyway; none for another."""
    if size < _LARGE or _is_encrypted(path):
        yield ""
        return
    with TemporaryDirectory(prefix="enblanket-", ignore_cleanup_errors=True) as folder:
        yield folder


def _is_encrypted(path: Path) -> bool:
    from exchange.sealing.encryption import is_encrypted

    with path.open("rb") as file:
        return is_encrypted(file.read(_HEAD))


def openers_of(
    workspace: Workspace | None, passphrase: Passphrase, package_passphrase: Passphrase | None
) -> Openers:
    """Return what may open an encrypted package here."""
    from exchange.sealing.keys import unlock_age

    asked = package_passphrase or passphrase
    if workspace is None:
        return Openers(passphrase=asked)
    return Openers(partial(unlock_age, workspace.keys, passphrase), asked)


@contextmanager
def opened_file(path: Path, openers: Openers) -> Iterator[tuple[ReadAt, int]]:
    """Give the plain bytes of a package by position, and their number; an encrypted one is opened where it lies.

    Raises:
        EnblanketError: the file cannot be read.
        KeyRefused, PackageRefused: as :func:`exchange.sealing.encryption.opened`.
    """
    from exchange.sealing.encryption import is_encrypted, opened

    with _opened_for_reading(path) as file:
        size = file.seek(0, 2)

        def read_at(offset: int, count: int) -> bytes:
            file.seek(offset)
            return file.read(count)

        if is_encrypted(read_at(0, _HEAD)):
            plain = opened(read_at, size, openers, str(path))
            yield plain, plain.size
        else:
            yield read_at, size


def _opened_for_reading(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise EnblanketError(
            _("{path} cannot be read ({reason}); give the path of a package.").format(
                path=path, reason=error.strerror
            )
        ) from None


def knowledge_of(
    workspace: Workspace | None, trusted: Iterable[Path], us: str | None, now: datetime
) -> Knowledge:
    """Return what a verdict is given with.

    Args:
        workspace: whose trust, memory and profiles count; None knows only what ships.
        trusted: cards and certificates that the user names.
        us: the party that asks; None is the workspace's own.
        now: aware.

    Raises:
        KeyRefused: a card or certificate cannot be used.
    """
    from exchange.checks.profiles import shipped_profiles
    from exchange.checks.rules import load_rules

    rule_set, named = load_rules(), trust_from_files(trusted)
    rule_sets = {rule_set.sha256: rule_set}
    if workspace is None:
        return Knowledge(trust=named, now=now, us=us, rule_sets=rule_sets, profiles=shipped_profiles())
    memory = memory_of(workspace)
    seen = _bytes_here(workspace) | {
        sha256: one.since for sha256, one in memory.held.items() if one.since is not None
    }
    return Knowledge(
        trust=joined([named, replace(trust_and_ourselves(workspace), seen=seen)]),
        now=now,
        us=us or workspace.owner.party.id,
        rule_sets=rule_sets,
        profiles=workspace.profiles(),
        memory=memory,
        countersignatures={
            one.agreement_id: one.exchange.countersignatures
            for one in workspace.chronicle().agreements.values()
        },
        former=partial(files_of, workspace),
    )


def _bytes_here(workspace: Workspace) -> dict[str, datetime]:
    """Return since when the bytes of countersigned packages lie here: as they came, or as we countersigned them."""
    events = workspace.ledger.events()
    found = [
        (str(event.body["stored"] if event.kind == RECEIVE else event.body["sha256"]), event.at)
        for event in events
        if event.kind in (RECEIVE, COUNTERSIGN)
    ]
    return {sha256: datetime.fromisoformat(at) for sha256, at in reversed(found)}


def with_receipts(knowledge: Knowledge, receipts: Iterable[Path]) -> Knowledge:
    """Return the knowledge with what receipts prove: that a package existed when its receiver signed for it.

    Raises:
        EnblanketError: a file cannot be read.
        PackageRefused: one is no receipt, or is not signed by its receiver, whom we know.
    """
    from exchange.sealing.receipts import open_receipt

    seen = dict(knowledge.trust.seen)
    for path in receipts:
        with opened_file(path, Openers()) as (read_at, size):
            found = open_receipt(read_at, size, knowledge.trust, knowledge.now)
        if found is None:
            raise PackageRefused(
                "receipt-form",
                _("{path} is no receipt; name the one that its receiver sent.").format(path=path),
            )
        container, receipt = found
        at = container.sender.at
        if at is not None:
            seen[receipt.package_sha256] = min(at, seen.get(receipt.package_sha256, at))
    return replace(knowledge, trust=replace(knowledge.trust, seen=seen))


def files_of(workspace: Workspace, sha256: str) -> Files | None:
    """Return the files of a package that was sealed or received here; None where its bytes are no longer at hand.

    Args:
        workspace: whose.
        sha256: of the package as its sender signed it.
    """
    from exchange.sealing.container import open_container
    from exchange.sealing.trust import Trust

    stored = [one.stored for one in workspace.chronicle().received if one.sha256 == sha256 and one.counts]
    path = workspace.objects.path(stored[-1] if stored else sha256)
    if not path.is_file():
        return None

    def read_at(offset: int, count: int) -> bytes:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(count)

    container = open_container(read_at, path.stat().st_size, Trust(), now=workspace.clock())
    return container.files if container.sha256 in (sha256, *stored) else None


def memory_of(workspace: Workspace) -> Memory:
    """Return what a workspace remembers of the packages it has sealed and received."""
    chronicle, party = workspace.chronicle(), workspace.owner.party.id
    events = workspace.ledger.events()
    received = _received(party, chronicle.received, _before_losses(chronicle, events))
    known = [*_sealed(party, chronicle.sealed), *received]
    packages: dict[Stream, dict[int, str]] = {}
    for one in known:
        # The first in the ledger has the sequence (exchange.workspace.dispatch); a second was refused before its file was written.
        packages.setdefault(one.stream, {}).setdefault(one.sequence, one.sha256)
    return Memory(
        party=party,
        events=frozenset(event.id for event in events),
        parents={event.id: event.parents for event in events},
        packages=packages,
        superseded=frozenset(one.supersedes for one in known if one.supersedes),
        held={one.sha256: one.held for one in reversed(known)},
        statements=tuple(statements_of(remembered(workspace))),
        acknowledged=acknowledged(chronicle.losses),
    )


def _before_losses(chronicle: Chronicle, events: Sequence[Event]) -> frozenset[str]:
    """Return the events of packages whose sender was put back to an older copy since, which we acknowledged."""
    place = {event.id: number for number, event in enumerate(events)}
    last = {loss.party: place[loss.event] for loss in chronicle.losses}
    return frozenset(
        one.event for one in chronicle.received if place[one.event] < last.get(one.stream.sender, -1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """One package that was sealed or received here."""

    stream: Stream
    sequence: int
    sha256: str
    supersedes: str | None
    held: Held


def _sealed(party: str, sealed: Iterable[Sealed]) -> Iterator[_Known]:
    for one in sealed:
        said = [str(one.body[name]) for name in ("recipient", "agreement_id", "jobcentre")]
        supersedes = one.body["supersedes"]
        yield _Known(
            stream=Stream(party, *said),
            sequence=cast("int", one.body["sequence"]),
            sha256=str(one.body["sha256"]),
            supersedes=None if supersedes is None else str(supersedes),
            held=Held(period=str(one.body["period"]), since=datetime.fromisoformat(one.at)),
        )


def _received(party: str, received: Iterable[Received], forgotten: frozenset[str]) -> Iterator[_Known]:
    """Give what came; what the sender of a forgotten one had seen of ours, its older copy need not have seen."""
    for one in received:
        if one.counts:
            yield _Known(
                stream=one.stream,
                sequence=one.sequence,
                sha256=one.sha256,
                supersedes=one.supersedes,
                held=Held(
                    period=one.period,
                    ledger_head=one.ledger_head,
                    heads_seen=() if one.event in forgotten else one.heads_seen.get(party, ()),
                    since=datetime.fromisoformat(one.at),
                ),
            )

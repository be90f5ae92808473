"""The files beside the ledger that a merge brings: agreements, names, layouts, profiles, whom we trust. Keys are not among them.

Two copies of a workspace come in, whose events are one by now; ours goes out with what it lacked. What both have stays as it is
here, where it differs with a word about it: agreements alone follow the ledger, which says which version counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from exchange.atomic import write_atomically
from exchange.workspace.agreements import Names, read_crosswalk
from exchange.workspace.crosswalk import entries_of, write_entries
from exchange.workspace.folder import Workspace
from exchange.workspace.local_names import CROSSWALK

_OWN_FOLDERS = ("layouts", "auditors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What became of the files beside the ledger, by their names in the workspace.

    Attributes:
        brought: that were not here, or not in the version that counts.
        kept: that both have and that differ; ours stand.
        names: local names that the copy's crosswalk brought; differing: those that stand for something else here.
        trusted: files of the trust that the copy's events brought.
    """

    brought: Sequence[str]
    kept: Sequence[str]
    names: int
    differing: int
    trusted: Sequence[str]


def bring_files(theirs: Workspace, ours: Workspace, trusted: frozenset[str]) -> Beside:
    """Bring what the copy has beside its ledger.

    Args:
        theirs: the copy.
        ours: with the events of both.
        trusted: the names of our trust before them.

    Raises:
        OSError: a file cannot be written; merging again goes on from there.
    """
    brought, kept = list(_agreements(theirs, ours)), []
    for path in _files_beside(theirs):
        own = ours.folder / path.relative_to(theirs.folder)
        name = path.relative_to(theirs.folder).as_posix()
        if not own.exists():
            write_atomically(own, path.read_bytes())
            brought.append(name)
        elif own.read_bytes() != path.read_bytes():
            kept.append(name)
    names, differing = _unite_names(theirs, ours)
    return Beside(
        brought=sorted(brought),
        kept=sorted(kept),
        names=names,
        differing=differing,
        trusted=_trust_again(ours, trusted),
    )


def _agreements(theirs: Workspace, ours: Workspace) -> Iterator[str]:
    """Give the agreement files that the copy has in the version that counts and we have not."""
    for agreement in ours.chronicle().agreements.values():
        source, own = (one.folder / "agreements" / agreement.file for one in (theirs, ours))
        if _sha256(own) == agreement.sha256 or _sha256(source) != agreement.sha256:
            continue
        # The names beside it belong to the version, as when it is added.
        for path in (source.with_suffix(".crosswalk.csv"), source):
            if path.is_file():
                write_atomically(own.with_name(path.name), path.read_bytes())
                yield f"agreements/{path.name}"


def _sha256(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _files_beside(theirs: Workspace) -> Iterator[Path]:
    folders = [(name, "*.toml") for name in _OWN_FOLDERS]
    for name, pattern in (*folders, ("agreements", "*.csv")):
        for path in sorted((theirs.folder / name).glob(pattern)):
            # A link could lead to any file of this machine.
            if path.is_file() and not path.is_symlink():
                yield path


def _unite_names(theirs: Workspace, ours: Workspace) -> tuple[int, int]:
    """Add the local names that the copy's own crosswalk tells and ours does not; of two words on one ours stands."""
    own, other = (_own_names(one) for one in (ours, theirs))
    united = other.joined(own)
    before, after = list(entries_of(own)), list(entries_of(united))
    if len(after) > len(before):
        write_entries(ours, after)
    different = len(set(entries_of(other)) - set(after))
    return len(after) - len(before), different


def _own_names(workspace: Workspace) -> Names:
    path = workspace.folder / CROSSWALK
    return read_crosswalk(path.read_bytes(), path.name) if path.is_file() else Names()


def _trust_again(ours: Workspace, before: frozenset[str]) -> list[str]:
    """Let ``trust/`` be what the united ledger says; return the files that came."""
    from exchange.workspace.trust_desk import restore

    recorded = ours.chronicle().trusted
    for name in before - recorded.keys():
        (ours.trust / name).unlink(missing_ok=True)
    mended, _strange = restore(ours)
    return [name for name in mended if name not in before]

"""The crosswalk of local names as it lies in the workspace's files: a folder in, names out; it stays here and never travels.

:mod:`exchange.workspace.crosswalk` changes it, ``take`` reads it. It refuses a copy of an agreement file that is gone or unreadable.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from exchange.errors import WorkspaceError
from exchange.language import translate as _
from exchange.workspace.agreements import Names, read_agreement, read_crosswalk

CROSSWALK = "crosswalk.csv"


@dataclass(frozen=True, slots=True)
class NameSource:
    """A file of the workspace that tells local names."""

    file: str
    names: Names


def name_sources(folder: Path, agreements: Iterable[str]) -> list[NameSource]:
    """Return what tells local names, each counting before those above it.

    An agreement's section, the ``crosswalk.csv`` that lay beside its file, one that somebody put into ``agreements/``,
    and last our own.

    Args:
        folder: the workspace.
        agreements: names of the agreement files in force.

    Raises:
        AgreementError: a copy there can no longer be read.
    """
    found: list[NameSource] = []
    for name in agreements:
        path = folder / "agreements" / name
        found.append(NameSource(path.name, read_agreement(_bytes(path), path.name).names))
        found.append(_crosswalk(path.with_suffix(".crosswalk.csv")))
    by_hand = _crosswalk(folder / "agreements" / CROSSWALK)
    found += [replace(by_hand, file=f"agreements/{CROSSWALK}"), _crosswalk(folder / CROSSWALK)]
    return [source for source in found if source.names.texts]


def crosswalk_sha256(names: Names) -> str:
    """Return the sha256 of a crosswalk, the same whatever the order of its names."""
    whole = {
        "mentors": dict(names.mentors),
        "placements": dict(names.placements),
        "trainees": dict(names.trainees),
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _crosswalk(path: Path) -> NameSource:
    return NameSource(path.name, read_crosswalk(path.read_bytes(), path.name) if path.is_file() else Names())


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise WorkspaceError(_("{path} is missing; add the agreement again.").format(path=path))
    return path.read_bytes()

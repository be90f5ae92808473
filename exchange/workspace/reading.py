"""Files read with what the workspace knows: its layouts, crosswalk, placements, mentors and parties, united over all of them.

Sources in, one :class:`FileIntake` each out; nothing is stored. :mod:`exchange.workspace.taking` reads what people hand in,
:mod:`exchange.workspace.retaking` what lies in the store already. It refuses what intake refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from exchange.intake.crosswalk import Crosswalk, Known
from exchange.intake.read import FileIntake, read_file
from exchange.parties import Party
from exchange.workspace.agreements import Names
from exchange.workspace.folder import Workspace

if TYPE_CHECKING:
    from exchange.sealing.keys import AgeIdentity

Passphrase = Callable[[], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The bytes of one file and who sent them.

    Attributes:
        layout: the name of the layout that reads it; None lets the file find its own.
    """

    name: str
    content: bytes = field(repr=False)
    sender: Party
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The workspace's own keys, opened when one is needed first and then no more."""

    identity: Callable[[], AgeIdentity]
    register: Callable[[], bytes]


def key_ring(workspace: Workspace, passphrase: Passphrase) -> KeyRing:
    """Return the keys; the passphrase is asked for only when one of them is used."""

    @cache
    def identity() -> AgeIdentity:
        from exchange.sealing.keys import unlock_age

        return unlock_age(workspace.keys, passphrase)

    @cache
    def register() -> bytes:
        from exchange.sealing.keys import register_key

        return register_key(workspace.keys, identity())

    return KeyRing(identity, register)


def read_sources(
    workspace: Workspace,
    sources: Sequence[Source],
    names: Names,
    keys: KeyRing,
    watch: Callable[[str, int], None] | None = None,
) -> list[FileIntake]:
    """Read the sources as one: what one of them tells, another may need.

    Args:
        workspace: gives layouts and what is known.
        sources: what is read.
        names: the crosswalk it is read through.
        keys: opened only where CPR numbers must be coded.
        watch: told how many rows of which source were met.

    Raises:
        IntakeRefused: one of them cannot be read as a whole.
        KeyRefused: CPR numbers must be coded and the key cannot be opened.
    """
    layouts = workspace.layouts()
    crosswalk = Crosswalk(names.placements, names.mentors, names.trainees)

    def read(source: Source, known: Known) -> FileIntake:
        return read_file(
            source.name,
            source.content,
            layouts=layouts,
            sender=source.sender,
            crosswalk=crosswalk,
            known=known,
            trainee_key=keys.register,
            layout=source.layout,
            watch=None if watch is None else partial(watch, source.name),
        )

    known = _known(workspace)
    files = [read(source, known) for source in sources]
    # Placements and mentors of one file of the take, and its parties, are known to the others.
    united = _with_rows(known, files) if len(sources) > 1 else known
    return [
        read(source, united) if _reads_otherwise(file, known, united) else file
        for source, file in zip(sources, files, strict=True)
    ]


def _reads_otherwise(file: FileIntake, known: Known, united: Known) -> bool:
    """Whether the file's rows may come out otherwise when more is known."""
    if united == known:
        return False
    if united.leads != known.leads:
        return True
    new = united.placements.keys() - known.placements.keys()
    return any(row.unresolved or row.values.get("placement_id") in new for row in file.rows)


def _known(workspace: Workspace) -> Known:
    holdings = workspace.holdings()
    known = Known(own=workspace.owner.party.id)
    return _knowing(known, {name: holdings.records(name) for name in ("placements", "mentors", "agreements")})


def _with_rows(known: Known, files: Iterable[FileIntake]) -> Known:
    rows: dict[str, list[Mapping[str, str | None]]] = {}
    for file in files:
        for row in file.rows:
            if not row.unresolved:
                rows.setdefault(row.table, []).append(row.values)
    return _knowing(known, rows)


def _knowing(known: Known, rows: Mapping[str, Sequence[Mapping[str, str | None]]]) -> Known:
    leads = {_of(row, "agreement_id"): _of(row, "lead_jobcentre") for row in rows.get("agreements", ())}
    mentors = {_of(row, "mentor_id") for row in rows.get("mentors", ())} - {""}
    return replace(
        known.with_rows(rows.get("placements", ())),
        mentors=frozenset(known.mentors) | mentors,
        leads={**leads, **known.leads},
    )


def _of(row: Mapping[str, str | None], name: str) -> str:
    return row.get(name) or ""

"""What this house knows when a package comes: whom it trusts, what it has sealed, which rules and profiles it holds.

The shell around :mod:`exchange.sealing.verifier`: a file and, where there is one, a workspace in; a verdict out. Without a
workspace the trust is what the user names, and what only a memory can tell stays unjudged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

from exchange.errors import EnblanketError, KeyRefused
from exchange.language import translate as _
from exchange.sealing.archive import ReadAt
from exchange.sealing.container import reader
from exchange.sealing.signing import Passphrase
from exchange.sealing.stream import Stream
from exchange.sealing.trust import Pin, Trust, joined, pin_from_bytes, trust_from_files, trust_from_folder
from exchange.sealing.verdict import Knowledge, Memory, Verdict
from exchange.workspace.chronicle import Sealed
from exchange.workspace.folder import Workspace

_AGE = b"age-encryption.org/v1\n"


def judge_file(
    path: Path, knowledge: Knowledge, workspace: Workspace | None, passphrase: Passphrase
) -> Verdict:
    """Judge the package in a file, which is read by position and never unpacked.

    Raises:
        EnblanketError: the file cannot be read.
        KeyRefused: it is encrypted, and not to a key that is here.
        RuleError: our own rules cannot be run on its rows.
    """
    from exchange.sealing.verifier import verify

    try:
        with path.open("rb") as file:
            if file.read(len(_AGE)) != _AGE:
                size = file.seek(0, 2)

                def read_at(offset: int, count: int) -> bytes:
                    file.seek(offset)
                    return file.read(count)

                return verify(read_at, size, knowledge)
            file.seek(0)
            encrypted = file.read()
    except OSError as error:
        raise EnblanketError(
            _("{path} cannot be read ({reason}); give the path of a package.").format(
                path=path, reason=error.strerror
            )
        ) from None
    opened, size = _decrypted(path, encrypted, workspace, passphrase)
    return verify(opened, size, knowledge)


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
    return Knowledge(
        trust=joined([named, trust_from_folder(workspace.trust), _ourselves(workspace)]),
        now=now,
        us=us or workspace.owner.party.id,
        rule_sets=rule_sets,
        profiles=workspace.profiles(),
        memory=_memory(workspace),
    )


def _ourselves(workspace: Workspace) -> Trust:
    path = workspace.keys / f"{workspace.owner.party.id}.card"
    pins: list[Pin] = [pin_from_bytes(path.name, path.read_bytes())] if path.exists() else []
    return Trust(tuple(pins))


def _memory(workspace: Workspace) -> Memory:
    sealed = workspace.chronicle().sealed
    return Memory(
        party=workspace.owner.party.id,
        events=frozenset(event.id for event in workspace.ledger.events()),
        packages=_packages(workspace.owner.party.id, sealed),
        superseded=frozenset(str(one.body["supersedes"]) for one in sealed if one.body.get("supersedes")),
    )


def _packages(party: str, sealed: Iterable[Sealed]) -> Mapping[Stream, Mapping[int, str]]:
    found: dict[Stream, dict[int, str]] = {}
    for one in sealed:
        recipient, agreement_id, jobcentre = (
            str(one.body[name]) for name in ("recipient", "agreement_id", "jobcentre")
        )
        stream = Stream(party, recipient, agreement_id, jobcentre)
        # The first in the ledger has the sequence (exchange.workspace.dispatch); a second was refused before its file was written.
        found.setdefault(stream, {}).setdefault(cast("int", one.body["sequence"]), str(one.body["sha256"]))
    return found


def _decrypted(
    path: Path, encrypted: bytes, workspace: Workspace | None, passphrase: Passphrase
) -> tuple[ReadAt, int]:
    from exchange.sealing.keys import unlock_age

    if workspace is None:
        raise KeyRefused(
            _(
                "{path} is encrypted; open it with age first, or verify it in the workspace it was sent to."
            ).format(path=path)
        )
    content = unlock_age(workspace.keys, passphrase).decrypt(encrypted)
    return reader(content), len(content)

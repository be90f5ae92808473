"""``seal --countersign``: a package that somebody else signed, judged here and signed once more.

A file in, the countersigned file out. Only what is accepted here, but for the signatures that are still asked for, gets one.
The bytes are stored and the event is written before the file appears.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.errors import KeyRefused, PackageRefused
from exchange.language import translate as _
from exchange.workspace.acquaintance import judged, knowledge_of, opened_file, openers_of
from exchange.workspace.deliveries import COUNTERSIGN
from exchange.workspace.envelopes import Envelope
from exchange.workspace.folder import Workspace

if TYPE_CHECKING:
    from exchange.sealing.archive import ReadAt
    from exchange.sealing.signing import Passphrase
    from exchange.sealing.verdict import Knowledge, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigning:
    """What is asked for.

    Attributes:
        path: of the package; us: whom it is for, where that is not ourselves.
        envelope: what the countersigned package is put in; folder: where it is written.
        passphrase: of our keys; package_passphrase: of the package.
    """

    path: Path
    us: str | None
    envelope: Envelope
    folder: Path
    passphrase: Passphrase
    package_passphrase: Passphrase


@dataclass(frozen=True, slots=True)
class Countersigned:
    """One package with one more signature.

    Attributes:
        sha256: of the whole; origin: of the package as its sender signed it.
        countersignatures: how many count now.
    """

    path: Path
    sha256: str
    origin: str
    countersignatures: int


def countersign(workspace: Workspace, order: Cosigning) -> Countersigned:
    """Judge a package and add our signature.

    Raises:
        EnblanketError: the file cannot be read.
        KeyRefused: our key cannot be opened, has signed already, or an encrypted package would come out open.
        PackageRefused: ``countersign-not-accepted``, or its encryption does not hold; nothing was signed.
        RuleError: our own rules cannot be run.
    """
    knowledge = knowledge_of(workspace, [], order.us, workspace.clock())
    if order.path.name.endswith(".age") and order.envelope.is_open:
        raise KeyRefused(
            _("{name} is encrypted and would come out open; say whom to encrypt it to.").format(
                name=order.path.name
            )
        )
    openers = openers_of(workspace, order.passphrase, order.package_passphrase)
    with opened_file(order.path, openers) as (read_at, size):
        verdict = judged(read_at, size, knowledge, order.path)
        return _signed(workspace, order, verdict, (read_at, size), knowledge)


def _signed(
    workspace: Workspace,
    order: Cosigning,
    verdict: Verdict,
    content: tuple[ReadAt, int],
    knowledge: Knowledge,
) -> Countersigned:
    from exchange.sealing.container import countersigned_pieces, open_container
    from exchange.sealing.countersigning import countersigners, may_be_countersigned, refuse_second_signature
    from exchange.sealing.keys import unlock_signing_key

    package = verdict.package
    if package is None or not may_be_countersigned(verdict):
        raise _not_accepted(order.path, verdict)
    key = unlock_signing_key(workspace.keys, order.passphrase)
    container = open_container(*content, knowledge.trust, now=knowledge.now)
    refuse_second_signature(container, key)
    sha256 = workspace.objects.put_pieces(countersigned_pieces(*content, signer=key, at=workspace.clock()))
    descriptor = package.descriptor
    name = f"{descriptor.stem}{order.envelope.ending}"
    workspace.record(
        COUNTERSIGN,
        {
            "name": name,
            "sha256": sha256,
            "package_sha256": verdict.origin,
            "sender": descriptor.sender,
            "recipient": descriptor.recipient,
            "period": str(descriptor.period),
        },
    )
    path = order.folder / name
    order.envelope.write(workspace.objects.path(sha256), path)
    return Countersigned(path, sha256, verdict.origin, len(countersigners(container.signatures)) + 1)


def _not_accepted(path: Path, verdict: Verdict) -> PackageRefused:
    failed = [check for check in verdict.checks if check.ok is False]
    why = failed[0].detail if failed else _("open errors are in it.")
    return PackageRefused(
        "countersign-not-accepted",
        _("{name} is not accepted here, so it is not countersigned: {why}").format(name=path.name, why=why),
    )

"""Countersignatures: who else vouches for a package, how many are asked for, and which package it is without them.

``container`` adds the signature; here is decided whether it may be added, and what a verdict makes of those that are
there. A countersigned package is the same package: numbers, replays and receipts go by the bytes that its sender signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.sealing.archive import ReadAt, archive_pieces, read_archive
from exchange.sealing.container import Container, SignatureFacts
from exchange.sealing.signing import SigningKey
from exchange.sealing.verdict import Check, Verdict, fails

MISSING = "demands-countersignatures"


def origin_sha256(read_at: ReadAt, size: int, container: Container) -> str:
    """Return the sha256 of the package as its sender signed it: of the same bytes without later signatures."""
    later = len(container.signatures) - 1
    if later == 0:
        return container.sha256
    archive = read_archive(read_at, size)
    names = list(archive)[: -2 * later]
    digest = hashlib.sha256()
    for piece in archive_pieces({name: archive.measure(name) for name in names}, archive.chunks):
        digest.update(piece)
    return digest.hexdigest()


def countersigners(signatures: Sequence[SignatureFacts]) -> list[SignatureFacts]:
    """Return the countersignatures that count: each holds, and is of a certificate that has not signed before it."""
    seen = {_der(signatures[0])}
    found: list[SignatureFacts] = []
    for signature in signatures[1:]:
        if signature.ok and _der(signature) not in seen:
            found.append(signature)
        seen.add(_der(signature))
    return found


def fault_of_countersignatures(container: Container, demanded: int) -> Check | None:
    """Return the line ``demands`` where fewer have countersigned than the agreement asks for."""
    count = len(countersigners(container.signatures))
    if count >= demanded:
        return None
    sentence = _(
        "The agreement asks for {demanded} countersignatures and {count} are there; ask for those that are missing."
    )
    return fails("demands", MISSING, sentence.format(demanded=demanded, count=count))


def may_be_countersigned(verdict: Verdict) -> bool:
    """Whether all that can be judged holds, but for the signatures that are still asked for."""
    failed = [check.code for check in verdict.checks if check.ok is False]
    return verdict.verdict == "accepted" or (verdict.verdict == "needs-attention" and failed == [MISSING])


def refuse_second_signature(container: Container, signer: SigningKey) -> None:
    """Refuse a key that stands in the container already: signing twice vouches for nothing more.

    Raises:
        KeyRefused: it signed the package, or countersigned it.
    """
    if signer.certificate.der in {_der(signature) for signature in container.signatures}:
        raise KeyRefused(
            _(
                "This key has signed the package already; a countersignature is somebody else’s, with a key of their own."
            )
        )


def _der(signature: SignatureFacts) -> bytes | None:
    return None if signature.certificate is None else signature.certificate.der

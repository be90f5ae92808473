"""Chains: the intermediate certificates between an issued leaf and its root, which travel beside the signature.

Organisation certificates are issued by an intermediate that an auditor's tools may not have. ``signing`` finds the chain
in what an authority handed out, ``cades`` carries it and takes no certificate that is not part of it. Nobody is trusted
for it: what counts is the pinned leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from exchange.sealing.certificates import LONGEST, CertificateFault, parsed_certificate, unreadable

MOST_ABOVE = 4

_DAMAGED = (ValueError, UnsupportedAlgorithm, x509.InvalidVersion)
# A key that cannot sign certificates of this kind is told by TypeError (cryptography's documentation).
_NOT_ISSUER = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm)


def chain_above(leaf: bytes, others: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the certificates among the others that issued the leaf, its issuer, and so on, in that order.

    A root stays at home: it says nothing that its own name does not.

    Args:
        leaf: DER.
        others: DER, in any order; what does not belong to the chain is left out.

    Raises:
        CertificateFault: one of them is unreadable (``certificate-unreadable``).
    """
    known = [_read(der) for der in others]
    found: list[bytes] = []
    below = _read(leaf)
    while len(found) < MOST_ABOVE:
        issuer = next((one for one in known if one != below and _issued(below, one)), None)
        if issuer is None or issuer.subject == issuer.issuer:
            break
        found.append(issuer.public_bytes(Encoding.DER))
        below = issuer
    return tuple(found)


def refuse_strangers(leaf: bytes, others: Sequence[bytes]) -> None:
    """See that every other certificate stands above the leaf in one chain; a root may end it.

    Raises:
        CertificateFault: one does not, or there are more than four (``signature-certificates``).
    """
    try:
        above = [_read(der) for der in others]
    except CertificateFault:
        raise _stranger() from None
    below = _read(leaf)
    while above:
        issuer = next((one for one in above if _issued(below, one)), None)
        if issuer is None or len(others) > MOST_ABOVE:
            raise _stranger()
        above.remove(issuer)
        below = issuer


def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except _NOT_ISSUER:
        return False
    return True


def _read(der: bytes) -> x509.Certificate:
    if len(der) > LONGEST:
        raise unreadable()
    try:
        return parsed_certificate(der)
    except _DAMAGED:
        raise unreadable() from None


def _stranger() -> CertificateFault:
    return CertificateFault("signature-certificates", "")

"""Revocation: a note, signed by the very key it takes back, that its signatures no longer count from a day on.

Whoever holds the key can revoke it and nobody else, so a thief can do no more harm by it than its owner would. Bytes in,
a frozen :class:`Revocation` out; what follows for a package is decided by :func:`exchange.sealing.trust.fault_of_signer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from exchange.errors import KeyRefused, WorkspaceError
from exchange.language import translate as _
from exchange.parties import parse_party
from exchange.sealing.certificates import Certificate
from exchange.sealing.signed_text import NotInForm, SignedText, read_signed_text, write_signed_text
from exchange.sealing.signing import SigningKey

ENDING = ".revocation"
FORMAT = "enblanket-revocation/1"

_KIND, _FIELDS = "revocation", ("format", "party", "certificate", "since")
_LONGEST = 8 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """What a note says.

    Attributes:
        party: whose certificate it is.
        certificate: its SHA-256, 64 hex digits.
        since: the first day (UTC) whose signatures do not count.
    """

    party: str
    certificate: str
    since: date


def write_revocation(party: str, since: date, key: SigningKey) -> bytes:
    """Return the note that revokes the key, signed by it."""
    body = {
        "format": FORMAT,
        "party": party,
        "certificate": key.certificate.sha256,
        "since": since.isoformat(),
    }
    return write_signed_text(_KIND, body, key)


def read_revocation(content: bytes, known: Iterable[Certificate], source: str) -> Revocation:
    """Read a note and verify that one of the known certificates signed its own end.

    Args:
        content: the file's bytes.
        known: the certificates that are trusted here, or ours.
        source: the file's name, for messages.

    Raises:
        KeyRefused: no note, altered, or of a certificate that is not known here.
    """
    try:
        text = _text(content)
        revocation = _revocation(text)
    except (NotInForm, WorkspaceError):
        raise _altered(source) from None
    certificate = next((one for one in known if one.sha256 == revocation.certificate), None)
    if certificate is None:
        raise KeyRefused(
            _("{source} revokes a certificate that is not trusted here; there is nothing to do.").format(
                source=source
            )
        )
    if not text.is_signed_by(certificate):
        raise _altered(source)
    return revocation


def _text(content: bytes) -> SignedText:
    if len(content) > _LONGEST:
        raise NotInForm
    return read_signed_text(_KIND, _FIELDS, content)


def _revocation(text: SignedText) -> Revocation:
    party, certificate, since = (text.text(name) for name in _FIELDS[1:])
    if text.text("format") != FORMAT or not _SHA256.fullmatch(certificate) or parse_party(party).id != party:
        raise NotInForm
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise NotInForm from None
    if day.isoformat() != since:
        raise NotInForm
    return Revocation(party=party, certificate=certificate, since=day)


def _altered(source: str) -> KeyRefused:
    return KeyRefused(
        _(
            "{source} is no revocation signed by the key it revokes, or was altered; ask its owner for it again."
        ).format(source=source)
    )

"""Trust: the certificates somebody here has compared with their owner. Nothing is trusted on first sight.

A pin is one whole certificate, from a card or a PEM file; an authority is never pinned, so no third party can
vouch for a signer. ``container`` asks it who signed and whether that counts; ``exchange.workspace.trust_desk`` keeps the
folder ``trust/``, whose every change stands in the ledger: a file that somebody put in, took out, replaced or brought
back by hand is refused by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path

from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.sealing.cards import Card, read_card
from exchange.sealing.certificates import (
    Certificate,
    CertificateFault,
    der_from_pem,
    key_refused,
    read_certificate,
)
from exchange.sealing.revocation import ENDING as REVOCATION
from exchange.sealing.revocation import Revocation, read_revocation

CARD, PEM = ".card", ".pem"
DIRECTORY = ".directory"
_KEPT = (CARD, PEM, ".crt", REVOCATION, DIRECTORY)

# Clocks of offline machines differ; more than a day ahead is no longer a clock that runs fast.
_CLOCK_MAY_DIFFER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pin:
    """One certificate that is trusted.

    Attributes:
        source: the file's name that pins it, for the verdict.
        card: whose it is; None where a bare certificate was pinned.
    """

    certificate: Certificate
    source: str
    card: Card | None = None

    @property
    def party(self) -> str | None:
        """The party id, where a card says it."""
        return None if self.card is None else self.card.party

    @property
    def name(self) -> str:
        """The owner's name: the card's, else the certificate's."""
        return self.certificate.name if self.card is None else self.card.name


@dataclass(frozen=True, slots=True)
class Trust:
    """All pins in the order they were read, and what was taken back of them.

    Attributes:
        seen: by SHA-256 of a package, since when it is known to exist: we sealed or received it then.
    """

    pins: tuple[Pin, ...] = ()
    revocations: tuple[Revocation, ...] = ()
    seen: Mapping[str, datetime] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Pin]:
        return iter(self.pins)

    def find(self, certificate: Certificate) -> Pin | None:
        """Return the pin of exactly this certificate, one with a card first."""
        found = [pin for pin in self.pins if pin.certificate.der == certificate.der]
        return max(found, key=lambda pin: pin.card is not None, default=None)

    def cards_of(self, party: str) -> list[Card]:
        """Return the party's cards, the newest last."""
        cards = [pin.card for pin in self.pins if pin.card is not None and pin.card.party == party]
        return sorted(cards, key=lambda card: card.sequence)

    def card_of(self, party: str, on: date) -> Card | None:
        """Return the party's card with the highest sequence among those in force on the day and not revoked."""
        fit = [
            card
            for card in self.cards_of(party)
            if card.valid_on(on) and self.revocation_of(card.certificate) is None
        ]
        return fit[-1] if fit else None

    def revocation_of(self, certificate: Certificate) -> Revocation | None:
        """Return the note that takes a certificate back from the earliest day."""
        found = [one for one in self.revocations if one.certificate == certificate.sha256]
        return min(found, key=lambda one: one.since, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """When a signature is said to be from, and what is known of that; all aware.

    Attributes:
        signed: by the signer's own word.
        existed: the earliest moment at which the signed bytes are known to have been here or received, or somebody else
            that is trusted countersigned them; None where nothing proves it.
    """

    signed: datetime
    now: datetime
    existed: datetime | None = None


def fault_of_signer(certificate: Certificate, trust: Trust, moments: Moments) -> str | None:
    """Return why a signature that fits its bytes does not count here; None where it does.

    A thief of a key can write any signing time, so before the day of a revocation, and where the certificate has ended by now,
    only what provably existed then counts.

    Returns:
        ``signer-unknown``, ``signing-time-future``, ``signer-revoked``, ``signing-time-unproven``,
        ``card-not-valid-then`` or ``card-replaced``.
    """
    pin, day = trust.find(certificate), moments.signed.date()
    if pin is None:
        return "signer-unknown"
    if moments.signed > moments.now + _CLOCK_MAY_DIFFER:
        return "signing-time-future"
    revocation = trust.revocation_of(certificate)
    if revocation is not None and day >= revocation.since:
        return "signer-revoked"
    if revocation is not None and (moments.existed is None or moments.existed.date() >= revocation.since):
        return "signing-time-unproven"
    end = certificate.not_after
    if moments.now > end and (moments.existed is None or moments.existed > end):
        return "signing-time-unproven"
    return None if pin.card is None else _fault_of_card(pin.card, trust, day)


def _fault_of_card(card: Card, trust: Trust, day: date) -> str | None:
    if not card.valid_on(day):
        return "card-not-valid-then"
    newer = [one for one in trust.cards_of(card.party) if one.sequence > card.sequence]
    if any(one.certificate.der != card.certificate.der and one.valid_from < day for one in newer):
        return "card-replaced"
    return None


class Standing(Enum):
    """What a card is to those trusted here."""

    NEW = "new"
    """No card of the party is trusted."""
    KNOWN = "known"
    """This very card is trusted."""
    OLDER = "older"
    """A newer card of the party is trusted."""
    VOUCHED = "vouched"
    """It replaces the newest trusted one, whose key signed it."""
    UNVOUCHED = "unvouched"
    """It says that it replaces a trusted one, whose key did not sign it, or was revoked."""
    CONFLICT = "conflict"
    """Another card with its number is trusted."""
    REVOKED = "revoked"
    """Its certificate was taken back."""
    ANOTHERS = "anothers"
    """Its certificate is that of another party's card, which is trusted."""


def standing_of(card: Card, trust: Trust) -> Standing:
    """Return what a card is to those trusted here."""
    if trust.revocation_of(card.certificate) is not None:
        return Standing.REVOKED
    if any(
        pin.party not in (None, card.party) and pin.certificate.der == card.certificate.der for pin in trust
    ):
        return Standing.ANOTHERS
    cards = trust.cards_of(card.party)
    if card in cards:
        return Standing.KNOWN
    return _beside(card, cards[-1], trust) if cards else Standing.NEW


def _beside(card: Card, newest: Card, trust: Trust) -> Standing:
    """Return what a card is to the newest trusted one of its party."""
    if card.sequence == newest.sequence:
        return Standing.CONFLICT
    if card.sequence < newest.sequence:
        return Standing.OLDER
    voucher = card.certificate if card.former is None else card.former
    vouched = voucher.der == newest.certificate.der and trust.revocation_of(voucher) is None
    return Standing.VOUCHED if vouched else Standing.UNVOUCHED


def pin_from_bytes(source: str, content: bytes) -> Pin:
    """Read a card or a PEM certificate.

    Raises:
        KeyRefused: neither, damaged, an authority's certificate, or a key that may not sign packages.
    """
    if content.lstrip()[:1] == b"{":
        card = read_card(content, source)
        return Pin(card.certificate, source, card)
    try:
        return Pin(read_certificate(der_from_pem(content)), source)
    except CertificateFault as fault:
        raise key_refused(source, fault) from None


def pin_file(pin: Pin) -> str:
    """Return the name under which a pin is kept: ``<party>-<sequence>.card``, or ``<16 digits of the fingerprint>.pem``."""
    card = pin.card
    return f"{pin.certificate.sha256[:16]}{PEM}" if card is None else f"{card.party}-{card.sequence}{CARD}"


def trust_from_files(paths: Iterable[Path]) -> Trust:
    """Read cards, PEM certificates and revocations from files that the user names (``--trust FILE``).

    Raises:
        KeyRefused: a file is missing, or is none of them.
    """
    files = {path: _content(path) for path in paths}
    pins = _pins(files)
    return Trust(pins, _revocations(files, pins))


def trust_from_folder(folder: Path, recorded: Mapping[str, str]) -> Trust:
    """Read the trust of a workspace, exactly as the ledger has it.

    Args:
        folder: ``trust/``.
        recorded: by file name, the SHA-256 of what was trusted.

    Raises:
        KeyRefused: a file was put in, taken out, replaced or brought back by hand; names it and the cure.
    """
    for name in differing(folder, recorded):
        raise _by_hand(folder / name, recorded)
    whole = {folder / name: _content(folder / name) for name in sorted(recorded)}
    pins = _pins(whole)
    known = {pin.certificate.sha256[:16] for pin in pins}
    # A note stays when its card is distrusted; it was verified when it came.
    notes = {path: content for path, content in whole.items() if path.name[:16] in known}
    return Trust(pins, _revocations(notes, pins))


def differing(folder: Path, recorded: Mapping[str, str]) -> list[str]:
    """Return the names of files in the folder that are not what was recorded, those missing included."""
    lying = (
        {path.name for path in folder.iterdir() if path.suffix.lower() in _KEPT} if folder.is_dir() else set()
    )
    return [name for name in sorted(lying | recorded.keys()) if _digest(folder / name) != recorded.get(name)]


def store_sha256(recorded: Mapping[str, str]) -> str:
    """Return the SHA-256 of a whole trust: of its lines ``<sha256>  <name>``, sorted by name."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(recorded.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def joined(trusts: Sequence[Trust]) -> Trust:
    """Return the pins and revocations of several trusts together."""
    return Trust(
        tuple(pin for trust in trusts for pin in trust),
        tuple(note for trust in trusts for note in trust.revocations),
        {sha256: since for trust in trusts for sha256, since in trust.seen.items()},
    )


def _pins(files: Mapping[Path, bytes]) -> tuple[Pin, ...]:
    return tuple(
        pin_from_bytes(path.name, content)
        for path, content in files.items()
        if path.suffix not in (REVOCATION, DIRECTORY)
    )


def _revocations(files: Mapping[Path, bytes], pins: Iterable[Pin]) -> tuple[Revocation, ...]:
    known = [pin.certificate for pin in pins]
    return tuple(
        read_revocation(content, known, path.name)
        for path, content in files.items()
        if path.suffix == REVOCATION
    )


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _by_hand(path: Path, recorded: Mapping[str, str]) -> KeyRefused:
    if path.name not in recorded:
        message = _(
            "{path} was put there by hand and is not trusted; move it out of the folder and use “enblanket keys trust”."
        )
    elif not path.is_file():
        message = _("{path} was taken away by hand; put it back with “enblanket keys restore”.")
    else:
        message = _(
            "{path} is not what was trusted: it was replaced by hand; put it back with “enblanket keys restore”."
        )
    return KeyRefused(message.format(path=path))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise KeyRefused(
            _("{path} cannot be read; name a card or a PEM certificate.").format(path=path)
        ) from None

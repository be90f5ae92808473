"""Trust: the certificates somebody here has compared with their owner. Nothing is trusted on first sight.

A pin is one whole certificate, from a card or a PEM file; an authority is never pinned, so no third party can
vouch for a signer. ``container`` asks it who signed; ``keys trust`` adds to the folder ``trust/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from exchange.atomic import write_atomically
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

ENDINGS = (".card", ".pem", ".crt")


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
    """All pins, in the order they were read."""

    pins: tuple[Pin, ...] = ()

    def __iter__(self) -> Iterator[Pin]:
        return iter(self.pins)

    def find(self, certificate: Certificate) -> Pin | None:
        """Return the pin of exactly this certificate, one with a card first."""
        found = [pin for pin in self.pins if pin.certificate.der == certificate.der]
        return max(found, key=lambda pin: pin.card is not None, default=None)

    def card_of(self, party: str, on: date) -> Card | None:
        """Return the party's card with the highest sequence among those in force on the day."""
        cards = [pin.card for pin in self.pins if pin.card is not None and pin.card.party == party]
        return max(
            (card for card in cards if card.valid_on(on)), key=lambda card: card.sequence, default=None
        )


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


def trust_from_files(paths: Iterable[Path]) -> Trust:
    """Read pins from files that the user names (``--trust CARD_OR_PEM``).

    Raises:
        KeyRefused: a file is missing, or is no card and no certificate.
    """
    return Trust(tuple(_pin_from_file(path) for path in paths))


def trust_from_folder(folder: Path) -> Trust:
    """Read the pins of a workspace's ``trust/``; a missing folder trusts nobody.

    Raises:
        KeyRefused: a file in it is no card and no certificate.
    """
    if not folder.is_dir():
        return Trust()
    return trust_from_files(sorted(path for path in folder.iterdir() if path.suffix in ENDINGS))


def joined(trusts: Sequence[Trust]) -> Trust:
    """Return the pins of several trusts together."""
    return Trust(tuple(pin for trust in trusts for pin in trust))


def add_pin(folder: Path, pin: Pin, content: bytes) -> Path:
    """Store the file of a pin, whose fingerprint somebody has compared, under a name of our own.

    Returns:
        where it lies: ``<party>-<sequence>.card``, or ``<first 16 digits of the fingerprint>.pem``.

    Raises:
        KeyRefused: another card with this party and sequence is pinned already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    card = pin.card
    path = folder / (
        f"{pin.certificate.sha256[:16]}.pem" if card is None else f"{card.party}-{card.sequence}.card"
    )
    if path.exists() and path.read_bytes() != content:
        raise KeyRefused(
            _("{name} is trusted already with other content; remove it from trust first.").format(
                name=path.name
            )
        )
    write_atomically(path, content)
    return path


def _pin_from_file(path: Path) -> Pin:
    try:
        content = path.read_bytes()
    except OSError:
        raise KeyRefused(
            _("{path} cannot be read; name a card or a PEM certificate.").format(path=path)
        ) from None
    return pin_from_bytes(path.name, content)

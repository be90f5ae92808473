"""How a package leaves the house: open, encrypted to trusted cards, or with a passphrase for who has no key.

What may be encrypted to is decided before anything is sealed. The file goes through in pieces and appears under its name
when its last byte is on the disk; what lies beside it meanwhile is encrypted already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from exchange.atomic import write_pieces_atomically
from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.workspace.folder import Workspace

if TYPE_CHECKING:
    from exchange.sealing.signing import Passphrase

ENDING, ENCRYPTED_ENDING = ".asice", ".asice.age"
_CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is around a package.

    Attributes:
        recipients: age recipients; passphrase: of the package. Neither leaves it open, and never both.
    """

    recipients: tuple[str, ...] = ()
    passphrase: bytes | None = field(default=None, repr=False)

    @property
    def is_open(self) -> bool:
        """Whether anybody reads it."""
        return not self.recipients and self.passphrase is None

    @property
    def ending(self) -> str:
        """The ending of the file's name."""
        return ENDING if self.is_open else ENCRYPTED_ENDING

    def write(self, stored: Path, target: Path) -> None:
        """Write a stored package in its envelope."""
        target.parent.mkdir(parents=True, exist_ok=True)
        write_pieces_atomically(target, self._pieces(stored))

    def _pieces(self, stored: Path) -> Iterator[bytes]:
        from exchange.sealing.encryption import encrypted_with

        if self.passphrase is not None:
            return encrypted_with(_pieces_of(stored), self.passphrase)
        if not self.recipients:
            return _pieces_of(stored)
        return self._to_recipients(stored)

    def _to_recipients(self, stored: Path) -> Iterator[bytes]:
        from exchange.sealing.encryption import encrypt_file_to

        with TemporaryFile() as sealed:
            encrypt_file_to(stored, sealed, self.recipients)
            sealed.seek(0)
            while chunk := sealed.read(_CHUNK):
                yield chunk


def envelope_for(workspace: Workspace, parties: Iterable[str], passphrase: Passphrase | None) -> Envelope:
    """Return the envelope that parties with trusted cards open, or whoever is told the passphrase.

    Raises:
        KeyRefused: no card of a party is trusted, both ways are asked for, or the passphrase is empty or not to be had.
    """
    from exchange.sealing.encryption import refuse_recipients, words_of
    from exchange.workspace.trust_desk import trusted

    named = list(dict.fromkeys(parties))
    if passphrase is not None:
        if named:
            raise KeyRefused(
                _("A package is encrypted to cards or with a passphrase, not both; leave one of them out.")
            )
        return Envelope(passphrase=words_of(passphrase() or b""))
    trust, today = trusted(workspace), workspace.clock().date()
    recipients: list[str] = []
    for party in named:
        card = trust.card_of(party, today)
        if card is None:
            raise KeyRefused(
                _(
                    "No card of {party} is trusted here, so nothing can be encrypted to it; add it with “enblanket keys trust”."
                ).format(party=party)
            )
        recipients.append(card.age_recipient)
    if recipients:
        refuse_recipients(recipients)
    return Envelope(recipients=tuple(recipients))


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk

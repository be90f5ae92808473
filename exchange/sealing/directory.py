"""Directories: the cards of one agreement's parties in one file, signed by the lead jobcentre.

Who trusts the lead's card need not phone all the others: the lead has. Bytes in, a frozen :class:`Directory` out, its
signature verified by a card that is pinned; what it may add to a trust is :func:`admitted`, which refuses by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from exchange.errors import KeyRefused, WorkspaceError
from exchange.language import translate as _
from exchange.parties import parse_party
from exchange.sealing.cards import MOST_CARDS, Card, read_card
from exchange.sealing.signed_text import NotInForm, SignedText, read_signed_text, write_signed_text
from exchange.sealing.signing import SigningKey
from exchange.sealing.trust import DIRECTORY, Standing, Trust, standing_of

FORMAT = "enblanket-directory/1"

_KIND, _FIELDS = "directory", ("format", "agreement_id", "lead", "sequence", "issued", "cards")
_LONGEST = 4 * 1024 * 1024
_MOST_PARTIES = 500
_AGREEMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What a lead vouches for.

    Attributes:
        lead: the party id of who signed it.
        sequence: 1 for the first of an agreement, one more for each that replaces it.
        cards: of the other parties, each with its bytes.
    """

    agreement_id: str
    lead: str
    sequence: int
    issued: date
    cards: tuple[tuple[Card, bytes], ...]

    @property
    def file(self) -> str:
        """The name under which it is kept."""
        return f"{self.lead}-{self.agreement_id}{DIRECTORY}"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which directory it is: of which agreement, by whom, the how-manieth, of which day."""

    agreement_id: str
    lead: str
    sequence: int
    issued: date


def write_directory(edition: Edition, cards: Sequence[bytes], key: SigningKey) -> bytes:
    """Return the directory's bytes, signed by the lead's key.

    Raises:
        KeyRefused: the agreement's id does not fit a file's name, or there is no card.
    """
    if not _AGREEMENT.fullmatch(edition.agreement_id):
        raise KeyRefused(
            _("“{agreement}” cannot name a directory: letters, digits, “.”, “_” and “-” only.").format(
                agreement="".join(c for c in edition.agreement_id[:64] if c.isprintable())
            )
        )
    if not cards:
        raise KeyRefused(_("A directory needs a card; trust those of the other parties first."))
    return write_signed_text(
        _KIND,
        {
            "format": FORMAT,
            "agreement_id": edition.agreement_id,
            "lead": edition.lead,
            "sequence": edition.sequence,
            "issued": edition.issued.isoformat(),
            "cards": [card.decode("utf-8") for card in cards],
        },
        key,
    )


def read_directory(content: bytes, trust: Trust, source: str) -> Directory:
    """Read a directory and verify that a card of its lead that is trusted here signed it.

    Args:
        content: the file's bytes.
        trust: whose signatures are known here.
        source: the file's name, for messages.

    Raises:
        KeyRefused: no directory, altered, or its lead is not trusted here.
    """
    try:
        text = _text(content)
        directory = _directory(text)
    except (NotInForm, WorkspaceError):
        raise _altered(source) from None
    leads = [card for card in trust.cards_of(directory.lead) if trust.revocation_of(card.certificate) is None]
    if not leads:
        raise KeyRefused(
            _(
                "{source} is signed by {lead}, whose card is not trusted here; trust that card first, by its fingerprint."
            ).format(source=source, lead=directory.lead)
        )
    # A key that was replaced vouches no more; the newest does.
    if not text.is_signed_by(leads[-1].certificate):
        raise _altered(source)
    return directory


def admitted(directory: Directory, trust: Trust, us: str) -> list[tuple[Card, bytes]]:
    """Return the cards of a directory that are new here.

    Our own, those already trusted, and those that a newer one replaced here are left out.

    Raises:
        KeyRefused: a card contradicts one that is trusted here, or was revoked; named.
    """
    found = []
    for card, content in directory.cards:
        standing = standing_of(card, trust)
        if card.party == us or standing is Standing.OLDER:
            continue
        if standing in (Standing.CONFLICT, Standing.UNVOUCHED, Standing.REVOKED, Standing.ANOTHERS):
            raise KeyRefused(
                _(
                    "The directory's card of {name} ({party}) contradicts the one that is trusted here; "
                    "nothing of it is taken, ask {party} for its card and compare the fingerprint."
                ).format(name=card.name, party=card.party)
            )
        if standing is not Standing.KNOWN:
            found.append((card, content))
    return found


def _text(content: bytes) -> SignedText:
    if len(content) > _LONGEST:
        raise NotInForm
    return read_signed_text(_KIND, _FIELDS, content)


def _directory(text: SignedText) -> Directory:
    agreement_id, lead = text.text("agreement_id"), text.text("lead")
    sequence, cards = text.number("sequence"), text.texts("cards")
    issued = _day(text.text("issued"))
    fits = text.text("format") == FORMAT and _AGREEMENT.fullmatch(agreement_id)
    party = parse_party(lead)
    if not fits or (party.id, party.role) != (lead, "jobcentre") or not 1 <= sequence <= MOST_CARDS:
        raise NotInForm
    if not 1 <= len(cards) <= _MOST_PARTIES:
        raise NotInForm
    read = [(read_card(content.encode("utf-8")), content.encode("utf-8")) for content in cards]
    if len({card.party for card, _content in read}) != len(read):
        raise NotInForm
    return Directory(
        agreement_id=agreement_id, lead=lead, sequence=sequence, issued=issued, cards=tuple(read)
    )


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotInForm from None
    if day.isoformat() != text:
        raise NotInForm
    return day


def _altered(source: str) -> KeyRefused:
    return KeyRefused(
        _(
            "{source} is no directory signed by its lead's card, or was altered; ask the lead jobcentre for it again."
        ).format(source=source)
    )

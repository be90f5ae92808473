"""Cards: what a party gives to the others so that they can check its packages and encrypt to it.

A card is JSON signed by the key it names, so it cannot be altered without its owner; that it *is* its owner's is
learnt on the phone, by :attr:`Card.fingerprint`. Bytes in, a frozen :class:`Card` out. The reader takes exactly the
bytes that the writer writes, so a card has one form and nothing hides in it. After a rotation the old key signs too.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Never

import pyrage

from exchange.errors import KeyRefused, WorkspaceError
from exchange.language import translate as _
from exchange.parties import Party, Role, parse_party
from exchange.sealing.certificates import Certificate, CertificateFault, key_refused, read_certificate
from exchange.sealing.signing import PartyName, SigningKey, party_name

FORMAT = "enblanket-card/1"
# Said before the content, so that a signature under a card can never be taken for one under a manifest.
_DOMAIN = b"enblanket card 1\n"
_LONGEST = 64 * 1024
_FIELDS = (
    "format", "party", "name", "role", "sequence", "valid_from", "valid_to", "mailbox", "sftp", "sftp_host_key",
    "age_recipient", "certificate",
)  # fmt: skip
_PROOFS = ("signature", "former_certificate", "former_signature")
# A number that fits a file's name; addresses go to other programs, so none looks like an option of theirs.
MOST_CARDS = 999_999
_LINE = re.compile(r"(?!-)[\x21-\x7e]([\x20-\x7e]{0,998}[\x21-\x7e])?")
_MAILBOX = re.compile(r"(?!-)[^\s@\"<>,;:\\]{1,64}@[A-Za-z0-9.-]{1,255}")


class _Unfit(Exception):
    """What is wrong with a card, in one clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A party as others know it.

    Attributes:
        party: the party id, which fits ``role``.
        certificate: what its packages are signed with.
        age_recipient: what packages to it are encrypted to (``age1…``).
        mailbox, sftp, sftp_host_key: where packages may be sent; empty where it has none.
        valid_from, valid_to: both days included.
        sequence: 1 for the first card, one more for each that replaces it.
        former: the certificate whose key signed too, where this card replaces one (rotation).
    """

    party: str
    name: PartyName
    role: Role
    certificate: Certificate
    age_recipient: str
    mailbox: str
    sftp: str
    sftp_host_key: str
    valid_from: date
    valid_to: date
    sequence: int
    former: Certificate | None = None

    @property
    def fingerprint(self) -> str:
        """The certificate's SHA-256 in 16 groups of four, as it is read out on the phone."""
        return self.certificate.fingerprint

    def valid_on(self, day: date) -> bool:
        """Whether the card is in force on the day."""
        return self.valid_from <= day <= self.valid_to


def is_mailbox(text: str) -> bool:
    """Whether a text can stand on a card as an e-mail address."""
    return text.isprintable() and _MAILBOX.fullmatch(text) is not None


def write_card(card: Card, key: SigningKey, former: SigningKey | None = None) -> bytes:
    """Return the card's bytes, signed by its own key and, after a rotation, by the one before.

    Raises:
        KeyRefused: the key is not the one that the card names.
    """
    if key.certificate.der != card.certificate.der:
        raise KeyRefused(_("The card names another certificate than the key's; make the card from this key."))
    body = _body(card)
    content = _signed_bytes(body)
    by_former = (
        ("", "") if former is None else (_base64(former.certificate.der), _base64(former.sign(content)))
    )
    return _encoded(body, (_base64(key.sign(content)), *by_former))


def read_card(content: bytes, source: str = "card") -> Card:
    """Read a card and verify its signatures.

    Args:
        content: the file's bytes.
        source: the file's name, for messages.

    Raises:
        KeyRefused: not a card, altered, or with a certificate that may not sign.
    """
    if len(content) > _LONGEST:
        _refuse(source, _("it is too long"))
    body, proofs = _outer(content, source)
    try:
        former = _verify(body, proofs, source)
        return _card(body, former)
    except CertificateFault as fault:
        raise key_refused(source, fault) from None
    except _Unfit as problem:
        _refuse(source, str(problem))


def _body(card: Card) -> dict[str, str | int]:
    return {
        "format": FORMAT,
        "party": card.party,
        "name": card.name,
        "role": card.role,
        "sequence": card.sequence,
        "valid_from": card.valid_from.isoformat(),
        "valid_to": card.valid_to.isoformat(),
        "mailbox": card.mailbox,
        "sftp": card.sftp,
        "sftp_host_key": card.sftp_host_key,
        "age_recipient": card.age_recipient,
        "certificate": _base64(card.certificate.der),
    }


def _signed_bytes(body: Mapping[str, str | int]) -> bytes:
    return _DOMAIN + json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _encoded(body: Mapping[str, str | int], proofs: tuple[str, str, str]) -> bytes:
    card = {"card": body, **dict(zip(_PROOFS, proofs, strict=True))}
    return (json.dumps(card, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _outer(content: bytes, source: str) -> tuple[dict[str, str | int], tuple[str, str, str]]:
    try:
        outer = json.loads(content.decode("utf-8"))
        body = {name: outer["card"][name] for name in _FIELDS}
        signature, former, former_signature = (outer[name] for name in _PROOFS)
        same = _encoded(body, (signature, former, former_signature)) == content
    except (ValueError, KeyError, TypeError, RecursionError):
        _refuse(source, _("it is not the JSON of a card"))
    texts = [body[name] for name in _FIELDS if name != "sequence"] + [signature, former, former_signature]
    if not same or type(body["sequence"]) is not int or not all(type(text) is str for text in texts):
        _refuse(source, _("it holds something that a card does not"))
    return body, (signature, former, former_signature)


def _verify(body: Mapping[str, str | int], proofs: tuple[str, str, str], source: str) -> Certificate | None:
    """Return the certificate of the key before, where there is one."""
    signature, former, former_signature = proofs
    signed = [(str(body["certificate"]), signature)] + ([(former, former_signature)] if former else [])
    signers = [read_certificate(_unbase64(certificate)) for certificate, _by in signed]
    content = _signed_bytes(body)
    for signer, (_certificate, proof) in zip(signers, signed, strict=True):
        if not signer.verifies(_unbase64(proof), content):
            _refuse(source, _("its signature does not fit, so it was altered"))
    return signers[1] if former else None


def _card(body: Mapping[str, str | int], former: Certificate | None) -> Card:
    party, name = _owner(body)
    valid_from, valid_to = _day(body["valid_from"]), _day(body["valid_to"])
    sequence = int(body["sequence"])
    if valid_to < valid_from or not 1 <= sequence <= MOST_CARDS:
        raise _Unfit(_("its validity or its sequence is impossible"))
    return Card(
        party=party.id,
        name=name,
        role=party.role,
        certificate=read_certificate(_unbase64(str(body["certificate"]))),
        age_recipient=_recipient(str(body["age_recipient"])),
        mailbox=_fitting(_MAILBOX, str(body["mailbox"])),
        sftp=_fitting(_LINE, str(body["sftp"])),
        sftp_host_key=_fitting(_LINE, str(body["sftp_host_key"])),
        valid_from=valid_from,
        valid_to=valid_to,
        sequence=sequence,
        former=former,
    )


def _owner(body: Mapping[str, str | int]) -> tuple[Party, PartyName]:
    try:
        party, name = parse_party(str(body["party"])), party_name(str(body["name"]))
    except (WorkspaceError, KeyRefused):
        raise _Unfit(_("its party or its name is impossible")) from None
    if body["format"] != FORMAT or party.role != body["role"] or party.id != body["party"]:
        raise _Unfit(_("format, party and role do not fit each other"))
    return party, name


def _day(text: str | int) -> date:
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise _Unfit(_("its validity or its sequence is impossible"))
    return day


def _recipient(text: str) -> str:
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise _Unfit(_("its age recipient cannot be used")) from None
    return text


def _fitting(form: re.Pattern[str], text: str) -> str:
    if text and not (text.isprintable() and form.fullmatch(text)):
        raise _Unfit(_("an address in it cannot be used"))
    return text


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _unbase64(text: str) -> bytes:
    try:
        content = base64.b64decode(text.encode("utf-8"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        content = b""
    if not content or _base64(content) != text:
        raise _Unfit(_("it is not the JSON of a card"))
    return content


def _refuse(source: str, problem: str) -> Never:
    raise KeyRefused(
        _("{source} cannot be used as a card: {problem}; ask its owner for a new one.").format(
            source=source, problem=problem
        )
    )

"""Our own keys: a folder with a signing key, an age identity and the register key that codes trainees' numbers.

``init`` and ``keys`` create them, ``seal``, ``receive`` and ``take`` unlock them. A key leaves this module only as an
object that signs or decrypts; its bytes and the passphrase stand in no message, log or name.

::

    signing.pem | signing.p12     PKCS#8 under scrypt, or the PKCS#12 that an authority issued
    signing.crt                   our certificate, readable without a passphrase
    identity.age | identity.txt   the age identity, under a passphrase or bare (--no-passphrase)
    recipient.txt                 what others encrypt to
    register.age                  32 random bytes, encrypted to ourselves
    <party>.card                  what we give to others
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyrage

from exchange.atomic import write_atomically
from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.parties import Party
from exchange.sealing.cards import Card, read_card, write_card
from exchange.sealing.certificates import (
    Certificate,
    CertificateFault,
    der_from_pem,
    key_refused,
    read_certificate,
)
from exchange.sealing.signing import (
    Passphrase,
    SigningKey,
    damaged,
    locked,
    new_signing_key,
    open_pem,
    open_pkcs12,
    party_name,
    to_pem,
    wrong_passphrase,
)

SIGNING, CERTIFICATE, PKCS12 = "signing.pem", "signing.crt", "signing.p12"
IDENTITY, BARE_IDENTITY, RECIPIENT = "identity.age", "identity.txt", "recipient.txt"
REGISTER = "register.age"

REGISTER_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class AgeIdentity:
    """What opens files that were encrypted to ``recipient``."""

    recipient: str
    secret: str = field(repr=False)

    def decrypt(self, content: bytes) -> bytes:
        """Return the plain bytes, all of them authenticated.

        Raises:
            KeyRefused: encrypted to somebody else, or altered.
        """
        try:
            return bytes(pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(self.secret)]))
        except pyrage.DecryptError:
            raise KeyRefused(
                _("The content was not encrypted to this key, or was altered; ask the sender for it again.")
            ) from None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose keys they are.

    Attributes:
        name: 1 to 64 printable characters; stands in the certificate as organisation and common name.
        mailbox: where packages may be sent; may stay empty.
    """

    party: Party
    name: str
    mailbox: str = ""


def create_keys(
    folder: Path, owner: Owner, passphrase: bytes | None, at: datetime, *, issued: bytes | None = None
) -> Card:
    """Make every key of a new workspace and return the own card, which lies beside them as ``<party>.card``.

    Args:
        folder: made when it is missing; must hold no signing key.
        owner: whose they are.
        passphrase: protects signing key and age identity; None leaves both bare (``--no-passphrase``).
        at: now, aware; the start of the certificate's validity.
        issued: an authority's PKCS#12 under the same passphrase, kept as it is instead of a new signing key.

    Raises:
        KeyRefused: a key is already there, the passphrase is empty or wrong, the name does not fit a certificate,
            or the issued key may not sign packages.
    """
    _refuse_second(folder)
    words, name = _words(passphrase), party_name(owner.name)
    key = (
        new_signing_key(name, owner.party.id, at)
        if issued is None
        else open_pkcs12(PKCS12, issued, passphrase)
    )
    identity = pyrage.x25519.Identity.generate()
    card = first_card(owner, key, str(identity.to_public()))
    content = write_card(card, key)
    read_card(content)
    folder.mkdir(parents=True, exist_ok=True)
    _store_identity(folder, identity, words)
    write_atomically(folder / f"{card.party}.card", content)
    write_atomically(folder / CERTIFICATE, key.certificate.pem())
    if issued is None:
        write_atomically(folder / SIGNING, to_pem(key.private_key, passphrase))
    else:
        write_atomically(folder / PKCS12, issued)
    return card


def first_card(owner: Owner, key: SigningKey, recipient: str) -> Card:
    """Return the card of a party that had none; in force as long as the certificate.

    Raises:
        KeyRefused: the name does not fit a card.
    """
    return Card(
        party=owner.party.id,
        name=party_name(owner.name),
        role=owner.party.role,
        certificate=key.certificate,
        age_recipient=recipient,
        mailbox=owner.mailbox,
        sftp="",
        sftp_host_key="",
        valid_from=key.certificate.not_before.date(),
        valid_to=key.certificate.not_after.date(),
        sequence=1,
    )


def unlock_signing_key(folder: Path, passphrase: Passphrase) -> SigningKey:
    """Return the folder's signing key; the passphrase is asked for only when the key has one.

    Raises:
        KeyRefused: no key, no or a wrong passphrase, an unfit key, or a certificate of another key.
    """
    if (folder / PKCS12).exists():
        return open_pkcs12(PKCS12, (folder / PKCS12).read_bytes(), passphrase())
    if not (folder / SIGNING).exists():
        raise KeyRefused(
            _("{folder} holds no signing key; make one with “enblanket keys new”.").format(folder=folder)
        )
    return open_pem(SIGNING, (folder / SIGNING).read_bytes(), own_certificate(folder), passphrase)


def own_certificate(folder: Path) -> Certificate:
    """Return our certificate (``signing.crt``), which needs no passphrase.

    Raises:
        KeyRefused: there is none, or it is not fit to sign.
    """
    path = folder / CERTIFICATE
    if not path.exists():
        raise KeyRefused(
            _("{folder} holds no certificate (signing.crt); restore it beside the key.").format(folder=folder)
        )
    try:
        return read_certificate(der_from_pem(path.read_bytes()))
    except CertificateFault as fault:
        raise key_refused(CERTIFICATE, fault) from None


def own_card(folder: Path, party: str) -> Card:
    """Return our own card.

    Raises:
        KeyRefused: there is none, or it is damaged.
    """
    path = folder / f"{party}.card"
    if not path.exists():
        raise KeyRefused(
            _("{folder} holds no card {name}; make keys with “enblanket keys new”.").format(
                folder=folder, name=path.name
            )
        )
    return read_card(path.read_bytes(), path.name)


def own_recipient(folder: Path) -> str:
    """Return the age recipient that others encrypt to (``age1…``).

    Raises:
        KeyRefused: there is none.
    """
    path = folder / RECIPIENT
    if not path.exists():
        raise _no_identity(folder)
    return path.read_text(encoding="ascii").strip()


def unlock_age(folder: Path, passphrase: Passphrase) -> AgeIdentity:
    """Return the folder's age identity; the passphrase is asked for only when the identity has one.

    Raises:
        KeyRefused: no identity, or no or a wrong passphrase.
    """
    bare, locked = folder / BARE_IDENTITY, folder / IDENTITY
    if not bare.exists() and not locked.exists():
        raise _no_identity(folder)
    secret = (
        bare.read_bytes()
        if bare.exists()
        else _open_identity(locked.read_bytes(), _words(passphrase(), asked=True))
    )
    try:
        identity = pyrage.x25519.Identity.from_str(secret.decode("ascii").strip())
    except (pyrage.IdentityError, UnicodeDecodeError):
        raise damaged(bare.name if bare.exists() else locked.name) from None
    return AgeIdentity(str(identity.to_public()), str(identity))


def register_key(folder: Path, identity: AgeIdentity) -> bytes:
    """Return the 32 bytes that code trainees' numbers in this house.

    Raises:
        KeyRefused: there is none, or it belongs to another identity.
    """
    path = folder / REGISTER
    if not path.exists():
        raise damaged(REGISTER)
    key = identity.decrypt(path.read_bytes())
    if len(key) != REGISTER_KEY_LENGTH:
        raise damaged(REGISTER)
    return key


def _refuse_second(folder: Path) -> None:
    if any((folder / name).exists() for name in (SIGNING, PKCS12)):
        raise KeyRefused(
            _("{folder} already holds a signing key; rotate it with “enblanket keys rotate”.").format(
                folder=folder
            )
        )


def _words(passphrase: bytes | None, *, asked: bool = False) -> str | None:
    if passphrase is None:
        if asked:
            raise locked(IDENTITY)
        return None
    try:
        words = passphrase.decode("utf-8")
    except UnicodeDecodeError:
        raise KeyRefused(_("The passphrase is not UTF-8 text; type it again.")) from None
    if not words:
        raise KeyRefused(_("The passphrase is empty; give one, or choose --no-passphrase."))
    return words


def _store_identity(folder: Path, identity: pyrage.x25519.Identity, words: str | None) -> None:
    secret, recipient = f"{identity}\n".encode("ascii"), identity.to_public()
    if words is None:
        write_atomically(folder / BARE_IDENTITY, secret)
    else:
        write_atomically(folder / IDENTITY, pyrage.passphrase.encrypt(secret, words))
    write_atomically(folder / RECIPIENT, f"{recipient}\n".encode("ascii"))
    write_atomically(folder / REGISTER, pyrage.encrypt(secrets.token_bytes(REGISTER_KEY_LENGTH), [recipient]))


def _open_identity(content: bytes, words: str | None) -> bytes:
    try:
        return bytes(pyrage.passphrase.decrypt(content, words))
    except pyrage.DecryptError:
        raise wrong_passphrase(IDENTITY) from None


def _no_identity(folder: Path) -> KeyRefused:
    return KeyRefused(
        _("{folder} holds no age identity; make one with “enblanket keys new”.").format(folder=folder)
    )

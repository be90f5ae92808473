"""Our own keys: a folder with a signing key, an age identity and the register key that codes trainees' numbers.

``init`` and ``keys`` create them, ``seal``, ``receive`` and ``take`` unlock them. A key leaves this module only as an
object that signs or decrypts; its bytes and the passphrase stand in no message, log or name.

::

    signing.pem                   PKCS#8 under scrypt, made here or issued by an authority
    signing.crt, chain.pem        our certificate and the intermediates above it, readable without a passphrase
    identity.age | identity.txt   the age identity, and below it those before, under a passphrase or bare (--no-passphrase)
    recipient.txt                 what others encrypt to
    register.age                  32 random bytes, encrypted to ourselves
    <party>.card                  what we give to others
    former-<sequence>.…           key, certificate and card of before a rotation
    <party>-<sequence>.revocation the note that takes a card back
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyrage

from exchange.atomic import write_atomically
from exchange.errors import KeyRefused, PackageRefused
from exchange.language import translate as _
from exchange.parties import Party
from exchange.sealing.age import encrypted_with_passphrase, key_by_passphrase, plain_bytes, read_header
from exchange.sealing.cards import Card, read_card, write_card
from exchange.sealing.certificates import (
    Certificate,
    CertificateFault,
    der_from_pem,
    key_refused,
    read_certificate,
)
from exchange.sealing.pkcs8 import from_pem
from exchange.sealing.pkcs8 import to_pem as to_block
from exchange.sealing.revocation import ENDING as REVOCATION
from exchange.sealing.signing import (
    Passphrase,
    SigningKey,
    damaged,
    locked,
    new_signing_key,
    open_pem,
    party_name,
    to_pem,
    wrong_passphrase,
)

SIGNING, CERTIFICATE, CHAIN = "signing.pem", "signing.crt", "chain.pem"
IDENTITY, BARE_IDENTITY, RECIPIENT = "identity.age", "identity.txt", "recipient.txt"
REGISTER = "register.age"
# New files that are written whole and not yet in place (exchange.sealing.rotation): of a rotation, or, where the mark
# holds a byte, of a change of the passphrase (exchange.sealing.locking).
ROTATING, READY = "rotating", "ready"

REGISTER_KEY_LENGTH = 32
_BLOCK_END = b"-----END CERTIFICATE-----\n"


@dataclass(frozen=True, slots=True)
class AgeIdentity:
    """What opens files that were encrypted to ``recipient``, or to one that it replaced.

    Attributes:
        former: the secrets of before, newest first.
    """

    recipient: str
    secret: str = field(repr=False)
    former: tuple[str, ...] = field(default=(), repr=False)

    def identities(self) -> list[pyrage.x25519.Identity]:
        """Return what ``pyrage`` opens a file with, ours of today first."""
        return [pyrage.x25519.Identity.from_str(secret) for secret in (self.secret, *self.former)]

    def decrypt(self, content: bytes) -> bytes:
        """Return the plain bytes, all of them authenticated.

        Raises:
            KeyRefused: encrypted to somebody else, or altered.
        """
        try:
            return bytes(pyrage.decrypt(content, self.identities()))
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
        sequence: of the card; above 1 where cards were given out before and their keys are lost.
    """

    party: Party
    name: str
    mailbox: str = ""
    sequence: int = 1


def create_keys(
    folder: Path,
    owner: Owner,
    passphrase: bytes | None,
    at: datetime,
    *,
    issued: SigningKey | None = None,
) -> Card:
    """Make every key of a workspace and return the own card, which lies beside them as ``<party>.card``.

    Args:
        folder: made when it is missing; must hold no key.
        owner: whose they are.
        passphrase: protects signing key and age identity; None leaves both bare (``--no-passphrase``).
        at: now, aware; the start of the certificate's validity.
        issued: an authority's key, opened, instead of a new one.

    Raises:
        KeyRefused: a key is already there, the passphrase is empty, or the name does not fit a certificate.
    """
    refuse_second(folder)
    words, name = _words(passphrase), party_name(owner.name)
    key = new_signing_key(name, owner.party.id, at) if issued is None else issued
    identity = pyrage.x25519.Identity.generate()
    card = first_card(owner, key, str(identity.to_public()))
    content = write_card(card, key)
    read_card(content)
    register = secrets.token_bytes(REGISTER_KEY_LENGTH)
    files = {
        **_identity_files([str(identity)], words),
        REGISTER: bytes(pyrage.encrypt(register, [identity.to_public()])),
        f"{card.party}.card": content,
        **signing_files(key, passphrase),
    }
    folder.mkdir(parents=True, exist_ok=True)
    # The signing key comes last: without it there are no keys, and a second try is not refused for it.
    for file, written in files.items():
        if written:
            write_atomically(folder / file, written)
    return card


def signing_files(key: SigningKey, passphrase: bytes | None) -> dict[str, bytes]:
    """Return the files of a signing key, the private one last; an empty chain is none."""
    chain = b"".join(to_block(der, "CERTIFICATE") for der in key.chain)
    return {
        CHAIN: chain,
        CERTIFICATE: key.certificate.pem(),
        SIGNING: to_pem(key.private_key, passphrase),
    }


def identity_files(identity: AgeIdentity, passphrase: bytes | None) -> dict[str, bytes]:
    """Return the files of an age identity with those it replaced.

    Raises:
        KeyRefused: the passphrase is empty or no text.
    """
    return _identity_files([identity.secret, *identity.former], _words(passphrase))


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
        sequence=owner.sequence,
    )


def unlock_signing_key(folder: Path, passphrase: Passphrase) -> SigningKey:
    """Return the folder's signing key; the passphrase is asked for only when the key has one.

    Raises:
        KeyRefused: no key, no or a wrong passphrase, an unfit key, a certificate of another key, or we revoked it.
    """
    key = open_signing_key(folder, passphrase)
    revoked = key.certificate.sha256.encode("ascii")
    if any(revoked in path.read_bytes() for path in folder.glob(f"*{REVOCATION}")):
        raise KeyRefused(_("Our signing key was revoked; make a new one with “enblanket keys rotate”."))
    return key


def open_signing_key(folder: Path, passphrase: Passphrase) -> SigningKey:
    """Return the folder's signing key, also where it was revoked: to rotate it, or to revoke it from another day.

    Raises:
        KeyRefused: as :func:`unlock_signing_key`.
    """
    _refuse_half_rotation(folder)
    if not (folder / SIGNING).exists():
        raise KeyRefused(
            _("{folder} holds no signing key; make one with “enblanket keys new”.").format(folder=folder)
        )
    return open_pem(
        SIGNING, (folder / SIGNING).read_bytes(), own_certificate(folder), passphrase, own_chain(folder)
    )


def own_chain(folder: Path) -> tuple[bytes, ...]:
    """Return the DER of the intermediates above our certificate; none where it is self-signed.

    Raises:
        KeyRefused: the file is damaged.
    """
    path = folder / CHAIN
    blocks = path.read_bytes().split(_BLOCK_END) if path.exists() else []
    try:
        return tuple(from_pem(block + _BLOCK_END) for block in blocks if block.strip())
    except ValueError:
        raise damaged(CHAIN) from None


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


def is_bare(folder: Path) -> bool:
    """Whether the keys lie there without a passphrase."""
    return (folder / BARE_IDENTITY).exists()


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
    _refuse_half_rotation(folder)
    bare, locked = folder / BARE_IDENTITY, folder / IDENTITY
    if not bare.exists() and not locked.exists():
        raise _no_identity(folder)
    secret = (
        bare.read_bytes()
        if bare.exists()
        else _open_identity(locked.read_bytes(), _words(passphrase(), asked=True))
    )
    try:
        identities = [pyrage.x25519.Identity.from_str(line) for line in secret.decode("ascii").split()]
        own, *former = identities
    except (pyrage.IdentityError, ValueError):
        raise damaged(bare.name if bare.exists() else locked.name) from None
    return AgeIdentity(str(own.to_public()), str(own), tuple(map(str, former)))


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


def store_register_key(folder: Path, key: bytes) -> None:
    """Keep another register key, encrypted to ourselves, in the place of the one before.

    Raises:
        KeyRefused: there is no age identity.
    """
    recipient = pyrage.x25519.Recipient.from_str(own_recipient(folder))
    write_atomically(folder / REGISTER, pyrage.encrypt(key, [recipient]))


def refuse_second(folder: Path) -> None:
    """See that the folder holds no key.

    Raises:
        KeyRefused: it does; nothing is ever overwritten.
    """
    for name in (SIGNING, ROTATING, IDENTITY, BARE_IDENTITY, REGISTER):
        if (folder / name).exists():
            raise KeyRefused(
                _(
                    "{folder} already holds {name}; nothing is overwritten, “enblanket keys rotate” makes a new key."
                ).format(folder=folder, name=name)
            )


def _refuse_half_rotation(folder: Path) -> None:
    ready = folder / ROTATING / READY
    if ready.exists():
        raise KeyRefused(
            _("A change of the passphrase was interrupted; finish it with “enblanket keys passphrase”.")
            if ready.read_bytes()
            else _("A rotation was interrupted; finish it with “enblanket keys rotate”.")
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


def _identity_files(secret_keys: list[str], words: str | None) -> dict[str, bytes]:
    whole = "".join(f"{secret}\n" for secret in secret_keys).encode("ascii")
    recipient = pyrage.x25519.Identity.from_str(secret_keys[0]).to_public()
    kept = (
        {BARE_IDENTITY: whole}
        if words is None
        # Not by pyrage: what guessing costs, and what opening takes, it measures by how busy the machine is.
        else {IDENTITY: b"".join(encrypted_with_passphrase([whole], words.encode(), secrets.token_bytes))}
    )
    return {**kept, RECIPIENT: f"{recipient}\n".encode("ascii")}


def _open_identity(content: bytes, words: str | None) -> bytes:
    def read_at(offset: int, count: int) -> bytes:
        return content[offset : offset + count]

    try:
        header = read_header(read_at, len(content))
        if not header.asks_for_passphrase:
            raise damaged(IDENTITY)
        key = key_by_passphrase(header, (words or "").encode())
        return b"".join(plain_bytes(read_at, len(content), header, key).pieces())
    except PackageRefused:
        raise damaged(IDENTITY) from None
    except KeyRefused:
        raise wrong_passphrase(IDENTITY) from None


def _no_identity(folder: Path) -> KeyRefused:
    return KeyRefused(
        _("{folder} holds no age identity; make one with “enblanket keys new”.").format(folder=folder)
    )

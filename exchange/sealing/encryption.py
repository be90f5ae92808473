"""Encryption around a signed container (age, ``age-encryption.org/v1``): only whom it is for reads it.

First signed, then encrypted: who it is for stands inside the signature, so a package passed on shows it. Neither way
holds the package: a file goes through in pieces, and an encrypted one is judged where it lies (:mod:`exchange.sealing.age`).
Nothing comes out before the last byte was authenticated. Any ``age`` program opens what comes out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from exchange.errors import KeyRefused, PackageRefused
from exchange.language import translate as _
from exchange.sealing.age import (
    PlainBytes,
    ReadAt,
    encrypted_with_passphrase,
    is_age,
    key_by_identity,
    key_by_passphrase,
    plain_bytes,
    read_header,
)

if TYPE_CHECKING:
    from exchange.sealing.keys import AgeIdentity

ENDING = ".age"


@dataclass(frozen=True, slots=True)
class Openers:
    """What may open a package; each is asked only where the package needs it.

    Attributes:
        identity: unlocks our own key; None where there is none.
        passphrase: asks for the package's; gives None where nobody can be asked.
    """

    identity: Callable[[], AgeIdentity] | None = None
    passphrase: Callable[[], bytes | None] = lambda: None


def is_encrypted(head: bytes) -> bool:
    """Whether a file that begins like this is an age file."""
    return is_age(head)


def opened(read_at: ReadAt, size: int, openers: Openers, name: str) -> PlainBytes:
    """Return the plain bytes of an encrypted package by position, all of them authenticated.

    Args:
        read_at: of the encrypted file.
        size: of it, in bytes.
        openers: what may open it.
        name: the file's, for messages.

    Raises:
        KeyRefused: it is encrypted to others, nobody is here to give its passphrase, or that is another.
        PackageRefused: ``encryption-header``, ``encryption-work``, ``encryption-altered`` or ``encryption-cut``.
    """
    with naming(name):
        return _opened(read_at, size, openers, name)


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Name the file, without its folders, in what is said of an envelope that is damaged."""
    try:
        yield
    except PackageRefused as refusal:
        raise PackageRefused(refusal.code, f"{Path(name).name}: {refusal}") from None


def _opened(read_at: ReadAt, size: int, openers: Openers, name: str) -> PlainBytes:
    header = read_header(read_at, size)
    if header.asks_for_passphrase:
        key = key_by_passphrase(header, _asked(openers.passphrase(), name))
    elif openers.identity is None:
        raise KeyRefused(
            _(
                "{path} is encrypted; open it with age first, or verify it in the workspace it was sent to."
            ).format(path=name)
        )
    else:
        identity = openers.identity()
        key = key_by_identity(header, identity.secret, *identity.former)
    return plain_bytes(read_at, size, header, key)


def encrypt_file_to(source: Path, target: BinaryIO, recipients: Sequence[str]) -> None:
    """Encrypt a file to the age recipients (``age1…``) of one or more cards.

    Raises:
        KeyRefused: no recipient, or a text that is none.
    """
    import pyrage

    keys = _recipients(recipients)
    with source.open("rb") as plain:
        pyrage.encrypt_io(plain, target, keys)


def refuse_recipients(recipients: Sequence[str]) -> None:
    """Refuse what cannot be encrypted to, before anything is made.

    Raises:
        KeyRefused: no recipient, or a text that is none.
    """
    _recipients(recipients)


def _recipients(recipients: Sequence[str]) -> list[object]:
    import pyrage

    try:
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError:
        keys = []
    if not keys:
        raise KeyRefused(_("The recipient has no key to encrypt to; ask for its card and trust it."))
    return keys


def encrypted_with(pieces: Iterable[bytes], passphrase: bytes) -> Iterator[bytes]:
    """Give what was encrypted with a passphrase, for an auditor without a key; each try costs 128 MiB on purpose.

    Raises:
        KeyRefused: the passphrase is empty or no UTF-8 text.
    """
    return encrypted_with_passphrase(pieces, words_of(passphrase), os.urandom)


def words_of(passphrase: bytes) -> bytes:
    """Return a passphrase that any ``age`` program can be given.

    Raises:
        KeyRefused: it is empty or no UTF-8 text.
    """
    try:
        words = passphrase.decode("utf-8")
    except UnicodeDecodeError:
        words = ""
    if not words:
        raise KeyRefused(_("The passphrase is empty or not UTF-8 text; give another."))
    return passphrase


def _asked(passphrase: bytes | None, name: str) -> bytes:
    if passphrase is None:
        raise KeyRefused(
            _(
                "{path} is encrypted with a passphrase; give it at the prompt or with --package-passphrase-fd."
            ).format(path=name)
        )
    return words_of(passphrase)

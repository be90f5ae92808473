"""Encryption around a signed container (age, ``age-encryption.org/v1``): only whom it is for reads it.

First signed, then encrypted: who it is for stands inside the signature, so a package passed on shows it. Bytes in,
bytes out; nothing comes out before the last byte was authenticated. Any ``age`` program opens what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyrage

from exchange.errors import KeyRefused
from exchange.language import translate as _

ENDING = ".age"
_HEADER = b"age-encryption.org/v1\n"


def is_encrypted(head: bytes) -> bool:
    """Whether a file that begins like this is an age file."""
    return head.startswith(_HEADER)


def encrypt_to(content: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt to the age recipients (``age1…``) of one or more cards.

    Raises:
        KeyRefused: no recipient, or a text that is none.
    """
    try:
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError:
        keys = []
    if not keys:
        raise KeyRefused(_("The recipient has no key to encrypt to; ask for its card and trust it."))
    return bytes(pyrage.encrypt(content, keys))


def encrypt_with(content: bytes, passphrase: bytes) -> bytes:
    """Encrypt with a passphrase, for an auditor without a key; takes about a second on purpose.

    Raises:
        KeyRefused: the passphrase is empty or no UTF-8 text.
    """
    return bytes(pyrage.passphrase.encrypt(content, _words(passphrase)))


def decrypt_with(content: bytes, passphrase: bytes) -> bytes:
    """Open what was encrypted with a passphrase; for a key see ``AgeIdentity.decrypt``.

    Raises:
        KeyRefused: another passphrase, encrypted to a key, or altered.
    """
    try:
        return bytes(pyrage.passphrase.decrypt(content, _words(passphrase)))
    except pyrage.DecryptError:
        raise KeyRefused(
            _("The passphrase does not open the package, or it was altered; ask the sender for both again.")
        ) from None


def _words(passphrase: bytes) -> str:
    try:
        words = passphrase.decode("utf-8")
    except UnicodeDecodeError:
        words = ""
    if not words:
        raise KeyRefused(_("The passphrase is empty or not UTF-8 text; give another."))
    return words

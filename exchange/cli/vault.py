"""The system's keyring, where somebody chose to keep the passphrase there (``pip install enblanket[keyring]``).

A file ``keyring`` beside the keys names the account; the passphrase itself lies with the system. Nothing of it is
imported while no such file is there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, cast

from exchange.atomic import write_atomically
from exchange.errors import KeyRefused
from exchange.language import translate as _

MARKER, SERVICE = "keyring", "enblanket"
_Answer = TypeVar("_Answer")


class Vault(Protocol):
    """What we ask of the package ``keyring``."""

    def get_password(self, service: str, account: str) -> str | None:
        """Return what is kept; None where nothing is."""
        ...

    def set_password(self, service: str, account: str, password: str) -> None:
        """Keep a text."""
        ...

    def delete_password(self, service: str, account: str) -> None:
        """Forget it."""
        ...


def remembered(folder: Path) -> bytes | None:
    """Return the passphrase of the keys in the folder; None where it was not given to the keyring.

    Raises:
        KeyRefused: it should be there and is not, or the keyring cannot be asked.
    """
    marker = folder / MARKER
    if not marker.exists():
        return None
    account = marker.read_text(encoding="utf-8").strip()
    found = _asked(lambda vault: vault.get_password(SERVICE, account))
    if found is None:
        raise KeyRefused(
            _(
                "The system's keyring does not hold the passphrase any more; run “enblanket keys forget”, or give --passphrase-fd."
            )
        )
    return found.encode()


def remember(folder: Path, party: str, passphrase: bytes) -> None:
    """Give the passphrase of the keys in the folder to the keyring.

    Raises:
        KeyRefused: the keyring cannot be asked.
    """
    account = f"{party}-{secrets.token_hex(8)}"
    _asked(lambda vault: vault.set_password(SERVICE, account, passphrase.decode("utf-8")))
    write_atomically(folder / MARKER, f"{account}\n".encode())


def forget(folder: Path) -> None:
    """Take the passphrase out of the keyring; does nothing where it was not given to it."""
    marker = folder / MARKER
    if not marker.exists():
        return
    account = marker.read_text(encoding="utf-8").strip()
    if _asked(lambda vault: vault.get_password(SERVICE, account)) is not None:
        _asked(lambda vault: vault.delete_password(SERVICE, account))
    marker.unlink()


def follow(folder: Path, party: str, passphrase: bytes | None) -> bool:
    """Give the keyring the passphrase that has changed, or let it forget the old one where there is none any more.

    Returns:
        whether it did; else it holds the old one, and is asked for it no more.
    """
    try:
        forget(folder)
        if passphrase is not None:
            remember(folder, party, passphrase)
    except KeyRefused:
        (folder / MARKER).unlink(missing_ok=True)
        return False
    return True


def keep(account: str, password: str) -> None:
    """Give a password to the keyring.

    Raises:
        KeyRefused: the keyring cannot be asked.
    """
    _asked(lambda vault: vault.set_password(SERVICE, account, password))


def kept(account: str) -> str | None:
    """Return a password that was given to the keyring; None where it holds it no more.

    Raises:
        KeyRefused: the keyring cannot be asked.
    """
    return _asked(lambda vault: vault.get_password(SERVICE, account))


def _asked(question: Callable[[Vault], _Answer]) -> _Answer:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise KeyRefused(
            _(
                "The passphrase lies in the system's keyring, and the package for it is missing; install “enblanket[keyring]”, or give --passphrase-fd."
            )
        ) from None
    try:
        return question(cast("Vault", keyring))
    except keyring.errors.KeyringError:
        raise KeyRefused(
            _("The system's keyring gives no answer; unlock it, or give --passphrase-fd.")
        ) from None

"""Who we are at an SSH server: the key file of ``post.toml``, with its certificate where it has one, or a password.

A place in, what asyncssh logs in with out. A passphrase or password is asked for as those of mail servers are, and only where it
is needed. Nothing else is tried: no agent, no other key of the user, no configuration of theirs.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.settings import SshAccount
from exchange.post.sftp_places import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    import asyncssh

_LONGEST = 64 * 1024
_OPENSSH, _MAGIC = b"-----BEGIN OPENSSH PRIVATE KEY-----", b"openssh-key-v1\0"
_BARE_CIPHER = b"\0\0\0\x04none"


@dataclass(frozen=True, slots=True)
class Login:
    """What a server is shown; never in a message.

    Attributes:
        keys: with their certificates; empty where there is a password.
    """

    keys: tuple[asyncssh.SSHKey | tuple[asyncssh.SSHKey, asyncssh.SSHCertificate], ...] = field(repr=False)
    password: str | None = field(repr=False, default=None)


def asks_for_password(place: Place) -> bool:
    """Whether a person has to give a password or a passphrase.

    Raises:
        WayFailed: ``way-login``: the key cannot be read.
    """
    return place.key is None or _is_locked(_content(place.key, place))


def login_for(place: Place, ask: Callable[[SshAccount], str]) -> Login:
    """Return what we log in with.

    Raises:
        WayFailed: ``way-login``: the key or certificate cannot be read or opened, or nobody can be asked.
    """
    if place.key is None:
        return Login((), ask(place.account))
    key = _key(place.key, place, ask)
    if place.certificate is None:
        return Login((key,))
    return Login(((key, _certificate(place.certificate, place)),))


def _key(path: Path, place: Place, ask: Callable[[SshAccount], str]) -> asyncssh.SSHKey:
    import asyncssh

    content = _content(path, place)
    locked = _is_locked(content)
    passphrase = ask(place.account) if locked else None
    try:
        return asyncssh.import_private_key(content, passphrase)
    except (asyncssh.KeyEncryptionError, asyncssh.KeyImportError, ValueError):
        text = _("{path} holds no private SSH key; mend “key” in {place}.")
        if locked:
            text = _("The passphrase does not open {path}; try again.")
        raise _refused(text, path, place) from None


def _certificate(path: Path, place: Place) -> asyncssh.SSHCertificate:
    import asyncssh

    try:
        return asyncssh.import_certificate(_content(path, place))
    except (asyncssh.KeyImportError, ValueError):
        raise _refused(
            _("{path} holds no SSH certificate; mend “certificate” in {place}."), path, place
        ) from None


def _content(path: Path, place: Place) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST)
    except OSError as error:
        text = _("{path} cannot be read ({reason}); mend {place} of post.toml.")
        raise WayFailed(
            "way-login", text.format(path=path, reason=error.strerror, place=place.where), lasting=True
        ) from None


def _is_locked(content: bytes) -> bool:
    """Whether a key has a passphrase: in PEM by a word, in OpenSSH's form by its cipher (PROTOCOL.key)."""
    if not content.startswith(_OPENSSH):
        return b"ENCRYPTED" in content
    try:
        inner = b64decode(b"".join(content.splitlines()[1:-1]))
    except binascii.Error:
        return False
    return inner.startswith(_MAGIC) and not inner.removeprefix(_MAGIC).startswith(_BARE_CIPHER)


def _refused(text: str, path: Path, place: Place) -> WayFailed:
    return WayFailed("way-login", text.format(path=path, place=place.where), lasting=True)

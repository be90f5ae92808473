"""Where an SFTP server is, whose key it must show and how we log in: ``post.toml`` and a card in, one place out; pure.

``post.toml`` is the person's own word and comes first; what it leaves out stands on the trusted card of the party whose server
it is. A server whose key stands in neither is refused: nothing is trusted on first sight. A card's owner writes
``sftp://aft@post.example:22/aft``; ``/~/aft`` begins where the account does, as nothing at all does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.settings import SftpSettings, SshAccount

PORT = 22
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,255}")
_KEY = re.compile(r"(?:ssh|ecdsa)-[a-z0-9@.-]{3,40} [A-Za-z0-9+/]{40,3000}={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a party's trusted card says of how to reach it; "" where it says nothing."""

    mailbox: str = ""
    sftp: str = ""
    sftp_host_key: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """What ``sftp://user@host:port/path`` says.

    Attributes:
        user: "" where it names none.
        path: of the folder with the letterboxes; "" is where the account begins.
    """

    host: str
    port: int
    user: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A server and a folder on it, with everything that is needed to get there.

    Attributes:
        path: of the folder with the letterboxes; "" is where the account begins.
        host_key: the one public key that the server may show.
        key: of our SSH key; None logs in with a password. certificate: of that key, or None.
        where: in ``post.toml``, for messages.
    """

    host: str
    port: int
    user: str
    path: str
    host_key: str
    key: Path | None
    certificate: Path | None
    where: str

    @property
    def name(self) -> str:
        """The server for people and for our own records; holds no secret."""
        return f"sftp://{self.user}@{self.host}:{self.port}/{self.path}"

    @property
    def folder(self) -> tuple[str, int, str, str]:
        """What tells one folder from another; who logs in counts where the folder is the account's."""
        return self.host, self.port, "" if self.path.startswith("/") else self.user, self.path

    @property
    def account(self) -> SshAccount:
        """Whose password is asked for."""
        return SshAccount(
            host=self.host, port=self.port, user=self.user, key="" if self.key is None else str(self.key)
        )


def parse_address(text: str) -> Address | None:
    """Return what an address says; None where it is none, or holds a password."""
    try:
        found = urlsplit(text)
        port = PORT if found.port is None else found.port
    except ValueError:
        return None
    user, path = unquote(found.username or ""), unquote(found.path)
    if not _is_plain(found) or not (text + user + path).isprintable() or not 1 <= port <= 65535:
        return None
    return Address(found.hostname or "", port, user, path.removeprefix("/~/") if path != "/~" else "")


def is_host_key(text: str) -> bool:
    """Whether a text has the form of a public key, ``ssh-ed25519 AAAA…``."""
    return _KEY.fullmatch(_without_comment(text)) is not None


def place_of(settings: SftpSettings, contact: Contact, folder: Path, *, party: str, where: str) -> Place:
    """Return where to go.

    Args:
        settings: what ``post.toml`` says.
        contact: the trusted card of the party whose server it is.
        folder: the workspace; the paths of keys start from it.
        party: whose server it is.
        where: in ``post.toml``, for messages.

    Raises:
        WayFailed: ``way-no-address``: no host or user; ``way-host-key``: nobody says which key the server has.
    """
    address = parse_address(contact.sftp)
    if address is None:
        address = Address("", PORT, "", "")
    host, user = settings.host or address.host, settings.user or address.user
    if not _HOST.fullmatch(host):
        text = _(
            "No SFTP server of {party} is known; trust its newest card if that names one, or write “host” in {place} of post.toml."
        )
        raise WayFailed("way-no-address", text.format(party=party, place=where), lasting=True)
    if not user:
        text = _("Nobody says who we are at {party}’s SFTP server; write “user” in {place} of post.toml.")
        raise WayFailed("way-no-address", text.format(party=party, place=where), lasting=True)
    host_key = _without_comment(settings.host_key or contact.sftp_host_key)
    if not is_host_key(host_key):
        raise WayFailed(
            "way-host-key",
            _(
                "The key of {party}’s SFTP server is not known; trust a card that has it, or write “host_key” in {place} of post.toml as its owner reads it out."
            ).format(party=party, place=where),
            lasting=True,
        )
    return Place(
        host=host,
        port=settings.port or address.port,
        user=user,
        path=settings.path or address.path,
        host_key=host_key,
        key=_path(folder, settings.key),
        certificate=_path(folder, settings.certificate),
        where=where,
    )


def _is_plain(found: SplitResult) -> bool:
    named = found.scheme == "sftp" and _HOST.fullmatch(found.hostname or "") is not None
    return named and found.password is None and not found.query and not found.fragment


def _without_comment(text: str) -> str:
    return " ".join(text.split()[:2])


def _path(folder: Path, text: str) -> Path | None:
    return folder / Path(text).expanduser() if text else None

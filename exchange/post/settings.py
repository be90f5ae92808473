"""``post.toml``: by which ways this house reaches each party. Text in once and strictly, frozen settings out.

It stands in the workspace beside ``enblanket.toml`` and holds no password. An unknown key or a value of another kind is
refused with the section's name, so that a word written wrongly never sends a package elsewhere. ``docs/post.md`` shows
a whole file. The first way to a party counts; the others are there to be chosen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeVar

from exchange.errors import WorkspaceError
from exchange.language import translate as _
from exchange.parties import parse_party

FILE = "post.toml"
MEGABYTE = 10**6

By = Literal["folder", "eml", "smtp", "sftp"]
Security = Literal["starttls", "tls"]
_BYS: tuple[By, ...] = ("folder", "eml", "smtp", "sftp")
_Kind = TypeVar("_Kind", str, int, bool)
_Word = TypeVar("_Word", By, Security)


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpSettings:
    """An SFTP server as the file has it; what is left out stands on the card of the party whose server it is.

    Attributes:
        path: of the folder with the letterboxes; without a slash at its start it begins where the account does.
        port: 0 is the card's.
        key: the file of the SSH key that we log in with, "" logs in with a password; certificate: of that key.
        host_key: the server's public key, ``ssh-ed25519 AAAA…``.
    """

    host: str = ""
    port: int = 0
    user: str = ""
    path: str = ""
    key: str = ""
    certificate: str = ""
    host_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SshAccount:
    """Whose password is asked for: an account's, or that of the SSH key in a file.

    Attributes:
        key: the file; "" where the account itself has the password.
    """

    host: str
    port: int
    user: str
    key: str = ""

    @property
    def kept_as(self) -> str:
        """The name under which the system's keyring keeps it."""
        return f"ssh-key {self.key}" if self.key else f"sftp {self.user}@{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaySettings:
    """One way to one party.

    Attributes:
        by: its kind; place: in the file, for messages (``way[2]``).
        path: of the shared folder, "" for other kinds.
        address: the e-mail address, "" takes the one on the party's card.
        largest: bytes that one message of the party's server takes; larger files are split.
        forced_tls: both sides have agreed that their servers speak nothing but TLS 1.2 or later to each other.
        lies_open: both sides have agreed that packages may lie open on the SFTP server.
    """

    party: str
    by: By
    place: str
    path: str = ""
    address: str = ""
    largest: int = 20 * MEGABYTE
    forced_tls: bool = False
    sftp: SftpSettings = field(default_factory=SftpSettings)
    lies_open: bool = False

    @property
    def carries_open(self) -> bool:
        """Whether a package may leave by it that was sealed open."""
        return self.by == "folder" or self.forced_tls or self.lies_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server.

    Attributes:
        security: STARTTLS that is required, or TLS from the first byte; there is no third.
        authority: a PEM file of the authority that signed its certificate; "" takes the system's.
    """

    host: str
    port: int
    security: Security
    user: str
    authority: str = ""

    @property
    def kept_as(self) -> str:
        """The name under which the system's keyring keeps its password."""
        return f"mail {self.user}@{self.host}:{self.port}"

    @property
    def key(self) -> str:
        """A mail server knows no keys."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Our own e-mail.

    Attributes:
        address: that we write from; "" where there is none.
        folder: of the IMAP server that is read; taken: where messages go whose packages were taken.
    """

    address: str = ""
    smtp: Server | None = None
    imap: Server | None = None
    folder: str = "INBOX"
    taken: str = "enblanket"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSettings:
    """All of ``post.toml``.

    Attributes:
        sftp: our own server, where others lay what is for us; None where we have none.
    """

    ways: tuple[WaySettings, ...] = ()
    mailbox: Mailbox = field(default_factory=Mailbox)
    sftp: SftpSettings | None = None

    def way_to(self, party: str, by: str | None = None) -> WaySettings | None:
        """Return the first way to a party, or the first of a kind; None where there is none."""
        return next((one for one in self.ways if one.party == party and by in (None, one.by)), None)


def read_settings(folder: Path) -> PostSettings:
    """Read a workspace's ``post.toml``; without one there is no way to anybody.

    Raises:
        WorkspaceError: it says something that is not understood.
    """
    path = folder / FILE
    return parse_settings(path.read_bytes(), path.name) if path.is_file() else PostSettings()


def parse_settings(content: bytes, source: str = FILE) -> PostSettings:
    """Read the bytes of a ``post.toml``.

    Raises:
        WorkspaceError: they say something that is not understood.
    """
    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise WorkspaceError(
            _("{path} cannot be read: {reason}; mend that line.").format(path=source, reason=error)
        ) from None
    whole = _Section(found, source, "")
    mailbox = _mailbox(whole.section("mail"))
    ways = tuple(_way(one) for one in whole.sections("way"))
    own = whole.section("sftp")
    sftp = None if own.is_empty else _sftp(own)
    own.refuse_others()
    whole.refuse_others()
    return PostSettings(ways=ways, mailbox=mailbox, sftp=sftp)


def _way(section: _Section) -> WaySettings:
    by = section.one_of("by", _BYS)
    found = WaySettings(party=_party(section), by=by, place=section.place)
    if by == "folder":
        found = replace(found, path=section.text("path"))
    elif by == "sftp":
        found = replace(found, sftp=_sftp(section), lies_open=section.flag("lies_open"))
    else:
        found = replace(
            found,
            address=_address(section, "to"),
            largest=_megabytes(section),
            forced_tls=section.flag("forced_tls"),
        )
    section.refuse_others()
    return found


def _sftp(section: _Section) -> SftpSettings:
    return SftpSettings(
        host=section.text("host", ""),
        port=section.number("port", 0, 65535),
        user=section.text("user", ""),
        path=section.text("path", ""),
        key=section.text("key", ""),
        certificate=section.text("certificate", ""),
        host_key=section.text("host_key", ""),
    )


def _party(section: _Section) -> str:
    try:
        return parse_party(section.text("party")).id
    except WorkspaceError as error:
        raise section.refusal(str(error)) from None


def _mailbox(section: _Section) -> Mailbox:
    smtp, imap = section.section("smtp"), section.section("imap")
    found = Mailbox(
        address=_address(section, "from"),
        folder=imap.text("folder", "INBOX"),
        taken=imap.text("taken", "enblanket"),
        smtp=_server(smtp, {"starttls": 587, "tls": 465}),
        imap=_server(imap, {"starttls": 143, "tls": 993}),
    )
    section.refuse_others()
    return found


def _server(section: _Section, ports: Mapping[Security, int]) -> Server | None:
    if section.is_empty:
        return None
    security: Security = section.one_of("security", ("starttls", "tls"))
    found = Server(
        host=section.text("host"),
        port=section.number("port", ports[security], 65535),
        security=security,
        user=section.text("user"),
        authority=section.text("authority", ""),
    )
    section.refuse_others()
    return found


def _address(section: _Section, name: str) -> str:
    address = section.text(name, "")
    if address and not is_address(address):
        raise section.refusal(
            _("“{name}” is no e-mail address, as mentor@gladsaxe.example").format(name=name)
        )
    return address


def is_address(text: str) -> bool:
    """Whether a text is one plain e-mail address that cannot end or begin a header."""
    local, at, domain = text.rpartition("@")
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "<>,;:\\()[]')
    return bool(plain and at and local and "@" not in local and domain.strip(".-") and len(text) <= 254)


def _megabytes(section: _Section) -> int:
    return section.number("largest_mb", 20, 1000) * MEGABYTE


class _Section:
    """One table of the file; each key is asked for once, and what nobody asked for is refused."""

    def __init__(self, values: Mapping[str, object], source: str, place: str) -> None:
        self._values = dict(values)
        self._source = source
        self.place = place

    @property
    def is_empty(self) -> bool:
        return not self._values

    def text(self, name: str, otherwise: str | None = None) -> str:
        found = self._typed(name, str, otherwise)
        if not found.isprintable() or (otherwise is None and not found):
            raise self.refusal(_("“{name}” must be a text of one line").format(name=name))
        return found

    def flag(self, name: str) -> bool:
        return self._typed(name, bool, False)  # noqa: FBT003 (the value that stands where none is given)

    def number(self, name: str, otherwise: int, most: int) -> int:
        found = self._typed(name, int, otherwise)
        if isinstance(found, bool) or not (1 <= found <= most or found == otherwise):
            raise self.refusal(
                _("“{name}” must be a whole number from 1 to {most}").format(name=name, most=most)
            )
        return found

    def one_of(self, name: str, words: tuple[_Word, ...]) -> _Word:
        found = self.text(name)
        for word in words:
            if word == found:
                return word
        raise self.refusal(_("“{name}” must be one of {words}").format(name=name, words=", ".join(words)))

    def section(self, name: str) -> _Section:
        found = self._values.pop(name, {})
        if not isinstance(found, dict):
            raise self.refusal(_("“{name}” must be a section").format(name=name))
        return _Section(found, self._source, f"{self.place}.{name}".strip("."))

    def sections(self, name: str) -> Iterable[_Section]:
        found = self._values.pop(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.refusal(_("“{name}” must be sections with two brackets, [[{name}]]").format(name=name))
        return [_Section(one, self._source, f"{name}[{at}]") for at, one in enumerate(found, 1)]

    def refuse_others(self) -> None:
        if self._values:
            raise self.refusal(_("“{name}” means nothing here").format(name=next(iter(self._values))[:40]))

    def refusal(self, problem: str) -> WorkspaceError:
        text = _("{file}: {problem}; mend that line.")
        if self.place:
            text = _("{file}, {place}: {problem}; mend that line.")
        return WorkspaceError(text.format(file=self._source, place=self.place, problem=problem.rstrip(".")))

    def _typed(self, name: str, kind: type[_Kind], otherwise: _Kind | None) -> _Kind:
        found = self._values.pop(name, otherwise)
        if found is None:
            raise self.refusal(_("“{name}” is missing").format(name=name))
        if not isinstance(found, kind):
            raise self.refusal(_("“{name}” is of another kind").format(name=name))
        return found

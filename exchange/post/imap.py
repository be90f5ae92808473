"""IMAP: what came to our mailbox, read under TLS that is required and checked; never deleted, never marked as read.

A server and a password in, messages out, each as the bytes of a saved message. One whose package was taken is moved to the folder
``enblanket``; where the server cannot move, it is copied there and the original keeps a keyword. Ordinary mail is left, with a
keyword that spares the next look; where the server keeps none it is looked at again. Sizes are the server's word: bounded, and a
message that is not as large as it was said to be is looked at again.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import cast

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.folder import too_large
from exchange.post.settings import Mailbox, Server
from exchange.post.tls import PATIENCE, context_for, cut, failed, no_tls, refused_login
from exchange.post.unpacking import LARGEST_MESSAGE
from exchange.post.ways import Offer

_SEEN = "EnblanketSeen"
_PIECE = 2**20
# A piece is asked for; a literal larger than that is a lie, with room for lists.
_LARGEST_LITERAL = 4 * _PIECE
# A line of 64 kB is all that a server reads (RFC 7162, 4, asks for 8).
_MOST, _AT_ONCE = 10_000, 500
_EMPTY = re.compile(rb'BODY\[\](?:<[0-9]+>)? (?:""|NIL)', re.IGNORECASE)
# What a server says when the fault is its own, as a disk that is full (RFC 5530, 3).
_ITS_OWN = re.compile(
    rb"\[(?:SERVERBUG|UNAVAILABLE|INUSE|LIMIT|OVERQUOTA|CONTACTADMIN|CORRUPTION)\]", re.IGNORECASE
)
_UID, _SIZE = re.compile(rb"UID ([0-9]{1,10})"), re.compile(rb"RFC822\.SIZE ([0-9]{1,12})")
# What imaplib gives for an answer: lines, and literals with the line before them.
_Answer = Sequence[bytes | tuple[bytes, bytes] | None]


@contextmanager
def opened(mailbox: Mailbox, server: Server, password: str, patience: float = PATIENCE) -> Iterator[Imap]:
    """Open the mailbox's folder, and close it.

    Raises:
        WayFailed: ``way-unreachable``, ``way-tls``, ``way-certificate``, ``way-login``, ``way-folder`` or ``way-cut``.
    """
    try:
        connection = _connected(server, patience)
    except imaplib.IMAP4.error as error:
        raise cut(server, error) from None
    except OSError as error:
        raise failed(server, error) from None
    try:
        _logged_in(connection, server, password)
        found = Imap(server, mailbox.taken, connection, _can_move(connection, server))
        found.open_folder(mailbox.folder)
        yield replace(found, keeps_words=_keeps_words(connection))
    finally:
        _left(connection)


@dataclass(frozen=True, slots=True)
class Imap:
    """An opened mailbox.

    Attributes:
        taken: the folder that messages are moved to.
        can_move: whether the server moves (RFC 6851); else it copies, and the original stays.
        keeps_words: whether the folder keeps keywords of ours; one that may only be read keeps none.
        doubtful: marks of messages that may be larger than what the server gave.
    """

    server: Server
    taken: str
    connection: imaplib.IMAP4
    can_move: bool
    keeps_words: bool = True
    doubtful: set[str] = field(default_factory=set)

    def open_folder(self, name: str) -> None:
        """Open the folder that is read."""
        done, found = self._said("SELECT", _quoted(name))
        if not done and any(isinstance(one, bytes) and _ITS_OWN.match(one) for one in found):
            raise self._refused("SELECT", name)
        if not done:
            raise WayFailed(
                "way-folder",
                _("{host} has no folder “{name}”; mend “folder” in post.toml.").format(
                    host=self.server.host, name=name
                ),
                lasting=True,
            )

    def offers(self) -> list[Offer]:
        """Return the messages that we have not looked at in vain."""
        found = self._needed("UID", "SEARCH", "UNDELETED", "UNKEYWORD", _SEEN)
        # The newest: where the server keeps no keywords the oldest are offered for ever.
        uids = b" ".join(one for one in found if isinstance(one, bytes)).split()[-_MOST:]
        sizes: dict[bytes, int] = {}
        for begins in range(0, len(uids), _AT_ONCE):
            sizes |= self._sizes(uids[begins : begins + _AT_ONCE])
        return [
            Offer(mark=uid.decode("ascii"), name=f"{uid.decode('ascii')}.eml", size=sizes.get(uid))
            for uid in uids
            if uid.isdigit()
        ]

    def read(self, offer: Offer) -> Generator[bytes, None, None]:
        """Give a message's bytes, a piece at a time, until the server says that there are no more."""
        if offer.size is not None and offer.size > LARGEST_MESSAGE:
            raise too_large(offer, LARGEST_MESSAGE)
        count = 0
        while piece := self._piece(offer, count):
            count += len(piece)
            if count > LARGEST_MESSAGE:
                raise too_large(offer, LARGEST_MESSAGE)
            # Many servers only guess at a size, and a short piece may be a lie too: both together are the end.
            ends = len(piece) < _PIECE and count == offer.size
            self._doubt(offer, not ends and len(piece) < _PIECE)
            yield piece
            if ends:
                return
        self._doubt(offer, count != offer.size)

    def _doubt(self, offer: Offer, holds: bool) -> None:
        (self.doubtful.add if holds else self.doubtful.discard)(offer.mark)

    def take(self, offer: Offer) -> bool:
        """Move a message to the folder of those that were taken."""
        name = _quoted(self.taken)
        if self.connection.is_readonly:
            return False
        if self.can_move:
            if self._asked("UID", "MOVE", offer.mark, name) is not None:
                return True
            self._asked("CREATE", name)
            return self._asked("UID", "MOVE", offer.mark, name) is not None
        # Without a keyword it would be offered again, and copied again each time.
        if not self.keeps_words:
            return False
        if self._asked("UID", "COPY", offer.mark, name) is None:
            self._asked("CREATE", name)
            if self._asked("UID", "COPY", offer.mark, name) is None:
                return False
        return self._keyword(offer)

    def leave(self, offer: Offer) -> None:
        """Spare the next look at a message that holds nothing of ours, where we have surely seen all of it."""
        if offer.mark not in self.doubtful:
            self._keyword(offer)

    def _keyword(self, offer: Offer) -> bool:
        return (
            self.keeps_words
            and self._asked("UID", "STORE", offer.mark, "+FLAGS.SILENT", f"({_SEEN})") is not None
        )

    def _sizes(self, uids: list[bytes]) -> dict[bytes, int]:
        found = self._needed("UID", "FETCH", b",".join(uids).decode("ascii"), "(UID RFC822.SIZE)")
        lines = [line for line in found if isinstance(line, bytes)]
        return {
            uid[1]: int(size[1])
            for line in lines
            if (uid := _UID.search(line)) is not None and (size := _SIZE.search(line)) is not None
        }

    def _piece(self, offer: Offer, begins: int) -> bytes:
        found = self._needed("UID", "FETCH", offer.mark, f"(BODY.PEEK[]<{begins}.{_PIECE}>)")
        for one in found:
            if isinstance(one, tuple) and len(one) == 2:
                return bytes(one[1])
        # An empty piece may come as the word "" and not as a literal.
        if any(isinstance(one, bytes) and _EMPTY.search(one) for one in found):
            return b""
        raise self._refused("FETCH", offer.mark)

    def _needed(self, *words: str) -> _Answer:
        found = self._asked(*words)
        if found is None:
            raise self._refused(*words[1:3])
        return found

    def _refused(self, *words: str) -> WayFailed:
        return WayFailed(
            "way-broken",
            _("{host} does not do what was asked ({what}); the next fetch asks again.").format(
                host=self.server.host, what=" ".join(words)[:40]
            ),
        )

    def _asked(self, command: str, *words: str) -> _Answer | None:
        """Return what the server answers; None where it says no."""
        done, found = self._said(command, *words)
        return found if done else None

    def _said(self, command: str, *words: str) -> tuple[bool, _Answer]:
        """Return whether the server does what is asked, and what it answers."""
        try:
            if command == "SELECT":
                said, found = _selected(self.connection, words[0])
            elif command == "UID":
                said, found = self.connection.uid(*words)
            else:
                said, found = self.connection.create(*words)
        except (imaplib.IMAP4.error, OSError) as error:
            raise cut(self.server, error) from None
        return said == "OK", cast("_Answer", found)


class Bounded(imaplib.IMAP4):
    """A connection that takes no literal larger than what can be asked for."""

    def read(self, size: int) -> bytes:
        """Read a literal of the size that the server says."""
        if size > _LARGEST_LITERAL:
            raise self.abort("literal too large")
        return super().read(size)


class BoundedTls(Bounded, imaplib.IMAP4_SSL):
    """The same under TLS from the first byte."""


def _connected(server: Server, patience: float) -> imaplib.IMAP4:
    context = context_for(server)
    if server.security == "tls":
        return BoundedTls(server.host, server.port, ssl_context=context, timeout=patience)
    connection = Bounded(server.host, server.port, timeout=patience)
    try:
        if "STARTTLS" not in connection.capabilities:
            raise no_tls(server)
        connection.starttls(ssl_context=context)
    except BaseException:
        _shut(connection)
        raise
    return connection


def _logged_in(connection: imaplib.IMAP4, server: Server, password: str) -> None:
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            words = f"\0{server.user}\0{password}".encode()
            connection.authenticate("PLAIN", lambda _challenge: words)
        else:
            connection.login(_quoted(server.user), password)
    except UnicodeEncodeError:
        raise refused_login(server) from None
    except imaplib.IMAP4.abort as error:
        raise cut(server, error) from None
    except imaplib.IMAP4.error:
        raise refused_login(server) from None
    except OSError as error:
        raise cut(server, error) from None


def _can_move(connection: imaplib.IMAP4, server: Server) -> bool:
    """Ask once more after login: many servers tell the whole only then."""
    try:
        _said, found = connection.capability()
    except (imaplib.IMAP4.error, OSError) as error:
        raise cut(server, error) from None
    return any(b"MOVE" in one.upper().split() for one in found if isinstance(one, bytes))


def _selected(connection: imaplib.IMAP4, name: str) -> tuple[str, list[bytes | None]]:
    """Open a folder, and one that may only be read as what it is."""
    try:
        return connection.select(name)
    except imaplib.IMAP4.readonly:
        return connection.select(name, readonly=True)


def _keeps_words(connection: imaplib.IMAP4) -> bool:
    r"""Whether new keywords stay (RFC 3501, 7.1: ``\*`` among the permanent flags; where none are named, all are permanent)."""
    if connection.is_readonly:
        return False
    _said, found = connection.response("PERMANENTFLAGS")
    flags = [one for one in found if isinstance(one, bytes)]
    return not flags or any(b"\\*" in one or _SEEN.encode() in one for one in flags)


def _left(connection: imaplib.IMAP4) -> None:
    try:
        # Not CLOSE, which would delete what somebody else marked as deleted (RFC 3501, 6.4.2).
        connection.logout()
    except (OSError, imaplib.IMAP4.error):
        _shut(connection)


def _shut(connection: imaplib.IMAP4) -> None:
    # A socket that ended in a handshake is gone already, and would hide why.
    with suppress(OSError):
        connection.shutdown()


def _quoted(name: str) -> str:
    r"""Return a name as a quoted string in modified UTF-7 (RFC 3501, 5.1.3)."""
    return '"' + _utf7(name).replace("\\", r"\\").replace('"', r"\"") + '"'


def _utf7(name: str) -> str:
    from base64 import b64encode

    def shifted(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        letters = b64encode(match[0].encode("utf-16-be"), b"+,").rstrip(b"=")
        return f"&{letters.decode('ascii')}-"

    return re.sub(r"&|[^ -~]+", shifted, name)

"""SMTP: letters to a mail server under TLS that is required and checked (RFC 3207, RFC 8314); never without.

A server, a password and an envelope in, messages out. What the server says of its largest message counts with what was agreed.
A parcel is delivered when the server has taken each of its messages; one that was cut is sent again with the same
Message-IDs, and the receiver's post knows the same bytes.
"""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.letters import Envelope, Letter, letters
from exchange.post.parts import carried
from exchange.post.settings import Server
from exchange.post.tls import PATIENCE, context_for, cut, failed, no_tls, refused_login
from exchange.post.ways import Delivery, Parcel, Progress, nothing

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# Not enough room now, and too large (RFC 5321, 4.2.3).
_FULL, _TOO_LARGE = (452, 422), (552, 523)
# The recipient's mailbox is full, whatever the code before it (RFC 3463, 3.3).
_MAILBOX_FULL = re.compile(r"[45]\.2\.2\b")
_PIECE = 2**14
# Bytes that the system may hold back: on a link of 10 kB/s they are out before the connection counts as dead.
_HELD_BACK = 2**17
# Once it has the message a server may look it through: ten minutes (RFC 5321, 4.5.3.2.6).
_TO_LOOK_THROUGH = 10


@contextmanager
def opened(
    server: Server,
    password: str,
    envelope: Envelope,
    clock: Callable[[], datetime],
    patience: float = PATIENCE,
) -> Iterator[Smtp]:
    """Open a connection, and close it.

    Raises:
        WayFailed: ``way-unreachable``, ``way-tls``, ``way-certificate``, ``way-login`` or ``way-cut``.
    """
    try:
        connection = _connected(server, patience)
    except OSError as error:
        raise _failed(server, error) from None
    try:
        _logged_in(connection, server, password)
        yield Smtp(server, connection, _within(connection, envelope), clock)
    finally:
        _left(connection)


@dataclass(frozen=True, slots=True)
class Smtp:
    """An opened connection."""

    server: Server
    connection: Patient
    envelope: Envelope
    clock: Callable[[], datetime]

    def deliver(self, parcel: Parcel, progress: Progress) -> Delivery:
        """Give the server every message of the parcel."""
        last = ""
        for letter in letters(parcel, self.envelope, self.clock()):
            self._hand_over(letter, progress)
            last = str(letter.message["Message-ID"])
        return Delivery(last)

    def _hand_over(self, letter: Letter, progress: Progress) -> None:
        sent = told = 0

        def went(count: int) -> None:
            nonlocal sent, told
            sent += count
            now = min(letter.size, carried(sent))
            progress(now - told)
            told = now

        self.connection.went = went
        try:
            self.connection.send_message(letter.message, self.envelope.sender, [self.envelope.recipient])
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, why),) = refused.recipients.values()
            raise self._refusal(code, why) from None
        except smtplib.SMTPResponseException as refused:
            raise self._refusal(refused.smtp_code, refused.smtp_error) from None
        except OSError as error:
            raise cut(self.server, error) from None

    def _refusal(self, code: int, why: bytes | str) -> WayFailed:
        said = why.decode("utf-8", "replace") if isinstance(why, bytes) else why
        name, text = (
            "way-refused",
            _("{host} refuses the message to {address} ({code} {said}); see the address."),
        )
        if code in _FULL or _MAILBOX_FULL.match(said):
            name, text = (
                "way-full",
                _("{host} has no room for {address} now ({code} {said}); it is tried again."),
            )
        elif code in _TOO_LARGE:
            name, text = (
                "way-too-large",
                _(
                    "{host} finds the message to {address} too large ({code} {said}); lower largest_mb in post.toml."
                ),
            )
        values = {"host": self.server.host, "address": self.envelope.recipient, "code": code}
        # 4xx passes by itself, 5xx does not (RFC 5321, 4.2.1).
        return WayFailed(name, text.format(said=" ".join(said.split())[:200], **values), lasting=code >= 500)


class Patient(smtplib.SMTP):
    """A connection that is dead when nothing goes over for a while, however long a whole message takes.

    Attributes:
        went: called with the bytes that went over since the last call.
    """

    went: Progress = staticmethod(nothing)

    def send(self, s: ReadableBuffer | str) -> None:
        """Send in pieces, each with a time-out of its own; the system's counts for all that is handed to it."""
        content = s.encode(self.command_encoding) if isinstance(s, str) else bytes(s)
        for begins in range(0, len(content), _PIECE):
            super().send(content[begins : begins + _PIECE])
            self.went(min(_PIECE, len(content) - begins))
        if content.endswith(b"\r\n.\r\n") and self.sock is not None:
            self.sock.settimeout(self.timeout * _TO_LOOK_THROUGH)

    def data(self, msg: ReadableBuffer | str) -> tuple[int, bytes]:
        """Send a message, and wait long enough for the answer."""
        try:
            return super().data(msg)
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)


class PatientTls(smtplib.SMTP_SSL, Patient):
    """The same under TLS from the first byte."""


def _connected(server: Server, patience: float) -> Patient:
    context = context_for(server)
    connection: Patient
    if server.security == "tls":
        connection = PatientTls(server.host, server.port, timeout=patience, context=context)
        _hold_little_back(connection)
        return connection
    connection = Patient(server.host, server.port, timeout=patience)
    _hold_little_back(connection)
    try:
        connection.ehlo()
        if not connection.has_extn("starttls"):
            raise no_tls(server)
        connection.starttls(context=context)
    except BaseException:
        connection.close()
        raise
    return connection


def _hold_little_back(connection: smtplib.SMTP) -> None:
    if connection.sock is not None:
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _HELD_BACK)


def _logged_in(connection: smtplib.SMTP, server: Server, password: str) -> None:
    try:
        connection.login(server.user, password)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, UnicodeEncodeError):
        raise refused_login(server) from None
    except smtplib.SMTPResponseException as error:
        raise _failed(server, error) from None
    except OSError as error:
        raise cut(server, error) from None


def _within(connection: smtplib.SMTP, envelope: Envelope) -> Envelope:
    said = connection.esmtp_features.get("size", "")
    limit = int(said) if said.isascii() and said.isdigit() and len(said) < 13 else 0
    # 0 is no limit (RFC 1870, 3).
    return replace(envelope, largest=min(envelope.largest, limit)) if limit else envelope


def _left(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except OSError:
        # It is over either way.
        connection.close()


def _failed(server: Server, error: OSError) -> WayFailed:
    if isinstance(error, smtplib.SMTPResponseException):
        return WayFailed(
            "way-refused",
            _("{host} refuses to talk ({code}); what waits stays queued.").format(
                host=server.host, code=error.smtp_code
            ),
        )
    if isinstance(error, smtplib.SMTPException):
        return cut(server, error)
    return failed(server, error)

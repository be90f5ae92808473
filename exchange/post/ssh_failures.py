"""What goes wrong at an SSH server, as one sentence with a stable code: an exception of asyncssh in, a failed way out.

What the server says of itself is its own words: controls are shown and not obeyed, and it is cut short.
"""

from __future__ import annotations

import os
import re

import asyncssh
from asyncssh.constants import OPEN_CONNECT_FAILED

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.sftp_places import Place
from exchange.sanitise import visible

_LONGEST = 160
# asyncio puts its own words and the address in the place of the system's, and joins those of several addresses.
_OF_ASYNCIO = re.compile(r"(?:Multiple exceptions: )?(?:\[Errno (\d+)\] )?Connect call failed")
# What asyncssh and the system say when a connection is no more.
_CUT = (
    asyncssh.ConnectionLost,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    asyncssh.ChannelOpenError,
    asyncssh.DisconnectError,
    TimeoutError,
    EOFError,
    OSError,
)


def not_connected(place: Place, error: Exception) -> WayFailed:
    """Return why a connection could not be made."""
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return WayFailed(
            "way-host-key",
            _(
                "{host} shows another key than the one that is trusted; nothing was sent or read: ask its owner on the phone."
            ).format(host=place.host),
            lasting=True,
        )
    if isinstance(error, asyncssh.PermissionDenied):
        return WayFailed(
            "way-login",
            _("{host} does not let {user} in; see user and key or password in {place} of post.toml.").format(
                host=place.host, user=place.user, place=place.where
            ),
            lasting=True,
        )
    if isinstance(error, asyncssh.ChannelOpenError | asyncssh.SFTPError) and not _was_cut(error):
        text = _("{host} lets {user} in and gives no SFTP ({reason}); ask its owner.")
        return WayFailed(
            "way-ssh", text.format(host=place.host, user=place.user, reason=said(error)), lasting=True
        )
    if isinstance(error, asyncssh.KeyExchangeFailed | asyncssh.ProtocolError | ValueError):
        text = _(
            "{host} speaks no SSH at port {port} that we do ({reason}); mend post.toml, or ask its owner."
        )
        return WayFailed("way-ssh", text.format(host=place.host, port=place.port, reason=said(error)))
    return WayFailed(
        "way-unreachable",
        _("{host} cannot be reached at port {port} ({reason}); what waits stays queued.").format(
            host=place.host, port=place.port, reason=said(error)
        ),
    )


def failed(place: Place, error: Exception) -> WayFailed:
    """Return why something did not work on an open connection."""
    if isinstance(error, asyncssh.SFTPPermissionDenied):
        return WayFailed(
            "way-denied",
            _("{host} does not let {user} read or write there ({reason}); ask its owner.").format(
                host=place.host, user=place.user, reason=said(error)
            ),
        )
    if isinstance(error, _CUT):
        return WayFailed(
            "way-cut",
            _("The connection to {host} ended ({reason}); the next send or fetch goes on from there.").format(
                host=place.host, reason=said(error)
            ),
        )
    return WayFailed(
        "way-broken",
        _("{host} gives an error ({reason}); try again, and ask its owner where it stays.").format(
            host=place.host, reason=said(error)
        ),
    )


def _was_cut(error: Exception) -> bool:
    """Whether the connection ended between the login and the session; a server that gives none says so and stays."""
    if isinstance(error, asyncssh.ChannelOpenError):
        return error.code == OPEN_CONNECT_FAILED
    return isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection)


def said(error: Exception) -> str:
    """Return why, in the server's or the system's words, made safe to show."""
    if isinstance(error, TimeoutError):
        return _("no answer")
    number = _refused_connection(error)
    if number is not None:
        return os.strerror(number)
    text = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
    return visible(" ".join(str(text).split())[:_LONGEST]).rstrip(".") or type(error).__name__


def _refused_connection(error: Exception) -> int | None:
    """Return the system's number of why no address answered; None where the words are the system's already."""
    found = _OF_ASYNCIO.match(getattr(error, "strerror", None) or str(error))
    if found is None:
        return None
    return int(found[1]) if found[1] else getattr(error, "errno", None)

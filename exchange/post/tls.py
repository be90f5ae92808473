"""TLS for mail servers: 1.2 or later, the certificate checked against its name, and no way around it.

A server's settings in, a context out; and what fails while talking to a server as one sentence with a stable code.
"""

from __future__ import annotations

import smtplib
import ssl

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.settings import Server
from exchange.sanitise import visible

# Seconds without a byte before a connection counts as dead.
PATIENCE = 60.0

# The other side, or the network, let go in the middle; TLS shows it as an end without a farewell.
_ENDED = (
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
    ConnectionResetError,
    ConnectionAbortedError,
    BrokenPipeError,
)
_LONGEST = 200


def context_for(server: Server) -> ssl.SSLContext:
    """Return what a connection to the server is made with.

    Raises:
        WayFailed: ``way-certificate``: the authority's file cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=server.authority or None)
    except (OSError, ssl.SSLError) as error:
        raise WayFailed(
            "way-certificate",
            _(
                "{path} holds no certificate of an authority ({reason}); mend “authority” in post.toml."
            ).format(path=server.authority, reason=error.strerror or error),
            lasting=True,
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def failed(server: Server, error: OSError) -> WayFailed:
    """Return why a connection could not be made."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return WayFailed(
            "way-certificate",
            _(
                "The certificate of {host} does not hold ({reason}); ask who runs the server, nothing was sent or read."
            ).format(host=server.host, reason=error.verify_message.rstrip(".")),
            lasting=True,
        )
    if isinstance(error, _ENDED):
        return cut(server, error)
    if isinstance(error, ssl.SSLError):
        return WayFailed(
            "way-tls",
            _("{host} speaks no TLS 1.2 or later at port {port} ({reason}); mend post.toml.").format(
                host=server.host, port=server.port, reason=error.reason or error
            ),
        )
    return WayFailed(
        "way-unreachable",
        _("{host} cannot be reached at port {port} ({reason}); what waits stays queued.").format(
            host=server.host, port=server.port, reason=_reason(error)
        ),
    )


def cut(server: Server, error: Exception) -> WayFailed:
    """Return that a connection ended before its work was done, or fell silent."""
    return WayFailed(
        "way-cut",
        _("The connection to {host} ended ({reason}); the next send or fetch goes on from there.").format(
            host=server.host, reason=_reason(error)
        ),
    )


def _reason(error: Exception) -> str:
    said = str(error)
    if isinstance(error, TimeoutError) or "timed out" in said:
        return _("no answer")
    if isinstance(error, ssl.SSLError | smtplib.SMTPServerDisconnected) or "EOF" in said:
        return _("closed on the way")
    return visible(" ".join((getattr(error, "strerror", None) or said).split())[:_LONGEST])


def no_tls(server: Server) -> WayFailed:
    """Return that a server does not offer STARTTLS, or that somebody between took the offer out."""
    return WayFailed(
        "way-tls",
        _(
            "{host} does not offer STARTTLS, so nothing goes to it; use implicit TLS, or another server."
        ).format(host=server.host),
        lasting=True,
    )


def refused_login(server: Server) -> WayFailed:
    """Return that user or password do not fit."""
    return WayFailed(
        "way-login",
        _("{host} does not let {user} in; see user and password.").format(host=server.host, user=server.user),
        lasting=True,
    )

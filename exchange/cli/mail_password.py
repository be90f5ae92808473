"""The password of a mail server: from a file descriptor, the system's keyring or a prompt; never argv, post.toml or a message.

``enblanket post remember`` gives it to the keyring; a file ``mail-keyring`` beside the keys says for which servers.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.atomic import write_atomically
from exchange.cli.passphrase import read_descriptor
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.post.opening import Password
    from exchange.post.settings import Server

MARKER = "mail-keyring"


def add_mail_password(parser: argparse.ArgumentParser) -> None:
    """Add ``--mail-password-fd``."""
    parser.add_argument(
        "--mail-password-fd",
        type=int,
        metavar="N",
        help=_("read the mail server’s password from this file descriptor"),
    )


def mail_password_of(arguments: argparse.Namespace, keys: Path) -> Password:
    """Return what asks for the password of a server; ``keys`` is the folder of the workspace's keys."""
    descriptor = arguments.mail_password_fd

    @cache
    def given() -> str:
        return read_descriptor(descriptor).decode("utf-8", "surrogateescape")

    def asked(server: Server) -> str:
        if descriptor is not None:
            return given()
        return _remembered(server, keys) or _prompted(server)

    return asked


def remember(server: Server, keys: Path, password: str) -> None:
    """Give a server's password to the keyring.

    Raises:
        KeyRefused: the keyring cannot be asked.
    """
    from exchange.cli.vault import keep

    keep(account_of(server), password)
    known = _accounts(keys) | {account_of(server)}
    write_atomically(keys / MARKER, "".join(f"{one}\n" for one in sorted(known)).encode())


def account_of(server: Server) -> str:
    """Return the name under which the keyring keeps a server's password."""
    return f"mail {server.user}@{server.host}:{server.port}"


def _accounts(keys: Path) -> set[str]:
    marker = keys / MARKER
    return set(marker.read_text(encoding="utf-8").splitlines()) if marker.exists() else set()


def _remembered(server: Server, keys: Path) -> str | None:
    if account_of(server) not in _accounts(keys):
        return None
    from exchange.cli.vault import kept

    return kept(account_of(server))


def _prompted(server: Server) -> str:
    from exchange.errors import WayFailed

    if not sys.stdin.isatty():
        raise WayFailed(
            "way-login",
            _("Nobody can be asked for the password of {user} at {host}; give --mail-password-fd N.").format(
                user=server.user, host=server.host
            ),
            lasting=True,
        )
    from getpass import getpass

    return getpass(_("Password of {user} at {host}: ").format(user=server.user, host=server.host))

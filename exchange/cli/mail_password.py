"""The password of a mail or SFTP server, or of an SSH key: from a file descriptor, the system's keyring or a prompt.

Never from argv or post.toml, and never into a message. ``enblanket post remember`` gives it to the keyring; a file
``mail-keyring`` beside the keys says for which servers and keys.
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
    from exchange.post.opening import Account, Password

MARKER = "mail-keyring"


def add_mail_password(parser: argparse.ArgumentParser) -> None:
    """Add ``--mail-password-fd`` and ``--sftp-password-fd``."""
    parser.add_argument(
        "--mail-password-fd",
        type=int,
        metavar="N",
        help=_("read the mail server’s password from this file descriptor"),
    )
    parser.add_argument(
        "--sftp-password-fd",
        type=int,
        metavar="N",
        help=_(
            "read the SFTP server’s password, or the passphrase of the SSH key, from this file descriptor"
        ),
    )


def mail_password_of(arguments: argparse.Namespace, keys: Path) -> Password:
    """Return what asks for the password of a server or key; ``keys`` is the folder of the workspace's keys."""
    from exchange.post.settings import SshAccount

    @cache
    def given(descriptor: int) -> str:
        return read_descriptor(descriptor).decode("utf-8", "surrogateescape")

    @cache
    def asked(account: Account) -> str:
        is_ssh = isinstance(account, SshAccount)
        descriptor = arguments.sftp_password_fd if is_ssh else arguments.mail_password_fd
        if descriptor is not None:
            return given(descriptor)
        return _remembered(account, keys) or _prompted(account)

    return asked


def remember(account: Account, keys: Path, password: str) -> None:
    """Give the password of a server or key to the keyring.

    Raises:
        KeyRefused: the keyring cannot be asked.
    """
    from exchange.cli.vault import keep

    keep(account.kept_as, password)
    known = _accounts(keys) | {account.kept_as}
    write_atomically(keys / MARKER, "".join(f"{one}\n" for one in sorted(known)).encode())


def _accounts(keys: Path) -> set[str]:
    marker = keys / MARKER
    return set(marker.read_text(encoding="utf-8").splitlines()) if marker.exists() else set()


def _remembered(account: Account, keys: Path) -> str | None:
    if account.kept_as not in _accounts(keys):
        return None
    from exchange.cli.vault import kept

    return kept(account.kept_as)


def _prompted(account: Account) -> str:
    from exchange.errors import WayFailed

    if not sys.stdin.isatty():
        raise WayFailed("way-login", _about(account, _nobody(account)), lasting=True)
    from getpass import getpass

    asking = _("Passphrase of {key}: ") if account.key else _("Password of {user} at {host}: ")
    return getpass(_about(account, asking))


def _nobody(account: Account) -> str:
    from exchange.post.settings import SshAccount

    if account.key:
        return _("Nobody can be asked for the passphrase of {key}; give --sftp-password-fd N.")
    if isinstance(account, SshAccount):
        return _("Nobody can be asked for the password of {user} at {host}; give --sftp-password-fd N.")
    return _("Nobody can be asked for the password of {user} at {host}; give --mail-password-fd N.")


def _about(account: Account, text: str) -> str:
    return text.format(key=account.key, user=account.user, host=account.host)

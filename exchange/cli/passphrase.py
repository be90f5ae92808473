"""The passphrase: from a file descriptor, the system's keyring or a prompt; never from the command line or into a message.

The keyring is asked only where ``enblanket keys remember`` said so, by a file ``keyring`` beside the keys that names the
account there; the package of that name is optional and loaded for nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from exchange.errors import KeyRefused, WorkspaceError
from exchange.language import translate as _

Passphrase = Callable[[], bytes | None]
_LONGEST = 4096


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """Add ``--passphrase-fd``."""
    parser.add_argument(
        "--passphrase-fd", type=int, metavar="N", help=_("read the passphrase from this file descriptor")
    )


def passphrase_of(arguments: argparse.Namespace) -> Passphrase:
    """Return what asks for the passphrase of an existing key; None where nobody can be asked."""
    descriptor = arguments.passphrase_fd
    # A descriptor gives its bytes once, and a command may open two keys.
    if descriptor is not None:
        return cache(partial(read_descriptor, descriptor))
    return cache(partial(_remembered_or_asked, arguments))


def passphrase_at_hand(arguments: argparse.Namespace, passphrase: Passphrase) -> Passphrase:
    """Return ``passphrase`` where a descriptor gives it, else what is remembered; nobody is asked."""
    if arguments.passphrase_fd is not None:
        return passphrase
    return cache(partial(_remembered, arguments))


def _remembered_or_asked(arguments: argparse.Namespace) -> bytes | None:
    found = _remembered(arguments)
    return _prompt() if found is None else found


def _remembered(arguments: argparse.Namespace) -> bytes | None:
    from exchange.cli.vault import remembered

    folder = _keys_folder(arguments)
    return None if folder is None else remembered(folder)


def _keys_folder(arguments: argparse.Namespace) -> Path | None:
    from exchange.workspace.folder import find_workspace

    here: Path = arguments.here
    try:
        folder = find_workspace(here) if arguments.workspace is None else here / arguments.workspace
    except WorkspaceError:
        return None
    return folder / "keys"


def new_passphrase(option: str = "--passphrase-fd") -> bytes:
    """Ask twice for a new passphrase.

    Args:
        option: what gives it where nobody can be asked.

    Raises:
        KeyRefused: nobody can be asked, or the two differ.
    """
    if not sys.stdin.isatty():
        raise KeyRefused(
            _(
                "Nobody can be asked for a passphrase here; give {option} N, or choose --no-passphrase."
            ).format(option=option)
        )
    from getpass import getpass

    first = getpass(_("New passphrase: "))
    if first != getpass(_("Once more: ")):
        raise KeyRefused(_("The two passphrases differ; try again."))
    return first.encode()


def read_descriptor(descriptor: int) -> bytes:
    """Return what the descriptor gives, without the line end.

    Raises:
        KeyRefused: it is not open.
    """
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(_LONGEST).rstrip(b"\r\n")
    except (OSError, ValueError, OverflowError):
        raise KeyRefused(
            _("File descriptor {number} cannot be read; open it in the shell, as 3<passphrase.txt.").format(
                number=descriptor
            )
        ) from None


def passphrase_of_file(name: str, descriptor: int | None, otherwise: bytes | None) -> Passphrase:
    """Return what asks for the passphrase of a key file that somebody hands in.

    Args:
        name: the file's, for the prompt.
        descriptor: gives it, where the command line says so.
        otherwise: the one of our keys, which may be the same; used where nobody can be asked.
    """
    if descriptor is not None:
        return cache(partial(read_descriptor, descriptor))
    if not sys.stdin.isatty():
        return lambda: otherwise
    return cache(partial(_prompt, _("Passphrase of {name}: ").format(name=name)))


def _prompt(question: str = "") -> bytes | None:
    if not sys.stdin.isatty():
        return None
    from getpass import getpass

    return getpass(question or _("Passphrase: ")).encode()

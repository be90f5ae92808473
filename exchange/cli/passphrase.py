"""The passphrase: from a file descriptor or a prompt, never from the command line, never into a message."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import cache, partial

from exchange.errors import KeyRefused
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
    return cache(_prompt if descriptor is None else partial(read_descriptor, descriptor))


def new_passphrase() -> bytes:
    """Ask twice for the passphrase of a new key.

    Raises:
        KeyRefused: nobody can be asked, or the two differ.
    """
    if not sys.stdin.isatty():
        raise KeyRefused(
            _("Nobody can be asked for a passphrase here; give --passphrase-fd N, or choose --no-passphrase.")
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
    except OSError:
        raise KeyRefused(
            _("File descriptor {number} cannot be read; open it in the shell, as 3<passphrase.txt.").format(
                number=descriptor
            )
        ) from None


def _prompt() -> bytes | None:
    if not sys.stdin.isatty():
        return None
    from getpass import getpass

    return getpass(_("Passphrase: ")).encode()

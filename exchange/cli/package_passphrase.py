"""The passphrase of a package, which sender and receiver agree on by phone: from a file descriptor or a prompt, never argv."""

from __future__ import annotations

import argparse
import sys
from functools import cache, partial

from exchange.cli.passphrase import Passphrase, read_descriptor
from exchange.language import translate as _


def add_package_passphrase(parser: argparse.ArgumentParser) -> None:
    """Add ``--package-passphrase-fd``."""
    parser.add_argument(
        "--package-passphrase-fd",
        type=int,
        metavar="N",
        help=_("read the passphrase that the package was encrypted with from this file descriptor"),
    )


def package_passphrase_of(arguments: argparse.Namespace) -> Passphrase:
    """Return what asks for the passphrase that a package was encrypted with; None where nobody can be asked."""
    descriptor = arguments.package_passphrase_fd
    return cache(_prompt if descriptor is None else partial(read_descriptor, descriptor))


def _prompt() -> bytes | None:
    if not sys.stdin.isatty():
        return None
    from getpass import getpass

    return getpass(_("Passphrase of the package: ")).encode()

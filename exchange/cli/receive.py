"""``enblanket receive FILE…``: take in packages and receipts; a signed receipt of each package lies in the outbox.

Each file is judged by itself: one that is refused does not keep the others out. Exit 0 only where every package was
accepted and no receipt returns one of ours.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from exchange.cli.came import holds, tell_came, tell_refused
from exchange.cli.package_passphrase import add_package_passphrase, package_passphrase_of
from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.errors import EnblanketError, PackageRefused
from exchange.language import translate as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``receive`` takes."""
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help=_("a package, a receipt, or questions or answers")
    )
    parser.add_argument(
        "--refuse",
        action="store_true",
        help=_("refuse the packages, whatever is to be thought of them; the receipts say so"),
    )
    add_passphrase(parser)
    add_package_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Take in each file and say what came of it."""
    from exchange.form.confidential import masked
    from exchange.workspace.receiving import Keys, receive

    workspace = terminal.workspace()
    keys = Keys(own=passphrase_of(arguments), package=package_passphrase_of(arguments))
    worst: int = Exit.HOLDS
    for file in arguments.files:
        try:
            came = receive(workspace, terminal.here / file, keys, refused=arguments.refuse)
        except PackageRefused as refusal:
            tell_refused(file, refusal.code, str(refusal), terminal)
            worst = max(worst, Exit.OPEN)
            continue
        except EnblanketError as error:
            terminal.error(masked(str(error)))
            worst = max(worst, Exit.FAILED)
            continue
        tell_came(file, came, terminal)
        worst = max(worst, Exit.HOLDS if holds(came) else Exit.OPEN)
    return worst

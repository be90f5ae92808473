"""``enblanket fetch``: what lies for us on any way is verified, taken in and answered; what does not verify is kept apart.

Questions lie in ``inbox/questions`` then, and answers have found their findings.

Exit 0 where everything that came is accepted, 1 where something was refused or a way did not work, 2 where nothing could run.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.mail_password import add_mail_password, mail_password_of
from exchange.cli.package_passphrase import add_package_passphrase, package_passphrase_of
from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.post_progress import aside, showing
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.fetching import Fetched


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``fetch`` takes."""
    parser.add_argument(
        "files",
        type=Path,
        nargs="*",
        metavar="FILE",
        help=_(
            "saved messages, packages, receipts or workbooks of the post; else everything that post.toml and the inbox hold"
        ),
    )
    add_passphrase(parser)
    add_package_passphrase(parser)
    add_mail_password(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Fetch, and say what came of each file."""
    from exchange.post.lock import held
    from exchange.workspace.fetching import fetch
    from exchange.workspace.receiving import Keys

    workspace = terminal.workspace()
    password = mail_password_of(arguments, workspace.keys)
    given = [terminal.here / file for file in arguments.files]
    worst: int = Exit.HOLDS
    count = 0
    with held(workspace.folder), showing(terminal) as shown:
        own, package = passphrase_of(arguments), package_passphrase_of(arguments)
        keys = Keys(own=aside(own, shown), package=aside(package, shown))
        for one in fetch(workspace, keys, aside(password, shown), given, shown):
            shown.stand_aside()
            tell_fetched(one, terminal)
            count += one.result in ("came", "refused")
            worst = max(worst, Exit.HOLDS if is_well(one) else Exit.OPEN)
    if not count:
        terminal.note(_("Nothing new has come."))
    return worst


def is_well(one: Fetched) -> bool:
    """Whether nobody has to look at what came."""
    from exchange.cli.came import holds

    return holds(one.came) if one.came is not None else one.result in ("known", "part", "left", "unfinished")


def tell_fetched(one: Fetched, terminal: Terminal) -> None:
    """Say what came of one file."""
    from exchange.cli.came import tell_came, tell_refused

    if one.came is not None:
        tell_came(Path(one.name), one.came, terminal)
    elif one.result == "refused":
        tell_refused(Path(one.name), one.code, one.detail, terminal)
    elif terminal.json:
        terminal.record(
            {
                "kind": one.result,
                "file": one.name or None,
                "by": one.by or None,
                "code": one.code or None,
                "detail": one.detail or None,
            }
        )
    elif one.result == "failed":
        terminal.error(one.detail)
    else:
        terminal.note(_sentence(one))


def _sentence(one: Fetched) -> str:
    return {
        "known": _("{name}: it had come before; nothing was added."),
        "part": _("{name}: a part of a package is kept; the others have not all come."),
        "left": _("{name}: no package, no receipt and no message; it is left where it is."),
        "unfinished": _("{name}: not whole yet; it is taken when it is."),
        "waiting": _("{name}: encrypted with a passphrase; fetch again with --package-passphrase-fd."),
    }[one.result].format(name=one.name)

"""``enblanket post``: where everything stands on its way, that a person has sent a draft, and the watch."""

from __future__ import annotations

import argparse

from exchange.cli.arguments import UsageError
from exchange.cli.mail_password import add_mail_password
from exchange.cli.package_passphrase import add_package_passphrase
from exchange.cli.passphrase import add_passphrase
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``post`` takes."""
    parser.add_argument(
        "action",
        choices=("status", "sent", "watch", "remember"),
        help=_(
            "where everything stands; note that a draft was sent; fetch and send again and again; keep the servers’ passwords"
        ),
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help=_("of the package or receipt that was sent"))
    parser.add_argument("--all", action="store_true", help=_("what is finished too"))
    parser.add_argument(
        "--every",
        type=_seconds,
        default=300,
        metavar="SECONDS",
        help=_("between two looks; 300 where none is given"),
    )
    parser.add_argument("--rounds", type=int, metavar="N", help=_("end after so many looks; else never"))
    add_passphrase(parser)
    add_package_passphrase(parser)
    add_mail_password(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show where things stand, or note what was sent."""
    if arguments.action == "sent":
        return _note_sent(arguments, terminal)
    if arguments.action == "watch":
        from exchange.cli.post_watch import watch

        return watch(arguments, terminal)
    if arguments.action == "remember":
        return _remember(arguments, terminal)
    if arguments.names:
        raise UsageError(_("“enblanket post status” takes no names; --all shows everything."))
    from exchange.cli.post_status import tell_status

    return tell_status(arguments, terminal)


def _note_sent(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.post.lock import held
    from exchange.workspace.posting import note_sent

    if not arguments.names:
        raise UsageError(_("Name what was sent: enblanket post sent NAME..."))
    workspace = terminal.workspace()
    with held(workspace.folder):
        for name in arguments.names:
            item = note_sent(workspace, name)
            terminal.note(_("{name}: sent to {party}, noted.").format(name=item.name, party=item.party))
    return Exit.HOLDS


def _seconds(text: str) -> int:
    seconds = int(text)
    if not 1 <= seconds <= 86400:
        raise ValueError
    return seconds


def _remember(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Give the passwords of the servers and SSH keys in post.toml to the system's keyring."""
    from exchange.cli.mail_password import mail_password_of, remember
    from exchange.workspace.posting import accounts

    workspace = terminal.workspace()
    asked = mail_password_of(arguments, workspace.keys)
    for account in accounts(workspace):
        remember(account, workspace.keys, asked(account))
        text = (
            _("The keyring keeps the passphrase of {key}.")
            if account.key
            else _("The keyring keeps the password of {user} at {host}.")
        )
        terminal.note(text.format(key=account.key, user=account.user, host=account.host))
    return Exit.HOLDS

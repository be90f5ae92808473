"""``enblanket post``: where everything stands on its way, that a person has sent a draft, and the watch."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.mail_password import add_mail_password
from exchange.cli.package_passphrase import add_package_passphrase
from exchange.cli.passphrase import add_passphrase
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.post.states import Arrival
    from exchange.workspace.posting import Item


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
    return _status(arguments, terminal)


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


def _status(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.workspace.posting import arrived, items

    workspace = terminal.workspace()
    events = workspace.ledger.events()
    going = sorted(items(events, terminal.clock().date()), key=_urgency)
    came = arrived(events)
    if terminal.json:
        for item in going:
            terminal.record(item_json(item))
        for arrival in came:
            terminal.record(arrival_json(arrival))
        return Exit.HOLDS
    shown = [one for one in going if arguments.all or not _is_over(one)]
    kept = [one for one in came if arguments.all or one.state != "verified"]
    _tell_going(shown, terminal)
    _tell_came(kept, terminal)
    finished = len(going) + len(came) - len(shown) - len(kept)
    if finished:
        terminal.note(
            translate_plural(
                "{count} more is finished; --all shows it.",
                "{count} more are finished; --all shows them.",
                finished,
            ).format(count=finished)
        )
    return Exit.HOLDS


def _is_over(item: Item) -> bool:
    return item.state == "accepted" or (item.kind == "receipt" and item.state == "sent")


def _urgency(item: Item) -> tuple[bool, bool, bool, str, str]:
    """Return what puts the overdue first, then what waits for us, then what waits for them, each by its day."""
    due = "9999" if item.due is None else item.due.isoformat()
    return not item.overdue, _is_over(item), not item.is_waiting(), due, item.at


def _tell_going(going: Sequence[Item], terminal: Terminal) -> None:
    from exchange.figures import day
    from exchange.workspace.post_wording import kind_word
    from exchange.workspace.wording import standing_word

    terminal.line(_("Out:") if going else _("Nothing is on its way out."))
    for one in going:
        state = standing_word("overdue" if one.overdue else one.state)
        by = ", ".join(dict.fromkeys(step.by for step in one.steps)) or "–"
        due = "–" if one.due is None else day(one.due)
        terminal.line(
            f"  {state:<12} {due:<10}  {one.party:<10} {by:<10} {kind_word(one.kind):<10} {one.name}"
        )


def _tell_came(came: Sequence[Arrival], terminal: Terminal) -> None:
    from exchange.workspace.post_wording import arrival_word

    if came:
        terminal.line(_("In:"))
    for one in came:
        terminal.line(
            f"  {arrival_word(one.state):<12} {one.at[:10]:<10}  {'':<10} {one.by:<10} {'':<10} {one.name}"
        )


def item_json(item: Item) -> dict[str, object]:
    """Return one package or receipt on its way out as the machine contract's object."""
    return {
        "direction": "out",
        "kind": item.kind,
        "name": item.name,
        "key": item.key,
        "party": item.party,
        "agreement_id": item.agreement_id,
        "jobcentre": item.jobcentre,
        "period": item.period,
        "sequence": item.sequence,
        "state": item.state,
        "overdue": item.overdue,
        "due": None if item.due is None else item.due.isoformat(),
        "made": item.at,
        "steps": [
            {"step": "sent" if one.is_sent else "queued", "by": one.by, "at": one.at} for one in item.steps
        ],
    }


def arrival_json(arrival: Arrival) -> dict[str, object]:
    """Return one file that came as the machine contract's object."""
    return {
        "direction": "in",
        "kind": arrival.kind,
        "name": arrival.name,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "package_sha256": arrival.package or None,
        "by": arrival.by,
        "state": arrival.state,
        "came": arrival.at,
    }

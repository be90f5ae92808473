"""``enblanket send``: what was sealed, asked and answered goes to its parties by the ways of ``post.toml``.

Exit 0 where everything that has a way is out, 1 where something stays queued; the next ``send`` finishes it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exchange.cli.mail_password import add_mail_password, mail_password_of
from exchange.cli.post_progress import aside, showing
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.posting import Sending


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``send`` takes."""
    parser.add_argument("--to", metavar="PARTY", help=_("only to this party"))
    parser.add_argument(
        "--by",
        metavar="KIND",
        help=_("only by this kind of way (folder, eml, smtp, sftp); else the first of post.toml"),
    )
    add_mail_password(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Send, and say what came of each."""
    from exchange.parties import parse_party
    from exchange.post.lock import held
    from exchange.workspace.posting import send

    party = parse_party(arguments.to).id if arguments.to else None
    workspace = terminal.workspace()
    password = mail_password_of(arguments, workspace.keys)
    worst: int = Exit.HOLDS
    count = 0
    with held(workspace.folder), showing(terminal) as shown:
        for one in send(workspace, aside(password, shown), party, arguments.by, shown):
            shown.stand_aside()
            tell_sending(one, terminal)
            count += 1
            worst = max(worst, Exit.OPEN if one.result == "failed" else Exit.HOLDS)
    if not count:
        terminal.note(_("Nothing waits to be sent."))
    return worst


def tell_sending(one: Sending, terminal: Terminal) -> None:
    """Say what came of one package, receipt or workbook."""
    if terminal.json:
        terminal.record(
            {
                "kind": one.item.kind,
                "name": one.item.name,
                "key": one.item.key,
                "to": one.item.party,
                "by": one.by or None,
                "result": one.result,
                "delivered_as": one.name or None,
                "code": one.code or None,
                "detail": one.detail or None,
            }
        )
    elif one.result == "failed":
        terminal.line(_("{name}: stays queued for {party}").format(name=one.item.name, party=one.item.party))
        terminal.error(one.detail)
    elif one.result in ("sent", "draft"):
        terminal.line(_sentence(one))
    else:
        terminal.note(_sentence(one))


def _sentence(one: Sending) -> str:
    return {
        "sent": _("{name}: sent to {party} by {by}"),
        "draft": _("{name}: open {path}, send it, and say “enblanket post sent {name}”"),
        "no-way": _(
            "{name}: post.toml names no way to {party}; add one as docs/post.md shows, or hand it over"
        ),
        "missing": _("{name}: its file is gone from the outbox; seal, receive, ask or answer again"),
    }[one.result].format(name=one.item.name, party=one.item.party, by=one.by, path=one.name)

"""``enblanket log``: what happened in this workspace, oldest first, and whether the history fits itself.

``--prove`` holds it, and the histories of others, against the heads that packages and receipts have shown
(:mod:`exchange.cli.prove`), and ``--acknowledge`` writes down that what is missing is lost for good.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import add_passphrase
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.ledger.events import Event
    from exchange.ledger.ledger import Break
    from exchange.workspace.folder import Workspace
    from exchange.workspace.outgoing import Outgoing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``log`` takes."""
    parser.add_argument(
        "--prove",
        type=Path,
        nargs="*",
        metavar="PACKAGE_OR_RECEIPT",
        help=_(
            "hold the histories of all parties against the heads that packages and receipts, and these files, have shown"
        ),
    )
    parser.add_argument(
        "--acknowledge",
        metavar="PARTY",
        help=_(
            "with --prove: what its history no longer holds is lost for good, as after an old backup was put back"
        ),
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help=_("why, for --acknowledge"))
    parser.add_argument(
        "--finding", metavar="ID", default="", help=_("only what was decided on this finding")
    )
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the events and the proof; 1 where the history does not fit itself or what was shown of it."""
    if arguments.prove is not None:
        from exchange.cli.prove import prove

        return prove(arguments, terminal)
    if arguments.acknowledge is not None or arguments.reason:
        raise UsageError(
            _(
                "Say it with the papers that show it: enblanket log --prove [FILE] --acknowledge PARTY --reason TEXT."
            )
        )
    from exchange.workspace.journal import what_happened, where_it_stands

    workspace = terminal.workspace()
    ledger = workspace.ledger
    breaks = ledger.verify()
    readable = not any(one.code == "unreadable" for one in breaks)
    events = ledger.events() if readable else []
    told = [event for event in events if _is_of(event, arguments.finding)]
    sent = _sent(workspace, terminal) if readable else {}
    head = ledger.head()
    if terminal.json:
        for event in told:
            standing = {"package": sent[event.id].as_json()} if event.id in sent else {}
            terminal.record({"id": event.id, **_as_json(event), **standing})
        terminal.record(
            {"proof": {"events": len(events), "head": list(head), "breaks": [_break(one) for one in breaks]}}
        )
    else:
        for event in told:
            what = f"{what_happened(event)}{where_it_stands(sent.get(event.id))}"
            terminal.line(f"{event.at}  {event.id[:12]}  {what}  – {event.who}")
        _tell_proof(events, head, breaks, terminal)
    return Exit.OPEN if breaks else Exit.HOLDS


def _sent(workspace: Workspace, terminal: Terminal) -> dict[str, Outgoing]:
    from exchange.workspace.outgoing import outgoing

    return {one.event: one for one in outgoing(workspace.chronicle(), terminal.clock().date())}


def _is_of(event: Event, finding: str) -> bool:
    return not finding or str(event.body.get("finding_id", "")).startswith(finding.lower())


def _as_json(event: Event) -> dict[str, object]:
    return {
        "parents": list(event.parents),
        "kind": event.kind,
        "at": event.at,
        "who": event.who,
        "body": event.body,
    }


def _break(one: Break) -> dict[str, object]:
    return {"position": one.position, "event": one.event_id, "code": one.code}


def _tell_proof(
    events: Sequence[Event], head: tuple[str, ...], breaks: Sequence[Break], terminal: Terminal
) -> None:
    for one in breaks:
        terminal.line(
            _("Event {position} ({id}) does not fit: {code}").format(
                position=one.position, id=one.event_id[:12], code=one.code
            )
        )
    if not breaks:
        terminal.line(
            translate_plural(
                "{count} event, each naming the one before by its hash; head {head}",
                "{count} events, each naming the one before by its hash; head {head}",
                len(events),
            ).format(count=len(events), head=", ".join(head))
        )

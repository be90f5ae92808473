"""``enblanket log``: what happened in this workspace, oldest first, and whether the history fits itself.

``--prove`` holds it, and the histories of others, against the heads that packages and receipts have shown
(:mod:`exchange.cli.prove`).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.passphrase import add_passphrase
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.ledger.events import Event, Json
    from exchange.ledger.ledger import Break

_ID_SHOWN, _SHA256 = 12, 64


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
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the events and the proof; 1 where the history does not fit itself or what was shown of it."""
    if arguments.prove is not None:
        from exchange.cli.prove import prove

        return prove(arguments, terminal)
    ledger = terminal.workspace().ledger
    breaks = ledger.verify()
    events = [] if any(one.code == "unreadable" for one in breaks) else ledger.events()
    head = ledger.head()
    if terminal.json:
        for event in events:
            terminal.record({"id": event.id, **_as_json(event)})
        terminal.record(
            {"proof": {"events": len(events), "head": list(head), "breaks": [_break(one) for one in breaks]}}
        )
    else:
        for event in events:
            terminal.line(f"{event.at}  {event.id[:12]}  {_what(event)}  – {event.who}")
        _tell_proof(events, head, breaks, terminal)
    return Exit.OPEN if breaks else Exit.HOLDS


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


def _what(event: Event) -> str:
    from exchange.cli.wording import decided

    files = event.body.get("files")
    sentences = {
        "init": _("workspace made"),
        "agreement": _("agreement {agreement_id} added"),
        "take": translate_plural(
            "{files} file taken from {sender}",
            "{files} files taken from {sender}",
            len(files) if isinstance(files, list) else 0,
        ),
        "withdraw": _("{file} from {sender} withdrawn"),
        "decision": _("{rule} {finding_id}: {verb}"),
        "undo": _("decision on {finding_id} undone"),
        "seal": _("package {sequence} sealed for {recipient}"),
        "draft": _("draft made for {recipient}"),
        "trust": _("{file} trusted"),
    }
    if event.kind == "take" and "place" in event.body:
        sentences["take"] = _("stored files mapped again, from {sender}")
    if event.kind not in sentences:
        return event.kind
    values = {name: _short(value) for name, value in event.body.items()}
    if event.kind == "decision":
        values["verb"] = decided(values["verb"])
    return sentences[event.kind].format(**values)


def _short(value: Json) -> str:
    text = str(value) if isinstance(value, str | int) or value is None else str(len(value))
    return text[:_ID_SHOWN] if len(text) == _SHA256 else text


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

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
    from exchange.workspace.folder import Workspace
    from exchange.workspace.outgoing import Outgoing

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
    workspace = terminal.workspace()
    ledger = workspace.ledger
    breaks = ledger.verify()
    readable = not any(one.code == "unreadable" for one in breaks)
    events = ledger.events() if readable else []
    sent = _sent(workspace, terminal) if readable else {}
    head = ledger.head()
    if terminal.json:
        for event in events:
            standing = {"package": sent[event.id].as_json()} if event.id in sent else {}
            terminal.record({"id": event.id, **_as_json(event), **standing})
        terminal.record(
            {"proof": {"events": len(events), "head": list(head), "breaks": [_break(one) for one in breaks]}}
        )
    else:
        for event in events:
            what = f"{_what(event)}{_where(sent.get(event.id))}"
            terminal.line(f"{event.at}  {event.id[:12]}  {what}  – {event.who}")
        _tell_proof(events, head, breaks, terminal)
    return Exit.OPEN if breaks else Exit.HOLDS


def _sent(workspace: Workspace, terminal: Terminal) -> dict[str, Outgoing]:
    from exchange.workspace.outgoing import outgoing

    return {one.event: one for one in outgoing(workspace.chronicle(), terminal.clock().date())}


def _where(sent: Outgoing | None) -> str:
    """Return where a package stands, beside the event that sealed it."""
    from exchange.cli.wording import standing_word

    if sent is None:
        return ""
    word = standing_word(sent.standing)
    return f" [{word}]" if not sent.superseded else _(" [{standing}, superseded]").format(standing=word)


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
    from exchange.cli.wording import answer_word, decided

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
        "countersign": _("{name} countersigned"),
        "receive": _("package {sequence} from {sender} received: {verdict}"),
        "receipt": _("{from} says of package {package_sha256}: {verdict}"),
        "purge": _("{objects} objects from before {before} purged"),
        "trust": _("{file} trusted"),
        "distrust": _("{file} trusted no more"),
        "directory": _("directory {sequence} of {lead} for {agreement_id}"),
        "revoke": _("key of {party} revoked from {from_date}"),
        "rotate": _("our key rotated: card {sequence}"),
        "keys": _("keys made anew: card {sequence}"),
        "register": _("register key handed over"),
    }
    if event.kind == "take" and "place" in event.body:
        sentences["take"] = _("stored files mapped again, from {sender}")
    if event.kind not in sentences:
        return event.kind
    values = {name: _short(value) for name, value in event.body.items()}
    if event.kind == "decision":
        values["verb"] = decided(values["verb"])
    if event.kind in ("receive", "receipt"):
        values["verdict"] = answer_word(values["verdict"])
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

"""The journal: the ledger's events as sentences, read by ``enblanket log`` and by the screen of that name. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.workspace.outgoing import Outgoing, outgoing
from exchange.workspace.post_wording import posted
from exchange.workspace.wording import answer_word, decided, standing_word

if TYPE_CHECKING:
    from exchange.ledger.events import Event, Json
    from exchange.ledger.ledger import Break
    from exchange.workspace.folder import Workspace

_ID_SHOWN, _SHA256 = 12, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event as it is told.

    Attributes:
        what: a sentence in the language in force; where a sealed package stands is among it.
        finding_id: what it decided on; "" where it is about no finding.
        reason: what the person said; "" where nothing.
    """

    event: Event
    what: str
    finding_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the history fits itself.

    Attributes:
        breaks: where it does not; empty where it is whole.
    """

    events: int
    head: tuple[str, ...]
    breaks: Sequence[Break]


def journal(workspace: Workspace, today: date) -> list[Happened]:
    """Return every event, oldest first.

    Raises:
        WorkspaceError: the ledger cannot be read.
    """
    sent = {one.event: one for one in outgoing(workspace.chronicle(), today)}
    return [_told(event, sent.get(event.id)) for event in workspace.ledger.events()]


def proof(workspace: Workspace) -> Proof:
    """Return whether the workspace's own history fits itself.

    Raises:
        WorkspaceError: the ledger cannot be read at all.
    """
    ledger = workspace.ledger
    breaks = ledger.verify()
    readable = not any(one.code == "unreadable" for one in breaks)
    return Proof(len(ledger.events()) if readable else 0, ledger.head(), breaks)


def where_it_stands(sent: Outgoing | None) -> str:
    """Return where a package stands, to put behind the sentence of the event that sealed it."""
    if sent is None:
        return ""
    word = standing_word(sent.standing)
    return f" [{word}]" if not sent.superseded else _(" [{standing}, superseded]").format(standing=word)


def _told(event: Event, sent: Outgoing | None) -> Happened:
    reason = event.body.get("reason") or event.body.get("note") or ""
    return Happened(
        event=event,
        what=f"{what_happened(event)}{where_it_stands(sent)}",
        finding_id=str(event.body.get("finding_id") or ""),
        reason=reason if isinstance(reason, str) else "",
    )


def what_happened(event: Event) -> str:
    """Return an event in a sentence; the name of a kind that is not known here."""
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
        "note": _("note on {rule} {finding_id}"),
        "seal": _("package {sequence} sealed for {recipient}"),
        "found": _("package {sequence} for {recipient}, sealed in a copy that was lost, counts again"),
        "acknowledge": _("loss in the history of {party} acknowledged"),
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
        "card": _("our card has other addresses: card {sequence}"),
        "register": _("register key handed over"),
        "question": _("questions to {to}, to be answered by {due}"),
        "answer": _("answers of {from} taken"),
        "asked": _("questions of {from} came, to be answered by {due}"),
        "reply": _("answers for {to} made ready"),
    }
    if event.kind == "take" and "place" in event.body:
        sentences["take"] = _("stored files mapped again, from {sender}")
    if event.kind not in sentences:
        return posted(event) or event.kind
    values = {name: _short(value) for name, value in event.body.items()}
    if event.kind == "decision":
        values["verb"] = decided(values["verb"])
    if event.kind in ("receive", "receipt"):
        values["verdict"] = answer_word(values["verdict"])
    return sentences[event.kind].format(**values)


def _short(value: Json) -> str:
    text = str(value) if isinstance(value, str | int) or value is None else str(len(value))
    return text[:_ID_SHOWN] if len(text) == _SHA256 else text

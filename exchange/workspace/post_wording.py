"""The words of the post: what goes and comes, and where it stands. Events and codes in, a word or a sentence out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from exchange.language import translate as _
from exchange.post.states import CAME, JUDGED, QUEUE, SENT

if TYPE_CHECKING:
    from exchange.ledger.events import Event
    from exchange.post.states import In
    from exchange.post.ways import Kind

_SHOWN = 12


def arrival_word(state: In) -> str:
    """Return what became of a file that came by post, in a word."""
    return {
        "received": _("received"),
        "verified": _("verified"),
        "quarantined": _("quarantined"),
    }[state]


def kind_word(kind: Kind) -> str:
    """Return what goes or comes by post, in a word."""
    return {
        "package": _("package"),
        "receipt": _("receipt"),
        "questions": _("questions"),
        "answers": _("answers"),
    }[kind]


def posted(event: Event) -> str | None:
    """Return what an event of the post says, as a sentence; None for the other kinds."""
    body = {name: str(value) for name, value in event.body.items()}
    if event.kind in (QUEUE, SENT):
        sentence = (
            _("{kind} {key} queued for {to} by {by}")
            if event.kind == QUEUE
            else _("{kind} {key} sent to {to} by {by}")
        )
        kind = kind_word(cast("Kind", body["kind"]))
        return sentence.format(kind=kind, key=body["key"][:_SHOWN], to=body["to"], by=body["by"])
    if event.kind == CAME:
        return _("{name} came by {by}").format(name=body["name"], by=body["by"])
    if event.kind == JUDGED:
        state = arrival_word(cast("In", body["state"]))
        return _("what came as {sha256}: {state}").format(sha256=body["sha256"][:_SHOWN], state=state)
    return None

"""Where each bundle of questions that the post carries stands: the ledger's events in, one line per bundle out.

Told without judging a row: a question is left while nobody answered it, it was not bundled anew for the same party, and the decision
that asks it is the last word on its finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from exchange.ledger.events import Body, Event
from exchange.workspace.chronicle import read_chronicle
from exchange.workspace.correspondence import QUESTION, read_correspondence
from exchange.workspace.workbook_post import Ready, ready_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Questions of ours to one party.

    Attributes:
        event: that asked; number: among the bundles to that party; due: the day the answers are wanted by.
        questions: their ids; left: how many of them an answer is still wanted to.
        is_answered: the party has answered all of them.
    """

    event: str
    at: str
    to: str
    number: int
    due: date
    ready: Ready
    questions: frozenset[str]
    left: int
    is_answered: bool


def bundles(events: Sequence[Event]) -> list[Bundle]:
    """Return the bundles that the post carries, oldest first."""
    asked = [
        (event, ready)
        for event in events
        if event.kind == QUESTION and (ready := ready_in(event.body)) is not None
    ]
    if not asked:
        return []
    given = {(one.party, one.question) for one in read_correspondence(events).given}
    last = {decision.finding_id: decision.event for decision in read_chronicle(events).decisions}
    asks = frozenset(last.values())
    found = []
    for at, (event, ready) in enumerate(asked):
        later = [_ids(one) for one, _ready in asked[at + 1 :] if one.body["to"] == event.body["to"]]
        found.append(_bundle(event, ready, given, asks.difference(*later)))
    return found


def _bundle(event: Event, ready: Ready, given: set[tuple[str, str]], wanted: frozenset[str]) -> Bundle:
    to, ids = str(event.body["to"]), _ids(event)
    open_ones = {one for one in ids if (to, one) not in given}
    return Bundle(
        event=event.id,
        at=event.at,
        to=to,
        number=cast("int", event.body["bundle"]),
        due=date.fromisoformat(str(event.body["due"])),
        ready=ready,
        questions=ids,
        left=len(open_ones & wanted),
        is_answered=not open_ones,
    )


def _ids(event: Event) -> frozenset[str]:
    return frozenset(str(one["question"]) for one in cast("list[Body]", event.body["questions"]))

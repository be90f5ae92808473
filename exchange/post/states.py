"""Where each package and receipt stands on its way, told from the ledger's events alone.

Out: sealed → queued → sent → delivered → accepted or returned; questions end as answered. In: received → verified or
quarantined. Events in, states out, pure: saying a thing twice, or by two ways, changes nothing, and nothing goes back but a
returned package that was accepted later. An item is known by its key (of a package its sha256 as signed, of a receipt the event
of what it answers, of questions and answers the event that made them), so the same package by two ways is one package. Written
by ``exchange.workspace.posting`` and ``exchange.workspace.fetching``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from exchange.ledger.events import Body, Event
from exchange.post.ways import Kind

QUEUE, SENT, CAME, JUDGED = "queue", "sent", "came", "judged"

Out = Literal["sealed", "queued", "sent", "delivered", "accepted", "returned", "answered"]
In = Literal["received", "verified", "quarantined"]
Happening = Literal["queue", "sent", "delivered", "accepted", "returned"]
Judgement = Literal["verified", "quarantined"]

# What was answered is the receiver's last word; before it, the furthest step counts.
_FURTHEST: tuple[Out, ...] = ("sealed", "queued", "sent")
_ANSWERS: Mapping[str, Out] = {"delivered": "delivered", "accepted": "accepted", "returned": "returned"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One step of an item out of the house.

    Attributes:
        key: of the item; party: to whom; by: the kind of way.
        at: of the event; name: under which it lies at the other side, "" before it does.
    """

    kind: Kind
    key: str
    party: str
    by: str
    at: str
    name: str = ""
    is_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file that came by post.

    Attributes:
        sha256: of its bytes as they came; name: ours, never the other side's words.
        by: the kind of way it came first; at: when.
        state: what became of it; package: of what it is or answers, "" while nobody knows.
    """

    sha256: str
    name: str
    size: int
    by: str
    at: str
    state: In = "received"
    kind: Kind | None = None
    package: str = ""


def step(state: Out, happening: Happening) -> Out:
    """Return where an item stands after something happened to it."""
    if happening in _ANSWERS:
        return _ANSWERS[happening]
    if state not in _FURTHEST:
        return state
    reached: Out = "queued" if happening == "queue" else "sent"
    return max(state, reached, key=_FURTHEST.index)


def moves(events: Iterable[Event]) -> dict[str, list[Move]]:
    """Return the steps of each item by its key, oldest first."""
    found: dict[str, list[Move]] = {}
    for event in events:
        if event.kind in (QUEUE, SENT):
            move = _move(event)
            found.setdefault(move.key, []).append(move)
    return found


def state_of(steps: Iterable[Move]) -> Out:
    """Return how far an item that nobody has answered has come."""
    state: Out = "sealed"
    for one in steps:
        state = step(state, "sent" if one.is_sent else "queue")
    return state


def arrivals(events: Iterable[Event]) -> dict[str, Arrival]:
    """Return the files that came by post by their sha256, oldest first; verified is the last word."""
    found: dict[str, Arrival] = {}
    for event in events:
        if event.kind == CAME:
            arrival = _arrival(event)
            found.setdefault(arrival.sha256, arrival)
        elif event.kind == JUDGED:
            sha256 = _text(event.body, "sha256")
            if sha256 in found and found[sha256].state != "verified":
                found[sha256] = _judged(found[sha256], event.body)
    return found


def move_body(move: Move) -> Body:
    """Return what the event of a step says; when is the event's own."""
    body = {"kind": move.kind, "key": move.key, "to": move.party, "by": move.by}
    return {**body, "name": move.name} if move.is_sent else body


def came_body(arrival: Arrival) -> Body:
    """Return what the event of a file that came says."""
    return {"sha256": arrival.sha256, "name": arrival.name, "size": arrival.size, "by": arrival.by}


def judged_body(sha256: str, state: Judgement, kind: Kind | None, package: str) -> Body:
    """Return what the event of a judgement on a file says."""
    return {"sha256": sha256, "state": state, "kind": kind, "package": package}


def _move(event: Event) -> Move:
    return Move(
        kind=cast("Kind", _text(event.body, "kind")),
        key=_text(event.body, "key"),
        party=_text(event.body, "to"),
        by=_text(event.body, "by"),
        at=event.at,
        name=_text(event.body, "name") if event.kind == SENT else "",
        is_sent=event.kind == SENT,
    )


def _arrival(event: Event) -> Arrival:
    return Arrival(
        sha256=_text(event.body, "sha256"),
        name=_text(event.body, "name"),
        size=cast("int", event.body["size"]),
        by=_text(event.body, "by"),
        at=event.at,
    )


def _judged(arrival: Arrival, body: Body) -> Arrival:
    return replace(
        arrival,
        state=cast("In", _text(body, "state")),
        kind=cast("Kind | None", body["kind"]),
        package=_text(body, "package"),
    )


# An id vouches for the bytes of an event, so a body of a known kind has the shape that this module gave it.
def _text(body: Body, name: str) -> str:
    return cast("str", body[name])

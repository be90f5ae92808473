"""What the ledger says of histories that were lost for good: acknowledged once, and then told no more.

Stands under ``chronicle``; ``acknowledging`` writes the events. ``acknowledge`` names the events that are gone and who said
so, ``found`` a package of ours that was sealed in the lost copy and counts again, with the body of a ``seal``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from exchange.ledger.events import Event

ACKNOWLEDGE, FOUND = "acknowledge", "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A part of one party's history that somebody here acknowledged to be lost.

    Attributes:
        lost: ids of the events that are gone, as far as they were known.
        packages: sha256 of those that stand with one number in both lives.
    """

    event: str
    at: str
    who: str
    party: str
    reason: str
    lost: frozenset[str]
    packages: frozenset[str]


def read_losses(events: Iterable[Event]) -> tuple[Loss, ...]:
    """Return what was acknowledged, oldest first."""
    return tuple(
        Loss(
            event=event.id,
            at=event.at,
            who=event.who,
            party=str(event.body["party"]),
            reason=str(event.body["reason"]),
            lost=frozenset(cast("list[str]", event.body["lost"])),
            packages=frozenset(cast("list[str]", event.body["packages"])),
        )
        for event in events
        if event.kind == ACKNOWLEDGE
    )


def acknowledged(losses: Iterable[Loss]) -> frozenset[str]:
    """Return all events that were acknowledged to be lost."""
    return frozenset(event for loss in losses for event in loss.lost)

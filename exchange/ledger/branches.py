"""Histories that went on in two copies and were united: in which order all copies tell them, and what was said beside what.

Events in, an order and answers out. Where nothing branched the order is that of the file. Where something did, two copies hold
the same events in other places of their files, and must read the same from them: parents come before children, and of what
could come next the event of the earliest second, then of the lowest id.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.ledger.events import Event


def is_line(events: Iterable[Event]) -> bool:
    """Whether each event stands upon the one before it: nothing branched."""
    named: set[str] = set()
    for event in events:
        if len(event.parents) > 1 or not named.isdisjoint(event.parents):
            return False
        named.update(event.parents)
    return True


def in_common_order(events: Sequence[Event]) -> list[Event]:
    """Return the events in the order that depends on them alone and not on where they lie in a file.

    Args:
        events: of a whole history; an event whose parents are missing is left out.
    """
    if is_line(events):
        return list(events)
    by_id = {event.id: event for event in events}
    awaited = {key: len(event.parents) for key, event in by_id.items()}
    children = _children(by_id)
    ready = [(event.at, key) for key, event in by_id.items() if not event.parents]
    heapq.heapify(ready)
    found: list[Event] = []
    while ready:
        _at, key = heapq.heappop(ready)
        found.append(by_id[key])
        for child in children.get(key, ()):
            awaited[child] -= 1
            if not awaited[child]:
                heapq.heappush(ready, (by_id[child].at, child))
    return found


def _children(by_id: Mapping[str, Event]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, event in by_id.items():
        for parent in event.parents:
            found.setdefault(parent, []).append(key)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an event stands: the place in its own strand, and how far it knows each other one."""

    strand: int
    step: int
    others: Mapping[int, int]


class Branches:
    """Which event of a history was written upon which.

    The history is cut into strands, within which each event stands upon the one before; a strand ends where the history
    branches, so there are no more than twice as many as there were merges.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        """Cut a history into strands; parents come before children."""
        self._places: dict[str, _Place] = {}
        self._ends: dict[str, int] = {}
        for event in events:
            self._add(event.id, event.parents)

    def stands_upon(self, event: str, earlier: str) -> bool:
        """Whether who wrote the event had the earlier one before them; an event stands upon itself."""
        place, asked = self._places[event], self._places[earlier]
        reach = place.step if asked.strand == place.strand else place.others.get(asked.strand, -1)
        return asked.step <= reach

    def _add(self, event: str, parents: Sequence[str]) -> None:
        before = next((parent for parent in parents if parent in self._ends), None)
        others = self._known(parents)
        if before is None:
            place = _Place(len(self._places), 0, others)
        else:
            strand = self._ends.pop(before)
            last = self._places[before]
            # Along a strand nothing is copied: what is known of the others changes only where branches meet.
            known = last.others if len(parents) == 1 else others
            place = _Place(strand, last.step + 1, known)
        self._places[event] = place
        self._ends[event] = place.strand

    def _known(self, parents: Sequence[str]) -> Mapping[int, int]:
        if len(parents) == 1 and parents[0] in self._ends:
            return self._places[parents[0]].others
        found: dict[int, int] = {}
        for place in (self._places[parent] for parent in parents):
            for strand, step in (*place.others.items(), (place.strand, place.step)):
                found[strand] = max(found.get(strand, -1), step)
        return found

"""Which event stands upon which: hashes alone, without what the events say.

A lineage can be shown to somebody who must not read the events. An event's id is the sha256 of its parents' ids and of the
sha256 of what it says, so a link can be checked by who holds nothing but hashes, and an id vouches for everything before
it. Links in, sets of ids out; used by sealing to say which part of a history travels, and by the witness to hold two
histories against each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """One event as others may see it.

    Attributes:
        event: its id.
        parents: the ids that it names, none for the first event of all.
        content: the sha256 of what it says.
    """

    event: str
    parents: tuple[str, ...]
    content: str

    @classmethod
    def of(cls, parents: tuple[str, ...], content: str) -> Link:
        """Return the link with the id that these give."""
        text = json.dumps(
            {"content": content, "parents": list(parents)}, sort_keys=True, separators=(",", ":")
        )
        return cls(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), parents, content)


Lineage = Mapping[str, tuple[str, ...]]
"""Parents by event."""


def lineage_of(links: Iterable[Link]) -> dict[str, tuple[str, ...]]:
    """Return the parents of each event."""
    return {link.event: link.parents for link in links}


def ancestry(lineage: Lineage, heads: Iterable[str]) -> set[str]:
    """Return the heads and everything before them, as far as the lineage tells; what it only names is in it too."""
    found: set[str] = set()
    waiting = list(heads)
    while waiting:
        event = waiting.pop()
        if event not in found:
            found.add(event)
            waiting.extend(lineage.get(event, ()))
    return found


def since(links: Sequence[Link], heads: Iterable[str], known: Iterable[str]) -> tuple[Link, ...]:
    """Return the links of the heads and what is before them, without the known events and what is before those.

    Args:
        links: parents before children; that order is kept.
        heads: the tips to be shown.
        known: events that the other side has seen; those that are not among the links count for nothing.
    """
    lineage = lineage_of(links)
    shown = ancestry(lineage, heads) - ancestry(lineage, (event for event in known if event in lineage))
    return tuple(link for link in links if link.event in shown)


def first_of(lineage: Lineage, events: Collection[str]) -> tuple[str, ...]:
    """Return those of the events that stand upon none of the others, sorted."""
    return tuple(
        sorted(event for event in events if all(parent not in events for parent in lineage.get(event, ())))
    )


def tips_of(lineage: Lineage, events: Collection[str]) -> tuple[str, ...]:
    """Return those of the events that no other of them names as a parent, sorted."""
    named = {parent for event in events for parent in lineage.get(event, ())}
    return tuple(sorted(event for event in events if event not in named))

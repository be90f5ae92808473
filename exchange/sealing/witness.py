"""The witness: what documents said of a party's history in, where it was rewritten, cut or forked out.

Every package and receipt shows its sender's head and the links before it, and the heads that the sender has seen of others
(package.md, Receipts, corrections, history). Called by ``verifier`` with what this house remembers, and by
``exchange.workspace.witness`` for ``log --prove``. Pure: no file, no clock.

A history fits when every head that was ever shown stands before the latest one. Where it does not:

- ``cut``: the latest history ends before an event that was shown, and nothing stands in its place;
- ``rewritten``: other events stand in the place of those that were shown;
- ``forked``: likewise, and both lines went on: events of the latest one had been shown before the other line was;
- ``unconnected``: the latest history does not reach back to anything that was shown;
- ``unknown-event``: somebody has seen an event that the latest history lacks, and its links are not at hand.

Links are checked by their hashes when they are read, so nobody can show events before an id other than those it was made upon.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from exchange.ledger.lineage import Lineage, Link, ancestry, first_of, lineage_of, tips_of

Code = Literal["rewritten", "cut", "forked", "unconnected", "unknown-event"]
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one document says of one party's history.

    Attributes:
        party: whose history.
        heads: its tips at that time.
        links: the events before them, as far as the document shows them; parents before children.
        at: when the document was made, by its maker's own word; aware.
        by: who made it: the party itself, or one that has seen the heads.
        source: the document, for people.
        at_home: it never left the house, so it proves nothing to others.
    """

    party: str
    heads: tuple[str, ...]
    links: tuple[Link, ...] = ()
    at: datetime
    by: str
    source: str
    at_home: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the party itself says so."""
        return self.by == self.party


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """A head that was shown and does not stand in the latest history.

    Attributes:
        shown: the document that shows it.
        event: the head.
        common: the last events that both histories hold; empty where there is none, or none is known.
        lost: the first events that were shown and are no longer there; empty where their links are not at hand.
        instead: the first events that stand in their place; empty where nothing does.
    """

    code: Code
    shown: Statement
    event: str
    common: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()

    @property
    def party(self) -> str:
        """Whose history it is."""
        return self.shown.party


def latest_of(statements: Iterable[Statement]) -> Statement | None:
    """Return what a party last said of itself; of several made in one second, the one that shows most."""
    own = [one for one in statements if one.is_own]
    lineage = lineage_of(link for one in own for link in one.links)
    return max(own, key=lambda one: (one.at, len(ancestry(lineage, one.heads))), default=None)


def unfit(
    statements: Sequence[Statement], latest: Statement, acknowledged: Collection[str] = frozenset()
) -> list[Unfit]:
    """Hold what was shown of a party's history against the latest of it.

    Args:
        statements: of the same party, in any order; the latest may be among them.
        latest: with as many links as are known.
        acknowledged: events that are known to be lost; that they were shown is passed over, anything after them is not.

    Returns:
        one for each place where a shown history leaves the latest one, the place that was shown first first.
    """
    whole = _Whole.of(statements, latest)
    found: dict[object, Unfit] = {}
    for one in (one for shown in _in_time(statements) for one in _unfit_heads(shown, whole)):
        if one.event in acknowledged:
            continue
        place = (one.common, one.lost, one.instead) if one.lost else one.event
        # That both lines went on is told by the later of two documents.
        if place not in found or (one.code == "forked" and found[place].code != "forked"):
            found[place] = one
    return list(found.values())


def unfit_between(shown: Statement, statements: Sequence[Statement], latest: Statement) -> list[Unfit]:
    """Hold one document against the latest history whatever its moment: it must stand before that, or go on from it.

    Args:
        shown: the document.
        statements: lend their links.
        latest: as :func:`latest_of` gives it.
    """
    whole = _Whole.of([*statements, shown], latest)
    goes_on = whole.held <= ancestry(whole.lineage, shown.heads)
    return [] if goes_on else list(_unfit_heads(shown, whole))


def lost(statements: Sequence[Statement], latest: Statement) -> set[str]:
    """Return every event that was shown of a party's history and is not in the latest of it, as far as links tell."""
    whole = _Whole.of(statements, latest)
    heads = {one.event for shown in statements for one in _unfit_heads(shown, whole)}
    return ancestry(whole.lineage, heads) - whole.held


@dataclass(frozen=True, slots=True)
class _Whole:
    """Everything that is known of one party's history.

    Attributes:
        held: the events of the latest history.
    """

    statements: Sequence[Statement]
    latest: Statement
    lineage: Lineage
    held: frozenset[str]

    @classmethod
    def of(cls, statements: Sequence[Statement], latest: Statement) -> _Whole:
        lineage = lineage_of(link for one in [latest, *_in_time(statements)] for link in one.links)
        return cls(statements, latest, lineage, frozenset(ancestry(lineage, latest.heads)))


def _in_time(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(statements, key=lambda one: one.at)


def _unfit_heads(shown: Statement, whole: _Whole) -> Iterator[Unfit]:
    seen = ancestry(whole.lineage, shown.heads)
    if shown.at >= whole.latest.at and whole.held <= seen:
        return
    for head in shown.heads:
        if head in whole.lineage and head not in whole.held:
            yield _parted(shown, head, seen, whole)
        elif head not in whole.held and shown.at <= whole.latest.at:
            # Whoever saw it later than the latest document may have seen what came after it.
            yield Unfit(code="unknown-event", shown=shown, event=head)


def _parted(shown: Statement, head: str, seen: set[str], whole: _Whole) -> Unfit:
    line = ancestry(whole.lineage, [head])
    both, instead = line & whole.held, whole.held - seen
    if not both and any(event not in whole.lineage for event in whole.held):
        return Unfit(code="unconnected", shown=shown, event=head)
    code: Code = "cut"
    if instead:
        code = "forked" if _went_on(shown, instead, whole) else "rewritten"
    return Unfit(
        code=code,
        shown=shown,
        event=head,
        common=tips_of(whole.lineage, both),
        lost=first_of(whole.lineage, line - whole.held),
        instead=first_of(whole.lineage, instead),
    )


def _went_on(shown: Statement, instead: frozenset[str], whole: _Whole) -> bool:
    """Whether events of the latest line had been shown before this one was.

    Who has seen a head may tell of it late, so another's word counts only against what the same one told earlier.
    """
    return any(
        not earlier.at_home
        and earlier.at < shown.at
        and (shown.is_own or earlier.by == shown.by)
        and not instead.isdisjoint(earlier.heads)
        for earlier in whole.statements
    )


def links_json(links: Iterable[Link]) -> list[list[str]]:
    """Return links as JSON and ``history.csv`` write them: the event, the sha256 of its content, its parents."""
    return [[link.event, link.content, *link.parents] for link in links]


def read_links(found: object, heads: Iterable[str]) -> tuple[Link, ...]:
    """Read what :func:`links_json` wrote.

    Args:
        found: from outside.
        heads: what the links must lead to.

    Raises:
        ValueError: no list of links; an id is not the hash of its parents and content, stands twice or before its
            parents, or leads to none of the heads; or a head is no sha256.
    """
    if not isinstance(found, list) or not all(isinstance(one, list) and len(one) > 1 for one in found):
        raise ValueError
    tips = tuple(heads)
    if not all(_is_hash(name) for name in [*tips, *(name for one in found for name in one)]):
        raise ValueError
    links = tuple(Link.of(tuple(one[2:]), one[1]) for one in found)
    if [link.event for link in links] != [one[0] for one in found] or _in_disorder(links):
        raise ValueError
    if not {link.event for link in links} <= ancestry(lineage_of(links), tips):
        raise ValueError
    return links


def _is_hash(name: object) -> bool:
    return isinstance(name, str) and _HASH.fullmatch(name) is not None


def _in_disorder(links: Sequence[Link]) -> bool:
    named: set[str] = set()
    for link in links:
        if link.event in named or len(set(link.parents)) < len(link.parents):
            return True
        named.update((link.event, *link.parents))
    return False

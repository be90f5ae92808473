"""Where a package stands among those before it: its descriptor and a memory in, the lines ``sequence`` and ``history`` out.

Called by ``verifier``. Told apart are: fresh, received before, replayed (other bytes under a number that has come), a gap
(numbers before it have not come), late (fills a gap, for a period of which nothing newer has come), superseded, rolled
back (older than what has come of its period, never seen), and forked (it does not go on from what this sender sent
before). What only a memory can tell stays unjudged without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from exchange.language import translate as _
from exchange.ledger.lineage import Link
from exchange.sealing.descriptor import Descriptor
from exchange.sealing.stream import Stream
from exchange.sealing.verdict import Check, Held, Memory, fails, holds, unknown
from exchange.sealing.witness import Statement, latest_of, unfit, unfit_between

# Codes that a package may carry and still hold: the receiver is told, and goes on.
_ONLY_TOLD = (None, "sequence-gap", "sequence-late", "sequence-known")


def stream_of(descriptor: Descriptor) -> Stream:
    """Return the stream that a package belongs to."""
    return Stream(descriptor.sender, descriptor.recipient, descriptor.agreement_id, descriptor.jobcentre)


def judge_sequence(descriptor: Descriptor, origin: str, memory: Memory | None) -> Check:
    """Return the line ``sequence``.

    Args:
        descriptor: what the package says of itself.
        origin: sha256 of the package as its sender signed it, without countersignatures.
        memory: None without a workspace.
    """
    number = descriptor.sequence
    if descriptor.draft:
        return fails("sequence", "draft", _("The package is a draft; ask the sender for the final one."))
    if memory is None:
        return unknown(
            "sequence", _("Number {number}; no workspace knows those before.").format(number=number)
        )
    code = _fault_of_sequence(descriptor, origin, memory)
    told = None if code == "sequence-known" else code
    return Check("sequence", code in _ONLY_TOLD, told, _sentence(code).format(number=number))


def _sentence(code: str | None) -> str:
    return {
        None: _("Number {number}, fresh."),
        "sequence-known": _("Number {number}, the same that came before."),
        "sequence-gap": _("Number {number}; not all before it have come, ask the sender for them."),
        "sequence-late": _("Number {number} comes late and fills a gap."),
        "sequence-replayed": _(
            "Number {number} came before with other content; ask the sender which one counts."
        ),
        "sequence-superseded": _("Number {number} is superseded; use the latest package of this sender."),
        "sequence-rollback": _(
            "Number {number} is older than what has come of its period and was never seen; use the latest package of this sender."
        ),
        "sequence-fork": _(
            "Number {number} does not go on from the package that came before it; ask the sender which of its workspaces counts."
        ),
    }[code]


def _fault_of_sequence(descriptor: Descriptor, origin: str, memory: Memory) -> str | None:
    known = memory.packages.get(stream_of(descriptor), {})
    if known.get(descriptor.sequence, origin) != origin:
        return "sequence-replayed"
    if origin in memory.superseded:
        return "sequence-superseded"
    if descriptor.sequence in known:
        return "sequence-known"
    if descriptor.sequence < max(known, default=0):
        return _fault_of_old(descriptor, known, memory.held)
    return _fault_of_new(descriptor, known, memory.held)


def _fault_of_old(descriptor: Descriptor, known: Mapping[int, str], held: Mapping[str, Held]) -> str:
    """A number that was missing may come late, but not one whose period has newer facts."""
    newer = [sha256 for number, sha256 in known.items() if number > descriptor.sequence]
    periods = {held[sha256].period if sha256 in held else str(descriptor.period) for sha256 in newer}
    return "sequence-rollback" if str(descriptor.period) in periods else "sequence-late"


def _fault_of_new(descriptor: Descriptor, known: Mapping[int, str], held: Mapping[str, Held]) -> str | None:
    former = descriptor.supersedes
    of_period = [
        number
        for number, sha256 in known.items()
        if sha256 in held and held[sha256].period == str(descriptor.period)
    ]
    if former is None and of_period:
        return "sequence-fork"
    if former is not None:
        forgotten = any(number > former.sequence for number in of_period)
        if known.get(former.sequence, former.sha256) != former.sha256 or forgotten:
            return "sequence-fork"
    whole = set(range(1, descriptor.sequence)) <= known.keys()
    return None if whole else "sequence-gap"


def judge_history(
    descriptor: Descriptor, origin: str, memory: Memory | None, history: tuple[Link, ...] = ()
) -> Check:
    """Return the line ``history``: whether the ledger heads fit what we have seen of the sender and what is ours.

    Args:
        descriptor: what the package says of itself.
        origin: sha256 of the package as its sender signed it, without countersignatures.
        memory: None without a workspace.
        history: the links that the package shows of its sender's ledger.
    """
    if memory is None:
        return unknown("history", _("Not judged: no workspace remembers the sender."))
    if memory.party != descriptor.sender:
        code = _fault_of_line(descriptor, history, memory) or _fault_of_head(descriptor, origin, memory)
        if code is not None:
            return fails("history", code, _history_sentence(code))
        heads = descriptor.heads_seen.get(memory.party, ())
    else:
        heads = descriptor.ledger_head
    if not heads and any(one.party == descriptor.sender and one.is_own for one in memory.statements):
        return holds("history", _("The sender’s history goes on from what it showed before."))
    if not heads:
        return unknown("history", _("Not judged: the sender has not yet seen our history."))
    if not set(heads) <= memory.events | memory.acknowledged:
        return fails("history", "history-differs", _history_sentence("history-differs"))
    return holds("history", _("The history that the package names is ours."))


def _history_sentence(code: str) -> str:
    return {
        "history-differs": _(
            "The package names events of ours that our ledger does not hold; compare the two with “enblanket log”."
        ),
        "history-fork": _(
            "The package starts from the same event of the sender’s ledger as another number of its; "
            "two copies of its workspace are sealing, ask which one counts."
        ),
        "history-forgotten": _(
            "The sender had seen more of our history when it sealed an earlier package; "
            "its workspace was put back to an old copy, ask which one counts."
        ),
        "history-rewritten": _(
            "The sender’s ledger holds other events in the place of some that it showed before; "
            "“enblanket log --prove FILE” says where."
        ),
        "history-cut": _(
            "The sender’s ledger ends before events that it showed before; “enblanket log --prove FILE” says where."
        ),
        "history-forked": _(
            "Two copies of the sender’s workspace live lives of their own; “enblanket log --prove FILE” says where they part."
        ),
        "history-unconnected": _(
            "The sender’s history does not reach back to what it showed before; "
            "ask the sender for a package made on its whole ledger."
        ),
        "history-unknown-event": _(
            "Somebody else has seen an event of the sender that its history does not hold; "
            "“enblanket log --prove FILE” names it."
        ),
    }[code]


def _fault_of_line(descriptor: Descriptor, history: tuple[Link, ...], memory: Memory) -> str | None:
    """What the sender has shown of its ledger must stand before the head that it shows now."""
    made = datetime.fromisoformat(descriptor.created)
    known = [one for one in memory.statements if one.party == descriptor.sender]
    # A package that comes late is older than some that came before it: what those showed cannot stand before its head.
    said = [one for one in known if one.at <= made]
    now = Statement(
        party=descriptor.sender,
        heads=descriptor.ledger_head,
        links=history,
        at=made,
        by=descriptor.sender,
        source="",
    )
    faults = unfit(said, now, memory.acknowledged)
    latest = latest_of(known)
    if not faults and latest is not None and made < latest.at:
        # But its own head must stand before theirs: else a moment of long ago would hide any history.
        faults = [one for one in unfit_between(now, known, latest) if one.event not in memory.acknowledged]
    return f"history-{faults[0].code}" if faults else None


def _fault_of_head(descriptor: Descriptor, origin: str, memory: Memory) -> str | None:
    """Each seal is an event, so of one stream no two packages start from the same head, and what was seen stays seen."""
    others = [
        (number, memory.held[sha256])
        for number, sha256 in memory.packages.get(stream_of(descriptor), {}).items()
        if sha256 in memory.held and sha256 != origin
    ]
    if descriptor.ledger_head and any(one.ledger_head == descriptor.ledger_head for _number, one in others):
        return "history-fork"
    heads = descriptor.heads_seen.get(memory.party, ())
    if not memory.acknowledged.isdisjoint(heads):
        # What stood before an event that we lost ourselves cannot be told.
        return None
    before = {tip for number, one in others if number < descriptor.sequence for tip in one.heads_seen}
    seen = _ancestry(heads, memory.parents)
    return "history-forgotten" if (before & memory.events) - seen else None


def _ancestry(tips: Iterable[str], parents: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the events and everything before them."""
    return set(_walked(tips, parents))


def _walked(tips: Iterable[str], parents: Mapping[str, Iterable[str]]) -> Iterator[str]:
    seen: set[str] = set()
    waiting = list(tips)
    while waiting:
        event = waiting.pop()
        if event not in seen:
            seen.add(event)
            waiting.extend(parents.get(event, ()))
            yield event

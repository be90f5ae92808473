"""Two words on one finding, said in two copies of a workspace that could not know of each other. Pure.

Decisions and who knew of what come in; the same decisions go out, those that contradict each other bound together
(:attr:`~exchange.review.decisions.Decision.rivals`). The same word twice is no contradiction, whatever its reason. Who decides
again after the copies were united knows both, and ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from exchange.review.decisions import Decision

Knew = Callable[[str, str], bool]
"""Whether the event (first) was written by somebody who had the other one before them."""


def with_rivals(decisions: Sequence[Decision], knew: Knew) -> tuple[Decision, ...]:
    """Return the decisions, the last on each finding with the other words that stand beside it.

    Args:
        decisions: that nobody has undone, in the order that all copies share; none has rivals yet.
        knew: whether a decision's event was written upon another one.
    """
    by_finding: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_finding.setdefault(decision.finding_id, []).append(decision)
    last = {
        found[-1].event: _beside(_standing(found, knew)) for found in by_finding.values() if len(found) > 1
    }
    return tuple(last.get(decision.event, decision) for decision in decisions)


def weighed(judged: str, decision: Decision) -> Decision:
    """Return the word that counts for a finding's values as they are: one made on other values is no rival.

    Args:
        judged: the finding's values.
        decision: the latest on it.
    """
    if not decision.rivals:
        return decision
    fitting = [one for one in (*decision.rivals, decision) if one.judged == judged]
    return _beside(fitting) if fitting else replace(decision, rivals=())


def differ(one: Decision, other: Decision) -> bool:
    """Whether two decisions on a finding say different things; their reasons, authors and times may differ."""
    return _word(one) != _word(other)


def _standing(decisions: Sequence[Decision], knew: Knew) -> list[Decision]:
    """Return the decisions on one finding that no later one was made upon."""
    return [
        decision
        for place, decision in enumerate(decisions)
        if not any(knew(later.event, decision.event) for later in decisions[place + 1 :])
    ]


def _beside(standing: Sequence[Decision]) -> Decision:
    *others, last = standing
    return replace(last, rivals=tuple(replace(one, rivals=()) for one in others if differ(one, last)))


def _word(decision: Decision) -> tuple[object, ...]:
    corrections: Iterable[tuple[str, str, str, str | None]] = (
        (one.table, one.key, one.field, one.corrected) for one in decision.corrections
    )
    return (decision.verb, decision.judged, frozenset(corrections))

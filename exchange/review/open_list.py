"""The open list: findings and decisions in, what still asks for a person out. Pure.

A decision counts while the reported values it was made on are the same; corrections of decisions that count make
the corrected view, where other findings may settle and new ones appear, on which decisions may count in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from exchange.checks.findings import Finding, in_order
from exchange.review.decisions import Correction, Decision, Verb
from exchange.review.merging import weighed

Status = Literal["open", "accepted", "corrected", "rejected", "asked", "lapsed", "settled", "conflict"]
Check = Callable[[Sequence[Correction]], Sequence[Finding]]

OPEN: frozenset[Status] = frozenset({"open", "asked", "lapsed", "conflict"})
_SAID: dict[Verb, Status] = {
    "accept": "accepted",
    "correct": "corrected",
    "reject": "rejected",
    "ask": "asked",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding with what has been said of it.

    Attributes:
        decision: the decision in force, or the one that lapsed; None where nobody has decided.
        stands: whether the corrected rows still give the finding.
        first_judged: the finding's ``judged`` when it was seen first, where corrections of other findings changed it since.
    """

    finding: Finding
    status: Status
    decision: Decision | None = None
    stands: bool = True
    first_judged: str | None = None

    @property
    def judged(self) -> str:
        """The values that a decision on it is made on."""
        return self.finding.judged if self.first_judged is None else self.first_judged

    @property
    def is_open(self) -> bool:
        """Whether it still asks for a person: open, asked, lapsed or in conflict."""
        return self.status in OPEN

    def blocks(self, end: date) -> bool:
        """Whether it blocks a package whose period ends on that day (workflow.md): an open error or K01, dated by then."""
        dated = self.finding.dated
        return self.is_open and self.finding.severity == "error" and (dated is None or dated <= end)


@dataclass(frozen=True, slots=True)
class OpenList:
    """What a check and the decisions together say.

    Attributes:
        entries: in the order of the check; findings that a correction settled are among them.
        corrections: of the decisions in force, oldest decision first; what the corrected view is made with.
        gone: the latest decisions on findings that the rows no longer give; they count again should the findings come back.
    """

    entries: tuple[Entry, ...]
    corrections: tuple[Correction, ...]
    gone: tuple[Decision, ...] = ()


def open_list(check: Check, decisions: Iterable[Decision]) -> OpenList:
    """Weigh decisions against findings.

    Args:
        check: gives the findings of the rows as corrected so; called once for the reported rows and once more
            for each layer of decisions that corrects something.
        decisions: oldest first; of two on one finding the later counts.
    """
    latest = latest_of(decisions)
    corrections: tuple[Correction, ...] = ()
    current = list(check(()))
    seen = {finding.finding_id: finding for finding in current}
    while (found := _corrections(seen.values(), latest)) != corrections:
        corrections = found
        current = list(check(corrections))
        for finding in current:
            seen.setdefault(finding.finding_id, finding)
    standing = {finding.finding_id: finding for finding in current}
    entries = [_entry(seen[key], standing.get(key), latest.get(key)) for key in seen]
    by_id = {entry.finding.finding_id: entry for entry in entries}
    return OpenList(
        tuple(by_id[one.finding_id] for one in in_order(e.finding for e in entries)),
        corrections,
        tuple(decision for decision in latest.values() if decision.finding_id not in seen),
    )


def said(finding: Finding, decision: Decision | None) -> Entry:
    """Return the entry of a finding and the latest decision on it."""
    return _entry(finding, finding, decision)


def decided(entry: Entry, decision: Decision | None) -> Entry:
    """Return the entry with another latest decision."""
    judged = entry.judged
    return replace(
        entry,
        status=status_of(judged, decision, stands=entry.stands),
        decision=None if decision is None else weighed(judged, decision),
    )


def status_of(judged: str, decision: Decision | None, *, stands: bool = True) -> Status:
    """Return what is to be said of a finding.

    Args:
        judged: the finding's ``judged`` when it was seen first.
        decision: the latest on it.
        stands: whether the corrected rows still give the finding.
    """
    if decision is None:
        return "open" if stands else "settled"
    decision = weighed(judged, decision)
    if decision.judged != judged:
        return "lapsed" if stands else "settled"
    return "conflict" if decision.rivals else _SAID[decision.verb]


def latest_of(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Return by finding the decision that counts, in the order they were said."""
    latest: dict[str, Decision] = {}
    for decision in decisions:
        # Of two corrections of one cell the later decision's counts, so a new word moves to the end.
        latest.pop(decision.finding_id, None)
        latest[decision.finding_id] = decision
    return latest


def _corrections(findings: Iterable[Finding], latest: dict[str, Decision]) -> tuple[Correction, ...]:
    judged = {finding.finding_id: finding.judged for finding in findings}
    found = (weighed(judged.get(one.finding_id, ""), one) for one in latest.values())
    return tuple(
        correction
        for decision in found
        if judged.get(decision.finding_id) == decision.judged and not decision.rivals
        for correction in decision.corrections
    )


def _entry(seen: Finding, standing: Finding | None, decision: Decision | None) -> Entry:
    status = status_of(seen.judged, decision, stands=standing is not None)
    finding = standing or seen
    return Entry(
        finding,
        status,
        None if decision is None else weighed(seen.judged, decision),
        stands=standing is not None,
        first_judged=None if finding.judged == seen.judged else seen.judged,
    )

"""The desk of a workspace: decisions become events of its ledger (workflow.md, Decisions).

Commands and screens hand in what a person said; what comes back is on the disk. A decision that changes no row costs
no new check; one that does makes the next :meth:`DecisionDesk.entries` judge the corrected rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from exchange.checks.findings import CellRef
from exchange.errors import DecisionRefused
from exchange.form.confidential import holds_cpr
from exchange.language import translate as _
from exchange.ledger.events import stamp
from exchange.review.corrections import Stamp, corrections_for, refuse_unfit
from exchange.review.decisions import Decision, Verb
from exchange.review.desk import Effect
from exchange.review.listing import Listing, MemoryListing
from exchange.review.open_list import Entry, said
from exchange.review.preview import effect_of
from exchange.workspace.chronicle import DECISION, UNDO, decision_body, undo_body
from exchange.workspace.folder import Workspace

SHORTEST_PREFIX = 6


@dataclass(slots=True)
class DecisionDesk:
    """One person's review of one workspace.

    Attributes:
        auditor: a profile that judges instead of each party's own.
    """

    workspace: Workspace
    auditor: str | None = None
    _entries: list[Entry] | None = field(default=None, repr=False)

    def entries(self) -> list[Entry]:
        """Return every finding with its decision, in the order of the check."""
        if self._entries is None:
            self._entries = list(self.workspace.review(self.auditor).entries)
        return list(self._entries)

    def decide(
        self, finding_id: str, verb: Verb, reason: str, value: str | None = None, cell: CellRef | None = None
    ) -> Entry:
        """Store a decision as an event; ``cell`` says which cell to correct where the finding has several.

        Raises:
            DecisionRefused: no such finding, or it does not fit it; nothing was stored.
            WorkspaceError: the ledger could not be written; nothing was stored.
        """
        return self.decide_on(self.found(finding_id), verb, reason, value, cell)

    def decide_on(
        self, entry: Entry, verb: Verb, reason: str, value: str | None = None, cell: CellRef | None = None
    ) -> Entry:
        """Store a decision on an entry that was shown, as :meth:`decide` does, without judging all rows first.

        Raises:
            DecisionRefused: it does not fit its finding; nothing was stored.
            WorkspaceError: the ledger could not be written; nothing was stored.
        """
        refuse_unfit(entry.finding, verb, reason)
        _refuse_numbers(reason, value)
        stamped = Stamp(who=self.workspace.who(), when=stamp(self.workspace.clock()))
        decision = Decision(
            event="",
            finding_id=entry.finding.finding_id,
            rule=entry.finding.rule,
            verb=verb,
            reason=reason.strip(),
            value=value,
            judged=entry.finding.judged,
            who=stamped.who,
            when=stamped.when,
            corrections=corrections_for(entry.finding, verb, value, stamped, cell),
        )
        self.workspace.record(DECISION, decision_body(decision))
        return self._after(entry, self._latest(decision.finding_id))

    @property
    def listing(self) -> Listing:
        """The findings with their decisions as they stand."""
        return MemoryListing(self.entries())

    def preview(
        self, finding_id: str, verb: Verb, value: str | None = None, cell: CellRef | None = None
    ) -> Effect:
        """Return what a decision would change; stores nothing."""
        return effect_of(self.found(finding_id).finding, verb, value, cell)

    def undo(self) -> list[Entry]:
        """Store the event that cancels the latest decision in force; empty where there is none."""
        by_finding = {entry.finding.finding_id: entry for entry in self.entries()}
        for decision in reversed(self.workspace.decisions()):
            entry = by_finding.get(decision.finding_id)
            if entry is not None and entry.decision == decision and entry.status != "lapsed":
                self.workspace.record(UNDO, undo_body(decision))
                return [self._after(entry, self._latest(decision.finding_id))]
        return []

    def found(self, finding_id: str) -> Entry:
        """Return the entry whose finding has the id, or alone starts with six and more of its digits.

        Raises:
            DecisionRefused: none has, or several have.
        """
        wanted = finding_id.strip().lower()
        near = [entry for entry in self.entries() if entry.finding.finding_id.startswith(wanted)]
        if len(wanted) < SHORTEST_PREFIX or not near:
            raise DecisionRefused(
                _(
                    "There is no finding “{id}”: give at least six digits of an id that “enblanket check” shows."
                ).format(id=finding_id[:64])
            )
        if len(near) > 1:
            raise DecisionRefused(
                _("{count} findings start with “{id}”: give more of its digits.").format(
                    count=len(near), id=wanted
                )
            )
        return near[0]

    def _latest(self, finding_id: str) -> Decision | None:
        decisions = [one for one in self.workspace.decisions() if one.finding_id == finding_id]
        return decisions[-1] if decisions else None

    def _after(self, before: Entry, decision: Decision | None) -> Entry:
        corrects = [one for one in (before.decision, decision) if one is not None and one.corrections]
        if corrects or self._entries is None:
            self._entries = None
            return said(before.finding, decision)
        after = said(before.finding, decision)
        self._entries = [
            after if one.finding.finding_id == before.finding.finding_id else one for one in self._entries
        ]
        return after


def _refuse_numbers(reason: str, value: str | None) -> None:
    if holds_cpr(reason) or holds_cpr(value or ""):
        raise DecisionRefused(
            _(
                "The text holds what looks like a CPR number, and the ledger keeps it for good; say it without."
            )
        )

"""The desk of a workspace: decisions become events of its ledger (workflow.md, Decisions).

Commands and screens hand in what a person said; what comes back is on the disk. A decision that changes no row costs no new
check. One that does is shown at once, and :meth:`DecisionDesk.rejudge` judges the corrected rows: beside the screen, which
goes on meanwhile, or before the next :meth:`DecisionDesk.entries`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import cast

from exchange.checks.findings import CellRef
from exchange.errors import DecisionRefused
from exchange.form.confidential import holds_cpr
from exchange.language import current
from exchange.language import translate as _
from exchange.ledger.events import Body, Event, stamp
from exchange.review.corrections import LONGEST_REASON, Stamp, corrections_for, refuse_unfit
from exchange.review.decisions import Decision, Verb
from exchange.review.desk import Batch, Effect, ReadOnly, Refused, Told
from exchange.review.filtering import Filter
from exchange.review.listing import Layered, Listing, MemoryListing
from exchange.review.open_list import Entry, decided
from exchange.review.preview import effect_of
from exchange.workspace.chronicle import DECISION, UNDO, decision_body, read_decision, undo_body
from exchange.workspace.finding_pages import Judge, fresh_listing
from exchange.workspace.folder import Workspace, open_workspace
from exchange.workspace.review_turn import turn
from exchange.workspace.spoken import AGAIN, BATCH, Spoken, Step

NOTE = "note"
SHORTEST_PREFIX = 6

Said = tuple[str, Body]


@dataclass(slots=True)
class DecisionDesk:
    """One person's review of one workspace.

    Attributes:
        auditor: a profile that judges instead of each party's own.
        judge: keeps the findings in pages; without one they are held in memory.
        read_only: who has the turn to decide; None where it is ours.
    """

    workspace: Workspace
    auditor: str | None = None
    judge: Judge | None = None
    read_only: ReadOnly | None = None
    _listing: Layered | None = field(default=None, repr=False)
    _spoken: Spoken | None = field(default=None, repr=False)
    _language: str | None = None
    _corrected: int = 0
    _judged: int = 0
    _since: dict[str, Decision | None] = field(default_factory=dict, repr=False)
    _shown: RLock = field(default_factory=RLock, repr=False)
    _judging: Lock = field(default_factory=Lock, repr=False)

    @property
    def listing(self) -> Listing:
        """The findings with their decisions as they stand.

        Raises:
            RuleError: a rule or profile cannot be used.
        """
        return self._laid

    @property
    def is_stale(self) -> bool:
        """Whether a decision changed rows that the listing has not been judged by yet, or it speaks another language."""
        return self._judged != self._corrected or self._language not in (None, current())

    @property
    def takes_time(self) -> bool:
        """Whether the listing is not there yet and many rows must be judged for it."""
        return self.judge is not None and self.judge.takes_time

    def entries(self) -> list[Entry]:
        """Return every finding with its decision, in the order of the check, judged by all decisions."""
        if self.is_stale:
            self.rejudge()
        everything = self._laid.rows(Filter(sort=()), 0, self._laid.count(Filter(sort=())))
        return sorted(everything, key=_turn)

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
        decision = self._decision(entry, verb, reason, value, cell)
        (after,) = self._store([(entry, decision_body(decision))])
        return after

    @property
    def unsent(self) -> int:
        """How many findings were decided since a package was sealed last."""
        return self._said_so_far.unsent

    @property
    def undoable(self) -> int:
        """How many steps undo could cancel."""
        return self._said_so_far.undoable

    def decide_as_answered(self, finding_id: str, reason: str = "") -> Entry:
        """Store the decision that a party's answer proposes.

        Raises:
            DecisionRefused: nobody has answered, or the answers propose no one value; nothing was stored.
            WorkspaceError: the ledger could not be written; nothing was stored.
        """
        from exchange.workspace.asking import proposed_by_answer

        entry = self.found(finding_id)
        offer, said = proposed_by_answer(self.workspace, entry)
        return self.decide_on(entry, offer.verb, reason or said, offer.value, offer.cell)

    def decide_all(
        self, finding_ids: Sequence[str], verb: Verb, reason: str, value: str | None = None
    ) -> Batch:
        """Store one decision on each finding in one transaction; those that it does not fit are told.

        ``value`` is one for all of them, to correct.

        Raises:
            DecisionRefused: somebody else has the turn; nothing was stored.
            WorkspaceError: the ledger could not be written; nothing was stored.
        """
        self._refuse_onlooker()
        fitting: list[tuple[Entry, Body]] = []
        refused: list[Refused] = []
        for finding_id in finding_ids:
            try:
                entry = self.found(finding_id)
                fitting.append((entry, decision_body(self._decision(entry, verb, reason, value))))
            except DecisionRefused as refusal:
                refused.append(Refused(finding_id, str(refusal)))
        mark = _mark([entry.finding.finding_id for entry, _body in fitting], stamp(self.workspace.clock()))
        together = [(entry, {**body, BATCH: mark}) for entry, body in fitting]
        return Batch(tuple(self._store(together)), tuple(refused))

    def note(self, finding_id: str, text: str) -> None:
        """Store a note on a finding; it decides nothing.

        Raises:
            DecisionRefused: it is empty or too long, or holds what looks like a CPR number; nothing was stored.
            WorkspaceError: the ledger could not be written; nothing was stored.
        """
        finding = self.found(finding_id).finding
        text = text.strip()
        if not 0 < len(text) <= LONGEST_REASON:
            raise DecisionRefused(
                _("A note has 1 to {most} characters, and this one {count}.").format(
                    most=LONGEST_REASON, count=len(text)
                )
            )
        _refuse_numbers(text, None)
        self._record([(NOTE, {"finding_id": finding.finding_id, "rule": finding.rule, "note": text})])

    def history(self, finding_id: str) -> Sequence[Told]:
        """Return what was said of a finding, oldest first.

        Raises:
            WorkspaceError: the ledger cannot be read.
        """
        return self._said_so_far.about(finding_id)

    def undo(self) -> list[Entry]:
        """Store what cancels the latest decision in force, or the latest batch whole; empty where there is none.

        Raises:
            WorkspaceError: the ledger could not be written; nothing was stored.
        """
        self._refuse_onlooker()
        in_force = (self._in_force(step) for step in reversed(self._said_so_far.steps().done))
        return self._cancel(next((found for found in in_force if found), []))

    def redo(self) -> list[Entry]:
        """Store anew what the latest undo cancelled, unless something was decided since; empty where there is nothing.

        Raises:
            WorkspaceError: the ledger could not be written; nothing was stored.
        """
        self._refuse_onlooker()
        undone = self._said_so_far.steps().undone
        again = list(self._still_fitting(undone[-1])) if undone else []
        mark = _mark([event.id for _entry, event in again], stamp(self.workspace.clock()))
        together: Body = {BATCH: mark} if len(again) > 1 else {}
        return self._store(
            [(entry, {**_own(event.body), **together, AGAIN: event.id}) for entry, event in again]
        )

    def preview(
        self, finding_id: str, verb: Verb, value: str | None = None, cell: CellRef | None = None
    ) -> Effect:
        """Return what a decision would change; stores nothing."""
        return effect_of(self.found(finding_id).finding, verb, value, cell)

    def rejudge(self) -> bool:
        """Judge the corrected rows and put a new listing in place; False where it was stopped.

        Raises:
            RuleError: a rule or profile cannot be used.
        """
        with self._judging:
            with self._shown:
                before, language = self._corrected, current()
                self._since = {}
            listing = self._judge_now()
            if listing is None:
                return False
            with self._shown:
                listing.lay(self._since)
                self._listing, self._judged, self._language = listing, before, language
        return True

    def stop(self) -> None:
        """Give up judging: somebody leaves."""
        if self.judge is not None:
            self.judge.stop()

    def found(self, finding_id: str) -> Entry:
        """Return the entry whose finding has the id, or alone starts with six and more of its digits.

        Raises:
            DecisionRefused: none has, or several have.
        """
        wanted = finding_id.strip().lower()
        near = self._laid.starting(wanted) if len(wanted) >= SHORTEST_PREFIX else ()
        entry = self._laid.entry(near[0]) if len(near) == 1 else None
        if entry is not None:
            return entry
        if not near:
            raise DecisionRefused(
                _(
                    "There is no finding “{id}”: give at least six digits of an id that “enblanket check” shows."
                ).format(id=finding_id[:64])
            )
        raise DecisionRefused(
            _("Several findings start with “{id}”: give more of its digits.").format(id=wanted)
        )

    @property
    def _laid(self) -> Layered:
        with self._shown:
            if self._listing is None:
                self._language = current()
                self._listing = self._first_listing()
            return self._listing

    def _first_listing(self) -> Layered:
        listing = self._judge_now() if self.judge else fresh_listing(self.workspace, self.auditor)
        return listing or MemoryListing(self.workspace.review(self.auditor).entries)

    def _judge_now(self) -> Layered | None:
        if self.judge is not None:
            return self.judge.listing()
        self.workspace.look_again()
        return MemoryListing(self.workspace.review(self.auditor).entries)

    @property
    def _said_so_far(self) -> Spoken:
        if self._spoken is None:
            self._spoken = Spoken(self.workspace.ledger)
        return self._spoken

    def _decision(
        self, entry: Entry, verb: Verb, reason: str, value: str | None = None, cell: CellRef | None = None
    ) -> Decision:
        refuse_unfit(entry.finding, verb, reason)
        _refuse_numbers(reason, value)
        # Who and when are the event's own.
        corrections = corrections_for(entry.finding, verb, value, Stamp(who="", when=""), cell)
        return Decision(
            event="",
            finding_id=entry.finding.finding_id,
            rule=entry.finding.rule,
            verb=verb,
            reason=reason.strip(),
            value=value,
            judged=entry.judged,
            who="",
            when="",
            corrections=corrections,
        )

    def _in_force(self, step: Step) -> list[tuple[Entry, Event]]:
        """Return the entries whose decision in force is one of the step's."""
        named = ((self._laid.entry(str(event.body["finding_id"])), event) for event in step.events)
        return [
            (entry, event)
            for entry, event in named
            if entry is not None
            and entry.status != "lapsed"
            and entry.decision is not None
            and entry.decision.event == event.id
        ]

    def _still_fitting(self, step: Step) -> Iterator[tuple[Entry, Event]]:
        for event in step.events:
            entry = self._laid.entry(str(event.body["finding_id"]))
            if entry is not None and entry.judged == event.body["judged"]:
                yield entry, event

    def _store(self, said: Sequence[tuple[Entry, Body]]) -> list[Entry]:
        """Write decisions and lay them over the listing; they are on the disk when this returns."""
        events = self._record([(DECISION, body) for _entry, body in said])
        made = [read_decision(event) for event in events]
        return self._lay([(entry, decision) for (entry, _body), decision in zip(said, made, strict=True)])

    def _cancel(self, found: Sequence[tuple[Entry, Event]]) -> list[Entry]:
        cancelled = [cast("Decision", entry.decision) for entry, _event in found]
        self._record([(UNDO, undo_body(decision)) for decision in cancelled])
        before = {decision.finding_id: decision for decision in self.workspace.decisions()} if found else {}
        return self._lay([(entry, before.get(entry.finding.finding_id)) for entry, _event in found])

    def _lay(self, words: Sequence[tuple[Entry, Decision | None]]) -> list[Entry]:
        laid = {entry.finding.finding_id: decision for entry, decision in words}
        with self._shown:
            self._since |= laid
            if self._listing is not None:
                self._listing.lay(laid)
            self._corrected += any(
                _corrects(entry.decision) or _corrects(decision) for entry, decision in words
            )
        return [decided(entry, decision) for entry, decision in words]

    def _record(self, said: Sequence[Said]) -> list[Event]:
        self._refuse_onlooker()
        if not said:
            return []
        events = self.workspace.record_all(said)
        if self._spoken is not None:
            self._spoken.add(events)
        return events

    def _refuse_onlooker(self) -> None:
        if self.read_only is not None:
            raise DecisionRefused(
                _(
                    "{who} has the review open on {host} since {since}; nothing can be decided here meanwhile."
                ).format(who=self.read_only.who, host=self.read_only.host, since=self.read_only.since)
            )


@contextmanager
def desk_at_screen(workspace: Workspace, auditor: str | None = None) -> Iterator[DecisionDesk]:
    """Give a desk for a screen: findings in pages, and the turn to decide while the block lasts, unless somebody has it."""
    judge = Judge(open_workspace(workspace.folder, workspace.clock), auditor)
    with turn(workspace.folder, workspace.owner.name, workspace.clock()) as other:
        desk = DecisionDesk(workspace, auditor, judge, other)
        try:
            yield desk
        finally:
            desk.stop()


def _turn(entry: Entry) -> tuple[str, list[str]]:
    return entry.finding.rule, [value for _name, value in entry.finding.subject]


def _corrects(decision: Decision | None) -> bool:
    return decision is not None and any(one.corrections for one in (decision, *decision.rivals))


def _own(body: Body) -> Body:
    return {name: value for name, value in body.items() if name not in (BATCH, AGAIN)}


def _mark(ids: Sequence[str], when: str) -> str:
    """Return what ties the decisions of a batch together."""
    return hashlib.sha256("\n".join((when, *ids)).encode()).hexdigest()[:32]


def _refuse_numbers(reason: str, value: str | None) -> None:
    if holds_cpr(reason) or holds_cpr(value or ""):
        raise DecisionRefused(
            _(
                "The text holds what looks like a CPR number, and the ledger keeps it for good; say it without."
            )
        )

"""What a person at a review works through, whatever screen or command it is; the workspace implements it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from exchange.checks.findings import CellRef
from exchange.review.decisions import Correction, Verb
from exchange.review.listing import Listing
from exchange.review.open_list import Entry


@dataclass(frozen=True, slots=True)
class Refused:
    """A finding of a batch that could not be decided, and why, in a sentence."""

    finding_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What deciding many at once came to; the decided ones are stored together or not at all."""

    decided: tuple[Entry, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision would change.

    Attributes:
        corrections: the cells with their reported and their new value; none where no value changes.
        dkk: what settlement plus claims change by; None where the finding does not tell what its value is worth.
        refused: why the decision does not fit the finding, in a sentence; None where it does.
    """

    corrections: tuple[Correction, ...] = ()
    dkk: Decimal | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was said of a finding, as the ledger has it.

    Attributes:
        event: the ledger event's id.
        kind: ``decision``, ``undo``, ``note``, or another event that names the finding.
        verb: of a decision.
        text: the reason or the note.
    """

    event: str
    kind: str
    who: str
    when: str
    verb: Verb | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """Why nothing can be decided: somebody else has the review open.

    Attributes:
        who: the owner of the other review, host and pid: the machine and process; since: UTC, ISO 8601.
    """

    who: str
    host: str
    pid: int
    since: str


class Desk(Protocol):
    """Findings to decide; every decision is on the disk before the call returns.

    One call at a time, but :meth:`rejudge`, which may run beside the others, and the listing, which is read at any time.
    """

    @property
    def listing(self) -> Listing:
        """The findings with their decisions as they stand; another one after :meth:`rejudge` or a decision."""

    @property
    def read_only(self) -> ReadOnly | None:
        """Who keeps this desk from deciding; None where it may."""

    @property
    def is_stale(self) -> bool:
        """Whether a decision changed rows that the listing has not been judged by yet: time to :meth:`rejudge`."""

    def entries(self) -> list[Entry]:
        """Return every finding with its decision, in the order of the check."""

    def decide(
        self, finding_id: str, verb: Verb, reason: str, value: str | None = None, cell: CellRef | None = None
    ) -> Entry:
        """Store a decision as an event.

        Args:
            finding_id: in full, or six and more of its first digits where no other finding starts so.
            verb: what is said.
            reason: required to reject.
            value: required to correct; canonical text.
            cell: which cell to correct, where the finding has several.

        Raises:
            DecisionRefused: it does not fit the finding; nothing was stored.
            WorkspaceError, OSError: it could not be written; nothing was stored.
        """

    @property
    def unsent(self) -> int:
        """How many decisions in force no sealed package has taken along."""

    @property
    def undoable(self) -> int:
        """How many steps undo could cancel: a decision is one, and so is a batch."""

    def decide_as_answered(self, finding_id: str, reason: str = "") -> Entry:
        """Store the decision that a party's answer proposes; a reason of one's own stands instead of the answer's.

        Raises:
            DecisionRefused: nobody has answered, or the answers propose no one value; nothing was stored.
            WorkspaceError, OSError: it could not be written; nothing was stored.
        """

    def decide_all(
        self, finding_ids: Sequence[str], verb: Verb, reason: str, value: str | None = None
    ) -> Batch:
        """Store one decision on each finding in one transaction; those that it does not fit are told.

        ``value`` is one for all of them, to correct.

        Raises:
            WorkspaceError, OSError: it could not be written; nothing was stored.
        """

    def note(self, finding_id: str, text: str) -> None:
        """Store a note on a finding; it decides nothing.

        Raises:
            DecisionRefused: it is empty, too long, or holds what looks like a CPR number.
            WorkspaceError, OSError: it could not be written; nothing was stored.
        """

    def history(self, finding_id: str) -> Sequence[Told]:
        """Return what was said of a finding, oldest first, undone words among it."""

    def undo(self) -> Sequence[Entry]:
        """Store what cancels the latest decision in force, or the latest batch whole; empty where there is none."""

    def redo(self) -> Sequence[Entry]:
        """Store anew what the latest undo cancelled, unless something was decided since; empty where there is nothing."""

    def preview(
        self, finding_id: str, verb: Verb, value: str | None = None, cell: CellRef | None = None
    ) -> Effect:
        """Return what a decision would change; stores nothing."""

    def stop(self) -> None:
        """Give up judging: somebody leaves."""

    def rejudge(self) -> bool:
        """Judge the corrected rows and put a new listing in place; whether it tells anything else than the one before.

        May take seconds at many rows. Decisions can be stored meanwhile; it then stays stale.
        """

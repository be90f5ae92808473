"""What a person at a review works through, whatever screen or command it is; the workspace implements it."""

from __future__ import annotations

from typing import Protocol

from exchange.checks.findings import CellRef
from exchange.review.decisions import Verb
from exchange.review.open_list import Entry


class Desk(Protocol):
    """Findings to decide; every decision is stored before the call returns."""

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
            OSError: it could not be written; nothing was stored.
        """

    def undo(self) -> Entry | None:
        """Store the event that cancels the latest decision in force; None where there is none."""

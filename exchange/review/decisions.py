"""Decisions and the corrections they make (workflow.md). Values only: writing them is the ledger's.

A decision lapses when the reported values it was made on change; a correction never alters reported data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from exchange.form.corrections import Correction

__all__ = ["VERBS", "Correction", "Decision", "Verb"]

Verb = Literal["accept", "correct", "reject", "ask"]
VERBS: tuple[Verb, ...] = ("accept", "correct", "reject", "ask")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person said of a finding.

    Attributes:
        event: the ledger event's sha256; undo names it.
        judged: the finding's ``judged`` at the time; another value later means the decision has lapsed.
        value: the value of one's own (correct only).
        rivals: other words on the finding, said without knowing of this one (two copies of a workspace, merged); while
            there are any, it is a conflict and corrects nothing.
    """

    event: str
    finding_id: str
    rule: str
    verb: Verb
    reason: str
    value: str | None
    judged: str
    who: str
    when: str
    corrections: tuple[Correction, ...] = ()
    rivals: tuple[Decision, ...] = ()

"""What blocks a package: entries of the review in, silence or one sentence out (workflow.md, What a package holds).

Called by ``package`` before anything is written, with the findings that would travel. An open error blocks when an
evidence row is undated or dated by the period's end; what looks like a CPR number, and a finding that two people decided
differently in two copies of the workspace, block whatever their date, and a draft too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from exchange.errors import SealRefused
from exchange.language import translate as _
from exchange.review.open_list import Entry
from exchange.sealing.cut import CPR


def blocking(entries: Sequence[Entry], end: date) -> list[Entry]:
    """Return the entries that block a package whose period ends on that day, in their order."""
    return [entry for entry in entries if entry.blocks(end) or _may_not_travel(entry)]


def refuse_blocked(entries: Sequence[Entry], end: date, *, draft: bool) -> None:
    """Let through what nothing blocks; a draft is blocked by undecided CPR numbers and by conflicts alone.

    Raises:
        SealRefused: names how many findings block, the first of them, and the command that decides it.
    """
    found = [entry for entry in blocking(entries, end) if not draft or _may_not_travel(entry)]
    if found:
        first = found[0].finding
        raise SealRefused(
            _(
                "Findings that block the package: {count}; the first is {rule}, "
                "decide it with “enblanket decide {finding} accept|correct|reject”."
            ).format(count=len(found), rule=first.rule, finding=first.finding_id)
        )


def _may_not_travel(entry: Entry) -> bool:
    return entry.status == "conflict" or (entry.is_open and entry.finding.rule == CPR)

"""The sender's decisions held against their findings: results of a package in, ids of findings whose decision does not fit out.

Called by ``contents``. A desk would never have stored such a decision (:mod:`exchange.review.corrections`), so whoever
signs one has made it outside: another verb than changes data, another value than was proposed, another row than was at stake.
That the findings, their proposals and their evidence are true is for ``rerun`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from exchange.checks.findings import CellRef, Finding
from exchange.errors import DecisionRefused
from exchange.form.canonical import fault_of
from exchange.form.corrections import Correction
from exchange.form.tables import tables
from exchange.review.corrections import REDACTED, WHOLE_ROW, refuse_unfit, subject_cell
from exchange.review.decisions import Decision
from exchange.review.open_list import Entry

Row = Mapping[str, str | None]
Cells = Mapping[CellRef, str | None]

# What travels in the place of a reported text that holds a CPR number.
_WITHHELD = "[redacted]"
_EVENT = re.compile(r"[0-9a-f]{64}")


def unfit_decisions(
    entries: Iterable[Entry], decisions: Iterable[Decision], evidence: Iterable[Row]
) -> Iterator[str]:
    """Give the id of each finding whose decision, or a correction of it, does not fit it.

    Args:
        entries: the findings as signed.
        decisions: with their corrections; each is of one of these findings.
        evidence: the rows of evidence.csv.
    """
    findings = {entry.finding.finding_id: entry.finding for entry in entries}
    cells = _cells(evidence)
    for decision in decisions:
        finding = findings[decision.finding_id]
        if not _is_made_properly(decision, finding) or not _corrects_properly(
            decision, finding, cells.get(decision.finding_id, {})
        ):
            yield decision.finding_id


def _cells(evidence: Iterable[Row]) -> dict[str, dict[CellRef, str | None]]:
    found: dict[str, dict[CellRef, str | None]] = {}
    for row in evidence:
        if row["jobcentre"] is None:
            ref = CellRef(row["table"] or "", row["key"] or "", row["field"] or "")
            found.setdefault(row["finding_id"] or "", {})[ref] = row["value"]
    return found


def _is_made_properly(decision: Decision, finding: Finding) -> bool:
    try:
        refuse_unfit(finding, decision.verb, decision.reason)
        moment = datetime.fromisoformat(decision.when)
    except (DecisionRefused, ValueError):
        return False
    named = _EVENT.fullmatch(decision.event) is not None
    return named and moment.tzinfo is not None and decision.rule == finding.rule


def _corrects_properly(decision: Decision, finding: Finding, cells: Cells) -> bool:
    if decision.verb not in ("accept", "correct"):
        return not decision.corrections
    fits = _is_accepted if decision.verb == "accept" else _is_corrected
    return len(decision.corrections) <= 1 and all(
        fits(one, finding, cells) and (one.who, one.when) == (decision.who, decision.when)
        for one in decision.corrections
    )


def _is_accepted(one: Correction, finding: Finding, cells: Cells) -> bool:
    if finding.rule == REDACTED:
        return _cell(one) == subject_cell(finding) and one.reported is None and one.corrected is None
    proposal = finding.proposal
    return (
        proposal is not None
        and (one.table, one.key, one.field, one.corrected)
        == (proposal.table, proposal.key, proposal.field, proposal.value)
        and _says_what_was_reported(one, cells)
    )


def _is_corrected(one: Correction, finding: Finding, cells: Cells) -> bool:
    if (one.table, one.key) not in _rows_at_stake(finding, cells):
        return False
    if one.field == WHOLE_ROW:
        return one.reported is None and one.corrected is None
    form = tables()[one.table]
    return (
        one.field in form.field_names
        and one.field not in form.primary_key
        and one.corrected is not None
        and fault_of(form.field(one.field), one.corrected) is None
        and (finding.rule == REDACTED or _says_what_was_reported(one, cells))
    )


def _rows_at_stake(finding: Finding, cells: Collection[CellRef]) -> set[tuple[str, str]]:
    places: Sequence[CellRef] = [*cells, *([cell] if (cell := subject_cell(finding)) else [])]
    return {(place.table, place.key) for place in places}


def _says_what_was_reported(one: Correction, cells: Cells) -> bool:
    cell = _cell(one)
    return one.field == WHOLE_ROW or cell not in cells or one.reported in (cells[cell], _WITHHELD)


def _cell(one: Correction) -> CellRef:
    return CellRef(one.table, one.key, one.field)

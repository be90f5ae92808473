"""What a decision changes: a finding and a verb in, corrections out (workflow.md, Decisions). Pure.

It refuses a decision that does not fit its finding: a rejection without a reason, a value that the field does not
take, a correction of a key, or of a row that no key names.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange import figures
from exchange.checks.findings import CellRef, Finding
from exchange.errors import DecisionRefused
from exchange.form.canonical import fault_of
from exchange.form.tables import Field, Table, table, tables
from exchange.language import translate as _
from exchange.review.decisions import Correction, Verb

LONGEST_REASON = 500
WHOLE_ROW = "*"
REDACTED = "K01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who decides (party and key fingerprint), and when (UTC, ISO 8601)."""

    who: str
    when: str


def corrections_for(
    finding: Finding, verb: Verb, value: str | None, stamp: Stamp, cell: CellRef | None = None
) -> tuple[Correction, ...]:
    """Return what the decision writes beside the reported rows.

    Args:
        finding: with its evidence, where the reported text of the cell stands.
        verb: reject and ask change nothing.
        value: for correct: canonical text of a value of one's own.
        stamp: stands in every correction.
        cell: for correct: which cell, where the finding has several.

    Raises:
        DecisionRefused: it does not fit the finding.
    """
    if value is not None and verb != "correct":
        raise DecisionRefused(_("A value belongs to “correct” alone; leave it out, or decide “correct”."))
    if verb == "accept":
        return _accepted(finding, stamp)
    if verb == "correct":
        return (_corrected(finding, value, stamp, cell or _cell_at_stake(finding)),)
    return ()


def refuse_unfit(finding: Finding, verb: Verb, reason: str) -> None:
    """Let through what a verb may say of this finding.

    Raises:
        DecisionRefused: a rejection without reason, a reason too long, or a K01 outside key columns rejected.
    """
    if verb == "reject" and not reason.strip():
        raise DecisionRefused(
            _("A rejection needs a reason that the auditor can read; give it with --reason.")
        )
    if len(reason) > LONGEST_REASON:
        raise DecisionRefused(
            _("The reason has {count} characters; say it in {most}.").format(
                count=len(reason), most=LONGEST_REASON
            )
        )
    if verb == "reject" and finding.rule == REDACTED and not _in_key(subject_cell(finding)):
        raise DecisionRefused(
            _(
                "What looks like a CPR number can be rejected in a key column only; accept it, and the cell is redacted."
            )
        )


def subject_cell(finding: Finding) -> CellRef | None:
    """Return the cell that an F or K finding is about; None for other rules."""
    subject = dict(finding.subject)
    field = subject.get("field") or subject.get("column")
    if not field or "table" not in subject or "key" not in subject:
        return None
    return CellRef(subject["table"], subject["key"], field)


def _accepted(finding: Finding, stamp: Stamp) -> tuple[Correction, ...]:
    if finding.rule == REDACTED:
        return _redacted(finding, stamp)
    if finding.proposal is None:
        return ()
    cell = CellRef(finding.proposal.table, finding.proposal.key, finding.proposal.field)
    return (_correction(finding, cell, _reported(finding, cell), finding.proposal.value, stamp),)


def _redacted(finding: Finding, stamp: Stamp) -> tuple[Correction, ...]:
    cell = subject_cell(finding)
    if cell is None or cell.table not in tables():
        return ()
    if _in_key(cell):
        raise DecisionRefused(
            _(
                "The number stands in a key and cannot be redacted; have the sender change it, or reject it with a reason."
            )
        )
    return (_correction(finding, cell, None, None, stamp),)


def _corrected(finding: Finding, value: str | None, stamp: Stamp, cell: CellRef) -> Correction:
    _refuse_elsewhere(finding, cell)
    form = table(cell.table)
    if cell.field == WHOLE_ROW:
        return _correction(finding, cell, None, None, stamp)
    form_field = form.field(cell.field)
    if cell.field in form.primary_key:
        raise DecisionRefused(
            _("{field} is part of the row's key; have the sender correct it, or leave the row out.").format(
                field=cell.field
            )
        )
    if value is None:
        raise DecisionRefused(_("“correct” needs a value of your own; give it with --value."))
    value = canonical_value(form_field, value)
    if fault_of(form_field, value) is not None:
        raise DecisionRefused(
            _("“{value}” is no {field}; write it as {example}.").format(
                value=value[:60], field=cell.field, example=form_field.example
            )
        )
    reported = None if finding.rule == REDACTED else _reported(finding, cell)
    return _correction(finding, cell, reported, value, stamp)


def _refuse_elsewhere(finding: Finding, cell: CellRef) -> None:
    """Let through cells of the rows that the finding shows: an auditor reads a correction beside its finding."""
    subject = subject_cell(finding)
    shown = [*(item.ref for item in finding.evidence), *([subject] if subject else [])]
    known = cell.table in tables() and cell.field in (WHOLE_ROW, *table(cell.table).field_names)
    if not known or (cell.table, cell.key) not in {(one.table, one.key) for one in shown}:
        raise DecisionRefused(
            _("The finding shows no row with the cell {cell}; name one of a row that it shows.").format(
                cell=f"{cell.table}/{cell.field}/{cell.key}"[:120]
            )
        )


def canonical_value(form_field: Field, value: str) -> str:
    """Return the value as the form writes it: a Dane sees 1,50 and 04.05.2016 here, and types it so."""
    if fault_of(form_field, value) is None:
        return value
    if form_field.type == "number":
        return figures.typed_number(value) or value
    if form_field.type == "date":
        return figures.typed_day(value) or value
    return value


def _cell_at_stake(finding: Finding) -> CellRef:
    if finding.proposal is not None and finding.proposal.field != WHOLE_ROW:
        return CellRef(finding.proposal.table, finding.proposal.key, finding.proposal.field)
    subject = subject_cell(finding)
    if subject is not None:
        return subject
    cells = [item.ref for item in finding.evidence if not _is_key(item.ref)]
    if len(cells) == 1:
        return cells[0]
    raise DecisionRefused(
        _("Several cells could be corrected: name one with --cell, {cells}.").format(
            cells=", ".join(f"{one.table}/{one.field}/{one.key}" for one in cells) or "table/field/key"
        )
    )


def _is_key(cell: CellRef) -> bool:
    return cell.table not in tables() or cell.field in table(cell.table).primary_key


def _in_key(cell: CellRef | None) -> bool:
    if cell is None or cell.table not in tables():
        return False
    return cell.field in _key_columns(table(cell.table))


def _key_columns(form: Table) -> set[str]:
    return {*form.primary_key, *(key.field for key in form.foreign_keys)}


def _reported(finding: Finding, cell: CellRef) -> str | None:
    return next((item.value for item in finding.evidence if item.ref == cell), None)


def _correction(
    finding: Finding, cell: CellRef, reported: str | None, corrected: str | None, stamp: Stamp
) -> Correction:
    return Correction(
        table=cell.table,
        key=cell.key,
        field=cell.field,
        reported=reported,
        corrected=corrected,
        finding_id=finding.finding_id,
        who=stamp.who,
        when=stamp.when,
    )

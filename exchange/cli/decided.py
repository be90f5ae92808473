"""How ``decide`` tells a decision: what it changed, and every one that is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.form.corrections import Correction
    from exchange.review.decisions import Decision
    from exchange.review.open_list import Entry
    from exchange.workspace.folder import Workspace


def tell(entry: Entry, terminal: Terminal) -> None:
    """Say what became of a finding."""
    from exchange.reports.findings import entry_json
    from exchange.workspace.wording import status_word

    if terminal.json:
        terminal.record(entry_json(entry))
        return
    terminal.line(
        _("{rule} {id} is {status}: {message}").format(
            rule=entry.finding.rule,
            id=entry.finding.finding_id[:12],
            status=status_word(entry.status),
            message=entry.finding.message,
        )
    )
    for correction in entry.decision.corrections if entry.decision else ():
        terminal.line(_changed(correction))


def _changed(correction: Correction) -> str:
    from exchange.review.corrections import WHOLE_ROW

    if correction.field == WHOLE_ROW:
        left_out = _("the row is left out ({table} {key})")
        return "  " + left_out.format(table=correction.table, key=correction.key)
    return _("  {table} {key}: {field} {reported} → {corrected}").format(
        table=correction.table,
        key=correction.key,
        field=correction.field,
        reported=correction.reported or "–",
        corrected=correction.corrected or "–",
    )


def tell_all(workspace: Workspace, terminal: Terminal) -> int:
    """List the decisions in force: those on findings as they are, on earlier values, and on findings that are gone."""
    review = workspace.review()
    lines = [(entry.decision, entry) for entry in review.entries if entry.decision is not None]
    for decision, entry in lines:
        _tell_one(decision, entry, terminal)
    for decision in review.gone:
        _tell_one(decision, None, terminal)
    if not lines and not review.gone and not terminal.json:
        terminal.line(_("Nothing is decided."))
    return Exit.HOLDS


def _tell_one(decision: Decision, entry: Entry | None, terminal: Terminal) -> None:
    from exchange.cli.wording import said_by
    from exchange.reports.findings import word_json

    state = entry.status if entry is not None else "gone"
    if terminal.json:
        terminal.record(
            {
                "finding_id": decision.finding_id,
                "rule": decision.rule,
                "state": state,
                "decision": word_json(decision),
                "rivals": [word_json(one) for one in decision.rivals],
            }
        )
        return
    terminal.line(f"{decision.finding_id[:8]} {decision.rule} {said_by(decision)}")
    for rival in decision.rivals:
        terminal.line(_("         but in another copy: {word}").format(word=said_by(rival)))
    remark = {
        "lapsed": _("about earlier values; decide it again"),
        "gone": _("the finding is gone; it counts again should the same values come back"),
        "settled": _("settled by a correction"),
    }.get(state)
    if remark:
        terminal.line(f"         {remark}")

"""How ``decide`` tells a decision: what it changed, every one that is in force, and what an answer would have decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.errors import DecisionRefused
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.review.decisions import Decision
    from exchange.review.open_list import Entry
    from exchange.workspace.decision_desk import DecisionDesk
    from exchange.workspace.folder import Workspace


def tell(entry: Entry, terminal: Terminal) -> None:
    """Say what became of a finding."""
    from exchange.cli.wording import entry_json, status_word

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
        terminal.line(
            _("  {table} {key}: {field} {reported} → {corrected}").format(
                table=correction.table,
                key=correction.key,
                field=correction.field,
                reported=correction.reported or "–",
                corrected=correction.corrected or "–",
            )
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
    from exchange.cli.wording import said_by, word_json

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


def as_answered(desk: DecisionDesk, finding_id: str, reason: str) -> Entry:
    """Decide what the party's answer proposes; a reason of one's own stands instead of the answer.

    Raises:
        DecisionRefused: nobody has answered, or the answer proposes no single value.
    """
    from exchange.workspace.asking import asked_questions

    answered = [
        one
        for one in asked_questions(desk.workspace)
        if one.entry.finding.finding_id == finding_id and one.answer is not None
    ]
    if not answered:
        raise DecisionRefused(
            _("Nobody has answered about {finding}; “enblanket ask --list” tells how far it is.").format(
                finding=finding_id[:12]
            )
        )
    offers = [(one.to, one.answer, one.offer) for one in answered if one.answer and one.offer]
    if len({offer for _party, _answer, offer in offers}) != 1:
        raise DecisionRefused(
            _(
                "The answers about {finding} propose no one value; decide it with accept, correct or reject."
            ).format(finding=finding_id[:12])
        )
    party, answer, offer = offers[-1]
    said = _("as {party} answered on {day}").format(party=party, day=answer.came[:10])
    return desk.decide(finding_id, offer.verb, reason or said, offer.value, cell=offer.cell)

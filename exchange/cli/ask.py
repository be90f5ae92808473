"""``enblanket ask --to PARTY``: the open questions to one party, by the post or in an e-mail draft; ``--answer FILE``: our answers to others.

``--list`` tells how far our own questions are.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.review.questions import Given, Question
    from exchange.workspace.asking import Letter
    from exchange.workspace.folder import Workspace
    from exchange.workspace.inquiries import Replied

_DAYS = 14


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``ask`` takes."""
    parser.add_argument("--to", metavar="PARTY", help=_("who is asked: municipality code or CVR number"))
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=_("where to write; else the workspace’s outbox")
    )
    parser.add_argument(
        "--by", metavar="DATE", help=_("the day the answers are wanted by; else in two weeks")
    )
    parser.add_argument(
        "--list", action="store_true", help=_("what is asked, of whom, and what was answered; write nothing")
    )
    parser.add_argument(
        "--answer",
        type=Path,
        nargs="+",
        metavar="FILE",
        help=_("workbooks of others’ questions that were filled in: “enblanket send” brings the answers"),
    )
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the bundle, or list the questions; 1 where one is answered or overdue and waits for us."""
    if arguments.list:
        return _list(arguments, terminal)
    if arguments.answer:
        return _answer(arguments, terminal)
    if arguments.to is None:
        raise UsageError(
            _("Name who is asked: enblanket ask --to PARTY; “enblanket ask --list” tells what is open.")
        )
    from exchange.parties import parse_party
    from exchange.workspace.asking import ask

    workspace = terminal.workspace()
    folder = terminal.here / arguments.out if arguments.out else workspace.outbox
    due = _due(arguments.by, terminal.clock().date())
    letter = ask(workspace, parse_party(arguments.to), due, folder, passphrase_of(arguments))
    if letter is None:
        _tell_nothing(arguments.to, terminal)
    else:
        _tell(letter, terminal)
    return Exit.HOLDS


def _answer(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Make our answers ready for who asked."""
    from exchange.workspace.inquiries import reply

    if arguments.to is not None:
        raise UsageError(_("Who asked stands in the workbook; leave --to out."))
    workspace, own = terminal.workspace(), passphrase_of(arguments)
    for file in arguments.answer:
        _tell_replied(reply(workspace, terminal.here / file, own), file, terminal)
    return Exit.HOLDS


def _tell_replied(replied: Replied, file: Path, terminal: Terminal) -> None:
    made = replied.reply
    if terminal.json:
        terminal.record(
            {
                "file": str(file),
                "to": made.to,
                "bundle": made.bundle,
                "answered": list(made.questions),
                "unanswered": replied.unanswered,
                "posted": made.ready.name,
                "known": replied.known,
            }
        )
    else:
        terminal.line(
            translate_plural(
                "{file}: {count} question of {party} answered, {open} left open; “enblanket send” brings it.",
                "{file}: {count} questions of {party} answered, {open} left open; “enblanket send” brings them.",
                len(made.questions),
            ).format(file=file.name, count=len(made.questions), party=made.to, open=replied.unanswered)
        )
        if replied.known:
            terminal.line(_("  The same workbook was answered with before; nothing was added."))
    for notice in replied.notices:
        terminal.note(notice)


def _due(text: str | None, today: date) -> date:
    from exchange.figures import typed_day

    if text is None:
        return today + timedelta(days=_DAYS)
    try:
        return date.fromisoformat(typed_day(text) or text)
    except ValueError:
        raise UsageError(_("“{text}” is no day; write it as 2016-04-15.").format(text=text[:40])) from None


def _tell_nothing(party: str, terminal: Terminal) -> None:
    if terminal.json:
        terminal.record({"to": party, "questions": []})
    else:
        terminal.line(
            _(
                "Nothing is open to ask {party}: decide “ask” on a finding first; “enblanket ask --list” tells what was asked."
            ).format(party=party)
        )


def _tell(letter: Letter, terminal: Terminal) -> None:
    if terminal.json:
        terminal.record(
            {
                "to": letter.to.id,
                "due": letter.due.isoformat(),
                "draft": None if letter.draft is None else str(letter.draft),
                "workbook": str(letter.workbook),
                "posted": letter.posted or None,
                "mailbox": letter.mailbox,
                "questions": [{"question": one.id, "finding_id": one.entry.finding.finding_id} for one in letter.questions],
            }
        )  # fmt: skip
    else:
        if letter.draft is not None:
            terminal.line(str(letter.draft))
        terminal.line(str(letter.workbook))
        terminal.line(
            _outcome(letter).format(count=len(letter.questions), party=letter.to.id, day=letter.due)
        )
    if letter.mailbox is None and letter.draft is not None:
        terminal.note(
            _("No agreement here tells the mailbox of {party}; write it in the draft.").format(
                party=letter.to.id
            )
        )
    for finding in letter.named:
        terminal.note(
            _("The reason of {finding} names somebody and was left out of the workbook.").format(
                finding=finding[:12]
            )
        )


def _outcome(letter: Letter) -> str:
    if letter.draft is None:
        return translate_plural(
            "{count} question to {party}, to be answered by {day}; “enblanket send” brings it, encrypted to them.",
            "{count} questions to {party}, to be answered by {day}; “enblanket send” brings them, encrypted to them.",
            len(letter.questions),
        )
    return translate_plural(
        "{count} question to {party}, to be answered by {day}; open the draft and send it by secure mail.",
        "{count} questions to {party}, to be answered by {day}; open the draft and send it by secure mail.",
        len(letter.questions),
    )


def _list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.review.questions import in_order_of_need
    from exchange.workspace.asking import asked_questions

    workspace = terminal.workspace()
    wanted = arguments.to
    questions = [one for one in in_order_of_need(asked_questions(workspace)) if wanted in (None, one.to)]
    for one in questions:
        if terminal.json:
            terminal.record(_as_json(one, workspace))
        else:
            _tell_question(one, workspace, terminal)
    if not questions and not terminal.json:
        terminal.line(_("Nothing is asked."))
    return Exit.OPEN if any(one.state in ("answered", "overdue") for one in questions) else Exit.HOLDS


def _as_json(one: Question, workspace: Workspace) -> dict[str, object]:
    from exchange.workspace.correspondence import remark_of

    answer, offer = one.answer, one.offer
    cell = offer.cell if offer is not None else None
    return {
        "question": one.id,
        "finding_id": one.entry.finding.finding_id,
        "rule": one.entry.finding.rule,
        "to": one.to,
        "state": one.state,
        "sent": one.sent.on.isoformat() if one.sent else None,
        "due": one.sent.due.isoformat() if one.sent else None,
        "answer": None
        if answer is None
        else {"says": answer.says, "value": answer.value, "remark": remark_of(workspace.objects, answer), "came": answer.came},
        "proposal": None
        if offer is None
        else {
            "verb": offer.verb,
            "value": offer.value,
            "cell": None if cell is None else f"{cell.table}/{cell.field}/{cell.key}",
        },
    }  # fmt: skip


def _tell_question(one: Question, workspace: Workspace, terminal: Terminal) -> None:
    from exchange.cli.wording import question_state_word

    finding = one.entry.finding
    due = _(", by {day}").format(day=one.sent.due) if one.sent and one.state in ("open", "overdue") else ""
    terminal.line(
        f"{finding.finding_id[:8]} {finding.rule} → {one.to} [{question_state_word(one.state)}{due}] {finding.message}"
    )
    if one.answer is not None:
        for line in _answer_lines(one, one.answer, workspace):
            terminal.line(f"         {line}")


def _answer_lines(one: Question, answer: Given, workspace: Workspace) -> list[str]:
    from exchange.form.workbook.question_mark import answer_label
    from exchange.language import quoted
    from exchange.workspace.correspondence import remark_of

    value = f": {answer.value}" if answer.value is not None else ""
    lines = [
        _("{party} answered {day}: {answer}").format(
            party=one.to, day=answer.came[:10], answer=f"{answer_label(answer.says)}{value}"
        )
    ]
    remark = remark_of(workspace.objects, answer)
    if remark:
        lines.append(quoted(remark))
    if one.state == "lapsed":
        lines.append(_("The reported values have changed since it was asked."))
    elif one.offer is not None:
        lines.append(
            _("To accept it: enblanket decide {finding} --as-answered").format(
                finding=one.entry.finding.finding_id[:8]
            )
        )
    return lines

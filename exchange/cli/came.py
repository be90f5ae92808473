"""How ``receive`` and ``fetch`` say what came of a package, a receipt, questions or answers, and of what was refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.terminal import Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.workspace.inquiries import QuestionsCame
    from exchange.workspace.receiving import AnswersCame, Came, PackageCame, ReceiptCame


def holds(came: Came) -> bool:
    """Whether everything holds: a package that was accepted, a receipt that returns nothing, a workbook whatever it says."""
    from exchange.workspace.receiving import PackageCame, ReceiptCame

    if isinstance(came, PackageCame):
        return came.verdict.verdict == "accepted"
    if isinstance(came, ReceiptCame):
        return came.answered.verdict == "accepted" and came.code is None
    return True


def tell_came(file: Path, came: Came, terminal: Terminal) -> None:
    """Say what came of a file that could be judged."""
    from exchange.workspace.inquiries import QuestionsCame
    from exchange.workspace.receiving import PackageCame, ReceiptCame

    if isinstance(came, PackageCame):
        _tell_package(file, came, terminal)
    elif isinstance(came, ReceiptCame):
        _tell_receipt(file, came, terminal)
    elif isinstance(came, QuestionsCame):
        _tell_questions(file, came, terminal)
    else:
        _tell_answers(file, came, terminal)


def tell_refused(file: Path, code: str, detail: str, terminal: Terminal) -> None:
    """Say that a file was refused as a whole."""
    if terminal.json:
        terminal.record({"file": str(file), "kind": "refused", "code": code, "detail": detail})
    else:
        terminal.error(detail)


def _tell_package(file: Path, came: PackageCame, terminal: Terminal) -> None:
    from exchange.workspace.wording import verdict_word

    if terminal.json:
        terminal.record(
            {
                "kind": "package",
                **came.verdict.as_json(str(file)),
                "known": came.known,
                "stored": came.stored,
                "receipt": None if came.receipt is None else str(came.receipt),
                "quarantined": None if came.quarantined is None else str(came.quarantined),
            }
        )
        return
    terminal.line(_("{file}: {verdict}").format(file=file.name, verdict=verdict_word(came.verdict.verdict)))
    for check in came.verdict.checks:
        if check.code is not None:
            terminal.line(f"  {check.detail} [{check.code}]")
    if came.known:
        terminal.line(_("  It had come before; nothing was added."))
    elif came.quarantined is not None:
        terminal.line(_("  Not taken in; the bytes lie in {path}.").format(path=came.quarantined))
        if any(check.code == "signer-unknown" for check in came.verdict.checks):
            again = _("  Once the card is trusted, “enblanket receive {path}” takes it in.")
            terminal.line(again.format(path=came.quarantined))
    elif not came.stored:
        terminal.line(_("  Not taken in, and nobody is answered."))
    if came.receipt is not None:
        terminal.line(_("  Receipt to send back: {path}").format(path=came.receipt))


def _tell_receipt(file: Path, came: ReceiptCame, terminal: Terminal) -> None:
    from exchange.workspace.wording import standing_word

    answered = came.answered
    if terminal.json:
        terminal.record(
            {
                "kind": "receipt",
                "file": str(file),
                "package": came.name,
                "package_sha256": answered.package,
                "from": answered.party,
                "verdict": answered.verdict,
                "codes": list(answered.codes),
                "counts": dict(answered.counts),
                "at": answered.on,
                "known": came.known,
                "code": came.code,
            }
        )
        return
    terminal.line(
        _("{file}: {party} says of {package}: {standing}").format(
            file=file.name,
            party=answered.party,
            package=came.name,
            standing=standing_word(answered.verdict),
        )
    )
    if answered.codes:
        terminal.line(f"  {', '.join(answered.codes)}")
    if came.known:
        terminal.line(_("  It had come before; nothing was added."))
    if came.code is not None:
        terminal.line(
            _(
                "  The receipt names events of ours that our ledger does not hold; “enblanket log --prove” says where. [{code}]"
            ).format(code=came.code)
        )


def _tell_questions(file: Path, came: QuestionsCame, terminal: Terminal) -> None:
    from exchange.figures import day

    asked = came.inquiry
    if terminal.json:
        terminal.record(
            {
                "kind": "questions",
                "file": str(file),
                "from": asked.sender,
                "bundle": asked.bundle,
                "due": asked.due.isoformat(),
                "questions": list(asked.questions),
                "workbook": str(came.path),
                "known": came.known,
            }
        )
        return
    terminal.line(
        translate_plural(
            "{file}: {count} question of {party}, to be answered by {day}",
            "{file}: {count} questions of {party}, to be answered by {day}",
            len(asked.questions),
        ).format(file=file.name, count=len(asked.questions), party=asked.sender, day=day(asked.due))
    )
    if came.known:
        terminal.line(_("  It had come before; nothing was added."))
    terminal.line(_("  Fill it in and send it back: enblanket ask --answer {path}").format(path=came.path))


def _tell_answers(file: Path, came: AnswersCame, terminal: Terminal) -> None:
    from exchange.cli.take_answers import answer_json, tell_answered

    answered = came.answered
    if terminal.json:
        terminal.record(
            {
                "kind": "answers",
                "file": str(file),
                "from": came.sender,
                "answers": [answer_json(one, answered) for one in answered.given],
                "unanswered": answered.unanswered,
                "known": answered.already,
                "notices": list(answered.notices),
            }
        )
        return
    tell_answered(answered, terminal)
    for notice in answered.notices:
        terminal.note(notice)

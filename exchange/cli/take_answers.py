"""Answer workbooks among the files of a ``take``: sorted out, taken, and what they say told (:mod:`exchange.workspace.answering`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.terminal import Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.intake.answers import Answers
    from exchange.parties import Party
    from exchange.review.questions import Given
    from exchange.workspace.answering import Answered

_ENDINGS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


def sorted_out(paths: Sequence[Path]) -> tuple[list[tuple[Answers, bytes]], list[Path]]:
    """Return the answer workbooks among files and folders, with their bytes, and the paths that are left.

    Raises:
        IntakeRefused: an answer workbook cannot be read as one.
    """
    answers: list[tuple[Answers, bytes]] = []
    rest: list[Path] = []
    for path in paths:
        found = {one: read for one in _files(path) if (read := _read(one)) is not None}
        answers += found.values()
        if not found:
            rest.append(path)
        elif path.is_dir():
            rest += [one for one in sorted(path.iterdir()) if one.is_file() and one not in found]
    return answers, rest


def _files(path: Path) -> Iterator[Path]:
    for one in sorted(path.iterdir()) if path.is_dir() else [path]:
        if one.suffix.lower() in _ENDINGS and one.is_file():
            yield one


def _read(path: Path) -> tuple[Answers, bytes] | None:
    from exchange.intake.answers import read_answers

    try:
        content = path.read_bytes()
    except OSError:
        return None  # whoever takes it as a sheet says what is wrong
    answers = read_answers(path.name, content)
    return None if answers is None else (answers, content)


def take_them(
    answers: Sequence[tuple[Answers, bytes]], sender: Party, terminal: Terminal, *, dry_run: bool
) -> None:
    """Take answer workbooks and say what they answer.

    Raises:
        IntakeRefused: one answers another party's questions, or none of ours.
        WorkspaceError: the ledger could not be written.
    """
    from exchange.workspace.answering import take_answers

    workspace = terminal.workspace()
    for found, content in answers:
        answered = take_answers(workspace, sender, found, content, dry_run=dry_run)
        if terminal.json:
            _write(answered, terminal)
        else:
            tell_answered(answered, terminal)
        for notice in answered.notices:
            terminal.note(notice)
        if dry_run and not terminal.json:
            terminal.note(_("Nothing was stored (--dry-run)."))


def _write(answered: Answered, terminal: Terminal) -> None:
    for one in answered.given:
        terminal.record({"answer": answer_json(one, answered)})
    terminal.record(
        {
            "answers": {
                "file": answered.file,
                "answered": len(answered.given),
                "unanswered": answered.unanswered,
                "already_taken": answered.already,
                "stored": answered.event is not None,
            }
        }
    )


def answer_json(one: Given, answered: Answered) -> dict[str, object]:
    """Return one answer as the machine contract's object."""
    return {
        "question": one.question,
        "finding_id": one.finding_id,
        "says": one.says,
        "value": one.value,
        "remark": answered.remarks.get(one.question, ""),
    }


def tell_answered(answered: Answered, terminal: Terminal) -> None:
    """Say what a workbook answers."""
    terminal.line(
        translate_plural(
            "{file}: {count} question answered, {open} left open.",
            "{file}: {count} questions answered, {open} left open.",
            len(answered.given),
        ).format(file=answered.file, count=len(answered.given), open=answered.unanswered)
    )
    if answered.already:
        terminal.line(_("  already taken: the same bytes from the same sender; nothing stored."))
        return
    for one in answered.given:
        terminal.line(f"  {one.finding_id[:8]} {_said(one)}")
    if answered.given:
        terminal.line(_("“enblanket ask --list” shows what each answer proposes; nothing was changed by it."))
    if answered.event is not None:
        terminal.note(_("Stored as event {id}.").format(id=answered.event.id[:12]))


def _said(one: Given) -> str:
    from exchange.form.workbook.question_mark import answer_label

    return answer_label(one.says) if one.value is None else f"{answer_label(one.says)}: {one.value}"

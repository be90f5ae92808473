"""``enblanket decide FINDING_ID… VERB``: what the review screen does, for scripts; by the same calls of the same desk."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, cast

from exchange.cli import decided
from exchange.cli.arguments import UsageError
from exchange.cli.terminal import Exit, Terminal
from exchange.errors import DecisionRefused
from exchange.language import translate as _
from exchange.review.decisions import VERBS, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.checks.findings import CellRef
    from exchange.review.desk import Batch
    from exchange.workspace.decision_desk import DecisionDesk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``decide`` takes."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="FINDING_ID... VERB",
        help=_(
            "findings, each in full or at least six of its first digits, and what is said of them: accept, correct, reject or ask"
        ),
    )
    parser.add_argument("--reason", default="", help=_("why; the auditor reads it, and reject needs it"))
    parser.add_argument("--value", help=_("a value of your own; correct needs it"))
    parser.add_argument(
        "--cell", metavar="TABLE/FIELD/KEY", help=_("which cell to correct, where the finding has several")
    )
    parser.add_argument(
        "--all-like",
        action="store_true",
        help=_("also every open finding of the same rule and likely cause"),
    )
    parser.add_argument(
        "--as-answered",
        action="store_true",
        help=_("decide what the answer of the party that was asked proposes"),
    )
    parser.add_argument(
        "--note", metavar="TEXT", help=_("note it on the findings, with or without a decision")
    )
    parser.add_argument("--undo", action="store_true", help=_("cancel the latest decision or batch"))
    parser.add_argument("--redo", action="store_true", help=_("say anew what was undone last"))
    parser.add_argument(
        "--list",
        action="store_true",
        help=_("every decision in force, those on earlier values and on findings that are gone among them"),
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do what is asked and say what it changed; 1 where some of several findings could not be decided so."""
    from exchange.workspace.decision_desk import DecisionDesk

    ids, verb = _read(arguments)
    workspace = terminal.workspace()
    if arguments.list:
        return decided.tell_all(workspace, terminal)
    desk = DecisionDesk(workspace)
    if arguments.undo or arguments.redo:
        return _step(desk, terminal, redo=arguments.redo)
    ids = list(dict.fromkeys(desk.found(one).finding.finding_id for one in ids))
    if arguments.all_like:
        ids = _alike(desk, ids)
    code = _decide(desk, ids, verb, arguments, terminal)
    if arguments.note is not None:
        _note(desk, ids, arguments.note, terminal)
    return code


def _read(arguments: argparse.Namespace) -> tuple[list[str], Verb | None]:
    """Return the findings and the verb that the line names.

    Raises:
        UsageError: it names none, or things that do not go together.
    """
    words = list(arguments.words)
    verb = cast("Verb", words.pop()) if words and words[-1] in VERBS else None
    whole = [name for name in ("undo", "redo", "list") if getattr(arguments, name)]
    if whole:
        if words or verb or len(whole) > 1:
            raise UsageError(
                _("--{option} stands alone, without findings or a verb.").format(option=whole[0])
            )
        return [], None
    if not words or not (verb or arguments.note is not None or arguments.as_answered):
        raise _lacking("verb" if words else "FINDING_ID, verb" if verb is None else "FINDING_ID")
    if arguments.as_answered and (verb or arguments.value or arguments.cell or len(words) > 1):
        raise UsageError(
            _("--as-answered decides one finding as it was answered; leave the verb, --value and --cell out.")
        )
    return words, verb


def _lacking(names: str) -> UsageError:
    reason = _("the following arguments are required: %s") % names
    return UsageError(
        _("{reason}; “{command} --help” tells what it takes.").format(
            reason=reason[:1].upper() + reason[1:], command="enblanket decide"
        )
    )


def _alike(desk: DecisionDesk, ids: Sequence[str]) -> list[str]:
    """Return the findings and those that are open like them, each once."""
    open_ids = {entry.finding.finding_id for entry in desk.entries() if entry.is_open}
    alike = [other for one in ids for other in desk.listing.alike(one) if other in open_ids]
    return list(dict.fromkeys([*ids, *alike]))


def _decide(
    desk: DecisionDesk,
    ids: Sequence[str],
    verb: Verb | None,
    arguments: argparse.Namespace,
    terminal: Terminal,
) -> int:
    if arguments.as_answered:
        entry = desk.decide_as_answered(ids[0], arguments.reason)
        decided.tell(entry, terminal)
    elif verb is None:
        return Exit.HOLDS
    elif len(ids) == 1:
        cell = _cell(arguments.cell) if arguments.cell else None
        decided.tell(desk.decide(ids[0], verb, arguments.reason, arguments.value, cell=cell), terminal)
    else:
        if arguments.cell:
            raise UsageError(_("--cell names a cell of one finding; decide these one by one."))
        return _tell_batch(desk.decide_all(ids, verb, arguments.reason, arguments.value), terminal)
    return Exit.HOLDS


def _tell_batch(batch: Batch, terminal: Terminal) -> int:
    for entry in batch.decided:
        decided.tell(entry, terminal)
    for refused in batch.refused:
        if terminal.json:
            terminal.record({"refused": {"finding_id": refused.finding_id, "why": refused.why}})
        else:
            terminal.line(_("{id} is as it was: {why}").format(id=refused.finding_id[:12], why=refused.why))
    return Exit.OPEN if batch.refused else Exit.HOLDS


def _note(desk: DecisionDesk, ids: Sequence[str], text: str, terminal: Terminal) -> None:
    for one in ids:
        desk.note(one, text)
        if terminal.json:
            terminal.record({"note": {"finding_id": one, "text": text}})
        else:
            terminal.line(_("Noted on {id}.").format(id=one[:12]))


def _step(desk: DecisionDesk, terminal: Terminal, *, redo: bool) -> int:
    entries = desk.redo() if redo else desk.undo()
    for entry in entries:
        decided.tell(entry, terminal)
    if not entries and not terminal.json:
        terminal.line(_("There is nothing to say anew.") if redo else _("There is nothing to undo."))
    return Exit.HOLDS


def _cell(text: str) -> CellRef:
    from exchange.checks.findings import CellRef

    table, _slash, rest = text.partition("/")
    field, slash, key = rest.partition("/")
    if not slash:
        raise DecisionRefused(_("“{cell}” is no cell; write table/field/key.").format(cell=text[:80]))
    return CellRef(table, key, field)

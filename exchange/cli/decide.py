"""``enblanket decide FINDING_ID VERB``: what the review screen does, for scripts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.errors import DecisionRefused
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.checks.findings import CellRef


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``decide`` takes."""
    parser.add_argument(
        "finding_id", metavar="FINDING_ID", help=_("in full, or at least six of its first digits")
    )
    parser.add_argument("verb", choices=("accept", "correct", "reject", "ask"), help=_("what is said of it"))
    parser.add_argument("--reason", default="", help=_("why; the auditor reads it, and reject needs it"))
    parser.add_argument("--value", help=_("a value of your own; correct needs it"))
    parser.add_argument(
        "--cell", metavar="TABLE/FIELD/KEY", help=_("which cell to correct, where the finding has several")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Store the decision and say what it changed."""
    from exchange.cli.wording import entry_json, status_word
    from exchange.workspace.decision_desk import DecisionDesk

    desk = DecisionDesk(terminal.workspace())
    entry = desk.decide(
        arguments.finding_id,
        arguments.verb,
        arguments.reason,
        arguments.value,
        cell=_cell(arguments.cell) if arguments.cell else None,
    )
    if terminal.json:
        terminal.record(entry_json(entry))
        return Exit.HOLDS
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
    return Exit.HOLDS


def _cell(text: str) -> CellRef:
    from exchange.checks.findings import CellRef

    table, _slash, rest = text.partition("/")
    field, slash, key = rest.partition("/")
    if not slash:
        raise DecisionRefused(_("“{cell}” is no cell; write table/field/key.").format(cell=text[:80]))
    return CellRef(table, key, field)

"""``enblanket purge --before DATE``: says what would go; with ``--yes`` it goes, and nothing brings it back."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.retention import Plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``purge`` takes."""
    parser.add_argument(
        "--before",
        type=date.fromisoformat,
        metavar="DATE",
        required=True,
        help=_("the first day that is kept: the first of a month"),
    )
    parser.add_argument("--yes", action="store_true", help=_("do it; without, it is only said what would go"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Say what goes, and let it go where that was asked for."""
    from exchange.workspace.retention import plan_purge, purge

    workspace = terminal.workspace()
    plan = plan_purge(workspace, arguments.before)
    done = arguments.yes and not plan.is_empty
    if done:
        purge(workspace, plan)
    if terminal.json:
        terminal.record(_as_json(plan, done=done))
    else:
        _tell(plan, terminal, done=done)
    return Exit.HOLDS


def _as_json(plan: Plan, *, done: bool) -> dict[str, object]:
    return {
        "before": plan.before.isoformat(),
        "done": done,
        "objects": len(plan.objects),
        "tables": plan.tables,
        "sources": plan.sources,
        "packages": list(plan.packages),
        "files": [str(path) for path in plan.files],
        "left_over": len(plan.left_over),
        "staying": plan.staying,
    }


def _tell(plan: Plan, terminal: Terminal, *, done: bool) -> None:
    if plan.is_empty:
        terminal.line(_("Nothing lies before {day}.").format(day=plan.before))
        return
    head = _("From before {day} has gone:") if done else _("From before {day} would go:")
    terminal.line(head.format(day=plan.before))
    terminal.line(_("  tables of rows: {count}").format(count=plan.tables))
    terminal.line(_("  source files: {count}").format(count=plan.sources))
    terminal.line(_("  packages: {count}").format(count=len(plan.packages)))
    for path in plan.files:
        terminal.line(f"  {path}")
    if plan.left_over:
        terminal.line(_("  left over from an earlier purge: {count}").format(count=len(plan.left_over)))
    if plan.staying:
        terminal.line(
            _(
                "Tables that hold rows from {day} on too: {count}; they stay until those are older, and their older rows no longer count."
            ).format(day=plan.before, count=plan.staying)
        )
    if not done:
        terminal.note(_("Nothing was deleted; give --yes to delete it, which nothing brings back."))

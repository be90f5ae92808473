"""``enblanket review``: the findings on a screen, to decide; as running text where there is no screen."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.decision_desk import DecisionDesk
    from tui.words import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``review`` takes."""
    parser.add_argument("--plain", action="store_true", help=_("running text, for a screen reader or a pipe"))
    parser.add_argument("--ascii", action="store_true", help=_("no character but ASCII and æøå"))
    parser.add_argument(
        "--theme", choices=("cb-dark", "cb-light", "mono"), default="cb-dark", help=_("the colours")
    )
    parser.add_argument(
        "--auditor", metavar="PROFILE", help=_("judge by this auditor's profile instead of each party's own")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Open the screen, or tell the open list; the exit code says whether anything is left open."""
    from exchange.cli.wording import entry_json, weighs
    from exchange.workspace.decision_desk import DecisionDesk

    desk = DecisionDesk(terminal.workspace(), arguments.auditor)
    if terminal.json:
        for entry in desk.entries():
            terminal.record(entry_json(entry))
    elif arguments.plain or not _on_a_screen(terminal):
        _tell(desk, terminal, ascii_only=arguments.ascii)
    else:
        _show(desk, theme=arguments.theme, ascii_only=arguments.ascii)
    return Exit.OPEN if weighs(desk.entries()) else Exit.HOLDS


def _on_a_screen(terminal: Terminal) -> bool:
    return sys.stdin.isatty() and terminal.out.isatty()


def _tell(desk: DecisionDesk, terminal: Terminal, *, ascii_only: bool) -> None:
    from tui.dossier import Dossiers
    from tui.plain import plain_lines
    from tui.text import ASCII, UNICODE

    dossiers = Dossiers(_words(), ASCII if ascii_only else UNICODE)
    for line in plain_lines(desk.entries(), dossiers, desk.workspace.owner.name):
        terminal.line(line)


def _show(desk: DecisionDesk, *, theme: str, ascii_only: bool) -> None:
    from tui.app import ReviewApp

    ReviewApp(desk, _words(), heading=desk.workspace.owner.name, theme=theme, ascii_only=ascii_only).run()


def _words() -> Words:
    from exchange.checks.rules import load_rules
    from exchange.form.tables import tables
    from tui.words import Words

    return Words(load_rules().rules, tables())

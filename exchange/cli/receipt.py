"""``enblanket receipt record PACKAGE``: note what a receiver answered by phone or on paper."""

from __future__ import annotations

import argparse
from datetime import date

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``receipt`` takes."""
    parser.add_argument("action", choices=("record",), help=_("note an answer"))
    parser.add_argument(
        "package", metavar="PACKAGE", help=_("its file’s name, or the beginning of its sha256")
    )
    parser.add_argument(
        "--verdict",
        choices=("accepted", "delivered", "returned"),
        required=True,
        help=_("what was answered"),
    )
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar="DATE", help=_("the day of the answer; else today")
    )
    parser.add_argument("--note", metavar="TEXT", default="", help=_("who answered, and how"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note it."""
    from exchange.workspace.receiving import note_answer
    from exchange.workspace.wording import standing_word

    workspace = terminal.workspace()
    on = arguments.on or terminal.clock().date()
    sealed = note_answer(workspace, arguments.package, arguments.verdict, on, arguments.note)
    if terminal.json:
        terminal.record(
            {
                "package": sealed.body["name"],
                "package_sha256": sealed.body["sha256"],
                "verdict": arguments.verdict,
                "on": on.isoformat(),
            }
        )
    else:
        terminal.note(
            _("{package}: {standing}, noted.").format(
                package=sealed.body["name"], standing=standing_word(arguments.verdict)
            )
        )
    return Exit.HOLDS

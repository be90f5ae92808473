"""``enblanket agreement add FILE.toml``: an agreement's terms, parties, sites, mentors and responsibilities."""

from __future__ import annotations

import argparse
from pathlib import Path

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``agreement`` takes."""
    parser.add_argument("action", choices=("add",), help=_("add, or replace by a newer version"))
    parser.add_argument("file", type=Path, metavar="FILE.toml", help=_("the agreement file"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Add it and say what it held."""
    from exchange.form.tables import table
    from exchange.workspace.agreement_book import add_agreement

    added = add_agreement(terminal.workspace(), terminal.here / arguments.file)
    if terminal.json:
        terminal.record(
            {"agreement_id": added.agreement_id, "rows": dict(added.rows), "unchanged": added.unchanged}
        )
        return Exit.HOLDS
    if added.unchanged:
        terminal.line(_("{agreement}: already added, nothing changed.").format(agreement=added.agreement_id))
        return Exit.HOLDS
    counts = ", ".join(f"{table(name).label} {count}" for name, count in added.rows.items())
    terminal.line(_("{agreement} is added: {counts}.").format(agreement=added.agreement_id, counts=counts))
    return Exit.HOLDS

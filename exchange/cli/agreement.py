"""``enblanket agreement add FILE.toml``: an agreement's terms, parties, sites, mentors and responsibilities."""

from __future__ import annotations

import argparse
from pathlib import Path

from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.cli.waiting_rows import NONE_WAITED, admit, tell_admitted
from exchange.language import translate as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``agreement`` takes."""
    parser.add_argument("action", choices=("add",), help=_("add, or replace by a newer version"))
    parser.add_argument("file", type=Path, metavar="FILE.toml", help=_("the agreement file"))
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Add it and say what it held."""
    from exchange.form.tables import table
    from exchange.workspace.agreement_book import add_agreement

    workspace = terminal.workspace()
    added = add_agreement(workspace, terminal.here / arguments.file)
    admitted = NONE_WAITED if added.unchanged else admit(arguments, passphrase_of(arguments), workspace)
    if terminal.json:
        terminal.record(
            {
                "agreement_id": added.agreement_id,
                "rows": dict(added.rows),
                "unchanged": added.unchanged,
                "admitted": admitted.rows,
            }
        )
    elif added.unchanged:
        terminal.line(_("{agreement}: already added, nothing changed.").format(agreement=added.agreement_id))
    else:
        counts = ", ".join(f"{table(name).label} {count}" for name, count in added.rows.items())
        terminal.line(
            _("{agreement} is added: {counts}.").format(agreement=added.agreement_id, counts=counts)
        )
    tell_admitted(admitted, terminal)
    return Exit.HOLDS

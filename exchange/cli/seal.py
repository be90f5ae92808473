"""``enblanket seal --period START..END --to PARTY``: one signed package each; prints one path per line."""

from __future__ import annotations

import argparse
from pathlib import Path

from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``seal`` takes."""
    parser.add_argument(
        "--period", metavar="START..END", required=True, help=_("whole months, as 2016-01-01..2016-06-30")
    )
    parser.add_argument(
        "--to", metavar="PARTY", required=True, help=_("a jobcentre (159) or an audit firm (aud-nord)")
    )
    parser.add_argument("--jobcentre", metavar="CODE", help=_("only this jobcentre’s rows"))
    parser.add_argument("--agreement", metavar="ID", help=_("only this agreement"))
    parser.add_argument("--encrypt", action="store_true", help=_("to the recipient’s trusted card, with age"))
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=_("where to write; else the workspace’s outbox")
    )
    parser.add_argument(
        "--draft", action="store_true", help=_("marked as a draft, which nobody accepts as final")
    )
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Seal, and print where the packages lie."""
    from exchange.parties import parse_party
    from exchange.periods import parse_period
    from exchange.workspace.dispatch import Order, seal

    workspace = terminal.workspace()
    order = Order(
        period=parse_period(arguments.period),
        recipient=parse_party(arguments.to),
        jobcentre=parse_party(arguments.jobcentre).id if arguments.jobcentre else None,
        agreement_id=arguments.agreement,
        draft=arguments.draft,
        encrypt=arguments.encrypt,
        folder=workspace.outbox if arguments.out is None else terminal.here / arguments.out,
        passphrase=passphrase_of(arguments),
    )
    for one in seal(workspace, order):
        if terminal.json:
            terminal.record(
                {
                    "path": str(one.path),
                    "sha256": one.sha256,
                    "agreement_id": one.descriptor.agreement_id,
                    "jobcentre": one.descriptor.jobcentre,
                    "recipient": one.descriptor.recipient,
                    "period": str(one.descriptor.period),
                    "sequence": one.descriptor.sequence,
                    "draft": one.descriptor.draft,
                }
            )
        else:
            terminal.line(str(one.path))
    return Exit.HOLDS

"""``enblanket settle --period START..END``: kroner per agreement and jobcentre, each line with its arithmetic."""

from __future__ import annotations

import argparse

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``settle`` takes."""
    parser.add_argument(
        "--period",
        metavar="START..END",
        required=True,
        help=_("both days included, as 2016-01-01..2016-03-31"),
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Settle and print."""
    from exchange.periods import parse_period

    lines = terminal.workspace().settle(parse_period(arguments.period))
    if terminal.json:
        for line in lines:
            terminal.record(line.as_json())
        return Exit.HOLDS
    for line in lines:
        _tell(line, terminal)
    if not lines:
        terminal.line(_("Nothing to settle: no agreement with funding has days in this period."))
    return Exit.HOLDS


def _tell(line: object, terminal: Terminal) -> None:
    from exchange.cli.wording import arithmetic
    from exchange.figures import kroner
    from exchange.settlement.settle import Line, Missing, Total

    if isinstance(line, Line):
        who = line.placement_id or line.jobcentre
        terminal.line(f"  {who:<16} {kroner(line.amount):>18}   {arithmetic(line)}")
    elif isinstance(line, Missing):
        terminal.line(
            _("{agreement} {jobcentre}: cannot be settled, {missing} is missing.").format(
                agreement=line.agreement_id, jobcentre=line.jobcentre, missing=line.missing
            )
        )
    elif isinstance(line, Total):
        terminal.line(
            _("{agreement} {jobcentre}: {total}").format(
                agreement=line.agreement_id, jobcentre=line.jobcentre, total=kroner(line.total)
            )
        )
        terminal.line()

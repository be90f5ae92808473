"""``enblanket report coverage | weeks | findings | fault``: what is told of a workspace as a whole.

What each auditor asks and what is met; the hours of every placement by week; every finding as CSV; what to send when
something fails, without personal data.

A report is a line of :func:`_reports`; a new one is a module in ``exchange/reports`` and a line there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.coverage import Coverage

Report = Callable[[argparse.Namespace, Terminal], int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``report`` takes."""
    parser.add_argument(
        "report",
        metavar="REPORT",
        help=_(
            "coverage: every auditor by every demand; weeks: the hours of every placement by week and side; findings: every "
            "finding with its decision, as CSV; fault: what to send when something fails, without personal data"
        ),
    )
    parser.add_argument("--agreement", metavar="ID", help=_("only this agreement"))
    parser.add_argument("--placement", metavar="ID", default="", help=_("weeks: only this placement"))
    parser.add_argument("--as", dest="written_as", choices=("text", "json"), help=_("as --format"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the report."""
    known = _reports()
    if arguments.report not in known:
        raise UsageError(
            _("There is no report “{name}”: give {known}.").format(
                name=arguments.report[:40], known=", ".join(known)
            )
        )
    if arguments.written_as is not None:
        terminal.json = arguments.written_as == "json"
    return known[arguments.report](arguments, terminal)


def _reports() -> Mapping[str, Report]:
    return {"coverage": _coverage, "weeks": _weeks, "findings": _findings, "fault": _fault}


def _coverage(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.reports.coverage_told import coverage_lines
    from exchange.workspace.reports_desk import covered

    found = _chosen(covered(terminal.workspace()), arguments.agreement)
    if terminal.json:
        for one in found:
            for record in one.as_json():
                terminal.record(record)
    else:
        _lines(coverage_lines(found), terminal)
    return Exit.OPEN if _weighs(found) else Exit.HOLDS


def _chosen(covered: Sequence[Coverage], agreement: str | None) -> Sequence[Coverage]:
    known = dict.fromkeys(one.auditor.agreement_id for one in covered)
    if agreement is not None and agreement not in known:
        raise UsageError(
            _("No auditor is named for an agreement “{agreement}”: give one of {known}.").format(
                agreement=agreement[:64], known=", ".join(known) or "–"
            )
        )
    return [one for one in covered if agreement in (None, one.auditor.agreement_id)]


def _weeks(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.reports.weeks_told import week_lines
    from exchange.workspace.reports_desk import weeks

    found = weeks(terminal.workspace(), arguments.placement)
    found = [one for one in found if arguments.agreement in (None, one.agreement_id)]
    if not found:
        raise UsageError(
            _(
                "There are no mentor hours of that agreement or placement; “enblanket status” tells what has come."
            )
        )
    for one in found:
        if terminal.json:
            for record in one.as_json():
                terminal.record(record)
        else:
            _lines(week_lines(one), terminal)
    return Exit.HOLDS


def _findings(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.reports.findings import csv_heading, csv_lines, entry_json

    entries = terminal.workspace().review().entries
    if terminal.json:
        for entry in entries:
            terminal.record(entry_json(entry))
    else:
        _lines((line.rstrip("\n") for line in (csv_heading(), *csv_lines(entries))), terminal)
    return Exit.HOLDS


def _fault(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.workspace.fault_report import fault_report

    facts = fault_report(terminal.workspace())
    if terminal.json:
        terminal.record(facts)
    else:
        _lines((f"{name}: {value}" for name, value in facts.items()), terminal)
    return Exit.HOLDS


def _lines(lines: Iterable[str], terminal: Terminal) -> None:
    for line in lines:
        terminal.line(line)


def _weighs(covered: Sequence[Coverage]) -> bool:
    cells = [cell for one in covered for cell in one.cells]
    return any(cell.state == "unknown" or any(f.severity != "info" for f in cell.unmet) for cell in cells)

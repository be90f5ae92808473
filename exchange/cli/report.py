"""``enblanket report coverage | weeks``: what each auditor asks and what is met; the hours of every placement by week.

A report is a line of :func:`_reports`; a new one is a module in ``exchange/reports`` and a line there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from exchange.reports.coverage import Cell, Coverage
    from exchange.reports.weeks import PlacementWeeks, Week

Report = Callable[[argparse.Namespace, Terminal], int]

_FINDINGS_SHOWN = 8
_TITLE_WIDTH = 31
_COLUMN_WIDTH = 20
_COLUMNS = 3  # beside the titles: 31 + 3 × 20 = 91 of 100 columns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``report`` takes."""
    parser.add_argument(
        "report",
        metavar="REPORT",
        help=_(
            "coverage: every auditor by every demand; weeks: the hours of every placement by week and side"
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
    return {"coverage": _coverage, "weeks": _weeks}


def _coverage(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.workspace.reports_desk import covered

    found = _chosen(covered(terminal.workspace()), arguments.agreement)
    if terminal.json:
        for one in found:
            for record in one.as_json():
                terminal.record(record)
    else:
        _tell(found, terminal)
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
            _tell_weeks(one, terminal)
    return Exit.HOLDS


def _tell_weeks(one: PlacementWeeks, terminal: Terminal) -> None:
    from exchange.figures import hours
    from exchange.reports.coverage_told import jobcentre_name

    terminal.line(f"{one.placement_id}  {jobcentre_name(one.jobcentre)}  {one.agreement_id}")
    columns = (_("company"), _("jobcentre"), _("difference"), _("agreed"))
    terminal.line("  " + _("week").ljust(10) + "".join(f"{name:>14}" for name in columns))
    for week in one.weeks:
        terminal.line(_week_line(week))
    sums = "".join(f"{hours(one.total(side)):>14}" for side in ("company", "jobcentre"))
    terminal.line("  " + _("sum").ljust(10) + sums)
    terminal.line()


def _week_line(week: Week) -> str:
    from exchange.figures import hours
    from exchange.reports.weeks import week_name

    figures = (week.hours("company"), week.hours("jobcentre"), week.difference, week.agreed)
    text = "".join(f"{'–' if figure is None else hours(figure):>14}" for figure in figures)
    over = _("over what is agreed") if week.is_over else ""
    return f"  {week_name(week.monday):<10}{text}  {over}".rstrip()


def _weighs(covered: Sequence[Coverage]) -> bool:
    cells = [cell for one in covered for cell in one.cells]
    return any(cell.state == "unknown" or any(f.severity != "info" for f in cell.unmet) for cell in cells)


def _tell(covered: Sequence[Coverage], terminal: Terminal) -> None:
    if not covered:
        terminal.line(
            _(
                "No party names an auditor: set auditor and auditor_profile under [[parties]] of the agreement."
            )
        )
        return
    for agreement, group in groupby(covered, key=lambda one: one.auditor.agreement_id):
        found = list(group)
        terminal.line(agreement)
        for first in range(0, len(found), _COLUMNS):
            _tell_matrix(found[first : first + _COLUMNS], terminal)
        for one in found:
            _tell_auditor(one, terminal)


def _tell_matrix(block: Sequence[Coverage], terminal: Terminal) -> None:
    from exchange.reports.coverage_told import SIGNS, jobcentre_name, state_text

    terminal.line()
    terminal.line(_row("", [jobcentre_name(one.auditor.jobcentre) for one in block]))
    terminal.line(_row("", [one.auditor.name or "–" for one in block]))
    for cells in zip(*(one.cells for one in block), strict=True):
        terminal.line(
            _row(cells[0].demand.title, [f"{SIGNS[cell.state]} {state_text(cell)}" for cell in cells])
        )


def _row(title: str, columns: Sequence[str]) -> str:
    cut = (text if len(text) < _COLUMN_WIDTH else f"{text[: _COLUMN_WIDTH - 2]}…" for text in columns)
    return (f"{title:<{_TITLE_WIDTH}}" + "".join(f"{text:<{_COLUMN_WIDTH}}" for text in cut)).rstrip()


def _tell_auditor(one: Coverage, terminal: Terminal) -> None:
    from exchange.reports.coverage_told import SIGNS, asked, heading, outcome

    terminal.line()
    terminal.line(heading(one.auditor))
    profile = one.auditor.profile
    for cell in one.cells:
        if profile is not None and profile.asks(cell.demand):
            terminal.line(f"  {SIGNS[cell.state]} {asked(profile, cell.demand)}: {outcome(cell)}")
            for line in _which(cell):
                terminal.line(f"      {line}")


def _which(cell: Cell) -> Iterator[str]:
    from exchange.reports.coverage_told import finding_line

    for finding in cell.unmet[:_FINDINGS_SHOWN]:
        yield finding_line(finding)
    more = len(cell.unmet) - _FINDINGS_SHOWN
    if more > 0:
        yield translate_plural(
            "and {count} more; --as json names them all", "and {count} more; --as json names them all", more
        ).format(count=more)

"""``enblanket report coverage``: what each auditor asks, and what is met, side by side for an agreement.

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

    from exchange.checks.demands import Demand
    from exchange.checks.findings import Finding
    from exchange.checks.profiles import Profile
    from exchange.reports.coverage import Auditor, Cell, Coverage, State

Report = Callable[[argparse.Namespace, Terminal], int]

_FINDINGS_SHOWN = 8
_TITLE_WIDTH = 31
_COLUMN_WIDTH = 20
_COLUMNS = 3  # beside the titles: 31 + 3 × 20 = 91 of 100 columns
_SIGNS: Mapping[State, str] = {"met": "✓", "not-met": "✗", "not-asked": "·", "unknown": "?"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``report`` takes."""
    parser.add_argument("report", metavar="REPORT", help=_("coverage: every auditor by every demand"))
    parser.add_argument("--agreement", metavar="ID", help=_("only this agreement"))
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
    return {"coverage": _coverage}


def _coverage(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.reports.coverage import auditors_of, coverage

    workspace = terminal.workspace()
    reviewed = workspace.review()
    auditors = auditors_of(
        workspace.holdings().records("parties"), workspace.profiles(), reviewed.corrections
    )
    covered = coverage(_chosen(auditors, arguments.agreement), reviewed.entries)
    if terminal.json:
        for one in covered:
            for record in one.as_json():
                terminal.record(record)
    else:
        _tell(covered, terminal)
    return Exit.OPEN if _weighs(covered) else Exit.HOLDS


def _chosen(auditors: Sequence[Auditor], agreement: str | None) -> Sequence[Auditor]:
    known = dict.fromkeys(auditor.agreement_id for auditor in auditors)
    if agreement is not None and agreement not in known:
        raise UsageError(
            _("No auditor is named for an agreement “{agreement}”: give one of {known}.").format(
                agreement=agreement[:64], known=", ".join(known) or "–"
            )
        )
    return [auditor for auditor in auditors if agreement in (None, auditor.agreement_id)]


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
    terminal.line()
    terminal.line(_row("", [_jobcentre(one.auditor) for one in block]))
    terminal.line(_row("", [one.auditor.name or "–" for one in block]))
    for cells in zip(*(one.cells for one in block), strict=True):
        terminal.line(_row(cells[0].demand.title, [_said(cell) for cell in cells]))


def _row(title: str, columns: Sequence[str]) -> str:
    cut = (text if len(text) < _COLUMN_WIDTH else f"{text[: _COLUMN_WIDTH - 2]}…" for text in columns)
    return (f"{title:<{_TITLE_WIDTH}}" + "".join(f"{text:<{_COLUMN_WIDTH}}" for text in cut)).rstrip()


def _said(cell: Cell) -> str:
    words = {
        "met": _("met"),
        "not-met": _("{count} unmet").format(count=len(cell.unmet)),
        "not-asked": _("not asked"),
        "unknown": _("unknown"),
    }
    return f"{_SIGNS[cell.state]} {words[cell.state]}"


def _tell_auditor(one: Coverage, terminal: Terminal) -> None:
    terminal.line()
    terminal.line(_heading(one.auditor))
    profile = one.auditor.profile
    for cell in one.cells:
        if profile is not None and profile.asks(cell.demand):
            terminal.line(f"  {_SIGNS[cell.state]} {_asked(profile, cell.demand)}: {_outcome(cell)}")
            for line in _which(cell):
                terminal.line(f"      {line}")


def _heading(auditor: Auditor) -> str:
    who = f"{_jobcentre(auditor)}, {auditor.name or '–'}"
    if auditor.profile is not None:
        return f"{who}: {auditor.profile.id}, {auditor.profile.title}"
    if auditor.profile_id is None:
        return _("{who}: no profile, so nothing more is asked.").format(who=who)
    return _("{who}: the profile “{profile}” is not known here; put its file in auditors/.").format(
        who=who, profile=auditor.profile_id
    )


def _jobcentre(auditor: Auditor) -> str:
    from exchange.form.codes import code_list

    code = code_list("municipality").get(auditor.jobcentre)
    return f"{auditor.jobcentre} {code.label}" if code else auditor.jobcentre


def _asked(profile: Profile, demand: Demand) -> str:
    value = _value(profile.value(demand), demand)
    title = f"{demand.title} ({value})" if value else demand.title
    return f"{title} [{', '.join(demand.rules)}]"


def _value(value: object, demand: Demand) -> str:
    from exchange.checks.demands import UNDER_DOCUMENTED
    from exchange.checks.wording import shown

    if value is True:
        return ""
    if isinstance(value, tuple):
        return ", ".join(shown("activity", code) for code in value)
    if demand.parameter == UNDER_DOCUMENTED:
        return _severity(str(value))
    return f"{shown(demand.parameter, value)} {demand.unit}"


def _outcome(cell: Cell) -> str:
    decided = translate_plural("{count} decided", "{count} decided", cell.decided).format(count=cell.decided)
    said = _said(cell)[2:]
    return f"{said}, {decided}" if cell.decided else said


def _which(cell: Cell) -> Iterator[str]:
    for finding in cell.unmet[:_FINDINGS_SHOWN]:
        yield f"{finding.finding_id[:8]} {finding.rule} [{_severity(finding.severity)}] {_subject(finding)}"
    more = len(cell.unmet) - _FINDINGS_SHOWN
    if more > 0:
        yield translate_plural(
            "and {count} more; --as json names them all", "and {count} more; --as json names them all", more
        ).format(count=more)


def _subject(finding: Finding) -> str:
    from exchange.checks.wording import on_one_line

    values = [value for name, value in finding.subject if name != "agreement_id" and value]
    return on_one_line(" ".join(values))


def _severity(severity: str) -> str:
    return {"error": _("error"), "warning": _("warning"), "info": _("info")}[severity]

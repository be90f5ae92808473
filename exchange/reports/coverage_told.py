"""How the coverage report is said, by a command and by a screen: cells of :mod:`exchange.reports.coverage` in, words out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from exchange.checks.demands import UNDER_DOCUMENTED
from exchange.checks.wording import on_one_line, shown
from exchange.form.codes import code_list
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.checks.demands import Demand
    from exchange.checks.findings import Finding
    from exchange.checks.profiles import Profile
    from exchange.reports.coverage import Auditor, Cell, Coverage, State

SIGNS: Mapping[State, str] = {"met": "✓", "not-met": "✗", "not-asked": "·", "unknown": "?"}
_FINDINGS_SHOWN = 8
_TITLE_WIDTH = 31
_COLUMN_WIDTH = 20
_COLUMNS = 3  # beside the titles: 31 + 3 × 20 = 91 of 100 columns


def coverage_lines(covered: Sequence[Coverage]) -> Iterator[str]:
    """Yield the report: of each agreement a matrix of demands by auditor, then each auditor's own demands."""
    if not covered:
        yield _(
            "No party names an auditor: set auditor and auditor_profile under [[parties]] of the agreement."
        )
    for agreement, group in groupby(covered, key=lambda one: one.auditor.agreement_id):
        found = list(group)
        yield agreement
        for first in range(0, len(found), _COLUMNS):
            yield from _matrix(found[first : first + _COLUMNS])
        for one in found:
            yield from _auditor_lines(one)


def state_text(cell: Cell) -> str:
    """Return what has become of a demand, in a word or two."""
    return {
        "met": _("met"),
        "not-met": _("{count} unmet").format(count=len(cell.unmet)),
        "not-asked": _("not asked"),
        "unknown": _("unknown"),
    }[cell.state]


def outcome(cell: Cell) -> str:
    """Return the same with how many findings were decided."""
    decided = translate_plural("{count} decided", "{count} decided", cell.decided).format(count=cell.decided)
    return f"{state_text(cell)}, {decided}" if cell.decided else state_text(cell)


def heading(auditor: Auditor) -> str:
    """Return whose demands these are, and by which profile."""
    who = f"{jobcentre_name(auditor.jobcentre)}, {auditor.name or '–'}"
    if auditor.profile is not None:
        return f"{who}: {auditor.profile.id}, {auditor.profile.title}"
    if auditor.profile_id is None:
        return _("{who}: no profile, so nothing more is asked.").format(who=who)
    return _("{who}: the profile “{profile}” is not known here; put its file in auditors/.").format(
        who=who, profile=auditor.profile_id
    )


def jobcentre_name(jobcentre: str) -> str:
    """Return a jobcentre's number and municipality."""
    code = code_list("municipality").get(jobcentre)
    return f"{jobcentre} {code.label}" if code else jobcentre


def asked(profile: Profile, demand: Demand) -> str:
    """Return a demand with the value that the profile asks, and its rules."""
    value = _value(profile.value(demand), demand)
    title = f"{demand.title} ({value})" if value else demand.title
    return f"{title} [{', '.join(demand.rules)}]"


def finding_line(finding: Finding) -> str:
    """Return an unmet demand's finding in one line."""
    values = [value for name, value in finding.subject if name != "agreement_id" and value]
    subject = on_one_line(" ".join(values))
    return f"{finding.finding_id[:8]} {finding.rule} [{_severity(finding.severity)}] {subject}"


def _matrix(block: Sequence[Coverage]) -> Iterator[str]:
    yield ""
    yield _row("", [jobcentre_name(one.auditor.jobcentre) for one in block])
    yield _row("", [one.auditor.name or "–" for one in block])
    for cells in zip(*(one.cells for one in block), strict=True):
        yield _row(cells[0].demand.title, [f"{SIGNS[cell.state]} {state_text(cell)}" for cell in cells])


def _row(title: str, columns: Sequence[str]) -> str:
    cut = (text if len(text) < _COLUMN_WIDTH else f"{text[: _COLUMN_WIDTH - 2]}…" for text in columns)
    return (f"{title:<{_TITLE_WIDTH}}" + "".join(f"{text:<{_COLUMN_WIDTH}}" for text in cut)).rstrip()


def _auditor_lines(one: Coverage) -> Iterator[str]:
    yield ""
    yield heading(one.auditor)
    profile = one.auditor.profile
    for cell in one.cells:
        if profile is not None and profile.asks(cell.demand):
            yield f"  {SIGNS[cell.state]} {asked(profile, cell.demand)}: {outcome(cell)}"
            yield from (f"      {line}" for line in _which(cell))


def _which(cell: Cell) -> Iterator[str]:
    yield from map(finding_line, cell.unmet[:_FINDINGS_SHOWN])
    more = len(cell.unmet) - _FINDINGS_SHOWN
    if more > 0:
        yield translate_plural(
            "and {count} more; --as json names them all", "and {count} more; --as json names them all", more
        ).format(count=more)


def _value(value: object, demand: Demand) -> str:
    if value is True:
        return ""
    if isinstance(value, tuple):
        return ", ".join(shown("activity", code) for code in value)
    if demand.parameter == UNDER_DOCUMENTED:
        return _severity(str(value))
    return f"{shown(demand.parameter, value)} {demand.unit}"


def _severity(severity: str) -> str:
    return {"error": _("error"), "warning": _("warning"), "info": _("info")}[severity]

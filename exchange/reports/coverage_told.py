"""How the coverage report is said, by a command and by a screen: cells of :mod:`exchange.reports.coverage` in, words out."""

from __future__ import annotations

from collections.abc import Mapping
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
    from exchange.reports.coverage import Auditor, Cell, State

SIGNS: Mapping[State, str] = {"met": "✓", "not-met": "✗", "not-asked": "·", "unknown": "?"}


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

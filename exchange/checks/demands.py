"""What an auditor may demand: each parameter of rules.md that a profile sets, and the rules that say when it is not met.

The one table of demands. :mod:`.profiles` reads a profile by it, the verifier asks it what stands unmet, and the coverage
report lays every auditor's demands side by side. A finding of a demand's rule, where the profile asks it, is the
demand not met; what a profile leaves out is not asked, whatever the rule's default finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.checks.findings import Finding
from exchange.language import choose

if TYPE_CHECKING:
    from exchange.checks.profiles import Profile

UNDER_DOCUMENTED = "C07"
"""The demand that no parameter of its own sets: a profile makes it by giving C07 a severity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One demand that a profile may make.

    Attributes:
        parameter: its name in rules.md and in a profile; for :data:`UNDER_DOCUMENTED` the rule's id.
        rules: the rules that speak where it is not met.
        unit_da, unit_en: of the value asked; empty where it is not counted.
    """

    parameter: str
    rules: tuple[str, ...]
    title_da: str
    title_en: str
    unit_da: str = ""
    unit_en: str = ""

    @property
    def title(self) -> str:
        """Its title in the language in force; at most 30 characters."""
        return choose(self.title_da, self.title_en)

    @property
    def unit(self) -> str:
        """The unit of its value in the language in force."""
        return choose(self.unit_da, self.unit_en)


DEMANDS = (
    Demand(
        parameter="conversation_every_weeks", rules=("D01",),
        title_da="Samtaler med faste mellemrum", title_en="Conversations at set intervals",
        unit_da="uger", unit_en="weeks",
    ),
    Demand(
        parameter="registration_days", rules=("D02",),
        title_da="Timer registreret i tide", title_en="Hours registered in time",
        unit_da="dage", unit_en="days",
    ),
    Demand(
        parameter="note_required_for", rules=("D03",),
        title_da="Notat til timerne", title_en="Notes on the hours",
    ),
    Demand(
        parameter="attendance_daily", rules=("D04",),
        title_da="Fremmøde dag for dag", title_en="Attendance day by day",
    ),
    Demand(
        parameter="responsibilities_required", rules=("D05",),
        title_da="Ansvaret fordelt", title_en="Responsibilities assigned",
    ),
    Demand(
        parameter="both_sides", rules=("D06",),
        title_da="Timer fra begge sider", title_en="Hours from both sides",
    ),
    Demand(
        parameter="closed_period", rules=("D07",),
        title_da="Krav efter periodens slutning", title_en="Claims after the period's end",
    ),
    Demand(
        parameter="grants_required", rules=("G03",),
        title_da="Mentoraftale for hver time", title_en="A grant for every hour",
    ),
    Demand(
        parameter="final_report_days", rules=("P07",),
        title_da="Afrapportering i tide", title_en="Final reports in time",
        unit_da="dage", unit_en="days",
    ),
    Demand(
        parameter="attendance_tolerance", rules=("A02", "A03", "R05"),
        title_da="Fremmøde inden for tolerancen", title_en="Attendance within tolerance",
        unit_da="timer", unit_en="hours",
    ),
    Demand(
        parameter="claim_tolerance", rules=("C02", "C03"),
        title_da="Krav inden for tolerancen", title_en="Claims within tolerance",
        unit_da="kr.", unit_en="kr.",
    ),
    Demand(
        parameter=UNDER_DOCUMENTED, rules=(UNDER_DOCUMENTED,),
        title_da="Krav dækket af timer", title_en="Claims covered by hours",
    ),
)  # fmt: skip
"""Every demand, in the order of rules.md's documentation rules, then the parameters that have a default."""

PARAMETERS = tuple(demand.parameter for demand in DEMANDS if demand.parameter != UNDER_DOCUMENTED)
"""The keys of a profile's section ``[demands]``."""


def unmet_demands(profile: Profile, findings: Iterable[Finding]) -> Mapping[Demand, tuple[Finding, ...]]:
    """Return, of the demands that the profile makes, those not met, each with the findings that say so.

    Args:
        profile: the auditor's.
        findings: the open ones of what the auditor audits; who weighs only errors and warnings leaves info out.
    """
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    found = {
        demand: tuple(finding for rule in demand.rules for finding in by_rule.get(rule, ()))
        for demand in DEMANDS
        if profile.asks(demand)
    }
    return {demand: unmet for demand, unmet in found.items() if unmet}

"""The reports of a workspace: the same call for a command and for a screen. A workspace in, values out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exchange.reports.coverage import Coverage
    from exchange.reports.weeks import PlacementWeeks
    from exchange.workspace.folder import Workspace


def covered(workspace: Workspace) -> list[Coverage]:
    """Return every auditor's demands and what is met of them, by agreement and jobcentre.

    Raises:
        RuleError: a rule or profile cannot be used.
    """
    from exchange.reports.coverage import auditors_of, coverage

    reviewed = workspace.review()
    parties = workspace.holdings().records("parties")
    return coverage(auditors_of(parties, workspace.profiles(), reviewed.corrections), reviewed.entries)


def weeks(workspace: Workspace, placement: str = "") -> list[PlacementWeeks]:
    """Return the hours of every placement, or of the one that is named, by week and side, corrected as decided.

    Raises:
        RuleError: a rule or profile cannot be used.
    """
    from exchange.checks.rules import load_rules
    from exchange.reports.weeks import weeks_of

    return weeks_of(
        workspace.source(),
        rule_set=load_rules(),
        profiles=workspace.profiles(),
        corrections=workspace.corrections(),
        placement=placement,
    )

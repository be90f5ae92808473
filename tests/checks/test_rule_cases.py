"""Every rule on its cases, and every rule complete: cases, texts in both languages, no orphan case file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.checks.findings import Finding
from exchange.checks.rules import load_rules
from tests.checks.rule_cases import CASES, RuleCase, all_cases


def _proposal(finding: Finding) -> str:
    proposal = finding.proposal
    if proposal is None:
        return ""
    return f"{proposal.table}/{proposal.field}/{proposal.key}={proposal.value or ''}"


_LISTED: dict[str, Callable[[Finding], object]] = {
    "amounts": lambda finding: "" if finding.amount_dkk is None else f"{finding.amount_dkk:.2f}",
    "effects": lambda finding: "" if finding.effect_dkk is None else f"{finding.effect_dkk:.2f}",
    "causes": lambda finding: finding.likely_cause or "",
    "severities": lambda finding: finding.severity,
    "messages_da": lambda finding: finding.message,
    "proposals": _proposal,
    "evidence": lambda finding: [f"{item.table}/{item.field}/{item.ref.key}" for item in finding.evidence],
}


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_a_rule_finds_exactly_what_the_case_expects(case: RuleCase) -> None:
    findings = case.findings()

    found = [dict(finding.subject) for finding in findings]
    expected = [{name: str(value) for name, value in subject.items()} for subject in case.data["expect"]]  # type: ignore[attr-defined]
    assert found == sorted(expected, key=lambda subject: list(subject.values()))
    for name, value_of in _LISTED.items():
        listed = case.listed(name)
        if listed is not None:
            assert [value_of(finding) for finding in findings] == listed, name


@pytest.mark.parametrize("rule", [rule for rule in load_rules().rules if not rule.startswith("F-")])
def test_every_rule_has_cases_with_and_without_findings(rule: str) -> None:
    cases = [case for case in all_cases() if case.rule == rule]

    assert {bool(case.data["expect"]) for case in cases} == {True, False}


def test_every_case_file_belongs_to_a_rule() -> None:
    files = {path.stem for path in CASES.glob("[!_]*.toml")}

    assert files <= set(load_rules().rules)

"""Every rule on its cases, and every rule complete: cases, texts in both languages, no orphan case file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from exchange.checks.findings import Finding
from exchange.checks.rules import load_rules
from exchange.form.tables import tables
from tests.checks.cases_together import is_judged_alone, judged_together
from tests.checks.rule_cases import CASES, RuleCase, all_cases

ALL = all_cases()
TOGETHER = [case for case in ALL if not is_judged_alone(case)]


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


@pytest.fixture(scope="module")
def together() -> Mapping[str, Sequence[Finding]]:
    return judged_together(TOGETHER)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_rule_finds_exactly_what_the_case_expects(
    case: RuleCase, together: Mapping[str, Sequence[Finding]]
) -> None:
    findings = case.findings() if is_judged_alone(case) else together.get(str(case), [])

    found = [dict(finding.subject) for finding in findings]
    expected = [{name: str(value) for name, value in subject.items()} for subject in case.data["expect"]]  # type: ignore[attr-defined]
    assert found == sorted(expected, key=lambda subject: list(subject.values()))
    for name, value_of in _LISTED.items():
        listed = case.listed(name)
        if listed is not None:
            assert [value_of(finding) for finding in findings] == listed, name


_OF_EACH_LETTER = {case.rule[0]: case for case in TOGETHER if case.data["expect"]}


@pytest.mark.parametrize("case", _OF_EACH_LETTER.values(), ids=str)
def test_a_case_gives_alone_what_it_gives_among_others(
    case: RuleCase, together: Mapping[str, Sequence[Finding]]
) -> None:
    def told(finding: Finding) -> list[object]:
        return [finding.subject, finding.severity, *(value_of(finding) for value_of in _LISTED.values())]

    assert [told(one) for one in case.findings()] == [told(one) for one in together[str(case)]]


def test_no_two_cases_have_one_name() -> None:
    assert len({str(case) for case in ALL}) == len(ALL)


@pytest.mark.parametrize("rule", [rule for rule in load_rules().rules if not rule.startswith("F-")])
def test_every_rule_has_cases_with_and_without_findings(rule: str) -> None:
    cases = [case for case in ALL if case.rule == rule]

    assert {bool(case.data["expect"]) for case in cases} == {True, False}


def test_every_case_file_belongs_to_a_rule() -> None:
    files = {path.stem for path in CASES.glob("[!_]*.toml")}

    assert files <= set(load_rules().rules)


_UNDATED = {"C01", "C04", "C05", "C09", "D05", "G02", "K01", "K02", "K03", "P05", "T01"}
_OF_NO_AGREEMENT = {"K01", "K02", "K03", "T01"}
_BY_WEEK = {"A05", "M02", "M09", "P08", "T02"}
_BY_CLOSED_DAY = {"A04", "A05", "D04", "M08"}

# Which rules must meet a kind of case, the words that its name may say, and the pattern that a cell of it may hold.
_KINDS: Mapping[str, tuple[Callable[[str], bool], str, str]] = {
    "empty cell": (lambda rule: rule not in {"K02", "K03"}, "", ""),
    "two agreements": (lambda rule: rule not in _OF_NO_AGREEMENT, "two agreements", "AFT-2|A-[0-9]"),
    "leap day": (lambda rule: rule not in _UNDATED, "leap day", "[0-9]{4}-02-29"),
    "turn of 2015": (lambda rule: rule not in _UNDATED, "new year|31 December", "2015-12-31|2016-01-01"),
    "week 53": (lambda rule: rule in _BY_WEEK, "week 53", "[0-9]{4}-W53|2020-12-(2[89]|3[01])|2016-01-0[13]"),
    "Store Bededag 2023": (lambda rule: rule in _BY_CLOSED_DAY, "Store Bededag.* 2023", "2023-05-05"),
    "Store Bededag 2024": (lambda rule: rule in _BY_CLOSED_DAY, "Store Bededag.* 2024", "2024-04-26"),
}  # fmt: skip


def _texts(data: object) -> Iterator[str]:
    """Give every cell of a case's rows."""
    if isinstance(data, Mapping | list):
        for value in data.values() if isinstance(data, Mapping) else data:
            yield from _texts(value)
    else:
        yield str(data)


def _meets(case: RuleCase, words: str, pattern: str) -> bool:
    rows = {name: value for name, value in case.data.items() if name in {*tables(), "expect"}}
    said = bool(words) and re.search(words, case.name) is not None
    return said or any(re.fullmatch(pattern, text) for text in _texts(rows))


@pytest.mark.parametrize("kind", _KINDS)
def test_every_rule_that_a_kind_of_case_concerns_has_one(kind: str) -> None:
    concerned, words, pattern = _KINDS[kind]
    met = {case.rule for case in ALL if _meets(case, words, pattern)}

    assert {
        rule for rule in load_rules().rules if not rule.startswith("F-") and concerned(rule)
    } - met == set()

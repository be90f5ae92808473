"""``explain``: what, by what law or contract, since when, set by whom; of every rule, in both languages, anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exchange.checks.rules import load_rules
from tests.conftest import CommandLine

RULES = sorted(load_rules().rules)


@pytest.fixture
def anywhere(tmp_path: Path, in_folder: Callable[[Path], CommandLine]) -> CommandLine:
    return in_folder(tmp_path)


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_says_its_basis_and_since_when_in_both_languages(
    anywhere: CommandLine, rule_id: str
) -> None:
    rule = load_rules().rule(rule_id)

    danish = anywhere("explain", rule_id.lower(), "--lang", "da").out
    english = anywhere("explain", rule_id.upper(), "--lang", "en").out

    for said, text in ((danish, rule.da), (english, rule.en)):
        assert said.startswith(f"{rule_id} {rule.name} (")
        for part in (text.title, text.explanation, text.cure, text.basis):
            assert part in said
        assert ", ".join(rule.subject) in said
        assert all(parameter in said for parameter in rule.parameters)
    assert f"{rule.valid_from:%d.%m.%Y}" in danish
    assert f"Since: {rule.valid_from.isoformat()}\n" in english


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (
            "a02",
            "Set by the auditor's profile: attendance_tolerance (Attendance within tolerance); 0.50 hours where it says nothing",
        ),
        (
            "c03",
            "Set by the auditor's profile: claim_tolerance (Claims within tolerance); 0.00 kr. where it says nothing",
        ),
        (
            "p07",
            "Set by the auditor's profile: final_report_days (Final reports in time); 14 days where it says nothing",
        ),
        (
            "d01",
            "Set by the auditor's profile: conversation_every_weeks (Conversations at set intervals); not asked where it says nothing",
        ),
        (
            "g03",
            "Set by the auditor's profile: grants_required (A grant for every hour); not asked where it says nothing",
        ),
        (
            "d03",
            "Set by the auditor's profile: note_required_for (Notes on the hours); not asked where it says nothing",
        ),
        ("p03", "Set by the agreement: max_weeks (Longest placement in weeks); 26 where it says nothing"),
        ("c04", "Set by the agreement: hourly_rate (Hourly rate)"),
        ("m04", "Set by the rule set: mentor_day_limit is 12.00 hours"),
        ("m09", "Set by the rule set: mentor_week_limit is 37.00 hours"),
    ],
)
def test_who_sets_a_parameter_and_what_holds_where_nobody_does(
    anywhere: CommandLine, rule: str, line: str
) -> None:
    assert line in anywhere("explain", rule).out.splitlines()


@pytest.mark.parametrize("rule_id", ["C07", "D01", "D07"])
def test_a_severity_that_a_profile_may_set_says_so(anywhere: CommandLine, rule_id: str) -> None:
    first = anywhere("explain", rule_id).out.splitlines()[0]

    assert first.endswith("(warning, or what the auditor's profile says)")


@pytest.mark.parametrize("family", ["F", "f", "R", "k"])
def test_a_family_is_explained_rule_by_rule(anywhere: CommandLine, family: str) -> None:
    expected = [rule for rule in RULES if rule.startswith(family.upper())]

    said = anywhere("explain", family, "--format", "json").records

    assert [record["rule"] for record in said] == expected
    assert anywhere("explain", family).out.count("Basis: ") == len(expected)


def test_the_json_has_defaults_and_dates(anywhere: CommandLine) -> None:
    (record,) = anywhere("explain", "m02", "--format", "json").records
    (tolerance,) = anywhere("explain", "r05", "--format", "json").records

    assert (record["valid_from"], record["valid_to"]) == ("2016-01-01", None)
    assert record["defaults"] == {"mentor_hours_per_week": None}
    assert tolerance["defaults"] == {"attendance_tolerance": "0.50"}


def test_without_a_rule_the_catalogue_is_listed(anywhere: CommandLine) -> None:
    said = anywhere("explain")

    assert [line.split()[0] for line in said.out.splitlines()] == RULES


@pytest.mark.parametrize("name", ["X", "R99", "F-no-error"])
def test_an_unknown_rule_or_family_is_one_sentence(anywhere: CommandLine, name: str) -> None:
    said = anywhere("explain", name)

    assert (said.code, said.out) == (2, "")
    assert said.err == f"enblanket: There is no rule “{name}”: give one of {', '.join(RULES)}.\n"

"""The coverage report: every auditor by every demand, from one set of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from exchange.checks.demands import DEMANDS, unmet_demands
from exchange.checks.engine import check
from exchange.checks.findings import Finding
from exchange.checks.profiles import Profile, read_profile, shipped_profiles
from exchange.checks.rules import load_rules
from exchange.checks.source import RecordSource
from exchange.reports.coverage import Coverage, auditors_of, coverage
from exchange.review.open_list import Entry
from tests.checks.rule_cases import world
from tests.checks.worlds import correction

HEAD = 'id = "p"\ntitle_da = "Revisor"\ntitle_en = "Auditor"\n'
EVERYTHING = """
[demands]
conversation_every_weeks = 4
registration_days = 0
note_required_for = ["conversation"]
attendance_daily = true
responsibilities_required = true
both_sides = true
closed_period = true
grants_required = true
final_report_days = 14
attendance_tolerance = "0.50"
claim_tolerance = 0
[severity]
C07 = "error"
"""
PARTIES = [
    {"jobcentre": "159", "role": "lead", "auditor": "aud-nord", "auditor_profile": "daily-both-sides"},
    {"jobcentre": "157", "auditor": "aud-syd", "auditor_profile": "grants-and-appeal"},
    {"jobcentre": "163", "auditor": "", "auditor_profile": ""},
    {"jobcentre": "165", "auditor": "aud-vest", "auditor_profile": "of-their-own"},
]
TABLES = {
    "parties": PARTIES,
    "placements": [{}, {"placement_id": "157-00001", "jobcentre": "157", "trainee_ref": "t-2"}],
    "mentor_hours": [
        {"activity": "home-support"},
        {"entry_id": "c-2", "placement_id": "157-00001", "mentor_id": "M-02", "date": "2016-03-02"},
        {"entry_id": "c-3", "placement_id": "157-00001", "mentor_id": "M-02", "date": "2016-03-04"},
    ],
    "responsibilities": [],
}


def demanding(text: str = EVERYTHING) -> Profile:
    return read_profile(HEAD + text, "p.toml")


def findings_of(tables: Mapping[str, object], profiles: Mapping[str, Profile] | None = None) -> list[Finding]:
    source = RecordSource(world(tables))
    return check(source, rule_set=load_rules(), profiles=profiles or shipped_profiles())


def covered(entries: Sequence[Entry]) -> dict[str, Coverage]:
    auditors = auditors_of(world(TABLES)["parties"], shipped_profiles())
    return {one.auditor.jobcentre: one for one in coverage(auditors, entries)}


def states(one: Coverage) -> dict[str, str]:
    return {cell.demand.parameter: f"{cell.state} {len(cell.unmet)}" for cell in one.cells}


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return findings_of(TABLES)


def test_a_demand_and_its_rules_name_each_other() -> None:
    by_rule = {(parameter, rule.id) for rule in load_rules().rules.values() for parameter in rule.parameters}
    by_demand = {(demand.parameter, rule) for demand in DEMANDS for rule in demand.rules}
    parameters = {demand.parameter for demand in DEMANDS}

    assert {pair for pair in by_rule if pair[0] in parameters} == by_demand - {("C07", "C07")}


def test_titles_leave_room_for_the_matrix() -> None:
    assert all(len(title) <= 30 for demand in DEMANDS for title in (demand.title_da, demand.title_en))


def test_every_demand_can_be_made_also_to_the_default_or_to_nought() -> None:
    profile = demanding()

    assert all(profile.asks(demand) for demand in DEMANDS)
    assert [profile.value(demand) for demand in DEMANDS][:2] == [4, 0]


def test_what_is_left_out_or_switched_off_is_not_asked() -> None:
    off = "[demands]\nboth_sides = false\nnote_required_for = []\n[severity]\nD06 = 'error'\n"

    assert not any(demanding("").asks(demand) for demand in DEMANDS)
    assert not any(demanding(off).asks(demand) for demand in DEMANDS)


def test_unmet_demands_are_those_asked_with_what_says_so(findings: list[Finding]) -> None:
    everything = {d.parameter: len(f) for d, f in unmet_demands(demanding(), findings).items()}

    assert everything == {
        "conversation_every_weeks": 1,
        "note_required_for": 1,
        "responsibilities_required": 11,
        "both_sides": 1,
        "grants_required": 1,
    }
    assert unmet_demands(demanding(""), findings) == {}
    assert unmet_demands(demanding(), ()) == {}


def test_one_set_of_rows_answers_every_auditor_at_once(findings: list[Finding]) -> None:
    found = covered([Entry(finding, "open") for finding in findings])

    asked = {
        jobcentre: {name: state for name, state in states(one).items() if not state.startswith("not-asked")}
        for jobcentre, one in found.items()
    }
    assert asked == {
        "157": {
            "responsibilities_required": "not-met 11",
            "closed_period": "met 0",
            "grants_required": "not-met 1",
            "final_report_days": "met 0",
            "claim_tolerance": "met 0",
        },
        "159": {
            "conversation_every_weeks": "not-met 1",
            "note_required_for": "not-met 1",
            "attendance_daily": "met 0",
            "both_sides": "not-met 1",
        },
        "165": {demand.parameter: "unknown 0" for demand in DEMANDS},
    }


def test_a_decided_finding_is_counted_beside_and_a_settled_one_is_gone(findings: list[Finding]) -> None:
    entries = [
        Entry(f, "accepted" if f.rule == "D03" else "settled" if f.rule == "D01" else "open")
        for f in findings
    ]

    cells = {cell.demand.parameter: cell for cell in covered(entries)["159"].cells}

    assert (cells["note_required_for"].state, cells["note_required_for"].decided) == ("met", 1)
    assert (cells["conversation_every_weeks"].state, cells["conversation_every_weeks"].decided) == ("met", 0)
    assert (cells["both_sides"].state, cells["both_sides"].decided) == ("not-met", 0)


def test_a_lapsed_or_asked_one_is_still_open(findings: list[Finding]) -> None:
    for status in ("lapsed", "asked"):
        assert states(covered([Entry(f, status) for f in findings])["159"])["both_sides"] == "not-met 1"


def test_the_json_says_what_was_asked_and_which_findings(findings: list[Finding]) -> None:
    records = covered([Entry(finding, "open") for finding in findings])["159"].as_json()

    assert records[0] == {
        "agreement_id": "AFT-1",
        "jobcentre": "159",
        "auditor": "aud-nord",
        "profile": "daily-both-sides",
        "demand": "conversation_every_weeks",
        "rules": ["D01"],
        "asked": 4,
        "state": "not-met",
        "unmet": 1,
        "decided": 0,
        "findings": [
            {
                "finding_id": next(f.finding_id for f in findings if f.rule == "D01"),
                "rule": "D01",
                "severity": "warning",
                "subject": {
                    "agreement_id": "AFT-1",
                    "placement_id": "159-00001",
                    "from": "2016-02-01",
                    "to": "2016-03-01",
                },
            }
        ],
    }
    assert [record["asked"] for record in records[1:4]] == [None, ["home-support", "other"], True]


def test_a_tolerance_is_written_with_two_decimals() -> None:
    (auditor,) = auditors_of(world({"parties": PARTIES[1:2]})["parties"], shipped_profiles())

    asked = {record["demand"]: record["asked"] for record in coverage([auditor], [])[0].as_json()}

    assert asked["claim_tolerance"] == "1.00"
    assert asked["final_report_days"] == 28


def test_only_parties_that_name_an_auditor_or_a_profile_are_shown_in_order_of_their_codes() -> None:
    auditors = auditors_of(world(TABLES)["parties"], shipped_profiles())

    assert [(a.jobcentre, a.name, a.profile_id, a.profile is None) for a in auditors] == [
        ("157", "aud-syd", "grants-and-appeal", False),
        ("159", "aud-nord", "daily-both-sides", False),
        ("165", "aud-vest", "of-their-own", True),
    ]


def test_a_corrected_party_has_the_auditor_that_the_correction_says() -> None:
    corrections = [
        correction("parties", "AFT-1|157", "auditor_profile", "daily-both-sides"),
        correction("parties", "AFT-1|159", "*", None),
        correction("mentors", "AFT-1|165", "*", None),
    ]

    auditors = auditors_of(world(TABLES)["parties"], shipped_profiles(), corrections)

    assert [(a.jobcentre, a.profile_id) for a in auditors] == [
        ("157", "daily-both-sides"),
        ("165", "of-their-own"),
    ]


def test_a_finding_of_another_agreement_is_not_counted() -> None:
    agreements = [{}, {"agreement_id": "AFT-2"}]
    parties = [PARTIES[1], {**PARTIES[1], "agreement_id": "AFT-2"}]
    answered = [{"agreement_id": "AFT-2", "question": "tasks-overview"}]
    tables = {"agreements": agreements, "parties": parties, "responsibilities": answered, "placements": []}

    entries = [Entry(finding, "open") for finding in findings_of(tables)]
    first, second = coverage(auditors_of(world(tables)["parties"], shipped_profiles()), entries)

    assert states(first)["responsibilities_required"] == "not-met 11"
    assert states(second)["responsibilities_required"] == "not-met 10"

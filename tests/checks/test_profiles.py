"""Auditor profiles: the shipped ones differ, and what rules.md does not know is refused with file and line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal

import pytest

from exchange import language
from exchange.checks.profiles import Profile, read_profile, shipped_profiles
from exchange.errors import RuleError

HEAD = 'id = "p"\ntitle_da = "Revisor"\ntitle_en = "Auditor"\n'


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("da")


def test_a_profile_that_asks_nothing_has_the_defaults_of_the_catalogue() -> None:
    assert read_profile(HEAD, "p.toml") == Profile(
        id="p",
        title_da="Revisor",
        title_en="Auditor",
        grants_required=False,
        final_report_days=14,
        attendance_tolerance=Decimal("0.50"),
        claim_tolerance=Decimal("0.00"),
        conversation_every_weeks=None,
        registration_days=None,
        attendance_daily=False,
        responsibilities_required=False,
        both_sides=False,
        closed_period=False,
        note_required_for=(),
        severities={},
    )


def test_demands_and_severities_are_read() -> None:
    text = (
        'demands = { final_report_days = 0, claim_tolerance = "1.5", attendance_tolerance = 0.25, both_sides = true, '
        'note_required_for = ["other", "home-support"] }\nseverity = { D06 = "error", C07 = "info" }\n'
    )

    profile = read_profile(HEAD + text, "p.toml")

    assert profile.final_report_days == 0
    assert (profile.claim_tolerance, profile.attendance_tolerance) == (Decimal("1.50"), Decimal("0.25"))
    assert profile.both_sides
    assert profile.note_required_for == ("home-support", "other")
    assert profile.severities == {"D06": "error", "C07": "info"}


def test_the_shipped_profiles_ask_for_really_different_things() -> None:
    profiles = shipped_profiles()

    assert len(profiles) >= 4
    demands = [
        {
            key: value
            for key, value in dataclasses.asdict(profile).items()
            if key not in ("id", "title_da", "title_en")
        }
        for profile in profiles.values()
    ]
    assert all(one != other for place, one in enumerate(demands) for other in demands[:place])
    assert all(name == profile.id for name, profile in profiles.items())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("grants = true\n", "p.toml, line 4: “grants” is not known here."),
        ("[demands]\nboth_side = true\n", "p.toml, line 5: “both_side” is not known here."),
        ('[severity]\nR03 = "info"\n', "p.toml, line 5: “R03” is not known here."),
        ('[severity]\nD06 = "grave"\n', "p.toml, line 5: “D06” must be error, warning or info."),
        ("[demands]\nboth_sides = 1\n", "p.toml, line 5: “both_sides” must be true or false."),
        (
            "[demands]\nregistration_days = -1\n",
            "p.toml, line 5: “registration_days” must be a whole number from 0 to 36500.",
        ),
        (
            "[demands]\nregistration_days = true\n",
            "p.toml, line 5: “registration_days” must be a whole number from 0 to 36500.",
        ),
        (
            '[demands]\nclaim_tolerance = "0.005"\n',
            "p.toml, line 5: “claim_tolerance” must be a number from 0 to 9999999 with two decimals.",
        ),
        (
            '[demands]\nclaim_tolerance = "much"\n',
            "p.toml, line 5: “claim_tolerance” must be a number from 0 to 9999999 with two decimals.",
        ),
        (
            '[demands]\nclaim_tolerance = "NaN"\n',
            "p.toml, line 5: “claim_tolerance” must be a number from 0 to 9999999 with two decimals.",
        ),
        (
            '[demands]\nnote_required_for = ["dancing"]\n',
            "p.toml, line 5: “note_required_for” must be a list of activity codes.",
        ),
        ("demands = 1\n", "p.toml, line 4: “demands” must be a section."),
        ('valid_from = "2016"\n', "p.toml, line 4: “valid_from” must be a date."),
        ("demands\n", "p.toml, line 4: Expected '=' after a key in a key/value pair (at line 4, column 8)."),
    ],
)
def test_what_no_rule_reads_is_refused_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(RuleError) as refusal:
        read_profile(HEAD + text, "p.toml")

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "p.toml, line 1: “id” must be a text."),
        (
            HEAD.replace('"p"', '"../p"'),
            "p.toml, line 1: “id” must be 1 to 64 letters, digits or : . _ -.",
        ),
        (HEAD.replace('"Auditor"', "7"), "p.toml, line 3: “title_en” must be a text."),
    ],
)
def test_a_profile_says_who_it_is(text: str, message: str) -> None:
    with pytest.raises(RuleError) as refusal:
        read_profile(text, "p.toml")

    assert str(refusal.value) == message

"""The hours of every placement by week: sums over both sides, what is agreed, and the gaps between."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from exchange.reports.weeks import PlacementWeeks, Week, week_name
from exchange.workspace.reports_desk import weeks
from tests.conftest import CommandLine, opened
from tests.small_town import Town


@pytest.fixture(scope="module")
def reported(town: Town) -> list[PlacementWeeks]:
    return weeks(opened(town.folder))


def test_each_side_s_hours_are_summed_by_iso_week_as_corrected(reported: list[PlacementWeeks]) -> None:
    # small_town: the company's 2.50 of 2 February was corrected to the jobcentre's 2.00.
    (first,) = [one for one in reported if one.placement_id == "159-001"]

    assert [
        (week_name(week.monday), week.hours("company"), week.hours("jobcentre")) for week in first.weeks
    ] == [
        ("2016-W05", Decimal("2.00"), Decimal("2.00")),
        ("2016-W06", Decimal("2.00"), Decimal("2.00")),
    ]
    assert (first.total("company"), first.total("jobcentre")) == (Decimal("4.00"), Decimal("4.00"))
    assert not any(week.differs or week.is_over for week in first.weeks)


def test_more_hours_than_agreed_are_told_of_the_side_that_has_them(reported: list[PlacementWeeks]) -> None:
    (other,) = [one for one in reported if one.placement_id == "173-901"]
    (week,) = other.weeks

    assert (week.agreed, week.hours("company"), week.is_over) == (Decimal("3.00"), Decimal("11.00"), True)


def test_what_is_over_is_what_rule_m02_finds(town: Town, reported: list[PlacementWeeks]) -> None:
    workspace = opened(town.folder)
    found = {
        (subject["placement_id"], subject["reporter"], subject["week"])
        for finding in workspace.check(workspace.corrections())
        if finding.rule == "M02" and (subject := dict(finding.subject))
    }

    assert {
        (one.placement_id, side, week_name(week.monday))
        for one in reported
        for week in one.weeks
        for side, said in week.sides.items()
        if said.is_over
    } == found
    assert found


def test_a_week_that_nobody_reported_stands_between_and_a_missing_side_is_not_nought() -> None:
    week = Week(date(2016, 2, 1), {})

    assert (week.hours("company"), week.agreed, week.difference, week.differs) == (
        None,
        None,
        Decimal(0),
        False,
    )


def test_the_command_tells_the_same_figures(town: Town) -> None:
    said = CommandLine(town.folder)("report", "weeks", "--placement", "159-001")

    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "159-001  159 Gladsaxe  AFT-1\n"
        "  week             company     jobcentre    difference        agreed\n"
        "  2016-W05            2.00          2.00          0.00          3.00\n"
        "  2016-W06            2.00          2.00          0.00          3.00\n"
        "  sum                 4.00          4.00\n"
        "\n"
    )


def test_a_program_gets_each_week_as_an_object(reported: list[PlacementWeeks]) -> None:
    (first,) = [one for one in reported if one.placement_id == "159-001"]

    assert first.as_json()[0] == {
        "agreement_id": "AFT-1",
        "jobcentre": "159",
        "placement_id": "159-001",
        "week": "2016-W05",
        "monday": "2016-02-01",
        "company": "2.00",
        "jobcentre_hours": "2.00",
        "difference": "0.00",
        "agreed": "3.00",
        "over_agreed": False,
    }


def test_a_placement_without_hours_is_one_sentence(town: Town) -> None:
    said = CommandLine(town.folder)("report", "weeks", "--placement", "159-999")

    assert (said.code, said.err) == (
        2,
        "enblanket: There are no mentor hours of that agreement or placement; “enblanket status” tells what has come.\n",
    )

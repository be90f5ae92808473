"""The verdict's line on demands: what the package's profile asks, held up against what stands open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from exchange import language
from exchange.checks.findings import Finding, Severity
from exchange.checks.profiles import read_profile
from exchange.checks.rules import load_rules
from exchange.review.open_list import Entry, Status
from exchange.sealing.container import reader
from exchange.sealing.contents import Package
from exchange.sealing.trust import trust_from_files
from exchange.sealing.verdict import Check, Knowledge
from exchange.sealing.verifier import _demands, verify
from tests.small_town import NOW, Town

ASKING = """id = "nord"
title_da = "Revision Nord"
title_en = "Audit North"
[demands]
both_sides = true
final_report_days = 14
[severity]
C07 = "error"
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("da")


@pytest.fixture(scope="module")
def package(town: Town) -> Package:
    content = town.content()
    knowledge = Knowledge(trust=trust_from_files([town.card]), now=NOW, rule_sets={})
    found = verify(reader(content), len(content), knowledge).package
    assert found is not None
    return replace(found, profiles={"nord": read_profile(ASKING, "nord.toml")})


def entry(rule: str, severity: Severity = "warning", status: Status = "open") -> Entry:
    subject = tuple((name, "x") for name in load_rules().rule(rule).subject)
    return Entry(
        Finding(finding_id=rule * 20, rule=rule, severity=severity, subject=subject, message="", cure=""),
        status,
    )


def line(package: Package, *entries: Entry) -> Check:
    return _demands(package, entries, {})


def test_what_is_not_met_is_named_with_its_count(package: Package) -> None:
    said = line(package, entry("D06", "error"), entry("P07"), entry("P07"), entry("C07", "error", "asked"))

    assert (said.ok, said.code) == (False, "demands-unmet")
    assert said.detail == (
        "Demands of nord that are not met and not decided: Hours from both sides (1), Final reports in time (2), "
        "Claims covered by hours (1)."
    )


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (entry("D06", "info"),),
        (
            entry("D06", "error", "rejected"),
            entry("P07", "warning", "accepted"),
            entry("C07", "error", "settled"),
        ),
        (
            entry("D05", "error"),
            entry("G03", "error"),
            entry("R03", "error"),
        ),  # another party's profile asks these
    ],
)
def test_what_is_decided_only_info_or_not_asked_is_no_unmet_demand(
    package: Package, entries: tuple[Entry, ...]
) -> None:
    said = line(package, *entries)

    assert (said.ok, said.code, said.detail) == (
        True,
        None,
        "What nord asks is met or decided, by the profile that the package brings; none of that name is known here.",
    )

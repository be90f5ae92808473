"""Findings and settlements equal the oracle's, key by key, on seeded random worlds (tests/checks/oracle)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from exchange import language
from exchange.checks.engine import check
from exchange.checks.findings import Finding
from exchange.checks.profiles import Profile
from exchange.checks.rules import load_rules
from exchange.checks.source import CsvSource, RecordSource
from exchange.form.canonical import write_csv
from exchange.form.confidential import holds_cpr
from exchange.form.tables import table
from exchange.periods import Period
from exchange.settlement.settle import Line, Missing, settle
from tests.checks.oracle.confidentiality import holds_number
from tests.checks.oracle.facts import Demands, Facts
from tests.checks.oracle.judgement import judge
from tests.checks.oracle.random_world import PROFILES, World, control_totals
from tests.checks.oracle.rows import KEYS, Cells, Tables
from tests.checks.oracle.settlement import settlement

WORLDS = 12
PERIODS = [
    Period(date(2015, 12, 1), date(2016, 3, 31)),
    Period(date(2020, 12, 30), date(2021, 1, 6)),
    Period(date(2023, 5, 3), date(2024, 4, 30)),
]
OURS = {
    name: Profile(id=name, title_da=name, title_en=name, **{field.name: getattr(demands, field.name) for field in fields(demands)})
    for name, demands in PROFILES.items()
}  # fmt: skip
RULES = [rule for rule in load_rules().rules if not rule.startswith("F-")]

Found = Counter[tuple[object, ...]]


@pytest.fixture(autouse=True)
def danish() -> Iterator[None]:
    language.use("da")
    yield
    language.use("da")


@pytest.fixture(scope="module", params=range(2))
def tables(request: pytest.FixtureRequest) -> dict[str, Sequence[Cells]]:
    worlds = [World(f"{request.param}/{number}", f"W{number}").drawn() for number in range(WORLDS)]
    united: dict[str, Sequence[Cells]] = {
        table: [row for world in worlds for row in world[table]] for table in KEYS
    }
    return united | {"control_totals": control_totals(united, str(request.param))}


def judged(tables: Tables, profiles: dict[str, Demands]) -> Found:
    """The oracle's findings."""
    return Counter(
        (verdict.rule, verdict.subject, verdict.severity, verdict.cause, verdict.amount)
        for verdict in judge(tables, profiles)
    )


def found(tables: Tables, profiles: dict[str, Profile]) -> Found:
    """The engine's findings on rows in memory, without the F rules."""
    return _counted(check(RecordSource(tables), rule_set=load_rules(), profiles=profiles, only=RULES))


def found_in_files(tables: Tables, profiles: dict[str, Profile]) -> Found:
    """The engine's findings on canonical CSV files, which it reads another way."""
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.csv" for name, rows in tables.items() if rows}
        for name, path in files.items():
            path.write_bytes(write_csv(table(name), tables[name]))
        return _counted(check(CsvSource(files), rule_set=load_rules(), profiles=profiles, only=RULES))


def _counted(findings: list[Finding]) -> Found:
    return Counter(
        (
            item.rule,
            tuple(value for _, value in item.subject),
            item.severity,
            item.likely_cause,
            item.amount_dkk,
        )
        for item in findings
    )


def test_every_finding_of_random_worlds_is_the_oracles(tables: Tables) -> None:
    theirs, ours = judged(tables, dict(PROFILES)), found(tables, OURS)

    assert sorted(map(str, theirs - ours)) == []
    assert sorted(map(str, ours - theirs)) == []
    assert found_in_files(tables, OURS) == ours


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_every_settled_line_of_random_worlds_is_the_oracles(tables: Tables, period: Period) -> None:
    lines = list(settlement(Facts(tables, PROFILES), period.start, period.end))
    lacking = {(line.agreement_id, line.jobcentre) for line in lines if line.missing}

    settled = settle(RecordSource(tables), period, rule_set=load_rules(), profiles=OURS)

    assert {(item.agreement_id, item.jobcentre) for item in settled if isinstance(item, Missing)} == lacking
    assert Counter(
        (item.agreement_id, item.jobcentre, item.placement_id, item.places, item.days, item.weeks, item.hours, item.rate, item.amount)
        for item in settled
        if isinstance(item, Line)
    ) == Counter(
        (line.agreement_id, line.jobcentre, line.placement_id, line.places, line.days, line.weeks, line.hours, line.rate, line.amount)
        for line in lines
        if (line.agreement_id, line.jobcentre) not in lacking
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["010190\u20111234", "31\u00a004 90-1234", "29\u20090290 1234", "1010190-1234", "300290-1234"]
)
def test_the_form_and_the_oracle_hold_the_same_texts_for_a_number(text: str) -> None:
    assert holds_cpr(text) == holds_number(text)

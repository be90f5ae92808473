"""Findings and settlements equal those of an implementation that shares no code with ours, key by key."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from exchange import language
from exchange.checks.engine import check
from exchange.checks.findings import Finding
from exchange.checks.rules import load_rules
from exchange.checks.source import RecordSource
from exchange.form.confidential import holds_cpr
from exchange.periods import parse_period
from exchange.settlement.settle import settle
from tests.checks.seeds import SEEDS, profiles_of, rows_of, source_of

WITH_CAUSE = ("R03", "R04", "R05", "R06")


@pytest.fixture(autouse=True)
def danish() -> Iterator[None]:
    language.use("da")
    yield
    language.use("da")


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: seed.name)
def seed(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


@pytest.fixture
def findings(seed: Path, findings_of: Callable[[Path], Sequence[Finding]]) -> list[Finding]:
    return list(findings_of(seed))


def test_every_expected_finding_is_found_and_no_other(seed: Path, findings: list[Finding]) -> None:
    lines = (json.loads(line) for line in (seed / "expected.jsonl").read_text("utf-8").splitlines())

    expected = [(line["rule"], line["subject"], line.get("likely_cause")) for line in lines]
    found = [
        (finding.rule, dict(finding.subject), finding.likely_cause if finding.rule in WITH_CAUSE else None)
        for finding in findings
        if not finding.rule.startswith("F-")
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_settlements_are_the_expected_lines_and_totals(seed: Path) -> None:
    for path in sorted(seed.glob("settlement_*.jsonl")):
        period = parse_period(path.stem.removeprefix("settlement_").replace("_", ".."))

        settled = settle(source_of(seed), period, rule_set=load_rules(), profiles=profiles_of(seed))

        lines = [line.as_json() for line in settled]
        for line in lines:
            line.pop("arithmetic", None)
        assert lines == [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_row_order_changes_nothing(seed: Path, findings: list[Finding]) -> None:
    rows = rows_of(seed)
    for number, table in enumerate(rows.values()):
        random.Random(number).shuffle(table)  # noqa: S311 (an order that repeats itself)

    assert check(RecordSource(rows), rule_set=load_rules(), profiles=profiles_of(seed)) == findings


def test_findings_stand_on_cells_and_are_worded_and_cured(findings: list[Finding]) -> None:
    for finding in findings:
        assert finding.evidence, finding
        assert finding.message, finding
        assert "{" not in finding.message, finding
        assert finding.cure, finding
        assert len(finding.judged) == 64, finding


def test_a_part_leaves_out_the_rules_that_need_several_jobcentres(
    findings_of: Callable[[Path], Sequence[Finding]],
) -> None:
    seed = SEEDS[0]

    part = check(source_of(seed), rule_set=load_rules(), profiles=profiles_of(seed), scope="part")

    left_out = {"P02", "P04", "P08", "M04", "M09", "T01"}
    assert part == [finding for finding in findings_of(seed) if finding.rule not in left_out]


def test_no_number_that_k01_found_is_shown_anywhere(seed: Path, findings: list[Finding]) -> None:
    shown = json.dumps([finding.as_json() for finding in findings], ensure_ascii=False)
    hidden = [item.value for finding in findings if finding.rule == "K01" for item in finding.evidence]

    cells = [value for rows in rows_of(seed).values() for row in rows for value in row.values()]
    assert len(hidden) == 3
    assert all("******-****" in (value or "") for value in hidden)
    assert not any(cell in shown for cell in cells if cell and holds_cpr(cell))

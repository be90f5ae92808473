"""Decisions against findings: which count, which lapse, what a correction settles, and what blocks a package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from exchange.checks.findings import Finding, finding_id
from exchange.review.decisions import Correction, Decision, Verb
from exchange.review.open_list import Entry, open_list


def finding(name: str, *, judged: str = "v1", rule: str = "R03") -> Finding:
    return Finding(
        finding_id=finding_id(rule, [name]),
        rule=rule,
        severity="error",
        subject=(("placement_id", name),),
        message="",
        cure="",
        judged=judged,
    )


def decision(
    of: Finding, verb: Verb = "accept", *, judged: str = "v1", corrects: str | None = None
) -> Decision:
    correction = Correction(
        table="mentor_hours",
        key=f"company|{corrects}",
        field="hours",
        reported="9.00",
        corrected="0.90",
        finding_id=of.finding_id,
        who="w",
        when="t",
    )
    return Decision(
        event=f"{of.finding_id[:8]}-{verb}",
        finding_id=of.finding_id,
        rule=of.rule,
        verb=verb,
        reason="",
        value=None,
        judged=judged,
        who="w",
        when="t",
        corrections=(correction,) if corrects else (),
    )


def statuses(entries: Sequence[Entry]) -> dict[str, str]:
    return {entry.finding.subject[0][1]: entry.status for entry in entries}


A, B, C = finding("a"), finding("b"), finding("c")


class Rows:
    """A check whose findings go and come with corrections, as the engine's do."""

    def __init__(
        self, reported: list[Finding], *, settles: dict[str, str], raises: dict[str, Finding] | None = None
    ) -> None:
        self.reported, self.settles, self.raises = reported, settles, raises or {}
        self.calls = 0

    def __call__(self, corrections: Sequence[Correction]) -> list[Finding]:
        self.calls += 1
        corrected = {one.key.partition("|")[2] for one in corrections}
        gone = {self.settles[name] for name in corrected if name in self.settles}
        new = [found for name, found in self.raises.items() if name in corrected]
        return [one for one in [*self.reported, *new] if one.subject[0][1] not in gone]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([], "open"),
        ([decision(A, "accept")], "accepted"),
        ([decision(A, "correct")], "corrected"),
        ([decision(A, "reject")], "rejected"),
        ([decision(A, "ask")], "asked"),
        ([decision(A, "accept", judged="v0")], "lapsed"),
        ([decision(A, "accept"), decision(A, "reject")], "rejected"),
        ([decision(A, "accept"), decision(A, "ask", judged="v0")], "lapsed"),
        ([decision(B, "accept")], "open"),
    ],
)
def test_the_latest_decision_on_the_same_values_counts(said: list[Decision], status: str) -> None:
    listed = open_list(lambda _corrections: [A], said)

    assert statuses(listed.entries) == {"a": status}


def test_without_corrections_there_is_one_check() -> None:
    rows = Rows([A, B], settles={})

    open_list(rows, [decision(A, "reject"), decision(B, "ask")])

    assert rows.calls == 1


def test_a_correction_settles_its_own_finding_and_others() -> None:
    rows = Rows([A, B, C], settles={"x": "b"})

    listed = open_list(rows, [decision(A, "accept", corrects="x")])

    assert statuses(listed.entries) == {"a": "accepted", "b": "settled", "c": "open"}
    assert [one.key for one in listed.corrections] == ["company|x"]
    assert rows.calls == 2


def test_a_finding_that_a_correction_raises_can_be_decided_in_turn() -> None:
    rows = Rows([A], settles={"x": "a", "y": "b"}, raises={"x": B})

    undecided = open_list(rows, [decision(A, "accept", corrects="x")])
    decided = open_list(rows, [decision(A, "accept", corrects="x"), decision(B, "accept", corrects="y")])

    assert statuses(undecided.entries) == {"a": "accepted", "b": "open"}
    assert statuses(decided.entries) == {"a": "accepted", "b": "accepted"}
    assert [one.key for one in decided.corrections] == ["company|x", "company|y"]


def test_a_lapsed_decision_corrects_nothing() -> None:
    rows = Rows([replace(A, judged="v2"), B], settles={"x": "a"})

    listed = open_list(rows, [decision(A, "accept", corrects="x")])

    assert statuses(listed.entries) == {"a": "lapsed", "b": "open"}
    assert listed.corrections == ()


def test_a_decision_whose_finding_is_gone_corrects_nothing() -> None:
    listed = open_list(Rows([B], settles={}), [decision(A, "accept", corrects="x")])

    assert statuses(listed.entries) == {"b": "open"}
    assert listed.corrections == ()


def test_of_two_corrections_of_one_cell_the_later_decision_stands_last() -> None:
    said = [
        decision(A, "accept", corrects="x"),
        decision(B, "accept", corrects="x"),
        decision(A, "correct", corrects="x"),
    ]

    listed = open_list(Rows([A, B], settles={}), said)

    assert [one.finding_id for one in listed.corrections] == [B.finding_id, A.finding_id]


def test_the_list_is_in_the_order_of_the_check() -> None:
    listed = open_list(lambda _corrections: [C, A, B], [])

    assert list(statuses(listed.entries)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("entry", "blocks"),
    [
        (Entry(A, "open"), True),
        (Entry(A, "asked"), True),
        (Entry(A, "lapsed"), True),
        (Entry(A, "accepted"), False),
        (Entry(A, "settled"), False),
        (Entry(replace(A, severity="warning"), "open"), False),
        (Entry(replace(A, dated=date(2016, 3, 31)), "open"), True),
        (Entry(replace(A, dated=date(2016, 4, 1)), "open"), False),
    ],
)
def test_an_open_error_blocks_when_undated_or_dated_by_the_end(entry: Entry, blocks: bool) -> None:
    assert entry.blocks(date(2016, 3, 31)) is blocks

"""Two copies of one workspace: which words contradict each other, and that it does not matter who merges whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.checks.findings import Finding, finding_id
from exchange.ledger.branches import in_common_order
from exchange.ledger.events import Event
from exchange.review.decisions import Correction, Decision, Verb
from exchange.review.merging import weighed, with_rivals
from exchange.review.open_list import OpenList, open_list, status_of
from exchange.workspace.chronicle import DECISION, UNDO, decision_body, read_chronicle, undo_body

START = datetime(2016, 4, 1, tzinfo=UTC)
NAMES = ("a", "b", "c")
FINDINGS = {
    name: Finding(
        finding_id=finding_id("R03", [name]),
        rule="R03",
        severity="error",
        subject=(("placement_id", name),),
        message="",
        cure="",
        judged="v1",
    )
    for name in NAMES
}


def decision(
    event: str, verb: Verb = "accept", *, on: str = "a", judged: str = "v1", to: str | None = None
) -> Decision:
    correction = Correction(
        table="mentor_hours", key="company|1", field="hours", reported="9.00", corrected=to, finding_id=FINDINGS[on].finding_id,
        who="w", when="t",
    )  # fmt: skip
    return Decision(
        event=event, finding_id=FINDINGS[on].finding_id, rule="R03", verb=verb, reason=event, value=to, judged=judged, who="w",
        when="t", corrections=(correction,) if to else (),
    )  # fmt: skip


def knowing(**known: str) -> Mapping[str, str]:
    """Who knew of whom: each event with the letters of those it was written upon."""
    return known


def judged(decisions: list[Decision], known: Mapping[str, str]) -> Decision:
    found = with_rivals(decisions, lambda event, earlier: earlier in known.get(event, ""))
    return found[-1]


@pytest.mark.parametrize(
    ("said", "known", "rivals"),
    [
        ([decision("x"), decision("y", "reject")], knowing(), "x"),
        ([decision("x"), decision("y", "reject")], knowing(y="x"), ""),
        ([decision("x"), decision("y")], knowing(), ""),
        ([decision("x", "correct", to="1.00"), decision("y", "correct", to="2.00")], knowing(), "x"),
        ([decision("x", "correct", to="1.00"), decision("y", "correct", to="1.00")], knowing(), ""),
        # Whoever decides with both before them ends it.
        ([decision("x"), decision("y", "reject"), decision("z", "ask")], knowing(z="xy"), ""),
        ([decision("x"), decision("y", "reject"), decision("z", "ask")], knowing(z="y"), "x"),
        ([decision("x"), decision("y", "reject"), decision("z", "ask")], knowing(y="x", z="x"), "y"),
        ([decision("x"), decision("y", "reject"), decision("z", "ask")], knowing(), "xy"),
    ],
)
def test_words_that_could_not_know_of_each_other_and_differ_are_rivals(
    said: list[Decision], known: Mapping[str, str], rivals: str
) -> None:
    assert "".join(one.event for one in judged(said, known).rivals) == rivals


@pytest.mark.parametrize(
    ("first", "second", "status", "event"),
    [
        ("v1", "v1", "conflict", "y"),
        ("v0", "v1", "rejected", "y"),
        ("v1", "v0", "accepted", "x"),
        ("v0", "v0", "lapsed", "y"),
    ],
)
def test_a_word_on_other_values_is_no_rival(first: str, second: str, status: str, event: str) -> None:
    last = judged([decision("x", judged=first), decision("y", "reject", judged=second)], {})

    assert status_of("v1", last) == status
    assert weighed("v1", last).event == event


def test_neither_word_of_a_conflict_corrects_anything_and_both_are_shown() -> None:
    said = with_rivals(
        [decision("x", "correct", to="1.00"), decision("y", "correct", to="2.00")], lambda _event, _earlier: False
    )  # fmt: skip

    listed = open_list(lambda _corrections: [FINDINGS["a"]], said)

    assert listed.corrections == ()
    (entry,) = listed.entries
    assert (entry.status, entry.is_open) == ("conflict", True)
    assert entry.decision is not None
    assert [one.reason for one in (*entry.decision.rivals, entry.decision)] == ["x", "y"]


def test_a_decision_whose_finding_is_gone_is_kept_and_told() -> None:
    said = [decision("x"), decision("y", "reject", on="b")]

    gone = open_list(lambda _corrections: [FINDINGS["b"]], said)
    back = open_list(lambda _corrections: [FINDINGS["a"], FINDINGS["b"]], said)

    assert [one.event for one in gone.gone] == ["x"]
    assert back.gone == ()
    assert {entry.status for entry in back.entries} == {"accepted", "rejected"}


class Copy:
    """A copy of a workspace as its ledger has it: events by id, each upon the tips of what the copy knew."""

    def __init__(self, events: dict[str, Event], seconds: count[int]) -> None:
        self.events, self._seconds = events, seconds

    def copied(self) -> Copy:
        return Copy(dict(self.events), self._seconds)

    def tips(self) -> tuple[str, ...]:
        named = {parent for event in self.events.values() for parent in event.parents}
        return tuple(sorted(self.events.keys() - named))

    def write(self, kind: str, body: Mapping[str, object]) -> None:
        at = START.replace(minute=next(self._seconds) % 60).isoformat()
        event = Event(parents=self.tips(), kind=kind, at=at, who="w", body=body)  # type: ignore[arg-type]
        self.events[event.id] = event

    def decide(self, name: str, verb: Verb) -> None:
        self.write(
            DECISION, decision_body(decision("", verb, on=name, to="1.00" if verb == "correct" else None))
        )

    def undo(self) -> None:
        standing = read_chronicle(self.in_order()).decisions
        if standing:
            self.write(UNDO, undo_body(standing[-1]))

    def merge(self, other: Copy) -> None:
        self.events = {**self.events, **other.events}

    def in_order(self) -> list[Event]:
        return in_common_order(list(self.events.values()))

    def listed(self) -> OpenList:
        return open_list(
            lambda _corrections: list(FINDINGS.values()), read_chronicle(self.in_order()).decisions
        )


STEPS = st.one_of(
    st.tuples(
        st.sampled_from("xyz"),
        st.sampled_from(NAMES),
        st.sampled_from(["accept", "correct", "reject", "ask", "undo"]),
    ),
    st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz"), st.just("merge")),
)


def lived(steps: list[tuple[str, str, str]]) -> dict[str, Copy]:
    first = Copy({}, count())
    first.write("init", {})
    first.decide("a", "ask")
    copies = {name: first.copied() for name in "xyz"}
    for who, what, verb in steps:
        if verb == "merge":
            copies[who].merge(copies[what])
        elif verb == "undo":
            copies[who].undo()
        else:
            copies[who].decide(what, verb)  # type: ignore[arg-type]
    return copies


def united(copies: dict[str, Copy], order: str) -> OpenList:
    whole = copies[order[0]].copied()
    for name in order[1:]:
        whole.merge(copies[name])
    return whole.listed()


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_merging_gives_the_same_open_list_whoever_merges_whom_how_often(
    steps: list[tuple[str, str, str]],
) -> None:
    copies = lived(steps)

    expected = united(copies, "xyz")

    assert all(united(copies, order) == expected for order in ("zyx", "yxz", "xyzxy", "zzyyxx"))
    assert expected.gone == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_a_word_said_after_everything_was_united_ends_every_conflict_on_its_finding(
    steps: list[tuple[str, str, str]],
) -> None:
    copies = lived(steps)
    copies["x"].merge(copies["y"])
    copies["x"].merge(copies["z"])

    copies["x"].decide("a", "reject")

    entry = next(one for one in copies["x"].listed().entries if one.finding == FINDINGS["a"])
    assert entry.status == "rejected"


def test_two_copies_that_decide_alike_and_otherwise() -> None:
    copies = lived(
        [
            ("x", "a", "accept"),
            ("y", "a", "reject"),
            ("x", "b", "accept"),
            ("y", "b", "accept"),
            ("y", "c", "ask"),
        ]
    )

    listed = united(copies, "xyz")

    assert [entry.status for entry in listed.entries] == [
        {
            FINDINGS["a"].finding_id: "conflict",
            FINDINGS["b"].finding_id: "accepted",
            FINDINGS["c"].finding_id: "asked",
        }[entry.finding.finding_id]
        for entry in listed.entries
    ]


def test_a_word_taken_back_in_one_copy_leaves_the_other_copys_word() -> None:
    copies = lived([("x", "a", "accept"), ("y", "a", "reject"), ("y", "a", "undo")])

    entry = next(one for one in united(copies, "xy").entries if one.finding == FINDINGS["a"])

    assert entry.status == "accepted"

"""What a decision may change, and the sentence for what it may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from exchange import language
from exchange.checks.findings import CellRef, Evidence, Finding, Proposal
from exchange.errors import DecisionRefused
from exchange.language import Language
from exchange.review.corrections import Stamp, corrections_for, refuse_unfit
from exchange.review.decisions import Correction, Verb

STAMP = Stamp(who="Jobcenter Gladsaxe (159) 8423", when="2016-03-31T10:02:00+00:00")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def cell(reporter: str, entry: str, value: str, field: str = "hours") -> Evidence:
    return Evidence(
        "mentor_hours", (("reporter", reporter), ("entry_id", entry)), field, "f.xlsx", "Timer", "D17", value
    )


DIFFER = Finding(
    finding_id="ab" * 32,
    rule="R03",
    severity="error",
    subject=(("agreement_id", "AFT-1"), ("placement_id", "159-00012")),
    message="",
    cure="",
    proposal=Proposal("mentor_hours", "company|c1", "hours", "0.90"),
    evidence=(cell("company", "c1", "9.00"), cell("jobcentre", "j1", "0.90")),
)
UNREADABLE = replace(
    DIFFER,
    rule="F-type-error",
    subject=(("table", "mentor_hours"), ("key", "company|c1"), ("field", "hours")),
    proposal=None,
    evidence=(cell("company", "c1", "abc"),),
)
NUMBER_IN_NOTE = replace(
    UNREADABLE,
    rule="K01",
    subject=(("table", "mentor_hours"), ("key", "company|c1"), ("column", "note")),
    evidence=(cell("company", "c1", "******-****", "note"),),
)
NUMBER_IN_KEY = replace(
    NUMBER_IN_NOTE, subject=(("table", "mentor_hours"), ("key", "x"), ("column", "entry_id"))
)


def correction(**changed: str | None) -> Correction:
    fields: dict[str, str | None] = {
        "table": "mentor_hours",
        "key": "company|c1",
        "field": "hours",
        "reported": "9.00",
        "corrected": "0.90",
        **changed,
    }
    return Correction(finding_id="ab" * 32, who=STAMP.who, when=STAMP.when, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("finding", "verb", "value", "expected"),
    [
        (DIFFER, "accept", None, (correction(),)),
        (DIFFER, "correct", "1.25", (correction(corrected="1.25"),)),
        (DIFFER, "reject", None, ()),
        (DIFFER, "ask", None, ()),
        (replace(DIFFER, proposal=None), "accept", None, ()),
        (
            replace(DIFFER, proposal=Proposal("mentor_hours", "company|c1", "*", None)),
            "accept",
            None,
            (correction(field="*", reported=None, corrected=None),),
        ),
        (UNREADABLE, "accept", None, ()),
        (UNREADABLE, "correct", "7.50", (correction(reported="abc", corrected="7.50"),)),
        (NUMBER_IN_NOTE, "accept", None, (correction(field="note", reported=None, corrected=None),)),
        (
            NUMBER_IN_NOTE,
            "correct",
            "set mandag",
            (correction(field="note", reported=None, corrected="set mandag"),),
        ),
        (NUMBER_IN_KEY, "reject", None, ()),
    ],
)
def test_a_decision_changes(
    finding: Finding, verb: Verb, value: str | None, expected: tuple[Correction, ...]
) -> None:
    assert corrections_for(finding, verb, value, STAMP) == expected


def test_a_person_may_correct_the_other_side() -> None:
    other = CellRef("mentor_hours", "jobcentre|j1", "hours")

    assert corrections_for(DIFFER, "correct", "9.00", STAMP, other) == (
        correction(key="jobcentre|j1", reported="0.90", corrected="9.00"),
    )


def test_a_person_may_leave_a_row_out() -> None:
    row = CellRef("mentor_hours", "company|c1", "*")

    assert corrections_for(replace(DIFFER, proposal=None), "correct", None, STAMP, row) == (
        correction(field="*", reported=None, corrected=None),
    )


@pytest.mark.parametrize(
    ("spoken", "typed", "stored"),
    [("da", "1,5", "1.5"), ("da", "1.50", "1.50"), ("da", "7,25", "7.25"), ("en", "1.50", "1.50")],
)
def test_a_value_is_typed_as_the_language_shows_it(spoken: Language, typed: str, stored: str) -> None:
    language.use(spoken)

    (found,) = corrections_for(DIFFER, "correct", typed, STAMP)

    assert found.corrected == stored


@pytest.mark.parametrize("typed", ["1.500", "1,505", "1,5x", "-1,5", "04.05.2016"])
def test_a_danish_value_that_could_mean_two_things_or_does_not_fit_is_refused(typed: str) -> None:
    language.use("da")

    with pytest.raises(DecisionRefused):
        corrections_for(DIFFER, "correct", typed, STAMP)


@pytest.mark.parametrize(
    ("finding", "verb", "value", "sentence"),
    [
        (DIFFER, "accept", "1.00", "A value belongs to “correct” alone; leave it out, or decide “correct”."),
        (DIFFER, "correct", None, "“correct” needs a value of your own; give it with --value."),
        (DIFFER, "correct", "7,5", "“7,5” is no hours; write it as 1.50."),
        (DIFFER, "correct", "25.00", "“25.00” is no hours; write it as 1.50."),
        (
            replace(DIFFER, proposal=None),
            "correct",
            "1.00",
            "Several cells could be corrected: name one with --cell, mentor_hours/hours/company|c1, mentor_hours/hours/jobcentre|j1.",
        ),
        (
            replace(UNREADABLE, subject=(("table", "mentor_hours"), ("key", "x"), ("field", "entry_id"))),
            "correct",
            "e2",
            "entry_id is part of the row's key; have the sender correct it, or leave the row out.",
        ),
        (
            NUMBER_IN_KEY,
            "accept",
            None,
            "The number stands in a key and cannot be redacted; have the sender change it, or reject it with a reason.",
        ),
    ],
)
def test_a_decision_that_does_not_fit_is_one_sentence(
    finding: Finding, verb: Verb, value: str | None, sentence: str
) -> None:
    with pytest.raises(DecisionRefused) as refused:
        corrections_for(finding, verb, value, STAMP)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("finding", "verb", "reason", "sentence"),
    [
        (
            DIFFER,
            "reject",
            " ",
            "A rejection needs a reason that the auditor can read; give it with --reason.",
        ),
        (DIFFER, "ask", "x" * 501, "The reason has 501 characters; say it in 500."),
        (
            NUMBER_IN_NOTE,
            "reject",
            "because",
            "What looks like a CPR number can be rejected in a key column only; accept it, and the cell is redacted.",
        ),
    ],
)
def test_what_a_verb_may_not_say(finding: Finding, verb: Verb, reason: str, sentence: str) -> None:
    with pytest.raises(DecisionRefused) as refused:
        refuse_unfit(finding, verb, reason)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("finding", "verb", "reason"),
    [
        (DIFFER, "accept", ""),
        (DIFFER, "ask", ""),
        (DIFFER, "reject", "no"),
        (NUMBER_IN_KEY, "reject", "an id"),
    ],
)
def test_what_a_verb_may_say(finding: Finding, verb: Verb, reason: str) -> None:
    refuse_unfit(finding, verb, reason)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("04.05.2016", "2016-05-04"), ("4-5-2016", "2016-05-04"), ("2016-05-04", "2016-05-04")],
)
def test_a_danish_date_is_typed_as_it_is_shown(typed: str, stored: str) -> None:
    language.use("da")
    on = CellRef("mentor_hours", "company|c1", "date")

    (found,) = corrections_for(DIFFER, "correct", typed, STAMP, on)

    assert found.corrected == stored

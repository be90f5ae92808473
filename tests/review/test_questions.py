"""Questions: who can be asked, what that party may read, how far a question is, and what its answer proposes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from exchange import language
from exchange.checks.findings import CellRef, Evidence, Finding, Proposal, finding_id
from exchange.form.workbook.question_mark import Says
from exchange.parties import parse_party
from exchange.review.decisions import Decision
from exchange.review.open_list import Entry, said
from exchange.review.questions import (
    Circle,
    Correspondence,
    Given,
    Offer,
    Sent,
    addressees,
    canonical_answer,
    offer_of,
    placement_of,
    questions_of,
    unanswered,
    values_of,
)

COMPANY, JOBCENTRE = "12345678", "167"
CIRCLE = Circle({"AFT-1": COMPANY}, "159")
TODAY = date(2016, 4, 10)

pytestmark = pytest.mark.usefixtures("in_english")


def hours(reporter: str, entry: str, value: str | None, field: str = "hours") -> Evidence:
    return Evidence(
        "mentor_hours", (("reporter", reporter), ("entry_id", entry)), field, "x.csv", "Bo Bæk", "F3", value
    )


def finding(rule: str = "R03", *evidence: Evidence, **changes: object) -> Finding:
    plain = Finding(
        finding_id=finding_id(rule, ["x"]),
        rule=rule,
        severity="error",
        subject=(("agreement_id", "AFT-1"), ("placement_id", "167-00012"), ("date", "2016-03-03")),
        message="",
        cure="",
        evidence=evidence or (hours("company", "12345678:2", "15.00"), hours("jobcentre", "167:2", "1.50")),
        judged="v1",
        owners=(("AFT-1", JOBCENTRE),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


DIFFER = finding(
    amount_dkk=Decimal("1.00"), proposal=Proposal("mentor_hours", "company|12345678:2", "hours", "1.50")
)
OUTCOME = finding(
    "P06",
    Evidence("placements", (("placement_id", "167-00012"),), "outcome", None, None, None, None),
    Evidence("placements", (("placement_id", "167-00012"),), "actual_end", None, None, None, "2016-04-01"),
)


def asked(of: Finding = DIFFER, event: str = "q1", *, judged: str = "v1") -> Entry:
    decision = Decision(
        event=event, finding_id=of.finding_id, rule=of.rule, verb="ask", reason="?", value=None, judged=judged, who="w", when="t"
    )  # fmt: skip
    return said(of, decision)


def given(says: Says, value: str | None = None, *, party: str = COMPANY, question: str = "q1") -> Given:
    return Given(
        event="e", question=question, finding_id="", party=party, came="2016-04-09T08:00:00+00:00", says=says, value=value,
        details="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "parties"),
    [
        (DIFFER, [COMPANY, JOBCENTRE]),
        (OUTCOME, [JOBCENTRE]),
        (replace(DIFFER, owners=(("AFT-1", "159"),)), [COMPANY]),
        (replace(OUTCOME, owners=(("AFT-1", "159"),)), []),
        (replace(DIFFER, owners=(("AFT-9", JOBCENTRE),)), [JOBCENTRE]),
        # What one side alone reported is no question to the other.
        (replace(DIFFER, subject=(*DIFFER.subject, ("reporter", "jobcentre"))), [JOBCENTRE]),
        (replace(DIFFER, subject=(*DIFFER.subject, ("reporter", "company"))), [COMPANY, JOBCENTRE]),
    ],
)
def test_a_finding_can_be_asked_of_whom_it_is_about_but_not_of_ourselves(
    of: Finding, parties: list[str]
) -> None:
    assert addressees(of, CIRCLE) == parties


def test_each_side_reads_figures_and_ids_and_no_words_of_anybody() -> None:
    company, jobcentre = parse_party(COMPANY), parse_party(JOBCENTRE)
    wordy = finding(
        "X", *DIFFER.evidence, hours("company", "12345678:2", "Bo kom sent", "note"), hours("company", "1", "Bo", "hours")
    )  # fmt: skip

    assert values_of(DIFFER, company, own=True) == [("Hours", "15.00")]
    assert values_of(DIFFER, company, own=False) == [("Hours", "1.50")]
    assert values_of(DIFFER, jobcentre, own=True) == [("Hours", "1.50")]
    assert values_of(wordy, jobcentre, own=False) == [("Hours", "15.00"), ("Note", ""), ("Hours", "")]
    assert values_of(OUTCOME, jobcentre, own=True) == [("Outcome", None), ("Actual end", "2016-04-01")]
    # A company sees of the other side only what it reports itself; several jobcentres see nothing of one another.
    assert values_of(OUTCOME, company, own=False) == []
    assert values_of(replace(DIFFER, owners=(("AFT-1", "159"), ("AFT-1", "167"))), jobcentre, own=True) == []


OWN, OTHER = (
    CellRef("mentor_hours", "company|12345678:2", "hours"),
    CellRef("mentor_hours", "jobcentre|167:2", "hours"),
)


@pytest.mark.parametrize(
    ("of", "answer", "offer"),
    [
        (DIFFER, given("theirs"), Offer("accept")),
        (DIFFER, given("ours"), Offer("correct", "15.00", OTHER)),
        (DIFFER, given("other", "7.50"), Offer("correct", "7.50", OWN)),
        (DIFFER, given("other", "1.50"), Offer("accept")),
        (DIFFER, given("other"), None),
        (DIFFER, given("remark"), None),
        (DIFFER, given("theirs", party=JOBCENTRE), Offer("correct", "15.00", OTHER)),
        (DIFFER, given("ours", party=JOBCENTRE), Offer("accept")),
        (OUTCOME, given("theirs", party=JOBCENTRE), None),
        (
            OUTCOME,
            given("other", "ordinary-job", party=JOBCENTRE),
            Offer("correct", "ordinary-job", CellRef("placements", "167-00012", "outcome")),
        ),
        # Several cells of a side: nobody can say which is meant.
        (
            finding("R03", *DIFFER.evidence, hours("company", "12345678:3", "2.00")),
            given("other", "7.50"),
            None,
        ),
    ],
)
def test_an_answer_proposes_what_a_person_may_decide(of: Finding, answer: Given, offer: Offer | None) -> None:
    assert offer_of(of, answer.party, answer) == offer


@pytest.mark.parametrize(
    ("of", "party", "text", "value"),
    [
        (DIFFER, COMPANY, "7,5", "7.50"),
        (DIFFER, COMPANY, "7.5", "7.50"),
        (DIFFER, COMPANY, "7.555", None),
        (DIFFER, COMPANY, "-1", None),
        (DIFFER, COMPANY, "Bo", None),
        (OUTCOME, JOBCENTRE, "Education", "education"),
        (finding("R03", *DIFFER.evidence, hours("company", "3", "2.00")), COMPANY, "7,5", None),
    ],
)
def test_a_written_value_becomes_the_forms_own_or_none(
    of: Finding, party: str, text: str, value: str | None
) -> None:
    language.use("da")

    assert canonical_answer(of, party, text) == value


SENT = Sent(question="q1", to=COMPANY, on=date(2016, 4, 1), due=date(2016, 4, 15))
LATE = replace(SENT, due=date(2016, 4, 9))


@pytest.mark.parametrize(
    ("entry", "letters", "states", "bundled"),
    [
        (asked(), Correspondence(), {COMPANY: "unsent", JOBCENTRE: "unsent"}, True),
        (asked(), Correspondence([SENT]), {COMPANY: "open"}, True),
        (asked(), Correspondence([LATE]), {COMPANY: "overdue"}, True),
        (asked(), Correspondence([LATE, SENT]), {COMPANY: "open"}, True),
        (asked(), Correspondence([LATE], [given("remark")]), {COMPANY: "answered"}, False),
        (
            asked(),
            Correspondence([replace(SENT, to=JOBCENTRE)]),
            {JOBCENTRE: "open", COMPANY: "unsent"},
            True,
        ),
        (asked(judged="v0"), Correspondence([SENT]), {COMPANY: "lapsed"}, False),
        (asked(judged="v0"), Correspondence(), {}, False),
        (
            asked(event="q2"),
            Correspondence([SENT], [given("ours")]),
            {COMPANY: "unsent", JOBCENTRE: "unsent"},
            True,
        ),
        (said(DIFFER, None), Correspondence([SENT]), {}, False),
    ],
)
def test_how_far_a_question_is_and_whether_it_is_asked_again(
    entry: Entry, letters: Correspondence, states: dict[str, str], bundled: bool
) -> None:
    found = questions_of([entry], letters, CIRCLE, TODAY, to=COMPANY)

    assert {one.to: one.state for one in found} == states
    assert bool(unanswered(found, COMPANY)) is bundled


def test_the_latest_answer_counts_and_one_on_earlier_values_proposes_nothing() -> None:
    twice = Correspondence([SENT], [given("ours"), given("theirs")])

    (now,) = questions_of([asked()], twice, CIRCLE, TODAY)
    (before,) = questions_of([asked(judged="v0")], twice, CIRCLE, TODAY)

    assert (now.state, now.offer) == ("answered", Offer("accept"))
    assert (before.state, before.offer) == ("lapsed", None)


def test_the_placement_is_the_one_that_a_finding_is_about() -> None:
    assert placement_of(DIFFER) == "167-00012"
    assert placement_of(replace(OUTCOME, subject=())) == "167-00012"
    assert placement_of(replace(DIFFER, subject=())) == ""

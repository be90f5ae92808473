"""The engine: what a rule may do, what a finding carries, what a correction changes."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date

import pytest

from exchange import language
from exchange.checks.engine import check, opened
from exchange.checks.findings import CellRef
from exchange.checks.rules import Rule, RuleSet, load_rules
from exchange.checks.source import Location
from exchange.errors import RuleError
from exchange.periods import parse_period
from tests.checks.worlds import correction, found, source_of

WITH_EVIDENCE = "agreement_id, placement_id, reporter, entry_id, 'mentor_hours/date/company|c-1' AS evidence"
SHIFTED = (
    {"date": "2016-03-02", "hours": "1.25"},
    {"reporter": "jobcentre", "entry_id": "j-1", "date": "2016-03-01", "hours": "1.25"},
)
DIFFERING = ({"hours": "2.00"}, {"reporter": "jobcentre", "entry_id": "j-1", "hours": "1.00"})
LINE = load_rules().rule("M01").line
ACROSS = (
    {"hours": "9.00"},
    {"entry_id": "c-2", "placement_id": "157-00001", "hours": "9.00", "date": "2016-03-01"},
)


@pytest.fixture(autouse=True)
def danish() -> Iterator[None]:
    language.use("da")
    yield
    language.use("da")


def with_rule(sql: str, **changes: object) -> RuleSet:
    """Return the shipped rule set with M01's SELECT replaced."""
    shipped = load_rules()
    rule: Rule = dataclasses.replace(shipped.rule("M01"), sql=sql, **changes)  # type: ignore[arg-type]
    return dataclasses.replace(shipped, rules={"M01": rule})


def run(sql: str, **changes: object) -> list[dict[str, str]]:
    findings = check(source_of(mentor_hours=[{}]), rule_set=with_rule(sql, **changes), profiles={})
    return [dict(finding.subject) for finding in findings]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("agreement_id, placement_id, reporter", "the column “entry_id” is missing; select it"),
        (
            "agreement_id, placement_id, reporter, entry_id",
            "the column “evidence” is missing; select it",
        ),
        (
            "agreement_id, placement_id, reporter, entry_id, 'no/such/cell' AS evidence",
            "the column “evidence” gives what it must not; mend the SELECT",
        ),
        (
            "agreement_id, placement_id, reporter, entry_id, '' AS evidence",
            "the column “evidence” gives what it must not; mend the SELECT",
        ),
        (
            f"{WITH_EVIDENCE}, 'grave' AS severity",
            "the column “severity” gives what it must not; mend the SELECT",
        ),
        (
            f"{WITH_EVIDENCE}, 1.5 AS amount_ore",
            "the column “amount_ore” gives what it must not; mend the SELECT",
        ),
        (
            WITH_EVIDENCE,
            "the SELECT does not give “colour”, which the message names",
        ),
    ],
)
def test_a_rule_that_gives_something_unusable_is_refused(columns: str, message: str) -> None:
    language.use("en")
    text = dataclasses.replace(load_rules().rule("M01").en, message="It is {colour}.")

    with pytest.raises(RuleError) as refusal:
        run(f"SELECT {columns} FROM hours", en=text)

    assert str(refusal.value) == f"M01.sql, line {LINE}: {message}."


def test_rows_of_one_subject_are_one_finding_with_all_their_evidence() -> None:
    findings = found(
        ["A01"], attendance=[{"date": "2016-01-02"}, {"date": "2016-01-02", "attended_hours": "4.00"}]
    )

    assert len(findings) == 1
    assert [item.value for item in findings[0].evidence] == ["4.00", "5.00"]


def test_two_totals_of_one_source_and_measure_are_one_finding_in_any_order() -> None:
    totals = [{"stated": "7"}, {"stated": "9"}]

    (finding,) = found(["T01"], control_totals=totals)

    assert found(["T01"], control_totals=totals[::-1]) == [finding]
    assert finding.message == "samlet.xlsx angiver placements.count til 7; rækkerne giver 1."


def test_a_finding_carries_both_cells_its_worth_and_what_to_do() -> None:
    (finding,) = found(["R03"], mentor_hours=DIFFERING)

    assert finding.as_json() == {
        "finding_id": hashlib.sha256(b'["R03","AFT-1","159-00001","M-01","2016-03-01"]').hexdigest(),
        "rule": "R03",
        "severity": "error",
        "subject": {
            "agreement_id": "AFT-1",
            "placement_id": "159-00001",
            "mentor_id": "M-01",
            "date": "2016-03-01",
        },
        "message": "For 159-00001 den 01.03.2016 (mentor M-01) har virksomheden 2,00 mentortimer og jobcenteret 1,00. "
        "Sandsynligvis er timerne talt to gange.",
        "cure": load_rules().rule("R03").da.cure,
        "amount_dkk": "275.00",
        "effect_dkk": "0.00",
        "proposal": {"table": "mentor_hours", "key": "company|c-1", "field": "hours", "value": "1.00"},
        "likely_cause": "doubled",
        "evidence": [
            {
                "table": "mentor_hours",
                "key": {"reporter": "company", "entry_id": "c-1"},
                "field": "hours",
                "file": None,
                "sheet": None,
                "cell": None,
                "value": "2.00",
            },
            {
                "table": "mentor_hours",
                "key": {"reporter": "jobcentre", "entry_id": "j-1"},
                "field": "hours",
                "file": None,
                "sheet": None,
                "cell": None,
                "value": "1.00",
            },
        ],
    }
    assert finding.dated == date(2016, 3, 1)
    assert finding.owners == (("AFT-1", "159"),)


def test_messages_and_cures_follow_the_language() -> None:
    language.use("en")

    (finding,) = found(["R04"], mentor_hours=SHIFTED)

    assert finding.message == (
        "For 159-00001 (mentor M-01) the company has 1.25 mentor hours on 2016-03-02 and the jobcentre the same hours "
        "on 2016-03-01. The company's date is the day after the jobcentre's."
    )
    assert finding.cure == load_rules().rule("R04").en.cure


def test_owners_and_dates_are_those_of_the_evidence_rows() -> None:
    placements = [{}, {"placement_id": "157-00001", "jobcentre": "157", "trainee_ref": "t-2"}]

    (over,) = found(["M04"], placements=placements, mentor_hours=ACROSS)
    (undated,) = found(["P06"], placements=[{"actual_end": "2016-07-29"}])

    assert over.owners == (("AFT-1", "157"), ("AFT-1", "159"))
    assert over.dated == date(2016, 3, 1)
    assert undated.dated is None


class Sheet:
    """A locator that knows one cell."""

    def cells(self, refs: Collection[CellRef]) -> Mapping[CellRef, Location]:
        known = CellRef("mentor_hours", "company|c-1", "hours")
        return {known: Location("falck.xlsx", "Timer", "D17")} if known in refs else {}

    def rows(self, table: str, row_ids: Collection[int]) -> Mapping[int, str]:
        return {row: f"{table}#Timer!A{row + 2}" for row in row_ids}


def test_evidence_is_located_where_somebody_wrote_it() -> None:
    (finding,) = found(["R03"], mentor_hours=DIFFERING, locator=Sheet())

    company, jobcentre = finding.evidence
    assert (company.file, company.sheet, company.cell) == ("falck.xlsx", "Timer", "D17")
    assert (jobcentre.file, jobcentre.sheet, jobcentre.cell) == (None, None, None)


def test_what_was_judged_changes_with_the_reported_values_and_with_nothing_else() -> None:
    (first,) = found(["R03"], mentor_hours=DIFFERING)
    (again,) = found(["R03"], mentor_hours=DIFFERING[::-1], claims=[{}])
    (other,) = found(["R03"], mentor_hours=({"hours": "3.00"}, DIFFERING[1]))
    corrected = correction("mentor_hours", "company|c-1", "hours", "1.50", "2.00")
    (same,) = found(["R03"], mentor_hours=DIFFERING, corrections=[corrected])

    assert again.judged == first.judged
    assert other.finding_id == first.finding_id
    assert other.judged != first.judged
    assert same.judged == first.judged


def test_the_corrected_view_moves_dates_leaves_rows_out_and_lets_the_last_correction_stand() -> None:
    date_moved = correction("mentor_hours", "company|c-1", "date", "2016-03-01")
    left_out = correction("mentor_hours", "company|c-1", "*", None)
    twice = [correction("mentor_hours", "company|c-1", "hours", hours) for hours in ("9.00", "1.00")]

    assert found(["R04"], mentor_hours=SHIFTED, corrections=[date_moved]) == []
    assert found(["R04"], mentor_hours=SHIFTED, corrections=[left_out]) == []
    assert found(["R03"], mentor_hours=DIFFERING, corrections=twice) == []


def test_a_corrected_reference_brings_the_row_back_and_a_removed_parent_takes_it_away() -> None:
    dangling = ({"hours": "2.00", "mentor_id": "M-99"}, DIFFERING[1])
    mended = correction("mentor_hours", "company|c-1", "mentor_id", "M-01")
    gone = correction("placements", "159-00001", "*", None)

    assert found(["R03"], mentor_hours=dangling) == []
    assert len(found(["R03"], mentor_hours=dangling, corrections=[mended])) == 1
    assert found(["R03"], mentor_hours=DIFFERING, corrections=[gone]) == []


def test_a_redacted_cell_is_not_empty_in_the_corrected_view() -> None:
    redacted = correction("mentor_hours", "company|c-1", "note", None, None)

    with opened(
        source_of(mentor_hours=[{"note": "010203-1234"}]),
        rule_set=load_rules(),
        profiles={},
        corrections=[redacted],
    ) as connection:
        assert connection.execute("SELECT note FROM hours").fetchall() == [("[redacted]",)]


def test_a_correction_of_an_unknown_cell_changes_nothing() -> None:
    odd = [correction("claims", "k", "no; DROP TABLE x", "1"), correction("no_table", "k", "*", None)]

    assert len(found(["R03"], mentor_hours=DIFFERING, corrections=odd)) == 1


def test_hostile_text_is_shown_on_one_line_and_shortened() -> None:
    source = "a\x1b[31m\nb " + "x" * 200

    (finding,) = found(["T01"], control_totals=[{"source": source, "stated": "9"}])

    assert "\x1b" not in finding.message
    assert "\n" not in finding.message
    assert finding.message.startswith("a<U+001B>[31m b xxx")
    assert len(finding.message) < 220


def test_a_cpr_number_in_a_key_is_masked_in_the_message_and_the_value() -> None:
    (finding,) = found(["K01"], mentor_hours=[{"entry_id": "010203-1234"}])

    assert "010203-1234" not in finding.message
    assert [item.value for item in finding.evidence] == ["******-****"]


def test_what_was_judged_of_a_cpr_number_does_not_tell_it() -> None:
    (first,) = found(["K01"], placements=[{"purpose": "010203-1234"}])
    (second,) = found(["K01"], placements=[{"purpose": "040506-7890"}])

    assert first.judged == second.judged


def test_an_open_database_has_every_word_and_the_requested_period() -> None:
    with opened(
        source_of(), rule_set=load_rules(), profiles={}, periods=[parse_period("2016-03-01..2016-03-31")]
    ) as connection:
        for word in load_rules().words:
            connection.execute(f"SELECT * FROM {word}")
        assert connection.execute("SELECT amount_ore FROM settlement").fetchall() == [(379500,)]

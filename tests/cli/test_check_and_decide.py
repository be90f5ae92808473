"""``check``, ``decide``, ``settle``, ``status``, ``log``, ``explain``: the machine contract on one small month."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from exchange import language
from exchange.checks.findings import finding_id
from exchange.cli.wording import arithmetic
from exchange.settlement.settle import Line
from tests.cli import small
from tests.conftest import CommandLine, opened

R03_KEYS = {
    "finding_id", "rule", "severity", "subject", "message", "cure", "amount_dkk", "effect_dkk", "proposal",
    "likely_cause", "evidence", "status", "decision",
}  # fmt: skip


def the(said: list[dict[str, object]], rule: str) -> dict[str, object]:
    (found,) = [one for one in said if one["rule"] == rule]
    return found


def statuses(enblanket: CommandLine) -> dict[str, str]:
    return {str(one["rule"]): str(one["status"]) for one in enblanket("check", "--format", "json").records}


def test_a_finding_carries_what_the_machine_contract_names(filled: CommandLine) -> None:
    said = filled("check", "--format", "json")

    found = the(said.records, "R03")
    assert said.code == 1
    assert set(found) == R03_KEYS
    assert found["severity"] == "error"
    assert found["amount_dkk"] == "3712.50"  # (15.00 - 1.50) hours x 275.00 kr.
    assert found["likely_cause"] == "decimal-separator-lost"
    assert found["proposal"] == {
        "table": "mentor_hours",
        "key": "company|12345678:2",
        "field": "hours",
        "value": "1.50",
    }
    assert found["evidence"] == [
        {
            "table": "mentor_hours",
            "key": {"reporter": "company", "entry_id": "12345678:2"},
            "field": "hours",
            "file": "mentor_hours.csv",
            "sheet": None,
            "cell": "F3",
            "value": "15.00",
        },
        {
            "table": "mentor_hours",
            "key": {"reporter": "jobcentre", "entry_id": "159:2"},
            "field": "hours",
            "file": "mentor_hours.csv",
            "sheet": None,
            "cell": "F3",
            "value": "1.50",
        },
    ]
    assert (found["status"], found["decision"]) == ("open", None)


def test_the_text_of_a_check_shows_both_cells_and_the_kroner(filled: CommandLine) -> None:
    said = filled("check")

    assert "R03" in said.out
    assert "mentor_hours.csv › F3 (mentor_hours.hours): 15.00" in said.out
    assert "mentor_hours.csv › F3 (mentor_hours.hours): 1.50" in said.out
    assert "DKK 3,712.50 at stake" in said.out


@pytest.mark.parametrize(
    ("period", "shown"),
    [("2016-03-01..2016-03-31", True), ("2016-02-01..2016-02-29", False), ("2016-03-04..2016-03-31", False)],
)
def test_the_period_filters_what_is_printed(filled: CommandLine, period: str, shown: bool) -> None:
    rules = {one["rule"] for one in filled("check", "--period", period, "--format", "json").records}

    assert ("R03" in rules) is shown


def test_an_unknown_profile_is_one_sentence(filled: CommandLine) -> None:
    said = filled("check", "--auditor", "no-such-profile")

    assert said.code == 2
    assert said.err.startswith("enblanket: There is no auditor profile “no-such-profile”: give one of ")


def test_a_profile_that_a_party_names_and_nobody_has_is_said(filled: CommandLine) -> None:
    path = small.agreement_file(filled.here.parent / "again")
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            'role = "lead"', 'role = "lead"\nauditor_profile = "revisor-a"'
        ),
        encoding="utf-8",
    )
    filled("agreement", "add", str(path))

    assert filled("check").err == (
        "The auditor profile revisor-a is not known here and its demands are not judged; put it in auditors/revisor-a.toml.\n"
    )
    assert filled("check", "--quiet").err == ""


def test_a_profile_can_judge_instead_of_the_partys_own(filled: CommandLine) -> None:
    (filled.here / "auditors" / "mine.toml").write_text(
        'id = "mine"\ntitle_da = "x"\ntitle_en = "x"\n[demands]\nresponsibilities_required = true\n',
        encoding="utf-8",
    )

    assert "D05" not in {one["rule"] for one in filled("check", "--format", "json").records}
    assert "D05" in {one["rule"] for one in filled("check", "--auditor", "mine", "--format", "json").records}


def test_accepting_corrects_and_a_new_report_lapses_the_decision(filled: CommandLine) -> None:
    before = the(filled("check", "--format", "json").records, "R03")
    decided = filled(
        "decide", str(before["finding_id"])[:8], "accept", "--reason", "lost comma", "--format", "json"
    )
    after = the(filled("check", "--format", "json").records, "R03")

    assert decided.code == 0, decided.err
    assert decided.records[0]["status"] == after["status"] == "accepted"
    assert after["decision"] == {
        "verb": "accept",
        "reason": "lost comma",
        "who": opened(filled.here).who(),
        "when": "2016-04-01T08:00:01+00:00",
    }
    (correction,) = opened(filled.here).corrections()
    assert (correction.key, correction.reported, correction.corrected) == (
        "company|12345678:2",
        "15.00",
        "1.50",
    )
    assert {row["hours"] for row in opened(filled.here).holdings().records("mentor_hours")} == {
        "1.50",
        "15.00",
        "2.00",
    }

    newer = small.write(
        filled.here.parent / "newer", mentor_hours=small.COMPANY_HOURS.replace("15.00", "16.00")
    )
    filled("take", str(newer), "--from", "12345678")

    assert the(filled("check", "--format", "json").records, "R03")["status"] == "lapsed"
    assert opened(filled.here).corrections() == ()


def test_a_cpr_number_is_redacted_and_reaches_neither_answer_nor_ledger(filled: CommandLine) -> None:
    number = "010190-1234"
    noted = small.COMPANY_HOURS.replace("registered_on\n", "registered_on,note\n").replace(
        "2016-03-08\n", f"2016-03-08,ring til {number}\n"
    )
    filled("take", str(small.write(filled.here.parent / "noted", mentor_hours=noted)), "--from", "12345678")

    checked = filled("check", "--format", "json")
    found = the(checked.records, "K01")
    refused = filled("decide", str(found["finding_id"]), "reject", "--reason", "no number")
    decided = filled("decide", str(found["finding_id"]), "accept", "--format", "json")

    assert refused.err == (
        "enblanket: What looks like a CPR number can be rejected in a key column only; accept it, and the cell is redacted.\n"
    )
    assert decided.records[0]["status"] == "accepted"
    (correction,) = opened(filled.here).corrections()
    assert (correction.field, correction.reported, correction.corrected) == ("note", None, None)
    for text in (checked.out, refused.err, decided.out, filled("log", "--format", "json").out):
        assert number not in text
    assert number.encode() not in (filled.here / "ledger.sqlite").read_bytes()


def test_undo_brings_back_what_was_said_before(filled: CommandLine) -> None:
    from exchange.workspace.decision_desk import DecisionDesk

    differ = finding_id("R03", ["AFT-1", "159-00012", "M-01", "2016-03-03"])
    desk = DecisionDesk(opened(filled.here))
    for verb, reason in (("ask", "which?"), ("accept", "")):
        desk.decide(differ, verb, reason)  # type: ignore[arg-type]
    said = [[entry.status for entry in desk.undo()] for _step in range(3)]

    assert said == [["asked"], ["open"], []]
    assert statuses(filled)["R03"] == "open"
    kinds = [event.kind for event in opened(filled.here).ledger.events()]
    assert kinds[-4:] == ["decision", "decision", "undo", "undo"]
    assert opened(filled.here).ledger.verify() == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["zzzzzzzz", "accept"],
            "There is no finding “zzzzzzzz”: give at least six digits of an id that “enblanket check” shows.",
        ),
        (
            ["{id:.5}", "accept"],
            "There is no finding “{id:.5}”: give at least six digits of an id that “enblanket check” shows.",
        ),
        (["{id}", "reject"], "A rejection needs a reason that the auditor can read; give it with --reason."),
        (["{id}", "correct"], "“correct” needs a value of your own; give it with --value."),
        (["{id}", "correct", "--value", "abc"], "“abc” is no hours; write it as 1.50."),
        (
            ["{id}", "correct", "--value", "1.00", "--cell", "hours"],
            "“hours” is no cell; write table/field/key.",
        ),
        (
            ["{id}", "ask", "--reason", "is it 010203-1234"],
            "The text holds what looks like a CPR number, and the ledger keeps it for good; say it without.",
        ),
    ],
)
def test_a_decision_that_does_not_fit_stores_nothing(
    filled: CommandLine, words: list[str], sentence: str
) -> None:
    differ = finding_id("R03", ["AFT-1", "159-00012", "M-01", "2016-03-03"])
    head = opened(filled.here).ledger.head()

    said = filled("decide", *(word.format(id=differ) for word in words))

    assert (said.code, said.err) == (2, f"enblanket: {sentence.format(id=differ)}\n")
    assert opened(filled.here).ledger.head() == head


def test_settle_gives_lines_then_a_total(filled: CommandLine) -> None:
    lines = filled("settle", "--period", "2016-01-04..2016-04-03", "--format", "json").records

    # 13 full weeks x 3 h x 275 kr. = 10 725.00 kr.
    assert [(one.get("placement_id"), one.get("amount"), one.get("total")) for one in lines] == [
        ("159-00012", "10725.00", None),
        (None, None, "10725.00"),
    ]
    line = lines[0]
    assert (line["days"], line["hours"], line["rate"]) == (65, "39.00", "275.00")
    assert isinstance(line["arithmetic"], str)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("da", "10.725,00 kr.   13,0 uger × 3,00 t × 275,00 kr. = 10.725,00 kr."),
        ("en", "DKK 10,725.00   13.0 weeks × 3.00 h × DKK 275.00 = DKK 10,725.00"),
    ],
)
def test_a_settled_line_tells_its_arithmetic_in_the_language(
    filled: CommandLine, lang: str, line: str
) -> None:
    said = filled("settle", "--period", "2016-01-04..2016-04-03", "--lang", lang)

    assert said.out.splitlines()[0].split(maxsplit=1) == ["159-00012", line]


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (1, "1 plads × 1.850,00 kr. × 26,0 uger = 48.100,00 kr."),
        (6, "6 pladser × 1.850,00 kr. × 26,0 uger = 288.600,00 kr."),
    ],
)
def test_places_tell_their_arithmetic(places: int, sentence: str, in_english: None) -> None:  # noqa: ARG001 (puts the language back)
    language.use("da")
    amount = places * 26 * Decimal("1850.00")
    line = Line(
        agreement_id="AFT-1",
        jobcentre="157",
        placement_id=None,
        days=130,
        weeks=Decimal("26.0"),
        hours=None,
        rate=Decimal("1850.00"),
        places=places,
        amount=amount,
        arithmetic=f"26.0 × {places} × 1850.00 = {amount}",
    )

    assert arithmetic(line) == sentence


@pytest.mark.parametrize("period", ["2016", "2016-02-30..2016-01-31", "2016-01-01"])
def test_a_period_that_is_none_is_one_sentence(filled: CommandLine, period: str) -> None:
    said = filled("settle", "--period", period)

    assert (said.code, said.err) == (
        2,
        f"enblanket: “{period}” is no period: write it as 2016-01-01..2016-03-31.\n",
    )


def test_a_period_that_ends_before_it_starts_is_told_so(filled: CommandLine) -> None:
    said = filled("settle", "--period", "2016-02-01..2016-01-31", "--lang", "en")

    assert (said.code, said.err) == (
        2,
        "enblanket: The period 2016-02-01..2016-01-31 ends before it starts: write its first day first, as 2016-01-01..2016-03-31.\n",
    )


def test_status_says_who_sent_what_is_open_and_what_comes_next(filled: CommandLine) -> None:
    (status,) = filled("status", "--format", "json").records

    assert status["next"] == "enblanket review"
    assert (status["silent"], status["questions"]) == ([], [])
    assert status["open"]["error"]["amount_dkk"] == "3712.50"  # type: ignore[index]
    assert [(one["sender"], one["table"], one["rows"]) for one in status["arrived"]] == [  # type: ignore[attr-defined]
        ("12345678", "mentor_hours", 3),
        ("159", "placements", 1),
        ("159", "mentor_hours", 3),
    ]


def test_status_of_a_new_workspace_asks_for_an_agreement(enblanket: CommandLine) -> None:
    (status,) = enblanket("status", "--format", "json").records

    assert status["next"] == "enblanket agreement add FILE.toml"


def test_status_waits_for_each_party_of_an_agreement_that_somebody_reports_under(
    enblanket: CommandLine, tmp_path: Path
) -> None:
    other = (
        small.AGREEMENT.replace("AFT-1", "AFT-2")
        .replace("12345678", "87654321")
        .replace('\njobcentre = "159"', '\njobcentre = "101"')
    )
    (tmp_path / "other.toml").write_text(other, encoding="utf-8")
    enblanket("agreement", "add", str(small.agreement_file(tmp_path)))
    enblanket("agreement", "add", str(tmp_path / "other.toml"))
    theirs = small.write(tmp_path / "theirs", mentor_hours=small.COMPANY_HOURS)

    enblanket("take", str(theirs), "--from", "12345678")
    (status,) = enblanket("status", "--format", "json").records

    assert status["silent"] == ["101", "159", "87654321"]
    assert status["next"] == "enblanket take FILE... --from 159"


def test_the_log_proves_itself_and_says_where_it_was_rewritten(filled: CommandLine) -> None:
    import sqlite3
    from contextlib import closing

    *events, last = filled("log", "--format", "json").records
    assert [one["kind"] for one in events] == ["init", "agreement", "take", "take"]
    assert last == {"proof": {"events": 4, "head": [events[-1]["id"]], "breaks": []}}
    with closing(sqlite3.connect(filled.here / "ledger.sqlite", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER events_update")
        connection.execute(
            "UPDATE events SET canonical = CAST(replace(CAST(canonical AS TEXT), '12345678', '87654321') AS BLOB) WHERE position = 4"
        )

    said = filled("log", "--format", "json")

    assert said.code == 1
    assert said.records[-1] == {
        "proof": {
            "events": 4,
            "head": [events[-1]["id"]],
            "breaks": [{"position": 4, "event": events[-1]["id"], "code": "altered"}],
        }
    }


def test_rows_altered_beside_the_ledger_are_not_judged(filled: CommandLine) -> None:
    workspace = opened(filled.here)
    path = workspace.objects.path(workspace.chronicle().takes[0].tables["mentor_hours"].address)
    path.write_bytes(path.read_bytes() + b"x")

    said = filled("check")

    assert (said.code, said.err) == (
        2,
        f"enblanket: {path} is missing or has been altered; restore it from a copy of the workspace.\n",
    )


@pytest.mark.parametrize(("language", "word"), [("da", "timer"), ("en", "hours")])
def test_a_rule_is_explained_in_both_languages(filled: CommandLine, language: str, word: str) -> None:
    said = filled("explain", "r03", "--lang", language)

    assert said.code == 0
    assert said.out.startswith("R03 hours-differ")
    assert word in said.out.lower()


def test_an_unknown_rule_is_one_sentence(filled: CommandLine) -> None:
    said = filled("explain", "X99")

    assert said.code == 2
    assert said.err.startswith("enblanket: There is no rule “X99”: give one of A01, ")

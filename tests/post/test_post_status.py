"""``post status``: what stands where, readable at 80 columns in both languages whatever the names."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.cli.post_status import table
from tests.conftest import SteppingClock
from tests.post.conftest import FIRST, SUMMER, Three, well
from tests.post.test_month import ELEVEN

DAMAGED = b"age-encryption.org/v1\n" + bytes(60)


def test_a_table_is_as_wide_as_it_has_to_be_and_its_last_column_gives_way() -> None:
    rows = [("a", "bb", "the head"), ("long", "c", "x" * 50), ("", "–", "")]

    assert list(table(rows, 40)) == [
        "  a     bb  the head",
        f"  long  c   {'x' * 14}…{'x' * 13}",
        "        –",
    ]


@given(
    st.lists(
        st.tuples(*[st.text("abæ", max_size=9)] * 3, st.text("xy", max_size=200)), min_size=1, max_size=5
    )
)
def test_no_line_of_a_table_is_wider_than_the_terminal(rows: list[tuple[str, ...]]) -> None:
    assert all(len(line) <= 80 for line in table(rows))


@pytest.fixture(scope="module")
def asked(acquainted: Path, tmp_path_factory: pytest.TempPathFactory) -> Three:
    """173 was asked and has not answered in time; the package to the auditor waits as a draft; something damaged has come.

    Only to be looked at.
    """
    root = tmp_path_factory.mktemp("asked") / "three"
    shutil.copytree(acquainted, root)
    three = Three(root, SteppingClock(SUMMER))
    three.configure('by = "folder"\npath = "../drive"')
    well(three.lead("decide", ELEVEN, "ask", "--reason", "Eleven hours in one day?"))
    well(three.lead("ask", "--to", "173", "--by", "2016-04-12"))
    well(three.lead("send", "--to", "173"))
    well(three.participant("fetch"))
    three.configure('by = "eml"\nto = "nord@example.dk"\nforced_tls = true', "159")
    well(three.lead("send", "--to", "aud-nord"))
    (three.lead.here / "inbox" / "half.asice").write_bytes(DAMAGED)
    three.lead("fetch")
    three.clock.now = three.clock.now.replace(day=13)
    return three


def test_both_sides_see_the_overdue_question_first(asked: Three) -> None:
    lead, participant = well(asked.lead("post", "status")), well(asked.participant("post", "status"))

    assert lead.out.splitlines() == [
        "Out:",
        "  stands   due         party     what         by      about",
        "  overdue  2016-04-12  173       questions 1  folder  –",
        "  queued   –           aud-nord  package 1    eml     2016-01–03 159 AFT-1",
        "  sealed   –           aud-syd   package 1    –       2016-01–03 173 AFT-1",
        "  To send by hand from outbox/mail, and then “enblanket post sent NAME”:",
        f"    {FIRST}",
        "In:",
        "  stands       came        by     what  file",
        f"  quarantined  2016-04-03  inbox  –     {hashlib.sha256(DAMAGED).hexdigest()[:16]}.asice.age",
    ]
    assert participant.out.splitlines() == [
        "To answer:",
        "  stands   due         party  left    workbook",
        "  overdue  2016-04-12  159    1 of 1  inbox/questions/159-questions-1.xlsx",
        "Nothing is on its way out.",
    ]


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("more", [(), ("--all",)])
def test_every_line_fits_into_80_columns(asked: Three, language: str, more: tuple[str, ...]) -> None:
    for house in (asked.lead, asked.participant, asked.auditor):
        said = well(house("post", "status", "--lang", language, *more))
        assert all(len(line) <= 80 for line in said.out.splitlines()), said.out


def test_json_tells_all_of_it(asked: Three) -> None:
    out = [
        one for one in asked.lead("post", "status", "--format", "json").records if one["direction"] == "out"
    ]
    (waiting,) = (
        one
        for one in asked.participant("post", "status", "--format", "json").records
        if one["direction"] == "to-answer"
    )

    assert [(one["kind"], one["state"], one["overdue"], one["over"], one["period"]) for one in out] == [
        ("questions", "sent", True, False, None),
        ("package", "queued", False, False, "2016-01-01..2016-03-31"),
        ("package", "sealed", False, False, "2016-01-01..2016-03-31"),
    ]
    assert waiting.pop("came")
    assert waiting == {
        "direction": "to-answer",
        "kind": "questions",
        "party": "159",
        "sequence": 1,
        "questions": 1,
        "left": 1,
        "overdue": True,
        "due": date(2016, 4, 12).isoformat(),
        "workbook": "inbox/questions/159-questions-1.xlsx",
    }


def test_status_of_an_auditor_names_its_receipts_that_have_no_way_out(three: Three) -> None:
    three.auditor("receive", str(three.seal()))
    without = well(three.auditor("status", "--lang", "en")).out.splitlines()
    (record,) = three.auditor("status", "--format", "json").records
    three.configure('by = "folder"\npath = "../drive"', "aud-nord")
    carried = well(three.auditor("status", "--lang", "en")).out.splitlines()
    well(three.auditor("send"))
    sent = well(three.auditor("status", "--lang", "en")).out.splitlines()

    assert (
        "  1 receipt for 159 has no way out: name one in post.toml, or hand it over and say “enblanket post sent NAME”"
        in without
    )
    assert [one["to"] for one in record["receipts_without_way"]] == ["159"]  # type: ignore[attr-defined]
    assert not any("no way out" in line for line in (*carried, *sent))
    assert [said[-1] for said in (without, carried, sent)] == [
        "Next: enblanket send",
        "Next: enblanket send",
        "Next: enblanket fetch",
    ]

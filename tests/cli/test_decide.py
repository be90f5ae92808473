"""``decide`` for several findings, and its other ways: alike, note, undo, redo, what is in force; the same calls as the screen."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from exchange.checks.findings import finding_id
from tests.cli import small
from tests.conftest import CommandLine, opened

DAYS = ("2016-03-03", "2016-03-08", "2016-03-10")
DIFFER, DOUBLED, ALIKE = (finding_id("R03", ["AFT-1", "159-00012", "M-01", day]) for day in DAYS)
COMPANY = small.COMPANY_HOURS.replace("2016-03-08,2.00", "2016-03-08,20.00") + (
    "company,12345678:4,159-00012,M-01,2016-03-10,12.00,training,2016-03-10\n"
)
JOBCENTRE = small.JOBCENTRE_HOURS + "jobcentre,159:4,159-00012,M-01,2016-03-10,1.20,training,2016-03-10\n"


@pytest.fixture(scope="session")
def differing_folder(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hours that differ on three days, each time by a lost decimal separator."""
    outside = tmp_path_factory.mktemp("differing")
    enblanket = CommandLine(Path(shutil.copytree(filled_folder, outside / "gladsaxe")))
    for sender, text in (("12345678", COMPANY), ("159", JOBCENTRE)):
        assert (
            enblanket("take", str(small.write(outside / sender, mentor_hours=text)), "--from", sender).code
            == 0
        )
    return enblanket.here


@pytest.fixture
def differing(differing_folder: Path, tmp_path: Path) -> CommandLine:
    return CommandLine(Path(shutil.copytree(differing_folder, tmp_path / "gladsaxe")))


def status_of(enblanket: CommandLine) -> dict[str, str]:
    """Return what the ledger says of each finding, without a check."""
    return {one.finding_id: one.verb for one in opened(enblanket.here).decisions()}


def test_many_are_decided_in_one_go_undone_as_one_and_said_anew(differing: CommandLine) -> None:
    batch = differing("decide", DIFFER, DOUBLED[:8], "reject", "--reason", "two visits", "--format", "json")
    events = [event.kind for event in opened(differing.here).ledger.events()]
    undone = differing("decide", "--undo")
    empty = status_of(differing)
    redone = differing("decide", "--redo")

    assert batch.code == 0, batch.err
    assert [(one["finding_id"], one["status"]) for one in batch.records] == [
        (DIFFER, "rejected"),
        (DOUBLED, "rejected"),
    ]
    assert events[-2:] == ["decision", "decision"]
    assert (undone.code, len(undone.out.splitlines()), empty) == (0, 2, {})
    assert " is open: " in undone.out.splitlines()[0]
    assert status_of(differing) == {DIFFER: "reject", DOUBLED: "reject"}
    assert " is rejected: " in redone.out.splitlines()[0]
    assert differing("decide", "--redo").out == "There is nothing to say anew.\n"


def test_a_finding_named_twice_is_decided_once(differing: CommandLine) -> None:
    said = differing("decide", DIFFER, DIFFER[:8], DIFFER, "accept")

    assert said.code == 0, said.err
    assert [event.kind for event in opened(differing.here).ledger.events()].count("decision") == 1


def test_all_alike_are_decided_with_the_one_that_was_named(differing: CommandLine) -> None:
    said = differing(
        "decide", DIFFER, "accept", "--all-like", "--reason", "the comma was lost", "--note", "phoned"
    )

    assert said.code == 0, said.err
    assert set(status_of(differing)) == {DIFFER, DOUBLED, ALIKE}
    lines = said.out.splitlines()
    assert [line for line in lines if "→" in line] == [
        f"  mentor_hours company|12345678:{entry}: hours {before} → {after}"
        for entry, before, after in (("2", "15.00", "1.50"), ("3", "20.00", "2.00"), ("4", "12.00", "1.20"))
    ]
    assert lines[-3:] == [f"Noted on {one[:12]}." for one in (DIFFER, DOUBLED, ALIKE)]


def test_a_row_that_is_left_out_is_said_in_words(filled: CommandLine, tmp_path: Path) -> None:
    more = small.COMPANY_HOURS + "company,12345678:9,159-00012,M-01,2016-03-02,1.00,training,2016-03-02\n"
    filled("take", str(small.write(tmp_path / "c", mentor_hours=more)), "--from", "12345678")
    found = filled("check", "--format", "json").records
    (only_company,) = (str(one["finding_id"]) for one in found if one["rule"] == "R01")

    said = filled("decide", only_company, "accept")

    assert said.code == 0, said.err
    assert said.out.splitlines()[1] == "  the row is left out (mentor_hours company|12345678:9)"


def test_what_does_not_fit_one_of_several_leaves_that_one_as_it_was(differing: CommandLine) -> None:
    said = differing("decide", DIFFER, DOUBLED, "correct", "--value", "much")

    why = "“much” is no hours; write it as 1.50."
    assert (said.code, said.out) == (
        1,
        f"{DIFFER[:12]} is as it was: {why}\n{DOUBLED[:12]} is as it was: {why}\n",
    )
    assert status_of(differing) == {}


def test_decisions_on_earlier_values_and_on_findings_that_are_gone_are_kept_and_told(
    differing: CommandLine,
) -> None:
    differing("decide", DIFFER, DOUBLED, ALIKE, "reject", "--reason", "two visits")
    changed = COMPANY.replace("15.00", "1.50").replace("20.00", "18.00")
    differing(
        "take",
        str(small.write(differing.here.parent / "changed", mentor_hours=changed)),
        "--from",
        "12345678",
    )

    text = differing("decide", "--list").out

    said = "rejected “two visits” – Jobcenter Gladsaxe (159) KEY, TIME"
    assert re.sub(r"\S{4} \S{4}, 2016\S+", "KEY, TIME", text) == (
        f"{DOUBLED[:8]} R03 {said}\n"
        "         about earlier values; decide it again\n"
        f"{ALIKE[:8]} R03 {said}\n"
        f"{DIFFER[:8]} R03 {said}\n"
        "         the finding is gone; it counts again should the same values come back\n"
    )


MISTAKEN = {
    "nothing": (["decide"], "The following arguments are required: FINDING_ID, verb; “enblanket decide --help” tells what it takes."),
    "no verb": (["decide", DIFFER], "The following arguments are required: verb; “enblanket decide --help” tells what it takes."),
    "no finding": (
        ["decide", "accept"],
        "The following arguments are required: FINDING_ID; “enblanket decide --help” tells what it takes.",
    ),
    "undo of something": (["decide", DIFFER, "--undo"], "--undo stands alone, without findings or a verb."),
    "undo and redo": (["decide", "--undo", "--redo"], "--undo stands alone, without findings or a verb."),
    "answered and decided": (
        ["decide", DIFFER, "accept", "--as-answered"],
        "--as-answered decides one finding as it was answered; leave the verb, --value and --cell out.",
    ),
    "a cell of several": (
        ["decide", DIFFER, DOUBLED, "correct", "--value", "1.00", "--cell", "a/b/c"],
        "--cell names a cell of one finding; decide these one by one.",
    ),
    "a note that names a number": (
        ["decide", DIFFER, "--note", "010190-1234"],
        "The text holds what looks like a CPR number, and the ledger keeps it for good; say it without.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKEN)
def test_a_mistaken_line_is_one_sentence_and_stores_nothing(differing: CommandLine, case: str) -> None:
    words, sentence = MISTAKEN[case]
    head = opened(differing.here).ledger.head()

    said = differing(*words)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")
    assert opened(differing.here).ledger.head() == head

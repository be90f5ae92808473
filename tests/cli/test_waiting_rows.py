"""Rows that wait come in as soon as a command brings what they waited for; where the key is locked, the command is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli import small
from tests.conftest import CommandLine, opened
from tests.intake.workbooks import HOURS

LAYOUT = HOURS.replace('name = "hours"', 'name = "timer"').replace('kind = "xlsx"', 'kind = "csv"')
SHEET = "Forløb;Mentor;Dato;Timer\n159-00012;M-01;01-03-2016;1,50\n159-00012;Åse;02-03-2016;2,00\n159-00099;M-01;03-03-2016;1,00\n"


def piped(words: str) -> str:
    """Return the number of a file descriptor that gives the words."""
    reading, writing = os.pipe()
    os.write(writing, words.encode())
    os.close(writing)
    return str(reading)


def with_waiting_rows(enblanket: CommandLine) -> CommandLine:
    """Make it a workspace that knows the agreement and no placement: all three rows wait."""
    assert enblanket("agreement", "add", str(small.agreement_file(enblanket.here.parent))).code == 0
    (enblanket.here / "layouts" / "timer.toml").write_text(LAYOUT, encoding="utf-8")
    sent = enblanket.here.parent / "timer-marts.csv"
    sent.write_text(SHEET, encoding="utf-8")
    assert enblanket("take", str(sent), "--from", "12345678", "--layout", "timer").code == 0
    assert len(opened(enblanket.here).waiting()) == 3
    return enblanket


@pytest.fixture
def waiting(enblanket: CommandLine) -> CommandLine:
    return with_waiting_rows(enblanket)


@pytest.fixture
def locked(tmp_path: Path) -> CommandLine:
    outside = CommandLine(tmp_path)
    founding = (
        "--party",
        "159",
        "--name",
        "Gladsaxe",
        "--role",
        "jobcentre",
        "--passphrase-fd",
        piped("kaffe på kande"),
    )
    assert outside("init", "lead", *founding).code == 0
    return with_waiting_rows(CommandLine(tmp_path / "lead"))


def placements(enblanket: CommandLine) -> str:
    return str(small.write(enblanket.here.parent / "sent", placements=small.PLACEMENTS))


def standing(enblanket: CommandLine) -> list[str | None]:
    return [row["date"] for row in opened(enblanket.here).holdings().records("mentor_hours")]


def test_a_take_of_placements_lets_in_the_rows_that_waited_for_them(waiting: CommandLine) -> None:
    said = waiting("take", placements(waiting), "--from", "159")

    assert said.code == 0, said.err
    assert "1 row that waited has come in.\n" in said.out
    assert standing(waiting) == ["2016-03-01"]
    assert len(opened(waiting.here).waiting()) == 2


def test_programs_are_told_how_many_came_in(waiting: CommandLine) -> None:
    said = waiting("take", placements(waiting), "--from", "159", "--format", "json")

    assert said.records[-1]["summary"]["admitted"] == 1  # type: ignore[index]


def test_an_agreement_that_names_the_mentor_lets_in_the_rows_that_waited_for_her(
    waiting: CommandLine,
) -> None:
    waiting("take", placements(waiting), "--from", "159")
    agreement = small.agreement_file(waiting.here.parent / "newer")
    agreement.write_text(small.AGREEMENT + '[crosswalk]\nmentors = { "Åse" = "M-01" }\n', encoding="utf-8")

    said = waiting("agreement", "add", str(agreement))

    assert said.code == 0, said.err
    assert said.out.endswith("1 row that waited has come in.\n")
    assert sorted(filter(None, standing(waiting))) == ["2016-03-01", "2016-03-02"]
    assert waiting("agreement", "add", str(agreement), "--format", "json").records[0]["admitted"] == 0


def test_a_dry_run_and_a_take_of_something_else_open_nothing(waiting: CommandLine) -> None:
    head = opened(waiting.here).ledger.head()

    waiting("take", placements(waiting), "--from", "159", "--dry-run")

    assert opened(waiting.here).ledger.head() == head


def test_with_a_locked_key_the_take_stands_and_the_command_is_said(locked: CommandLine) -> None:
    said = locked("take", placements(locked), "--from", "159")

    assert said.code == 0
    assert (
        "3 rows wait from before; “enblanket take --again” lets in those whose placement or mentor has come.\n"
    ) in said.err
    assert len(opened(locked.here).holdings().records("placements")) == 1
    assert len(opened(locked.here).waiting()) == 3


def test_with_a_passphrase_at_hand_they_come_in(locked: CommandLine) -> None:
    said = locked("take", placements(locked), "--from", "159", "--passphrase-fd", piped("kaffe på kande"))

    assert "1 row that waited has come in.\n" in said.out
    assert len(opened(locked.here).waiting()) == 2

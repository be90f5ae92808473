"""``review --plain`` in a real workspace: lines from a pipe in, decisions in the ledger out."""

from __future__ import annotations

import io
import sys

import pytest

from exchange.workspace.decision_desk import desk_at_screen
from tests.cli.test_merge import DIFFER, parted, parted_folders
from tests.conftest import CommandLine, opened

__all__ = ["parted", "parted_folders"]


class Pipe:
    """What a script writes into the command."""

    def __init__(self, said: bytes) -> None:
        self.buffer = io.BytesIO(said)

    def isatty(self) -> bool:
        return False


def test_it_reads_a_pipe_and_what_was_decided_stands(
    filled: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe("x\nRinget: det er rigtigt så\nu\nx Alligevel ikke\nq\n".encode()))
    said = filled("review", "--plain")
    events = [record for record in filled("log", "--format", "json").records if "kind" in record]
    last = [(event["kind"], dict(event["body"]).get("reason")) for event in events[-3:]]  # type: ignore[call-overload]

    assert (said.code, said.err) == (1, "")
    assert "Saved in the ledger: finding 1 is rejected." in said.out
    assert "Undone in the ledger: 1 finding." in said.out
    assert last == [("decision", "Ringet: det er rigtigt så"), ("undo", None), ("decision", "Alligevel ikke")]


def test_bytes_that_are_no_text_are_no_letter_and_stop_nothing(
    filled: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe(b"\xff\xfe\x1b[2J\r\nq\r\n"))
    said = filled("review", "--plain", "--ascii")

    assert "is no letter that is known here; h tells all of them." in said.out
    assert "\x1b" not in said.out
    assert said.out.endswith("The review has ended; everything decided is saved.\n")


def test_what_two_copies_decided_differently_is_told_first_with_both_reasons_and_ended(
    parted: tuple[CommandLine, CommandLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, other = parted
    assert here("merge", str(other.here)).code == 1
    monkeypatch.setattr(sys, "stdin", Pipe(b"x the mentor says so\n\ns\nWhich one?\nq\n"))
    lines = here("review", "--plain").out.splitlines()

    assert lines[3].endswith(", conflict")
    told = lines[: lines.index("What now?")]
    both = [line for line in told if line in ("“two visits”", "“the company wrote so”")]
    assert sorted(both) == ["“the company wrote so”", "“two visits”"]
    assert "accepted in another copy" in told
    assert [(one.verb, one.reason) for one in opened(here.here).decisions()][-2:] == [
        ("reject", "the mentor says so"),
        ("ask", "Which one?"),
    ]
    assert all(one["status"] != "conflict" for one in here("check", "--format", "json").records)


def test_it_only_tells_while_somebody_decides_on_a_screen(
    filled: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe(f": {DIFFER}\nx no\nq\n".encode()))
    before = len(opened(filled.here).ledger.events())
    with desk_at_screen(opened(filled.here)) as desk:
        assert desk.read_only is None
        said = filled("review", "--plain")

    assert "You can read only: Jobcenter Gladsaxe" in said.out
    assert "NOT saved: Jobcenter Gladsaxe" in said.out
    assert len(opened(filled.here).ledger.events()) == before

"""``review --plain`` in a real workspace: lines from a pipe in, decisions in the ledger out."""

from __future__ import annotations

import io
import sys

import pytest

from tests.conftest import CommandLine


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

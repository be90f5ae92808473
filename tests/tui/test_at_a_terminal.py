"""The review through a real pty: what “saved” is worth, a full disk, a second person, a terminal that vanishes."""

from __future__ import annotations

import platform
import resource
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import filled_folder
from tests.conftest import CommandLine, opened
from tests.tui.seat import ENBLANKET, seated

__all__ = ["filled_folder"]

SAVED = r"Saved [^\n]*\([0-9a-f]{8}"
REVIEW = (*ENBLANKET, "review", "--lang", "en")


@pytest.fixture
def filled(filled_folder: Path, tmp_path: Path) -> CommandLine:
    return CommandLine(Path(shutil.copytree(filled_folder, tmp_path / "filled")))


def kinds(folder: Path) -> list[str]:
    return [event.kind for event in opened(folder).ledger.events()]


def test_a_review_whose_terminal_vanishes_without_a_signal_ends(workspace_folder: Path) -> None:
    with seated(REVIEW, workspace_folder) as seat:
        seat.until("q Quit")
        seat.vanish()

        # Nothing is open, and nothing went wrong on the way out.
        assert seat.ended() == 0
    assert opened(workspace_folder).ledger.verify() == []


def test_what_is_said_to_be_saved_is_and_what_is_not_is_told(filled: CommandLine) -> None:
    before = kinds(filled.here)
    with seated(REVIEW, filled.here) as seat:
        seat.until("1 of 4")
        _soft, most = resource.prlimit(seat.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(seat.process.pid, resource.RLIMIT_FSIZE, (0, most))
        seat.type("a")
        # The line ends where the screen does; the path of a test may be longer.
        seat.until(f"NOT saved, r tries again: {str(filled.here)[:40]}")
        assert kinds(filled.here) == before
        resource.prlimit(seat.process.pid, resource.RLIMIT_FSIZE, (most, most))
        seat.type("r")
        first = seat.until(SAVED)[-8:]
        assert kinds(filled.here) == [*before, "decision"]

        with seated(REVIEW, filled.here) as second:
            who = opened(filled.here).owner.name
            second.until(f"Read-only, a e x s are off: {who} has the review open \\({platform.node()[:4]}")
            second.type("a")
            second.rest()
            second.type("q")
            assert second.ended() == 0
        assert kinds(filled.here) == [*before, "decision"]

        seat.type("Gx")
        seat.until("REJECT")
        seat.type("two visits\r")
        second_one = seat.until(SAVED.replace("[0", f"(?!{first})[0"))[-8:]
        seat.kill()

    workspace = opened(filled.here)
    assert kinds(filled.here) == [*before, "decision", "decision"]
    assert [(one.reason, one.event[:8]) for one in workspace.decisions()][-1] == ("two visits", second_one)
    assert workspace.ledger.verify() == []

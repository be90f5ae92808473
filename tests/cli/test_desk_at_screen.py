"""The desk of a screen: kept pages, whose turn it is, batches, notes, undo, redo; what a full disk or a kill leaves behind."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exchange import language
from exchange.errors import DecisionRefused, WorkspaceError
from exchange.review.filtering import Filter
from exchange.review.listing import MemoryListing
from exchange.review.open_list import Entry
from exchange.review.paged import PagedListing
from exchange.workspace.decision_desk import DecisionDesk, desk_at_screen
from exchange.workspace.finding_files import FOLDER
from exchange.workspace.finding_pages import Judge
from exchange.workspace.folder import Workspace, open_workspace
from tests.conftest import CommandLine, SteppingClock


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.fixture
def workspace(filled: CommandLine) -> Workspace:
    return opened(filled.here)


def opened(folder: Path) -> Workspace:
    return open_workspace(folder, SteppingClock())


def pages(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in (workspace.folder / FOLDER).glob("*.findings"))


def listed(desk: DecisionDesk) -> list[Entry]:
    return list(desk.listing.rows(Filter(), 0, 1000))


def of_rule(desk: DecisionDesk, rule: str) -> Entry:
    return next(entry for entry in listed(desk) if entry.finding.rule == rule)


def kinds(workspace: Workspace) -> list[str]:
    return [event.kind for event in workspace.ledger.events()]


def test_pages_are_kept_and_read_again_without_a_check(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as desk:
        assert isinstance(desk.listing, PagedListing)
        first = listed(desk)
    (kept,) = pages(workspace)
    # Without its rows a check would fail.
    (workspace.folder / "objects").rename(workspace.folder / "gone")

    with desk_at_screen(opened(workspace.folder)) as desk:
        assert listed(desk) == first
    assert DecisionDesk(opened(workspace.folder)).found(first[0].finding.finding_id) == first[0]
    (workspace.folder / "gone").rename(workspace.folder / "objects")
    assert first == list(MemoryListing(opened(workspace.folder).review().entries).rows(Filter(), 0, 1000))
    assert pages(workspace) == [kept]


def test_pages_of_another_language_are_judged_anew(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as desk:
        english = of_rule(desk, "R03").finding.message
        language.use("da")

        assert desk.is_stale
        assert desk.rejudge()
        assert not desk.is_stale
        danish = of_rule(desk, "R03").finding.message

    assert english.startswith("For 159-00012 on 2016-03-03 (mentor M-01) the company has 15.00 mentor hours")
    assert danish.startswith("For 159-00012 den 03.03.2016 (mentor M-01) har virksomheden 15,00 mentortimer")
    assert len(pages(workspace)) == 2


def test_a_correction_is_shown_at_once_and_judged_afterwards(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as desk:
        differ = of_rule(desk, "R03")
        after = desk.decide(differ.finding.finding_id, "accept", "")

        assert (after.status, desk.is_stale) == ("accepted", True)
        assert of_rule(desk, "R03") == after

        assert desk.rejudge()
        assert not desk.is_stale
        shown = listed(desk)
    assert shown == list(MemoryListing(opened(workspace.folder).review().entries).rows(Filter(), 0, 1000))


def test_a_decision_that_corrects_nothing_leaves_the_pages(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as desk:
        before = pages(workspace) if listed(desk) else []
        desk.decide(of_rule(desk, "R03").finding.finding_id, "reject", "two visits")

        assert not desk.is_stale
    with desk_at_screen(opened(workspace.folder)) as desk:
        assert of_rule(desk, "R03").status == "rejected"
    assert pages(workspace) == before


def test_rows_that_come_take_the_pages_with_them(filled: CommandLine) -> None:
    workspace = opened(filled.here)
    with desk_at_screen(workspace) as desk:
        assert listed(desk)
    (filled.here / FOLDER / ".killed").mkdir()
    (filled.here / FOLDER / ".killed" / "new.findings").write_bytes(b"half of it")
    hours = filled.here.parent / "mentor_hours.csv"
    hours.write_text(
        "reporter,entry_id,placement_id,mentor_id,date,hours,activity,registered_on\n"
        "company,12345678:9,159-00012,M-01,2016-03-03,1.50,training,2016-03-03\n",
        encoding="utf-8",
    )

    assert filled("take", str(hours), "--from", "12345678").code == 0
    assert [path.name for path in (filled.here / FOLDER).iterdir() if path.name != "turn"] == []
    with desk_at_screen(opened(filled.here)) as desk:
        assert "R03" not in {entry.finding.rule for entry in listed(desk)}


def test_many_rows_are_judged_by_a_process_of_their_own(workspace: Workspace) -> None:
    listing = Judge(opened(workspace.folder), None, many_rows=0).listing()

    assert isinstance(listing, PagedListing)
    expected = MemoryListing(workspace.review().entries)
    assert list(listing.rows(Filter(), 0, 1000)) == list(expected.rows(Filter(), 0, 1000))
    assert len(pages(workspace)) == 1


def test_who_leaves_waits_for_no_judge(workspace: Workspace) -> None:
    judge = Judge(opened(workspace.folder), None, many_rows=0)
    judge.stop()

    assert judge.listing() is None
    assert pages(workspace) == []


@pytest.mark.parametrize("content", [b"", b"no database at all"])
def test_damaged_pages_are_made_anew(workspace: Workspace, content: bytes) -> None:
    with desk_at_screen(workspace) as desk:
        shown = listed(desk)
    (name,) = pages(workspace)
    path = workspace.folder / FOLDER / name
    path.write_bytes(content)

    with desk_at_screen(opened(workspace.folder)) as desk:
        assert listed(desk) == shown
    assert path.stat().st_size > len(content)


def test_where_no_page_can_be_written_the_list_is_held_in_memory(workspace: Workspace) -> None:
    (workspace.folder / FOLDER).write_text("a file in the way", encoding="utf-8")

    with desk_at_screen(workspace) as desk:
        assert isinstance(desk.listing, MemoryListing)
        assert desk.decide(of_rule(desk, "R03").finding.finding_id, "accept", "").status == "accepted"
        assert desk.rejudge()
        assert of_rule(desk, "R03").status == "accepted"


def test_many_are_decided_together_and_undone_and_said_again_together(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as desk:
        before = listed(desk)
        ids = [entry.finding.finding_id for entry in before]
        batch = desk.decide_all(["0" * 64, *ids], "reject", "checked by telephone")
        rejected = [entry.status for entry in listed(desk)]
        desk.note(ids[0], "seen")
        undone = desk.undo()
        again = desk.redo()
        desk.undo()

        assert [one.finding_id for one in batch.refused] == ["0" * 64]
        assert [one.status for one in batch.decided] == ["rejected"] * len(ids)
        assert rejected == ["rejected"] * len(ids)
        assert [entry.status for entry in undone] == ["open"] * len(ids)
        assert [entry.decision.reason for entry in again if entry.decision] == ["checked by telephone"] * len(
            ids
        )
        assert listed(desk) == before
        assert desk.unsent == 0
    many = len(ids)
    told = ["decision"] * many + ["note"] + ["undo"] * many + ["decision"] * many + ["undo"] * many
    assert kinds(workspace)[-len(told) :] == told
    assert workspace.ledger.verify() == []
    with desk_at_screen(opened(workspace.folder)) as desk:
        assert [entry.status for entry in desk.redo()] == ["rejected"] * many
        assert desk.redo() == []


def test_what_was_decided_since_ends_saying_again(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as desk:
        differ = of_rule(desk, "R03").finding.finding_id
        desk.decide(differ, "reject", "one")
        desk.undo()
        desk.decide(differ, "ask", "two")

        assert desk.redo() == []
        assert [entry.status for entry in desk.undo()] == ["open"]
        assert desk.undo() == []


def test_a_finding_tells_its_history(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as desk:
        differ = of_rule(desk, "R03").finding.finding_id
        desk.decide(differ, "ask", "which?")
        desk.note(differ, " the mentor rang ")
        desk.undo()

        told = [(one.kind, one.verb, one.text) for one in desk.history(differ)]

    assert told == [("decision", "ask", "which?"), ("note", None, "the mentor rang"), ("undo", None, "")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" ", "A note has 1 to 500 characters, and this one 0."),
        ("x" * 501, "A note has 1 to 500 characters, and this one 501."),
        (
            "call 010203-1234",
            "The text holds what looks like a CPR number, and the ledger keeps it for good; say it without.",
        ),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused(workspace: Workspace, text: str, sentence: str) -> None:
    before = len(kinds(workspace))
    desk = DecisionDesk(workspace)

    with pytest.raises(DecisionRefused) as refused:
        desk.note(of_rule(desk, "R03").finding.finding_id, text)

    assert str(refused.value) == sentence
    assert len(kinds(workspace)) == before


def test_one_reviews_at_a_time_and_the_others_are_told_who(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as first:
        assert first.read_only is None
        with desk_at_screen(opened(workspace.folder)) as second:
            found = second.read_only
            assert found is not None
            assert (found.who, found.host, found.pid) == (workspace.owner.name, platform.node(), os.getpid())
            differ = of_rule(second, "R03").finding.finding_id
            for attempt in (
                lambda: second.decide(differ, "accept", ""),
                lambda: second.decide_all([differ], "accept", ""),
                lambda: second.note(differ, "seen"),
                second.undo,
                second.redo,
            ):
                with pytest.raises(DecisionRefused) as refused:
                    attempt()
                assert str(refused.value) == (
                    f"{found.who} has the review open on {found.host} since {found.since}; "
                    "nothing can be decided here meanwhile."
                )
    copy = Path(shutil.copytree(workspace.folder, workspace.folder.parent / "copy"))
    for folder in (workspace.folder, copy):
        with desk_at_screen(opened(folder)) as later:
            assert later.read_only is None
    assert "decision" not in kinds(workspace)


@contextmanager
def a_full_disk(path: Path) -> Iterator[None]:
    """Let no file grow beyond the size that this one has."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_a_decision_is_refused_and_the_finding_stays_open(workspace: Workspace) -> None:
    with desk_at_screen(workspace) as desk:
        entry = of_rule(desk, "R03")
        ledger = workspace.folder / "ledger.sqlite"
        before = kinds(workspace)

        with a_full_disk(ledger), pytest.raises(WorkspaceError) as refused:
            desk.decide_all([entry.finding.finding_id] * 40, "reject", "x" * 500)

        assert str(refused.value).startswith(f"{ledger} cannot be used (")
        assert str(refused.value).endswith("; see that the disk has room and may be written.")
        assert of_rule(desk, "R03") == entry
        assert kinds(workspace) == before

        assert desk.decide(entry.finding.finding_id, "reject", "room again").status == "rejected"


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from exchange.workspace.decision_desk import desk_at_screen
from exchange.workspace.folder import open_workspace
workspace = open_workspace(Path(sys.argv[1]), lambda: datetime.now(UTC))
with desk_at_screen(workspace) as desk:
    saved = desk.decide(sys.argv[2], "accept", "")
    print(saved.decision.event, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_called_saved_survives_a_kill_and_leaves_the_turn_free(workspace: Workspace) -> None:
    differ = of_rule(DecisionDesk(workspace), "R03").finding.finding_id

    killed = subprocess.run(
        (sys.executable, "-c", KILLED, str(workspace.folder), differ),
        capture_output=True,
        text=True,
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    with desk_at_screen(opened(workspace.folder)) as desk:
        assert desk.read_only is None
        entry = of_rule(desk, "R03")
        assert entry.decision is not None
        assert (entry.status, f"{entry.decision.event}\n") == ("accepted", killed.stdout)
    assert workspace.ledger.verify() == []

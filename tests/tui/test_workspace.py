"""The review of a real workspace: what a key decides is an event of its ledger, and still there when it is opened again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from exchange import language
from exchange.checks.rules import load_rules
from exchange.cli.main import main
from exchange.cli.terminal import Terminal
from exchange.form.tables import tables
from exchange.workspace.decision_desk import DecisionDesk
from exchange.workspace.folder import open_workspace
from tests.tui.reviewing import WIDE, line, listed, press, statuses
from tui.app import ReviewApp
from tui.words import Words

SAMPLES = Path(__file__).parents[2] / "samples"
NOW = datetime(2016, 7, 4, 9, 30, tzinfo=UTC)


def command(folder: Path, *words: str) -> tuple[int, str]:
    """Run a command line in a folder; return its exit code and what it said."""
    out, err = BytesIO(), BytesIO()
    code = main([*words, "--lang", "en"], Terminal(out, err, lambda: NOW, folder))
    return code, out.getvalue().decode() + err.getvalue().decode()


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """Leave the language as it was."""
    before = language.current()
    yield
    language.use(before)


PLACEMENTS = (SAMPLES / "exports" / "fabrik-2016" / "540" / "placements.csv").read_text(encoding="utf-8")
HEADER = "reporter,entry_id,placement_id,mentor_id,date,hours,registered_on,activity"
HOURS = {
    "540": (
        "jobcentre,540:1,{placement},FAB-M1,2016-03-02,2.00,2016-03-02",
        "jobcentre,540:2,{placement},FAB-M1,2016-07-04,1.00,2016-07-04",
    ),
    "99000003": ("company,99000003:1,{placement},FAB-M1,2016-03-02,3.00,2016-03-02",),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace where the sides differ on one day, and one entry is outside its placement."""
    home = tmp_path_factory.mktemp("review")
    folder = home / "workspace"
    before = language.current()
    named = ("--party", "540", "--name", "Jobcenter", "--role", "jobcentre", "--no-passphrase")
    made = [
        command(home, "init", str(folder), *named),
        command(folder, "agreement", "add", str(SAMPLES / "agreements" / "fabrik-2016.toml")),
        *(command(folder, "take", str(path), "--from", sender) for sender, path in reported(home)),
    ]
    language.use(before)
    assert [said for code, said in made if code != 0] == []
    return folder


def reported(home: Path) -> Iterator[tuple[str, Path]]:
    """Write what each sender reports, as canonical tables."""
    placement = PLACEMENTS.splitlines()[1].split(",")[0]
    for sender, rows in HOURS.items():
        folder = home / sender
        folder.mkdir()
        lines = [HEADER, *(f"{row.format(placement=placement)},conversation" for row in rows)]
        (folder / "mentor_hours.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if sender == "540":
            (folder / "placements.csv").write_text(PLACEMENTS, encoding="utf-8")
        yield sender, folder


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> Path:
    """A copy to decide in."""
    return Path(shutil.copytree(prepared, tmp_path / "workspace"))


def desk_of(folder: Path) -> DecisionDesk:
    return DecisionDesk(open_workspace(folder, lambda: NOW))


async def test_decisions_and_undo_are_events_that_a_new_reader_finds(workspace: Path) -> None:
    language.use("en")
    desk = desk_of(workspace)
    before = len(desk.workspace.ledger.events())
    app = ReviewApp(desk, Words(load_rules().rules, tables()), heading="Jobcenter")
    async with app.run_test(size=WIDE) as pilot:
        assert [entry.finding.rule for entry in listed(app).entries] == ["R03", "M01", "P08"]
        await press(pilot, "exclamation_mark")
        await press(pilot, "j", "x", *"seen", "enter", "k", "a")
        assert statuses(app) == ["accepted", "rejected"]
        await press(pilot, "j", "u")
        assert statuses(app) == ["open", "rejected"]
        assert listed(app).cursor == 0
        await press(pilot, "a")

    kinds = [event.kind for event in desk.workspace.ledger.events()][before:]
    hours_outside, _idle, differing = desk_of(workspace).entries()
    assert kinds == ["decision", "decision", "undo", "decision"]
    assert hours_outside.decision is not None
    assert (hours_outside.decision.reason, hours_outside.decision.when[:10]) == ("seen", "2016-07-04")
    assert differing.decision is not None
    assert [(one.key, one.reported, one.corrected) for one in differing.decision.corrections] == [
        ("company|99000003:1", "3.00", "2.00")
    ]


async def test_a_cpr_number_in_a_reason_is_refused_and_not_stored(workspace: Path) -> None:
    language.use("en")
    desk = desk_of(workspace)
    before = len(desk.workspace.ledger.events())
    app = ReviewApp(desk, Words(load_rules().rules, tables()), heading="Jobcenter")
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "x", *"010203-1234", "enter", "escape")

        assert line(app, "saved").startswith("NOT saved: ")
        assert listed(app).entry is not None
    assert len(desk.workspace.ledger.events()) == before


def test_without_a_screen_the_review_is_told_as_text_and_exits_with_what_is_open(workspace: Path) -> None:
    language.use("en")
    code, said = command(workspace, "review")

    assert code == 1
    assert "Finding 3 of 3, open" in said
    assert all(f"id {entry.finding.finding_id}" in said for entry in desk_of(workspace).entries())
    assert "  Hours: 3.00 ≠  mentor_hours.csv › F2" in said
    assert "  Hours: 2.00 ≠  mentor_hours.csv › F2" in said
    assert "PROPOSAL   a accepts → Hours becomes 2.00" in said
    assert "\x1b" not in said

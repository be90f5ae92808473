"""Sealing and going to a number from the screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from exchange import language
from exchange.sealing.cards import read_card
from exchange.workspace.house import WorkspaceHouse
from tests.conftest import CommandLine, SteppingClock
from tests.small_town import PERIOD, Town
from tests.tui.memory_house import MemoryHouse
from tests.tui.terminal import screen_text
from tests.tui.views import NARROW, app_over, last_line, press
from tui.app import ReviewApp
from tui.screens.one_line import OneLineDialog
from tui.screens.sealing import SealDialog
from tui.widgets.choices import Choices


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


async def test_a_package_is_sealed_and_what_blocks_one_is_told_in_the_dialog(
    town: Town, tmp_path: Path
) -> None:
    decided = Path(shutil.copytree(town.folder, tmp_path / "decided"))
    undecided = Path(shutil.copytree(town.open, tmp_path / "undecided"))
    app = app_over()
    async with app.run_test(size=NARROW) as pilot:
        app._house = WorkspaceHouse(undecided, SteppingClock())
        await order(pilot, f"{PERIOD}", "aud-nord")
        assert isinstance(app.screen, SealDialog)
        assert fault(app).startswith("Findings that block the package: 3; the first is K01")
        await press(pilot, "escape")
        app._house = WorkspaceHouse(decided, SteppingClock())
        await order(pilot, f"{PERIOD}", "aud-nord")
        assert last_line(app).startswith("1 package sealed: ")

    before = {path.name for path in (town.folder / "outbox").iterdir()}
    made = {path.name for path in (decided / "outbox").iterdir()} - before
    assert len(made) == 1
    assert {path.name for path in (undecided / "outbox").iterdir()} == set()


async def test_the_dialog_encrypts_to_the_recipient_s_card_and_says_where_none_is_trusted(
    town: Town, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(town.folder, tmp_path / "ours"))
    before = {path.name for path in (folder / "outbox").iterdir()}
    app = app_over()
    app._house = WorkspaceHouse(folder, SteppingClock())
    async with app.run_test(size=NARROW) as pilot:
        await order(pilot, f"{PERIOD}", "aud-nord", encrypted=True)
        assert isinstance(app.screen, SealDialog)
        assert fault(app).startswith("No card of aud-nord is trusted here")
        await press(pilot, "escape")
        assert {path.name for path in (folder / "outbox").iterdir()} == before

        auditor = CommandLine(tmp_path)
        made = ("--party", "aud-nord", "--name", "Revision Nord", "--role", "auditor", "--no-passphrase")
        assert auditor("init", "auditor", *made).code == 0
        (card,) = (tmp_path / "auditor" / "keys").glob("*.card")
        digits = read_card(card.read_bytes(), card.name).certificate.fingerprint
        assert CommandLine(folder)("keys", "trust", str(card), "--fingerprint", digits).code == 0
        await order(pilot, f"{PERIOD}", "aud-nord", encrypted=True)
        assert last_line(app).startswith("1 package sealed: ")

    (sealed,) = [path for path in (folder / "outbox").iterdir() if path.name not in before]
    assert sealed.name.endswith(".asice.age")
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1\n")


async def test_a_dialog_that_is_not_filled_in_seals_nothing_and_a_passphrase_is_asked_for() -> None:
    house = MemoryHouse(locked=True)
    app = app_over(house)
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "ctrl+s", "f10")
        assert fault(app) == "Write the months and the recipient, or cancel with Esc."
        assert "173, aud-nord" in screen_text(app)
        await press(pilot, *"2016-01-01..2016-06-30", "enter", *"aud-nord", "enter", "right", "enter")
        assert isinstance(app.screen, OneLineDialog)
        await press(pilot, *"hemmeligt", "enter")

    assert house.asked[-1] == ("seal", "2016-01-01..2016-06-30 aud-nord hemmeligt True")


async def test_the_question_at_the_end_leads_to_the_dialog() -> None:
    app = app_over()
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "a", "q", "ctrl+s")
        assert isinstance(app.screen, SealDialog)
        await press(pilot, "escape")
        assert app.place == "screen"


async def order(pilot: Pilot[None], period: str, recipient: str, *, encrypted: bool = False) -> None:
    """Order a package in the dialog."""
    await press(pilot, "ctrl+s")
    screen = pilot.app.screen
    screen.query_one("#period", Input).value = period
    screen.query_one("#recipient", Input).value = recipient
    if encrypted:
        screen.query_one("#encrypted", Choices).action_next()
    await press(pilot, "f10")


def fault(app: ReviewApp) -> str:
    return str(app.screen.query_one("#fault", Static).content)


async def test_a_number_or_an_id_leads_to_its_line() -> None:
    app = app_over()
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "colon", *"12", "enter")
        assert app._review.list.cursor == 11
        wanted = app._review.finding_id()
        await press(pilot, "g", "colon", *wanted[:10], "enter")
        assert app._review.list.cursor == 11
        await press(pilot, "colon", *"zz", "enter")
        assert isinstance(app.screen, OneLineDialog)
        assert str(app.screen.query_one("#fault", Static).content) == "Nothing in the list is called so."
        await press(pilot, "escape", "4", "colon", "3", "enter")
        assert app.screen.query_one("#lines").cursor == 2  # type: ignore[attr-defined]

"""Sealing and going to a number from the screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from exchange import language
from exchange.workspace.house import WorkspaceHouse
from tests.conftest import SteppingClock
from tests.small_town import PERIOD, Town
from tests.tui.views import NARROW, app_over, last_line, press
from tui.screens.one_line import OneLineDialog


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
        await press(pilot, "ctrl+s")
        app.screen.query_one("#line", Input).value = f"{PERIOD} aud-nord"
        await press(pilot, "enter")
        assert isinstance(app.screen, OneLineDialog)
        assert str(app.screen.query_one("#fault", Static).content)
        await press(pilot, "escape")
        app._house = WorkspaceHouse(decided, SteppingClock())
        await press(pilot, "ctrl+s")
        app.screen.query_one("#line", Input).value = f"{PERIOD} aud-nord"
        await press(pilot, "enter")
        assert last_line(app).startswith("1 package sealed: ")

    before = {path.name for path in (town.folder / "outbox").iterdir()}
    made = {path.name for path in (decided / "outbox").iterdir()} - before
    assert len(made) == 1
    assert {path.name for path in (undecided / "outbox").iterdir()} == set()


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

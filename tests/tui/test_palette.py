"""Help and palette: searched by typing, and what is chosen is done, whichever screen it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.screen import ModalScreen

from exchange import language
from tests.tui.terminal import screen_text
from tests.tui.views import NARROW, WIDE, app_over, assert_golden, last_line, press
from tui.screens.decision import DecisionDialog
from tui.screens.help import HelpScreen, PaletteScreen
from tui.screens.review import ReviewScreen
from tui.text import UNICODE
from tui.themes import THEMES
from tui.view_actions import EVERY_ACTION


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def test_the_palette_lists_everything_that_is_no_move_and_no_dialog_s_with_a_key() -> None:
    palette = PaletteScreen(UNICODE, "screen")
    listed = [choice.action for choice in palette.choices()]

    assert {action.id for action in listed if action} == {
        action.id
        for action in EVERY_ACTION
        if action.palette_group not in ("dialog", "move")
        and action.place in ("screen", "app", "packages", "weeks", "journal", "coverage")
    }
    for choice in palette.choices():
        name, key = palette.pieces(choice, 80)
        assert len(f"{name.text}{key.text}") == 80 - 1
        assert key.text.strip()


async def test_every_palette_entry_is_done_whichever_screen_it_belongs_to(tmp_path: Path) -> None:
    app = app_over(pictures=tmp_path)
    done: list[str] = []
    async with app.run_test(size=(60, 18)) as pilot:
        for choice in PaletteScreen(UNICODE, "screen").choices():
            action = choice.action
            if action is None or action.id == "quit":
                continue
            await app.perform(action)
            await pilot.pause()
            await pilot.pause()
            wanted: str = {"view.weeks_here": "weeks", "view.history_here": "journal"}.get(
                action.id, action.place
            )
            if action.id.startswith("view.") and action.id.removeprefix("view.") in SCREENS:
                wanted = action.id.removeprefix("view.")
            if wanted not in ("app", "evidence") and action.id not in ("view.review", "week.findings"):
                assert app.place == wanted, action.id
            while isinstance(app.screen_stack[-1], ModalScreen):
                app.pop_screen()
            done.append(action.id)

    assert len(done) == len(set(done)) > 40
    assert "export.picture" in done


SCREENS = ("packages", "weeks", "journal", "coverage")


async def test_the_palette_is_searched_and_enter_does_what_is_chosen() -> None:
    app = app_over()
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "ctrl+p", *"journal", "down", "up", "enter")
        await pilot.pause()
        assert app.place == "journal"
        await press(pilot, "ctrl+p", *"reject", "enter")
        await pilot.pause()
        assert isinstance(app.screen, DecisionDialog)


async def test_help_does_what_is_chosen_and_escape_closes_it() -> None:
    app = app_over()
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "f1", "escape")
        assert isinstance(app.screen, ReviewScreen)
        await press(pilot, "question_mark", *"theme", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        assert app.theme == list(THEMES)[1]
        await press(pilot, "f1", *"zzzz", "enter")
        assert isinstance(app.screen, HelpScreen)
        assert "No key and no command is called so." in screen_text(app)


async def test_a_double_click_does_what_is_under_it() -> None:
    app = app_over()
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "ctrl+p", *"coverage")
        await pilot.click("#lines", offset=(5, 0), times=2)
        await pilot.pause()
        assert app.place == "coverage"


@pytest.mark.parametrize(("name", "size"), [("120x36", WIDE), ("80x24", NARROW)])
async def test_help_and_palette_are_the_committed_ones(
    name: str, size: tuple[int, int], tmp_path: Path
) -> None:
    app = app_over()
    shown = {}
    async with app.run_test(size=size) as pilot:
        await press(pilot, "2", "f1")
        shown[f"help-packages-{name}"] = screen_text(app)
        await press(pilot, "escape", "ctrl+p", *"week")
        shown[f"palette-{name}"] = screen_text(app)

    assert_golden(shown, tmp_path)


async def test_language_and_signs_change_on_the_screen() -> None:
    app = app_over()
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "j", "j", "L")
        assert "Gennemgang" in screen_text(app)
        assert app._review.list.cursor == 2
        await press(pilot, "I")
        assert set(re.findall(r"[^\x20-\x7e\n]", screen_text(app))) <= set("æøåÆØÅ")
        await press(pilot, "3", "L")
        assert app.place == "weeks"
        assert "3 Weeks" in screen_text(app)


async def test_a_picture_is_written_and_links_nowhere(tmp_path: Path) -> None:
    app = app_over(pictures=tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "3", "P")
        assert last_line(app) == f"Written: {tmp_path / 'enblanket-1.svg'}"
    svg = (tmp_path / "enblanket-1.svg").read_text(encoding="utf-8")

    assert set(re.findall(r"""https?://[^\s"')]+""", svg)) == {"http://www.w3.org/2000/svg"}

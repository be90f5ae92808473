"""The tour: five steps, left anywhere; and what the demo does where there is no screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange import language
from tests.tui.terminal import screen_text
from tests.tui.views import NARROW, WIDE, app_over, assert_golden, press
from tui.screens.review import ReviewScreen
from tui.screens.tour import TourScreen, steps


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


async def test_five_steps_lead_to_the_review() -> None:
    app = app_over(tour=True)
    async with app.run_test(size=NARROW) as pilot:
        for at, (title, _text) in enumerate(steps(), start=1):
            await pilot.pause()
            assert f"TOUR {at}/5  {title}" in screen_text(app)
            await press(pilot, "enter")
        assert isinstance(app.screen, ReviewScreen)
        await press(pilot, "j")
        assert app._review.list.cursor == 1


@pytest.mark.parametrize("step", [0, 3])
async def test_it_can_be_left_at_any_step_and_nothing_was_decided(step: int) -> None:
    app = app_over(tour=True)
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, *["right"] * step, "a", "escape")
        assert isinstance(app.screen, ReviewScreen)
        assert app._desk.entries() == app_over()._desk.entries()


async def test_the_tour_is_the_committed_one(tmp_path: Path) -> None:
    shown = {}
    for name, size in (("tour-120x36", WIDE), ("tour-80x24", NARROW)):
        app = app_over(tour=True)
        async with app.run_test(size=size) as pilot:
            await press(pilot, "enter")
            assert isinstance(app.screen, TourScreen)
            shown[name] = screen_text(app)

    assert_golden(shown, tmp_path)

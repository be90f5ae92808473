"""Every screen as a picture, in Danish at 120x36: glyphs, colours and places against committed SVG, which links nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from exchange import language
from tests.tui.memory_desk import MemoryDesk, in_danish, month_of_findings, words
from tests.tui.memory_house import MemoryHouse
from tests.tui.reviewing import WIDE, MemoryShelf, MemorySources
from tui.app import ReviewApp

SCREENS: dict[str, tuple[str, ...]] = {
    "review": (),
    "batch": ("asterisk", "A"),
    "correct": ("e",),
    "packages": ("2",),
    "weeks": ("3",),
    "journal": ("4",),
    "coverage": ("5",),
    "help": ("f1",),
    "palette": ("ctrl+p",),
    "trust": ("2", "t", *"7ce8"),
    "seal": ("ctrl+s", "tab", "tab", "right"),
}


@pytest.fixture(autouse=True)
def danish() -> Iterator[None]:
    """Speak Danish, and leave the language as it was."""
    before = language.current()
    language.use("da")
    yield
    language.use(before)


@pytest.mark.parametrize("name", SCREENS)
def test_the_picture_of_a_screen_is_the_committed_one(name: str, snap_compare: Callable[..., bool]) -> None:
    app = ReviewApp(
        MemoryDesk(in_danish(month_of_findings())),
        words(),
        heading="Jobcenter Gladsaxe",
        house=MemoryHouse(),
        sources=MemorySources(),
        shelf=MemoryShelf(),
    )

    async def settled(pilot: Pilot[None]) -> None:
        await _at_rest(pilot)
        for key in SCREENS[name]:
            await pilot.press(key)
            await _at_rest(pilot)
        for field in app.screen.query(Input):
            field.cursor_blink = False

    assert snap_compare(app, terminal_size=WIDE, run_before=settled)


async def _at_rest(pilot: Pilot[None]) -> None:
    """Wait for what a key sent, for what that began, and for what is painted of it."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()

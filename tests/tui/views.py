"""What the tests of the screens beside the review have in common: an app over memory, keys, golden screens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from textual.widgets import Static

from tests.tui.memory_desk import MemoryDesk, month_of_findings, words
from tests.tui.memory_house import MemoryHouse
from tests.tui.reviewing import HOSTILE, NARROW, WIDE, press
from tests.tui.terminal import screen_text
from tui.app import ReviewApp
from tui.keymap import Own

__all__ = ["HOSTILE", "NARROW", "WIDE", "app_over", "assert_golden", "last_line", "press", "screens_after"]

GOLDEN = Path(__file__).parent / "screens"


def app_over(
    house: MemoryHouse | None = None,
    *,
    ascii_only: bool = False,
    keys: Own | None = None,
    pictures: Path | None = None,
    tour: bool = False,
) -> ReviewApp:
    """Return the program over a house in memory and a month of findings."""
    return ReviewApp(
        MemoryDesk(month_of_findings()),
        words(),
        heading="Jobcenter Gladsaxe",
        house=house or MemoryHouse(),
        ascii_only=ascii_only,
        keys=keys,
        pictures=pictures,
        tour=tour,
    )


def last_line(app: ReviewApp) -> str:
    """Return what the screen said last."""
    return str(app.screen.query_one("#saved", Static).content)


async def screens_after(
    keys: Mapping[str, tuple[str, ...]], size: tuple[int, int], *, ascii_only: bool = False
) -> dict[str, str]:
    """Return by name the screens after these keys, each pressed from the review; the app is opened once."""
    app = app_over(ascii_only=ascii_only)
    shown = {}
    async with app.run_test(size=size) as pilot:
        for name, pressed in keys.items():
            await press(pilot, *pressed)
            await pilot.pause()
            shown[name] = screen_text(app)
            app.action_view_review()
            await pilot.pause()
    return shown


def assert_golden(shown: Mapping[str, str], folder: Path) -> None:
    """Hold screens to the committed ones; what was shown is left in the folder to be looked at."""
    other = []
    for name, screen in shown.items():
        (folder / f"{name}.txt").write_text(screen, encoding="utf-8")
        golden = GOLDEN / f"{name}.txt"
        if not golden.exists() or golden.read_text(encoding="utf-8") != screen:
            other.append(name)

    assert other == [], f"look at {folder}"

"""The states that a design names and nobody sees every day, and the dialogs of keys: every cell, both sizes, both languages.

One app is opened for each language; each state is reached by keys, looked at in both sizes, and left by keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from exchange import language
from exchange.errors import PackageRefused
from exchange.workspace.package_book import PackageBook
from exchange.workspace.receiving import Came
from tests.tui.memory_desk import MemoryDesk, in_danish, month_of_findings, words
from tests.tui.memory_house import MemoryHouse
from tests.tui.reviewing import MemoryShelf, MemorySources
from tests.tui.terminal import KeepingDriver, screen_text
from tests.tui.views import GOLDEN, NARROW, WIDE, assert_golden, press
from tui.app import ReviewApp

TINY = (48, 12)

# Name of the state: the keys to it, the keys back to the review.
STATES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "unknown-key": (("2", "j", "enter"), ("escape", "1")),
    "invalid-signature": (("2", "j", "j", "enter"), ("escape", "1")),
    "broken-import": (("2", "j", "j", "i"), ("1",)),
    "trust": (("2", "t", *"7ce7 e63c"), ("escape", "1")),
    "key": (("2", "p"), ("escape", "1")),
    "reject": (("2", "j", "R"), ("escape", "1")),
    "seal": (("ctrl+s", "tab", "tab", "right"), ("escape",)),
    "signs": (("C",), ("escape",)),
    "rule": (("i",), ("escape",)),
    "filter-rule": (("R",), ("escape",)),
}


class Damaged(MemoryHouse):
    """A house whose inbox holds a file that ends too early."""

    def take_in(self, path: Path, _passphrase: str | None) -> Came:
        raise PackageRefused("archive-cut", f"{path.name} is cut off; nothing was changed, fetch it again.")


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """Leave the language as it was."""
    before = language.current()
    yield
    language.use(before)


def app_of(house: MemoryHouse) -> ReviewApp:
    findings = month_of_findings()
    return ReviewApp(
        MemoryDesk(findings if language.current() == "en" else in_danish(findings)),
        words(),
        heading="Jobcenter Gladsaxe",
        house=house,
        sources=MemorySources(),
        shelf=MemoryShelf(),
    )


@pytest.mark.parametrize("spoken_here", ["en", "da"])
async def test_the_states_are_the_committed_ones(spoken_here: language.Language, tmp_path: Path) -> None:
    language.use(spoken_here)
    app, seen = app_of(Damaged()), {}
    async with app.run_test(size=WIDE) as pilot:
        for name, (there, back) in STATES.items():
            await press(pilot, *there)
            for size, shape in (("120x36", WIDE), ("80x24", NARROW)):
                await pilot.resize_terminal(*shape)
                await press(pilot)
                seen[f"state-{name}-{size}.{spoken_here}"] = screen_text(app)
            await pilot.resize_terminal(*WIDE)
            await press(pilot, *back)

    assert_golden(seen, tmp_path)


@pytest.mark.parametrize("spoken_here", ["en", "da"])
async def test_an_empty_inbox_and_a_small_terminal_say_what_to_do(
    spoken_here: language.Language, tmp_path: Path
) -> None:
    language.use(spoken_here)
    app, seen = app_of(MemoryHouse(book=PackageBook((), (), Path("/media/usb/inbox")))), {}
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        for size, shape in (("120x36", WIDE), ("80x24", NARROW), ("48x12", TINY)):
            await pilot.resize_terminal(*shape)
            await press(pilot)
            seen[f"state-empty-inbox-{size}.{spoken_here}"] = screen_text(app)
        await press(pilot, "1")
        seen[f"state-too-small-48x12.{spoken_here}"] = screen_text(app)

    assert_golden(seen, tmp_path)


async def test_without_colours_every_screen_says_the_same_and_sends_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    language.use("en")
    app, seen = app_of(Damaged()), {}
    app.driver_class = KeepingDriver
    async with app.run_test(size=WIDE, headless=False) as pilot:
        for name in ("trust", "key", "invalid-signature"):
            there, back = STATES[name]
            await press(pilot, *there)
            seen[f"state-{name}-120x36.en"] = screen_text(app)
            await press(pilot, *back)
        for keys, name in (
            (("2",), "packages"),
            (("3", "ctrl+d"), "weeks"),
            (("4", "j"), "journal"),
            (("5", "j"), "coverage"),
        ):
            await press(pilot, *keys)
            seen[f"{name}-120x36"] = screen_text(app)
        driver = app._driver
        assert isinstance(driver, KeepingDriver)
        colours = set(re.findall(r"[34]8;2;(\d+);(\d+);(\d+)", driver.written))

    assert_golden(seen, tmp_path)
    assert {one for one in colours if len(set(one)) > 1} == set()


def test_every_state_is_there_in_both_sizes_and_languages() -> None:
    for name in STATES:
        for size in ("120x36", "80x24"):
            texts = [
                (GOLDEN / f"state-{name}-{size}.{one}.txt").read_text(encoding="utf-8")
                for one in ("da", "en")
            ]
            assert texts[0] != texts[1], name

"""The screens beside the review: what each shows, in two sizes and two languages, and that hostile text reaches nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from exchange import language
from exchange.ledger.events import Event
from exchange.reports.coverage import Coverage
from exchange.workspace.journal import Happened
from exchange.workspace.package_book import PackageBook
from tests.tui.memory_house import MemoryHouse, coverage, packages, weeks
from tests.tui.terminal import KeepingDriver, screen_text
from tests.tui.views import HOSTILE, NARROW, WIDE, app_over, assert_golden, last_line, press, screens_after
from tui.screens.view import ViewScreen

SCREENS: dict[str, tuple[str, ...]] = {
    "packages": ("2",),
    "packages-received": ("2", "G", "k", "k", "k"),
    "weeks": ("3", "ctrl+d"),
    "weeks-table": ("3", "t"),
    "journal": ("4", "j"),
    "coverage": ("5", "j"),
}
NARROW_ONES = ("packages", "weeks", "journal", "coverage")


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """Leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


async def test_the_screens_are_the_committed_ones(tmp_path: Path) -> None:
    shown = {f"{name}-120x36": keys for name, keys in SCREENS.items()}

    assert_golden(await screens_after(shown, WIDE), tmp_path)


async def test_at_80_cells_the_screens_are_the_committed_ones_and_enter_tells_of_a_line(
    tmp_path: Path,
) -> None:
    shown = {f"{name}-80x24": SCREENS[name] for name in NARROW_ONES}
    shown |= {f"{name}-told-80x24": (*SCREENS[name], "enter") for name in ("packages-received", "weeks")}

    assert_golden(await screens_after(shown, NARROW), tmp_path)


async def test_in_danish_the_screens_are_the_committed_ones(tmp_path: Path) -> None:
    language.use("da")
    shown = {f"{name}-120x36.da": SCREENS[name] for name in NARROW_ONES}

    assert_golden(await screens_after({**shown, "help-weeks-120x36.da": ("3", "f1")}, WIDE), tmp_path)


async def test_in_ascii_a_screen_holds_nothing_but_ascii_and_danish_letters() -> None:
    language.use("da")
    shown = await screens_after({name: SCREENS[name] for name in NARROW_ONES}, WIDE, ascii_only=True)

    for screen in shown.values():
        assert set(re.findall(r"[^\x20-\x7e\n]", screen)) <= set("æøåÆØÅ")


async def test_a_small_terminal_is_told_its_size_and_the_way_out() -> None:
    for shown in (await screens_after({key: (key,) for key in "2345"}, (48, 12))).values():
        assert " ".join(shown.split()) == (
            "The terminal is too small: at least 60x18, now 48x12. Or use: enblanket review --plain"
        )


def hostile_house() -> MemoryHouse:
    """Return a house whose every text wants to be obeyed."""
    text = "".join(HOSTILE)
    line = replace(
        packages().came[-2], name=text, party=text, period=text, at=text, word=text, codes=(text,),
        receipt=Path(text.replace("\x00", "").replace("/", "")),
    )  # fmt: skip
    event = Event(parents=(), kind=text, at=text, who=text, body={"x": text, text: [text]})
    auditor = replace(coverage()[1].auditor, agreement_id=text, jobcentre=text, name=text, profile_id=text)
    return MemoryHouse(
        book=PackageBook((line,), (replace(line, kind="sent", state="out"),), Path(text.replace("/", ""))),
        found_weeks=[replace(weeks()[0], agreement_id=text, jobcentre=text, placement_id=text)],
        events=[Happened(event=event, what=text, finding_id=text, reason=text)],
        covered=[Coverage(auditor, coverage()[1].cells)],
    )


async def test_hostile_text_reaches_no_terminal() -> None:
    app = app_over(hostile_house())
    app.driver_class = KeepingDriver
    async with app.run_test(size=WIDE, headless=False) as pilot:
        for key in "2345":
            await press(pilot, key, "enter", "slash", "z", "escape", "1")
        await press(pilot, "2", "v", "e")
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        driver = app._driver
        assert isinstance(driver, KeepingDriver)
        written = driver.written

    harmless = re.sub(
        r"\x1b\[[0-9;]*[mH]|\x1b\[\?[0-9;]+[hl]|\x1b\[[<>=][0-9;]*u|\x1b\]22;default\x07|\n", "", written
    )
    assert "<U+001B>" in harmless
    unseen = r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
    assert re.findall(unseen, harmless) == []


async def test_a_number_shows_a_screen_and_1_and_escape_lead_back() -> None:
    app = app_over()
    async with app.run_test(size=WIDE) as pilot:
        for key, place, back in (("2", "packages", "1"), ("5", "coverage", "escape")):
            await press(pilot, key)
            assert app.place == place
            await press(pilot, back)
            assert app.place == "screen"
        await press(pilot, "3", "4")
        assert [one.place for one in app.screen_stack if isinstance(one, ViewScreen)] == ["journal"]


async def test_a_list_moves_by_keys_and_mouse() -> None:
    app = app_over()
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "4")
        assert isinstance(app.screen, ViewScreen)
        for keys, cursor in (
            (("j", "down", "k"), 1),
            (("g", "k"), 0),
            (("G",), 4),
            (("end", "down"), 4),
            (("home",), 0),
            (("ctrl+d", "pageup"), 0),
        ):
            await press(pilot, *keys)
            assert app.screen.list.cursor == cursor
        await pilot.click("#lines", offset=(5, 3))
        await pilot.pause()
        assert app.screen.list.cursor == 3


async def test_a_search_is_kept_by_enter_and_taken_away_by_escape() -> None:
    app = app_over()
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "4", "slash", *"mentor", "enter")
        assert isinstance(app.screen, ViewScreen)
        assert [row.event.kind for row in app.screen.shown] == ["decision"]
        await press(pilot, "escape")
        assert len(app.screen.shown) == 5
        await press(pilot, "slash", *"zzz")
        assert "0 of 5 fit." in screen_text(app)


async def test_a_house_that_refuses_is_quoted_and_the_screen_stays() -> None:
    class Closed(MemoryHouse):
        def journal(self) -> list[Happened]:
            raise OSError(5, "Input/output error")

    app = app_over(Closed())
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "4")

        assert last_line(app) == "Input/output error."
        assert app.place == "journal"

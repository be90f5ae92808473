"""The review's screens and states against committed ones: every cell of them, at both sizes, in both languages.

Several screens are looked at in one opened app: each is reached by keys, and left by keys that put it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from exchange import language
from exchange.review.desk import ReadOnly
from exchange.review.open_list import Entry
from exchange.review.sources import Unshown
from tests.tui.memory_desk import MemoryDesk, finding, in_danish, month_of_findings
from tests.tui.reviewing import NARROW, WIDE, MemorySources, app_of, press, shown
from tests.tui.terminal import KeepingDriver

GOLDEN = Path(__file__).parent / "screens"
SIZES = {"120x36": WIDE, "80x24": NARROW}


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """Leave the language as it was."""
    before = language.current()
    yield
    language.use(before)


# Name of the screen: the keys to it, the keys back.
SCREENS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "list": ((), ()),
    "evidence": (("j", "enter"), ("escape", "g")),
    "next-source": (("t", "tab", "z"), ("z", "escape", "g")),
    "correct": (("e", "2"), ("escape",)),
    "reject": (("x",), ("escape",)),
    "note": (("c",), ("escape",)),
    "marked": (("space", "space", "j", "space"), ("g",)),
    "batch": (("A",), ("escape", "M")),
    "batch-of-30": (("asterisk", "X"), ("escape", "M")),
    "filter-menu": (("f", "j", "space"), ("escape",)),
    "sheet": (("o",), ("escape",)),
    "search": (("slash", *"C02"), ("enter", "escape")),
    "no-hits": (("slash", *"zzz"), ("escape",)),
    "decided": (("g", "a"), ("u",)),
    "leaving": (("a", "q"), ("enter", "u")),
}


class Clashing(MemoryDesk):
    """The first of its decisions clashes with the second."""

    def entries(self) -> list[Entry]:
        found = super().entries()
        said = [one for one in found if one.decision is not None]
        if len(said) < 2 or said[0].decision is None or said[1].decision is None:
            return found
        clash = Entry(said[0].finding, "conflict", replace(said[0].decision, rivals=(said[1].decision,)))
        return [clash if one is said[0] else one for one in found if one is not said[1]]


def _full(desk: MemoryDesk) -> None:
    desk.full = True


def _locked(desk: MemoryDesk) -> None:
    desk.read_only = ReadOnly("KO1 (159) e84d", "pc-14", 4711, "2016-04-13T11:40:00+00:00")


def _clash(desk: MemoryDesk) -> None:
    for one, reason in zip(desk.findings, ("ours: rounded", "theirs: typed wrong"), strict=False):
        desk.decide(one.finding_id, "reject", reason)


@dataclass(frozen=True)
class State:
    """A state of the review: how many findings, what is the matter, the keys to it."""

    findings: int = 3
    prepared: Callable[[MemoryDesk], None] = lambda _desk: None
    keys: tuple[str, ...] = ()
    gone: Unshown | None = None
    desk: type[MemoryDesk] = field(default=MemoryDesk)


STATES: dict[str, State] = {
    "no-findings": State(findings=0),
    "all-decided": State(findings=1, keys=("a", "O")),
    "source-altered": State(findings=1, gone="altered", keys=("a",)),
    "source-locked": State(findings=1, gone="locked", keys=("o",)),
    "disk-full": State(prepared=_full, keys=("a",)),
    "read-only": State(prepared=_locked),
    "conflict": State(prepared=_clash, desk=Clashing),
}


def assert_committed(name: str, screen: str, folder: Path, other: list[str]) -> None:
    (folder / f"{name}.txt").write_text(screen, encoding="utf-8")
    golden = GOLDEN / f"review-{name}.txt"
    if not golden.exists() or golden.read_text(encoding="utf-8") != screen:
        other.append(name)


@pytest.mark.parametrize("spoken_here", ["en", "da"])
@pytest.mark.parametrize("size", SIZES)
async def test_the_screens_are_the_committed_ones(
    size: str, spoken_here: language.Language, tmp_path: Path
) -> None:
    language.use(spoken_here)
    findings = month_of_findings() if spoken_here == "en" else in_danish(month_of_findings())
    app = app_of(MemoryDesk(findings))
    other: list[str] = []
    async with app.run_test(size=SIZES[size]) as pilot:
        for name, (there, back) in SCREENS.items():
            await press(pilot, *there)
            assert_committed(f"{name}-{size}.{spoken_here}", shown(app), tmp_path, other)
            await press(pilot, *back)

    assert other == [], f"look at {tmp_path}"


@pytest.mark.parametrize("spoken_here", ["en", "da"])
@pytest.mark.parametrize("name", STATES)
async def test_the_states_are_the_committed_ones(
    name: str, spoken_here: language.Language, tmp_path: Path
) -> None:
    language.use(spoken_here)
    state = STATES[name]
    other: list[str] = []
    findings = [finding(number=number + 17) for number in range(state.findings)]
    desk = state.desk(findings if spoken_here == "en" else in_danish(findings))
    state.prepared(desk)
    app = app_of(desk, sources=MemorySources(gone=state.gone))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, *state.keys)
        assert_committed(f"{name}-120x36.{spoken_here}", shown(app), tmp_path, other)
        await pilot.resize_terminal(*NARROW)
        await press(pilot)
        assert_committed(f"{name}-80x24.{spoken_here}", shown(app), tmp_path, other)

    assert other == [], f"look at {tmp_path}"


async def test_in_ascii_the_screens_are_the_committed_ones_and_hold_nothing_else(tmp_path: Path) -> None:
    language.use("en")
    app = app_of(MemoryDesk(month_of_findings()), ascii_only=True)
    other: list[str] = []
    async with app.run_test(size=WIDE) as pilot:
        for name in ("list", "evidence", "marked", "batch", "filter-menu", "sheet", "correct"):
            there, back = SCREENS[name]
            await press(pilot, *there)
            screen = shown(app)
            assert set(re.findall(r"[^\x20-\x7e\n]", screen)) <= set("æøåÆØÅ"), name
            assert_committed(f"{name}-120x36.ascii", screen, tmp_path, other)
            await press(pilot, *back)

    assert other == [], f"look at {tmp_path}"


async def test_without_colours_the_screen_says_the_same_and_sends_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    language.use("en")
    app = app_of(MemoryDesk(month_of_findings()))
    app.driver_class = KeepingDriver
    other: list[str] = []
    async with app.run_test(size=WIDE, headless=False) as pilot:
        await press(pilot)
        assert_committed("list-120x36.en", shown(app), tmp_path, other)
        driver = app._driver
        assert isinstance(driver, KeepingDriver)
        colours = set(re.findall(r"[34]8;2;(\d+);(\d+);(\d+)", driver.written))

    assert other == []
    assert {one for one in colours if len(set(one)) > 1} == set()

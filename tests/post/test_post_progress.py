"""The bar of ``send`` and ``fetch``: for large files at a terminal alone, with the rate and the time that is left."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from exchange import language
from exchange.cli.post_progress import aside, how_far, showing
from exchange.post.drafts import Drafts
from exchange.post.letters import Envelope
from exchange.post.parts import LONGEST_LINE
from exchange.post.ways import Meter, Progress
from exchange.workspace.fetching import fetch
from exchange.workspace.posting import send
from exchange.workspace.receiving import Keys
from tests.cli.test_take_report import Screen, terminal_of
from tests.conftest import opened
from tests.post.conftest import FIRST, Three
from tests.post.test_letters import parcel

MB = 10**6


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


@pytest.mark.parametrize(
    ("done", "size", "begun", "seconds", "said"),
    [
        (0, 12 * MB, 0, 0.0, "0.0 of 12.0 MB"),
        (3 * MB, 12 * MB, 0, 2.0, "3.0 of 12.0 MB  1.5 MB/s  0:06 left"),
        (2 * MB, 200 * MB, 0, 200.0, "2.0 of 200.0 MB  10.0 kB/s  330:00 left"),
        # What lay there from an earlier try is no speed.
        (110 * MB, 200 * MB, 100 * MB, 10.0, "110.0 of 200.0 MB  1.0 MB/s  1:30 left"),
        (12 * MB, 12 * MB, 0, 4.0, "12.0 of 12.0 MB  3.0 MB/s"),
        (3 * MB, None, 0, 2.0, "3.0 MB  1.5 MB/s"),
        (5 * MB, 12 * MB, 5 * MB, 3.0, "5.0 of 12.0 MB"),
    ],
)
def test_how_far_a_file_is(done: int, size: int | None, begun: int, seconds: float, said: str) -> None:
    assert how_far(done, size, begun, seconds) == said


def test_figures_are_danish_in_danish() -> None:
    language.use("da")

    assert how_far(3 * MB, None, 0, 2.0) == "3,0 MB  1,5 MB/s"


def drawn_by(
    transfer: Callable[[Meter], None], screen: Screen, *, quiet: bool = False, json: bool = False
) -> str:
    """Return what was drawn while something went over, two seconds to each look at the clock."""
    seconds = iter(range(0, 10**6, 2))
    with showing(terminal_of(screen, quiet=quiet, json=json), 0.0, lambda: next(seconds)) as shown:
        transfer(shown)
    return screen.getvalue().decode()


def large(screen: Screen) -> Callable[[Meter], None]:
    def transfer(meter: Meter) -> None:
        progress = meter("AFT-1\x1b[2J.asice", 8 * MB)
        progress(2 * MB)
        assert screen.written.wait(20) or not screen.looked_at
        progress(2 * MB)

    return transfer


def test_a_large_file_gets_a_bar_with_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    screen = Screen()

    drawn = drawn_by(large(screen), screen)

    assert "AFT-1" in drawn
    assert "\x1b[2J" not in drawn
    assert "of 8.0 MB" in drawn
    assert drawn.endswith(("\x1b[2K", "\x1b[?25h"))
    assert not screen.closed


def test_without_colours_none_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    screen = Screen()

    drawn = drawn_by(large(screen), screen)

    assert "of 8.0 MB" in drawn
    assert "\x1b[3" not in drawn
    assert "\x1b[1;" not in drawn


@pytest.mark.parametrize(
    ("looked_at", "options"), [(True, {"quiet": True}), (True, {"json": True}), (False, {})]
)
def test_nobody_who_does_not_look_gets_one(looked_at: bool, options: dict[str, bool]) -> None:
    screen = Screen(looked_at)
    screen.written.set()

    assert drawn_by(large(screen), screen, **options) == ""


def test_a_small_file_gets_none_and_one_of_unknown_size_when_it_has_become_large() -> None:
    screen = Screen()

    def small(meter: Meter) -> None:
        progress = meter("kvittering.asice", MB)
        progress(MB)
        meter("ukendt.eml", None)(MB)

    def unknown(meter: Meter) -> None:
        progress = meter("ukendt.eml", None)
        progress(MB)
        progress(MB)
        assert screen.written.wait(20)

    assert drawn_by(small, screen) == ""
    assert "2.0 MB" in drawn_by(unknown, screen)


def test_the_bar_stands_aside_for_a_question() -> None:
    screen = Screen()
    with showing(terminal_of(screen), 0.0) as shown:
        shown("a.asice", 8 * MB)(MB)
        assert screen.written.wait(20)
        ask = aside(lambda _account: screen.getvalue(), shown)
        assert ask("aft") == ask("aft")


class Counted:
    """A meter that remembers what it was told of each file."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, int | None], list[int]] = {}

    def __call__(self, name: str, size: int | None) -> Progress:
        return self.told.setdefault((name, size), []).append


def test_send_and_fetch_tell_every_byte_of_what_goes_over(by_folder: Three) -> None:
    sender, receiver = opened(by_folder.lead.here), opened(by_folder.auditor.here)
    sent, fetched = Counted(), Counted()

    list(send(sender, lambda _account: "", meter=sent))
    list(fetch(receiver, Keys(own=lambda: None, package=lambda: None), lambda _account: "", meter=fetched))

    ((said, counts),) = sent.told.items()
    size = (by_folder.drive / "aud-nord" / "taken" / FIRST).stat().st_size
    assert (said, sum(counts)) == ((FIRST, size), size)
    assert len(counts) > 1
    assert {one: sum(counts) for one, counts in fetched.told.items()} == {(FIRST, size): size}


def test_drafts_tell_the_bytes_of_the_file_and_not_of_its_letters(tmp_path: Path) -> None:
    one = parcel(tmp_path, b"age-encryption.org/v1\n" + os.urandom(3 * MB))
    envelope = Envelope(sender="", recipient="a@example.dk", name="x", largest=MB, forced_tls=False)
    counts: list[int] = []

    Drafts(tmp_path / "mail", envelope).deliver(one, counts.append)

    assert len(counts) == 5
    assert 0 <= sum(counts) - one.size < 5 * LONGEST_LINE

"""What a cell, a file, a card or a package wants a terminal to do reaches none, on any screen: the raw bytes of a real pty."""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from textual.screen import Screen

import tui.screens
from tests.tui.hostile_program import ANSWER
from tests.tui.seat import ROOT, Seat, seated

PROGRAM = (sys.executable, "-m", "tests.tui.hostile_program")
# As the keyboard protocol writes it: a lone ESC could begin another key.
ESCAPE, DONE_WITH_IT = "\x1b[27u", "\x1b[24~"
# Each begins on the review, and ends on whatever it opened.
REVIEWED = (
    "j",
    "\r",
    "G",
    "t",
    "o",
    "e",
    "x",
    "s",
    "c",
    " A",
    " E",
    "f",
    "p",
    "F",
    ":",
    "i",
    "C",
    "Y",
    "\x06",
    "w",
    "H",
)
BESIDE = {
    "2": ("v", "m", "p", "t", "R", "jt", "jp", "jje", "i"),
    "3": ("t", "y", "+"),
    "4": ("v", "/z"),
    "5": ("J",),
}  # fmt: skip
DONE = (
    r"\x1b\[[0-9;]*[mH]|\x1b\[\?[0-9;]+[hl]|\x1b\[\?[0-9;]+\$p|\x1b\[[<>=][0-9;]*u|\x1b\]22;default\x07|\r?\n"
)
COPIED = r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07"
UNSEEN = r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"


def screens() -> set[str]:
    """Return the names of all screens and dialogs that there are."""
    modules = [import_module(f"tui.screens.{one.name}") for one in iter_modules(tui.screens.__path__)]
    bases = {
        base
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type)
        for base in one.__bases__
    }
    return {
        one.__name__
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, Screen)
        and one.__module__ == module.__name__
        and one not in bases
    }


def press(seat: Seat, *keys: str) -> None:
    """Press keys, each when what the one before began is done."""
    for key in keys:
        seat.type(key)
        seat.type(DONE_WITH_IT)
        seat.until(re.escape(ANSWER))


def test_hostile_text_reaches_no_terminal_on_any_screen(tmp_path: Path) -> None:
    shown = tmp_path / "shown.json"
    with seated((*PROGRAM, str(shown)), ROOT) as seat:
        seat.until("TOUR 1/5")
        press(seat, ESCAPE)
        for key in REVIEWED:
            press(seat, *key, ESCAPE, ESCAPE, "1")
        for view, keys in BESIDE.items():
            for key in keys:
                press(seat, view, *key, ESCAPE, ESCAPE, "1")
        for key in ("\x1bOP", "\x10", "\x13"):
            press(seat, key, ESCAPE)
        seat.resize(80, 24)
        press(seat, "j", "q")
        seat.type("q")
        assert seat.ended() == 0

    written = seat.painted.decode()
    harmless = re.sub(f"{DONE}|{COPIED}|{re.escape(ANSWER)}", "", written)
    assert set(re.findall(UNSEEN, harmless)) == set()
    assert "\u0301" * 4 not in harmless
    assert "z" * 5_000 not in harmless
    assert "<U+001B>]52;c;cHduZWQ=<U+0007>" in harmless
    assert "[/b][@click=app.quit]quit[/]" in harmless
    assert "cHduZWQ=" not in "".join(re.findall(COPIED, written))
    assert screens() <= set(json.loads(shown.read_text(encoding="utf-8")))

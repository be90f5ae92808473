"""Every key of the table reaches its action where it is meant to: pressed one by one on each screen and in each dialog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest
from textual.actions import ActionParseResult
from textual.dom import DOMNode
from textual.events import Key
from textual.keys import _character_to_key

from exchange import language
from tests.tui.memory_desk import MemoryDesk, month_of_findings, words
from tests.tui.memory_house import MemoryHouse
from tests.tui.reviewing import BRIEF, MemoryShelf, MemorySources, press
from tui.action import Action, Place
from tui.actions import ACTIONS
from tui.app import ReviewApp
from tui.screens.help import HelpScreen
from tui.view_actions import EVERY_ACTION, of_place
from tui.widgets.typed_line import TypedLine

# The place, the keys to it, and what of the program's own keys works there too.
SCREENS: dict[Place, tuple[str, ...]] = {
    "screen": (),
    "packages": ("2",),
    "weeks": ("3",),
    "journal": ("4",),
    "coverage": ("5",),
}
DIALOGS: dict[Place, tuple[str, ...]] = {
    "evidence": ("enter",),
    "dialog": ("x",),
    "batch": ("space", "A"),
    "filters": ("f",),
    "sheet": ("o",),
    "leave": ("a", "q"),
    "trust": ("2", "t"),
    "help": ("f1",),
    "page": ("C",),
    "sealing": ("ctrl+s",),
    "choices": ("ctrl+s", "tab", "tab"),
}
WITH_A_FIELD = frozenset({"dialog", "trust", "help", "sealing"})


class Listening(ReviewApp):
    """A program that from some moment on notes what a key would do, and does it not."""

    heard: list[str] | None = None

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        # What Textual itself binds scrolls where it can, and else lets the key pass.
        where = default_namespace or self
        ours = type(where).__module__.startswith(("tui.", __name__)) and hasattr(where, f"action_{action}")
        ours = ours and not (isinstance(where, HelpScreen | TypedLine) and str(action).startswith("scroll_"))
        if self.heard is None or not ours:
            return await super().run_action(action, default_namespace, namespaces)
        self.heard.append(str(action))
        return True


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def keys_of(actions: Iterable[Action], place: Place) -> list[tuple[str, str]]:
    """Return each key with what it does; in a field a letter is typed."""
    keys = [(key, action.does) for action in actions for key in action.keys]
    return [(key, does) for key, does in keys if place not in WITH_A_FIELD or len(key) > 1]


@pytest.mark.parametrize("place", [*SCREENS, *DIALOGS])
async def test_every_key_of_a_place_does_what_its_line_says(place: Place) -> None:
    app = Listening(
        MemoryDesk(month_of_findings()),
        words(),
        heading="Jobcenter Gladsaxe",
        house=MemoryHouse(),
        sources=MemorySources(),
        shelf=MemoryShelf(),
    )
    own = (
        of_place(place)
        if place in SCREENS and place != "screen"
        else [one for one in EVERY_ACTION if one.place == place]
    )
    everywhere = [one for one in ACTIONS if one.place == "app"] if place in SCREENS else []
    wanted = keys_of([*own, *everywhere], place)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, *{**SCREENS, **DIALOGS}[place])
        app.heard = []
        driver = app._driver
        assert driver is not None
        for key, _does in wanted:
            event = Key(_character_to_key(key) if len(key) == 1 else key, key if len(key) == 1 else None)
            event.set_sender(app)
            driver.send_message(event)
        await pilot.pause()
        heard, app.heard = app.heard, None

    assert [one.rpartition(".")[2] for one in heard] == [does for _key, does in wanted]


def test_every_place_of_the_table_is_pressed_here_or_has_a_test_of_its_own() -> None:
    assert {action.place for action in EVERY_ACTION} == {*SCREENS, *DIALOGS, "app", "tour"}

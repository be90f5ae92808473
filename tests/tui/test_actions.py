"""Everything that can be done has a key, a line in the help, and a command that does it without a screen."""

from __future__ import annotations

import shlex

import pytest

from exchange.cli.arguments import command_parser
from exchange.cli.commands import load, summaries
from tests.tui.views import app_over
from tui.action import Action
from tui.screens.help import HelpScreen
from tui.text import UNICODE
from tui.view_actions import EVERY_ACTION, of_place

STANDS_FOR = {
    "FINDING_ID": "abcdef",
    "ID": "abcdef",
    "FILE": "x.asice",
    "VALUE": "2.50",
    "TEXT": "why",
    "DIR": "x",
}
SCREENS = ("screen", "packages", "weeks", "journal", "coverage")


def named(action: Action) -> str:
    return action.id


@pytest.mark.parametrize("action", EVERY_ACTION, ids=named)
def test_an_action_has_a_key_labels_and_a_command_that_is_understood(action: Action) -> None:
    program, name, *words = shlex.split(action.command)
    parser = command_parser(name, "")
    load(name).add_arguments(parser)

    assert program == "enblanket"
    assert name in summaries()
    parser.parse_args([STANDS_FOR.get(word, word) for word in words])
    assert action.keys
    assert action.da
    assert action.en


def test_every_action_has_one_id() -> None:
    ids = [action.id for action in EVERY_ACTION]

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("place", SCREENS)
def test_the_help_of_a_screen_lists_each_of_its_actions_once(place: str) -> None:
    listed = [one.action for one in HelpScreen(UNICODE, place).choices() if one.action]  # type: ignore[arg-type]
    wanted = [action for action in EVERY_ACTION if action.place in (place, "app") or action.group == "dialog"]
    shared = () if place == "screen" else of_place(place)  # type: ignore[arg-type]

    assert len(listed) == len(set(listed))
    assert set(listed) == {*wanted, *shared}


@pytest.mark.parametrize("place", SCREENS)
async def test_every_action_can_be_done_on_its_screen(place: str) -> None:
    app = app_over()
    async with app.run_test() as pilot:
        await pilot.pause()
        if place != "screen":
            app.view(place)
            await pilot.pause()
        for action in EVERY_ACTION:
            if action.place == place:
                assert callable(getattr(app.screen, f"action_{action.does}", None)), action.id
            if action.place == "app":
                assert callable(getattr(app, f"action_{action.does}", None)), action.id

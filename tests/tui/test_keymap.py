"""Keys of one's own: read, refused where two would hide one another, obeyed by the screens, checked and printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.errors import EnblanketError
from tests.conftest import CommandLine
from tests.tui.terminal import screen_text
from tests.tui.views import WIDE, app_over, press
from tui.action import use_keys
from tui.keymap import Clash, clashes, keys_of_person, place_of_keys, read_keys, textual_key
from tui.screens.view import ViewScreen
from tui.view_actions import EVERY_ACTION

# On a Danish keyboard these take AltGr (tui.md, Keys).
ALTGR = set("[]{}\\|@~$€")


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    """Leave the shipped keys in force."""
    yield
    use_keys({})


def test_no_two_shipped_actions_of_one_screen_share_a_key() -> None:
    assert clashes({}) == []


def test_no_shipped_key_needs_altgr_and_each_function_key_that_is_no_dialog_s_has_a_second() -> None:
    for action in EVERY_ACTION:
        assert not ALTGR & {key for key in action.keys if len(key) == 1}, action.id
        if action.keys[0].startswith("f") and action.keys[0][1:].isdigit() and action.group != "dialog":
            assert len(action.keys) > 1, action.id


def test_no_letter_confirms_a_dialog() -> None:
    confirming = {"dialog.save", "trust.confirm"}

    assert all(len(key) > 1 for action in EVERY_ACTION if action.id in confirming for key in action.keys)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("j", "j"),
        ("J", "J"),
        ("å", "å"),
        ("Ctrl+S", "ctrl+s"),
        ("PgDn", "pagedown"),
        ("Esc", "escape"),
        ("F5", "f5"),
        ("Shift+Tab", "shift+tab"),
        ("↓", "down"),
        ("", None),
        (" ", None),
        ("F13", None),
        ("jj", None),
        ("Ctrl+", None),
        ("Hyper+s", None),
        ("Ctrl+Ctrl+s", None),
        ("\x1b", None),
    ],
)
def test_a_key_is_read_as_it_stands_on_a_keyboard(text: str, key: str | None) -> None:
    assert textual_key(text) == key


def test_own_keys_stand_for_the_shipped_ones() -> None:
    own = read_keys('[keys]\n"list.down" = ["n", "Down"]\n"decide.accept" = "Ctrl+A"\n', "keys.toml")

    assert own == {"list.down": ("n", "down"), "decide.accept": ("ctrl+a",)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[keys]\n"list.downn" = "n"\n',
            "keys.toml: no action is called “list.downn”; “enblanket keymap print” lists them.",
        ),
        (
            '[keys]\n"list.down" = []\n',
            'keys.toml: give list.down a key, or several in a list: ["j", "Down"].',
        ),
        (
            '[keys]\n"list.down" = "\\u001b[2J"\n',
            "keys.toml: “\x1b[2J” of list.down is no key; write it as j, J, Ctrl+S, F5, PgDn or Esc.",
        ),
        (
            '[keys]\n"dialog.save" = "j"\n',
            "keys.toml: “j” of dialog.save would be typed into a field there; give it a key such as F9 or Ctrl+S.",
        ),
        (
            'other = 1\n[keys]\n"list.down" = "n"\n',
            "keys.toml: write the keys under [keys], one line for each action, and nothing else.",
        ),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_what_cannot_be_used_is_one_sentence(text: str, message: str) -> None:
    with pytest.raises(EnblanketError) as refusal:
        read_keys(text, "keys.toml")

    assert str(refusal.value) == message


def test_a_clash_is_found_on_the_screen_where_it_is() -> None:
    assert clashes({"list.down": ("a",)}) == [Clash("a", "screen", ("list.down", "decide.accept"))]
    assert clashes({"week.table": ("2",)}) == [Clash("2", "weeks", ("week.table", "view.packages"))]
    assert clashes({"week.table": ("v",)}) == []


@pytest.mark.usefixtures("in_english")
def test_a_clash_is_refused_before_a_screen_opens(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('[keys]\n"decide.reject" = "a"\n', encoding="utf-8")

    with pytest.raises(EnblanketError) as refusal:
        keys_of_person(file)

    assert str(refusal.value) == (
        f"{file}: The key a would do both decide.accept and decide.reject. "
        "Give one of them another key; “enblanket keymap check” lists all of them."
    )


def test_without_a_file_the_shipped_keys_count(tmp_path: Path) -> None:
    assert keys_of_person(tmp_path / "keys.toml") == {}
    assert place_of_keys().name == "keys.toml"


@pytest.mark.usefixtures("in_english")
async def test_the_screens_obey_own_keys_and_show_them() -> None:
    app = app_over(keys={"list.down": ("n",), "view.journal": ("f4",)})
    async with app.run_test(size=WIDE) as pilot:
        seen = []
        for key in ("4", "f4"):
            await press(pilot, key)
            seen.append(app.place)
        assert seen == ["screen", "journal"]
        assert isinstance(app.screen, ViewScreen)
        await press(pilot, "n", "j", "n")
        assert app.screen.list.cursor == 2
        assert "F4 Journal" in screen_text(app)
        assert " n/k move " in screen_text(app)


def test_the_command_checks_and_prints(tmp_path: Path) -> None:
    enblanket = CommandLine(tmp_path)
    (tmp_path / "keys.toml").write_text('[keys]\n"decide.reject" = "a"\n', encoding="utf-8")

    checked = enblanket("keymap", "check", "--keys", "keys.toml")
    assert (checked.code, checked.out) == (1, "The key a would do both decide.accept and decide.reject.\n")

    (tmp_path / "keys.toml").write_text('[keys]\n"decide.reject" = "F8"\n', encoding="utf-8")
    checked = enblanket("keymap", "check", "--keys", "keys.toml")
    assert (checked.code, checked.out) == (
        0,
        f"{tmp_path / 'keys.toml'}: 1 keys of your own, none hides another.\n",
    )
    printed = enblanket("keymap", "print", "--keys", "keys.toml")
    assert "  F8               Reject" in printed.out
    assert {record["id"] for record in enblanket("keymap", "print", "--format", "json").records} == {
        action.id for action in EVERY_ACTION
    }
    missing = enblanket("keymap", "check", "--keys", "none.toml")
    assert (missing.code, missing.err) == (
        2,
        f"enblanket: {tmp_path / 'none.toml'} is missing; give the file with your keys.\n",
    )

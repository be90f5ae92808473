"""A person's own keys: the text of ``keys.toml`` in, keys by action out; two actions on one key are refused by name.

The file lies where the system keeps settings of a person (``enblanket keymap check`` says where)::

    [keys]
    "list.down" = ["n", "Down"]
    "decide.accept" = "å"

What is not named keeps the shipped keys. It refuses what no action is called, what no key is called, and a key that
would do two things on one screen: the later would silently hide the earlier.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from exchange.errors import EnblanketError
from exchange.language import choose, quoted
from exchange.language import translate as _
from tui.action import Action, Place, key_text
from tui.view_actions import EVERY_ACTION, of_place

FILE = "keys.toml"
Own = Mapping[str, tuple[str, ...]]

_SCREENS: tuple[Place, ...] = ("screen", "packages", "weeks", "journal", "coverage")
# A letter there is typed into a field.
_WITH_A_FIELD = frozenset({"dialog", "help", "palette", "trust", "sealing"})
_NAMED = {
    "esc": "escape",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "del": "delete",
    "↓": "down",
    "↑": "up",
    "←": "left",
    "→": "right",
    ",": "comma",
    **{
        name: name
        for name in (
            "enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end",
            "pageup", "pagedown", "up", "down", "left", "right",
        )
    },
}  # fmt: skip
_FUNCTION = re.compile(r"f([1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Clash:
    """One key that would do several things in one place.

    Attributes:
        actions: the ids.
    """

    key: str
    place: Place
    actions: tuple[str, ...]


def place_of_keys() -> Path:
    """Return where a person's own keys lie on this system."""
    import platformdirs

    return Path(platformdirs.user_config_path("enblanket", appauthor=False)) / FILE


def keys_of_person(path: Path | None = None) -> Own:
    """Return the keys that a person chose; none where there is no file.

    Raises:
        EnblanketError: the file cannot be read or used; names it and the cure.
    """
    path = place_of_keys() if path is None else path
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise EnblanketError(
            _("{path} cannot be read ({reason}); mend it or move it away.").format(path=path, reason=error)
        ) from None
    own = read_keys(text, str(path))
    for clash in clashes(own):
        raise EnblanketError(
            _(
                "{path}: {clash} Give one of them another key; “enblanket keymap check” lists all of them."
            ).format(path=path, clash=clash_text(clash))
        )
    return own


def read_keys(text: str, source: str) -> Own:
    """Return the keys of a file by the action's id.

    Raises:
        EnblanketError: it is no TOML, or names an action or a key that is none.
    """
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EnblanketError(
            _("{path} is no TOML ({reason}); mend it or move it away.").format(path=source, reason=error)
        ) from None
    named = whole.get("keys", {})
    if not isinstance(named, dict) or set(whole) - {"keys"}:
        raise EnblanketError(
            _("{path}: write the keys under [keys], one line for each action, and nothing else.").format(
                path=source
            )
        )
    return {name: _keys(name, keys, source) for name, keys in named.items()}


def clashes(own: Own, actions: Iterable[Action] = EVERY_ACTION) -> list[Clash]:
    """Return every key that two actions of one place claim, with these keys upon the shipped ones."""
    every = tuple(actions)
    found: list[Clash] = []
    for place, here in _places(every):
        owners: dict[str, list[str]] = {}
        for action in here:
            for key in own.get(action.id, action.keys):
                owners.setdefault(key, []).append(action.id)
        found += [Clash(key, place, tuple(ids)) for key, ids in owners.items() if len(set(ids)) > 1]
    return list({(clash.key, clash.actions): clash for clash in found}.values())


def clash_text(clash: Clash) -> str:
    """Return a clash as a sentence."""
    return _("The key {key} would do both {actions}.").format(
        key=key_text(clash.key), actions=f" {choose('og', 'and')} ".join(clash.actions)
    )


def _places(every: tuple[Action, ...]) -> Iterator[tuple[Place, tuple[Action, ...]]]:
    everywhere = tuple(action for action in every if action.place == "app")
    for place in _SCREENS:
        own = tuple(action for action in every if action.place == place)
        shared = () if place == "screen" else tuple(one for one in of_place(place) if one in every)
        yield place, tuple(dict.fromkeys((*own, *shared, *everywhere)))
    for place in dict.fromkeys(action.place for action in every):
        if place not in (*_SCREENS, "app"):
            yield place, tuple(action for action in every if action.place == place)


def _keys(name: str, keys: object, source: str) -> tuple[str, ...]:
    action = next((one for one in EVERY_ACTION if one.id == name), None)
    if action is None:
        raise EnblanketError(
            _("{path}: no action is called {name}; “enblanket keymap print” lists them.").format(
                path=source, name=quoted(name[:60])
            )
        )
    listed = [keys] if isinstance(keys, str) else keys
    if not isinstance(listed, list) or not listed:
        raise EnblanketError(
            _('{path}: give {name} a key, or several in a list: ["j", "Down"].').format(
                path=source, name=name
            )
        )
    return tuple(dict.fromkeys(_key(one, action, source) for one in listed))


def _key(text: object, action: Action, source: str) -> str:
    key = textual_key(text) if isinstance(text, str) else None
    if key is None:
        raise EnblanketError(
            _("{path}: {key} of {name} is no key; write it as j, J, Ctrl+S, F5, PgDn or Esc.").format(
                path=source, key=quoted(str(text)[:30]), name=action.id
            )
        )
    if len(key) == 1 and action.place in _WITH_A_FIELD:
        raise EnblanketError(
            _(
                "{path}: {key} of {name} would be typed into a field there; give it a key such as F9 or Ctrl+S."
            ).format(path=source, key=quoted(key), name=action.id)
        )
    return key


def textual_key(text: str) -> str | None:
    """Return what a keyboard calls a key as Textual does, ``Ctrl+S`` as ``ctrl+s``; None for what is no key."""
    if len(text) == 1 and text not in _NAMED:
        return text if text.isprintable() and text != " " else None
    *held, last = text.strip().lower().split("+")
    name = _NAMED.get(last) or (last if _FUNCTION.fullmatch(last) else None)
    if not held:
        return name
    letter = last if len(last) == 1 and last.isascii() and last.isalnum() else name
    known = set(held) <= {"ctrl", "shift", "alt"} and len(set(held)) == len(held)
    return "+".join((*sorted(held), letter)) if known and letter else None

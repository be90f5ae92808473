"""What an action is: a thing a person can do by a key, from the help, from the palette, and by a command.

The rows stand in :mod:`tui.actions` and :mod:`tui.view_actions`; bindings, footer, help, palette and keymap are made from
them. The keys in force are the shipped ones unless a person's own ``keys.toml`` says otherwise (:mod:`tui.keymap`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from exchange.language import choose

Group = Literal[
    "move", "mark", "decide", "find", "filter", "evidence", "package", "week", "history", "goto", "view", "export", "help", "program",
    "dialog",
]  # fmt: skip
Place = Literal[
    "app", "screen", "evidence", "dialog", "help", "view", "packages", "weeks", "journal", "coverage", "trust", "palette", "tour", "choices",
    "batch", "filters", "sheet", "leave", "page", "sealing",
]  # fmt: skip

_keys: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the screen knows when it asks whether an action makes sense.

    Attributes:
        narrowed: a filter leaves something out; marked: a finding is marked.
        read_only: somebody else keeps this desk from deciding; failed: what was said last could not be stored.
        answered: a party has answered about the finding; searched: words are looked for.
    """

    has_finding: bool
    in_evidence: bool
    narrowed: bool
    marked: bool = False
    read_only: bool = False
    failed: bool = False
    answered: bool = False
    searched: bool = False


def _always(_situation: Situation) -> bool:
    return True


def on_finding(situation: Situation) -> bool:
    """Whether there is a finding under the cursor."""
    return situation.has_finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a person can do.

    Attributes:
        id: stable, for keys of one's own and the docs.
        does: the method ``action_<does>`` of the screen, or of the program for ``place`` "app".
        keys: Textual key names as shipped, the one that is shown first.
        command: what does the same without a screen; capitals stand for what a person fills in. In
            ``enblanket review --plain`` the key is typed, with Enter.
        place: what must have the focus; the screen's own keys work in its evidence pane too.
        line: which footer line shows it, 0 for none; screens under 100 cells show line 1 only.
        short: its label in the footer, Danish and English, where that is another; neighbours of one label share it: ``j/k move``.
        listed: its heading in the palette, where that is another than in the help; what moves is not in the palette otherwise.
        enabled: when it makes sense; elsewhere the footer leaves it out and its key does nothing.
    """

    id: str
    does: str
    keys: tuple[str, ...]
    da: str
    en: str
    group: Group
    command: str = "enblanket review --plain"
    place: Place = "screen"
    line: int = 0
    short: tuple[str, str] | None = None
    listed: Group | None = None
    enabled: Callable[[Situation], bool] = _always

    @property
    def label(self) -> str:
        """The label in the user's language."""
        return choose(self.da, self.en)

    @property
    def footer_label(self) -> str:
        """The label where cells are few."""
        return self.label if self.short is None else choose(*self.short)

    @property
    def palette_group(self) -> Group:
        """The heading in the palette."""
        return self.listed or self.group

    @property
    def keys_in_force(self) -> tuple[str, ...]:
        """The keys that do it now: a person's own, else the shipped ones."""
        return _keys.get(self.id, self.keys)


def use_keys(own: Mapping[str, tuple[str, ...]]) -> None:
    """Let these keys, by the action's id, stand for the shipped ones from now on."""
    _keys.clear()
    _keys.update(own)


_KEY_TEXTS = {
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "escape": "Esc",
}
_KEY_WORDS = {"down": "Down", "up": "Up", "left": "Left", "right": "Right"}
# Textual names these keys by words where it is asked for one key; a keyboard has the sign.
_KEY_SIGNS = {
    "plus": "+",
    "minus": "-",
    "slash": "/",
    "colon": ":",
    "semicolon": ";",
    "comma": ",",
    "full_stop": ".",
    "number_sign": "#",
    "underscore": "_",
}


def key_text(key: str, *, ascii_only: bool = False) -> str:
    """Return a Textual key name as it stands on a keyboard."""
    if ascii_only and key in _KEY_WORDS:
        return _KEY_WORDS[key]
    if key in _KEY_TEXTS:
        return _KEY_TEXTS[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key.removeprefix('ctrl+').upper()}"
    if key.startswith("shift+"):
        return f"Shift+{key.removeprefix('shift+').capitalize()}"
    return key if len(key) == 1 else _KEY_SIGNS.get(key, key.capitalize())


def group_title(group: Group) -> str:
    """Return the heading of a group in the help."""
    return {
        "move": choose("Flyt", "Move"),
        "mark": choose("Markér", "Mark"),
        "decide": choose("Afgør", "Decide"),
        "find": choose("Find", "Find"),
        "filter": choose("Filter", "Filter"),
        "evidence": choose("Bevis", "Evidence"),
        "package": choose("Pakke", "Package"),
        "week": choose("Uger", "Weeks"),
        "history": choose("Journal", "Journal"),
        "goto": choose("Gå til", "Go to"),
        "view": choose("Vis", "View"),
        "export": choose("Eksport", "Export"),
        "help": choose("Hjælp", "Help"),
        "program": choose("Program", "Program"),
        "dialog": choose("I en dialog", "In a dialog"),
    }[group]

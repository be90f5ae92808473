"""Every key of the screens, once: bindings, footer, help and docs are made from this table.

A decision letter is the same in Danish and English; upper case will mean the marked findings (tui.md, keys).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

from exchange.language import choose

Group = Literal["move", "decide", "find", "evidence", "program", "dialog"]
Place = Literal["screen", "evidence", "dialog", "help"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the screen knows when it asks whether an action makes sense."""

    has_finding: bool
    in_evidence: bool
    narrowed: bool


def _always(_situation: Situation) -> bool:
    return True


def _on_finding(situation: Situation) -> bool:
    return situation.has_finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a person can do.

    Attributes:
        id: stable, for keys of one's own and the docs.
        does: the method ``action_<does>`` of the screen.
        keys: Textual key names, the one that is shown first.
        place: what must have the focus; the screen's own keys work in its evidence pane too.
        line: which footer line shows it, 0 for none; screens under 100 cells show line 1 only.
        enabled: when it makes sense; elsewhere the footer leaves it out and its key does nothing.
    """

    id: str
    does: str
    keys: tuple[str, ...]
    da: str
    en: str
    group: Group
    place: Place = "screen"
    line: int = 0
    enabled: Callable[[Situation], bool] = _always

    @property
    def label(self) -> str:
        """The label in the user's language."""
        return choose(self.da, self.en)


ACTIONS: tuple[Action, ...] = (
    Action(id="list.down", does="down", keys=("j", "down"), da="ned", en="down", group="move", line=2),
    Action(id="list.up", does="up", keys=("k", "up"), da="op", en="up", group="move", line=2),
    Action(
        id="list.next_open",
        does="next_open",
        keys=("J",),
        da="næste åbne",
        en="next open",
        group="move",
        line=2,
    ),
    Action(
        id="list.prev_open",
        does="prev_open",
        keys=("K",),
        da="forrige åbne",
        en="previous open",
        group="move",
    ),
    Action(
        id="list.half_down",
        does="page_down",
        keys=("ctrl+d", "pagedown"),
        da="side ned",
        en="page down",
        group="move",
    ),
    Action(
        id="list.half_up", does="page_up", keys=("ctrl+u", "pageup"), da="side op", en="page up", group="move"
    ),
    Action(id="list.top", does="top", keys=("g", "home"), da="første", en="first", group="move"),
    Action(id="list.bottom", does="bottom", keys=("G", "end"), da="sidste", en="last", group="move"),
    Action(
        id="decide.accept",
        does="accept",
        keys=("a",),
        da="Accepter",
        en="Accept",
        group="decide",
        line=1,
        enabled=_on_finding,
    ),
    Action(
        id="decide.edit",
        does="correct",
        keys=("e",),
        da="Ret",
        en="Edit",
        group="decide",
        line=1,
        enabled=_on_finding,
    ),
    Action(
        id="decide.reject",
        does="reject",
        keys=("x",),
        da="Afvis",
        en="Reject",
        group="decide",
        line=1,
        enabled=_on_finding,
    ),
    Action(
        id="decide.ask",
        does="ask",
        keys=("s",),
        da="Spørg",
        en="Ask",
        group="decide",
        line=1,
        enabled=_on_finding,
    ),
    Action(id="undo", does="undo", keys=("u",), da="Fortryd", en="Undo", group="decide", line=1),
    Action(
        id="pane.evidence",
        does="evidence",
        keys=("enter", "l", "right"),
        da="Bevis",
        en="Evidence",
        group="evidence",
        line=1,
        enabled=lambda situation: situation.has_finding and not situation.in_evidence,
    ),
    Action(
        id="pane.back",
        line=1,
        does="back",
        keys=("escape", "h", "left"),
        da="Tilbage",
        en="Back",
        group="evidence",
        enabled=lambda situation: situation.in_evidence or situation.narrowed,
    ),
    Action(id="pane.next", does="other_pane", keys=("tab",), da="Rude", en="Pane", group="evidence", line=2),
    Action(id="find.search", does="search", keys=("/",), da="Søg", en="Search", group="find", line=2),
    Action(
        id="filter.high", does="high_only", keys=("!",), da="Kun fejl", en="Errors only", group="find", line=2
    ),
    Action(
        id="filter.open", does="open_only", keys=("O",), da="Kun åbne", en="Open only", group="find", line=2
    ),
    Action(id="help", does="help", keys=("f1", "?"), da="Hjælp", en="Help", group="program", line=1),
    Action(id="quit", does="leave", keys=("q",), da="Afslut", en="Quit", group="program", line=1),
    Action(
        id="evidence.down",
        does="scroll_down",
        keys=("down",),
        da="rul ned",
        en="scroll down",
        group="evidence",
        place="evidence",
    ),
    Action(
        id="evidence.up",
        does="scroll_up",
        keys=("up",),
        da="rul op",
        en="scroll up",
        group="evidence",
        place="evidence",
    ),
    Action(
        id="evidence.page_down",
        does="page_down",
        keys=("pagedown", "space"),
        da="side ned",
        en="page down",
        group="evidence",
        place="evidence",
    ),
    Action(
        id="evidence.page_up",
        does="page_up",
        keys=("pageup",),
        da="side op",
        en="page up",
        group="evidence",
        place="evidence",
    ),
    Action(id="dialog.save", does="save", keys=("f10",), da="Gem", en="Save", group="dialog", place="dialog"),
    Action(
        id="dialog.cancel",
        does="cancel",
        keys=("escape",),
        da="Annullér (intet gemmes)",
        en="Cancel (nothing is saved)",
        group="dialog",
        place="dialog",
    ),
    Action(
        id="help.close",
        does="close",
        keys=("escape", "q", "f1", "?"),
        da="Luk",
        en="Close",
        group="dialog",
        place="help",
    ),
)

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


def key_text(key: str, *, ascii_only: bool = False) -> str:
    """Return a Textual key name as it stands on a keyboard."""
    if ascii_only and key in _KEY_WORDS:
        return _KEY_WORDS[key]
    if key in _KEY_TEXTS:
        return _KEY_TEXTS[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key.removeprefix('ctrl+').upper()}"
    return key if len(key) == 1 else key.capitalize()


def group_title(group: Group) -> str:
    """Return the heading of a group in the help."""
    return {
        "move": choose("Flyt", "Move"),
        "decide": choose("Afgør", "Decide"),
        "evidence": choose("Bevis", "Evidence"),
        "find": choose("Find", "Find"),
        "program": choose("Program", "Program"),
        "dialog": choose("I en dialog", "In a dialog"),
    }[group]


def bindings(place: Place = "screen", actions: Iterable[Action] = ACTIONS) -> list[BindingType]:
    """Return the bindings of one place.

    Raises:
        ValueError: two actions claim one key; the later would silently hide the earlier.
    """
    here = [action for action in actions if action.place == place]
    owners: dict[str, str] = {}
    for action in here:
        for key in action.keys:
            if owners.setdefault(key, action.id) != action.id:
                raise ValueError(f"key {key} belongs to both {owners[key]} and {action.id}")
    return [
        Binding(",".join(action.keys), action.does, action.en, id=action.id, show=False) for action in here
    ]

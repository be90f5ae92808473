"""Every key of the review and of the whole program, once: bindings, footer, help, palette, keymap and docs are made from this.

A decision letter is the same in Danish and English; upper case is for the marked findings (tui.md, keys). The rows of the
other screens stand in :mod:`tui.view_actions`; ``EVERY_ACTION`` there holds both.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from tui.action import Action, Group, Place, Situation, group_title, key_text
from tui.dialog_actions import DIALOG_ACTIONS
from tui.program_actions import PROGRAM_ACTIONS
from tui.review_actions import MARKED_ACTIONS, REVIEW_ACTIONS, on_answered, on_open_finding

__all__ = ["ACTIONS", "Action", "Group", "Place", "Situation", "bindings", "group_title", "key_text"]

# Neighbours in the footer that share a label.
_MOVE, _OPEN = ("flyt", "move"), ("åbne", "open")

ACTIONS: tuple[Action, ...] = (
    Action(
        id="list.down",
        does="down",
        keys=("j", "down"),
        da="ned",
        en="down",
        group="move",
        line=2,
        short=_MOVE,
    ),
    Action(id="list.up", does="up", keys=("k", "up"), da="op", en="up", group="move", line=2, short=_MOVE),
    Action(
        id="list.next_open",
        does="next_open",
        keys=("J",),
        da="næste åbne",
        en="next open",
        group="move",
        line=2,
        short=_OPEN,
        listed="goto",
    ),
    Action(
        id="list.prev_open",
        does="prev_open",
        keys=("K",),
        da="forrige åbne",
        en="previous open",
        group="move",
        line=2,
        short=_OPEN,
        listed="goto",
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
        command="enblanket decide ID accept",
        does="accept",
        keys=("a",),
        da="Accepter",
        en="Accept",
        group="decide",
        line=1,
        enabled=on_open_finding,
    ),
    Action(
        id="decide.edit",
        command="enblanket decide ID correct --value VALUE --reason TEXT",
        does="correct",
        keys=("e",),
        da="Ret",
        en="Edit",
        group="decide",
        line=1,
        enabled=on_open_finding,
    ),
    Action(
        id="decide.reject",
        command="enblanket decide ID reject --reason TEXT",
        does="reject",
        keys=("x",),
        da="Afvis",
        en="Reject",
        group="decide",
        line=1,
        enabled=on_open_finding,
    ),
    Action(
        id="decide.ask",
        command="enblanket decide ID ask --reason TEXT",
        does="ask",
        keys=("s",),
        da="Spørg",
        en="Ask",
        group="decide",
        line=1,
        enabled=on_open_finding,
    ),
    Action(
        id="decide.answered",
        command="enblanket decide ID --as-answered",
        does="as_answered",
        keys=("b",),
        da="Brug svaret",
        en="By the answer",
        group="decide",
        line=1,
        enabled=on_answered,
    ),
    *MARKED_ACTIONS,
    Action(
        id="undo",
        command="enblanket decide --undo",
        does="undo",
        keys=("u",),
        da="Fortryd",
        en="Undo",
        group="decide",
        line=1,
    ),
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
        id="filter.high",
        command="enblanket check --format json",
        does="high_only",
        keys=("!",),
        da="Kun fejl",
        en="Errors only",
        group="find",
        listed="filter",
        line=2,
    ),
    Action(
        id="filter.open",
        does="open_only",
        keys=("O",),
        da="Kun åbne",
        en="Open only",
        group="find",
        listed="filter",
        line=2,
    ),
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
    *PROGRAM_ACTIONS,
    *REVIEW_ACTIONS,
    *DIALOG_ACTIONS,
)


def bindings(place: Place = "screen", actions: Iterable[Action] = ACTIONS) -> list[BindingType]:
    """Return the bindings of one place, with the keys as shipped; a person's own are put upon them at the start.

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

"""The keys below a screen: those that make sense now, as many as the line has cells for. Pure.

Neighbours of one label share it: ``j/k move``. Commands, help and quit stand last and never give way to another key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.cells import cell_len
from textual.content import Content

from tui.action import Action, key_text
from tui.text import Script

KEPT = ("palette", "help", "quit")


def footer(actions: Iterable[Action], script: Script, width: int, lines: Sequence[int]) -> Content:
    """Return the footer's lines of actions, each at most ``width`` cells wide."""
    here = sorted(actions, key=lambda action: action.id in KEPT)
    between = "  " if len(lines) > 1 else " "
    return Content("\n").join(
        _line([action for action in here if action.line == line], script, width, between) for line in lines
    )


def _line(actions: Sequence[Action], script: Script, width: int, between: str) -> Content:
    shown = [(key, _shown(key, script)) for key in _shared(actions)]
    while shown and _width(shown, between) > width:
        last = max((at for at, (group, _text) in enumerate(shown) if not _is_kept(group)), default=None)
        if last is None:
            break
        del shown[last]
    return Content(between).join(text for _group, text in shown)


def _shared(actions: Sequence[Action]) -> list[list[Action]]:
    return [list(group) for _label, group in groupby(actions, key=lambda action: action.footer_label)]


def _shown(actions: Sequence[Action], script: Script) -> Content:
    keys = (action.keys_in_force[0] for action in actions if action.keys_in_force)
    named = "/".join(key_text(key, ascii_only=script.ascii) for key in keys)
    return Content.assemble((named, "bold $primary"), f" {script.show(actions[0].footer_label)}")


def _width(shown: Sequence[tuple[Sequence[Action], Content]], between: str) -> int:
    return sum(cell_len(text.plain) for _group, text in shown) + len(between) * (len(shown) - 1)


def _is_kept(actions: Sequence[Action]) -> bool:
    return actions[0].id in KEPT

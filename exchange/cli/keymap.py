"""``enblanket keymap check | print``: the keys of the screens, a person's own among them, and whether two hide one another."""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.errors import EnblanketError
from exchange.language import translate as _

if TYPE_CHECKING:
    from tui.keymap import Own


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``keymap`` takes."""
    parser.add_argument(
        "action",
        choices=("check", "print"),
        help=_(
            "check keys.toml for keys that would do two things; print all keys, a page to lay beside the keyboard"
        ),
    )
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help=_("this file instead of your own keys.toml")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do it."""
    from tui.keymap import place_of_keys, read_keys

    path = place_of_keys() if arguments.keys is None else terminal.here / arguments.keys
    if arguments.keys is not None and not path.is_file():
        raise EnblanketError(_("{path} is missing; give the file with your keys.").format(path=path))
    own = read_keys(path.read_text(encoding="utf-8-sig"), str(path)) if path.is_file() else {}
    if arguments.action == "check":
        return _check(path, own, terminal)
    _print(own, terminal)
    return Exit.HOLDS


def _check(path: Path, own: Own, terminal: Terminal) -> int:
    from tui.keymap import clash_text, clashes

    found = clashes(own)
    if terminal.json:
        terminal.record(
            {
                "file": str(path),
                "exists": path.is_file(),
                "own": {name: list(keys) for name, keys in own.items()},
                "clashes": [
                    {"key": one.key, "place": one.place, "actions": list(one.actions)} for one in found
                ],
            }
        )
        return Exit.OPEN if found else Exit.HOLDS
    for one in found:
        terminal.line(clash_text(one))
    if not path.is_file():
        terminal.line(_("{path} is not there: the shipped keys are in use.").format(path=path))
    elif not found:
        terminal.line(
            _("{path}: {count} keys of your own, none hides another.").format(path=path, count=len(own))
        )
    return Exit.OPEN if found else Exit.HOLDS


def _print(own: Own, terminal: Terminal) -> None:
    from tui.action import group_title, key_text
    from tui.view_actions import EVERY_ACTION

    in_groups = sorted(
        EVERY_ACTION,
        key=lambda action: list(dict.fromkeys(one.group for one in EVERY_ACTION)).index(action.group),
    )
    for group, actions in groupby(in_groups, key=lambda action: action.group):
        if not terminal.json:
            terminal.line(group_title(group))
        for action in actions:
            keys = own.get(action.id, action.keys)
            if terminal.json:
                terminal.record(
                    {
                        "id": action.id,
                        "keys": list(keys),
                        "place": action.place,
                        "da": action.da,
                        "en": action.en,
                        "command": action.command,
                    }
                )
                continue
            shown = " ".join(key_text(key) for key in keys)
            terminal.line(f"  {shown:<16} {action.label:<34} {action.id:<20} {action.command}".rstrip())
        if not terminal.json:
            terminal.line()

"""``enblanket crosswalk list|add|remove``: what local names stand for, and which of them nobody knows yet.

``add`` and ``remove`` map the stored files again that are concerned, so that waiting rows come in (or go) at once.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.workspace.crosswalk import Told
    from exchange.workspace.retaking import Again

_KINDS = ("placements", "mentors", "trainees")
_ADD = 'enblanket crosswalk add mentors "local name" M-01'
_REMOVE = 'enblanket crosswalk remove mentors "local name"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``crosswalk`` takes."""
    parser.add_argument(
        "action",
        choices=("list", "add", "remove"),
        help=_("show names, say what they stand for, or forget them"),
    )
    parser.add_argument("kind", nargs="?", choices=_KINDS, help=_("what the names are of"))
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME ID",
        help=_("a name as the sheet writes it, and its id; more pairs may follow"),
    )
    parser.add_argument("--file", type=Path, metavar="FILE.csv", help=_("add those of a CSV: kind, name, id"))
    parser.add_argument("--replace", action="store_true", help=_("a name may get another id than it has"))
    parser.add_argument(
        "--new",
        action="store_true",
        help=_("the id is new: its own row waits for the name, or is still to come"),
    )
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do it; ``list`` exits 1 while a name is unknown."""
    if arguments.action == "list":
        return _list(arguments, terminal)
    return _add(arguments, terminal) if arguments.action == "add" else _remove(arguments, terminal)


def _list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.cli.retake import tell_closed
    from exchange.cli.unknown_names import tell_unknown, unknown_json
    from exchange.workspace.crosswalk import conflicts, told_names
    from exchange.workspace.retaking import waiting_names

    workspace = terminal.workspace()
    told = [one for one in told_names(workspace) if arguments.kind in (None, one.entry.kind)]
    awaited = waiting_names(workspace, passphrase_of(arguments))
    unknown = [one for one in awaited.unknown if arguments.kind in (None, one.kind)]
    if terminal.json:
        for one in told:
            terminal.record({"entry": _told_json(one)})
        for name in unknown:
            terminal.record({"unknown": unknown_json(name)})
        terminal.record(
            {"summary": {"entries": len(told), "unknown": len(unknown), "closed": awaited.closed}}
        )
    else:
        _tell_entries([one for one in told if one.counts], terminal)
        tell_unknown(unknown, terminal, all_of_them=True)
        tell_closed(awaited.closed, terminal)
        if not told and not unknown and not awaited.closed:
            terminal.line(_("No names yet, and no row waits for one."))
    _warn_of(conflicts(told), terminal)
    return Exit.OPEN if unknown or awaited.closed else Exit.HOLDS


def _told_json(told: Told) -> dict[str, object]:
    return {
        "kind": told.entry.kind,
        "name": told.entry.name,
        "id": told.entry.id,
        "source": told.source,
        "counts": told.counts,
    }


def _tell_entries(told: Sequence[Told], terminal: Terminal) -> None:
    width = max((len(one.entry.name) for one in told), default=0)
    for one in told:
        terminal.line(f"{one.entry.kind:<10}  {one.entry.name:<{width}}  {one.entry.id:<14}  {one.source}")


def _warn_of(pairs: Sequence[tuple[Told, Told]], terminal: Terminal) -> None:
    for counts, other in pairs:
        terminal.note(
            _(
                "“{name}” stands for {id} in {file} and for {other} in {elsewhere}; {file} counts, mend one of them."
            ).format(
                name=counts.entry.name,
                id=counts.entry.id,
                file=counts.source,
                other=other.entry.id,
                elsewhere=other.source,
            )
        )


def _add(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.workspace.crosswalk import Entry, entries_from, own_entries, with_entries
    from exchange.workspace.retaking import change_crosswalk

    workspace = terminal.workspace()
    pairs = arguments.names
    if len(pairs) % 2 or bool(pairs) == (arguments.file is not None) or (arguments.file and arguments.kind):
        raise UsageError(
            _("Give names and ids in pairs, as {example}, or --file FILE.csv.").format(example=_ADD)
        )
    new = (
        entries_from(terminal.here / arguments.file)
        if arguments.file is not None
        else [Entry(arguments.kind, *pair) for pair in zip(pairs[::2], pairs[1::2], strict=True)]
    )
    before = own_entries(workspace)
    entries = with_entries(workspace, new, replace=arguments.replace, fresh=arguments.new)
    again = change_crosswalk(workspace, entries, passphrase_of(arguments), only_waiting=not arguments.replace)
    return _say_change(len(set(entries) - set(before)), 0, again, terminal)


def _remove(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.workspace.crosswalk import without_entries
    from exchange.workspace.retaking import change_crosswalk

    if not arguments.names or arguments.file is not None:
        raise UsageError(_("Give the names to forget, as {example}.").format(example=_REMOVE))
    workspace = terminal.workspace()
    entries = without_entries(workspace, arguments.kind, arguments.names)
    again = change_crosswalk(workspace, entries, passphrase_of(arguments), only_waiting=False)
    return _say_change(0, len(arguments.names), again, terminal)


def _say_change(added: int, removed: int, again: Again, terminal: Terminal) -> int:
    from exchange.cli.retake import again_json, tell_again
    from exchange.cli.unknown_names import tell_unknown

    if terminal.json:
        terminal.record({"summary": {"added": added, "removed": removed, **again_json(again)}})
        return Exit.HOLDS
    if removed:
        terminal.line(
            translate_plural("{count} name removed.", "{count} names removed.", removed).format(count=removed)
        )
    else:
        terminal.line(
            translate_plural("{count} name added.", "{count} names added.", added).format(count=added)
        )
    tell_again(again, terminal)
    tell_unknown(again.unknown, terminal)
    return Exit.HOLDS

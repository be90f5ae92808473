"""``enblanket take --list | --again | --restore | --withdraw``: what was taken already, without the files themselves."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.parties import Party
    from exchange.workspace.retaking import Again, TakenBack

_SHA_SHOWN = 12


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what ``take`` does with files that it has already."""
    stored = parser.add_argument_group(
        _("files that were taken already, by the first 8 or more digits of their sha256")
    )
    stored.add_argument("--list", action="store_true", help=_("show them"))
    stored.add_argument(
        "--again",
        nargs="*",
        metavar="SHA256",
        help=_(
            "map them again by today's layouts and crosswalk, in the place they had; without SHA256 all that may change"
        ),
    )
    stored.add_argument(
        "--restore",
        metavar="SHA256",
        help=_("make its facts the newest again, or take a withdrawn file again"),
    )
    stored.add_argument(
        "--withdraw",
        metavar="SHA256",
        help=_("take it back: as if it had never been taken; nothing is deleted"),
    )


def is_asked(arguments: argparse.Namespace) -> bool:
    """Tell whether the command line is about files that were taken already."""
    asked = [
        arguments.list,
        arguments.again is not None,
        arguments.restore is not None,
        arguments.withdraw is not None,
    ]
    if sum(asked) > 1 or (any(asked) and (arguments.paths or arguments.complete or arguments.dry_run)):
        raise UsageError(
            _(
                "--list, --again, --restore and --withdraw each stand alone: they are about files that were taken already."
            )
        )
    return any(asked)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do what was asked."""
    from exchange.parties import parse_party

    if arguments.list:
        return _list(terminal)
    sender = parse_party(arguments.sender) if arguments.sender else None
    if arguments.again is not None:
        return _again(arguments, sender, terminal)
    if arguments.restore is not None:
        return _restore(arguments, sender, terminal)
    return _withdraw(arguments.withdraw, sender, terminal)


def _list(terminal: Terminal) -> int:
    workspace = terminal.workspace()
    holdings = workspace.holdings()
    for take, one in workspace.chronicle().standing_files():
        standing = holdings.count_of(one.sha256, take.sender)
        replaced = max(one.rows_mapped - one.waiting - standing, 0)
        if terminal.json:
            terminal.record(
                {
                    "sha256": one.sha256,
                    "sender": take.sender,
                    "file": one.name,
                    "at": take.at,
                    "layout": one.layout,
                    "rows": standing,
                    "replaced": replaced,
                    "waiting": one.waiting,
                }
            )
            continue
        terminal.line(
            translate_plural(
                "{sha256}  {sender:<9} {file}: {rows} row stands, {replaced} replaced, {waiting} wait",
                "{sha256}  {sender:<9} {file}: {rows} rows stand, {replaced} replaced, {waiting} wait",
                standing,
            ).format(
                sha256=one.sha256[:_SHA_SHOWN],
                sender=take.sender,
                file=one.name,
                rows=standing,
                replaced=replaced,
                waiting=one.waiting,
            )
        )
    return Exit.HOLDS


def _again(arguments: argparse.Namespace, sender: Party | None, terminal: Terminal) -> int:
    from exchange.cli.unknown_names import tell_unknown
    from exchange.workspace.retaking import map_again

    again = map_again(
        terminal.workspace(),
        passphrase_of(arguments),
        prefixes=arguments.again,
        sender=sender,
        layout=arguments.layout,
    )
    if terminal.json:
        terminal.record({"summary": again_json(again)})
        return Exit.HOLDS
    tell_again(again, terminal)
    tell_unknown(again.unknown, terminal)
    return Exit.HOLDS


def again_json(again: Again) -> dict[str, object]:
    """Return what mapping again did, of the machine contract."""
    from exchange.cli.unknown_names import unknown_json

    return {
        "files": len(again.files),
        "admitted": again.admitted,
        "waiting": sum(bool(row.unresolved) for _sender, file in again.files for row in file.rows),
        "unknown": [unknown_json(one) for one in again.unknown],
        "stored": [event.id for event in again.events],
        "closed": list(again.closed),
    }


def tell_again(again: Again, terminal: Terminal) -> None:
    """Say what mapping again did."""
    tell_closed(again.closed, terminal)
    if not again.events:
        if not again.closed:
            terminal.line(
                _("Every file stands as today's layouts and crosswalk read it; nothing was stored.")
            )
        return
    terminal.line(
        translate_plural(
            "{count} file was mapped again.", "{count} files were mapped again.", len(again.files)
        ).format(count=len(again.files))
    )
    if again.admitted > 0:
        terminal.line(
            translate_plural(
                "{count} row that waited has come in.",
                "{count} rows that waited have come in.",
                again.admitted,
            ).format(count=again.admitted)
        )
    if again.admitted < 0:
        terminal.line(
            translate_plural("{count} row waits again.", "{count} rows wait again.", -again.admitted).format(
                count=-again.admitted
            )
        )


def tell_closed(files: Sequence[str], terminal: Terminal) -> None:
    """Say which files could not be read again: a merge brought them."""
    if files:
        terminal.line(
            _(
                "A copy with other keys took {files}, and only there can it be mapped again: "
                "do it there and merge, or take the file here."
            ).format(files=", ".join(files))
        )


def _restore(arguments: argparse.Namespace, sender: Party | None, terminal: Terminal) -> int:
    from exchange.workspace.retaking import restore

    restored = restore(terminal.workspace(), arguments.restore, sender, passphrase_of(arguments))
    if terminal.json:
        terminal.record(
            {
                "restored": {
                    "sha256": restored.file.sha256,
                    "sender": restored.sender,
                    "rows": restored.replaced,
                    "stored": restored.event is not None,
                }
            }
        )
    elif restored.event is None:
        terminal.line(
            _("{file}: nothing newer has replaced a row of it; nothing was stored.").format(
                file=restored.file.file
            )
        )
    else:
        terminal.line(
            translate_plural(
                "{file} from {sender} is the newest again; {count} row that did not stand stands.",
                "{file} from {sender} is the newest again; {count} rows that did not stand stand.",
                restored.replaced,
            ).format(file=restored.file.file, sender=restored.sender, count=restored.replaced)
        )
    return Exit.HOLDS


def _withdraw(prefix: str, sender: Party | None, terminal: Terminal) -> int:
    from exchange.workspace.retaking import withdraw

    back = withdraw(terminal.workspace(), prefix, sender)
    if terminal.json:
        terminal.record(
            {
                "withdrawn": {
                    "sha256": back.file.sha256,
                    "sender": back.sender,
                    "file": back.file.name,
                    "rows": back.rows,
                    "sealed": [str(one.body["name"]) for one in back.sealed],
                }
            }
        )
        return Exit.HOLDS
    _tell_withdrawal(back, terminal)
    return Exit.HOLDS


def _tell_withdrawal(back: TakenBack, terminal: Terminal) -> None:
    terminal.line(
        translate_plural(
            "{file} from {sender} is withdrawn; {count} row of it stood.",
            "{file} from {sender} is withdrawn; {count} rows of it stood.",
            back.rows,
        ).format(file=back.file.name, sender=back.sender, count=back.rows)
    )
    for one in back.sealed:
        terminal.line(
            _(
                "  {package} was sealed while it stood and is not touched; seal that period again to replace it."
            ).format(package=str(one.body["name"]))
        )

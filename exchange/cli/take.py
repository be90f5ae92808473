"""``enblanket take PATH… --from PARTY``: files of one sender into the workspace, or shown without storing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli import retake, take_answers
from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.take_progress import asking, watching
from exchange.cli.take_report import file_json, file_lines
from exchange.cli.terminal import Exit, Terminal
from exchange.cli.unknown_names import tell_unknown, unknown_json
from exchange.cli.waiting_rows import NONE_WAITED, Admitted, admit, tell_admitted
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.intake.mapping import MappedRow
    from exchange.parties import Party
    from exchange.workspace.taking import Order, Taken


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``take`` takes."""
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help=_("Excel or CSV files, or a folder or ZIP of canonical CSV"),
    )
    parser.add_argument(
        "--from",
        dest="sender",
        metavar="PARTY",
        help=_("who sent them: municipality code or CVR number"),
    )
    parser.add_argument(
        "--layout", metavar="NAME", help=_("read by this layout; else the one that fits each file")
    )
    parser.add_argument(
        "--complete", action="store_true", help=_("the placements are all that the sender has")
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=_("show what would be taken and store nothing")
    )
    retake.add_options(parser)
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Take them; 1 where a cell cannot be read."""
    if retake.is_asked(arguments):
        return retake.run(arguments, terminal)
    if not arguments.paths or arguments.sender is None:
        raise UsageError(_("Name the files and who sent them: enblanket take FILE... --from PARTY."))
    from exchange.parties import parse_party

    sender = parse_party(arguments.sender)
    paths = [terminal.here / path for path in arguments.paths]
    answers, rest = take_answers.sorted_out(paths) if arguments.layout is None else ([], paths)
    if answers:
        take_answers.take_them(answers, sender, terminal, dry_run=arguments.dry_run)
    return _take(arguments, sender, rest, terminal) if rest else Exit.HOLDS


def _take(arguments: argparse.Namespace, sender: Party, paths: list[Path], terminal: Terminal) -> int:
    from exchange.workspace.taking import Order, take

    passphrase = passphrase_of(arguments)
    with watching(terminal) as watch:
        order = Order(
            paths=paths,
            sender=sender,
            layout=arguments.layout,
            complete=arguments.complete,
            dry_run=arguments.dry_run,
            passphrase=asking(passphrase, watch),
            watch=watch,
        )
        taken = take(terminal.workspace(), order)
    brings = _brings_what_rows_wait_for(taken)
    admitted = admit(arguments, passphrase, terminal.workspace()) if brings else NONE_WAITED
    return show(taken, order, terminal, admitted)


def _brings_what_rows_wait_for(taken: Taken) -> bool:
    return taken.event is not None and any(
        row.table in {"placements", "mentors"} for file in taken.files for row in file.rows
    )


def show(taken: Taken, order: Order, terminal: Terminal, admitted: Admitted = NONE_WAITED) -> int:
    """Say what came of a take; 1 where a cell cannot be read."""
    if terminal.json:
        _write(taken, terminal, admitted)
    else:
        _tell(taken, terminal, dry_run=order.dry_run)
    tell_admitted(admitted, terminal)
    _warn(taken, order.sender.id, terminal)
    return Exit.OPEN if taken.findings else Exit.HOLDS


def _warn(taken: Taken, sender: str, terminal: Terminal) -> None:
    if taken.stranger:
        terminal.note(
            _("{party} is no party of an agreement here; check --from, or add its agreement.").format(
                party=sender
            )
        )
    for file in taken.files:
        if file.skipped and not file.rows and all(one.why == "not-sender's" for one in file.skipped):
            terminal.note(
                _(
                    "{file}: every row is about another jobcentre than {party}; check --from, or withdraw what "
                    "was taken from the wrong sender before (“enblanket take --list”)."
                ).format(file=file.file, party=sender)
            )


def _write(taken: Taken, terminal: Terminal, admitted: Admitted) -> None:
    for file in taken.files:
        for row in file.rows:
            terminal.record(_row(row))
    terminal.record({"summary": {**_summary(taken), "admitted": admitted.rows}})


def _row(row: MappedRow) -> dict[str, object]:
    found: dict[str, object] = {"table": row.table, "row": dict(row.values), "cells": dict(row.cells)}
    if row.unresolved:
        found["unresolved"] = list(row.unresolved)
    return found


def _summary(taken: Taken) -> dict[str, object]:
    return {
        "files": len(taken.files),
        "rows_read": sum(file.rows_read for file in taken.files),
        "rows_mapped": sum(len(file.rows) for file in taken.files),
        "rows_skipped": sum(len(file.skipped) for file in taken.files),
        "skipped": [
            {"file": one.file, "sheet": one.sheet, "row": one.row, "why": one.why}
            for file in taken.files
            for one in file.skipped
        ],
        "findings": taken.findings,
        "waiting": sum(bool(row.unresolved) for file in taken.files for row in file.rows),
        "unknown": [unknown_json(one) for one in taken.unknown],
        "already_taken": list(taken.already),
        "replaced": dict(taken.replaced),
        "stored": taken.event is not None,
        "reports": [file_json(file, already=file.file in taken.already) for file in taken.files],
    }


def _tell(taken: Taken, terminal: Terminal, *, dry_run: bool) -> None:
    for file in taken.files:
        already = file.file in taken.already
        for line in file_lines(file):
            terminal.line(line)
        for notice in file.notices:
            if notice not in file.guessed:
                terminal.note(notice)
        if already:
            terminal.line(_("  already taken: same bytes, layout, crosswalk and sender; nothing stored."))
            _tell_replaced(taken.replaced.get(file.sha256, 0), file.sha256, terminal)
    _tell_outcome(taken, terminal, dry_run=dry_run)


def _tell_outcome(taken: Taken, terminal: Terminal, *, dry_run: bool) -> None:
    tell_unknown(taken.unknown, terminal)
    if taken.findings:
        terminal.line(
            translate_plural(
                "{count} cell cannot be read as the form asks; “enblanket check” shows it.",
                "{count} cells cannot be read as the form asks; “enblanket check” shows them.",
                taken.findings,
            ).format(count=taken.findings)
        )
    if dry_run:
        terminal.note(_("Nothing was stored (--dry-run)."))
    elif taken.event is not None:
        terminal.note(_("Stored as event {id}.").format(id=taken.event.id[:12]))


def _tell_replaced(rows: int, sha256: str, terminal: Terminal) -> None:
    if rows:
        terminal.line(
            translate_plural(
                "  {count} row of it was replaced by a newer file; “enblanket take --restore {sha256}” puts it back.",
                "  {count} rows of it were replaced by newer files; “enblanket take --restore {sha256}” puts them back.",
                rows,
            ).format(count=rows, sha256=sha256[:12])
        )

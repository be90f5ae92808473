"""``enblanket form write | read``: the one form as an Excel workbook, for those who have no software, and what a filled one says."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.language import choose, current
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.parties import Party
    from exchange.workspace.form_desk import Drafted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``form`` takes."""
    parser.add_argument(
        "action", choices=("write", "read"), help=_("write a form to fill in, or show what filled ones say")
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help=_("read: the filled forms; nothing is stored")
    )
    parser.add_argument("--agreement", metavar="ID", help=_("write: the agreement"))
    parser.add_argument(
        "--party", metavar="PARTY", help=_("write: who fills it in, municipality code or CVR number")
    )
    parser.add_argument(
        "--period", metavar="START..END", help=_("write: whole months, as 2016-03-01..2016-03-31")
    )
    parser.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="NAME",
        help=_("write: only these tables; may be repeated"),
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE.xlsx", help=_("write: where to; else the outbox of the workspace")
    )
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write a form, or show what filled ones say."""
    return (_write if arguments.action == "write" else _read)(arguments, terminal)


def _write(arguments: argparse.Namespace, terminal: Terminal) -> int:
    for name in ("agreement", "party", "period"):
        if getattr(arguments, name) is None:
            raise UsageError(_("“enblanket form write” needs --{option}.").format(option=name))
    if arguments.files:
        raise UsageError(_("“enblanket form write” reads no files; --out says where the form goes."))
    from exchange.atomic import write_atomically
    from exchange.form.workbook.write import write_form
    from exchange.parties import parse_party
    from exchange.periods import parse_period
    from exchange.workspace.form_desk import Wanted, draft_form

    workspace = terminal.workspace()
    wanted = Wanted(
        agreement_id=arguments.agreement,
        party=parse_party(arguments.party),
        period=parse_period(arguments.period),
        tables=arguments.table,
        language=current(),
    )
    drafted = draft_form(workspace, wanted)
    path = terminal.here / arguments.out if arguments.out else workspace.outbox / _name_of(drafted)
    content = write_form(drafted.blank)
    _refuse_another(path, content)
    write_atomically(path, content)
    _tell(drafted, path, terminal)
    return Exit.HOLDS


def _name_of(drafted: Drafted) -> str:
    blank = drafted.blank
    # An id may hold a colon, which Windows forbids in a file name.
    agreement = re.sub(r"[^A-Za-z0-9._-]", "_", blank.agreement_id)
    return f"{choose('blanket', 'form')}_{agreement}_{blank.party.id}_{blank.period.start}_{blank.period.end}.xlsx"


def _refuse_another(path: Path, content: bytes) -> None:
    """Never write over a form that somebody may have filled in."""
    if path.suffix.lower() != ".xlsx":
        raise UsageError(_("{path}: name the form .xlsx.").format(path=path))
    if path.exists() and path.read_bytes() != content:
        raise UsageError(
            _("{path} is there already and may be filled in: name another file with --out.").format(path=path)
        )


def _tell(drafted: Drafted, path: Path, terminal: Terminal) -> None:
    from exchange.form.tables import table

    blank = drafted.blank
    counts = {name: len(blank.rows.get(name, ())) for name in blank.tables}
    if terminal.json:
        terminal.record(
            {"file": str(path), "tables": counts, "hidden": drafted.hidden, "left_out": drafted.left_out}
        )
    else:
        terminal.line(str(path))
        terminal.line(_("Rows filled in beforehand:"))
        for name, count in counts.items():
            terminal.line(f"  {table(name).label:<20} {count}")
    if drafted.hidden:
        terminal.note(
            _("CPR numbers are hidden in the form; texts that hold one: {count}.").format(
                count=drafted.hidden
            )
        )
    if drafted.left_out:
        terminal.note(
            _(
                "Rows left out, because an id holds a CPR number or a text is too long for a cell: {count}."
            ).format(count=drafted.left_out)
        )


def _read(arguments: argparse.Namespace, terminal: Terminal) -> int:
    if not arguments.files:
        raise UsageError(_("“enblanket form read” needs the filled forms: name the files."))
    from exchange.cli.take import show
    from exchange.workspace.taking import Order, take

    workspace = terminal.workspace()
    codes: list[int] = []
    for sender, paths in _by_sender([terminal.here / path for path in arguments.files]).items():
        order = Order(paths=paths, sender=sender, dry_run=True, passphrase=passphrase_of(arguments))
        codes.append(show(take(workspace, order), order, terminal))
    return max(codes)


def _by_sender(paths: list[Path]) -> dict[Party, list[Path]]:
    from exchange.intake.read import form_mark
    from exchange.workspace.handed_in import bytes_of

    found: dict[Party, list[Path]] = {}
    for path in paths:
        found.setdefault(form_mark(path.name, bytes_of(path)).party, []).append(path)
    return found

"""``enblanket validate PATH``: any data package, resource or delimited file against its own schemas.

The answer is a frictionless Report; ``--compat frictionless`` judges exactly as frictionless 5.21 does.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from exchange.validation.report import Report
    from exchange.validation.sheets import SheetChoice

_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``validate`` takes."""
    parser.add_argument(
        "source",
        metavar="PATH",
        help=_("a datapackage.json, a resource descriptor, or a .csv, .tsv, .xlsx or .jsonl file"),
    )
    parser.add_argument(
        "--compat",
        choices=("frictionless",),
        help=_("judge exactly as frictionless does, its oddities included"),
    )
    parser.add_argument(
        "--limit-errors",
        type=_whole_number,
        metavar="N",
        help=_("stop a table after N errors; 0 for never (default; with --compat 1000)"),
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Validate and print the report."""
    from exchange.validation.report import report_text
    from exchange.validation.validate import COMPAT_LIMIT, Way, validate

    limit = arguments.limit_errors
    if arguments.compat and limit is None:
        limit = COMPAT_LIMIT
    way = Way("compat" if arguments.compat else "strict", limit, _sheet_rows)
    report = validate(arguments.source, terminal.here, way)
    if terminal.json:
        for text in report_text(report):
            terminal.out.write(text.encode("ascii"))
        terminal.out.write(b"\n")
    else:
        _tell(report, terminal)
    return Exit.HOLDS if report.valid else Exit.OPEN


def _sheet_rows(path: Path, choice: SheetChoice) -> Sequence[Sequence[object]] | None:
    """Read a workbook's sheet; what reads Excel is imported only for one."""
    from exchange.cli.workbook import sheet_rows

    return sheet_rows(path, choice)


def _whole_number(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _tell(report: Report, terminal: Terminal) -> None:
    from exchange.validation.report import message_of

    for error in report.errors:
        terminal.line(message_of(error))
    for task in report.tasks:
        verdict = _("valid") if not task.errors else _("{count} errors").format(count=len(task.errors))
        terminal.line(f"{task.place}: {verdict}")
        for error in task.errors[:_SHOWN]:
            terminal.line(f"  {message_of(error)}")
        if len(task.errors) > _SHOWN:
            terminal.line(
                _("  … and {count} more; --format json has them all.").format(count=len(task.errors) - _SHOWN)
            )
        for warning in task.warnings:
            terminal.line(f"  {warning}")

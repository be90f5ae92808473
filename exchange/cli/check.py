"""``enblanket check``: what does not agree, rule by rule, with the cells of both sides and the kroner at stake."""

from __future__ import annotations

import argparse
from itertools import groupby
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.checks.findings import Evidence
    from exchange.review.open_list import Entry

_CELLS_SHOWN = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``check`` takes."""
    parser.add_argument("--period", metavar="START..END", help=_("show only what is about this period"))
    parser.add_argument(
        "--auditor", metavar="PROFILE", help=_("judge by this auditor's profile instead of each party's own")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check, print, and say whether anything is open."""
    from exchange.checks.spans import touches
    from exchange.cli.wording import weighs
    from exchange.periods import parse_period
    from exchange.reports.findings import entry_json

    workspace = terminal.workspace()
    period = parse_period(arguments.period) if arguments.period else None
    _refuse_unknown(arguments.auditor, workspace.profiles() if arguments.auditor else {})
    if arguments.auditor is None:
        for name in workspace.unknown_profiles():
            terminal.note(
                _(
                    "The auditor profile {name} is not known here and its demands are not judged; put it in auditors/{name}.toml."
                ).format(name=name)
            )
    entries = [
        entry
        for entry in workspace.review(arguments.auditor).entries
        if period is None or touches(entry.finding, period)
    ]
    if terminal.json:
        for entry in entries:
            terminal.record(entry_json(entry))
    else:
        _tell(entries, terminal)
    return Exit.OPEN if weighs(entries) else Exit.HOLDS


def _refuse_unknown(auditor: str | None, known: object) -> None:
    from exchange.errors import RuleError

    if auditor is not None and isinstance(known, dict) and auditor not in known:
        raise RuleError(
            _("There is no auditor profile “{name}”: give one of {known}.").format(
                name=auditor[:64], known=", ".join(sorted(known)) or "–"
            )
        )


def _tell(entries: Sequence[Entry], terminal: Terminal) -> None:
    from exchange.checks.rules import load_rules

    rules = load_rules().rules
    for rule_id, group in groupby(entries, key=lambda entry: entry.finding.rule):
        found = list(group)
        title = rules[rule_id].text.title if rule_id in rules else ""
        terminal.line(f"{rule_id} {title}: {_counted(found)}")
        for entry in found:
            _tell_entry(entry, terminal)
        terminal.line()
    terminal.line(_total(entries))


def _tell_entry(entry: Entry, terminal: Terminal) -> None:
    from exchange.cli.wording import cell_value
    from exchange.workspace.wording import severity_word, status_word

    finding = entry.finding
    state = severity_word(finding.severity)
    if entry.status != "open":
        state = f"{state}, {status_word(entry.status)}"
    terminal.line(f"  {finding.finding_id[:8]} [{state}] {finding.message}")
    for item in finding.evidence[:_CELLS_SHOWN]:
        terminal.line(f"           {_place(item)}: {cell_value(item)}")
    more = len(finding.evidence) - _CELLS_SHOWN
    if more > 0:
        terminal.line(
            "           "
            + translate_plural("and {count} more cell", "and {count} more cells", more).format(count=more)
        )
    if entry.is_open:
        terminal.line(f"           → {finding.cure}")


def _place(item: Evidence) -> str:
    name = f"{item.table}.{item.field}"
    if item.file is None:
        return name
    where = " › ".join(part for part in (item.file, item.sheet, item.cell) if part)
    return f"{where} ({name})"


def _counted(entries: Sequence[Entry]) -> str:
    count = translate_plural("{count} finding", "{count} findings", len(entries)).format(count=len(entries))
    at_stake = _at_stake(entries)
    return f"{count}, {at_stake}" if at_stake else count


def _at_stake(entries: Sequence[Entry]) -> str:
    from decimal import Decimal

    from exchange.figures import kroner

    amount = sum(
        (abs(e.finding.amount_dkk) for e in entries if e.is_open and e.finding.amount_dkk), Decimal(0)
    )
    return _("{amount} at stake").format(amount=kroner(amount)) if amount else ""


def _total(entries: Sequence[Entry]) -> str:
    opened = [entry for entry in entries if entry.is_open]
    count = {
        severity: sum(e.finding.severity == severity for e in opened)
        for severity in ("error", "warning", "info")
    }
    text = _("Open: {error} errors, {warning} warnings, {info} info; decided or settled: {done}.").format(
        **count, done=len(entries) - len(opened)
    )
    at_stake = _at_stake(entries)
    return f"{text} {at_stake}" if at_stake else text

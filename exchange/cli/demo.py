"""``enblanket demo [DIR]``: the whole main job on the samples, told for a person on one screen."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import quoted, translate_plural
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.checks.findings import Evidence
    from exchange.review.open_list import Entry
    from exchange.workspace.demonstration import Answer, Story
    from exchange.workspace.taking import Taken

_SHOWN_IN_FULL = (("R03", "minutes-as-hours"), ("R04", "day-month-swapped"))
_REASONS_SHOWN = 5
# No line is longer than 118 columns; what a finding says is broken at 112.
_LAYOUTS_WIDTH, _KIND_WIDTH, _REASON_WIDTH, _MESSAGE_WIDTH = 76, 56, 86, 112


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``demo`` takes."""
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        default=Path("enblanket-demo"),
        metavar="DIR",
        help=_("a new folder for the workspace; enblanket-demo if left out"),
    )
    parser.add_argument(
        "--review",
        action="store_true",
        help=_("then open its findings, with a tour of five steps that Esc leaves"),
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do it all, and tell it."""
    from exchange.workspace.demonstration import perform

    story = perform(terminal.here / arguments.folder, terminal.clock)
    if not terminal.quiet:
        _tell(story, terminal, arguments.folder)
    if arguments.review:
        from exchange.cli.review import show_tour

        show_tour(story.workspace, terminal)
    return Exit.HOLDS


def _tell(story: Story, terminal: Terminal, folder: Path) -> None:
    terminal.line(
        _("Five jobcentres, one company, 26 weeks of 2016. All people and the company are invented.")
    )
    _tell_taken(story, terminal)
    _tell_found(story.found, terminal)
    _tell_two(story.found, terminal)
    _tell_answers(story, terminal)
    _tell_settlement(story, terminal)
    _tell_packages(story, terminal)
    _tell_next(story, terminal, folder)


def _tell_taken(story: Story, terminal: Terminal) -> None:
    from exchange.figures import number

    _head(terminal, _("1  Who sent what, in which layout"))
    lead = story.workspace.owner.party.id
    for sender, taken in sorted(story.taken.items(), key=lambda one: one[0] != lead):
        rows = sum(len(file.rows) for file in taken.files)
        layouts = _cut(_layouts(taken), _LAYOUTS_WIDTH)
        terminal.line(f"   {_name(sender):<23} {layouts:<{_LAYOUTS_WIDTH}} {number(rows):>9}")


def _layouts(taken: Taken) -> str:
    names = Counter(file.layout for file in taken.files)
    return ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in names.items())


def _name(sender: str) -> str:
    from exchange.form.codes import code_list

    code = code_list("municipality").get(sender)
    return f"{sender} {code.label_da}" if code else _("{cvr} the company").format(cvr=sender)


def _tell_found(found: Sequence[Entry], terminal: Terminal) -> None:
    from exchange.checks.rules import load_rules

    kinds = Counter(entry.finding.severity for entry in found)
    _head(
        terminal,
        _("2  What does not agree: {errors} errors, {warnings} warnings, {amount} at stake").format(
            errors=kinds["error"], warnings=kinds["warning"], amount=_at_stake(found)
        ),
    )
    cells = []
    for rule, group in groupby(found, key=lambda entry: entry.finding.rule):
        entries = list(group)
        title = load_rules().rule(rule).text.title
        at_stake = _at_stake(entries)
        room = _KIND_WIDTH - len(at_stake)
        kind = _cut(f"{rule:<4} {len(entries):>2} × {title}", room - 1)
        cells.append(f"{kind:<{room}}{at_stake}")
    half = (len(cells) + 1) // 2
    for left, right in zip(cells[:half], [*cells[half:], ""], strict=False):
        terminal.line(f"   {left}  {right}".rstrip())


def _at_stake(entries: Sequence[Entry]) -> str:
    from exchange.figures import kroner

    amount = sum((abs(one.finding.amount_dkk) for one in entries if one.finding.amount_dkk), Decimal(0))
    return kroner(amount) if amount else ""


def _tell_two(found: Sequence[Entry], terminal: Terminal) -> None:
    from exchange.cli.wording import cell_value

    _head(terminal, _("3  Two of them, with the cells of both sides"))
    for rule, cause in _SHOWN_IN_FULL:
        finding = next(
            entry.finding
            for entry in found
            if (entry.finding.rule, entry.finding.likely_cause) == (rule, cause)
        )
        _paragraph(terminal, f"   {rule}  ", finding.message)
        for item in _both_sides(finding.evidence):
            terminal.line(f"        {_place(item)}: {cell_value(item)}")
        _paragraph(terminal, " " * 8, _("Cure: {cure}").format(cure=finding.cure))


def _both_sides(evidence: Sequence[Evidence]) -> list[Evidence]:
    first: dict[str, Evidence] = {}
    for item in evidence:
        first.setdefault(dict(item.key).get("reporter", item.table), item)
    return list(first.values())


def _place(item: Evidence) -> str:
    return " › ".join(part for part in (item.file, item.sheet, item.cell) if part)


def _tell_answers(story: Story, terminal: Terminal) -> None:
    from exchange.workspace.wording import decided

    verbs = Counter(answer.verb for answer in story.answers)
    _head(
        terminal,
        _("4  Decided by the coordinator: {counts}; still open: {errors} errors, {warnings} warnings").format(
            counts=", ".join(f"{count} {decided(verb)}" for verb, count in verbs.items()),
            errors=story.open_after["error"],
            warnings=story.open_after["warning"],
        ),
    )
    for answer in _telling(story.answers):
        reason = quoted(_cut(answer.reason, _REASON_WIDTH))
        terminal.line(f"   {answer.entry.finding.rule:<12} {decided(answer.verb):<10} {reason}")


def _telling(answers: Sequence[Answer]) -> list[Answer]:
    """Return one decision of each kind first, then others, in the order they were made."""
    firsts = list({answer.verb: answer for answer in reversed(answers)}.values())
    others = [answer for answer in answers if answer not in firsts]
    chosen = [*firsts, *others][:_REASONS_SHOWN]
    return [answer for answer in answers if answer in chosen]


def _tell_settlement(story: Story, terminal: Terminal) -> None:
    from exchange.cli.wording import arithmetic
    from exchange.figures import day, kroner
    from exchange.settlement.settle import Line, Total
    from exchange.workspace.demonstration import PERIOD

    span = _("5  Settlement {start} – {end}").format(start=day(PERIOD.start), end=day(PERIOD.end))
    _head(terminal, span)
    first = next(line for line in story.settlement if isinstance(line, Line))
    for line in story.settlement:
        if isinstance(line, Total):
            lines = sum(isinstance(one, Line) and one.jobcentre == line.jobcentre for one in story.settlement)
            count = translate_plural("{count} placement", "{count} placements", lines).format(count=lines)
            terminal.line(f"   {_name(line.jobcentre):<23} {kroner(line.total):>15}   {count}")
    terminal.line(
        _("   for instance {placement}: {arithmetic}").format(
            placement=first.placement_id, arithmetic=arithmetic(first)
        )
    )


def _tell_packages(story: Story, terminal: Terminal) -> None:
    from exchange.workspace.wording import verdict_word

    _head(terminal, _("6  Sealed, one signed package per auditor, and the auditor’s verdict offline"))
    for package, verdict in story.packages:
        terminal.line(f"   {package.path.name:<62} {verdict_word(verdict.verdict)}")
    broken = next(check for check in story.tampered.checks if check.ok is False)
    terminal.line(
        _("   the first of them with one byte altered: {verdict} ({code})").format(
            verdict=verdict_word(story.tampered.verdict), code=broken.code
        )
    )


def _tell_next(story: Story, terminal: Terminal, folder: Path) -> None:
    lead = story.workspace.owner.party.id
    package = story.packages[0][0].path.name
    _head(terminal, _("7  Try it yourself"))
    for command in (
        f"cd {folder}",
        "enblanket status",
        "enblanket review",
        "enblanket explain R04",
        f"enblanket verify outbox/{package} --trust keys/{lead}.card",
    ):
        terminal.line(f"   {command}")


def _head(terminal: Terminal, text: str) -> None:
    terminal.line()
    terminal.line(text)


def _cut(text: str, width: int) -> str:
    """Return the text, or as many whole words of it as the width holds and the sign that more follows."""
    if len(text) <= width:
        return text
    words = text[: width - 1].rpartition(" ")[0] or text[: width - 2]
    return f"{words.rstrip(' ,;')} …"


def _paragraph(terminal: Terminal, indent: str, text: str) -> None:
    for line in wrap(text, _MESSAGE_WIDTH, initial_indent=indent, subsequent_indent=" " * 8):
        terminal.line(line)

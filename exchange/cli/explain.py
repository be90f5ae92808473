"""``enblanket explain RULE``: what a rule asks, why, and the cure; without a rule, the whole catalogue by title."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.checks.rules import Rule


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``explain`` takes."""
    parser.add_argument("rule", metavar="RULE", nargs="?", help=_("a rule as R03; none lists them all"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Say it in the language in force."""
    from exchange.checks.rules import load_rules

    rule_set = load_rules()
    if arguments.rule is None:
        for _id, rule in sorted(rule_set.rules.items()):
            _title(rule, terminal)
        return Exit.HOLDS
    by_name = {rule_id.casefold(): rule_id for rule_id in rule_set.rules}
    rule = rule_set.rule(by_name.get(arguments.rule.casefold(), arguments.rule))
    if terminal.json:
        terminal.record(_as_json(rule))
    else:
        _tell(rule, terminal)
    return Exit.HOLDS


def _title(rule: Rule, terminal: Terminal) -> None:
    if terminal.json:
        terminal.record(_as_json(rule))
    else:
        terminal.line(f"{rule.id:<20} {rule.text.title}")


def _tell(rule: Rule, terminal: Terminal) -> None:
    from exchange.cli.wording import severity_word

    terminal.line(f"{rule.id} {rule.name} ({severity_word(rule.severity)})")
    terminal.line(rule.text.title)
    terminal.line()
    for heading, text in (
        (_("What and why"), rule.text.explanation),
        (_("What to do"), rule.text.cure),
        (_("Basis"), rule.text.basis),
        (_("One finding for each"), ", ".join(rule.subject)),
        (_("The auditor's profile or the agreement sets"), ", ".join(rule.parameters)),
    ):
        if text:
            terminal.line(f"{heading}: {text}")


def _as_json(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.id,
        "version": rule.version,
        "name": rule.name,
        "severity": rule.severity,
        "subject": list(rule.subject),
        "parameters": list(rule.parameters),
        "title": rule.text.title,
        "explanation": rule.text.explanation,
        "cure": rule.text.cure,
        "basis": rule.text.basis,
    }

"""``enblanket explain RULE``: what a rule asks, by what law or contract and since when, and the cure.

Without a rule, the whole catalogue by title; with a family's letter, as ``F``, every rule of the family.
"""

from __future__ import annotations

import argparse
from decimal import Decimal
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.checks.parameters import Parameter
    from exchange.checks.rules import Rule, RuleSet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``explain`` takes."""
    parser.add_argument(
        "rule", metavar="RULE", nargs="?", help=_("a rule as R03 or a family as R; none lists them all")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Say it in the language in force."""
    from exchange.checks.rules import load_rules

    rule_set = load_rules()
    if arguments.rule is None:
        for _id, rule in sorted(rule_set.rules.items()):
            _title(rule, rule_set, terminal)
        return Exit.HOLDS
    for place, rule in enumerate(_named(arguments.rule, rule_set)):
        if terminal.json:
            terminal.record(_as_json(rule, rule_set))
            continue
        if place:
            terminal.line()
        _tell(rule, rule_set, terminal)
    return Exit.HOLDS


def _named(name: str, rule_set: RuleSet) -> Sequence[Rule]:
    by_name = {rule_id.casefold(): rule for rule_id, rule in rule_set.rules.items()}
    wanted = name.casefold()
    if len(wanted) == 1 and any(rule_id.startswith(wanted) for rule_id in by_name):
        return [rule for rule_id, rule in sorted(by_name.items()) if rule_id.startswith(wanted)]
    return [by_name[wanted] if wanted in by_name else rule_set.rule(name)]


def _title(rule: Rule, rule_set: RuleSet, terminal: Terminal) -> None:
    if terminal.json:
        terminal.record(_as_json(rule, rule_set))
    else:
        terminal.line(f"{rule.id:<20} {rule.text.title}")


def _tell(rule: Rule, rule_set: RuleSet, terminal: Terminal) -> None:
    terminal.line(f"{rule.id} {rule.name} ({_severity(rule)})")
    terminal.line(rule.text.title)
    terminal.line()
    for heading, text in (
        (_("What and why"), rule.text.explanation),
        (_("What to do"), rule.text.cure),
        (_("Basis"), rule.text.basis),
        (_("Since"), _since(rule)),
        (_("One finding for each"), ", ".join(rule.subject)),
    ):
        terminal.line(f"{heading}: {text}")
    for parameter in _parameters(rule, rule_set):
        terminal.line(_("Set by {who}").format(who=_set_by(parameter)))


def _parameters(rule: Rule, rule_set: RuleSet) -> Sequence[Parameter]:
    from exchange.checks.parameters import parameters_of

    return parameters_of(rule, rule_set)


def _severity(rule: Rule) -> str:
    from exchange.checks.profiles import RULES_WITH_PROFILE_SEVERITY
    from exchange.workspace.wording import severity_word

    word = severity_word(rule.severity)
    if rule.id in RULES_WITH_PROFILE_SEVERITY:
        return _("{severity}, or what the auditor's profile says").format(severity=word)
    return word


def _since(rule: Rule) -> str:
    from exchange.figures import day

    if rule.valid_to is None:
        return day(rule.valid_from)
    return _("{first}, until {last}").format(first=day(rule.valid_from), last=day(rule.valid_to))


def _set_by(parameter: Parameter) -> str:
    sentences = {
        "agreement": (
            _("the agreement: {name} ({title})"),
            _("the agreement: {name} ({title}); {default} where it says nothing"),
        ),
        "auditor": (
            _("the auditor's profile: {name} ({title}); not asked where it says nothing"),
            _("the auditor's profile: {name} ({title}); {default} where it says nothing"),
        ),
        "rule-set": (_("the rule set: {name}"), _("the rule set: {name} is {default}")),
    }
    without, with_default = sentences[parameter.set_by]
    asked = parameter.default not in (None, "") and parameter.default is not False
    return (with_default if asked else without).format(
        name=parameter.name, title=parameter.title, default=_default(parameter)
    )


def _default(parameter: Parameter) -> str:
    from exchange.checks.wording import shown

    return f"{shown(parameter.name, parameter.default)} {parameter.unit}".rstrip()


def _as_json(rule: Rule, rule_set: RuleSet) -> dict[str, object]:
    return {
        "rule": rule.id,
        "version": rule.version,
        "name": rule.name,
        "severity": rule.severity,
        "subject": list(rule.subject),
        "parameters": list(rule.parameters),
        "defaults": {one.name: _plain(one.default) for one in _parameters(rule, rule_set)},
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "title": rule.text.title,
        "explanation": rule.text.explanation,
        "cure": rule.text.cure,
        "basis": rule.text.basis,
    }


def _plain(value: object) -> object:
    return f"{value:.2f}" if isinstance(value, Decimal) else value

"""Findings in words: a rule's template and named values in, one sentence in the user's language out.

Values are data: they are shown on one line, shortened, with nothing unseen and without CPR numbers, and a
template can only name them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from exchange.checks.rules import Rule
from exchange.errors import RuleError
from exchange.figures import day, number
from exchange.form.codes import code_lists
from exchange.form.confidential import masked
from exchange.language import choose
from exchange.language import translate as _
from exchange.sanitise import visible

_NAMED = re.compile(r"\{([a-z0-9_]+)\}")
_LONGEST = 120


def message_of(rule: Rule, values: Mapping[str, object], likely_cause: str | None) -> str:
    """Return the rule's message with its values filled in; ``{cause}`` is the likely cause in words.

    Raises:
        RuleError: the message names a value that the SELECT does not give.
    """
    causes = rule.text.causes

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        if name == "cause":
            return causes.get(likely_cause or "", "")
        if name not in values:
            raise RuleError(
                _("{file}, line {line}: the SELECT does not give “{value}”, which the message names.").format(
                    file=rule.file, line=rule.line, value=name
                )
            )
        return shown(name, values[name])

    return _NAMED.sub(filled, rule.text.message).strip()


def shown(name: str, value: object) -> str:
    """Return one value as a reader of the language in force writes it; money in columns that end in ``_ore``."""
    match value:
        case None:
            text = "–"
        case bool():
            text = choose("ja", "yes") if value else choose("nej", "no")
        case int() | Decimal() if name.endswith("_ore"):
            text = number(Decimal(value) / 100, 2)
        case Decimal():
            text = number(value)
        case date():
            text = day(value)
        case _:
            text = _shown_text(name, str(value))
    return text


def on_one_line(text: str) -> str:
    """Return a text from a file as it is shown in a sentence: one line, nothing unseen, at most 120 characters."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _shown_text(name: str, text: str) -> str:
    listed = code_lists().get(name)
    label = next((code.label for code in listed.codes if code.code == text), None) if listed else None
    return on_one_line(masked(label or text))

"""Findings in words: a rule's template and named values in, one sentence in the user's language out.

Values are data: they are shown on one line, shortened, without control characters and without CPR numbers, and a
template can only name them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

from exchange.checks.confidential import masked
from exchange.checks.rules import Rule
from exchange.errors import RuleError
from exchange.form.codes import code_lists
from exchange.language import choose
from exchange.language import translate as _

_NAMED = re.compile(r"\{([a-z0-9_]+)\}")
_LONGEST = 120


def message_of(rule: Rule, values: Mapping[str, object], likely_cause: str | None) -> str:
    """Return the rule's message with its values filled in; ``{cause}`` is the likely cause in words.

    Raises:
        RuleError: the message names a value that the SELECT does not give.
    """
    texts = {name: shown(name, value) for name, value in values.items()}
    texts["cause"] = rule.text.causes.get(likely_cause or "", "")

    def filled(match: re.Match[str]) -> str:
        if match[1] not in texts:
            raise RuleError(
                _("{file}: the message names “{value}”, which the SELECT does not give.").format(
                    file=rule.file, value=match[1]
                )
            )
        return texts[match[1]]

    return _NAMED.sub(filled, rule.text.message).strip()


def shown(name: str, value: object) -> str:
    """Return one value as a reader of the language in force writes it; money in columns that end in ``_ore``."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return choose("ja", "yes") if value else choose("nej", "no")
    if isinstance(value, int) and name.endswith("_ore"):
        return shown_number(Decimal(value) / 100)
    if isinstance(value, Decimal):
        return shown_number(value)
    if isinstance(value, date):
        return choose(f"{value:%d-%m-}{value.year:04}", value.isoformat())
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return _shown_text(name, str(value))


def shown_number(value: Decimal) -> str:
    """Return a number with two decimals, with the language's separators: 10.725,00 or 10,725.00."""
    text = f"{value:,.2f}"
    return choose(text.translate(str.maketrans(",.", ".,")), text)


def on_one_line(text: str) -> str:
    """Return the text without control and direction characters, on one line, at most 120 characters."""
    signs = (" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    line = " ".join("".join(signs).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _shown_text(name: str, text: str) -> str:
    listed = code_lists().get(name)
    label = next((code.label for code in listed.codes if code.code == text), None) if listed else None
    return on_one_line(masked(label or text))

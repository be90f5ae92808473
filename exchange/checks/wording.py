"""Findings in words: a rule's template and named values in, one sentence in the user's language out.

Values are data: they are shown on one line, shortened, with nothing unseen and without CPR numbers, and a
template can only name them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from exchange.checks.rules import Rule
from exchange.errors import RuleError
from exchange.figures import day, number
from exchange.form.codes import code_lists
from exchange.form.confidential import masked
from exchange.language import Language, choose, current
from exchange.language import translate as _
from exchange.sanitise import visible

_NAMED = re.compile(r"\{([a-z0-9_]+)\}")
_LONGEST = 120


def message_of(rule: Rule, values: Mapping[str, object], likely_cause: str | None) -> str:
    """Return the rule's message with its values filled in; ``{cause}`` is the likely cause in words.

    Raises:
        RuleError: the message names a value that the SELECT does not give.
    """
    text = rule.text
    said = []
    for part, name in _parts(text.message):
        said.append(part)
        if name == "cause":
            said.append(text.causes.get(likely_cause or "", ""))
        elif name in values:
            said.append(shown(name, values[name]))
        elif name:
            raise RuleError(
                _("{file}, line {line}: the SELECT does not give “{value}”, which the message names.").format(
                    file=rule.file, line=rule.line, value=name
                )
            )
    return "".join(said).strip()


@lru_cache(maxsize=256)
def _parts(message: str) -> tuple[tuple[str, str], ...]:
    """Return a message as texts, each with the name of the value that follows it; "" after the last."""
    texts = [*_NAMED.split(message), ""]
    return tuple(zip(texts[::2], texts[1::2], strict=True))


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
            text = _shown_day(value, current())
        case _:
            text = _shown_text(name, str(value))
    return text


def on_one_line(text: str) -> str:
    """Return a text from a file as it is shown in a sentence: one line, nothing unseen, at most 120 characters."""
    if " " not in text and text.isascii() and text.isprintable() and len(text) <= _LONGEST:
        return text
    line = visible(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


@lru_cache(maxsize=4096)
def _shown_day(value: date, _language: Language) -> str:
    """Return a date in the language in force; the days of a year come again and again."""
    return day(value)


def _shown_text(name: str, text: str) -> str:
    return on_one_line(masked(_labels(name, current()).get(text) or text))


@lru_cache(maxsize=256)
def _labels(name: str, _language: Language) -> Mapping[str, str]:
    """Return the labels, in the language in force, of the code list of that name; none where there is no such list."""
    listed = code_lists().get(name)
    return {code.code: code.label for code in reversed(listed.codes)} if listed else {}

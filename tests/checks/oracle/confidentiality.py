"""K-rules, cell by cell on what was reported."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tests.checks.oracle.facts import Verdict
from tests.checks.oracle.rows import Tables, every_cell

_NOTES = {"note", "purpose", "reason", "next_step", "work_capacity_note", "goal", "tasks"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_TELEPHONE = re.compile(r"(\+45|0045|\btlf\b)[.:]?\s*\d{2}\s?\d{2}\s?\d{2}\s?\d{2}", re.IGNORECASE)

_ZERO_WIDTH = "\u200b\u2060\ufeff"
_HYPHENS = "\u00ad\u2043\u2212"


def confidential(tables: Tables) -> Iterator[Verdict]:
    for table, key, column, text in every_cell(tables):
        subject = (table, key, column)
        if holds_number(text):
            yield Verdict("K01", subject, "error")
        if text[0] in "=+-@\t\r" and not re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?", text):
            yield Verdict("K02", subject, "warning")
        if column in _NOTES and (_EMAIL.search(text) or _TELEPHONE.search(text)):
            yield Verdict("K03", subject, "warning")


def holds_number(text: str) -> bool:
    """Walk the text by character classes: ``d`` digit, ``b`` blank, ``h`` hyphen, ``x`` any other."""
    classes = "".join(map(_class, text))
    for match in re.finditer(r"(?<!d)(?=(ddb?ddb?dd(?:b?h?|hb)dddd)(?!d))", classes):
        found = text[match.start() : match.start() + len(match.group(1))]
        digits = [unicodedata.digit(char) for char in found if _class(char) == "d"]
        if _in_calendar(10 * digits[0] + digits[1], 10 * digits[2] + digits[3]):
            return True
    return False


def _class(char: str) -> str:
    if unicodedata.category(char) == "Nd":
        return "d"
    if char.isspace() or char in _ZERO_WIDTH:
        return "b"
    return "h" if unicodedata.category(char) == "Pd" or char in _HYPHENS else "x"


def _in_calendar(day: int, month: int) -> bool:
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    return 1 <= month <= 12 and 1 <= day <= longest.get(month, 31)

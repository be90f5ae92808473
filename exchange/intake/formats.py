"""What an Excel number format makes of a number: a date, a time, or just a number.

In: a format code or a built-in id. Out: the kind of cell. Refuses nothing: what it does not know is a number.
Source: ECMA-376 part 1, 18.8.30 (built-in ids) and 18.8.31 (format codes).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

FormatKind = Literal["number", "date", "time"]

_BUILT_IN_DATES = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58))
_BUILT_IN_TIMES = frozenset((*range(18, 22), *range(32, 36), 45, 46, 47, 55, 56))
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P|General', re.IGNORECASE)


def built_in_kind(number_format: int) -> FormatKind:
    """Return the kind of a built-in format id."""
    if number_format in _BUILT_IN_DATES:
        return "date"
    return "time" if number_format in _BUILT_IN_TIMES else "number"


@lru_cache(maxsize=1024)
def code_kind(code: str) -> FormatKind:
    """Return the kind of a format code; only its first section (positive numbers) counts."""
    elapsed = _ELAPSED.search(code) is not None
    shown = _NOT_SHOWN.sub("", code).split(";")[0].lower()
    if elapsed:
        return "time"
    if "y" in shown or "d" in shown:
        return "date"
    if "h" in shown or "s" in shown:
        return "time"
    return "date" if "mmm" in shown else "number"

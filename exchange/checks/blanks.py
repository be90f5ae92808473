"""Texts that say nothing, as SQL: the name of a column in, the test of its text out. The engine's own; no rule reads it."""

from __future__ import annotations

# What str.strip() takes for blank; RE2's own \s knows only six of them, and trim() with a list costs 15 times as much.
_NOT_BLANK = "[^{}]".format("".join(sign for sign in map(chr, range(0x3001)) if sign.isspace()))


def is_blank(column: str) -> str:
    """Return the SQL that is true of null and of blanks alone."""
    return f"NOT {says_something(column)}"


def says_something(column: str) -> str:
    """Return the SQL that is true of a text with a sign that is no blank; never null."""
    # Most cells begin with a visible ASCII sign, which two comparisons tell for a hundredth of the pattern's cost.
    return (
        f"CASE WHEN {column} >= '!' AND {column} < chr(127) THEN TRUE "
        f"ELSE COALESCE(regexp_matches({column}, '{_NOT_BLANK}'), FALSE) END"
    )


def is_usable(column: str) -> str:
    """Return the SQL that is true of a text that may be part of a key: it has no line end of its own."""
    return f"{says_something(column)} AND NOT regexp_matches({column}, '[[:cntrl:]]')"

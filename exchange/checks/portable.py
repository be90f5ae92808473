"""What a rule file may say: a closed part of SQL that DuckDB, PostgreSQL and Spark read alike. Text in, refusal out.

Called when a rule file is read, before any of it runs. Only plain words, numbers, quoted text and a few signs are
read, so that a function cannot hide in a spelling that this reader does not know; a call, a word or a sign outside the
lists is refused. What rows a SELECT may reach, and what it may take, is the database's to hold (:mod:`.database`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from exchange.language import translate as _

FUNCTIONS = frozenset({
    "abs", "chr", "coalesce", "count", "extract", "lag", "lead", "max", "min", "nullif", "rank", "replace", "round",
    "row_number", "sign", "string_agg", "substr", "sum", "trunc",
})  # fmt: skip
"""What PostgreSQL and Spark know too, by these names or through sqlglot; add one only after trying it there.

None makes a text longer than what it is given but ``replace`` and ``string_agg``."""

_BEFORE_A_BRACKET = frozenset({
    "all", "and", "any", "as", "between", "by", "cast", "cross", "decimal", "distinct", "else", "except", "exists",
    "filter", "from", "having", "in", "intersect", "interval", "join", "not", "on", "or", "over", "select", "some",
    "then", "union", "values", "when", "where", "with",
})  # fmt: skip
_REFUSED_WORDS = frozenset({
    # Endless, or with an order of rows that no other database gives.
    "recursive", "asof", "lateral", "positional", "sample", "tablesample",
    # DuckDB's own.
    "anti", "describe", "glob", "ilike", "lambda", "like", "pivot", "qualify", "semi", "show", "similar", "summarize",
    "try_cast", "unpivot",
    # The clock, and who asks: the same rows must always give the same findings.
    "current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
    "current_user", "localtime", "localtimestamp", "session_user", "user",
})  # fmt: skip
_HIDDEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_NAME_SIGNS = '"_0123456789abcdefghijklmnopqrstuvwxyz'
# A dollar, a backslash or a block's comment would open text that this reader takes for SQL; a control character, end a comment.
_SIGNS = frozenset(" \t\n'\"+-*/%<>=(),.;|" + _NAME_SIGNS + _NAME_SIGNS.upper())
_CONTROLS = frozenset(map(chr, (*range(9), *range(11, 32), 127)))
# e'…', x'…' and 1e9 are read differently elsewhere.
_STUCK = re.compile(r"[A-Za-z0-9_]['\"]|(?<![A-Za-z0-9_])[0-9]+[A-Za-z_]")


@dataclass(frozen=True, slots=True)
class Breach:
    """What a SELECT says that it may not; ``line`` counts from its first, ``why`` is half a sentence."""

    line: int
    why: str


def breach_of(sql: str) -> Breach | None:
    """Return what a rule may not say, the first of its kind; None where there is nothing."""
    bare = _bare(sql)
    found = next(_breaches(sql, bare), None)
    return None if found is None else Breach(bare.count("\n", 0, found[0]) + 1, found[1])


def calls(sql: str) -> frozenset[str]:
    """Return the functions that a SELECT calls, in small letters; one whose name is quoted as ``"``."""
    return frozenset(name for name, _start in _called(_bare(sql).lower()))


def _bare(sql: str) -> str:
    """Return the SELECT with blanks for its comments and for what stands in quotes, sign for sign."""
    return _HIDDEN.sub(_blanked, sql)


def _blanked(found: re.Match[str]) -> str:
    text = found.group()
    return text[0].replace("-", " ") + re.sub(r"[^\n]", " ", text[1:])


def _breaches(sql: str, bare: str) -> Iterator[tuple[int, str]]:
    for start, sign in _refused_signs(sql, bare):
        yield start, _("the sign {sign} is not portable; leave it out").format(sign=ascii(sign))
    for found in _STUCK.finditer(bare):
        yield found.end() - 1, _("put a blank between a word or number and what follows it")
    said = bare.lower()
    for word in sorted(_REFUSED_WORDS & set(_WORD.findall(said))):
        place = re.search(rf"\b{word}\b", said)
        why = _("it says “{word}”, which a rule may not; leave it out")
        yield place.start() if place else 0, why.format(word=word)
    for name, start in _called(said):
        if name not in FUNCTIONS:
            why = _("it calls “{name}”, which is not on the list of portable functions; leave it out")
            yield start, why.format(name=sql[start:].partition("(")[0].strip()[:40])


def _refused_signs(sql: str, bare: str) -> Iterator[tuple[int, str]]:
    for sign in sorted(set(sql) & _CONTROLS):
        yield sql.find(sign), sign
    for sign in sorted(set(bare) - _SIGNS):
        yield bare.find(sign), sign
    if "/*" in bare:
        yield bare.find("/*"), "/*"
    if "|" in (single := bare.replace("||", "  ")):
        yield single.find("|"), "|"


def _called(bare: str) -> Iterator[tuple[str, int]]:
    """Give the word before each bracket, and where it starts."""
    start = 0
    for part in bare.split("(")[:-1]:
        before = part.rstrip()
        name = before[len(before.rstrip(_NAME_SIGNS)) :]
        if name and name not in _BEFORE_A_BRACKET:
            yield name, start + len(before) - len(name)
        start += len(part) + 1

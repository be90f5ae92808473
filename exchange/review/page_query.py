"""A filter as SQL over a file of findings (:mod:`exchange.review.page_file`): only the tables that it asks for are read.

``f`` is ``findings``, ``said`` the statuses that decisions lay over it, in the reader's own memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exchange.checks.findings import SEVERITIES
from exchange.review.filtering import STATUSES, USUAL, Filter, SortKey
from exchange.review.open_list import OPEN
from exchange.review.page_file import TOTALS, as_bytes

Parameter = int | bytes

_TEXTS_ALONE = re.compile(r"SELECT f\.place (instr\(texts\.text, \?\) > 0( AND )?)+ +ORDER BY f\.place")

_STATUS = f"coalesce(said.status, iif(f.stands, {STATUSES.index('open')}, {STATUSES.index('settled')}))"
_OPEN = ",".join(str(STATUSES.index(one)) for one in STATUSES if one in OPEN)
_COLUMNS: Mapping[SortKey, str] = {
    "severity": "f.severity",
    "week": "f.dated NULLS LAST",
    "party": "circles.first",
    "rule": "kinds.rule",
    "amount": "f.amount DESC NULLS LAST",
    "status": _STATUS,
}
_JOINS = {
    "texts.": "JOIN texts ON texts.place = f.place",
    "circles.": "JOIN circles ON circles.circle = f.circle",
    "kinds.": "JOIN kinds ON kinds.kind = f.kind",
    "said.": "LEFT JOIN temp.said AS said ON said.place = f.place",
}
SUMS = TOTALS.replace("f.stands", f"{_STATUS} IN ({_OPEN})")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the file calls rules and parties.

    Attributes:
        kinds: (number, rule); circles: (number, parties).
    """

    kinds: Sequence[tuple[int, str]]
    circles: Sequence[tuple[int, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Query:
    """One statement and its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


def places_query(wanted: Filter, numbers: Numbers, *, conflicts: bool) -> Query:
    """Return what selects the places that fit, in their order."""
    keys = ["f.place"] if wanted.sort == USUAL else [*(_COLUMNS[key] for key in wanted.sort), "f.turn"]
    order = [f"{_STATUS} <> {STATUSES.index('conflict')}", *keys] if conflicts else keys
    return _query("SELECT f.place", wanted, numbers, f" ORDER BY {', '.join(order)}")


def sums_query(wanted: Filter, numbers: Numbers) -> Query:
    """Return what sums up what fits."""
    return _query(SUMS, wanted, numbers, "")


def from_clause(*texts: str) -> str:
    """Return the tables that the texts name."""
    joined = [join for name, join in _JOINS.items() if any(name in text for text in texts)]
    return " ".join(("FROM findings AS f", *joined))


def _query(select: str, wanted: Filter, numbers: Numbers, tail: str) -> Query:
    conditions = list(_conditions(wanted, numbers))
    where = " AND ".join(condition for condition, _parameters in conditions) or "true"
    parameters = tuple(one for _condition, several in conditions for one in several)
    said = (select, where, tail)
    if conditions and _TEXTS_ALONE.fullmatch(" ".join(said)):
        # What is searched alone is read alone: half the time at the first letter.
        return Query(f"{select} FROM texts AS f WHERE {where.replace('texts.', 'f.')}{tail}", parameters)
    return Query(f"{select} {from_clause(*said)} WHERE {where}{tail}", parameters)


def _conditions(wanted: Filter, numbers: Numbers) -> Iterator[tuple[str, tuple[Parameter, ...]]]:
    if wanted.severities != frozenset(SEVERITIES):
        yield f"f.severity IN ({_listed(SEVERITIES.index(one) for one in wanted.severities)})", ()
    if wanted.statuses is not None:
        yield f"{_STATUS} IN ({_listed(STATUSES.index(one) for one in wanted.statuses)})", ()
    if wanted.rules:
        yield f"f.kind IN ({_listed(kind for kind, rule in numbers.kinds if rule in wanted.rules)})", ()
    if wanted.parties:
        circles = (circle for circle, parties in numbers.circles if not parties.isdisjoint(wanted.parties))
        yield f"f.circle IN ({_listed(circles)})", ()
    if wanted.weeks:
        first, last = wanted.weeks
        yield "f.dated BETWEEN ? AND ?", (first.monday.toordinal(), last.sunday.toordinal())
    for word in wanted.words:
        yield "instr(texts.text, ?) > 0", (as_bytes(word),)


def _listed(numbers: Iterator[int]) -> str:
    return ",".join(str(number) for number in sorted(numbers))

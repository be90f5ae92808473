"""What a person asked to see of the findings, and in which order. Pure; nothing is decided here.

Comes in: a :class:`Filter` that a screen, a saved filter or a command made, and entries of the open list. Goes out:
whether an entry fits and where it belongs. Every listing (:mod:`exchange.review.listing`) gives what these functions say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from exchange.checks.findings import SEVERITIES, Finding, Severity
from exchange.form.canonical import read_number
from exchange.review.open_list import Entry, Status

SortKey = Literal["severity", "week", "party", "rule", "amount", "status"]
Side = Literal["company", "jobcentre"]

SORT_KEYS: tuple[SortKey, ...] = ("severity", "week", "party", "rule", "amount", "status")
USUAL: tuple[SortKey, ...] = ("severity", "week")
STATUSES: tuple[Status, ...] = (
    "conflict", "open", "asked", "lapsed", "accepted", "corrected", "rejected", "settled",
)  # fmt: skip
"""In the order that sorting by status gives."""

# A sum of a million of them is a 64-bit number still.
_MOST_HOURS, _MOST_KRONER = 10**6, 10**10


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week, ``2016-W09`` as text."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return date.fromisocalendar(self.year, self.number, 7)


def week_of(day: date) -> Week:
    """Return the ISO week that the day lies in."""
    year, number, _weekday = day.isocalendar()
    return Week(year, number)


def read_week(text: str) -> Week | None:
    """Return the week that ``2016-W09`` names; None for any other text."""
    try:
        return week_of(date.fromisoformat(text)) if len(text) == len("2016-W09") and "-W" in text else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a shown entry must be, and the order of those that are.

    Attributes:
        statuses: None lets all through.
        parties: one of them must be among the finding's (:func:`parties_of`); none lets all through.
        weeks: the first and the last week; a finding that no date is bound to lies in none.
        search: words; each must stand somewhere in the finding, in any case of its letters.
        sort: the most telling first; what is equal stands in the order of the check. Conflicts come before everything.
    """

    severities: frozenset[Severity] = frozenset(SEVERITIES)
    statuses: frozenset[Status] | None = None
    parties: tuple[str, ...] = ()
    weeks: tuple[Week, Week] | None = None
    rules: tuple[str, ...] = ()
    search: str = ""
    sort: tuple[SortKey, ...] = USUAL

    @property
    def narrows(self) -> bool:
        """Whether anything can be left out."""
        return bool(
            self.severities != frozenset(SEVERITIES)
            or self.statuses is not None
            or self.parties
            or self.weeks
            or self.rules
            or self.words
        )

    @property
    def words(self) -> list[str]:
        """The words to look for."""
        return self.search.casefold().split()

    def narrows_down(self, other: Filter) -> bool:
        """Whether what fits here is among what fits the other, for it asks for the same but more words, or longer ones."""
        return (
            bool(other.words)
            and replace(self, search="") == replace(other, search="")
            and all(any(part in word for word in self.words) for part in other.words)
        )

    def fits(self, entry: Entry) -> bool:
        """Whether it lets the entry through."""
        finding = entry.finding
        return (
            finding.severity in self.severities
            and (self.statuses is None or entry.status in self.statuses)
            and (not self.rules or finding.rule in self.rules)
            and (not self.parties or not set(self.parties).isdisjoint(parties_of(finding)))
            and _in_weeks(finding.dated, self.weeks)
            and holds(finding, self.words)
        )


def in_wanted_order(entries: Iterable[Entry], wanted: Filter) -> list[Entry]:
    """Return entries, given in the order of the check, as the filter sorts them."""
    return sorted(
        entries,
        key=lambda entry: (entry.status != "conflict", place_in(wanted.sort, entry)),
    )


def place_in(sort: Sequence[SortKey], entry: Entry) -> tuple[object, ...]:
    """Return what the sort compares entries by."""
    return tuple([_place(entry, key) for key in sort])


def parties_of(finding: Finding) -> tuple[str, ...]:
    """Return whose rows the finding stands on, sorted: jobcentres, and the agreement where a row is all its parties'."""
    return tuple(sorted({jobcentre or agreement for agreement, jobcentre in finding.owners}))


def text_of(finding: Finding) -> str:
    """Return what a search looks into: rule, message, subject, and of each cell where it stands and what it says."""
    cells = (part for item in finding.evidence for part in (item.file, item.sheet, item.cell, item.value))
    parts = (finding.rule, finding.message, *(value for _name, value in finding.subject), *cells)
    return "\n".join(dict.fromkeys(part for part in parts if part)).casefold()


def holds(finding: Finding, words: Sequence[str]) -> bool:
    """Whether every word (casefolded) stands in the finding."""
    if not words:
        return True
    text = text_of(finding)
    return all(word in text for word in words)


def hours_of(finding: Finding, side: Side) -> int | None:
    """Return the hours that a side has in the finding's cells, in hundredths; None where it has none that can be read."""
    found = [
        hundredths
        for item in finding.evidence
        if item.field == "hours" and item.value is not None and dict(item.key).get("reporter") == side
        if (hundredths := _hundredths(read_number(item.value), _MOST_HOURS)) is not None
    ]
    return sum(found) if found else None


def oere_of(finding: Finding) -> int | None:
    """Return the kroner at stake in øre; None where there are none, or more than anybody could claim."""
    return _hundredths(finding.amount_dkk, _MOST_KRONER)


def _hundredths(number: Decimal | None, most: int) -> int | None:
    if number is None or abs(number) >= most:
        return None
    return int((number * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _in_weeks(day: date | None, weeks: tuple[Week, Week] | None) -> bool:
    if weeks is None:
        return True
    return day is not None and weeks[0] <= week_of(day) <= weeks[1]


def _place(entry: Entry, key: SortKey) -> tuple[object, ...]:
    finding = entry.finding
    match key:
        case "severity":
            return (SEVERITIES.index(finding.severity),)
        case "week":
            return (finding.dated is None, finding.dated or date.min)
        case "party":
            return parties_of(finding)[:1] or ("",)
        case "rule":
            return (finding.rule,)
        case "amount":
            oere = oere_of(finding)
            return (oere is None, -(oere or 0))
        case "status":
            return (STATUSES.index(entry.status),)

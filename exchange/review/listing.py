"""A list of findings to look into without holding them all: what the screens read. Pure.

Comes in: a :class:`~exchange.review.filtering.Filter`. Goes out: counts, sums and the entries of one page. Two
implementations give the same answers: :class:`MemoryListing` over entries that somebody holds, and
:class:`exchange.review.paged.PagedListing` over a file of a million.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from exchange.review.decisions import Decision
from exchange.review.filtering import Filter, hours_of, in_wanted_order, oere_of, parties_of, week_of
from exchange.review.open_list import Entry, decided

Choice = Literal["party", "rule", "week"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What entries come to.

    Attributes:
        company_hours, jobcentre_hours: what each side reports in their cells; None where it reports none.
        amount_dkk: kroner at stake; None where no entry has an amount.
    """

    count: int = 0
    open: int = 0
    company_hours: Decimal | None = None
    jobcentre_hours: Decimal | None = None
    amount_dkk: Decimal | None = None

    @property
    def decided(self) -> int:
        """How many do not ask for a person any longer."""
        return self.count - self.open


class Listing(Protocol):
    """Entries by place: the place of an entry is its line in the list that a filter gives, from 0."""

    def count(self, wanted: Filter) -> int:
        """Return how many fit."""

    def tally(self, wanted: Filter, among: Collection[str] | None = None) -> Tally:
        """Return what those that fit come to; of ``among`` (finding ids, the marked ones) alone where it is given."""

    def rows(self, wanted: Filter, first: int, count: int) -> Sequence[Entry]:
        """Return at most ``count`` entries from a place on; fewer at the end of the list."""

    def entry(self, finding_id: str) -> Entry | None:
        """Return one entry, whatever filter; None where there is none of that id."""

    def place_of(self, finding_id: str, wanted: Filter) -> int | None:
        """Return an entry's place; None where the filter leaves it out."""

    def next_open(self, wanted: Filter, place: int, step: int) -> int | None:
        """Return the place of the nearest open entry after (``step`` 1) or before (-1) a place; None where there is none."""

    def ids(self, wanted: Filter, first: int = 0, count: int | None = None) -> Sequence[str]:
        """Return the ids of the entries from a place on, all of them unless ``count`` says how many."""

    def alike(self, finding_id: str) -> Sequence[str]:
        """Return the ids of the findings of the same rule and likely cause, its own among them."""

    def starting(self, prefix: str) -> Sequence[str]:
        """Return the ids that start with these digits, two of them at most: what tells whether a prefix names one."""

    def choices(self, field: Choice) -> Sequence[tuple[str, int]]:
        """Return what the field can be filtered by and how many findings have it: party ids, rule ids, ``2016-W09``."""


class Layered(Listing, Protocol):
    """A listing that decisions can be laid over as they are made."""

    def lay(self, words: Mapping[str, Decision | None]) -> None:
        """Lay the latest decision on each of some findings over the list; None takes away what lay there."""

    def close(self) -> None:
        """Let go what it reads from."""


@dataclass(slots=True)
class MemoryListing:
    """Entries in the order of the check, held in memory."""

    entries: Sequence[Entry]
    _chosen: dict[Filter, list[Entry]] = field(default_factory=dict, repr=False)
    _by_id: dict[str, Entry] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Find entries by their ids."""
        self._by_id = {entry.finding.finding_id: entry for entry in self.entries}

    def lay(self, words: Mapping[str, Decision | None]) -> None:
        """Lay decisions over the list."""
        self.entries = [
            decided(entry, words[entry.finding.finding_id]) if entry.finding.finding_id in words else entry
            for entry in self.entries
        ]
        self._chosen.clear()
        self.__post_init__()

    def close(self) -> None:
        """Have nothing to let go."""

    def count(self, wanted: Filter) -> int:
        """Return how many fit."""
        return len(self._choose(wanted))

    def tally(self, wanted: Filter, among: Collection[str] | None = None) -> Tally:
        """Return what those that fit come to."""
        return tally_of(
            entry for entry in self._choose(wanted) if among is None or entry.finding.finding_id in among
        )

    def rows(self, wanted: Filter, first: int, count: int) -> Sequence[Entry]:
        """Return a page."""
        return self._choose(wanted)[first : first + count]

    def entry(self, finding_id: str) -> Entry | None:
        """Return one entry."""
        return self._by_id.get(finding_id)

    def place_of(self, finding_id: str, wanted: Filter) -> int | None:
        """Return an entry's place."""
        chosen = enumerate(self._choose(wanted))
        return next((place for place, one in chosen if one.finding.finding_id == finding_id), None)

    def next_open(self, wanted: Filter, place: int, step: int) -> int | None:
        """Return the place of the nearest open entry that way."""
        chosen = self._choose(wanted)
        places = range(place + step, len(chosen) if step > 0 else -1, step)
        return next((at for at in places if 0 <= at < len(chosen) and chosen[at].is_open), None)

    def ids(self, wanted: Filter, first: int = 0, count: int | None = None) -> Sequence[str]:
        """Return the ids of a range."""
        last = None if count is None else first + count
        return [entry.finding.finding_id for entry in self._choose(wanted)[first:last]]

    def alike(self, finding_id: str) -> Sequence[str]:
        """Return the ids of what is of the same kind."""
        found = self._by_id.get(finding_id)
        return [] if found is None else [one.finding.finding_id for one in self.entries if _alike(one, found)]

    def starting(self, prefix: str) -> Sequence[str]:
        """Return at most two ids that start so."""
        return [one for one in sorted(self._by_id) if one.startswith(prefix)][:2]

    def choices(self, field: Choice) -> Sequence[tuple[str, int]]:
        """Return what a field can be filtered by."""
        return sorted(Counter(text for entry in self.entries for text in _CHOICES[field](entry)).items())

    def _choose(self, wanted: Filter) -> list[Entry]:
        if wanted not in self._chosen:
            self._chosen[wanted] = in_wanted_order(filter(wanted.fits, self.entries), wanted)
        return self._chosen[wanted]


def tally_of(entries: Iterable[Entry]) -> Tally:
    """Return what the entries come to."""
    entries = list(entries)
    findings = [entry.finding for entry in entries]
    return Tally(
        count=len(entries),
        open=sum(entry.is_open for entry in entries),
        company_hours=in_hundredths([hours_of(one, "company") for one in findings]),
        jobcentre_hours=in_hundredths([hours_of(one, "jobcentre") for one in findings]),
        amount_dkk=in_hundredths([oere_of(one) for one in findings]),
    )


def in_hundredths(amounts: Iterable[int | None]) -> Decimal | None:
    """Return the sum of amounts given in hundredths; None where there is none."""
    known = [amount for amount in amounts if amount is not None]
    return Decimal(sum(known)).scaleb(-2) if known else None


def _alike(one: Entry, other: Entry) -> bool:
    return (one.finding.rule, one.finding.likely_cause) == (other.finding.rule, other.finding.likely_cause)


_CHOICES: Mapping[Choice, Callable[[Entry], Sequence[str]]] = {
    "party": lambda entry: parties_of(entry.finding),
    "rule": lambda entry: (entry.finding.rule,),
    "week": lambda entry: (str(week_of(entry.finding.dated)),) if entry.finding.dated else (),
}

"""A listing over a file of findings (:mod:`exchange.review.page_file`) and the decisions that lie over it.

Comes in: the file, decisions, filters. Goes out: pages of entries. Which places a filter lets through is found once and
kept as numbers, four bytes a finding; a page is read when it is asked for. It refuses a file of another form.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from threading import RLock
from typing import Any, overload

from exchange.review.decisions import Decision
from exchange.review.filtering import STATUSES, USUAL, Filter
from exchange.review.listing import Choice, Tally, in_hundredths
from exchange.review.open_list import OPEN, Entry, Status, decided, latest_of, status_of
from exchange.review.page_file import FORMAT, as_bytes, read_entry
from exchange.review.page_query import SUMS, Numbers, from_clause, places_query, sums_query
from exchange.review.page_words import holding

# Kilobytes of the file that are kept in memory.
_CACHE = 49_152
# Filters whose places are kept: the one that is shown, and those that a person comes from.
_KEPT = 4
# Among fewer findings than one in so many their texts are read one by one: else the index costs less, or all texts in a row.
_FEW, _FEW_FOR_THE_INDEX = 8, 64
# Fewer findings than one in so many are summed up one by one: cheaper than looking for them again.
_FEW_TO_SUM = 4
# Numbers in one statement.
_AT_ONCE = 5_000
_DIGITS = 64

Places = Sequence[int]
_Content = tuple[int, int, bytes]
_Sums = tuple[int, int, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class _Said:
    """The word that lies over a finding; ``was_open`` is what the finding would be without it."""

    decision: Decision
    status: Status
    was_open: bool


class _Page(Sequence[Entry]):
    """Rows of the file that are read into entries when they are looked at: of a page most are not."""

    def __init__(self, rows: Sequence[_Content], words: Mapping[int, Decision], common: bytes) -> None:
        self._rows, self._words, self._common = rows, words, common
        self._read: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self._rows)))]
        if at not in self._read:
            place, stands, content = self._rows[at]
            entry = read_entry(content, self._common, stands=bool(stands))
            word = self._words.get(place)
            self._read[at] = entry if word is None else decided(entry, word)
        return self._read[at]


class PagedListing:
    """The findings of one file with the decisions of now; several threads may read it, one at a time."""

    def __init__(self, path: Path, decisions: Iterable[Decision] = ()) -> None:
        """Open the file and lay the decisions over it.

        Args:
            path: a file of :func:`exchange.review.page_file.write_pages`; nobody changes it any more.
            decisions: oldest first; of two on one finding the later counts.

        Raises:
            sqlite3.Error: the file is not there, is not ours, or cannot be read.
        """
        self._lock = RLock()
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        # Whoever still shows an older listing may read on; the file goes with the last of them.
        self.close = weakref.finalize(self, self._connection.close)
        self._said: dict[int, _Said] = {}
        self._conflicts: set[int] = set()
        self._chosen: OrderedDict[Filter, Places] = OrderedDict()
        self._tallies: dict[Filter, Tally] = {}
        self._open()
        self.lay(latest_of(decisions))

    def lay(self, words: Mapping[str, Decision | None]) -> None:
        """Lay the latest decision on each of some findings over the list; None takes away what lay there."""
        with self._lock:
            had_conflicts = bool(self._conflicts)
            self._connection.execute("BEGIN")
            for finding_id, decision in words.items():
                self._lay_one(finding_id, decision)
            self._connection.execute("COMMIT")
            self._forget(all_of_them=had_conflicts or bool(self._conflicts))

    def count(self, wanted: Filter) -> int:
        """Return how many fit."""
        with self._lock:
            return len(self._places(wanted))

    def tally(self, wanted: Filter, among: Collection[str] | None = None) -> Tally:
        """Return what those that fit come to."""
        with self._lock:
            if among is not None:
                return self._tally_of(self._among(wanted, among))
            if wanted not in self._tallies:
                self._tallies[wanted] = self._tally(wanted)
            return self._tallies[wanted]

    def rows(self, wanted: Filter, first: int, count: int) -> Sequence[Entry]:
        """Return a page."""
        with self._lock:
            return self._entries(self._places(wanted)[first : first + count])

    def entry(self, finding_id: str) -> Entry | None:
        """Return one entry."""
        with self._lock:
            place = self._place(finding_id)
            return None if place is None else self._entries([place])[0]

    def place_of(self, finding_id: str, wanted: Filter) -> int | None:
        """Return an entry's place."""
        with self._lock:
            place = self._place(finding_id)
            if place is None:
                return None
            places = self._places(wanted)
            if wanted.sort != USUAL or self._conflicts:
                return _index(places, place)
            at = bisect_left(places, place)
            return at if at < len(places) and places[at] == place else None

    def next_open(self, wanted: Filter, place: int, step: int) -> int | None:
        """Return the place of the nearest open entry that way."""
        with self._lock:
            places = self._places(wanted)
            after, before = range(max(place + 1, 0), len(places)), range(min(place, len(places)) - 1, -1, -1)
            return next((at for at in (after if step > 0 else before) if self._is_open(places[at])), None)

    def ids(self, wanted: Filter, first: int = 0, count: int | None = None) -> Sequence[str]:
        """Return the ids of a range."""
        with self._lock:
            places = self._places(wanted)[first : None if count is None else first + count]
            found = dict(self._by_place("SELECT place, finding FROM findings", places))
            return [found[place].hex() for place in places]

    def alike(self, finding_id: str) -> Sequence[str]:
        """Return the ids of what is of the same kind."""
        kind = "SELECT kind FROM findings WHERE finding = ?"
        return self._found(
            f"SELECT finding FROM findings WHERE kind = ({kind}) ORDER BY turn", _binary(finding_id)
        )

    def starting(self, prefix: str) -> Sequence[str]:
        """Return at most two ids that start so."""
        ends = [_binary(prefix.ljust(_DIGITS, digit)) for digit in "0f"]
        return self._found(
            "SELECT finding FROM findings WHERE finding BETWEEN ? AND ? ORDER BY finding LIMIT 2", *ends
        )

    def choices(self, field: Choice) -> Sequence[tuple[str, int]]:
        """Return what a field can be filtered by."""
        return [(str(value), int(count)) for value, count in self._choices[field]]

    def _open(self) -> None:
        run = self._connection.execute
        run(f"PRAGMA cache_size = -{_CACHE}")
        run("PRAGMA temp_store = MEMORY")
        (form,) = run("PRAGMA user_version").fetchone()
        if form != FORMAT:
            raise sqlite3.DatabaseError(f"form {form}")
        (self._common,) = run("SELECT value FROM facts WHERE name = 'common'").fetchone()
        (choices,) = run("SELECT value FROM facts WHERE name = 'choices'").fetchone()
        self._choices = json.loads(choices)
        self._totals: _Sums = run("SELECT * FROM totals").fetchone()
        circles = run("SELECT circle, parties FROM circles").fetchall()
        self._numbers = Numbers(
            run("SELECT kind, rule FROM kinds").fetchall(),
            [(circle, frozenset(json.loads(parties))) for circle, parties in circles],
        )
        self._settled = {place for (place,) in run("SELECT place FROM findings WHERE NOT stands")}
        run("CREATE TEMP TABLE said (place INTEGER PRIMARY KEY, status INTEGER NOT NULL)")

    def _lay_one(self, finding_id: str, decision: Decision | None) -> None:
        place = self._place(finding_id)
        if place is None:
            return
        self._said.pop(place, None)
        self._conflicts.discard(place)
        self._connection.execute("DELETE FROM temp.said WHERE place = ?", (place,))
        if decision is None:
            return
        (judged,) = self._connection.execute(
            "SELECT judged FROM contents WHERE place = ?", (place,)
        ).fetchone()
        stands = place not in self._settled
        status = status_of(judged.hex(), decision, stands=stands)
        self._said[place] = _Said(decision, status, stands)
        if status == "conflict":
            self._conflicts.add(place)
        self._connection.execute("INSERT INTO temp.said VALUES (?, ?)", (place, STATUSES.index(status)))

    def _forget(self, *, all_of_them: bool) -> None:
        """Drop what decisions change of what was found."""
        self._tallies.clear()
        for wanted in list(self._chosen):
            if all_of_them or wanted.statuses is not None or "status" in wanted.sort:
                del self._chosen[wanted]

    def _places(self, wanted: Filter) -> Places:
        if wanted not in self._chosen:
            self._chosen[wanted] = self._choose(wanted)
            while len(self._chosen) > _KEPT:
                self._chosen.popitem(last=False)
        self._chosen.move_to_end(wanted)
        return self._chosen[wanted]

    def _choose(self, wanted: Filter) -> Places:
        if not wanted.narrows and wanted.sort == USUAL:
            return self._all()
        if wanted.words:
            return self._search(wanted)
        return self._select(wanted)

    def _select(self, wanted: Filter) -> Places:
        query = places_query(wanted, self._numbers, conflicts=bool(self._conflicts))
        return array("I", chain.from_iterable(self._connection.execute(query.sql, query.parameters)))

    def _search(self, wanted: Filter) -> Places:
        """Narrow down what is known, word by word: by the index, and where few are left or it has no answer by their texts."""
        within, words = self._known(wanted)
        left: list[bytes] = []
        for word in words:
            few = len(within) * _FEW_FOR_THE_INDEX < self._totals[0]
            found = None if few else holding(self._connection, word, self._totals[0])
            if found is None:
                left.append(word)
            else:
                within = self._ordered(found, within)
        if not left:
            return within
        if len(within) * _FEW >= self._totals[0]:
            return self._select(wanted)
        texts = self._by_place("SELECT place, text FROM texts", within)
        return self._ordered((place for place, text in texts if all(word in text for word in left)), within)

    def _ordered(self, found: Iterable[int], among: Places) -> Places:
        """Return what was found among places, in their order; a bit for each finding, since there may be a million of either."""
        if isinstance(among, range):
            return found if isinstance(found, array) else array("I", sorted(found))
        is_found = bytearray(self._totals[0])
        for place in found:
            is_found[place] = True
        return array("I", (place for place in among if is_found[place]))

    def _known(self, wanted: Filter) -> tuple[Places, Sequence[bytes]]:
        """Return places among which all that fits must be, the fewest that are known, and the words that they have not been searched for."""
        known = [one for one in self._chosen if wanted.narrows_down(one)]
        wider = min(known, key=lambda one: len(self._chosen[one]), default=replace(wanted, search=""))
        return self._places(wider), [as_bytes(word) for word in wanted.words if word not in wider.words]

    def _all(self) -> Places:
        count = self._totals[0]
        if not self._conflicts:
            return range(count)
        first = sorted(self._conflicts)
        return array("I", chain(first, (place for place in range(count) if place not in self._conflicts)))

    def _is_open(self, place: int) -> bool:
        said = self._said.get(place)
        return place not in self._settled if said is None else said.status in OPEN

    def _tally(self, wanted: Filter) -> Tally:
        if wanted.words and len(self._places(wanted)) * _FEW_TO_SUM < self._totals[0]:
            return self._tally_of(self._places(wanted))
        if wanted.narrows:
            query = sums_query(wanted, self._numbers)
            return _tally([self._connection.execute(query.sql, query.parameters).fetchone()])
        count, is_open, *sums = self._totals
        changed = sum((said.status in OPEN) - said.was_open for said in self._said.values())
        company, jobcentre, amount = sums
        return _tally([(count, is_open + changed, company, jobcentre, amount)])

    def _tally_of(self, places: Places) -> Tally:
        return _tally(list(self._by_place(f"{SUMS} {from_clause(SUMS)}", places, "f.place")))

    def _among(self, wanted: Filter, finding_ids: Collection[str]) -> Places:
        marked = [place for place in map(self._place, finding_ids) if place is not None]
        if not wanted.narrows:
            return marked
        fitting = frozenset(self._places(wanted))
        return [place for place in marked if place in fitting]

    def _place(self, finding_id: str) -> int | None:
        found = self._connection.execute(
            "SELECT place FROM findings WHERE finding = ?", (_binary(finding_id),)
        ).fetchone()
        return None if found is None else int(found[0])

    def _entries(self, places: Places) -> _Page:
        rows = {row[0]: row for row in self._by_place("SELECT place, stands, content FROM contents", places)}
        words = {place: self._said[place].decision for place in places if place in self._said}
        return _Page([rows[place] for place in places], words, self._common)

    def _by_place(self, select: str, places: Places, column: str = "place") -> Iterator[tuple[Any, ...]]:
        for first in range(0, len(places), _AT_ONCE):
            listed = ",".join(map(str, places[first : first + _AT_ONCE]))
            yield from self._connection.execute(f"{select} WHERE {column} IN ({listed})")

    def _found(self, sql: str, *parameters: bytes) -> list[str]:
        with self._lock:
            return [finding.hex() for (finding,) in self._connection.execute(sql, parameters)]


def _tally(sums: Sequence[_Sums]) -> Tally:
    return Tally(
        count=sum(each[0] for each in sums),
        open=sum(each[1] for each in sums),
        company_hours=in_hundredths(each[2] for each in sums),
        jobcentre_hours=in_hundredths(each[3] for each in sums),
        amount_dkk=in_hundredths(each[4] for each in sums),
    )


def _index(places: Places, place: int) -> int | None:
    try:
        return places.index(place)
    except ValueError:
        return None


def _binary(digits: str) -> bytes:
    """Return what the file keeps an id as; nothing for a text that is no id."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""

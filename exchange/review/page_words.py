"""Which findings hold which words: what a search of a page file (:mod:`exchange.review.page_file`) reads instead of every text.

Comes in: the text of each finding, in the order of the places; later a word that somebody types, or a part of one. Goes
out: the places of the findings that hold it. A searched word has no blank, so it stands in a text where it stands within
one of the text's words; of those there are far fewer than texts. A part that stands in too many of them is not answered:
reading every text costs less then.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

SCHEMA = """
CREATE TABLE vocabularies (first INTEGER PRIMARY KEY, number INTEGER NOT NULL, words BLOB NOT NULL);
CREATE TABLE holders (number INTEGER PRIMARY KEY, places BLOB NOT NULL);
"""
# Findings that share a vocabulary: it is held in memory while they are written, and a place in it has two bytes.
_TOGETHER = 1 << 15
# A part that stands in more words than this, and than one for so many findings more, is not answered.
_WORDS, _FINDINGS_A_WORD = 256, 16
# Numbers in one statement.
_AT_ONCE = 5_000
_BETWEEN = b"\n"


@dataclass(slots=True)
class WordIndex:
    """Words on their way into a file; ``finish`` writes the last of them."""

    connection: sqlite3.Connection
    _first: int = 0
    _number: int = 0
    _holders: dict[str, array[int]] = field(default_factory=dict)

    def add(self, place: int, text: str) -> None:
        """Take the words of a text; places come one after the other, from 0."""
        if place - self._first == _TOGETHER:
            self.finish()
            self._first = place
        within = place - self._first
        for word in set(text.split()):
            held = self._holders.get(word)
            if held is None:
                self._holders[word] = array("H", (within,))
            else:
                held.append(within)

    def finish(self) -> None:
        """Write what has been taken since the last time."""
        words = _BETWEEN.join(word.encode("utf-8", "surrogatepass") for word in self._holders)
        self.connection.execute("INSERT INTO vocabularies VALUES (?,?,?)", (self._first, self._number, words))
        numbered = enumerate(map(_packed, self._holders.values()), self._number)
        self.connection.executemany("INSERT INTO holders VALUES (?,?)", numbered)
        self._number += len(self._holders)
        self._holders.clear()


def holding(connection: sqlite3.Connection, part: bytes, findings: int) -> array[int] | None:
    """Return the places of the findings that hold a part of a word, in order; None where it stands in too many words.

    Args:
        connection: a file with this index.
        part: casefolded, without a blank.
        findings: how many the file has.
    """
    left = _WORDS + findings // _FINDINGS_A_WORD
    found: list[tuple[int, list[int]]] = []
    for first, number, words in connection.execute("SELECT first, number, words FROM vocabularies"):
        numbers = list(_matching(words, part, number, left))
        left -= len(numbers)
        if left < 0:
            return None
        found.append((first, numbers))
    places = array("I")
    for first, numbers in found:
        places.extend([first + one for one in sorted(_together(connection, numbers))])
    return places


def _together(connection: sqlite3.Connection, numbers: list[int]) -> set[int]:
    """Return the places within a vocabulary that hold any of its words."""
    within: set[int] = set()
    for several in _held(connection, numbers):
        within.update(several)
        if len(within) == _TOGETHER:
            break
    return within


def _matching(words: bytes, part: bytes, number: int, most: int) -> Iterator[int]:
    """Give the numbers of the words that hold the part, one more than ``most`` of them at the most."""
    counted, at = 0, words.find(part)
    while at >= 0 and most >= 0:
        number += words.count(_BETWEEN, counted, at)
        yield number
        most -= 1
        counted = words.find(_BETWEEN, at)
        if counted < 0:
            return
        at = words.find(part, counted)


def _held(connection: sqlite3.Connection, numbers: list[int]) -> Iterator[array[int]]:
    for first in range(0, len(numbers), _AT_ONCE):
        listed = ",".join(map(str, numbers[first : first + _AT_ONCE]))
        for (packed,) in connection.execute(f"SELECT places FROM holders WHERE number IN ({listed})"):
            yield _unpacked(packed)


def _packed(places: array[int]) -> bytes:
    """Return two bytes a place, the lower one first on every machine."""
    if sys.byteorder == "big":
        places.byteswap()
    return places.tobytes()


def _unpacked(packed: bytes) -> array[int]:
    places = array("H", packed)
    if sys.byteorder == "big":
        places.byteswap()
    return places

"""Heading words that a sheet spells a little otherwise than its layout: taken where nothing else can be meant, and always said.

In: a heading row and the columns that were found in it. Out: the columns with what was misspelt added. Refuses nothing: two columns that could
be meant, or two cells that could be it, are left as not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exchange.intake.cells import Row
from exchange.intake.layout import Column
from exchange.intake.sheet_cells import Place, in_group
from exchange.intake.words import fits, plain

Placed = tuple[Column, list[int]]


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A heading that was read as another word."""

    place: Place
    word: str


def mended(
    row: Row, groups: Mapping[int, Place], placed: Sequence[Placed]
) -> tuple[list[Placed], tuple[Misspelt, ...]]:
    """Find the columns that lack among the headings that nobody reads.

    As many columns as are guessed must have been found as they are written: one misspelt word alone is no heading.
    """
    taken = {number for _column, numbers in placed for number in numbers}
    free = {
        number: Place(row.number, cell)
        for number, cell in row.cells.items()
        if number not in taken and cell.kind == "text"
    }
    names = [name for column, _numbers in placed for name in column.names]
    free = {number: place for number, place in free.items() if not fits(place.cell.text, names)}
    near = [
        (index, number, word)
        for index, (column, numbers) in enumerate(placed)
        if not numbers and not column.each
        for number, place in free.items()
        if (word := _meant(place.cell.text, column)) and in_group(number, groups, column.group)
    ]
    only = [
        (index, number, word)
        for index, number, word in near
        if [one[0] for one in near].count(index) == 1 and [one[1] for one in near].count(number) == 1
    ]
    if len(only) > sum(bool(numbers) for column, numbers in placed if column.names):
        return list(placed), ()
    found = {index: number for index, number, _word in only}
    whole = [
        (column, [found[index]] if index in found else numbers)
        for index, (column, numbers) in enumerate(placed)
    ]
    return whole, tuple(Misspelt(free[number], word) for _index, number, word in only)


def _meant(text: str, column: Column) -> str | None:
    return next((name for name in column.names if is_near(text, name)), None)


def is_near(text: str, word: str) -> bool:
    """Tell whether a text is the word with a slip or two: one from five letters on, two from nine, the same digits.

    A slip is a letter too many, too few, another, or two that changed places. Of a word that begins or ends with ``*`` the rest is compared
    with as many letters, up to the end of a word.
    """
    own, meant = plain(text), plain(word)
    fixed = meant.strip("* ")
    if "*" not in meant:
        return _slipped(own, meant)
    if "*" in fixed or meant.startswith("*") == meant.endswith("*"):
        return False
    if meant.startswith("*"):
        return any(_slipped(part[::-1], fixed) for part in _heads(own[::-1], len(fixed)))
    return any(_slipped(part, fixed) for part in _heads(own, len(fixed)))


def _slipped(own: str, meant: str) -> bool:
    from rapidfuzz.distance import OSA

    slips = 0 if min(len(own), len(meant)) < 5 else 1 if len(meant) < 9 else 2
    if not slips or _digits(own) != _digits(meant):
        return False
    return 0 < OSA.distance(own, meant, score_cutoff=slips) <= slips


def _heads(text: str, length: int) -> Iterator[str]:
    """Give the beginnings of about this length that end where a word does."""
    for end in range(max(length - 2, 1), min(length + 2, len(text)) + 1):
        if text[end - 1].isalnum() and (end == len(text) or not text[end].isalnum()):
            yield text[:end]


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))

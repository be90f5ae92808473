"""What a layout may say besides: totals to hold rows against, a prefix that numbers lack, a word that only such files have.

In: pieces of one table, its fields and skip rules. Out: values that the layout carries behind ``#``: nothing here changes what is read until
a person takes the ``#`` away. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from exchange.intake.cells import Row
from exchange.intake.guessing.contents import Contents, traits_of
from exchange.intake.guessing.pieces import Piece
from exchange.intake.guessing.proposal import SkipGuess, TotalGuess
from exchange.intake.words import squeezed

# What the sum of a table's hours is called as a measure (rules.md, T01).
_MEASURES = {"mentor_hours": ("hours", "sum"), "attendance": ("attended_hours", "attended")}
_OF_A_JOBCENTRE = re.compile(r"[1-9][0-9]{2}-")


def totals_of(
    table: str, read: Collection[str], skips: Sequence[SkipGuess], pieces: Sequence[Piece]
) -> tuple[TotalGuess, ...]:
    """Return the totals that skipped rows state of a column that is read; several of them are of a placement each.

    Args:
        table: the form table.
        read: the fields that columns of it give.
        skips: its skip rules.
        pieces: where it stands.
    """
    field, what = _MEASURES.get(table, ("", ""))
    if field not in read or not any(skip.why == "total" for skip in skips):
        return ()
    rows = sum(odd.why == "total" for piece in pieces for odd in piece.ground.odd)
    each = "[placement={placement_id}]" if rows > 1 else ""
    return (TotalGuess(measure=f"{table}.{what}{each}", skipped="total", field=field),)


def lacks_jobcentre(field: str, contents: Contents) -> bool:
    """Tell whether a column of placements holds numbers to which the form adds the jobcentre's code."""
    return (
        field == "placement_id"
        and bool(contents.texts)
        and all(text.isdecimal() and not _OF_A_JOBCENTRE.match(text) for text in contents.texts)
    )


def words_of(piece: Piece) -> tuple[str, ...]:
    """Return the first word of the line above the table, where it is one text and nobody's name; months and numbers stand behind it."""
    titles = (squeezed(row.cells[min(row.cells)].text) for row in piece.ground.before if _is_title(row))
    return tuple(f"{word}*" if rest else word for word, rest in _first_words(titles))


def _first_words(titles: Iterable[str]) -> list[tuple[str, bool]]:
    return [(title.partition(" ")[0], " " in title) for title in islice(titles, 1)]


def _is_title(row: Row) -> bool:
    cell = row.cells[min(row.cells)]
    words = squeezed(cell.text).split(" ")
    # A surname has a capital.
    named = "name" in traits_of(cell) and words[-1][:1].isupper()
    return len(row.cells) == 1 and len(words[0]) > 4 and words[0].isalpha() and not named

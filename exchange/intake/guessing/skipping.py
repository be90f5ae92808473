"""Rules for the rows that are no records: totals and footers by how they begin, gaps of a table that shares its rows.

In: pieces and their fields. Out: :class:`SkipGuess`. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from exchange.intake.cells import Cell
from exchange.intake.guessing.grounds import OddRow, total_word
from exchange.intake.guessing.pieces import Piece
from exchange.intake.guessing.proposal import FieldGuess, SkipGuess
from exchange.intake.guessing.vocabulary import folded
from exchange.intake.words import plain, squeezed


def skips_of(
    pieces: Sequence[Piece], fields: Sequence[FieldGuess], columns: Mapping[int, Mapping[str, int]]
) -> tuple[SkipGuess, ...]:
    """Return the skip rules of a table, footers first."""
    rules = [
        *(rule for piece in pieces for rule in _next_table(piece)),
        *(rule for piece in pieces for odd in piece.ground.odd for rule in _rule(piece, odd, columns)),
        *_gaps(pieces, fields, columns),
    ]
    return _joined(rules)


def _rule(piece: Piece, odd: OddRow, columns: Mapping[int, Mapping[str, int]]) -> Iterable[SkipGuess]:
    row = odd.row
    if odd.why in ("label", "alone") and _says_a_field(piece, odd):
        return
    first = row.cells[min(row.cells)]
    if odd.why == "total":
        words = _beginning(odd.tells)
        yield (
            SkipGuess(why="total", first=(words,))
            if odd.tells is first
            else SkipGuess(why="total", any=(words,))
        )
    elif odd.why == "footer":
        last = piece.ground.records[-1].number
        yield SkipGuess(why="footer", first=(_opening_words(first),), ends=row.number > last)
    else:
        field = next(
            (name for name, number in columns.get(id(piece), {}).items() if number in row.cells), None
        )
        yield (
            SkipGuess(why="heading-row", filled_only=(field,))
            if field
            else SkipGuess(why="heading-row", first=(_opening_words(first),))
        )


def _says_a_field(piece: Piece, odd: OddRow) -> bool:
    """Tell whether the row is one that gives the rows below it a field."""
    kinds = {"label" if section.label else "alone" for section in piece.used_sections}
    return odd.why in kinds


def _beginning(cell: Cell) -> str:
    """Return the total's word as the sheet spells it, and anything behind it."""
    word = total_word(cell) or ""
    spelt = squeezed(cell.text)
    end = next((place for place in range(1, len(spelt) + 1) if folded(spelt[:place]) == word), len(spelt))
    return spelt if end == len(spelt) or not spelt[end:].strip(" .:") else f"{spelt[:end]}*"


def _opening_words(cell: Cell) -> str:
    """Return how a footer begins: no more than three words, and nothing that is a number or may be a name."""
    text = squeezed(cell.text)
    opening = re.split(r"[:\d]", text)[0].strip()
    words = opening.split(" ")[:3]
    if not opening or (opening == text and len(text.split(" ")) <= 3):
        return text if opening else f"{text[:1]}*"
    return f"{' '.join(words).rstrip(',;.')}*"


def _next_table(piece: Piece) -> Iterable[SkipGuess]:
    below = piece.ground.ends_with
    texts = [squeezed(cell.text) for _column, cell in sorted(below.cells.items())] if below else []
    if texts and texts[0]:
        yield SkipGuess(why="next-table", first=(texts[0],), ends=True)
    elif any(texts):
        yield SkipGuess(why="next-table", any=(next(filter(None, texts)),), ends=True)


def _gaps(
    pieces: Sequence[Piece], fields: Sequence[FieldGuess], columns: Mapping[int, Mapping[str, int]]
) -> Iterable[SkipGuess]:
    """Two tables in the same rows: a row without any of the one's own cells is none of its records."""
    shared = {"placement_id", "date", "trainee_ref"}
    own = tuple(
        one.field
        for one in fields
        if one.field not in shared and not one.field.startswith("_") and not one.left_out
    )
    own = tuple(name for name in own if name not in ("note", "registered_on"))
    beside = any(piece.beside for piece in pieces)
    empty = any(
        not any(columns.get(id(piece), {}).get(name) in row.cells for name in own)
        for piece in pieces
        for row in piece.ground.records
    )
    if own and (beside or empty) and not any(piece.fit.blocks for piece in pieces):
        yield SkipGuess(why=f"no-{pieces[0].fit.table.name.replace('_', '-')}", blank=own)


def _joined(rules: Iterable[SkipGuess]) -> tuple[SkipGuess, ...]:
    """Put rules of one kind together, their words as alternatives; a rule that ends the table stands first."""
    found: dict[tuple[str, bool, str, tuple[str, ...]], dict[str, None]] = {}
    for rule in rules:
        kind = "first" if rule.first else "any" if rule.any else ""
        key = (rule.why, rule.ends, kind, rule.blank or rule.filled_only)
        words = found.setdefault(key, {})
        words |= dict.fromkeys(rule.first or rule.any)
    joined = [
        SkipGuess(
            why=why, ends=ends, first=_distinct(words) if kind == "first" else (), any=_distinct(words) if kind == "any" else (),
            blank=fields if fields and why.startswith("no-") else (), filled_only=fields if fields and not why.startswith("no-") else (),
        )
        for (why, ends, kind, fields), words in found.items()
    ]  # fmt: skip
    return tuple(sorted(joined, key=lambda rule: not rule.ends))


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple({plain(word): word for word in words}.values())

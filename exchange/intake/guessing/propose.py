"""From the sheets of a file to a proposed layout: the tables that stand on them, and all that a layout must say.

In: a :class:`Book` and who sent it. Out: a :class:`Proposal`; what is unsure is left out of it and listed as a doubt. Refused
with one sentence (:class:`IntakeRefused`): a file on which no table of the form can be recognised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from exchange.errors import IntakeRefused
from exchange.intake.cells import Book
from exchange.intake.guessing.columns import Block, block_groups, blocks_of, names_of, side_by_side, views_of
from exchange.intake.guessing.drawing_up import draw_up
from exchange.intake.guessing.facts import facts_of, sections_of, title_of
from exchange.intake.guessing.grounds import Ground, grounds_of
from exchange.intake.guessing.pieces import Piece
from exchange.intake.guessing.proposal import Proposal, TableGuess
from exchange.intake.guessing.suggesting import words_of
from exchange.intake.guessing.tables_fit import (
    HELPING,
    LEAST_MARGIN,
    SURE,
    Fit,
    confidence,
    fit_table,
    fits_of,
)
from exchange.intake.guessing.vocabulary import folded, says, vocabulary
from exchange.intake.layout import Kind
from exchange.language import translate as _
from exchange.parties import Party

_SHARED = ("placement_id", "date", "trainee_ref", *HELPING)


def propose(file: str, book: Book, kind: Kind, sender: Party | None) -> Proposal:
    """Propose a layout.

    Args:
        file: the file's name, masked.
        book: its cells.
        kind: xlsx or csv.
        sender: who sent it, where that is known.

    Raises:
        IntakeRefused: nothing on it looks like a table of the form.
    """
    visible = [sheet for sheet in book.sheets if not sheet.hidden]
    copies = [sheet for sheet in visible if says(sheet.name, vocabulary().copies)]
    wanted = [sheet for sheet in visible if sheet not in copies] or visible
    pieces = [piece for sheet in wanted for ground in grounds_of(sheet) for piece in pieces_of(ground, file)]
    if not pieces:
        raise IntakeRefused(
            _(
                "Nothing in {file} looks like a table of the form: write a layout by hand (docs/layouts.md)."
            ).format(file=file)
        )
    drawn = [draw_up(group, [sheet.name for sheet in visible], sender) for group in _alike(pieces)]
    tables = [table for table in drawn if _is_found(table)]
    if not tables:
        raise IntakeRefused(
            _(
                "No column of {file} is sure enough to propose a layout: write one by hand (docs/layouts.md)."
            ).format(file=file)
        )
    read = {name for table in tables for name in table.sheets}
    return Proposal(
        file=file,
        name=layout_name(file),
        kind=kind,
        tables=tuple(tables),
        unread=tuple(sheet.name for sheet in visible if sheet.name not in read),
        copies=tuple(sheet.name for sheet in visible if sheet not in wanted),
        hidden=tuple(sheet.name for sheet in book.sheets if sheet.hidden),
        words=words_of(pieces[0]),
    )


def _is_found(table: TableGuess) -> bool:
    """Tell whether a layout could find the table: by a heading, or without headings by any column."""
    read = [field for field in table.fields if not field.left_out]
    return any(field.names or table.header_rows == 0 for field in read)


def layout_name(file: str) -> str:
    """Return a layout's name of a file's: without months and numbers, a-z 0-9 and hyphens."""
    words = folded(file.rpartition(".")[0])
    bare = "-".join(re.sub(r"\d+", " ", words).split())
    return (bare if len(bare) > 3 else words.replace(" ", "-"))[:48].strip("-") or "layout"


def pieces_of(ground: Ground, file: str) -> list[Piece]:
    """Return the tables that one ground is: the best, and others that share its rows."""
    if not ground.records:
        return []
    blocks = blocks_of(ground) or names_of(ground)
    views = views_of(ground, blocks) if blocks else side_by_side(views_of(ground, blocks))
    over = [(block, block.group or block_groups(ground, block)) for block in blocks]
    facts, sections = facts_of(ground), sections_of(ground)
    title = f"{title_of(ground)} {file.rpartition('.')[0]}"
    fits = fits_of(views, over, {fact.field for fact in facts} | {one.field for one in sections}, title)
    if not fits or _strength(fits[0]) < (1.5 if ground.heading else 0.9):
        return []
    first = Piece(
        ground=ground,
        views=tuple(views),
        fit=fits[0],
        rival=_rival(fits),
        facts=tuple(facts),
        sections=tuple(sections),
    )
    others = _beside(first, over, title)
    both = any(other.fit.table.name == first.rival for other in others)
    return [replace(first, rival=None) if both else first, *others]


def _strength(fit: Fit) -> float:
    return sum(confidence(pair) for pair in fit.pairs) + sum(block.score for block in fit.blocks)


def _rival(fits: Sequence[Fit]) -> str | None:
    """Return the table that the columns could be nearly as well."""
    return fits[1].table.name if len(fits) > 1 and fits[0].score - fits[1].score < 0.35 else None


def _beside(first: Piece, blocks: Sequence[tuple[Block, str]], title: str) -> list[Piece]:
    """Return a second table in the same rows: of columns that the first does not read, and of the keys that both share."""
    if blocks:
        return []
    used = {pair.column for pair in first.fit.pairs if pair.field not in _SHARED}
    left = [view for view in first.views if view.number not in used]
    given = {fact.field for fact in first.facts} | {one.field for one in first.sections}
    fits = [
        fit
        for name in ("attendance", "mentor_hours")
        if name != first.fit.table.name and (fit := fit_table(name, left, (), given, title)) is not None
    ]
    whole = [fit for fit in fits if _stands_alone(fit)]
    if first.fit.table.name not in ("attendance", "mentor_hours") or not whole:
        return []
    own = {pair.column for pair in whole[0].pairs if pair.field not in _SHARED}
    shared = tuple(view for view in first.views if view.number not in own)
    return [
        Piece(
            ground=first.ground,
            views=tuple(left),
            fit=whole[0],
            rival=None,
            facts=first.facts,
            sections=first.sections,
            beside=shared,
        )
    ]


def _stands_alone(fit: Fit) -> bool:
    """A second table has two columns of its own, surely read, and lacks nothing that it must have but an activity."""
    own = [
        pair
        for pair in fit.pairs
        if pair.field not in _SHARED and confidence(pair) >= SURE and pair.margin >= LEAST_MARGIN
    ]
    return len(own) >= 2 and set(fit.missing) <= {"activity"}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What makes two pieces one table of the layout."""

    table: str
    heading: bool
    grouped: bool
    blocks: tuple[tuple[str, str, bool], ...]
    facts: frozenset[tuple[str, bool]]
    sections: frozenset[str]
    core: frozenset[str]
    place: int


def _alike(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Put pieces together that one ``[[table]]`` can read, in the order of the file."""
    groups: dict[_Kind, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault(_kind(piece, pieces), []).append(piece)
    return list(groups.values())


def _kind(piece: Piece, pieces: Sequence[Piece]) -> _Kind:
    required = {field.name for field in piece.fit.table.fields if field.required} | set(HELPING)
    same_sheet = [
        other
        for other in pieces
        if other.ground.sheet is piece.ground.sheet and other.fit.table is piece.fit.table
    ]
    return _Kind(
        table=piece.fit.table.name,
        heading=piece.ground.heading is not None,
        grouped=piece.grouped,
        blocks=tuple(
            (one.field, f"{one.block.header} {one.block.gives}", bool(one.block.group))
            for one in piece.fit.blocks
        ),
        facts=frozenset((fact.field, fact.sheet_name) for fact in piece.used_facts),
        sections=frozenset(section.field for section in piece.used_sections),
        core=frozenset(piece.fit.fields & required),
        place=next(number for number, other in enumerate(same_sheet) if other is piece),
    )

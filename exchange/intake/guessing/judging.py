"""Which columns of a piece are read, which are left out, and which are asked about: the decision on each, with why.

In: a :class:`Piece`. Out: a :class:`Judgement`. Refuses nothing: a column with two readings is left out and asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from exchange.intake.cells import letters
from exchange.intake.guessing.columns import ColumnView
from exchange.intake.guessing.matching import Pair
from exchange.intake.guessing.pieces import Piece
from exchange.intake.guessing.plans import plan_is_for
from exchange.intake.guessing.proposal import ColumnGuess, Doubt
from exchange.intake.guessing.tables_fit import LEAST_MARGIN, SURE, confidence, score_of
from exchange.intake.guessing.vocabulary import elsewhere_likeness, heading_likeness
from exchange.intake.values import shown

_ALONE_SURE = frozenset({"date", "activity", "absence", "benefit", "jobcentre", "trainee_ref"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of each column of a piece."""

    columns: tuple[ColumnGuess, ...]
    sure: Mapping[str, int]
    doubts: tuple[Doubt, ...]


def judge(piece: Piece) -> Judgement:
    """Decide for each column whether its field is sure."""
    pairs = {pair.column: pair for pair in piece.fit.pairs}
    sure: dict[str, int] = {}
    columns: list[ColumnGuess] = []
    doubts: list[Doubt] = []
    rivals = _rivals(piece)
    for view in piece.views:
        pair = pairs.get(view.number)
        guess, doubt = _column(piece, view, pair, rivals.get(pair.field, ()) if pair else ())
        columns.append(guess)
        columns += [replace(guess, number=number) for number in view.turn_columns]
        if guess.field and pair:
            sure[pair.field] = view.number
        if doubt:
            doubts.append(doubt)
    return Judgement((*columns, *_day_columns(piece)), sure, tuple(doubts))


def _rivals(piece: Piece) -> Mapping[str, tuple[int, ...]]:
    """Return the columns that could be a field as well as the one that is, and that nothing else takes."""
    used = {pair.column for pair in piece.fit.pairs if confidence(pair) >= SURE}
    return {
        pair.field: tuple(
            number for number in pair.rivals if number not in used and _means(piece, number, pair.field)
        )
        for pair in piece.fit.pairs
    }


def _means(piece: Piece, number: int, field: str) -> bool:
    """Tell whether a column's words mean the field at least as much as something that the form has no place for."""
    words, table = piece.view(number).words, piece.fit.table.name
    own = max((heading_likeness(text, table, field) for text in words), default=0.0)
    other = max((elsewhere_likeness(text, table)[0] for text in words[:1]), default=0.0)
    return own >= other - 0.1


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Whether a column's field is read, how sure that is, why, and the columns that are asked about."""

    confidence: float
    why: str
    asked: tuple[int, ...] = ()

    @property
    def read(self) -> bool:
        return self.why in ("heading", "heading-and-cells", "cells")


def _column(
    piece: Piece, view: ColumnView, pair: Pair | None, rivals: tuple[int, ...]
) -> tuple[ColumnGuess, Doubt | None]:
    verdict = _verdict(piece, view, pair, rivals) if pair else _unread(piece, view)
    own = pair.field if pair else None
    others = pair.others if pair else ()
    guess = ColumnGuess(
        sheet=piece.ground.sheet.name,
        number=view.number,
        heading=view.heading or view.above,
        group=view.group,
        field=own if verdict.read else None,
        likeliest=None if verdict.read else own,
        confidence=verdict.confidence,
        why=verdict.why,
        alternatives=tuple((name, _share(piece, view, name)) for name in others),
        named=view.named,
    )
    doubt = _unsure(piece, verdict.asked, own, () if rivals else others) if verdict.asked and own else None
    return guess, doubt


def _unread(piece: Piece, view: ColumnView) -> _Verdict:
    words = view.words[:1]
    known = max((elsewhere_likeness(text, piece.fit.table.name)[0] for text in words), default=0.0)
    return _Verdict(0.0, "elsewhere" if known >= 0.7 else "unknown")


def _verdict(piece: Piece, view: ColumnView, pair: Pair, rivals: tuple[int, ...]) -> _Verdict:
    own, here = confidence(pair), (view.number,)
    plan = plan_is_for(piece, view) if pair.field == "planned_hours" else "day"
    if plan != "day":
        asked = here if plan is None else ()
        return _Verdict(min(own, 0.5), "unsure" if asked else "not-needed", asked)
    if rivals:
        return _Verdict(min(own, 0.5), "two-readings", tuple(sorted((*here, *rivals))))
    return _by_its_words(view, pair, own) if view.words else _by_its_cells(view, pair, own)


def _by_its_words(view: ColumnView, pair: Pair, own: float) -> _Verdict:
    """A column without cells goes by its heading alone: there is nothing in it to be taken for something else."""
    if pair.margin < LEAST_MARGIN:
        return _Verdict(min(own, 0.59), "two-readings", (view.number,))
    if not view.contents.said and pair.score >= 0.5:
        return _Verdict(max(own, SURE), "heading")
    if own < SURE:
        return _Verdict(own, "unsure", (view.number,))
    return _Verdict(own, "heading-and-cells")


def _by_its_cells(view: ColumnView, pair: Pair, own: float) -> _Verdict:
    """Cells alone tell a field where only one column could be it and its cells are like no other field's."""
    if pair.field in _ALONE_SURE and own >= 0.4 and pair.margin >= LEAST_MARGIN:
        return _Verdict(max(own, SURE), "cells")
    return _Verdict(min(own, 0.5), "unsure", (view.number,))


def _share(piece: Piece, view: ColumnView, name: str) -> float:
    return round(min(0.99, score_of(view, piece.fit.table, name)), 2)


def _unsure(piece: Piece, columns: Sequence[int], field: str, others: Iterable[str]) -> Doubt:
    form = piece.fit.table
    required = any(one.name == field and one.required for one in form.fields) or field.startswith("_")
    return Doubt(
        what="column",
        table=form.name,
        sheet=piece.ground.sheet.name,
        columns=tuple(map(letters, columns)),
        field=field,
        alternatives=tuple(dict.fromkeys((field, *others))),
        required=required,
    )


def _day_columns(piece: Piece) -> Iterable[ColumnGuess]:
    for one in piece.fit.blocks:
        for number, heading in zip(one.block.columns, one.block.headings, strict=True):
            yield ColumnGuess(
                sheet=piece.ground.sheet.name, number=number, heading=shown(heading), group=one.block.group,
                field=one.field if one.score >= SURE else None, likeliest=None if one.score >= SURE else one.field,
                confidence=round(min(0.99, one.score), 2), why="day",
            )  # fmt: skip

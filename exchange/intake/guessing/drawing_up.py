"""From alike pieces to one ``[[table]]``: what is sure is drawn up, what is not is left out and asked.

In: pieces of one kind, the file's sheets, the sender. Out: a :class:`TableGuess`. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from exchange.form.codes import code_list
from exchange.form.tables import Table
from exchange.intake.cells import Row
from exchange.intake.guessing.choices import Choice, choice_of, dates_of
from exchange.intake.guessing.code_texts import Legend, codes_of, legend_of
from exchange.intake.guessing.contents import Contents, dashes
from exchange.intake.guessing.doubting import constants_of, doubts_of, missing, rival_doubts
from exchange.intake.guessing.facts import Fact, Section
from exchange.intake.guessing.field_reading import field_guess, taken_columns, taken_of
from exchange.intake.guessing.judging import judge
from exchange.intake.guessing.pieces import Piece
from exchange.intake.guessing.proposal import (
    BlockGuess,
    CellGuess,
    CodeChoice,
    Doubt,
    FieldGuess,
    SectionGuess,
    TableGuess,
)
from exchange.intake.guessing.skipping import skips_of
from exchange.intake.guessing.suggesting import totals_of
from exchange.intake.guessing.tables_fit import SURE, BlockFit, gives_times
from exchange.intake.layout import Reading, SheetCell
from exchange.intake.sheet_cells import find_cells
from exchange.intake.values import value_text
from exchange.intake.words import fits, plain
from exchange.parties import Party

_PERIODS = {"days": {"_month"}, "weekdays": {"_week", "_year"}, "weeks": {"_year"}}


def draw_up(pieces: Sequence[Piece], sheets: Sequence[str], sender: Party | None) -> TableGuess:
    """Draw up one table of a layout.

    Args:
        pieces: the places where it stands, all of one kind.
        sheets: the file's visible sheets.
        sender: who sent the file, where that is known.
    """
    first = pieces[0]
    form = first.fit.table
    judged = [(piece, judge(piece)) for piece in pieces]
    taken = taken_of(judged)
    legend = legend_of(row for piece in pieces for row in _outside(piece))
    blocks = _blocks(pieces, legend)
    fields = tuple(field_guess(one, form, pieces, legend) for one in taken)
    undated = any(one.choice.without_year for one in fields) or any(one.choice.without_year for one in blocks)
    cells, sections = _cells(pieces, undated=undated), _sections(pieces)
    given = _given(fields, blocks, cells, sections)
    times = _come_from_times(form, given)
    judged_doubts = [doubt for _piece, judgement in judged for doubt in judgement.doubts]
    constants, said = constants_of(form, given, pieces, sender)
    blocks, undated_blocks = _with_their_period(blocks, given, first)
    told = given | set(constants) | {doubt.field or "" for doubt in judged_doubts}
    doubts = [
        *rival_doubts(pieces),
        *judged_doubts,
        *undated_blocks,
        *doubts_of(first, fields, blocks),
        *said,
        *missing(first, told, fields, blocks, times=times),
    ]
    names = tuple(dict.fromkeys(piece.ground.sheet.name for piece in pieces))
    patterns, not_sheets = sheet_patterns(names, sheets)
    skips = skips_of(pieces, fields, taken_columns(taken))
    return TableGuess(
        table=form.name,
        confidence=_confidence(fields, blocks, first),
        sheets=names,
        patterns=patterns,
        not_sheets=not_sheets,
        heading_row=first.ground.heading.number if first.ground.heading else None,
        header_rows=_header_rows(pieces),
        first_row=first.ground.records[0].number,
        fields=fields,
        blocks=blocks,
        cells=cells,
        sections=sections,
        constants=constants,
        skips=skips,
        totals=totals_of(form.name, given, skips, pieces),
        hours_from_times=times,
        columns=tuple(column for _piece, judgement in judged for column in judgement.columns),
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _given(
    fields: Iterable[FieldGuess],
    blocks: Iterable[BlockGuess],
    cells: Iterable[CellGuess],
    sections: Iterable[SectionGuess],
) -> set[str]:
    """Return the names of what the table will say."""
    read = [one for one in blocks if not one.left_out]
    found = {one.field for one in fields if not one.left_out} | {one.field for one in read}
    found |= {one.gives for one in read if one.gives}
    return found | {one.field for one in cells} | {one.field for one in sections}


def _come_from_times(form: Table, given: set[str]) -> bool:
    """Tell whether the hours are not written but follow from when somebody came and went."""
    hours = {"mentor_hours": "hours", "attendance": "attended_hours"}.get(form.name)
    return hours is not None and hours not in given and gives_times(given)


def _header_rows(pieces: Sequence[Piece]) -> int:
    if pieces[0].ground.heading is None:
        return 0
    return 2 if any(piece.grouped for piece in pieces) else 1


def _blocks(pieces: Sequence[Piece], legend: Legend) -> tuple[BlockGuess, ...]:
    first = pieces[0].fit.blocks
    return tuple(
        _block([piece.fit.blocks[number] for piece in pieces], pieces, legend) for number in range(len(first))
    )


def _block(blocks: Sequence[BlockFit], pieces: Sequence[Piece], legend: Legend) -> BlockGuess:
    first = blocks[0]
    form = pieces[0].fit.table
    contents = Contents(
        tuple(cell for one in blocks for cell in one.block.contents.cells),
        sum(one.block.contents.rows for one in blocks),
    )
    headings = Contents(tuple(cell for one in blocks for cell in one.block.headings), 1)
    dated = dates_of(headings) if first.block.header == "dates" else Choice()
    own = choice_of(contents, form.field(first.field), first.block.group)
    texts = [text for text in contents.texts if _is_code(text, contents)]
    codes = codes_of(texts, "absence", legend) if form.name == "attendance" else CodeChoice()
    unsure: tuple[str, ...] = tuple(one.choice for one in (*dated.unsure, *own.unsure))
    if first.score < SURE or first.block.unsure:
        unsure = ("column", *unsure)
    return BlockGuess(
        field=first.field,
        header=first.block.header,
        group=tuple(dict.fromkeys(one.block.group for one in blocks if one.block.group)),
        weeks_above=first.block.weeks_above,
        gives=first.block.gives,
        not_names=_not_names(pieces) if first.block.gives else (),
        confidence=round(min(0.99, *(one.score for one in blocks)), 2),
        choice=Choice(
            dates=dated.dates, without_year=dated.without_year, numbers=own.numbers, unit=own.unit, blank=own.blank,
            unsure=(*dated.unsure, *own.unsure),
        ),
        codes=codes,
        sets=_sets(codes, texts, plan_stands="planned_hours" in {pair.field for pair in pieces[0].fit.pairs})
        if first.field == "attended_hours"
        else {},
        left_out=unsure,
    )  # fmt: skip


def _not_names(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Return the headings beside a block of names that are none and that no field is read from."""
    used = {(id(piece), pair.column) for piece in pieces for pair in piece.fit.pairs}
    views = ((piece, view) for piece in pieces for view in piece.views)
    return tuple(
        dict.fromkeys(
            view.heading for piece, view in views if view.heading and (id(piece), view.number) not in used
        )
    )


def _is_code(text: str, contents: Contents) -> bool:
    return not any(sign.isdigit() for sign in text) and plain(text) not in dashes(contents)


def _sets(codes: CodeChoice, texts: Sequence[str], *, plan_stands: bool) -> Mapping[str, Mapping[str, str]]:
    """A code in a day's cell is an absence and no hours; on a day that is closed none are planned either."""
    found: dict[str, Mapping[str, str]] = {}
    for text in texts:
        code = codes.codes.get(text) or (None if text in codes.doubtful else code_list("absence").find(text))
        if code is not None:
            closed = {"planned_hours": "0.00"} if plan_stands and code == "public-holiday" else {}
            found[text] = {"absence": code, "attended_hours": "0.00", **closed}
    return found


def _cells(pieces: Sequence[Piece], *, undated: bool) -> tuple[CellGuess, ...]:
    """Return the cells of the sheet that give a field; the year only where the dates do not say it."""
    found: dict[str, list[Fact]] = {}
    for piece in pieces:
        idle = "date" in piece.given and not undated
        for fact in piece.used_facts:
            if idle and fact.field == "_year":
                continue
            found.setdefault(fact.field, []).append(fact)
    cells = (_cell(field, facts) for field, facts in found.items() if field != "reporter")
    return tuple(cell for cell in cells if _reads_back(cell, pieces))


def _reads_back(cell: CellGuess, pieces: Sequence[Piece]) -> bool:
    """Tell whether the layout would find on each sheet just what was seen there: another cell may bear the same label."""
    item = SheetCell(
        field=cell.field, at=cell.at, label=cell.labels, sheet_name=cell.sheet_name, reading=Reading(pattern=cell.pattern)
    )  # fmt: skip
    for piece in pieces:
        seen = next((fact.value for fact in piece.used_facts if fact.field == cell.field), None)
        last = piece.ground.heading.number if piece.ground.heading else 0
        place = None if cell.sheet_name else find_cells(piece.ground.sheet, [item], (last - 1, last))[0]
        found = None if place is None else value_text(place.cell, item.reading)
        if seen is not None and not cell.sheet_name and found != value_text(seen, Reading()):
            return False
    return True


def _with_their_period(
    blocks: Sequence[BlockGuess], given: set[str], first: Piece
) -> tuple[tuple[BlockGuess, ...], list[Doubt]]:
    """Leave out the blocks whose days could be of any week, month or year, and ask for what lacks."""
    found: list[BlockGuess] = []
    doubts: list[Doubt] = []
    for block in blocks:
        told = given | ({"_week"} if block.weeks_above else set())
        lost = sorted(_PERIODS.get(block.header, set()) - told - ({"_year"} if "_week" in told else set()))
        found.append(replace(block, left_out=(*block.left_out, "period")) if lost else block)
        doubts += [
            Doubt(what="period", table=first.fit.table.name, sheet=first.ground.sheet.name, field=block.field, alternatives=(helper,))
            for helper in lost
        ]  # fmt: skip
    return tuple(found), doubts


def _sections(pieces: Sequence[Piece]) -> tuple[SectionGuess, ...]:
    found: dict[str, list[Section]] = {}
    for piece in pieces:
        for section in piece.used_sections:
            found.setdefault(section.field, []).append(section)
    return tuple(
        SectionGuess(
            field=field,
            labels=tuple(dict.fromkeys(one.label for one in sections if one.label)),
            first=tuple(dict.fromkeys(word for one in sections for word in one.first)),
            pattern=sections[0].pattern,
        )
        for field, sections in found.items()
    )


def _cell(field: str, facts: Sequence[Fact]) -> CellGuess:
    first = facts[0]
    return CellGuess(
        field=field,
        labels=tuple(dict.fromkeys(fact.label for fact in facts if fact.label)),
        at=None if first.label or first.sheet_name else first.at,
        pattern=first.pattern,
        sheet_name=first.sheet_name,
    )


def _outside(piece: Piece) -> Iterable[Row]:
    ground = piece.ground
    yield from ground.before
    yield from (one.row for one in ground.odd)


def _confidence(fields: Sequence[FieldGuess], blocks: Sequence[BlockGuess], first: Piece) -> float:
    sure = [*(one.confidence for one in fields), *(one.confidence for one in blocks)]
    mean = sum(sure) / len(sure) if sure else 0.0
    return round(mean * (0.6 if first.rival else 1.0), 2)


def sheet_patterns(
    names: Sequence[str], all_sheets: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ``sheets`` and ``not_sheets`` of a layout: a pattern of names that next month's file has too, if there is one."""
    others = [name for name in all_sheets if name not in names]
    if not others:
        return (), ()
    if len(names) == 1:
        return tuple(names), ()
    pattern = _common(names)
    if pattern and not any(fits(other, (pattern,)) for other in others):
        return (pattern,), ()
    return ((), tuple(others)) if len(others) <= len(names) else (tuple(names), ())


def _common(names: Sequence[str]) -> str | None:
    begin = min(names)
    while not all(name.startswith(begin) for name in names):
        begin = begin[:-1]
    end = min(names)
    while not all(name.endswith(end) for name in names):
        end = end[1:]
    if len(begin.strip()) >= 2:
        return f"{begin.rstrip('0123456789')}*"
    return f"*{end}" if len(end.strip()) >= 2 else None

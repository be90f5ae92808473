"""Where a sheet's tables stand: heading rows by their words, records below, title block above, rows that are no records.

In: one :class:`Sheet`. Out: a :class:`Ground` per table that seems to stand on it. Refuses nothing: a sheet without
anything like a table gives none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from exchange.intake.cells import Cell, Row, Sheet
from exchange.intake.dates import weekday_number
from exchange.intake.guessing.contents import DAY_FIRST, WITHOUT_YEAR, day_by, traits_of
from exchange.intake.guessing.vocabulary import begins_with, best_likeness, vocabulary
from exchange.intake.numbers import exact
from exchange.intake.words import plain, squeezed

HEADING_WITHIN = 2000
"""Rows of a sheet that are looked at for headings; records below the last one are all read by the layout."""
LAST_ROWS = 200
"""Rows at the end of a longer sheet that are looked at for totals and footers."""
_LIKE = 0.7
_SHORT = 40
_HARDLY_A_TITLE = 60


@dataclass(frozen=True, slots=True)
class OddRow:
    """A row that is no record, and the telling cell.

    ``total``, ``footer``, ``alone`` (one cell among rows of several) or ``label`` (``Forløb: 159-00012`` among records).
    """

    row: Row
    why: str
    tells: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One table's place on a sheet.

    Attributes:
        heading: the row of headings; None where the records have none.
        above: the row right above the heading, where it says something of the columns.
        before: the rows above both, down from the table before.
        records: rows that look like records.
        odd: rows among and below them that do not.
        ends_with: the first row of what stands below, another table's title or heading.
    """

    sheet: Sheet
    heading: Row | None
    above: Row | None
    before: tuple[Row, ...]
    records: tuple[Row, ...]
    odd: tuple[OddRow, ...]
    ends_with: Row | None

    @property
    def cells(self) -> list[Mapping[int, Cell]]:
        """The records' cells."""
        return [row.cells for row in self.records]


def grounds_of(sheet: Sheet) -> list[Ground]:
    """Return the tables of a sheet, from the top."""
    every = list(sheet.rows)
    looked_at = (
        every if len(every) <= HEADING_WITHIN + LAST_ROWS else [*every[:HEADING_WITHIN], *every[-LAST_ROWS:]]
    )
    rows = [row for row in looked_at if row.cells]
    places = _heading_places(rows)
    if not places:
        bare = _without_heading(sheet, rows)
        return [bare] if bare else []
    return [
        _ground(sheet, rows, place, places[number - 1] if number else None, places[number + 1 :][:1])
        for number, place in enumerate(places)
    ]


def _heading_places(rows: Sequence[Row]) -> list[int]:
    """Return where headings stand: a repeated one is none of its own, nor the upper of two heading rows."""
    scores = [heading_score(row) for row in rows]
    scores = [0.0 if _is_label(rows, scores, place) else score for place, score in enumerate(scores)]
    places: list[int] = []
    for place, score in enumerate(scores):
        if score < 1.5 or (place + 1 < len(rows) and _is_upper(rows, scores, place)):
            continue
        if places and (
            _same_words(rows[places[-1]], rows[place]) or not _opens(rows, scores, place, places[-1])
        ):
            continue
        places.append(place)
    return places


def _is_label(rows: Sequence[Row], scores: Sequence[float], place: int) -> bool:
    """Tell whether a row of two words is a fact of the title block: a wider heading follows soon."""
    near = range(place + 1, min(place + 10, len(rows)))
    return len(rows[place].cells) <= 2 and any(
        scores[other] >= 1.5 and len(rows[other].cells) > 2 for other in near
    )


def _is_upper(rows: Sequence[Row], scores: Sequence[float], place: int) -> bool:
    """Tell whether the next row is the real heading: right below it, and with as many words."""
    below = rows[place + 1]
    return (
        below.number == rows[place].number + 1
        and scores[place + 1] >= max(1.5, scores[place] - 0.5)
        and _texts_only(below)
    )


def _texts_only(row: Row) -> bool:
    return sum(cell.kind == "text" for cell in row.cells.values()) * 2 >= len(row.cells) or _days_in(row) >= 4


def _opens(rows: Sequence[Row], scores: Sequence[float], place: int, last: int) -> bool:
    """A further heading stands apart from the rows above it, or under a title; a record that happens to be wordy does not."""
    before = rows[place - 1]
    apart = rows[place].number - before.number > 1
    lone = len(before.cells) <= 2
    return (apart or lone or scores[place] >= max(2.5, 0.8 * scores[last])) and place - last > 1


def _same_words(one: Row, other: Row) -> bool:
    return {plain(cell.text) for cell in one.cells.values()} == {
        plain(cell.text) for cell in other.cells.values()
    }


def heading_score(row: Row) -> float:
    """Return how much a row looks like headings: words of fields and days count for it, values against it."""
    days = _days_in(row)
    words = values = 0.0
    for cell in row.cells.values():
        if is_heading_text(cell):
            words += best_likeness(cell.text) >= _LIKE and not squeezed(cell.text).endswith(":")
        elif days < 3 or not _is_day(cell):
            values += 1
    return words + min(days, 4) * 0.5 - values


def is_heading_text(cell: Cell) -> bool:
    """Tell whether a cell is a text that no value is: no date, number or id."""
    if cell.kind != "text" or len(squeezed(cell.text)) > _HARDLY_A_TITLE:
        return False
    return traits_of(cell).isdisjoint({"date", "clock", "day-hours", "money", "cpr"}) and not (
        "id" in traits_of(cell) and best_likeness(cell.text) < _LIKE
    )


def _days_in(row: Row) -> int:
    return sum(_is_day(cell) for cell in row.cells.values())


def _is_day(cell: Cell) -> bool:
    """Tell whether a cell may head a column of one day or week."""
    if cell.kind == "date":
        return True
    text = squeezed(cell.text)
    if weekday_number(text) is not None or "week" in traits_of(cell):
        return True
    value = exact(text.rstrip("."))
    return (value is not None and value == int(value) and 1 <= value <= 53) or (
        cell.kind == "text" and day_by(text, (*DAY_FIRST, *WITHOUT_YEAR), 2000) is not None
    )


def _ground(sheet: Sheet, rows: Sequence[Row], place: int, last: int | None, after: Sequence[int]) -> Ground:
    heading = rows[place]
    above = rows[place - 1] if place and rows[place - 1].number == heading.number - 1 else None
    above = above if above and _speaks_of_columns(above, heading, sheet) else None
    end = after[0] if after else len(rows)
    end, ends_with = _end_of(rows, place, end) if after else (end, None)
    records, odd = _told_apart(rows[place + 1 : end], heading)
    first = 0 if last is None else last + 1
    before = [row for row in rows[first:place] if row is not above]
    if last is not None:
        before = _block_right_above(before, above or heading)
    return Ground(
        sheet=sheet, heading=heading, above=above, before=tuple(before), records=tuple(records), odd=tuple(odd), ends_with=ends_with,
    )  # fmt: skip


def _speaks_of_columns(above: Row, heading: Row, sheet: Sheet) -> bool:
    """A row above that spans columns, or names a column whose heading is empty; a title over everything does not."""
    if any(_is_value(cell) for cell in above.cells.values()) and _days_in(above) < 2:
        return False
    spans = [
        merge
        for merge in sheet.merged
        if merge.top <= above.number <= merge.bottom and merge.right > merge.left
    ]
    whole = len(above.cells) == 1 and (
        min(above.cells) == min(heading.cells)
        or any(merge.right - merge.left + 1 >= len(heading.cells) for merge in spans)
    )
    if whole:
        return False
    fills_in = any(column not in heading.cells for column in above.cells)
    return len(above.cells) >= 2 or bool(spans) or fills_in


def _is_value(cell: Cell) -> bool:
    return cell.kind != "text" or not traits_of(cell).isdisjoint({"date", "clock", "money"})


def _end_of(rows: Sequence[Row], place: int, after: int) -> tuple[int, Row]:
    """Return where a table ends before the next heading: at the blank row, or the title block, right above it."""
    first = after
    while first - 1 > place and _belongs_above(rows, first - 1, after):
        first -= 1
    return first, rows[first]


def _belongs_above(rows: Sequence[Row], place: int, heading: int) -> bool:
    """Tell whether a row between two tables belongs to the lower one: joined to it, with few cells and no total."""
    row, below = rows[place], rows[place + 1]
    joined = below.number - row.number <= 1 or heading - place <= 3
    tells = row.cells[min(row.cells)]
    return (
        joined
        and len(row.cells) <= 4
        and len(row.cells) < len(rows[heading].cells)
        and not _total_word(tells)
    )


def _block_right_above(rows: Sequence[Row], below: Row) -> list[Row]:
    kept: list[Row] = []
    for row in reversed(rows):
        if (kept[-1] if kept else below).number - row.number > 2 or len(row.cells) > 4:
            break
        kept.append(row)
    return kept[::-1]


def _told_apart(rows: Sequence[Row], heading: Row) -> tuple[list[Row], list[OddRow]]:
    """Tell records from totals, footers and lone cells."""
    usual = median([len(row.cells) for row in rows] or [1])
    records: list[Row] = []
    odd: list[OddRow] = []
    for row in rows:
        if _same_words(row, heading):
            continue
        found = _oddness(row, usual, heading)
        if found is None:
            records.append(row)
        else:
            odd.append(found)
    last = records[-1].number if records else 0
    return records, [
        OddRow(one.row, "footer", one.tells) if one.why == "alone" and one.row.number > last else one
        for one in odd
    ]


def _oddness(row: Row, usual: float, heading: Row) -> OddRow | None:
    first = row.cells[min(row.cells)]
    for cell in row.cells.values():
        less = len(row.cells) < usual or cell is first
        if less and _total_word(cell) and len(squeezed(cell.text)) <= _SHORT:
            return OddRow(row, "total", cell)
    if len(row.cells) <= 2 and first.kind == "text" and begins_with(first.text, vocabulary().footers):
        return OddRow(row, "footer", first)
    if len(row.cells) <= min(2, usual - 1) and _is_labelled(first):
        return OddRow(row, "label", first)
    if len(row.cells) == 1 and usual > 2 and (first.kind == "text" or min(row.cells) not in heading.cells):
        return OddRow(row, "alone", first)
    return None


def _is_labelled(cell: Cell) -> bool:
    """Tell whether a cell is a label that ends with a colon, alone or before its value."""
    label, colon, _value = squeezed(cell.text).partition(":")
    return cell.kind == "text" and colon == ":" and best_likeness(label) >= _LIKE


def _total_word(cell: Cell) -> str | None:
    return begins_with(cell.text, vocabulary().totals) if cell.kind == "text" else None


def total_word(cell: Cell) -> str | None:
    """Return the word that makes a row a total."""
    return _total_word(cell)


def _without_heading(sheet: Sheet, rows: Sequence[Row]) -> Ground | None:
    """Records with no headings at all: rows of the same kinds of cells."""
    if len(rows) < 2:
        return None
    usual = median([len(row.cells) for row in rows])
    start = next(
        (place for place, row in enumerate(rows) if len(row.cells) >= max(3, usual) and _has_values(row)),
        None,
    )
    if start is None:
        return None
    records, odd = _told_apart(rows[start:], rows[start])
    return Ground(
        sheet=sheet, heading=None, above=None, before=tuple(rows[:start]), records=tuple(records), odd=tuple(odd), ends_with=None,
    )  # fmt: skip


def _has_values(row: Row) -> bool:
    return sum(_is_value(cell) for cell in row.cells.values()) >= 2

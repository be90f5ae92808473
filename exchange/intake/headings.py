"""Where a sheet's records stand: the heading row, found by its words, and what each column means.

In: a :class:`Sheet` and one :class:`TableLayout`. Out: a :class:`Heading`, or :class:`Lacking` with the words that were not found in
the row that came nearest. Refuses nothing: :mod:`read` turns what lacks into a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from exchange.intake.cells import Cell, Merge, Row, Sheet, column_number
from exchange.intake.dates import date_of_serial, read_date_text, read_week, weekday_number
from exchange.intake.layout import Column, SheetCell, TableLayout, Wide
from exchange.intake.numbers import exact
from exchange.intake.sheet_cells import Place, find_cells, in_group
from exchange.intake.spelling import Misspelt, mended
from exchange.intake.words import fits, plain

_A_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One column of a wide block: what its heading says (a date, a day, weekday or week number, or a name).

    Attributes:
        without_year: the date was written without one; ``day`` is that day in a leap year.
    """

    column: int
    heading: Place
    number: int | None = None
    day: date | None = None
    without_year: bool = False


Turn = tuple[tuple[Column, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the columns of one sheet mean.

    Attributes:
        last: the heading's last row; records stand below.
        columns: each layout column that stands once, and its number.
        turns: the columns that stand several times, once for each time.
        wide: each wide block and its day columns.
        groups: the group heading above each column.
        cells: the sheet's own cells; None for a sheet name.
        texts: the heading's texts by column, to know a repeated heading again.
        unread: headings that the layout does not name.
        misspelt: heading words that were read although they are spelt otherwise.
    """

    last: int
    columns: tuple[tuple[Column, int], ...]
    turns: tuple[Turn, ...] = ()
    wide: tuple[tuple[Wide, tuple[DayColumn, ...]], ...] = ()
    groups: Mapping[int, Place]
    cells: tuple[tuple[SheetCell, Place | None], ...] = ()
    texts: tuple[Mapping[int, str], ...] = ()
    unread: tuple[str, ...] = ()
    misspelt: tuple[Misspelt, ...] = ()

    @property
    def placed(self) -> tuple[tuple[Column, int], ...]:
        """Every layout column and its number, those that stand several times too."""
        return (*self.columns, *(pair for turn in self.turns for pair in turn))

    @property
    def reads(self) -> frozenset[int]:
        """The numbers of all columns that are read."""
        wide = (day.column for _block, days in self.wide for day in days)
        return frozenset((*(number for _column, number in self.placed), *wide))


@dataclass(frozen=True, slots=True)
class Lacking:
    """No heading: what the nearest row had and what it lacked."""

    found: int
    words: tuple[str, ...]


def find_heading(sheet: Sheet, layout: TableLayout, *, near: bool = False) -> Heading | Lacking:
    """Find a table's heading in a sheet.

    Args:
        sheet: its rows are read from the top until the heading is found.
        layout: the table's layout.
        near: take heading words that are misspelt a little, where nothing else can be meant.
    """
    heading = _without_headings(layout) if layout.header_rows == 0 else _first_heading(sheet, layout, near)
    if isinstance(heading, Lacking):
        return heading
    rows = range(heading.last - layout.header_rows + 1, heading.last + 1)
    places = find_cells(sheet, layout.cells, rows)
    cells = list(zip(layout.cells, places, strict=True))
    lost = tuple(
        item.label[0] if item.label else item.at or ""
        for item, place in cells
        if place is None and not item.sheet_name and not item.optional
    )
    if lost:
        return Lacking(0, lost)
    found = tuple((item, place) for item, place in cells if place is not None or item.sheet_name)
    return replace(heading, cells=found)


def _first_heading(sheet: Sheet, layout: TableLayout, near: bool) -> Heading | Lacking:
    nearest = Lacking(0, _all_words(layout))
    misspelt: Heading | None = None
    above: Row | None = None
    titled = not layout.title
    left = layout.header_within
    for row in sheet.rows:
        if left == 0:
            break
        if titled:
            attempt = heading_at(row, above, layout, sheet.merged)
            mended = heading_at(row, above, layout, sheet.merged, near=True) if near else attempt
            if isinstance(attempt, Heading):
                return mended if isinstance(mended, Heading) else attempt
            if misspelt is None and isinstance(mended, Heading):
                misspelt = mended
            nearest = max(nearest, attempt, key=lambda one: one.found)
            left -= 1
        titled = titled or is_title(row, layout)
        above = row
    return misspelt or (nearest if titled else Lacking(0, layout.title[:1]))


def is_title(row: Row, layout: TableLayout) -> bool:
    """Tell whether the row is the title below which the layout looks for the heading."""
    return any(fits(cell.text, layout.title) for cell in row.cells.values()) if layout.title else False


def heading_at(
    row: Row, above: Row | None, layout: TableLayout, merged: Sequence[Merge], *, near: bool = False
) -> Heading | Lacking:
    """Read one row as the table's heading.

    Args:
        row: the row.
        above: the row before it, where group headings stand.
        layout: the table's layout.
        merged: the sheet's merged ranges: a merged group heading covers just its range.
        near: as for :func:`find_heading`.
    """
    groups: Mapping[int, Place] = {}
    words = row.cells
    if layout.header_rows == 2 and above is not None and above.number == row.number - 1:
        groups = _groups(above, row, merged)
        # A heading that is merged over both rows stands in the upper one.
        words = {**above.cells, **row.cells}
    placed = [(column, _columns_of(words, groups, column)) for column in layout.columns]
    if words is not row.cells and not any(one in row.cells for _column, numbers in placed for one in numbers):
        placed = [(column, []) for column in layout.columns]
    misspelt: tuple[Misspelt, ...] = ()
    if near:
        placed, misspelt = mended(row, groups, placed)
    return _heading(row, above if groups else None, groups, placed, misspelt, layout)


def _heading(  # noqa: PLR0913, PLR0917 (what a heading is made of)
    row: Row,
    above: Row | None,
    groups: Mapping[int, Place],
    placed: Sequence[tuple[Column, list[int]]],
    misspelt: tuple[Misspelt, ...],
    layout: TableLayout,
) -> Heading | Lacking:
    columns = tuple((column, numbers[0]) for column, numbers in placed if numbers and not column.each)
    turns, uneven = _turns([(column, numbers) for column, numbers in placed if column.each], groups)
    named = {number for column, numbers in placed for number in numbers if column.names}
    wide = tuple((block, _day_columns(row, groups, block, named)) for block in layout.wide)
    lost = [_word(column) for column, numbers in placed if not numbers and not column.optional]
    lost += [_word(column) for column in uneven]
    lost += [_block_words(block) for block, days in wide if not days]
    if lost or not (named or any(block.header == "names" for block, _days in wide)):
        found = sum(bool(numbers) for column, numbers in placed if column.names)
        return Lacking(found + sum(bool(days) for _block, days in wide), tuple(lost) or _all_words(layout))
    heading = Heading(
        last=row.number,
        columns=columns,
        turns=turns,
        wide=wide,
        groups=groups,
        texts=tuple(_texts(each) for each in (row, above) if each is not None),
        misspelt=misspelt,
    )
    unread = (cell.text.strip() for column, cell in sorted(row.cells.items()) if column not in heading.reads)
    return replace(heading, unread=tuple(unread))


def _turns(
    placed: Sequence[tuple[Column, list[int]]], groups: Mapping[int, Place]
) -> tuple[tuple[Turn, ...], list[Column]]:
    """Put together the columns that stand side by side several times; also return those that stand too seldom.

    Under group headings a turn is a group; else the first columns make the first turn, the second ones the second.
    """
    needed = [numbers for column, numbers in placed if not column.optional] or [
        numbers for _column, numbers in placed
    ]
    times = max((len(numbers) for numbers in needed), default=0)
    uneven = [column for column, numbers in placed if not column.optional and 0 < len(numbers) < times]
    starts = [min(numbers[turn] for numbers in needed if turn < len(numbers)) for turn in range(times)]
    turns: list[list[tuple[Column, int]]] = [[] for _start in starts]
    for column, numbers in placed:
        whole = len(numbers) == times
        for order, number in enumerate(numbers):
            turns[order if whole else _turn_of(number, starts, groups)].append((column, number))
    return tuple(tuple(turn) for turn in turns if turn), uneven


def _turn_of(number: int, starts: Sequence[int], groups: Mapping[int, Place]) -> int:
    own = groups.get(number)
    same = [turn for turn, start in enumerate(starts) if own is not None and groups.get(start) == own]
    before = [turn for turn, start in enumerate(starts) if start <= number]
    return (same or before or [0])[-1]


def _all_words(layout: TableLayout) -> tuple[str, ...]:
    names = [column.names[0] for column in layout.columns if column.names and not column.optional]
    return (*names, *(_block_words(block) for block in layout.wide))


def _word(column: Column) -> str:
    return column.names[0] if column.names else column.at or ""


def _block_words(block: Wide) -> str:
    return f"{block.group[0]}: {block.header}" if block.group else block.header


def _without_headings(layout: TableLayout) -> Heading:
    columns = tuple((column, column_number(column.at or "A")) for column in layout.columns)
    return Heading(last=layout.first_row - 1, columns=columns, groups={})


def _texts(row: Row) -> Mapping[int, str]:
    return {column: plain(cell.text) for column, cell in row.cells.items()}


def _groups(above: Row, row: Row, merged: Iterable[Merge]) -> Mapping[int, Place]:
    """Carry each group heading to the right: a merged one over its range, another up to the next one."""
    ends = {merge.left: merge.right for merge in merged if merge.top == above.number}
    groups: dict[int, Place] = {}
    current: Place | None = None
    until = 0
    for column in range(1, max((*row.cells, *above.cells), default=0) + 1):
        if column in above.cells:
            current = Place(above.number, above.cells[column])
            until = ends.get(column, 0)
        if current is not None and (not until or column <= until):
            groups[column] = current
    return groups


def _columns_of(words: Mapping[int, Cell], groups: Mapping[int, Place], column: Column) -> list[int]:
    """Return the columns of a field: the first that fits, or all for one that stands several times."""
    if column.at is not None:
        return [column_number(column.at)]
    fitting = [
        number
        for name in column.names
        for number, cell in sorted(words.items())
        if fits(cell.text, (name,)) and in_group(number, groups, column.group)
    ]
    return sorted(set(fitting)) if column.each else fitting[:1]


def _day_columns(
    row: Row, groups: Mapping[int, Place], block: Wide, named: set[int]
) -> tuple[DayColumn, ...]:
    days: list[DayColumn] = []
    for number, cell in sorted(row.cells.items()):
        if number in named or not in_group(number, groups, block.group):
            continue
        day = _day_column(number, Place(row.number, cell), block)
        if day is not None:
            days.append(day)
    return tuple(days)


def _day_column(number: int, place: Place, block: Wide) -> DayColumn | None:
    cell = place.cell
    if block.header == "dates":
        day = heading_date(cell, block, None)
        any_day = day or heading_date(cell, block, _A_LEAP_YEAR)
        return DayColumn(number, place, day=any_day, without_year=day is None) if any_day else None
    if block.header == "names":
        named = cell.kind == "text" and fits(cell.text, block.names or ("*",))
        return DayColumn(number, place) if named and not fits(cell.text, block.not_names) else None
    if block.header == "days":
        value = exact(cell.text.strip().rstrip("."))
        found = int(value) if value is not None and value == int(value) and 1 <= value <= 31 else None
    elif block.header == "weekdays":
        found = weekday_number(plain(cell.text))
    else:
        week = read_week(cell.text)
        found = week[1] if week else None
    return DayColumn(number, place, found) if found is not None else None


def heading_date(cell: Cell, block: Wide, year: int | None) -> date | None:
    """Read the heading of a day column, with this year where it has none."""
    if cell.kind == "date":
        serial = exact(cell.text)
        return date_of_serial(serial) if serial is not None else None
    return read_date_text(cell.text, block.reading.dates, year) if cell.kind == "text" else None

"""Where a sheet's records stand: the heading row, found by its words, and what each column means.

In: a :class:`Sheet` and one :class:`TableLayout`. Out: a :class:`Heading`, or :class:`Lacking` with the words that were not found in
the row that came nearest. Refuses nothing: :mod:`read` turns what lacks into a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from exchange.intake.cells import Cell, Row, Sheet, column_number, split_address
from exchange.intake.dates import date_of_serial, read_date_text, read_month, read_week, weekday_number
from exchange.intake.layout import Column, SheetCell, TableLayout, Wide
from exchange.intake.numbers import exact
from exchange.intake.values import shown, value_text
from exchange.intake.words import fits, plain

_A_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A filled cell and its row."""

    row: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One column of a wide block: what its heading says (a date, or a day, weekday or week number)."""

    column: int
    heading: Place
    number: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the columns of one sheet mean.

    Attributes:
        last: the heading's last row; records stand below.
        columns: each layout column that is there, and its number.
        wide: each wide block and its day columns.
        cells: the sheet's own cells; None for a sheet name.
        texts: the heading's texts by column, to know a repeated heading again.
        unread: headings that the layout does not name.
    """

    last: int
    columns: tuple[tuple[Column, int], ...]
    wide: tuple[tuple[Wide, tuple[DayColumn, ...]], ...]
    cells: tuple[tuple[SheetCell, Place | None], ...]
    texts: tuple[Mapping[int, str], ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lacking:
    """No heading: what the nearest row had and what it lacked."""

    found: int
    words: tuple[str, ...]


def find_heading(sheet: Sheet, layout: TableLayout) -> Heading | Lacking:
    """Find a table's heading in a sheet."""
    cells = [(item, _sheet_cell(sheet, item)) for item in layout.cells]
    lost = tuple(
        _words_of(item)
        for item, place in cells
        if place is None and not item.sheet_name and not item.optional
    )
    if lost:
        return Lacking(0, lost)
    found = [(item, place) for item, place in cells if place is not None or item.sheet_name]
    if layout.header_rows == 0:
        return _without_headings(layout, found)
    nearest = Lacking(0, _all_words(layout))
    year = _year_said(sheet, found, layout)
    for index, row in enumerate(sheet.rows[: layout.header_within]):
        above = _groups(sheet.rows[index - 1], row) if layout.header_rows == 2 and index else {}
        attempt = _attempt(row, above, layout, year)
        if isinstance(attempt, Heading):
            texts = (*attempt.texts, _texts(sheet.rows[index - 1])) if above else attempt.texts
            return Heading(
                last=attempt.last,
                columns=attempt.columns,
                wide=attempt.wide,
                cells=tuple(found),
                texts=texts,
                unread=attempt.unread,
            )
        if attempt.found > nearest.found:
            nearest = attempt
    return nearest


def _year_said(
    sheet: Sheet, cells: Iterable[tuple[SheetCell, Place | None]], layout: TableLayout
) -> int | None:
    """Return the year for day headings without one, from the constants or the sheet's own cells."""
    said = {name: layout.constants.get(name, "") for name in ("_year", "_month")}
    for item, place in cells:
        if item.field in said:
            cell = place.cell if place else Cell(1, sheet.name)
            said[item.field] = shown(Cell(1, value_text(cell, item.reading) or "", cell.kind))
    if said["_year"].isdecimal():
        return int(said["_year"])
    month = read_month(said["_month"][:7] if said["_month"][4:5] == "-" else said["_month"])
    return month[0] if month else None


def _words_of(item: SheetCell) -> str:
    return item.label[0] if item.label else item.at or ""


def _all_words(layout: TableLayout) -> tuple[str, ...]:
    names = [column.names[0] for column in layout.columns if column.names and not column.optional]
    return (*names, *(_block_words(block) for block in layout.wide))


def _block_words(block: Wide) -> str:
    return f"{block.group[0]}: {block.header}" if block.group else block.header


def _without_headings(layout: TableLayout, cells: list[tuple[SheetCell, Place | None]]) -> Heading:
    columns = tuple((column, column_number(column.at or "A")) for column in layout.columns)
    return Heading(
        last=layout.first_row - 1, columns=columns, wide=(), cells=tuple(cells), texts=(), unread=()
    )


def _texts(row: Row) -> Mapping[int, str]:
    return {column: plain(cell.text) for column, cell in row.cells.items()}


def _groups(above: Row, row: Row) -> Mapping[int, str]:
    """Carry each group heading to the right, up to the next one."""
    if above.number != row.number - 1:
        return {}
    groups: dict[int, str] = {}
    current = ""
    for column in range(1, max((*row.cells, *above.cells), default=0) + 1):
        current = above.cells[column].text if column in above.cells else current
        groups[column] = current
    return groups


def _attempt(row: Row, above: Mapping[int, str], layout: TableLayout, year: int | None) -> Heading | Lacking:
    placed = [(column, _column_of(row, above, column)) for column in layout.columns]
    columns = tuple((column, number) for column, number in placed if number is not None)
    named = {number for column, number in columns if column.names}
    wide = tuple((block, _day_columns(row, above, block, named, year)) for block in layout.wide)
    lost = [column.names[0] for column, number in placed if number is None and not column.optional]
    lost += [_block_words(block) for block, days in wide if not days]
    if lost or not named:
        return Lacking(
            len(named) + sum(1 for _block, days in wide if days), tuple(lost) or _all_words(layout)
        )
    read = {number for _column, number in columns} | {day.column for _block, days in wide for day in days}
    unread = tuple(cell.text.strip() for column, cell in sorted(row.cells.items()) if column not in read)
    return Heading(last=row.number, columns=columns, wide=wide, cells=(), texts=(_texts(row),), unread=unread)


def _column_of(row: Row, above: Mapping[int, str], column: Column) -> int | None:
    if column.at is not None:
        return column_number(column.at)
    for name in column.names:
        for number, cell in sorted(row.cells.items()):
            if fits(cell.text, (name,)) and (not column.group or fits(above.get(number, ""), column.group)):
                return number
    return None


def _day_columns(
    row: Row, above: Mapping[int, str], block: Wide, named: set[int], year: int | None
) -> tuple[DayColumn, ...]:
    days: list[DayColumn] = []
    for number, cell in sorted(row.cells.items()):
        if number in named or (block.group and not fits(above.get(number, ""), block.group)):
            continue
        day = _day_column(number, Place(row.number, cell), block, year)
        if day is not None:
            days.append(day)
    return tuple(days)


def _day_column(number: int, place: Place, block: Wide, year: int | None) -> DayColumn | None:
    cell = place.cell
    if block.header == "dates":
        day = _heading_date(cell, block, year)
        return DayColumn(number, place, day=day) if day else None
    if block.header == "days":
        value = exact(cell.text.strip().rstrip("."))
        found = int(value) if value is not None and value == int(value) and 1 <= value <= 31 else None
    elif block.header == "weekdays":
        found = weekday_number(plain(cell.text))
    else:
        week = read_week(cell.text)
        found = week[1] if week else None
    return DayColumn(number, place, found) if found is not None else None


def _heading_date(cell: Cell, block: Wide, year: int | None) -> date | None:
    if cell.kind == "date":
        serial = exact(cell.text)
        return date_of_serial(serial) if serial is not None else None
    return (
        read_date_text(cell.text, block.reading.dates, year or _A_LEAP_YEAR) if cell.kind == "text" else None
    )


def _sheet_cell(sheet: Sheet, item: SheetCell) -> Place | None:
    if item.at is not None:
        return _at(sheet, *(split_address(item.at) or (0, 0)))
    for row in sheet.rows if item.label else ():
        for column, cell in sorted(row.cells.items()):
            if fits(cell.text, item.label):
                return _beside(sheet, row, column, item)
    return None


def _beside(sheet: Sheet, row: Row, column: int, item: SheetCell) -> Place | None:
    merge = next((part for part in sheet.merged if part.top == row.number and part.left == column), None)
    if item.below:
        return _at(sheet, (merge.bottom if merge else row.number) + 1, column)
    right = [number for number in row.cells if number > (merge.right if merge else column)]
    if right:
        return Place(row.number, row.cells[min(right)])
    return Place(row.number, row.cells[column]) if item.reading.pattern else None


def _at(sheet: Sheet, number: int, column: int) -> Place | None:
    for row in _rows_at(sheet.rows, number):
        if column in row.cells:
            return Place(number, row.cells[column])
    return None


def _rows_at(rows: Iterable[Row], number: int) -> Iterable[Row]:
    return (row for row in rows if row.number == number)

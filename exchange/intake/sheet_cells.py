"""Facts that stand once: in a sheet's title block (``Forløb: 159-00012``) and in rows between its records (``Uge 9``).

In: a sheet, or one row of it, and what the layout calls the fact. Out: the cell that holds it, or None. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.intake.cells import Cell, Merge, Row, Sheet, split_address
from exchange.intake.layout import Reading, SectionRow, SheetCell
from exchange.intake.values import value_text
from exchange.intake.words import fits, plain, squeezed


@dataclass(frozen=True, slots=True)
class Place:
    """A filled cell and its row."""

    row: int
    cell: Cell


def find_cells(
    sheet: Sheet, items: Sequence[SheetCell], headings: Collection[int] = ()
) -> list[Place | None]:
    """Find each item of a sheet's title block, in one pass that stops when all are found; a sheet's name has no place.

    Args:
        sheet: the sheet.
        items: what the layout says of its cells.
        headings: the heading's row numbers, whose words are no labels.
    """
    found: list[Place | None] = [None] * len(items)
    targets = {index: target for index, item in enumerate(items) if (target := _target(item))}
    labels = {index: item for index, item in enumerate(items) if item.label}
    if not targets and not labels:
        return found
    for row in sheet.rows:
        for index, (number, column) in list(targets.items()):
            if row.number >= number:
                found[index] = _at(row, number, column)
                del targets[index]
        for index, item in list(labels.items()):
            labelled = None if row.number in headings else _labelled(row, item.label)
            if labelled is None:
                continue
            del labels[index]
            if item.below:
                targets[index] = _below(row.number, labelled, sheet.merged)
            else:
                found[index] = _beside(row, labelled, item.label, item.reading, sheet.merged)
        if not targets and not labels:
            break
    return found


def section_place(row: Row, item: SectionRow, merged: Iterable[Merge], last_column: int) -> Place | None:
    """Return the cell of a row between records that says the item's field; None where the row is none of these.

    Args:
        row: a filled row.
        item: what the layout says of such rows.
        merged: the sheet's merged ranges.
        last_column: a cell that stands ``alone`` stands no further to the right than this.
    """
    if item.label:
        column = _labelled(row, item.label)
        return None if column is None else _beside(row, column, item.label, item.reading, merged)
    first = min(row.cells)
    cell = row.cells[first]
    if item.alone and (len(row.cells) > 1 or first > last_column):
        return None
    if item.first and not fits(cell.text, item.first):
        return None
    return Place(row.number, cell) if value_text(cell, item.reading) is not None else None


def in_group(number: int, groups: Mapping[int, Place], group: Sequence[str]) -> bool:
    """Tell whether a column stands under one of these group headings; none asked for is any."""
    above = groups.get(number)
    return not group or (above is not None and fits(above.cell.text, group))


def _target(item: SheetCell) -> tuple[int, int] | None:
    return split_address(item.at) if item.at is not None else None


def _at(row: Row, number: int, column: int) -> Place | None:
    cell = row.cells.get(column) if row.number == number else None
    return Place(number, cell) if cell else None


def _labelled(row: Row, label: Sequence[str]) -> int | None:
    for column, cell in sorted(row.cells.items()):
        if fits(cell.text, label) or _after_label(cell, label) is not None:
            return column
    return None


def _after_label(cell: Cell, label: Sequence[str]) -> str | None:
    """Return what follows label and colon inside one cell: ``Forløb: 159-00012``."""
    own = squeezed(cell.text)
    head, colon, rest = own.partition(":")
    return rest.strip() if colon and rest.strip() and plain(head) in map(plain, label) else None


def _below(number: int, column: int, merged: Iterable[Merge]) -> tuple[int, int]:
    merge = _merge_at(number, column, merged)
    return (merge.bottom if merge else number) + 1, column


def _beside(
    row: Row, column: int, label: Sequence[str], reading: Reading, merged: Iterable[Merge]
) -> Place | None:
    """Return the value of a label: in the same cell after a colon or by the pattern, else the next filled cell."""
    own = row.cells[column]
    rest = _after_label(own, label)
    if rest is not None:
        return Place(row.number, Cell(own.column, rest))
    if reading.pattern is not None and re.search(reading.pattern, squeezed(own.text)):
        return Place(row.number, own)
    merge = _merge_at(row.number, column, merged)
    right = [number for number in row.cells if number > (merge.right if merge else column)]
    if not right:
        return None
    beside = row.cells[min(right)]
    # Another label: the value of this one is empty.
    return None if beside.text.rstrip().endswith(":") else Place(row.number, beside)


def _merge_at(row: int, column: int, merged: Iterable[Merge]) -> Merge | None:
    return next((part for part in merged if (part.top, part.left) == (row, column)), None)

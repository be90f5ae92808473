"""A sheet on paper: how wide its columns are, how high its rows, and how many empty lines fill its last page.

In: a :class:`SheetPlan` and texts. Out: widths in units of a digit, heights in points, of A4 on its side. Refuses nothing: they are
estimates, which every office program rounds in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from exchange.form.workbook.plan import ColumnPlan, SheetPlan

LINE = 18.0
_NEXT_LINE = 12.5
_TALLEST = 20
# So many units of width and points of height fill a page at its own size; the sheet's head takes some of them.
_PAGE_WIDTH, _PAGE_HEIGHT, _HEAD_HEIGHT = 138.0, 485.0, 150.0
# Empty lines after the last known row, where they reach the next page.
_MORE, _LEAST = 12, 5
# A letter is a little narrower than a digit on average; a cell has air at its sides.
_LETTER, _AIR = 0.85, 2.5

_BY_TYPE = {"date": 13.0, "time": 10.0, "number": 11.0, "integer": 11.0, "boolean": 10.0}


def width(plan: SheetPlan, column: ColumnPlan) -> float:
    """Return a column's width; those of a narrow sheet are stretched to fill its page."""
    stretch = min(max(_PAGE_WIDTH / _whole_width(plan), 1.0), 1.5)
    return round(_own_width(column) * stretch, 1)


def height_of(plan: SheetPlan, column: ColumnPlan, text: str) -> float:
    """Return the height of a row that shows the text in that column."""
    if column.hidden or not (column.is_long or column.choices):
        return LINE
    room = width(plan, column) - _AIR
    lines = sum(max(1, ceil(len(part) * _LETTER / room)) for part in text.split("\n"))
    return LINE + _NEXT_LINE * (min(lines, _TALLEST) - 1)


def empty_lines(plan: SheetPlan, heights: Sequence[float]) -> int:
    """Return how many empty lines stand below the known rows: to the end of the first page, or a few."""
    scale = min(_PAGE_WIDTH / _whole_width(plan), 1.0)
    left = int((_PAGE_HEIGHT / scale - _HEAD_HEIGHT - sum(heights)) / LINE)
    return left if left >= _LEAST else _MORE


def _whole_width(plan: SheetPlan) -> float:
    return sum(_own_width(column) for column in plan.columns if not column.hidden)


def _own_width(column: ColumnPlan) -> float:
    words = max(len(word) for word in column.field.label.split())
    longest = max((len(choice.text) for choice in column.choices), default=0)
    base = 30.0 if column.is_long else _BY_TYPE.get(column.field.type, 14.0)
    if column.field.name == "trainee_ref":
        base = 22.0
    return max(base, min(float(longest) * 0.95 + 4, 22.0), float(words) * 1.15 + 4)

"""Several tables below one another on one sheet: where this table's records stop, and where they go on.

In: the rows of a sheet in order. Out: a further heading of the same table, or the word that the rows below belong to another table.
Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from exchange.intake.cells import Merge, Row
from exchange.intake.headings import Heading, heading_at, is_title
from exchange.intake.layout import TableLayout
from exchange.intake.words import fits, plain

# Lines of text and blank ones right above a heading, as many as are held back to see whether one follows.
_HELD = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One row on the way down.

    Attributes:
        kind: ``record`` (or a row that the layout's rules skip), ``repeated-header``, ``title``, or ``another's`` table.
        heading: what the columns mean from here on, where that changes.
        above_heading: a line of text right above a heading: no record, unless the layout says that it is something.
    """

    row: Row
    kind: Literal["record", "repeated-header", "title", "another's"]
    heading: Heading | None = None
    above_heading: bool = False


class Blocks:
    """Follows the headings down a sheet."""

    def __init__(
        self, first: Heading, layout: TableLayout, beside: Iterable[TableLayout], merged: Sequence[Merge]
    ) -> None:
        self._layout, self._merged = layout, merged
        self._texts = first.texts
        self._first_column = min(first.reads, default=1)
        self._above: Row | None = None
        self._paused, self._titled = False, True
        self._other_rows = 0
        self._own = _Signs(layout)
        self._others = [(other, _Signs(other)) for other in beside if other.header_rows]

    def pass_by(self, row: Row) -> None:
        """Note a row that stands above the first record."""
        self._above = row

    def steps(self, rows: Iterable[Row]) -> Iterator[Step]:
        """Say of each row below the first heading what it is; a group heading is known by the row below it."""
        if not self._layout.header_rows:
            yield from (Step(row, "record") for row in rows)
            return
        held: list[Step] = []
        for step in self._grouped(rows):
            if step.kind == "record" and self._is_line(step.row):
                held.append(step)
                if len(held) > _HELD:
                    yield held.pop(0)
                continue
            begins = step.kind != "record"
            yield from (replace(line, above_heading=begins and bool(line.row.cells)) for line in held)
            held.clear()
            yield step
        yield from held

    def _is_line(self, row: Row) -> bool:
        """Tell whether a row is blank, or one text that stands where a table's title does."""
        if len(row.cells) > 1:
            return False
        return all(
            column <= self._first_column and cell.kind == "text" and any(map(str.isalpha, cell.text))
            for column, cell in row.cells.items()
        )

    def _grouped(self, rows: Iterable[Row]) -> Iterator[Step]:
        held: Step | None = None
        for row in rows:
            was_paused = self._paused
            step = self._step(row)
            if held is not None:
                yield self._group_or(held, step, was_paused)
            held = step
        if held is not None:
            yield held

    def _group_or(self, held: Step, below: Step, was_paused: bool) -> Step:
        """Return the held row, or what it is as the group heading of the row below."""
        adjacent = held.row.number == below.row.number - 1 and held.kind == "record"
        if adjacent and below.heading is not None and self._layout.header_rows == 2:
            return Step(held.row, "repeated-header")
        if adjacent and below.kind == "another's" and not was_paused and self._other_rows == 2:
            return Step(held.row, "another's")
        return held

    def _step(self, row: Row) -> Step:
        above, self._above = self._above, row
        if not row.cells:
            return Step(row, "another's" if self._paused else "record")
        if is_title(row, self._layout):
            self._titled = True
            return Step(row, "another's" if self._paused else "title")
        heading = self._heading(row, above, self._layout, self._own) if self._titled else None
        if heading is not None:
            return self._go_on(row, heading)
        begun = next((other for other, signs in self._others if self._begins(row, above, other, signs)), None)
        if begun is not None:
            self._paused, self._titled = True, not self._layout.title
            self._other_rows = 0 if begun.title else begun.header_rows
        return Step(row, "another's" if self._paused else "record")

    def _go_on(self, row: Row, heading: Heading) -> Step:
        """Go on below a heading; one with the same words in the same columns changes nothing."""
        if heading.texts[:1] == self._texts[:1] and not self._paused:
            return Step(row, "repeated-header")
        self._paused = False
        self._texts = heading.texts
        self._first_column = min(heading.reads, default=1)
        return Step(row, "repeated-header", heading)

    def _begins(self, row: Row, above: Row | None, other: TableLayout, signs: _Signs) -> bool:
        if other.title:
            return is_title(row, other)
        return self._heading(row, above, other, signs) is not None

    def _heading(self, row: Row, above: Row | None, layout: TableLayout, signs: _Signs) -> Heading | None:
        if not signs.in_row(row):
            return None
        found = heading_at(row, above, layout, self._merged)
        return found if isinstance(found, Heading) else None


class _Signs:
    """The words of one required column: a row without any of them is no heading, which is quickly seen."""

    def __init__(self, layout: TableLayout) -> None:
        needed = [column.names for column in layout.columns if column.names and not column.optional]
        self._none = not needed
        names = min(needed, key=lambda words: sum("*" in word for word in words), default=())
        self._words = frozenset(plain(name) for name in names if "*" not in name)
        self._patterns = tuple(name for name in names if "*" in name)

    def in_row(self, row: Row) -> bool:
        if self._none:
            return False
        for cell in row.cells.values():
            if cell.kind == "text" and (
                plain(cell.text) in self._words or (self._patterns and fits(cell.text, self._patterns))
            ):
                return True
        return False

"""One worksheet as a stream: its rows again at every pass, never all of them at once.

In: a sheet's part of the ZIP. Out: rows in order, its merged ranges and hidden columns. expat reads all of it but the plain rows, which
:mod:`plain_rows` cuts out of its input: what is left is a whole document with fewer rows. Refused with one sentence: what
:mod:`workbook_parts` and :mod:`cell_values` refuse, longer texts than Excel allows, too many merged ranges.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from exchange.intake.cell_values import CellValues, Shared
from exchange.intake.cells import MAX_COLUMN, Cell, Merge, Row, split_address
from exchange.intake.plain_rows import PlainRows
from exchange.intake.plain_stream import PlainStream
from exchange.intake.shared_strings import MAX_TEXT, RichText
from exchange.intake.workbook_parts import Attributes, Parts, whole
from exchange.language import translate as _

MAX_MERGED = 100_000
_ROWS_BEGIN = re.compile(rb"<sheetData>")
_YES = ("1", "true")


@dataclass(slots=True)
class Frame:
    """What stands around a sheet's rows."""

    merged: list[Merge] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)


class SheetStream:
    """One pass over one sheet."""

    def __init__(self, parts: Parts, part: str, name: str, shared: Shared) -> None:
        values = CellValues(parts, name, shared)
        self._events = _SheetEvents(values)
        self._plain_rows = PlainRows(values)
        self._stream = PlainStream(parts, part, self._events, begin=_ROWS_BEGIN, end="</row>")

    def frame(self) -> Frame:
        """Go through the sheet for what stands around its rows."""
        self._stream.around()
        return self._events.frame

    def rows(self) -> Iterator[Row]:
        """Give the rows that have cells, in order."""
        return (row for row in self._stream.items(self._plain_rows.row) if row.cells)


@dataclass(slots=True)
class _Open:
    """The cell being read."""

    column: int
    type: str
    style: str
    formula: bool = False
    value: list[str] = field(default_factory=list)
    size: int = 0


class _SheetEvents:
    """A sheet's elements as expat meets them.

    Attributes:
        between: what was fed last ended a row, or began the rows (:class:`plain_stream.Events`).
    """

    def __init__(self, values: CellValues) -> None:
        self.frame = Frame()
        self.between = False
        self._values = values
        self._rows: list[Row] = []
        self._in_rows = False
        self._row: dict[int, Cell] | None = None
        self._number: int | None = None
        self._hidden = False
        self._column = 0
        self._cell: _Open | None = None
        self._in_value = False
        self._rich = RichText()
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "c": self._start_cell,
            "row": self._start_row,
            "v": self._start_value,
            "f": self._start_formula,
            "mergeCell": self._start_merge,
            "col": self._start_col,
            "sheetData": self._start_rows,
        }

    def drain(self) -> list[Row]:
        """Return the rows that have ended since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: Attributes) -> None:
        self.between = False
        handler = self._starts.get(tag)
        if handler is not None:
            handler(attributes)
        elif self._cell is not None:
            self._rich.start(tag)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag == "v":
            self._in_value = False
        elif tag == "row":
            self._end_row()
        elif tag == "sheetData":
            self._in_rows = False
        elif self._cell is not None:
            self._rich.end(tag)

    def text(self, text: str) -> None:
        cell = self._cell
        if cell is None:
            return
        if self._in_value:
            cell.value.append(text)
            cell.size += len(text)
        if max(cell.size, self._rich.add(text)) > MAX_TEXT:
            self._values.refuse_long()

    def _start_rows(self, _attributes: Attributes) -> None:
        self._in_rows = self.between = True

    def _start_col(self, attributes: Attributes) -> None:
        first, last = whole(attributes.get("min")), whole(attributes.get("max"))
        if attributes.get("hidden") in _YES and len(self.frame.hidden_columns) < MAX_COLUMN:
            self.frame.hidden_columns.append(range(first, min(last, MAX_COLUMN) + 1))

    def _start_row(self, attributes: Attributes) -> None:
        if not self._in_rows:
            return
        if self._row is not None:
            self._broken()
        number = attributes.get("r")
        self._row, self._column = {}, 0
        self._number = None if number is None else whole(number)
        self._hidden = attributes.get("hidden") in _YES

    def _end_row(self) -> None:
        cells, self._row = self._row, None
        if cells is None:
            return
        self._values.next_row(self._values.row + 1 if self._number is None else self._number)
        if cells:
            self._rows.append(Row(self._values.row, cells, self._hidden))
        self.between = True

    def _start_cell(self, attributes: Attributes) -> None:
        if self._row is None:
            return
        if self._cell is not None:
            self._broken()
        address = attributes.get("r")
        self._column = self._column + 1 if address is None else self._column_of(address)
        if self._column > MAX_COLUMN:
            self._values.refuse(
                _("{file}, sheet {sheet}, has a cell outside Excel's own limits: save it again in Excel.")
            )
        self._cell = _Open(self._column, attributes.get("t", "n"), attributes.get("s", "0"))
        self._rich.clear()

    def _column_of(self, address: str) -> int:
        """Return a cell's column; a row without a number takes that of its first cell."""
        row, column = self._values.place(address)
        if self._number is None and not self._row and row > self._values.row:
            self._number = row
        if row != (self._values.row + 1 if self._number is None else self._number):
            self._values.refuse(
                _(
                    "{file}, sheet {sheet}, has a cell that names another row than its own: save it again in Excel."
                )
            )
        return column

    def _start_value(self, _attributes: Attributes) -> None:
        self._in_value = self._cell is not None

    def _start_formula(self, _attributes: Attributes) -> None:
        if self._cell is not None:
            self._cell.formula = True

    def _start_merge(self, attributes: Attributes) -> None:
        first, colon, last = attributes.get("ref", "").partition(":")
        corners = split_address(first), split_address(last if colon else first)
        if corners[0] is None or corners[1] is None:
            self._values.refuse(
                _("{file}, sheet {sheet}, has a broken merged range: save it again in Excel.")
            )
        if len(self.frame.merged) >= MAX_MERGED:
            self._values.refuse(
                _("{file}, sheet {sheet}, has more merged ranges than can be taken: save it without them.")
            )
        self.frame.merged.append(Merge(*corners[0], *corners[1]))

    def _end_cell(self) -> None:
        opened, self._cell = self._cell, None
        if opened is None or self._row is None:
            return
        raw = "".join(self._rich.parts if opened.type == "inlineStr" else opened.value)
        cell = self._values.cell(opened.column, opened.type, opened.style, raw, formula=opened.formula)
        if opened.column in self._row:
            self._values.refuse_twice()
        if cell is not None:
            self._row[opened.column] = cell

    def _broken(self) -> None:
        self._values.refuse(_("{file}, sheet {sheet}, has cells inside cells: save it again in Excel."))

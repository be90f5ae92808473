"""Rows written the way that Excel, LibreOffice, openpyxl and XlsxWriter write them, cut by patterns: many times as fast as events.

In: the text of one row up to its closing tag. Out: its cells, or None where anything in it departs from that way of writing (an entity,
a comment, rich text, an address left out); :mod:`sheet_stream` then gives the same text to expat. A row like those before it is cut by
the pattern of :mod:`row_shape`, another one cell by cell here. A row that is cut means to expat exactly the same; tests hold the two
against each other.
"""

from __future__ import annotations

import re

from exchange.intake.cell_values import CellValues
from exchange.intake.cells import MAX_COLUMN, Cell, Row, column_number
from exchange.intake.plain_stream import ATTRIBUTES, TEXT, plain_text
from exchange.intake.row_shape import FORMULA, HEAD, Piece, RowShape, is_hidden
from exchange.intake.shared_strings import MAX_TEXT

# An empty row before this one is passed over: it holds no cell.
_HEAD = re.compile(rf'(?:[ \t\r\n]*<row r="[1-9][0-9]{{0,6}}"{ATTRIBUTES} ?/>)*{HEAD}({ATTRIBUTES})>')
# The most frequent form first: a value, perhaps with its formula; then an empty cell, an inline text, a formula without a value.
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,5})")?(?: t="([a-zA-Z]{1,9})")?'
    rf"(?:>({FORMULA})?<v>({TEXT})</v></c>"
    rf'| ?/>|><is><t(?: xml:space="preserve")?>({TEXT})</t></is></c>|></c>)|(.+)',
    re.DOTALL,
)


class PlainRows:
    """The plain rows of one sheet in one pass."""

    def __init__(self, values: CellValues) -> None:
        self._values = values
        self._shape = RowShape(values)
        self._columns: dict[str, int] = {}

    def row(self, text: str) -> Row | None:
        """Return a row with its cells; None when it is not plain.

        Args:
            text: from the end of the row before to this row's closing tag, that tag left out.
        """
        return self._shape.row(text) or self._row(text)

    def _row(self, text: str) -> Row | None:
        head = _HEAD.match(text)
        if head is None or len(text) - head.end() > MAX_TEXT:
            return None
        pieces: list[Piece] = _CELL.findall(text, head.end())
        if pieces and pieces[-1][7]:
            return None
        number = head[1]
        cells = self._cells(number, pieces)
        if cells is None:
            return None
        self._values.next_row(int(number))
        self._shape.learn(head[2], pieces)
        return Row(int(number), cells, is_hidden(head[2]))

    def _cells(self, number: str, pieces: list[Piece]) -> dict[int, Cell] | None:
        """Make the cells of a row; None when one stands in another row."""
        columns, kinds, moved = self._columns, self._values.shared.kinds, self._values.shared.epoch_1904
        cells: dict[int, Cell] = {}
        empty = 0
        for letters, digits, style, kind, formula, value, inline, _rest in pieces:
            if digits != number:
                return None
            column = columns.get(letters) or self._column(letters)
            cell: Cell | None
            if not (kind or moved) and value.isdecimal() and value.isascii():
                cell = Cell(column, value, kinds.get(style, "number"), formula != "")
            elif value or inline or formula:
                raw = plain_text(inline if kind == "inlineStr" else value)
                cell = self._values.cell(column, kind, style, raw, formula=formula != "")
            else:
                cell = None
            if cell is None:
                empty += 1
            else:
                cells[column] = cell
        if len(cells) + empty != len(pieces):
            self._values.refuse_twice()
        return cells

    def _column(self, letters: str) -> int:
        column = column_number(letters)
        if column > MAX_COLUMN:
            self._values.place(f"{letters}1")
        self._columns[letters] = column
        return column

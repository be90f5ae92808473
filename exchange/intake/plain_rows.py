"""Rows written the way that Excel, LibreOffice, openpyxl and XlsxWriter write them, cut by one pattern: four times as fast as events.

In: the text of one row up to its closing tag. Out: its cells, or None where anything in it departs from that way of writing (an entity,
a comment, rich text, an address left out); :mod:`sheet_stream` then gives the same text to expat. A row that is cut here means to
expat exactly the same; tests hold the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from exchange.intake.cell_values import CellValues
from exchange.intake.cells import MAX_COLUMN, Cell, CellKind, Row, column_number
from exchange.intake.shared_strings import MAX_TEXT

_ATTRIBUTES = r'(?: [A-Za-z0-9:]+="[^"<&]*")*'
# An empty row before this one is passed over: it holds no cell.
_HEAD = re.compile(
    rf'(?:\s*<row r="[1-9][0-9]{{0,6}}"{_ATTRIBUTES} ?/>)*\s*<row r="([1-9][0-9]{{0,6}})"({_ATTRIBUTES})>',
    re.ASCII,
)
# The most frequent form first: a value, perhaps with its formula; then an empty cell, an inline text, a formula without a value.
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,5})")?(?: t="([a-zA-Z]{1,9})")?'
    rf"(?:>(<f{_ATTRIBUTES}(?:>[^<&]*</f>| ?/>))?<v>([^<&]*)</v></c>"
    r'| ?/>|><is><t(?: xml:space="preserve")?>([^<&]*)</t></is></c>|></c>)|(.+)',
    re.DOTALL,
)
# Half the cost of naming the fields.
_cell: Callable[[type[Cell], tuple[int, str, CellKind, bool]], Cell] = tuple.__new__
_HIDDEN = re.compile(r' hidden="(?:1|true)"')


class PlainRows:
    """The plain rows of one sheet in one pass."""

    def __init__(self, values: CellValues) -> None:
        self._values = values
        self._columns: dict[str, int] = {}

    def row(self, text: str) -> Row | None:
        """Return a row with its cells; None when it is not plain.

        Args:
            text: from the end of the row before to this row's closing tag, that tag left out.
        """
        head = _HEAD.match(text)
        if head is None or len(text) - head.end() > MAX_TEXT:
            return None
        pieces = _CELL.findall(text, head.end())
        if pieces and pieces[-1][7]:
            return None
        number = head[1]
        cells = self._cells(number, pieces)
        if cells is None:
            return None
        self._values.next_row(int(number))
        return Row(int(number), cells, _HIDDEN.search(head[2]) is not None)

    def _cells(self, number: str, pieces: list[tuple[str, ...]]) -> dict[int, Cell] | None:
        """Make the cells of a row; None when one stands in another row. The frequent types are made here, for speed."""
        columns, shared = self._columns, self._values.shared
        texts, listed, kind_of, moved = (
            shared.texts.listed,
            len(shared.texts.listed),
            shared.kinds.get,
            shared.epoch_1904,
        )
        cells: dict[int, Cell] = {}
        empty = 0
        for letters, digits, style, kind, formula, value, inline, _rest in pieces:
            if digits != number:
                return None
            column = columns.get(letters) or self._column(letters)
            if kind == "s" and value.isdecimal() and (index := int(value)) < listed and texts[index]:
                cells[column] = _cell(Cell, (column, texts[index], "text", formula != ""))
            elif (
                not (kind and kind != "n")
                and value.replace(".", "", 1).isdecimal()
                and value.isascii()
                and not moved
            ):
                cells[column] = _cell(Cell, (column, value, kind_of(style, "number"), formula != ""))
            else:
                raw = inline if kind == "inlineStr" else value
                cell = self._values.cell(column, kind, style, raw, formula=formula != "")
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

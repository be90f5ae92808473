"""The way that one sheet's rows are written, learnt from its rows and made into one pattern for a whole row.

In: the text of a row, and the pieces of those that :mod:`plain_rows` had to cut cell by cell. Out: the row, or None where it is written
otherwise. A program writes all rows of a table alike, with cells missing here and there: one pattern and a few loops inside the
interpreter then do what would take many steps for each cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

from exchange.intake.cell_values import CellValues, Shared
from exchange.intake.cells import MAX_COLUMN, Cell, CellKind, Row, column_number
from exchange.intake.plain_stream import ATTRIBUTES, TEXT, plain_text
from exchange.intake.shared_strings import MAX_TEXT, unescaped

Piece = tuple[str, str, str, str, str, str, str, str]

FORMULA = rf"<f{ATTRIBUTES}(?:>{TEXT}</f>| ?/>)"
HEAD = r'[ \t\r\n]*<row r="([1-9][0-9]{0,6})"'
# A row that departs is tried in vain: its cost grows with the square of the columns.
_MAX_COLUMNS = 96
_MAX_FORMS = 6
# So many rows are learnt from before there is a pattern, four times as many before the next one, and no more than so many.
_LEARNT = 64
_TIMES = 4
_PATTERNS = 7
_IN_VAIN = 1_000
_NUMBER = r"<v>(-?[0-9]{1,20}(?:\.[0-9]{1,20}|)(?:E[+-]?[0-9]{1,2}|))</v></c>"
_SHARED = r"<v>([0-9]{1,7})</v></c>"
_BOOLEAN = r"<v>([01])</v></c>"
_TEXT = rf"<v>({TEXT})</v></c>"
_INLINE = rf'<is><t(?: xml:space="preserve")?>({TEXT})</t></is></c>'
_VALUES = {"": _NUMBER, "n": _NUMBER, "s": _SHARED, "b": _BOOLEAN, "str": _TEXT, "inlineStr": _INLINE}
# Half the cost of naming the fields.
_cell: Callable[[type[Cell], tuple[int, str, CellKind, bool]], Cell] = tuple.__new__
_HIDDEN = re.compile(r' hidden="(?:1|true)"')


def is_hidden(attributes: str) -> bool:
    """Tell whether a row's attributes hide it."""
    return " hidden=" in attributes and _HIDDEN.search(attributes) is not None


class _Form(NamedTuple):
    """One way that a column's cells are written; the style and the type as the file has them."""

    style: str
    type: str
    formula: bool
    empty: bool

    def pattern(self) -> str:
        """Return the pattern from the address to the end of the cell."""
        style = f' s="{self.style}"' if self.style else ""
        kind = f' t="{self.type}"' if self.type else ""
        if self.empty:
            return f"{style}{kind} ?/>"
        return f"{style}{kind}>{FORMULA if self.formula else ''}{_VALUES[self.type]}"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """The pattern of a row, and for each value that it finds the column, the kind and whether there is a formula.

    Attributes:
        shared, booleans, texts: the values that are numbers of shared texts, 0 or 1, and texts that may have escapes.
    """

    match: Callable[[str], re.Match[str] | None]
    columns: Sequence[int]
    kinds: Sequence[CellKind]
    formulas: Sequence[bool]
    shared: Sequence[int]
    booleans: Sequence[int]
    texts: Sequence[int]

    def cells(self, values: list[str], shared: Shared) -> dict[int, Cell] | None:
        """Make the cells of a row; None where one names a shared text that is not there."""
        listed, texts = shared.texts.listed, shared.texts
        count = len(listed)
        for place in self.shared:
            raw = values[place]
            if raw:
                index = int(raw)
                if index >= count and index >= len(texts):
                    return None
                values[place] = listed[index] if index < count else texts[index]
        for place in self.booleans:
            if values[place]:
                values[place] = "true" if values[place] == "1" else "false"
        for place in self.texts:
            if values[place]:
                values[place] = unescaped(plain_text(values[place]))
        found = zip(self.columns, values, self.kinds, self.formulas, strict=True)
        if all(values):
            return dict(zip(self.columns, map(_cell, repeat(Cell), found), strict=True))
        return {cell[0]: _cell(Cell, cell) for cell in found if cell[1]}


class RowShape:
    """What was learnt of one sheet's rows in one pass."""

    def __init__(self, values: CellValues) -> None:
        self._values = values
        self._forms: dict[str, dict[_Form, None]] = {}
        self._pattern: _Pattern | None = None
        self._learnt, self._enough, self._patterns = 0, _LEARNT, 0
        # A date of 1904 is not what it is written as.
        self._learns = not values.shared.epoch_1904
        self._balance = _IN_VAIN

    def row(self, text: str) -> Row | None:
        """Return a row that is written like those before it; None for any other."""
        pattern = self._pattern
        found = pattern.match(text) if pattern is not None and len(text) <= MAX_TEXT else None
        if pattern is None or found is None:
            return None
        number, attributes, *values = found.groups()
        cells = pattern.cells(values, self._values.shared)
        if cells is None:
            return None
        self._values.next_row(int(number))
        self._balance += 1
        return Row(int(number), cells, is_hidden(attributes))

    def learn(self, attributes: str, pieces: Sequence[Piece]) -> None:
        """Take a plain row that the pattern, if there is one, did not know.

        Args:
            attributes: the row's own.
            pieces: its cells: letters, digits, style, type, formula, value, inline text, and nothing.
        """
        if not self._learns:
            return
        for letters, _digits, style, kind, formula, value, inline, _rest in pieces:
            form = _Form(style, kind, formula != "", not (value or inline))
            self._forms.setdefault(letters, {})[form] = None
        self._learnt += 1
        self._balance -= 2
        if self._learnt >= self._enough:
            self._pattern = _compiled(attributes, self._forms, self._values.shared)
            self._learnt, self._enough = 0, self._enough * _TIMES
            self._patterns += 1
        if self._balance < 0 or self._patterns == _PATTERNS or len(self._forms) > _MAX_COLUMNS:
            self._forms, self._learns = {}, False
            self._pattern = self._pattern if self._balance >= 0 else None


def _compiled(attributes: str, forms: dict[str, dict[_Form, None]], shared: Shared) -> _Pattern | None:
    """Make the pattern of all forms met so far; each cell may be missing."""
    numbers = {letters: column_number(letters) for letters in forms}
    columns = sorted(numbers, key=lambda letters: numbers[letters])
    slots = [(letters, form) for letters in columns for form in _known(forms[letters])]
    filled = [(numbers[letters], form) for letters, form in slots if not form.empty]
    if not columns or len(columns) > _MAX_COLUMNS or max(numbers.values()) > MAX_COLUMN:
        return None
    cells = "".join(_column_pattern(letters, _known(forms[letters])) for letters in columns)
    pattern = re.compile(rf"{HEAD}({re.escape(attributes)}|{ATTRIBUTES})>{cells}")
    return _Pattern(
        pattern.fullmatch,
        [column for column, _form in filled],
        [_kind(form, shared) for _column, form in filled],
        [form.formula for _column, form in filled],
        list(_places(filled, "s")),
        list(_places(filled, "b")),
        list(_places(filled, "str", "inlineStr")),
    )


def _known(forms: dict[_Form, None]) -> list[_Form]:
    return [form for form in forms if form.type in _VALUES and not (form.empty and form.formula)][:_MAX_FORMS]


def _column_pattern(letters: str, forms: Sequence[_Form]) -> str:
    return rf'(?:<c r="{letters}\1"(?:{"|".join(form.pattern() for form in forms)})|)' if forms else ""


def _kind(form: _Form, shared: Shared) -> CellKind:
    if form.type in ("", "n"):
        return shared.kinds.get(form.style, "number")
    return "boolean" if form.type == "b" else "text"


def _places(filled: Sequence[tuple[int, _Form]], *types: str) -> Iterator[int]:
    return (place for place, (_column, form) in enumerate(filled) if form.type in types)

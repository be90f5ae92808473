"""Canonical text as a spreadsheet's cell: a number, a date, a label, or a text where no cell could keep it exactly.

In: a field and its stored text, which may be raw where nobody could read it. Out: :class:`CellValue`. Refuses nothing. What is written
here is what :mod:`exchange.intake.values` reads back to the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from exchange.form.canonical import fault_of, read_value
from exchange.form.codes import code_list
from exchange.form.tables import Field
from exchange.language import choose

# Excel keeps 15 significant digits, and knows no day before 1900 (and one too many in it).
_DIGITS = 15
_FIRST_YEAR = 1901
# What XML cannot hold, or would change, and what looks like an escape already: ECMA-376 part 1, 22.4.2.4 (bstr).
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CellValue:
    """What is put in a cell; a text is escaped and always stays a text."""

    value: str | int | Decimal | date | time


def cell_value(field: Field, text: str) -> CellValue:
    """Return the cell of a stored text."""
    if fault_of(field, text) == "type-error":
        return CellValue(escaped(text))
    if field.type == "string":
        return CellValue(escaped(_label(field, text)))
    return CellValue(_typed(field, text))


def escaped(text: str) -> str:
    """Return a text as XML of a workbook may hold it: ``_x0007_`` for what it may not; U+FFFD for NUL, as in intake."""
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text.replace("\x00", "\ufffd"))


def _label(field: Field, text: str) -> str:
    if field.code_list is None:
        return text
    code = code_list(field.code_list).get(text)
    return text if code is None else code.label


def _typed(field: Field, text: str) -> str | int | Decimal | date | time:
    value = read_value(field, text)
    match value:
        case bool():
            return choose("Ja", "Yes") if value else choose("Nej", "No")
        case date():
            return value if value.year >= _FIRST_YEAR else text
        case time():
            return value if value.second == 0 else text
        case Decimal():
            return value if _fits(value) else text.replace(".", ",")
        case int():
            return value
        case _:
            return text


def _fits(value: Decimal) -> bool:
    return len(value.as_tuple().digits) <= _DIGITS

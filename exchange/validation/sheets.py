"""Tables in workbooks and JSON files: the same rows of cells as delimited text gives, with what a cell holds beside it.

In: a resource and, for a workbook, who reads it: this room knows no Excel. Out: rows of cells. In ``strict`` mode a cell
of a workbook is the text that the same table has as CSV, and its number, date or truth is taken where the field is one
(:class:`SheetCell`); in ``compat`` mode frictionless' own reader gives the cells, so that they are exactly its own.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Self, cast

from exchange.errors import ValidationRefused
from exchange.language import translate as _

WORKBOOKS = frozenset(["xlsx"])
LINES_OF_JSON = frozenset(["jsonl", "ndjson"])
MAX_JSON = 256 * 2**20
"""Bytes of a JSON table, which is read as a whole."""


class SheetCell(str):
    """The text of a workbook's cell, and the number, date, time or truth that it holds."""

    __slots__ = ("held",)
    held: object

    def __new__(cls, text: str, held: object) -> Self:
        """Keep both."""
        cell = super().__new__(cls, text)
        cell.held = held
        return cell


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """Which sheet of a workbook, by its name or its number from 1, and whether merged cells all show their value."""

    sheet: str | int = 1
    fill_merged: bool = False


SheetReader = Callable[[Path, SheetChoice], Sequence[Sequence[object]] | None]
"""Returns the rows of a sheet, all of one width, None where the workbook has no such sheet."""


def read_choice(dialect: Mapping[str, object]) -> SheetChoice:
    """Return the sheet that a dialect names: ``sheetName`` or ``sheetNumber`` of version 2, or frictionless' ``excel``."""
    excel = cast("Mapping[str, object]", dialect.get("excel") or {})
    named = (dialect.get("sheetName"), dialect.get("sheetNumber"), excel.get("sheet"))
    sheet = next((each for each in named if isinstance(each, str | int)), 1)
    return SheetChoice(sheet, bool(excel.get("fillMergedCells")))


def json_items(
    stream: BinaryIO, name: str, encoding: str, *, by_line: bool, under: str | None
) -> Iterator[object]:
    """Yield the rows of a JSON file: one per line, or the items of its array, or of the array ``under`` a property.

    Raises:
        ValueError: the file is no JSON.
        ValidationRefused: it is too large to be read as a whole.
    """
    if by_line:
        yield from (json.loads(line) for line in io.TextIOWrapper(stream, encoding) if line.strip())
        return
    content = stream.read(MAX_JSON + 1)
    if len(content) > MAX_JSON:
        raise ValidationRefused(
            _(
                "{file} is larger than {limit} MB, too much for one JSON array: save it as JSON Lines or CSV."
            ).format(file=name, limit=MAX_JSON >> 20)
        )
    value = json.loads(content.decode(encoding), parse_float=Decimal)
    for step in under.split(".") if under else ():
        value = value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, list) or not value:
        raise ValueError(f'cannot extract JSON tabular data from "{name}"')
    yield from value

"""A sheet whose rows are read from the workbook's bytes each time they are gone through; the first of them are kept.

In: a sheet's part. Out: what :class:`Sheet` holds, each read when it is asked for. Refused while it is read: what :mod:`sheet_stream`
refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeVar, overload

from exchange.intake.cell_values import Shared
from exchange.intake.cells import Merge, Row
from exchange.intake.sheet_stream import Frame, SheetStream
from exchange.intake.workbook_parts import Parts

# Layouts are tried on the first rows of every sheet again and again; most sheets are no longer than this.
_KEPT_OF_A_SHEET = 10_000
_KEPT = 50_000

_Item_co = TypeVar("_Item_co", covariant=True)


@dataclass(slots=True)
class Kept:
    """How many cells a workbook's sheets may still keep."""

    cells: int = _KEPT
    sheets: int = 0


class SheetPart:
    """One sheet of a workbook, unread."""

    def __init__(self, parts: Parts, part: str, name: str, shared: Shared, kept: Kept) -> None:
        self._parts, self._part, self._name, self._shared = parts, part, name, shared
        kept.sheets += 1
        self.rows = StreamedRows(self.stream, kept)
        self.merged: Sequence[Merge] = Later(lambda: self._frame.merged)
        self.hidden_columns: Sequence[range] = Later(lambda: self._frame.hidden_columns)

    def stream(self) -> SheetStream:
        """Begin a pass over the sheet."""
        return SheetStream(self._parts, self._part, self._name, self._shared)

    @cached_property
    def _frame(self) -> Frame:
        return self.stream().frame()


class StreamedRows:
    """Rows that are read again at each pass, but for the first, which are kept."""

    def __init__(self, stream: Callable[[], SheetStream], kept: Kept) -> None:
        self._stream, self._kept = stream, kept
        self._head: list[Row] = []
        self._size = 0
        self._full = self._whole = False

    def __iter__(self) -> Iterator[Row]:
        yield from self._head
        if self._whole:
            return
        place = len(self._head)
        for row in islice(self._stream().rows(), place, None):
            if place == len(self._head) and not self._full:
                self._keep(row)
            place += 1
            yield row
        self._whole = place == len(self._head)

    def _keep(self, row: Row) -> None:
        size = len(row.cells) + 1
        self._full = self._size + size > _KEPT_OF_A_SHEET or size > self._kept.cells
        if not self._full:
            self._head.append(row)
            self._size += size
            self._kept.cells -= size


class Later(Sequence[_Item_co]):
    """A sequence that is read when it is first looked at."""

    def __init__(self, read: Callable[[], Sequence[_Item_co]]) -> None:
        self._read = read

    @cached_property
    def _items(self) -> Sequence[_Item_co]:
        return self._read()

    @overload
    def __getitem__(self, index: int) -> _Item_co: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_Item_co]: ...
    def __getitem__(self, index: int | slice) -> _Item_co | Sequence[_Item_co]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

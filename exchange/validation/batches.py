"""The rows of any file, some thousands at a time: each distinct text of a column is judged once.

In: an open table. Out: the errors of its faulty rows, row by row. A text that was found good is not read again; a row
with any other text, an odd width or nothing but missing values goes to :func:`~exchange.validation.rows.row_errors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

from exchange.validation.errors import Error
from exchange.validation.mistakes import SchemaMistake
from exchange.validation.records import Cells, Table
from exchange.validation.rows import Columns, Key, Known, Memory, row_errors

ROWS_AT_A_TIME = 8192
_MOST_TEXTS = 200_000
"""How many texts of a column are remembered; a column of ever new texts starts over."""


@dataclass(slots=True)
class Progress:
    """How many rows of content have been judged."""

    rows: int = 0


@dataclass(slots=True)
class _Texts:
    """What is known about the texts of one column: the value of the good, and which are not."""

    good: dict[str, object] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)


def faulty_rows(table: Table, columns: Columns, known: Known, progress: Progress) -> Iterator[list[Error]]:
    """Yield the errors of each faulty row, in order.

    Raises:
        Unreadable: the file cannot be read to its end; what came before was yielded.
    """
    memory = Memory(known)
    if table.csv is None:
        for number, cells in table.content():
            progress.rows += 1
            yield row_errors(columns, number, cells, memory)
        return
    texts = [_Texts() for _field in columns.fields]
    for batch in _batches(table):
        suspects = _suspects(batch, columns, texts)
        for place, (number, cells) in enumerate(batch):
            progress.rows += 1
            if place in suspects or not _keys_proven(number, cells, columns, texts, memory):
                yield row_errors(columns, number, cells, memory)


def _batches(table: Table) -> Iterator[Sequence[tuple[int, Cells]]]:
    """Yield rows in batches; where reading ends early, what was read comes first."""
    content = table.content()
    while True:
        batch: list[tuple[int, Cells]] = []
        try:
            for row in islice(content, ROWS_AT_A_TIME):
                batch.append(row)  # noqa: PERF402
        except BaseException:
            yield batch
            raise
        if not batch:
            return
        yield batch


def _suspects(batch: Sequence[tuple[int, Cells]], columns: Columns, texts: Sequence[_Texts]) -> set[int]:
    """Return the places in a batch of rows that are not proven good."""
    width = len(columns.fields)
    if not width:
        return set(range(len(batch)))
    suspects = {place for place, (_number, cells) in enumerate(batch) if len(cells) != width}
    regular = (
        [place for place in range(len(batch)) if place not in suspects] if suspects else range(len(batch))
    )
    grid = cast("list[tuple[str, ...]]", list(zip(*(batch[place][1] for place in regular), strict=True)))
    for column, cells in enumerate(grid):
        bad = _bad_texts(set(cells), column, columns, texts[column])
        if bad:
            suspects.update(place for place, text in zip(regular, cells, strict=True) if text in bad)
    suspects.update(_blank(regular, grid, columns))
    return suspects


def _bad_texts(present: set[str], column: int, columns: Columns, texts: _Texts) -> set[str]:
    if len(texts.good) > _MOST_TEXTS:
        texts.good.clear()
    if len(texts.bad) > _MOST_TEXTS:
        texts.bad.clear()
    read = columns.readers[column]
    for text in [each for each in present if each not in texts.good and each not in texts.bad]:
        try:
            judged = read(text)
        except SchemaMistake:
            # Its row says so, when all rows before it have been judged.
            texts.bad.add(text)
            continue
        if judged.wrong_type or judged.broken:
            texts.bad.add(text)
        else:
            texts.good[text] = judged.value
    return present & texts.bad


def _blank(regular: Sequence[int], grid: Sequence[Sequence[str]], columns: Columns) -> Iterator[int]:
    """Yield the places of rows that hold nothing but missing values."""
    missing = [frozenset(each.missing) for each in columns.fields]
    if not grid or missing[0].isdisjoint(grid[0]):
        return
    for place, cells in zip(regular, zip(*grid, strict=True), strict=True):
        if cells[0] in missing[0] and all(cell in none for cell, none in zip(cells, missing, strict=True)):
            yield place


def _keys_proven(
    number: int, cells: Cells, columns: Columns, texts: Sequence[_Texts], memory: Memory
) -> bool:
    try:
        return _keys_hold(number, cells, columns, texts, memory)
    except TypeError:
        # A value that no set takes: reading the row says what is wrong with the schema.
        return False


def _keys_hold(number: int, cells: Cells, columns: Columns, texts: Sequence[_Texts], memory: Memory) -> bool:
    """Return whether no key of a good row is broken, and if so remember them."""
    if not columns.have_keys:
        return True

    def key(places: Sequence[int]) -> Key:
        return tuple([texts[place].good[cast("str", cells[place])] for place in places])

    primary = key(columns.primary)
    unique = [(place, key((place,))[0]) for place in columns.unique]
    once = [(places, key(places)) for places in columns.once]
    foreign = [(each, key(places)) for each, places in columns.foreign]
    if (
        (primary and (primary in memory.primary or set(primary) == {None}))
        or any(value is not None and value in memory.unique.setdefault(place, {}) for place, value in unique)
        or any(None not in values and values in memory.once.setdefault(places, {}) for places, values in once)
        or any(
            set(values) != {None} and values not in memory.known.get((each.resource, each.reference), ())
            for each, values in foreign
        )
    ):
        return False
    if primary:
        memory.primary[primary] = number
    for place, value in unique:
        if value is not None:
            memory.unique[place][value] = number
    for places, values in once:
        if None not in values:
            memory.once[places][values] = number
    return True

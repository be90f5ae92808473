"""One row against the fields of its columns: cells, width, keys.

In: the cells of a row and its number. Out: its errors, in the order in which frictionless finds them: the cells of a
key are read before the others. Keys remember every value they have met, so rows come in the order of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from exchange.language import translate as _
from exchange.validation.cells import CellReader, Judged, cell_reader
from exchange.validation.descriptor import Dialect, Field, ForeignKey, Mode, Schema
from exchange.validation.errors import CellError, Error, ForeignKeyError, RowError
from exchange.validation.mistakes import SchemaMistake
from exchange.validation.records import Cells

_K = TypeVar("_K")
Key = tuple[object, ...]
INCOMPARABLE = ("array", "geojson", "list", "object")
"""Types whose values no two rows can be compared by."""
Known = Mapping[tuple[str, tuple[str, ...]], Collection[Key]]
"""The keys that each table offers, by its name and the fields of the key."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of a file's columns with what reads them, and the keys that the columns make up.

    Attributes:
        unique: columns (from 0) whose values come once.
        primary: columns of the primary key.
        foreign: each foreign key with its columns.
        once: further keys (``uniqueKeys``) that come once, in strict mode.
    """

    fields: tuple[Field, ...]
    readers: tuple[CellReader, ...]
    unique: tuple[int, ...] = ()
    primary: tuple[int, ...] = ()
    foreign: tuple[tuple[ForeignKey, tuple[int, ...]], ...] = ()
    once: tuple[tuple[int, ...], ...] = ()

    @property
    def key_places(self) -> tuple[int, ...]:
        """The columns that any key is made of."""
        keys = (self.primary, self.unique, *self.once, *(places for _key, places in self.foreign))
        return tuple(place for key in keys for place in key)

    @property
    def have_keys(self) -> bool:
        """Whether a row's errors depend on other rows."""
        return bool(self.unique or self.primary or self.foreign or self.once)


def columns_of(fields: Sequence[Field], schema: Schema, dialect: Dialect, mode: Mode) -> Columns:
    """Return the columns of a file whose fields are in the order of the data.

    Raises:
        SchemaMistake: a constraint that no cell can be held against.
    """
    places = {each.name: place for place, each in enumerate(fields)}

    def located(names: Sequence[str]) -> tuple[int, ...]:
        return tuple(places[name] for name in names) if set(names) <= set(places) else ()

    primary = located(schema.primary_key)
    if primary and not dialect.header_case:
        wanted = {name.lower() for name in schema.primary_key}
        primary = tuple(place for name, place in places.items() if name.lower() in wanted)
    foreign = tuple((key, located(key.fields)) for key in schema.foreign_keys)
    once = tuple(filter(None, map(located, schema.unique_keys))) if mode == "strict" else ()
    unique = tuple(place for place, each in enumerate(fields) if each.unique)
    keys = (primary, unique, *once, *(where for _key, where in foreign))
    if mode == "strict":
        _refuse_incomparable([fields[place] for key in keys for place in key])
    return Columns(
        fields=tuple(fields),
        readers=tuple(cell_reader(each, mode) for each in fields),
        unique=unique,
        primary=primary,
        foreign=tuple((key, where) for key, where in foreign if where or not key.fields),
        once=once,
    )


def _refuse_incomparable(fields: Sequence[Field]) -> None:
    for each in fields:
        if each.type in INCOMPARABLE:
            raise SchemaMistake(
                _(
                    "In the schema of {file} the field “{field}” is part of a key, but values of the type {type} cannot "
                    "be compared: take it out of the key."
                ),
                field=each.name,
                type=each.type,
            )


@dataclass(slots=True)
class Memory:
    """The keys that rows before have had, with the number of the last such row.

    Attributes:
        known: the keys that other tables offer.
    """

    known: Known = field(default_factory=dict)
    unique: dict[int, dict[object, int]] = field(default_factory=dict)
    primary: dict[Key, int] = field(default_factory=dict)
    once: dict[tuple[int, ...], dict[Key, int]] = field(default_factory=dict)


class Reading:
    """One row while it is read: each cell once, in the order in which it is asked for."""

    __slots__ = ("_cells", "_columns", "_number", "_proven", "_seen", "_texts", "errors")

    def __init__(self, columns: Columns, number: int, cells: Cells, proven: int = 0) -> None:
        """Take a row; nothing is read yet. The bits of ``proven`` are columns known to hold a good value."""
        self._proven = proven
        self._columns = columns
        self._number = number
        self._cells = cells
        self._seen: dict[int, Judged] = {}
        self._texts: tuple[str, ...] | None = None
        self.errors: list[Error] = []

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells as text, as a report shows them."""
        if self._texts is None:
            given = self._cells
            self._texts = tuple(
                map(str, ["" if cell is None else cell for cell in given] if None in given else given)
            )
        return self._texts

    def value(self, place: int) -> object:
        """Return the value of a column, None where it is missing or unreadable."""
        judged = self._seen.get(place)
        if judged is None:
            cell = self._cells[place] if place < len(self._cells) else None
            judged = self._seen[place] = self._columns.readers[place](cell)
            if isinstance(cell, list):
                # Reading an array may have written its items anew.
                self._texts = None
            if judged.wrong_type or judged.broken:
                self._blame(place, cell, judged)
        return judged.value

    def key(self, places: Sequence[int]) -> Key:
        """Return the values of several columns."""
        return tuple([self.value(place) for place in places])

    def finish(self) -> None:
        """Read what has not been read, then judge the row's width and whether it is blank."""
        width = len(self._columns.fields)
        for place in range(width):
            if not self._proven >> place & 1:
                self.value(place)
        for place in range(width, len(self._cells)):
            self.errors.append(self._cell_error("extra-cell", "", str(self._cells[place]), "", place))
        for place in range(len(self._cells), width):
            name = self._columns.fields[place].name
            self.errors.append(self._cell_error("missing-cell", "", "", name, place))
        seen = self._seen.values()
        if not self._proven and all(judged.value is None and not judged.wrong_type for judged in seen):
            self.errors = [self.row_error("blank-row", "")]

    def row_error(self, kind: str, note: str) -> RowError:
        """Return an error of the whole row."""
        return RowError(kind, note, self._number, self.texts)

    def not_unique(self, place: int, note: str) -> CellError:
        """Return the error of a value that came before."""
        return self._cell_error(
            "unique-error", note, str(self.value(place)), self._columns.fields[place].name, place
        )

    def dangling(self, key: ForeignKey, values: Key) -> ForeignKeyError:
        """Return the error of a key that stands in no row of the other table."""
        note = (
            f'for "{", ".join(key.fields)}": values "{", ".join(map(str, values))}" not found in the lookup table '
            f'"{key.resource}" as "{", ".join(key.reference)}"'
        )
        cells = ["" if value is None else str(value) for value in values]
        return ForeignKeyError(
            "foreign-key", note, self._number, self.texts, key.fields, cells, key.resource, key.reference
        )

    def _blame(self, place: int, cell: object, judged: Judged) -> None:
        name = self._columns.fields[place].name
        if judged.wrong_type:
            self.errors.append(self._cell_error("type-error", judged.wrong_type, str(cell), name, place))
        for note in judged.broken:
            self.errors.append(self._cell_error("constraint-error", note, str(cell), name, place))

    def _cell_error(self, kind: str, note: str, cell: str, name: str, place: int) -> CellError:
        return CellError(kind, note, self._number, self.texts, cell, name, place + 1)


def row_errors(columns: Columns, number: int, cells: Cells, memory: Memory, proven: int = 0) -> list[Error]:
    """Return what is wrong with a row, remembering its keys."""
    reading = Reading(columns, number, cells, proven)
    if columns.have_keys:
        try:
            after = _key_errors(columns, reading, number, memory)
        except TypeError:
            raise SchemaMistake(
                _(
                    "In the schema of {file} a key names a field whose values cannot be compared (object, array, list or "
                    "geojson), as in row {row}: take it out of the key."
                ),
                row=number,
            ) from None
        return after
    reading.finish()
    return reading.errors


def _key_errors(columns: Columns, reading: Reading, number: int, memory: Memory) -> list[Error]:
    found: list[Error] = []
    for error in _broken_keys(columns, reading, number, memory):
        if not found:
            # From its first broken key on, the row has been read whole.
            reading.finish()
        found.append(error)
    if not found:
        reading.finish()
    return [*reading.errors, *found]


def _broken_keys(columns: Columns, reading: Reading, number: int, memory: Memory) -> Iterator[Error]:
    for place in columns.unique:
        value = reading.value(place)
        if value is not None:
            before = _remembered(memory.unique.setdefault(place, {}), value, number)
            if before:
                yield reading.not_unique(place, f"the same as in the row at position {before}")
    if columns.primary:
        yield from _broken_primary(reading, reading.key(columns.primary), number, memory)
    for key, places in columns.foreign:
        values = reading.key(places)
        offered = memory.known.get((key.resource, key.reference), ())
        if set(values) != {None} and values not in offered:
            yield reading.dangling(key, values)
    for places in columns.once:
        values = reading.key(places)
        if None not in values:
            before = _remembered(memory.once.setdefault(places, {}), values, number)
            if before:
                yield reading.not_unique(places[0], f"the same as in the row at position {before}")


def _broken_primary(reading: Reading, values: Key, number: int, memory: Memory) -> Iterator[Error]:
    if set(values) == {None}:
        yield reading.row_error("primary-key", 'cells composing the primary keys are all "None"')
        return
    before = _remembered(memory.primary, values, number)
    if before:
        yield reading.row_error("primary-key", f"the same as in the row at position {before}")


def _remembered(seen: dict[_K, int], key: _K, number: int) -> int | None:
    before = seen.get(key)
    seen[key] = number
    return before

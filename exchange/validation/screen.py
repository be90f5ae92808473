"""Large files: whole columns proven good by DuckDB, and only the rows in doubt read cell by cell.

In: a large delimited file and its columns. Out: the errors of its faulty rows, in order, or None where this way cannot
vouch for the result; then :mod:`exchange.validation.batches` reads every row. A file of plain lines is looked at where it
is; of any other (ragged rows, blank lines, another encoding or way of quoting) a plain copy is made, and the records that
it cannot hold are rows in doubt. These are read by the same :func:`~exchange.validation.rows.row_errors` as everywhere.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Self, cast

from exchange.validation.columnwise import ColumnScreen, Doubtful, Undecided, is_bad
from exchange.validation.descriptor import Mode, Resource
from exchange.validation.errors import Error
from exchange.validation.plain import PlainCopy, TooOdd, write_plain
from exchange.validation.records import Cells, Table
from exchange.validation.rows import INCOMPARABLE, Columns, Known, Memory, row_errors
from exchange.validation.streams import Unreadable, open_text
from exchange.validation.structure import Structure, structure_of

if TYPE_CHECKING:
    import duckdb

SMALLEST = 2_000_000
"""Bytes from which on starting DuckDB pays."""
_PLAIN_CSV = {"quotechar": '"', "doublequote": True, "escapechar": None, "skipinitialspace": False}


@dataclass(frozen=True, slots=True)
class Screened:
    """What the screen says of a file: its rows of content, its measure, and the errors to come."""

    rows: int
    size: int
    digests: tuple[str, str] | None
    faulty: Iterator[list[Error]]


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A row in doubt: its number, its cells, and the bits of those that are proven."""

    number: int
    cells: Cells
    proven: int = 0


@dataclass(frozen=True, slots=True)
class Screening:
    """One file to be screened."""

    resource: Resource
    table: Table
    columns: Columns
    known: Known
    mode: Mode

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.resource.located(str(self.resource.path))

    @property
    def width(self) -> int:
        """How many cells a regular record has."""
        return len(self.columns.fields)

    @property
    def delimiter(self) -> str:
        """What stands between the cells."""
        return str(cast("dict[str, object]", self.table.csv)["delimiter"])

    def pays(self) -> bool:
        """Return whether a screen is worth trying: the file is large, and SQL can compare its keys."""
        paths = (str(self.resource.path), *self.resource.extra_paths)
        return (
            self.table.csv is not None
            and sum(self.resource.located(path).stat().st_size for path in paths) >= SMALLEST
            and self.width > 1
            and self.delimiter.isascii()
            and self.delimiter not in ' "\r\n\0'
            and not any(self.columns.fields[place].type in INCOMPARABLE for place in self.columns.key_places)
        )

    def found(self) -> Screened | None:
        """Return what the screen finds, None where only reading every row tells."""
        # DuckDB comes only for large files: loading it costs 0.1 s.
        import duckdb

        for way in (_in_place, _by_copy):
            try:
                found = way(self)
            except (duckdb.Error, Undecided, TooOdd, Unreadable, UnicodeError, csv.Error, OSError):
                continue
            if found is not None:
                return found
        return None

    def clean_sample(self) -> bool:
        """Whether the first rows are good: else the file is loaded at once, without a look for faults."""
        readers = self.columns.readers
        return not any(
            is_bad(read, cast("str", cell))
            for _number, cells in self.table.content(self.table.sample)
            if len(cells) == self.width
            for read, cell in zip(readers, cells, strict=True)
        )

    def faulty_rows(self, doubts: Sequence[_Doubt]) -> Iterator[list[Error]]:
        """Yield the errors of each faulty row, in order."""
        memory = Memory(self.known)
        for doubt in doubts:
            errors = row_errors(self.columns, doubt.number, doubt.cells, memory, doubt.proven)
            if errors:
                yield errors

    def looks_plain(self) -> bool:
        """Return whether the file may be one of plain lines, as far as its first rows and its dialect tell."""
        table, written = self.table, cast("dict[str, object]", self.table.csv)
        dialect = table.dialect
        return (
            table.plain
            and table.encoding in ("utf-8", "utf-8-sig")
            and all(written[name] == value for name, value in _PLAIN_CSV.items())
            and not (dialect.comment_char or dialect.comment_rows or dialect.skip_blank_rows)
            and all(len(cells) == self.width for cells in table.sample)
        )


def _in_place(screening: Screening) -> Screened | None:
    """Screen a file of plain lines where it is."""
    if not screening.looks_plain():
        return None
    import duckdb

    path, delimiter, first = screening.path, screening.delimiter, screening.table.first_row
    with duckdb.connect() as connection, _Look(path, delimiter, screening.width, connection) as look:
        screen = ColumnScreen(connection, screening.columns, screening.known, screening.mode)
        screen.read(str(path), delimiter, first - 1)
        clean = screening.clean_sample() and screen.finds_nothing()
        if not clean:
            screen.load()
        structure = look.result()
        if structure is None or screen.rows != structure.lines - first + 1:
            return None
        places = [] if clean else screen.doubtful()
        lines = _lines(path, [doubt.place + first - 1 for doubt in places])
        cells = _cells(
            lines, places, delimiter, marked=screening.table.encoding == "utf-8-sig" and first == 1
        )
    doubts = [
        _Doubt(doubt.place + first, row, doubt.proven) for doubt, row in zip(places, cells, strict=True)
    ]
    digests = (structure.md5, structure.sha256)
    return Screened(screen.rows, structure.size, digests, screening.faulty_rows(doubts))


class _Look:
    """A look at a file's bytes beside DuckDB's; it spares DuckDB the rest of an answer that would not count."""

    def __init__(self, path: Path, delimiter: str, width: int, connection: duckdb.DuckDBPyConnection) -> None:
        """Say what to look at, and who is to be stopped."""
        self._structure: Structure | None = None
        self._asked = (path, delimiter, width)
        self._connection = connection
        self._thread = Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread.join()

    def result(self) -> Structure | None:
        """Return how the file is built, None where it is not one of plain lines."""
        self._thread.join()
        return self._structure

    def _look(self) -> None:
        with suppress(OSError):
            self._structure = structure_of(*self._asked)
        if self._structure is None:
            self._connection.interrupt()


def _by_copy(screening: Screening) -> Screened | None:
    """Screen a plain copy of the file; what the copy cannot hold is in doubt."""
    import duckdb

    with ExitStack() as files:
        # The copy holds what the file holds: nobody else may read it, and it goes with the command.
        copy = Path(files.enter_context(TemporaryDirectory(prefix="enblanket-"))) / "copy.csv"
        resource = replace(screening.resource, encoding=screening.table.encoding)
        text, measured = open_text(resource, screening.mode, files)
        with copy.open("w", encoding="utf-8", newline="") as file:
            plain = write_plain(iter(text), screening.table, screening.width, file)
        connection = files.enter_context(duckdb.connect())
        screen = ColumnScreen(connection, screening.columns, screening.known, screening.mode)
        screen.read(str(copy), screening.delimiter, 1)
        doubts = _doubts_of_copy(screening, screen, plain, copy)
        if screen.rows != plain.lines:
            return None
    rows = plain.lines + len(plain.odd)
    return Screened(rows, measured.size, measured.digests, screening.faulty_rows(doubts))


def _doubts_of_copy(screening: Screening, screen: ColumnScreen, plain: PlainCopy, copy: Path) -> list[_Doubt]:
    odd = [_Doubt(number, cells) for number, cells in plain.odd]
    alone = not (plain.odd and screening.columns.have_keys)
    if alone and screening.clean_sample() and screen.finds_nothing():
        return odd
    screen.load()
    screen.add([cells for _number, cells in plain.odd])
    places = [doubt for doubt in screen.doubtful() if doubt.place < plain.lines]
    cells = _cells(_lines(copy, [doubt.place + 1 for doubt in places]), places, screening.delimiter)
    regular = [
        _Doubt(plain.number(doubt.place), row, doubt.proven) for doubt, row in zip(places, cells, strict=True)
    ]
    return sorted([*regular, *odd], key=lambda doubt: doubt.number)


def _cells(
    lines: Iterator[str], doubtful: Sequence[Doubtful], delimiter: str, *, marked: bool = False
) -> list[list[str]]:
    """Return the cells of rows from their lines; ``marked``: the first line of the file begins with a byte order mark.

    Raises:
        Undecided: a line is not the row that DuckDB counted as it.
    """
    if marked and doubtful and doubtful[0].place == 0:
        lines = (line.removeprefix("\ufeff") for line in lines)
    rows = list(csv.reader(lines, delimiter=delimiter))
    if [cells[0] for cells in rows] != [row.first for row in doubtful]:
        raise Undecided
    return rows


def _lines(path: Path, numbers: Sequence[int]) -> Iterator[str]:
    """Yield the lines of a file that has one record per line, by their numbers from 0."""
    read = 0
    with path.open("rb") as file:
        for number in numbers:
            yield next(islice(file, number - read, None)).decode("utf-8")
            read = number + 1

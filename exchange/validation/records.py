"""From a file to its rows, one record at a time: delimiter, header row, comments; workbooks and JSON rows likewise.

In: a resource. Out: the labels, a sample of rows and a stream of the rest, read by ``csv.reader``. In ``strict`` mode a
file is what its descriptor says (UTF-8, comma, header in row 1 where it says nothing); in ``compat`` mode what it
leaves open is guessed from the first rows exactly as frictionless guesses it. A file that cannot be read is an error
of the report, not a failure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from exchange.validation.descriptor import Dialect, Mode, Resource
from exchange.validation.sheets import LINES_OF_JSON, WORKBOOKS, SheetReader, json_items
from exchange.validation.streams import Measured, Unreadable, open_bytes, open_text, readable

SAMPLE_ROWS = 100
"""How many rows, and for the dialect how many lines, frictionless guesses from."""
_LONGEST_CELL = 2147483646

Cells = Sequence[object]


@dataclass(slots=True, kw_only=True)
class Table:
    """An open table.

    Attributes:
        dialect: with the header row that was found.
        csv: how the file is split; None for inline data.
        measured: the bytes under the rows; None for inline data.
        plain: whether ``measured`` is the very file, not a decompressed or joined one.
    """

    dialect: Dialect
    sample: list[Cells]
    rows: Iterator[Cells]
    labels: list[str]
    encoding: str = "utf-8"
    csv: Mapping[str, object] | None = None
    measured: Measured | None = None
    plain: bool = False
    files: ExitStack = field(default_factory=ExitStack)

    def content(self, rows: Iterable[Cells] | None = None) -> Iterator[tuple[int, Cells]]:
        """Yield the rows under the header with their numbers, without comments and what else the dialect skips."""
        for number, cells in enumerate(self.rows if rows is None else rows, start=1):
            if number >= self.first_row and self.counts(number, cells):
                yield number, cells

    @property
    def first_row(self) -> int:
        """The number of the first row under the header."""
        header_rows = self.dialect.header_rows
        return header_rows[-1] + 1 if self.dialect.header and header_rows else 1

    def counts(self, number: int, cells: Cells) -> bool:
        """Return whether a row is content: no comment, and not blank where blank rows are skipped."""
        if is_comment(self.dialect, number, cells):
            return False
        return not self.dialect.skip_blank_rows or any(cell not in (None, "") for cell in cells)


def is_comment(dialect: Dialect, number: int, cells: Cells) -> bool:
    """Return whether the dialect says that a row is a comment."""
    if number in dialect.comment_rows:
        return True
    first = cells[0] if cells else None
    return (
        bool(dialect.comment_char) and isinstance(first, str) and first.startswith(str(dialect.comment_char))
    )


def open_table(resource: Resource, mode: Mode, sheets: SheetReader | None = None) -> Table:
    """Open a table and read its first rows; the caller closes ``files``.

    Args:
        resource: the table.
        mode: how what it leaves open is settled.
        sheets: who reads workbooks in strict mode.

    Raises:
        Unreadable: the file is not there, or its first rows cannot be decoded or split.
        EnblanketError: a workbook that is refused as such.
    """
    if resource.data is not None:
        return _with_header(_inline_table(resource), mode)
    files = ExitStack()
    try:
        if resource.format in WORKBOOKS:
            return _with_header(_workbook_table(resource, mode, sheets, files), mode)
        if resource.format in LINES_OF_JSON or resource.format == "json":
            return _with_header(_json_table(resource, mode, files), mode)
        return _with_header(_delimited_table(resource, mode, files), mode)
    except BaseException:
        files.close()
        raise


def _with_header(table: Table, mode: Mode) -> Table:
    table.sample = list(islice(table.rows, SAMPLE_ROWS))
    table.rows = chain(table.sample, table.rows)
    if mode == "compat" and not table.dialect.says_header:
        table.dialect = replace(table.dialect, header_rows=_found_header(table.sample, table.dialect))
    table.labels = _labels(table)
    return table


def _found_header(sample: Sequence[Cells], dialect: Dialect) -> tuple[int, ...]:
    """Return the first row that is about as wide as the rows are on average."""
    if not sample:
        return (1,)
    width = round(sum(map(len, sample)) / len(sample))
    drift = max(round(width * 0.1), 1)
    for number, cells in enumerate(sample, start=1):
        if not is_comment(dialect, number, cells) and width - drift <= len(cells) <= width + drift:
            return (number,)
    return (1,)


def _labels(table: Table) -> list[str]:
    rows = [
        ["" if cell is None else str(cell).strip() for cell in cells]
        for number, cells in enumerate(table.sample[: table.first_row], start=1)
        if table.dialect.header and number in table.dialect.header_rows
        if not is_comment(table.dialect, number, cells)
    ]
    labels: list[str] = []
    above: dict[int, str] = {}
    for row in rows:
        for place, cell in enumerate(row):
            if above.get(place) == cell:
                continue
            above[place] = cell
            if len(labels) <= place:
                labels.append(cell)
            else:
                labels[place] = table.dialect.header_join.join((labels[place], cell))
    return labels


def _inline_table(resource: Resource) -> Table:
    names = resource.dialect.inline_keys
    if resource.schema is not None:
        names = tuple(each.name for each in resource.schema.fields)
    rows = readable(_rows_of(iter(resource.data or ()), names))
    return Table(dialect=resource.dialect, sample=[], rows=rows, labels=[])


def _rows_of(items: Iterator[object], names: Sequence[str]) -> Iterator[Cells]:
    """Yield rows of cells from JSON values: lists as they are, objects by the names, or by those of the first."""
    first = next(items, None)
    if first is None:
        return
    if isinstance(first, Mapping):
        names = list(names or first)
        yield names
        for row in chain((first,), items):
            if not isinstance(row, Mapping):
                raise Unreadable("source-error", "unsupported inline data")
            yield [row.get(name) for name in names]
        return
    for row in chain((first,), items):
        if not isinstance(row, list):
            raise Unreadable("source-error", "unsupported inline data")
        yield row


def _json_table(resource: Resource, mode: Mode, files: ExitStack) -> Table:
    stream, measured, encoding = open_bytes(resource, mode, files)
    dialect = resource.dialect
    items = json_items(
        stream,
        str(resource.path),
        encoding,
        by_line=resource.format in LINES_OF_JSON,
        under=dialect.json_property,
    )
    return Table(
        dialect=dialect,
        sample=[],
        rows=readable(_rows_of(items, dialect.json_keys)),
        labels=[],
        measured=measured,
        files=files,
    )


def _workbook_table(resource: Resource, mode: Mode, sheets: SheetReader | None, files: ExitStack) -> Table:
    """Open a workbook's sheet; the file is measured before it is read."""
    # Bytes in a ZIP have no encoding to guess.
    _stream, measured, _encoding_name = open_bytes(replace(resource, encoding="utf-8"), mode, files)
    measured.drain()
    path = resource.located(str(resource.path))
    rows = _cells_there(resource, path) if mode == "compat" else _cells_here(resource, path, sheets)
    return Table(
        dialect=resource.dialect, sample=[], rows=readable(rows), labels=[], measured=measured, files=files
    )


def _cells_there(resource: Resource, path: Path) -> Iterator[Cells]:
    from exchange.validation.oracle import NotRead, workbook_cells

    try:
        yield from workbook_cells(path, resource.place, resource.dialect.excel)
    except NotRead as error:
        raise Unreadable(error.kind, error.note) from None


def _cells_here(resource: Resource, path: Path, sheets: SheetReader | None) -> Iterator[Cells]:
    rows = sheets(path, resource.dialect.choice) if sheets else None
    if rows is None:
        note = f'Excel document "{resource.place}" does not have a sheet "{resource.dialect.choice.sheet}"'
        raise Unreadable("format-error", note)
    yield from rows


def _delimited_table(resource: Resource, mode: Mode, files: ExitStack) -> Table:
    text, measured = open_text(resource, mode, files)
    csv.field_size_limit(_LONGEST_CELL)
    table = Table(
        dialect=resource.dialect,
        sample=[],
        rows=iter(()),
        labels=[],
        encoding=text.encoding,
        measured=measured,
        plain=not (resource.compression or resource.extra_paths),
        files=files,
    )
    table.rows = readable(_records(text, resource, mode, table))
    return table


def _records(text: io.TextIOWrapper, resource: Resource, mode: Mode, table: Table) -> Iterator[Cells]:
    sample = list(islice(text, SAMPLE_ROWS)) if mode == "compat" else []
    table.csv = _csv_format(resource, sample, mode)
    yield from csv.reader(chain(sample, text), **table.csv)  # type: ignore[arg-type]


def _csv_format(resource: Resource, sample: Sequence[str], mode: Mode) -> dict[str, object]:
    dialect = resource.dialect
    delimiter = "\t" if resource.format == "tsv" and dialect.delimiter is None else dialect.delimiter
    sniffed = _sniffed(sample, delimiter) if mode == "compat" else csv.excel()
    quote = sniffed.quotechar if dialect.quote_char is None else dialect.quote_char
    return {
        "delimiter": sniffed.delimiter if delimiter is None else delimiter,
        "quotechar": quote,
        # frictionless lets doubleQuote count only beside an escape character.
        "doublequote": dialect.double_quote if dialect.escape_char or mode == "strict" else True,
        "escapechar": dialect.escape_char,
        "quoting": csv.QUOTE_NONE if quote == "" else csv.QUOTE_MINIMAL,
        "skipinitialspace": (
            sniffed.skipinitialspace if dialect.skip_initial_space is None else dialect.skip_initial_space
        ),
        "lineterminator": "\r\n",
        "strict": False,
    }


def _sniffed(sample: Sequence[str], delimiter: str | None) -> csv.Dialect:
    try:
        sniffed = csv.Sniffer().sniff("".join(sample), ",\t;|" if delimiter is None else delimiter)()
    except csv.Error:
        return csv.excel()
    if sniffed.quotechar == "'":
        # JSON in a cell is often taken for it.
        sniffed.quotechar = '"'
    return sniffed

"""From a file to its rows, one record at a time: bytes, encoding, delimiter, header row.

In: a resource. Out: the labels, a sample of rows and a stream of the rest, read by ``csv.reader``. In ``strict`` mode a
file is what its descriptor says (UTF-8, comma, header in row 1 where it says nothing); in ``compat`` mode what it
leaves open is guessed from the first rows exactly as frictionless guesses it. A file that cannot be read is an error
of the report, not a failure.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, cast

from exchange.validation.descriptor import Dialect, Mode, Resource
from exchange.validation.errors import Error
from exchange.validation.sheets import LINES_OF_JSON, WORKBOOKS, SheetReader, json_items

SAMPLE_ROWS = 100
"""How many rows, and for the dialect how many lines, frictionless guesses from."""
SAMPLE_BYTES = 100_000
_CONFIDENT = 0.5
_LONGEST_CELL = 2147483646

Cells = Sequence[object]


class Unreadable(Exception):
    """The rows end here: the file cannot be opened, decoded or split; carries the error to report."""

    def __init__(self, kind: str, reason: object) -> None:
        """Keep the error."""
        super().__init__(str(reason))
        self.error = Error(kind, str(reason))


class Measured:
    """A byte stream that counts and hashes what passes through it, as ``TextIOWrapper`` reads it.

    Attributes:
        size: how many bytes have passed.
        ended: whether the end was reached; only then the digests are the file's.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Start at the stream's beginning."""
        self._stream = stream
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self.size = 0
        self.ended = False

    def read1(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        chunk = cast("io.BufferedReader", self._stream).read1(size)
        self._md5.update(chunk)
        self._sha256.update(chunk)
        self.size += len(chunk)
        self.ended = not chunk
        return chunk

    def read(self, size: int = -1) -> bytes:
        """Return bytes that are looked at and not counted."""
        return self._stream.read(size)

    def seek(self, place: int) -> int:
        """Go to a place; what is counted stays counted."""
        return self._stream.seek(place)

    def drain(self) -> None:
        """Measure the whole and go back to the first byte."""
        while self.read1(SAMPLE_BYTES):
            pass
        self._stream.seek(0)

    @property
    def digests(self) -> tuple[str, str] | None:
        """MD5 and SHA-256 of the whole, None before its end."""
        return (self._md5.hexdigest(), self._sha256.hexdigest()) if self.ended else None

    def readable(self) -> bool:
        """Return True, as ``TextIOWrapper`` asks."""
        return True

    def writable(self) -> bool:
        """Return False, as ``TextIOWrapper`` asks."""
        return False

    def seekable(self) -> bool:
        """Return False: text is read once."""
        return False

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._stream.closed

    def flush(self) -> None:
        """Do nothing, as ``TextIOWrapper`` asks."""

    def close(self) -> None:
        """Do nothing; who opened the file closes it."""


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
    rows = _readable(_rows_of(iter(resource.data or ()), names))
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
        rows=_readable(_rows_of(items, dialect.json_keys)),
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
        dialect=resource.dialect, sample=[], rows=_readable(rows), labels=[], measured=measured, files=files
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
    table.rows = _readable(_records(text, resource, mode, table))
    return table


def open_text(resource: Resource, mode: Mode, files: ExitStack) -> tuple[io.TextIOWrapper, Measured]:
    """Return the lines of a delimited file and what measures it.

    Raises:
        Unreadable: a file is not there or cannot be decompressed, or the encoding is unknown.
    """
    stream, measured, encoding = open_bytes(resource, mode, files)
    # A tab-separated file gets its line ends translated, as frictionless opens it.
    newline = "" if resource.format == "csv" else None
    return io.TextIOWrapper(stream, encoding, newline=newline), measured


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


def _readable(rows: Iterator[Cells]) -> Iterator[Cells]:
    """Yield the rows and turn what stops them into an error to report."""
    try:
        yield from rows
    except Unreadable:
        raise
    except (zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise Unreadable("compression-error", error) from None
    except UnicodeDecodeError as error:
        raise Unreadable("encoding-error", error) from None
    except (
        csv.Error,
        UnicodeError,
        TypeError,
        ValueError,
        OSError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise Unreadable("source-error", error) from None


def open_bytes(resource: Resource, mode: Mode, files: ExitStack) -> tuple[BinaryIO, Measured, str]:
    """Return the bytes of a resource, what measures the file they come from, and the name of their encoding.

    Raises:
        Unreadable: a file is not there or cannot be decompressed, or the encoding is unknown.
    """
    try:
        stream = files.enter_context(_joined(resource) if resource.extra_paths else _opened(resource))
        measured = Measured(stream)
        opened = cast("BinaryIO", measured)
        if resource.compression and not resource.extra_paths:
            measured.drain()
            opened = files.enter_context(_DECOMPRESSED[resource.compression](resource, stream))
        return opened, measured, _encoding(resource, _start(opened), mode)
    except (LookupError, UnicodeDecodeError) as error:
        raise Unreadable("encoding-error", error) from None
    except (zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise Unreadable("compression-error", error) from None
    except OSError as error:
        raise Unreadable("scheme-error", error) from None


def _opened(resource: Resource) -> BinaryIO:
    return resource.located(str(resource.path)).open("rb")


def _joined(resource: Resource) -> BinaryIO:
    """Return the parts of a table as one file: a header stands in each part, and counts in the first."""
    headless = not resource.dialect.header or resource.format != "csv"
    joined = io.BytesIO()
    for place, path in enumerate((str(resource.path), *resource.extra_paths)):
        with resource.located(path).open("rb") as part:
            if place and not headless:
                _drop_line(part)
            joined.write(part.read())
    joined.seek(0)
    return joined


def _drop_line(part: BinaryIO) -> None:
    # splitlines, as frictionless counts lines: a lone \r ends one too.
    content = part.read()
    part.seek(len(content.splitlines(keepends=True)[0]) if content else 0)


def _start(opened: BinaryIO) -> bytes:
    start = opened.read(SAMPLE_BYTES)[:SAMPLE_BYTES]
    opened.seek(0)
    return start


def _unzipped(resource: Resource, stream: BinaryIO) -> BinaryIO:
    with zipfile.ZipFile(stream) as archive:
        name = resource.inner_path or archive.namelist()[0]
        return io.BytesIO(archive.read(name))


_DECOMPRESSED: Mapping[str, Callable[[Resource, BinaryIO], BinaryIO]] = {
    "zip": _unzipped,
    "gz": lambda _resource, stream: cast("BinaryIO", gzip.GzipFile(fileobj=stream)),
    "bz2": lambda _resource, stream: cast("BinaryIO", bz2.BZ2File(stream)),
    "xz": lambda _resource, stream: cast("BinaryIO", lzma.LZMAFile(stream)),  # noqa: SIM115
}

COMPRESSIONS = frozenset(_DECOMPRESSED)


def _encoding(resource: Resource, start: bytes, mode: Mode) -> str:
    name = resource.encoding
    if name is None:
        name = _guessed_encoding(start) if mode == "compat" else "utf-8"
    name = codecs.lookup(name).name
    if name == "utf-8" and start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if name == "utf-16-be" and start.startswith(codecs.BOM_UTF16_BE):
        return "utf-16"
    if name == "utf-16-le" and start.startswith(codecs.BOM_UTF16_LE):
        return "utf-16"
    return name


def _guessed_encoding(start: bytes) -> str:
    from chardet import UniversalDetector

    detector = UniversalDetector()
    for line in start.splitlines():
        detector.feed(line)
    detector.close()
    guessed, confidence = detector.result["encoding"] or "utf-8", detector.result["confidence"] or 0
    if confidence < _CONFIDENT:
        try:
            start.decode("utf-8")
        except UnicodeDecodeError:
            return guessed
        return "utf-8"
    return "utf-8" if guessed == "ascii" else guessed

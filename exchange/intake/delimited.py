"""CSV as Danish systems write it: what the layout does not fix is detected, and what was detected is said.

In: bytes and the layout's :class:`CsvStyle`. Out: a :class:`Book` of one nameless sheet; row numbers are record numbers, blank
lines, a ``sep=`` line and any preamble counted. Refused with one sentence (:class:`IntakeRefused`): bytes that are no text in the
fixed encoding, quotes that never close, longer texts or more cells than can be taken.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exchange.errors import IntakeRefused
from exchange.intake.cells import Book, Cell, Row, Sheet
from exchange.intake.layout import DELIMITERS, CsvStyle
from exchange.language import translate as _

MAX_TEXT = 32_767
MAX_CELLS = 1_000_000
_SAMPLE = 200
_HEAD = 4096
_DANISH = frozenset("æøåÆØÅ")
_LIKELY = frozenset("éÉüÜöÖäÄèàóáíëï–—’‘“”„…§°½´«»€\u00a0")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TYPED = re.compile(
    r"\s*(?:[-−+]?\d{1,3}(?:[. ]?\d{3})*(?:[.,]\d+)?|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,3}:\d\d)\s*"
)
_SEP = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text is cut into cells; ``quote`` None is no quoting, ``“`` is typographic quotes."""

    delimiter: str
    quote: str | None


def read_delimited(name: str, content: bytes, style: CsvStyle) -> Book:
    """Read a CSV file.

    Args:
        name: the file's name, used in messages.
        content: its bytes.
        style: what the layout fixes; the rest is detected.

    Raises:
        IntakeRefused: names the file, the place and the cure.
    """
    encoding = style.encoding or detect_encoding(content)
    text = _decoded(name, content, encoding)
    sep = _SEP.match(text)
    dialect = detect_dialect(text, style, sep.group(1) if sep else None)
    records = _records(name, text, dialect)
    rows = tuple(_rows(name, records))
    return Book((Sheet("", rows),), _said(name, style, encoding, dialect))


def detect_encoding(content: bytes) -> str:
    """Return a codec: byte order mark, UTF-16 by its NUL bytes, strict UTF-8, else the code page with most Danish letters."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    head = content[:_HEAD]
    if head.count(0) * 4 > len(head):
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return max(("cp1252", "mac-roman", "cp850"), key=lambda encoding: _letters_score(content, encoding))
    return "utf-8"


def _letters_score(content: bytes, encoding: str) -> int:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return -(10**9)
    counts = Counter(letter for letter in text if not letter.isascii())
    return sum(times * _worth(letter) for letter, times in counts.items())


def _worth(letter: str) -> int:
    if letter in _DANISH:
        return 3
    return 1 if letter in _LIKELY else -2


def _decoded(name: str, content: bytes, encoding: str) -> str:
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise IntakeRefused(
            _("{file} is not written in {encoding} (byte {byte}): correct the layout's encoding.").format(
                file=name, encoding=encoding, byte=error.start + 1
            )
        ) from error
    if "\x00" in text:
        raise IntakeRefused(
            _("{file} is neither text nor a workbook: ask the sender for the file again.").format(file=name)
        )
    return text


def detect_dialect(text: str, style: CsvStyle, sep: str | None = None) -> Dialect:
    """Return the delimiter and quote that cut the first records most evenly into the most typed cells."""
    fixed = style.delimiter or sep
    delimiters = (fixed,) if fixed else DELIMITERS
    quotes = (style.quote,) if style.quote else ('"', "“", "'", "none")
    candidates = [Dialect(cut, None if quote == "none" else quote) for cut in delimiters for quote in quotes]
    sample = text[: 64 * _HEAD]
    return max(candidates, key=lambda dialect: _evenness(sample, dialect, whole=len(sample) == len(text)))


def _evenness(text: str, dialect: Dialect, *, whole: bool) -> float:
    """Score a cut: even rows of many cells, cells that are numbers or dates, no quote left at a cell's edge."""
    records = []
    try:
        for record in _reader(text, dialect):
            records.append(record)
            if len(records) >= _SAMPLE:
                break
    except csv.Error:
        if whole or len(records) < 2:
            return -1.0
    filled = [record for record in records if any(cell.strip() for cell in record)]
    if not filled:
        return 0.0
    width, rows = Counter(len(record) for record in filled).most_common(1)[0]
    cells = [cell for record in filled for cell in record if cell.strip()]
    typed = sum(_TYPED.fullmatch(cell) is not None for cell in cells) / len(cells)
    quoted = sum(cell.strip()[0] in "\"'“”„" and len(cell.strip()) > 1 for cell in cells) / len(cells)
    even = (rows / len(filled)) ** 2 * min(width, 24) ** 0.5 if width > 1 else 0.0
    return even + typed - 2 * quoted - (0.001 if dialect.quote != '"' else 0.0)


def _reader(text: str, dialect: Dialect) -> Iterable[list[str]]:
    if dialect.quote == "“":
        text = _straight(text, dialect.delimiter)
    lines = io.StringIO(text, newline="")
    if dialect.quote is None:
        return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    quote = '"' if dialect.quote == "“" else dialect.quote
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=quote, strict=True)


def _straight(text: str, delimiter: str) -> str:
    """Make typographic quotes at the edges of cells straight; those inside a cell stay."""
    cut = re.escape(delimiter)
    text = re.sub(rf"(^|{cut})[“”„]", r'\1"', text, flags=re.MULTILINE)
    return re.sub(rf"[“”](?={cut}|\r?$)", '"', text, flags=re.MULTILINE)


def _records(name: str, text: str, dialect: Dialect) -> list[list[str]]:
    records: list[list[str]] = []
    cells = 0
    try:
        for record in _reader(text, dialect):
            records.append(record)
            cells += len(record)
            if cells > MAX_CELLS:
                raise IntakeRefused(
                    _("{file} holds more cells than can be taken at once: split it by month.").format(
                        file=name
                    )
                )
    except csv.Error as error:
        raise IntakeRefused(
            _(
                "{file}, record {record}, has a quotation mark that does not close: mend that line or fix the quote in the layout."
            ).format(file=name, record=len(records) + 1)
        ) from error
    return records


def _rows(name: str, records: Sequence[Sequence[str]]) -> Iterable[Row]:
    for number, record in enumerate(records, 1):
        if any(len(text) > MAX_TEXT for text in record):
            raise IntakeRefused(
                _("{file}, record {record}, holds a longer text than any sheet does: mend that line.").format(
                    file=name, record=number
                )
            )
        yield Row(
            number, {column: Cell(column, text) for column, text in enumerate(record, 1) if text.strip()}
        )


def _said(name: str, style: CsvStyle, encoding: str, dialect: Dialect) -> tuple[str, ...]:
    if style.encoding and style.delimiter and style.quote:
        return ()
    return (
        _(
            "{file} was read as {encoding}, with {delimiter} between cells and {quote} as quotation mark (detected)."
        ).format(
            file=name,
            encoding=encoding,
            delimiter={"\t": _("tab")}.get(dialect.delimiter, dialect.delimiter),
            quote=dialect.quote or _("none"),
        ),
    )

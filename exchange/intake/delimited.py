"""CSV as Danish systems write it: what the layout does not fix is detected, and what was detected is said.

In: bytes and the layout's :class:`CsvStyle`. Out: a :class:`Book` of one nameless sheet that reads its records from the bytes each time
it is gone through; row numbers are record numbers, blank lines, a ``sep=`` line and any preamble counted. Refused with one sentence
(:class:`IntakeRefused`): bytes that are no text in the encoding, quotes that never close, more or longer cells than can be taken.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exchange.errors import IntakeRefused
from exchange.intake.cells import MAX_COLUMN, Book, Cell, Row, Sheet
from exchange.intake.dialect import Dialect, detect_dialect, straight
from exchange.intake.encodings import detect_encoding, open_text
from exchange.intake.layout import CsvStyle
from exchange.language import translate as _

MAX_TEXT = 32_767
MAX_RECORDS = 2_000_000
MAX_CELLS = 20_000_000
_SAMPLE = 256 * 1024
_HEAD = 4096
# NUL is counted apart; form feed, and the end-of-file mark of DOS, stand in texts too.
_CONTROLS = bytes({*range(1, 9), *range(14, 32)} - {0x1A})
_LINES_OF_A_RECORD = 5_000
_SEP = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)


def read_delimited(name: str, content: bytes, style: CsvStyle) -> Book:
    """Read a CSV file; its records are gone through once here, so that a broken file is refused before any of it is taken.

    Args:
        name: the file's name, used in messages.
        content: its bytes.
        style: what the layout fixes; the rest is detected.

    Raises:
        IntakeRefused: names the file, the place and the cure.
    """
    encoding = style.encoding or detect_encoding(content)
    nulls = _refuse_bytes(name, content, encoding, fixed=style.encoding is not None)
    sample = _sample(content, encoding)
    sep = _SEP.match(sample)
    whole = len(sample) < _SAMPLE
    dialect = detect_dialect(sample, style, sep.group(1) if sep else None, whole=whole)
    records = _Records(name, content, encoding, dialect)
    records.refuse_excess()
    said = _said(name, style, encoding, dialect)
    left_out = _left_out(name, nulls)
    return Book((Sheet("", records),), (*said, *left_out), guessed=said)


@dataclass(frozen=True, slots=True)
class _Records:
    """The records of a text, read anew each time."""

    name: str
    content: bytes
    encoding: str
    dialect: Dialect

    def __iter__(self) -> Iterator[Row]:
        for number, record in enumerate(self._read(), 1):
            yield Row(
                number, {column: Cell(column, text) for column, text in enumerate(record, 1) if text.strip()}
            )

    def refuse_excess(self) -> None:
        """Go through all records once.

        Raises:
            IntakeRefused: a quotation mark does not close, or there are more or longer cells than can be taken.
        """
        cells = 0
        for number, record in enumerate(self._read(), 1):
            cells += len(record)
            if number > MAX_RECORDS or cells > MAX_CELLS:
                raise IntakeRefused(
                    _("{file} holds more cells than can be taken at once: split it by month.").format(
                        file=self.name
                    )
                )
            self._refuse_record(number, record)

    def _refuse_record(self, number: int, record: Sequence[str]) -> None:
        if len(record) > MAX_COLUMN:
            raise IntakeRefused(
                _("{file}, record {record}, holds more cells than any sheet does: mend that line.").format(
                    file=self.name, record=number
                )
            )
        if any(len(text) > MAX_TEXT for text in record):
            raise IntakeRefused(
                _("{file}, record {record}, holds a longer text than any sheet does: mend that line.").format(
                    file=self.name, record=number
                )
            )

    def _read(self) -> Iterator[list[str]]:
        lines = _Lines(self.content, self.encoding, self.dialect)
        number = 0
        try:
            for record in self.dialect.reader(lines):
                number += 1
                lines.taken = 0
                yield record
        except csv.Error as error:
            raise IntakeRefused(
                _(
                    "{file}, record {record}, has a quotation mark that does not close: mend that line or fix the quote in the layout."
                ).format(file=self.name, record=number + 1)
            ) from error


class _Lines:
    """The lines of a text as the csv module wants them.

    Attributes:
        taken: lines since the last record; many of them are a quotation mark that never closes.
    """

    def __init__(self, content: bytes, encoding: str, dialect: Dialect) -> None:
        self._text = open_text(content, encoding)
        self._typographic = dialect.delimiter if dialect.quote == "“" else None
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.taken += 1
            if self.taken > _LINES_OF_A_RECORD:
                raise csv.Error
            text = line.replace("\x00", "\ufffd") if "\x00" in line else line
            yield text if self._typographic is None else straight(text, self._typographic)


def _refuse_bytes(name: str, content: bytes, encoding: str, *, fixed: bool) -> int:
    """Return how many NUL characters the text holds; a few are damage, many are no text."""
    length = nulls = 0
    filled = False
    if _is_no_text(content, encoding):
        raise _no_text(name)
    try:
        with open_text(content, encoding) as text:
            while chunk := text.read(1 << 20):
                length += len(chunk)
                nulls += chunk.count("\x00")
                filled = filled or not chunk.isspace()
    except UnicodeDecodeError as error:
        wrong = _("{file} is not written in {encoding} (byte {byte}): correct the layout's encoding.")
        broken = _(
            "{file} is written in {encoding}, but is damaged at byte {byte}: ask the sender for the file again."
        )
        raise IntakeRefused(
            (wrong if fixed else broken).format(
                file=name, encoding=encoding, byte=_damaged_byte(content, encoding)
            )
        ) from error
    if not filled:
        raise IntakeRefused(_("{file} is empty: ask the sender for the file again.").format(file=name))
    if nulls * 100 > length:
        raise _no_text(name)
    return nulls


def _is_no_text(content: bytes, encoding: str) -> bool:
    """Tell whether the first bytes are a program's rather than letters: one in fifty is a control."""
    head = b"" if encoding.startswith("utf-16") else content[:_HEAD]
    return (len(head) - len(head.translate(None, _CONTROLS))) * 50 > len(head)


def _no_text(name: str) -> IntakeRefused:
    return IntakeRefused(
        _("{file} is neither text nor a workbook: ask the sender for the file again.").format(file=name)
    )


def _damaged_byte(content: bytes, encoding: str) -> int:
    """Return which byte cannot be read, from 1; read at once, because a decoder in pieces counts from its last piece."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start + 1
    return len(content)


def _sample(content: bytes, encoding: str) -> str:
    with open_text(content, encoding) as text:
        return text.read(_SAMPLE)


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


def _left_out(name: str, nulls: int) -> tuple[str, ...]:
    if not nulls:
        return ()
    sentence = _("{file} holds characters that are none (NUL, {count} of them); each was read as “\ufffd”.")
    return (sentence.format(file=name, count=nulls),)

"""How a text is cut into cells: the delimiter and quotation mark that give the most even rows and the most typed cells.

In: the beginning of a text and what the layout fixes. Out: a :class:`Dialect`. Refuses nothing.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from exchange.intake.layout import DELIMITERS, CsvStyle

_RECORDS = 200
_TYPED = re.compile(
    r"\s*(?:[-−+]?\d{1,3}(?:[. ]?\d{3})*(?:[.,]\d+)?|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,3}:\d\d)\s*"
)
_WHOLE = re.compile(r"\s*[-−]?\d+")
_DECIMALS = re.compile(r"\d{1,2}\s*")
_MARKS = "\"'“”„"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text is cut into cells.

    Attributes:
        quote: None is no quoting, ``“`` is typographic quotes.
        spaced: blanks stand between a delimiter and an opening quote.
    """

    delimiter: str
    quote: str | None
    spaced: bool = False

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Return the records of the lines; typographic quotes must be straight by now (:func:`straight`)."""
        if self.quote is None:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE, strict=True)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar='"' if self.quote == "“" else self.quote,
            skipinitialspace=self.spaced,
            strict=True,
        )


def detect_dialect(text: str, style: CsvStyle, sep: str | None = None, *, whole: bool = True) -> Dialect:
    """Return the delimiter and quote that cut the first records most evenly into the most typed cells.

    Args:
        text: the beginning of the text.
        style: what the layout fixes.
        sep: what a ``sep=`` line says.
        whole: the text ends here; else its last record is cut off anywhere.
    """
    fixed = style.delimiter or sep
    delimiters = (fixed,) if fixed else DELIMITERS
    quotes = (style.quote,) if style.quote else ('"', "“", "'", "none")
    candidates = [
        Dialect(cut, None if quote == "none" else quote, spaced)
        for cut in delimiters
        for quote in quotes
        for spaced in (False, True)
        if not spaced or (quote == '"' and re.search(rf'{re.escape(cut)} +"', text))
    ]
    return max(candidates, key=lambda dialect: _evenness(text, dialect, whole=whole))


def straight(text: str, delimiter: str) -> str:
    """Make typographic quotes at the edges of cells straight; those inside a cell stay."""
    cut = re.escape(delimiter)
    text = re.sub(rf"(^|{cut})[“”„]", r'\1"', text, flags=re.MULTILINE)
    return re.sub(rf"[“”](?={cut}|\r?$)", '"', text, flags=re.MULTILINE)


def _evenness(text: str, dialect: Dialect, *, whole: bool) -> float:
    """Score a cut: even rows of many cells, cells that are numbers or dates, no quote left at a cell's edge."""
    records = _first_records(text, dialect, whole=whole)
    if records is None:
        return -1.0
    filled = [record for record in records if any(cell.strip() for cell in record)]
    if not filled:
        return 0.0
    width, rows = Counter(len(record) for record in filled).most_common(1)[0]
    cells = [cell for record in filled for cell in record if cell.strip()]
    typed = sum(_TYPED.fullmatch(cell) is not None for cell in cells) / len(cells)
    quoted = sum(cell.strip()[0] in _MARKS and len(cell.strip()) > 1 for cell in cells) / len(cells)
    even = (rows / len(filled)) ** 2 * min(width, 24) ** 0.5 if width > 1 else 0.0
    if rows < len(filled) and (_cuts_decimals(filled, dialect) or _cuts_prose(filled, width)):
        even, typed = 0.0, 0.0
    # Of cuts that are none, the one that cuts least.
    stray = 0.01 * sum(len(record) > 1 for record in filled) / len(filled) if even == 0.0 else 0.0
    foreign = _foreign(next(record for record in filled if len(record) == width), dialect)
    usual = 0.0 if dialect.quote == '"' and not dialect.spaced else 0.001
    return even + typed - 2 * quoted - 2 * foreign - usual - stray


def _first_records(text: str, dialect: Dialect, *, whole: bool) -> list[list[str]] | None:
    """Return the first records; None where the quotes of the text are others."""
    lines = io.StringIO(straight(text, dialect.delimiter) if dialect.quote == "“" else text, newline="")
    records: list[list[str]] = []
    try:
        for record in dialect.reader(line.replace("\x00", "\ufffd") for line in lines):
            records.append(record)
            if len(records) >= _RECORDS:
                return records
    except csv.Error:
        return None if whole or len(records) < 2 else records
    return records if whole else records[:-1] or records


def _cuts_decimals(filled: Sequence[Sequence[str]], dialect: Dialect) -> bool:
    """Tell whether all that the commas cut are decimals of a single column: ``7,5`` under a heading without a comma."""
    pairs = [pair for record in filled for pair in itertools.pairwise(record)]
    return dialect.delimiter == "," and all(
        _WHOLE.fullmatch(one) and _DECIMALS.fullmatch(other) for one, other in pairs
    )


def _cuts_prose(filled: Sequence[Sequence[str]], width: int) -> bool:
    """Tell whether all that is cut is a single column of names and sentences: ``Hansen, Ole`` under an uncut heading."""
    return width == 2 and all(piece.startswith(" ") for record in filled for piece in record[1:])


def _foreign(heading: Sequence[str], dialect: Dialect) -> bool:
    """Tell whether the first of the even rows, mostly the heading, still holds what other files are cut by."""
    others = {";", "\t", "|"} - {dialect.delimiter}
    return any(mark in cell for cell in heading for mark in others)

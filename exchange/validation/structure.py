"""Whether a file's bytes leave no doubt where its records and cells are, so that DuckDB and ``csv.reader`` agree.

In: the file. Out: its line end, size and digests where every line is one record of as many cells as the file has
columns and every quoted cell is quoted as RFC 4180 has it; else None, and ``csv.reader`` alone is asked. A lone CR, a
NUL, a blank line, a ragged row, a line end inside quotes: each is reason enough.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20
_LARGEST_QUOTED = 1 << 28
"""A file with quotes is looked at as a whole, up to this many bytes."""


@dataclass(frozen=True, slots=True)
class Structure:
    """A file of plain lines.

    Attributes:
        lines: how many, with the header.
        delimiters: how many delimiters stand outside quotes.
    """

    line_end: str
    lines: int
    delimiters: int
    size: int
    md5: str
    sha256: str


def structure_of(path: Path, delimiter: str, width: int) -> Structure | None:
    """Return how a file is built, None where that cannot be told from its bytes alone.

    Args:
        path: the file.
        delimiter: one ASCII character.
        width: how many cells a line should have; what strays from it ends the look early.
    """
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    counts = _Counts(delimiter.encode(), width)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            md5.update(chunk)
            sha256.update(chunk)
            if not counts.take(chunk):
                return None
    if counts.quotes and not counts.take_quoted(path):
        return None
    end = counts.line_end()
    if end is None or counts.delimiters != counts.lines() * (width - 1):
        return None
    return Structure(end, counts.lines(), counts.delimiters, counts.size, md5.hexdigest(), sha256.hexdigest())


class _Counts:
    """What is counted while the file passes, chunk by chunk."""

    def __init__(self, delimiter: bytes, width: int) -> None:
        """Start with nothing."""
        self._delimiter, self._most = delimiter, width - 1
        self._last = b"\n"
        self._returns = self._ends = self._pairs = 0
        self.delimiters = self.size = 0
        self.quotes = False

    def take(self, chunk: bytes) -> bool:
        """Count a chunk; False as soon as the file is not plain."""
        self.size += len(chunk)
        if b"\0" in chunk:
            return False
        self.quotes = self.quotes or b'"' in chunk
        self.delimiters += chunk.count(self._delimiter)
        self._ends += chunk.count(b"\n")
        returns = chunk.count(b"\r")
        if returns or self._last == b"\r":
            self._returns += returns
            self._pairs += chunk.count(b"\r\n") + (self._last == b"\r" and chunk[:1] == b"\n")
        self._last = chunk[-1:]
        # A blank line lacks its delimiters; a line that is cut by the end of the chunk has some of them.
        return self.quotes or 0 <= self.delimiters - self._ends * self._most <= self._most

    def line_end(self) -> str | None:
        """Return how lines end, None where they end in different ways."""
        if not self._returns:
            return "\\n"
        return "\\r\\n" if self._returns == self._pairs == self._ends else None

    def lines(self) -> int:
        """Return how many lines, the last with or without its end."""
        return self._ends + (self._last != b"\n")

    def take_quoted(self, path: Path) -> bool:
        """Count what stands outside quotes; False where a quote is anything but the edge of a cell or doubled."""
        if self.size > _LARGEST_QUOTED:
            return False
        pieces = path.read_bytes().split(b'"')
        outside, inside = pieces[0::2], pieces[1::2]
        if len(pieces) % 2 == 0 or any(b"\n" in each or b"\r" in each for each in inside):
            return False
        # An empty piece between two quoted ones is a doubled quote.
        before, after = (self._delimiter, b"\n"), (self._delimiter, b"\n", b"\r")
        if not all(not each or each.startswith(after) for each in outside[1:]):
            return False
        if not all(not each or each.endswith(before) for each in outside[:-1]):
            return False
        self.delimiters = sum(each.count(self._delimiter) for each in outside)
        return True

"""Which entries the list shows: errors only, undecided only, a text. Pure; nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.review.open_list import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a shown entry must be."""

    errors_only: bool = False
    open_only: bool = False
    search: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything can be left out."""
        return self.errors_only or self.open_only or bool(self.search)

    def choose(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the entries that fit, in their order."""
        words = self.search.casefold().split()
        return [entry for entry in entries if self._fits(entry, words)]

    def _fits(self, entry: Entry, words: Sequence[str]) -> bool:
        if self.errors_only and entry.finding.severity != "error":
            return False
        if self.open_only and not entry.is_open:
            return False
        return not words or _holds(entry, words)


def _holds(entry: Entry, words: Sequence[str]) -> bool:
    text = _text(entry).casefold()
    return all(word in text for word in words)


def _text(entry: Entry) -> str:
    finding = entry.finding
    cells = (part for item in finding.evidence for part in (item.file, item.sheet, item.cell, item.value))
    parts = (finding.rule, finding.message, *(value for _name, value in finding.subject), *cells)
    return "\n".join(part for part in parts if part)

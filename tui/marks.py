"""Which findings a person has marked, across filters and pages. Values only; what a mark is for is the screen's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Marks:
    """Ids of the marked findings.

    Attributes:
        start: the line where a range was begun; None while there is none.
    """

    ids: set[str] = field(default_factory=set)
    start: int | None = None

    def toggle(self, finding_id: str) -> None:
        """Mark a finding, or take its mark off."""
        self.ids ^= {finding_id}

    def add(self, finding_ids: Iterable[str]) -> None:
        """Mark findings; those that are marked stay so."""
        self.ids |= set(finding_ids)

    def range_to(self, line: int) -> range | None:
        """Begin a range at a line, or end it there and return its lines."""
        if self.start is None:
            self.start = line
            return None
        first, last = sorted((self.start, line))
        self.start = None
        return range(first, last + 1)

    def clear(self) -> None:
        """Take all marks off."""
        self.ids.clear()
        self.start = None

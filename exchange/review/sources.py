"""What stands behind a finding: the rows of its cells, what was agreed, and the pages of the files they were read from.

Values, and the protocol that a workspace implements; whoever shows them masks nothing more and decides nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from exchange.checks.findings import Evidence, Finding

Unshown = Literal["locked", "purged", "altered", "no-file"]
FormRow = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of a file as it stands there.

    Attributes:
        number: Excel's row, or the record of a CSV file; from 1.
        cells: one text for each column of the page; empty where the cell is.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """Some rows around a cell, read from the bytes that were taken.

    Attributes:
        sheet: None for a CSV file.
        columns: their letters.
        row, column: of the cell: its number, and its place among the columns.
        sha256: of the file; the bytes shown give it.
    """

    file: str
    sheet: str | None
    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    row: int
    column: int
    sha256: str


@dataclass(frozen=True, slots=True)
class NotShown:
    """Why there is no page.

    Attributes:
        why: ``locked``: our key needs its passphrase; ``purged``: retention took the file; ``altered``: the stored bytes are
            gone or other than those that were taken; ``no-file``: nobody wrote the value in a file.
    """

    why: Unshown


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Rows of the form that say more than a finding's own cells.

    Attributes:
        rows: those that hold its evidence, by table and key.
        agreement, placement: those it is about.
        mentors: ids of the agreement's mentors.
    """

    rows: Mapping[tuple[str, str], FormRow] = field(default_factory=dict)
    agreement: FormRow | None = None
    placement: FormRow | None = None
    mentors: frozenset[str] = frozenset()


class Sources(Protocol):
    """What a screen asks for beside the findings; slow, so never on the screen's own thread."""

    def facts(self, finding: Finding) -> Facts:
        """Return the rows behind a finding as reported."""
        ...

    def page(self, item: Evidence, above: int, below: int) -> SourcePage | NotShown:
        """Return the rows around a cell: so many above it and below it."""
        ...

    def unlock(self, passphrase: str) -> bool:
        """Try a passphrase; kept open until the program ends where it fits."""
        ...

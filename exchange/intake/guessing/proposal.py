"""What a guess is made of: tables, columns, blocks, cells, rows left out, and the doubts; values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from exchange.intake.guessing.choices import Choice
from exchange.intake.layout import Kind

What = Literal[
    "column",
    "dates",
    "numbers",
    "unit",
    "codes",
    "missing",
    "table",
    "headings",
    "closed",
    "period",
    "place",
    "reporter",
    "agreement",
    "jobcentre",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A choice that a person makes: nothing was chosen, or what was is safe to take back.

    Attributes:
        what: the kind of choice.
        columns: the columns in question, by letter.
        text: for codes, the sheet's own text.
        alternatives: what it may be, as a layout writes it, the likeliest first.
        required: without it the table lacks something, or something would be left unread.
    """

    what: What
    table: str
    sheet: str
    columns: tuple[str, ...] = ()
    field: str | None = None
    text: str | None = None
    alternatives: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeChoice:
    """The texts of a coded column.

    Attributes:
        codes: texts whose code the list does not know by itself, and what a legend says they are.
        doubtful: texts that may be several codes, or that no list knows, and the likeliest codes.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnGuess:
    """One column of one sheet, read or not.

    Attributes:
        field: what it is taken for; None where it is left unread.
        likeliest: the field that it would be, where it is left out as doubtful.
        why: a stable code: ``heading``, ``heading-and-cells``, ``cells``, ``elsewhere``, ``two-readings``, ``unsure``, ``day``,
            ``not-needed``, ``unknown``.
        alternatives: other fields and their confidence.
    """

    sheet: str
    number: int
    heading: str
    group: str
    field: str | None
    likeliest: str | None
    confidence: float
    why: str
    alternatives: tuple[tuple[str, float], ...] = ()
    named: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGuess:
    """A column of a layout: a field, by which words it is found and how its cells are read."""

    field: str
    names: tuple[str, ...]
    at: str | None
    group: tuple[str, ...]
    optional: bool
    each: bool
    carry: bool
    cpr: bool
    confidence: float
    choice: Choice
    codes: CodeChoice
    fills: Mapping[str, Mapping[str, str]]
    brackets: str | None = None
    left_out: tuple[str, ...] = ()
    lacks_jobcentre: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockGuess:
    """A block of day columns of a layout."""

    field: str
    header: str
    group: tuple[str, ...]
    weeks_above: bool
    gives: str
    not_names: tuple[str, ...]
    confidence: float
    choice: Choice
    codes: CodeChoice
    sets: Mapping[str, Mapping[str, str]]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellGuess:
    """A cell of the title block, or the sheet's name, that gives a field."""

    field: str
    labels: tuple[str, ...]
    at: str | None
    pattern: str | None
    sheet_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionGuess:
    """Rows that say a field of the rows below them."""

    field: str
    labels: tuple[str, ...]
    first: tuple[str, ...]
    pattern: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipGuess:
    """A rule for rows that are no records."""

    why: str
    first: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    filled_only: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalGuess:
    """A total that skipped rows state: proposed, never taken by itself."""

    measure: str
    skipped: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGuess:
    """One ``[[table]]`` and what is known of it.

    Attributes:
        totals: totals that may be kept.
        sheets: the sheets that it was found on.
        patterns, not_sheets: how the layout names them.
        heading_row: of the first sheet; None without headings.
    """

    table: str
    confidence: float
    sheets: tuple[str, ...]
    patterns: tuple[str, ...]
    not_sheets: tuple[str, ...]
    heading_row: int | None
    header_rows: int
    first_row: int
    fields: tuple[FieldGuess, ...]
    blocks: tuple[BlockGuess, ...]
    cells: tuple[CellGuess, ...]
    sections: tuple[SectionGuess, ...]
    constants: Mapping[str, str]
    skips: tuple[SkipGuess, ...]
    hours_from_times: bool
    columns: tuple[ColumnGuess, ...]
    doubts: tuple[Doubt, ...]
    totals: tuple[TotalGuess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What was guessed of a file.

    Attributes:
        unread: visible sheets on which no table was recognised; hidden sheets are never read.
        words: what only such files may say.
        copies: visible sheets whose names say that they are copies, templates or old.
    """

    file: str
    name: str
    kind: Kind
    tables: tuple[TableGuess, ...]
    unread: tuple[str, ...]
    hidden: tuple[str, ...]
    copies: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """All doubts, in the order of the tables."""
        return tuple(doubt for table in self.tables for doubt in table.doubts)

"""What a rule says before it is put into words and cells: the value between rules and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from exchange.checks.findings import CellRef, Severity


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell named by its stored row, where the row's key is unreadable or not the only one."""

    table: str
    row: int
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One subject that a rule speaks of.

    Attributes:
        values: the named values of the message.
        proposal: the cell that accepting writes; None where there is none.
        cells: the evidence, the company's cells before the jobcentre's.
    """

    rule: str
    subject: tuple[str, ...]
    severity: Severity
    values: Mapping[str, object] = field(default_factory=dict)
    amount_dkk: Decimal | None = None
    effect_dkk: Decimal | None = None
    likely_cause: str | None = None
    proposal: CellRef | None = None
    proposal_value: str | None = None
    cells: tuple[CellRef | RowCell, ...] = ()

"""Rows as the oracle reads them: text to typed cells, foreign keys by form.md. Unreadable is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Cells = Mapping[str, str | None]
Tables = Mapping[str, Sequence[Cells]]

KEYS: Mapping[str, tuple[str, ...]] = {
    "agreements": ("agreement_id",),
    "parties": ("agreement_id", "jobcentre"),
    "responsibilities": ("agreement_id", "question"),
    "sites": ("site_id",),
    "mentors": ("mentor_id",),
    "placements": ("placement_id",),
    "mentor_hours": ("reporter", "entry_id"),
    "attendance": ("reporter", "placement_id", "date"),
    "mentor_grants": ("grant_id",),
    "confirmations": ("placement_id", "week"),
    "extensions": ("placement_id", "decided_on"),
    "conversations": ("conversation_id",),
    "final_reports": ("placement_id",),
    "control_totals": ("source", "measure"),
    "claims": ("claim_id",),
}
"""Every table with its primary key, in the order of form.md."""

_LEADS = {
    "agreement_id": ("agreements", ("parties", "responsibilities", "sites", "mentors", "placements", "mentor_grants", "claims")),
    "placement_id": (
        "placements",
        ("mentor_hours", "attendance", "mentor_grants", "confirmations", "extensions", "conversations", "final_reports"),
    ),
    "mentor_id": ("mentors", ("mentor_hours",)),
    "site_id": ("sites", ("placements",)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a blank cell is empty."""

    cells: Cells

    def text(self, name: str) -> str | None:
        value = self.cells.get(name)
        return value if value and value.strip() else None

    def has(self, name: str) -> bool:
        return self.text(name) is not None

    def day(self, name: str) -> date | None:
        text = self.text(name) or ""
        try:
            return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
        except ValueError:
            return None

    def number(self, name: str) -> Decimal | None:
        text = self.text(name) or ""
        return Decimal(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", text) else None

    def whole(self, name: str) -> int | None:
        text = self.text(name) or ""
        return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def readable(tables: Tables) -> dict[str, list[Row]]:
    """Every table without the rows whose own foreign key leads nowhere."""
    known = {
        target: {row.get(name) for row in tables.get(target, ())} for name, (target, _) in _LEADS.items()
    }
    return {
        table: [row for row in map(Row, tables.get(table, ())) if _leads(table, row, known)] for table in KEYS
    }


def _leads(table: str, row: Row, known: Mapping[str, set[str | None]]) -> bool:
    return all(
        not row.has(name) or row.text(name) in known[target]
        for name, (target, sources) in _LEADS.items()
        if table in sources
    )


def every_cell(tables: Tables) -> Iterator[tuple[str, str, str, str]]:
    """Table, key (its values joined by ``|``), column and text of every cell as reported."""
    for table, names in KEYS.items():
        for row in tables.get(table, ()):
            key = "|".join(row.get(name) or "" for name in names)
            yield from ((table, key, column, text) for column, text in row.items() if text)

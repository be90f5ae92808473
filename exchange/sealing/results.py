"""The result tables of a package: findings, decisions, corrections, settlement, evidence and history as values ⇄ canonical CSV.

``package`` writes them, ``contents`` reads them. They are tables like the form's own, all text, so the same writer makes
them and any CSV reader opens them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from exchange.form.tables import Field, Table
from exchange.ledger.lineage import Link
from exchange.sealing.witness import read_links

if TYPE_CHECKING:
    from exchange.settlement.settle import Line, Missing, Total

Row = Mapping[str, str | None]

IN_FORCE, LAPSED = "in-force", "lapsed"
LINE, MISSING, TOTAL = "line", "missing", "total"


def _field(name: str) -> Field:
    return Field(
        name=name, type="string", required=False, minimum=None, maximum=None, exclusive_minimum=False, max_length=None,
        pattern=None, code_list=None, decimals=None, label_da=name, label_en=name, description_da="",
        description_en="", example="", default=None,
    )  # fmt: skip


def _table(name: str, keys: str, fields: str) -> Table:
    return Table(
        name=name,
        fields=tuple(_field(field) for field in f"{keys} {fields}".split()),
        primary_key=tuple(keys.split()),
        foreign_keys=(),
        dated_by=None,
        label_da=name,
        label_en=name,
    )


FINDINGS = _table(
    "findings",
    "finding_id",
    "rule severity status dated subject amount_dkk effect_dkk likely_cause "
    "proposal_table proposal_key proposal_field proposal_value message",
)
DECISIONS = _table("decisions", "number", "event finding_id rule verb reason value standing who when")
CORRECTIONS = _table("corrections", "number", "table key field reported corrected finding_id who when")
SETTLEMENT = _table(
    "settlement",
    "number",
    "kind agreement_id jobcentre placement_id days weeks hours rate places amount missing arithmetic",
)
EVIDENCE = _table("evidence", "finding_id number", "table key field jobcentre file sheet cell value")
HISTORY = _table("history", "number", "event content parents")
# Stands only in a package that replaces another.
CHANGES = _table("changes", "number", "table key field kind before after")

RESULTS = (FINDINGS, DECISIONS, CORRECTIONS, SETTLEMENT, EVIDENCE, HISTORY)


def history_rows(links: Iterable[Link]) -> list[Row]:
    """Return the links of a ledger as rows of history.csv; parents stand in one cell with blanks between."""
    return [
        {
            "number": numbered(place),
            "event": link.event,
            "content": link.content,
            "parents": " ".join(link.parents),
        }
        for place, link in enumerate(links, 1)
    ]


def read_history(rows: Iterable[Row], heads: Iterable[str]) -> tuple[Link, ...]:
    """Read the rows of history.csv.

    Raises:
        ValueError: they are no links that lead to the heads (:func:`exchange.sealing.witness.read_links`).
    """
    return read_links(
        [[row["event"], row["content"], *(row["parents"] or "").split()] for row in rows], heads
    )


def numbered(position: int) -> str:
    """Return a row's place as text that sorts like the number."""
    return f"{position:06}"


def settlement_rows(lines: Sequence[Line | Missing | Total]) -> list[Row]:
    """Return a settlement as rows of :data:`SETTLEMENT`, in its own order."""
    return [{"number": numbered(place), **_settled(line)} for place, line in enumerate(lines, 1)]


def kroner(amount: Decimal | None) -> str | None:
    """Return kroner as they stand in a file; None where there are none."""
    return None if amount is None else f"{amount:.2f}"


def iso(day: date | None) -> str | None:
    """Return a date as it stands in a file."""
    return None if day is None else day.isoformat()


def _settled(line: Line | Missing | Total) -> Row:
    from exchange.settlement.settle import Line, Missing

    if isinstance(line, Line):
        found = _only_texts(line.as_json())
        return {"kind": LINE, **{name: found.get(name) for name in SETTLEMENT.field_names[2:]}}
    shared = {"agreement_id": line.agreement_id, "jobcentre": line.jobcentre}
    if isinstance(line, Missing):
        return {"kind": MISSING, **shared, "missing": line.missing}
    return {"kind": TOTAL, **shared, "amount": kroner(line.total)}


def _only_texts(record: Mapping[str, object]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in record.items()}

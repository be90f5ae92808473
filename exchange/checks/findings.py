"""What a check gives: findings with the exact cells they stand on. Values only; made by the engine.

A finding's JSON form (:meth:`Finding.as_json`) is the machine contract of ``enblanket check``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True, order=True)
class CellRef:
    """One cell of the form: a table, the row's primary key joined by ``|``, a field (``*`` for the row)."""

    table: str
    key: str
    field: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A cell that a finding stands on, and where somebody wrote it.

    Attributes:
        key: the primary key as (field, value) pairs in the table's order.
        file, sheet, cell: where it was read; None where the value was not read from a file.
        value: the text as stored (canonical, or raw where unreadable); None for an empty cell.
    """

    table: str
    key: tuple[tuple[str, str], ...]
    field: str
    file: str | None
    sheet: str | None
    cell: str | None
    value: str | None

    @property
    def key_text(self) -> str:
        """The key's values joined by ``|``."""
        return "|".join([value for _, value in self.key])

    @property
    def ref(self) -> CellRef:
        """The cell of the form."""
        return CellRef(self.table, self.key_text, self.field)

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {
            "table": self.table,
            "key": dict(self.key),
            "field": self.field,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """What accepting the finding would write; ``field`` ``*`` leaves the row out of the corrected view."""

    table: str
    key: str
    field: str
    value: str | None

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {"table": self.table, "key": self.key, "field": self.field, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One deviation, judged by one rule on one subject.

    Attributes:
        subject: the rule's key columns in the order of rules.md; all values as text.
        message, cure: in the language the check was made in.
        amount_dkk: kroner at stake, two decimals; None without a rate.
        effect_dkk: what accepting changes in settlement plus claims; None without a proposal.
        judged: the reported values it was made on, for a decision to lapse when they change (sha256).
        dated: the earliest date of the evidence rows; None where one of them is undated (it then blocks any period).
        owners: (agreement_id, jobcentre) of the evidence rows, what a package is cut by; jobcentre is "" for
            a row that the whole agreement owns.
    """

    finding_id: str
    rule: str
    severity: Severity
    subject: tuple[tuple[str, str], ...]
    message: str
    cure: str
    amount_dkk: Decimal | None = None
    effect_dkk: Decimal | None = None
    proposal: Proposal | None = None
    likely_cause: str | None = None
    evidence: tuple[Evidence, ...] = ()
    judged: str = ""
    dated: date | None = None
    owners: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {
            "finding_id": self.finding_id,
            "rule": self.rule,
            "severity": self.severity,
            "subject": dict(self.subject),
            "message": self.message,
            "cure": self.cure,
            "amount_dkk": _kroner(self.amount_dkk),
            "effect_dkk": _kroner(self.effect_dkk),
            "proposal": self.proposal.as_json() if self.proposal else None,
            "likely_cause": self.likely_cause,
            "evidence": [item.as_json() for item in self.evidence],
        }


def finding_id(rule: str, subject_values: Sequence[str]) -> str:
    """Return sha256 (hex) of the UTF-8 JSON array ``[rule, subject value, …]`` without blanks (rules.md)."""
    return hashlib.sha256(
        f"[{','.join(map(encode_basestring, (rule, *subject_values)))}]".encode()
    ).hexdigest()


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by rule and subject, by code point: the same tables always give the same order."""
    return sorted(findings, key=lambda finding: (finding.rule, [value for _, value in finding.subject]))


def _kroner(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"

"""The findings with what was decided on them, for other programs: the machine contract's object, and a line of a CSV file.

Entries in, text out. A spreadsheet that opens the CSV file runs no formula out of a hostile cell: what begins like one gets an
apostrophe before it, and what nobody sees is written as its code point.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from exchange.form.canonical import csv_line
from exchange.sanitise import visible

if TYPE_CHECKING:
    from exchange.checks.findings import Evidence
    from exchange.review.decisions import Decision
    from exchange.review.open_list import Entry

COLUMNS = (
    "finding_id", "rule", "severity", "status", "dated", "subject", "message", "cure", "amount_dkk", "effect_dkk",
    "likely_cause", "sources", "decision", "value", "reason", "decided_by", "decided_on",
)  # fmt: skip

_FORMULA = re.compile(r"[=+\-@]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def entry_json(entry: Entry) -> dict[str, object]:
    """Return a finding of the machine contract, with its status and decision."""
    decision = entry.decision
    whole: dict[str, object] = {
        **entry.finding.as_json(),
        "status": entry.status,
        "decision": None if decision is None else word_json(decision),
    }
    if entry.status == "conflict" and decision is not None:
        whole["rivals"] = [word_json(one) for one in decision.rivals]
    return whole


def word_json(decision: Decision) -> dict[str, object]:
    """Return what somebody said of a finding."""
    return {"verb": decision.verb, "reason": decision.reason, "who": decision.who, "when": decision.when}


def json_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a JSON line for each entry, in ASCII."""
    for entry in entries:
        yield json.dumps(entry_json(entry), separators=(",", ":")) + "\n"


def csv_heading() -> str:
    """Return the first line of the CSV file."""
    return csv_line(COLUMNS)


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a CSV line for each entry: ISO dates, a point in numbers, sources as ``file > sheet > cell`` between semicolons."""
    for entry in entries:
        yield csv_line([_harmless(visible(cell)) for cell in _cells(entry)])


def _cells(entry: Entry) -> Sequence[str]:
    finding, said = entry.finding, entry.decision
    decided = (
        ("", "", "", "", "")
        if said is None
        else (said.verb, said.value or "", said.reason, said.who, said.when)
    )
    whole = finding.as_json()
    return (
        finding.finding_id,
        finding.rule,
        finding.severity,
        entry.status,
        finding.dated.isoformat() if finding.dated else "",
        " ".join(value for _name, value in finding.subject),
        finding.message,
        finding.cure,
        str(whole["amount_dkk"] or ""),
        str(whole["effect_dkk"] or ""),
        finding.likely_cause or "",
        "; ".join(filter(None, map(_source, finding.evidence))),
        *decided,
    )


def _source(item: Evidence) -> str:
    return " > ".join(part for part in (item.file, item.sheet, item.cell) if part)


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell

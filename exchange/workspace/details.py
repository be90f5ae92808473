"""What a take saw beside the rows it stored: faults of form, skipped rows, rows that wait. One JSON object for each take.

Kept apart from the ledger, which only names the object: a purge takes it and leaves the history.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A row that names a placement or mentor nobody knows yet; nothing of it is in the tables, nor here: its source has it.

    Attributes:
        place: file and cell of the row; unresolved: the fields that could not be read.
    """

    table: str
    sha256: str
    place: str
    unresolved: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a take saw beside the rows it stored.

    Attributes:
        faults: sha256 of the file → (type, table, key, field) of each.
        skipped: (file, sheet, row, why) of each row that was no record.
    """

    faults: Mapping[str, Sequence[tuple[str, str, str, str]]]
    skipped: Sequence[tuple[str, str | None, int, str]]
    waiting: Sequence[WaitingRow]


def write_details(details: Details) -> bytes:
    """Return the bytes of the object that a take names."""
    whole = {
        "faults": details.faults,
        "skipped": details.skipped,
        "waiting": [
            {name: getattr(row, name) for name in WaitingRow.__dataclass_fields__} for row in details.waiting
        ],
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, default=dict).encode()


def read_details(content: bytes) -> Details:
    """Return what :func:`write_details` wrote; the object's address vouches for its shape."""
    whole = json.loads(content)
    return Details(
        faults={sha256: [tuple(one) for one in faults] for sha256, faults in whole["faults"].items()},
        skipped=[tuple(one) for one in whole["skipped"]],
        waiting=[
            WaitingRow(
                table=row["table"],
                sha256=row["sha256"],
                place=row["place"],
                unresolved=tuple(row["unresolved"]),
            )
            for row in whole["waiting"]
        ],
    )

"""A row's texts without CPR numbers: what leaves intake is stored in the open and shown (intake.md 5).

In: a row as it was mapped. Out: the same with ``******-****`` in place of each number, which K01 tells as it would the number.
Refuses nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from exchange.form.confidential import masked
from exchange.form.tables import tables
from exchange.intake.mapping import MappedRow

# ddmmyynnnn
_SHORTEST = 10


def without_numbers(row: MappedRow) -> MappedRow:
    """Return the row with every CPR number masked in free texts and in what could not be read.

    Keys are left: an id of the sender's own can look like a number and be none, so K01 asks a person (rules.md).
    """
    hidden: dict[str, str | None] = {}
    for name in _open_fields(row.table):
        text = row.values.get(name)
        if text is not None and _may_hold(text) and (shown := masked(text)) != text:
            hidden[name] = shown
    return replace(row, values={**row.values, **hidden}) if hidden else row


def _may_hold(text: str) -> bool:
    # Most long texts are dates, and looking for a number in each would cost more than reading the sheet.
    return len(text) >= _SHORTEST and not (len(text) == _SHORTEST and text[4] == text[7] == "-")


@lru_cache(maxsize=64)
def _open_fields(table: str) -> tuple[str, ...]:
    """Return the fields that are no key."""
    names = tables()[table].field_names
    return tuple(name for name in names if not name.endswith("_id") and name != "trainee_ref")

"""Which of few stored rows stand, by the rules of :mod:`.standing`: planning its queries takes longer than going through the rows.

In: what those rules ask of each row of one table. Out: the numbers of the rows that stand no longer. Called by :mod:`.holdings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from exchange.form.tables import Table

Place = tuple[str | None, ...]
Asked = tuple[int, int, bool, Place]
"""Of a row: its number, its batch's rank, whether that is complete, and the sender with the columns of :func:`asked_of`."""

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def asked_of(form: Table) -> tuple[str, ...]:
    """Return the columns that tell whether a row stands."""
    if form.dated_by is None:
        return form.primary_key
    return (*(("reporter",) if "reporter" in form.field_names else ()), "placement_id", form.dated_by)


def fallen(form: Table, rows: Sequence[Asked]) -> list[int]:
    """Return the numbers of the rows that others replaced."""
    return list(_dated(rows) if form.dated_by else _undated(rows))


def _undated(rows: Sequence[Asked]) -> Iterator[int]:
    whole: dict[str | None, int] = {}
    for _number, rank, complete, (sender, *_key) in rows:
        if complete:
            whole[sender] = max(rank, whole.get(sender, rank))
    # By sender alone, and by key whoever sent it.
    newest: dict[Place, int] = {}
    for _number, rank, _complete, place in rows:
        if rank >= whole.get(place[0], rank):
            for one in (place[:1], (None, *place[1:])):
                newest[one] = max(rank, newest.get(one, rank))
    for number, rank, _complete, place in rows:
        named = all((part or "").strip(" ") for part in place[1:])
        if rank < whole.get(place[0], rank) or rank != newest[(None, *place[1:]) if named else place[:1]]:
            yield number


def _dated(rows: Sequence[Asked]) -> Iterator[int]:
    """Compare the months that batches tell of, by sender, side and placement."""
    told: dict[Place, dict[str, set[int]]] = {}
    months = [_month(place[-1]) for _number, _rank, _complete, place in rows]
    for month, (_number, rank, _complete, place) in zip(months, rows, strict=True):
        if month is not None:
            told.setdefault(place[:-1], {}).setdefault(month, set()).add(rank)
    for month, (number, rank, _complete, place) in zip(months, rows, strict=True):
        ranks = told.get(place[:-1], {})
        # A row without a month goes with those that its batch tells of, or with any where it tells of none.
        own = [one for one in ranks.values() if rank in one] if month is None else [ranks[month]]
        if any(max(one) > rank for one in own or ranks.values()):
            yield number


def _month(text: str | None) -> str | None:
    """Return the month of a date that can be read, as the database reads it: it knows a year 0, which is a leap year."""
    if text is None or _DAY.fullmatch(text) is None:
        return None
    try:
        date.fromisoformat(text if text[:4] != "0000" else f"0400{text[4:]}")
    except ValueError:
        return None
    return text[:7]

"""What a correction changes: two packages' files in, the changed lines out (package.md, Receipts, corrections, history).

Called by ``dispatch`` with the package that is superseded, and by ``verifier`` where both are at hand: what a sender says it
changed is then computed again. Compared are the reported rows, the corrections and the settlement. Files of a package stand in
the order of their keys, so two of any size are walked side by side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from exchange.form.canonical import write_csv
from exchange.form.tables import Table, tables
from exchange.sealing.descriptor import data_path
from exchange.sealing.files import Files
from exchange.sealing.results import CHANGES, CORRECTIONS, SETTLEMENT, Row
from exchange.sealing.rows import rows_of

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NAME = f"{CHANGES.name}.csv"

# What stands for a key in the results, whose own is the place in the file.
_KEYS = {
    CORRECTIONS.name: ("table", "key", "field", "finding_id"),
    SETTLEMENT.name: ("kind", "agreement_id", "jobcentre", "placement_id", "missing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One cell that is no longer what it was; a row that came or went is one change for each cell with a text.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``.
        before, after: its text; None where there was or is none.
    """

    table: str
    key: str
    field: str
    kind: str
    before: str | None
    after: str | None

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {
            "table": self.table,
            "key": self.key,
            "field": self.field,
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
        }


def changes(before: Files, after: Files) -> Iterator[Change]:
    """Give what changed from one package's files to another's, tables in the form's order and rows in that of their keys.

    Raises:
        PackageRefused: ``form-csv``: a file of theirs is not in the form's way.
    """
    for table in tables().values():
        path = data_path(table.name)
        yield from _changed(table, table.primary_key, _rows(table, before, path), _rows(table, after, path))
    for table in (CORRECTIONS, SETTLEMENT):
        path, keys = f"{table.name}.csv", _KEYS[table.name]
        pair = (sorted(_rows(table, one, path), key=lambda row: _key(row, keys)) for one in (before, after))
        yield from _changed(table, keys, *pair)


def write_changes(found: Iterable[Change]) -> bytes:
    """Return ``changes.csv``."""
    return write_csv(CHANGES, [_row(place, one) for place, one in enumerate(found, 1)])


def read_changes(rows: Iterable[Row]) -> Iterator[Change]:
    """Give the changes that a package's rows tell."""
    for row in rows:
        yield Change(
            table=row["table"] or "",
            key=row["key"] or "",
            field=row["field"] or "",
            kind=row["kind"] or "",
            before=row["before"],
            after=row["after"],
        )


def are_same(said: Iterable[Row], found: Iterable[Change]) -> bool:
    """Whether a package's list of changes is the one that was computed."""
    listed = iter(said)
    for place, one in enumerate(found, 1):
        if next(listed, None) != _row(place, one):
            return False
    return next(listed, None) is None


def _rows(table: Table, files: Files, path: str) -> Collection[Row]:
    return rows_of(table, files, path) if path in files else ()


def _key(row: Row, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(row[name] or "" for name in keys)


def _changed(
    table: Table, keys: tuple[str, ...], before: Iterable[Row], after: Iterable[Row]
) -> Iterator[Change]:
    fields = [name for name in table.field_names if name != "number"]
    for key, old, new in _side_by_side(before, after, keys):
        gone, come = _without_same(old, new, fields)
        for place in range(max(len(gone), len(come))):
            pair = gone[place : place + 1], come[place : place + 1]
            yield from _cells(table.name, "|".join(key), fields, *pair)


def _side_by_side(
    before: Iterable[Row], after: Iterable[Row], keys: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], list[Row], list[Row]]]:
    """Give the rows of both by their key; both come in its order."""
    sides = [groupby(rows, key=lambda row: _key(row, keys)) for rows in (before, after)]
    heads = [_next_group(side) for side in sides]
    while any(head is not None for head in heads):
        key = min(head[0] for head in heads if head is not None)
        found: list[list[Row]] = [[], []]
        for at, head in enumerate(heads):
            if head is not None and head[0] == key:
                found[at] = head[1]
                heads[at] = _next_group(sides[at])
        yield key, found[0], found[1]


def _next_group(
    side: Iterator[tuple[tuple[str, ...], Iterator[Row]]],
) -> tuple[tuple[str, ...], list[Row]] | None:
    found = next(side, None)
    return None if found is None else (found[0], list(found[1]))


def _without_same(old: list[Row], new: list[Row], fields: list[str]) -> tuple[list[Row], list[Row]]:
    """Leave out the rows that stand on both sides; a key that should be one may stand several times."""
    there, here = (Counter(_key(row, fields) for row in rows) for rows in (old, new))
    return list(_beyond(old, here, fields)), list(_beyond(new, there, fields))


def _beyond(rows: list[Row], others: Counter[tuple[str, ...]], fields: list[str]) -> Iterator[Row]:
    for row in rows:
        whole = _key(row, fields)
        others[whole] -= 1
        if others[whole] < 0:
            yield row


def _cells(table: str, key: str, fields: list[str], old: list[Row], new: list[Row]) -> Iterator[Change]:
    kind = CHANGED if old and new else ADDED if new else REMOVED
    for name in fields:
        before = old[0][name] if old else None
        after = new[0][name] if new else None
        if before != after:
            yield Change(table=table, key=key, field=name, kind=kind, before=before, after=after)


def _row(place: int, one: Change) -> dict[str, str | None]:
    return {
        # A package whose every row changed has more cells than six digits count.
        "number": f"{place:09}",
        "table": one.table,
        "key": one.key,
        "field": one.field,
        "kind": one.kind,
        "before": one.before,
        "after": one.after,
    }

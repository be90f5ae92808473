"""The cells behind deviations: references in, each cell's reported value, place, date and owner out.

One query per table and kind of reference, whatever the number of findings. Values are the reported ones: a
correction never changes what was said. A CPR number is never shown, and is masked before it is hashed, since a hash
of ten digits hides nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring
from typing import cast

from exchange.checks.database import Database
from exchange.checks.deviations import Deviation, RowCell
from exchange.checks.few import FewRows
from exchange.checks.findings import CellRef, Evidence
from exchange.checks.source import Location, Locator
from exchange.checks.typed import WHOLE_ROW, key_expression
from exchange.checks.unread import likely_rows
from exchange.form.canonical import read_date
from exchange.form.confidential import masked
from exchange.form.tables import Table, tables

WHOLE_AGREEMENT = ""

_OWN_JOBCENTRE = ("placements", "claims", "mentor_grants")
_OF_AGREEMENT = ("agreements", "parties", "responsibilities", "sites", "mentors")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One reported row, its key in text and in pairs, whose it is, and its day where rows of its table have one."""

    cells: Mapping[str, str | None]
    key: str
    named: tuple[tuple[str, str], ...]
    owner: tuple[str, str] | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a finding stands on.

    Attributes:
        owners: the (agreement_id, jobcentre) of the evidence rows, sorted.
        dated: the earliest date of the evidence rows; None where one of them has none.
    """

    evidence: tuple[Evidence, ...]
    owners: tuple[tuple[str, str], ...]
    dated: date | None


@dataclass(frozen=True, slots=True)
class EvidenceBook:
    """Everything that the findings of one check stand on."""

    by_key: Mapping[tuple[str, str], Sequence[StoredRow]]
    by_row: Mapping[tuple[str, int], StoredRow]
    places: Mapping[CellRef, Location]

    def grounds_of(self, deviation: Deviation) -> Grounds:
        """Return what the deviation stands on; its cells in its own order, each once."""
        rows = [(cell, row) for cell in deviation.cells for row in self._rows(cell)]
        days = [row.day for _, row in rows]
        known = [day for day in days if day is not None]
        return Grounds(
            evidence=tuple(dict.fromkeys(self._evidence(cell, row) for cell, row in rows)),
            owners=tuple(sorted({row.owner for _, row in rows if row.owner})),
            dated=min(known) if known and len(known) == len(days) else None,
        )

    def _rows(self, cell: CellRef | RowCell) -> Sequence[StoredRow]:
        if isinstance(cell, RowCell):
            return [self.by_row[cell.table, cell.row]]
        return self.by_key.get((cell.table, cell.key), ())

    def _evidence(self, cell: CellRef | RowCell, row: StoredRow) -> Evidence:
        place = self.places.get(CellRef(cell.table, row.key, cell.field)) if self.places else None
        value = row.cells.get(cell.field)
        return Evidence(
            table=cell.table,
            key=row.named,
            field=cell.field,
            file=place.file if place else None,
            sheet=place.sheet if place else None,
            cell=place.cell if place else None,
            value=None if value is None else masked(value),
        )


def open_book(database: Database, deviations: Iterable[Deviation], locator: Locator) -> EvidenceBook:
    """Read every cell that the deviations stand on."""
    keys: dict[str, set[str]] = defaultdict(set)
    numbers: dict[str, set[int]] = defaultdict(set)
    refs: set[CellRef] = set()
    for cell in (cell for deviation in deviations for cell in deviation.cells):
        if isinstance(cell, RowCell):
            numbers[cell.table].add(cell.row)
        else:
            keys[cell.table].add(cell.key)
            refs.add(cell)
    return EvidenceBook(_rows_by_key(database, keys), _rows_by_number(database, numbers), locator.cells(refs))


def judged_of(evidence: Sequence[Evidence]) -> str:
    """Return the sha256 of the evidence cells and their reported values, whatever their order."""
    cells = sorted([(item.table, item.key_text, item.field, item.value or "") for item in evidence])
    listed = ", ".join([f"[{', '.join(map(encode_basestring, cell))}]" for cell in cells])
    return hashlib.sha256(f"[{listed}]".encode()).hexdigest()


def read_refs(text: str) -> tuple[CellRef, ...]:
    """Read a rule's cell references ``table/field/key``, one a line.

    Raises:
        ValueError: a line is no reference to a cell of the form.
    """
    return tuple([_read_ref(line) for line in text.split("\n") if line])


def _read_ref(line: str) -> CellRef:
    name, field, key = line.split("/", 2)
    if field not in _referable().get(name, ()):
        raise ValueError(line)
    return CellRef(name, key, field)


@lru_cache(maxsize=1)
def _referable() -> Mapping[str, frozenset[str]]:
    """Return the fields that a reference may name, by table."""
    return {table.name: frozenset((*table.field_names, WHOLE_ROW)) for table in tables().values()}


def _rows_by_key(
    database: Database, keys: Mapping[str, set[str]]
) -> Mapping[tuple[str, str], Sequence[StoredRow]]:
    found: dict[tuple[str, str], list[StoredRow]] = defaultdict(list)
    for name in sorted(keys):
        table = tables()[name]
        sought = sorted(keys[name])
        rows = (
            _stored(database, table, key_expression(table, "t"), sought, _parts(table, sought))
            if database.few is None
            else _few(database.few, table, sought)
        )
        for _number, row in rows:
            found[name, row.key].append(row)
    for alike in found.values():
        if len(alike) > 1:
            alike.sort(key=_content)
    return found


def _content(row: StoredRow) -> list[tuple[bool, str]]:
    """Return what rows of one key are ordered by: their cells in the form's order, an empty one last."""
    return [(value is None, value or "") for value in row.cells.values()]


def _rows_by_number(
    database: Database, numbers: Mapping[str, set[int]]
) -> Mapping[tuple[str, int], StoredRow]:
    found: dict[tuple[str, int], StoredRow] = {}
    for name in sorted(numbers):
        sought = [str(number) for number in sorted(numbers[name])]
        rows = _stored(database, tables()[name], "CAST(t._row AS VARCHAR)", sought)
        found.update({(name, number): row for number, row in rows})
    return found


def _parts(table: Table, keys: Sequence[str]) -> list[list[str]] | None:
    """Return the parts of each key; None where one can be parted in several ways."""
    if len(table.primary_key) == 1:
        return [[key] for key in keys]
    parted = [key.split("|") for key in keys]
    return None if any(len(parts) > len(table.primary_key) for parts in parted) else parted


def _stored(
    database: Database,
    table: Table,
    sought: str,
    values: list[str],
    parts: list[list[str]] | None = None,
) -> Iterator[tuple[int, StoredRow]]:
    """Give the rows whose sought expression is one of the values, with their numbers.

    The parts, where they are given, are those of the values as keys.
    """
    names = table.field_names
    columns = ", ".join(f't."{name}"' for name in names)
    agreement, jobcentre, join = _owner_columns(table)
    likely = None
    if parts is not None and database.judged[table.name].is_file:
        filled = [name for name, judged in database.judged.items() if judged.rows]
        likely = likely_rows(table, filled)
    rows_of = f"({likely})" if likely else f"stored.{table.name}"
    rows = database.rows(
        f"SELECT t._row, {agreement}, {jobcentre}, {columns} FROM {rows_of} AS t {join} "
        f"WHERE {sought} IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]')))",
        [*([json.dumps(parts)] if likely else []), json.dumps(values)],
    )
    for number, *row in rows:
        owning, owner, *texts = cast("list[str | None]", row)
        cells = dict(zip(names, texts, strict=True))
        owned = None if owning is None or owner is None else (owning, owner)
        yield int(str(number)), _stored_row(table, cells, owned)


def _few(few: FewRows, table: Table, keys: Iterable[str]) -> Iterator[tuple[int, StoredRow]]:
    """Give the rows of these keys, as :func:`_stored` does."""
    numbers, texts = few.numbers(table), few.texts.get(table.name, {})
    for number in (number for key in keys for number in numbers.get(key, ())):
        cells = dict(zip(table.field_names, texts[number], strict=True))
        agreement, jobcentre = _owner_of(table, cells, few)
        owned = None if agreement is None or jobcentre is None else (agreement, jobcentre)
        yield number, _stored_row(table, cells, owned)


def _owner_of(table: Table, cells: Mapping[str, str | None], few: FewRows) -> tuple[str | None, str | None]:
    if table.name in _OWN_JOBCENTRE:
        return cells["agreement_id"], cells["jobcentre"]
    if table.name in _OF_AGREEMENT:
        return cells["agreement_id"], WHOLE_AGREEMENT
    placement = cells.get("placement_id")
    if placement is None:
        return None, None
    form = tables()["placements"]
    found = few.texts.get(form.name, {})
    rows = [
        dict(zip(form.field_names, found[at], strict=True)) for at in few.numbers(form).get(placement, ())
    ]
    return _least(row["agreement_id"] for row in rows), _least(row["jobcentre"] for row in rows)


def _least(texts: Iterable[str | None]) -> str | None:
    return min((text for text in texts if text is not None), default=None)


def _owner_columns(table: Table) -> tuple[str, str, str]:
    """Return the SQL for a row's agreement and jobcentre, and the join they need."""
    if table.name in _OWN_JOBCENTRE:
        return "t.agreement_id", "t.jobcentre", ""
    if table.name in _OF_AGREEMENT:
        return "t.agreement_id", f"'{WHOLE_AGREEMENT}'", ""
    if "placement_id" in table.field_names:
        owner = (
            "SELECT placement_id, MIN(agreement_id) AS agreement_id, MIN(jobcentre) AS jobcentre "
            "FROM stored.placements GROUP BY placement_id"
        )
        return "p.agreement_id", "p.jobcentre", f"LEFT JOIN ({owner}) AS p ON p.placement_id = t.placement_id"
    return "NULL", "NULL", ""


def _stored_row(table: Table, cells: Mapping[str, str | None], owner: tuple[str, str] | None) -> StoredRow:
    named = tuple([(name, cells[name] or "") for name in table.primary_key])
    text = cells[table.dated_by] if table.dated_by else None
    key = "|".join([value for _, value in named])
    return StoredRow(cells, key, named, owner, read_date(text) if text else None)

"""How right a guess is: every field of every expected record against what the guessed layout made of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from exchange.form.canonical import fault_of
from exchange.form.tables import table as form_table
from exchange.intake.crosswalk import Crosswalk, Known
from exchange.intake.guessing.guess import Guess
from exchange.intake.mapping import MappedRow
from exchange.intake.read import FileIntake, read_file
from exchange.parties import parse_party


@dataclass(frozen=True)
class Wanted:
    """One expected record: values and cells by the form's field names; ``open_fields`` may say anything."""

    table: str
    values: Mapping[str, str | None]
    cells: Mapping[str, str]
    open_fields: frozenset[str] = frozenset()


@dataclass
class Score:
    """Right fields of all, and what is wrong and was taken."""

    right: int = 0
    fields: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.fields if self.fields else 0.0


def mapped(
    name: str, content: bytes, guess: Guess, sender: str, *, crosswalk: Crosswalk, known: Known
) -> FileIntake:
    """Take the file with the guessed layout, as a workspace that knows the names would."""
    return read_file(
        name, content, layouts=[guess.layout], sender=parse_party(sender), crosswalk=crosswalk, known=known,
        trainee_key=lambda: b"a key for tests", layout=guess.layout.name,
    )  # fmt: skip


def accepted(row: MappedRow, name: str) -> bool:
    """Whether the form takes the value without a finding."""
    value = row.values.get(name)
    return value is not None and fault_of(form_table(row.table).field(name), value) is None


def score(rows: Sequence[MappedRow], wanted: Sequence[Wanted]) -> Score:
    """Count the right fields, and list every value that is wrong and was taken without a finding."""
    found = Score()
    by_cells = {
        (row.table, frozenset(_places(row.cells))): row for row in rows if row.table != "control_totals"
    }
    met: set[int] = set()
    for record in wanted:
        row = _nearest(record, by_cells)
        if row is not None:
            met.add(id(row))
        for name, value in record.values.items():
            if name in record.open_fields:
                continue
            found.fields += 1
            own = row.values.get(name) if row else None
            found.right += own == value and (
                value is None or (row is not None and row.cells.get(name) == record.cells[name])
            )
            if row is not None and own != value and accepted(row, name):
                found.wrong.append(f"{record.table}.{name} is {own!r}, not {value!r} ({record.cells})")
    for row in rows:
        if id(row) not in met and row.table != "control_totals":
            found.wrong.append(f"a row that none is: {row.values}")
    return found


def _places(cells: Mapping[str, str]) -> set[str]:
    return {part for cell in cells.values() for part in cell.split("+")}


def _nearest(record: Wanted, rows: Mapping[tuple[str, frozenset[str]], MappedRow]) -> MappedRow | None:
    """The mapped row of the same table that stands on most of the record's cells, its own among them."""
    places = _places(record.cells)
    best, shared = None, 0
    for (table, cells), row in rows.items():
        common = len(cells & places)
        if table == record.table and common > shared:
            best, shared = row, common
    return best if best is not None and shared >= max(2, len(places) // 2) else None

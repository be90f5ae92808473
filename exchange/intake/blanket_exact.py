"""What a form's own cells say to the letter: ids that stood there when it was sent out, and people's sentences as they are.

In: a sheet of the form as :mod:`mapping` read it, as it reads any sheet: names looked up, blanks squeezed. Out: the same rows, where
a cell that the form was sent out with says exactly what it said. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from exchange.form.canonical import read_time
from exchange.form.tables import Field, table
from exchange.form.workbook.mark import KEPT_FIELDS, Mark
from exchange.form.workbook.plan import OWN_KEYS
from exchange.intake.blanket_columns import Found
from exchange.intake.cells import Row, Sheet
from exchange.intake.context import Context
from exchange.intake.crosswalk import ten_digits
from exchange.intake.mapping import Mapped, MappedRow, SkippedRow
from exchange.intake.words import squeezed
from exchange.language import translate as _


def without_second_keys(one: Found, seen: set[str], file: str) -> tuple[Sheet, list[str]]:
    """Take the hidden key from a row that was copied from another, so that it gets its own; say where.

    Args:
        one: the sheet.
        seen: the keys met so far in the whole form; added to.
        file: the file's name.
    """
    number = next((column for column, name in one.columns.items() if name in OWN_KEYS), None)
    if number is None:
        return one.sheet, []
    again: list[int] = []
    for row in one.sheet.rows:
        key = squeezed(row.cells[number].text) if number in row.cells else ""
        if key and key in seen:
            again.append(row.number)
        seen.add(key)
    sheet = replace(one.sheet, rows=WithoutKeys(one.sheet.rows, number, frozenset(again)))
    return (sheet if again else one.sheet), list(_copied(one, again, file))


@dataclass(frozen=True, slots=True)
class WithoutKeys:
    """A sheet's rows, some of them without their key; gone through again and again."""

    rows: Iterable[Row]
    column: int
    again: frozenset[int]

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            if row.number in self.again:
                kept = {column: cell for column, cell in row.cells.items() if column != self.column}
                yield replace(row, cells=kept)
            else:
                yield row


def _copied(one: Found, rows: list[int], file: str) -> Iterator[str]:
    if rows:
        yield _(
            "{place}: the rows {rows} are copies of other rows and were given numbers of their own."
        ).format(place=f"{file}#{one.sheet.label}", rows=", ".join(map(str, rows)))


def as_filled_in(mapped: Mapped, one: Found, mark: Mark, context: Context) -> Mapped:
    """Return what a sheet gave, with its cells to the letter."""
    rows: list[MappedRow] = []
    keys: dict[str, str] = {}
    form = table(one.table)
    columns = {name: column for column, name in one.columns.items()}
    met = iter(one.sheet.rows)
    for row in mapped.rows:
        number = _number_of(row)
        stood = next((candidate for candidate in met if candidate.number == number), None)
        exact = row if stood is None else _exact(row, stood, columns, mark)
        if context.known.is_anothers(context.sender, exact.values):
            mapped.skipped.append(SkippedRow(context.file, one.sheet.label, number, "not-sender's"))
            continue
        keys[form.key_of(row.values)] = form.key_of(exact.values)
        rows.append(exact)
    mapped.rows[:] = rows
    mapped.faults[:] = [replace(fault, key=keys.get(fault.key, fault.key)) for fault in mapped.faults]
    return mapped


def _number_of(row: MappedRow) -> int:
    """Return the row of the sheet that a mapped row stands in: all its cells do."""
    return int(next(iter(row.cells.values())).rpartition("!")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _exact(row: MappedRow, stood: Row, columns: Mapping[str, int], mark: Mark) -> MappedRow:
    values = dict(row.values)
    local = dict(row.local)
    for field in table(row.table).fields:
        cell = stood.cells.get(columns.get(field.name, 0))
        if cell is None or cell.kind != "text":
            continue
        said = _said(field, cell.text, mark)
        if said is not None:
            values[field.name] = said
            local.pop(field.name, None)
    return replace(
        row,
        values=values,
        local=local,
        unresolved=tuple(name for name in row.unresolved if name in local),
    )


def _said(field: Field, text: str, mark: Mark) -> str | None:
    """Return what a cell says to the letter; None where it is read as any other cell."""
    if field.name in KEPT_FIELDS:
        # A CPR number is coded, also where the form was sent out with it.
        is_cpr = field.name == "trainee_ref" and ten_digits(text) is not None
        return text if text in mark.kept.get(field.name, ()) and not is_cpr else None
    if field.type == "time":
        return text if read_time(text) is not None else None
    if field.type == "string" and field.code_list is None and field.pattern is None:
        return text if text.strip() else None
    return None

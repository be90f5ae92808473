"""What a form's own cells say to the letter: ids that stood there when it was sent out, and people's sentences as they are.

In: a sheet of the form as :mod:`mapping` read it, as it reads any sheet: names looked up, blanks squeezed. Out: the same rows, where
a cell that the form was sent out with says exactly what it said. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from exchange.form.canonical import read_time
from exchange.form.confidential import masked
from exchange.form.tables import Field, table
from exchange.form.workbook.mark import KEPT_FIELDS, Mark
from exchange.form.workbook.plan import OWN_KEYS
from exchange.intake.blanket_columns import Found
from exchange.intake.cells import Cell, Row, Sheet, name_of
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
    rows: list[Row] = []
    again: list[int] = []
    for row in one.sheet.rows:
        key = squeezed(row.cells[number].text) if number in row.cells else ""
        if key and key in seen:
            again.append(row.number)
            row = replace(row, cells={column: cell for column, cell in row.cells.items() if column != number})  # noqa: PLW2901 (the row without its key)
        seen.add(key)
        rows.append(row)
    return replace(one.sheet, rows=tuple(rows)), list(_copied(one, again, file))


def _copied(one: Found, rows: list[int], file: str) -> Iterator[str]:
    if rows:
        yield _(
            "{place}: the rows {rows} are copies of other rows and were given numbers of their own."
        ).format(place=f"{file}#{masked(one.sheet.name)}", rows=", ".join(map(str, rows)))


def as_filled_in(mapped: Mapped, one: Found, mark: Mark, context: Context) -> Mapped:
    """Return what a sheet gave, with its cells to the letter."""
    cells = _by_address(one, context.file)
    rows: list[MappedRow] = []
    keys: dict[str, str] = {}
    form = table(one.table)
    for row in mapped.rows:
        exact = _exact(row, cells, mark)
        if context.known.is_anothers(context.sender, exact.values):
            mapped.skipped.append(_not_senders(one, context.file, exact))
            continue
        keys[form.key_of(row.values)] = form.key_of(exact.values)
        rows.append(exact)
    mapped.rows[:] = rows
    mapped.faults[:] = [replace(fault, key=keys.get(fault.key, fault.key)) for fault in mapped.faults]
    return mapped


def _not_senders(one: Found, file: str, row: MappedRow) -> SkippedRow:
    first = next(iter(row.cells.values()), "")
    digits = first.rpartition("!")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return SkippedRow(file, masked(one.sheet.name), int(digits or 0), "not-sender's")


def _by_address(one: Found, file: str) -> Mapping[str, Cell]:
    return {
        name_of(file, one.sheet.name, row.number, column): cell
        for row in one.sheet.rows
        for column, cell in row.cells.items()
        if column in one.columns
    }


def _exact(row: MappedRow, cells: Mapping[str, Cell], mark: Mark) -> MappedRow:
    values = dict(row.values)
    local = dict(row.local)
    for field in table(row.table).fields:
        cell = cells.get(row.cells.get(field.name, ""))
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

"""Where the columns of a filled form stand: by the hidden row of field names, else by their headings in either language.

In: a sheet and the form's mark. Out: :class:`Found`, or None for a sheet that holds no rows of the form. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from exchange.form.tables import Table, table, tables
from exchange.form.workbook.mark import Mark
from exchange.form.workbook.plan import OWN_KEYS, constants
from exchange.intake.cells import Row, Sheet, letters
from exchange.intake.words import plain

_FIELD = re.compile(r"([a-z_]{1,40})\.([a-z0-9_]{1,40})")
_WITHIN = 200
# So many headings of a table must stand beside one another to be taken for it.
_HEADINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A sheet of the form.

    Attributes:
        last: the last row above the records.
        columns: column number → field; each field once.
        by_labels: the row of field names was gone.
        missing, doubled: fields of the form whose column is gone, or stands again.
        unknown: names of fields that only a newer form has.
        added: headings of filled columns that are not of the form.
    """

    sheet: Sheet
    table: str
    last: int
    columns: Mapping[int, str]
    by_labels: bool = False
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    added: tuple[str, ...] = field(default=())

    def letters(self) -> Iterator[tuple[str, str]]:
        """Give (column letter, field)."""
        return ((letters(number), name) for number, name in self.columns.items())


@dataclass(frozen=True, slots=True)
class Below:
    """The filled rows below the headings; gone through again and again, as the sheet's own."""

    rows: Iterable[Row]
    last: int

    def __iter__(self) -> Iterator[Row]:
        return (row for row in self.rows if row.cells and row.number > self.last)


def has_field_names(sheet: Sheet) -> bool:
    """Tell whether a sheet holds a row of the form's field names."""
    return any(len(_names(row)) >= _HEADINGS for row in _upper(sheet))


def find_columns(sheet: Sheet, mark: Mark) -> Found | None:
    """Find the columns of a sheet; None where it is none of the form's to fill in."""
    if mark.sheets.get(sheet.name) == "":
        return None
    best = max(_upper(sheet), key=lambda row: len(_names(row)), default=None)
    found = _by_names(sheet, best) if best is not None and _names(best) else _by_labels(sheet, mark)
    return None if found is None else _completed(found, mark)


def _upper(sheet: Sheet) -> Iterator[Row]:
    for place, row in enumerate(sheet.rows):
        if place >= _WITHIN:
            return
        yield row


def _names(row: Row) -> dict[int, tuple[str, str]]:
    """Return column → (table, field) of the cells that are field names of one table of the form."""
    found: dict[int, tuple[str, str]] = {}
    for column, cell in row.cells.items():
        match = _FIELD.fullmatch(cell.text.strip())
        if match and match[1] in tables():
            found[column] = (match[1], match[2])
    return found


def _by_names(sheet: Sheet, row: Row) -> Found:
    names = _names(row)
    name = _most_named(names)
    known = set(table(name).field_names)
    columns: dict[int, str] = {}
    doubled: list[str] = []
    unknown: list[str] = []
    for column, (of, one) in sorted(names.items()):
        if of != name or one not in known:
            unknown.append(one)
        elif one in columns.values():
            doubled.append(one)
        else:
            columns[column] = one
    return Found(
        sheet=sheet,
        table=name,
        last=_below_headings(sheet, row.number, table(name)),
        columns=columns,
        doubled=tuple(dict.fromkeys(doubled)),
        unknown=tuple(dict.fromkeys(unknown)),
    )


def _most_named(names: Mapping[int, tuple[str, str]]) -> str:
    of = [name for name, _field in names.values()]
    return max(sorted(set(of)), key=of.count)


def _below_headings(sheet: Sheet, number: int, form: Table) -> int:
    """Return the row of headings where it stands just below the field names, else the row of these."""
    for row in _upper(sheet):
        if number < row.number <= number + _HEADINGS and len(_labelled(row, form)) >= 2:
            return row.number
    return number


def _by_labels(sheet: Sheet, mark: Mark) -> Found | None:
    """Find the columns by their headings, in the one table of the form that they fit best."""
    named = mark.sheets.get(sheet.name)
    candidates = [named] if named in tables() else [name for name in mark.sheets.values() if name in tables()]
    best: tuple[int, Found] | None = None
    tied = False
    for name in dict.fromkeys(candidates):
        for row in _upper(sheet):
            columns = _labelled(row, table(name or ""))
            count = len(columns)
            if count < _HEADINGS or (best is not None and count < best[0]):
                continue
            tied = best is not None and count == best[0] and best[1].table != name
            best = (
                count,
                Found(sheet=sheet, table=name or "", last=row.number, columns=columns, by_labels=True),
            )
    return None if best is None or tied else best[1]


def _labelled(row: Row, form: Table) -> dict[int, str]:
    """Return column → field of the cells that are headings of a table, in either language."""
    words = {plain(label): one.name for one in form.fields for label in (one.label_da, one.label_en)}
    found: dict[int, str] = {}
    for column, cell in sorted(row.cells.items()):
        name = words.get(plain(cell.text.split("\n")[0].replace("*", "")))
        if name is not None and name not in found.values():
            found[column] = name
    return found


def _completed(found: Found, mark: Mark) -> Found:
    """Say what lacks, and what people added beside; rows without any cell are left out."""
    form = table(found.table)
    same = constants(form, agreement_id=mark.agreement_id, party=mark.party, leads=mark.leads)
    expected = [name for name in form.field_names if name not in same]
    if found.by_labels:
        expected = [name for name in expected if name not in OWN_KEYS]
    here = set(found.columns.values())
    rows = Below(found.sheet.rows, found.last)
    return replace(
        found,
        sheet=replace(found.sheet, rows=rows),
        missing=tuple(name for name in expected if name not in here),
        added=_added(found, rows),
    )


def _added(found: Found, rows: Iterable[Row]) -> tuple[str, ...]:
    named: set[int] = set()
    for row in _upper(found.sheet):
        named |= set(_names(row))
    filled = {column for row in rows for column in row.cells} - set(found.columns) - named
    heads = {row.number: row for row in _upper(found.sheet)}.get(found.last)
    texts = {column: cell.text.split("\n")[0] for column, cell in heads.cells.items()} if heads else {}
    return tuple(texts.get(column) or letters(column) for column in sorted(filled))

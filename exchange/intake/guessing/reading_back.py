"""The proposed layout read back on the file it was proposed from: each column must be found where it was seen.

In: a :class:`Proposal` and the file's cells. Out: the proposal, where a column whose words find another one is named by its letter, and a table whose
heading is found higher up is asked about. Refuses nothing: what does not read at all is refused by :mod:`guess`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from exchange.errors import LayoutError
from exchange.intake.cells import Book, letters
from exchange.intake.guessing.proposal import Doubt, FieldGuess, Proposal, TableGuess
from exchange.intake.guessing.writing import layout_text
from exchange.intake.headings import Heading, find_heading
from exchange.intake.layout import TableLayout, read_layout


def read_back(proposal: Proposal, book: Book) -> Proposal:
    """Return the proposal with what its layout would find elsewhere mended, or asked about."""
    return replace(proposal, tables=tuple(_table(table, proposal, book) for table in proposal.tables))


def _table(table: TableGuess, proposal: Proposal, book: Book) -> TableGuess:
    layout = _alone(table, proposal)
    headings = {} if layout is None else _headings(table, layout, book)
    if not headings:
        return table
    strayed = _strayed(table, headings)
    higher = [heading for heading in headings.values() if isinstance(heading, Heading)][:1]
    doubts = [
        Doubt(what="place", table=table.table, sheet=table.sheets[0], alternatives=(str(heading.last), str(table.heading_row)))
        for heading in higher
        if table.heading_row is not None and heading.last < table.heading_row
    ]  # fmt: skip
    return replace(
        table,
        fields=tuple(_by_letter(field, strayed) for field in table.fields),
        doubts=(*table.doubts, *doubts),
    )


def _alone(table: TableGuess, proposal: Proposal) -> TableLayout | None:
    try:
        return read_layout(layout_text(replace(proposal, tables=(table,))), "").tables[0]
    except LayoutError:
        # Refused in full by the caller, who reads the whole text again.
        return None


def _headings(table: TableGuess, layout: TableLayout, book: Book) -> Mapping[str, Heading]:
    if table.heading_row is None:
        return {}
    found = {
        sheet.name: find_heading(sheet, layout, near=True)
        for sheet in book.sheets
        if sheet.name in table.sheets
    }
    return {name: heading for name, heading in found.items() if isinstance(heading, Heading)}


def _strayed(table: TableGuess, headings: Mapping[str, Heading]) -> Mapping[str, frozenset[str]]:
    """Return the fields that would be read from another column than they were seen in, and that column's letters."""
    many = {field.field for field in table.fields if field.each or field.left_out}
    seen: dict[str, set[int]] = {}
    wrong: set[str] = set()
    for column in table.columns:
        heading = headings.get(column.sheet)
        if heading is None or column.field is None or column.why == "day" or column.field in many:
            continue
        seen.setdefault(column.field, set()).add(column.number)
        if (column.field, column.number) not in {(one.field, number) for one, number in heading.placed}:
            wrong.add(column.field)
    return {field: frozenset(letters(number) for number in seen[field]) for field in wrong}


def _by_letter(field: FieldGuess, strayed: Mapping[str, frozenset[str]]) -> FieldGuess:
    places = strayed.get(field.field)
    if places is None:
        return field
    if len(places) > 1:
        return replace(field, left_out=("column",))
    return replace(field, names=(), at=min(places))

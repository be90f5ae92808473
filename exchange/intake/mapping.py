"""Cells and a layout to rows of the form: every value with its cell, every row that is left out with its reason.

In: a :class:`Sheet`, its :class:`Heading`, the :class:`TableLayout` and the sender's :class:`Context`. Out: :class:`Mapped`, where rows read =
rows mapped + rows skipped. Refuses nothing: what cannot be read is a fault at its cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from exchange.form.confidential import masked
from exchange.form.faults import Fault
from exchange.form.tables import Table, tables
from exchange.intake.blocks import Blocks, Step
from exchange.intake.cells import Cell, Row, Sheet, column_number, letters, name_of
from exchange.intake.context import Context
from exchange.intake.drafts import Draft, Read
from exchange.intake.entries import Doubt, Entries
from exchange.intake.headings import DayColumn, Heading, heading_date
from exchange.intake.keys import OWN_KEYS, local_key, made_key, row_key
from exchange.intake.layout import DAY_HELPERS, Column, Reading, Skip, TableLayout, Total, Wide
from exchange.intake.sheet_cells import Place, section_place
from exchange.intake.values import Value, read_cell, unreadable
from exchange.intake.words import fits, plain, squeezed
from exchange.language import translate as _

_WATCHED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRow:
    """One row of a form table.

    Attributes:
        table: the form table.
        values: every field that has a value: canonical text, or raw where unreadable.
        cells: field to its cell, ``FILE#SHEET!A1``, several joined by ``+``; a constant has none.
        unresolved: the fields whose local text nobody knows; they are null in ``values``.
        local: the local text of each unresolved field.
    """

    table: str
    values: Mapping[str, str | None]
    cells: Mapping[str, str]
    unresolved: tuple[str, ...] = ()
    local: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is no record, and why (a stable code)."""

    file: str
    sheet: str
    row: int
    why: str


@dataclass(slots=True)
class Mapped:
    """What one table of one sheet gave.

    Attributes:
        doubts: cells that a person should look at.
        guessed: the notices that say what was taken for something that it does not quite say.
        rows_read: counted as records are met, apart from what becomes of them.
    """

    rows: list[MappedRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)
    rows_read: int = 0


def map_sheet(  # noqa: PLR0913, PLR0917 (what a table's rows are made of)
    sheet: Sheet,
    heading: Heading,
    layout: TableLayout,
    context: Context,
    counters: Counter[str],
    beside: Sequence[TableLayout] = (),
) -> Mapped:
    """Map one table of one sheet.

    Args:
        sheet: the sheet.
        heading: where its records begin.
        layout: the table's layout.
        context: sender, crosswalk and what is known.
        counters: how often each made key was used in this file; added to.
        beside: the layout's other tables on the same sheet, whose headings end this table's records.
    """
    return _Mapper(sheet, heading, layout, context, counters, beside).run()


class _Mapper:
    """One pass over one sheet for one table."""

    def __init__(  # noqa: PLR0913, PLR0917 (as map_sheet)
        self,
        sheet: Sheet,
        heading: Heading,
        layout: TableLayout,
        context: Context,
        counters: Counter[str],
        beside: Sequence[TableLayout],
    ) -> None:
        self._sheet, self._layout, self._context = sheet, layout, context
        self._counters, self._first = counters, heading
        self._form: Table = tables()[layout.table]
        self._names = self._form.field_names
        self._out = Mapped()
        self._entries = Entries(self._form, context, self._name, self._out.notices, self._out.doubts)
        self._blocks = Blocks(heading, layout, beside, sheet.merged)
        self._sections: dict[str, tuple[Place, Reading]] = {}
        self._carried: dict[int, Place] = {}
        self._merges = (
            {(row, merge.left): merge for merge in sheet.merged for row in range(merge.top, merge.bottom + 1)}
            if any(column.carry == "merged" for column in layout.columns)
            else {}
        )
        self._skips = sorted(layout.skips, key=lambda rule: not rule.ends)
        self._base = self._base_draft()
        self._last = Draft()
        self._ended: str | None = None
        self._take(heading)

    def _take(self, heading: Heading) -> None:
        """Go on under a heading: the first one, or a further one with its own order of columns."""
        self._heading = heading
        self._reads = heading.reads
        self._fields: dict[str, list[int]] = {}
        for column, number in heading.placed:
            self._fields.setdefault(column.field, []).append(number)
        self._columns = sorted(heading.columns, key=_helping_first)
        self._days: dict[tuple[str, str, int], list[tuple[Wide, DayColumn]]] = {}
        for block, days in heading.wide:
            for day in days:
                self._days.setdefault(self._day_key(block, day), []).append((block, day))
        self._carried.clear()
        for misspelt in heading.misspelt:
            sentence = _("{cell}: the heading “{text}” was read as “{word}”.").format(
                cell=self._name(misspelt.place),
                text=masked(squeezed(misspelt.place.cell.text)),
                word=misspelt.word,
            )
            self._out.notices.append(sentence)
            self._out.guessed.append(sentence)

    def run(self) -> Mapped:
        """Go down the sheet once."""
        rows = iter(self._sheet.rows)
        for row in rows:
            if row.number > self._first.last:
                rows = chain((row,), rows)
                break
            self._meet_section(row)
            self._blocks.pass_by(row)
        for number, step in enumerate(self._blocks.steps(rows), 1):
            self._meet(step)
            if number % _WATCHED == 0:
                self._context.watch(number)
        return self._out

    def _meet(self, step: Step) -> None:
        if step.heading is not None:
            self._take(step.heading)
            self._ended = None
        if step.kind == "record":
            self._meet_row(step.row, above_heading=step.above_heading)
        elif step.kind == "another's":
            self._meet_section(step.row)
        else:
            self._skip(step.row, step.kind)

    def _meet_row(self, row: Row, *, above_heading: bool) -> None:
        why, ends = (self._ended, True) if self._ended else self._why_skipped(row)
        if ends:
            self._ended = why
        elif why is None and above_heading:
            why = "title"
        if why is None:
            self._map_row(row)
        else:
            self._skip(row, why)
            self._keep_totals(row, why)

    def _skip(self, row: Row, why: str) -> None:
        self._out.rows_read += 1
        self._out.skipped.append(SkippedRow(self._context.file, self._sheet.label, row.number, why))

    def _why_skipped(self, row: Row) -> tuple[str | None, bool]:
        if not row.cells:
            return "blank-row", False
        for skip in self._skips:
            if self._holds(skip, row):
                return skip.why, skip.ends
        if self._meet_section(row):
            return "section", False
        if self._reads.isdisjoint(row.cells):
            return "blank-row", False
        return ("repeated-header" if self._is_heading(row) else None), False

    def _meet_section(self, row: Row) -> bool:
        """Note what a row between records says of those below it."""
        if not self._layout.sections or not row.cells:
            return False
        met = False
        for item in self._layout.sections:
            place = section_place(row, item, self._sheet.merged, min(self._reads, default=1))
            if place is not None:
                self._sections[item.field] = (place, item.reading)
                met = True
        if met:
            self._base = self._base_draft()
        return met

    def _is_heading(self, row: Row) -> bool:
        own = {column: plain(cell.text) for column, cell in row.cells.items()}
        return any(own.items() <= texts.items() for texts in self._heading.texts)

    def _holds(self, skip: Skip, row: Row) -> bool:
        filled = {name for name, numbers in self._fields.items() if any(one in row.cells for one in numbers)}
        first = row.cells[min(row.cells)].text
        return (
            (not skip.first or fits(first, skip.first))
            and (not skip.any or any(fits(cell.text, skip.any) for cell in row.cells.values()))
            and not filled & set(skip.blank)
            and (not skip.filled_only or filled == set(skip.filled_only))
        )

    def _name(self, place: Place) -> str:
        return name_of(self._context.file, self._sheet.label, place.row, place.cell.column)

    def _address(self, row: Row, column: int) -> str:
        return name_of(self._context.file, self._sheet.label, row.number, column)

    def _base_draft(self) -> Draft:
        """Return what every record has: the sender's side, the constants, the title block and the last section rows."""
        draft = Draft()
        if "reporter" in self._names:
            draft.values["reporter"] = "company" if self._context.sender.role == "company" else "jobcentre"
        for name, text in self._layout.constants.items():
            said = text.replace("{sender}", self._context.sender.id)
            if name in DAY_HELPERS:
                draft.helpers[name] = Read(Value(said), "", said)
            elif name.startswith("_"):
                minutes = replace(self._layout.reading, unit="minutes")
                self._entries.read_into(draft, name, Place(0, Cell(1, said)), minutes, "")
            else:
                draft.values[name] = said
        for item, place in self._first.cells:
            where = place or Place(1, Cell(1, self._sheet.name))
            at = self._name(where) if place else f"{self._context.file}#{self._sheet.label}"
            self._entries.read_into(draft, item.field, where, item.reading, at)
        for name, (place, reading) in self._sections.items():
            self._entries.read_into(draft, name, place, reading)
        return draft

    def _map_row(self, row: Row) -> None:
        draft = self._base.copy()
        self._columns_into(draft, row, self._columns)
        if self._heading.wide:
            self._map_days(row, draft)
        elif self._heading.turns:
            self._map_turns(row, draft)
        else:
            self._finish(row, draft)

    def _columns_into(self, draft: Draft, row: Row, columns: Iterable[tuple[Column, int]]) -> None:
        for column, number in columns:
            place = self._place(row, number, column.carry)
            if column.group_gives is not None and number in self._heading.groups and place is not None:
                self._entries.read_into(
                    draft, column.group_gives, self._heading.groups[number], self._layout.reading
                )
            if place is not None and not (
                column.field in draft.values and self._has_earlier(column, number, row)
            ):
                self._entries.read_into(draft, column.field, place, column.reading)
            elif column.field not in draft.cells and not column.field.startswith("_"):
                draft.cells[column.field] = self._address(row, number)

    def _has_earlier(self, column: Column, number: int, row: Row) -> bool:
        """Of several columns for one field the first filled one counts."""
        columns = [other for other, other_number in self._heading.columns if other.field == column.field]
        if column.each or len(columns) < 2:
            return False
        numbers = self._fields[column.field]
        return any(other in row.cells for other in numbers[: numbers.index(number)])

    def _place(self, row: Row, number: int, carry: str = "") -> Place | None:
        cell = row.cells.get(number)
        if cell is not None:
            if carry:
                self._carried[number] = Place(row.number, cell)
            return Place(row.number, cell)
        carried = self._carried.get(number) if carry else None
        if carried is not None and carry == "merged":
            merge = self._merges.get((row.number, number))
            return carried if merge and merge.top == carried.row else None
        return carried

    def _map_turns(self, row: Row, draft: Draft) -> None:
        """Make a record of each time that the columns side by side are filled."""
        filled = [
            turn for turn in self._heading.turns if any(number in row.cells for _column, number in turn)
        ]
        if not filled:
            self._skip(row, "blank-row")
        for turn in filled:
            own = draft.copy()
            self._columns_into(own, row, sorted(turn, key=_helping_first))
            self._finish(row, own)

    def _map_days(self, row: Row, draft: Draft) -> None:
        keys = {
            key for key, days in self._days.items() if any(day.column in row.cells for _block, day in days)
        }
        if not keys:
            self._skip(row, "blank-row")
        for key in sorted(keys):
            own = draft.copy()
            for block, day in self._days[key]:
                self._day_cell_into(own, row, block, day)
            self._finish(row, own)

    def _day_key(self, block: Wide, day: DayColumn) -> tuple[str, str, int]:
        """Return what two blocks' columns of one day have in common."""
        if block.header == "names":
            return "", plain(day.heading.cell.text), 0
        group = self._heading.groups.get(day.column) if block.group_gives else None
        return (
            plain(group.cell.text) if group else "",
            day.day.isoformat() if day.day else "",
            day.number or 0,
        )

    def _day_cell_into(self, draft: Draft, row: Row, block: Wide, day: DayColumn) -> None:
        group = self._heading.groups.get(day.column)
        if block.group_gives is not None and group is not None:
            self._entries.read_into(draft, block.group_gives, group, self._layout.reading)
        self._day_into(draft, day, block)
        place = self._place(row, day.column)
        if place is not None:
            self._entries.read_into(draft, block.field, place, block.reading)
        else:
            draft.cells.setdefault(block.field, self._address(row, day.column))

    def _day_into(self, draft: Draft, day: DayColumn, block: Wide) -> None:
        at = self._name(day.heading)
        if block.gives is not None:
            self._entries.read_into(draft, block.gives, day.heading, self._layout.reading)
        elif block.header == "dates":
            if "date" not in draft.values:
                draft.put("date", Read(self._heading_day(draft, day, block), at))
        else:
            helper = {"days": "_day", "weekdays": "_weekday", "weeks": "_week"}[block.header]
            draft.helpers.setdefault(helper, Read(Value(str(day.number)), at, str(day.number)))

    def _heading_day(self, draft: Draft, day: DayColumn, block: Wide) -> Value:
        found = heading_date(day.heading.cell, block, draft.year) if day.without_year else day.day
        return (
            Value(found.isoformat())
            if found
            else unreadable(
                self._form.field("date"),
                day.heading.cell.text,
                "ambiguous" if draft.year is None else "unreadable",
            )
        )

    def _finish(self, row: Row, draft: Draft) -> None:
        self._out.rows_read += 1
        draft.obey()
        draft.make_day(self._form)
        if self._layout.hours_from_times:
            draft.make_hours(self._form, overnight=self._layout.overnight)
        if self._context.known.is_anothers(self._context.sender, draft.values):
            self._out.skipped.append(
                SkippedRow(self._context.file, self._sheet.label, row.number, "not-sender's")
            )
            return
        self._make_key(draft)
        values = {name: draft.values.get(name) for name in self._names}
        cells = {name: draft.cells[name] for name in self._names if name in draft.cells}
        self._last = draft
        self._out.rows.append(
            MappedRow(
                table=self._form.name,
                values=values,
                cells=cells,
                unresolved=tuple(name for name in self._names if name in draft.local),
                local=dict(draft.local),
            )
        )
        self._doubt(row, draft)

    def _doubt(self, row: Row, draft: Draft) -> None:
        for name, why in draft.unread.items():
            self._out.faults.append(Fault("type-error", self._form.name, self._key_of(row, draft), name))
            self._out.doubts.append(Doubt(why or "unreadable", draft.cells.get(name, ""), name))
        for name in draft.local:
            self._out.doubts.append(Doubt("unknown-name", draft.cells.get(name, ""), name))

    def _key_of(self, row: Row, draft: Draft) -> str:
        first = f"{letters(min(row.cells))}{row.number}"
        place = f"{self._sheet.label}!{first}" if self._sheet.name else first
        return row_key(
            self._form.name, draft.values, tuple(draft.unread), f"{self._context.sha256[:12]}#{place}"
        )

    def _make_key(self, draft: Draft) -> None:
        """Give the row a key that no other sender makes (form.md, keys made by a sender)."""
        name = OWN_KEYS.get(self._form.name)
        if name is None or name in draft.unread:
            return
        local = draft.values.get(name)
        if local:
            draft.values[name] = local_key(self._context.sender.id, local)
            return
        facts = [draft.values.get(part) for part in self._layout.key]
        draft.values[name] = made_key(self._context.sender.id, facts, self._counters)
        draft.cells.pop(name, None)

    def _keep_totals(self, row: Row, why: str) -> None:
        for total in self._layout.totals:
            number = self._total_column(total)
            if total.skipped == why and number in row.cells:
                self._keep_total(total, Place(row.number, row.cells[number]))

    def _total_column(self, total: Total) -> int:
        if total.at is not None:
            return column_number(total.at)
        return next(iter(self._fields.get(total.field or "", ())), 0)

    def _keep_total(self, total: Total, place: Place) -> None:
        form = tables()["control_totals"]
        read = read_cell(place.cell, form.field("stated"), self._layout.reading)
        values = {
            "source": total.source or "#".join(filter(None, (self._context.file, self._sheet.label))),
            "measure": self._filled_in(total.measure),
            "stated": read.text,
        }
        self._out.rows_read += 1
        self._out.rows.append(MappedRow(table=form.name, values=values, cells={"stated": self._name(place)}))
        if not read.readable:
            self._out.faults.append(Fault("type-error", form.name, form.key_of(values), "stated"))
            self._out.doubts.append(Doubt(read.why, self._name(place), "stated"))

    def _filled_in(self, measure: str) -> str:
        """Put the last record's fields into a measure: ``mentor_hours.sum[placement={placement_id}]``."""
        values = self._last.values | {
            "sender": self._context.sender.id,
            "month": (self._last.values.get("date") or "")[:7],
        }
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1]) or "", measure)


def rows_of(rows: Iterable[MappedRow], table: str) -> Iterator[Mapping[str, str | None]]:
    """Give the values of one table's rows."""
    return (row.values for row in rows if row.table == table)


def _helping_first(placed: tuple[Column, int]) -> bool:
    return not placed[0].field.startswith("_")

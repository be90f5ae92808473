"""Cells and a layout to rows of the form: every value with its cell, every row that is left out with its reason.

In: a :class:`Sheet`, its :class:`Heading`, the :class:`TableLayout` and the sender's :class:`Context`. Out: :class:`Mapped`, where rows read =
rows mapped + rows skipped. Refuses nothing: what cannot be read is a fault at its cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from exchange.form.confidential import masked
from exchange.form.faults import Fault
from exchange.form.tables import Table, tables
from exchange.intake.cells import Cell, Row, Sheet, column_number, letters, name_of
from exchange.intake.crosswalk import Crosswalk, Known, ten_digits, trainee_ref
from exchange.intake.dates import weekday_disagrees
from exchange.intake.drafts import Draft, Read
from exchange.intake.headings import DayColumn, Heading, Place
from exchange.intake.keys import OWN_KEYS, is_id, local_key, made_key, row_key
from exchange.intake.layout import Reading, Skip, TableLayout, Total, Wide
from exchange.intake.values import Value, read_cell, shown, value_text
from exchange.intake.words import fits, plain
from exchange.language import translate as _
from exchange.parties import Party

# form.md: a placement_id starts with the jobcentre's code
_OF_A_JOBCENTRE = re.compile(r"[1-9][0-9]{2}-")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who sent which file, and what names and numbers mean."""

    file: str
    sha256: str
    sender: Party
    crosswalk: Crosswalk
    known: Known
    trainee_key: Callable[[], bytes]


@dataclass(slots=True)
class Mapped:
    """What one table of one sheet gave; ``rows_read`` is counted as records are met, apart from what becomes of them."""

    rows: list[MappedRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    rows_read: int = 0


def map_sheet(
    sheet: Sheet, heading: Heading, layout: TableLayout, context: Context, counters: Counter[str]
) -> Mapped:
    """Map one table of one sheet.

    Args:
        sheet: the sheet.
        heading: where its records stand.
        layout: the table's layout.
        context: sender, crosswalk and what is known.
        counters: how often each made key was used in this file; added to.
    """
    return _Mapper(sheet, heading, layout, context, counters).run()


class _Mapper:
    """One pass over one sheet for one table."""

    def __init__(
        self, sheet: Sheet, heading: Heading, layout: TableLayout, context: Context, counters: Counter[str]
    ) -> None:
        self._sheet, self._heading, self._layout, self._context = sheet, heading, layout, context
        self._counters = counters
        self._form: Table = tables()[layout.table]
        self._names = self._form.field_names
        self._out = Mapped()
        self._carried: dict[int, Place] = {}
        self._base = self._base_draft()
        self._last = Draft()
        self._columns = sorted(heading.columns, key=lambda item: not item[0].field.startswith("_"))
        self._reads = sorted(
            {number for _column, number in heading.columns}
            | {day.column for _block, days in heading.wide for day in days}
        )

    def run(self) -> Mapped:
        ended: str | None = None
        for row in self._sheet.rows:
            if row.number <= self._heading.last:
                continue
            why, ends = (ended, True) if ended else self._why_skipped(row)
            if ends:
                ended = why
            if why is not None:
                self._skip(row, why)
                self._keep_totals(row, why)
            else:
                self._map_row(row)
        return self._out

    def _skip(self, row: Row, why: str) -> None:
        self._out.rows_read += 1
        self._out.skipped.append(SkippedRow(self._context.file, masked(self._sheet.name), row.number, why))

    def _why_skipped(self, row: Row) -> tuple[str | None, bool]:
        if not row.cells:
            return "blank-row", False
        for skip in sorted(self._layout.skips, key=lambda rule: not rule.ends):
            if self._holds(skip, row):
                return skip.why, skip.ends
        if not any(column in row.cells for column in self._reads):
            return "blank-row", False
        return ("repeated-header" if self._is_heading(row) else None), False

    def _is_heading(self, row: Row) -> bool:
        own = {column: plain(cell.text) for column, cell in row.cells.items()}
        return any(own.items() <= texts.items() for texts in self._heading.texts)

    def _holds(self, skip: Skip, row: Row) -> bool:
        filled = {column.field for column, number in self._heading.columns if number in row.cells}
        first = row.cells[min(row.cells)].text
        return (
            (not skip.first or fits(first, skip.first))
            and (not skip.any or any(fits(cell.text, skip.any) for cell in row.cells.values()))
            and not filled & set(skip.blank)
            and (not skip.filled_only or filled == set(skip.filled_only))
        )

    def _name(self, place: Place) -> str:
        return name_of(self._context.file, self._sheet.name, place.row, place.cell.column)

    def _address(self, row: Row, column: int) -> str:
        return name_of(self._context.file, self._sheet.name, row.number, column)

    def _base_draft(self) -> Draft:
        draft = Draft()
        if "reporter" in self._names:
            draft.values["reporter"] = "company" if self._context.sender.role == "company" else "jobcentre"
        for name, text in self._layout.constants.items():
            said = text.replace("{sender}", self._context.sender.id)
            if name.startswith("_"):
                draft.helpers[name] = Read(Value(said), "", said)
            else:
                draft.values[name] = said
        for item, place in self._heading.cells:
            where = place or Place(1, Cell(1, self._sheet.name))
            at = self._name(where) if place else f"{self._context.file}#{masked(self._sheet.name)}"
            self._read_into(draft, item.field, where, item.reading, at)
        return draft

    def _read_into(
        self, draft: Draft, name: str, place: Place, reading: Reading, at: str | None = None
    ) -> None:
        """Read one cell into the draft: a helping field, a name to look up, or a value; then what it sets."""
        at = at or self._name(place)
        raw = value_text(place.cell, reading)
        if raw is not None and place.cell.kind not in ("error", "no-value"):
            draft.says.append((raw, reading, at))
            if name in reading.sets.get(plain(raw), {}) or name in reading.fills.get(plain(raw), {}):
                return
        if name.startswith("_"):
            draft.helpers[name] = Read(
                Value(raw), at, shown(place.cell) if place.cell.kind == "date" else raw or ""
            )
        elif raw is not None and name in ("placement_id", "mentor_id", "trainee_ref", "held_by"):
            draft.put(name, Read(self._resolved(draft, name, place.cell, reading), at))
        else:
            self._read_value(draft, name, place, reading, at)

    def _read_value(self, draft: Draft, name: str, place: Place, reading: Reading, at: str) -> None:
        value = read_cell(place.cell, self._form.field(name), reading, draft.year)
        if reading.prefix and value.text is not None and value.readable:
            value = Value(self._prefixed(value.text, reading))
        if value.text is None and draft.values.get(name) is not None:
            return
        draft.put(name, Read(value, at))
        if (
            self._form.field(name).type == "date"
            and place.cell.kind == "text"
            and value.readable
            and value.text
        ):
            self._say_weekday(place, value.text)

    def _say_weekday(self, place: Place, text: str) -> None:
        if weekday_disagrees(place.cell.text, date.fromisoformat(text)):
            self._out.notices.append(
                _("{cell}: the weekday does not fit the date {date}, which was taken as written.").format(
                    cell=self._name(place), date=text
                )
            )

    def _prefixed(self, text: str, reading: Reading) -> str:
        prefix = reading.prefix.replace("{sender}", self._context.sender.id)
        return text if text.startswith(prefix) else prefix + text

    def _resolved(self, draft: Draft, name: str, cell: Cell, reading: Reading) -> Value:
        """Turn a local text into an id; what nobody knows is left empty and listed."""
        read = read_cell(cell, self._form.field(name), reading)
        if not read.readable:
            return Value("?", readable=False) if reading.cpr else read
        text = read.text or ""
        digits = ten_digits(text)
        if name == "trainee_ref" and digits is not None:
            return Value(trainee_ref(digits, self._context.trainee_key()))
        if reading.cpr:
            return Value("?", readable=False)
        found = self._looked_up(name, text, self._prefixed(text, reading))
        if found is None and text:
            draft.local[name] = "?" if digits else text
        return Value(found)

    def _looked_up(self, name: str, text: str, prefixed: str) -> str | None:
        crosswalk, known = self._context.crosswalk, self._context.known
        if name == "placement_id":
            found = crosswalk.placement(text) or crosswalk.placement(prefixed)
            new = self._form.name == "placements" and is_id(prefixed) and _OF_A_JOBCENTRE.match(prefixed)
            return found or (prefixed if new or prefixed in known.placements else None)
        if name == "trainee_ref":
            return crosswalk.trainee(text) or (
                text if re.fullmatch(r"[Tt]-[0-9A-Za-z-]{1,62}", text) else None
            )
        found = crosswalk.mentor(text) or (prefixed if prefixed in known.mentors else None)
        is_jobcentre = name == "held_by" and re.fullmatch(r"[1-9][0-9]{2}", text)
        return found or (text if is_jobcentre else None)

    def _map_row(self, row: Row) -> None:
        draft = self._base.copy()
        for column, number in self._columns:
            place = self._place(row, number, carry=column.carry)
            if place is not None and not (
                column.field in draft.values and self._has_earlier(column.field, number, row)
            ):
                self._read_into(draft, column.field, place, column.reading)
            elif column.field not in draft.cells and not column.field.startswith("_"):
                draft.cells[column.field] = self._address(row, number)
        if not self._heading.wide:
            self._finish(row, draft)
            return
        self._map_days(row, draft)

    def _has_earlier(self, name: str, number: int, row: Row) -> bool:
        """Of several columns for one field the first filled one counts."""
        columns = [other for column, other in self._heading.columns if column.field == name]
        return any(other in row.cells for other in columns[: columns.index(number)])

    def _place(self, row: Row, number: int, *, carry: bool) -> Place | None:
        cell = row.cells.get(number)
        if not carry:
            return Place(row.number, cell) if cell else None
        if cell is not None:
            self._carried[number] = Place(row.number, cell)
        return self._carried.get(number)

    def _map_days(self, row: Row, draft: Draft) -> None:
        wide = self._heading.wide
        days = {_day_key(day) for _block, columns in wide for day in columns if day.column in row.cells}
        if not days:
            self._skip(row, "blank-row")
        for key in sorted(days):
            own = draft.copy()
            same_day = ((block, day) for block, columns in wide for day in columns if _day_key(day) == key)
            for block, day in same_day:
                self._day_cell_into(own, row, block, day)
            self._finish(row, own)

    def _day_cell_into(self, draft: Draft, row: Row, block: Wide, day: DayColumn) -> None:
        self._day_into(draft, day, block.header)
        place = self._place(row, day.column, carry=False)
        if place is not None:
            self._read_into(draft, block.field, place, block.reading)
        else:
            draft.cells.setdefault(block.field, self._address(row, day.column))

    def _day_into(self, draft: Draft, day: DayColumn, header: str) -> None:
        at = self._name(day.heading)
        if header == "dates":
            if "date" not in draft.values:
                draft.put("date", Read(Value(day.day.isoformat() if day.day else None), at))
            return
        helper = {"days": "_day", "weekdays": "_weekday", "weeks": "_week"}[header]
        draft.helpers.setdefault(helper, Read(Value(str(day.number)), at, str(day.number)))

    def _finish(self, row: Row, draft: Draft) -> None:
        self._out.rows_read += 1
        draft.obey()
        draft.make_day(self._form)
        if self._layout.hours_from_times:
            draft.make_hours()
        if self._context.known.is_anothers(self._context.sender, draft.values):
            self._out.skipped.append(
                SkippedRow(self._context.file, masked(self._sheet.name), row.number, "not-sender's")
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
        for name in draft.unread:
            self._out.faults.append(Fault("type-error", self._form.name, self._key_of(row, draft), name))

    def _key_of(self, row: Row, draft: Draft) -> str:
        first = f"{letters(min(row.cells))}{row.number}"
        place = f"{masked(self._sheet.name)}!{first}" if self._sheet.name else first
        return row_key(self._form.name, draft.values, draft.unread, f"{self._context.sha256[:12]}#{place}")

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
        return next((number for column, number in self._heading.columns if column.field == total.field), 0)

    def _keep_total(self, total: Total, place: Place) -> None:
        form = tables()["control_totals"]
        read = read_cell(place.cell, form.field("stated"), self._layout.reading)
        values = {
            "source": total.source or "#".join(filter(None, (self._context.file, masked(self._sheet.name)))),
            "measure": self._filled_in(total.measure),
            "stated": read.text,
        }
        self._out.rows_read += 1
        self._out.rows.append(MappedRow(table=form.name, values=values, cells={"stated": self._name(place)}))
        if not read.readable:
            self._out.faults.append(Fault("type-error", form.name, form.key_of(values), "stated"))

    def _filled_in(self, measure: str) -> str:
        """Put the last record's fields into a measure: ``mentor_hours.sum[placement={placement_id}]``."""
        values = self._last.values | {
            "sender": self._context.sender.id,
            "month": (self._last.values.get("date") or "")[:7],
        }
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1]) or "", measure)


def _day_key(day: DayColumn) -> tuple[str, int]:
    return (day.day.isoformat() if day.day else "", day.number or 0)


def rows_of(rows: Iterable[MappedRow], table: str) -> Iterator[Mapping[str, str | None]]:
    """Give the values of one table's rows."""
    return (row.values for row in rows if row.table == table)

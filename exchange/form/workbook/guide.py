"""The sheets that people read: how to fill in the form, what its columns and codes mean, and the numbers to choose among.

In: a blank and its sheets. Out: three sheets, painted and locked. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from math import ceil

from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from exchange import figures
from exchange.form.canonical import read_value
from exchange.form.codes import code_list
from exchange.form.tables import Field, table
from exchange.form.workbook import texts
from exchange.form.workbook.plan import Blank, ColumnPlan, Row, SheetPlan
from exchange.form.workbook.table_sheet import lock, plain_cell, put_text, set_up_print
from exchange.form.workbook.values import escaped
from exchange.language import choose
from exchange.language import translate as _

_KNOWN = {
    "placements": ("placement_id", "jobcentre", "site_id", "start", "planned_end", "actual_end", "weekly_hours"),
    "mentors": ("mentor_id", "employer", "jobcentre", "valid_from", "valid_to"),
    "sites": ("site_id", "name", "postcode"),
}  # fmt: skip


# The page of columns and codes is printed at this scale, where its height takes so many points of lines.
_SCALE, _PAGE_HEIGHT, _BLOCK_HEAD = 77, 925.0, 30.0


class _Page:
    """A sheet written line by line."""

    def __init__(self, sheet: Worksheet, widths: Sequence[float]) -> None:
        self.sheet, self.row, self._used = sheet, 0, 34.0
        self._widths = widths
        for place, width in enumerate(widths):
            sheet.column_dimensions["ABCDEFGHIJ"[place]].width = width
        sheet.sheet_view.showGridLines = False

    def line(self, *cells: tuple[str, str], height: float | None = None) -> None:
        """Write one line: (text, style) for each cell; as high as its longest text needs."""
        self.row += 1
        for place, (text, style) in enumerate(cells, 1):
            cell = plain_cell(self.sheet, self.row, place)
            if text:
                put_text(cell, escaped(text))
            cell.style = style
        self.sheet.row_dimensions[self.row].height = height or self._height(cells)

    def _height(self, cells: Sequence[tuple[str, str]]) -> float:
        widths = self._room(len(cells))
        return 6 + 12.5 * max(
            self._lines(text, width) for (text, _style), width in zip(cells, widths, strict=False)
        )

    def wide(self, text: str, style: str, first: int = 1, height: float | None = None) -> None:
        """Write a text over the columns from ``first`` to the last."""
        self.line(*[("", style)] * (first - 1), (text, style), height=1)
        last = len(self._widths)
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=first, end_column=last)
        room = sum(self._widths[first - 1 :])
        self.sheet.row_dimensions[self.row].height = height or 6 + 12.5 * self._lines(text, room)

    def block(self, title: str, lines: Sequence[Sequence[tuple[str, str]]]) -> None:
        """Write a titled table, on the next page where this one has no room for it."""
        heights = [self._height(line) for line in lines]
        needed = _BLOCK_HEAD + sum(heights)
        if self._used + needed > _PAGE_HEIGHT and self._used > _BLOCK_HEAD:
            self.sheet.row_breaks.append(Break(id=self.row))
            self._used = 0.0
        self._used += needed
        self.gap()
        self.wide(title, "section", height=22)
        for line, height in zip(lines, heights, strict=True):
            self._table_line(line, height)

    def _table_line(self, line: Sequence[tuple[str, str]], height: float) -> None:
        """Write one line of a table; the last cell takes the columns that are left."""
        last = len(self._widths)
        self.line(*line, *[("", line[-1][1])] * (last - len(line)), height=height)
        if len(line) < last:
            self.sheet.merge_cells(
                start_row=self.row, end_row=self.row, start_column=len(line), end_column=last
            )

    def _room(self, cells: int) -> list[float]:
        return [*self._widths[: cells - 1], sum(self._widths[cells - 1 :])]

    def gap(self, height: float = 8) -> None:
        """Leave room."""
        self.row += 1
        self.sheet.row_dimensions[self.row].height = height

    @staticmethod
    def _lines(text: str, width: float) -> int:
        # A letter of 9-10 points takes nine tenths of a unit of width on average, and a cell has two units of air.
        return sum(max(1, ceil(len(part) * 0.86 / (width - 2))) for part in text.split("\n"))


def paint_instructions(sheet: Worksheet, blank: Blank, plans: Sequence[SheetPlan], known: str) -> None:
    """Paint the sheet that is read first; ``known`` is the name of the sheet of numbers."""
    page = _Page(sheet, (5.0, 27.0, 64.0))
    page.wide(_("One agreement, one form"), "sheet title", height=34)
    page.wide(_("Form for reporting to the agreement’s lead jobcentre"), "sheet subtitle", height=20)
    page.gap()
    for label, text in _facts(blank):
        page.line(("", "body"), (label, "body strong"), (text, "body"))
    page.gap(12)
    page.wide(_("How to fill it in"), "section", height=22)
    for number, step in enumerate(_steps(blank, known), 1):
        page.wide("", "body", first=2)
        _step(page, number, step)
    page.gap(12)
    page.wide(_("The sheets"), "section", height=24)
    page.gap(4)
    _sheet_list(page, plans)
    _finish(sheet, blank, landscape=False)


def paint_columns(sheet: Worksheet, blank: Blank, plans: Sequence[SheetPlan]) -> None:
    """Paint what every column and every code means."""
    page = _Page(sheet, (29.0, 12.0, 54.0, 28.0))
    page.wide(_("Columns and codes"), "sheet title", height=34)
    heads = _heads(_("Column"), _("Required"), _("Meaning"), _("Example"))
    for plan in plans:
        lines = [_column_line(column) for column in plan.columns if not column.hidden]
        page.block(plan.table.label, [heads, *lines])
    for field in _coded(plans):
        page.block(
            _("Codes: {column}").format(column=field.label),
            [_heads(_("Code"), _("Meaning")), *_code_lines(field)],
        )
    _finish(sheet, blank, landscape=False)
    # A page break of one's own holds only where the sheet is not fitted to its pages.
    sheet.sheet_properties.pageSetUpPr = None
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = _SCALE


def paint_known(sheet: Worksheet, blank: Blank) -> None:
    """Paint the placements, mentors and sites that the rows may name, by number."""
    page = _Page(sheet, (24.0, 20.0, 20.0, 13.0, 13.0, 13.0, 12.0))
    page.wide(_("Numbers to choose among"), "sheet title", height=34)
    page.wide(
        _("These are numbers, not names: only the jobcentre and the company know who they stand for."),
        "sheet note",
    )
    for name, rows in (("placements", blank.placements), ("mentors", blank.mentors), ("sites", blank.sites)):
        form = table(name)
        fields = [form.field(one) for one in _KNOWN[name]]
        page.gap()
        page.wide(form.label, "section", height=22)
        page.line(*_heads(*(field.label for field in fields)))
        for row in rows:
            page.line(*((_shown(field, row), "guide cell") for field in fields))
        if not rows:
            page.wide(_("None is known for the period."), "sheet note")
    _finish(sheet, blank, landscape=True)


def _finish(sheet: Worksheet, blank: Blank, *, landscape: bool) -> None:
    lock(sheet)
    set_up_print(sheet, blank, landscape=landscape)


def _step(page: _Page, number: int, text: str) -> None:
    page.sheet.cell(page.row, 1, number).style = "step"
    cell = plain_cell(page.sheet, page.row, 2)
    put_text(cell, text)
    cell.style = "body"
    page.sheet.row_dimensions[page.row].height = 8 + 13.0 * page._lines(text, 88)  # noqa: SLF001 (its own line)


def _facts(blank: Blank) -> Iterator[tuple[str, str]]:
    first, last = texts.day(blank.period.start), texts.day(blank.period.end)
    yield _("Agreement"), f"{blank.agreement_id} – {blank.title}"
    yield _("Filled in by"), f"{blank.party_name} ({blank.party.id})"
    yield _("Period"), _("{first} to {last}, both days included").format(first=first, last=last)
    yield _("Returned to"), blank.mailbox or _("the lead jobcentre’s secure mailbox")


def _steps(blank: Blank, known: str) -> Iterator[str]:
    yield _(
        "Write one row for each entry, from the first empty line downwards. There is room for as many rows as "
        "you need, and you may paste rows from another sheet: paste values only, so that the lists stay."
    )
    yield _(
        "Columns marked {star} must be filled in; an empty one turns yellow. Stand on a cell to see what belongs there; "
        "an arrow opens a list to choose from."
    ).format(star=texts.REQUIRED)
    yield _("Write dates as 31-03-2016, times of day as 9:30 and one and a half hours as {hours}.").format(
        hours=figures.hours(Decimal("1.5"))
    )
    yield _(
        "Never write names or CPR numbers. Placements, mentors and sites have numbers; the sheet “{known}” lists them."
    ).format(known=known)
    if any(blank.rows.values()):
        yield _(
            "Rows that stand there already are what you reported before: correct them where they are wrong. For "
            "days of the period the form replaces what you reported for the same placement and month."
        )
    yield _(
        "Titles, headings and totals are locked; there is no password. You may sort, insert and delete rows, and save "
        "in Excel (.xlsx) or LibreOffice (.ods). Leave the columns and the hidden sheet where they are."
    )
    yield _("Save the file and return it by secure mail. Nothing is sent by itself.")


def _sheet_list(page: _Page, plans: Sequence[SheetPlan]) -> None:
    page.line(("", "body"), *_heads(_("Sheet"), _("What belongs there")))
    for plan in plans:
        said = texts.one_row(plan.table.name)
        if plan.rows:
            said += " " + _("Filled in beforehand: {count}.").format(count=len(plan.rows))
        page.line(("", "body"), (plan.table.label, "guide strong"), (said, "guide cell"))


def _heads(*words: str) -> list[tuple[str, str]]:
    return [(word, "guide heading") for word in words]


def _column_line(column: ColumnPlan) -> list[tuple[str, str]]:
    field = column.field
    example = column.choices[0].text if column.choices and field.code_list else _example(field)
    return [
        (field.label, "guide strong"),
        (_("yes") if field.required else "", "guide cell"),
        (field.description, "guide cell"),
        (example, "guide cell"),
    ]


def _example(field: Field) -> str:
    value = read_value(field, field.example)
    if isinstance(value, bool):
        return choose("Ja", "Yes")
    if isinstance(value, date):
        return texts.day(value)
    return (
        field.example[:5] if field.type == "time" else choose(field.example.replace(".", ","), field.example)
    )


def _coded(plans: Sequence[SheetPlan]) -> list[Field]:
    """Return one column for each code list that a drop-down offers, but the municipalities."""
    found: dict[str, Field] = {}
    for plan in plans:
        for column in plan.columns:
            name = column.field.code_list
            if name is not None and name != "municipality":
                found.setdefault(name, column.field)
    return list(found.values())


def _code_lines(field: Field) -> Iterator[list[tuple[str, str]]]:
    for code in code_list(field.code_list or "").codes:
        meaning = choose(code.description_da, code.description_en)
        yield [(code.label, "guide strong"), (meaning, "guide cell")]


def _shown(field: Field, row: Row) -> str:
    text = row.get(field.name) or ""
    value = read_value(field, text) if text else None
    if field.code_list is not None:
        code = code_list(field.code_list).get(text)
        return code.label if code else text
    if isinstance(value, date):
        return texts.day(value)
    return figures.hours(value) if isinstance(value, Decimal) else text

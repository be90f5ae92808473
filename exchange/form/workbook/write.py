"""A blank form as the bytes of an Excel workbook.

In: a :class:`Blank`. Out: ``.xlsx``: an instruction sheet, one sheet for each table, what columns and codes mean, the numbers to choose
among, the hidden lists of the drop-downs, and the hidden mark. Refuses nothing; loads openpyxl, so load it late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exchange.form.workbook import look
from exchange.form.workbook.guide import paint_columns, paint_instructions, paint_known
from exchange.form.workbook.mark import SHEET, lines_of, mark_of
from exchange.form.workbook.pack import packed
from exchange.form.workbook.plan import Blank, Choice, ColumnPlan, SheetPlan, sheet_plans
from exchange.form.workbook.table_sheet import FIRST, LAST, computed_totals, paint, plain_cell, put_text
from exchange.form.workbook.values import escaped
from exchange.language import current, use
from exchange.language import translate as _

LISTS = "enblanket-lists"
_TAB = "14505C"


def write_form(blank: Blank) -> bytes:
    """Return the form's bytes, the same for the same blank, in the blank's language."""
    before = current()
    use(blank.language)
    try:
        return _written(blank)
    finally:
        use(before)


def _written(blank: Blank) -> bytes:
    book = Workbook()
    look.register(book)
    first: Worksheet = book.worksheets[0]
    first.title = _("Instructions")
    plans = sheet_plans(blank)
    sheets = [book.create_sheet(plan.table.label) for plan in plans]
    columns, known = book.create_sheet(_("Columns and codes")), book.create_sheet(_("Numbers"))
    sources = _lists(book.create_sheet(LISTS), plans)
    for sheet, plan in zip(sheets, plans, strict=True):
        paint(sheet, plan, blank, sources)
        sheet.sheet_properties.tabColor = _TAB
    paint_instructions(first, blank, plans, known.title)
    paint_columns(columns, blank, plans)
    paint_known(known, blank)
    _mark(book.create_sheet(SHEET), blank, {sheet.title: plan.table.name for sheet, plan in zip(sheets, plans, strict=True)},
          [first.title, columns.title, known.title, LISTS])  # fmt: skip
    book.calculation.fullCalcOnLoad = True
    computed = {sheet.title: computed_totals(plan) for sheet, plan in zip(sheets, plans, strict=True)}
    return packed(book, f"enblanket {blank.agreement_id} {blank.party.id} {blank.period}", computed)


def _lists(sheet: Worksheet, plans: Sequence[SheetPlan]) -> dict[str, str]:
    """Write the drop-downs' entries, one column each, and return field → the formula that gives them."""
    sheet.sheet_state = "hidden"
    found: dict[str, str] = {}
    written: dict[tuple[Choice, ...], str] = {}
    for column in (column for plan in plans for column in plan.columns):
        name = column.field.name
        if column.from_placements:
            found[name] = _of_placements(plans)
        elif column.choices:
            if column.choices not in written:
                written[column.choices] = _list(sheet, len(written) + 1, column)
            found[name] = written[column.choices]
    return found


def _list(sheet: Worksheet, place: int, column: ColumnPlan) -> str:
    for row, choice in enumerate((Choice(column.field.name), *column.choices), 1):
        cell = plain_cell(sheet, row, place)
        put_text(cell, escaped(choice.text))
        cell.style = "plain text"
    letter = get_column_letter(place)
    return f"'{sheet.title}'!${letter}$2:${letter}${len(column.choices) + 1}"


def _of_placements(plans: Sequence[SheetPlan]) -> str:
    """Return the formula for the placements as they stand on their own sheet, new ones too."""
    title = next(plan.table.label for plan in plans if plan.table.name == "placements")
    cells = f"'{title}'!$A${FIRST}:$A${LAST}"
    return f"OFFSET('{title}'!$A${FIRST},0,0,MAX(1,COUNTA({cells})),1)"


def _mark(sheet: Worksheet, blank: Blank, tables: Mapping[str, str], others: Sequence[str]) -> None:
    sheet.sheet_state = "veryHidden"
    mark = mark_of(blank, {**tables, **dict.fromkeys(others, ""), SHEET: ""})
    for row, line in enumerate(lines_of(mark), 1):
        for place, text in enumerate(line, 1):
            if text:
                cell = plain_cell(sheet, row, place)
                put_text(cell, escaped(text))
                cell.style = "plain text"

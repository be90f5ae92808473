"""One sheet to fill in: title, totals, field names (hidden), headings, and the rows that are known already.

In: a :class:`SheetPlan` and where the choices of its columns stand. Out: the sheet, painted. Refuses nothing. The hidden row of
field names is what the way back finds columns by, whatever became of the headings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Protection
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exchange.form.workbook import look, paper, texts
from exchange.form.workbook.entry_rules import entry_rule, missing_rule
from exchange.form.workbook.plan import Blank, ColumnPlan, Row, SheetPlan
from exchange.form.workbook.values import cell_value
from exchange.language import translate as _

TITLE, SUBTITLE, NOTE, TOTAL, FIELDS, HEADINGS, FIRST = 1, 2, 3, 4, 5, 6, 7
LAST = 1_048_576
_COLOURED = 5_000
_COLUMNS = 16_384
_A4 = 9


def paint(sheet: Worksheet, plan: SheetPlan, blank: Blank, sources: Mapping[str, str]) -> None:
    """Paint a sheet to fill in.

    Args:
        sheet: an empty sheet.
        plan: what stands in it.
        blank: the form's facts.
        sources: field → the formula that gives its drop-down.
    """
    _head(sheet, plan, blank)
    for place, column in enumerate(plan.columns, 1):
        _column(sheet, plan, place, column)
        if not column.hidden:
            rule = entry_rule(column, blank, sources.get(column.field.name))
            rule.add(_below(get_column_letter(place)))
            sheet.add_data_validation(rule)
    _rows(sheet, plan)
    _colour_missing(sheet, plan)
    _protect(sheet, len(plan.columns))
    set_up_print(sheet, blank, landscape=True)
    sheet.print_title_rows = f"{FIELDS}:{HEADINGS}"
    sheet.freeze_panes = f"B{FIRST}"


def shown_count(plan: SheetPlan) -> int:
    """Return how many columns people see; the hidden ones stand after them."""
    return sum(not column.hidden for column in plan.columns)


def _below(letter: str) -> str:
    return f"{letter}{FIRST}:{letter}{LAST}"


def _head(sheet: Worksheet, plan: SheetPlan, blank: Blank) -> None:
    last = get_column_letter(shown_count(plan))
    note = f"{texts.one_row(plan.table.name)} {texts.how_to_fill()}"
    lines = (
        (TITLE, plan.table.label, "sheet title", 30),
        (SUBTITLE, texts.made_for(blank), "sheet subtitle", 18),
        (NOTE, note, "sheet note", 30),
    )
    for number, text, style, height in lines:
        _put(sheet, number, 1, text, style)
        sheet.merge_cells(f"A{number}:{last}{number}")
        sheet.row_dimensions[number].height = height
    sheet.row_dimensions[TOTAL].height = 22
    sheet.row_dimensions[FIELDS].hidden = True
    sheet.row_dimensions[HEADINGS].height = 44


def _column(sheet: Worksheet, plan: SheetPlan, place: int, column: ColumnPlan) -> None:
    letter = get_column_letter(place)
    field = column.field
    _put(sheet, FIELDS, place, f"{plan.table.name}.{field.name}", "plain text")
    heading = _put(sheet, HEADINGS, place, "", "heading" if field.required else "heading optional")
    heading.value = _heading(column)
    if not column.hidden:
        _total(sheet, place, column)
    style = look.entry_style(column)
    dimension = sheet.column_dimensions[letter]
    dimension.width, dimension.hidden = paper.width(plan, column), column.hidden
    # A cell that nobody prepared is as free and looks as the others do.
    dimension.font, dimension.alignment = look.entry_font(), look.entry_alignment(style)
    dimension.number_format = look.number_format(field) if not column.choices else look.TEXT_FORMAT
    dimension.protection = Protection(locked=False)


def _heading(column: ColumnPlan) -> CellRichText:
    # A no-break blank, so that the star never stands alone on a line.
    star = f"\u00a0{texts.REQUIRED}" if column.field.required and not column.hidden else ""
    strong = InlineFont(rFont=look.FONT, sz=10, b=True, color=Color(look.WHITE))
    light = InlineFont(rFont=look.FONT, sz=8, color=Color(look.WHITE))
    return CellRichText(
        TextBlock(strong, f"{column.field.label}{star}"), TextBlock(light, f"\n{texts.hint(column)}")
    )


def _total(sheet: Worksheet, place: int, column: ColumnPlan) -> None:
    letter = get_column_letter(place)
    cell = _put(sheet, TOTAL, place, "", "total label" if place == 1 else "total")
    if place == 1:
        label = _("Rows")
        cell.value = f'="{label}: "&COUNTA({_below(letter)})'
    elif column.summed:
        cell.value = f"=SUM({_below(letter)})"
        cell.number_format = look.number_format(column.field)


def computed_totals(plan: SheetPlan) -> dict[str, str | Decimal]:
    """Return what the formulas of a sheet give as long as nobody has filled it in, by cell."""
    first = plan.columns[0].field.name
    label = _("Rows")
    found: dict[str, str | Decimal] = {
        f"A{TOTAL}": f"{label}: {sum(bool(row.get(first)) for row in plan.rows)}"
    }
    for place, column in enumerate(plan.columns, 1):
        if column.summed:
            values = [cell_value(column.field, row.get(column.field.name) or "").value for row in plan.rows]
            numbers = [value for value in values if isinstance(value, Decimal)]
            found[f"{get_column_letter(place)}{TOTAL}"] = sum(numbers, Decimal(0))
    return found


def _rows(sheet: Worksheet, plan: SheetPlan) -> None:
    """Write the rows that are known and the empty lines below, which grow with what is written there."""
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = paper.LINE, True
    styles = [look.entry_style(column) for column in plan.columns]
    heights = [_row(sheet, plan, number, row, styles) for number, row in enumerate(plan.rows, FIRST)]
    last = FIRST + len(plan.rows)
    for number in range(last, last + paper.empty_lines(plan, heights)):
        for place, style in enumerate(styles, 1):
            plain_cell(sheet, number, place).style = style


def _row(sheet: Worksheet, plan: SheetPlan, number: int, row: Row, styles: Sequence[str]) -> float:
    """Write one known row and return its height in points."""
    height = paper.LINE
    for place, (column, style) in enumerate(zip(plan.columns, styles, strict=True), 1):
        cell = plain_cell(sheet, number, place)
        cell.style = style
        text = row.get(column.field.name)
        if text:
            _fill(cell, column, text)
            height = max(height, paper.height_of(plan, column, str(cell.value)))
    if height > paper.LINE:
        sheet.row_dimensions[number].height = height
    return height


def _fill(cell: Cell, column: ColumnPlan, text: str) -> None:
    value = cell_value(column.field, text).value
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value
        cell.number_format = look.number_format(column.field)


def put_text(cell: Cell, text: str) -> None:
    """Put a text in a cell so that it stays one, whatever it begins with."""
    cell.value = text
    cell.data_type = "s"
    if text[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True


def _colour_missing(sheet: Worksheet, plan: SheetPlan) -> None:
    last = get_column_letter(shown_count(plan))
    for place, column in enumerate(plan.columns, 1):
        if column.field.required and not column.hidden:
            letter = get_column_letter(place)
            rule = missing_rule(f"$A{FIRST}:${last}{FIRST}", f"{letter}{FIRST}")
            sheet.conditional_formatting.add(f"{letter}{FIRST}:{letter}{FIRST + _COLOURED}", rule)


def _protect(sheet: Worksheet, columns: int) -> None:
    """Lock headings and formulas without a password; rows may be inserted, deleted and sorted.

    Excel deletes a row of a protected sheet only where every cell of it is free, up to the last column.
    """
    rest = sheet.column_dimensions[get_column_letter(columns + 1)]
    rest.min, rest.max, rest.width = columns + 1, _COLUMNS, 9.0
    rest.protection = Protection(locked=False)
    lock(sheet)


def lock(sheet: Worksheet) -> None:
    """Protect a sheet without a password; what may be done is said in the negative there."""
    guard = sheet.protection
    guard.sheet = True
    guard.sort = guard.autoFilter = guard.insertRows = guard.deleteRows = False
    guard.formatCells = guard.formatColumns = guard.formatRows = False


def set_up_print(sheet: Worksheet, blank: Blank, *, landscape: bool) -> None:
    """Set a sheet of the form up for A4, its columns on one page."""
    set_up_page(sheet, f"{blank.agreement_id} · {blank.party.id} · {texts.span(blank)}", landscape=landscape)


def set_up_page(sheet: Worksheet, facts: str, *, landscape: bool) -> None:
    """Set a sheet up for A4, its columns on one page, with the facts at the top."""
    page = sheet.page_setup
    page.paperSize = _A4
    page.orientation = "landscape" if landscape else "portrait"
    page.fitToWidth, page.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.7, 0.7, 0.3, 0.3
    sheet.print_options.horizontalCentered = True
    _say(sheet.oddHeader, "enblanket", facts.replace("&", "&&"))
    _say(sheet.oddFooter, "&A", _("Page {page} of {pages}").format(page="&P", pages="&N"))


def _say(line: HeaderFooterItem | None, left: str, right: str) -> None:
    for part, text in ((line.left, left), (line.right, right)) if line is not None else ():
        part.text, part.font, part.size = text, f"{look.FONT},Regular", 8


def plain_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell that is not the inside of a merged one."""
    return cast("Cell", sheet.cell(row, column))


def _put(sheet: Worksheet, row: int, column: int, text: str, style: str) -> Cell:
    cell = plain_cell(sheet, row, column)
    if text:
        put_text(cell, text)
    cell.style = style
    return cell

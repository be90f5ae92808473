"""The rows of a workbook's sheet as ``validate`` judges them: intake's reader, brought to a room that knows no Excel.

In: an ``.xlsx`` file and which sheet. Out: rows of cells, each the text that a CSV of the same table has, with what the
cell holds. Refused in one sentence (:class:`~exchange.errors.IntakeRefused`): what intake refuses as a workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path

from exchange.errors import IntakeRefused
from exchange.intake.cells import Cell, Sheet
from exchange.intake.dates import date_of_serial
from exchange.intake.preflight import look_at
from exchange.intake.workbooks import read_workbook
from exchange.language import translate as _
from exchange.validation.sheets import SheetCell, SheetChoice

_EXCEL_DIGITS = Context(prec=15)
"""What Excel keeps of a number, and writes into a CSV."""
_DAY_SECONDS = 86_400
_MOST_CELLS = 50_000_000
"""Of the rectangle that is judged: two cells at far corners of a sheet make one of seventeen milliard."""
_MOST_DIGITS = 400
"""Beyond any number that Excel holds; written out, a small file could ask for a gigabyte."""


def sheet_rows(path: Path, choice: SheetChoice) -> Sequence[Sequence[str]] | None:
    """Return the rows of a sheet, each as wide as the widest, None where there is no such sheet.

    Raises:
        IntakeRefused: the file is no workbook that can be read; names the file and the cure.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    if look_at(path.name, content).kind != "xlsx":
        raise IntakeRefused(
            _("{file} is no Excel workbook: save it as .xlsx in Excel.").format(file=path.name)
        )
    sheet = _chosen(read_workbook(path.name, content).sheets, choice.sheet)
    if sheet is None:
        return None
    filled = {row.number: row.cells for row in sheet.rows if row.cells}
    if choice.fill_merged:
        filled = _with_merged(sheet, filled)
    width = max((max(cells) for cells in filled.values()), default=0)
    if max(filled, default=0) * width > _MOST_CELLS:
        raise IntakeRefused(
            _("{file} holds more cells than can be taken at once: split it by month.").format(file=path.name)
        )
    return [_row(filled.get(number, {}), width) for number in range(1, max(filled, default=0) + 1)]


def _chosen(sheets: Sequence[Sheet], wanted: str | int) -> Sheet | None:
    if isinstance(wanted, int):
        return sheets[wanted - 1] if 1 <= wanted <= len(sheets) else None
    return next((sheet for sheet in sheets if sheet.name == wanted), None)


def _with_merged(sheet: Sheet, filled: Mapping[int, Mapping[int, Cell]]) -> dict[int, Mapping[int, Cell]]:
    """Give every cell of a merged range the value of its first, within the rows and columns that are in use."""
    rows = {number: dict(cells) for number, cells in filled.items()}
    last = max((max(cells) for cells in rows.values()), default=0)
    for merge in sheet.merged:
        first = rows.get(merge.top, {}).get(merge.left)
        if first is None:
            continue
        for number in range(merge.top, min(merge.bottom, max(rows)) + 1):
            columns = range(merge.left, min(merge.right, last) + 1)
            rows.setdefault(number, {}).update(dict.fromkeys(columns, first))
    return dict(rows)


def _row(cells: Mapping[int, Cell], width: int) -> list[str]:
    return [_held(cells[column]) if column in cells else "" for column in range(1, width + 1)]


def _held(cell: Cell) -> str:
    """Return a cell's text with what it holds; an empty cell and a formula that was never computed are empty text."""
    if cell.kind in ("text", "error"):
        return cell.text
    if cell.kind == "boolean":
        return SheetCell(cell.text, cell.text == "true")
    if cell.kind == "no-value":
        return ""
    number = Decimal(cell.text)
    if abs(number.adjusted()) > _MOST_DIGITS:
        return cell.text
    if cell.kind == "number":
        return _number(number)
    return (_date(number) if cell.kind == "date" else _time(number)) or _number(number)


def _number(number: Decimal) -> SheetCell:
    if number != number.to_integral_value():
        number = number.normalize(_EXCEL_DIGITS)
    text = f"{number:f}"
    return SheetCell(text.rstrip("0").rstrip(".") if "." in text else text, number)


def _date(serial: Decimal) -> SheetCell | None:
    """Return a date, with its time where it has one; None where Excel has no such day."""
    day = date_of_serial(serial)
    if day is None:
        return None
    clock = _clock(serial)
    moment = datetime.combine(day, clock)
    return SheetCell(day.isoformat() if clock == time() else moment.isoformat(), moment)


def _time(fraction: Decimal) -> SheetCell | None:
    """Return a time of day; None for a span of a day or more, which is a number of days."""
    if not 0 <= fraction < 1:
        return None
    clock = _clock(fraction)
    return SheetCell(clock.isoformat(), clock)


def _clock(serial: Decimal) -> time:
    seconds = int((serial * _DAY_SECONDS).to_integral_value(ROUND_HALF_UP)) % _DAY_SECONDS
    minutes, second = divmod(seconds, 60)
    return time(minutes // 60, minutes % 60, second)

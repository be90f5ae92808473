"""What a program that opens the form lets people enter: drop-downs, dates, times, numbers, lengths, with a note and an answer.

In: a column, its cells and where its choices stand. Out: one openpyxl rule for each column, and one colour for what must not stay empty. Refuses
nothing: a rule that somebody pasted over is met when the form comes back.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation

from exchange.form.workbook import look, texts
from exchange.form.workbook.plan import Blank, ColumnPlan

# Excel's own limits of a rule's texts.
_TITLE, _PROMPT, _ERROR = 32, 255, 225
_FIRST_DAY, _LAST_DAY = date(1901, 1, 1), date(2199, 12, 31)
_EXCEL_ZERO = date(1899, 12, 30)

_Kind = Literal["whole", "decimal", "date", "time"]


def entry_rule(column: ColumnPlan, blank: Blank, source: str | None) -> DataValidation:
    """Return the rule of a column's cells.

    Args:
        column: the column.
        blank: the form's facts.
        source: the formula that gives its drop-down; None without one.
    """
    rule = _list(source) if source else _typed(column, blank)
    rule.allowBlank = True
    rule.showErrorMessage = rule.showInputMessage = True
    rule.errorStyle = "warning" if column.open_choices else "stop"
    rule.promptTitle = rule.errorTitle = column.field.label[:_TITLE]
    rule.prompt = texts.prompt(column)[:_PROMPT]
    rule.error = texts.refusal(column, blank)[:_ERROR]
    return rule


def missing_rule(row: str, cell: str) -> Rule:
    """Return the colour of a required cell that is empty in a row that is begun; both are relative addresses."""
    fill = PatternFill("solid", bgColor=look.MISSING, fgColor=look.MISSING)
    style = DifferentialStyle(fill=fill)
    return Rule(type="expression", dxf=style, formula=[f'AND(COUNTA({row})>0,TRIM({cell})="")'])


def _list(source: str) -> DataValidation:
    return DataValidation(type="list", formula1=source)


def _typed(column: ColumnPlan, blank: Blank) -> DataValidation:
    field = column.field
    match field.type:
        case "date":
            dated = texts.is_dated(column)
            first = blank.period.start if dated else _FIRST_DAY
            last = blank.period.end if dated else _LAST_DAY
            return _between("date", str(_serial(first)), str(_serial(last)))
        case "time":
            return _between("time", "0", "0.999988425925926")
        case "integer":
            return _bounded(column, "whole")
        case "number":
            return _bounded(column, "decimal")
        case _:
            return DataValidation(
                type="textLength", operator="lessThanOrEqual", formula1=str(texts.longest(field))
            )


def _bounded(column: ColumnPlan, kind: _Kind) -> DataValidation:
    field = column.field
    low, high = field.minimum, field.maximum
    if low is None:
        return _between(kind, "-1000000000000", "1000000000000")
    if high is None:
        return DataValidation(type=kind, operator="greaterThanOrEqual", formula1=f"{low}")
    return _between(kind, "0.01" if field.exclusive_minimum and not low else f"{low}", f"{high}")


def _between(kind: _Kind, low: str, high: str) -> DataValidation:
    return DataValidation(type=kind, operator="between", formula1=low, formula2=high)


def _serial(day: date) -> int:
    return (day - _EXCEL_ZERO).days

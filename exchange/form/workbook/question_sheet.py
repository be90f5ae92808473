"""Questions to one party as the bytes of an Excel workbook with room for the answers.

In: an :class:`Inquiry`. Out: ``.xlsx``: one sheet of questions, where nothing but the answers can be changed, and the hidden mark;
the same bytes for the same inquiry. Refuses nothing; loads openpyxl, so load it late. The way back is
:mod:`exchange.intake.answers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from openpyxl import Workbook
from openpyxl.styles import PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from exchange import figures
from exchange.form.workbook import look, question_mark
from exchange.form.workbook.pack import packed
from exchange.form.workbook.question_mark import ANSWER, NUMBER, QUESTION, REMARK, SAYS, VALUE, QuestionMark
from exchange.form.workbook.table_sheet import lock, plain_cell, put_text, set_up_page
from exchange.form.workbook.values import escaped
from exchange.language import current, use
from exchange.language import translate as _

_TITLE, _SUBTITLE, _HOW, _FIELDS, _HEADINGS, _FIRST = 1, 2, 3, 4, 5, 6
_LINE, _NEXT_LINE, _LETTER, _AIR = 20.0, 12.5, 0.95, 2.5
_LONGEST_REMARK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question as it is shown: ids, days, figures and words of ours; nobody's name.

    Attributes:
        question: its id.
        about: what the rules found; words: what the coordinator asks, "" for nothing more.
        yours, others: the values of either side as people read them.
    """

    question: str
    placement: str
    week: str
    day: str
    about: str
    words: str
    yours: str
    others: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Questions to one party.

    Attributes:
        sender, recipient: as people call them; due: the day the answers are wanted by.
    """

    mark: QuestionMark
    sender: str
    recipient: str
    due: date
    questions: Sequence[Asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """One column: the field it comes back by ("" for what is only read), heading, width."""

    field: str
    heading: str
    width: float
    hidden: bool = False

    @property
    def is_answer(self) -> bool:
        return self.field in (ANSWER, VALUE, REMARK)


def write_questions(inquiry: Inquiry) -> bytes:
    """Return the workbook's bytes, the same for the same inquiry, in its mark's language."""
    before = current()
    use(inquiry.mark.language)
    try:
        return _written(inquiry)
    finally:
        use(before)


def _written(inquiry: Inquiry) -> bytes:
    book = Workbook()
    look.register(book)
    sheet: Worksheet = book.worksheets[0]
    sheet.title = _("Questions")
    columns = _columns()
    _head(sheet, inquiry, columns)
    for number, asked in enumerate(inquiry.questions, 1):
        _row(sheet, _FIRST + number - 1, _texts(number, asked), columns)
    _answers(sheet, len(inquiry.questions), columns)
    _finish(sheet, inquiry)
    _mark(book.create_sheet(question_mark.SHEET), inquiry.mark)
    mark = inquiry.mark
    return packed(book, f"enblanket questions {mark.sender.id} {mark.to.id} {mark.bundle}", {})


def _columns() -> tuple[_Column, ...]:
    return (
        _Column(field=NUMBER, heading=question_mark.heading(NUMBER), width=5.0),
        _Column(field="", heading=_("Placement"), width=12.0),
        _Column(field="", heading=_("Week"), width=10.0),
        _Column(field="", heading=_("Date"), width=11.5),
        _Column(field="", heading=_("What was found"), width=38.0),
        _Column(field="", heading=_("Our question"), width=24.0),
        _Column(field="", heading=_("Your value"), width=17.0),
        _Column(field="", heading=_("The other side’s value"), width=17.0),
        _Column(field=ANSWER, heading=question_mark.heading(ANSWER), width=20.0),
        _Column(field=VALUE, heading=question_mark.heading(VALUE), width=14.0),
        _Column(field=REMARK, heading=question_mark.heading(REMARK), width=28.0),
        _Column(field=QUESTION, heading="", width=10.0, hidden=True),
    )


def _texts(number: int, asked: Asked) -> tuple[str, ...]:
    return (
        str(number), asked.placement, asked.week, asked.day, asked.about, asked.words, asked.yours, asked.others, "", "", "",
        asked.question,
    )  # fmt: skip


def _head(sheet: Worksheet, inquiry: Inquiry, columns: Sequence[_Column]) -> None:
    last = get_column_letter(sum(not column.hidden for column in columns))
    wanted = _("{sender} asks {recipient} · answers wanted by {day}").format(
        sender=inquiry.sender, recipient=inquiry.recipient, day=figures.day(inquiry.due)
    )
    for number, text, style, height in (
        (_TITLE, _("Questions about what was reported"), "sheet title", 30),
        (_SUBTITLE, wanted, "sheet subtitle", 18),
        (_HOW, _how(), "sheet note", 30),
    ):
        cell = plain_cell(sheet, number, 1)
        put_text(cell, escaped(text))
        cell.style = style
        sheet.merge_cells(f"A{number}:{last}{number}")
        sheet.row_dimensions[number].height = height
    for place, column in enumerate(columns, 1):
        _column(sheet, place, column)
    sheet.row_dimensions[_FIELDS].hidden = True
    sheet.row_dimensions[_HEADINGS].height = 32


def _how() -> str:
    return _(
        "Choose an answer in each line; where another value is right, write it beside. Never write names or CPR numbers. "
        "Save the file and return it by secure mail."
    )


def _column(sheet: Worksheet, place: int, column: _Column) -> None:
    names = plain_cell(sheet, _FIELDS, place)
    if column.field:
        put_text(names, column.field)
    names.style = "plain text"
    head = plain_cell(sheet, _HEADINGS, place)
    if column.heading:
        put_text(head, column.heading)
    head.style = "heading" if column.is_answer else "heading optional"
    dimension = sheet.column_dimensions[get_column_letter(place)]
    dimension.width, dimension.hidden = column.width, column.hidden


def _row(sheet: Worksheet, row: int, texts: Sequence[str], columns: Sequence[_Column]) -> None:
    height = _LINE
    for place, (text, column) in enumerate(zip(texts, columns, strict=True), 1):
        cell = plain_cell(sheet, row, place)
        if text:
            put_text(cell, escaped(text))
        if column.is_answer:
            cell.style = "entry long"
            cell.fill = PatternFill("solid", fgColor=look.MISSING)
            cell.protection = Protection(locked=False)
        else:
            cell.style = "plain text" if column.hidden else "guide cell"
        if not column.hidden:
            height = max(height, _height(text, column.width))
    sheet.row_dimensions[row].height = height


def _height(text: str, width: float) -> float:
    lines = sum(max(1, ceil(len(part) * _LETTER / (width - _AIR))) for part in text.split("\n"))
    return _LINE + _NEXT_LINE * (lines - 1)


def _answers(sheet: Worksheet, count: int, columns: Sequence[_Column]) -> None:
    for place, column in enumerate(columns, 1):
        rule = _rule(column.field)
        if rule is not None and count:
            letter = get_column_letter(place)
            rule.add(f"{letter}{_FIRST}:{letter}{_FIRST + count - 1}")
            sheet.add_data_validation(rule)


def _rule(field: str) -> DataValidation | None:
    if field == ANSWER:
        rule = DataValidation(
            type="list", formula1='"' + ",".join(map(question_mark.answer_label, SAYS)) + '"'
        )
        rule.error, rule.prompt = _("Choose one from the list."), _("Choose from the list.")
    elif field == REMARK:
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(_LONGEST_REMARK))
        rule.error = _("Write at most {count} characters.").format(count=_LONGEST_REMARK)
        rule.prompt = _("Never write names or CPR numbers.")
    elif field == VALUE:
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="64")
        rule.error = _("Write at most {count} characters.").format(count=64)
        rule.prompt = _("Only where another value is right: hours as 1.50, dates as 31-03-2016.")
    else:
        return None
    rule.allowBlank = rule.showErrorMessage = rule.showInputMessage = True
    rule.promptTitle = rule.errorTitle = question_mark.heading(field)
    return rule


def _finish(sheet: Worksheet, inquiry: Inquiry) -> None:
    lock(sheet)
    facts = f"{inquiry.mark.sender.id} → {inquiry.mark.to.id} · {inquiry.due}"
    set_up_page(sheet, facts, landscape=True)
    sheet.print_title_rows = f"{_HEADINGS}:{_HEADINGS}"
    sheet.freeze_panes = f"B{_FIRST}"
    sheet.sheet_view.showGridLines = False


def _mark(sheet: Worksheet, mark: QuestionMark) -> None:
    sheet.sheet_state = "veryHidden"
    for row, line in enumerate(question_mark.lines_of(mark), 1):
        for place, text in enumerate(line, 1):
            if text:
                cell = plain_cell(sheet, row, place)
                put_text(cell, escaped(text))
                cell.style = "plain text"

"""A workbook of three questions to a company, and its cells to write answers in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from exchange.form.workbook.question_mark import QuestionMark
from exchange.form.workbook.question_sheet import Asked, Inquiry, write_questions
from exchange.language import Language
from exchange.parties import parse_party

IDS = tuple(letter * 64 for letter in "abc")
FIELDS_ROW, HEADINGS_ROW, FIRST_ROW = 4, 5, 6


def inquiry(language: Language = "da") -> Inquiry:
    return Inquiry(
        mark=QuestionMark(
            to=parse_party("12345678"),
            sender=parse_party("159"),
            bundle=1,
            language=language,
            questions={str(number): one for number, one in enumerate(IDS, 1)},
        ),
        sender="Jobcenter Gladsaxe",
        recipient="Redning A/S",
        due=date(2016, 4, 15),
        questions=[
            Asked(
                question=one,
                placement="159-00012",
                week="2016-W09",
                day="03.03.2016",
                about="For 159-00012 …",
                words="=Hvem?",
                yours="Timer: 15,00",
                others="Timer: 1,50",
            )
            for one in IDS
        ],
    )


def column(sheet: Worksheet, field: str) -> int:
    return next(cell.column for cell in sheet[FIELDS_ROW] if cell.value == field)


def answered(content: bytes, answers: Mapping[int, Mapping[str, object]]) -> Workbook:
    """Return the workbook with answers: number of the question → field → value."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for number, cells in answers.items():
        for field, value in cells.items():
            sheet.cell(FIRST_ROW + number - 1, column(sheet, field)).value = value  # type: ignore[assignment]
    return book


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def three_questions(language: Language = "da") -> bytes:
    return write_questions(inquiry(language))

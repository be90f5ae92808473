"""The workbook of questions in LibreOffice: opened, answered, saved, and every answer read back to its question."""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import load_workbook

from exchange.intake.answers import read_answers
from tests.intake.questions import IDS, answered, saved, three_questions
from tests.office.libreoffice import converted

ANSWERS = {
    1: {"ask.answer": "Den anden sides værdi er rigtig"},
    2: {"ask.answer": "En anden værdi er rigtig", "ask.value": "7,50"},
    3: {"ask.remark": "Ærlig snak & <kaffe>\nto linjer"},
}
SAID = [
    (IDS[0], "theirs", None, ""),
    (IDS[1], "other", "7,50", ""),
    (IDS[2], "remark", None, "Ærlig snak & <kaffe>\nto linjer"),
]


def test_answers_that_libreoffice_saved_come_back_whole(tmp_path: Path) -> None:
    given = {"svar.xlsx": saved(answered(three_questions(), ANSWERS))}

    content = converted(tmp_path, given, "xlsx")["svar"]

    found = read_answers("svar.xlsx", content)
    assert found is not None
    assert [(one.question, one.says, one.value, one.remark) for one in found.answers] == SAID
    assert (found.notices, found.unanswered) == ((), ())
    book = load_workbook(io.BytesIO(content))
    assert book.worksheets[1].sheet_state != "visible"
    assert book.worksheets[0].protection.sheet
    assert {one.type for one in book.worksheets[0].data_validations.dataValidation} == {"list", "textLength"}

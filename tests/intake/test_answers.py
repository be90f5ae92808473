"""The workbook of questions coming back: whatever people did to it, each answer finds its question or a sentence says why not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from exchange.errors import IntakeRefused
from exchange.intake.answers import Answers, read_answers
from tests.intake.questions import (
    FIELDS_ROW,
    FIRST_ROW,
    HEADINGS_ROW,
    IDS,
    answered,
    column,
    inquiry,
    saved,
    three_questions,
)

A, B, C = IDS
THREE = {
    1: {"ask.answer": "Vores værdi er rigtig"},
    2: {"ask.answer": "En anden værdi er rigtig", "ask.value": "7,50", "ask.remark": "målt"},
    3: {"ask.answer": "Se bemærkningen", "ask.remark": "kommer"},
}
SAID = {A: ("ours", None, ""), B: ("other", "7,50", "målt"), C: ("remark", None, "kommer")}

pytestmark = pytest.mark.usefixtures("in_english")


def read(content: bytes, name: str = "svar.xlsx") -> Answers:
    found = read_answers(name, content)
    assert found is not None
    return found


def said(found: Answers) -> dict[str, tuple[str, str | None, str]]:
    return {one.question: (one.says, one.value, one.remark) for one in found.answers}


def test_the_same_questions_give_the_same_bytes() -> None:
    assert three_questions() == three_questions()
    assert three_questions("en") != three_questions()


def test_nothing_but_the_answers_can_be_changed_and_words_stay_words() -> None:
    book = load_workbook(io.BytesIO(three_questions()))
    sheet = book.worksheets[0]

    free = {cell.column for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert free == {column(sheet, name) for name in ("ask.answer", "ask.value", "ask.remark")}
    assert sheet.protection.sheet
    assert [one.sheet_state for one in book.worksheets] == ["visible", "veryHidden"]
    assert sheet.cell(FIRST_ROW, 6).value == "=Hvem?"
    assert sheet.cell(FIRST_ROW, 6).data_type == "s"
    (choices,) = [one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"]
    assert (
        choices
        == '"Vores værdi er rigtig,Den anden sides værdi er rigtig,En anden værdi er rigtig,Se bemærkningen"'
    )


def test_a_filled_workbook_answers_its_questions() -> None:
    found = read(saved(answered(three_questions(), THREE)))

    assert said(found) == SAID
    assert (found.mark.to.id, found.mark.sender.id, found.mark.bundle) == ("12345678", "159", 1)
    assert (found.unanswered, found.notices) == ((), ())


def test_an_empty_one_answers_nothing_and_another_workbook_is_none() -> None:
    assert read(three_questions()).unanswered == IDS
    book = Workbook()
    book.worksheets[0]["A1"] = "Timer"
    assert read_answers("andet.xlsx", saved(book)) is None
    assert read_answers("andet.csv", b"a;b\n1;2\n") is None
    assert read_answers("torn.xlsx", three_questions()[:900]) is None


def with_rows_resorted(book: Workbook) -> None:
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in sheet[row]] for row in (FIRST_ROW, FIRST_ROW + 1, FIRST_ROW + 2)]
    for place, row in enumerate(reversed(rows)):
        for number, value in enumerate(row, 1):
            sheet.cell(FIRST_ROW + place, number).value = value


def with_everything_renamed(book: Workbook) -> None:
    book.worksheets[0].title = "Ark til Bo"
    book.worksheets[1].title = "x"


def with_rows_inserted(book: Workbook) -> None:
    book.worksheets[0].insert_rows(1, 2)
    book.worksheets[0].insert_rows(FIRST_ROW + 3)


def with_english_words(book: Workbook) -> None:
    book.worksheets[0].cell(FIRST_ROW, column(book.worksheets[0], "ask.answer")).value = "our value is RIGHT"


def without_hidden_row(book: Workbook) -> None:
    book.worksheets[0].delete_rows(FIELDS_ROW)


def without_ids(book: Workbook) -> None:
    book.worksheets[0].delete_cols(column(book.worksheets[0], "ask.question"))


def without_values(book: Workbook) -> None:
    book.worksheets[0].delete_cols(column(book.worksheets[0], "ask.value"))


def with_a_row_twice(book: Workbook) -> None:
    sheet = book.worksheets[0]
    for number, cell in enumerate(list(sheet[FIRST_ROW]), 1):
        sheet.cell(FIRST_ROW + 5, number).value = cell.value


def with_a_row_contradicted(book: Workbook) -> None:
    with_a_row_twice(book)
    sheet = book.worksheets[0]
    sheet.cell(FIRST_ROW + 5, column(sheet, "ask.answer")).value = "Se bemærkningen"


def with_a_strange_id(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.cell(FIRST_ROW, column(sheet, "ask.question")).value = "17"


def with_a_question_of_ones_own(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.cell(FIRST_ROW + 3, column(sheet, "ask.remark")).value = "og hvad med uge 10?"


def with_words_of_ones_own(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.cell(FIRST_ROW, column(sheet, "ask.answer")).value = "Det ved vi ikke, spørg 010190-1234"


def with_no_value(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.cell(FIRST_ROW + 1, column(sheet, "ask.value")).value = None


def with_a_day(book: Workbook) -> None:
    sheet = book.worksheets[0]
    cell = sheet.cell(FIRST_ROW + 1, column(sheet, "ask.value"))
    cell.value, cell.number_format = date(2016, 3, 4), "dd-mm-yyyy"


def with_nothing_chosen(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.cell(FIRST_ROW + 1, column(sheet, "ask.answer")).value = None


CHANGED: dict[str, tuple[Callable[[Workbook], None], dict[str, tuple[str, str | None, str] | None], list[str]]] = {
    "rows sorted the other way": (with_rows_resorted, {}, []),
    "sheets renamed": (with_everything_renamed, {}, []),
    "rows inserted": (with_rows_inserted, {}, []),
    "an answer in the other language": (with_english_words, {}, []),
    "nothing chosen beside a value": (with_nothing_chosen, {}, []),
    "a day as a day": (with_a_day, {B: ("other", "2016-03-04", "målt")}, []),
    "the hidden row deleted": (
        without_hidden_row,
        {},
        [
            "svar.xlsx#{sheet}: the hidden row of field names is gone; columns were found by their headings.",
            "svar.xlsx#{sheet}: the hidden column of question ids is gone; rows were found by their numbers.",
        ],
    ),
    "the hidden column deleted": (
        without_ids,
        {},
        ["svar.xlsx#{sheet}: the hidden column of question ids is gone; rows were found by their numbers."],
    ),
    "the column of values deleted": (
        without_values,
        {B: ("remark", None, "målt")},
        [
            "svar.xlsx#{sheet}: the columns “Right value” are gone; nothing of them was read.",
            "svar.xlsx#{sheet}!7: another value is said to be right, but none is written.",
        ],
    ),
    "a row copied": (with_a_row_twice, {}, []),
    "a row copied and answered otherwise": (
        with_a_row_contradicted,
        {A: None},
        ["svar.xlsx: one question is answered twice and differently (row 6); neither was taken."],
    ),
    "an id overwritten": (
        with_a_strange_id,
        {A: None},
        ["svar.xlsx#{sheet}!6: the row is none of the questions that were sent; its answer was not taken."],
    ),
    "a question of one's own": (
        with_a_question_of_ones_own,
        {},
        ["svar.xlsx#{sheet}!9: the row is none of the questions that were sent; its answer was not taken."],
    ),
    "words of one's own": (
        with_words_of_ones_own,
        {A: ("remark", None, "Det ved vi ikke, spørg ******-****")},
        ["svar.xlsx#{sheet}!6: the answer is in words of its own; it was kept as a remark."],
    ),
    "another value, not written": (
        with_no_value,
        {B: ("remark", None, "målt")},
        ["svar.xlsx#{sheet}!7: another value is said to be right, but none is written."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGED)
def test_what_people_do_to_it_is_met(case: str) -> None:
    change, otherwise, notices = CHANGED[case]
    book = answered(three_questions(), THREE)
    change(book)

    found = read(saved(book))

    assert said(found) == {key: value for key, value in {**SAID, **otherwise}.items() if value is not None}
    sheet = book.worksheets[0].title
    assert list(found.notices) == [one.format(sheet=sheet) for one in notices]
    assert set(found.unanswered) == {key for key, value in otherwise.items() if value is None}


def without_mark(book: Workbook) -> None:
    del book[book.sheetnames[1]]


def with_a_torn_mark(book: Workbook) -> None:
    book.worksheets[1]["B2"] = "nobody"


def of_a_newer_make(book: Workbook) -> None:
    book.worksheets[1]["B1"] = "9"


def without_answers(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.delete_rows(FIELDS_ROW, 2)


REFUSED: dict[str, tuple[Callable[[Workbook], None], str]] = {
    "the hidden sheet is gone": (
        without_mark,
        ("svar.xlsx was made from our questions, but its hidden sheet “enblanket-questions” is gone: copy the answers into the "
        "workbook as it was sent out."),
    ),
    "the mark is torn": (
        with_a_torn_mark,
        ("svar.xlsx: the hidden sheet “enblanket-questions” was changed and no longer says whose questions these are: copy the "
        "answers into the workbook as it was sent out."),
    ),
    "of a newer make": (
        of_a_newer_make,
        "svar.xlsx was made by a newer enblanket than this one: take it with the enblanket that made it.",
    ),
    "no columns for answers": (
        without_answers,
        "svar.xlsx holds no columns for answers any more: copy them into the workbook as it was sent out.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_as_answers_is_refused_in_one_sentence(case: str) -> None:
    change, sentence = REFUSED[case]
    book = answered(three_questions(), THREE)
    change(book)

    with pytest.raises(IntakeRefused) as refused:
        read_answers("svar.xlsx", saved(book))

    assert str(refused.value) == sentence


def test_a_bomb_behind_the_mark_is_refused_as_any_other_file() -> None:
    content = io.BytesIO(three_questions())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", b"\0" * (40 * 2**20))

    with pytest.raises(IntakeRefused):
        read_answers("svar.xlsx", content.getvalue())


def test_ids_alone_reach_the_workbook() -> None:
    with zipfile.ZipFile(io.BytesIO(three_questions())) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist()).decode()

    assert all(one.question in text for one in inquiry().questions)
    assert HEADINGS_ROW == FIELDS_ROW + 1

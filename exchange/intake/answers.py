"""A workbook of questions coming back with answers: known by its hidden mark, its rows by the hidden ids of their questions.

In: a file's name and bytes. Out: :class:`Answers`, or None where the file is none, so that it is read as any other sheet. Refused with
one sentence (:class:`IntakeRefused`): a mark that is gone or torn, or no answers' columns. What else people do to a workbook (sort,
delete or insert rows and columns, save it as another format, write words of their own) is met with a notice.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from exchange.errors import FormError, IntakeRefused
from exchange.form.confidential import masked
from exchange.form.workbook.question_mark import (
    ANSWER,
    FIELDS,
    NUMBER,
    QUESTION,
    REMARK,
    SIGN,
    VALUE,
    QuestionMark,
    Says,
    field_of_heading,
    is_question,
    read_lines,
    says_of,
)
from exchange.intake.cells import Book, Cell, Row, Sheet
from exchange.intake.preflight import look_at
from exchange.intake.workbooks import read_workbook
from exchange.language import quoted
from exchange.language import translate as _

# So many bytes of a part, and of a sheet's beginning, are looked through for the mark; a workbook of questions is small.
_LOOKED_AT, _HEAD, _ENTRIES = 8 * 2**20, 2**16, 100
_PARTS = ("xl/workbook.xml", "xl/sharedStrings.xml", "content.xml")
_SHEETS = "xl/worksheets/"
_EXCEL_ZERO = date(1899, 12, 30)
_LONGEST_VALUE, _LONGEST_REMARK = 64, 2_000
_WITHIN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answered question.

    Attributes:
        value: as it was written, a date as ISO 8601; None for none.
        remark: with CPR numbers hidden.
        row: in the sheet, from 1.
    """

    question: str
    says: Says
    value: str | None
    remark: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a workbook of questions brought back.

    Attributes:
        unanswered: ids of its questions whose row says nothing, or that have no row any more.
        notices: sentences on what was changed in it.
    """

    file: str
    mark: QuestionMark
    answers: tuple[Answer, ...]
    unanswered: tuple[str, ...]
    notices: tuple[str, ...]


def read_answers(name: str, content: bytes) -> Answers | None:
    """Read a workbook of questions; None where the file is none.

    Raises:
        IntakeRefused: names the file and the cure.
    """
    if not _may_be_one(content):
        return None
    name = masked(name)
    look_at(name, content)
    book = read_workbook(name, content)
    sheet = next((one for one in book.sheets if _first_text(one) == SIGN), None)
    found = next((one for one in map(_columns, book.sheets) if one is not None), None)
    if sheet is None:
        if found is None:
            return None
        raise IntakeRefused(
            _(
                "{file} was made from our questions, but its hidden sheet “{sheet}” is gone: copy the answers into the "
                "workbook as it was sent out."
            ).format(file=name, sheet=SIGN)
        )
    mark = _mark(name, sheet)
    if found is None:
        raise IntakeRefused(
            _(
                "{file} holds no columns for answers any more: copy them into the workbook as it was sent out."
            ).format(file=name)
        )
    return _read(name, mark, found, book)


def _may_be_one(content: bytes) -> bool:
    """Look for the mark in the bytes, so that a large sheet is not read twice."""
    signs = [SIGN.encode(), QUESTION.encode()]
    if not content.startswith(b"PK"):
        return any(sign in content or sign.decode().encode("utf-16-le") in content for sign in signs)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(sign in text for text in _beginnings(archive) for sign in signs)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return False  # what is wrong with the file is said by whoever reads it as a sheet


def _beginnings(archive: zipfile.ZipFile) -> Iterator[bytes]:
    for part in archive.namelist()[:_ENTRIES]:
        if part in _PARTS or part.startswith(_SHEETS):
            with archive.open(part) as file:
                yield file.read(_HEAD if part.startswith(_SHEETS) else _LOOKED_AT)


def _first_text(sheet: Sheet) -> str:
    first = next(iter(sheet.rows), None)
    return first.cells[1].text if first is not None and 1 in first.cells else ""


def _mark(name: str, sheet: Sheet) -> QuestionMark:
    lines = [
        tuple(row.cells[place].text if place in row.cells else "" for place in (1, 2, 3))
        for row in sheet.rows
    ]
    try:
        return read_lines(name, ((what, text, more) for what, text, more in lines))
    except FormError as error:
        raise IntakeRefused(str(error)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where the answers stand: field → column, and the last row above them."""

    sheet: Sheet
    last: int
    columns: Mapping[str, int]
    by_headings: bool


def _columns(sheet: Sheet) -> _Columns | None:
    rows = [row for row, _place in zip(sheet.rows, range(_WITHIN), strict=False)]
    named = _best(rows, lambda text: text if text in FIELDS else None)
    headed = _best(rows, field_of_heading)
    if named and _tells(named[1]):
        last = max(named[0], headed[0] if headed else 0)
        return _Columns(sheet=sheet, last=last, columns=named[1], by_headings=False)
    if headed and _tells(headed[1]) and NUMBER in headed[1]:
        return _Columns(sheet=sheet, last=headed[0], columns=headed[1], by_headings=True)
    return None


def _best(rows: Sequence[Row], field_of: Callable[[str], str | None]) -> tuple[int, dict[str, int]] | None:
    found = [(row.number, _fields(row, field_of)) for row in rows]
    return max(found, key=lambda one: len(one[1]), default=None)


def _fields(row: Row, field_of: Callable[[str], str | None]) -> dict[str, int]:
    fields: dict[str, int] = {}
    for column, cell in row.cells.items():
        name = field_of(cell.text.strip())
        if name is not None:
            fields.setdefault(name, column)
    return fields


def _tells(columns: Mapping[str, int]) -> bool:
    """Whether a row can be known, and can say something."""
    return bool({QUESTION, NUMBER} & columns.keys()) and bool({ANSWER, VALUE, REMARK} & columns.keys())


def _read(name: str, mark: QuestionMark, found: _Columns, book: Book) -> Answers:
    notices = [*book.notices, *_on_columns(name, found)]
    said: dict[str, Answer] = {}
    twice: set[str] = set()
    for row in found.sheet.rows:
        if row.number <= found.last or not row.cells:
            continue
        question = _question(row, found, mark)
        place = f"{name}#{found.sheet.label}!{row.number}"
        if question is None:
            notices += _on_stranger(place, row, found)
            continue
        answer, words = _answer(row, found, question, place)
        notices += words
        if answer is not None:
            other = said.setdefault(question, answer)
            if replace(other, row=0) != replace(answer, row=0):
                twice.add(question)
    for question in sorted(twice, key=lambda one: said[one].row):
        notices.append(
            _(
                "{file}: one question is answered twice and differently (row {row}); neither was taken."
            ).format(file=name, row=said.pop(question).row)
        )
    return Answers(
        file=name,
        mark=mark,
        answers=tuple(said.values()),
        unanswered=tuple(one for one in mark.questions.values() if one not in said),
        notices=tuple(map(masked, notices)),
    )


def _on_columns(name: str, found: _Columns) -> Iterator[str]:
    place = f"{name}#{found.sheet.label}"
    if found.by_headings:
        yield _(
            "{place}: the hidden row of field names is gone; columns were found by their headings."
        ).format(place=place)
    if QUESTION not in found.columns:
        yield _(
            "{place}: the hidden column of question ids is gone; rows were found by their numbers."
        ).format(place=place)
    gone = [one for one in (ANSWER, VALUE, REMARK) if one not in found.columns]
    if gone:
        from exchange.form.workbook.question_mark import heading

        yield _("{place}: the columns {columns} are gone; nothing of them was read.").format(
            place=place, columns=", ".join(quoted(heading(one)) for one in gone)
        )


def _on_stranger(place: str, row: Row, found: _Columns) -> Iterator[str]:
    """Say of a row that is none of the questions, where it says something at all."""
    if any(_text(row, found, field) for field in (ANSWER, VALUE, REMARK)):
        yield _("{place}: the row is none of the questions that were sent; its answer was not taken.").format(
            place=place
        )


def _question(row: Row, found: _Columns, mark: QuestionMark) -> str | None:
    """Return the question of a row: by its hidden id, else by its number."""
    text = _text(row, found, QUESTION)
    if is_question(text):
        return text
    return None if text else mark.questions.get(_text(row, found, NUMBER))


def _answer(row: Row, found: _Columns, question: str, place: str) -> tuple[Answer | None, list[str]]:
    chosen, remark = _text(row, found, ANSWER), _text(row, found, REMARK)
    cell = row.cells.get(found.columns.get(VALUE, 0))
    value = _value(cell)
    if not (chosen or remark or value):
        return None, []
    says, words = says_of(chosen), []
    if chosen and says is None:
        remark = f"{chosen}. {remark}".removesuffix(". ")
        words.append(
            _("{place}: the answer is in words of its own; it was kept as a remark.").format(place=place)
        )
    says = says or ("other" if value else "remark")
    if says == "other" and value is None:
        says = "remark"
        words.append(
            _("{place}: another value is said to be right, but none is written.").format(place=place)
        )
    if value is not None and (says != "other" or len(value) > _LONGEST_VALUE):
        remark, value = f"{value}. {remark}".removesuffix(". "), None
        says = "remark" if says == "other" else says
    answer = Answer(
        question=question, says=says, value=value, remark=masked(remark)[:_LONGEST_REMARK], row=row.number
    )
    return answer, words


def _text(row: Row, found: _Columns, field: str) -> str:
    cell = row.cells.get(found.columns.get(field, 0))
    return "" if cell is None else cell.text.strip()


def _value(cell: Cell | None) -> str | None:
    """Return a written value as text; a cell that a program made a date of is a day."""
    if cell is None or not cell.text.strip():
        return None
    text = cell.text.strip()
    if cell.kind == "date":
        days = int(text.partition(".")[0]) if text.partition(".")[0].isdecimal() else -1
        return (_EXCEL_ZERO + timedelta(days=days)).isoformat() if 0 < days < 2_958_466 else text
    return text

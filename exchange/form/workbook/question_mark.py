"""What makes a workbook of questions known again when it comes back: its hidden sheet, its field names, the words of its answers.

In: facts of a bundle of questions, or the texts of the hidden sheet that a reader found. Out: the sheet's lines, or a
:class:`QuestionMark`. Refused with one sentence (:class:`FormError`): a mark that is torn, or of a newer make.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast, get_args

from exchange.errors import EnblanketError, FormError
from exchange.form.workbook.mark import Line
from exchange.language import Language, choose
from exchange.language import translate as _
from exchange.parties import Party, parse_party

SHEET = SIGN = "enblanket-questions"
MAKE = 1

Says = Literal["ours", "theirs", "other", "remark"]
"""What a party answers: its own value is right, the other side's, another one, or in words."""

SAYS: tuple[Says, ...] = get_args(Says)
QUESTION, NUMBER, ANSWER, VALUE, REMARK = (
    "ask.question",
    "ask.number",
    "ask.answer",
    "ask.value",
    "ask.remark",
)
FIELDS = (QUESTION, NUMBER, ANSWER, VALUE, REMARK)
_ID = re.compile(r"[0-9a-f]{64}")

# Both languages are understood on the way back, whichever the workbook was written in.
_ANSWERS: Mapping[Says, tuple[str, str]] = MappingProxyType(
    {
        "ours": ("Vores værdi er rigtig", "Our value is right"),
        "theirs": ("Den anden sides værdi er rigtig", "The other side’s value is right"),
        "other": ("En anden værdi er rigtig", "Another value is right"),
        "remark": ("Se bemærkningen", "See the remark"),
    }
)
_HEADINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        NUMBER: ("Nr.", "No."),
        ANSWER: ("Svar", "Answer"),
        VALUE: ("Rigtig værdi", "Right value"),
        REMARK: ("Bemærkning", "Remark"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMark:
    """What the hidden sheet says.

    Attributes:
        to: who is asked; sender: who asks.
        bundle: which bundle to that party it is, from 1.
        language: it was written in, and its numbers and days are answered in.
        questions: the number that a row shows → the question's id.
    """

    to: Party
    sender: Party
    bundle: int
    language: Language
    questions: Mapping[str, str]


def answer_label(says: Says) -> str:
    """Return the entry of the drop-down."""
    return choose(*_ANSWERS[says])


def answer_in_words(text: str) -> str:
    """Return what a stored answer says: one of the four words, else the value that is right."""
    says = next((one for one in SAYS if one == text), None)
    return answer_label(says) if says else f"{answer_label('other')}: {text}"


def says_of(text: str) -> Says | None:
    """Return what an answer's cell says; None for words of one's own."""
    plain = _plain(text)
    return next((says for says, words in _ANSWERS.items() if plain in (says, *map(_plain, words))), None)


def heading(field: str) -> str:
    """Return the heading of a column that comes back."""
    return choose(*_HEADINGS[field])


def field_of_heading(text: str) -> str | None:
    """Return the field that a heading of either language names."""
    plain = _plain(text.partition("\n")[0].rstrip(" *\u00a0"))
    return next((field for field, words in _HEADINGS.items() if plain in map(_plain, words)), None)


def lines_of(mark: QuestionMark) -> list[Line]:
    """Return the hidden sheet's lines: what, and one or two texts."""
    return [
        (SIGN, str(MAKE), ""),
        ("to", mark.to.id, ""),
        ("from", mark.sender.id, ""),
        ("bundle", str(mark.bundle), ""),
        ("language", mark.language, ""),
        *(("question", number, found) for number, found in mark.questions.items()),
    ]


def read_lines(file: str, lines: Iterable[Line]) -> QuestionMark:
    """Read the hidden sheet's lines; what is unknown there is left alone.

    Raises:
        FormError: names the file and the cure.
    """
    facts: dict[str, str] = {}
    questions: dict[str, str] = {}
    for what, text, more in lines:
        if what == "question" and _ID.fullmatch(more):
            questions[text] = more
        else:
            facts.setdefault(what, text)
    try:
        if int(facts[SIGN]) > MAKE:
            raise _newer(file)
        return QuestionMark(
            to=parse_party(facts["to"]),
            sender=parse_party(facts["from"]),
            bundle=int(facts["bundle"]),
            language="en" if facts["language"] == "en" else "da",
            questions=questions,
        )
    except FormError:
        raise
    except (KeyError, ValueError, EnblanketError):
        raise FormError(
            _(
                "{file}: the hidden sheet “{sheet}” was changed and no longer says whose questions these are: "
                "copy the answers into the workbook as it was sent out."
            ).format(file=file, sheet=SHEET)
        ) from None


def is_question(text: str) -> bool:
    """Whether a text has the form of a question's id."""
    return _ID.fullmatch(text) is not None


def as_says(text: str) -> Says:
    """Return a stored answer's word."""
    return cast("Says", text)


def _newer(file: str) -> FormError:
    return FormError(
        _(
            "{file} was made by a newer enblanket than this one: take it with the enblanket that made it."
        ).format(file=file)
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("'", "’").split())

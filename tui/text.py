"""How the screens write: glyphs, labels, kroner and dates in the user's language, cut to cells.

Comes in: values of findings and decisions, also hostile ones. Goes out: plain text that a terminal only
shows, never obeys: :meth:`Script.show` is the one door, and every screen, list line and dialog uses it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from rich.cells import cell_len, set_cell_size

from exchange import figures
from exchange.checks.findings import Severity
from exchange.language import choose
from exchange.language import translate as _
from exchange.review.open_list import Status
from exchange.sanitise import visible
from exchange.workspace.wording import status_word

_TYPOGRAPHIC = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "−": "-", "…": "...", "·": "-"}
    | {"›": ">", "§": "par.", "→": "->", "≠": "!=", "×": "x", "\u00a0": " "}
)
_DANISH = frozenset("æøåÆØÅ")
_LONGEST = 4_000
# Vietnamese puts two on a letter, Hebrew with its points and accents up to three.
_MARKS_ON_A_LETTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The characters that a screen may use: all of them, or ASCII and æøå alone (``--ascii``)."""

    severity: Mapping[Severity, str]
    status: Mapping[Status, str]
    cursor: str = ">"
    place: str
    arrow: str
    dot: str
    differs: str
    more: str
    ascii: bool

    def show(self, text: str) -> str:
        """Return the text as this script may show it; control, bidi and zero-width characters as code points.

        A cell may hold a megabyte, and thousands of accents on one letter: both are cut to what a screen can bear.
        """
        if len(text) > _LONGEST:
            text = text[:_LONGEST] + self.more
        text = _with_few_marks(visible(text))
        return _in_ascii(text) if self.ascii else text


UNICODE = Script(
    severity={"error": "▲", "warning": "◆", "info": "·"},
    status={
        "open": "○",
        "accepted": "✓",
        "corrected": "✎",
        "rejected": "✗",
        "asked": "?",
        "lapsed": "↻",
        "settled": "=",
        "conflict": "⇄",
    },
    place="\u00a0›\u00a0",
    arrow="→",
    dot=" · ",
    differs="≠",
    more="…",
    ascii=False,
)
ASCII = Script(
    severity={"error": "!", "warning": "+", "info": "."},
    status={
        "open": "o",
        "accepted": "v",
        "corrected": "~",
        "rejected": "x",
        "asked": "?",
        "lapsed": "%",
        "settled": "=",
        "conflict": "#",
    },
    place="\u00a0>\u00a0",
    arrow="->",
    dot=" - ",
    differs="!=",
    more="~",
    ascii=True,
)


def status_short(status: Status) -> str:
    """Return the word in eight cells, for a list."""
    short = {
        "accepted": choose("accept.", "accepted"),
        "corrected": choose("rettet", "correct."),
        "lapsed": choose("bortf.", "lapsed"),
    }
    return short.get(status) or status_word(status)


def side_letter(reporter: str) -> str:
    """Return V, J (C, J in English) for a reporter; anything else has no side."""
    return {"company": choose("V", "C"), "jobcentre": "J"}.get(reporter, " ")


def side_word(reporter: str) -> str:
    """Return the side's name; any other reporter as written."""
    return {"company": _("company"), "jobcentre": _("jobcentre")}.get(reporter, reporter)


def number_text(text: str) -> str:
    """Return a canonical number (``1031.25``) as the user's language writes it."""
    return figures.number(Decimal(text))


def date_text(text: str) -> str:
    """Return an ISO date as the user's language writes it; any other text as it is."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return text
    try:
        return figures.day(date.fromisoformat(text))
    except ValueError:
        return text


def moment_text(stamp: str) -> str:
    """Return an ISO 8601 time stamp (UTC) as date and clock, ``02.03.2016 10:02 UTC``; any other text as it is."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return f"{date_text(moment.date().isoformat())} {moment:%H:%M} UTC"


def week_text(day: date) -> str:
    """Return the ISO week and its year, ``U09/16`` in Danish and ``W09/16`` in English; six cells."""
    year, week, _weekday = day.isocalendar()
    return f"{choose('U', 'W')}{week:02d}/{year % 100:02d}"


def fit(text: str, width: int, more: str = "…") -> str:
    """Return the text cut or padded to exactly ``width`` cells; ``more`` marks a cut."""
    if cell_len(text) > width > 1:
        return set_cell_size(text, width - 1) + more
    return set_cell_size(text, max(width, 0))


def fit_right(text: str, width: int, more: str = "…") -> str:
    """Return the text cut or padded on its left to exactly ``width`` cells."""
    return " " * (width - cell_len(text)) + text if cell_len(text) <= width else fit(text, width, more)


def letters_in_ascii(text: str) -> str:
    """Return the text, of as many cells, with each letter but æøå as the one it is built on."""
    return "".join(_ascii_form(one) if one.isalpha() else one for one in text)


def _with_few_marks(text: str) -> str:
    """Return the text with what is piled upon a letter beyond a few marks written as code points."""
    if text.isascii():
        return text
    shown, piled = [], 0
    for character in text:
        piled = piled + 1 if unicodedata.combining(character) else 0
        shown.append(character if piled <= _MARKS_ON_A_LETTER else f"<U+{ord(character):04X}>")
    return "".join(shown)


def _in_ascii(text: str) -> str:
    return text if text.isascii() else "".join(_ascii_form(character) for character in _composed(text))


def _ascii_form(character: str) -> str:
    if character.isascii() or character in _DANISH:
        return character
    return unicodedata.normalize("NFD", character).encode("ascii", "ignore").decode() or "?"


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_TYPOGRAPHIC))

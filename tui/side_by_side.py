"""Company, jobcentre and agreement in three columns, and the rows around a cell as a small sheet: lines of a width. Pure.

Comes in: what :mod:`exchange.review.comparison` and the workspace's sources say. Goes out: paragraphs that fit the width, so
that nothing of a table is wrapped; every text has passed :meth:`tui.text.Script.show`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len

from exchange.language import choose
from exchange.language import translate as _
from exchange.review.comparison import Compared, Sign, Value
from exchange.review.sources import NotShown, SourcePage, SourceRow
from tui.paragraphs import Paragraph, Piece
from tui.text import Script, date_text, fit, fit_right, number_text, side_letter
from tui.words import Words

_SIGNS: dict[Sign, tuple[str, str]] = {
    "equal": ("=", "="),
    "differs": ("≠", "!="),
    "within": ("⊂", "in"),
    "none": ("", ""),
}
_LABEL = 9
_WIDEST_LABEL = 18
_SIGN = 3
_NARROWEST = 5
_WIDEST_CELL = 14


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Writes comparisons with one script and one set of words."""

    words: Words
    script: Script

    def table(self, lines: Sequence[Compared], width: int) -> Iterator[Paragraph]:
        """Yield the heading and one line for each thing compared."""
        label = min(max(_LABEL, width // 5), _WIDEST_LABEL)
        column = max((width - label - 2 * _SIGN) // 3, _NARROWEST)
        sides = (
            (side_letter("company"), _("Company")),
            ("J", _("Jobcentre")),
            ("A", _("Agreement")),
        )
        heads = [f"{letter} {name}" for letter, name in sides]
        # Above the labels and the signs stands nothing: a name may reach into there.
        room = (label + column, _SIGN + column, _SIGN + column)
        row = "".join(fit_right(head, size, self.script.more) for head, size in zip(heads, room, strict=True))
        yield Paragraph((Piece(row, "dim"),))
        for line in lines:
            yield self._line(line, label, column)

    def brief(self, line: Compared) -> str:
        """Return a comparison in a few words, ``V 3,00 ≠ J 2,50  A ≤3,00``."""
        parts = []
        if line.company or line.jobcentre:
            sign = self._sign(line.between) or self.script.dot.strip()
            company, jobcentre = (self.value(line, one) for one in (line.company, line.jobcentre))
            parts.append(f"{side_letter('company')} {company} {sign} J {jobcentre}")
        if line.agreement:
            parts.append(f"A {self._agreed(line)}")
        return "  ".join(parts)

    def value(self, line: Compared, value: Value) -> str:
        """Return a value as the user's language writes it; a span by its days."""
        if not value:
            return "-" if self.script.ascii else "–"
        if len(value) > 1:
            return self.script.show("–".join(_short(one) for one in value))
        kind = self.words.field(line.table, line.field).type
        text = value[0]
        if kind in {"number", "integer"} and text.replace(".", "", 1).lstrip("-").isdecimal():
            text = number_text(text)
        elif kind == "date":
            text = date_text(text)
        return self.script.show(self.words.code(line.table, line.field, text) or text)

    def _line(self, line: Compared, width: int, column: int) -> Paragraph:
        more = self.script.more
        label = self.script.show(self.words.field(line.table, line.field).label)
        company, jobcentre = (
            fit_right(self.value(line, one), column, more) for one in (line.company, line.jobcentre)
        )
        return Paragraph(
            (
                Piece(fit(label, width - 1, more) + " ", "plain"),
                Piece(company, "strong"),
                self._signed(line.between),
                Piece(jobcentre, "strong"),
                self._signed(line.agreed),
                Piece(fit_right(self._agreed(line), column, more), "plain"),
            )
        )

    def _agreed(self, line: Compared) -> str:
        text = self.value(line, line.agreement)
        return (("<=" if self.script.ascii else "≤") + text) if line.limit and line.agreement else text

    def _signed(self, sign: Sign) -> Piece:
        text = self._sign(sign)
        return Piece(f" {text:<{_SIGN - 1}}", "warning" if sign == "differs" else "dim")

    def _sign(self, sign: Sign) -> str:
        return _SIGNS[sign][self.script.ascii]


def _short(day: str) -> str:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    return choose(f"{found.day}/{found.month}", f"{found.day} {found:%b}")


def sheet(page: SourcePage, script: Script, width: int) -> Iterator[Paragraph]:
    """Yield the letters and the rows of a page that have room in the width, the cell in brackets.

    Columns are left out on the left until the cell's own has room; what is cut is marked.
    """
    number = len(str(page.rows[-1].number)) if page.rows else 1
    sizes = _sizes(page, script)
    first = _first_column(page, sizes, width - number - 1)
    shown = _that_fit(sizes, first, width - number - 1)
    letters = " ".join(fit(page.columns[at], sizes[at]) for at in shown)
    yield Paragraph((Piece(" " * (number + 1) + letters, "dim"),))
    for row in page.rows:
        yield _row(row, page, script, [(at, sizes[at]) for at in shown], number)


def _sizes(page: SourcePage, script: Script) -> list[int]:
    """Return the cells that each column takes: as many as its longest text up to a limit, and the brackets."""
    widest = [
        max((cell_len(script.show(row.cells[at])) for row in page.rows), default=0)
        for at in range(len(page.columns))
    ]
    sizes = [
        max(min(size, _WIDEST_CELL), len(letter)) for size, letter in zip(widest, page.columns, strict=True)
    ]
    if page.column >= 0:
        sizes[page.column] = min(max(widest[page.column], 1), 2 * _WIDEST_CELL) + 4
    return sizes


def _first_column(page: SourcePage, sizes: Sequence[int], width: int) -> int:
    first = max(page.column, 0)
    room = width - sizes[first]
    while first and room >= sizes[first - 1] + 1:
        first -= 1
        room -= sizes[first] + 1
    return first


def _that_fit(sizes: Sequence[int], first: int, width: int) -> list[int]:
    shown: list[int] = []
    used = 0
    for at in range(first, len(sizes)):
        used += sizes[at] + 1
        if used > width + 1 and shown:
            break
        shown.append(at)
    return shown


def _row(
    row: SourceRow, page: SourcePage, script: Script, columns: Sequence[tuple[int, int]], number: int
) -> Paragraph:
    here = row.number == page.row
    pieces = [Piece(f"{row.number:>{number}} ", "label" if here else "dim")]
    for at, size in columns:
        text = script.show(row.cells[at])
        if here and at == page.column:
            pieces.append(Piece(f"[ {fit(text, size - 4, script.more)} ] ", "strong"))
        else:
            pieces.append(Piece(f"{fit(text, size, script.more)} "))
    return Paragraph(tuple(pieces))


def why_not_shown(gone: NotShown) -> str:
    """Return why there are no rows, in a sentence."""
    return {
        "locked": _("The file is encrypted and the key is locked: o asks for the passphrase."),
        "purged": _("The file was deleted when its retention ended."),
        "altered": _("The stored file is missing or has been altered since it was taken (sha256)."),
        "no-file": _("No file stands behind this value."),
    }[gone.why]

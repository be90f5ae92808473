"""A finding in spoken lines: no shape, no rule of blanks, no fingerprint; a screen reader says what is there.

Comes in: what the dossier and the sources hold. Goes out: lines, each safe to show. The shapes that a screen puts before a
word for severity and status say nothing beside it, and 64 digits take half a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from exchange.language import choose
from exchange.language import translate as _
from exchange.review.open_list import Entry
from exchange.review.sources import NotShown, SourcePage, Sources
from exchange.workspace.wording import status_word
from tui.dossier import Dossiers
from tui.evidence_text import sources_of
from tui.side_by_side import why_not_shown
from tui.text import Script

_FINGERPRINT = re.compile(r"( [0-9a-f]{4}){16}\b")
_DIGITS = 12
_ROWS, _LONGEST = 3, 200


def spoken(script: Script) -> Script:
    """Return the script without the shapes that a word always stands beside."""
    return replace(
        script,
        severity=dict.fromkeys(script.severity, ""),
        status=dict.fromkeys(script.status, ""),
        place=", ",
        dot=", ",
    )


def in_speech(text: str) -> str:
    """Return a line without what only an eye reads: blanks that align, a key's fingerprint."""
    return _FINGERPRINT.sub("", " ".join(text.split()))


def finding_lines(entry: Entry, number: int, count: int, dossiers: Dossiers) -> Iterator[str]:
    """Yield all of a finding; its id by as many digits as name it."""
    yield _("Finding {number} of {count}, {status}").format(
        number=number, count=count, status=status_word(entry.status)
    )
    for paragraph in dossiers.of(entry):
        if paragraph.pieces:
            yield in_speech(paragraph.text)
    yield f"id {entry.finding.finding_id[:_DIGITS]}"


def source_lines(entry: Entry, sources: Sources, dossiers: Dossiers) -> Iterator[str]:
    """Yield the rows around each of the finding's cells as they stand in the files."""
    found = sources_of(entry.finding)
    if not found:
        yield why_not_shown(NotShown("no-file"))
    for item in found:
        yield dossiers.place(item)
        page = sources.page(item, _ROWS, _ROWS)
        if isinstance(page, SourcePage):
            yield from _rows(page, dossiers.script)
        elif page.why == "locked":
            yield _("The file is encrypted: end, and begin again with --passphrase-fd N.")
        else:
            yield why_not_shown(page)


def _rows(page: SourcePage, script: Script) -> Iterator[str]:
    for row in page.rows:
        cells = [
            f"{column} {script.show(text[:_LONGEST])}"
            for column, text in zip(page.columns, row.cells, strict=True)
            if text
        ]
        said = in_speech(", ".join(cells)) or _("empty")
        if row.number == page.row:
            here = f"{page.columns[page.column]}{row.number}"
            yield _("Row {number}, with the cell {cell}: {cells}").format(
                number=row.number, cell=here, cells=said
            )
        else:
            yield _("Row {number}: {cells}").format(number=row.number, cells=said)


def letter_lines() -> Iterator[str]:
    """Yield what each letter does."""
    yield from (f"{letters}: {choose(danish, english)}" for letters, danish, english in _LETTERS)


_LETTERS = (
    ("Enter", "fortæller afvigelsen igen", "tells the finding again"),
    ("j, k", "næste og forrige afvigelse", "the next finding and the one before"),
    ("J, K", "næste og forrige åbne afvigelse", "the next undecided finding and the one before"),
    ("g, G", "første og sidste afvigelse", "the first and the last finding"),
    (": 12", "gå til afvigelse 12, eller til de første cifre af et id", "go to finding 12, or to the first digits of an id"),
    ("/ ord", "søg efter ord; n og N er så næste og forrige, der passer", "look for words; n and N are then the next and the one before that fit"),
    ("!, O, Q", "kun fejl, kun åbne, kun spurgte, og alle igen", "errors only, undecided only, asked only, and all again"),
    ("p, W, R", "kun en part, en uge, en regel", "one party only, one week, one rule"),
    ("0", "alle afvigelser igen", "all findings again"),
    ("o", "rækkerne omkring afvigelsens celler, som de står i filerne", "the rows around the finding's cells, as they stand in the files"),
    ("a", "accepter afvigelsen", "accept the finding"),
    ("e", "ret en værdi", "correct a value"),
    ("x", "afvis afvigelsen", "reject the finding"),
    ("s", "spørg parten", "ask the party"),
    ("b", "afgør afvigelsen, som parten svarede", "decide the finding as the party answered"),
    ("A, E, X, S", "det samme for alle afvigelser, der passer; bekræftes med antallet", "the same for all findings that fit; confirmed by their number"),
    ("c", "skriv en note", "write a note"),
    ("r", "prøv igen, hvad der ikke kunne gemmes", "try again what could not be saved"),
    ("u, U", "fortryd, gentag", "undo, do again"),
    ("H", "hvad der er sagt om afvigelsen", "what was said of the finding"),
    ("q", "slut", "end"),
)  # fmt: skip

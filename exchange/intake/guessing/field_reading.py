"""A field of a table and its columns on all pieces, and how a layout reads them: names, codes, gaps that are carried, blanks that are none.

In: pieces and what became of their columns. Out: a :class:`FieldGuess` per field that is read. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from exchange.form.codes import code_list
from exchange.form.tables import Field, Table
from exchange.intake.cells import Cell, letters
from exchange.intake.guessing.choices import Choice, choice_of
from exchange.intake.guessing.code_texts import Legend, codes_of
from exchange.intake.guessing.contents import Contents, dashes
from exchange.intake.guessing.judging import Judgement
from exchange.intake.guessing.pieces import Piece
from exchange.intake.guessing.proposal import CodeChoice, FieldGuess
from exchange.intake.guessing.suggesting import lacks_jobcentre
from exchange.intake.guessing.tables_fit import confidence
from exchange.intake.numbers import exact
from exchange.intake.words import plain, squeezed


@dataclass(frozen=True, slots=True)
class Taken:
    """A field and its column on each piece."""

    field: str
    places: tuple[tuple[Piece, int], ...]

    @property
    def contents(self) -> Contents:
        """The cells of all its columns together."""
        views = [piece.view(number).contents for piece, number in self.places]
        return Contents(tuple(cell for one in views for cell in one.cells), sum(one.rows for one in views))


def taken_of(judged: Sequence[tuple[Piece, Judgement]]) -> list[Taken]:
    """Return the fields in the form's order, each with its column on every piece that has it."""
    found: dict[str, list[tuple[Piece, int]]] = {}
    for piece, judgement in judged:
        for field, number in judgement.sure.items():
            found.setdefault(field, []).append((piece, number))
    order = [field.name for field in judged[0][0].fit.table.fields]
    names = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    return [Taken(name, tuple(found[name])) for name in names]


def taken_columns(taken: Sequence[Taken]) -> Mapping[int, Mapping[str, int]]:
    """Return for each piece, by its identity, the column of each field that it gives."""
    found: dict[int, dict[str, int]] = {}
    for one in taken:
        for piece, number in one.places:
            found.setdefault(id(piece), {})[one.field] = number
    return found


def field_guess(taken: Taken, form: Table, pieces: Sequence[Piece], legend: Legend) -> FieldGuess:
    """Return how a layout finds and reads one field."""
    views = [piece.view(number) for piece, number in taken.places]
    by_name = all(view.heading and (view.named or view.group) for view in views)
    contents = taken.contents
    words = " ".join(dict.fromkeys(word for view in views for word in view.words))
    field = None if taken.field.startswith("_") else form.field(taken.field)
    choice = choice_of(contents, field, words) if field else Choice()
    codes = _codes(contents, field, legend)
    within = _in_brackets(contents, taken, pieces)
    if within:
        codes = codes_of(within, "absence", legend)
    pairs = [pair for piece, number in taken.places for pair in piece.fit.pairs if pair.column == number]
    return FieldGuess(
        field=taken.field,
        names=tuple(dict.fromkeys(name for view in views for name in view.turns or (view.heading,)))
        if by_name
        else (),
        at=None if by_name else letters(views[0].number),
        group=tuple(dict.fromkeys(view.group for view in views if not view.named)) if by_name else (),
        optional=len(taken.places) < len(pieces),
        each=any(view.turns for view in views),
        carry=_carries(taken),
        cpr=taken.field == "trainee_ref" and contents.share("cpr") > 0.5,
        confidence=round(min(confidence(pair) for pair in pairs), 2),
        choice=choice,
        codes=codes,
        fills=_fills(taken, codes) if taken.field == "absence" else {},
        brackets="absence" if within else None,
        left_out=tuple(one.choice for one in choice.unsure),
        lacks_jobcentre=lacks_jobcentre(taken.field, contents),
    )


def _in_brackets(contents: Contents, taken: Taken, pieces: Sequence[Piece]) -> list[str]:
    """Return the absences of ``7,5 (syg)``, where no column of their own says them."""
    said = any("absence" in piece.fit.fields for piece in pieces)
    if taken.field != "attended_hours" or said:
        return []
    found = (re.fullmatch(r"[\d.,:]+ ?\(([^()]+)\)", squeezed(cell.text)) for cell in contents.cells)
    return list(dict.fromkeys(match[1] for match in found if match))


def _codes(contents: Contents, field: Field | None, legend: Legend) -> CodeChoice:
    if field is None or field.code_list is None:
        return CodeChoice()
    texts = [text for text in contents.texts if plain(text) not in dashes(contents)]
    return codes_of(texts, field.code_list, legend)


def _carries(taken: Taken) -> bool:
    """A key that stands only on the first row of its group: there are gaps, and each text that follows one is new."""
    if taken.field not in (
        "placement_id",
        "mentor_id",
        "trainee_ref",
        "date",
        "_week",
        "_month",
        "_year",
        "site_id",
    ):
        return False
    gaps = sum(_gaps(piece, number) for piece, number in taken.places)
    return gaps >= 2 and not any(_repeats(piece, number) for piece, number in taken.places)


def _gaps(piece: Piece, number: int) -> int:
    rows = piece.ground.records
    return sum(number not in row.cells for row in rows) if rows and number in rows[0].cells else 0


def _repeats(piece: Piece, number: int) -> bool:
    """Tell whether a text stands twice in a row: then a gap is a cell that somebody forgot."""
    texts = [plain(row.cells[number].text) for row in piece.ground.records if number in row.cells]
    return any(one == other for one, other in pairwise(texts))


def _fills(taken: Taken, codes: CodeChoice) -> Mapping[str, Mapping[str, str]]:
    """An absence whose row says no hours means none, where no row with this absence says any."""
    hours: dict[str, set[str]] = {}
    for piece, number in taken.places:
        attended = next((pair.column for pair in piece.fit.pairs if pair.field == "attended_hours"), None)
        if attended is None:
            return {}
        for row in piece.ground.records:
            if number in row.cells:
                cell = row.cells.get(attended)
                hours.setdefault(squeezed(row.cells[number].text), set()).add(_amount(cell))
    return {
        text: {"attended_hours": "0.00"}
        for text, said in hours.items()
        if "" in said and said <= {"", "0"} and codes.codes.get(text, code_list("absence").find(text) or text)
    }


def _amount(cell: Cell | None) -> str:
    """Return "" for no hours said, "0" for none, "+" for some."""
    if cell is None or not any(sign.isdigit() for sign in cell.text):
        return ""
    value = exact(cell.text.replace(",", ".").replace(":", "."))
    return "0" if value == 0 else "+"

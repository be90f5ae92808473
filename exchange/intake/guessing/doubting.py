"""What a guessed table leaves open: readings that could be otherwise, what every row has in common, and what nothing gives.

In: pieces of one kind and what was drawn up from them. Out: :class:`Doubt` values, which become questions, and the constants
that can be told. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from exchange.form.codes import code_list
from exchange.form.tables import Table
from exchange.intake.guessing.facts import reporter_said, title_of
from exchange.intake.guessing.pieces import Piece
from exchange.intake.guessing.proposal import BlockGuess, Doubt, FieldGuess
from exchange.intake.guessing.tables_fit import GIVEN
from exchange.intake.guessing.vocabulary import says
from exchange.intake.keys import OWN_KEYS
from exchange.intake.words import squeezed
from exchange.parties import Party


def rival_doubts(pieces: Sequence[Piece]) -> Iterable[Doubt]:
    """Ask which table it is, where two fit."""
    for piece in pieces[:1]:
        if piece.rival is not None:
            yield Doubt(
                what="table", table=piece.fit.table.name, sheet=piece.ground.sheet.name, alternatives=(piece.fit.table.name, piece.rival),
            )  # fmt: skip


def doubts_of(first: Piece, fields: Sequence[FieldGuess], blocks: Sequence[BlockGuess]) -> Iterable[Doubt]:
    """Ask what the readings of columns and blocks leave open, and then of days that may be closed."""
    form = first.fit.table
    sheet = first.ground.sheet.name
    required = {field.name for field in form.fields if field.required}
    guesses: tuple[FieldGuess | BlockGuess, ...] = (*fields, *blocks)
    for one in guesses:
        for unsure in one.choice.unsure:
            yield Doubt(
                what=unsure.choice, table=form.name, sheet=sheet, field=one.field, alternatives=unsure.alternatives,
                required=one.field in required or isinstance(one, BlockGuess),
            )  # fmt: skip
        if "column" in one.left_out:
            yield Doubt(
                what="headings", table=form.name, sheet=sheet, field=one.field, alternatives=("days", "weeks")
            )
        for text, codes in one.codes.doubtful.items():
            yield Doubt(
                what="codes", table=form.name, sheet=sheet, field=one.field, text=text, alternatives=codes
            )
    yield from _closed_days(form, first, blocks)


def _closed_days(form: Table, first: Piece, blocks: Sequence[BlockGuess]) -> Iterable[Doubt]:
    for block in blocks:
        for text, values in block.sets.items():
            if "planned_hours" in values:
                yield Doubt(
                    what="closed", table=form.name, sheet=first.ground.sheet.name, field=block.field, text=text, required=False,
                )  # fmt: skip


def constants_of(
    form: Table, given: set[str], pieces: Sequence[Piece], sender: Party | None
) -> tuple[Mapping[str, str], Sequence[Doubt]]:
    """Return what every row has in common, as far as that can be told, and what cannot."""
    constants: dict[str, str] = {}
    doubts: list[Doubt] = []
    sheet = pieces[0].ground.sheet.name
    names = set(form.field_names)
    needed = {field.name for field in form.fields if field.required} - given
    if "jobcentre" in needed:
        told = _municipality(pieces)
        if sender is not None and sender.role == "jobcentre":
            constants["jobcentre"] = "{sender}"
        elif told:
            constants["jobcentre"] = told
        else:
            doubts.append(
                Doubt(
                    what="jobcentre",
                    table=form.name,
                    sheet=sheet,
                    field="jobcentre",
                    alternatives=("{sender}",),
                )
            )
    if "agreement_id" in needed:
        doubts.append(Doubt(what="agreement", table=form.name, sheet=sheet, field="agreement_id"))
    if "basis" in needed:
        doubts.append(
            Doubt(
                what="missing", table=form.name, sheet=sheet, field="basis", alternatives=("trainee", "place")
            )
        )
    if "reporter" in names - given:
        doubts += _reporter_doubts(form, pieces, sender)
    return constants, doubts


def _municipality(pieces: Sequence[Piece]) -> str | None:
    """Return the one municipality that the title names."""
    words = squeezed(" ".join(title_of(piece.ground) for piece in pieces)).split(" ")
    found = {
        code
        for place in range(len(words) - 1)
        if says(words[place], ("jobcenter", "jobcentre"))
        and (code := code_list("municipality").find(words[place + 1].strip(",.·:")))
    }
    return found.pop() if len(found) == 1 else None


def _reporter_doubts(form: Table, pieces: Sequence[Piece], sender: Party | None) -> Iterable[Doubt]:
    """A row's reporter is the sender's own side; that is asked where the sheet speaks of the other side, or no one is named."""
    said = {side for piece in pieces if (side := reporter_said(piece.ground))}
    own = None if sender is None else "company" if sender.role == "company" else "jobcentre"
    if own is not None and (not said or said == {own}):
        return
    yield Doubt(
        what="reporter", table=form.name, sheet=pieces[0].ground.sheet.name, field="reporter",
        alternatives=tuple(dict.fromkeys((*sorted(said), *([own] if own else []), "company", "jobcentre")))[:2],
        required=own is not None or len(said) > 1,
    )  # fmt: skip


def missing(
    first: Piece, told: set[str], fields: Sequence[FieldGuess], blocks: Sequence[BlockGuess], *, times: bool
) -> Iterable[Doubt]:
    """Ask for the required fields that nothing gives.

    Args:
        first: one of the places.
        told: fields that are given, constant or asked for already.
        fields: what columns give, also what is left out and so asked for.
        blocks: what blocks give, likewise.
        times: whether hours follow from when somebody came and went.
    """
    form = first.fit.table
    given = told | {one.field for one in fields} | {one.field for one in blocks}
    made = OWN_KEYS.get(form.name)
    helped = {"_day", "_weekday", "_week"} & given or any(not block.gives for block in blocks)
    sets = {name for block in blocks for values in block.sets.values() for name in values}
    for field in form.fields:
        skip = field.name in (given | sets | GIVEN | {made}) or (field.name in ("date", "week") and helped)
        if field.required and not skip and not (field.name in ("hours", "attended_hours") and times):
            yield Doubt(what="missing", table=form.name, sheet=first.ground.sheet.name, field=field.name)

"""What stands above a table and on its sheet's name: ``Forløb: 159-00012``, ``Måned | marts 2016``, a sheet per week.

In: a :class:`Ground`. Out: :class:`Fact` per field that it gives. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exchange.intake.cells import Cell, Row, letters
from exchange.intake.dates import read_month, read_week
from exchange.intake.guessing.contents import Contents, fit, traits_of
from exchange.intake.guessing.grounds import Ground
from exchange.intake.guessing.vocabulary import folded, heading_likeness, vocabulary
from exchange.intake.words import squeezed

FACTS = (
    "placement_id",
    "mentor_id",
    "trainee_ref",
    "jobcentre",
    "agreement_id",
    "site_id",
    "reporter",
    "_year",
    "_month",
    "_week",
)
_LABELLED = re.compile(r"([^:]{2,40}):\s*(\S.*)")
_YEAR = re.compile(r"(?<![\d./-])(20[0-4]\d|19[89]\d)(?![\d./-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A field's value for the whole table.

    Attributes:
        label: the text beside or before it; empty for a cell named by ``at``.
        at: the cell's address, where no label tells it.
        pattern: takes the value out of a text that says more.
        sheet_name: the sheet's name says it.
        value: what it says, as it stands.
    """

    field: str
    value: Cell
    label: str = ""
    at: str | None = None
    pattern: str | None = None
    sheet_name: bool = False
    score: float = 1.0


def facts_of(ground: Ground, table: str = "placements") -> list[Fact]:
    """Return the facts, one per field: a label above the heading before the sheet's name."""
    found: dict[str, Fact] = {}
    for fact in (*_labelled(ground.before, table), *_of_sheet_name(ground)):
        if fact.field not in found or fact.score > found[fact.field].score:
            found[fact.field] = fact
    if "_year" not in found and not _has_year(found.get("_month")) and not _has_year(found.get("_week")):
        found |= {fact.field: fact for fact in _year_in_titles(ground)}
    return list(found.values())


def title_of(ground: Ground) -> str:
    """Return the words of the sheet's name and of what stands above the table."""
    cells = [cell.text for row in ground.before for cell in row.cells.values() if cell.kind == "text"]
    return " ".join(map(squeezed, (ground.sheet.name, *cells)))


def _has_year(fact: Fact | None) -> bool:
    return fact is not None and _YEAR.search(fact.value.text) is not None


def _labelled(rows: Sequence[Row], table: str) -> Iterable[Fact]:
    for row in rows:
        numbers = sorted(row.cells)
        for place, number in enumerate(numbers):
            cell = row.cells[number]
            right = row.cells[numbers[place + 1]] if place + 1 < len(numbers) else None
            if cell.kind != "text":
                continue
            yield from _within_one_cell(cell, table)
            if right is not None:
                yield from _beside(cell, right, table)


def _within_one_cell(cell: Cell, table: str) -> Iterable[Fact]:
    found = _LABELLED.fullmatch(squeezed(cell.text))
    if not found:
        return
    value = Cell(cell.column, found[2])
    for name, score in _fields_of(found[1], value, table):
        yield Fact(
            field=name,
            value=value,
            label=found[1],
            score=score,
        )


def _beside(label: Cell, value: Cell, table: str) -> Iterable[Fact]:
    text = squeezed(label.text)
    for name, score in _fields_of(text.rstrip(": "), value, table):
        yield Fact(field=name, value=value, label=text.rstrip(": "), score=score)


def _fields_of(label: str, value: Cell, table: str) -> Iterable[tuple[str, float]]:
    likeness = sorted(((heading_likeness(label, table, name), name) for name in FACTS), reverse=True)
    score, name = likeness[0]
    cells = 1.0 if name in ("reporter", "_month") else fit(Contents((value,), 1), name)
    if score >= 0.8 and _says(name, value) and cells > -0.3:
        yield name, score


def _says(name: str, value: Cell) -> bool:
    text = squeezed(value.text)
    if name == "_month":
        return value.kind == "date" or read_month(text) is not None
    if name == "_week":
        return read_week(text) is not None
    if name == "_year":
        return _YEAR.fullmatch(text) is not None
    if name == "placement_id":
        return traits_of(value).isdisjoint({"date", "name"}) and len(text) <= 40
    return bool(text)


def _of_sheet_name(ground: Ground) -> Iterable[Fact]:
    """A sheet per month, week or placement; ``Uge 12 2016`` gives the year too."""
    name = squeezed(ground.sheet.name)
    cell = Cell(1, name)
    if not name:
        return
    if not name.isdecimal() and read_month(name) is not None:
        yield Fact(field="_month", value=cell, sheet_name=True, score=0.9)
    elif not name.isdecimal() and read_week(name) is not None:
        yield Fact(field="_week", value=cell, sheet_name=True, score=0.9)
    elif "id" in traits_of(cell) and re.search(r"\d{2}", name) and not _YEAR.search(name.split("-")[-1]):
        yield Fact(field="placement_id", value=cell, sheet_name=True, score=0.7)


def _year_in_titles(ground: Ground) -> Iterable[Fact]:
    """The one year that the title block names; two years tell nothing."""
    found = [
        (row, cell, match)
        for row in ground.before
        for cell in row.cells.values()
        if cell.kind == "text" and (match := _YEAR.search(cell.text))
    ]
    if len({match[1] for _row, _cell, match in found}) == 1:
        row, cell, match = found[0]
        yield Fact(
            field="_year",
            value=Cell(cell.column, match[1]),
            at=f"{letters(cell.column)}{row.number}",
            pattern=r"(?:^|[^0-9./-])((?:19|20)[0-9]{2})(?![0-9./-])",
            score=0.8,
        )


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that say a field of the rows below them: by a label, or standing alone and beginning or looking alike."""

    field: str
    label: str = ""
    first: tuple[str, ...] = ()
    pattern: str | None = None


def sections_of(ground: Ground, table: str = "placements") -> list[Section]:
    """Return what rows among the records say of those below."""
    labelled = _labelled([odd.row for odd in ground.odd if odd.why == "label"], table)
    found = {
        fact.field: Section(fact.field, label=fact.label or squeezed(fact.value.text)) for fact in labelled
    }
    alone = [odd.tells for odd in ground.odd if odd.why == "alone"]
    for section in _alone(alone):
        found.setdefault(section.field, section)
    return list(found.values())


def _alone(cells: Sequence[Cell]) -> Iterable[Section]:
    """Weeks, months or case numbers that stand alone, all of one kind."""
    texts = [squeezed(cell.text) for cell in cells]
    if len(texts) < 2:
        return
    if all(read_week(text) for text in texts) and not any(text.isdecimal() for text in texts):
        yield Section("_week", first=tuple(dict.fromkeys(f"{text.split(' ')[0]} *" for text in texts)))
    elif all(read_month(text) for text in texts) and not any(text.isdecimal() for text in texts):
        yield Section("_month", pattern=r"^([^\W\d_]{3,9}\.?(?: \d{4})?)$")
    elif all("id" in traits_of(cell) for cell in cells):
        yield Section("placement_id", pattern=f"^({_shape(texts)})$")


def _shape(texts: Sequence[str]) -> str:
    """Return a pattern of texts that differ in their digits only, else of any text with a digit and no blank."""
    shapes = {re.sub(r"\d+", "#", text) for text in texts}
    if len(shapes) == 1 and len(min(shapes)) <= 60:
        return "[0-9]+".join(re.escape(part) for part in shapes.pop().split("#"))
    return r"\S*[0-9]\S*"


def reporter_said(ground: Ground) -> str | None:
    """Return which side the title block says wrote the sheet; None where it says neither or both."""
    title = title_of(ground)
    words = folded(title).split()
    sides = [
        side
        for side, said in vocabulary().reporters.items()
        if any(word.startswith(one) for word in words for one in said)
    ]
    return sides[0] if len(sides) == 1 else None

"""The columns of one table: their headings, the group headings above, their cells, and blocks of one column per day.

In: a :class:`Ground`. Out: :class:`ColumnView` and :class:`Block`. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from exchange.intake.cells import Cell, Row
from exchange.intake.dates import read_week, weekday_number
from exchange.intake.guessing.contents import (
    DAY_FIRST,
    WITHOUT_YEAR,
    Contents,
    contents_of,
    day_by,
    traits_of,
)
from exchange.intake.guessing.grounds import Ground
from exchange.intake.guessing.vocabulary import best_likeness, says
from exchange.intake.numbers import exact
from exchange.intake.words import plain, squeezed

MOST_COLUMNS = 200
"""Columns that are looked at, those of days apart: no table of the form has as many."""
_A_FIELD = 0.6
HeaderKind = Literal["dates", "days", "weekdays", "weeks", "names"]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One ordinary column.

    Attributes:
        heading: as it stands in the heading row; empty where there is none.
        above: the text of the row above in this very column, where the heading row has none.
        group: the group heading that covers the column.
        named: no other column of the row, or of the group, has this heading.
        turns: where the column stands several times side by side, all its headings; the first stands for all.
        turn_columns: the columns of the further times.
    """

    number: int
    heading: str
    above: str
    group: str
    named: bool
    contents: Contents
    turns: tuple[str, ...] = ()
    turn_columns: tuple[int, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What a person would call the column: the heading, alone and with its group."""
        own = (_stem(self.heading) if self.turns else self.heading) or self.above
        return tuple(
            filter(None, (own, f"{self.group} {own}" if self.group and own and self.group != own else ""))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns of one day, week or name each.

    Attributes:
        group: the group heading that tells this block from another; empty where there is one block.
        weeks_above: the group headings are weeks, and the columns weekdays.
        first_day: a date in the headings was written as a text.
        unsure: the numbers could be days of a month or weeks.
        gives: the field that the headings are, where they are names.
    """

    header: HeaderKind
    columns: tuple[int, ...]
    group: str
    weeks_above: bool
    headings: tuple[Cell, ...]
    contents: Contents
    unsure: bool
    gives: str = ""


def groups_of(ground: Ground) -> Mapping[int, str]:
    """Carry each group heading to the right, up to the next one or the end of its merge."""
    if ground.above is None or ground.heading is None:
        return {}
    ends = {merge.left: merge.right for merge in ground.sheet.merged if merge.top == ground.above.number}
    groups: dict[int, str] = {}
    current, until = "", 0
    for column in range(1, max((*ground.above.cells, *ground.heading.cells)) + 1):
        if column in ground.above.cells:
            current, until = squeezed(ground.above.cells[column].text), ends.get(column, 0)
        groups[column] = current if not until or column <= until else ""
    return groups


def views_of(ground: Ground, blocks: Sequence[Block]) -> list[ColumnView]:
    """Return the columns that are no day's, with a heading or with cells."""
    days = {column for block in blocks for column in block.columns}
    headings = ground.heading.cells if ground.heading else {}
    above = ground.above.cells if ground.above else {}
    filled = {column for row in ground.records for column in row.cells}
    groups = groups_of(ground)
    numbers = sorted((set(headings) | filled) - days)[:MOST_COLUMNS]
    texts = [plain(cell.text) for cell in headings.values()]
    return [
        ColumnView(
            number=number,
            heading=squeezed(headings[number].text) if number in headings else "",
            above=squeezed(above[number].text) if number in above and number not in headings else "",
            group=groups.get(number, ""),
            named=number in headings and texts.count(plain(headings[number].text)) == 1,
            contents=contents_of(ground.cells, number),
        )
        for number in numbers
    ]


def side_by_side(views: Sequence[ColumnView]) -> list[ColumnView]:
    """Put columns together that stand several times: ``Mentor 1 · Timer 1 · Mentor 2 · Timer 2``, or the same headings again.

    One heading that stands twice may be two readings of one field; only two or more headings with as many times are a series.
    """
    by_stem: dict[str, list[ColumnView]] = {}
    for view in views:
        if view.heading and not (view.group and not view.named):
            by_stem.setdefault(_stem(view.heading), []).append(view)
    series = {stem: own for stem, own in by_stem.items() if stem and len(own) > 1 and _are_turns(own)}
    times = [len(own) for own in series.values()]
    if len(series) < 2 or len(set(times)) > 1:
        return list(views)
    later = {view.number for own in series.values() for view in own[1:]}
    firsts = {own[0].number: own for own in series.values()}
    return [
        _joined(firsts[view.number]) if view.number in firsts else view
        for view in views
        if view.number not in later
    ]


def _stem(heading: str) -> str:
    """Return a heading without the number that counts it."""
    return re.sub(r"[ .(#]*[1-9]\)?$", "", plain(heading))


def _are_turns(views: Sequence[ColumnView]) -> bool:
    """The same heading each time, or numbered from 1."""
    texts = [plain(view.heading) for view in views]
    numbers = [re.search(r"([1-9])\)?$", text) for text in texts]
    counted = [int(found[1]) for found in numbers if found]
    return len(set(texts)) == 1 or counted == list(range(1, len(views) + 1))


def _joined(views: Sequence[ColumnView]) -> ColumnView:
    first = views[0]
    cells = tuple(cell for view in views for cell in view.contents.cells)
    return replace(
        first,
        named=True,
        contents=Contents(cells, sum(view.contents.rows for view in views)),
        turns=tuple(dict.fromkeys(view.heading for view in views)),
        turn_columns=tuple(view.number for view in views[1:]),
    )


def blocks_of(ground: Ground) -> list[Block]:
    """Return the blocks of day columns, several where a day stands more than once."""
    heading = ground.heading
    if heading is None:
        return []
    kind, columns, unsure = _days_of(heading, ground)
    if kind is None:
        return []
    groups = groups_of(ground)
    days = [_day_key(heading.cells[column]) for column in columns]
    twice = len(set(days)) < len(days)
    weeks = twice and kind == "weekdays" and all(read_week(groups.get(column, "")) for column in columns)
    by_group: dict[str, list[int]] = {}
    for column in columns:
        by_group.setdefault(groups.get(column, "") if twice and not weeks else "", []).append(column)
    return [
        Block(
            header=kind,
            columns=tuple(own),
            group=group,
            weeks_above=weeks,
            headings=tuple(heading.cells[column] for column in own),
            contents=_contents(ground, own),
            unsure=unsure,
        )
        for group, own in by_group.items()
    ]


def names_of(ground: Ground) -> list[Block]:
    """Return the columns that are headed by names of mentors or numbers of cases and hold hours."""
    heading = ground.heading
    if heading is None:
        return []
    for trait, gives in (("name", "mentor_id"), ("id", "placement_id")):
        columns = tuple(
            number
            for number, cell in sorted(heading.cells.items())
            if trait in traits_of(cell)
            and best_likeness(cell.text) < _A_FIELD
            and _holds_hours(ground, number)
        )
        if len(columns) >= 2:
            headings = tuple(heading.cells[number] for number in columns)
            return [
                Block(
                    header="names", columns=columns, group="", weeks_above=False, headings=headings,
                    contents=_contents(ground, columns), unsure=False, gives=gives,
                )
            ]  # fmt: skip
    return []


def _holds_hours(ground: Ground, number: int) -> bool:
    contents = contents_of(ground.cells, number)
    return bool(contents.said) and contents.share("day-hours", "time", "clock") > 0.9


def block_groups(ground: Ground, block: Block) -> str:
    """Return what stands over a block's columns, even where it needs no telling apart."""
    groups = groups_of(ground)
    said = {groups.get(column, "") for column in block.columns}
    return said.pop() if len(said) == 1 else ""


def _contents(ground: Ground, columns: Sequence[int]) -> Contents:
    cells = tuple(row.cells[column] for row in ground.records for column in columns if column in row.cells)
    return Contents(cells, len(ground.records) * len(columns))


def _day_key(cell: Cell) -> str:
    number = weekday_number(plain(cell.text)) if cell.kind == "text" else None
    return f"weekday {number}" if number else plain(cell.text)


def _days_of(heading: Row, ground: Ground) -> tuple[HeaderKind | None, list[int], bool]:
    """Return the kind of day headings that most columns have, and those columns."""
    cells = dict(sorted(heading.cells.items()))
    dates = [column for column, cell in cells.items() if _is_date(cell)]
    weekdays = [
        column for column, cell in cells.items() if cell.kind == "text" and weekday_number(plain(cell.text))
    ]
    weeks = [column for column, cell in cells.items() if cell.kind == "text" and _is_week(cell)]
    if len(dates) >= 3:
        return "dates", dates, False
    if len(weekdays) >= 4:
        return "weekdays", weekdays, False
    if len(weeks) >= 3:
        return "weeks", weeks, False
    return _numbered(cells, ground)


def _numbered(cells: Mapping[int, Cell], ground: Ground) -> tuple[HeaderKind | None, list[int], bool]:
    numbers = {column: value for column, cell in cells.items() if (value := _whole(cell)) is not None}
    run = [column for column, value in numbers.items() if 1 <= value <= 53]
    values = [numbers[column] for column in run]
    if len(run) < 4 or any(later - earlier != 1 for earlier, later in pairwise(values)):
        return None, [], False
    above = " ".join(cell.text for cell in ground.above.cells.values()) if ground.above else ""
    speaks_of_weeks = says(above, ("uge", "uger", "week", "weeks"))
    if speaks_of_weeks or values[-1] > 31:
        return "weeks", run, False
    return "days", run, values[0] != 1 or len(values) < 28


def _whole(cell: Cell) -> int | None:
    value = exact(squeezed(cell.text).rstrip("."))
    return int(value) if value is not None and value == value.to_integral_value() else None


def _is_date(cell: Cell) -> bool:
    if cell.kind == "date":
        return True
    text = squeezed(cell.text)
    if cell.kind != "text" or best_likeness(text) >= 0.9:
        return False
    return day_by(text, (*DAY_FIRST, *WITHOUT_YEAR), 2000) is not None


def _is_week(cell: Cell) -> bool:
    return "week" in traits_of(cell) and _whole(cell) is None

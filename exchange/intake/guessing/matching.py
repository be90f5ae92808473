"""Columns to fields, all at once: the assignment with the greatest sum, and how much each pair of it matters.

In: a score for each pair of column and field. Out: the pairs, and for each what the sum loses without it. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 0.3
"""Below this a pair is none: the column stays unread."""

Scores = Mapping[tuple[int, str], float]


@dataclass(frozen=True, slots=True)
class Pair:
    """A column and its field.

    Attributes:
        margin: what the best sum loses when this pair is forbidden; near 0 another reading is as good.
        rivals: columns that could be the field nearly as well, best first.
        others: fields that the column could be nearly as well, best first.
    """

    column: int
    field: str
    score: float
    margin: float
    rivals: tuple[int, ...]
    others: tuple[str, ...]


def match(
    columns: Sequence[int], fields: Sequence[str], scores: Scores, sinks: Mapping[int, float]
) -> list[Pair]:
    """Give each column at most one field and each field at most one column, the sum of scores as great as can be.

    Args:
        columns: the columns.
        fields: the fields.
        scores: by column and field; what is missing or below :data:`LEAST` is no pair.
        sinks: by column, what leaving it unread is worth: it means something that the table has no field for.
    """
    usable = {pair: score for pair, score in scores.items() if score >= LEAST}
    best = _best(columns, fields, usable, sinks)
    total = _worth(best, columns, usable, sinks)
    return [
        _pair(column, field, usable, total - _without((column, field), columns, fields, usable, sinks))
        for column, field in best.items()
    ]


def _pair(column: int, field: str, scores: Scores, margin: float) -> Pair:
    score = scores[column, field]
    near = {pair: other for pair, other in scores.items() if other >= score - 0.15}
    rivals = sorted(
        (other for other, name in near if name == field and other != column), key=lambda it: -near[it, field]
    )
    others = sorted(
        (name for other, name in near if other == column and name != field), key=lambda it: -near[column, it]
    )
    return Pair(column, field, score, margin, tuple(rivals), tuple(others))


def _without(
    pair: tuple[int, str],
    columns: Sequence[int],
    fields: Sequence[str],
    scores: Scores,
    sinks: Mapping[int, float],
) -> float:
    left = {other: score for other, score in scores.items() if other != pair}
    return _worth(_best(columns, fields, left, sinks), columns, left, sinks)


def _worth(
    found: Mapping[int, str], columns: Sequence[int], scores: Scores, sinks: Mapping[int, float]
) -> float:
    return sum(
        scores[column, found[column]] if column in found else sinks.get(column, 0.0) for column in columns
    )


def _best(
    columns: Sequence[int], fields: Sequence[str], scores: Scores, sinks: Mapping[int, float]
) -> dict[int, str]:
    """Return the best assignment: every column may also go to a sink of its own."""
    width = len(fields) + len(columns)
    costs = [
        [-scores.get((column, field), -9.0) for field in fields]
        + [-sinks.get(column, 0.0) if other == column else 9.0 for other in columns]
        for column in columns
    ]
    chosen = least_cost(costs, width)
    return {
        column: fields[place]
        for column, place in zip(columns, chosen, strict=True)
        if place < len(fields) and (column, fields[place]) in scores
    }


def least_cost(costs: Sequence[Sequence[float]], width: int) -> list[int]:
    """Return for each row its column, each column at most once, with the least sum (Hungarian method, rows ≤ columns).

    Source: Kuhn 1955, Munkres 1957, in the form with potentials that takes rows × columns² steps at most.
    """
    height = len(costs)
    row_worth, column_worth = [0.0] * (height + 1), [0.0] * (width + 1)
    owner, way = [0] * (width + 1), [0] * (width + 1)
    for row in range(1, height + 1):
        owner[0] = row
        column = 0
        slack, done = [float("inf")] * (width + 1), [False] * (width + 1)
        while owner[column]:
            done[column] = True
            column = _step(costs, (row_worth, column_worth), (owner, way), (slack, done), column)
        while column:
            owner[column] = owner[way[column]]
            column = way[column]
    places = [0] * height
    for column in range(1, width + 1):
        if owner[column]:
            places[owner[column] - 1] = column - 1
    return places


def _step(
    costs: Sequence[Sequence[float]],
    worths: tuple[list[float], list[float]],
    paths: tuple[list[int], list[int]],
    front: tuple[list[float], list[bool]],
    column: int,
) -> int:
    """Lengthen the path by the nearest column that is not on it, and shift the potentials."""
    (row_worth, column_worth), (owner, way), (slack, done) = worths, paths, front
    row = owner[column]
    free = [place for place in range(1, len(slack)) if not done[place]]
    for place in free:
        reduced = costs[row - 1][place - 1] - row_worth[row] - column_worth[place]
        if reduced < slack[place]:
            slack[place], way[place] = reduced, column
    nearest = min(free, key=lambda place: slack[place])
    shift = slack[nearest]
    for place in range(len(slack)):
        if done[place]:
            row_worth[owner[place]] += shift
            column_worth[place] -= shift
        else:
            slack[place] -= shift
    return nearest

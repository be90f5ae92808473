"""What a column of planned hours counts on a sheet with a column per day: the day, or the whole week.

In: a :class:`Piece` and its column. Out: ``day``, ``week`` or None where nothing tells. Refuses nothing.
"""

from __future__ import annotations

from decimal import Decimal
from statistics import median
from typing import Literal

from exchange.intake.cells import Cell
from exchange.intake.guessing.columns import ColumnView
from exchange.intake.guessing.pieces import Piece
from exchange.intake.guessing.vocabulary import says, vocabulary
from exchange.intake.numbers import exact, read_number


def plan_is_for(piece: Piece, view: ColumnView) -> Literal["day", "week"] | None:
    """Return what a planned figure is for: its heading says so, or it is as great as a day's hours or as all of them."""
    block = next((one.block for one in piece.fit.blocks if one.field == "attended_hours"), None)
    if block is None:
        return "day"
    words = vocabulary()
    heading = " ".join(view.words)
    if says(heading, words.per_day):
        return "day"
    if says(heading, words.per_week):
        return "week"
    ratios, counts = [], []
    for row in piece.ground.records:
        days = [value for column in block.columns if (value := _value(row.cells.get(column)))]
        plan = _value(row.cells.get(view.number))
        if plan and days:
            ratios.append(plan / max(days))
            counts.append(len(days))
    usual = median(ratios) if ratios else Decimal(0)
    if usual >= Decimal("2.5"):
        return "week"
    return "day" if 1 <= usual <= Decimal("1.5") and median(counts) >= 3 else None


def _value(cell: Cell | None) -> Decimal | None:
    if cell is None:
        return None
    return exact(cell.text) if cell.kind != "text" else read_number(cell.text, "danish")

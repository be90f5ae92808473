"""Bars of hours: figures and widths in, text out. Every bar has a letter, a pattern and its figure; colour adds nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from exchange.figures import hours
from exchange.language import choose
from exchange.language import translate as _
from exchange.reports.weeks import Side, Week
from tui.text import Script, fit_right

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FIGURE, _SIGN = 8, 10
# Columns before a bar: the week's name and the side's letter.
LEAD = 9


@dataclass(frozen=True, slots=True)
class Axis:
    """From no hours to ``top``, the same for all placements.

    Attributes:
        top: hours at the right end, above nought.
        cells: how wide the bars are.
    """

    top: Decimal
    cells: int

    def place(self, hours_: Decimal) -> int:
        """Return how many eighths of a cell the hours take; what is beyond the axis ends with it."""
        eighths = int(hours_ * self.cells * 8 / self.top)
        return min(max(eighths, 0), self.cells * 8)


def axis_for(width: int, top: Decimal) -> Axis:
    """Return the axis that fits in a line of that many cells, beside the letters and figures."""
    return Axis(top, max(width - LEAD - _FIGURE - _SIGN - 2, 8))


def letter(side: Side) -> str:
    """Return V and J, C and J in English."""
    return choose("V", "C") if side == "company" else "J"


def bar(week: Week, side: Side, axis: Axis, script: Script) -> str:
    """Return a side's bar, as wide as the axis, the agreement's mark upon it."""
    said = week.hours(side)
    drawn = _drawn(said, side, axis, script) if said is not None else _("no data")
    return _marked(drawn[: axis.cells].ljust(axis.cells), week.agreed, axis)


def figures(week: Week, side: Side, script: Script) -> str:
    """Return what stands behind a bar: the hours, and how the sides compare."""
    said = week.hours(side)
    figure = script.show("–" if said is None else hours(said))
    return f" {fit_right(figure, _FIGURE)} {_compared(week, side, script)}".rstrip()


def scale(axis: Axis, script: Script) -> str:
    """Return the figures over the bars: nought, the middle and the end."""
    middle, end = (hours(axis.top / 2), hours(axis.top))
    left = "0" + middle.rjust(axis.cells // 2 - 1)
    return script.show(left + end.rjust(axis.cells - len(left)) + " " + _("h"))


def legend(script: Script) -> str:
    """Return what the patterns and the line mean."""
    solid, shaded = ("#", "%") if script.ascii else ("█", "▒")
    return script.show(
        _("{company} {solid} company   J {shaded} jobcentre   | what is agreed").format(
            company=letter("company"), solid=solid, shaded=shaded
        )
    )


def _drawn(said: Decimal, side: Side, axis: Axis, script: Script) -> str:
    eighths = axis.place(said)
    if script.ascii:
        return ("#" if side == "company" else "%") * round(eighths / 8)
    if side == "jobcentre":
        return "▒" * round(eighths / 8)
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def _marked(cells: str, agreed: Decimal | None, axis: Axis) -> str:
    """Return the bar with the agreement's line where the bar leaves room for it."""
    if agreed is None or agreed > axis.top:
        return cells
    at = min(axis.place(agreed) // 8, axis.cells - 1)
    return cells if cells[at] != " " else f"{cells[:at]}|{cells[at + 1 :]}"


def _compared(week: Week, side: Side, script: Script) -> str:
    over = week.sides[side].is_over if side in week.sides else False
    mark = f"{'^' if script.ascii else '▲'} " if over else ""
    if side == "company" or not week.sides:
        return mark.rstrip()
    sign = script.differs if week.differs else "="
    difference = hours(week.difference)
    return f"{mark}{sign} {difference if difference.startswith('-') else '+' + difference}"

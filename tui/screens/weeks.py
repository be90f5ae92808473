"""Weeks: the hours of each placement by week and side, as bars with figures, or as a table; what is agreed beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from textual.binding import BindingType

from exchange.figures import hours
from exchange.language import translate as _
from exchange.reports.coverage_told import jobcentre_name
from exchange.reports.weeks import SIDES, PlacementWeeks, Side, Week
from exchange.reports.weeks_told import week_lines
from tui.action import Place
from tui.bars import LEAD, Axis, axis_for, bar, figures, legend, letter, scale
from tui.paragraphs import BLANK, Paragraph, Piece, Tone
from tui.screens.view import ViewScreen
from tui.text import fit, fit_right, week_text
from tui.view_actions import view_bindings

_LISTED = 12
# Weeks of the trend, the latest, which stand in one line of the pane.
_TREND = 24
_SPARKS = "▁▂▃▄▅▆▇█"
_STEPS = (Decimal(2), Decimal(4), Decimal(5), Decimal(10), Decimal(20), Decimal(30), Decimal(40), Decimal(60))


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One line: a side of a week, or the whole week where it is shown as a table.

    Attributes:
        at: the placement's place among all.
    """

    placement: PlacementWeeks
    week: Week
    side: Side
    at: int


class WeeksScreen(ViewScreen[WeekRow]):
    """The weeks of one placement at a time, or of all one below the other."""

    place: ClassVar[Place] = "weeks"
    BINDINGS: ClassVar[list[BindingType]] = view_bindings("weeks")

    _at = 0
    _table = False
    _all = False
    _zoom = 0

    def read(self) -> Sequence[WeekRow]:
        """Read the report."""
        return tuple(
            WeekRow(placement, week, side, at)
            for at, placement in enumerate(self.house.weeks())
            for week in placement.weeks
            for side in SIDES
        )

    def refilter(self) -> None:
        """Show one placement, the first that is searched for, or all of them."""
        words = self._search.casefold().split()
        found = [row for row in self.rows if self.fits(row, words)] if words else self.rows
        places = list(dict.fromkeys(row.at for row in found))
        if places and self._at not in places:
            self._at = places[0]
        wanted = set(places) if self._all else {self._at}
        self.shown = [row for row in found if row.at in wanted and (not self._table or row.side == "company")]
        empty = () if self._reading else self._empty()
        self.list.show(len(self.shown), self._drawn, self.list.cursor, empty=empty)
        self.redraw()

    def columns(self, width: int) -> str:
        """Return the axis, or the names of the table's columns."""
        if not self._table:
            return " " * LEAD + scale(self._axis(width), self.script)
        names = (letter("company"), letter("jobcentre"), _("difference"), _("agreed"))
        return fit(_("Week"), LEAD) + "".join(fit_right(name, 12) for name in names)

    def line(self, row: WeekRow, width: int) -> Sequence[Piece]:
        """Draw a side's bar with its figure, or a week's figures."""
        return self._table_line(row) if self._table else self._bar_line(row, width)

    def told(self, row: WeekRow) -> Sequence[Paragraph]:
        """Return what the placement's weeks come to."""
        one, show = row.placement, self.script.show
        differing = [week for week in one.weeks if week.differs]
        sums = {side: one.total(side) for side in SIDES}
        return [
            Paragraph((Piece(show(one.placement_id), "strong"),)),
            Paragraph(
                (Piece(show(f"{jobcentre_name(one.jobcentre)}{self.script.dot}{one.agreement_id}"), "dim"),)
            ),
            BLANK,
            _label(_("SUM")),
            *(Paragraph((Piece(f"{letter(side)} {hours(sums[side])}", "strong"),)) for side in SIDES),
            Paragraph(
                (Piece(_("difference {hours}").format(hours=hours(sums["jobcentre"] - sums["company"]))),)
            ),
            BLANK,
            Paragraph(
                (Piece(_("{count} of {all} weeks differ").format(count=len(differing), all=len(one.weeks))),)
            ),
            *self._named(_("Over what is agreed:"), [week for week in one.weeks if week.is_over]),
            *self._named(_("Without hours:"), [week for week in one.weeks if not week.sides]),
            BLANK,
            *(
                Paragraph((Piece(f"{letter(side)} {self._trend(one, side)}".replace(" ", "\u00a0")),))
                for side in SIDES
            ),
            BLANK,
            _label(_("THIS WEEK")),
            Paragraph((Piece(week_text(row.week.monday), "strong"),)),
            *(Paragraph((Piece(f"{letter(side)} {self._figure(row.week.hours(side))}"),)) for side in SIDES),
            Paragraph((Piece(_("agreed") + " " + self._figure(row.week.agreed)),)),
        ]

    def searched(self, row: WeekRow) -> str:
        """Return what a search looks into."""
        one = row.placement
        return "\n".join((one.placement_id, one.agreement_id, jobcentre_name(one.jobcentre)))

    def summary(self) -> str:
        """Return which placement is shown of how many."""
        count = self.rows[-1].at + 1 if self.rows else 0
        text = _("placement {at} of {count}").format(at=min(self._at + 1, count), count=count)
        return text if not self._all else _("all {count} placements").format(count=count)

    def nothing(self) -> Sequence[str]:
        """Return why there are no weeks."""
        return (_("No mentor hours have come yet: enblanket take FILE... --from PARTY"),)

    def progress(self) -> str:
        """Return what the patterns mean, for the line under the list."""
        return legend(self.script)

    def action_next_placement(self) -> None:
        """Show the next placement."""
        self._step(1)

    def action_prev_placement(self) -> None:
        """Show the placement before."""
        self._step(-1)

    def action_table(self) -> None:
        """Show figures in a table, for screen readers, or bars again."""
        self._table = not self._table
        self.refilter()

    def action_group(self) -> None:
        """Show all placements below one another, or one at a time."""
        self._all = not self._all
        self.refilter()

    def action_zoom_in(self) -> None:
        """Draw an hour wider."""
        self._zoom = min(self._zoom + 1, len(_STEPS) - 1)
        self.refilter()

    def action_zoom_out(self) -> None:
        """Draw an hour narrower."""
        self._zoom = max(self._zoom - 1, 1 - len(_STEPS))
        self.refilter()

    def action_copy_figures(self) -> None:
        """Copy the placement's weeks as lines, through the terminal (OSC 52)."""
        row = self.row
        if row is None:
            return
        self.app.copy_to_clipboard("\n".join(map(self.script.show, week_lines(row.placement))))
        name = self.script.show(row.placement.placement_id)
        self.say(_("The figures of {placement} are copied.").format(placement=name))

    def action_findings(self) -> None:
        """Go to the review, where this placement's findings of the week are looked for."""
        if self.row is not None:
            self.program.review_with(f"{self.row.placement.placement_id}")

    def _step(self, step: int) -> None:
        places = list(
            dict.fromkeys(row.at for row in self.rows if self.fits(row, self._search.casefold().split()))
        )
        if self._all and self.row is not None:
            self._to_placement(self.row.at + step)
        elif self._at in places and 0 <= places.index(self._at) + step < len(places):
            self._at = places[places.index(self._at) + step]
            self.refilter()
            self.list.move_to(0)

    def _to_placement(self, at: int) -> None:
        found = (place for place, row in enumerate(self.shown) if row.at == at)
        self.list.move_to(next(found, self.list.cursor))

    def _axis(self, width: int) -> Axis:
        return axis_for(width, self._top())

    def _top(self) -> Decimal:
        """Return the end of the axis: the same for all placements, unless a person zooms."""
        largest = max((row.week.hours(row.side) or Decimal(0) for row in self.rows), default=Decimal(0))
        fits = next((place for place, step in enumerate(_STEPS) if step >= largest), len(_STEPS) - 1)
        return _STEPS[min(max(fits - self._zoom, 0), len(_STEPS) - 1)]

    def _bar_line(self, row: WeekRow, width: int) -> Sequence[Piece]:
        first = row.side == "company"
        week = f"{week_text(row.week.monday)} " if first else " " * 7
        axis = self._axis(width)
        drawn = bar(row.week, row.side, axis, self.script)
        behind = fit(figures(row.week, row.side, self.script), width - LEAD - axis.cells, self.script.more)
        over = row.side in row.week.sides and row.week.sides[row.side].is_over
        tone: Tone = "error" if over else "warning" if row.week.differs else "plain"
        return (Piece(f"{week}{letter(row.side)} "), Piece(drawn, "info"), Piece(behind, tone))

    def _table_line(self, row: WeekRow) -> Sequence[Piece]:
        week = row.week
        figures = (week.hours("company"), week.hours("jobcentre"), week.difference, week.agreed)
        text = fit(week_text(week.monday), LEAD) + "".join(
            fit_right(self._figure(one), 12) for one in figures
        )
        over = "  " + _("over what is agreed") if week.is_over else ""
        return (Piece(self.script.show(text + over), "error" if week.is_over else "plain"),)

    def _figure(self, figure: Decimal | None) -> str:
        return self.script.show("–") if figure is None else hours(figure)

    def _named(self, label: str, weeks: Sequence[Week]) -> Sequence[Paragraph]:
        if not weeks:
            return ()
        names = [week_text(week.monday) for week in weeks[:_LISTED]]
        more = f" {self.script.more}" if len(weeks) > _LISTED else ""
        return (Paragraph((Piece(f"{label} {' '.join(names)}{more}", "warning"),), 2),)

    def _trend(self, one: PlacementWeeks, side: Side) -> str:
        said = [week.hours(side) or Decimal(0) for week in one.weeks[-_TREND:]]
        top = max(said, default=Decimal(0)) or Decimal(1)
        steps = "_.-=oO0#" if self.script.ascii else _SPARKS
        return "".join(steps[int(figure * (len(steps) - 1) / top)] for figure in said)


def _label(text: str) -> Paragraph:
    return Paragraph((Piece(text, "label"),))

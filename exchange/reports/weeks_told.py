"""How the weeks report is said in lines, by a command and in a file: placements of :mod:`exchange.reports.weeks` in, lines out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from exchange.figures import hours
from exchange.language import translate as _
from exchange.reports.coverage_told import jobcentre_name
from exchange.reports.weeks import week_name

if TYPE_CHECKING:
    from exchange.reports.weeks import PlacementWeeks, Week


def week_lines(one: PlacementWeeks) -> Iterator[str]:
    """Yield a placement's weeks and their sums, a blank line after them."""
    yield f"{one.placement_id}  {jobcentre_name(one.jobcentre)}  {one.agreement_id}"
    columns = (_("company"), _("jobcentre"), _("difference"), _("agreed"))
    yield "  " + _("week").ljust(10) + "".join(f"{name:>14}" for name in columns)
    yield from map(_week_line, one.weeks)
    sums = "".join(f"{hours(one.total(side)):>14}" for side in ("company", "jobcentre"))
    yield "  " + _("sum").ljust(10) + sums
    yield ""


def _week_line(week: Week) -> str:
    figures = (week.hours("company"), week.hours("jobcentre"), week.difference, week.agreed)
    text = "".join(f"{'–' if figure is None else hours(figure):>14}" for figure in figures)
    over = _("over what is agreed") if week.is_over else ""
    return f"  {week_name(week.monday):<10}{text}  {over}".rstrip()

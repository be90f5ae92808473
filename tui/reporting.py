"""What a person has written from a screen: a report of what is shown, an error report. Values in, lines out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from exchange.reports.coverage_told import coverage_lines
from exchange.reports.weeks_told import week_lines
from exchange.review.open_list import Entry
from tui.action import Place
from tui.dossier import Dossiers
from tui.house import House
from tui.plain import plain_lines


def report_lines(
    place: Place, house: House | None, entries: Callable[[], Sequence[Entry]], dossiers: Dossiers, whose: str
) -> list[str]:
    """Return the hours by week or the coverage where their screen is shown, else the findings that are shown.

    Raises:
        EnblanketError, OSError: as the house does.
    """
    if house is not None and place == "weeks":
        return [line for one in house.weeks() for line in week_lines(one)]
    if house is not None and place == "coverage":
        return list(coverage_lines(house.coverage()))
    return list(plain_lines(entries(), dossiers, whose))


def fault_lines(house: House | None, look: Mapping[str, object]) -> list[str]:
    """Return what to send when something fails: the workspace in counts, and how the screen looks; no personal data.

    Raises:
        EnblanketError, OSError: as the house does.
    """
    facts = {} if house is None else house.fault_report()
    return [f"{name}: {value}" for name, value in {**facts, **look}.items()]

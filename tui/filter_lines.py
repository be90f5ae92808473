"""The filter menu as lines: what can be asked for and what is, and the filter after a line was switched. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from exchange.checks.findings import SEVERITIES
from exchange.language import translate as _
from exchange.review.filtering import SORT_KEYS, STATUSES, Filter, SortKey, Week, read_week
from exchange.review.listing import Listing
from exchange.workspace.wording import severity_word, status_word
from tui.dossier import Dossiers
from tui.text import week_text

Kind = Literal["title", "severity", "status", "party", "rule", "week", "sort", "saved"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the menu; a title cannot be switched.

    Attributes:
        key: what is switched, as the filter names it; of a saved filter its name.
        count: how many findings have it; None where nobody counts.
    """

    kind: Kind
    key: str
    label: str
    count: int | None = None


def choices(listing: Listing, saved: Mapping[str, Filter], dossiers: Dossiers) -> list[Choice]:
    """Return the lines of the menu, saved filters first."""
    return [line for part in _parts(listing, saved, dossiers) for line in part if len(part) > 1]


def _parts(listing: Listing, saved: Mapping[str, Filter], dossiers: Dossiers) -> Iterator[Sequence[Choice]]:
    show = dossiers.script.show
    yield _part(_("SAVED FILTERS"), (Choice("saved", name, show(name)) for name in saved))
    yield _part(
        _("SEVERITY"),
        (
            Choice(
                "severity", one, f"{dossiers.script.severity[one]} {severity_word(one)}", _count(listing, one)
            )
            for one in SEVERITIES
        ),
    )
    yield _part(
        _("STATUS"),
        (
            Choice(
                "status",
                one,
                f"{dossiers.script.status[one]} {status_word(one)}",
                listing.count(Filter(statuses=frozenset({one}))),
            )
            for one in STATUSES
        ),
    )
    yield _part(
        _("PARTY"), (Choice("party", key, show(key), count) for key, count in listing.choices("party"))
    )
    yield _part(
        _("RULE"), (Choice("rule", key, dossiers.title(key), count) for key, count in listing.choices("rule"))
    )
    yield _part(
        _("WEEK (first and last)"),
        (Choice("week", key, _week_label(key), count) for key, count in listing.choices("week")),
    )
    yield _part(_("SORTED BY"), (Choice("sort", key, sort_word(key)) for key in SORT_KEYS))


def _part(title: str, lines: Iterator[Choice]) -> list[Choice]:
    return [Choice("title", "", title), *lines]


def _count(listing: Listing, severity: str) -> int:
    return listing.count(Filter(severities=frozenset(one for one in SEVERITIES if one == severity)))


def _week_label(key: str) -> str:
    week = read_week(key)
    return week_text(week.monday) if week else key


def sort_word(key: SortKey) -> str:
    """Return what a list is sorted by, in a word."""
    return {
        "severity": _("severity"),
        "week": _("week"),
        "party": _("party"),
        "rule": _("rule"),
        "amount": _("kroner"),
        "status": _("status"),
    }[key]


def is_on(choice: Choice, wanted: Filter) -> bool:
    """Whether the filter asks for it; what is not asked for at all is on for severity and status."""
    on: Mapping[Kind, Collection[str]] = {
        "severity": wanted.severities,
        "status": frozenset(STATUSES) if wanted.statuses is None else wanted.statuses,
        "party": wanted.parties,
        "rule": wanted.rules,
        "sort": wanted.sort[:1],
    }
    if choice.kind == "week":
        week = read_week(choice.key)
        return wanted.weeks is not None and week is not None and wanted.weeks[0] <= week <= wanted.weeks[1]
    return choice.key in on.get(choice.kind, ())


def switched(choice: Choice, wanted: Filter) -> Filter:
    """Return the filter with that line the other way; the last severity or status cannot be switched off."""
    ways: Mapping[Kind, Callable[[str, Filter], Filter]] = {
        "severity": _severity,
        "status": _status,
        "party": lambda key, now: replace(now, parties=_other_way(key, now.parties)),
        "rule": lambda key, now: replace(now, rules=_other_way(key, now.rules)),
        "week": _week,
        "sort": lambda key, now: replace(now, sort=sorted_by(key, now.sort)),
    }
    way = ways.get(choice.kind)
    return way(choice.key, wanted) if way else wanted


def _severity(key: str, wanted: Filter) -> Filter:
    kept = frozenset(one for one in SEVERITIES if (one in wanted.severities) != (one == key))
    return replace(wanted, severities=kept) if kept else wanted


def _status(key: str, wanted: Filter) -> Filter:
    before = frozenset(STATUSES) if wanted.statuses is None else wanted.statuses
    left = frozenset(one for one in STATUSES if (one in before) != (one == key))
    if not left:
        return wanted
    return replace(wanted, statuses=None if len(left) == len(STATUSES) else left)


def _week(key: str, wanted: Filter) -> Filter:
    week = read_week(key)
    return replace(wanted, weeks=_span(week, wanted.weeks)) if week else wanted


def sorted_by(key: str, before: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
    """Return the order with that key as the most telling; what told most before tells next."""
    return (*(one for one in SORT_KEYS if one == key), *(one for one in before if one != key))[:3]


def _other_way(key: str, before: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in before if one != key) if key in before else (*before, key)


def _span(week: Week, before: tuple[Week, Week] | None) -> tuple[Week, Week] | None:
    """Return the weeks from the first to the last that was switched on; one that is an end is taken off."""
    if before is None:
        return (week, week)
    first, last = before
    if first == last == week:
        return None
    if week in (first, last):
        other = last if week == first else first
        return (other, other)
    return (min(first, week), max(last, week))

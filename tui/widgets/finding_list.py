"""The list of findings: pages of a listing are read as they come in sight, so a million findings open as fast as ten.

Comes in: a listing and a filter. Goes out: the entry under the cursor, told when it is another. It keeps a few pages and draws the lines in sight; what fits and in which order is the listing's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from exchange.checks.findings import Finding
from exchange.figures import number
from exchange.language import choose, current
from exchange.language import translate as _
from exchange.review.filtering import Filter, hours_of
from exchange.review.listing import Listing, MemoryListing
from exchange.review.open_list import Entry
from tui.dossier import Dossiers
from tui.text import fit, fit_right, status_short
from tui.widgets.lines import Lines

Moved = Callable[[Entry | None], None]
"""Told at once, not by a message: what is shown beside the cursor is then painted with it, and not a sixtieth of a second later."""

PAGE = 256
# A screen looks at two of them at most; the others are where a person comes from.
PAGES_KEPT = 4
# Mark, cursor, severity and a blank.
_HEAD = 4
_WITH_FIGURES, _WITH_WORD = 46, 62
_FIGURE, _FIGURES = 6, 20
# A glyph, a blank and a word of eight.
_STATUS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Widths in cells of one line; ``status`` 1 leaves the status as a glyph alone, ``figures`` 9 both sides' hours out."""

    week: int
    subject: int
    title: int
    figures: int
    status: int

    @classmethod
    def for_width(cls, width: int) -> Columns:
        """Share a line out: the rule's title gets what is left of the week, the figures and the status."""
        status = _STATUS if width >= _WITH_WORD else 1
        figures = _FIGURES if width >= _WITH_FIGURES else 9
        week = 6
        rest = max(width - (_HEAD + week + 1 + 1 + figures + 1 + status), 8)
        subject = min(max(rest * 5 // 10, 4), 22)
        return cls(week=week, subject=subject, title=rest - subject - 1, figures=figures, status=status)


class FindingList(Lines, inherit_bindings=False, can_focus=True):
    """Findings, one a line, with a cursor and marks; the keys are the screen's."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "finding-list--error",
        "finding-list--warning",
        "finding-list--decided",
        "finding-list--marked",
        "finding-list--cursor",
        "finding-list--line",
    }

    class Resized(Message):
        """The list has another width: the names over its columns are drawn to it."""

    def __init__(self, dossiers: Dossiers, moved: Moved, *, id: str) -> None:  # noqa: A002 - Textual's own name
        """Start empty.

        Args:
            dossiers: how a finding is named.
            moved: is told each time which entry the cursor stands on.
            id: the widget's id in the style sheet.
        """
        super().__init__(id=id)
        self._dossiers = dossiers
        self._moved = moved
        self._listing: Listing = MemoryListing(())
        self._wanted = Filter()
        self._count = 0
        self._pages: OrderedDict[int, Sequence[Entry]] = OrderedDict()
        self._marked: Collection[str] = frozenset()
        self._cursor = 0
        self._language = ""
        self._empty: list[str] = []

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor; None in an empty list."""
        return self._entry_at(self._cursor) if self._count else None

    @property
    def cursor(self) -> int:
        """The line of the cursor, from 0."""
        return self._cursor

    @property
    def count(self) -> int:
        """How many lines the list has."""
        return self._count

    @property
    def entries(self) -> Sequence[Entry]:
        """All entries in the list, read anew: for short lists."""
        return self._listing.rows(self._wanted, 0, self._count)

    def header(self) -> str:
        """Return the names of the columns, at their places."""
        columns = Columns.for_width(self._line_width)
        if columns.figures == _FIGURES:
            sides = " ".join(
                fit_right(name, _FIGURE) for name in (choose("V", "C"), "J", self._difference_sign)
            )
        else:
            sides = fit_right(_("Kroner"), columns.figures)
        return "M".ljust(_HEAD) + " ".join(
            (
                fit(_("Week"), columns.week),
                fit(_("Who"), columns.subject),
                fit(_("Finding"), columns.title),
                sides,
                fit(_("Status") if columns.status > 1 else "", columns.status),
            )
        )

    def show(self, listing: Listing, wanted: Filter, cursor: int = 0, *, empty: Sequence[str] = ()) -> None:
        """Show what the filter lets through, the cursor on a line of it; the lines of ``empty`` where there is nothing."""
        before = self._in_sight() if self._count and current() == self._language else {}
        self._language = current()
        self._listing, self._wanted, self._empty = listing, wanted, list(empty)
        self._count = listing.count(wanted)
        self._pages.clear()
        self._cursor = min(max(cursor, 0), max(self._count - 1, 0))
        self.be_long(Size(self._line_width, self._count))
        self._refresh_changed(before)
        self._follow()

    def mark(self, finding_ids: Collection[str]) -> None:
        """Show these findings as marked, and no others."""
        self._marked = finding_ids
        self.refresh()

    def move_to(self, index: int) -> None:
        """Put the cursor on a line, or the nearest there is."""
        index = min(max(index, 0), max(self._count - 1, 0))
        if index != self._cursor:
            self.refresh_line(self._cursor)
            self._cursor = index
            self.refresh_line(index)
            self._follow()

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        index = self.scroll_offset.y + y
        base = self.base
        if index >= self._count:
            return self._empty_line(index, base)
        segments = self._segments(self._entry_at(index), cursor=index == self._cursor)
        return Strip([Segment(text, base + style) for text, style in segments]).adjust_cell_length(
            self.size.width, base
        )

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse points."""
        self.move_to(self.scroll_offset.y + event.y)

    def on_resize(self, _event: Resize) -> None:
        """Keep lines as wide as the pane, and the cursor in sight."""
        self.be_long(Size(self._line_width, self._count))
        self._scroll_to_cursor()
        self.post_message(self.Resized())

    def _in_sight(self) -> dict[int, tuple[Entry | None, bool]]:
        """Return the entries of the lines in sight, and on which the cursor stands."""
        top = round(self.scroll_y)
        return {
            line: (self._entry_at(line) if line < self._count else None, line == self._cursor)
            for line in range(top, top + self.size.height)
        }

    def _refresh_changed(self, before: dict[int, tuple[Entry | None, bool]]) -> None:
        """Paint the lines that say something else now; all of them where there were none, or are none."""
        if not before or not self._count:
            self.refresh()
            return
        now = self._in_sight()
        for line in now.keys() | before.keys():
            if now.get(line) != before.get(line):
                self.refresh_line(line)

    def _entry_at(self, index: int) -> Entry:
        page, line = divmod(index, PAGE)
        if page not in self._pages:
            self._pages[page] = self._listing.rows(self._wanted, page * PAGE, PAGE)
            while len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        return self._pages[page][line]

    def _empty_line(self, index: int, base: Style) -> Strip:
        text = self._empty[index - 1] if not self._count and 0 < index <= len(self._empty) else ""
        return Strip([Segment(f"  {text}", base)]).adjust_cell_length(self.size.width, base)

    @property
    def _line_width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _difference_sign(self) -> str:
        return "+/-" if self._dossiers.script.ascii else "Δ"

    def _segments(self, entry: Entry, *, cursor: bool) -> list[tuple[str, Style]]:
        pieces = self._pieces(entry, cursor=cursor)
        if cursor:
            style = self.get_component_rich_style("finding-list--cursor")
            return [("".join(text for text, _class in pieces), style)]
        return [(text, self.get_component_rich_style(f"finding-list--{name}")) for text, name in pieces]

    def _pieces(self, entry: Entry, *, cursor: bool) -> list[tuple[str, str]]:
        finding, script = entry.finding, self._dossiers.script
        columns = Columns.for_width(self._line_width)
        word = f" {status_short(entry.status)}" if columns.status > 1 else ""
        status = f"{script.status[entry.status]}{word}"
        marked = finding.finding_id in self._marked
        tone = "marked" if marked else "line" if entry.is_open else "decided"
        middle = " ".join(
            (
                fit(self._dossiers.when(finding), columns.week, script.more),
                fit(self._dossiers.subject(finding), columns.subject, script.more),
                fit(self._dossiers.title(finding.rule), columns.title, script.more),
                self._figures(finding, columns.figures),
                fit(status, columns.status, script.more),
            )
        )
        glyph = script.severity[finding.severity]
        return [
            (f"{self._mark if marked else ' '}{script.cursor if cursor else ' '}", tone),
            (f"{glyph} ", "line" if finding.severity == "info" else finding.severity),
            (middle, tone),
            (" " * max(self.size.width - _HEAD - cell_len(middle), 0), "line"),
        ]

    @property
    def _mark(self) -> str:
        return "*" if self._dossiers.script.ascii else "●"

    def _figures(self, finding: Finding, width: int) -> str:
        """Return both sides' hours and what the jobcentre has more; the kroner where no side has hours, or no room is."""
        company, jobcentre = hours_of(finding, "company"), hours_of(finding, "jobcentre")
        if width < _FIGURES or (company is None and jobcentre is None):
            amount = "" if finding.amount_dkk is None else number(finding.amount_dkk, 2)
            return fit_right(amount, width, self._dossiers.script.more)
        difference = (jobcentre or 0) - (company or 0)
        figures = (_hours(company), _hours(jobcentre), f"{'+' if difference > 0 else ''}{_hours(difference)}")
        return " ".join(fit_right(text, _FIGURE, self._dossiers.script.more) for text in figures)

    def _follow(self) -> None:
        self._scroll_to_cursor()
        self._moved(self.entry)

    def _scroll_to_cursor(self) -> None:
        region = Region(0, self._cursor, 1, 1)
        # Not after the next paint, which is Textual's wont: one key is one paint.
        self.scroll_to_region(region, animate=False, force=True, immediate=True)


def _hours(hundredths: int | None) -> str:
    return "-" if hundredths is None else number(Decimal(hundredths).scaleb(-2), 2)

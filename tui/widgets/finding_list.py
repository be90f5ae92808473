"""The list of findings: only the lines in sight are drawn, so 100 000 findings open as fast as ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from exchange.figures import number
from exchange.language import translate as _
from exchange.review.open_list import Entry
from tui.dossier import Dossiers
from tui.text import fit, fit_right, longest_status

WIDE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Widths in cells of one line; ``word`` 0 leaves the status as a glyph alone."""

    week: int
    subject: int
    title: int
    amount: int
    status: int

    @classmethod
    def for_width(cls, width: int) -> Columns:
        """Share a line out: the rule's title gets what is left of the week, the amount and the status."""
        status = 2 + longest_status() if width >= WIDE else 1
        week, amount = 6, 10
        rest = max(width - (3 + week + 1 + 1 + amount + 1 + status), 8)
        subject = min(max(rest * 4 // 10, 4), 22)
        return cls(week=week, subject=subject, title=rest - subject - 1, amount=amount, status=status)


class FindingList(ScrollView, inherit_bindings=False, can_focus=True):
    """Findings, one a line, with a cursor; the keys are the screen's."""

    DEFAULT_CSS = """
    FindingList { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "finding-list--error",
        "finding-list--warning",
        "finding-list--decided",
        "finding-list--cursor",
        "finding-list--line",
    }

    class Moved(Message):
        """The cursor stands on another finding, or on none."""

        def __init__(self, entry: Entry | None) -> None:
            """Carry the entry under the cursor."""
            super().__init__()
            self.entry = entry

    def __init__(self, dossiers: Dossiers, *, id: str) -> None:  # noqa: A002 - Textual's own name
        """Start empty.

        Args:
            dossiers: how a finding is named.
            id: the widget's id in the style sheet.
        """
        super().__init__(id=id)
        self._dossiers = dossiers
        self._entries: list[Entry] = []
        self._cursor = 0
        self._empty: list[str] = []

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor; None in an empty list."""
        return self._entries[self._cursor] if self._entries else None

    @property
    def cursor(self) -> int:
        """The line of the cursor, from 0."""
        return self._cursor

    @property
    def entries(self) -> Sequence[Entry]:
        """The entries in the list."""
        return self._entries

    def header(self) -> str:
        """Return the names of the columns, at their places."""
        columns = Columns.for_width(self._line_width)
        status = _("Status") if columns.status > 1 else ""
        return "   " + " ".join(
            (
                fit(_("Week"), columns.week),
                fit(_("Who"), columns.subject),
                fit(_("Finding"), columns.title),
                fit_right(_("Kroner"), columns.amount),
                fit(status, columns.status),
            )
        )

    def show(self, entries: list[Entry], cursor: int = 0, *, empty: Sequence[str] = ()) -> None:
        """Show other entries, the cursor on a line of them; the lines of ``empty`` where there are none."""
        self._entries, self._empty = entries, list(empty)
        self.virtual_size = Size(self._line_width, len(entries))
        self._cursor = min(max(cursor, 0), max(len(entries) - 1, 0))
        self.refresh()
        self._follow()

    def replace(self, index: int, entry: Entry) -> None:
        """Show a changed entry on its line."""
        self._entries[index] = entry
        self.refresh_line(index)
        if index == self._cursor:
            self.post_message(self.Moved(entry))

    def move_to(self, index: int) -> None:
        """Put the cursor on a line, or the nearest there is."""
        index = min(max(index, 0), max(len(self._entries) - 1, 0))
        if index != self._cursor:
            self.refresh_line(self._cursor)
            self._cursor = index
            self.refresh_line(index)
            self._follow()

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        index = self.scroll_offset.y + y
        base = self.rich_style
        if index >= len(self._entries):
            return self._empty_line(index, base)
        segments = self._segments(self._entries[index], cursor=index == self._cursor)
        return Strip([Segment(text, base + style) for text, style in segments]).adjust_cell_length(
            self.size.width, base
        )

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse points."""
        self.move_to(self.scroll_offset.y + event.y)

    def on_resize(self, _event: Resize) -> None:
        """Keep lines as wide as the pane, and the cursor in sight."""
        self.virtual_size = Size(self._line_width, len(self._entries))
        self._scroll_to_cursor()

    def _empty_line(self, index: int, base: Style) -> Strip:
        text = self._empty[index - 1] if not self._entries and 0 < index <= len(self._empty) else ""
        return Strip([Segment(f"  {text}", base)]).adjust_cell_length(self.size.width, base)

    @property
    def _line_width(self) -> int:
        return self.scrollable_content_region.width

    def _segments(self, entry: Entry, *, cursor: bool) -> list[tuple[str, Style]]:
        pieces = self._pieces(entry, cursor=cursor)
        if cursor:
            style = self.get_component_rich_style("finding-list--cursor")
            return [("".join(text for text, _class in pieces), style)]
        return [(text, self.get_component_rich_style(f"finding-list--{name}")) for text, name in pieces]

    def _pieces(self, entry: Entry, *, cursor: bool) -> list[tuple[str, str]]:
        finding, script = entry.finding, self._dossiers.script
        columns = Columns.for_width(self._line_width)
        amount = "" if finding.amount_dkk is None else number(finding.amount_dkk, 2)
        status = self._dossiers.status(entry) if columns.status > 1 else script.status[entry.status]
        tone = "line" if entry.is_open else "decided"
        middle = " ".join(
            (
                fit(self._dossiers.when(finding), columns.week, script.more),
                fit(self._dossiers.subject(finding), columns.subject, script.more),
                fit(self._dossiers.title(finding.rule), columns.title, script.more),
                fit_right(amount, columns.amount, script.more),
                fit(status, columns.status, script.more),
            )
        )
        glyph = script.severity[finding.severity]
        return [
            (f"{script.cursor if cursor else ' '}", "line"),
            (f"{glyph} ", "line" if finding.severity == "info" else finding.severity),
            (middle, tone),
            (" " * max(self.size.width - 3 - cell_len(middle), 0), "line"),
        ]

    def _follow(self) -> None:
        self._scroll_to_cursor()
        self.post_message(self.Moved(self.entry))

    def _scroll_to_cursor(self) -> None:
        region = Region(0, self._cursor, 1, 1)
        self.scroll_to_region(region, animate=False, force=True)

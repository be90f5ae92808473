"""A list of anything: only the lines in sight are drawn, so a ledger of 100 000 events opens as fast as one of ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.paragraphs import Piece
from tui.text import Script

Draw = Callable[[int, int], Sequence[Piece]]
"""The pieces of a line, by its number and the cells there are."""


class LineList(ScrollView, inherit_bindings=False, can_focus=True):
    """Lines with a cursor; the keys are the screen's."""

    DEFAULT_CSS = """
    LineList { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-list--plain",
        "line-list--strong",
        "line-list--dim",
        "line-list--label",
        "line-list--error",
        "line-list--warning",
        "line-list--info",
        "line-list--good",
        "line-list--cursor",
    }

    class Moved(Message):
        """The cursor stands on another line, or on none."""

    class Resized(Message):
        """The list has another width: the names over its columns are drawn to it."""

    def __init__(self, script: Script, *, id: str) -> None:  # noqa: A002 - Textual's own name
        """Start empty.

        Args:
            script: the sign of the cursor.
            id: the widget's id in the style sheet.
        """
        super().__init__(id=id)
        self._script = script
        self._count, self._cursor = 0, 0
        self._draw: Draw = lambda _index, _width: ()
        self._empty: Sequence[str] = ()

    @property
    def cursor(self) -> int:
        """The line of the cursor, from 0."""
        return self._cursor

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self._count

    def show(self, count: int, draw: Draw, cursor: int = 0, *, empty: Sequence[str] = ()) -> None:
        """Show other lines, the cursor on one of them; the lines of ``empty`` where there are none."""
        self._count, self._draw, self._empty = count, draw, empty
        self._cursor = min(max(cursor, 0), max(count - 1, 0))
        self.virtual_size = Size(self._width, count)
        self.refresh()
        self._follow()

    def move_to(self, index: int) -> None:
        """Put the cursor on a line, or the nearest there is."""
        index = min(max(index, 0), max(self._count - 1, 0))
        if index != self._cursor:
            self._cursor = index
            self.refresh()
            self._follow()

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        index = self.scroll_offset.y + y
        base = self.rich_style
        if index >= self._count:
            lines = (
                []
                if self._count
                else [part for one in self._empty for part in wrap(one, max(self._width - 4, 8))]
            )
            text = lines[index - 1] if 0 < index <= len(lines) else ""
            return Strip([Segment(f"  {text}", base)]).adjust_cell_length(self.size.width, base)
        pieces = [
            Piece(self._script.cursor if index == self._cursor else " "),
            *self._draw(index, self._width - 1),
        ]
        segments = [Segment(piece.text, base + self._style(piece, index)) for piece in pieces]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse points."""
        self.move_to(self.scroll_offset.y + event.y)

    def on_resize(self, _event: Resize) -> None:
        """Keep lines as wide as the pane, and the cursor in sight."""
        self.virtual_size = Size(self._width, self._count)
        self._into_sight()
        self.post_message(self.Resized())

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _style(self, piece: Piece, index: int) -> Style:
        # A bar turned round would look like its opposite.
        name = "cursor" if index == self._cursor and piece.tone != "info" else piece.tone
        return self.get_component_rich_style(f"line-list--{name}")

    def _follow(self) -> None:
        self._into_sight()
        self.post_message(self.Moved())

    def _into_sight(self) -> None:
        # With the line above, which may be the heading of a group.
        region = Region(0, max(self._cursor - 1, 0), 1, 2 if self._cursor else 1)
        self.scroll_to_region(region, animate=False, force=True)

"""The evidence pane: a dossier in lines of the pane's width, scrolled by its own keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Region, Size
from textual.strip import Strip

from tui.actions import bindings
from tui.paragraphs import Paragraph, Piece
from tui.widgets.lines import Lines
from tui.wrapping import wrapped

Written = Callable[[int], Sequence[Paragraph]]
"""Paragraphs for a width in cells; tables are as wide as they are told."""


class Evidence(Lines, inherit_bindings=False, can_focus=True):
    """Paragraphs, wrapped; empty where there is no finding."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("evidence")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "evidence--plain",
        "evidence--strong",
        "evidence--dim",
        "evidence--label",
        "evidence--error",
        "evidence--warning",
        "evidence--info",
        "evidence--good",
    }

    def __init__(self, *, id: str, can_focus: bool = True) -> None:  # noqa: A002 - Textual's own name
        """Start empty.

        Args:
            id: the widget's id in the style sheet.
            can_focus: whether one can go into it and scroll.
        """
        super().__init__(id=id)
        self.can_focus = can_focus
        self._written: Written = lambda _width: ()
        self._lines: list[list[Piece]] = []

    def show(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show other paragraphs, from their top."""
        self.write(lambda _width: paragraphs)

    def write(self, written: Written, *, from_top: bool = True) -> None:
        """Show what is written for the width that there is, and written anew when that changes.

        Args:
            written: gives paragraphs for a number of cells.
            from_top: else what is in sight stays: more of the same has come.
        """
        self._written = written
        self._wrap()
        if from_top and self.scroll_y:
            self.scroll_to(y=0, animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        index = self.scroll_offset.y + y
        base = self.base
        if index >= len(self._lines):
            return Strip.blank(self.size.width, base)
        segments = [Segment(piece.text, base + self._style(piece)) for piece in self._lines[index]]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def on_resize(self, _event: Resize) -> None:
        """Wrap again to the new width."""
        self._wrap()

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width - 1
        before = self._lines
        self._lines = [line for paragraph in self._written(width) for line in wrapped(paragraph, width)]
        self.be_long(Size(width + 1, len(self._lines)))
        self._refresh_changed(before)

    def _refresh_changed(self, before: Sequence[Sequence[Piece]]) -> None:
        """Paint the lines in sight that say something else: of two findings much is the same, and a key is felt as what it paints."""
        top, size = round(self.scroll_y), self.size
        changed = [
            Region(0, place, size.width, 1)
            for place in range(size.height)
            if before[top + place : top + place + 1] != self._lines[top + place : top + place + 1]
        ]
        if changed:
            self.refresh(*changed)

    def _style(self, piece: Piece) -> Style:
        return self.get_component_rich_style(f"evidence--{piece.tone}")

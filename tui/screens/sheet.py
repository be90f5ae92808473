"""The sheet around a finding's cell, on the whole screen: a copy to look at, of the bytes that were taken.

Nothing of it is written anywhere: the file is encrypted in the store, and a plain copy on the disk would outlive the look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Static

from exchange.language import translate as _
from exchange.review.sources import SourcePage
from tui.actions import bindings
from tui.paragraphs import Paragraph
from tui.side_by_side import sheet
from tui.text import Script
from tui.widgets.evidence import Evidence

ABOVE, BELOW = 200, 400
"""Rows around the cell that can be looked at."""
_SHA = 16


class SheetScreen(ModalScreen[None]):
    """Rows and columns of one source, the cell in brackets."""

    CSS_PATH = "sheet.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("sheet")

    def __init__(self, page: SourcePage, script: Script, place: str, said: str) -> None:
        """Keep what to show; texts are safe to show.

        Args:
            page: the rows.
            script: the characters it may use.
            place: file, sheet and cell.
            said: what the finding says of the cell.
        """
        super().__init__()
        self._page, self._script, self._place, self._said = page, script, place, said
        self._first = 0

    def compose(self) -> ComposeResult:
        """Where it is, the sheet, the keys."""
        with Vertical(id="sheet"):
            yield Static(self._place, id="title", markup=False)
            yield Static(self._said, classes="quiet", markup=False)
            yield Evidence(id="letters", can_focus=False)
            yield Evidence(id="evidence")
            yield Static(self._told(), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Show the rows, the cell in the middle."""
        self.set_class(self._script.ascii, "-ascii")
        self._show()
        self.call_after_refresh(self.action_sheet_cell)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cell in sight."""
        self.call_after_refresh(self.action_sheet_cell)

    def action_sheet_down(self) -> None:
        """Show later rows."""
        self._pane.scroll_relative(y=1, animate=False)

    def action_sheet_up(self) -> None:
        """Show earlier rows."""
        self._pane.scroll_relative(y=-1, animate=False)

    def action_sheet_page_down(self) -> None:
        """Show the next rows."""
        self._pane.scroll_relative(y=self._pane.size.height, animate=False)

    def action_sheet_page_up(self) -> None:
        """Show the rows before."""
        self._pane.scroll_relative(y=-self._pane.size.height, animate=False)

    def action_sheet_right(self) -> None:
        """Show columns further to the right."""
        self._move(1)

    def action_sheet_left(self) -> None:
        """Show columns further to the left."""
        self._move(-1)

    def action_sheet_cell(self) -> None:
        """Show the cell's own row in the middle."""
        self._first = 0
        self._show()
        at = next((at for at, row in enumerate(self._page.rows) if row.number == self._page.row), 0)
        self._pane.scroll_to(y=max(at - self._pane.size.height // 2, 0), animate=False)

    def action_close(self) -> None:
        """Back to the finding."""
        self.dismiss(None)

    @property
    def _pane(self) -> Evidence:
        return self.query_one("#evidence", Evidence)

    def _move(self, step: int) -> None:
        self._first = min(max(self._first + step, 0), max(len(self._page.columns) - 1, 0))
        self._show()

    def _show(self) -> None:
        """Show the rows, and above them the letters, which stay in sight."""
        self.query_one("#letters", Evidence).write(lambda width: self._written(width)[:1])
        self._pane.write(lambda width: self._written(width)[1:], from_top=False)

    def _written(self, width: int) -> Sequence[Paragraph]:
        return list(sheet(_without(self._page, self._first), self._script, width))

    def _told(self) -> str:
        keys = _(
            "arrows move · g the cell · Esc closes · a view of the stored copy, nothing is written to the disk"
        )
        return self._script.show(f"sha256 {self._page.sha256[:_SHA]}… · {keys}")


def _without(page: SourcePage, first: int) -> SourcePage:
    """Return the page without its first columns; the cell's own stays in sight where it is among the others."""
    if not first:
        return page
    rows = tuple(replace(row, cells=row.cells[first:]) for row in page.rows)
    return replace(page, columns=page.columns[first:], rows=rows, column=page.column - first)

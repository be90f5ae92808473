"""A page to read: a key, a manifest, a rule, the signs. Nothing can be changed on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from exchange.language import translate as _
from tui.actions import bindings
from tui.paragraphs import Paragraph
from tui.text import Script
from tui.view_actions import EVERY_ACTION
from tui.widgets.evidence import Evidence


class PageScreen(ModalScreen[None]):
    """Paragraphs under a title; Esc, Enter and q close."""

    CSS_PATH = "page.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("page", EVERY_ACTION)

    def __init__(self, title: str, paragraphs: Sequence[Paragraph], script: Script) -> None:
        """Keep what to show; texts are safe to show."""
        super().__init__()
        self._title, self._paragraphs, self._script = title, paragraphs, script

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with Vertical(id="page"):
            yield Static(self._title, id="title", markup=False)
            yield Evidence(id="evidence", can_focus=False)
            yield Static(self._script.show(_("↓ ↑ scroll · Esc closes")), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Show the text."""
        self.set_class(self._script.ascii, "-ascii")
        self._pane.show(self._paragraphs)

    def action_scroll_down(self) -> None:
        """Show later lines."""
        self._pane.scroll_relative(y=1, animate=False)

    def action_scroll_up(self) -> None:
        """Show earlier lines."""
        self._pane.scroll_relative(y=-1, animate=False)

    def action_page_down(self) -> None:
        """Show the next lines."""
        self._pane.scroll_relative(y=self._pane.size.height, animate=False)

    def action_page_up(self) -> None:
        """Show the lines before."""
        self._pane.scroll_relative(y=-self._pane.size.height, animate=False)

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    @property
    def _pane(self) -> Evidence:
        return self.query_one("#evidence", Evidence)

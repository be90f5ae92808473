"""The program around the screens: colours, the escape hatches of Textual closed, pictures without outside links."""

from __future__ import annotations

import re

from exchange.language import translate as _
from exchange.review.desk import Desk
from tui.dossier import Dossiers
from tui.screens.review import ReviewScreen
from tui.text import ASCII, UNICODE
from tui.themes import THEMES
from tui.typed_ahead import InOrder
from tui.words import Words


class ReviewApp(InOrder[None]):
    """`enblanket review`."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "enblanket"

    def __init__(
        self, desk: Desk, words: Words, *, heading: str, ascii_only: bool = False, theme: str = "cb-dark"
    ) -> None:
        """Gather what the screen is made of.

        Args:
            desk: the open list, and where decisions are written.
            words: names of rules and fields.
            heading: whose workspace this is; any text.
            ascii_only: no character but ASCII and æøå.
            theme: a name of :data:`tui.themes.THEMES`.
        """
        super().__init__()
        for known in THEMES.values():
            self.register_theme(known)
        self.theme = theme
        script = ASCII if ascii_only else UNICODE
        self._review = ReviewScreen(desk, Dossiers(words, script), script.show(heading))

    def on_mount(self) -> None:
        """Open the review."""
        self.push_screen(self._review)

    def action_help_quit(self) -> None:
        """Answer Ctrl+C, which ends other programs, in the user's language."""
        self._review.say(_("q ends the review; everything decided is saved."))

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Return the screen as SVG that fetches nothing: Textual's own names a font on an outside host."""
        return without_links(super().export_screenshot(title=title, simplify=simplify))


def without_links(svg: str) -> str:
    """Return an SVG without web fonts and links."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    return re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")

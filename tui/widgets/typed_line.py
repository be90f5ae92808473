"""A line to type in, where what is pasted is shown before it is obeyed: Textual's own writes it raw."""

from __future__ import annotations

from textual.widgets import Input

from exchange.sanitise import visible


class TypedLine(Input):
    """One line of text; unseen characters from the clipboard become code points."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in place of a part, as every key and paste does."""
        super().replace(visible(text), start, end)

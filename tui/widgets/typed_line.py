"""A line to type in, where what is pasted is shown before it is obeyed: Textual's own writes it raw."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from exchange.sanitise import visible


class TypedLine(Input):
    """One line of text; unseen characters from the clipboard become code points."""

    # How long the text is changes no other widget's place: Textual's own lays the whole screen out for every key.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in place of a part, as every key and paste does."""
        super().replace(visible(text), start, end)

"""A line of choices, one of them taken: ``(•) typing error  ( ) agreement exceeded``; left and right move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Click, Key
from textual.message import Message
from textual.widget import Widget

from tui.actions import bindings
from tui.text import Script


class Choices(Widget, can_focus=True):
    """Labels of which one is taken; the digit before a label, where it has one, takes it at once."""

    DEFAULT_CSS = """
    Choices { height: auto; width: 1fr; }
    Choices:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings("choices")

    class Taken(Message):
        """A digit took a choice."""

        def __init__(self, choices: Choices) -> None:
            """Carry the widget."""
            super().__init__()
            self.choices = choices

        @property
        def control(self) -> Choices:
            """The widget, for selectors."""
            return self.choices

    class Chosen(Message):
        """Enter was pressed on a choice."""

        def __init__(self, choices: Choices) -> None:
            """Carry the widget."""
            super().__init__()
            self.choices = choices

    class Typed(Message):
        """Something else was typed: the beginning of a value of one's own."""

        def __init__(self, text: str) -> None:
            """Carry it."""
            super().__init__()
            self.text = text

    def __init__(
        self,
        labels: Sequence[str],
        script: Script,
        *,
        taken: int | None = 0,
        digits: str = "",
        id: str,  # noqa: A002 - Textual's own name
    ) -> None:
        """Show the labels.

        Args:
            labels: safe to show.
            script: the sign of what is taken.
            taken: which one, from 0; None is none yet.
            digits: of each label, the digit that takes it at once; arrows only go along.
            id: the widget's id in the style sheet.
        """
        super().__init__(id=id)
        self._labels, self._script, self._digits = labels, script, digits
        self.taken = taken

    def render(self) -> Content:
        """Draw the labels on as many lines as they need."""
        return Content("  ").join(
            self._numbered_label(at) if self._digits else self._radio(at) for at in range(len(self._labels))
        )

    def on_key(self, event: Key) -> None:
        """Take the choice of a digit."""
        if not self._digits or event.character is None or not event.is_printable:
            return
        event.stop()
        if event.character in self._digits:
            self._take(self._digits.index(event.character))
        else:
            self.post_message(self.Typed(event.character))

    def on_click(self, _event: Click) -> None:
        """Take the next choice."""
        self.action_next()

    def action_next(self) -> None:
        """Take the choice to the right; after the last the first."""
        self.taken = 0 if self.taken is None else (self.taken + 1) % len(self._labels)
        self.refresh()

    def action_previous(self) -> None:
        """Take the choice to the left."""
        self.taken = ((self.taken or 0) - 1) % len(self._labels)
        self.refresh()

    def action_onward(self) -> None:
        """Say that Enter was pressed; the dialog knows what comes next."""
        self.post_message(self.Chosen(self))

    def _take(self, at: int) -> None:
        self.taken = at
        self.refresh()
        self.post_message(self.Taken(self))

    def _radio(self, at: int) -> Content:
        sign = ("*" if self._script.ascii else "•") if at == self.taken else " "
        style = "reverse" if self.has_focus and at == self.taken else ""
        return Content.assemble((f"({sign}) {self._labels[at]}", style))

    def _numbered_label(self, at: int) -> Content:
        return Content.assemble((self._digits[at], "bold $primary"), f" {self._labels[at]}")

"""A dialog of one line: a note, a passphrase, the name of a filter. Cancelling does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exchange.language import translate as _
from tui.actions import bindings
from tui.screens.decision import LOW
from tui.text import Script
from tui.widgets.typed_line import TypedLine

Give = Callable[[str, Callable[[str | None], None]], None]


class OneLineDialog(ModalScreen[None]):
    """Enter or F10 gives the line to the caller, who says why not or closes it; Esc cancels."""

    CSS_PATH = "decision.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("dialog")

    def __init__(  # noqa: PLR0913 (what one line may be)
        self,
        title: str,
        label: str,
        script: Script,
        give: Give,
        *,
        secret: bool = False,
        longest: int = 500,
        saves: bool = False,
    ) -> None:
        """Keep what to ask; texts are safe to show.

        Args:
            title: what it is about.
            label: what to write.
            script: the characters it may use.
            give: takes the line, and what to tell when it was used (None) or why it was not.
            secret: nothing that is typed is shown.
            longest: characters that the line takes.
            saves: the line itself is kept, as a note is.
        """
        super().__init__()
        self._title, self._label, self._script, self._give = title, label, script, give
        self._secret, self._longest, self._saves = secret, longest, saves
        self._giving = False

    def compose(self) -> ComposeResult:
        """Title, what to write, the line, the keys."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(self._title, id="title", markup=False)
            yield Static(self._label, classes="label", markup=False)
            yield TypedLine(id="line", password=self._secret, max_length=self._longest, compact=True)
            yield Static("", id="fault", markup=False)
            saves = _("Enter or F10 saves · Esc cancels, nothing is saved")
            keys = saves if self._saves else _("Enter or F10 goes on · Esc cancels, nothing happens")
            yield Static(self._script.show(keys), classes="quiet", markup=False)

    def on_resize(self, event: Resize) -> None:
        """Leave blank lines out where there are few."""
        self.set_class(event.size.height < LOW, "-low")

    def on_mount(self) -> None:
        """Draw the frame with the script in use."""
        self.set_class(self._script.ascii, "-ascii")
        self.set_focus(self.query_one("#line", Input))

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Give the line."""
        self.action_save()

    def action_save(self) -> None:
        """Give the line to the caller; stay open with the reason why it was of no use."""
        line = self.query_one("#line", Input).value
        if not line.strip():
            self.query_one("#fault", Static).update(_("Write something, or cancel with Esc."))
        elif not self._giving:
            self._giving = True
            self._give(line if self._secret else line.strip(), self._finished)

    def action_cancel(self) -> None:
        """Close; nothing happened."""
        if not self._giving:
            self.dismiss(None)

    def _finished(self, fault: str | None) -> None:
        self._giving = False
        if fault:
            self.query_one("#fault", Static).update(fault)
        else:
            self.dismiss(None)

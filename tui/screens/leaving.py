"""The question at the end of a review whose decisions nobody has sent: staying is the answer at hand."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from exchange.language import translate as _
from exchange.language import translate_plural
from tui.actions import bindings
from tui.text import Script

Answer = Literal["stay", "quit", "seal"]


class LeavingDialog(ModalScreen[Answer]):
    """Enter and Esc stay, q leaves, Ctrl+S seals; gives which of them."""

    CSS_PATH = "decision.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("leave")

    def __init__(self, unsent: int, script: Script) -> None:
        """Keep how many decisions no package has taken along."""
        super().__init__()
        self._unsent, self._script = unsent, script

    def compose(self) -> ComposeResult:
        """What is saved and what is not sent, the keys."""
        text = translate_plural(
            "{count} decision is saved, but not sent.",
            "{count} decisions are saved, but not sent.",
            self._unsent,
        ).format(count=self._unsent)
        keys = _("Enter stays (default) · q quits anyway · Ctrl+S seals a package")
        with Vertical(id="dialog"):
            yield Static(text, id="title", markup=False)
            yield Static(self._script.show(keys), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Draw the frame with the script in use."""
        self.set_class(self._script.ascii, "-ascii")

    def action_stay(self) -> None:
        """Go on reviewing."""
        self.dismiss("stay")

    def action_quit(self) -> None:
        """Leave; everything is saved."""
        self.dismiss("quit")

    def action_seal(self) -> None:
        """Stay, and seal a package of what was decided."""
        self.dismiss("seal")

"""The seal dialog: which months, for whom, and whether it is encrypted to the recipient's trusted card.

It hands all three to the caller and closes only when the packages lie in the outbox; a refusal stays on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from tui.view_actions import EVERY_ACTION
from tui.widgets.choices import Choices
from tui.widgets.typed_line import TypedLine

_ENCRYPTED = 1


@dataclass(frozen=True, slots=True)
class SealOrder:
    """What is to be sealed, as it was typed."""

    period: str
    recipient: str
    encrypted: bool


Give = Callable[[SealOrder, Callable[[str | None], None]], None]


class SealDialog(ModalScreen[None]):
    """Period, recipient, open or encrypted; F10 or Enter on the last seals, Esc cancels."""

    CSS_PATH = "decision.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("sealing", EVERY_ACTION)

    def __init__(self, recipients: Sequence[str], script: Script, give: Give) -> None:
        """Keep whom a package can go to."""
        super().__init__()
        self._recipients, self._script, self._give = recipients, script, give
        self._giving = False

    def compose(self) -> ComposeResult:
        """The three questions, the keys."""
        show = self._script.show
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(_("SEAL"), id="title", markup=False)
            yield Static(_("Whole months, as 2016-01-01..2016-06-30"), classes="label", markup=False)
            yield TypedLine(id="period", max_length=40, compact=True)
            yield Static(show(self._whom()), classes="label", markup=False)
            yield TypedLine(id="recipient", max_length=64, compact=True)
            yield Static(_("Who can read it"), classes="label", markup=False)
            labels = [_("anybody who has the file"), _("only the recipient: encrypted to its trusted card")]
            yield Choices(labels, self._script, id="encrypted")
            yield Static("", id="fault", markup=False)
            keys = _(
                "F10, or Enter on the last line, seals · Esc cancels, nothing is sealed · Tab next field · ← → choose"
            )
            yield Static(show(keys), classes="quiet", markup=False)

    def on_resize(self, event: Resize) -> None:
        """Leave blank lines out where there are few."""
        self.set_class(event.size.height < LOW, "-low")

    def on_mount(self) -> None:
        """Draw the frame with the script in use."""
        self.set_class(self._script.ascii, "-ascii")
        self.set_focus(self.query_one("#period", Input))

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Go to the next question."""
        self.focus_next()

    def on_choices_chosen(self, _event: Choices.Chosen) -> None:
        """Seal after the last question."""
        self.action_save()

    def action_save(self) -> None:
        """Have it sealed; stay open with the reason why not."""
        order = SealOrder(
            period=self.query_one("#period", Input).value.strip(),
            recipient=self.query_one("#recipient", Input).value.strip(),
            encrypted=self.query_one("#encrypted", Choices).taken == _ENCRYPTED,
        )
        if not order.period or not order.recipient:
            self._say(_("Write the months and the recipient, or cancel with Esc."))
        elif not self._giving:
            self._giving = True
            self._say(_("Sealing …"))
            self._give(order, self._finished)

    def action_cancel(self) -> None:
        """Close; nothing is sealed. What is being sealed is waited for."""
        if not self._giving:
            self.dismiss(None)

    def _finished(self, fault: str | None) -> None:
        self._giving = False
        if fault:
            self._say(fault)
        else:
            self.dismiss(None)

    def _say(self, text: str) -> None:
        line = self.query_one("#fault", Static)
        line.update(text)
        line.scroll_visible(animate=False)

    def _whom(self) -> str:
        if not self._recipients:
            return _("Recipient, as 159 or aud-nord")
        return _("Recipient: {names}").format(names=", ".join(self._recipients))

"""The trust dialog: a card's fingerprint in full, in digits and in words, held against what its owner reads out.

Cancel is the default. ``Trust`` does nothing until every digit fits: a few that look alike prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exchange.language import choose
from exchange.language import translate as _
from exchange.sealing.fingerprint_words import grouped_words, said_digits
from exchange.sealing.trust import Standing
from exchange.workspace.package_book import Offered, is_fingerprint_of
from tui.actions import bindings
from tui.text import Script
from tui.view_actions import EVERY_ACTION
from tui.widgets.typed_line import TypedLine

Give = Callable[[Offered, str, Callable[[str | None], None]], None]
_DIGITS = 64


class TrustDialog(ModalScreen[None]):
    """What is read out is typed, digits or words; Esc leaves everything as it was."""

    CSS_PATH = "trust.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("trust", EVERY_ACTION)

    def __init__(self, offered: Offered, script: Script, give: Give) -> None:
        """Keep the card and where the answer goes."""
        super().__init__()
        self._offered, self._script, self._give = offered, script, give
        self._giving = False

    def compose(self) -> ComposeResult:
        """Whose card it is, its fingerprint, the line to type in, what fits so far."""
        pin, show = self._offered.pin, self._script.show
        digits = pin.certificate.fingerprint.split()
        words = grouped_words(pin.certificate.sha256)
        halves = "\n".join(" ".join(digits[start : start + 8]) for start in (0, 8))
        lines = "\n".join("   ".join(words[start : start + 2]) for start in range(0, len(words), 2))
        who = f"{pin.name} ({pin.party or _('no card')})"
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(
                f"{choose('STOL PÅ DENNE NØGLE?', 'TRUST THIS KEY?')}  {show(who)}", id="title", markup=False
            )
            yield Static(show(f"{pin.source}: {standing_text(self._offered)}"), id="standing", markup=False)
            yield Static(_("Have its owner read this out on the phone, in digits or in words:"), markup=False)
            yield Static(halves, id="digits", markup=False)
            yield Static(lines, id="words", markup=False)
            yield Static(
                _("Type what you HEAR, all of it (not what you see):"), classes="label", markup=False
            )
            yield TypedLine(id="line", max_length=600, compact=True)
            yield Static(self._progress(""), id="progress", markup=False)
            yield Static("", id="fault", markup=False)
            keys = _("Esc cancels (nothing is trusted) · F10 or Enter trusts, once all of it fits")
            yield Static(show(keys), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Draw the frame with the script in use."""
        self.set_class(self._script.ascii, "-ascii")
        self.set_focus(self.query_one("#line", Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say how much of it fits."""
        self.query_one("#progress", Static).update(self._progress(event.value))

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Trust, where all of it fits."""
        self.action_confirm()

    def action_confirm(self) -> None:
        """Have the card trusted; refused until the whole fingerprint was heard."""
        heard = self.query_one("#line", Input).value
        if not is_fingerprint_of(self._offered.pin, heard):
            self.query_one("#fault", Static).update(_("Not trusted: that is not the whole fingerprint."))
        elif not self._giving:
            self._giving = True
            self._give(self._offered, heard, self._finished)

    def action_cancel(self) -> None:
        """Close; nothing is trusted."""
        if not self._giving:
            self.dismiss(None)

    def _finished(self, fault: str | None) -> None:
        self._giving = False
        if fault:
            self.query_one("#fault", Static).update(fault)
        else:
            self.dismiss(None)

    def _progress(self, heard: str) -> str:
        whole, said = self._offered.pin.certificate.sha256, said_digits(heard)
        fitting = next(
            (at for at, (a, b) in enumerate(zip(whole, said, strict=False)) if a != b),
            min(len(whole), len(said)),
        )
        if said == whole:
            return f"{self._script.status['accepted']} " + _("All of it fits.")
        text = _("{count} of {all} digits fit").format(count=fitting, all=_DIGITS)
        if fitting < len(said):
            wrong = _("then something else: start again, and do not trust a key that does not fit")
            return f"{self._script.status['rejected']} {text}, {wrong}"
        return text


def standing_text(offered: Offered) -> str:
    """Return what a card is to those trusted here."""
    return {
        Standing.NEW: _("nobody of that party is trusted here yet"),
        Standing.KNOWN: _("this very card is trusted already"),
        Standing.VOUCHED: _("it replaces a trusted card, whose key signed it"),
        Standing.UNVOUCHED: _("it replaces a trusted card, whose key did NOT sign it: ask its owner why"),
    }.get(offered.standing, offered.standing.value)

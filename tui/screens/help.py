"""The help: every key and sign, made from the action table and the script in use."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Static

from exchange.language import translate as _
from tui.actions import ACTIONS, Action, Group, bindings, group_title, key_text
from tui.text import Script, severity_word, status_word


class HelpScreen(ModalScreen[None]):
    """Keys by what they are for, and the signs."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("help")

    def __init__(self, script: Script) -> None:
        """Keep the script whose signs are explained."""
        super().__init__()
        self._script = script

    def compose(self) -> ComposeResult:
        """Two columns of keys, the signs below; one scrolling page."""
        with VerticalScroll(id="page"):
            yield Static(Content(_("HELP")).stylize("bold"), markup=False)
            with Horizontal(id="groups"):
                yield Static(self._groups("move", "find", "program"), markup=False)
                yield Static(self._groups("decide", "evidence", "dialog"), markup=False)
            yield Static(self._signs(), markup=False)
            yield Static(
                _("Undo never deletes: it writes an event that cancels the one before."), markup=False
            )
            plain = _(
                "All this without a screen: enblanket check, enblanket decide, enblanket review --plain"
            )
            yield Static(plain, markup=False)

    def on_mount(self) -> None:
        """Draw the frame with the script in use."""
        self.set_class(self._script.ascii, "-ascii")

    def on_resize(self, event: Resize) -> None:
        """Put the columns under one another where they do not fit beside."""
        self.set_class(event.size.width < 100, "-narrow")

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def _groups(self, *groups: Group) -> Content:
        return Content("\n").join(self._group(group) for group in groups)

    def _group(self, group: Group) -> Content:
        actions = [action for action in ACTIONS if action.group == group]
        title = Content.assemble((group_title(group), "bold $primary"))
        return Content("\n").join([title, *(self._action(action) for action in actions), Content("")])

    def _action(self, action: Action) -> Content:
        keys = " ".join(key_text(key, ascii_only=self._script.ascii) for key in action.keys)
        return Content.assemble((f"  {keys:<18}", "bold"), action.label)

    def _signs(self) -> Content:
        severities = "  ".join(
            f"{glyph} {severity_word(name)}" for name, glyph in self._script.severity.items()
        )
        statuses = "  ".join(f"{glyph} {status_word(name)}" for name, glyph in self._script.status.items())
        title = Content.assemble((_("Signs"), "bold $primary"))
        return Content("\n").join([title, Content(f"  {severities}"), Content(f"  {statuses}"), Content("")])

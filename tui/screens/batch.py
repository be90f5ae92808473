"""The dialog before many findings are decided at once: what they are, what they come to, and Cancel as the answer at hand.

``y`` or the button confirms; no letter that moves does, and above 25 findings their number must be typed. The caller stores
them; a refusal stays on the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exchange.language import translate as _
from exchange.review.decisions import Verb
from tui.actions import bindings
from tui.batch_text import BatchQuestion
from tui.questions import SHORTEST_REASON
from tui.screens.decision import LOW, REASON_LIMIT
from tui.text import Script
from tui.widgets.choices import Choices
from tui.widgets.typed_line import TypedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAnswer:
    """What a person said of the marked findings."""

    verb: Verb
    reason: str
    value: str | None


Decide = Callable[[BatchAnswer, Callable[[str | None], None]], None]


class BatchDialog(ModalScreen[None]):
    """Rows, sums, a reason, Cancel."""

    CSS_PATH = "batch.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("batch")

    def __init__(self, question: BatchQuestion, script: Script, decide: Decide) -> None:
        """Keep what to ask.

        Args:
            question: what stands in the dialog.
            script: the characters it may use.
            decide: takes the answer, and what to tell when it is stored (None) or why it is not.
        """
        super().__init__()
        self._question, self._script, self._decide = question, script, decide
        self._deciding = False

    def compose(self) -> ComposeResult:
        """Title, rows, sum, remarks, the fields, the two buttons."""
        question = self._question
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(question.title, id="title", markup=False)
            yield Static(self._script.show(question.heading), id="head", classes="quiet", markup=False)
            with VerticalScroll(id="rows", can_focus=False):
                yield Static("\n".join(question.rows), markup=False)
            yield Static(question.total, id="total", markup=False)
            yield Static("\n".join(question.remarks), id="remarks", markup=False)
            if question.needs_value:
                yield Static(_("New value for all of them"), classes="label", markup=False)
                yield TypedLine(id="value", compact=True)
            required = _("One reason for all of them (required)")
            label = required if question.needs_reason else _("One note for all of them")
            yield Static(label, classes="label", markup=False)
            yield TypedLine(id="reason", max_length=REASON_LIMIT, compact=True)
            if question.needs_count:
                count = _("Type the number of findings to confirm: {count}").format(count=question.count)
                yield Static(count, classes="label", markup=False)
                yield TypedLine(id="count", max_length=9, compact=True)
            yield Static("", id="fault", markup=False)
            yield Choices((_("Cancel (default)"), question.confirm), self._script, id="buttons")

    def on_resize(self, event: Resize) -> None:
        """Leave blank lines out where there are few."""
        self.set_class(event.size.height < LOW, "-low")

    def on_mount(self) -> None:
        """Draw the frame with the script in use; what must be filled in has the focus, else Cancel."""
        self.set_class(self._script.ascii, "-ascii")
        needed = ("value",) * self._question.needs_value + ("reason",) * self._question.needs_reason
        first = (*needed, *("count",) * self._question.needs_count, "buttons")[0]
        self.set_focus(self.query_one(f"#{first}"))

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Go to the next field; Enter in a field confirms nothing."""
        self.focus_next()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Do what the button says."""
        if event.choices.taken:
            self.action_confirm()
        else:
            self.action_cancel()

    def action_confirm(self) -> None:
        """Have the findings decided; stay open with the reason why not."""
        fault = self._missing()
        if fault:
            self.query_one("#fault", Static).update(fault)
        elif not self._deciding:
            self._deciding = True
            self.query_one("#fault", Static).update(_("Saving …"))
            answer = BatchAnswer(
                verb=self._question.verb, reason=self._typed("reason") or "", value=self._typed("value")
            )
            self._decide(answer, self._finished)

    def action_cancel(self) -> None:
        """Close; nothing is decided. What is being stored is waited for."""
        if not self._deciding:
            self.dismiss(None)

    def action_rows_down(self) -> None:
        """Show later rows."""
        self.query_one("#rows", VerticalScroll).scroll_relative(y=1, animate=False)

    def action_rows_up(self) -> None:
        """Show earlier rows."""
        self.query_one("#rows", VerticalScroll).scroll_relative(y=-1, animate=False)

    def _finished(self, fault: str | None) -> None:
        self._deciding = False
        if fault:
            self.query_one("#fault", Static).update(fault)
        else:
            self.dismiss(None)

    def _missing(self) -> str | None:
        reason = self._typed("reason") or ""
        if self._question.needs_value and not self._typed("value"):
            return _("Write the new value.")
        if self._question.needs_reason and len(reason) < SHORTEST_REASON:
            return _("Write a reason of at least 3 characters.")
        if self._question.needs_count and self._typed("count") != str(self._question.count):
            return _("Type {count} to confirm that so many findings are decided.").format(
                count=self._question.count
            )
        return None

    def _typed(self, name: str) -> str | None:
        fields = self.query(f"#{name}").results(Input)
        return next((field.value.strip() for field in fields), None)

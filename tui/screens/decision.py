"""The dialog that asks for a reason, and for a value where one corrects. Cancelling saves nothing.

It hands both to the caller and closes only when the caller has stored them; a refusal stays on the screen, and what was
typed with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exchange.checks.findings import CellRef
from exchange.language import translate as _
from tui.actions import bindings
from tui.at_desk import Answer
from tui.questions import SHORTEST_REASON, Question, causes, with_cause
from tui.text import Script
from tui.widgets.choices import Choices
from tui.widgets.typed_line import TypedLine
from tui.work import begin

REASON_LIMIT = 500
LOW = 30
"""Lines of a terminal under which dialogs leave blank ones out."""
_OF_A_NUMBER = "0123456789.,"

Save = Callable[[Answer, Callable[[str | None], None]], None]
Preview = Callable[[Answer], Awaitable[str]]


class DecisionDialog(ModalScreen[None]):
    """Value and reason; F10 or Enter in the last field saves, Esc cancels."""

    CSS_PATH = "decision.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("dialog")

    def __init__(self, question: Question, script: Script, save: Save, preview: Preview) -> None:
        """Keep what to ask and where the answer goes.

        Args:
            question: what stands in the dialog.
            script: the characters it may use.
            save: takes the answer, and what to tell when it is stored (None) or why it is not.
            preview: says what an answer would change.
        """
        super().__init__()
        self._question, self._script, self._save, self._preview = question, script, save, preview
        self._saving = False
        # The digit that took a side's value, and that value, until something else is typed.
        self._fresh: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        """Title, the finding in a sentence, the fields, what saving does, the keys."""
        question = self._question
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(question.title, id="title", markup=False)
            yield Static(question.subject, classes="quiet", markup=False)
            yield Static(question.message, id="message", markup=False)
            yield from self._value_fields()
            yield Static(question.reason_label, classes="label", markup=False)
            yield TypedLine(id="reason", max_length=REASON_LIMIT, compact=True)
            if question.verb == "correct":
                yield Choices(causes(), self._script, taken=len(causes()) - 1, id="cause")
            yield Static(question.effect, id="effect", markup=False)
            yield Static("", id="fault", markup=False)
            keys = _("Enter or F10 saves · Esc cancels, nothing is saved · Tab next field")
            yield Static(self._script.show(keys), classes="quiet", markup=False)

    def _value_fields(self) -> ComposeResult:
        question = self._question
        if len(question.cells) > 1:
            yield Static(_("Which cell (number)"), classes="label", markup=False)
            listed = (f"{number} {text}" for number, (_cell, text) in enumerate(question.cells, start=1))
            yield Static("\n".join(listed), markup=False)
            yield TypedLine(question.cell, id="cell", restrict=r"[0-9]*", max_length=1, compact=True)
        if question.verb == "correct":
            yield Static(_("New value"), classes="label", markup=False)
            if question.offers:
                labels = [offer.label for offer in question.offers]
                digits = "".join(offer.digit for offer in question.offers)
                yield Choices(labels, self._script, taken=None, digits=digits, id="offers")
            yield TypedLine(question.value, id="value", compact=True)

    def on_resize(self, event: Resize) -> None:
        """Leave blank lines out where there are few."""
        self.set_class(event.size.height < LOW, "-low")

    def on_mount(self) -> None:
        """Draw the frame with the script in use; what is likely to be typed first has the focus."""
        self.set_class(self._script.ascii, "-ascii")
        first = "#reason" if self._question.verb != "correct" else self._first_of_value
        self.set_focus(self.query_one(first))
        self._show_effect()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field; save after the reason, which is the last."""
        if event.input.id == "reason":
            self.action_save()
        elif event.input.id == "value":
            self.set_focus(self.query_one("#reason", Input))
        else:
            self.focus_next()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the value would change."""
        meant = self._gone_on(event.value) if event.input.id == "value" else None
        if meant is not None:
            self._put(meant)
        elif event.input.id != "reason":
            self._show_effect()

    def on_choices_taken(self, event: Choices.Taken) -> None:
        """Put a side's value into the field, and the other side's cell before it."""
        if event.choices.id != "offers" or event.choices.taken is None:
            return
        offer = self._question.offers[event.choices.taken]
        self._fresh = (offer.digit, offer.text)
        self._put(offer.text)
        if len(self._question.cells) > 1:
            self.query_one("#cell", Input).value = self._question.cell_without(offer.value)

    def on_choices_chosen(self, _event: Choices.Chosen) -> None:
        """Go to the next field."""
        self.focus_next()

    def on_choices_typed(self, event: Choices.Typed) -> None:
        """Begin a value of one's own, or go on with one whose first digit took a side's."""
        begun = self._fresh[0] if self._fresh else ""
        self._fresh = None
        self._put(begun + event.text)

    def _put(self, text: str) -> None:
        value = self.query_one("#value", TypedLine)
        self.set_focus(value)
        value.select_on_focus = False
        value.value = text
        value.cursor_position = len(text)

    def _gone_on(self, text: str) -> str | None:
        """Return the number that was meant where a digit took a side's value and more of a number follows."""
        if self._fresh is None or text == self._fresh[1]:
            return None
        digit, taken = self._fresh
        self._fresh = None
        more = text.removeprefix(taken)
        return digit + more if len(text) == len(taken) + 1 and more in _OF_A_NUMBER else None

    def action_save(self) -> None:
        """Have the answer stored; stay open with the reason why not."""
        answer = self._answer()
        fault = self._missing(answer)
        if fault:
            self._say(fault)
        elif not self._saving:
            self._saving = True
            self._save(answer, self._finished)

    def action_cancel(self) -> None:
        """Close; nothing is saved. What is being saved is waited for."""
        if not self._saving:
            self.dismiss(None)

    @property
    def _first_of_value(self) -> str:
        if len(self._question.cells) > 1 and not self._question.cell:
            return "#cell"
        return "#offers" if self._question.offers else "#value"

    def _answer(self) -> Answer:
        cause = next((one.taken for one in self.query("#cause").results(Choices)), None)
        reason = self.query_one("#reason", Input).value.strip()
        return Answer(
            verb=self._question.verb,
            reason=with_cause(reason, cause)[:REASON_LIMIT] if reason else "",
            value=self._typed("value"),
            cell=self._cell(),
        )

    def _show_effect(self) -> None:
        if self._question.verb == "correct" and self.is_mounted:
            begin(self, self._previewing, group="preview", exclusive=True)

    async def _previewing(self) -> None:
        answer = self._answer()
        if len(self._question.cells) > 1 and not self._typed("cell"):
            text = _("Write the number of the cell to correct.")
        else:
            text = await self._preview(answer) if answer.value else _("no value yet")
        label = _("Effect")
        self.query_one("#effect", Static).update(f"{label}  {text}")

    def _finished(self, fault: str | None) -> None:
        self._saving = False
        if fault:
            self._say(fault)
        else:
            self.dismiss(None)

    def _say(self, fault: str) -> None:
        line = self.query_one("#fault", Static)
        line.update(fault)
        line.scroll_visible(animate=False)

    def _typed(self, name: str) -> str | None:
        fields = self.query(f"#{name}").results(Input)
        return next((field.value.strip() for field in fields), None)

    def _cell(self) -> CellRef | None:
        number = self._typed("cell")
        numbered = {str(place): cell for place, (cell, _text) in enumerate(self._question.cells, start=1)}
        return numbered.get(number or "1")

    def _missing(self, answer: Answer) -> str | None:
        if self._typed("cell") is not None and answer.cell is None:
            return _("Write the number of the cell to correct.")
        if answer.value == "":
            return _("Write the new value.")
        if not answer.reason:
            return _("Write a reason: it stands in the ledger and in the package.")
        typed = self._typed("reason") or ""
        return _("Write a reason of at least 3 characters.") if len(typed) < SHORTEST_REASON else None

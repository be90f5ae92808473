"""The dialog that asks for a reason, and for a value where one corrects. Cancelling saves nothing.

It hands both to the caller and closes only when the caller has stored them; a refusal stays on the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exchange.language import translate as _
from exchange.review.decisions import Verb
from exchange.review.open_list import Entry
from tui.actions import bindings
from tui.dossier import Dossiers
from tui.text import Script
from tui.widgets.typed_line import TypedLine

REASON_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the dialog shows; every text is safe to show."""

    title: str
    subject: str
    message: str
    effect: str
    wants_value: bool
    value: str
    reason_label: str

    @classmethod
    def about(cls, verb: Verb, entry: Entry, dossiers: Dossiers) -> Question:
        """Return the question that a verb puts about a finding."""
        finding = entry.finding
        return cls(
            title=f"{_verb_title(verb)}  {dossiers.title(finding.rule)}",
            subject=dossiers.subject(finding),
            message=dossiers.script.show(finding.message),
            effect=_effect(verb, entry, dossiers),
            wants_value=verb == "correct",
            value=_suggestion(entry) if verb == "correct" else "",
            reason_label=_("Question (required)") if verb == "ask" else _("Reason (required)"),
        )


class DecisionDialog(ModalScreen[None]):
    """Value and reason; F10 or Enter in the last field saves, Esc cancels."""

    CSS_PATH = "decision.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = bindings("dialog")

    def __init__(
        self, question: Question, script: Script, save: Callable[[str, str | None], str | None]
    ) -> None:
        """Keep what to ask and where the answer goes.

        Args:
            question: what stands in the dialog.
            script: the characters it may use.
            save: takes reason and value, returns why they were not stored or None.
        """
        super().__init__()
        self._question, self._script, self._save = question, script, save

    def compose(self) -> ComposeResult:
        """Title, the finding in a sentence, the fields, what saving does, the keys."""
        question = self._question
        with Vertical(id="dialog"):
            yield Static(question.title, id="title", markup=False)
            yield Static(question.subject, classes="quiet", markup=False)
            yield Static(question.message, id="message", markup=False)
            if question.wants_value:
                yield Static(_("New value"), classes="label", markup=False)
                yield TypedLine(question.value, id="value", compact=True)
            yield Static(question.reason_label, classes="label", markup=False)
            yield TypedLine(id="reason", max_length=REASON_LIMIT, compact=True)
            yield Static(question.effect, id="effect", markup=False)
            yield Static("", id="fault", markup=False)
            keys = _("Enter or F10 saves · Esc cancels, nothing is saved · Tab next field")
            yield Static(self._script.show(keys), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Draw the frame with the script in use."""
        self.set_class(self._script.ascii, "-ascii")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go from the value to the reason; save after the reason."""
        if event.input.id == "value":
            self.query_one("#reason", Input).focus()
        else:
            self.action_save()

    def action_save(self) -> None:
        """Have the answer stored; stay open with the reason why not."""
        reason = self.query_one("#reason", Input).value.strip()
        value = self.query_one("#value", Input).value.strip() if self._question.wants_value else None
        fault = self._missing(reason, value) or self._save(reason, value)
        if fault:
            self.query_one("#fault", Static).update(fault)
        else:
            self.dismiss(None)

    def action_cancel(self) -> None:
        """Close; nothing is saved."""
        self.dismiss(None)

    def _missing(self, reason: str, value: str | None) -> str | None:
        if value == "":
            return _("Write the new value.")
        return None if reason else _("Write a reason: it stands in the ledger and in the package.")


def _verb_title(verb: Verb) -> str:
    return {"accept": _("ACCEPT"), "correct": _("CORRECT"), "reject": _("REJECT"), "ask": _("ASK")}[verb]


def _effect(verb: Verb, entry: Entry, dossiers: Dossiers) -> str:
    if verb == "reject":
        return _("Nothing is changed; the finding stands as rejected, with the reason.")
    if verb == "ask":
        return _("The finding stays open until it is answered.")
    arrow = dossiers.script.arrow
    return (
        f"{_('The proposal was')} {arrow} {dossiers.proposed(entry.finding)}"
        if entry.finding.proposal
        else ""
    )


def _suggestion(entry: Entry) -> str:
    """Return the proposed value to start from; none where it could not be shown as it is."""
    proposal = entry.finding.proposal
    value = proposal.value if proposal and proposal.field != "*" else None
    return value if value and value.isprintable() else ""

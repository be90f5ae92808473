"""The dialog that asks for a reason, and for a value where one corrects. Cancelling saves nothing.

It hands both to the caller and closes only when the caller has stored them; a refusal stays on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exchange.checks.findings import CellRef, Finding
from exchange.language import translate as _
from exchange.review.decisions import Verb
from exchange.review.open_list import Entry
from tui.actions import bindings
from tui.at_desk import Answer
from tui.dossier import Dossiers
from tui.text import Script
from tui.widgets.typed_line import TypedLine

REASON_LIMIT = 500
CELLS_LISTED = 9


Save = Callable[[Answer, Callable[[str | None], None]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the dialog shows; every text is safe to show."""

    title: str
    subject: str
    message: str
    effect: str
    verb: Verb
    cells: tuple[tuple[CellRef, str], ...]
    cell: str
    value: str
    reason_label: str

    @classmethod
    def about(cls, verb: Verb, entry: Entry, dossiers: Dossiers) -> Question:
        """Return the question that a verb puts about a finding."""
        finding = entry.finding
        cells = _cells(finding, dossiers) if verb == "correct" else ()
        return cls(
            title=f"{_verb_title(verb)}  {dossiers.title(finding.rule)}",
            subject=dossiers.subject(finding),
            message=dossiers.script.show(finding.message),
            effect=_effect(verb, finding, dossiers),
            verb=verb,
            cells=cells,
            cell=_proposed_number(finding, cells),
            value=_suggestion(finding) if verb == "correct" else "",
            reason_label=_("Question (required)") if verb == "ask" else _("Reason (required)"),
        )


class DecisionDialog(ModalScreen[None]):
    """Value and reason; F10 or Enter in the last field saves, Esc cancels."""

    CSS_PATH = "decision.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = bindings("dialog")

    def __init__(self, question: Question, script: Script, save: Save) -> None:
        """Keep what to ask and where the answer goes.

        Args:
            question: what stands in the dialog.
            script: the characters it may use.
            save: takes the answer, and what to tell when it is stored (None) or why it is not.
        """
        super().__init__()
        self._question, self._script, self._save = question, script, save
        self._saving = False

    def compose(self) -> ComposeResult:
        """Title, the finding in a sentence, the fields, what saving does, the keys."""
        question = self._question
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(question.title, id="title", markup=False)
            yield Static(question.subject, classes="quiet", markup=False)
            yield Static(question.message, id="message", markup=False)
            if len(question.cells) > 1:
                yield Static(_("Which cell (number)"), classes="label", markup=False)
                listed = (f"{number} {text}" for number, (_cell, text) in enumerate(question.cells, start=1))
                yield Static("\n".join(listed), markup=False)
                yield TypedLine(question.cell, id="cell", compact=True)
            if question.verb == "correct":
                yield Static(_("New value"), classes="label", markup=False)
                yield TypedLine(question.value, id="value", compact=True)
            yield Static(question.reason_label, classes="label", markup=False)
            yield TypedLine(id="reason", max_length=REASON_LIMIT, compact=True)
            yield Static(question.effect, id="effect", markup=False)
            yield Static("", id="fault", markup=False)
            keys = _("Enter or F10 saves · Esc cancels, nothing is saved · Tab next field")
            yield Static(self._script.show(keys), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Draw the frame with the script in use; a cell that is proposed needs no typing."""
        self.set_class(self._script.ascii, "-ascii")
        first = "#value" if self._question.cell else "Input"
        self.set_focus(self.query(first).first(Input))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field; save after the reason, which is the last."""
        if event.input.id == "reason":
            self.action_save()
        else:
            self.focus_next()

    def action_save(self) -> None:
        """Have the answer stored; stay open with the reason why not."""
        answer = Answer(
            verb=self._question.verb,
            reason=self.query_one("#reason", Input).value.strip(),
            value=self._typed("value"),
            cell=self._cell(),
        )
        fault = self._missing(answer)
        if fault:
            self.query_one("#fault", Static).update(fault)
        elif not self._saving:
            self._saving = True
            self._save(answer, self._finished)

    def action_cancel(self) -> None:
        """Close; nothing is saved. What is being saved is waited for."""
        if not self._saving:
            self.dismiss(None)

    def _finished(self, fault: str | None) -> None:
        self._saving = False
        if fault:
            self.query_one("#fault", Static).update(fault)
        else:
            self.dismiss(None)

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
        return None if answer.reason else _("Write a reason: it stands in the ledger and in the package.")


def _verb_title(verb: Verb) -> str:
    return {"accept": _("ACCEPT"), "correct": _("CORRECT"), "reject": _("REJECT"), "ask": _("ASK")}[verb]


def _effect(verb: Verb, finding: Finding, dossiers: Dossiers) -> str:
    if verb == "reject":
        return _("Nothing is changed; the finding stands as rejected, with the reason.")
    if verb == "ask":
        return _("The finding stays open until it is answered.")
    was = _("The proposal was")
    return f"{was} {dossiers.script.arrow} {dossiers.proposed(finding)}" if finding.proposal else ""


def _cells(finding: Finding, dossiers: Dossiers) -> tuple[tuple[CellRef, str], ...]:
    """Return the cells that a value of one's own can be for, as the evidence shows them."""
    fields = {item.ref: item for item in finding.evidence if item.field not in dict(item.key)}
    return tuple((ref, dossiers.cell(item).text.strip()) for ref, item in fields.items())[:CELLS_LISTED]


def _proposed_number(finding: Finding, cells: Sequence[tuple[CellRef, str]]) -> str:
    proposal = finding.proposal
    wanted = CellRef(proposal.table, proposal.key, proposal.field) if proposal else None
    return next((str(place) for place, (cell, _text) in enumerate(cells, start=1) if cell == wanted), "")


def _suggestion(finding: Finding) -> str:
    """Return the proposed value to start from; none where it could not be shown as it is."""
    proposal = finding.proposal
    value = proposal.value if proposal and proposal.field != "*" else None
    return value if value and value.isprintable() else ""

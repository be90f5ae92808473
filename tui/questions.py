"""What the dialogs ask before a decision: the sides' values to take, the cell it is for, the causes. Pure; nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exchange import figures
from exchange.checks.findings import CellRef, Finding
from exchange.form.canonical import read_number
from exchange.language import translate as _
from exchange.review.comparison import compare
from exchange.review.decisions import Verb
from exchange.review.desk import Effect
from exchange.review.open_list import Entry
from exchange.review.sources import Facts
from tui.dossier import Dossiers, kroner_text
from tui.side_by_side import SideBySide
from tui.text import date_text, number_text, side_letter

CELLS_LISTED = 9
SHORTEST_REASON = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that one key takes: whose it is, as it is written here and as the form has it.

    Attributes:
        digit: 1 for the company's, 2 for the jobcentre's, 3 for the agreement's.
    """

    digit: str
    label: str
    text: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the dialog shows; every text is safe to show.

    Attributes:
        cells: where a value can go, and how each is shown.
        cell: number of the proposed one, empty where none is.
        value: what stands in the field at first.
        offers: the values of the company, the jobcentre and the agreement.
        reported: what each of the cells says.
    """

    title: str
    subject: str
    message: str
    effect: str
    verb: Verb
    cells: tuple[tuple[CellRef, str], ...]
    cell: str
    value: str
    reason_label: str
    offers: tuple[Offer, ...] = ()
    reported: tuple[str | None, ...] = ()

    @classmethod
    def about(cls, verb: Verb, entry: Entry, dossiers: Dossiers, facts: Facts | None = None) -> Question:
        """Return the question that a verb puts about a finding."""
        finding = entry.finding
        cells = _cells(finding, dossiers) if verb == "correct" else ()
        return cls(
            title=f"{verb_title(verb)}  {dossiers.title(finding.rule)}",
            subject=dossiers.subject(finding),
            message=dossiers.script.show(finding.message),
            effect=_effect(verb, finding, dossiers),
            verb=verb,
            cells=cells,
            cell=_proposed_number(finding, cells),
            value=_suggestion(finding, dossiers) if verb == "correct" else "",
            reason_label=_("Question (required)") if verb == "ask" else _("Reason (required)"),
            offers=tuple(_offers(finding, facts or Facts(), dossiers)) if verb == "correct" else (),
            reported=tuple(_reported(finding, cell) for cell, _text in cells),
        )

    def cell_without(self, value: str) -> str:
        """Return the number of the cell to correct when a side's value is right: the first of its kind that says something else."""
        proposed = self.cells[int(self.cell or "1") - 1][0] if self.cells else None
        for number, ((cell, _text), said) in enumerate(zip(self.cells, self.reported, strict=True), start=1):
            if (
                proposed is not None
                and (cell.table, cell.field) == (proposed.table, proposed.field)
                and said != value
            ):
                return str(number)
        return self.cell


def verb_title(verb: Verb) -> str:
    """Return the verb as a heading."""
    return {"accept": _("ACCEPT"), "correct": _("CORRECT"), "reject": _("REJECT"), "ask": _("ASK")}[verb]


def causes() -> list[str]:
    """Return why a value is corrected, most common first; the last says nothing."""
    return [_("typing error"), _("agreement exceeded"), _("entered twice"), _("other")]


def with_cause(reason: str, taken: int | None) -> str:
    """Return the reason with its cause before it; “other” adds nothing."""
    named = causes()[:-1]
    return f"{named[taken]}: {reason}" if taken is not None and taken < len(named) else reason


def effect_text(effect: Effect, dossiers: Dossiers) -> str:
    """Return what a decision would change, in the user's language."""
    if effect.refused is not None:
        return dossiers.script.show(effect.refused)
    changes = [
        f"{dossiers.field(one.table, one.field)} {dossiers.value(one.table, one.field, one.reported)} "
        f"{dossiers.script.arrow} {dossiers.value(one.table, one.field, one.corrected)}{_difference(one.reported, one.corrected)}"
        for one in effect.corrections
    ]
    amount = [kroner_text(effect.dkk, signed=True)] if effect.dkk is not None and effect.corrections else []
    unknown = [_("kroner not known")] if effect.dkk is None and effect.corrections else []
    told = dossiers.script.dot.join([*changes, *amount, *unknown]) or _("no value changes")
    return told.replace("\u00a0", " ")


def _difference(reported: str | None, corrected: str | None) -> str:
    before, after = (read_number(text or "") for text in (reported, corrected))
    if before is None or after is None:
        return ""
    plus = "+" if after > before else ""
    return f" ({plus}{figures.number(after - before)})"


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
    shown = ((ref, _cell_text(item.key, dossiers.cell(item).text.strip())) for ref, item in fields.items())
    return tuple(shown)[:CELLS_LISTED]


def _cell_text(key: Sequence[tuple[str, str]], text: str) -> str:
    side = side_letter(dict(key).get("reporter", "")).strip()
    return f"{side} {text}" if side else text


def _offers(finding: Finding, facts: Facts, dossiers: Dossiers) -> list[Offer]:
    """Return the values of the first thing compared that is not a key: V, J and A."""
    lines = [line for line in compare(finding, facts) if line.company or line.jobcentre]
    if not lines:
        return []
    line, beside = lines[0], SideBySide(dossiers.words, dossiers.script)
    sides = (
        ("1", side_letter("company"), line.company),
        ("2", "J", line.jobcentre),
        ("3", "A", line.agreement),
    )
    return [
        Offer(
            digit,
            f"{letter} {beside.value(line, value)}",
            _as_typed(line.table, line.field, value[0], dossiers),
            value[0],
        )
        for digit, letter, value in sides
        if len(value) == 1 and value[0].isprintable()
    ]


def _proposed_number(finding: Finding, cells: Sequence[tuple[CellRef, str]]) -> str:
    proposal = finding.proposal
    wanted = CellRef(proposal.table, proposal.key, proposal.field) if proposal else None
    return next((str(place) for place, (cell, _text) in enumerate(cells, start=1) if cell == wanted), "")


def _reported(finding: Finding, cell: CellRef) -> str | None:
    return next((item.value for item in finding.evidence if item.ref == cell), None)


def _suggestion(finding: Finding, dossiers: Dossiers) -> str:
    """Return the proposed value to start from; none where it could not be shown as it is."""
    proposal = finding.proposal
    value = proposal.value if proposal and proposal.field != "*" else None
    if proposal is None or not value or not value.isprintable():
        return ""
    return _as_typed(proposal.table, proposal.field, value, dossiers)


def _as_typed(table: str, field: str, value: str, dossiers: Dossiers) -> str:
    """Return a value as a person here types it; the desk reads it back."""
    kind = dossiers.words.field(table, field).type
    if (
        kind == "number"
        and read_number(value) is not None
        and figures.typed_number(number_text(value)) == value
    ):
        return number_text(value)
    return date_text(value) if kind == "date" and figures.typed_day(date_text(value)) == value else value

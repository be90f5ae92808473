"""What is said of one finding, as paragraphs: the evidence pane shows them, ``--plain`` prints them.

Comes in: an entry of the open list and the words of form and rules. Goes out: paragraphs of pieces, each with
a tone that the screen colours; every text has passed :meth:`tui.text.Script.show`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from exchange import figures
from exchange.checks.findings import Evidence, Finding
from exchange.language import quoted
from exchange.language import translate as _
from exchange.review.decisions import Decision, Verb
from exchange.review.open_list import Entry, Status
from exchange.workspace.wording import severity_word, status_word
from tui.paragraphs import BLANK, Paragraph, Piece, Tone
from tui.text import (
    Script,
    date_text,
    moment_text,
    number_text,
    side_letter,
    side_word,
    week_text,
)
from tui.words import Words

SAID_AS: dict[Verb, Status] = {
    "accept": "accepted",
    "correct": "corrected",
    "reject": "rejected",
    "ask": "asked",
}
# Subject columns that the list shows otherwise (its own column), or that are the same for a whole workspace.
_ELSEWHERE = frozenset({"agreement_id", "date", "week", "month", "from", "to"})


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Writes dossiers with one script and one set of words."""

    words: Words
    script: Script

    def title(self, rule: str) -> str:
        """Return the rule's id and title."""
        text = self.words.rule(rule)
        return self.script.show(f"{rule} {text.title}" if text else rule)

    def subject(self, finding: Finding) -> str:
        """Return whom a finding is about, without agreement and dates; the agreement where nothing else is."""
        parts = [
            side_letter(value) if name == "reporter" else date_text(value)
            for name, value in finding.subject
            if name not in _ELSEWHERE
        ]
        return self.script.show(" ".join(parts or [value for _name, value in finding.subject[:1]]))

    def when(self, finding: Finding) -> str:
        """Return the ISO week of the earliest evidence; a blank for a finding that no date is bound to."""
        return week_text(finding.dated) if finding.dated else ""

    def status(self, entry: Entry) -> str:
        """Return the status as glyph and word."""
        return f"{self.script.status[entry.status]} {status_word(entry.status)}"

    def of(self, entry: Entry) -> list[Paragraph]:
        """Return everything that is known of a finding, the most telling first."""
        finding = entry.finding
        return [
            *self.head(finding),
            BLANK,
            *self._evidence(finding),
            BLANK,
            *self.worth(finding),
            *self._proposal(finding),
            *self.rule(finding),
            BLANK,
            *self.decision(entry),
        ]

    def place(self, item: Evidence) -> str:
        """Return file, sheet and cell as a path; where no file stands behind the value, a word for that."""
        if item.file is None:
            return _("entered here")
        return self.script.place.join(
            self.script.show(part) for part in (item.file, item.sheet, item.cell) if part
        )

    def cell(self, item: Evidence, *, differs: bool = False) -> Paragraph:
        """Return a cell: its field, its value, whether the other side has another, and where it was written."""
        mark = f" {self.script.differs}" if differs else ""
        return Paragraph(
            (
                Piece(f"  {self.field(item.table, item.field)}: "),
                Piece(self.value(item.table, item.field, item.value), "strong"),
                Piece(f"{mark}  "),
                Piece(self.place(item), "dim"),
            ),
            4,
        )

    def value(self, table: str, field: str, value: str | None) -> str:
        """Return a stored value as the user's language writes it; raw text as it is."""
        if value is None:
            return _("empty")
        kind = self.words.field(table, field).type
        if kind in {"number", "integer"} and value.replace(".", "", 1).lstrip("-").isdecimal():
            return self.script.show(number_text(value))
        if kind == "date":
            return self.script.show(date_text(value))
        label = self.words.code(table, field, value)
        return self.script.show(f"{label} ({value})" if label else value)

    def proposed(self, finding: Finding) -> str:
        """Return what accepting writes: the field and its new value; nothing without a proposal."""
        proposal = finding.proposal
        if proposal is None:
            return _("the finding is acknowledged, no value changes")
        if proposal.field == "*":
            return self._left_out(proposal.table, proposal.key)
        return _("{field} becomes {value}").format(
            field=self.field(proposal.table, proposal.field),
            value=self.value(proposal.table, proposal.field, proposal.value),
        )

    def _left_out(self, table: str, key: str) -> str:
        return _("the row is left out ({table} {key})").format(
            table=self._table(table), key=self.script.show(key)
        )

    def _table(self, table: str) -> str:
        return self.script.show(self.words.table(table))

    def field(self, table: str, field: str) -> str:
        """Return a field's label; a word for the row as a whole."""
        return _("the row") if field == "*" else self.script.show(self.words.field(table, field).label)

    def head(self, finding: Finding) -> Iterator[Paragraph]:
        """Yield severity, rule and subject, then the message."""
        glyph = self.script.severity[finding.severity]
        yield Paragraph(
            (
                Piece(f"{glyph} {severity_word(finding.severity)}  ", finding.severity),
                Piece(self.title(finding.rule), "strong"),
            ),
            2,
        )
        subject = self.script.dot.join(_subject_text(name, value) for name, value in finding.subject)
        yield Paragraph((Piece(self.script.show(subject), "dim"),), 2)
        yield BLANK
        yield Paragraph((Piece(self.script.show(finding.message)),))

    def _evidence(self, finding: Finding) -> Iterator[Paragraph]:
        yield Paragraph((Piece(_("EVIDENCE"), "label"),))
        for (reporter, table), items in groupby(
            finding.evidence, key=lambda item: (_reporter(item), item.table)
        ):
            yield Paragraph((Piece(self._side(reporter, table), "strong"),), 2)
            for item in items:
                yield self.cell(item, differs=_differs(item, finding.evidence))

    def _side(self, reporter: str, table: str) -> str:
        if not reporter:
            return self._table(table)
        return f"{side_letter(reporter)} {self.script.show(side_word(reporter))}{self.script.dot}{self._table(table)}"

    def worth(self, finding: Finding) -> Iterator[Paragraph]:
        """Yield the kroner at stake and the likely cause, where they are known."""
        if finding.amount_dkk is not None:
            yield self._labelled(_("WORTH"), kroner_text(finding.amount_dkk))
        if finding.likely_cause:
            yield self._labelled(
                _("CAUSE"), self.script.show(self.words.cause(finding.rule, finding.likely_cause))
            )

    def _proposal(self, finding: Finding) -> Iterator[Paragraph]:
        accepting = _("a accepts")
        yield self._labelled(_("PROPOSAL"), f"{accepting} {self.script.arrow} {self.proposed(finding)}")
        if finding.effect_dkk is not None:
            effect = _("settlement and claims change by {amount}").format(
                amount=kroner_text(finding.effect_dkk)
            )
            yield self._labelled("", effect)

    def rule(self, finding: Finding) -> Iterator[Paragraph]:
        """Yield the cure, what the rule says and what it stands on."""
        yield self._labelled(_("CURE"), self.script.show(finding.cure))
        text = self.words.rule(finding.rule)
        if text:
            yield self._labelled(_("RULE"), self.script.show(text.explanation))
            yield self._labelled("", self.script.show(text.basis), "dim")

    def decision(self, entry: Entry) -> Iterator[Paragraph]:
        """Yield the status and the decision behind it; of a conflict, every word that was said."""
        tone: Tone = "good" if entry.status in {"accepted", "corrected", "rejected", "settled"} else "warning"
        yield self._labelled(_("DECISION"), self.status(entry), tone)
        if entry.decision:
            yield from self._said(entry.decision)
            for rival in entry.decision.rivals:
                status = SAID_AS[rival.verb]
                said = f"{self.script.status[status]} {status_word(status)}"
                elsewhere = _("in another copy")
                yield self._labelled("", f"{said} {elsewhere}", "warning")
                yield from self._said(rival)

    def _said(self, decision: Decision) -> Iterator[Paragraph]:
        yield self._labelled(
            "", self.script.show(f"{moment_text(decision.when)}{self.script.dot}{decision.who}")
        )
        if decision.reason:
            yield self._labelled("", self.script.show(quoted(decision.reason)))
        for correction in decision.corrections:
            if correction.field == "*":
                yield self._labelled("", self._left_out(correction.table, correction.key))
                continue
            change = " ".join(
                (
                    f"{self.field(correction.table, correction.field)}:",
                    self.value(correction.table, correction.field, correction.reported),
                    self.script.arrow,
                    self.value(correction.table, correction.field, correction.corrected),
                )
            )
            yield self._labelled("", change)
        yield self._labelled(
            "", _("event {event}").format(event=self.script.show(decision.event[:12])), "dim"
        )

    def _labelled(self, label: str, text: str, tone: Tone = "plain") -> Paragraph:
        return Paragraph((Piece(f"{label:<10} ", "label"), Piece(text, tone)), 11)


def kroner_text(amount: Decimal, *, signed: bool = False) -> str:
    """Return an amount that no line's end parts from its unit; ``signed`` marks what is added too."""
    plus = "+" if signed and amount > 0 else ""
    return plus + figures.kroner(amount).replace(" ", "\u00a0")


def _reporter(item: Evidence) -> str:
    return dict(item.key).get("reporter", "")


def _subject_text(name: str, value: str) -> str:
    return side_word(value) if name == "reporter" else date_text(value)


def _differs(item: Evidence, evidence: Sequence[Evidence]) -> bool:
    """Whether both sides show this field in one cell each, with other values: the cells to look at first."""
    same = [other for other in evidence if (other.table, other.field) == (item.table, item.field)]
    return (
        len(same) == 2 and len({_reporter(other) for other in same}) == 2 and same[0].value != same[1].value
    )

"""What the evidence pane says of a finding, in lines of its width: the sides, the sources, the rule, the history, the decisions.

Comes in: an entry and what was read beside it (:class:`Beside`), which may not have come yet. Goes out: paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from exchange.checks.findings import Evidence, Finding
from exchange.form.workbook.question_mark import answer_in_words
from exchange.language import quoted
from exchange.language import translate as _
from exchange.review.comparison import compare
from exchange.review.decisions import Decision
from exchange.review.desk import Told
from exchange.review.open_list import Entry
from exchange.review.sources import Facts, NotShown, SourcePage
from exchange.workspace.wording import status_word
from tui.dossier import SAID_AS, Dossiers, kroner_text
from tui.paragraphs import BLANK, Paragraph, Piece, Tone
from tui.side_by_side import SideBySide, sheet, why_not_shown
from tui.text import fit, moment_text, side_letter

_LISTED = 6
_SHA_ENDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was read beside a finding.

    Attributes:
        chosen: which of the finding's sources is shown, from 0.
        page: its rows; None until they have come.
    """

    facts: Facts = field(default_factory=Facts)
    chosen: int = 0
    page: SourcePage | NotShown | None = None
    history: Sequence[Told] = ()
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """Writes the evidence pane."""

    dossiers: Dossiers

    def of(self, entry: Entry, beside: Beside, width: int) -> list[Paragraph]:
        """Return everything that is known of a finding, the most telling first."""
        finding = entry.finding
        beside_one_another = SideBySide(self.dossiers.words, self.dossiers.script)
        decisions = [*self.dossiers.decision(entry), BLANK]
        in_conflict = entry.status == "conflict"
        return [
            *self.dossiers.head(finding),
            BLANK,
            *(decisions if in_conflict else ()),
            *beside_one_another.table(compare(finding, beside.facts), width),
            BLANK,
            *self._sources(finding, beside, width),
            BLANK,
            *self.dossiers.worth(finding),
            *(() if in_conflict else decisions),
            *self._history(entry, beside.history),
            *self.dossiers.rule(finding),
        ]

    def brief(self, finding: Finding) -> list[Paragraph]:
        """Return the finding in two lines, for a screen without room for the evidence pane."""
        beside = SideBySide(self.dossiers.words, self.dossiers.script)
        told = [text for line in compare(finding, Facts())[:2] if (text := beside.brief(line))]
        places = [self.dossiers.place(item) for item in sources_of(finding)[:1]]
        return [
            Paragraph((Piece("   ".join([*told[:1], *places])),)),
            Paragraph((Piece(self.dossiers.script.show(f"{finding.rule} {finding.message}"), "dim"),)),
        ]

    def _sources(self, finding: Finding, beside: Beside, width: int) -> Iterator[Paragraph]:
        found = sources_of(finding)
        keys = beside.keys
        told = self.dossiers.script.dot.join(
            f"{keys[name]} {self.dossiers.script.show(label)}"
            for name, label in (
                ("evidence.source", _("next")),
                ("evidence.open", _("look")),
                ("evidence.copy", _("copy")),
            )
            if name in keys
        )
        label = _("SOURCE")
        yield Paragraph((Piece(f"{label:<10} ", "label"), Piece(told, "dim")))
        if not found:
            yield Paragraph((Piece("  "), Piece(_("entered here"), "dim")))
        first = max(min(beside.chosen - _LISTED // 2, len(found) - _LISTED), 0)
        for at, item in enumerate(found[first : first + _LISTED], start=first):
            yield self._source(item, chosen=at == beside.chosen)
            if at == beside.chosen:
                yield from self._page(beside.page, width)
        if len(found) > _LISTED:
            more = _("{at} of {count} cells").format(at=beside.chosen + 1, count=len(found))
            yield Paragraph((Piece(f"  {more}", "dim"),))

    def _source(self, item: Evidence, *, chosen: bool) -> Paragraph:
        script = self.dossiers.script
        side = side_letter(dict(item.key).get("reporter", "")).strip()
        value = self.dossiers.value(item.table, item.field, item.value)
        said = f"{self.dossiers.field(item.table, item.field)} {value}"
        return Paragraph(
            (
                Piece(f"{script.cursor if chosen else ' '}{side or ' '} ", "label" if chosen else "plain"),
                Piece(self.dossiers.place(item), "strong" if chosen else "plain"),
                Piece(f"  {said}", "dim"),
            ),
            3,
        )

    def _page(self, page: SourcePage | NotShown | None, width: int) -> Iterator[Paragraph]:
        script = self.dossiers.script
        if page is None:
            yield Paragraph((Piece(f"   {script.more}", "dim"),))
        elif isinstance(page, NotShown):
            tone: Tone = "warning" if page.why == "altered" else "dim"
            yield Paragraph((Piece(f"   {why_not_shown(page)}", tone),), 3)
        else:
            for line in sheet(page, script, width - 3):
                yield Paragraph((Piece("   "), *line.pieces))
            hashed = f"sha256 {page.sha256[:_SHA_ENDS]}{script.more}{page.sha256[-_SHA_ENDS:]}"
            good, unchanged = script.status["accepted"], _("unchanged since intake")
            yield Paragraph((Piece(f"   {hashed}  ", "dim"), Piece(f"{good} {unchanged}", "good")))

    def _history(self, entry: Entry, history: Sequence[Told]) -> Iterator[Paragraph]:
        label = _("HISTORY")
        for told, became in zip(history, becoming(entry.decision, history), strict=True):
            script = self.dossiers.script
            text = f"{moment_text(told.when)}{script.dot}{_short_name(told.who)}: {_said(told)}"
            text += f" {quoted(words_of(told))}" if told.text else ""
            pieces = [Piece(f"{label:<10} ", "label"), Piece(script.show(text))]
            if became:
                pieces.append(Piece(f" {script.arrow} {self._became(became, entry)}", "dim"))
            yield Paragraph(tuple(pieces), 11)
            label = ""

    def _became(self, became: str, entry: Entry) -> str:
        return {
            "in-force": self.dossiers.status(entry),
            "undone": _("undone"),
            "replaced": _("replaced"),
            "conflict": _("in conflict"),
        }[became]

    def deeds(self, entry: Entry, keys: Mapping[str, str], width: int) -> list[Paragraph]:
        """Return what can be decided and what each would change, in lines of at most that width."""
        arrow, more = self.dossiers.script.arrow, self.dossiers.script.more
        told = (
            ("decide.accept", _("Accept"), self._accepting(entry.finding)),
            ("decide.edit", _("Correct"), _("a value of your own, with a reason")),
            ("decide.reject", _("Reject"), _("nothing is changed, with a reason")),
            ("decide.ask", _("Ask"), _("a question to the party; stays open")),
            ("note", _("Note"), _("a note in the ledger; decides nothing")),
        )
        return [
            Paragraph(
                (
                    Piece(f"{keys[name]} ", "label"),
                    Piece(f"{label:<9}"),
                    Piece(fit(f"{arrow} {effect}", max(width - 11, 1), more), "dim"),
                )
            )
            for name, label, effect in told
            if name in keys
        ]

    def _accepting(self, finding: Finding) -> str:
        change = self.dossiers.proposed(finding)
        if finding.effect_dkk is None:
            return change
        worth = kroner_text(finding.effect_dkk, signed=True).replace("\u00a0", " ")
        return f"{change}{self.dossiers.script.dot}{worth}"


def sources_of(finding: Finding) -> list[Evidence]:
    """Return the finding's cells that a file holds, the company's before the jobcentre's, each once."""
    found = {(item.file, item.sheet, item.cell): item for item in finding.evidence if item.file and item.cell}
    order = {"company": 0, "jobcentre": 1}
    return sorted(found.values(), key=lambda item: order.get(dict(item.key).get("reporter", ""), 2))


def becoming(decision: Decision | None, history: Sequence[Told]) -> list[str]:
    """Return what became of each thing that was said: in-force, undone, replaced, conflict, or nothing for others."""
    standing = {decision.event} if decision else set()
    rivals = {one.event for one in decision.rivals} if decision else set()
    found, last = [], ""
    for told in reversed(history):
        if told.kind != "decision":
            found.append("")
        elif rivals and told.event in rivals | standing:
            found.append("conflict")
        elif told.event in standing:
            found.append("in-force")
        else:
            found.append("undone" if last == "undo" else "replaced")
        last = told.kind if told.kind in ("decision", "undo") else last
    return found[::-1]


def _said(told: Told) -> str:
    return status_word(SAID_AS[told.verb]) if told.kind == "decision" and told.verb else kind_word(told)


def kind_word(told: Told) -> str:
    """Return what was done that is no decision: a note, an undo, a question that went out, an answer that came."""
    words = {
        "undo": _("undone"),
        "note": _("note"),
        "question": _("question sent"),
        "answer": _("answered"),
    }
    return words.get(told.kind, told.kind)


def words_of(told: Told) -> str:
    """Return the reason, the note, or what a party answered."""
    return answer_in_words(told.text) if told.kind == "answer" else told.text


def _short_name(who: str) -> str:
    """Return who it was without the fingerprint that follows the party in brackets."""
    before, bracket, _rest = who.partition(" (")
    return before if bracket else who

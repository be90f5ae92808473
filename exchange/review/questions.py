"""Questions to parties and their answers: whom a finding can be asked of, what is shown of it, what an answer proposes. Pure.

Findings and decisions “ask” come in; who is asked, how far a question has come, and what a coordinator may accept go out. An answer
never changes anything by itself: what it proposes is decided by a person, with the verbs of every other decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from exchange.checks.findings import CellRef, Evidence, Finding
from exchange.form.canonical import fault_of, number_text, read_number
from exchange.form.codes import code_list
from exchange.form.confidential import masked
from exchange.form.tables import Field, table, tables
from exchange.form.workbook.plan import POSSIBLE
from exchange.form.workbook.question_mark import Says
from exchange.parties import Party
from exchange.review.corrections import canonical_value, subject_cell
from exchange.review.decisions import Verb
from exchange.review.open_list import Entry

State = Literal["unsent", "open", "overdue", "answered", "lapsed"]
STATES: tuple[State, ...] = ("answered", "overdue", "open", "unsent", "lapsed")

_COMPANY = frozenset(POSSIBLE["company"])
# Facts that the company and the jobcentre both report.
_BOTH_SIDES = frozenset({"mentor_hours", "attendance"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A question that went out in a bundle.

    Attributes:
        question: the event of the decision “ask”; to: the party.
        on: the day it was bundled; due: the day its answer is wanted by.
    """

    question: str
    to: str
    on: date
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer that came back.

    Attributes:
        event: of the ledger; came: UTC, ISO 8601.
        value: canonical text of the right value, where it is another one.
        details: address of the object that keeps the remark.
    """

    event: str
    question: str
    finding_id: str
    party: str
    came: str
    says: Says
    value: str | None
    details: str


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What went out and what came back, oldest first; of two on one question and party the later counts."""

    sent: Sequence[Sent] = ()
    given: Sequence[Given] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What an answer proposes: the decision that would follow it."""

    verb: Verb
    value: str | None = None
    cell: CellRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to one party and how far it has come.

    Attributes:
        to: the party it went to, or that it can be sent to.
        offer: what the answer proposes; None where a person has to find out.
    """

    entry: Entry
    to: str
    state: State
    sent: Sent | None = None
    answer: Given | None = None
    offer: Offer | None = None

    @property
    def id(self) -> str:
        """The event of the decision that asks."""
        return self.entry.decision.event if self.entry.decision is not None else ""


@dataclass(frozen=True, slots=True)
class Circle:
    """Who there is to ask: the company of each agreement, and ourselves, who are not asked."""

    companies: Mapping[str, str]
    own: str


def questions_of(
    entries: Iterable[Entry], letters: Correspondence, circle: Circle, today: date, *, to: str | None = None
) -> list[Question]:
    """Return every question that is asked, one for each party that it went to, or can go to as long as it went to none.

    Args:
        entries: of the review.
        letters: what went out and came back.
        circle: who there is to ask.
        today: what a due day is held against.
        to: a party that is to be asked now, whoever was asked before.
    """
    out = {(one.question, one.to): one for one in letters.sent}
    back = {(one.question, one.party): one for one in letters.given}
    found: list[Question] = []
    for entry in entries:
        if entry.decision is None or entry.decision.verb != "ask" or entry.status not in ("asked", "lapsed"):
            continue
        event = entry.decision.event
        asked = [party for question, party in out if question == event]
        more = addressees(entry.finding, circle) if entry.status == "asked" else []
        parties = [*asked, *(one for one in more if one not in asked and (not asked or one == to))]
        found += [
            _question(entry, one, out.get((event, one)), back.get((event, one)), today) for one in parties
        ]
    return found


def _question(entry: Entry, to: str, sent: Sent | None, answer: Given | None, today: date) -> Question:
    state: State
    if entry.status == "lapsed":
        state = "lapsed"
    elif answer is not None:
        state = "answered"
    elif sent is None:
        state = "unsent"
    else:
        state = "overdue" if today > sent.due else "open"
    offer = offer_of(entry.finding, to, answer) if answer is not None and state == "answered" else None
    return Question(entry=entry, to=to, state=state, sent=sent, answer=answer, offer=offer)


def addressees(finding: Finding, circle: Circle) -> list[str]:
    """Return the parties that can be asked about a finding: jobcentres it is about, and the company where it is of its kind."""
    jobcentres = {jobcentre for _agreement, jobcentre in finding.owners if jobcentre}
    asked = set(jobcentres)
    if concerns_company(finding):
        asked |= {circle.companies.get(agreement, "") for agreement, _jobcentre in finding.owners}
    return sorted(asked - {circle.own, ""})


def concerns_company(finding: Finding) -> bool:
    """Whether a finding stands on what the company reported, or should have."""
    reporters = {value for name, value in finding.subject if name == "reporter"}
    if reporters:
        return "company" in reporters
    return any(item.table in _BOTH_SIDES for item in finding.evidence)


def spans_jobcentres(finding: Finding) -> bool:
    """Whether rows of several jobcentres are shown, none of which the others may read."""
    return len({jobcentre for _agreement, jobcentre in finding.owners if jobcentre}) > 1


def values_of(finding: Finding, party: Party, *, own: bool) -> list[tuple[str, str | None]]:
    """Return (label, value) of the cells of one side, as the party may read them: ids, days, figures and codes.

    Args:
        finding: with its evidence.
        party: who is asked.
        own: the party's own side, else the other one; a company sees of that only what it reports of itself.
    """
    found: list[tuple[str, str | None]] = []
    for item in finding.evidence if not spans_jobcentres(finding) else ():
        if item.table not in tables() or _is_key(item) or (_is_of(item, party) is not own):
            continue
        if party.role == "company" and item.table not in _COMPANY:
            continue
        found.append((table(item.table).field(item.field).label, _readable(item)))
    return list(dict.fromkeys(found))


def offer_of(finding: Finding, party: str, answer: Given) -> Offer | None:
    """Return what an answer proposes; None where it is in words, or no single cell is meant."""
    own, other = _at_stake(finding, party)
    if answer.says == "theirs" and own is not None and other is not None and other.value is not None:
        return _offer(finding, own.ref, other.value)
    if answer.says == "ours" and own is not None and other is not None and own.value is not None:
        return _offer(finding, other.ref, own.value)
    if answer.says == "other" and answer.value is not None and own is not None:
        return _offer(finding, own.ref, answer.value)
    return None


def canonical_answer(finding: Finding, party: str, value: str) -> str | None:
    """Return a written value as the form writes it; None where it is none of the cell that is meant."""
    own, _other = _at_stake(finding, party)
    if own is None:
        return None
    field = _field(own)
    if field is None or not _may_be_shown(field):
        return None
    text = _canonical(field, value)
    return text if fault_of(field, text) is None else None


def _canonical(field: Field, value: str) -> str:
    if field.code_list is not None:
        return code_list(field.code_list).find(value) or value
    text = canonical_value(field, value)
    number = read_number(text, field.decimals) if field.type == "number" else None
    return text if number is None else number_text(number, field.decimals)


def _offer(finding: Finding, cell: CellRef, value: str) -> Offer:
    proposal = finding.proposal
    if proposal is not None and (proposal.table, proposal.key, proposal.field, proposal.value) == (
        cell.table, cell.key, cell.field, value,
    ):  # fmt: skip
        return Offer("accept")
    return Offer("correct", value, cell)


def _at_stake(finding: Finding, party: str) -> tuple[Evidence | None, Evidence | None]:
    """Return the one cell of the party's side that is meant and the other side's, where there is one of each."""
    wanted = _field_at_stake(finding)
    cells = [item for item in finding.evidence if not _is_key(item) and wanted in (None, item.field)]
    own = [item for item in cells if _party_id(item, party)]
    other = [item for item in cells if not _party_id(item, party) and own and item.field == own[0].field]
    return (own[0] if len(own) == 1 else None, other[0] if len(other) == 1 else None)


def _field_at_stake(finding: Finding) -> str | None:
    if finding.proposal is not None and finding.proposal.field != "*":
        return finding.proposal.field
    subject = subject_cell(finding)
    if subject is not None:
        return subject.field
    empty = {item.field for item in finding.evidence if item.value is None and not _is_key(item)}
    return empty.pop() if len(empty) == 1 else None


def _side(item: Evidence) -> str | None:
    return dict(item.key).get("reporter")


def _is_of(item: Evidence, party: Party) -> bool:
    """Whether a cell is of the party's side: a row without a reporter is a jobcentre's."""
    side = _side(item)
    return (side == "company") if party.role == "company" else side != "company"


def _party_id(item: Evidence, party: str) -> bool:
    # A CVR number has eight digits, a municipality code three.
    return (_side(item) == "company") is (len(party) > len("999"))


def _is_key(item: Evidence) -> bool:
    return item.table not in tables() or item.field in (*table(item.table).primary_key, "*")


def _field(item: Evidence) -> Field | None:
    if item.table not in tables() or item.field not in table(item.table).field_names:
        return None
    return table(item.table).field(item.field)


def _may_be_shown(field: Field) -> bool:
    """Whether a readable value of the field can be no name: a figure, a day, a code or an id."""
    return field.type != "string" or field.code_list is not None or field.pattern is not None


def _readable(item: Evidence) -> str | None:
    """Return a cell's text where it can be no name, "" for one that is left out, None for an empty cell."""
    field = _field(item)
    if item.value is None:
        return None
    if field is None or not _may_be_shown(field) or fault_of(field, item.value) is not None:
        return ""
    return masked(item.value)


def placement_of(finding: Finding) -> str:
    """Return the placement that a finding is about; "" where it is about none, or several."""
    found = {value for name, value in finding.subject if name == "placement_id"}
    found = found or {
        value for item in finding.evidence for name, value in item.key if name == "placement_id"
    }
    return found.pop() if len(found) == 1 else ""


def unanswered(questions: Iterable[Question], party: str) -> list[Question]:
    """Return the questions to bundle for a party: what it was not asked yet, or has not answered."""
    return [one for one in questions if one.to == party and one.state in ("unsent", "open", "overdue")]


def in_order_of_need(questions: Sequence[Question]) -> list[Question]:
    """Return questions as a person wants to see them: answered first, then overdue; each in the order of the check."""
    return sorted(questions, key=lambda one: STATES.index(one.state))

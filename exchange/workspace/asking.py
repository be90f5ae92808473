"""``ask``: the open questions to one party, in an e-mail draft with an answer workbook (workflow.md, Decisions).

A party comes in; a :class:`Letter` goes out, with nobody's name in it: ids, days, figures and what the coordinator wrote. A party that has
enblanket itself gets no draft: the workbook lies signed and encrypted to it in the outbox, and ``send`` brings it. The files are
written first and the event last: a process that dies in between has asked nothing, and asks the same again. It refuses ourselves
and parties that no agreement here names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from exchange import figures
from exchange.atomic import write_atomically
from exchange.checks.spans import spans_of
from exchange.errors import DecisionRefused, WorkspaceError
from exchange.form.canonical import read_date, read_number
from exchange.form.codes import code_list
from exchange.form.confidential import masked
from exchange.form.workbook.question_mark import QuestionMark
from exchange.language import choose, current, quoted
from exchange.language import translate as _
from exchange.parties import Party
from exchange.review.open_list import Entry
from exchange.review.questions import (
    Circle,
    Offer,
    Question,
    placement_of,
    questions_of,
    spans_jobcentres,
    unanswered,
    values_of,
)
from exchange.workspace.correspondence import QUESTION, bundles_to, question_body, read_correspondence
from exchange.workspace.folder import Workspace
from exchange.workspace.workbook_post import Ready, is_posted, make_ready

if TYPE_CHECKING:
    from exchange.checks.findings import Finding
    from exchange.form.workbook.question_sheet import Asked
    from exchange.sealing.signing import Passphrase

_OF_A_SOURCE = re.compile(r"[0-9a-f]{12}#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A bundle of questions, written.

    Attributes:
        draft: the e-mail with the workbook attached; None where the post carries it. workbook: the same workbook by itself.
        posted: the name of what ``send`` brings; "" where a person sends the draft.
        mailbox: the party's address; None where no agreement tells it.
        named: the findings whose reason names somebody known here and was left out.
    """

    to: Party
    questions: Sequence[Question]
    due: date
    draft: Path | None
    workbook: Path
    posted: str
    mailbox: str | None
    named: Sequence[str]


def asked_questions(
    workspace: Workspace, to: str | None = None, *, about: Sequence[Entry] | None = None
) -> list[Question]:
    """Return every question that is asked here and how far it has come.

    Args:
        workspace: ours.
        to: a party that is to be asked now.
        about: these findings alone; all rows are judged for all of them.
    """
    return questions_of(
        workspace.review().entries if about is None else about,
        read_correspondence(workspace.ledger.events()),
        Circle(_companies(workspace), workspace.owner.party.id),
        workspace.clock().date(),
        to=to,
    )


def proposed_by_answer(workspace: Workspace, entry: Entry) -> tuple[Offer, str]:
    """Return the decision that a party's answer proposes, and the words that give it as the reason.

    Raises:
        DecisionRefused: nobody has answered, or the answers propose no one value.
    """
    asked = asked_questions(workspace, about=[entry])
    answered = [(one.to, one.answer, one.offer) for one in asked if one.answer is not None]
    finding_id = entry.finding.finding_id
    if not answered:
        raise DecisionRefused(
            _("Nobody has answered about {finding}; “enblanket ask --list” tells how far it is.").format(
                finding=finding_id[:12]
            )
        )
    offers = [(party, answer, offer) for party, answer, offer in answered if offer is not None]
    if len({offer for _party, _answer, offer in offers}) != 1:
        raise DecisionRefused(
            _(
                "The answers about {finding} propose no one value; decide it with accept, correct or reject."
            ).format(finding=finding_id[:12])
        )
    party, answer, offer = offers[-1]
    return offer, _("as {party} answered on {day}").format(party=party, day=answer.came[:10])


def ask(
    workspace: Workspace, to: Party, due: date, folder: Path, own: Passphrase = lambda: None
) -> Letter | None:
    """Write the bundle of what a party was not asked yet or has not answered; None where there is nothing.

    Args:
        workspace: ours.
        to: the party.
        due: the day the answers are wanted by.
        folder: where the draft and the workbook go.
        own: asks for the passphrase of our key, where the post is to carry them.

    Raises:
        KeyRefused: our key cannot be opened, to sign what the post carries; nothing was asked.
        WorkspaceError: the party is ourselves or no party of an agreement here, or the day has passed.
        OSError: the files cannot be written; nothing was asked.
    """
    _refuse_party(workspace, to)
    if due < workspace.clock().date():
        raise WorkspaceError(
            _("{day} has passed; give a day by which the party can answer.").format(day=figures.day(due))
        )
    questions = unanswered(asked_questions(workspace, to.id), to.id)
    if not questions:
        return None
    return _Scribe(workspace, to, due, folder).written(questions, own)


def _refuse_party(workspace: Workspace, to: Party) -> None:
    if to == workspace.owner.party:
        raise WorkspaceError(_("{party} is our own party; decide the question here.").format(party=to.id))
    known = {*_companies(workspace).values()}
    known |= {row["jobcentre"] or "" for row in workspace.holdings().records("parties")}
    if to.id not in known:
        raise WorkspaceError(
            _("{party} is no party of an agreement here: the parties are {parties}.").format(
                party=to.id, parties=", ".join(sorted(known - {"", workspace.owner.party.id})) or "–"
            )
        )


def _companies(workspace: Workspace) -> Mapping[str, str]:
    rows = workspace.holdings().records("agreements")
    return {row["agreement_id"] or "": row["company_cvr"] or "" for row in rows}


class _Scribe:
    """One letter being written."""

    def __init__(self, workspace: Workspace, to: Party, due: date, folder: Path) -> None:
        from exchange.checks.rules import load_rules
        from exchange.intake.discreet import spotter

        self._workspace, self._to, self._due, self._folder = workspace, to, due, folder
        self._bundle = 1 + bundles_to(workspace.ledger.events(), to.id)
        self._names_somebody = spotter(workspace.names().texts)
        self._titles = {rule.id: rule.text.title for rule in load_rules().rules.values()}

    def written(self, questions: Sequence[Question], own: Passphrase) -> Letter:
        content = self._workbook(questions)
        name = f"{self._workspace.owner.party.id}-{self._to.id}-{choose('spoergsmaal', 'questions')}-{self._bundle}"
        workbook, draft = self._folder / f"{name}.xlsx", self._folder / f"{name}.eml"
        mailbox = self._mailbox()
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(workbook, content)
        ready = self._ready(content, own) if is_posted(self._workspace, self._to.id) else None
        if ready is None:
            write_atomically(draft, self._mail(questions, mailbox, workbook.name, content))
        body = question_body(
            self._to.id,
            self._bundle,
            self._due,
            file=workbook.name,
            sha256=hashlib.sha256(content).hexdigest(),
            questions=[(one.id, one.entry.finding.finding_id) for one in questions],
            ready=None if ready is None else ready.as_body(),
        )
        self._workspace.record(QUESTION, body)
        named = [one.entry.finding.finding_id for one in questions if self._names_somebody(_reason(one))]
        return Letter(
            to=self._to,
            questions=questions,
            due=self._due,
            draft=draft if ready is None else None,
            workbook=workbook,
            posted="" if ready is None else ready.name,
            mailbox=mailbox,
            named=named,
        )

    def _ready(self, content: bytes, own: Passphrase) -> Ready:
        from exchange.sealing.workbooks import Enclosed

        enclosed = Enclosed(
            what="questions",
            sender=self._workspace.owner.party.id,
            recipient=self._to.id,
            bundle=self._bundle,
            due=self._due,
            file="questions.xlsx",
            at=self._workspace.clock().replace(microsecond=0),
        )
        return make_ready(self._workspace, enclosed, content, self._bundle, own)

    def _workbook(self, questions: Sequence[Question]) -> bytes:
        from exchange.form.workbook.question_sheet import Inquiry, write_questions

        mark = QuestionMark(
            to=self._to,
            sender=self._workspace.owner.party,
            bundle=self._bundle,
            language=current(),
            questions={str(number): one.id for number, one in enumerate(questions, 1)},
        )
        inquiry = Inquiry(
            mark=mark,
            sender=self._workspace.owner.name,
            recipient=self._recipient(),
            due=self._due,
            questions=[self._asked(one) for one in questions],
        )
        return write_questions(inquiry)

    def _asked(self, question: Question) -> Asked:
        from exchange.form.workbook.question_sheet import Asked

        finding, reason = question.entry.finding, _reason(question)
        return Asked(
            question=question.id,
            placement=placement_of(finding),
            week=_week(finding),
            day=_day(finding),
            about=self._about(finding),
            words="" if self._names_somebody(reason) else masked(reason),
            yours=_shown(values_of(finding, self._to, own=True)),
            others=_shown(values_of(finding, self._to, own=False)),
        )

    def _about(self, finding: Finding) -> str:
        """Return what was found, in words that can hold no name: the rule's title where its message might."""
        of_a_file = finding.rule == "T01" or any(
            _OF_A_SOURCE.match(value) for _name, value in finding.subject
        )
        if of_a_file or spans_jobcentres(finding) or self._names_somebody(finding.message):
            return self._titles.get(finding.rule, finding.rule)
        return masked(finding.message)

    def _recipient(self) -> str:
        if self._to.role == "company":
            names = {
                row["company_cvr"]: row["company_name"]
                for row in self._workspace.holdings().records("agreements")
            }
            return masked(names.get(self._to.id) or self._to.id)
        code = code_list("municipality").get(self._to.id)
        return _("Jobcentre {name}").format(name=code.label if code else self._to.id)

    def _mailbox(self) -> str | None:
        holdings = self._workspace.holdings()
        if self._to.role == "company":
            boxes = [
                row.get("company_mailbox")
                for row in holdings.records("agreements")
                if row["company_cvr"] == self._to.id
            ]
        else:
            boxes = [
                row["contact_mailbox"]
                for row in holdings.records("parties")
                if row["jobcentre"] == self._to.id
            ]
        return next((box for box in boxes if box), None)

    def _own_mailbox(self) -> str | None:
        own = self._workspace.owner.party.id
        rows = self._workspace.holdings().records("parties")
        return next(
            (row["contact_mailbox"] for row in rows if row["jobcentre"] == own and row["contact_mailbox"]),
            None,
        )

    def _mail(self, questions: Sequence[Question], mailbox: str | None, file: str, content: bytes) -> bytes:
        from exchange.workspace.mail_draft import Draft, write_draft

        agreements = sorted(
            {agreement for one in questions for agreement, _jobcentre in one.entry.finding.owners}
        )
        values = {
            "count": len(questions),
            "agreements": ", ".join(agreements) or "–",
            "day": figures.day(self._due),
            "file": quoted(file),
            "sender": self._workspace.owner.name,
        }
        draft = Draft(
            sender=self._own_mailbox(),
            to=mailbox,
            subject=_("Questions about agreement {agreements}: answers by {day}").format(**values),
            text=_mail_text().format(**values),
            attachment=file,
            content=content,
        )
        return write_draft(draft)


def _mail_text() -> str:
    return _(
        "Hello\n"
        "\n"
        "We have questions about what you reported under agreement {agreements}. There are {count} of them, in the attached "
        "workbook {file}.\n"
        "\n"
        "Choose an answer in each line, and write the right value where it is another one. Save the file and return it by secure "
        "mail by {day}.\n"
        "\n"
        "Never write names or CPR numbers, neither in the workbook nor in the mail.\n"
        "\n"
        "Kind regards\n"
        "{sender}\n"
    )


def _reason(question: Question) -> str:
    return question.entry.decision.reason if question.entry.decision is not None else ""


def _shown(values: Sequence[tuple[str, str | None]]) -> str:
    """Return the values of a side, one line each."""
    return "\n".join(f"{label}: {_figure(value)}" for label, value in values) or "–"


def _figure(value: str | None) -> str:
    if value is None:
        return "–"
    if not value:
        return _("(text)")
    number, day = read_number(value), read_date(value)
    if day is not None:
        return figures.day(day)
    return figures.number(number) if number is not None else value


def _week(finding: Finding) -> str:
    day = _first_day(finding)
    if day is None:
        return ""
    year, week, _weekday = day.isocalendar()
    return f"{year:04}-W{week:02}"


def _day(finding: Finding) -> str:
    spans = spans_of(finding)
    if len(spans) == 1 and spans[0][0] == spans[0][1]:
        return figures.day(spans[0][0])
    return ""


def _first_day(finding: Finding) -> date | None:
    spans = spans_of(finding)
    return min((first for first, _last in spans), default=finding.dated)

"""``take`` of an answer workbook: answers back to their findings, as one event; nothing is decided by it.

A party's workbook comes in; what it says of each question goes out and into the ledger: a word and a canonical value. Remarks lie in an
object and the file itself encrypted to ourselves, so that retention can take both. It refuses another party's answers and
answers to another house; a question that was never asked here is passed over with a sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exchange.checks.findings import Finding
from exchange.errors import IntakeRefused, PackageRefused
from exchange.intake.answers import Answer, Answers
from exchange.language import current, use
from exchange.language import translate as _
from exchange.ledger.events import Event
from exchange.parties import Party, parse_party
from exchange.review.open_list import Entry
from exchange.review.questions import Given, canonical_answer
from exchange.workspace.chronicle import DECISION
from exchange.workspace.correspondence import ANSWER, answer_body, read_correspondence, write_remarks
from exchange.workspace.folder import Workspace

if TYPE_CHECKING:
    from exchange.sealing.workbooks import Enclosed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of an answer workbook.

    Attributes:
        given: the answers that were taken, or would be; remarks: by question.
        unanswered: how many of its questions it leaves open.
        already: the same bytes were taken before; nothing was stored.
        event: None where nothing was stored.
    """

    file: str
    given: tuple[Given, ...]
    remarks: Mapping[str, str] = field(default_factory=dict)
    unanswered: int
    notices: tuple[str, ...]
    already: bool = False
    event: Event | None = None


def take_answers(
    workspace: Workspace, sender: Party, found: Answers, content: bytes, *, dry_run: bool
) -> Answered:
    """Store what a party answers.

    Args:
        workspace: ours.
        sender: who sent the workbook.
        found: the workbook as read.
        content: its bytes.
        dry_run: tell what would be stored.

    Raises:
        IntakeRefused: the workbook asks another party, or another house asked it; nothing was stored.
        WorkspaceError: the ledger could not be written; nothing was stored.
    """
    _refuse_another(workspace, sender, found)
    events = workspace.ledger.events()
    sha256 = hashlib.sha256(content).hexdigest()
    read = _Reader(workspace, sender, found, events).read(sha256)
    if dry_run or read.already or not read.given:
        return read
    source = workspace.objects.put(_encrypted(workspace, content))
    details = workspace.objects.put(write_remarks(read.remarks))
    body = answer_body(sender.id, sha256, source, details, read.given)
    return Answered(
        file=read.file,
        given=read.given,
        remarks=read.remarks,
        unanswered=read.unanswered,
        notices=read.notices,
        event=workspace.record(ANSWER, body),
    )


def answers_in(workspace: Workspace, enclosed: Enclosed, content: bytes) -> Answered:
    """Store what a party answers by the post, as ``take`` does.

    Args:
        workspace: ours.
        enclosed: what came; its sender's signature holds.
        content: the workbook's bytes.

    Raises:
        PackageRefused: ``workbook-form`` (it cannot be read) or ``workbook-unasked`` (it answers a question that we have
            not asked that party); nothing was stored.
        WorkspaceError: the ledger could not be written; nothing was stored.
    """
    from exchange.intake.answers import read_answers

    name = f"{enclosed.sender}_{enclosed.recipient}_{enclosed.file}"
    try:
        found = read_answers(name, content)
    except IntakeRefused as refused:
        raise PackageRefused("workbook-form", str(refused)) from None
    if found is None:
        raise PackageRefused(
            "workbook-form",
            _("What {sender} sent as answers is no workbook of questions; ask them to send it again.").format(
                sender=enclosed.sender
            ),
        )
    asked = {
        one.question
        for one in read_correspondence(workspace.ledger.events()).sent
        if one.to == enclosed.sender
    }
    if any(one.question not in asked for one in found.answers):
        raise PackageRefused(
            "workbook-unasked",
            _(
                "{sender} answers questions that they were never asked here: merge the copy of the workspace that asked them."
            ).format(sender=enclosed.sender),
        )
    try:
        return take_answers(workspace, parse_party(enclosed.sender), found, content, dry_run=False)
    except IntakeRefused as refused:
        raise PackageRefused("workbook-form", str(refused)) from None


def _refuse_another(workspace: Workspace, sender: Party, found: Answers) -> None:
    if found.mark.to != sender:
        raise IntakeRefused(
            _("{file} holds the answers of {party}, not of {sender}: take it with --from {party}.").format(
                file=found.file, party=found.mark.to.id, sender=sender.id
            )
        )
    if found.mark.sender != workspace.owner.party:
        raise IntakeRefused(
            _("{file} answers questions of {party}, not ours: send it back to {party}.").format(
                file=found.file, party=found.mark.sender.id
            )
        )


class _Reader:
    """Answers held against what was asked."""

    def __init__(self, workspace: Workspace, sender: Party, found: Answers, events: list[Event]) -> None:
        from exchange.intake.discreet import spotter

        self._workspace, self._sender, self._found, self._events = workspace, sender, found, events
        self._asked = {
            event.id: str(event.body["finding_id"])
            for event in events
            if event.kind == DECISION and event.body["verb"] == "ask"
        }
        self._names_somebody = spotter(workspace.names().texts)
        self._notices = list(found.notices)
        self._remarks: dict[str, str] = {}

    def read(self, sha256: str) -> Answered:
        """Return the answers to questions of ours; what is no answer is told."""
        entries = {entry.finding.finding_id: entry for entry in self._workspace.review().entries}
        given = [one for answer in self._found.answers if (one := self._given(answer, entries)) is not None]
        self._refuse_strangers(given)
        already = any(
            event.kind == ANSWER and (event.body["from"], event.body["sha256"]) == (self._sender.id, sha256)
            for event in self._events
        )
        return Answered(
            file=self._found.file,
            given=tuple(given),
            remarks=self._remarks,
            unanswered=len(self._found.unanswered),
            notices=tuple(self._notices),
            already=already,
        )

    def _given(self, answer: Answer, entries: Mapping[str, Entry]) -> Given | None:
        finding_id = self._asked.get(answer.question)
        if finding_id is None:
            self._say(
                answer,
                _(
                    "{file}, row {row}: the question was never asked here, so its answer was not taken; merge the copy that asked it."
                ),
            )
            return None
        entry = entries.get(finding_id)
        value, remark = self._value(answer, entry.finding if entry else None)
        if remark:
            self._keep(answer, remark)
        if entry is None or entry.decision is None or entry.decision.event != answer.question:
            self._say(
                answer,
                _(
                    "{file}, row {row}: the finding was decided otherwise or has changed since it was asked; the answer is kept."
                ),
            )
        return Given(
            event="",
            question=answer.question,
            finding_id=finding_id,
            party=self._sender.id,
            came="",
            says=answer.says,
            value=value,
            details="",
        )

    def _value(self, answer: Answer, finding: Finding | None) -> tuple[str | None, str]:
        """Return the value as the form writes it, and the remark; what no form takes goes into the remark."""
        if answer.value is None:
            return None, answer.remark
        value = None if finding is None else self._canonical(finding, answer.value)
        if value is not None:
            return value, answer.remark
        self._say(
            answer,
            _("{file}, row {row}: the value cannot be read as one of the cell’s; it was kept as a remark."),
        )
        return None, f"{answer.value}. {answer.remark}".removesuffix(". ")

    def _canonical(self, finding: Finding, value: str) -> str | None:
        """Return the value as the form writes it; numbers are read as the workbook's language writes them."""
        before = current()
        use(self._found.mark.language)
        try:
            return canonical_answer(finding, self._sender.id, value)
        finally:
            use(before)

    def _keep(self, answer: Answer, remark: str) -> None:
        from exchange.form.confidential import masked

        if self._names_somebody(remark):
            self._say(
                answer,
                _(
                    "{file}, row {row}: the remark names somebody; it was not kept, and stands in the file alone."
                ),
            )
        else:
            self._remarks[answer.question] = masked(remark)

    def _say(self, answer: Answer, sentence: str) -> None:
        self._notices.append(sentence.format(file=self._found.file, row=answer.row))

    def _refuse_strangers(self, given: list[Given]) -> None:
        if self._found.answers and not given:
            raise IntakeRefused(
                _(
                    "{file} answers questions that were never asked here: merge the copy of the workspace that asked them."
                ).format(file=self._found.file)
            )


def _encrypted(workspace: Workspace, content: bytes) -> bytes:
    """Return the file encrypted to ourselves: what people write into it may name anybody."""
    import pyrage

    from exchange.sealing.keys import own_recipient

    recipient = pyrage.x25519.Recipient.from_str(own_recipient(workspace.keys))
    return bytes(pyrage.encrypt(content, [recipient]))

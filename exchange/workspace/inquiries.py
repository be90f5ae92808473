"""Questions that another house asks us: in by the post into ``inbox/questions``, where a person fills them in, and out again answered.

A signed workbook comes in; it lies where it is opened, and the ledger says whose questions it holds. A filled-in workbook comes
in; its answers lie ready for who asked. Nothing of ours changes by a question. Refused: a workbook that is not for us, or not what
its sender signed it as; an answer that is none, or that holds a CPR number or somebody's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from exchange.atomic import write_atomically
from exchange.errors import IntakeRefused, PackageRefused
from exchange.language import choose
from exchange.language import translate as _
from exchange.ledger.events import Body, Event
from exchange.workspace.folder import Workspace
from exchange.workspace.workbook_post import Ready, make_ready, ready_in

if TYPE_CHECKING:
    from exchange.intake.answers import Answer, Answers
    from exchange.sealing.signing import Passphrase
    from exchange.sealing.workbooks import Enclosed

ASKED, REPLY = "asked", "reply"
FOLDER = "questions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Questions that came.

    Attributes:
        sender: who asks; bundle: the number that they gave it; due: the day they want the answers by.
        file: in ``inbox/questions``; sha256: of the signed container that it came in.
        questions: their ids.
    """

    at: str
    sender: str
    bundle: int
    due: date
    file: str
    sha256: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Answers of ours.

    Attributes:
        event: of the ledger; sha256: of the workbook that was filled in.
        questions: the ids of those that it answers.
    """

    event: str
    at: str
    to: str
    bundle: int
    sha256: str
    ready: Ready
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAnswer:
    """How far the answers to questions that came are.

    Attributes:
        left: how many of them we have not answered and were not asked anew later.
    """

    inquiry: Inquiry
    left: int
    overdue: bool

    @property
    def place(self) -> str:
        """Where the workbook lies in the workspace."""
        return f"inbox/{FOLDER}/{self.inquiry.file}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsCame:
    """What came of a container of questions.

    Attributes:
        path: of the workbook to fill in; known: the same had come before.
    """

    inquiry: Inquiry
    path: Path
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """What came of a filled-in workbook.

    Attributes:
        unanswered: how many of its questions it leaves open.
        known: the same workbook was answered with before; nothing was added.
    """

    reply: Reply
    unanswered: int
    notices: tuple[str, ...]
    known: bool


def inquiries(events: Iterable[Event]) -> list[Inquiry]:
    """Return the questions that came, oldest first."""
    return [_inquiry(event) for event in events if event.kind == ASKED]


def replies(events: Iterable[Event]) -> list[Reply]:
    """Return our answers, oldest first."""
    return [
        _reply(event, ready) for event in events if event.kind == REPLY and (ready := ready_in(event.body))
    ]


def to_answer(events: Sequence[Event], today: date) -> list[ToAnswer]:
    """Return how far the answers to everything that came are, what is due first coming first."""
    came, ours = inquiries(events), replies(events)
    found = []
    for at, one in enumerate(came):
        gone = {question for reply in ours if reply.to == one.sender for question in reply.questions}
        gone |= {
            question for later in came[at + 1 :] if later.sender == one.sender for question in later.questions
        }
        left = len(set(one.questions) - gone)
        found.append(ToAnswer(inquiry=one, left=left, overdue=bool(left) and today > one.due))
    return sorted(found, key=lambda one: one.inquiry.due)


def questions_in(workspace: Workspace, enclosed: Enclosed, workbook: bytes, sha256: str) -> QuestionsCame:
    """Lay questions that came where a person finds them, and say so in the ledger.

    Args:
        workspace: ours.
        enclosed: what they came as.
        workbook: to be filled in.
        sha256: of the container.

    Raises:
        PackageRefused: ``workbook-form``: it is no workbook of the sender's questions to us.
    """
    events = workspace.ledger.events()
    known = next((one for one in inquiries(events) if one.sha256 == sha256), None)
    folder = workspace.folder / "inbox" / FOLDER
    if known is not None:
        path = folder / known.file
        if not path.exists() and any(
            one.inquiry == known and one.left for one in to_answer(events, date.max)
        ):
            _lay(path, workbook)
        return QuestionsCame(inquiry=known, path=path, known=True)
    questions = _questions_of(workspace, enclosed, workbook)
    name = f"{enclosed.sender}-{choose('spoergsmaal', 'questions')}-{enclosed.bundle}.xlsx"
    path = _free(folder, name, workbook)
    _lay(path, workbook)
    body: Body = {
        "from": enclosed.sender,
        "bundle": enclosed.bundle,
        "due": str(enclosed.due),
        "file": path.name,
        "sha256": sha256,
        "question_ids": list(questions),
    }
    return QuestionsCame(inquiry=_inquiry(workspace.record(ASKED, body)), path=path, known=False)


def reply(workspace: Workspace, path: Path, own: Passphrase) -> Replied:
    """Make the answers in a filled-in workbook ready for who asked.

    Raises:
        IntakeRefused: it is no workbook of questions to us, answers nothing, or holds what may not leave the house.
        KeyRefused: no card of who asked is trusted here, or our key cannot be opened.
        WorkspaceError: the ledger could not be written; nothing is sent.
    """
    from exchange.sealing.workbooks import Enclosed
    from exchange.workspace.handed_in import bytes_of

    content = bytes_of(path)
    found = _answers(workspace, path.name, content)
    events, to, sha256 = workspace.ledger.events(), found.mark.sender.id, hashlib.sha256(content).hexdigest()
    unanswered = len(found.unanswered)
    ours = [one for one in replies(events) if one.to == to]
    known = next((one for one in ours if one.sha256 == sha256), None)
    if known is not None:
        return Replied(reply=known, unanswered=unanswered, notices=found.notices, known=True)
    enclosed = Enclosed(
        what="answers",
        sender=workspace.owner.party.id,
        recipient=to,
        bundle=found.mark.bundle,
        due=None,
        file=f"answers{path.suffix.lower()}",
        at=workspace.clock().replace(microsecond=0),
    )
    ready = make_ready(workspace, enclosed, content, 1 + len(ours), own)
    body: Body = {
        "to": to,
        "bundle": found.mark.bundle,
        "sha256": sha256,
        "ready": ready.as_body(),
        "question_ids": [one.question for one in found.answers],
    }
    made = _reply(workspace.record(REPLY, body), ready)
    return Replied(reply=made, unanswered=unanswered, notices=found.notices, known=False)


def _answers(workspace: Workspace, name: str, content: bytes) -> Answers:
    from exchange.intake.answers import read_answers

    _refuse_file(Path(name), content)
    found = read_answers(name, content)
    if found is None:
        raise IntakeRefused(
            _("{file} is no workbook of questions; name the one that was filled in.").format(file=name)
        )
    if found.mark.to != workspace.owner.party:
        raise IntakeRefused(
            _("{file} asks {party}, not us; take the answers of others with “enblanket take”.").format(
                file=found.file, party=found.mark.to.id
            )
        )
    if not found.answers:
        raise IntakeRefused(
            _(
                "{file} answers nothing yet: choose an answer in at least one line, save it and try again."
            ).format(file=found.file)
        )
    _refuse_people(workspace, found)
    return found


def _refuse_file(name: Path, content: bytes) -> None:
    """Refuse what the other house would not take."""
    from exchange.sealing.workbooks import ENDINGS, LARGEST

    if name.suffix.lower() not in ENDINGS:
        raise IntakeRefused(_("{file} is no Excel file; save it as .xlsx and try again.").format(file=name))
    if len(content) > LARGEST:
        raise IntakeRefused(
            _("{file} is larger than {most} MB; copy the answers into the workbook as it came.").format(
                file=name, most=LARGEST >> 20
            )
        )


def _refuse_people(workspace: Workspace, found: Answers) -> None:
    """Refuse answers that name somebody; no other house needs the name."""
    from exchange.intake.discreet import spotter

    names_somebody = spotter(workspace.names().texts)
    for answer in found.answers:
        if _holds_cpr(answer) or names_somebody(answer.remark) or names_somebody(answer.value or ""):
            raise IntakeRefused(
                _(
                    "{file}, row {row}: the answer holds a name or a CPR number; write it without, and save it."
                ).format(file=found.file, row=answer.row)
            )


def _holds_cpr(answer: Answer) -> bool:
    from exchange.form.confidential import MASK, holds_cpr

    # A remark comes with its numbers hidden.
    return MASK in answer.remark or holds_cpr(answer.value or "")


def _questions_of(workspace: Workspace, enclosed: Enclosed, workbook: bytes) -> Sequence[str]:
    from exchange.intake.answers import read_answers

    try:
        found = read_answers(enclosed.file, workbook)
    except IntakeRefused as refused:
        raise PackageRefused("workbook-form", str(refused)) from None
    said = None if found is None else (found.mark.sender.id, found.mark.to, found.mark.bundle)
    if found is None or said != (enclosed.sender, workspace.owner.party, enclosed.bundle):
        raise PackageRefused(
            "workbook-form",
            _(
                "What {sender} sent as questions are not their questions to us; ask them to send it again."
            ).format(sender=enclosed.sender),
        )
    return tuple(found.mark.questions.values())


def _lay(path: Path, workbook: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        write_atomically(path, workbook)


def _free(folder: Path, name: str, workbook: bytes) -> Path:
    """Return where a workbook lies or can lie; another one that a person may be filling in is never written over."""
    path, count = folder / name, 1
    while path.exists() and path.read_bytes() != workbook:
        count += 1
        path = folder / f"{Path(name).stem}-{count}.xlsx"
    return path


def _inquiry(event: Event) -> Inquiry:
    body = event.body
    return Inquiry(
        at=event.at,
        sender=str(body["from"]),
        bundle=cast("int", body["bundle"]),
        due=date.fromisoformat(str(body["due"])),
        file=Path(str(body["file"])).name,
        sha256=str(body["sha256"]),
        questions=tuple(cast("list[str]", body["question_ids"])),
    )


def _reply(event: Event, ready: Ready) -> Reply:
    body = event.body
    return Reply(
        event=event.id,
        at=event.at,
        to=str(body["to"]),
        bundle=cast("int", body["bundle"]),
        sha256=str(body["sha256"]),
        ready=ready,
        questions=tuple(cast("list[str]", body["question_ids"])),
    )

"""``receive`` and ``receipt record``: what others sent into the house, and what they answered to what we sent.

Files in, events and receipts out. A package is judged, its bytes are stored, the event is written, and last the signed receipt
lies in the outbox: a process that dies in between has received it, and receiving it again writes the receipt. What is
signed by a sender we know, and meant for us, and yet refused, is kept under ``inbox/quarantine`` as evidence and answered
with ``returned``; anything else that is refused is left where it lay. A receipt closes the loop of the package it answers.
Workbooks of questions and answers go on to ``inquiries`` and ``answering``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.atomic import write_pieces_atomically
from exchange.errors import EnblanketError, PackageRefused
from exchange.form.confidential import holds_cpr
from exchange.language import translate as _
from exchange.sealing.container import Container, open_container
from exchange.sealing.names import fault_of_name
from exchange.sealing.receipts import (
    ENDING,
    Answer,
    Receipt,
    answer_of,
    counts_of,
    is_receipt,
    receipt_in,
    write_receipt,
)
from exchange.sealing.sequence import stream_of
from exchange.sealing.workbooks import holds_workbook, workbook_in
from exchange.workspace.acquaintance import judged, knowledge_of, opened_file, openers_of
from exchange.workspace.chronicle import Sealed
from exchange.workspace.deliveries import RECEIPT, RECEIVE, Answered, Received, answer_body, receive_body
from exchange.workspace.folder import Workspace
from exchange.workspace.inquiries import QuestionsCame, questions_in
from exchange.workspace.losses import acknowledged
from exchange.workspace.witness import heads_seen, history_for, keep_history

if TYPE_CHECKING:
    from exchange.sealing.archive import ReadAt
    from exchange.sealing.descriptor import Descriptor
    from exchange.sealing.signing import Passphrase, SigningKey
    from exchange.sealing.verdict import Knowledge, Verdict
    from exchange.workspace.answering import Answered as TakenAnswers

QUARANTINE = "quarantine"
_CHUNK = 2**20
# Receipts and workbooks are small; what is larger is not even opened as one.
_LARGEST_LETTER = 64 * 2**20
_SHORTEST_PREFIX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What may be asked for: the passphrase of our keys, and that of a package that was encrypted with one."""

    own: Passphrase
    package: Passphrase


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageCame:
    """What came of a package.

    Attributes:
        known: the same bytes had come before; then nothing was added.
        stored: its bytes lie in the store.
        receipt: where our receipt lies; None where nobody is answered.
        quarantined: where the refused bytes were put, as they came; None where they were left alone.
    """

    verdict: Verdict
    known: bool
    stored: bool
    receipt: Path | None
    quarantined: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCame:
    """What came of a receipt.

    Attributes:
        name: of our package that it answers; known: the same receipt had come before.
        code: ``history-differs`` where its maker has seen events of ours that our ledger does not hold.
    """

    name: str
    answered: Answered
    known: bool
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersCame:
    """What came of a container of answers.

    Attributes:
        sha256: of the container; sender: who answers.
    """

    sha256: str
    sender: str
    answered: TakenAnswers


Came = PackageCame | ReceiptCame | QuestionsCame | AnswersCame


def receive(workspace: Workspace, path: Path, keys: Keys, *, refused: bool = False) -> Came:
    """Take in one file: a package, a receipt, or a workbook of questions or answers.

    ``refused``: a person here refuses the package, whatever is to be thought of it; its sender is told by the receipt.

    Raises:
        EnblanketError: the file cannot be read, or is to be refused and no package.
        KeyRefused: it is encrypted to others, or our keys cannot be opened; nothing was stored.
        PackageRefused: its encryption is damaged, it is our own package, it is a receipt that does not hold or answers
            no package of ours, or a workbook that does not hold, is not for us or answers what we have not asked; nothing
            was stored.
        RuleError: our own rules cannot be run.
    """
    knowledge = knowledge_of(workspace, [], None, workspace.clock())
    with opened_file(path, openers_of(workspace, keys.own, keys.package)) as (read_at, size):
        small = _small(read_at, size, knowledge)
        if refused and small is not None and (is_receipt(small) or holds_workbook(small)):
            raise EnblanketError(_("{name} is no package; only a package is refused.").format(name=path.name))
        if small is not None and is_receipt(small):
            return _close_loop(workspace, small.sha256, receipt_in(small))
        if small is not None and holds_workbook(small):
            return _take_workbook(workspace, small)
        verdict = judged(read_at, size, knowledge, path)
        if refused:
            verdict = _refused(verdict)
        return _Arriving(workspace, path, verdict, keys, read_at, size).take_in()


def _refused(verdict: Verdict) -> Verdict:
    from exchange.sealing.verdict import fails

    said = fails("recipient", "recipient-refused", _("A person at the recipient refused the package."))
    return replace(verdict, verdict="refused", checks=(*verdict.checks, said))


def note_answer(workspace: Workspace, package: str, verdict: Answer, on: date, note: str) -> Sealed:
    """Note what a receiver answered by phone or on paper, and return the package.

    Raises:
        EnblanketError: no package of ours is called so, the day cannot be, or the note holds a CPR number.
    """
    if holds_cpr(note):
        raise EnblanketError(
            _(
                "The text holds what looks like a CPR number, and the ledger keeps it for good; say it without."
            )
        )
    sealed = _named(workspace, package)
    today = workspace.clock().date()
    if not date.fromisoformat(sealed.at[:10]) <= on <= today:
        raise EnblanketError(
            _(
                "{day} lies before the package was sealed or is still to come; give the day of the answer."
            ).format(day=on)
        )
    answered = Answered(
        event="",
        at="",
        package=str(sealed.body["sha256"]),
        party=str(sealed.body["recipient"]),
        verdict=verdict,
        codes=(),
        counts={},
        on=on.isoformat(),
        how="noted",
        note=note,
        sha256="",
        ledger_head=(),
        heads_seen={},
    )
    workspace.record(RECEIPT, answer_body(answered))
    return sealed


def _named(workspace: Workspace, package: str) -> Sealed:
    wanted = Path(package.replace("\\", "/")).name.removesuffix(".age")
    found = [
        one
        for one in workspace.chronicle().sealed
        if str(one.body["name"]).removesuffix(".age") == wanted
        or (len(wanted) >= _SHORTEST_PREFIX and str(one.body["sha256"]).startswith(wanted))
    ]
    if len(found) != 1:
        raise EnblanketError(
            _(
                "“{package}” names no package that was sealed here, or several; “enblanket log” shows their names."
            ).format(package=package[:120])
        )
    return found[0]


def _small(read_at: ReadAt, size: int, knowledge: Knowledge) -> Container | None:
    """Open what is not too large for a receipt or a workbook; None where it is, or is no container: its judge says why."""
    if size > _LARGEST_LETTER:
        return None
    try:
        return open_container(read_at, size, knowledge.trust, now=knowledge.now)
    except PackageRefused:
        return None


def _take_workbook(workspace: Workspace, container: Container) -> QuestionsCame | AnswersCame:
    from exchange.workspace.answering import answers_in

    enclosed, content = workbook_in(container)
    if enclosed.recipient != workspace.owner.party.id:
        raise PackageRefused(
            "workbook-other",
            _("The workbook is for {recipient}, not for us; pass it on.").format(
                recipient=enclosed.recipient
            ),
        )
    if enclosed.what == "questions":
        return questions_in(workspace, enclosed, content, container.sha256)
    answered = answers_in(workspace, enclosed, content)
    return AnswersCame(sha256=container.sha256, sender=enclosed.sender, answered=answered)


def _close_loop(workspace: Workspace, sha256: str, receipt: Receipt) -> ReceiptCame:
    sealed = _answered_package(workspace, receipt)
    name = str(sealed.body["name"])
    before = next((one for one in workspace.chronicle().answered if one.sha256 == sha256), None)
    if before is not None:
        return ReceiptCame(name=name, answered=before, known=True, code=None)
    answered = Answered(
        event="",
        at="",
        package=receipt.package_sha256,
        party=receipt.recipient,
        verdict=receipt.verdict,
        codes=receipt.codes,
        counts=receipt.counts,
        on=receipt.at.isoformat(),
        how="file",
        note="",
        sha256=sha256,
        ledger_head=receipt.ledger_head,
        heads_seen=receipt.heads_seen,
        history=keep_history(workspace, receipt.history),
    )
    ours = {event.id for event in workspace.ledger.events()} | acknowledged(workspace.chronicle().losses)
    differs = not set(receipt.heads_seen.get(workspace.owner.party.id, ())) <= ours
    workspace.record(RECEIPT, answer_body(answered))
    return ReceiptCame(name=name, answered=answered, known=False, code="history-differs" if differs else None)


def _answered_package(workspace: Workspace, receipt: Receipt) -> Sealed:
    us = workspace.owner.party.id
    if receipt.sender != us:
        raise PackageRefused(
            "receipt-other",
            _("The receipt answers a package of {sender}, not of {us}; pass it on.").format(
                sender=receipt.sender, us=us
            ),
        )
    said = {
        "sha256": receipt.package_sha256,
        "recipient": receipt.recipient,
        "agreement_id": receipt.agreement_id,
        "jobcentre": receipt.jobcentre,
        "period": str(receipt.period),
        "sequence": receipt.sequence,
    }
    for sealed in workspace.chronicle().sealed:
        if all(sealed.body[name] == value for name, value in said.items()):
            return sealed
    raise PackageRefused(
        "receipt-unknown-package",
        _(
            "The receipt answers number {sequence} to {recipient}, which this workspace has not sealed so; "
            "look for another copy of the workspace that has."
        ).format(sequence=receipt.sequence, recipient=receipt.recipient),
    )


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A package that was judged and is not yet taken in."""

    workspace: Workspace
    path: Path
    verdict: Verdict
    keys: Keys
    read_at: ReadAt
    size: int

    def take_in(self) -> PackageCame:
        descriptor = self._descriptor()
        if descriptor is None:
            return PackageCame(
                verdict=self.verdict, known=False, stored=False, receipt=None, quarantined=None
            )
        before = self._before()
        key = self._key()
        received = before or self._recorded(descriptor)
        return PackageCame(
            verdict=self.verdict,
            known=before is not None,
            stored=received.counts,
            receipt=self._answered(descriptor, received, key),
            quarantined=None if received.counts else self._quarantine(),
        )

    def _descriptor(self) -> Descriptor | None:
        """Return what the package says of itself, where a sender we know sent it to us and it is no draft."""
        package, us = self.verdict.package, self.workspace.owner.party.id
        whole = all(check.ok for check in self.verdict.checks if check.check in ("container", "signatures"))
        if package is None or not whole or package.descriptor.draft:
            return None
        if package.descriptor.sender == us:
            raise PackageRefused(
                "receive-own",
                _("{name} is our own package; its recipient {recipient} receives it.").format(
                    name=self.path.name, recipient=package.descriptor.recipient
                ),
            )
        return package.descriptor if package.descriptor.recipient == us else None

    def _key(self) -> SigningKey:
        from exchange.sealing.keys import unlock_signing_key

        return unlock_signing_key(self.workspace.keys, self.keys.own)

    def _codes(self) -> tuple[str, ...]:
        return tuple(check.code for check in self.verdict.checks if check.code is not None)

    def _before(self) -> Received | None:
        for one in self.workspace.chronicle().received:
            same = (one.sha256, one.stored) == (self.verdict.origin, self.verdict.sha256)
            if same and (one.counts or (self.verdict.verdict == "refused" and one.codes == self._codes())):
                return one
        return None

    def _recorded(self, descriptor: Descriptor) -> Received:
        package = self.verdict.package
        received = Received(
            event="",
            at="",
            name=self.path.name,
            sha256=self.verdict.origin,
            stored=self.verdict.sha256,
            stream=stream_of(descriptor),
            period=str(descriptor.period),
            sequence=descriptor.sequence,
            supersedes=None if descriptor.supersedes is None else descriptor.supersedes.sha256,
            verdict=self.verdict.verdict,
            codes=self._codes(),
            ledger_head=descriptor.ledger_head,
            heads_seen=descriptor.heads_seen,
            receipt=_receipt_name(descriptor, self.verdict.origin, self.workspace.chronicle().received),
            created=descriptor.created,
            history="" if package is None else keep_history(self.workspace, package.history),
        )
        if received.counts:
            self.workspace.objects.put_pieces(self._pieces())
        self.workspace.record(RECEIVE, receive_body(received))
        return received

    def _pieces(self) -> Iterator[bytes]:
        for offset in range(0, self.size, _CHUNK):
            yield self.read_at(offset, min(_CHUNK, self.size - offset))

    def _answered(self, descriptor: Descriptor, received: Received, key: SigningKey) -> Path:
        """Write the receipt, unless it still lies in the outbox."""
        from exchange.sealing.container import sealed_pieces
        from exchange.sealing.receipts import NAME

        path = self.workspace.outbox / received.receipt
        if received.event and path.exists():
            return path
        at = self.workspace.clock().replace(microsecond=0)
        receipt = Receipt(
            package_sha256=received.sha256,
            sender=descriptor.sender,
            recipient=descriptor.recipient,
            agreement_id=descriptor.agreement_id,
            jobcentre=descriptor.jobcentre,
            period=descriptor.period,
            sequence=descriptor.sequence,
            verdict=answer_of(received.verdict),
            codes=received.codes,
            counts=counts_of(self.verdict),
            at=at,
            ledger_head=self.workspace.ledger.head(),
            heads_seen=heads_seen(self.workspace),
            history=history_for(self.workspace, descriptor.sender),
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        write_pieces_atomically(path, sealed_pieces({NAME: write_receipt(receipt)}, signer=key, at=at))
        return path

    def _quarantine(self) -> Path:
        """Keep the refused bytes as they came, encrypted or not, under a name that is ours."""
        folder = self.workspace.folder / "inbox" / QUARANTINE
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ending = ".asice.age" if self.path.name.endswith(".age") else ".asice"
        path = folder / f"{self.verdict.sha256}{ending}"
        if self.path.resolve() != path.resolve():
            write_pieces_atomically(path, _pieces_of(self.path))
        return path


def _receipt_name(descriptor: Descriptor, origin: str, received: Sequence[Received]) -> str:
    """Return a name that no receipt of another package has; what a sender says never leads out of the outbox."""
    name = f"{descriptor.stem}{ENDING}"
    others = {one.receipt for one in received if one.sha256 != origin}
    return f"{origin[:16]}{ENDING}" if name in others or fault_of_name(name) or "/" in name else name


def _pieces_of(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk

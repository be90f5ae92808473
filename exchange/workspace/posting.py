"""``send``: what the house sealed, asked and answered goes to its parties, each by the way that ``post.toml`` names.

The ledger and the outbox in, parcels over a way, events out: *queued* before anything moves, *sent* when the other side holds
every byte. A process that dies in between finds the parcel queued, and delivering again what lies there adds nothing. A
package that lies open and may not leave so is encrypted to its recipient's trusted card first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from exchange.errors import EnblanketError, KeyRefused, WayFailed
from exchange.language import translate as _
from exchange.ledger.events import Event
from exchange.post.opening import Account, House, Password, accounts_of, refuse_unknown, sending
from exchange.post.settings import WaySettings, read_settings
from exchange.post.sftp_places import Contact
from exchange.post.states import QUEUE, SENT, Arrival, Move, Out, arrivals, move_body, state_of
from exchange.post.ways import Kind, Meter, Parcel, Sender, unwatched
from exchange.workspace.bundles import Bundle, bundles
from exchange.workspace.chronicle import Chronicle, read_chronicle
from exchange.workspace.deliveries import Received
from exchange.workspace.envelopes import ENCRYPTED_ENDING, ENDING, envelope_for
from exchange.workspace.folder import Workspace
from exchange.workspace.inquiries import Reply, replies
from exchange.workspace.outgoing import Outgoing, outgoing

Result = Literal["sent", "draft", "failed", "no-way", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One package, receipt or workbook of ours that goes, or went, to a party.

    Attributes:
        key: of a package its sha256 as signed, of a receipt the event of the package that it answers, of questions and
            answers the event that made them.
        name: of its file in the outbox; sha256: of that file's bytes, "" where the key tells or nothing does.
        agreement_id, jobcentre, period: of a package or what answers it; "" of a workbook, which has a number alone.
        at: when it was made.
        overdue: nobody has answered by the agreed day.
        is_void: nobody waits for it any more, though it was not answered.
    """

    kind: Kind
    key: str
    name: str
    party: str
    agreement_id: str
    jobcentre: str
    period: str
    sequence: int
    at: str
    state: Out
    steps: tuple[Move, ...]
    sha256: str = ""
    due: date | None = None
    overdue: bool = False
    is_void: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come of it."""
        ends = self.kind in ("receipt", "answers") and self.state == "sent"
        return ends or self.is_void or self.state in ("accepted", "answered")

    def is_waiting(self, by: str | None = None) -> bool:
        """Whether it is still to be sent; ``by`` asks for one kind of way alone."""
        if self.state not in ("sealed", "queued", "sent") or self.is_void:
            return False
        return not any(one.is_sent and by in (None, one.by) for one in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What came of one item.

    Attributes:
        name: under which it lies at the other side, or where the draft lies.
        code, detail: why it stays, where it does.
    """

    item: Item
    result: Result
    by: str = ""
    name: str = ""
    code: str = ""
    detail: str = ""


def house_of(workspace: Workspace, password: Password) -> House:
    """Return who posts here; ``password`` asks for that of a mail server.

    Raises:
        WorkspaceError: ``post.toml`` says something that is not understood.
    """
    return House(
        folder=workspace.folder,
        us=workspace.owner.party.id,
        name=workspace.owner.name,
        settings=read_settings(workspace.folder),
        clock=workspace.clock,
        password=password,
        contact=partial(_contact, workspace),
    )


def accounts(workspace: Workspace) -> list[Account]:
    """Return whose passwords are asked for when we send and fetch, each once.

    Raises:
        WayFailed: an SSH key cannot be read, or a server is not known.
    """

    def nobody(_account: Account) -> str:
        return ""

    return accounts_of(house_of(workspace, nobody))


def items(events: Sequence[Event], today: date) -> list[Item]:
    """Return everything that goes or went out, oldest first."""
    chronicle = read_chronicle(events)
    steps = chronicle.posted
    made_at = {event.id: event.at for event in events}
    packages = [
        _package(one, made_at[one.event], steps.get(one.sha256, ())) for one in outgoing(chronicle, today)
    ]
    receipts = [_receipt(one, steps.get(one.event, ())) for one in _answers(chronicle)]
    asked = [_asked(one, steps.get(one.event, ()), today) for one in bundles(events)]
    replied = [_replied(one, steps.get(one.event, ())) for one in replies(events)]
    return sorted([*packages, *receipts, *asked, *replied], key=lambda one: one.at)


def send(
    workspace: Workspace,
    password: Password,
    party: str | None = None,
    by: str | None = None,
    meter: Meter = unwatched,
) -> Iterator[Sending]:
    """Send what waits, to one party or to all, and give what came of each item as it happens.

    Args:
        workspace: whose.
        password: asks for that of a mail server.
        party: None is all.
        by: a kind of way; None is the first to each party.
        meter: shown how far each file is.

    Raises:
        WayFailed: ``way-unknown``: the party that was named has no way.
        WorkspaceError: ``post.toml`` is not understood, or the ledger cannot be written.
    """
    house = house_of(workspace, password)
    if party is not None:
        refuse_unknown(house, party, by)
    waiting = [
        one
        for one in items(workspace.ledger.events(), workspace.clock().date())
        if party in (None, one.party) and one.is_waiting(by)
    ]
    for recipient in dict.fromkeys(one.party for one in waiting):
        theirs = [one for one in waiting if one.party == recipient]
        way = house.settings.way_to(recipient, by)
        if way is None:
            yield from (Sending(item=one, result="no-way") for one in theirs)
        else:
            yield from _sent_by(workspace, house, way, theirs, meter)


def note_sent(workspace: Workspace, name: str) -> Item:
    """Note that a person sent a draft, and return the item.

    Raises:
        EnblanketError: nothing that waits is called so.
    """
    wanted = Path(name.replace("\\", "/")).name.removesuffix(".eml").removesuffix(".age")
    found = [
        one
        for one in items(workspace.ledger.events(), workspace.clock().date())
        if one.name.removesuffix(".age") == wanted and one.is_waiting()
    ]
    if len(found) != 1:
        raise EnblanketError(
            _("“{name}” is nothing that waits to be sent; “enblanket post status” shows what does.").format(
                name=name[:120]
            )
        )
    (item,) = found
    by = item.steps[-1].by if item.steps else "hand"
    _record(workspace, item, by, name=item.name, is_sent=True)
    return item


def _sent_by(
    workspace: Workspace, house: House, way: WaySettings, theirs: Iterable[Item], meter: Meter
) -> Iterator[Sending]:
    waiting = list(theirs)
    for item in waiting:
        if not any(one.by == way.by for one in item.steps):
            _record(workspace, item, way.by)
    try:
        with sending(house, way) as opened:
            while waiting:
                yield _delivered(workspace, waiting[0], way, opened, meter)
                del waiting[0]
    except WayFailed as failure:
        for item in waiting:
            yield Sending(item=item, result="failed", by=way.by, code=failure.code, detail=str(failure))


def _delivered(workspace: Workspace, item: Item, way: WaySettings, opened: Sender, meter: Meter) -> Sending:
    """Bring one item over; a way that fails for good fails for this item alone."""
    try:
        parcel = _parcel(workspace, item, way)
        if parcel is None:
            return Sending(item=item, result="missing", by=way.by)
        delivery = opened.deliver(parcel, meter(parcel.name, parcel.size))
    except WayFailed as failure:
        if not failure.lasting:
            raise
        return Sending(item=item, result="failed", by=way.by, code=failure.code, detail=str(failure))
    if delivery.by_hand:
        return Sending(item=item, result="draft", by=way.by, name=delivery.name)
    _record(workspace, item, way.by, name=delivery.name, is_sent=True)
    return Sending(item=item, result="sent", by=way.by, name=delivery.name)


def _contact(workspace: Workspace, party: str) -> Contact:
    """Return what a party's trusted card says of how to reach it, or our own card of us; nothing where none is."""
    from exchange.workspace.trust_desk import trust_and_ourselves

    card = trust_and_ourselves(workspace).card_of(party, workspace.clock().date())
    if card is None:
        return Contact()
    return Contact(mailbox=card.mailbox, sftp=card.sftp, sftp_host_key=card.sftp_host_key)


def _record(workspace: Workspace, item: Item, by: str, *, name: str = "", is_sent: bool = False) -> None:
    move = Move(kind=item.kind, key=item.key, party=item.party, by=by, at="", name=name, is_sent=is_sent)
    workspace.record(SENT if is_sent else QUEUE, move_body(move))


def _package(one: Outgoing, at: str, steps: Sequence[Move]) -> Item:
    state: Out = state_of(steps) if one.standing == "overdue" else one.standing
    return Item(
        kind="package",
        key=one.sha256,
        name=one.name,
        party=one.recipient,
        agreement_id=one.agreement_id,
        jobcentre=one.jobcentre,
        period=one.period,
        sequence=one.sequence,
        at=at,
        state=state,
        steps=tuple(steps),
        due=one.due,
        overdue=one.standing == "overdue",
    )


def _answers(chronicle: Chronicle) -> list[Received]:
    """Return of each receipt's name the package that it answers last: a later verdict stands in the same file."""
    return list({one.receipt: one for one in chronicle.received}.values())


def _receipt(one: Received, steps: Sequence[Move]) -> Item:
    return Item(
        kind="receipt",
        key=one.event,
        name=one.receipt,
        party=one.stream.sender,
        agreement_id=one.stream.agreement_id,
        jobcentre=one.stream.jobcentre,
        period=one.period,
        sequence=one.sequence,
        at=one.at,
        state=state_of(steps),
        steps=tuple(steps),
    )


def _asked(one: Bundle, steps: Sequence[Move], today: date) -> Item:
    item = _workbook("questions", one, one.number, steps)
    return replace(
        item,
        state="answered" if one.is_answered else item.state,
        due=one.due,
        overdue=bool(one.left) and today > one.due,
        is_void=not one.left and not one.is_answered,
    )


def _replied(one: Reply, steps: Sequence[Move]) -> Item:
    return _workbook("answers", one, one.bundle, steps)


def _workbook(kind: Kind, one: Bundle | Reply, number: int, steps: Sequence[Move]) -> Item:
    """Return a workbook as an item; it is of no agreement, jobcentre or period alone."""
    return Item(
        kind=kind,
        key=one.event,
        name=one.ready.name,
        party=one.to,
        agreement_id="",
        jobcentre="",
        period="",
        sequence=number,
        at=one.at,
        state=state_of(steps),
        steps=tuple(steps),
        sha256=one.ready.sha256,
    )


def _parcel(workspace: Workspace, item: Item, way: WaySettings) -> Parcel | None:
    """Return the file to send; None where its bytes are no longer at hand."""
    path = workspace.outbox / item.name
    if item.kind == "package":
        found = _package_file(workspace, item, way)
        if found is None:
            return None
        path = found
    if not path.is_file():
        return None
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if item.sha256 not in ("", sha256):
        return None
    encrypted = path.name.endswith(".age") and not item.name.endswith(".age")
    return Parcel(
        kind=item.kind,
        name=f"{item.name}.age" if encrypted else item.name,
        path=path,
        size=path.stat().st_size,
        sha256=sha256,
        sender=workspace.owner.party.id,
        recipient=item.party,
        agreement_id=item.agreement_id,
        jobcentre=item.jobcentre,
        period=item.period,
        sequence=item.sequence,
    )


def _package_file(workspace: Workspace, item: Item, way: WaySettings) -> Path | None:
    """Return the package as it may leave by the way: open from the store, whose bytes give their address, or encrypted."""
    stored, lying = workspace.objects.path(item.key), workspace.outbox / item.name
    if item.name.endswith(ENCRYPTED_ENDING):
        target = lying
    elif way.carries_open:
        return stored if stored.is_file() else None
    else:
        target = lying.with_name(f"{item.name.removesuffix(ENDING)}{ENCRYPTED_ENDING}")
    if target.is_file():
        return target
    if not stored.is_file():
        return None
    try:
        envelope = envelope_for(workspace, [item.party], None)
    except KeyRefused as refused:
        raise WayFailed("way-not-encrypted", str(refused), lasting=True) from None
    envelope.write(stored, target)
    return target


def arrived(events: Sequence[Event]) -> list[Arrival]:
    """Return the files that came by post, oldest first; one that verified on another day by hand is verified."""
    counts = {one.sha256 for one in read_chronicle(events).received if one.counts}
    return [
        replace(one, state="verified") if one.package in counts else one for one in arrivals(events).values()
    ]

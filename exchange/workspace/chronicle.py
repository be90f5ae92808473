"""The ledger's events read as what they mean for a workspace: who we are, agreements, takes, decisions in order.

Events in, frozen values out; the other way for the bodies that the workspace writes. Bodies name objects by their
address: rows, skipped rows and unreadable cells lie there, so that a purge can take them and leave the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from exchange.form.corrections import Correction
from exchange.ledger.branches import Branches, is_line
from exchange.ledger.events import Body, Event, Json
from exchange.post.states import Move, moves
from exchange.review.decisions import Decision, Verb
from exchange.review.merging import with_rivals
from exchange.workspace.agreements import ExchangeSettings
from exchange.workspace.deliveries import RECEIPT, RECEIVE, Answered, Received, read_answered, read_received
from exchange.workspace.losses import FOUND, Loss, read_losses
from exchange.workspace.trust_events import newest_directories, trusted_files

INIT, AGREEMENT, TAKE, DECISION, UNDO, SEAL = "init", "agreement", "take", "decision", "undo", "seal"
WITHDRAW, PURGE = "withdraw", "purge"


@dataclass(frozen=True, slots=True)
class StoredTable:
    """Rows of one table that an event brought.

    Attributes:
        address: of the Parquet object.
    """

    address: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAdded:
    """One version of an agreement file.

    Attributes:
        file: its name in ``agreements/``; sha256: of the bytes that were added.
    """

    event: str
    at: str
    agreement_id: str
    file: str
    sha256: str
    tables: Mapping[str, StoredTable]
    exchange: ExchangeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile:
    """One file of a take.

    Attributes:
        sha256, size: of the plain bytes; source: address of the bytes as stored, encrypted to ourselves.
        crosswalk_sha256: of the crosswalk that its names were read through.
        waiting, faults: how many the details hold.
    """

    name: str
    sha256: str
    size: int
    source: str
    layout: str
    layout_sha256: str
    crosswalk_sha256: str
    rows_read: int
    rows_mapped: int
    rows_skipped: int
    waiting: int
    faults: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """The files of one ``take``.

    Attributes:
        details: address of a JSON object with ``faults``, ``skipped`` and ``waiting``.
        place: the event whose place in the history its rows take: its own, or that of the take whose bytes were mapped again.
        withdrawn: sha256 of those of the files that were withdrawn since; nothing of them stands.
    """

    event: str
    at: str
    sender: str
    complete: bool
    files: tuple[TakenFile, ...]
    tables: Mapping[str, StoredTable]
    details: str
    place: str
    withdrawn: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """One file that was taken back.

    Attributes:
        sealed: ids of the events of packages that were sealed while it stood; they are not touched.
    """

    event: str
    at: str
    sender: str
    sha256: str
    name: str
    sealed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One package that was sealed, here or in a copy that was lost; what else the event says is sealing's own."""

    event: str
    at: str
    body: Body


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Everything that happened, in the order of the ledger.

    Attributes:
        agreements: the latest version of each agreement, by id.
        decisions: those that nobody has undone, oldest first.
        trusted: the files of ``trust/``, by name their SHA-256.
        directories: the highest number accepted or made, by lead and agreement.
        losses: parts of histories that somebody here acknowledged to be gone.
        posted: the steps of packages and receipts out of the house, by their key (:mod:`exchange.post.states`).
        purged: addresses of the objects that retention took.
        retained_from: nothing before that day stands; None where nothing was purged.
    """

    agreements: Mapping[str, AgreementAdded] = field(default_factory=dict)
    takes: tuple[Take, ...] = ()
    decisions: tuple[Decision, ...] = ()
    sealed: tuple[Sealed, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    received: tuple[Received, ...] = ()
    answered: tuple[Answered, ...] = ()
    trusted: Mapping[str, str] = field(default_factory=dict)
    directories: Mapping[tuple[str, str], int] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    posted: Mapping[str, Sequence[Move]] = field(default_factory=dict)
    purged: frozenset[str] = frozenset()
    retained_from: date | None = None

    def standing_files(self) -> list[tuple[Take, TakenFile]]:
        """Return each file that stands with the take that mapped it last, in the order they were mapped.

        One that was withdrawn, and not taken again since, is left out.
        """
        found: dict[tuple[str, str], tuple[Take, TakenFile]] = {}
        for take in self.takes:
            for one in take.files:
                if one.sha256 not in take.withdrawn:
                    found.pop((take.sender, one.sha256), None)
                    found[take.sender, one.sha256] = (take, one)
        return list(found.values())

    def sealed_before_withdrawal(self) -> list[tuple[Withdrawn, str]]:
        """Return the withdrawn files that a package was sealed with, and its name, while none has replaced it since."""
        by_event = {one.event: one for one in self.sealed}
        last = {_stream(one): one.event for one in self.sealed}
        return [
            (withdrawn, cast("str", by_event[event].body["name"]))
            for withdrawn in self.withdrawn
            for event in withdrawn.sealed
            if last[_stream(by_event[event])] == event
        ]


def _stream(sealed: Sealed) -> tuple[object, ...]:
    return tuple(sealed.body.get(name) for name in ("recipient", "agreement_id", "jobcentre", "period"))


def read_chronicle(events: Iterable[Event]) -> Chronicle:
    """Fold the events; kinds that are not known here are passed over."""
    events = list(events)
    agreements = [_agreement(event) for event in events if event.kind == AGREEMENT]
    purges = [event for event in events if event.kind == PURGE]
    return Chronicle(
        agreements={added.agreement_id: added for added in agreements},
        takes=_takes(events),
        decisions=_decisions(events),
        sealed=tuple(
            Sealed(event=event.id, at=event.at, body=event.body)
            for event in events
            if event.kind in (SEAL, FOUND)
        ),
        withdrawn=tuple(_withdrawn(event) for event in events if event.kind == WITHDRAW),
        received=tuple(read_received(event) for event in events if event.kind == RECEIVE),
        answered=tuple(read_answered(event) for event in events if event.kind == RECEIPT),
        trusted=trusted_files(events),
        directories=newest_directories(events),
        losses=read_losses(events),
        posted=moves(events),
        purged=frozenset(address for event in purges for address in _purged(event)),
        retained_from=max((_purged_before(event) for event in purges), default=None),
    )


def _takes(events: Iterable[Event]) -> tuple[Take, ...]:
    """Return the takes as later withdrawals and purges leave them."""
    takes: list[Take] = []
    for event in events:
        if event.kind == TAKE:
            takes.append(_take(event))
        elif event.kind == WITHDRAW:
            withdrawn = _withdrawn(event)
            takes = [_without(take, withdrawn) for take in takes]
        elif event.kind == PURGE:
            gone = frozenset(_purged(event))
            takes = [_after_purge(take, gone) for take in takes]
    return tuple(takes)


def _decisions(events: Sequence[Event]) -> tuple[Decision, ...]:
    decisions: dict[str, Decision] = {}
    for event in events:
        if event.kind == DECISION:
            decisions[event.id] = read_decision(event)
        elif event.kind == UNDO:
            decisions.pop(_text(event.body, "cancels"), None)
    found = tuple(decisions.values())
    return found if is_line(events) else with_rivals(found, Branches(events).stands_upon)


def _without(take: Take, withdrawn: Withdrawn) -> Take:
    if take.sender != withdrawn.sender or all(one.sha256 != withdrawn.sha256 for one in take.files):
        return take
    return replace(take, withdrawn=take.withdrawn | {withdrawn.sha256})


def _purged(event: Event) -> list[str]:
    return cast("list[str]", event.body["objects"])


def _purged_before(event: Event) -> date:
    return date.fromisoformat(_text(event.body, "before"))


def _after_purge(take: Take, gone: frozenset[str]) -> Take:
    """Return the take without the tables that went; without its files too where their details went with the last of them.

    The same bytes may be taken anew later: then they stand.
    """
    tables = {name: stored for name, stored in take.tables.items() if stored.address not in gone}
    return replace(take, tables=tables, files=() if take.details in gone else take.files)


def purge_body(before: date, objects: Iterable[str], packages: Iterable[str], files: Iterable[str]) -> Body:
    """Return what the event of a purge says; written before anything is deleted."""
    return {
        "before": before.isoformat(),
        "objects": list(objects),
        "packages": list(packages),
        "files": list(files),
    }


def agreement_body(
    agreement_id: str, file: str, sha256: str, tables: Mapping[str, StoredTable], exchange: ExchangeSettings
) -> Body:
    """Return what the event of an ``agreement add`` says."""
    return {
        "agreement_id": agreement_id,
        "file": file,
        "sha256": sha256,
        "tables": _tables_body(tables),
        "exchange": {
            "sources_travel": exchange.sources_travel,
            "countersignatures": exchange.countersignatures,
            "deliver_by_day": exchange.deliver_by_day,
        },
    }


def take_body(  # noqa: PLR0913 (what the event says)
    sender: str,
    files: Iterable[TakenFile],
    tables: Mapping[str, StoredTable],
    details: str,
    *,
    complete: bool,
    place: str | None = None,
) -> Body:
    """Return what the event of a ``take`` says; ``place`` is the event whose place its rows take, None its own."""
    again: Body = {} if place is None else {"place": place}
    return {
        **again,
        "sender": sender,
        "complete": complete,
        "files": [{name: getattr(one, name) for name in TakenFile.__dataclass_fields__} for one in files],
        "tables": _tables_body(tables),
        "details": details,
    }


def withdraw_body(sender: str, file: TakenFile, sealed: Iterable[str]) -> Body:
    """Return what the event of a withdrawal says; ``sealed`` are the events of packages that are out already."""
    return {"sender": sender, "sha256": file.sha256, "file": file.name, "sealed": list(sealed)}


def decision_body(decision: Decision) -> Body:
    """Return what the event of a decision says; who and when are the event's own."""
    return {
        "finding_id": decision.finding_id,
        "rule": decision.rule,
        "verb": decision.verb,
        "reason": decision.reason,
        "value": decision.value,
        "judged": decision.judged,
        "corrections": [
            {name: getattr(one, name) for name in ("table", "key", "field", "reported", "corrected")}
            for one in decision.corrections
        ],
    }


def undo_body(decision: Decision) -> Body:
    """Return what the event that cancels a decision says."""
    return {"cancels": decision.event, "finding_id": decision.finding_id}


def _agreement(event: Event) -> AgreementAdded:
    settings = _object(event.body, "exchange")
    day = settings.get("deliver_by_day")
    return AgreementAdded(
        event=event.id,
        at=event.at,
        agreement_id=_text(event.body, "agreement_id"),
        file=_text(event.body, "file"),
        sha256=_text(event.body, "sha256"),
        tables=_tables(event.body),
        exchange=ExchangeSettings(
            sources_travel=settings.get("sources_travel") is True,
            countersignatures=_count(settings, "countersignatures"),
            deliver_by_day=day if isinstance(day, int) else None,
        ),
    )


def _take(event: Event) -> Take:
    return Take(
        event=event.id,
        at=event.at,
        sender=_text(event.body, "sender"),
        complete=event.body.get("complete") is True,
        files=tuple(_file(one) for one in _objects(event.body, "files")),
        tables=_tables(event.body),
        details=_text(event.body, "details"),
        place=cast("str", event.body.get("place", event.id)),
    )


def _withdrawn(event: Event) -> Withdrawn:
    return Withdrawn(
        event=event.id,
        at=event.at,
        sender=_text(event.body, "sender"),
        sha256=_text(event.body, "sha256"),
        name=_text(event.body, "file"),
        sealed=tuple(cast("list[str]", event.body["sealed"])),
    )


def _file(body: Body) -> TakenFile:
    return TakenFile(
        name=_text(body, "name"),
        sha256=_text(body, "sha256"),
        size=_count(body, "size"),
        source=_text(body, "source"),
        layout=_text(body, "layout"),
        layout_sha256=_text(body, "layout_sha256"),
        crosswalk_sha256=_text(body, "crosswalk_sha256"),
        rows_read=_count(body, "rows_read"),
        rows_mapped=_count(body, "rows_mapped"),
        rows_skipped=_count(body, "rows_skipped"),
        waiting=_count(body, "waiting"),
        faults=_count(body, "faults"),
    )


def read_decision(event: Event) -> Decision:
    """Return the decision of an event of that kind."""
    finding_id = _text(event.body, "finding_id")
    return Decision(
        event=event.id,
        finding_id=finding_id,
        rule=_text(event.body, "rule"),
        verb=cast("Verb", _text(event.body, "verb")),
        reason=_text(event.body, "reason"),
        value=_optional(event.body, "value"),
        judged=_text(event.body, "judged"),
        who=event.who,
        when=event.at,
        corrections=tuple(
            Correction(
                table=_text(one, "table"),
                key=_text(one, "key"),
                field=_text(one, "field"),
                reported=_optional(one, "reported"),
                corrected=_optional(one, "corrected"),
                finding_id=finding_id,
                who=event.who,
                when=event.at,
            )
            for one in _objects(event.body, "corrections")
        ),
    )


def _tables_body(tables: Mapping[str, StoredTable]) -> Json:
    return {name: {"address": stored.address, "rows": stored.rows} for name, stored in tables.items()}


def _tables(body: Body) -> dict[str, StoredTable]:
    tables = _object(body, "tables")
    return {
        name: StoredTable(_text(_object(tables, name), "address"), _count(_object(tables, name), "rows"))
        for name in tables
    }


# An id vouches for the bytes of an event, so a body of a known kind has the shape that this module gave it.
def _text(body: Body, name: str) -> str:
    return cast("str", body[name])


def _optional(body: Body, name: str) -> str | None:
    return cast("str | None", body[name])


def _count(body: Body, name: str) -> int:
    return cast("int", body[name])


def _object(body: Body, name: str) -> Body:
    return cast("Body", body[name])


def _objects(body: Body, name: str) -> list[Body]:
    return cast("list[Body]", body[name])

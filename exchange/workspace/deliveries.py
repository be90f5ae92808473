"""What went out and came in: the ledger's events of packages and receipts as values, and what they say of each package.

``chronicle`` folds the events through here; ``receiving`` and ``dispatch`` write the bodies; ``log`` and ``status`` show the
standing of each package: sealed, queued, sent, delivered, accepted, returned or overdue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, cast

from exchange.ledger.events import Body, Event
from exchange.periods import Period, parse_period
from exchange.sealing.stream import Stream

if TYPE_CHECKING:
    from exchange.sealing.verdict import Word

RECEIVE, RECEIPT, COUNTERSIGN = "receive", "receipt", "countersign"

How = Literal["file", "noted"]
Standing = Literal["sealed", "queued", "sent", "delivered", "accepted", "returned", "answered", "overdue"]
Heads = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One package that came.

    Attributes:
        name: of the file that came; sha256: of the package as its sender signed it; stored: of the bytes that came.
        verdict: ``accepted``, ``needs-attention``, or ``refused``: then nothing was stored and no number counts.
        codes: why it was not accepted.
        ledger_head: its sender's tips; heads_seen: by party, the tips that its sender had seen.
        receipt: the name of our receipt in the outbox.
        created: when it was made, by its sender's own word; history: address of the links that it showed.
    """

    event: str
    at: str
    name: str
    sha256: str
    stored: str
    stream: Stream
    period: str
    sequence: int
    supersedes: str | None
    verdict: Word
    codes: tuple[str, ...]
    ledger_head: tuple[str, ...]
    heads_seen: Heads
    receipt: str
    created: str = ""
    history: str = ""

    @property
    def counts(self) -> bool:
        """Whether it was taken in."""
        return self.verdict != "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a receiver said of one of our packages.

    Attributes:
        package: sha256 of the package; party: who answered.
        how: by a signed receipt, or noted by hand; sha256: of the receipt, "" where it was noted.
        on: the moment or day that the answer is of, as said.
        ledger_head, heads_seen: as the receipt says; empty where it was noted.
        history: address of the links that the receipt showed, likewise.
    """

    event: str
    at: str
    package: str
    party: str
    verdict: Standing
    codes: tuple[str, ...]
    counts: Mapping[str, int]
    on: str
    how: How
    note: str
    sha256: str
    ledger_head: tuple[str, ...]
    heads_seen: Heads
    history: str = ""


def receive_body(received: Received) -> Body:
    """Return what the event of a package that came says."""
    stream = received.stream
    return {
        "name": received.name,
        "sha256": received.sha256,
        "stored": received.stored,
        "sender": stream.sender,
        "recipient": stream.recipient,
        "agreement_id": stream.agreement_id,
        "jobcentre": stream.jobcentre,
        "period": received.period,
        "sequence": received.sequence,
        "supersedes": received.supersedes,
        "verdict": received.verdict,
        "codes": list(received.codes),
        "ledger_head": list(received.ledger_head),
        "heads_seen": {party: list(tips) for party, tips in received.heads_seen.items()},
        "receipt": received.receipt,
        "created": received.created,
        "history": received.history,
    }


def read_received(event: Event) -> Received:
    """Return the package that the event is of."""
    body = event.body
    return Received(
        event=event.id,
        at=event.at,
        name=_text(body, "name"),
        sha256=_text(body, "sha256"),
        stored=_text(body, "stored"),
        stream=Stream(*(_text(body, name) for name in ("sender", "recipient", "agreement_id", "jobcentre"))),
        period=_text(body, "period"),
        sequence=cast("int", body["sequence"]),
        supersedes=cast("str | None", body["supersedes"]),
        verdict=cast("Word", _text(body, "verdict")),
        codes=_texts(body, "codes"),
        ledger_head=_texts(body, "ledger_head"),
        heads_seen=_heads(body),
        receipt=_text(body, "receipt"),
        created=_text(body, "created"),
        history=_text(body, "history"),
    )


def answer_body(answered: Answered) -> Body:
    """Return what the event of an answer says."""
    return {
        "package_sha256": answered.package,
        "from": answered.party,
        "verdict": answered.verdict,
        "codes": list(answered.codes),
        "counts": dict(answered.counts),
        "at": answered.on,
        "how": answered.how,
        "note": answered.note,
        "sha256": answered.sha256,
        "ledger_head": list(answered.ledger_head),
        "heads_seen": {party: list(tips) for party, tips in answered.heads_seen.items()},
        "history": answered.history,
    }


def read_answered(event: Event) -> Answered:
    """Return the answer that the event is of."""
    body = event.body
    return Answered(
        event=event.id,
        at=event.at,
        package=_text(body, "package_sha256"),
        party=_text(body, "from"),
        verdict=cast("Standing", _text(body, "verdict")),
        codes=_texts(body, "codes"),
        counts=cast("Mapping[str, int]", body["counts"]),
        on=_text(body, "at"),
        how=cast("How", _text(body, "how")),
        note=_text(body, "note"),
        sha256=_text(body, "sha256"),
        ledger_head=_texts(body, "ledger_head"),
        heads_seen=_heads(body),
        history=_text(body, "history"),
    )


def heads_seen(received: Iterable[Received], answered: Iterable[Answered]) -> dict[str, tuple[str, ...]]:
    """Return by party the tips of its ledger that came last, in a package that counts or in a receipt."""
    came = [(one.at, one.stream.sender, one.ledger_head) for one in received if one.counts]
    came += [(one.at, one.party, one.ledger_head) for one in answered]
    return {party: head for _at, party, head in sorted(came, key=lambda one: one[0]) if head}


def due_on(period: Period, deliver_by_day: int | None) -> date | None:
    """Return the day a package of the period is due: that day of the month after it, or its last where it is shorter."""
    import calendar

    if deliver_by_day is None:
        return None
    year, month = divmod(period.end.year * 12 + period.end.month, 12)
    return date(year, month + 1, min(deliver_by_day, calendar.monthrange(year, month + 1)[1]))


def standing_of(
    package: Body,
    answered: Iterable[Answered],
    deliver_by_day: int | None,
    today: date,
    posted: Standing = "sealed",
) -> Standing:
    """Return where one of our sealed packages stands; the answer of the latest day counts, of one day the last.

    Args:
        package: what the event of its sealing says.
        answered: what was answered to it.
        deliver_by_day: as agreed.
        today: to tell what is overdue.
        posted: how far it has come while nobody has answered.
    """
    answers = [one for one in answered if one.package == package["sha256"]]
    if answers:
        return sorted(answers, key=lambda one: one.on[:10])[-1].verdict
    due = due_on(parse_period(_text(package, "period")), deliver_by_day)
    return "overdue" if due is not None and today > due else posted


def moment_of(text: str) -> datetime:
    """Return the moment of an event."""
    return datetime.fromisoformat(text)


def _text(body: Body, name: str) -> str:
    return cast("str", body[name])


def _texts(body: Body, name: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", body[name]))


def _heads(body: Body) -> dict[str, tuple[str, ...]]:
    heads = cast("Mapping[str, list[str]]", body["heads_seen"])
    return {party: tuple(tips) for party, tips in heads.items()}

"""Where each package that we sealed stands: the workspace's history and a day in, one line per package out.

Shown by ``log`` and ``status``. A package is overdue when the day that its agreement names has passed and nobody has answered
it; one that a later package replaced is waited for no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from exchange.periods import Period, parse_period
from exchange.post.states import state_of
from exchange.workspace.chronicle import Chronicle, Sealed
from exchange.workspace.deliveries import Standing, due_on, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One package.

    Attributes:
        event: that sealed it.
        due: the day by which it is to be delivered; None where nothing is agreed.
        superseded: a later package replaces it.
        answered: the day of the answer that counts.
    """

    event: str
    name: str
    sha256: str
    recipient: str
    agreement_id: str
    jobcentre: str
    period: str
    sequence: int
    standing: Standing
    due: date | None
    superseded: bool
    answered: str | None

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "recipient": self.recipient,
            "agreement_id": self.agreement_id,
            "jobcentre": self.jobcentre,
            "period": self.period,
            "sequence": self.sequence,
            "standing": self.standing,
            "due": None if self.due is None else self.due.isoformat(),
            "superseded": self.superseded,
            "answered": self.answered,
        }


def outgoing(chronicle: Chronicle, today: date) -> list[Outgoing]:
    """Return every package that was sealed and is no draft, oldest first."""
    replaced = {one.body["supersedes"] for one in chronicle.sealed}
    return [
        _outgoing(chronicle, one, today, superseded=one.body["sha256"] in replaced)
        for one in chronicle.sealed
    ]


def _outgoing(chronicle: Chronicle, sealed: Sealed, today: date, *, superseded: bool) -> Outgoing:
    said = {name: str(sealed.body[name]) for name in ("agreement_id", "period", "sha256")}
    day = deliver_by_day(chronicle, said["agreement_id"])
    answers = [one for one in chronicle.answered if one.package == said["sha256"]]
    return Outgoing(
        event=sealed.event,
        name=str(sealed.body["name"]),
        sha256=said["sha256"],
        recipient=str(sealed.body["recipient"]),
        agreement_id=said["agreement_id"],
        jobcentre=str(sealed.body["jobcentre"]),
        period=said["period"],
        sequence=cast("int", sealed.body["sequence"]),
        standing=standing_of(
            sealed.body,
            answers,
            None if superseded else day,
            today,
            state_of(chronicle.posted.get(said["sha256"], ())),
        ),
        due=due_on(parse_period(said["period"]), day),
        superseded=superseded,
        answered=max((one.on[:10] for one in answers), default=None),
    )


def deliver_by_day(chronicle: Chronicle, agreement_id: str) -> int | None:
    """Return the day of the next month that an agreement names; None where it names none or is not here."""
    agreement = chronicle.agreements.get(agreement_id)
    return None if agreement is None else agreement.exchange.deliver_by_day


def late_since(chronicle: Chronicle, agreement_id: str, period: Period, today: date) -> date | None:
    """Return the day that a package of the period was due, where that has passed."""
    due = due_on(period, deliver_by_day(chronicle, agreement_id))
    return due if due is not None and today > due else None

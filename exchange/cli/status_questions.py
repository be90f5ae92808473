"""What ``status`` says of questions: how many went to each party and how far they are, which came to us, and what to do about them.

Questions come in as the review tells them, those to us as the ledger does; lines, JSON values and the next command go out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from exchange.language import translate as _
from exchange.review.questions import Question, State

if TYPE_CHECKING:
    from exchange.workspace.inquiries import ToAnswer

_ANSWERED = "enblanket ask --list"
TO_ANSWER = "enblanket ask --answer FILE"


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions to one party.

    Attributes:
        counts: how many are in each state, none left out that has any.
        due: the first day that an answer is, or was, wanted by; None where none is awaited.
    """

    party: str
    counts: Mapping[State, int]
    due: date | None

    @property
    def cure(self) -> str | None:
        """The command that goes on with them; None where only time helps, and the answers."""
        if "answered" in self.counts:
            return _ANSWERED
        if "unsent" in self.counts or "overdue" in self.counts:
            return f"enblanket ask --to {self.party}"
        return "enblanket review" if "lapsed" in self.counts else None


def by_party(questions: Sequence[Question]) -> list[Asked]:
    """Return the questions of each party, the parties in order."""
    return [
        _asked(party, [one for one in questions if one.to == party])
        for party in sorted({one.to for one in questions})
    ]


def _asked(party: str, questions: Sequence[Question]) -> Asked:
    awaited = [one.sent.due for one in questions if one.sent and one.state in ("open", "overdue")]
    return Asked(party, Counter(one.state for one in questions), min(awaited, default=None))


def next_command(asked: Sequence[Asked], *, waits: bool, by_post: Collection[str] = ()) -> str | None:
    """Return what to do next about questions, an answer that came first; None where that is nothing.

    Args:
        asked: the questions.
        waits: whether something waits for their answers, so that taking those is what comes next.
        by_post: the parties whose answers ``fetch`` brings.
    """
    cures = sorted((one.cure for one in asked if one.cure), key=lambda cure: cure != _ANSWERED)
    answers = [
        "enblanket fetch" if one.party in by_post else f"enblanket take FILE... --from {one.party}"
        for one in asked
        if waits
    ]
    return next(iter((*cures, *answers)), None)


def as_json(asked: Sequence[Asked]) -> list[dict[str, object]]:
    """Return a record for each party."""
    from exchange.review.questions import STATES

    return [
        {
            "to": one.party,
            **{state: one.counts.get(state, 0) for state in STATES},
            "due": one.due.isoformat() if one.due else None,
            "next": one.cure,
        }
        for one in asked
    ]


def told(asked: Sequence[Asked]) -> Iterator[str]:
    """Give a line for each party, and the command that goes on."""
    from exchange.cli.wording import question_state_word
    from exchange.figures import day
    from exchange.review.questions import STATES

    for one in asked:
        counted = [
            f"{one.counts[state]} {question_state_word(state)}" for state in STATES if state in one.counts
        ]
        due = _(", wanted by {day}").format(day=day(one.due)) if one.due else ""
        cure = f": {one.cure}" if one.cure else ""
        yield f"  {one.party:<10} {', '.join(counted)}{due}{cure}"


def to_us_json(asked: Sequence[ToAnswer]) -> list[dict[str, object]]:
    """Return a record for each bundle of questions to us that is not answered."""
    return [
        {
            "from": one.inquiry.sender,
            "bundle": one.inquiry.bundle,
            "left": one.left,
            "due": one.inquiry.due.isoformat(),
            "overdue": one.overdue,
            "workbook": one.place,
        }
        for one in asked
    ]


def told_to_us(asked: Sequence[ToAnswer]) -> Iterator[str]:
    """Give a line for each bundle of questions to us that is not answered."""
    from exchange.figures import day

    for one in asked:
        text = _("  {party:<10} {count} to answer by {day}: {path}")
        if one.overdue:
            text = _("  {party:<10} {count} to answer, overdue since {day}: {path}")
        yield text.format(party=one.inquiry.sender, count=one.left, day=day(one.inquiry.due), path=one.place)

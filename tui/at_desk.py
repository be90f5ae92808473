"""The desk, one call at a time and off the screen's thread: the disk, and the check of corrected rows, take their time.

Comes in: calls of the screen, in their order. Goes out: what the desk returned, or why it refused, as a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from exchange.checks.findings import CellRef
from exchange.errors import DecisionRefused, EnblanketError
from exchange.language import translate as _
from exchange.review.decisions import Verb
from exchange.review.desk import Batch, Desk, Effect, Told
from exchange.review.open_list import Entry
from exchange.review.survey import Survey, survey

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person said of a finding; ``cell`` says which cell a value is for, where there are several."""

    verb: Verb
    reason: str = ""
    value: str | None = None
    cell: CellRef | None = None


@dataclass(frozen=True, slots=True)
class NotDone:
    """Why the desk did not do it; nothing was stored.

    Attributes:
        again: the same may succeed later: the disk or the ledger failed, not the answer.
    """

    why: str
    again: bool = False


class AtDesk:
    """A desk whose calls wait for one another; judging anew goes on beside them."""

    def __init__(self, desk: Desk) -> None:
        """Stand at a desk."""
        self._desk = desk
        self._turn = asyncio.Lock()

    async def decide(self, finding_id: str, answer: Answer) -> Entry | NotDone:
        """Store a decision."""
        return await self._in_turn(
            lambda: self._desk.decide(finding_id, answer.verb, answer.reason, answer.value, answer.cell)
        )

    async def decide_as_answered(self, finding_id: str) -> Entry | NotDone:
        """Store the decision that a party's answer proposes."""
        return await self._in_turn(lambda: self._desk.decide_as_answered(finding_id))

    async def decide_all(self, finding_ids: Sequence[str], answer: Answer) -> Batch | NotDone:
        """Store one decision on each of many findings."""
        return await self._in_turn(
            lambda: self._desk.decide_all(finding_ids, answer.verb, answer.reason, answer.value)
        )

    async def note(self, finding_id: str, text: str) -> NotDone | None:
        """Store a note."""
        return await self._in_turn(lambda: self._desk.note(finding_id, text))

    async def undo(self) -> Sequence[Entry] | NotDone:
        """Store what cancels the latest decision or batch; empty where there is none."""
        return await self._in_turn(self._desk.undo)

    async def redo(self) -> Sequence[Entry] | NotDone:
        """Store anew what the latest undo cancelled; empty where there is nothing."""
        return await self._in_turn(self._desk.redo)

    async def preview(self, finding_id: str, answer: Answer) -> Effect | NotDone:
        """Return what a decision would change."""
        return await self._in_turn(
            lambda: self._desk.preview(finding_id, answer.verb, answer.value, answer.cell)
        )

    async def history(self, finding_id: str) -> Sequence[Told] | NotDone:
        """Return what was said of a finding."""
        return await self._in_turn(lambda: self._desk.history(finding_id))

    async def survey(self, finding_ids: Sequence[str], verb: Verb) -> Survey | NotDone:
        """Return what deciding many would come to."""

        def look() -> Survey:
            listing = self._desk.listing
            entries = (listing.entry(one) for one in finding_ids)
            return survey((entry for entry in entries if entry is not None), verb)

        return await self._in_turn(look)

    async def rejudge(self) -> bool | NotDone:
        """Judge the corrected rows anew; whether anything else is told of them."""
        return await _done(self._desk.rejudge)

    async def finish(self) -> None:
        """Wait for what was begun to be stored; what is being judged is given up."""
        async with self._turn:
            self._desk.stop()

    async def _in_turn(self, call: Callable[[], T]) -> T | NotDone:
        async with self._turn:
            return await _done(call)


async def _done(call: Callable[[], T]) -> T | NotDone:
    try:
        return await asyncio.to_thread(call)
    except DecisionRefused as refusal:
        return NotDone(_("NOT saved: {why} Nothing was changed.").format(why=_sentence(str(refusal))))
    except (EnblanketError, OSError) as failure:
        text = str(failure) if isinstance(failure, EnblanketError) else (failure.strerror or str(failure))
        why = _("NOT saved, r tries again: {why} The finding is as it was.").format(why=_sentence(text))
        return NotDone(why, again=True)


def _sentence(text: str) -> str:
    return text.rstrip(".") + "."

"""The desk, one call at a time and off the screen's thread: a check of corrected rows may take seconds.

Comes in: calls of the screen, in their order. Goes out: what the desk returned, or why it refused, as a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from exchange.checks.findings import CellRef
from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.review.decisions import Verb
from exchange.review.desk import Desk
from exchange.review.open_list import Entry

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
    """Why the desk did not do it; nothing was stored."""

    why: str


class AtDesk:
    """A desk whose calls wait for one another."""

    def __init__(self, desk: Desk) -> None:
        """Stand at a desk."""
        self._desk = desk
        self._turn = asyncio.Lock()

    async def entries(self) -> list[Entry] | NotDone:
        """Return the open list; after a correction it is judged anew."""
        return await self._in_turn(self._desk.entries)

    async def decide(self, finding_id: str, answer: Answer) -> Entry | NotDone:
        """Store a decision."""
        return await self._in_turn(
            lambda: self._desk.decide(finding_id, answer.verb, answer.reason, answer.value, answer.cell)
        )

    async def undo(self) -> Entry | NotDone | None:
        """Store that the latest decision is cancelled; None where there is none."""
        undone = await self._in_turn(self._desk.undo)
        return undone if isinstance(undone, NotDone) else next(iter(undone), None)

    async def finish(self) -> None:
        """Wait for what was begun."""
        async with self._turn:
            return

    async def _in_turn(self, call: Callable[[], T]) -> T | NotDone:
        async with self._turn:
            try:
                return await asyncio.to_thread(call)
            except (EnblanketError, OSError) as refusal:
                return NotDone(_reason(refusal))


def _reason(refusal: EnblanketError | OSError) -> str:
    text = str(refusal) if isinstance(refusal, EnblanketError) else (refusal.strerror or str(refusal))
    return _("NOT saved: {why} Nothing was changed.").format(why=text.rstrip(".") + ".")

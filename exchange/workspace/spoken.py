"""What was said in the ledger, to look up while somebody reviews: about one finding, and what undo and redo would touch.

Events in, kept until others have added to the ledger; the desk (:mod:`exchange.workspace.decision_desk`) hands in its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from exchange.ledger.events import Body, Event
from exchange.ledger.ledger import Ledger
from exchange.review.decisions import VERBS
from exchange.review.desk import Told
from exchange.workspace.chronicle import DECISION, SEAL, UNDO
from exchange.workspace.correspondence import ANSWER, QUESTION

BATCH, AGAIN = "batch", "again"
"""In the body of a decision: what was said together with it, and the undone event that it says again."""


@dataclass(slots=True)
class Step:
    """What was said at once: one decision, or a batch; ``events`` are those that were not undone, or those that were."""

    mark: str
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class Steps:
    """What can be undone and what can be said again, the latest last."""

    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Go on by one event; what is no decision changes nothing."""
        if event.kind == DECISION:
            self._decide(event)
        elif event.kind == UNDO:
            self._undo(str(event.body["cancels"]))

    def _decide(self, event: Event) -> None:
        again = event.body.get(AGAIN)
        if again:
            _taken_out(self.undone, str(again))
        else:
            self.undone = []
        _put(self.done, str(event.body.get(BATCH) or event.id), event)

    def _undo(self, cancelled: str) -> None:
        found = _taken_out(self.done, cancelled)
        if found is not None:
            _put(self.undone, *found)


class Spoken:
    """The events of a ledger by what they are about."""

    def __init__(self, ledger: Ledger) -> None:
        """Read nothing yet."""
        self._ledger = ledger
        self._count = 0
        self._about: dict[str, list[Told]] = {}
        self._steps = Steps()
        self._unsent: dict[str, str] = {}
        self._is_read = False

    @property
    def unsent(self) -> int:
        """How many findings were decided since a package was sealed last, as far as was read.

        Raises:
            WorkspaceError: the ledger cannot be read.
        """
        if not self._is_read:
            self._catch_up()
        return len(self._unsent)

    @property
    def undoable(self) -> int:
        """How many steps can be undone, as far as was read.

        Raises:
            WorkspaceError: the ledger cannot be read.
        """
        if not self._is_read:
            self._catch_up()
        return len(self._steps.done)

    def add(self, events: Iterable[Event]) -> None:
        """Take in events of our own that were written upon what was read; others are read when it is next asked for."""
        for event in events:
            self._count += 1
            self._take(event)

    def about(self, finding_id: str) -> Sequence[Told]:
        """Return what was said of a finding, oldest first.

        Raises:
            WorkspaceError: the ledger cannot be read.
        """
        self._catch_up()
        return tuple(self._about.get(finding_id, ()))

    def steps(self) -> Steps:
        """Return what can be undone and said again.

        Raises:
            WorkspaceError: the ledger cannot be read.
        """
        self._catch_up()
        return self._steps

    def _catch_up(self) -> None:
        if self._is_read and self._ledger.size() == self._count:
            return
        self._count, self._about, self._steps, self._unsent = 0, {}, Steps(), {}
        self.add(self._ledger.events())
        self._is_read = True

    def _take(self, event: Event) -> None:
        self._steps.add(event)
        self._count_unsent(event)
        for finding_id, told in _told(event):
            self._about.setdefault(finding_id, []).append(told)

    def _count_unsent(self, event: Event) -> None:
        if event.kind == SEAL:
            self._unsent.clear()
        elif event.kind == DECISION:
            self._unsent[str(event.body["finding_id"])] = event.id
        elif (
            event.kind == UNDO
            and self._unsent.get(str(event.body.get("finding_id"))) == event.body["cancels"]
        ):
            del self._unsent[str(event.body["finding_id"])]


def _told(event: Event) -> Iterator[tuple[str, Told]]:
    """Yield the findings that an event names, and what it says of each."""
    named = event.body.get("questions") or event.body.get("answers") or [event.body]
    for one in cast("list[Body]", named):
        finding_id = one.get("finding_id")
        if isinstance(finding_id, str):
            yield finding_id, _one_told(event, one)


def _one_told(event: Event, one: Body) -> Told:
    verb = one.get("verb")
    texts = (
        one.get("reason"),
        one.get("note"),
        one.get("value") if event.kind == ANSWER else None,
        one.get("says"),
        event.body.get("to") if event.kind == QUESTION else None,
    )
    return Told(
        event=event.id,
        kind=event.kind,
        who=str(event.body.get("from") or event.who),
        when=event.at,
        verb=verb if verb in VERBS else None,
        text=next((str(text) for text in texts if text), ""),
    )


def _put(steps: list[Step], mark: str, event: Event) -> None:
    if not steps or steps[-1].mark != mark:
        steps.append(Step(mark))
    steps[-1].events.append(event)


def _taken_out(steps: list[Step], event_id: str) -> tuple[str, Event] | None:
    """Take an event out of its step, and the step away with its last event; most are found near the end."""
    for place in range(len(steps) - 1, -1, -1):
        step = steps[place]
        for event in step.events:
            if event.id == event_id:
                step.events.remove(event)
                if not step.events:
                    del steps[place]
                return step.mark, event
    return None

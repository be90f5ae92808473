"""Decisions on their way to the desk, and what is said of each: saved, refused, or not stored and open to another try.

The screen asks for them and is told by :class:`Heard`. Nothing is called saved before the desk has returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.review.desk import Batch
from exchange.review.open_list import Entry
from exchange.workspace.wording import status_word
from tui.at_desk import Answer, AtDesk, NotDone
from tui.dossier import Dossiers
from tui.paragraphs import Tone
from tui.text import moment_text
from tui.work import Work

Then = Callable[[str | None], None]
"""Hears why something was not stored, or None once it is."""


class Heard(Protocol):
    """The screen, as far as it is told."""

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Show a sentence."""

    def stored(self, finding_id: str | None) -> None:
        """Show the list as it stands now, the cursor on that finding or where it is."""


class Deciding:
    """What the screen does at the desk.

    Attributes:
        again: does once more what could not be stored; None where nothing failed.
    """

    def __init__(self, at_desk: AtDesk, dossiers: Dossiers, heard: Heard) -> None:
        """Remember where decisions go and who hears of them."""
        self._at_desk, self._dossiers, self._heard = at_desk, dossiers, heard
        self.again: Work | None = None

    async def decide(self, entry: Entry, answer: Answer, then: Then | None = None) -> None:
        """Store a decision on one finding."""
        done = await self._at_desk.decide(entry.finding.finding_id, answer)
        failed = self._failed(done, lambda: self.decide(entry, answer))
        self._one_stored(done)
        if then:
            then(failed)

    async def decide_as_answered(self, entry: Entry) -> None:
        """Store what a party's answer proposes for one finding."""
        done = await self._at_desk.decide_as_answered(entry.finding.finding_id)
        self._failed(done, lambda: self.decide_as_answered(entry))
        self._one_stored(done)

    async def decide_all(self, finding_ids: Sequence[str], answer: Answer, then: Then | None = None) -> None:
        """Store one decision on many findings."""
        done = await self._at_desk.decide_all(finding_ids, answer)
        failed = self._failed(done, lambda: self.decide_all(finding_ids, answer))
        if not isinstance(done, NotDone):
            failed = self._batch_stored(done)
        if then:
            then(failed)

    async def note(self, entry: Entry, text: str, then: Then | None = None) -> None:
        """Store a note on a finding."""
        done = await self._at_desk.note(entry.finding.finding_id, text)
        failed = self._failed(done, lambda: self.note(entry, text))
        if done is None:
            self._heard.stored(entry.finding.finding_id)
            self._heard.say(self._good(_("The note is saved in the ledger.")), "good")
        if then:
            then(failed)

    async def undo(self) -> None:
        """Cancel the latest decision, or the latest batch."""
        done = await self._at_desk.undo()
        self._failed(done, self.undo)
        if not isinstance(done, NotDone):
            self._back(done, _("There is nothing to undo."), self._undone)

    async def redo(self) -> None:
        """Decide anew what the latest undo cancelled."""
        done = await self._at_desk.redo()
        self._failed(done, self.redo)
        if not isinstance(done, NotDone):
            self._back(done, _("There is nothing to redo."), self._redone)

    def _failed(self, done: object, again: Work) -> str | None:
        self.again = None
        if not isinstance(done, NotDone):
            return None
        self.again = again if done.again else None
        why = self._dossiers.script.show(done.why)
        self._heard.say(f"{self._dossiers.script.status['rejected']} {why}" if done.again else why, "error")
        return why

    def _one_stored(self, done: Entry | NotDone) -> None:
        if not isinstance(done, NotDone):
            self._heard.stored(done.finding.finding_id)
            self._heard.say(self._saved(done), "good")

    def _batch_stored(self, batch: Batch) -> str | None:
        """Show what came of a batch; return what was refused of it, where nothing was stored."""
        refused = [one.why for one in batch.refused]
        if not batch.decided:
            return self._dossiers.script.show(refused[0]) if refused else None
        self._heard.stored(None)
        count = len(batch.decided)
        text = translate_plural(
            "{count} finding decided in the ledger.", "{count} findings decided in the ledger.", count
        ).format(count=count)
        if refused:
            left = translate_plural(
                "{count} is left as it was:", "{count} are left as they were:", len(refused)
            )
            text = f"{text} {left.format(count=len(refused))} {refused[0]}"
        self._heard.say(self._good(text), "good")
        return None

    def _back(self, entries: Sequence[Entry], nothing: str, told: Callable[[Sequence[Entry]], str]) -> None:
        if not entries:
            self._heard.say(nothing)
            return
        self._heard.stored(entries[-1].finding.finding_id)
        self._heard.say(self._dossiers.script.show(told(entries)), "good")

    def _saved(self, entry: Entry) -> str:
        decision = entry.decision
        text = _("Saved {when} in the ledger ({event}): {finding} {status}").format(
            when=moment_text(decision.when) if decision else "",
            event=decision.event[:8] if decision else "",
            finding=entry.finding.rule,
            status=status_word(entry.status),
        )
        return self._good(text)

    def _undone(self, entries: Sequence[Entry]) -> str:
        if len(entries) > 1:
            return _("Undone in the ledger: {count} findings are as they were before.").format(
                count=len(entries)
            )
        finding = self._dossiers.title(entries[0].finding.rule)
        # What a correction settled asks for a person again only once the rows are judged without it.
        if entries[0].status == "settled":
            return _("Undone in the ledger: {finding}; its rows are judged again.").format(finding=finding)
        return _("Undone in the ledger: {finding} is {status} again.").format(
            finding=finding, status=status_word(entries[0].status)
        )

    def _redone(self, entries: Sequence[Entry]) -> str:
        if len(entries) > 1:
            return _("Decided anew in the ledger: {count} findings.").format(count=len(entries))
        return _("Decided anew in the ledger: {finding} is {status}.").format(
            finding=self._dossiers.title(entries[0].finding.rule), status=status_word(entries[0].status)
        )

    def _good(self, text: str) -> str:
        return f"{self._dossiers.script.status['accepted']} {self._dossiers.script.show(text)}"

"""The deciding half of the review: each key asks what it must, has the desk store it, and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable

from exchange.language import translate as _
from exchange.review.decisions import Verb
from exchange.review.open_list import Entry
from exchange.review.sources import Facts
from tui.at_desk import Answer, AtDesk, NotDone
from tui.batch_text import ROWS_SHOWN, batch_question
from tui.deciding import Deciding
from tui.questions import Question, effect_text
from tui.review_lines import altered_text, read_only_text
from tui.room import Room
from tui.screens.batch import BatchAnswer, BatchDialog
from tui.screens.decision import DecisionDialog
from tui.screens.leaving import Answer as Leaving
from tui.screens.leaving import LeavingDialog
from tui.screens.one_line import OneLineDialog
from tui.screens.review_places import ReviewPlaces
from tui.work import Work, begin


class ReviewDeeds(ReviewPlaces):
    """Decisions, notes, undo and redo, for one finding or the marked ones."""

    def __init__(self, room: Room) -> None:
        """Stand at the desk."""
        super().__init__(room)
        self.at_desk = AtDesk(room.desk)
        self.deciding = Deciding(self.at_desk, room.dossiers, self)
        self.facts = Facts()
        self.altered: str | None = None

    def stored(self, finding_id: str | None) -> None:
        """Show the list as it stands after something was stored, and have corrected rows judged."""
        if self.is_gone:
            return
        entry = self.entry
        self.show_at(finding_id or (entry.finding.finding_id if entry else None))
        if self.room.desk.is_stale:
            begin(self, self._rejudging, group="rejudge", exclusive=True)

    def judge_again(self) -> None:
        """Have all rows judged and told anew: in another language the findings have other words."""
        begin(self, self._rejudging, group="rejudge", exclusive=True)

    def action_accept(self) -> None:
        """Accept the finding, and with it the proposal."""
        entry = self.entry
        if entry is not None and self._may_decide():
            self._begin(lambda: self.deciding.decide(entry, Answer(verb="accept")))

    def action_as_answered(self) -> None:
        """Decide the finding as the party answered that was asked about it."""
        entry = self.entry
        if entry is not None and self._may_decide():
            self._begin(lambda: self.deciding.decide_as_answered(entry))

    async def action_correct(self) -> None:
        """Ask for a value of one's own and the reason."""
        await self._ask_why("correct")

    async def action_reject(self) -> None:
        """Ask for the reason why the finding does not apply."""
        await self._ask_why("reject")

    async def action_ask(self) -> None:
        """Ask for the question to a party."""
        await self._ask_why("ask")

    async def action_accept_marked(self) -> None:
        """Accept what each marked finding proposes, after the dialog."""
        await self._ask_batch("accept")

    async def action_correct_marked(self) -> None:
        """Correct the marked findings to one value, after the dialog."""
        await self._ask_batch("correct")

    async def action_reject_marked(self) -> None:
        """Reject the marked findings, after the dialog."""
        await self._ask_batch("reject")

    async def action_ask_marked(self) -> None:
        """Ask about the marked findings, after the dialog."""
        await self._ask_batch("ask")

    async def action_note(self) -> None:
        """Ask for a note on the finding; it decides nothing."""
        entry = self.entry
        if entry is None or not self._may_write():
            return
        dossiers = self.room.dossiers
        about = dossiers.script.dot.join(
            (dossiers.title(entry.finding.rule), dossiers.subject(entry.finding))
        )
        heading = _("NOTE")
        title = f"{heading}  {about}"
        label = _("Note (stands in the ledger; decides nothing)")
        await self.app.push_screen(
            OneLineDialog(
                title,
                label,
                dossiers.script,
                lambda text, then: self._begin(lambda: self.deciding.note(entry, text, then)),
                saves=True,
            )
        )

    def action_undo(self) -> None:
        """Cancel the latest decision, or the latest batch, by an event of its own."""
        if self._may_write():
            self._begin(self.deciding.undo)

    def action_redo(self) -> None:
        """Decide anew what the latest undo cancelled."""
        if self._may_write():
            self._begin(self.deciding.redo)

    def action_retry(self) -> None:
        """Do once more what could not be stored."""
        again = self.deciding.again
        if again is None:
            self.say(_("Nothing failed that could be tried again."))
        else:
            self._begin(again)

    async def action_leave(self) -> None:
        """End the review when what was begun is stored; a second q at once answers the question of the first."""
        await self.at_desk.finish()
        unsent = self.room.desk.unsent
        if unsent and self.room.desk.read_only is None:
            await self.app.push_screen(LeavingDialog(unsent, self.room.dossiers.script), self._left)
        else:
            self.app.exit()

    def _begin(self, deed: Work) -> None:
        self.say(_("Saving …"))
        begin(self, deed)

    def _may_write(self) -> bool:
        found = self.room.desk.read_only
        if found is not None:
            self.say(read_only_text(found, self.room.dossiers.script), "warning")
        return found is None

    def _may_decide(self) -> bool:
        if self.altered is not None:
            self.say(altered_text(self.altered, self.room.dossiers.script), "error")
            return False
        return self._may_write()

    async def _ask_why(self, verb: Verb) -> None:
        entry = self.entry
        if entry is None or not self._may_decide():
            return
        question = Question.about(verb, entry, self.room.dossiers, self.facts)
        await self.app.push_screen(
            DecisionDialog(
                question,
                self.room.dossiers.script,
                lambda answer, then: self._begin(lambda: self.deciding.decide(entry, answer, then)),
                lambda answer: self._previewed(entry, answer),
            )
        )

    async def _previewed(self, entry: Entry, answer: Answer) -> str:
        effect = await self.at_desk.preview(entry.finding.finding_id, answer)
        if isinstance(effect, NotDone):
            return self.room.dossiers.script.show(effect.why)
        return effect_text(effect, self.room.dossiers)

    async def _ask_batch(self, verb: Verb) -> None:
        if not self.marks.ids:
            self.say(_("No finding is marked; Space marks one, * all in the filter."))
            return
        if not self._may_write():
            return
        ids = self._marked_in_order()
        found = await self.at_desk.survey(ids, verb)
        if isinstance(found, NotDone):
            self.say(self.room.dossiers.script.show(found.why), "error")
            return
        listing = self.room.desk.listing
        shown = [entry for one in ids[:ROWS_SHOWN] if (entry := listing.entry(one)) is not None]
        question = batch_question(verb, shown, found, self.room.dossiers)
        await self.app.push_screen(
            BatchDialog(
                question,
                self.room.dossiers.script,
                lambda answer, then: self._begin(lambda: self._batch(ids, answer, then)),
            )
        )

    async def _batch(self, ids: list[str], answer: BatchAnswer, then: Callable[[str | None], None]) -> None:
        def decided(fault: str | None) -> None:
            if fault is None:
                self.marks.clear()
                self.show_marks()
            then(fault)

        said = Answer(verb=answer.verb, reason=answer.reason, value=answer.value)
        await self.deciding.decide_all(ids, said, decided)

    def _marked_in_order(self) -> list[str]:
        """Return the marked ids as the list has them, and after them those that the filter leaves out."""
        marked = self.marks.ids
        shown = [one for one in self.room.desk.listing.ids(self.wanted) if one in marked]
        return shown + sorted(marked.difference(shown))

    async def _rejudging(self) -> None:
        """Show what a correction changed elsewhere: it settles findings, or makes new ones."""
        changed = await self.at_desk.rejudge()
        if self.is_gone:
            return
        if isinstance(changed, NotDone):
            self.say(self.room.dossiers.script.show(changed.why), "error")
        elif changed:
            entry = self.entry
            self.show_at(entry.finding.finding_id if entry else None)

    def _left(self, said: Leaving | None) -> None:
        if said == "quit":
            self.app.exit()
        elif said == "seal":
            self.program.action_seal()

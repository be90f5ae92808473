"""The list half of the review: moving in it, marking in it, and what its filter lets through.

The list itself is :class:`tui.widgets.finding_list.FindingList`; what fits and in which order is the listing's to say.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual.screen import Screen
from textual.widgets import Input

from exchange.checks.findings import SEVERITIES
from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.review.filtering import SORT_KEYS, Filter
from exchange.review.listing import Tally
from exchange.review.open_list import OPEN, Entry
from tui.filter_lines import sort_word, sorted_by
from tui.marks import Marks
from tui.paragraphs import Tone
from tui.review_lines import empty_lines
from tui.room import Room
from tui.widgets.finding_list import FindingList

if TYPE_CHECKING:
    from tui.app import ReviewApp

_ERRORS = frozenset({SEVERITIES[0]})


class ReviewList(Screen[None]):
    """Moves, marks and filters; the lines around the list are drawn by whoever holds it."""

    def __init__(self, room: Room) -> None:
        """Ask for every finding, in the usual order, with no mark."""
        super().__init__()
        self.room = room
        self.wanted = Filter()
        self.marks = Marks()
        self.whole = Tally()
        self.marked_tally: Tally | None = None
        self._at: str | None = None

    @property
    def program(self) -> ReviewApp:
        """The program around the screen."""
        return cast("ReviewApp", self.app)

    @property
    def is_gone(self) -> bool:
        """Whether another screen took its place, in another language say, while something was under way for it."""
        return not self.query("#findings")

    @property
    def list(self) -> FindingList:
        """The list."""
        return self.query_one("#findings", FindingList)

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor; None where the list is empty."""
        return self.list.entry

    def finding_id(self) -> str:
        """Return the id of the finding under the cursor; empty where the list is."""
        if self.is_gone:
            return self._at or ""
        return self.entry.finding.finding_id if self.entry else ""

    def subject(self) -> tuple[tuple[str, str], ...]:
        """Return what the finding under the cursor is about."""
        return self.entry.finding.subject if self.entry else ()

    def go_on_from(self, before: ReviewList) -> None:
        """Open with what another screen of the review asked for and marked, the cursor on the same finding."""
        self._at, self.wanted, self.marks = before.finding_id(), before.wanted, before.marks

    def go_to(self, wanted: str) -> bool:
        """Put the cursor on the finding of that number, or whose id alone starts so; False where the list has none."""
        listing = self.room.desk.listing
        if wanted.isdecimal() and 1 <= int(wanted) <= self.list.count:
            self.list.move_to(int(wanted) - 1)
            return True
        found = listing.starting(wanted)
        place = listing.place_of(found[0], self.wanted) if len(found) == 1 else None
        if place is not None:
            self.list.move_to(place)
        return place is not None

    def search_for(self, text: str) -> None:
        """Show the findings that hold a text."""
        self.query_one("#search", Input).value = text
        self.ask_for(replace(self.wanted, search=text))

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Show a sentence."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw the lines around the list."""
        raise NotImplementedError

    def to_list(self) -> None:
        """Give the list the focus."""
        raise NotImplementedError

    def show_at(self, finding_id: str | None) -> None:
        """Show the findings as they stand now, the cursor on that one, else on the same line."""
        listing, cursor = self.room.desk.listing, self.list.cursor
        self.whole = listing.tally(Filter())
        at = listing.place_of(finding_id, self.wanted) if finding_id else None
        empty = empty_lines(self.whole, self.wanted, self.room.desk.unsent, self.room.dossiers.script)
        self.list.show(listing, self.wanted, cursor if at is None else at, empty=empty)
        self.redraw()

    def ask_for(self, wanted: Filter) -> None:
        """Show what another filter lets through, the cursor on the same finding where it is among it."""
        self.wanted = wanted
        self.marks.start = None
        # What a filter leaves out is gone back to when it is taken away.
        self._at = self.finding_id() or self._at
        self.show_at(self._at)

    def action_down(self) -> None:
        """Go to the next finding."""
        self.list.move_to(self.list.cursor + 1)

    def action_up(self) -> None:
        """Go to the finding before."""
        self.list.move_to(self.list.cursor - 1)

    def action_page_down(self) -> None:
        """Go half a page down."""
        self.list.move_to(self.list.cursor + self._half_page)

    def action_page_up(self) -> None:
        """Go half a page up."""
        self.list.move_to(self.list.cursor - self._half_page)

    def action_top(self) -> None:
        """Go to the first finding."""
        self.list.move_to(0)

    def action_bottom(self) -> None:
        """Go to the last finding."""
        self.list.move_to(self.list.count - 1)

    def action_next_open(self) -> None:
        """Go to the next finding that asks for a person."""
        self._to_open(1)

    def action_prev_open(self) -> None:
        """Go to the finding before that asks for a person."""
        self._to_open(-1)

    def action_next_hit(self) -> None:
        """Go to the next finding that the search found; after the last the first."""
        self._to_hit(1)

    def action_prev_hit(self) -> None:
        """Go to the finding before that the search found."""
        self._to_hit(-1)

    def action_mark(self) -> None:
        """Mark the finding, or take its mark off, and go on to the next."""
        entry = self.entry
        if entry is not None:
            self.marks.toggle(entry.finding.finding_id)
            self.show_marks()
            self.say("")
            self.action_down()

    def action_mark_range(self) -> None:
        """Begin a range here, or mark everything from where it began."""
        if self.entry is None:
            return
        lines = self.marks.range_to(self.list.cursor)
        if lines is None:
            self.say(_("The range begins here; v at its end marks it."))
            return
        self.mark_more(self.room.desk.listing.ids(self.wanted, lines.start, len(lines)))

    def action_mark_all(self) -> None:
        """Mark everything that the filter lets through."""
        self.mark_more(self.room.desk.listing.ids(self.wanted))

    def action_mark_same(self) -> None:
        """Mark what is of the same rule and likely cause, as far as the filter lets it through."""
        entry = self.entry
        if entry is not None:
            alike = self.room.desk.listing.alike(entry.finding.finding_id)
            shown = frozenset(self.room.desk.listing.ids(self.wanted)) if self.wanted.narrows else None
            self.mark_more(alike if shown is None else [one for one in alike if one in shown])

    def action_mark_clear(self) -> None:
        """Take all marks off."""
        self.marks.clear()
        self.show_marks()
        self.say(_("No finding is marked."))

    def action_high_only(self) -> None:
        """Show errors only, or all severities again."""
        errors_only = self.wanted.severities == _ERRORS
        self.ask_for(replace(self.wanted, severities=frozenset(SEVERITIES) if errors_only else _ERRORS))

    def action_open_only(self) -> None:
        """Show the undecided only, or all again."""
        self.ask_for(replace(self.wanted, statuses=None if self.wanted.statuses == OPEN else OPEN))

    def action_next_sort(self) -> None:
        """Sort by the next thing there is to sort by."""
        at = SORT_KEYS.index(self.wanted.sort[0]) if self.wanted.sort else -1
        key = SORT_KEYS[(at + 1) % len(SORT_KEYS)]
        self.ask_for(replace(self.wanted, sort=sorted_by(key, self.wanted.sort)))
        self.say(_("Sorted by {key}.").format(key=sort_word(key)))

    def use_filter(self, wanted: Filter) -> None:
        """Show what the menu asks for, the search field with it."""
        self.query_one("#search", Input).value = wanted.search
        self.ask_for(wanted)

    def action_search(self) -> None:
        """Open the search field."""
        self.to_list()
        self.add_class("-searching")
        self.set_focus(self.query_one("#search", Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while the person types."""
        if event.value != self.wanted.search:
            self.ask_for(replace(self.wanted, search=event.value))

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Keep the search and go back to the list."""
        self.remove_class("-searching")
        self.to_list()

    def clear_one(self) -> None:
        """Clear the search, or where there is none the filter."""
        self.remove_class("-searching")
        if self.wanted.search:
            self.query_one("#search", Input).value = ""
            self.ask_for(replace(self.wanted, search=""))
        elif self.wanted.narrows:
            self.ask_for(Filter(sort=self.wanted.sort))
        self.to_list()

    @property
    def _half_page(self) -> int:
        return max(self.list.size.height // 2, 1)

    def _to_open(self, step: int) -> None:
        place = self.room.desk.listing.next_open(self.wanted, self.list.cursor, step)
        if place is None:
            self.say(_("There is no other undecided finding that way."))
        else:
            self.list.move_to(place)

    def _to_hit(self, step: int) -> None:
        if not self.wanted.search:
            self.say(_("Search first, with /."))
        elif self.list.count:
            self.list.move_to((self.list.cursor + step) % self.list.count)

    def mark_more(self, finding_ids: Collection[str]) -> None:
        """Mark findings, and say how many of them were not marked before."""
        before = len(self.marks.ids)
        self.marks.add(finding_ids)
        self.show_marks()
        more = len(self.marks.ids) - before
        self.say(translate_plural("{count} more marked.", "{count} more marked.", more).format(count=more))

    def show_marks(self) -> None:
        """Show the marks, and count what they come to once for all the moves that follow."""
        ids = self.marks.ids
        self.marked_tally = self.room.desk.listing.tally(Filter(), ids) if ids else None
        self.list.mark(ids)
        self.redraw()

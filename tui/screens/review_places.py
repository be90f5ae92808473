"""The named places of the review: findings of a party, a week, a source cell; one part of the list; the list as a file.

What a party, a week or a rule has is the listing's to say; nothing is decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from exchange.checks.findings import Evidence
from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.review.filtering import Filter, Week, parties_of, read_week
from exchange.review.open_list import Status
from tui.exporting import Form, new_path, write_list
from tui.filter_lines import Kind
from tui.pages import about_rule
from tui.screens.filtering import FilterMenu, kept_under
from tui.screens.one_line import OneLineDialog
from tui.screens.page import PageScreen
from tui.screens.review_list import ReviewList
from tui.work import begin

Finished = Callable[[str | None], None]

_ASKED: frozenset[Status] = frozenset({"asked"})
_LIST = {"csv": "enblanket-{number}.csv", "json": "enblanket-{number}.jsonl"}
# A cell's words may stand in many findings of the file; the right one is looked for among the first of them.
_LOOKED_THROUGH = 2000


class ReviewPlaces(ReviewList):
    """Goes to what a person names, shows a part of the list, writes the list to a file."""

    def action_mark_same_party(self) -> None:
        """Mark what stands on rows of the same party, as far as the filter lets it through."""
        entry = self.entry
        if entry is not None:
            parties = parties_of(entry.finding)
            self._mark_part(replace(self.wanted, parties=parties[:1]) if parties else self.wanted)

    def action_mark_same_rule(self) -> None:
        """Mark what is of the same rule, as far as the filter lets it through."""
        entry = self.entry
        if entry is not None:
            self._mark_part(replace(self.wanted, rules=(entry.finding.rule,)))

    def action_asked_only(self) -> None:
        """Show what was asked about and is not answered by a decision yet, or all again."""
        self.ask_for(replace(self.wanted, statuses=None if self.wanted.statuses == _ASKED else _ASKED))

    async def action_filter_menu(self) -> None:
        """Open the filter menu."""
        await self._menu_at("severity")

    async def action_filter_party(self) -> None:
        """Open the filter menu at the parties."""
        await self._menu_at("party")

    async def action_filter_week(self) -> None:
        """Open the filter menu at the weeks."""
        await self._menu_at("week")

    async def action_filter_rule(self) -> None:
        """Open the filter menu at the rules."""
        await self._menu_at("rule")

    async def action_saved_filters(self) -> None:
        """Open the filter menu at the filters that were kept."""
        try:
            if not self.room.shelf.saved():
                self.say(_("No filter was kept yet; F keeps this one under a name."))
                return
        except EnblanketError as refusal:
            self.say(self.room.dossiers.script.show(str(refusal)), "error")
            return
        await self._menu_at("saved")

    async def action_save_filter(self) -> None:
        """Ask for a name and keep the filter under it."""
        await self.app.push_screen(kept_under(self.room.dossiers.script, self._save))

    def action_clear_filter(self) -> None:
        """Show everything again, in the order that is now."""
        self.remove_class("-searching")
        self.use_filter(Filter(sort=self.wanted.sort))
        self.to_list()

    def action_goto_party(self) -> None:
        """Ask for a party and go to its first finding."""
        self._ask_place(_("Party, as 159 or an agreement's name"), self._to_party)

    def action_goto_week(self) -> None:
        """Ask for a week and go to its first finding."""
        self._ask_place(_("Week, as 31 or 2016-W31"), self._to_week)

    def action_goto_source(self) -> None:
        """Ask for a file, sheet and cell and go to the first finding that stands on it."""
        self._ask_place(_("File, sheet and cell, or parts of them, as: timelog D18"), self._to_source)

    def action_about_rule(self) -> None:
        """Show what the finding's rule asks, why and since when."""
        entry = self.entry
        if entry is not None:
            dossiers, rule = self.room.dossiers, entry.finding.rule
            self.app.push_screen(
                PageScreen(dossiers.title(rule), about_rule(rule, dossiers), dossiers.script)
            )

    def action_export_csv(self) -> None:
        """Write what is shown as a CSV file."""
        begin(self, partial(self._exporting, "csv"))

    def action_export_json(self) -> None:
        """Write what is shown as JSON lines."""
        begin(self, partial(self._exporting, "json"))

    async def _exporting(self, form: Form) -> None:
        self.say(_("Writing …"))
        listing, wanted, show = self.room.desk.listing, self.wanted, self.room.dossiers.script.show
        try:
            path = new_path(self.room.files, _LIST[form])
            count = await asyncio.to_thread(write_list, listing, wanted, form, path)
        except (EnblanketError, OSError) as refusal:
            self.say(show(str(refusal)), "error")
            return
        text = translate_plural("{count} finding written: {path}", "{count} findings written: {path}", count)
        self.say(show(text.format(count=count, path=path)), "good")

    async def _menu_at(self, kind: Kind) -> None:
        room = self.room
        menu = FilterMenu(room.desk.listing, self.wanted, room.shelf, room.dossiers, self.use_filter, at=kind)
        await self.app.push_screen(menu)

    def _save(self, name: str, finished: Finished) -> None:
        show = self.room.dossiers.script.show
        try:
            self.room.shelf.save(name, self.wanted)
        except (EnblanketError, OSError) as refusal:
            finished(show(str(refusal)))
            return
        finished(None)
        self.say(_("Kept as {name}; Ctrl+F shows the kept filters.").format(name=show(name)), "good")

    def _mark_part(self, part: Filter) -> None:
        self.mark_more(self.room.desk.listing.ids(part))

    def _ask_place(self, label: str, go: Callable[[str], bool]) -> None:
        def going(text: str, finished: Finished) -> None:
            found = go(text.strip())
            finished(None if found else _("Nothing in the list is called so."))

        self.app.push_screen(OneLineDialog(_("GO TO"), label, self.room.dossiers.script, going))

    def _to_party(self, text: str) -> bool:
        wanted = text.casefold()
        known = [key for key, _count in self.room.desk.listing.choices("party")]
        found = [key for key in known if key.casefold() == wanted] or [
            key for key in known if wanted in key.casefold()
        ]
        return any(self._to_first(replace(self.wanted, parties=(key,))) for key in found)

    def _to_week(self, text: str) -> bool:
        known = [week for key, _count in self.room.desk.listing.choices("week") if (week := read_week(key))]
        return any(
            self._to_first(replace(self.wanted, weeks=(week, week)))
            for week in known
            if _is_called(week, text)
        )

    def _to_source(self, text: str) -> bool:
        """Go to the finding of which one cell has every word, the cell's own letter and number whole."""
        listing, words = self.room.desk.listing, text.replace("›", " ").replace(">", " ").casefold().split()
        holding = replace(self.wanted, search=" ".join((self.wanted.search, *words)))
        for entry in listing.rows(holding, 0, _LOOKED_THROUGH):
            for item in entry.finding.evidence:
                if words and all(_stands_in(item, word) for word in words):
                    return self._to_id(entry.finding.finding_id)
        return False

    def _to_first(self, part: Filter) -> bool:
        found = self.room.desk.listing.ids(part, 0, 1)
        return bool(found) and self._to_id(found[0])

    def _to_id(self, finding_id: str) -> bool:
        place = self.room.desk.listing.place_of(finding_id, self.wanted)
        if place is not None:
            self.list.move_to(place)
        return place is not None


def _stands_in(item: Evidence, word: str) -> bool:
    """Whether a word is part of the file's or the sheet's name, or the cell's own: D1 is not D18."""
    named = (part.casefold() for part in (item.file, item.sheet) if part)
    return word == (item.cell or "").casefold() or any(word in part for part in named)


def _is_called(week: Week, text: str) -> bool:
    """Whether a person means this week by ``31``, ``U31``, ``W31/16`` or ``2016-W31``."""
    said = text.casefold().lstrip("uw")
    number, _slash, year = said.partition("/")
    of_year = not year or year in (str(week.year), f"{week.year % 100:02d}")
    return text.casefold() == str(week).casefold() or (
        number.isdecimal() and int(number) == week.number and of_year
    )

"""The main screen: findings to the left, what they stand on to the right, every decision one key and one event.

Comes in: a desk (the findings and where decisions are written), the sources behind them, and the names of rules and fields.
Goes out: calls of the desk. It decides nothing, and says "saved" only when the desk has returned. Moving, marking and
filtering stand in :mod:`tui.screens.review_list`, deciding in :mod:`tui.screens.review_deeds`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from exchange.checks.findings import Evidence as Cell
from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.review.open_list import Entry
from exchange.review.sources import Facts, NotShown, SourcePage
from tui.actions import ACTIONS, Situation, bindings, key_text
from tui.at_desk import NotDone
from tui.evidence_text import Beside, EvidenceText, sources_of
from tui.paragraphs import Paragraph, Tone
from tui.review_lines import Lines, Standing, read_only_text
from tui.room import Room
from tui.screens.one_line import OneLineDialog
from tui.screens.review_deeds import ReviewDeeds
from tui.screens.sheet import ABOVE, BELOW, SheetScreen
from tui.sizes import WIDE, is_too_small, too_small
from tui.widgets.evidence import Evidence
from tui.widgets.finding_list import FindingList
from tui.widgets.typed_line import TypedLine
from tui.work import begin

# Rows above and below the cell in the pane, and where the list fills the screen.
AROUND, AROUND_NARROW = (3, 1), (1, 1)
# A held key passes many findings a second: what is read from the disk waits for the one it stops at.
PAUSE = 0.04
_TABS = ("view.review", "view.packages", "view.weeks", "view.journal", "view.coverage")
_COLOURS: dict[Tone, str] = {"good": "bold $success", "error": "bold $error", "warning": "bold $warning"}


class ReviewScreen(ReviewDeeds):
    """Findings, evidence, decisions."""

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = "#findings"
    BINDINGS: ClassVar[list[BindingType]] = bindings("screen")

    def __init__(self, room: Room) -> None:
        """Show the findings of a desk."""
        super().__init__(room)
        self._told = EvidenceText(room.dossiers)
        self._beside = Beside()
        self._told_of: str | None = None

    def compose(self) -> ComposeResult:
        """Lay the screen out as in the design: heading, filter, two panes, keys, what was saved."""
        yield Static(id="heading", markup=False)
        yield Static(id="filter", markup=False)
        yield TypedLine(placeholder=_("search, Enter keeps, Esc clears"), id="search", compact=True)
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield Static(id="columns", markup=False)
                yield FindingList(self.room.dossiers, self.moved_to, id="findings")
                yield Static(id="progress", markup=False)
            with Vertical(id="right"):
                yield Evidence(id="evidence")
                yield Evidence(id="deeds", can_focus=False)
        yield Static(id="brief", markup=False)
        yield Static(id="keys", markup=False)
        yield Static(id="saved", markup=False)
        yield Static(id="small", markup=False)

    def on_mount(self) -> None:
        """Show the list, the cursor on its first line; say at once where nothing can be decided."""
        self.set_class(self.room.dossiers.script.ascii, "-ascii")
        self.query_one("#search", TypedLine).value = self.wanted.search
        self.show_at(self._at)
        self.show_marks()
        found = self.room.desk.read_only
        if found is not None:
            self.say(read_only_text(found, self.room.dossiers.script), "warning")

    def on_resize(self, _event: Resize) -> None:
        """Say so when the terminal has no room for the screen."""
        self.lay_out()

    def lay_out(self) -> None:
        """Lay the screen out for the size it has, with one pane where it is narrow or a person wants it compact."""
        width, height = self.size
        self.set_class(is_too_small(width, height), "-too-small")
        self.set_class(width < WIDE or self.program.compact, "-narrow")
        self._line("small", too_small(width, height))
        self.call_after_refresh(self.redraw)

    def on_finding_list_resized(self, _event: FindingList.Resized) -> None:
        """Draw the names of the columns to the list's width: its layout may come after what was drawn for it."""
        self.redraw()

    def moved_to(self, entry: Entry | None) -> None:
        """Tell of the finding under the cursor; of nothing where there is none."""
        is_other = self._tell(entry)
        self.redraw()
        if entry is not None and is_other:
            # It wakes the screen, which paints what it knows by then: a line that is drawn later waits for the next paint.
            self._read_beside(entry)

    def action_evidence(self) -> None:
        """Read the evidence; where there is one pane only, it takes the list's place."""
        if self.entry:
            self.add_class("-reading")
            self.set_focus(self._pane)
            self.redraw()

    def action_other_pane(self) -> None:
        """Change between list and evidence."""
        if self.focused is self.list:
            self.action_evidence()
        else:
            self.to_list()

    def action_zoom(self) -> None:
        """Give the pane that has the focus the whole screen, or both their share again."""
        zoomed = "-zoomed-evidence" if self.has_class("-reading") else "-zoomed-list"
        wide = not self.has_class(zoomed)
        self.remove_class("-zoomed-evidence", "-zoomed-list")
        self.set_class(wide, zoomed)
        self.call_after_refresh(self.redraw)

    def action_back(self) -> None:
        """Leave the evidence or the search field, else clear the search, else the filters."""
        if self.has_class("-reading"):
            self.to_list()
        else:
            self.clear_one()

    def action_next_source(self) -> None:
        """Show the rows around the next of the finding's cells."""
        entry = self.entry
        found = sources_of(entry.finding) if entry else []
        if entry is None or not found:
            self.say(_("No file stands behind this value."))
            return
        chosen = (self._beside.chosen + 1) % len(found)
        self._beside = replace(self._beside, chosen=chosen, page=None)
        self._show_told(entry, from_top=False)
        self._read_beside(entry)

    async def action_open_source(self) -> None:
        """Show the sheet around the cell on the whole screen; ask for the passphrase where the key is locked."""
        cell = self._cell
        if cell is None:
            self.say(_("No file stands behind this value."))
        elif self._beside.page == NotShown("locked"):
            await self._ask_passphrase()
        else:
            begin(self, partial(self._opening, cell), exclusive=True, group="sheet")

    def action_copy_reference(self) -> None:
        """Copy where the cell stands, through the terminal (OSC 52): file, sheet and cell, nothing of what they say."""
        cell = self._cell
        if cell is None:
            self.say(_("No file stands behind this value."))
            return
        place = _plain(self.room.dossiers.place(cell))
        self.app.copy_to_clipboard(place)
        self.say(_("Copied: {place}").format(place=place))

    def to_list(self) -> None:
        """Go back to the list."""
        self.remove_class("-reading", "-zoomed-evidence")
        self.set_focus(self.list)
        self.redraw()
        # What was hidden has no width yet.
        self.call_after_refresh(self.redraw)

    def stored(self, finding_id: str | None) -> None:
        """Show what was stored, in the list and in the pane."""
        self._told_of = None
        super().stored(finding_id)

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Show a sentence in the last line."""
        self._line("saved", Content.assemble((text, _COLOURS.get(tone, ""))))

    def redraw(self) -> None:
        """Draw the lines around the list."""
        lines = Lines(self.room.dossiers.script, self.size.width)
        standing, narrow = self._standing(), self.has_class("-narrow")
        tabs = [action for action in ACTIONS if action.id in _TABS]
        self._line("heading", lines.heading(self.room.heading, tabs, standing))
        self._line("filter", lines.filter(self.wanted, standing.read_only))
        self._line("columns", self.list.header())
        self._line("progress", lines.progress(standing))
        self._line("brief", self._brief_lines())
        here = [action for action in ACTIONS if action.place in ("screen", "app")]
        self._line("keys", lines.keys(here, self._situation(), (1,) if narrow else (1, 2)))

    def _standing(self) -> Standing:
        desk, shown = self.room.desk, self.list.count
        return Standing(
            whole=self.whole,
            shown=shown,
            at=self.list.cursor + 1 if shown else 0,
            wanted=self.wanted,
            marked=self.marked_tally,
            unsent=desk.unsent,
            undoable=desk.undoable,
            read_only=desk.read_only,
        )

    def _situation(self) -> Situation:
        return Situation(
            has_finding=self.entry is not None,
            in_evidence=self.has_class("-reading"),
            narrowed=self.wanted.narrows,
            marked=bool(self.marks.ids),
            read_only=self.room.desk.read_only is not None,
            failed=self.deciding.again is not None,
            searched=bool(self.wanted.words),
            answered=any(told.kind == "answer" for told in self._beside.history),
        )

    def _tell(self, entry: Entry | None) -> bool:
        """Show what is known of an entry at once; whether it is another than before, of which more lies on the disk."""
        if entry is None:
            self._told_of, self.facts, self.altered = None, Facts(), None
            self._pane.show(())
            self.query_one("#deeds", Evidence).show(())
            return False
        if entry.finding.finding_id == self._told_of:
            return False
        self._told_of, self.facts, self.altered = entry.finding.finding_id, Facts(), None
        self._beside = Beside(keys=_keys())
        self._show_told(entry, from_top=True)
        return True

    def _show_told(self, entry: Entry, *, from_top: bool) -> None:
        beside, told = self._beside, self._told
        keys = {} if self.room.desk.read_only else beside.keys

        def written(width: int) -> list[Paragraph]:
            whole = told.of(entry, beside, width)
            # Where one pane is all there is, what can be decided stands at its end and not below it.
            return [*whole, *told.deeds(entry, keys, width)] if self.has_class("-narrow") else whole

        self._pane.write(written, from_top=from_top)
        self.query_one("#deeds", Evidence).write(lambda width: told.deeds(entry, keys, width))

    def _read_beside(self, entry: Entry) -> None:
        begin(self, partial(self._reading, entry), group="beside", exclusive=True)

    async def _reading(self, entry: Entry) -> None:
        await asyncio.sleep(PAUSE)
        finding, beside = entry.finding, self._beside
        history = await self.at_desk.history(finding.finding_id)
        try:
            facts = await asyncio.to_thread(self.room.sources.facts, finding)
            page = await self._page(sources_of(finding), beside.chosen)
        except (EnblanketError, OSError) as failure:
            self.say(self.room.dossiers.script.show(str(failure)), "error")
            return
        # One may have gone on, or have left, meanwhile.
        if self._told_of != finding.finding_id or not self.query("#evidence"):
            return
        self.facts = facts
        told = () if isinstance(history, NotDone) else history
        self._beside = replace(self._beside, facts=facts, page=page, history=told)
        cell = self._cell
        self.altered = cell.file if cell and page == NotShown("altered") else None
        self._show_told(entry, from_top=False)
        if self._situation().answered:
            self.redraw()

    async def _page(self, found: list[Cell], chosen: int) -> SourcePage | NotShown | None:
        if not found:
            return None
        above, below = AROUND_NARROW if self.has_class("-narrow") else AROUND
        return await asyncio.to_thread(self.room.sources.page, found[chosen], above, below)

    @property
    def _pane(self) -> Evidence:
        return self.query_one("#evidence", Evidence)

    @property
    def _cell(self) -> Cell | None:
        entry = self.entry
        found = sources_of(entry.finding) if entry else []
        return found[self._beside.chosen] if self._beside.chosen < len(found) else None

    async def _opening(self, cell: Cell) -> None:
        try:
            page = await asyncio.to_thread(self.room.sources.page, cell, ABOVE, BELOW)
        except (EnblanketError, OSError) as failure:
            self.say(self.room.dossiers.script.show(str(failure)), "error")
            return
        dossiers = self.room.dossiers
        if isinstance(page, NotShown):
            self._beside = replace(self._beside, page=page)
            self.say(_("The sheet cannot be shown; the pane says why."))
            return
        said = (
            f"{dossiers.field(cell.table, cell.field)}: {dossiers.value(cell.table, cell.field, cell.value)}"
        )
        await self.app.push_screen(SheetScreen(page, dossiers.script, _plain(dossiers.place(cell)), said))

    async def _ask_passphrase(self) -> None:
        label = _("Passphrase of this workspace's key (kept until the review ends)")
        script = self.room.dossiers.script
        await self.app.push_screen(OneLineDialog(_("UNLOCK"), label, script, self._unlock, secret=True))

    def _unlock(self, passphrase: str, then: Callable[[str | None], None]) -> None:
        begin(self, partial(self._unlocking, passphrase, then))

    async def _unlocking(self, passphrase: str, then: Callable[[str | None], None]) -> None:
        opened = await asyncio.to_thread(self.room.sources.unlock, passphrase)
        then(None if opened else _("That is not the passphrase."))
        if opened and self.entry is not None:
            self._read_beside(self.entry)

    def _brief_lines(self) -> str:
        entry = self.entry
        return "\n".join(one.text for one in self._told.brief(entry.finding)) if entry else ""

    def _line(self, id: str, content: str | Content) -> None:  # noqa: A002 - Textual's own name
        if self.is_gone:
            return
        line = self.query_one(f"#{id}", Static)
        # What has not changed is not painted again: a key is felt as what it paints.
        shown = line.content
        styles = (
            (shown.spans, content.spans)
            if isinstance(shown, Content) and isinstance(content, Content)
            else ("", "")
        )
        if shown != content or styles[0] != styles[1]:
            line.update(content, layout=False)


def _plain(place: str) -> str:
    """Return a path with blanks that hold nothing together."""
    return place.replace("\u00a0", " ")


def _keys() -> dict[str, str]:
    """Return the key of every action that has one, as it is written."""
    return {action.id: key_text(action.keys_in_force[0]) for action in ACTIONS if action.keys_in_force}

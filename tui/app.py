"""The program around the screens: which of them is shown, keys, colours, language; pictures without outside links.

Comes in: a desk to decide at, a house to read, names of rules and fields. Goes out: nothing but what screens call. The
escape hatches of Textual are closed.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import ClassVar, TypeVar, cast

from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widget import AwaitMount

from exchange import language
from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.review.desk import Desk
from exchange.review.saved_filters import Shelf
from exchange.review.sources import Sources
from tui.action import Action, Place, use_keys
from tui.actions import bindings
from tui.dossier import Dossiers
from tui.exporting import new_path, write_lines
from tui.house import House
from tui.keymap import Own
from tui.pages import signs
from tui.reporting import fault_lines, report_lines
from tui.room import NoShelf, NoSources, Room
from tui.screens.help import HelpScreen, PaletteScreen
from tui.screens.one_line import OneLineDialog
from tui.screens.page import PageScreen
from tui.screens.review import ReviewScreen
from tui.screens.tour import TourScreen
from tui.screens.view import ViewScreen, reason_of
from tui.text import ASCII, UNICODE, Script
from tui.themes import THEMES, AsciiLetters
from tui.typed_ahead import InOrder
from tui.vanishing import EVERY, is_gone, lasting, let_go
from tui.words import Words
from tui.work import begin

# Imported when they are first opened: the review is on the screen before anybody asks for another.
_VIEWS = {
    "packages": ("tui.screens.packages", "PackagesScreen"),
    "weeks": ("tui.screens.weeks", "WeeksScreen"),
    "journal": ("tui.screens.journal", "JournalScreen"),
    "coverage": ("tui.screens.coverage", "CoverageScreen"),
}
_View = Callable[[House, Script, str, str], Screen[None]]
_PICTURE, _REPORT, _FAULT = (
    "enblanket-{number}.svg",
    "enblanket-report-{number}.txt",
    "enblanket-fault-{number}.txt",
)
Done = TypeVar("Done")


class ReviewApp(InOrder[None]):
    """`enblanket review`."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "enblanket"
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")

    def __init__(  # noqa: PLR0913 (what the screens are made of)
        self,
        desk: Desk,
        words: Words,
        *,
        heading: str,
        house: House | None = None,
        sources: Sources | None = None,
        shelf: Shelf | None = None,
        ascii_only: bool = False,
        theme: str = "cb-dark",
        keys: Own | None = None,
        pictures: Path | None = None,
        tour: bool = False,
    ) -> None:
        """Gather what the screens are made of.

        Args:
            desk: the open list, and where decisions are written.
            words: names of rules and fields.
            heading: whose workspace this is; any text.
            house: what the other screens read; None leaves the review alone.
            sources: the files behind the findings; None shows none.
            shelf: where filters are kept under names; None keeps none.
            ascii_only: no character but ASCII and æøå.
            theme: a name of :data:`tui.themes.THEMES`.
            keys: a person's own, by action.
            pictures: the folder for what is written on demand: pictures, lists, reports; None writes none.
            tour: whether to begin with the tour.
        """
        super().__init__()
        for known in THEMES.values():
            self.register_theme(known)
        self.theme = theme
        use_keys(keys or {})
        self.set_keymap({name: ",".join(own) for name, own in (keys or {}).items()})
        self._desk, self._words, self._house = desk, words, house
        self._sources, self._shelf = sources or NoSources(), shelf or NoShelf()
        self._whose, self._ascii, self._files = heading, ascii_only, pictures
        self._own_keys = keys or {}
        self.compact = False
        self._tour = tour
        self._review = self._new_review()

    @property
    def script(self) -> Script:
        """The characters in use."""
        return ASCII if self._ascii else UNICODE

    def get_driver_class(self) -> type[Driver]:
        """Return what paints on this system, made to outlive its terminal."""
        return lasting(super().get_driver_class())

    def on_mount(self) -> None:
        """Open the review."""
        self.push_screen(self._review)
        self.set_interval(EVERY, self._leave_if_vanished)
        if self._tour:
            self.push_screen(TourScreen(self.script))

    def action_view_review(self) -> None:
        """Show the findings."""
        while len(self.screen_stack) > 1 and self.screen is not self._review:
            self.pop_screen()

    def action_view_packages(self) -> None:
        """Show packages and signatures."""
        self.view("packages")

    def action_view_weeks(self) -> None:
        """Show the hours by week."""
        self.view("weeks")

    def action_view_journal(self) -> None:
        """Show what happened."""
        self.view("journal")

    def action_view_coverage(self) -> None:
        """Show auditors and their demands."""
        self.view("coverage")

    def action_weeks_here(self) -> None:
        """Show the weeks of the finding's placement."""
        subject = self._review.subject()
        self.view("weeks", dict(subject).get("placement_id", ""))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what is done to each painted line; ``--ascii`` holds for our own words too (”Annullér”)."""
        filters = super().get_line_filters()
        return [*filters, AsciiLetters()] if self._ascii else filters

    def action_history_here(self) -> None:
        """Show what was decided on the finding."""
        self.view("journal", self._review.finding_id())

    def action_next_theme(self) -> None:
        """Change the colours."""
        names = list(THEMES)
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]

    def action_other_signs(self) -> None:
        """Change between all signs and ASCII alone."""
        self._ascii = not self._ascii
        self._anew()

    def action_other_language(self) -> None:
        """Change between Danish and English."""
        language.use("en" if language.current() == "da" else "da")
        self._anew()
        self.call_after_refresh(self._review.judge_again)

    def action_compact(self) -> None:
        """Show one pane at a time, as in a narrow terminal, or both again."""
        self.compact = not self.compact
        for screen in self.screen_stack:
            if isinstance(screen, ReviewScreen | ViewScreen):
                screen.lay_out()

    def action_theme_cb_dark(self) -> None:
        """Show light letters on dark."""
        self.theme = "cb-dark"

    def action_theme_cb_light(self) -> None:
        """Show dark letters on light."""
        self.theme = "cb-light"

    def action_theme_ansi(self) -> None:
        """Show the terminal's own colours."""
        self.theme = "ansi"

    def action_theme_mono(self) -> None:
        """Show no colour."""
        self.theme = "mono"

    def action_picture(self) -> None:
        """Write a picture of the screen, which links nowhere."""
        picture = self.export_screenshot()
        self._write(_PICTURE, lambda path: write_lines((picture,), path))

    def action_report(self) -> None:
        """Write what the screen tells as a text: the hours by week, the coverage, else the findings that are shown."""
        begin(self, self._reporting)

    def action_fault_report(self) -> None:
        """Write what to send when something fails; no personal data is in it."""
        begin(self, self._reporting_fault)

    def action_signs(self) -> None:
        """Show what the signs mean."""
        self.push_screen(PageScreen(_("SIGNS"), signs(self.script), self.script))

    def action_seal(self) -> None:
        """Seal a package of what was decided."""
        from tui.sealing import Sealing

        if self._house is None:
            self._say(_("There is no workspace behind this list; open it with enblanket review."))
        else:
            Sealing(self, self._house, self.script, self._say).begin()

    def action_goto_package(self) -> None:
        """Ask for a package, and show the packages that hold what was typed."""
        label = _("Part of a package's name, its party, period or sha256")
        self.push_screen(OneLineDialog(_("GO TO"), label, self.script, self._going_to_package))

    def action_goto(self) -> None:
        """Go to a finding by its number in the list or the first digits of its id, on another screen to a line."""
        label = _("Number in the list, or the first digits of an id")
        self.push_screen(OneLineDialog(_("GO TO"), label, self.script, self._going))

    def action_help(self) -> None:
        """Show all keys and signs; what is chosen is done."""
        self.push_screen(HelpScreen(self.script, self.place), self._chosen)

    def action_palette(self) -> None:
        """Show everything that can be done; what is chosen is done."""
        self.push_screen(PaletteScreen(self.script, self.place), self._chosen)

    async def _leave_if_vanished(self) -> None:
        """End the review when what was begun is stored, where nobody can see it or say anything any more."""
        if is_gone():
            let_go()
            await self._review.at_desk.finish()
            self.exit()

    async def action_leave(self) -> None:
        """End the review when what was begun is stored."""
        await self._review.action_leave()

    def action_help_quit(self) -> None:
        """Answer Ctrl+C, which ends other programs, in the user's language."""
        self._say(_("q ends the review; everything decided is saved."))

    @property
    def place(self) -> Place:
        """Which screen is shown, dialogs aside."""
        shown = [one for one in self.screen_stack if isinstance(one, ViewScreen)]
        return shown[-1].place if shown else "screen"

    def view(self, name: str, search: str = "") -> None:
        """Show a screen beside the review, looking for a text from the start."""
        if self._house is None:
            self._say(_("There is no workspace behind this list; open it with enblanket review."))
            return
        self._shown(name, search)

    def review_with(self, search: str) -> None:
        """Show the findings that hold a text."""
        self.action_view_review()
        self._review.search_for(search)

    async def in_thread(self, call: Callable[[], Done]) -> Done:
        """Do something off the screen's thread."""
        return await asyncio.to_thread(call)

    async def perform(self, action: Action) -> None:
        """Do an action of any screen, on that screen."""
        if action.place in _VIEWS and self.place != action.place:
            shown = self._shown(action.place)
            if shown is not None:
                await shown
        elif action.place in ("screen", "evidence"):
            self.action_view_review()
        target = self if action.place == "app" else self.screen
        done = getattr(target, f"action_{action.does}", None)
        result = done() if done else None
        if inspect.isawaitable(result):
            await result

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Return the screen as SVG that fetches nothing: Textual's own names a font on an outside host."""
        return without_links(super().export_screenshot(title=title, simplify=simplify))

    def _going(self, text: str, finished: Callable[[str | None], None]) -> None:
        shown = self.screen_stack[-2]
        if isinstance(shown, ReviewScreen | ViewScreen) and shown.go_to(text.strip().lower()):
            finished(None)
        else:
            finished(_("Nothing in the list is called so."))

    def _going_to_package(self, text: str, finished: Callable[[str | None], None]) -> None:
        finished(None)
        self.view("packages", text)

    async def _reporting(self) -> None:
        lines = await self._asked_for(self._report_lines)
        if lines is not None:
            self._write(_REPORT, lambda path: write_lines((f"{line}\n" for line in lines), path))

    async def _reporting_fault(self) -> None:
        lines = await self._asked_for(self._fault_lines)
        if lines is not None:
            self._write(_FAULT, lambda path: write_lines((f"{line}\n" for line in lines), path))

    async def _asked_for(self, call: Callable[[], Sequence[str]]) -> Sequence[str] | None:
        try:
            return await self.in_thread(call)
        except (EnblanketError, OSError) as refusal:
            self._say(self.script.show(reason_of(refusal)))
            return None

    def _report_lines(self) -> Sequence[str]:
        listing, wanted = self._desk.listing, self._review.wanted
        dossiers = Dossiers(self._words, self.script)
        return report_lines(
            self.place,
            self._house,
            lambda: listing.rows(wanted, 0, listing.count(wanted)),
            dossiers,
            self._whose,
        )

    def _fault_lines(self) -> Sequence[str]:
        look = {
            "screen": f"{self.place} {self.size.width}x{self.size.height}",
            "theme": self.theme,
            "ascii": self._ascii,
            "own keys": len(self._own_keys),
        }
        return fault_lines(self._house, look)

    def _write(self, name: str, write: Callable[[Path], None]) -> None:
        """Write a file that was asked for beside the person, and say where it lies."""
        try:
            path = new_path(self._files, name)
            write(path)
            self._say(_("Written: {path}").format(path=self.script.show(str(path))))
        except (EnblanketError, OSError) as refusal:
            self._say(self.script.show(reason_of(refusal)))

    def _shown(self, name: str, search: str = "") -> AwaitMount | None:
        self.action_view_review()
        if self._house is None:
            return None
        return self.push_screen(_view(name)(self._house, self.script, self.script.show(self._whose), search))

    def _chosen(self, action: Action | None) -> None:
        if action is not None:
            self.call_later(self.perform, action)

    def _anew(self) -> None:
        """Draw everything again in the language and signs in force, on the same screen."""
        shown, before = self.place, self._review
        self._review = self._new_review()
        self._review.go_on_from(before)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(self._review)
        if shown in _VIEWS:
            self.view(shown)

    def _new_review(self) -> ReviewScreen:
        return ReviewScreen(
            Room(
                desk=self._desk,
                dossiers=Dossiers(self._words, self.script),
                heading=self.script.show(self._whose),
                sources=self._sources,
                shelf=self._shelf,
                files=self._files,
            )
        )

    def _say(self, text: str) -> None:
        shown = self.screen
        if isinstance(shown, ReviewScreen | ViewScreen):
            shown.say(text)
        else:
            self._review.say(text)


def _view(name: str) -> _View:
    module, screen = _VIEWS[name]
    return cast("_View", getattr(import_module(module), screen))


def without_links(svg: str) -> str:
    """Return an SVG without web fonts and links."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    return re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")

"""What the screens beside the review have in common: a list to the left, what is known of a line to the right.

A screen says how its rows are read (off the screen's thread, one sentence where it fails), drawn and told; this module
moves, searches, shows and fits them into the terminal. It decides nothing.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input, Static

from exchange.errors import EnblanketError
from exchange.language import translate as _
from tui.action import Action, Place, key_text
from tui.actions import ACTIONS
from tui.footer import footer
from tui.house import House
from tui.paragraphs import Paragraph, Piece, Tone
from tui.sizes import WIDE, is_too_small, too_small
from tui.text import Script, fit
from tui.view_actions import of_place
from tui.widgets.evidence import Evidence
from tui.widgets.line_list import LineList
from tui.widgets.typed_line import TypedLine
from tui.work import begin

if TYPE_CHECKING:
    from tui.app import ReviewApp

_COLOURS: dict[Tone, str] = {"good": "bold $success", "error": "bold $error", "warning": "bold $warning"}
_TABS = ("view.review", "view.packages", "view.weeks", "view.journal", "view.coverage")

Row = TypeVar("Row")
Done = TypeVar("Done")


class ViewScreen(Screen[None], Generic[Row]):
    """Rows, one a line, and a pane that tells of the one under the cursor."""

    CSS_PATH = "view.tcss"
    AUTO_FOCUS = "#lines"
    BINDINGS: ClassVar[list[BindingType]] = []
    place: ClassVar[Place]

    def __init__(self, house: House, script: Script, heading: str, search: str = "") -> None:
        """Start empty; the rows are read when the screen stands.

        Args:
            house: where the rows come from.
            script: the characters it may use.
            heading: whose workspace this is, already safe to show.
            search: what to look for from the start.
        """
        super().__init__()
        self.house, self.script = house, script
        self._heading, self._search = heading, search
        self.rows: Sequence[Row] = ()
        self.shown: Sequence[Row] = ()
        self._reading = True

    @abstractmethod
    def read(self) -> Sequence[Row]:
        """Read all rows; runs off the screen's thread."""

    @abstractmethod
    def columns(self, width: int) -> str:
        """Return the names of the columns, at their places."""

    @abstractmethod
    def line(self, row: Row, width: int) -> Sequence[Piece]:
        """Draw a row in at most that many cells."""

    @abstractmethod
    def told(self, row: Row) -> Sequence[Paragraph]:
        """Return everything that is known of a row."""

    @abstractmethod
    def searched(self, row: Row) -> str:
        """Return the text that a search looks into."""

    @abstractmethod
    def summary(self) -> str:
        """Return what the whole comes to, for the line above the list."""

    def nothing(self) -> Sequence[str]:
        """Return what stands in an empty list."""
        return (_("There is nothing here yet."),)

    def compose(self) -> ComposeResult:
        """Lay the screen out as the review is: heading, filter, two panes, keys, what was said last."""
        yield Static(id="heading", markup=False)
        yield Static(id="filter", markup=False)
        yield TypedLine(
            self._search, placeholder=_("search, Enter keeps, Esc clears"), id="search", compact=True
        )
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield Static(id="columns", markup=False)
                yield LineList(self.script, id="lines")
                yield Static(id="progress", markup=False)
            yield Evidence(id="evidence")
        yield Static(id="keys", markup=False)
        yield Static(id="saved", markup=False)
        yield Static(id="small", markup=False)

    def on_mount(self) -> None:
        """Read the rows."""
        self.set_class(self.script.ascii, "-ascii")
        self.reload()

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

    def on_line_list_resized(self, _event: LineList.Resized) -> None:
        """Draw the names of the columns to the list's width."""
        self.redraw()

    def on_line_list_moved(self, _event: LineList.Moved) -> None:
        """Tell of the row under the cursor; of nothing where there is none."""
        self.tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while the person types."""
        if event.input.id == "search" and event.value != self._search:
            self._search = event.value
            self.refilter()

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Keep the search and go back to the list."""
        self.remove_class("-searching")
        self.set_focus(self.list)

    def action_down(self) -> None:
        """Go to the next row."""
        self.list.move_to(self.list.cursor + 1)

    def action_up(self) -> None:
        """Go to the row before."""
        self.list.move_to(self.list.cursor - 1)

    def action_page_down(self) -> None:
        """Go half a page down."""
        self.list.move_to(self.list.cursor + max(self.list.size.height // 2, 1))

    def action_page_up(self) -> None:
        """Go half a page up."""
        self.list.move_to(self.list.cursor - max(self.list.size.height // 2, 1))

    def action_top(self) -> None:
        """Go to the first row."""
        self.list.move_to(0)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self.list.move_to(self.list.count - 1)

    def action_evidence(self) -> None:
        """Read what is known of the row; where there is one pane only, it takes the list's place."""
        if self.row is not None:
            self.add_class("-reading")
            self.set_focus(self.query_one(Evidence))

    def action_other_pane(self) -> None:
        """Change between list and pane."""
        if self.focused is self.list:
            self.action_evidence()
        else:
            self.to_list()

    def action_back(self) -> None:
        """Leave the pane or the search, then the screen."""
        if self.has_class("-searching") or (self.focused is self.list and self._search):
            self.remove_class("-searching")
            self.query_one("#search", Input).value = ""
            self.to_list()
        elif self.focused is not self.list or self.has_class("-reading"):
            self.to_list()
        else:
            self.program.action_view_review()

    def action_search(self) -> None:
        """Open the search field."""
        self.to_list()
        self.add_class("-searching")
        self.set_focus(self.query_one("#search", Input))

    @property
    def program(self) -> ReviewApp:
        """The program around the screen."""
        return cast("ReviewApp", self.app)

    @property
    def list(self) -> LineList:
        """The list."""
        return self.query_one("#lines", LineList)

    @property
    def row(self) -> Row | None:
        """The row under the cursor; None where there is none."""
        return self.shown[self.list.cursor] if self.shown else None

    def go_to(self, wanted: str) -> bool:
        """Put the cursor on the line of that number; False where there is none."""
        if not wanted.isdecimal() or not 1 <= int(wanted) <= self.list.count:
            return False
        self.list.move_to(int(wanted) - 1)
        return True

    def reload(self) -> None:
        """Read the rows again, the cursor where it was."""
        self.say(_("Reading …"))
        begin(self, self._reloading, group="reading", exclusive=True)

    def to_list(self) -> None:
        """Go back to the list."""
        self.remove_class("-reading")
        self.set_focus(self.list)

    def refilter(self) -> None:
        """Show what the search lets through."""
        words = self._search.casefold().split()
        self.shown = [row for row in self.rows if self.fits(row, words)] if words else self.rows
        empty = () if self._reading else self._empty()
        self.list.show(len(self.shown), self._drawn, self.list.cursor, empty=empty)
        self.redraw()

    def fits(self, row: Row, words: Sequence[str]) -> bool:
        """Whether a row holds all words that are searched for."""
        text = self.searched(row).casefold()
        return all(word in text for word in words)

    def tell(self) -> None:
        """Show what is known of the row under the cursor."""
        if not self.query("#lines"):
            return
        row = self.row
        self.query_one(Evidence).show(self.told(row) if row is not None else ())
        self.redraw()

    def redraw(self) -> None:
        """Draw the lines around the list."""
        if not self.query("#lines"):
            return
        self._line("heading", self._heading_line())
        self._line("filter", self._filter_line())
        self._line("columns", " " + self.columns(max(self.list.size.width - 1, 1)))
        self._line("progress", self.progress())
        self._line("keys", self._key_lines())

    def progress(self) -> str:
        """Return how many rows are shown, for the line under the list."""
        at = self.list.cursor + 1 if self.shown else 0
        text = _("{at} of {shown}").format(at=at, shown=len(self.shown))
        hidden = len(self.rows) - len(self.shown)
        return text + _(" ({count} hidden by the filter)").format(count=hidden) if hidden else text

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Show a sentence in the last line."""
        self._line("saved", Content.assemble((text, _COLOURS.get(tone, ""))))

    async def done(self, call: Callable[[], Done]) -> Done | None:
        """Do something off the screen's thread; None, and the reason in the last line, where it was refused."""
        try:
            return await asyncio.to_thread(call)
        except (EnblanketError, OSError) as refusal:
            self.say(self.script.show(reason_of(refusal)), "error")
            return None

    async def _reloading(self) -> None:
        rows = await self.done(self.read)
        if not self.query("#lines"):
            return
        self._reading = False
        if rows is not None:
            self.rows = rows
            self.say("")
        self.refilter()

    def _drawn(self, index: int, width: int) -> Sequence[Piece]:
        return self.line(self.shown[index], width) if index < len(self.shown) else ()

    def _empty(self) -> Sequence[str]:
        if self.rows:
            return (_("0 of {count} fit.").format(count=len(self.rows)), _("Esc clears the search"))
        return self.nothing()

    def _heading_line(self) -> str:
        tabs = [action for action in ACTIONS if action.id in _TABS]
        tab = "  ".join(f"{key_text(one.keys_in_force[0])} {one.label}" for one in tabs)
        left = self.script.dot.join(("enblanket", self._own_tab().label, self._heading))
        room = self.size.width - 3 - cell_len(tab)
        if room < WIDE // 3:
            return fit(left, max(self.size.width - 2, 0), self.script.more)
        return f"{fit(left, room, self.script.more)} {tab}"

    def _own_tab(self) -> Action:
        return next(action for action in ACTIONS if action.id == f"view.{self.place}")

    def _filter_line(self) -> str:
        search = _("search: {text}").format(text=self.script.show(self._search) or "-")
        return f"{self.summary()}{self.script.dot}{search}"

    def _key_lines(self) -> Content:
        app = (one for one in ACTIONS if one.place == "app" and f"view.{self.place}_here" != one.id)
        here = [*of_place(self.place), *app]
        lines = (1,) if self.has_class("-narrow") else (1, 2)
        return footer(here, self.script, self.size.width - 2, lines)

    def _line(self, id: str, content: str | Content) -> None:  # noqa: A002 - Textual's own name
        # What was begun may come back when the person has left the screen.
        for line in self.query(f"#{id}").results(Static):
            line.update(content, layout=False)


def reason_of(refusal: EnblanketError | OSError) -> str:
    """Return why something was not done, as a sentence."""
    text = str(refusal) if isinstance(refusal, EnblanketError) else (refusal.strerror or str(refusal))
    return text.rstrip(".") + "."

"""The filter menu: what can be asked for, switched line by line; and the filters that were kept.

The list behind it follows each switch; Esc goes back to what was asked for before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from exchange import figures
from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.review.filtering import Filter
from exchange.review.listing import Listing
from exchange.review.saved_filters import LONGEST_NAME, Shelf
from tui.actions import bindings
from tui.dossier import Dossiers
from tui.filter_lines import Choice, Kind, choices, is_on, switched
from tui.paragraphs import Piece
from tui.screens.one_line import Give, OneLineDialog
from tui.text import Script, fit, fit_right
from tui.widgets.line_list import LineList

_COUNT = 8


class FilterMenu(ModalScreen[None]):
    """Space switches, Enter keeps, Esc goes back; s keeps the filter under a name, d forgets one."""

    CSS_PATH = "filtering.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("filters")

    def __init__(  # noqa: PLR0913 (what a menu is made of)
        self,
        listing: Listing,
        wanted: Filter,
        shelf: Shelf,
        dossiers: Dossiers,
        use: Callable[[Filter], None],
        *,
        at: Kind = "severity",
    ) -> None:
        """Keep what to choose from.

        Args:
            listing: counts what each choice has.
            wanted: what is asked for now.
            shelf: the filters that were kept.
            dossiers: names of rules, and the script.
            use: shows what a filter lets through.
            at: where the cursor begins; at the top where there is none of it.
        """
        super().__init__()
        self._listing, self._before, self._wanted = listing, wanted, wanted
        self._shelf, self._dossiers, self._use, self._at = shelf, dossiers, use, at
        self._saved: Mapping[str, Filter] = {}
        self._choices: Sequence[Choice] = ()

    def compose(self) -> ComposeResult:
        """Title, the lines, how many fit, the keys."""
        script = self._dossiers.script
        with Vertical(id="dialog"):
            yield Static(_("FILTER"), id="title", markup=False)
            yield LineList(script, id="lines")
            yield Static("", id="fits", markup=False)
            yield Static("", id="fault", markup=False)
            keys = _("Space switches · Enter keeps · s saves under a name · d forgets · Esc as before")
            yield Static(script.show(keys), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Show the lines, the cursor on the first that can be switched."""
        self.set_class(self._dossiers.script.ascii, "-ascii")
        self._read()
        self.set_focus(self._lines)
        first = (at for at, choice in enumerate(self._choices) if choice.kind == self._at)
        self._show(next(first, 1))

    def action_down(self) -> None:
        """Go to the next line that can be switched."""
        self._step(1)

    def action_up(self) -> None:
        """Go to the line before that can be switched."""
        self._step(-1)

    def action_top(self) -> None:
        """Go to the first line."""
        self._lines.move_to(1)

    def action_bottom(self) -> None:
        """Go to the last line."""
        self._lines.move_to(len(self._choices) - 1)

    def action_switch(self) -> None:
        """Switch the line under the cursor; a kept filter is asked for whole."""
        choice = self._choice
        if choice is None or choice.kind == "title":
            return
        self._wanted = self._saved[choice.key] if choice.kind == "saved" else switched(choice, self._wanted)
        self._use(self._wanted)
        self._show(self._lines.cursor)

    def action_keep(self) -> None:
        """Close; a kept filter under the cursor is asked for first."""
        choice = self._choice
        if choice is not None and choice.kind == "saved":
            self._use(self._saved[choice.key])
        self.dismiss(None)

    def action_cancel(self) -> None:
        """Close, with what was asked for before."""
        self._use(self._before)
        self.dismiss(None)

    def action_clear(self) -> None:
        """Ask for everything again, in the order that is now."""
        self._wanted = Filter(sort=self._wanted.sort)
        self._use(self._wanted)
        self._show(self._lines.cursor)

    async def action_save_as(self) -> None:
        """Ask for a name and keep the filter under it."""
        await self.app.push_screen(kept_under(self._dossiers.script, self._save))

    def action_forget(self) -> None:
        """Forget the kept filter under the cursor."""
        choice = self._choice
        if choice is not None and choice.kind == "saved":
            self._try(lambda: self._shelf.remove(choice.key))
            self._read()
            self._show(self._lines.cursor)

    @property
    def _lines(self) -> LineList:
        return self.query_one("#lines", LineList)

    @property
    def _choice(self) -> Choice | None:
        at = self._lines.cursor
        return self._choices[at] if at < len(self._choices) else None

    def _save(self, name: str, then: Callable[[str | None], None]) -> None:
        fault = self._try(lambda: self._shelf.save(name, self._wanted))
        if fault is None:
            self._read()
            self._show(self._lines.cursor)
        then(fault)

    def _try(self, call: Callable[[], None]) -> str | None:
        try:
            call()
        except EnblanketError as refusal:
            return self._say(str(refusal))
        except OSError as error:
            return self._say(error.strerror or str(error))
        return self._say("") or None

    def _say(self, text: str) -> str:
        shown = self._dossiers.script.show(text)
        self.query_one("#fault", Static).update(shown)
        return shown

    def _read(self) -> None:
        try:
            self._saved = self._shelf.saved()
        except EnblanketError as refusal:
            self._saved = {}
            self._say(str(refusal))
        self._choices = choices(self._listing, self._saved, self._dossiers)

    def _show(self, cursor: int) -> None:
        self._lines.show(len(self._choices), self._draw, cursor)
        fits = _("{count} of {all} findings fit").format(
            count=figures.number(self._listing.count(self._wanted)),
            all=figures.number(self._listing.count(Filter())),
        )
        self.query_one("#fits", Static).update(fits)

    def _step(self, step: int) -> None:
        at = self._lines.cursor + step
        while 0 < at < len(self._choices) and self._choices[at].kind == "title":
            at += step
        if 0 < at < len(self._choices):
            self._lines.move_to(at)

    def _draw(self, index: int, width: int) -> Sequence[Piece]:
        choice = self._choices[index]
        if choice.kind == "title":
            return [Piece(fit(choice.label, width), "label")]
        sign = "x" if is_on(choice, self._wanted) else " "
        count = "" if choice.count is None else figures.number(choice.count)
        label = fit(f"[{sign}] {choice.label}", width - _COUNT - 1, self._dossiers.script.more)
        return [Piece(label), Piece(f" {fit_right(count, _COUNT)}", "dim")]


def kept_under(script: Script, save: Give) -> OneLineDialog:
    """Return the question under which name a filter is kept."""
    label = _("Name of the filter (kept in the workspace, filters.toml)")
    return OneLineDialog(_("SAVE FILTER"), label, script, save, longest=LONGEST_NAME, saves=True)

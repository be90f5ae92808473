"""Help and palette: actions to search through by typing; Enter does the chosen one. Made from the action tables alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exchange.language import choose
from exchange.language import translate as _
from exchange.workspace.wording import severity_word, status_word
from tui.action import Action, Group, Place, group_title, key_text
from tui.actions import bindings
from tui.paragraphs import Piece
from tui.text import Script, fit, fit_right
from tui.view_actions import EVERY_ACTION, of_place
from tui.widgets.line_list import LineList
from tui.widgets.typed_line import TypedLine

_KEYS, _LABEL = 20, 34
# What the palette begins with; the same words that a person types to find an entry.
_ORDER: tuple[Group, ...] = (
    "decide", "mark", "filter", "goto", "package", "view", "export", "help", "find", "evidence", "week", "history", "program",
)  # fmt: skip
_SCREENS: tuple[Place, ...] = ("screen", "packages", "weeks", "journal", "coverage")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: an action, or where it has none a heading or a note."""

    text: str
    action: Action | None = None
    is_note: bool = False


class ActionChooser(ModalScreen[Action | None]):
    """Lines of actions and a field to search them; what is chosen is handed back, and done by the program."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("help", EVERY_ACTION)

    def __init__(self, script: Script, place: Place = "screen", search: str = "") -> None:
        """Keep the screen whose actions come first.

        Args:
            script: the characters it may use.
            place: the screen that it was called from.
            search: what to look for from the start.
        """
        super().__init__()
        self.script, self.place, self._search = script, place, search
        self._shown: Sequence[Choice] = ()

    def title_text(self) -> str:
        """Return the heading."""
        raise NotImplementedError

    def choices(self) -> Iterable[Choice]:
        """Return all lines."""
        raise NotImplementedError

    def pieces(self, choice: Choice, width: int) -> Sequence[Piece]:
        """Draw a line."""
        raise NotImplementedError

    def notes(self) -> str:
        """Return what stands below the lines."""
        return ""

    def compose(self) -> ComposeResult:
        """Title, search, lines, notes, keys."""
        with Vertical(id="page"):
            yield Static(self.title_text(), id="title", markup=False)
            yield TypedLine(self._search, placeholder=_("type to search"), id="line", compact=True)
            yield LineList(self.script, id="lines")
            yield Static(self.notes(), id="notes", markup=False)
            keys = _("Enter does what is chosen · ↓ ↑ choose · Esc closes")
            yield Static(self.script.show(keys), id="saved", markup=False)

    def on_mount(self) -> None:
        """Show all lines, the field ready to type in."""
        self.set_class(self.script.ascii, "-ascii")
        self.query_one(LineList).can_focus = False
        self.set_focus(self.query_one("#line", Input))
        self.refilter()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while the person types."""
        self._search = event.value
        self.refilter()

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Hand back the chosen action."""
        self.choose()

    def on_click(self, event: Click) -> None:
        """A second click on the chosen line does it."""
        if event.chain > 1 and isinstance(event.widget, LineList):
            self.choose()

    def action_down(self) -> None:
        """Choose the next action."""
        self._move(1)

    def action_up(self) -> None:
        """Choose the action before."""
        self._move(-1)

    def action_page_down(self) -> None:
        """Go a page down."""
        self._move(max(self.query_one(LineList).size.height - 1, 1))

    def action_page_up(self) -> None:
        """Go a page up."""
        self._move(-max(self.query_one(LineList).size.height - 1, 1))

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def choose(self) -> None:
        """Hand back the action under the cursor."""
        cursor = self.query_one(LineList).cursor
        action = self._shown[cursor].action if cursor < len(self._shown) else None
        if action is not None:
            self.dismiss(action)

    def refilter(self) -> None:
        """Show the lines that hold all words, headings only over lines of theirs."""
        words = self._search.casefold().split()
        found: list[Choice] = []
        for choice in self.choices():
            if choice.is_note:
                found += () if words else (choice,)
            elif choice.action is None:
                found = found[:-1] if found and _is_heading(found[-1]) else found
                found.append(choice)
            elif all(word in _searched(choice) for word in words):
                found.append(choice)
        self._shown = found[:-1] if found and _is_heading(found[-1]) else found
        first = next((at for at, one in enumerate(self._shown) if one.action is not None), 0)
        lines = self.query_one(LineList)
        lines.show(len(self._shown), self._draw, first, empty=(_("No key and no command is called so."),))

    def _move(self, step: int) -> None:
        lines = self.query_one(LineList)
        at = min(max(lines.cursor + step, 0), len(self._shown) - 1)
        way = 1 if step > 0 else -1
        while 0 <= at < len(self._shown) and _is_heading(self._shown[at]):
            at += way
        if 0 <= at < len(self._shown):
            lines.move_to(at)

    def _draw(self, index: int, width: int) -> Sequence[Piece]:
        return self.pieces(self._shown[index], width) if index < len(self._shown) else ()


class HelpScreen(ActionChooser):
    """Keys by what they are for, with the command that does the same, and the signs."""

    def title_text(self) -> str:
        """Return where one is."""
        here = choose("Gennemgang", "Review") if self.place == "screen" else _own_name(self.place)
        return f"{choose('HJÆLP', 'HELP')}{self.script.dot}{here}"

    def choices(self) -> Iterable[Choice]:
        """Return the actions of the screen and of the whole program by group, then those of dialogs."""
        here = [action for action in _of_screen(self.place) if action.group != "dialog"]
        here += [action for action in EVERY_ACTION if action.group == "dialog"]
        for group in dict.fromkeys(action.group for action in here):
            yield Choice(group_title(group))
            yield from (Choice(action.label, action) for action in here if action.group == group)
        yield Choice(_("Signs"), is_note=True)
        yield from (Choice(f"  {line}", is_note=True) for line in self._notes())

    def pieces(self, choice: Choice, width: int) -> Sequence[Piece]:
        """Draw keys, label and command; a heading by itself."""
        if choice.action is None:
            heading = not choice.text.startswith(" ")
            return (Piece(fit(choice.text, width, self.script.more), "label" if heading else "plain"),)
        keys = " ".join(key_text(key, ascii_only=self.script.ascii) for key in choice.action.keys_in_force)
        more = self.script.more
        label = self.script.show(choice.text)
        command = "" if width < _KEYS + _LABEL + 20 else choice.action.command
        return (
            Piece(f" {fit(keys, _KEYS, more)}", "strong"),
            Piece(fit(label, min(_LABEL, max(width - _KEYS - 1, 8)), more)),
            Piece(f" {fit(command, max(width - _KEYS - _LABEL - 2, 0), more)}" if command else "", "dim"),
        )

    def notes(self) -> str:
        """Return what stands below: the one thing to know."""
        return self.script.show(_("Undo never deletes: it writes an event that cancels the one before."))

    def _notes(self) -> Sequence[str]:
        """Return the signs, and where keys of one's own and the review without a screen are."""
        script = self.script
        severities = (f"{glyph} {severity_word(name)}" for name, glyph in script.severity.items())
        statuses = (f"{glyph} {status_word(name)}" for name, glyph in script.status.items())
        own = (_("Keys of your own: enblanket keymap check"), _("Without a screen: enblanket review --plain"))
        return [script.show(line) for line in (*severities, *statuses, *own)]


class PaletteScreen(ActionChooser):
    """Everything that can be done anywhere, by its name, with its key to the right."""

    def title_text(self) -> str:
        """Return the heading."""
        return _("COMMANDS")

    def choices(self) -> Iterable[Choice]:
        """Return the actions of every screen by their prefix, this screen's first under it; each once."""
        places = (self.place, *(place for place in _SCREENS if place != self.place))
        every = dict.fromkeys(action for place in places for action in _of_screen(place))
        actions = [action for action in every if action.palette_group not in ("dialog", "move")]
        return [_named(action) for action in sorted(actions, key=lambda one: _ORDER.index(one.palette_group))]

    def pieces(self, choice: Choice, width: int) -> Sequence[Piece]:
        """Draw the name, and the key at the right end."""
        if choice.action is None:
            return (Piece(choice.text, "label"),)
        key = key_text(choice.action.keys_in_force[0], ascii_only=self.script.ascii)
        room = max(width - cell_len(key) - 2, 4)
        return (
            Piece(f" {fit(self.script.show(choice.text), room, self.script.more)}"),
            Piece(fit_right(key, cell_len(key)), "strong"),
        )


def _is_heading(choice: Choice) -> bool:
    return choice.action is None and not choice.is_note


def _named(action: Action) -> Choice:
    return Choice(f"{group_title(action.palette_group).casefold()}: {action.label}", action)


def _of_screen(place: Place) -> Sequence[Action]:
    own = [action for action in EVERY_ACTION if action.place in (place, "app")]
    return own if place == "screen" else list(dict.fromkeys((*of_place(place), *own)))


def _own_name(place: Place) -> str:
    return next((action.label for action in EVERY_ACTION if action.id == f"view.{place}"), "")


def _searched(choice: Choice) -> str:
    action = choice.action
    if action is None:
        return ""
    keys = " ".join(key_text(key) for key in action.keys_in_force)
    return f"{group_title(action.palette_group)} {group_title(action.group)} {action.da} {action.en} {keys} {action.command} {action.id}".casefold()

"""The tour: five steps over the demo's findings. It shows where things stand and decides nothing; Esc leaves it anywhere."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from exchange.language import choose
from exchange.language import translate as _
from tui.actions import bindings
from tui.text import Script
from tui.view_actions import EVERY_ACTION


class TourScreen(ModalScreen[None]):
    """A box over the review; the review stays in sight behind it."""

    CSS_PATH = "tour.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("tour", EVERY_ACTION)

    def __init__(self, script: Script) -> None:
        """Start at the first step."""
        super().__init__()
        self._script, self._step = script, 0

    def compose(self) -> ComposeResult:
        """Title, the step's text, the keys."""
        with Vertical(id="box"):
            yield Static(id="title", markup=False)
            yield Static(id="text", markup=False)
            yield Static(id="tour-keys", markup=False)

    def on_mount(self) -> None:
        """Show the first step."""
        self.set_class(self._script.ascii, "-ascii")
        self._show()

    def action_next(self) -> None:
        """Go to the next step; after the last the review is the person's."""
        self._step += 1
        if self._step == len(steps()):
            self.dismiss(None)
        else:
            self._show()

    def action_leave(self) -> None:
        """Leave the tour; nothing was decided."""
        self.dismiss(None)

    def _show(self) -> None:
        titles = steps()
        title, text = titles[self._step]
        at = f"{self._step + 1}/{len(titles)}"
        self.query_one("#title", Static).update(
            self._script.show(f"{choose('RUNDVISNING', 'TOUR')} {at}  {title}")
        )
        self.query_one("#text", Static).update(self._script.show(text))
        keys = _("Enter next step · Esc leaves the tour")
        self.query_one("#tour-keys", Static).update(self._script.show(keys))


def steps() -> tuple[tuple[str, str], ...]:
    """Return the titles and texts of the five steps, in the language in force."""
    return (
        (
            _("What does not agree"),
            _(
                "To the left are the findings, one a line, the worst first: week, who, what, kroner. "
                "j and k move, J and K go to the next that nobody has decided. These people and companies are invented."
            ),
        ),
        (
            _("Why"),
            _(
                "To the right (in a narrow window behind Enter) is what the finding stands on: the cells of company, jobcentre and "
                "agreement, the rule, the likely cause, what a decision would change in kroner. Tab changes sides; t "
                "shows the other source."
            ),
        ),
        (
            _("Decide"),
            _(
                "a accepts the proposal, e corrects a value, x rejects the finding, s asks the party. Each needs one key and, "
                "but for a, a reason. “Saved” appears when it is on the disk; u undoes, and the ledger keeps both."
            ),
        ),
        (
            _("Find"),
            _(
                "/ searches, ! shows errors only, O the undecided only, f opens all filters. Space marks; A E X S decide all "
                "that are marked, after asking. Esc takes the search away, then the filter."
            ),
        ),
        (
            _("And then"),
            _(
                "2 shows packages and keys, 3 the hours by week, 4 the journal, 5 what each auditor asks. F1 is the help, "
                "Ctrl+P does anything by its name, L changes to English and back. When all is decided, Ctrl+S seals."
            ),
        ),
    )

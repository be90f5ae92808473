"""The main screen: findings to the left, what they stand on to the right, every decision one key and one event.

Comes in: a desk (the open list and where decisions are written) and the names of rules and fields. Goes out:
calls of ``Desk.decide`` and ``Desk.undo``. It decides nothing, and says "saved" only when the desk has returned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input, Static

from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.review.decisions import Verb
from exchange.review.desk import Desk
from exchange.review.filtering import Filter
from exchange.review.open_list import OPEN, Entry
from tui.actions import ACTIONS, Action, Situation, bindings, key_text
from tui.at_desk import Answer, AtDesk, NotDone
from tui.dossier import Dossiers
from tui.evidence_text import EvidenceText
from tui.paragraphs import Tone
from tui.screens.decision import DecisionDialog, Question
from tui.screens.help import HelpScreen
from tui.text import fit, moment_text, status_word
from tui.widgets.evidence import Evidence
from tui.widgets.finding_list import FindingList
from tui.widgets.typed_line import TypedLine

SMALLEST = (60, 18)
WIDE = 100
_COLOURS: dict[Tone, str] = {"good": "bold $success", "error": "bold $error", "warning": "bold $warning"}


class ReviewScreen(Screen[None]):
    """Findings, evidence, decisions."""

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = "#findings"
    BINDINGS: ClassVar[list[BindingType]] = bindings("screen")

    def __init__(self, desk: Desk, dossiers: Dossiers, heading: str) -> None:
        """Read the open list once.

        Args:
            desk: where entries come from and decisions go.
            dossiers: how findings are told.
            heading: whose workspace this is, already safe to show.
        """
        super().__init__()
        self._at_desk, self._dossiers, self._heading = AtDesk(desk), dossiers, heading
        self._desk = desk
        self._filter = Filter()

    def compose(self) -> ComposeResult:
        """Lay the screen out as in the design: heading, filter, two panes, keys, what was saved."""
        yield Static(id="heading", markup=False)
        yield Static(id="filter", markup=False)
        yield TypedLine(placeholder=_("search, Enter keeps, Esc clears"), id="search", compact=True)
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield Static(id="columns", markup=False)
                yield FindingList(self._dossiers, id="findings")
                yield Static(id="progress", markup=False)
            yield Evidence(id="evidence")
        yield Static(id="brief", markup=False)
        yield Static(id="keys", markup=False)
        yield Static(id="saved", markup=False)
        yield Static(id="small", markup=False)

    def on_mount(self) -> None:
        """Show the list, the cursor on its first line."""
        self.set_class(self._dossiers.script.ascii, "-ascii")
        self._refilter()

    def on_resize(self, event: Resize) -> None:
        """Say so when the terminal has no room for the screen."""
        width, height = event.size
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self.set_class(small, "-too-small")
        self.set_class(width < WIDE, "-narrow")
        self._line("small", self._too_small(width, height))
        self.call_after_refresh(self._redraw)

    def on_finding_list_moved(self, event: FindingList.Moved) -> None:
        """Tell of the finding under the cursor; of nothing where there is none."""
        entry = event.entry
        self.query_one(Evidence).show(self._dossiers.of(entry) if entry else ())
        self._redraw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while the person types."""
        self._narrow(replace(self._filter, search=event.value))

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Keep the search and go back to the list."""
        self.set_focus(self._list)
        self.remove_class("-searching")

    def action_down(self) -> None:
        """Go to the next finding."""
        self._list.move_to(self._list.cursor + 1)

    def action_up(self) -> None:
        """Go to the finding before."""
        self._list.move_to(self._list.cursor - 1)

    def action_page_down(self) -> None:
        """Go half a page down."""
        self._list.move_to(self._list.cursor + self._half_page)

    def action_page_up(self) -> None:
        """Go half a page up."""
        self._list.move_to(self._list.cursor - self._half_page)

    def action_top(self) -> None:
        """Go to the first finding."""
        self._list.move_to(0)

    def action_bottom(self) -> None:
        """Go to the last finding."""
        self._list.move_to(self._list.count - 1)

    def action_next_open(self) -> None:
        """Go to the next finding that nobody has decided."""
        self._to_open(1)

    def action_prev_open(self) -> None:
        """Go to the undecided finding before."""
        self._to_open(-1)

    def action_evidence(self) -> None:
        """Read the evidence; where there is one pane only, it takes the list's place."""
        if self._list.entry:
            self.add_class("-reading")
            self.set_focus(self.query_one(Evidence))
            self._redraw()

    def action_other_pane(self) -> None:
        """Change between list and evidence."""
        if self.focused is self._list:
            self.action_evidence()
        else:
            self._to_list()

    def action_back(self) -> None:
        """Leave the evidence or the search field, else clear the search, else the filters."""
        if self.focused is not self._list and not self.has_class("-searching"):
            self._to_list()
        elif self.has_class("-searching") or self._filter.search:
            self.remove_class("-searching")
            self.query_one("#search", Input).value = ""
            self._to_list()
        else:
            self._filter = Filter()
            self._refilter()

    def action_search(self) -> None:
        """Open the search field."""
        self._to_list()
        self.add_class("-searching")
        self.set_focus(self.query_one("#search", Input))

    def action_high_only(self) -> None:
        """Show errors only, or all severities again."""
        everything = Filter().severities
        errors = frozenset({"error"})
        wanted = everything if self._filter.severities == errors else errors
        self._narrow(replace(self._filter, severities=wanted))

    def action_open_only(self) -> None:
        """Show the undecided only, or all again."""
        wanted = OPEN if self._filter.statuses is None else None
        self._narrow(replace(self._filter, statuses=wanted))

    def action_accept(self) -> None:
        """Accept the finding, and with it the proposal."""
        if self._list.entry:
            self._decide(self._list.entry, Answer(verb="accept"))

    async def action_correct(self) -> None:
        """Ask for a value of one's own and the reason."""
        await self._ask_why("correct")

    async def action_reject(self) -> None:
        """Ask for the reason why the finding does not apply."""
        await self._ask_why("reject")

    async def action_ask(self) -> None:
        """Ask for the question to a party."""
        await self._ask_why("ask")

    def action_undo(self) -> None:
        """Cancel the latest decision by an event of its own."""
        self.run_worker(self._undoing())

    def action_help(self) -> None:
        """Show all keys and signs."""
        self.app.push_screen(HelpScreen(self._dossiers.script))

    def action_leave(self) -> None:
        """End the review when what was begun is stored."""
        self.run_worker(self._leaving())

    @property
    def _list(self) -> FindingList:
        return self.query_one("#findings", FindingList)

    @property
    def _half_page(self) -> int:
        return max(self._list.size.height // 2, 1)

    def _to_list(self) -> None:
        self.remove_class("-reading")
        self.set_focus(self._list)
        self._redraw()

    def _to_open(self, step: int) -> None:
        place = self._desk.listing.next_open(self._filter, self._list.cursor, step)
        if place is not None:
            self._list.move_to(place)

    async def _ask_why(self, verb: Verb) -> None:
        entry = self._list.entry
        if entry is None:
            return
        question = Question.about(verb, entry, self._dossiers)
        await self.app.push_screen(
            DecisionDialog(
                question,
                self._dossiers.script,
                lambda answer, then: self._decide(entry, answer, then),
            )
        )

    def _decide(self, entry: Entry, answer: Answer, then: Callable[[str | None], None] | None = None) -> None:
        """Have the desk store a decision; ``then`` hears why it could not, or None once it is stored."""
        self.say(_("Saving …"))
        self.run_worker(self._deciding(entry, answer, then))

    async def _deciding(
        self, entry: Entry, answer: Answer, then: Callable[[str | None], None] | None
    ) -> None:
        done = await self._at_desk.decide(entry.finding.finding_id, answer)
        failed = self._dossiers.script.show(done.why) if isinstance(done, NotDone) else None
        if isinstance(done, NotDone):
            self.say(failed or "", "error")
        else:
            self._replace(done)
            self.say(self._saved(done), "good")
        if then:
            then(failed)
        await self._reload()

    async def _undoing(self) -> None:
        done = await self._at_desk.undo()
        if isinstance(done, NotDone):
            self.say(self._dossiers.script.show(done.why), "error")
        elif done is None:
            self.say(_("There is nothing to undo."))
        else:
            self._replace(done)
            self.say(self._undone(done), "good")
            await self._reload()

    async def _leaving(self) -> None:
        await self._at_desk.finish()
        self.app.exit()

    async def _reload(self) -> None:
        """Show what the decision changed elsewhere: a correction settles findings, or makes new ones."""
        changed = await self._at_desk.rejudge()
        if isinstance(changed, NotDone):
            self.say(self._dossiers.script.show(changed.why), "error")
        elif changed:
            self._refilter()

    def _saved(self, entry: Entry) -> str:
        decision = entry.decision
        text = _("Saved {when} in the ledger ({event}): {finding} {status}").format(
            when=moment_text(decision.when) if decision else "",
            event=decision.event[:8] if decision else "",
            finding=entry.finding.rule,
            status=status_word(entry.status),
        )
        return f"{self._dossiers.script.status['accepted']} {self._dossiers.script.show(text)}"

    def _undone(self, entry: Entry) -> str:
        title = self._dossiers.title(entry.finding.rule)
        return _("Undone in the ledger: {finding} is {status} again.").format(
            finding=title, status=status_word(entry.status)
        )

    def _replace(self, entry: Entry) -> None:
        """Show a changed entry where it stands, the cursor on it while the filter still shows it."""
        self._show_at(entry.finding.finding_id)

    def _narrow(self, wanted: Filter) -> None:
        self._filter = wanted
        self._refilter()

    def _refilter(self) -> None:
        """Show what the filter lets through, the cursor on the same finding, else on the same line."""
        entry = self._list.entry
        self._show_at(entry.finding.finding_id if entry else None)

    def _show_at(self, finding_id: str | None) -> None:
        listing, cursor = self._desk.listing, self._list.cursor
        at = listing.place_of(finding_id, self._filter) if finding_id else 0
        self._list.show(listing, self._filter, cursor if at is None else at, empty=self._empty())
        self._redraw()

    def _empty(self) -> list[str]:
        tally = self._desk.listing.tally(Filter())
        good, count = self._dossiers.script.status["accepted"], tally.count
        if not count:
            return [f"{good} " + _("No findings: everything agrees.")]
        if self._filter.statuses == OPEN and not tally.open:
            decided = translate_plural(
                "The one finding is decided.", "All {count} findings are decided.", count
            )
            return [f"{good} " + decided.format(count=count), _("O shows all")]
        fit_none = translate_plural("The one finding does not fit.", "0 of {count} findings fit.", count)
        return [fit_none.format(count=count), _("Esc clears the search, then the filter")]

    def _redraw(self) -> None:
        self._line("heading", self._heading_line())
        self._line("filter", self._filter_line())
        self._line("columns", self._list.header())
        self._line("progress", self._progress_line())
        self._line("brief", self._brief_lines())
        self._line("keys", self._key_lines())

    def _heading_line(self) -> str:
        tally = self._desk.listing.tally(Filter())
        right = _("{decided} of {count} decided").format(decided=tally.decided, count=tally.count)
        left = f"enblanket{self._dossiers.script.dot}{self._heading}"
        room = max(self.size.width - 3 - cell_len(right), 0)
        return f"{fit(left, room, self._dossiers.script.more)} {right}"

    def _filter_line(self) -> str:
        severity = (
            _("errors only") if self._filter.severities == frozenset({"error"}) else _("all severities")
        )
        status = _("undecided only") if self._filter.statuses == OPEN else _("all statuses")
        search = _("search: {text}").format(text=self._dossiers.script.show(self._filter.search) or "-")
        return self._dossiers.script.dot.join((severity, status, search))

    def _progress_line(self) -> str:
        shown = self._list.count
        at = self._list.cursor + 1 if shown else 0
        text = _("{at} of {shown}").format(at=at, shown=shown)
        hidden = self._desk.listing.count(Filter()) - shown
        return text + _(" ({count} hidden by the filter)").format(count=hidden) if hidden else text

    def _brief_lines(self) -> str:
        entry = self._list.entry
        return (
            "\n".join(paragraph.text for paragraph in EvidenceText(self._dossiers).brief(entry.finding))
            if entry
            else ""
        )

    def _key_lines(self) -> Content:
        now = Situation(
            has_finding=self._list.entry is not None,
            in_evidence=self.has_class("-reading"),
            narrowed=self._filter.narrows,
        )
        lines, between = ((1,), " ") if self.has_class("-narrow") else ((1, 2), "  ")
        return Content("\n").join(
            Content(between).join(
                self._key(action) for action in ACTIONS if action.line == line and action.enabled(now)
            )
            for line in lines
        )

    def _key(self, action: Action) -> Content:
        key = key_text(action.keys[0], ascii_only=self._dossiers.script.ascii)
        return Content.assemble((key, "bold $primary"), f" {action.label}")

    def _too_small(self, width: int, height: int) -> str:
        return _(
            "The terminal is too small: at least {columns}x{lines}, now {width}x{height}. "
            "Or use: enblanket review --plain"
        ).format(columns=SMALLEST[0], lines=SMALLEST[1], width=width, height=height)

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Show a sentence in the last line."""
        self._line("saved", Content.assemble((text, _COLOURS.get(tone, ""))))

    def _line(self, id: str, content: str | Content) -> None:  # noqa: A002 - Textual's own name
        self.query_one(f"#{id}", Static).update(content, layout=False)

"""The lines around the list of findings: heading, filter, progress, keys, and what stands where there is no finding. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.cells import cell_len
from textual.content import Content

from exchange import figures
from exchange.checks.findings import SEVERITIES
from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.review.desk import ReadOnly
from exchange.review.filtering import STATUSES, Filter
from exchange.review.listing import Tally
from exchange.review.open_list import OPEN
from exchange.workspace.wording import status_word
from tui.actions import Action, Situation, key_text
from tui.filter_lines import sort_word
from tui.footer import footer
from tui.text import Script, fit, moment_text, side_letter, week_text

_BAR = 5
_FULL = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the review stands, for the lines around the list.

    Attributes:
        whole: of all findings; shown: how many the filter lets through; at: the line of the cursor, from 1.
        marked: of the marked ones; None where none is.
        unsent: decisions that no package has taken along; undoable: steps that undo could cancel.
    """

    whole: Tally
    shown: int
    at: int
    wanted: Filter
    marked: Tally | None = None
    unsent: int = 0
    undoable: int = 0
    read_only: ReadOnly | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """Writes the lines with one script, for a width in cells."""

    script: Script
    width: int

    def heading(self, heading: str, tabs: Sequence[Action], standing: Standing) -> str:
        """Return whose workspace it is, the screens, and how far one has come."""
        count = f"{_number(standing.whole.decided)}/{_number(standing.whole.count)}"
        unsent = [_("{count} unsent").format(count=_number(standing.unsent))] if standing.unsent else []
        undo = "u" if self.script.ascii else "↶"
        undoable = [f"{undo} {_number(standing.undoable)}"] if standing.undoable else []
        right = self.script.dot.join([count, *unsent, *undoable])
        left = f"enblanket{self.script.dot}{heading}"
        tab = "  ".join(f"{self._key(one)} {self.script.show(one.label)}" for one in tabs)
        if tab and cell_len(tab) + cell_len(right) + 34 <= self.width:
            right = f"{tab}   {right}"
        room = max(self.width - 3 - cell_len(right), 0)
        return f"{fit(left, room, self.script.more)} {right}"

    def filter(self, wanted: Filter, read_only: ReadOnly | None) -> str:
        """Return what is asked for, and in which order."""
        parts = [
            *_asked(wanted, self.script),
            _("sort: {keys}").format(keys=",".join(map(sort_word, wanted.sort))),
        ]
        if read_only is not None:
            parts.append(_("READ-ONLY"))
        return fit(self.script.dot.join(parts), max(self.width - 2, 0), self.script.more)

    def progress(self, standing: Standing) -> str:
        """Return the place in the list, what is marked with both sides' hours, and a bar of what is decided."""
        parts = [_("{at} of {shown}").format(at=_number(standing.at), shown=_number(standing.shown))]
        hidden = standing.whole.count - standing.shown
        if hidden:
            parts[0] += _(" ({count} hidden by the filter)").format(count=_number(hidden))
        if standing.marked is not None:
            parts.append(self._marked(standing.marked))
        parts.append(_("{count} decided").format(count=_number(standing.whole.decided)))
        return f"{self.script.dot.join(parts)}  {self._bar(standing.whole)}"

    def keys(self, actions: Iterable[Action], now: Situation, lines: Sequence[int]) -> Content:
        """Return the keys that make sense, as the footer has room for them."""
        return footer((one for one in actions if one.enabled(now)), self.script, self.width - 2, lines)

    def _key(self, action: Action) -> str:
        keys = action.keys_in_force
        return key_text(keys[0], ascii_only=self.script.ascii) if keys else ""

    def _marked(self, marked: Tally) -> str:
        text = _("{count} marked").format(count=_number(marked.count))
        sides = [
            f"{letter} {figures.hours(hours)}"
            for letter, hours in (
                (side_letter("company"), marked.company_hours),
                ("J", marked.jobcentre_hours),
            )
            if hours is not None
        ]
        return f"{text} ({' '.join(sides)})" if sides else text

    def _bar(self, whole: Tally) -> str:
        full, empty = ("#", "-") if self.script.ascii else ("▓", "░")
        done = whole.decided * _BAR // whole.count if whole.count else 0
        return full * done + empty * (_BAR - done)


def _asked(wanted: Filter, script: Script) -> list[str]:
    severities = "".join(script.severity[one] for one in SEVERITIES if one in wanted.severities)
    parts = [_("severity: {signs}").format(signs=severities), _statuses(wanted)]
    if wanted.parties:
        parts.append(_("party: {names}").format(names=script.show(",".join(wanted.parties))))
    if wanted.weeks:
        first, last = (week_text(week.monday) for week in wanted.weeks)
        parts.append(_("weeks: {span}").format(span=first if first == last else f"{first}–{last}"))
    if wanted.rules:
        parts.append(_("rules: {names}").format(names=script.show(",".join(wanted.rules))))
    parts.append(_("search: {text}").format(text=script.show(wanted.search) or "-"))
    return [script.show(part) for part in parts]


def _statuses(wanted: Filter) -> str:
    if wanted.statuses is None:
        return _("all statuses")
    if wanted.statuses == OPEN:
        return _("undecided only")
    named = ",".join(status_word(one) for one in STATUSES if one in wanted.statuses)
    return _("status: {names}").format(names=named)


def empty_lines(whole: Tally, wanted: Filter, unsent: int, script: Script) -> list[str]:
    """Return what stands in the list where there is no finding to show."""
    good, count = script.status["accepted"], whole.count
    if not count:
        return [
            f"{good} " + _("No findings in what was taken in."),
            _("Ctrl+S seals the period's package"),
        ]
    if wanted.statuses is not None and wanted.statuses <= OPEN and not whole.open:
        decided = translate_plural("The one finding is decided.", "All {count} findings are decided.", count)
        sent = [_("{count} unsent").format(count=_number(unsent))] if unsent else []
        return [
            f"{good} " + script.dot.join([decided.format(count=_number(count)), *sent]),
            _("Ctrl+S seals the period's package"),
            _("O shows all"),
        ]
    none = translate_plural("The one finding does not fit.", "0 of {count} findings fit.", count)
    return [
        none.format(count=_number(count)),
        *([script.show(_("search: {text}").format(text=wanted.search))] if wanted.search else []),
        _("Esc clears the search, then the filter"),
    ]


def read_only_text(found: ReadOnly, script: Script) -> str:
    """Return who keeps this desk from deciding, and what is off."""
    text = _("Read-only, a e x s are off: {who} has the review open ({host}, since {since}).").format(
        who=found.who.partition(" (")[0], host=found.host, since=moment_text(found.since)
    )
    return script.show(text)


def altered_text(file: str, script: Script) -> str:
    """Return why a finding cannot be decided whose source is no longer what was taken."""
    text = _(
        "{file} in the store is missing or has been altered since it was taken (sha256): decisions are locked."
    )
    return script.show(text.format(file=file))


def _number(count: int | Decimal) -> str:
    return figures.number(Decimal(count))

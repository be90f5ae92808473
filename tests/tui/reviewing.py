"""A review to press keys in: the app on a desk in memory, what its lines say, and keys as hands send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, Static

from exchange.checks.findings import Evidence, Finding
from exchange.review.filtering import Filter
from exchange.review.saved_filters import read_filters, write_filters
from exchange.review.sources import Facts, NotShown, SourcePage, SourceRow, Unshown
from tests.tui.memory_desk import MemoryDesk, words
from tests.tui.terminal import screen_text
from tui.app import ReviewApp
from tui.widgets.evidence import Evidence as EvidencePane
from tui.widgets.finding_list import FindingList

WIDE, NARROW = (120, 36), (80, 24)
BRIEF = (100, 20)
"""Both panes and few lines: drawing them is what most of a test costs."""
HOSTILE = [
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b[6n\x1b[2J",
    "\x9b31337m",
    "\x9d52;c;cHduZWQ=\x9c",
    "[/b][@click=app.quit]quit[/]",
    "\u202e0001\u2066\u200b\ufeff",
    "line\r\n\tnext\u2028",
    "\ud800\U000e0041\u00ad",
]
PASSPHRASE = "correct horse"
SHA256 = "9f2c" + "0" * 56 + "a71e"


@dataclass
class MemorySources:
    """One sheet behind every cell, and what was agreed; ``gone`` says why no sheet is shown."""

    gone: Unshown | None = None
    asked: list[tuple[str, int, int]] = field(default_factory=list)

    def facts(self, finding: Finding) -> Facts:
        rows = {
            ("mentor_hours", item.key_text): {
                "reporter": dict(item.key).get("reporter"),
                "mentor_id": "M-01",
                "date": "2016-03-02",
                "hours": item.value,
            }
            for item in finding.evidence
            if item.table == "mentor_hours"
        }
        placement = {"start": "2016-01-04", "planned_end": "2016-07-01", "actual_end": None}
        agreement = {"mentor_hours_per_week": "3.00", "hourly_rate": "275.00"}
        return Facts(rows=rows, agreement=agreement, placement=placement, mentors=frozenset({"M-01"}))

    def page(self, item: Evidence, above: int, below: int) -> SourcePage | NotShown:
        self.asked.append((item.cell or "", above, below))
        if self.gone is not None:
            return NotShown(self.gone)
        row = int((item.cell or "A1")[1:])
        column = "ABCDEFGH".index((item.cell or "A1")[0])
        numbers = range(max(row - above, 1), row + min(below, 60) + 1)
        return SourcePage(
            file=item.file or "",
            sheet=item.sheet,
            columns=tuple("ABCDEFGH"),
            rows=tuple(SourceRow(number, _cells(number, column, item.value or "")) for number in numbers),
            row=row,
            column=column,
            sha256=SHA256,
        )

    def unlock(self, passphrase: str) -> bool:
        if passphrase != PASSPHRASE:
            return False
        self.gone = None
        return True


def _cells(number: int, column: int, value: str) -> tuple[str, ...]:
    cells = [str(number), f"{number % 28 + 1:02d}-03-2016", "M-01", "8,00", "samtale", "2,50", "", "ja"]
    cells[column] = value.replace(".", ",")
    return tuple(cells)


@dataclass
class MemoryShelf:
    """Filters kept as the production text."""

    text: str = ""

    def saved(self) -> Mapping[str, Filter]:
        return read_filters(self.text, "filters.toml")

    def save(self, name: str, wanted: Filter) -> None:
        self.text = write_filters({**self.saved(), name: wanted})

    def remove(self, name: str) -> None:
        self.text = write_filters({kept: one for kept, one in self.saved().items() if kept != name})


def app_of(
    desk: MemoryDesk,
    *,
    ascii_only: bool = False,
    sources: MemorySources | None = None,
    shelf: MemoryShelf | None = None,
    theme: str = "cb-dark",
) -> ReviewApp:
    return ReviewApp(
        desk,
        words(),
        heading="Jobcenter Gladsaxe",
        ascii_only=ascii_only,
        sources=sources or MemorySources(),
        shelf=shelf or MemoryShelf(),
        theme=theme,
    )


def listed(app: ReviewApp) -> FindingList:
    return app.screen_stack[1].query_one("#findings", FindingList)


def line(app: ReviewApp, name: str) -> str:
    return str(app.screen_stack[1].query_one(f"#{name}", Static).content)


def dialog_line(app: ReviewApp, name: str) -> str:
    return str(app.screen.query_one(f"#{name}", Static).content)


def put(app: ReviewApp, name: str, text: str) -> None:
    """Write into a field of the dialog, over what stands there."""
    app.screen.query_one(f"#{name}", Input).value = text


def typed(app: ReviewApp, name: str) -> str:
    return app.screen.query_one(f"#{name}", Input).value


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each when what the one before began is done."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    for key in keys:
        await pilot.press(key)
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def burst(app: ReviewApp, text: str) -> None:
    """Have keys arrive together, as a fast hand, a paste or a slow machine sends them."""
    for character in text:
        app.post_message(
            Key({"/": "slash", "\r": "enter", "\x1b": "escape"}.get(character, character), character)
        )


def statuses(app: ReviewApp) -> list[str]:
    return [entry.status for entry in listed(app).entries]


def rules(app: ReviewApp) -> list[str]:
    return [entry.finding.rule for entry in listed(app).entries]


def shown(app: ReviewApp) -> str:
    return screen_text(app)


def pane(app: ReviewApp) -> str:
    """Return what the evidence pane says, lines joined by blanks."""
    lines = app.screen_stack[1].query_one("#evidence", EvidencePane)._lines
    return " ".join("".join(piece.text for piece in one).strip() for one in lines)

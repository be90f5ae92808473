"""The review of a workspace whose every text wants to be obeyed, as a program at a terminal: screen first, then ``--plain``.

``python -m tests.tui.hostile_program FILE`` writes the names of the screens that were shown to the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.events import Event as EventMessage
from textual.events import Key
from textual.filter import LineFilter
from textual.worker import WorkerCancelled

from exchange import language
from exchange.checks.findings import Evidence, Finding, Proposal
from exchange.cli.terminal import system_terminal
from exchange.errors import KeyRefused
from exchange.ledger.events import Event
from exchange.parties import parse_party
from exchange.reports.coverage import Coverage
from exchange.review.filtering import Filter
from exchange.review.sources import NotShown, SourcePage, SourceRow
from exchange.sealing.container import SignatureFacts
from exchange.sealing.keys import Owner, create_keys
from exchange.sealing.signing import PartyName
from exchange.sealing.trust import Pin, Standing
from exchange.sealing.verdict import Check, Verdict
from exchange.workspace.journal import Happened
from exchange.workspace.package_book import Examined, Offered, PackageBook
from tests.tui.memory_desk import MemoryDesk, finding, hours, words
from tests.tui.memory_house import MemoryHouse, coverage, packages, weeks
from tests.tui.reviewing import HOSTILE, MemoryShelf, MemorySources
from tui.app import ReviewApp
from tui.dossier import Dossiers
from tui.plain import PlainReview
from tui.text import UNICODE

ANSWER = "\x1b]1337;done\x07"
FLOOD, MEGABYTE = "e" + "\u0301" * 60, "z" * 1_000_000
TEXT = "".join(HOSTILE) + FLOOD
EVERYTHING = TEXT + MEGABYTE
PATH = Path(TEXT.replace("\x00", "").replace("/", ""))
NOW = datetime(2016, 7, 4, 10, 2, tzinfo=UTC)


class HostileSources(MemorySources):
    """A sheet of what should reach no terminal."""

    def page(self, _item: Evidence, above: int, _below: int) -> SourcePage | NotShown:
        rows = tuple(SourceRow(number, (TEXT, MEGABYTE, FLOOD)) for number in range(1, 30))
        return SourcePage(
            file=TEXT,
            sheet=TEXT,
            columns=("A", "B", "C"),
            rows=rows,
            row=1,
            column=above % 3,
            sha256="0" * 64,
        )


class HostileHouse(MemoryHouse):
    """Packages, cards, weeks and auditors of somebody who means harm."""

    def examine(self, path: Path) -> Examined:
        if path.name.endswith("refused"):
            raise KeyRefused(TEXT)
        return Examined(
            verdict=Verdict("0" * 64, "needs-attention", (Check("signature", None, TEXT, TEXT),)),
            signatures=(
                SignatureFacts(
                    number=1,
                    certificate=hostile_pin().certificate,
                    at=NOW,
                    pin=hostile_pin(),
                    code=TEXT,
                    detail=TEXT,
                ),
            ),
            files=((TEXT, 1), (EVERYTHING, 2)),
            former=None,
        )

    def offered(self, _path: Path) -> Offered:
        return Offered(pin=hostile_pin(), content=b"", standing=Standing.NEW)

    def recipients(self) -> list[str]:
        return [TEXT]

    def fault_report(self) -> dict[str, object]:
        return {TEXT: TEXT}


class Watched(ReviewApp):
    """The review that says which screens it painted, and answers F12 when all that was begun is done."""

    painted: frozenset[str] = frozenset()

    async def on_event(self, event: EventMessage) -> None:
        await super().on_event(event)
        if isinstance(event, Key) and event.key == "f12":
            # Another move gives up what is read beside a finding.
            with suppress(WorkerCancelled):
                await self.workers.wait_for_complete()
            self.call_after_refresh(self._answer)

    def _answer(self) -> None:
        assert self._driver is not None
        self._driver.write(ANSWER)

    def get_line_filters(self) -> Sequence[LineFilter]:
        self.painted |= {type(one).__name__ for one in self.screen_stack}
        return super().get_line_filters()


@cache
def hostile_pin() -> Pin:
    """Return a card in whose texts a terminal is told what to do."""
    with TemporaryDirectory() as folder:
        card = create_keys(Path(folder), Owner(parse_party("159"), "Jobcenter", sequence=1), None, NOW)
    return Pin(
        card.certificate, TEXT, replace(card, name=PartyName(TEXT), party=TEXT, mailbox=TEXT, sftp=TEXT)
    )


def hostile_finding(number: int) -> Finding:
    """Return a finding of hostile texts, the last of three with a megabyte in each."""
    long = EVERYTHING if number == 2 else TEXT
    return replace(
        finding(),
        rule=TEXT,
        message=long,
        cure=long,
        likely_cause=TEXT,
        subject=(("agreement_id", TEXT), ("placement_id", long)),
        proposal=Proposal("mentor_hours", f"company|{TEXT}", "note", TEXT),
        evidence=(
            hours("company", TEXT, long, file=long, sheet=TEXT, cell="A1"),
            Evidence(TEXT, (("reporter", TEXT),), TEXT, TEXT, None, TEXT, FLOOD),
        ),
        finding_id=f"{number:064x}",
        owners=((TEXT, TEXT),),
    )


def hostile_desk() -> MemoryDesk:
    """Return a desk with words that were said, and two that contradict one another."""
    desk = MemoryDesk([hostile_finding(number) for number in range(3)])
    first, second, _third = desk.findings
    desk.decide(first.finding_id, "reject", "why")
    desk.note(first.finding_id, EVERYTHING)
    desk.decide(second.finding_id, "ask", "why")
    one, other = (replace(said, reason=TEXT, who=TEXT, when=TEXT) for said in desk.decisions)
    desk.decisions = [one, replace(other, rivals=(replace(other, verb="reject", event="9" * 64),))]
    return desk


def hostile_house() -> HostileHouse:
    came = packages().came
    line = replace(
        came[-2], name=TEXT, party=EVERYTHING, period=TEXT, at=TEXT, word=TEXT, codes=(TEXT,), receipt=PATH
    )
    waits = replace(line, kind="waiting", state="unknown-key", path=PATH)
    card = replace(line, kind="card", state="card", path=PATH)
    event = Event(parents=(), kind=TEXT, at=TEXT, who=TEXT, body={"x": EVERYTHING, TEXT: [TEXT]})
    auditor = replace(
        coverage()[1].auditor, agreement_id=TEXT, jobcentre=TEXT, name=EVERYTHING, profile_id=TEXT
    )
    return HostileHouse(
        book=PackageBook((waits, card, line), (replace(line, kind="sent", state="out"),), PATH),
        found_weeks=[replace(weeks()[0], agreement_id=TEXT, jobcentre=TEXT, placement_id=EVERYTHING)],
        events=[Happened(event=event, what=EVERYTHING, finding_id=TEXT, reason=EVERYTHING)],
        covered=[Coverage(auditor, coverage()[1].cells)],
    )


def main(shown: Path) -> None:
    """Show everything, then tell it."""
    language.use("en")
    shelf = MemoryShelf()
    shelf.save(TEXT[:40], Filter(search=TEXT))
    app = Watched(
        hostile_desk(), words(), heading=EVERYTHING, house=hostile_house(), sources=HostileSources(), shelf=shelf, tour=True
    )  # fmt: skip
    app.run()
    shown.write_text(json.dumps(sorted(app.painted)), encoding="utf-8")
    terminal = system_terminal()

    def answered(question: str) -> str | None:
        terminal.line(question)
        return next(lines, None)

    lines = iter(["h", "o", "x", TEXT, "H", "R", TEXT, TEXT, "q"])
    PlainReview(
        hostile_desk(),
        Dossiers(words(), UNICODE),
        UNICODE.show(EVERYTHING),
        answered,
        terminal.line,
        HostileSources(),
    ).run()
    terminal.out.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A key decides as the party answered: asked, sent, answered in the workbook, taken back, pressed, and in the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange import language
from exchange.checks.rules import load_rules
from exchange.form.tables import tables
from exchange.workspace.decision_desk import DecisionDesk
from tests.cli.conftest import filled_folder
from tests.cli.test_ask import DIFFER, asking, asking_folder, draft
from tests.conftest import CommandLine, opened
from tests.intake.questions import answered, saved
from tests.tui.reviewing import BRIEF, line, listed, press, shown
from tui.app import ReviewApp
from tui.words import Words

__all__ = ["asking", "asking_folder", "filled_folder"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def taken_back(enblanket: CommandLine, **cells: str) -> None:
    """Send the questions, have them answered in the workbook, and take it."""
    assert enblanket("ask", "--to", "12345678").code == 0
    back = enblanket.here.parent / "back.xlsx"
    answer = {f"ask.{name}": value for name, value in cells.items()}
    back.write_bytes(saved(answered(draft(enblanket)[1], {1: answer})))
    assert enblanket("take", str(back), "--from", "12345678").code == 0


def app_on(folder: Path) -> ReviewApp:
    return ReviewApp(DecisionDesk(opened(folder)), Words(load_rules().rules, tables()), heading="Jobcenter")


async def test_b_decides_what_the_answer_proposes_and_says_whose_it_was(asking: CommandLine) -> None:
    taken_back(asking, answer="Another value is right", value="1.75", remark="tastefejl")
    app = app_on(asking.here)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot)
        entry = listed(app).entry
        assert entry is not None
        assert (entry.finding.finding_id, entry.status) == (DIFFER, "asked")
        assert "b By the answer" in shown(app)

        await press(pilot, "b")
        assert re.fullmatch(r"✓ Saved .* in the ledger \([0-9a-f]{8}\): R03 corrected", line(app, "saved"))

    last = opened(asking.here).decisions()[-1]
    assert (last.finding_id, last.verb, last.reason) == (
        DIFFER,
        "correct",
        "as 12345678 answered on 2016-04-01",
    )
    assert [(one.key, one.reported, one.corrected) for one in last.corrections] == [
        ("company|12345678:2", "15.00", "1.75")
    ]


async def test_b_says_that_nobody_has_answered_and_stores_nothing(asking: CommandLine) -> None:
    assert asking("ask", "--to", "12345678").code == 0
    head = opened(asking.here).ledger.head()
    app = app_on(asking.here)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "b")
        assert line(app, "saved").startswith(f"NOT saved: Nobody has answered about {DIFFER[:12]}; ")
    assert opened(asking.here).ledger.head() == head

"""Retention of answers: the workbook that came back and its remarks go, what was answered stays in the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from exchange.review.questions import Given
from exchange.workspace.correspondence import (
    ANSWER,
    QUESTION,
    answer_body,
    question_body,
    read_correspondence,
    remark_of,
    write_remarks,
)
from exchange.workspace.folder import open_workspace
from exchange.workspace.retention import plan_purge, purge
from tests.conftest import SteppingClock

ASKED, LATER = "a" * 64, "b" * 64


def given(question: str) -> Given:
    return Given(
        event="", question=question, finding_id="f" * 64, party="12345678", came="", says="other", value="7.50", details=""
    )  # fmt: skip


def test_an_answer_goes_with_its_year_and_a_later_one_stays(workspace_folder: Path) -> None:
    clock = SteppingClock(datetime(2016, 4, 1, tzinfo=UTC))
    workspace = open_workspace(workspace_folder, clock)
    for name in ("q-1.xlsx", "q-1.eml", "q-2.xlsx"):
        (workspace.outbox / name).write_bytes(b"x")
    for number, (question, now) in enumerate(
        ((ASKED, clock.now), (LATER, datetime(2018, 2, 1, tzinfo=UTC))), 1
    ):
        clock.now = now
        due = date(now.year, 4, 15)
        workspace.record(
            QUESTION, question_body("12345678", number, due, file=f"q-{number}.xlsx", sha256="", questions=[(question, "f" * 64)])
        )  # fmt: skip
        source = workspace.objects.put(f"file {number}".encode())
        # The same words twice are one object, which the later answer still needs.
        details = [
            workspace.objects.put(write_remarks(words)) for words in ({question: f"said {number}"}, {})
        ]
        for address in details:
            workspace.record(ANSWER, answer_body("12345678", "", source, address, [given(question)]))

    purge(workspace, plan_purge(workspace, date(2018, 1, 1)))

    answers = read_correspondence(workspace.ledger.events()).given
    assert [(one.question, one.value, remark_of(workspace.objects, one)) for one in answers] == [
        (ASKED, "7.50", ""), (ASKED, "7.50", ""), (LATER, "7.50", "said 2"), (LATER, "7.50", "")
    ]  # fmt: skip
    assert sorted(path.name for path in workspace.outbox.iterdir()) == ["q-2.xlsx"]
    assert [workspace.objects.path(one.details).exists() for one in answers] == [False, True, True, True]

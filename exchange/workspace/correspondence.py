"""The ledger's events of questions and answers, read as what went out and what came back.

A ``question`` event names the decisions “ask” that one bundle to a party held; an ``answer`` event what that party says of each: a
word, a canonical value and where its remark lies, never the remark itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import cast

from exchange.errors import WorkspaceError
from exchange.form.workbook.question_mark import as_says
from exchange.ledger.events import Body, Event
from exchange.ledger.objects import Objects
from exchange.review.questions import Correspondence, Given, Sent

QUESTION, ANSWER = "question", "answer"


def read_correspondence(events: Iterable[Event]) -> Correspondence:
    """Return what went out and what came back, oldest first."""
    sent: list[Sent] = []
    given: list[Given] = []
    for event in events:
        if event.kind == QUESTION:
            sent += _sent(event)
        elif event.kind == ANSWER:
            given += _given(event)
    return Correspondence(sent, given)


def question_body(  # noqa: PLR0913 (what the event says)
    to: str,
    bundle: int,
    due: date,
    *,
    file: str,
    sha256: str,
    questions: Sequence[tuple[str, str]],
    ready: Body | None = None,
) -> Body:
    """Return what the event of a bundle says; ``questions`` are decisions and their findings, ``ready`` what the post carries."""
    posted: Body = {} if ready is None else {"ready": ready}
    return {
        **posted,
        "to": to,
        "bundle": bundle,
        "due": due.isoformat(),
        "file": file,
        "sha256": sha256,
        "questions": [{"question": question, "finding_id": finding} for question, finding in questions],
    }


def answer_body(party: str, sha256: str, source: str, details: str, given: Sequence[Given]) -> Body:
    """Return what the event of a taken answer workbook says."""
    return {
        "from": party,
        "sha256": sha256,
        "source": source,
        "details": details,
        "answers": [
            {"question": one.question, "finding_id": one.finding_id, "says": one.says, "value": one.value}
            for one in given
        ],
    }


def write_remarks(remarks: Mapping[str, str]) -> bytes:
    """Return the bytes of the object that an answer names."""
    return json.dumps({"remarks": dict(remarks)}, ensure_ascii=False, sort_keys=True).encode()


def remark_of(objects: Objects, given: Given) -> str:
    """Return the remark of an answer; "" where there is none or retention has taken it."""
    try:
        whole = json.loads(objects.get(given.details))
    except WorkspaceError:
        return ""
    return str(whole["remarks"].get(given.question, ""))


def bundles_to(events: Iterable[Event], party: str) -> int:
    """Return the highest number of a bundle to a party; 0 where there is none."""
    found = [event.body["bundle"] for event in events if event.kind == QUESTION and event.body["to"] == party]
    return max((cast("int", number) for number in found), default=0)


def _sent(event: Event) -> list[Sent]:
    return [
        Sent(
            question=str(one["question"]),
            to=str(event.body["to"]),
            on=date.fromisoformat(event.at[:10]),
            due=date.fromisoformat(str(event.body["due"])),
        )
        for one in cast("list[Body]", event.body["questions"])
    ]


def _given(event: Event) -> list[Given]:
    return [
        Given(
            event=event.id,
            question=str(one["question"]),
            finding_id=str(one["finding_id"]),
            party=str(event.body["from"]),
            came=event.at,
            says=as_says(str(one["says"])),
            value=cast("str | None", one["value"]),
            details=str(event.body["details"]),
        )
        for one in cast("list[Body]", event.body["answers"])
    ]

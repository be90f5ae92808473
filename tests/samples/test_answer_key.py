"""The answer key against the facts it was written from: rows that exist, sums added up here by themselves."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import samples
from samples.facts import CLOSED, Books, HourRow, week_of
from samples.make import RECIPES, Recipe, books_of, spoilt
from samples.plants import Answer

ROOT = Path(samples.__file__).parent
FAMILIES = {"P", "M", "A", "R", "C", "F", "K"}


@pytest.fixture(scope="module")
def spoilt_books() -> list[tuple[Books, list[Answer]]]:
    return spoilt()


def lines(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]


def subject_of(line: Mapping[str, object]) -> dict[str, str]:
    subject = line["subject"]
    assert isinstance(subject, dict)
    return subject


def test_the_key_covers_thirty_rules_of_seven_families() -> None:
    rules = {str(line["rule"]) for line in lines("answers.jsonl")}

    assert {rule[0] for rule in rules} == FAMILIES
    assert len(rules) >= 30


def test_no_finding_is_named_twice() -> None:
    keys = [(line["rule"], *subject_of(line).values()) for line in lines("answers.jsonl")]

    assert len(set(keys)) == len(keys)


def test_every_answer_names_rows_that_exist(spoilt_books: list[tuple[Books, list[Answer]]]) -> None:
    for books, answers in spoilt_books:
        known = ids_in(books)
        for answer in answers:
            named = {
                (known[kind], value)
                for key, value in answer.subject.items()
                for kind in known
                if key.endswith(kind)
            }
            assert named, answer
            assert all(value in ids for ids, value in named), answer


def ids_in(books: Books) -> dict[str, frozenset[str]]:
    """Return the ids that exist, by the end of the subject column that names them."""
    return {
        "placement_id": frozenset(placement.id for placement in books.placements),
        "claim_id": frozenset(claim.id for claim in books.claims),
        "agreement_id": frozenset({books.terms.id}),
        "entry_id": frozenset(row.entry_id for row in books.hours),
        "mentor_id": frozenset(row.mentor for row in books.hours),
        "key": frozenset({row.key for row in books.hours} | {row.key for row in books.days}),
    }


def added_up(rows: Iterable[HourRow], *names: str) -> dict[tuple[str, ...], Decimal]:
    """Add up hours by attributes of the row; ``week`` is its ISO week. Doubles (M03) and unreadable dates are left out."""
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.local_id != "9002" and not row.written_date:
            sums[
                tuple(week_of(row.day) if name == "week" else str(getattr(row, name)) for name in names)
            ] += row.hours
    return sums


def told(answers: Iterable[Answer], rule: str, *columns: str) -> set[tuple[str, ...]]:
    return {tuple(answer.subject[column] for column in columns) for answer in answers if answer.rule == rule}


def test_exactly_the_weeks_over_the_agreed_hours_are_in_the_key(
    spoilt_books: list[tuple[Books, list[Answer]]],
) -> None:
    for books, answers in spoilt_books:
        if books.terms.id == "FAB-2016":  # no weekly hours are agreed
            continue
        sums = added_up(books.hours, "side", "placement", "week")
        over = {key for key, total in sums.items() if total > books.terms.hours_per_week}
        assert over == told(answers, "M02", "reporter", "placement_id", "week")


def test_exactly_the_mentor_days_and_weeks_over_the_limits_are_in_the_key(
    spoilt_books: list[tuple[Books, list[Answer]]],
) -> None:
    for books, answers in spoilt_books:
        days = added_up(books.hours, "side", "mentor", "day")
        weeks = added_up(books.hours, "side", "mentor", "week")
        assert {key for key, total in days.items() if total > 12} == told(
            answers, "M04", "reporter", "mentor_id", "date"
        )
        assert {key for key, total in weeks.items() if total > 37} == told(
            answers, "M09", "reporter", "mentor_id", "week"
        )


def test_exactly_the_claims_for_more_than_is_documented_are_in_the_key(
    spoilt_books: list[tuple[Books, list[Answer]]],
) -> None:
    for books, answers in spoilt_books:
        if books.terms.id == "FAB-2016":  # under funding none C07 is silent
            continue
        short = {
            claim.id
            for claim in books.claims
            if claim.hours > documented(books, claim.jobcentre, claim.start, claim.end)
        }
        assert short == {answer.subject["claim_id"] for answer in answers if answer.rule == "C07"}


def documented(books: Books, jobcentre: str, start: date, end: date) -> Decimal:
    spans = {
        placement.id: (placement.start, placement.last_day)
        for placement in books.jobcentre_placements(jobcentre)
    }
    inside = [
        row
        for row in books.hours
        if row.placement in spans
        and start <= row.day <= end
        and spans[row.placement][0] <= row.day <= spans[row.placement][1]
    ]
    return max(added_up(inside, "side").values())


@pytest.mark.parametrize("recipe", RECIPES, ids=[recipe.terms.id for recipe in RECIPES])
def test_before_anything_is_planted_both_sides_say_the_same(recipe: Recipe) -> None:
    books = books_of(recipe)
    company = {
        (row.placement, row.mentor, row.day, row.hours) for row in books.hours if row.side == "company"
    }
    jobcentre = {
        (row.placement, row.mentor, row.day, row.hours) for row in books.hours if row.side == "jobcentre"
    }

    assert jobcentre
    assert company == (jobcentre if books.terms.company_reports_hours else set())
    assert not {row.day for row in books.days} & CLOSED


def test_every_decision_names_an_answer_and_gives_a_reason() -> None:
    answers = {(line["rule"], *subject_of(line).values()) for line in lines("answers.jsonl")}

    for line in lines("decisions.jsonl"):
        assert (line["rule"], *subject_of(line).values()) in answers
        assert line["verb"] in {"accept", "correct", "reject"}
        assert len(str(line["reason"])) > 20
        assert ("value" in line) == (line["verb"] == "correct")

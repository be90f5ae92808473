"""``layout guess`` alone on sheets of other words, orders, units, languages and shapes: right, or asked; never wrong."""

from __future__ import annotations

from functools import cache

import pytest

from exchange.intake.crosswalk import Crosswalk, Known, KnownPlacement
from exchange.intake.guessing.guess import Guess, guess_layout
from exchange.intake.layout import read_layout
from exchange.intake.read import FileIntake
from exchange.parties import parse_party
from tests.intake.guess_score import mapped, score
from tests.intake.guess_variations import CASES, MENTORS, VARIATIONS, Variation

KNOWN = Known(own="159", placements={case: KnownPlacement(case[:3], "AFT-1") for case in CASES})


@cache
def made(name: str) -> tuple[Variation, Guess, FileIntake]:
    variation = VARIATIONS[name]()
    guess = guess_layout(variation.file, variation.content, parse_party(variation.sender))
    intake = mapped(
        variation.file, variation.content, guess, variation.sender, crosswalk=Crosswalk(mentors=MENTORS), known=KNOWN
    )  # fmt: skip
    return variation, guess, intake


@pytest.mark.parametrize("name", VARIATIONS)
def test_nine_fields_of_ten_come_out_right_and_no_wrong_value_is_taken(name: str) -> None:
    variation, _guess, intake = made(name)
    found = score(intake.rows, variation.wanted)

    assert found.wrong == []
    assert found.share >= 0.9


@pytest.mark.parametrize("name", VARIATIONS)
def test_what_has_two_readings_is_asked_and_not_read(name: str) -> None:
    variation, guess, intake = made(name)

    asked = {doubt.field for doubt in guess.proposal.doubts if doubt.required}
    assert variation.asked <= asked
    assert {field for row in intake.rows for field in variation.asked if row.values.get(field)} == set()
    assert not (variation.asked and guess.settled)


@pytest.mark.parametrize("name", VARIATIONS)
def test_the_text_is_the_layout_and_says_each_doubt(name: str) -> None:
    _variation, guess, _intake = made(name)

    assert read_layout(guess.text, "again.toml") == guess.layout
    assert guess.text.count("\n# ") >= len({doubt.field for doubt in guess.proposal.doubts})


@pytest.mark.parametrize("name", VARIATIONS)
def test_every_row_read_is_mapped_or_skipped(name: str) -> None:
    _variation, guess, intake = made(name)

    assert intake.rows_read == len(intake.rows) + len(intake.skipped)
    assert intake.faults == ()
    assert guess.intake.rows_read == intake.rows_read

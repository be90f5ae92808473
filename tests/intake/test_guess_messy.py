"""``layout guess`` alone on six layouts that were made without looking at this code: how many fields come out right, and none wrong."""

from __future__ import annotations

import pytest

from exchange.intake.crosswalk import Crosswalk, Known, KnownPlacement
from exchange.intake.guessing.guess import guess_layout
from exchange.parties import parse_party
from tests.intake.guess_score import Score, Wanted, mapped, score
from tests.intake.test_messy import (
    MESSY,
    NAMES,
    canonical,
    cell_in,
    expected_files,
    fields_of,
    mentors,
    records,
    trainees,
)


def wanted(seed: str, file: str, table: str, expected: str) -> list[Wanted]:
    return [
        Wanted(
            table,
            {
                NAMES.get(name, name): canonical(seed, name, record[name])
                for name in fields_of(record)
                if name != "amount"
            },
            {NAMES.get(name, name): cell_in(file, record[f"{name}@"]) for name in fields_of(record)},
            frozenset(
                NAMES.get(name, name)
                for name in fields_of(record)
                if not record[name] and not record[f"{name}@"] and name == "planned_hours"
            ),
        )
        for record in records(MESSY / seed / "truth" / "expected" / expected)
    ]


def guessed(seed: str, file: str) -> Score:
    content = (MESSY / seed / "files" / file).read_bytes()
    guess = guess_layout(file, content, parse_party("157"))
    placements = records(MESSY / seed / "truth" / "placements.csv")
    intake = mapped(
        file, content, guess, "157", crosswalk=Crosswalk(mentors=mentors(seed), trainees=trainees(seed)),
        known=Known(placements={row["placement_id"]: KnownPlacement("157", "AFT-1") for row in placements}),
    )  # fmt: skip
    names = [one for one in expected_files() if one[:2] == (seed, file)]
    return score(
        intake.rows,
        [record for _seed, _file, table, path in names for record in wanted(seed, file, table, path)],
    )


FILES = sorted({(seed, file) for seed, file, _table, _path in expected_files()})


@pytest.mark.parametrize(("seed", "file"), FILES)
def test_a_guess_alone_reads_nine_fields_of_ten_and_takes_no_wrong_value(seed: str, file: str) -> None:
    found = guessed(seed, file)

    assert found.wrong == []
    assert found.share >= 0.9

"""docs/auditors.md says of every demand what the program does, and its example is a profile."""

from __future__ import annotations

import re
from pathlib import Path

from exchange.checks.demands import DEMANDS
from exchange.checks.profiles import read_profile, shipped_profiles

TEXT = (Path(__file__).parent.parent.parent / "docs" / "auditors.md").read_text("utf-8")


def test_the_table_names_every_demand_with_its_rules() -> None:
    rows = [re.split(r" *\| *", line.strip("| ")) for line in TEXT.splitlines() if line.startswith("| `")]

    assert [(row[0].split("`")[1], tuple(row[3].split())) for row in rows] == [
        (demand.parameter, demand.rules) for demand in DEMANDS
    ]


def test_the_example_is_read_and_asks_what_the_shipped_one_does() -> None:
    example = read_profile(TEXT.split("```toml\n")[2].split("```")[0], "docs/auditors.md")

    assert example.named == shipped_profiles()[example.id].named

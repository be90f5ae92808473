"""Judging the same rows again, corrected differently, gives what a new check gives; so does any number of threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pytest

from exchange.checks.database import Limits
from exchange.checks.engine import Bench, check
from exchange.checks.rules import load_rules
from exchange.checks.source import CsvSource, Nowhere
from exchange.form.corrections import Correction
from tests.checks.seeds import SEEDS, profiles_of, rows_of, source_of
from tests.checks.worlds import correction


@dataclass(frozen=True)
class Threaded:
    """A source that sets how many threads read and judge it."""

    source: CsvSource
    threads: int

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"SET threads = {self.threads}")
        self.source.load(connection)


def corrections_of(number: int) -> Sequence[Correction]:
    """Return corrections that move hours, leave a placement out and change a claim of the first seed."""
    rows = rows_of(SEEDS[0])
    hours, placement, claim = rows["mentor_hours"][number], rows["placements"][number], rows["claims"][number]
    return (
        correction("mentor_hours", f"{hours['reporter']}|{hours['entry_id']}", "hours", "7.25"),
        correction("placements", str(placement["placement_id"]), "*", None),
        correction("claims", str(claim["claim_id"]), "amount", "1.00"),
    )


def test_judging_again_says_what_a_new_check_says() -> None:
    source, rule_set, profiles = source_of(SEEDS[0]), load_rules(), profiles_of(SEEDS[0])
    layers: list[Sequence[Correction]] = [(), corrections_of(0), corrections_of(1)[:1], ()]

    with Bench(source, rule_set=rule_set, profiles=profiles, locator=Nowhere()) as bench:
        again = [bench.findings(corrections) for corrections in layers]

    for corrections, findings in zip(layers, again, strict=True):
        assert findings == check(source, rule_set=rule_set, profiles=profiles, corrections=corrections)
    assert again[0] != again[1] != again[2]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_one_thread_finds_what_two_find(seed: object) -> None:
    path = next(one for one in SEEDS if one == seed)
    one, two = (
        check(
            Threaded(source_of(path), threads),
            rule_set=load_rules(),
            profiles=profiles_of(path),
            limits=Limits(one_thread_below=0),
        )
        for threads in (1, 2)
    )

    assert repr(one) == repr(two)

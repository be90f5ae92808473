"""Judging the same rows again, corrected differently, gives what a new check gives; so does any number of threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from exchange.checks.database import Limits
from exchange.checks.engine import Bench, check
from exchange.checks.findings import Finding
from exchange.checks.rules import load_rules
from exchange.checks.source import CsvSource, Nowhere, RecordSource
from exchange.form.corrections import Correction
from exchange.periods import Period
from exchange.settlement.settle import settle_on
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


def test_judging_again_says_what_a_new_check_says(findings_of: Callable[[Path], Sequence[Finding]]) -> None:
    source, rule_set, profiles = source_of(SEEDS[0]), load_rules(), profiles_of(SEEDS[0])
    layers: list[Sequence[Correction]] = [(), corrections_of(1)[:1], corrections_of(0), ()]

    with Bench(source, rule_set=rule_set, profiles=profiles, locator=Nowhere()) as bench:
        first, one, all_three, last = (bench.findings(corrections) for corrections in layers)

    assert first == last == list(findings_of(SEEDS[0]))
    assert all_three == check(source, rule_set=rule_set, profiles=profiles, corrections=layers[2])
    assert first != one != all_three != first


def test_two_threads_find_what_one_finds(findings_of: Callable[[Path], Sequence[Finding]]) -> None:
    """So few rows are judged by one thread, unless nothing is too few."""
    seed = SEEDS[1]

    two = check(
        Threaded(source_of(seed), 2),
        rule_set=load_rules(),
        profiles=profiles_of(seed),
        limits=Limits(one_thread_below=0),
    )

    assert repr(two) == repr(list(findings_of(seed)))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_the_plain_plans_of_few_rows_find_what_the_best_plans_find(
    seed: Path, findings_of: Callable[[Path], Sequence[Finding]]
) -> None:
    """A file's number of rows is not known, so its statements are always planned as for many."""
    source, rule_set, profiles = RecordSource(rows_of(seed)), load_rules(), profiles_of(seed)

    with Bench(source, rule_set=rule_set, profiles=profiles, locator=Nowhere()) as bench:
        plain = bench.findings(())
        (said,) = bench.database(()).rows("SELECT current_setting('disabled_optimizers') LIKE '%join_order%'")

    assert said == (True,)
    assert repr(plain) == repr(list(findings_of(seed)))


def test_the_periods_of_the_claims_need_no_word_anew() -> None:
    seed = SEEDS[0]
    with Bench(
        source_of(seed), rule_set=load_rules(), profiles=profiles_of(seed), locator=Nowhere()
    ) as bench:
        database = bench.database(())
        known = database.rows("SELECT period_start, period_end FROM periods ORDER BY ALL")
        first = Period(*known[0])  # type: ignore[arg-type]
        settled = settle_on(database, first)

        database.add_periods([first])
        assert database.rows("SELECT period_start, period_end FROM periods ORDER BY ALL") == known
        assert settle_on(database, first) == settled

        database.add_periods([Period(first.start, first.start)])
        assert len(database.rows("SELECT * FROM periods")) == len(known) + 1
        assert settle_on(database, Period(first.start, first.start)) != settled

"""What the check of the made-up national year spends its processor seconds on, one phase after another.

``python -m benchmarks.national_phases FOLDER`` judges the CSV files of a folder (:mod:`benchmarks.national_year` writes
them) once phase by phase, nothing beside anything, and prints elapsed and processor seconds of each. The check itself
lets the findings' words overlap with the rules, so that its elapsed time is less than the sum here.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.national_year import write_year


def main() -> int:
    """Print the phases of the folder that the command line names, or of a year at full size."""
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) < 2:
            write_year(Path(folder), 1.0)
        print_phases(Path(sys.argv[1] if len(sys.argv) > 1 else folder))
    return 0


def print_phases(folder: Path) -> None:
    """Judge the folder's rows and print a line for each phase."""
    from exchange.checks import control_totals, form_rules, text_rules
    from exchange.checks.database import open_database
    from exchange.checks.engine import Bench
    from exchange.checks.profiles import shipped_profiles
    from exchange.checks.rules import load_rules
    from exchange.checks.source import CsvSource, Nowhere

    rule_set, profiles = load_rules(), shipped_profiles()
    source = CsvSource({path.stem: path for path in folder.glob("*.csv")})
    rules = rule_set.rules
    opening = open_database(source, rule_set=rule_set, profiles=profiles)
    with _phase("read and type"):
        database = opening.__enter__()
    with _phase("keys and form"):
        _all(lambda: form_rules.judge(database, rules, (), Nowhere()))
    texts = {name: rule for name, rule in rules.items() if rule.code == text_rules.CODE}
    with _phase("texts"):
        _all(lambda: text_rules.judge(database, texts))
    totals = {name: rule for name, rule in rules.items() if rule.code == control_totals.CODE}
    with _phase("control totals"):
        _all(lambda: control_totals.judge(database, totals))
    with _phase("rules and their words"):
        for rule in rules.values():
            if rule.sql is not None:
                database.run(rule, rule.sql)
    opening.__exit__(None, None, None)
    with (
        _phase("the whole check"),
        Bench(source, rule_set=rule_set, profiles=profiles, locator=Nowhere()) as bench,
    ):
        bench.findings(())


def _all(judge: Callable[[], Iterator[object]]) -> None:
    for _deviation in judge():
        pass


@contextmanager
def _phase(name: str) -> Iterator[None]:
    started, used = time.perf_counter(), time.process_time()
    yield
    print(f"{name}: {time.perf_counter() - started:.2f} s elapsed, {time.process_time() - used:.2f} CPU s")


if __name__ == "__main__":
    sys.exit(main())

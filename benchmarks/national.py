"""Time the check of a made-up national year beside what DuckDB needs to read the same files as plain text.

``python -m benchmarks national`` writes the year (:mod:`benchmarks.national_year`) at three sizes to a temporary folder
and runs, each in a process of its own and in turn, (1) DuckDB alone, reading every CSV with all columns as text into
tables, (2) our check with all rules and all shipped auditor profiles. It prints seconds, ratios, peak memory and how
both grow. Peak memory is the resident set that the kernel saw (wait4), so this needs Linux or macOS.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.national_year import write_year

SIZES = (0.1, 0.3, 1.0)
RUNS = 3
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: wall-clock seconds, processor seconds and peak resident memory in MiB."""

    seconds: float
    processor: float
    memory: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Both costs at one size: medians of the runs."""

    size: float
    rows: int
    findings: int
    read: Cost
    check: Cost


def main() -> int:
    """Measure every size (or those that the command line names) and print the table."""
    sizes = [float(text) for text in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory() as folder:
        measured = [_measured(Path(folder) / str(size), size) for size in sizes]
    _print(measured)
    return 0


def read(folder: Path) -> int:
    """Read every CSV of the folder into a table of text, as DuckDB does it best, and return the rows."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for path in sorted(folder.glob("*.csv")):
            connection.execute(
                f"CREATE TABLE {path.stem} AS SELECT * FROM read_csv(?, all_varchar = true, header = true, "
                "delim = ',', quote = '\"', escape = '\"')",
                [str(path)],
            )
        counts = " UNION ALL ".join(
            f"SELECT count(*) AS rows FROM {path.stem}" for path in folder.glob("*.csv")
        )
        return int(connection.execute(f"SELECT sum(rows) FROM ({counts})").fetchall()[0][0])


def check(folder: Path) -> int:
    """Judge the folder's rows by all rules with all shipped profiles, and return the number of findings."""
    from exchange.checks.engine import check
    from exchange.checks.profiles import shipped_profiles
    from exchange.checks.rules import load_rules
    from exchange.checks.source import CsvSource

    source = CsvSource({path.stem: path for path in folder.glob("*.csv")})
    return len(check(source, rule_set=load_rules(), profiles=shipped_profiles()))


def write(folder: Path) -> int:
    """Write the year; in a process of its own, since the memory of a parent counts as the peak of what it starts."""
    size = float(folder.name)
    folder.mkdir()
    write_year(folder, size)
    return 0


_WORK = {"write": write, "read": read, "check": check}


def _measured(folder: Path, size: float) -> Measured:
    print(f"writing the year at {size:g} …", file=sys.stderr)
    _run("write", folder)
    costs: Mapping[str, list[Cost]] = {work: [] for work in ("read", "check")}
    counts: dict[str, int] = {}
    for run in range(RUNS):
        for work, taken in costs.items():
            cost, counts[work] = _run(work, folder)
            taken.append(cost)
            print(f"{size:g}, run {run + 1}: {work} {cost.seconds:.2f} s", file=sys.stderr)
    read_cost, check_cost = (_median(taken) for taken in costs.values())
    return Measured(
        size=size, rows=counts["read"], findings=counts["check"], read=read_cost, check=check_cost
    )


def _run(work: str, folder: Path) -> tuple[Cost, int]:
    """Run one piece of work in a process of its own; its last line is a count."""
    command = (sys.executable, "-m", "benchmarks.national", work, str(folder))
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout else ""
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1 if sys.platform == "darwin" else 1024
    memory = usage.ru_maxrss * unit / _MEBIBYTE
    return Cost(seconds, usage.ru_utime + usage.ru_stime, memory), int(said.split()[-1])


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.processor for cost in costs),
        max(cost.memory for cost in costs),
    )


def _print(measured: Sequence[Measured]) -> None:
    import duckdb

    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, {platform.machine()}, "
        f"{os.cpu_count()} cores, load {load}; median of {RUNS} runs of the whole process, largest peak memory\n"
    )
    print(
        "| size | rows | findings | read, s | check, s | ratio | read, CPU s | check, CPU s | ratio | read, MiB | check, MiB "
        "| check, CPU s per million rows |"
    )
    print("|" + " --- |" * 12)
    for one in measured:
        print(
            f"| {one.size:g} | {one.rows} | {one.findings} | {one.read.seconds:.2f} | {one.check.seconds:.2f} "
            f"| {one.check.seconds / one.read.seconds:.2f} | {one.read.processor:.2f} | {one.check.processor:.2f} "
            f"| {one.check.processor / one.read.processor:.2f} | {one.read.memory:.0f} | {one.check.memory:.0f} "
            f"| {one.check.processor / one.rows * 1_000_000:.2f} |"
        )


if __name__ == "__main__":
    print(_WORK[sys.argv[1]](Path(sys.argv[2])))

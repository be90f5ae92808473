"""Print what the commands cost, as ratios of medians measured in one run beside what a user would pick instead.

Each pair is run in turn (A B A B …) so that a machine that slows down slows both. Absolute times are shown for
orientation only: the ratio is the result.
"""

from __future__ import annotations

import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exchange.workspace.folder import Workspace

RUNS = 9

Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row of the table: a command of ours and what it is measured beside."""

    what: str
    ours: Command
    beside: str
    other: Command
    folder: Path


def main() -> int:
    """Make the samples' workspace, measure each comparison, print the table."""
    with sample_workspace() as workspace:
        rows = [measure(comparison) for comparison in comparisons(workspace)]
    print(
        f"Python {platform.python_version()}, {platform.machine()}, median of {RUNS} runs of the whole process\n"
    )
    print("| command | seconds | beside | seconds | ratio |")
    print("| --- | --- | --- | --- | --- |")
    for comparison, ours, other in rows:
        print(f"| {comparison.what} | {ours:.3f} | {comparison.beside} | {other:.3f} | {ours / other:.2f} |")
    return 0


def comparisons(workspace: Path) -> list[Comparison]:
    """Return what is measured: the promises of the first release, each beside a plain yardstick and a rival."""
    enblanket = str(Path(sys.executable).with_name("enblanket"))
    bare = ("python -c pass", (sys.executable, "-c", "pass"))
    frictionless = (sys.executable, "-m", "frictionless")
    check = (enblanket, "check", "--format", "json")
    tables = str(workspace / "tables" / "datapackage.json")
    return [
        Comparison("enblanket --help", (enblanket, "--help"), *bare, workspace),
        Comparison(
            "enblanket --help",
            (enblanket, "--help"),
            "frictionless --help",
            (*frictionless, "--help"),
            workspace,
        ),
        Comparison("enblanket check (samples)", check, *bare, workspace),
        Comparison(
            "enblanket check (samples, all rules)",
            check,
            "frictionless validate (same rows, form rules only)",
            (*frictionless, "validate", tables, "--trusted"),
            workspace,
        ),
    ]


@contextmanager
def sample_workspace() -> Iterator[Path]:
    """Make the demo's workspace in a temporary folder, with its tables beside it as a plain data package."""
    from exchange.workspace.folder import open_workspace

    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "demo"
        enblanket = str(Path(sys.executable).with_name("enblanket"))
        subprocess.run((enblanket, "demo", str(workspace), "--quiet"), check=True, stdout=subprocess.DEVNULL)
        write_tables(open_workspace(workspace, lambda: datetime.now(UTC)), workspace / "tables")
        yield workspace


def write_tables(workspace: Workspace, folder: Path) -> None:
    """Write the workspace's rows as the plain data package of the form, which another validator reads."""
    from exchange.form.canonical import write_csv
    from exchange.form.tables import tables

    schemas = Path(str(resources.files("schemas")))
    (folder / "data").mkdir(parents=True)
    shutil.copytree(schemas / "tables", folder / "tables")
    shutil.copy(schemas / "datapackage.json", folder)
    holdings = workspace.holdings()
    for table in tables().values():
        (folder / "data" / f"{table.name}.csv").write_bytes(write_csv(table, holdings.records(table.name)))


def measure(comparison: Comparison) -> tuple[Comparison, float, float]:
    """Return the medians of both commands, run in turn after one warm-up of each."""
    pairs = (comparison.ours, comparison.other)
    taken: tuple[list[float], list[float]] = ([], [])
    for run in range(RUNS + 1):
        for command, times in zip(pairs, taken, strict=True):
            started = time.perf_counter()
            subprocess.run(command, cwd=comparison.folder, check=False, capture_output=True)
            if run:
                times.append(time.perf_counter() - started)
    return comparison, statistics.median(taken[0]), statistics.median(taken[1])

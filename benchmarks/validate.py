"""Validation of a table of 8 columns: ours beside frictionless on the same files, whole processes, in one run.

Makes a clean file, one with 1 % bad cells, and the same in ways that no column reader takes as they are: semicolons in
CP1252, UTF-16, ragged rows, blank lines, and line ends within quotes. Runs each pair in turn, and prints the ratios of
elapsed and of processor time (all cores) and of peak memory. Every file is judged to its last row by both (no limit of
errors), and the number of errors must be the same. ``python -m benchmarks.validate [ROWS] [RUNS]``.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROWS = 1_000_000
RUNS = 3
BAD = 0.01

FIELDS: list[dict[str, object]] = [
        {"name": "entry_id", "type": "integer", "constraints": {"required": True}},
        {"name": "placement_id", "type": "string", "constraints": {"required": True, "pattern": "[0-9]{3}-[0-9]{5}"}},
        {"name": "date", "type": "date", "constraints": {"minimum": "2016-01-01"}},
        {"name": "hours", "type": "number", "constraints": {"minimum": 0, "maximum": 24}},
        {"name": "amount", "type": "number"},
        {"name": "confirmed", "type": "boolean"},
        {"name": "activity", "type": "string", "constraints": {"enum": ["conversation", "training", "transport"]}},
        {"name": "note", "type": "string", "constraints": {"maxLength": 500}},
]  # fmt: skip
SCHEMA = {"fields": FIELDS, "primaryKey": ["entry_id"]}
SPOILED = ("x1", "", "2016-13-01", "abc", "-5", "99.9x", "maybe", "zzz")


@dataclass(frozen=True, slots=True)
class Run:
    """One process: how long it took, on the clock and of all cores, and its peak memory in MB."""

    seconds: float
    cpu: float
    megabytes: float
    errors: int


def main() -> int:
    """Make the files, run the pairs, print the table."""
    rows, runs = (int(given) if given else usual for given, usual in zip_longest(sys.argv[1:], (ROWS, RUNS)))
    with tempfile.TemporaryDirectory() as folder:
        print(f"{rows} rows × {len(FIELDS)} columns, median of {runs} runs, load {os.getloadavg()[0]:.1f}\n")
        print(
            "| file | enblanket, s | CPU s | MB | frictionless, s | CPU s | MB | times faster | CPU, times less | memory |"
        )
        print("| --- " * 10 + "|")
        for name, share in (("clean", 0.0), ("1 % bad cells", BAD)):
            package = make_package(Path(folder), rows, share)
            print_pair(name, package, runs)
        for name, spoil in SHAPES.items():
            print_pair(f"1 % bad cells, {name}", reshaped(package, spoil), runs)
        print(f"\nload at the end {os.getloadavg()[0]:.1f}")
    return 0


def print_pair(name: str, package: Path, runs: int) -> None:
    """Run both on a package, in turn, and print a row of the table."""
    ours, theirs = zip(
        *((run(our_command(package)), run(their_command(package))) for _ in range(runs)), strict=True
    )
    if ours[0].errors != theirs[0].errors:
        raise SystemExit(f"{name}: {ours[0].errors} errors beside {theirs[0].errors}")
    seconds = [statistics.median(each.seconds for each in side) for side in (ours, theirs)]
    cpu = [statistics.median(each.cpu for each in side) for side in (ours, theirs)]
    megabytes = [max(each.megabytes for each in side) for side in (ours, theirs)]
    print(
        f"| {name} ({ours[0].errors} errors) | {seconds[0]:.2f} | {cpu[0]:.2f} | {megabytes[0]:.0f} "
        f"| {seconds[1]:.2f} | {cpu[1]:.2f} | {megabytes[1]:.0f} "
        f"| {seconds[1] / seconds[0]:.1f} | {cpu[1] / cpu[0]:.1f} | {megabytes[0] / megabytes[1]:.2f} |",
        flush=True,
    )


def our_command(package: Path) -> Sequence[str]:
    """Return the command that a user types, with every error reported."""
    enblanket = str(Path(sys.executable).with_name("enblanket"))
    return (
        enblanket, "validate", str(package), "--compat", "frictionless", "--limit-errors", "0", "--format", "json",
    )  # fmt: skip


def their_command(package: Path) -> Sequence[str]:
    """Return frictionless' own, with every error reported."""
    return (sys.executable, "-m", "frictionless", "validate", str(package), "--limit-errors", "0", "--json")


def run(command: Sequence[str]) -> Run:
    """Run a command to its end and measure the process alone."""
    with tempfile.TemporaryFile() as answer:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=answer, stderr=subprocess.DEVNULL)
        _pid, _status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = 0
        answer.seek(0)
        errors = json.load(answer)["stats"]["errors"]
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, errors)


def make_package(folder: Path, rows: int, bad: float) -> Path:
    """Write a table and its descriptor; the same arguments give the same bytes."""
    name = "bad" if bad else "clean"
    chance = random.Random(1)  # noqa: S311
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(str(each["name"]) for each in FIELDS) + "\n")
        for number in range(rows):
            cells = a_row(number, chance)
            if bad:
                cells = [SPOILED[chance.randrange(8)] if chance.random() < bad else cell for cell in cells]
            file.write(",".join(cells) + "\n")
    package = folder / f"{name}.datapackage.json"
    resource = {"name": name, "path": f"{name}.csv", "schema": SCHEMA}
    package.write_text(json.dumps({"name": name, "resources": [resource]}), encoding="utf-8")
    return package


def reshaped(package: Path, spoil: Callable[[list[str]], bytes]) -> Path:
    """Write a package's table anew in another way, beside it."""
    resource = json.loads(package.read_text("utf-8"))["resources"][0]
    lines = (package.parent / resource["path"]).read_text("utf-8").splitlines()
    content = spoil(lines)
    name = spoil.__name__
    (package.parent / f"{name}.csv").write_bytes(content)
    encoding = {"semicolons": "cp1252", "utf16": "utf-16"}.get(name, "utf-8")
    described: dict[str, object] = {
        "name": name,
        "path": f"{name}.csv",
        "encoding": encoding,
        "schema": SCHEMA,
    }
    if name == "semicolons":
        described["dialect"] = {"delimiter": ";"}
    other = package.parent / f"{name}.datapackage.json"
    other.write_text(json.dumps({"name": name, "resources": [described]}), encoding="utf-8")
    return other


def semicolons(lines: list[str]) -> bytes:
    """Danish Excel's own CSV."""
    return "\r\n".join(line.replace(",", ";").replace("note", "nøte") for line in lines).encode("cp1252")


def utf16(lines: list[str]) -> bytes:
    """Excel's “Unicode text”, with commas."""
    return "\n".join(lines).encode("utf-16")


def ragged(lines: list[str]) -> bytes:
    """Every thousandth row has a cell too many or too few, or none at all."""
    for place in range(5_000, len(lines), 1_000):
        row = lines[place]
        lines[place] = (f"{row},more", row.rpartition(",")[0], "")[place // 1_000 % 3]
    return "\n".join(lines).encode()


def quotes(lines: list[str]) -> bytes:
    """Every tenth note is quoted, every hundredth has a line end in it."""
    for place in range(10, len(lines), 10):
        row, _comma, note = lines[place].rpartition(",")
        lines[place] = f'{row},"{note}, ""so""{chr(10) if place % 100 == 0 else " "}said"'
    return "\n".join(lines).encode()


SHAPES = {
    "semicolons in CP1252": semicolons,
    "UTF-16": utf16,
    "ragged and blank rows": ragged,
    "quotes and line ends in cells": quotes,
}


def a_row(number: int, chance: random.Random) -> list[str]:
    """Return the cells of one good row."""
    return [
        str(number + 1),
        f"159-{number % 50_000:05d}",
        f"2016-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        f"{chance.randrange(1600) / 100:.2f}",
        f"{chance.randrange(10**8) / 100:.2f}",
        "true" if number % 3 else "false",
        ("conversation", "training", "transport")[number % 3],
        f"note number {number % 9973}",
    ]


if __name__ == "__main__":
    sys.exit(main())

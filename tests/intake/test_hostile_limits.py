"""Workbooks made to do harm, each read in a process of its own under hard limits: 10 seconds of processor, 256 MB."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.intake.hostile_workbooks import CASES, Hostile

MEGABYTES = 256
SECONDS = 10
READ = """
import resource, sys
from exchange import language
language.use("en")
from exchange.errors import IntakeRefused
from exchange.intake.cells import letters
from exchange.intake.preflight import look_at
from exchange.intake.workbooks import read_workbook

name, content = sys.argv[1], sys.stdin.buffer.read()
start = len(content)
try:
    notices = look_at(name, content).notices
    count, last = 0, ""
    for sheet in read_workbook(name, content).sheets:
        merged = len(sheet.merged)
        for row in sheet.rows:
            count += len(row.cells)
            last = f"{letters(max(row.cells))}{row.number}"
    print("; ".join((f"read {count} cells, last {last}", *notices)))
except IntakeRefused as refusal:
    print(refusal)
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@pytest.mark.parametrize("hostile", CASES, ids=[what for what, *_rest in CASES])
def test_a_hostile_workbook_is_refused_or_read_within_the_limits(hostile: Hostile) -> None:
    _what, name, build, answer = hostile
    done = subprocess.run(
        (sys.executable, "-c", READ, name),
        input=build(),
        capture_output=True,
        check=False,
        preexec_fn=bounded,
        cwd=Path(__file__).parent.parent.parent,
    )
    said, _line, peak = done.stdout.decode().strip().rpartition("\n")
    assert said == answer, done.stderr.decode()[-2000:]
    assert int(peak) / 1024 < MEGABYTES

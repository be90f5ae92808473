"""Workbooks made to do harm, each read in a process of its own under hard limits: 10 seconds of processor, 256 MB."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake.hostile_workbooks import CASES, Hostile

MEGABYTES = 256


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """The reader, loaded once: each workbook gets a fork of it."""
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(
        (sys.executable, "-m", "tests.intake.hostile_reader"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=root,
    ) as process:
        yield process


@pytest.mark.parametrize("hostile", CASES, ids=[what for what, *_rest in CASES])
def test_a_hostile_workbook_is_refused_or_read_within_the_limits(
    hostile: Hostile, reader: subprocess.Popen[str], tmp_path: Path
) -> None:
    _what, name, build, answer = hostile
    (tmp_path / "hostile").write_bytes(build())
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(json.dumps([str(tmp_path / "hostile"), name]) + "\n")
    reader.stdin.flush()

    said, megabytes = json.loads(reader.stdout.readline())

    (tmp_path / "hostile").unlink()
    assert said == answer
    assert megabytes < MEGABYTES

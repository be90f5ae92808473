"""Reads workbooks made to do harm, each in a child of its own: 10 seconds of processor, its memory measured.

A program of its own, ``python -m tests.intake.hostile_reader``: a line with a path and a file name in, a line with what was said and the
peak in MB out. It is started once, with the reader loaded, and forks for each workbook; a child that was killed has said nothing.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from exchange import language
from exchange.errors import IntakeRefused
from exchange.intake.cells import letters
from exchange.intake.preflight import look_at
from exchange.intake.workbooks import read_workbook

SECONDS = 10


def serve() -> None:
    """Answer line by line."""
    language.use("en")
    for line in sys.stdin:
        path, name = json.loads(line)
        said, megabytes = in_a_child(Path(path), name)
        sys.stdout.write(json.dumps([said, megabytes]) + "\n")
        sys.stdout.flush()


def in_a_child(path: Path, name: str) -> tuple[str, float]:
    """Return what a child said of the workbook, and the most memory that it and its own children had."""
    answers, answering = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.write(answering, said_of(name, path.read_bytes()).encode())
        os._exit(0)
    os.close(answering)
    with os.fdopen(answers, encoding="utf-8") as stream:
        said = stream.read()
    _child, status, used = os.wait4(child, 0)
    return said or f"killed: {status}", used.ru_maxrss / 1024


def said_of(name: str, content: bytes) -> str:
    """Read a whole workbook and say what there was, or why it is refused."""
    try:
        notices = look_at(name, content).notices
        count, last = 0, ""
        for sheet in read_workbook(name, content).sheets:
            len(sheet.merged)
            for row in sheet.rows:
                count += len(row.cells)
                last = f"{letters(max(row.cells))}{row.number}"
    except IntakeRefused as refusal:
        return str(refusal)
    return "; ".join((f"read {count} cells, last {last}", *notices))


if __name__ == "__main__":
    serve()

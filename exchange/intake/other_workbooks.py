"""Excel's old and binary workbooks and OpenDocument sheets: read by python-calamine in a child process with limits.

In: the bytes of an ``.xls``, ``.xlsb`` or ``.ods``. Out: a :class:`Book` as from :mod:`xlsx`, with a notice of what this way of reading loses.
Refused with one sentence (:class:`IntakeRefused`): a password, more than the child may take of time or memory, damage.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn, cast

from exchange.errors import IntakeRefused
from exchange.intake.cells import Book, Cell, CellKind, Merge, Row, Sheet
from exchange.language import translate as _

CHILD = Path(__file__).with_name("calamine_child.py")
MEMORY_MB = 256
SECONDS = 10
_MOST_SAID = 64 * 2**20
_PIECE = 1 << 16


def read_other_workbook(name: str, content: bytes, kind: str) -> Book:
    """Read every sheet of a workbook that is not ``.xlsx``.

    Args:
        name: the file's name, used in messages.
        content: its bytes.
        kind: ``xls``, ``xlsb`` or ``ods``, used in messages.

    Raises:
        IntakeRefused: names the file and the cure.
    """
    said, in_time = _child_says(content)
    if not in_time:
        _refuse(name, _("{file} takes too long to read: open it in Excel and save it as .xlsx."))
    lines = said.splitlines()
    last = json.loads(lines[-1]) if lines and said.endswith(b"\n") else None
    refused = last.get("refused") if isinstance(last, dict) else None
    if refused == "password":
        _refuse(name, _("{file} has a password: remove it in Excel and save the file again."))
    if refused == "size":
        _refuse(name, _("{file} holds more cells than can be taken at once: split it by month."))
    if last != {"end": True}:
        _refuse(
            name,
            _(
                "{file} is damaged, or needs more memory than is allowed: open it in Excel and save it as .xlsx."
            ),
        )
    sheets = tuple(_sheets(lines[:-1]))
    if not sheets:
        _refuse(name, _("{file} has no sheets: ask the sender for the file again."))
    return Book(sheets, (_lost(name, kind),))


def _lost(name: str, kind: str) -> str:
    """Say what this way of reading loses; calamine tells merged cells of .xls alone."""
    lost = {
        "ods": _(
            "{file} was read as .ods: hidden rows, formulas and merged cells are not marked, true and false may read as 1 and 0, "
            "and a cell with an error reads as empty; save it as .xlsx to keep them."
        ),
        "xlsb": _(
            "{file} was read as .xlsb: hidden rows, formulas and merged cells are not marked, and a cell with an error reads as empty; "
            "save it as .xlsx to keep them."
        ),
        "xls": _(
            "{file} was read as .xls: hidden rows and formulas are not marked, and a cell with an error reads as empty; "
            "save it as .xlsx to keep them."
        ),
    }
    return lost[kind].format(file=name)


def _child_says(content: bytes) -> tuple[bytes, bool]:
    """Return what the child wrote, and whether it ended in time."""
    command = (sys.executable, "-P", "-X", "utf8", str(CHILD), str(MEMORY_MB), str(SECONDS))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(SECONDS, stop)
        clock.start()
        try:
            said = _exchanged(child, content)
        finally:
            clock.cancel()
            child.kill()
    return said, not late.is_set()


def _exchanged(child: subprocess.Popen[bytes], content: bytes) -> bytes:
    if child.stdin is None or child.stdout is None:
        return b""
    try:
        # The child reads all of it before it writes.
        child.stdin.write(content)
        child.stdin.close()
    except BrokenPipeError:
        return b""
    said = bytearray()
    while len(said) <= _MOST_SAID and (piece := child.stdout.read(_PIECE)):
        said += piece
    return bytes(said)


@dataclass(frozen=True, slots=True)
class _SaidRows:
    """Rows as the child wrote them, taken apart at each pass: a third of the size of cells."""

    lines: Sequence[bytes]

    def __iter__(self) -> Iterator[Row]:
        for line in self.lines:
            number, cells = json.loads(line)
            yield Row(number, {column: _cell(column, kind, text) for column, kind, text in cells})


def _cell(column: int, kind: str, text: str) -> Cell:
    return Cell(column, text, cast("CellKind", kind))


def _sheets(lines: Sequence[bytes]) -> Iterator[Sheet]:
    begin = 0
    sheet: Sheet | None = None
    for place, line in enumerate((*lines, b"{}")):
        if not line.startswith(b"{"):
            continue
        if sheet is not None:
            yield replace(sheet, rows=_SaidRows(lines[begin:place]))
        about = json.loads(line)
        if about:
            merged = tuple(Merge(*corners) for corners in about["merged"])
            sheet = Sheet(about["sheet"], (), about["hidden"], merged)
        begin = place + 1


def _refuse(name: str, sentence: str) -> NoReturn:
    raise IntakeRefused(sentence.format(file=name))

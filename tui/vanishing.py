"""A terminal that can vanish: its window, its tmux or its ssh was killed, and no signal told the program.

Comes in: the driver that Textual chose, and the program asking now and then. Goes out: a driver that outlives its terminal, and
whether the terminal is still there. Without this the thread that reads keys would read nothing for ever, at a whole core,
and the thread that writes would be gone while others wait for it. POSIX alone: Windows ends the program itself.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual.driver import Driver

if TYPE_CHECKING:
    from textual.app import App

# Seconds between two looks; one costs a system call.
EVERY = 1.0
_INPUT = 0
_Size = tuple[int, int] | None
_STREAMS = (_INPUT, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)


def is_gone() -> bool:
    """Whether keys came from a terminal that is no more."""
    if sys.platform == "win32":
        return False
    import termios

    try:
        termios.tcgetattr(_INPUT)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False


def let_go() -> None:
    """Lead what still stands on the vanished terminal nowhere: the last words of the program would fail once more."""
    terminal = os.fstat(_INPUT).st_rdev
    standing = [(number, flags) for number, flags in _STREAMS if os.fstat(number).st_rdev == terminal]
    for number, flags in standing:
        nowhere = os.open(os.devnull, flags)
        os.dup2(nowhere, number)
        os.close(nowhere)


@cache
def lasting(driver: type[Driver]) -> type[Driver]:
    """Return the driver, where it is the one of a POSIX terminal with writes that a vanished terminal does not stop."""
    if sys.platform == "win32":
        return driver
    from textual.drivers.linux_driver import LinuxDriver

    if not issubclass(driver, LinuxDriver):
        return driver

    class Lasting(driver):  # type: ignore[valid-type, misc] # a class that is chosen while it runs
        _file: TextIO

        def __init__(
            self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: _Size = None
        ) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            self._file = cast("TextIO", _Written(self._file))

    return Lasting


class _Written(io.TextIOBase):
    """A terminal to write to; what is written after its end goes nowhere."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with _while_it_lasts():
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with _while_it_lasts():
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


@contextmanager
def _while_it_lasts() -> Iterator[None]:
    try:
        yield
    except OSError:
        if not is_gone():
            raise

"""A terminal to sit at: a program behind a real pty, keys in, painted bytes out. POSIX only, as ptys are."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENBLANKET = (sys.executable, "-c", "from exchange.cli.main import run; run()")
# Far longer than anything takes on a busy machine: a test that waits so long has failed.
PATIENCE = 60.0
_PAINT = re.compile(rb"\x1b\[[0-9;?<>=]*[A-Za-z]")


class Seat:
    """One program at one terminal; ``painted`` is every byte that it wrote."""

    def __init__(self, words: Sequence[str], folder: Path, size: tuple[int, int] = (120, 36)) -> None:
        self._ours, theirs = pty.openpty()
        self.resize(*size)
        self.process = subprocess.Popen(
            words,
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        os.close(theirs)
        self.painted = b""
        self._seen = 0

    def type(self, text: str) -> None:
        """Send keys."""
        os.write(self._ours, text.encode())

    def until(self, wanted: str) -> str:
        """Wait for a text that was not there when the last one was found; return what was written till its end."""
        ends = time.monotonic() + PATIENCE
        while (found := re.search(wanted, self._text)) is None:
            left = ends - time.monotonic()
            if left < 0 or not self._read(left):
                raise AssertionError(f"no “{wanted}” in {self._text!r}")
        said = self._text[: found.end()]
        self._seen = len(self.painted)
        return said

    def rest(self, seconds: float = 0.3) -> None:
        """Wait until nothing more is written."""
        while self._read(seconds):
            pass
        self._seen = len(self.painted)

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def vanish(self) -> None:
        """Take the terminal away, without a signal to anybody: none has it as its own."""
        os.close(self._ours)
        self._ours = -1

    def kill(self) -> None:
        """End the program as a crash of the machine would."""
        self.process.kill()
        self.process.wait()

    def ended(self) -> int:
        """Wait for the end; return the exit code."""
        while self._ours >= 0 and self._read(PATIENCE):
            pass
        return self.process.wait(PATIENCE)

    def leave(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self._ours >= 0:
            os.close(self._ours)

    @property
    def _text(self) -> str:
        """What was written since the last find, without what moves and colours."""
        return _PAINT.sub(b"", self.painted[self._seen :]).decode("utf-8", "replace")

    def _read(self, seconds: float) -> bool:
        ready, _writable, _failed = select.select([self._ours], [], [], seconds)
        if not ready:
            return False
        try:
            more = os.read(self._ours, 1 << 16)
        except OSError:
            # Linux says so where nobody has the other side any more.
            return False
        self.painted += more
        return bool(more)


@contextmanager
def seated(words: Sequence[str], folder: Path, size: tuple[int, int] = (120, 36)) -> Iterator[Seat]:
    """Sit down, and leave whatever happens."""
    seat = Seat(words, folder, size)
    try:
        yield seat
    finally:
        seat.leave()

"""The review as a person at a terminal has it: ``enblanket review`` through a real pty, keys in, painted bytes out.

Measures opening (from the start of the process to the first line of the list, beyond the start of the interpreter), moves,
decisions (each on the disk and painted), search keystrokes and peak memory, at 100 000 and at a million findings. A move is
over when the new place is painted, a decision when "Saved" is, a keystroke of a search when the new number of findings is; what
is read from the disk beside a finding (its source rows, its history) is painted later and does not count as the move.
POSIX only: Windows has no pty to measure through.
``python -m benchmarks tui [FINDINGS …]``.
"""

from __future__ import annotations

import fcntl
import math
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tui_made import make_workspace
from exchange.ledger.ledger import FILE, Ledger
from exchange.review.filtering import Filter
from exchange.review.paged import PagedListing
from exchange.workspace.finding_files import FOLDER, SUFFIX

SIZES = (100_000, 1_000_000)
OPENINGS, MOVES, DECISIONS = 5, 200, 60
SEARCHES = ("frederikshavn", "timer_159", "m-17 2016-05", "ærø r03")
COLUMNS, LINES = 120, 36
# Nothing more is painted for a key when the terminal has been still so long.
STILL = 0.12
LONGEST = 20.0
_PLACE = re.compile(rb"[0-9] of [0-9]")
_SAVED = re.compile(rb"Saved [^\n]*\(([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one workspace gave; seconds, and megabytes."""

    findings: int
    opening: float
    moves: Sequence[float]
    decisions: Sequence[float]
    searches: Sequence[float]
    opened_megabytes: float
    megabytes: float


class Seat:
    """A terminal with a review in it."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """Start the command in a terminal of its own."""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, wanted: re.Pattern[bytes]) -> float:
        """Read until the text is painted; return when that was, in seconds since the start."""
        painted = b""
        while not wanted.search(painted):
            painted += self._read(LONGEST)
        return time.perf_counter() - self.started

    def press(self, key: bytes, shown: re.Pattern[bytes] | None = None) -> tuple[float, bytes]:
        """Press a key; return the seconds until the text is painted, or else the last byte, and all that was painted."""
        pressed = last = time.perf_counter()
        os.write(self._ours, key)
        painted = b""
        while shown is None or not shown.search(painted):
            more = self._read(STILL, patient=True) if shown is None and painted else self._read(LONGEST)
            if not more:
                break
            painted += more
            last = time.perf_counter()
        return last - pressed, painted + self.rest()

    def rest(self) -> bytes:
        """Wait until nothing more is painted; return what was."""
        painted = b""
        while more := self._read(STILL, patient=True):
            painted += more
        return painted

    def megabytes(self) -> float:
        """Return the most memory that the process has held so far; 0 where the system does not tell."""
        status = Path(f"/proc/{self._process.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024 if found else 0.0

    def leave(self) -> None:
        """End the review and close the terminal."""
        self._process.terminate()
        self._process.wait()
        os.close(self._ours)

    def _read(self, seconds: float, *, patient: bool = False) -> bytes:
        ready, _writable, _failed = select.select([self._ours], [], [], seconds)
        if ready:
            return os.read(self._ours, 1 << 16)
        if patient:
            return b""
        raise SystemExit("The review painted nothing; is it still there?")


@contextmanager
def seated(command: Sequence[str], folder: Path) -> Iterator[Seat]:
    """Sit down, and leave whatever happens: a review without a terminal would wait for keys for ever."""
    seat = Seat(command, folder)
    try:
        yield seat
    finally:
        seat.leave()


def main() -> int:
    """Make each workspace, sit down before it, print the table."""
    sizes = [int(given) for given in sys.argv[1:]] or SIZES
    print(f"{COLUMNS}x{LINES}, load {os.getloadavg()[0]:.1f}\n")
    print(
        "| findings | opens beyond the interpreter, s | move p95, ms | decision p95, ms | search key p95, ms | memory when open, MB | peak, MB |"
    )
    print("| --- " * 7 + "|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            told(measure(Path(folder) / "workspace", size))
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")
    return 0


def told(measured: Measured) -> None:
    """Print a row of the table."""
    moves, decisions, searches = (
        f"{percentile(times) * 1000:.0f}" for times in (measured.moves, measured.decisions, measured.searches)
    )
    print(
        f"| {measured.findings} | {measured.opening:.2f} | {moves} | {decisions} | {searches} "
        f"| {measured.opened_megabytes:.0f} | {measured.megabytes:.0f} |",
        flush=True,
    )


def percentile(times: Sequence[float], share: float = 0.95) -> float:
    """Return the time that so many of them do not exceed."""
    return sorted(times)[math.ceil(share * len(times)) - 1]


def measure(folder: Path, findings: int) -> Measured:
    """Make the workspace and do what a person does."""
    enblanket = str(Path(sys.executable).with_name("enblanket"))
    make_workspace(folder, enblanket, findings)
    command = (enblanket, "review", "--lang", "en")
    opening = statistics.median(opening_of(command, folder, findings) for _run in range(OPENINGS))
    with seated(command, folder) as seat:
        seat.until(first_line(findings))
        seat.rest()
        opened = seat.megabytes()
        moves = [seat.press(key, _PLACE)[0] for key in moving_keys()]
        decisions = decide(seat, folder)
        searches = search(seat, PagedListing(next((folder / FOLDER).glob(f"*{SUFFIX}"))))
        peak = seat.megabytes()
    return Measured(findings, opening - interpreter_start(), moves, decisions, searches, opened, peak)


def first_line(findings: int) -> re.Pattern[bytes]:
    """Return what the screen says when its list is there: which of how many findings the cursor is on."""
    return re.compile(rf"1 of {grouped(findings)}".encode())


def opening_of(command: Sequence[str], folder: Path, findings: int) -> float:
    """Return the seconds from the start of the process to the list on the screen."""
    with seated(command, folder) as seat:
        seconds = seat.until(first_line(findings))
        seat.rest()
    return seconds


def interpreter_start() -> float:
    """Return the median seconds of a Python that does nothing."""
    taken = []
    for _run in range(OPENINGS):
        started = time.perf_counter()
        subprocess.run((sys.executable, "-c", "pass"), check=True)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def moving_keys() -> list[bytes]:
    """Return steps, half pages and jumps to both ends, as a person mixes them."""
    return [*(b"j",) * (MOVES - 60), *(b"\x04", b"k", b"\x15") * 16, *(b"G", b"g") * 6]


def decide(seat: Seat, folder: Path) -> list[float]:
    """Accept one finding after another; each must be in the ledger when the screen says so."""
    times = []
    for _decision in range(DECISIONS):
        seconds, painted = seat.press(b"a", _SAVED)
        said = _SAVED.findall(painted)
        written = [event.id[:8] for event in Ledger(folder / FILE).events()[-1:]]
        if [one.decode() for one in said[-1:]] != written:
            raise SystemExit("A decision was not saved, or the screen did not say so.")
        times.append(seconds)
        seat.press(b"j")
    return times


def search(seat: Seat, listing: PagedListing) -> list[float]:
    """Type each search, and clear it; the letters that change how many are found count, until the new number is painted."""
    times = []
    for text in SEARCHES:
        seat.press(b"/")
        seat.rest()
        for end in range(1, len(text) + 1):
            before, found = (listing.count(Filter(search=text[:length])) for length in (end - 1, end))
            shown = re.compile(rf"of {grouped(found)}[^0-9,]".encode()) if found not in (before, 0) else None
            seconds, _painted = seat.press(text[end - 1].encode(), shown)
            times += [seconds] if shown else []
        seat.press(b"\x1b")
        seat.rest()
    return times


def grouped(number: int) -> str:
    """Return the digits of a number, grouped or not."""
    return "[.,]?".join(str(number))


if __name__ == "__main__":
    sys.exit(main())

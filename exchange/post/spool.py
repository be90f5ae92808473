"""What of a large file that is for us has come so far: kept on our own disk until all of it is here, so that a cut costs little.

Bytes in, the same bytes out, as far as they are safe. The file lies in ``inbox/sftp`` under our own name beside a mark of how many
of its bytes had reached the disk; what a process that died wrote after that is cut off.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedRandom

from exchange.errors import WayFailed
from exchange.post.marks import Mark
from exchange.post.ways import CHUNK

ENDING = ".part"
_NOTE_EVERY = 10.0


@dataclass(slots=True)
class Spool:
    """One file that is coming.

    Attributes:
        file: open for reading and writing.
        length: of what is safe or was added.
    """

    mark: Mark
    file: BufferedRandom
    length: int
    _noted: float = field(default_factory=time.monotonic)

    def tail(self, count: int) -> bytes:
        """Return the last bytes."""
        self.file.seek(max(0, self.length - count))
        return self.file.read(count)

    def pieces(self) -> Iterator[bytes]:
        """Give all of it."""
        self.file.seek(0)
        while chunk := self.file.read(CHUNK):
            yield chunk

    def cut(self, length: int) -> None:
        """Keep the first bytes alone."""
        self.length = length
        self.file.truncate(length)

    def add(self, piece: bytes) -> None:
        """Add what came next; every now and then it is made safe."""
        self.file.seek(self.length)
        self.file.write(piece)
        self.length += len(piece)
        if time.monotonic() - self._noted > _NOTE_EVERY:
            self.keep()

    def keep(self) -> None:
        """Make all of it safe."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.mark.keep(self.length)
        self._noted = time.monotonic()


@contextmanager
def open_spool(mark: Mark) -> Iterator[Spool]:
    """Open what has come so far; what came is safe when it is closed by a way that failed."""
    path = mark.path.with_suffix(ENDING)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(0o600)
    with path.open("r+b") as file:
        safe = mark.offset()
        spool = Spool(mark, file, 0)
        spool.cut(safe if safe <= path.stat().st_size else 0)
        try:
            yield spool
        except WayFailed:
            spool.keep()
            raise


def drop_spool(mark: Mark) -> None:
    """Take it away: all of it is here, or nobody wants it."""
    mark.drop()
    mark.path.with_suffix(ENDING).unlink(missing_ok=True)

"""How far a transfer had come when it was cut: a small file of our own for each, so that the next one goes on from there.

A key (whose bytes, and where they go or come from) and a count of bytes in, the same count out. A mark is written only for bytes
that had reached a disk; one that cannot be read is none, and the transfer begins anew. Files lie under the hash of their
key, so nothing that a server says becomes a name here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from exchange.atomic import write_atomically


@dataclass(frozen=True, slots=True)
class Mark:
    """One transfer's mark."""

    path: Path

    def offset(self) -> int:
        """Return how many bytes are safe; 0 where nobody noted any."""
        try:
            text = self.path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return 0
        return int(text) if text.isdigit() and len(text) < 16 else 0

    def keep(self, offset: int) -> None:
        """Note that so many bytes are safe."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(self.path, str(offset).encode("ascii"))

    def drop(self) -> None:
        """Forget it."""
        self.path.unlink(missing_ok=True)


def mark_in(folder: Path, *words: str) -> Mark:
    """Return the mark of the transfer that these words tell from all others."""
    return Mark(folder / hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:32])

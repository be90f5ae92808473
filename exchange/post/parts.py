"""Files in parts: what is larger than a mail server takes goes in several messages and comes together again.

A part begins with one line that says of which file it is, so nobody can lose it by renaming or forwarding; the rest are bytes.
Without us: ``tail -n +2`` of every part, in order, one after the other. Bytes in, parts out and back; a part whose own hash does
not fit is refused, and the whole is nothing until its hash fits.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from exchange.post.kinds import PART_LINE
from exchange.post.ways import CHUNK, Parcel

MOST = 999
LONGEST_LINE = 400
# 57 bytes become a line of 76 letters and its end (RFC 2045, 6.8); the rest is for headers, text and borders.
_BYTES, _LETTERS, _AROUND = 57, 78, 16 * 1024

_LINE = re.compile(
    PART_LINE
    + rb"([0-9a-f]{64}) ([1-9][0-9]{0,11}) ([1-9][0-9]{0,2})/([1-9][0-9]{0,2}) ([0-9a-f]{64}) ([!-~]{1,180})\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a file.

    Attributes:
        whole: sha256 of the file; size: of the file.
        number, count: from 1.
        sha256: of this part's own bytes.
        name: of the file, in visible ASCII; the other side's word.
    """

    whole: str
    size: int
    number: int
    count: int
    sha256: str
    name: str

    def line(self) -> bytes:
        """Return the line that it begins with."""
        words = (self.whole, self.size, f"{self.number}/{self.count}", self.sha256, self.name)
        return PART_LINE + " ".join(map(str, words)).encode("ascii") + b"\n"


def read_line(head: bytes) -> tuple[Part, int] | None:
    """Return the part that begins so, and where its bytes begin; None where the line is no part's."""
    found = _LINE.match(head)
    if found is None:
        return None
    whole, size, number, count, sha256, name = (group.decode("ascii") for group in found.groups())
    part = Part(whole=whole, size=int(size), number=int(number), count=int(count), sha256=sha256, name=name)
    return (part, found.end()) if part.number <= part.count else None


def room_for(largest: int) -> int:
    """Return how many bytes a message of that size carries."""
    return max(1, (largest - _AROUND) * _BYTES // _LETTERS)


def carried(sent: int) -> int:
    """Return how many of a file's bytes went over with so many bytes of a message, all but a few of which are its letters."""
    return sent * _BYTES // _LETTERS


def parts_of(parcel: Parcel, largest: int) -> Iterator[tuple[Part | None, bytes]]:
    """Give a parcel's bytes as they fit into messages: whole as ``(None, bytes)``, or part by part with their lines."""
    room = room_for(largest)
    with parcel.path.open("rb") as file:
        if parcel.size <= room:
            yield None, file.read()
            return
        # A server may say that it takes next to nothing; so many parts are then refused as too many.
        room = max(1, room - LONGEST_LINE)
        count = -(-parcel.size // room)
        for number in range(1, count + 1):
            content = file.read(room)
            part = Part(
                whole=parcel.sha256,
                size=parcel.size,
                number=number,
                count=count,
                sha256=hashlib.sha256(content).hexdigest(),
                name=parcel.name,
            )
            yield part, part.line() + content


def joined(pieces: list[Path]) -> Iterator[bytes]:
    """Give the bytes of parts that lie on the disk without their lines, one after the other."""
    for path in pieces:
        with path.open("rb") as file:
            file.readline(LONGEST_LINE)
            while chunk := file.read(CHUNK):
                yield chunk

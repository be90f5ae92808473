"""Files that are not held: by name, whole or in pieces, and what one pass over them tells.

What ``archive`` reads and ``container`` signs. A package may be larger than the memory that reads it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class Measure:
    """What one pass over a file's bytes tells of it.

    Attributes:
        sha256: 32 bytes.
    """

    size: int
    crc: int
    sha256: bytes


class Files(Mapping[str, bytes]):
    """Files by name, in order; each is read when it is asked for, whole or in chunks."""

    def __contains__(self, name: object) -> bool:
        """Whether there is a file of that name; reads none."""
        return any(name == one for one in self)

    def measure(self, name: str) -> Measure:
        """Return a file's size and digests."""
        return measured(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give a file's bytes piece by piece; KeyError where there is none of that name."""
        yield self[name]


def measured(chunks: Iterable[bytes]) -> Measure:
    """Return the size and digests of a file that comes in pieces."""
    size, crc, digest = 0, 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        digest.update(chunk)
    return Measure(size, crc, digest.digest())


class HeldFiles(Files):
    """Files that lie in memory."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        """Keep them in the order given."""
        self._contents = contents

    def __getitem__(self, name: str) -> bytes:
        """Return a file's bytes."""
        return self._contents[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names in order."""
        return iter(self._contents)

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._contents)


class ChosenFiles(Files):
    """Some of other files, by their names."""

    def __init__(self, whole: Files, names: Sequence[str]) -> None:
        """Choose the names, in this order."""
        self._whole = whole
        self._names = dict.fromkeys(names)

    def __getitem__(self, name: str) -> bytes:
        """Return a file's bytes."""
        return b"".join(self.chunks(name))

    def __iter__(self) -> Iterator[str]:
        """Give the names in order."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._names)

    def measure(self, name: str) -> Measure:
        """Return a file's size and digests."""
        self._refuse_other(name)
        return self._whole.measure(name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give a file's bytes piece by piece."""
        self._refuse_other(name)
        return self._whole.chunks(name)

    def _refuse_other(self, name: str) -> None:
        if name not in self._names:
            raise KeyError(name)


def as_files(contents: Mapping[str, bytes]) -> Files:
    """Return what may lie in memory as files that need not."""
    return contents if isinstance(contents, Files) else HeldFiles(contents)


def beginning(files: Files, name: str, most: int) -> bytes:
    """Return a file's first bytes, a little more than ``most`` where it has more; nothing hostile is held whole."""
    found = bytearray()
    for chunk in files.chunks(name):
        found += chunk
        if len(found) > most:
            break
    return bytes(found)

"""Outlook messages written by hand after [MS-CFB]: sectors of 512 bytes, one FAT, streams that are too large for the mini stream."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

END, FREE, FAT_SECTOR, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
SECTOR, ENTRY = 512, 128
# Streams below this lie in the mini stream, which is not written here.
SMALLEST = 4096

Tree = Mapping[str, "bytes | Tree"]


def message(*attachments: bytes | Tree) -> Tree:
    """Return the tree of a message with these attachments; a tree is an attached message."""
    return {
        "__properties_version1.0": bytes(SMALLEST),
        **{f"__attach_version1.0_#{number:08X}": _attachment(one) for number, one in enumerate(attachments)},
    }


def _attachment(content: bytes | Tree) -> Tree:
    name = "__substg1.0_37010102" if isinstance(content, bytes) else "__substg1.0_3701000D"
    return {"__properties_version1.0": bytes(SMALLEST), name: content}


def compound(tree: Tree) -> bytes:
    """Return the bytes of a compound file."""
    made = _Compound()
    made.storage("Root Entry", 5, tree)
    directory = made.add(b"".join(one.written() for one in made.entries))
    count = 1
    while len(made.fat) + count > count * (SECTOR // 4):
        count += 1
    places = [len(made.fat) + number for number in range(count)]
    fat = [*made.fat, *[FAT_SECTOR] * count]
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
        0, count, directory, 0, SMALLEST, END, 0, END, 0,
        *places, *[FREE] * (109 - count),
    )  # fmt: skip
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(count * SECTOR, b"\xff")
    return header + b"".join(made.sectors) + table


@dataclass
class _Entry:
    """One entry of the directory."""

    name: str
    kind: int
    start: int
    size: int = 0
    right: int = NONE
    child: int = NONE

    def written(self) -> bytes:
        text = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            text, len(text) + 2, self.kind, 1, NONE, self.right, self.child, bytes(16), 0, 0, 0, self.start, self.size,
        )  # fmt: skip


@dataclass
class _Compound:
    """A compound file in the making."""

    entries: list[_Entry] = field(default_factory=list)
    sectors: list[bytes] = field(default_factory=list)
    fat: list[int] = field(default_factory=list)

    def storage(self, name: str, kind: int, tree: Tree) -> int:
        place = len(self.entries)
        self.entries.append(_Entry(name, kind, END if kind == 5 else 0))
        children = [self._child(child, content) for child, content in tree.items()]
        # The children are a tree that leans all to the right.
        if children:
            self.entries[place].child = children[0]
        for one, following in pairwise(children):
            self.entries[one].right = following
        return place

    def _child(self, name: str, content: bytes | Tree) -> int:
        if not isinstance(content, bytes):
            return self.storage(name, 1, content)
        assert len(content) >= SMALLEST
        self.entries.append(_Entry(name, 2, self.add(content), len(content)))
        return len(self.entries) - 1

    def add(self, content: bytes) -> int:
        first, count = len(self.fat), -(-len(content) // SECTOR)
        for number in range(count):
            self.sectors.append(content[number * SECTOR : (number + 1) * SECTOR].ljust(SECTOR, b"\0"))
            self.fat.append(END if number == count - 1 else first + number + 1)
        return first

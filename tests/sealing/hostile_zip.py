"""ZIP files that lie, built byte by byte (APPNOTE 6.3.10 § 4.3), for the tests of the reader and of the recipe."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

REGULAR = 0o100644 << 16
MIMETYPE = b"application/vnd.etsi.asic-e+zip"


@dataclass(frozen=True, kw_only=True)
class Raw:
    """One entry; what is None is computed honestly."""

    name: str | bytes
    content: bytes = b""
    deflate: bool = False
    method: int | None = None
    flags: int = 0
    attributes: int = REGULAR
    made_by: int = 0x0314
    needed: int = 20
    time: int = 0
    date: int = 0x0021
    internal: int = 0
    disk: int = 0
    local_name: bytes | None = None
    local_extra: bytes = b""
    local_flags: int | None = None
    local_crc: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    before: bytes = b""
    after: bytes = b""

    @property
    def raw_name(self) -> bytes:
        return self.name if isinstance(self.name, bytes) else self.name.encode("utf-8")

    @property
    def packed(self) -> bytes:
        return deflated(self.content) if self.deflate else self.content

    def header(self, *, local: bool) -> bytes:
        flags = self.flags if self.local_flags is None or not local else self.local_flags
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        method = (8 if self.deflate else 0) if self.method is None else self.method
        return struct.pack(
            "<5H3I",
            self.needed,
            flags,
            method,
            self.time,
            self.date,
            self.local_crc if local and self.local_crc is not None else crc,
            len(self.packed) if self.packed_size is None else self.packed_size,
            len(self.content) if self.size is None else self.size,
        )

    def local(self) -> bytes:
        name = self.raw_name if self.local_name is None else self.local_name
        lengths = struct.pack("<2H", len(name), len(self.local_extra))
        return (
            b"PK\x03\x04"
            + self.header(local=True)
            + lengths
            + name
            + self.local_extra
            + self.packed
            + self.after
        )

    def central(self, offset: int) -> bytes:
        offset = offset if self.offset is None else self.offset
        return (
            struct.pack("<4sH", b"PK\x01\x02", self.made_by)
            + self.header(local=False)
            + struct.pack("<3H", len(self.raw_name), len(self.extra), len(self.comment))
            + struct.pack("<2H2I", self.disk, self.internal, self.attributes, offset)
            + self.raw_name
            + self.extra
            + self.comment
        )


FIRST = Raw(name="mimetype", content=MIMETYPE)


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def build(
    entries: Sequence[Raw],
    *,
    prefix: bytes = b"",
    before_end: bytes = b"",
    comment: bytes = b"",
    suffix: bytes = b"",
    count: int | None = None,
    disks: tuple[int, int] = (0, 0),
) -> bytes:
    """Return the ZIP of these entries; offsets count from the first byte, prefix included."""
    body, directory = prefix, b""
    for entry in entries:
        body += entry.before
        directory += entry.central(len(body))
        body += entry.local()
    number = len(entries) if count is None else count
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", *disks, number, number, len(directory), len(body), len(comment)
    )
    return body + directory + before_end + end + comment + suffix


def whole(*entries: Raw) -> bytes:
    """Return the ZIP of a proper mimetype and these entries."""
    return build([FIRST, *entries])

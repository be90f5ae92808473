"""One entry of the ZIP under a package: what its two headers say, and what of that a package may not have.

Between the bytes and ``archive``, which reads and writes the whole (APPNOTE 6.3.10 § 4.3.7 and § 4.3.12).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from exchange.sealing.files import Measure

_LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL_MARK, CENTRAL_MARK = b"PK\x03\x04", b"PK\x01\x02"

# What each header says besides name, sizes, CRC and place: version 2.0 made on Unix, 1980-01-01 00:00, rw-r--r--.
_MADE_BY, _NEEDED = 0x0314, 20
_TIME, _DATE = 0, 0x0021
_ATTRIBUTES = 0o100644 << 16
STORED, _DEFLATED = 0, 8

_ENCRYPTED, _DESCRIPTOR, _STRONG, _MASKED = 0x0001, 0x0008, 0x0040, 0x2000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a package may cost its reader; sizes in bytes, ``ratio`` as unpacked to packed.

    A ratio counts only from 1 MiB unpacked, since small files of one repeated line are honest.
    """

    entries: int = 1000
    entry: int = 256 * 2**20
    total: int = 512 * 2**20
    ratio: int = 200


LIMITS = Limits()
_RATIO_COUNTS_FROM = 2**20
_DEFLATE_OVERHEAD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as the central directory tells it."""

    raw_name: bytes
    made_by: int
    needed: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    extra: int
    comment: int
    disk: int
    internal: int
    attributes: int
    offset: int

    @property
    def name(self) -> str:
        """The name as text; bytes that are no UTF-8 become a character that no name may have."""
        return self.raw_name.decode("utf-8", "replace")

    @property
    def local_header(self) -> bytes:
        """The only header that may stand before the content."""
        return (
            _LOCAL.pack(
                _LOCAL_MARK, self.needed, self.flags, self.method, self.time, self.date,
                self.crc, self.packed, self.size, len(self.raw_name), 0,
            )
            + self.raw_name
        )  # fmt: skip

    @property
    def central_header(self) -> bytes:
        """What the central directory holds of it."""
        return (
            CENTRAL.pack(
                CENTRAL_MARK, self.made_by, self.needed, self.flags, self.method, self.time, self.date,
                self.crc, self.packed, self.size, len(self.raw_name), 0, 0, 0, self.internal, self.attributes, self.offset,
            )
            + self.raw_name
        )  # fmt: skip


def stored_entry(name: str, measure: Measure, offset: int) -> Entry:
    """Return the entry of a file as a package has it: stored, of the fixed day and permissions."""
    return Entry(
        raw_name=name.encode("ascii"),
        made_by=_MADE_BY,
        needed=_NEEDED,
        flags=0,
        method=STORED,
        time=_TIME,
        date=_DATE,
        crc=measure.crc,
        packed=measure.size,
        size=measure.size,
        extra=0,
        comment=0,
        disk=0,
        internal=0,
        attributes=_ATTRIBUTES,
        offset=offset,
    )


def fault_of_entry(entry: Entry, limits: Limits) -> str | None:
    """Return the stable code of what is wrong with an entry's headers, or None."""
    return (
        _fault_of_flags(entry)
        or _fault_of_kind(entry)
        or _fault_of_fields(entry)
        or _fault_of_size(entry, limits)
    )


def _fault_of_flags(entry: Entry) -> str | None:
    if entry.flags & (_ENCRYPTED | _STRONG | _MASKED):
        return "entry-encrypted"
    if entry.flags & _DESCRIPTOR:
        return "entry-data-descriptor"
    return "entry-flags" if entry.flags else None


def _fault_of_kind(entry: Entry) -> str | None:
    kind = entry.attributes >> 28
    if kind == 0o12:
        return "entry-link"
    if kind == 0o04 or entry.attributes & 0x10:
        return "entry-directory"
    if kind != 0o10:
        return "entry-device"
    return None


def _fault_of_fields(entry: Entry) -> str | None:
    if entry.extra:
        return "entry-extra-field"
    if entry.comment:
        return "entry-comment"
    if entry.method not in (STORED, _DEFLATED):
        return "entry-method"
    if (entry.time, entry.date) != (_TIME, _DATE):
        return "entry-timestamp"
    if (entry.made_by, entry.needed, entry.disk, entry.internal) != (_MADE_BY, _NEEDED, 0, 0):
        return "entry-version"
    return None if entry.attributes == _ATTRIBUTES else "entry-attributes"


def _fault_of_size(entry: Entry, limits: Limits) -> str | None:
    if 0xFFFFFFFF in (entry.size, entry.packed, entry.offset):
        return "archive-zip64"
    if entry.size > limits.entry or entry.packed > limits.entry:
        return "entry-too-large"
    if entry.method == _DEFLATED and entry.packed > entry.size + entry.size // 1000 + _DEFLATE_OVERHEAD:
        # More than zlib makes of bytes that do not compress: what is said beside them is nobody's.
        return "entry-deflate"
    if entry.size > max(_RATIO_COUNTS_FROM, limits.ratio * entry.packed):
        return "entry-ratio"
    return "entry-size" if entry.method == STORED and entry.packed != entry.size else None

"""The ZIP under a package: bytes by position in, its files out; every byte of it is accounted for, or it is refused.

Nothing opens a package before this reader did. It takes one form of ZIP only (APPNOTE 6.3.10 without its options):
entries in one unbroken run from the first byte, the central directory after them with the same headers, the end
record last. What other readers could understand differently is thereby impossible: no prefix, gap, suffix,
comment, extra field, data descriptor, ZIP64, encryption, link, folder or device.

The writer stores without compressing: deflate differs between zlib versions, and the same facts shall give the same
bytes on every machine.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Never

from exchange.errors import PackageRefused
from exchange.language import translate as _
from exchange.sanitise import visible
from exchange.sealing.names import refuse_names

ReadAt = Callable[[int, int], bytes]

MIMETYPE = ("mimetype", b"application/vnd.etsi.asic-e+zip")

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_LONGEST_COMMENT = 0xFFFF

# What each header says besides name, sizes, CRC and place: version 2.0 made on Unix, 1980-01-01 00:00, rw-r--r--.
_MADE_BY, _NEEDED = 0x0314, 20
_TIME, _DATE = 0, 0x0021
_ATTRIBUTES = 0o100644 << 16
_STORED, _DEFLATED = 0, 8

_ENCRYPTED, _DESCRIPTOR, _STRONG, _MASKED = 0x0001, 0x0008, 0x0040, 0x2000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a package may cost its reader; sizes in bytes, ``ratio`` as unpacked to packed.

    A ratio counts only from 1 MiB unpacked, since small files of one repeated line are honest.
    """

    entries: int = 1000
    entry: int = 128 * 2**20
    total: int = 512 * 2**20
    ratio: int = 200


LIMITS = Limits()
_RATIO_COUNTS_FROM = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
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
        return (
            _CENTRAL.pack(
                _CENTRAL_MARK, self.made_by, self.needed, self.flags, self.method, self.time, self.date,
                self.crc, self.packed, self.size, len(self.raw_name), 0, 0, 0, self.internal, self.attributes, self.offset,
            )
            + self.raw_name
        )  # fmt: skip


def read_archive(read_at: ReadAt, size: int, limits: Limits = LIMITS) -> Mapping[str, bytes]:
    """Read a whole package into its files, in the archive's order.

    Args:
        read_at: returns ``n`` bytes from ``offset``; fewer only at the end.
        size: of the whole, in bytes.
        limits: what it may cost.

    Raises:
        PackageRefused: with a code ``archive-…``, ``entry-…``, ``name-…`` or ``mimetype-…``.
    """
    if size > limits.total:
        _refuse("archive-too-large")
    directory, count, start = _directory(read_at, size, limits)
    entries = _central(directory, count)
    refuse_names(entry.name for entry in entries)
    for entry in entries:
        _refuse_entry(entry, limits)
    if sum(entry.size for entry in entries) > limits.total:
        _refuse("archive-too-large")
    _refuse_layout(entries, start)
    files = {entry.name: _content(read_at, entry) for entry in entries}
    _refuse_mimetype(entries, files)
    return files


def write_archive(entries: Sequence[tuple[str, bytes]], limits: Limits = LIMITS) -> bytes:
    """Return the ZIP of the files, in the order given, the same bytes on every machine.

    Raises:
        PackageRefused: what :func:`read_archive` would refuse in it.
    """
    refuse_names(name for name, _content in entries)
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, content in entries:
        entry = _stored(name, content, offset)
        _refuse_entry(entry, limits)
        parts += [entry.local_header, content]
        directory.append(entry.central_header)
        offset += len(entry.local_header) + len(content)
    central = b"".join(directory)
    if offset > limits.total or len(entries) > limits.entries:
        _refuse("archive-too-large")
    end = _END.pack(_END_MARK, 0, 0, len(entries), len(entries), len(central), offset, 0)
    return b"".join([*parts, central, end])


def _stored(name: str, content: bytes, offset: int) -> _Entry:
    return _Entry(
        raw_name=name.encode("ascii"),
        made_by=_MADE_BY,
        needed=_NEEDED,
        flags=0,
        method=_STORED,
        time=_TIME,
        date=_DATE,
        crc=zlib.crc32(content),
        packed=len(content),
        size=len(content),
        extra=0,
        comment=0,
        disk=0,
        internal=0,
        attributes=_ATTRIBUTES,
        offset=offset,
    )


def _directory(read_at: ReadAt, size: int, limits: Limits) -> tuple[bytes, int, int]:
    """Return the central directory's bytes, its number of entries, and where it starts."""
    if size < _END.size:
        _refuse("archive-truncated")
    end = _read(read_at, size - _END.size, _END.size)
    mark, disk, first_disk, here, count, length, start, comment = _END.unpack(end)
    if mark != _END_MARK or comment:
        _refuse(_why_no_end(read_at, size))
    before = _read(read_at, max(0, size - _END.size - 20), 4)
    if before == _ZIP64_LOCATOR or 0xFFFF in (here, count) or 0xFFFFFFFF in (length, start):
        _refuse("archive-zip64")
    if (disk, first_disk) != (0, 0) or here != count:
        _refuse("archive-multidisk")
    if not 0 < count <= limits.entries:
        _refuse("archive-entries")
    if start + length != size - _END.size:
        _refuse("archive-gap")
    return _read(read_at, start, length), count, start


def _why_no_end(read_at: ReadAt, size: int) -> str:
    """Tell a cut-off file from one with a comment or bytes after its end."""
    window = min(size, _LONGEST_COMMENT + _END.size)
    tail = _read(read_at, size - window, window)
    at = tail.rfind(_END_MARK)
    if at < 0 or window - at < _END.size:
        return "archive-truncated"
    comment = _END.unpack_from(tail, at)[-1]
    return "archive-comment" if comment == window - at - _END.size else "archive-suffix"


def _central(directory: bytes, count: int) -> list[_Entry]:
    entries, position = [], 0
    for _number in range(count):
        entry, length = _central_entry(directory, position)
        entries.append(entry)
        position += length
    if position != len(directory):
        _refuse("archive-directory")
    return entries


def _central_entry(directory: bytes, position: int) -> tuple[_Entry, int]:
    if len(directory) - position < _CENTRAL.size:
        _refuse("archive-directory")
    fields = _CENTRAL.unpack_from(directory, position)
    mark, made_by, needed, flags, method, time, date, crc, packed, size, name, extra, comment = fields[:13]
    length = _CENTRAL.size + name + extra + comment
    if mark != _CENTRAL_MARK or position + length > len(directory):
        _refuse("archive-directory")
    disk, internal, attributes, offset = fields[13:]
    start = position + _CENTRAL.size
    entry = _Entry(
        raw_name=directory[start : start + name],
        made_by=made_by,
        needed=needed,
        flags=flags,
        method=method,
        time=time,
        date=date,
        crc=crc,
        packed=packed,
        size=size,
        extra=extra,
        comment=comment,
        disk=disk,
        internal=internal,
        attributes=attributes,
        offset=offset,
    )
    return entry, length


def _refuse_entry(entry: _Entry, limits: Limits) -> None:
    fault = (
        _fault_of_flags(entry)
        or _fault_of_kind(entry)
        or _fault_of_fields(entry)
        or _fault_of_size(entry, limits)
    )
    if fault:
        _refuse(fault, entry.name)


def _fault_of_flags(entry: _Entry) -> str | None:
    if entry.flags & (_ENCRYPTED | _STRONG | _MASKED):
        return "entry-encrypted"
    if entry.flags & _DESCRIPTOR:
        return "entry-data-descriptor"
    return "entry-flags" if entry.flags else None


def _fault_of_kind(entry: _Entry) -> str | None:
    kind = entry.attributes >> 28
    if kind == 0o12:
        return "entry-link"
    if kind == 0o04 or entry.attributes & 0x10:
        return "entry-directory"
    if kind != 0o10:
        return "entry-device"
    return None


def _fault_of_fields(entry: _Entry) -> str | None:
    if entry.extra:
        return "entry-extra-field"
    if entry.comment:
        return "entry-comment"
    if entry.method not in (_STORED, _DEFLATED):
        return "entry-method"
    if (entry.time, entry.date) != (_TIME, _DATE):
        return "entry-timestamp"
    if (entry.made_by, entry.needed, entry.disk, entry.internal) != (_MADE_BY, _NEEDED, 0, 0):
        return "entry-version"
    return None if entry.attributes == _ATTRIBUTES else "entry-attributes"


def _fault_of_size(entry: _Entry, limits: Limits) -> str | None:
    if 0xFFFFFFFF in (entry.size, entry.packed, entry.offset):
        return "archive-zip64"
    if entry.size > limits.entry or entry.packed > limits.entry:
        return "entry-too-large"
    if entry.size > max(_RATIO_COUNTS_FROM, limits.ratio * entry.packed):
        return "entry-ratio"
    return "entry-size" if entry.method == _STORED and entry.packed != entry.size else None


def _refuse_layout(entries: Sequence[_Entry], end: int) -> None:
    """Each entry starts where the one before ends, and the directory where the last one ends."""
    position = 0
    for number, entry in enumerate(entries):
        if entry.offset < position:
            _refuse("archive-overlap", entry.name)
        if entry.offset > position:
            _refuse("archive-gap" if number else "archive-prefix", entry.name)
        position += len(entry.local_header) + entry.packed
    if position != end:
        _refuse("archive-overlap" if position > end else "archive-gap")


def _content(read_at: ReadAt, entry: _Entry) -> bytes:
    header = entry.local_header
    if _read(read_at, entry.offset, len(header)) != header:
        _refuse("entry-header-mismatch", entry.name)
    packed = _read(read_at, entry.offset + len(header), entry.packed)
    content = packed if entry.method == _STORED else _inflated(packed, entry)
    if len(content) != entry.size:
        _refuse("entry-size", entry.name)
    if zlib.crc32(content) != entry.crc:
        _refuse("entry-crc", entry.name)
    return content


def _inflated(packed: bytes, entry: _Entry) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, entry.size + 1)
    except zlib.error:
        _refuse("entry-deflate", entry.name)
    if len(content) > entry.size:
        _refuse("entry-size", entry.name)
    if not stream.eof or stream.unused_data or stream.unconsumed_tail:
        _refuse("entry-deflate", entry.name)
    return content


def _refuse_mimetype(entries: Sequence[_Entry], files: Mapping[str, bytes]) -> None:
    """EN 319 162-1 § A.1: first, stored, so that the type stands at byte 38 of the file."""
    name, content = MIMETYPE
    if name not in files:
        _refuse("mimetype-missing")
    if entries[0].name != name:
        _refuse("mimetype-not-first")
    if entries[0].method != _STORED:
        _refuse("mimetype-not-stored")
    if files[name] != content:
        _refuse("mimetype-other")


def _read(read_at: ReadAt, offset: int, count: int) -> bytes:
    content = read_at(offset, count)
    if len(content) != count:
        _refuse("archive-truncated")
    return content


def _refuse(code: str, name: str = "") -> Never:
    if name:
        message = _("The package's entry “{name}” is refused ({code}); ask the sender for a new package.")
    else:
        message = _(
            "The package is not a container as it should be ({code}); ask the sender for a new package."
        )
    raise PackageRefused(code, message.format(name=visible(name[:80]), code=code))

"""The ZIP under a package: bytes by position in, its files by name out; every byte is accounted for, or it is refused.

Nothing opens a package before this reader did. It takes one form of ZIP only (APPNOTE 6.3.10 without its options):
entries in one unbroken run from the first byte, the central directory after them with the same headers, the end
record last. What other readers could understand differently is thereby impossible: no prefix, gap, suffix,
comment, extra field, data descriptor, ZIP64, encryption, link, folder or device.

It reads once through and holds no file: sizes, CRC and SHA-256 are found in chunks, and a file is read again when it is
asked for, and must then be what it was.

The writer stores without compressing: deflate differs between zlib versions, and the same facts shall give the same
bytes on every machine.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Never

from exchange.errors import PackageRefused
from exchange.language import translate as _
from exchange.sanitise import visible
from exchange.sealing.files import CHUNK, Files, Measure, measured
from exchange.sealing.names import refuse_names
from exchange.sealing.zip_entries import (
    CENTRAL,
    CENTRAL_MARK,
    LIMITS,
    STORED,
    Entry,
    Limits,
    fault_of_entry,
    stored_entry,
)

ReadAt = Callable[[int, int], bytes]

MIMETYPE = ("mimetype", b"application/vnd.etsi.asic-e+zip")

_END = struct.Struct("<4s4H2IH")
_END_MARK = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_LONGEST_COMMENT = 0xFFFF


class Archive(Files):
    """A package that was read through once: nothing of it is held but its headers.

    Attributes:
        sha256: of the whole, 64 hex digits.
    """

    def __init__(
        self, read_at: ReadAt, entries: Mapping[str, Entry], measures: Mapping[str, Measure], sha256: str
    ) -> None:
        """Remember where each file lies; :func:`read_archive` makes one."""
        self.sha256 = sha256
        self._read_at = read_at
        self._entries = entries
        self._measures = measures

    def __getitem__(self, name: str) -> bytes:
        """Return a file's bytes."""
        return b"".join(self.chunks(name))

    def __iter__(self) -> Iterator[str]:
        """Give the names in the archive's order."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._entries)

    def measure(self, name: str) -> Measure:
        """Return what the first pass found."""
        return self._measures[name]

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give a file's bytes once more; the last piece comes only if all are what they were.

        Raises:
            PackageRefused: ``archive-changed``: somebody wrote into the package since it was judged.
        """
        entry, digest, last = self._entries[name], hashlib.sha256(), b""
        for chunk in _inflated(_packed(self._read_at, entry), entry):
            if last:
                yield last
            digest.update(chunk)
            last = chunk
        if digest.digest() != self._measures[name].sha256:
            _refuse("archive-changed", name)
        yield last


def read_archive(read_at: ReadAt, size: int, limits: Limits = LIMITS) -> Archive:
    """Read a whole package through once and return its files, in the archive's order.

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
    whole = hashlib.sha256()
    measures = {entry.name: _content(read_at, entry, whole.update) for entry in entries}
    _refuse_mimetype(entries, measures)
    whole.update(directory)
    whole.update(_read(read_at, size - _END.size, _END.size))
    return Archive(read_at, {entry.name: entry for entry in entries}, measures, whole.hexdigest())


def write_archive(entries: Sequence[tuple[str, bytes]], limits: Limits = LIMITS) -> bytes:
    """Return the ZIP of the files, in the order given, the same bytes on every machine.

    Raises:
        PackageRefused: what :func:`read_archive` would refuse in it.
    """
    contents = dict(entries)
    if len(contents) < len(entries):
        refuse_names(name for name, _content in entries)
    measures = {name: measured([content]) for name, content in entries}
    return b"".join(archive_pieces(measures, lambda name: [contents[name]], limits))


def archive_pieces(
    measures: Mapping[str, Measure], chunks: Callable[[str], Iterable[bytes]], limits: Limits = LIMITS
) -> Iterator[bytes]:
    """Give the ZIP piece by piece; the first piece comes after all is known to be within the rules.

    Args:
        measures: of each file, in order.
        chunks: gives the bytes of a file; what does not fit its measure is refused before the last piece.
        limits: what it may cost its reader.

    Raises:
        PackageRefused: what :func:`read_archive` would refuse in it.
    """
    refuse_names(measures)
    entries, offset = [], 0
    for name, measure in measures.items():
        entry = stored_entry(name, measure, offset)
        _refuse_entry(entry, limits)
        entries.append(entry)
        offset += len(entry.local_header) + entry.size
    directory = b"".join(entry.central_header for entry in entries)
    if offset > limits.total or len(entries) > limits.entries:
        _refuse("archive-too-large")
    for entry in entries:
        yield entry.local_header
        yield from _as_measured(entry.name, chunks(entry.name), measures[entry.name])
    yield directory
    yield _END.pack(_END_MARK, 0, 0, len(entries), len(entries), len(directory), offset, 0)


def _as_measured(name: str, chunks: Iterable[bytes], measure: Measure) -> Iterator[bytes]:
    size, crc = 0, 0
    for chunk in chunks:
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if (size, crc) != (measure.size, measure.crc):
        _refuse("archive-changed", name)


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


def _central(directory: bytes, count: int) -> list[Entry]:
    entries, position = [], 0
    for _number in range(count):
        entry, length = _central_entry(directory, position)
        entries.append(entry)
        position += length
    if position != len(directory):
        _refuse("archive-directory")
    return entries


def _central_entry(directory: bytes, position: int) -> tuple[Entry, int]:
    if len(directory) - position < CENTRAL.size:
        _refuse("archive-directory")
    fields = CENTRAL.unpack_from(directory, position)
    mark, made_by, needed, flags, method, time, date, crc, packed, size, name, extra, comment = fields[:13]
    length = CENTRAL.size + name + extra + comment
    if mark != CENTRAL_MARK or position + length > len(directory):
        _refuse("archive-directory")
    disk, internal, attributes, offset = fields[13:]
    start = position + CENTRAL.size
    entry = Entry(
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


def _refuse_entry(entry: Entry, limits: Limits) -> None:
    fault = fault_of_entry(entry, limits)
    if fault:
        _refuse(fault, entry.name)


def _refuse_layout(entries: Sequence[Entry], end: int) -> None:
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


def _content(read_at: ReadAt, entry: Entry, account: Callable[[bytes], None]) -> Measure:
    header = entry.local_header
    if _read(read_at, entry.offset, len(header)) != header:
        _refuse("entry-header-mismatch", entry.name)
    account(header)
    measure = measured(_inflated(_accounted(_packed(read_at, entry), account), entry))
    if measure.size != entry.size:
        _refuse("entry-size", entry.name)
    if measure.crc != entry.crc:
        _refuse("entry-crc", entry.name)
    return measure


def _packed(read_at: ReadAt, entry: Entry) -> Iterator[bytes]:
    start = entry.offset + len(entry.local_header)
    for at in range(0, entry.packed, CHUNK):
        yield _read(read_at, start + at, min(CHUNK, entry.packed - at))


def _accounted(chunks: Iterable[bytes], account: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in chunks:
        account(chunk)
        yield chunk


def _inflated(chunks: Iterable[bytes], entry: Entry) -> Iterator[bytes]:
    if entry.method == STORED:
        yield from chunks
        return
    stream, left = zlib.decompressobj(-zlib.MAX_WBITS), entry.size
    for packed in chunks:
        waiting = packed
        while waiting:
            content = _unpacked(stream, waiting, entry)
            left -= len(content)
            if left < 0:
                _refuse("entry-size", entry.name)
            yield content
            waiting = stream.unconsumed_tail
    while not stream.eof:  # what zlib holds back when a piece is full, though it has taken all of the bytes
        content = _unpacked(stream, b"", entry)
        left -= len(content)
        if left < 0:
            _refuse("entry-size", entry.name)
        if not content:
            _refuse("entry-deflate", entry.name)
        yield content


def _unpacked(stream: zlib._Decompress, packed: bytes, entry: Entry) -> bytes:
    if stream.eof:
        _refuse("entry-deflate", entry.name)
    try:
        content = stream.decompress(packed, CHUNK)
    except zlib.error:
        _refuse("entry-deflate", entry.name)
    if stream.unused_data:
        _refuse("entry-deflate", entry.name)
    return content


def _refuse_mimetype(entries: Sequence[Entry], measures: Mapping[str, Measure]) -> None:
    """EN 319 162-1 § A.1: first, stored, so that the type stands at byte 38 of the file."""
    name, content = MIMETYPE
    if name not in measures:
        _refuse("mimetype-missing")
    if entries[0].name != name:
        _refuse("mimetype-not-first")
    if entries[0].method != STORED:
        _refuse("mimetype-not-stored")
    if measures[name] != measured([content]):
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

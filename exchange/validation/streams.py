"""From a resource to its bytes and text: opened, joined, decompressed, decoded, counted and hashed on the way.

In: a resource. Out: a stream and what measures the file under it. In ``strict`` mode an encoding is what the descriptor
says, or UTF-8; in ``compat`` mode it is guessed as frictionless guesses it. A file that cannot be read is an error of the
report, not a failure.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import BinaryIO, cast

from exchange.validation.descriptor import Mode, Resource
from exchange.validation.errors import Error

SAMPLE_BYTES = 100_000
"""How many bytes an encoding is guessed from."""
_CONFIDENT = 0.5


class Unreadable(Exception):
    """The rows end here: the file cannot be opened, decoded or split; carries the error to report."""

    def __init__(self, kind: str, reason: object) -> None:
        """Keep the error."""
        super().__init__(str(reason))
        self.error = Error(kind, str(reason))


class Measured:
    """A byte stream that counts and hashes what passes through it, as ``TextIOWrapper`` reads it.

    Attributes:
        size: how many bytes have passed.
        ended: whether the end was reached; only then the digests are the file's.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Start at the stream's beginning."""
        self._stream = stream
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self.size = 0
        self.ended = False

    def read1(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        chunk = cast("io.BufferedReader", self._stream).read1(size)
        self._md5.update(chunk)
        self._sha256.update(chunk)
        self.size += len(chunk)
        self.ended = not chunk
        return chunk

    def read(self, size: int = -1) -> bytes:
        """Return bytes that are looked at and not counted."""
        return self._stream.read(size)

    def seek(self, place: int) -> int:
        """Go to a place; what is counted stays counted."""
        return self._stream.seek(place)

    def drain(self) -> None:
        """Measure the whole and go back to the first byte."""
        while self.read1(SAMPLE_BYTES):
            pass
        self._stream.seek(0)

    @property
    def digests(self) -> tuple[str, str] | None:
        """MD5 and SHA-256 of the whole, None before its end."""
        return (self._md5.hexdigest(), self._sha256.hexdigest()) if self.ended else None

    def readable(self) -> bool:
        """Return True, as ``TextIOWrapper`` asks."""
        return True

    def writable(self) -> bool:
        """Return False, as ``TextIOWrapper`` asks."""
        return False

    def seekable(self) -> bool:
        """Return False: text is read once."""
        return False

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._stream.closed

    def flush(self) -> None:
        """Do nothing, as ``TextIOWrapper`` asks."""

    def close(self) -> None:
        """Do nothing; who opened the file closes it."""


def open_text(resource: Resource, mode: Mode, files: ExitStack) -> tuple[io.TextIOWrapper, Measured]:
    """Return the lines of a delimited file and what measures it.

    Raises:
        Unreadable: a file is not there or cannot be decompressed, or the encoding is unknown.
    """
    stream, measured, encoding = open_bytes(resource, mode, files)
    # A tab-separated file gets its line ends translated, as frictionless opens it.
    newline = "" if resource.format == "csv" else None
    return io.TextIOWrapper(stream, encoding, newline=newline), measured


def readable(rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    """Yield the rows and turn what stops them into an error to report."""
    try:
        yield from rows
    except Unreadable:
        raise
    except (zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise Unreadable("compression-error", error) from None
    except UnicodeDecodeError as error:
        raise Unreadable("encoding-error", error) from None
    except (
        csv.Error,
        UnicodeError,
        TypeError,
        ValueError,
        OSError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise Unreadable("source-error", error) from None


def open_bytes(resource: Resource, mode: Mode, files: ExitStack) -> tuple[BinaryIO, Measured, str]:
    """Return the bytes of a resource, what measures the file they come from, and the name of their encoding.

    Raises:
        Unreadable: a file is not there or cannot be decompressed, or the encoding is unknown.
    """
    try:
        stream = files.enter_context(_joined(resource) if resource.extra_paths else _opened(resource))
        measured = Measured(stream)
        opened = cast("BinaryIO", measured)
        if resource.compression and not resource.extra_paths:
            measured.drain()
            opened = files.enter_context(_DECOMPRESSED[resource.compression](resource, stream))
        return opened, measured, _encoding(resource, _start(opened), mode)
    except (LookupError, UnicodeDecodeError) as error:
        raise Unreadable("encoding-error", error) from None
    except (zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise Unreadable("compression-error", error) from None
    except OSError as error:
        raise Unreadable("scheme-error", error) from None


def _opened(resource: Resource) -> BinaryIO:
    return resource.located(str(resource.path)).open("rb")


def _joined(resource: Resource) -> BinaryIO:
    """Return the parts of a table as one file: a header stands in each part, and counts in the first."""
    headless = not resource.dialect.header or resource.format != "csv"
    joined = io.BytesIO()
    for place, path in enumerate((str(resource.path), *resource.extra_paths)):
        with resource.located(path).open("rb") as part:
            if place and not headless:
                _drop_line(part)
            joined.write(part.read())
    joined.seek(0)
    return joined


def _drop_line(part: BinaryIO) -> None:
    # splitlines, as frictionless counts lines: a lone \r ends one too.
    content = part.read()
    part.seek(len(content.splitlines(keepends=True)[0]) if content else 0)


def _start(opened: BinaryIO) -> bytes:
    start = opened.read(SAMPLE_BYTES)[:SAMPLE_BYTES]
    opened.seek(0)
    return start


def _unzipped(resource: Resource, stream: BinaryIO) -> BinaryIO:
    with zipfile.ZipFile(stream) as archive:
        name = resource.inner_path or archive.namelist()[0]
        return io.BytesIO(archive.read(name))


_DECOMPRESSED: Mapping[str, Callable[[Resource, BinaryIO], BinaryIO]] = {
    "zip": _unzipped,
    "gz": lambda _resource, stream: cast("BinaryIO", gzip.GzipFile(fileobj=stream)),
    "bz2": lambda _resource, stream: cast("BinaryIO", bz2.BZ2File(stream)),
    "xz": lambda _resource, stream: cast("BinaryIO", lzma.LZMAFile(stream)),  # noqa: SIM115
}

COMPRESSIONS = frozenset(_DECOMPRESSED)


def _encoding(resource: Resource, start: bytes, mode: Mode) -> str:
    name = resource.encoding
    if name is None:
        name = _guessed_encoding(start) if mode == "compat" else "utf-8"
    name = codecs.lookup(name).name
    if name == "utf-8" and start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if name == "utf-16-be" and start.startswith(codecs.BOM_UTF16_BE):
        return "utf-16"
    if name == "utf-16-le" and start.startswith(codecs.BOM_UTF16_LE):
        return "utf-16"
    return name


def _guessed_encoding(start: bytes) -> str:
    from chardet import UniversalDetector

    detector = UniversalDetector()
    for line in start.splitlines():
        detector.feed(line)
    detector.close()
    guessed, confidence = detector.result["encoding"] or "utf-8", detector.result["confidence"] or 0
    if confidence < _CONFIDENT:
        try:
            start.decode("utf-8")
        except UnicodeDecodeError:
            return guessed
        return "utf-8"
    return "utf-8" if guessed == "ascii" else guessed

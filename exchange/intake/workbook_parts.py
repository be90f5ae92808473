"""The parts of one ``.xlsx``: its ZIP, and expat with no document type ever allowed and every size bounded.

In: the bytes of a workbook that :mod:`preflight` let through. Out: parts in pieces, or parsed into a :class:`Content`. Refused with
one sentence (:class:`IntakeRefused`): a document type or entity, broken XML, a part that is missing, more elements, deeper ones or
longer tokens than any workbook has. Source: ECMA-376 part 2 (packages and relationships).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn, Protocol
from xml.parsers import expat

from exchange.errors import IntakeRefused
from exchange.language import translate as _

# Some six million cells with their rows and texts; the reader takes under ten seconds for them.
MAX_TAGS = 28_000_000
MAX_DEPTH = 100
MAX_TOKEN = 2**20
MAX_RELATIONS = 20_000
_CHUNK = 1 << 16
_OFFICE_DOCUMENT = "/officeDocument"
_LAST = (True,)

Attributes = Mapping[str, str]


class Content(Protocol):
    """What takes the elements of one part; names come without their namespace."""

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take the start of an element."""

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text, as it stands between two of the others."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one workbook, open for as long as its sheets are read.

    Attributes:
        name: the file's name, used in messages.
        tags: the most tags seen in each part, so that a part read twice counts once.
    """

    name: str
    archive: zipfile.ZipFile
    tags: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, content: bytes) -> Parts:
        """Open a workbook's bytes; the archive stays open for its sheets, and is memory only."""
        try:
            return cls(name, zipfile.ZipFile(io.BytesIO(content)))
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise _damaged(name) from error

    def has(self, part: str) -> bool:
        """Tell whether a part is there."""
        return part in self.archive.NameToInfo

    def need(self, part: str) -> str:
        """Return the part's name.

        Raises:
            IntakeRefused: it is not there.
        """
        if not self.has(part):
            self.refuse(_("{file} lacks its part {part}: save it again in Excel."), part=part[:64])
        return part

    def parse(self, part: str, content: Content) -> None:
        """Parse a whole part."""
        with self.damage_said():
            feed = Feed(self, content)
            for chunk in self.chunks(part):
                feed.feed(chunk)
            feed.close()

    def chunks(self, part: str) -> Iterator[bytes]:
        """Give a part's bytes piece by piece, with the tags of the whole workbook counted."""
        seen = 0
        with self.archive.open(self.need(part)) as stream:
            while chunk := stream.read(_CHUNK):
                seen += chunk.count(b"<") + chunk.count(b"/>")
                self.spend(part, seen)
                yield chunk

    def spend(self, part: str, tags: int) -> None:
        """Count the tags of a pass over a part; the most of any pass counts.

        Raises:
            IntakeRefused: all parts together cost more than a workbook may.
        """
        if tags > self.tags.get(part, 0):
            self.tags[part] = tags
            if sum(self.tags.values()) > MAX_TAGS:
                self.refuse(_("{file} holds more cells than can be taken at once: split it by month."))

    def refuse(self, sentence: str, **values: object) -> NoReturn:
        """Raise a sentence with the file's name and the values filled in."""
        raise IntakeRefused(sentence.format(file=self.name, **values))

    @contextmanager
    def damage_said(self) -> Iterator[None]:
        """Turn what a broken file raises into its sentence."""
        try:
            yield
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            expat.ExpatError,
            UnicodeDecodeError,
        ) as error:
            raise _damaged(self.name) from error


def _damaged(name: str) -> IntakeRefused:
    return IntakeRefused(
        _("{file} is damaged or cut short: ask the sender for the file again.").format(file=name)
    )


class Feed:
    """One expat parser, fed piece by piece."""

    def __init__(self, parts: Parts, content: Content) -> None:
        self._parts, self._content = parts, content
        self._depth, self._fed = 0, 0
        self.encoding: str | None = None
        self._parser = parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._no_doctype
        parser.EntityDeclHandler = self._no_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = content.text

    def feed(self, data: bytes) -> None:
        """Parse more; one tag or comment longer than any workbook's is refused before expat stores it."""
        for begin in range(0, len(data), _CHUNK):
            piece = data[begin : begin + _CHUNK]
            self._parser.Parse(piece)
            self._fed += len(piece)
            if self._fed - max(self._parser.CurrentByteIndex, 0) > MAX_TOKEN:
                self._parts.refuse(
                    _("{file} holds longer texts than Excel allows: ask the sender for the file again.")
                )

    def close(self) -> None:
        """Say that all has been fed; what is still open is damage."""
        self._parser.Parse(b"", *_LAST)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._parts.refuse(_("{file} is nested deeper than any workbook: save it again in Excel."))
        self._content.start(local(tag), attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._content.end(local(tag))

    def _no_doctype(self, *_declared: object) -> None:
        self._parts.refuse(_("{file} declares XML entities, which no workbook does: save it again in Excel."))


@lru_cache(maxsize=4096)
def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]


def local_attribute(attributes: Attributes, name: str) -> str | None:
    """Return an attribute by its local name: relationship ids carry a namespace, in two editions."""
    return next((value for key, value in attributes.items() if local(key) == name), None)


def whole(text: str | None) -> int:
    """Return a whole number; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: the kind by its address, the part by its path."""

    kind: str
    target: str


def workbook_path(parts: Parts) -> str:
    """Return the path of the workbook part."""
    if parts.has("_rels/.rels"):
        for item in relations(parts, "").values():
            if item.kind.endswith(_OFFICE_DOCUMENT):
                return item.target
    return "xl/workbook.xml"


def relations(parts: Parts, source: str) -> Mapping[str, Relation]:
    """Return a part's relations inside the package by their ids; what lies outside is never followed."""
    folder, base = posixpath.split(source)
    part = posixpath.join(folder, "_rels", f"{base}.rels")
    if not parts.has(part):
        return {}
    content = _Relations(parts, folder)
    parts.parse(part, content)
    return content.found


class _Relations:
    def __init__(self, parts: Parts, folder: str) -> None:
        self.found: dict[str, Relation] = {}
        self._parts, self._folder = parts, folder

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        if len(self.found) >= MAX_RELATIONS:
            self._parts.refuse(_("{file} holds more parts than any workbook has: save it again in Excel."))
        target = attributes.get("Target", "")
        path = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(self._folder, target))
        )
        self.found[attributes.get("Id", "")] = Relation(attributes.get("Type", ""), path)

    def end(self, tag: str) -> None:
        """Nothing closes here."""

    def text(self, text: str) -> None:
        """Relations hold no text."""

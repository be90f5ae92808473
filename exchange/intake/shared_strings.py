"""The texts of a workbook: rich runs joined, phonetic guides left out, ``_xHHHH_`` undone; the shared ones kept compactly.

In: the elements of ``sharedStrings.xml`` or of one inline string. Out: texts by number. Refused with one sentence: more or longer
texts than Excel allows. Source: ECMA-376 part 1, 18.4.
"""

from __future__ import annotations

import re
from array import array

from exchange.intake.plain_stream import TEXT, PlainStream, plain_text
from exchange.intake.workbook_parts import Attributes, Parts
from exchange.language import translate as _

MAX_TEXT = 32_767
MAX_SHARED_BYTES = 64 * 2**20
MAX_SHARED = 2_000_000
_LISTED = 120_000
_LISTED_BYTES = 4 * 2**20
_STRINGS_BEGIN = re.compile(rb"<sst(?: [^<>]*)?>")
_PLAIN = re.compile(rf'[ \t\r\n]*<si><t(?: xml:space="preserve")?>({TEXT})</t>')
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedTexts:
    """Texts by number from 0: the first as they are, as they are most often used, the rest as one run of UTF-8, a fifth of the size."""

    __slots__ = ("_bytes", "_ends", "listed", "size")

    def __init__(self) -> None:
        self.listed: list[str] = []
        self._bytes = bytearray()
        self._ends = array("I", (0,))
        self.size = 0

    def __len__(self) -> int:
        return len(self.listed) + len(self._ends) - 1

    def __getitem__(self, index: int) -> str:
        if index < len(self.listed):
            return self.listed[index]
        place = index - len(self.listed)
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()

    def append(self, text: str) -> None:
        """Add the text of the next number."""
        self.size += len(text) if text.isascii() else len(text.encode())
        if len(self._ends) == 1 and len(self.listed) < _LISTED and self.size < _LISTED_BYTES:
            self.listed.append(text)
            return
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))


class RichText:
    """The text of one string: its ``t`` runs, phonetic guides left out."""

    __slots__ = ("_open", "_phonetic", "_size", "parts")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget the string before."""
        self.parts: list[str] = []
        self._size = 0
        self._open = False
        self._phonetic = False

    def start(self, tag: str) -> None:
        """Take the start of an element inside the string."""
        if tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._open = not self._phonetic

    def end(self, tag: str) -> None:
        """Take the end of an element inside the string."""
        if tag == "rPh":
            self._phonetic = False
        elif tag == "t":
            self._open = False

    def add(self, text: str) -> int:
        """Take a piece; return the characters so far."""
        if self._open:
            self.parts.append(text)
            self._size += len(text)
        return self._size

    def whole(self) -> str:
        """Return the string with its escapes undone."""
        return unescaped("".join(self.parts))


def unescaped(text: str) -> str:
    """Undo ``_xHHHH_`` (22.9.2.19, ST_Xstring); NUL and lone surrogates stay escaped, as no table can hold them."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found.group(1), 16)
    return found.group() if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def read_shared_strings(parts: Parts, part: str) -> SharedTexts:
    """Return the texts of ``sharedStrings.xml`` in order; the counts that it claims are not believed."""
    texts = SharedTexts()
    stream = PlainStream(parts, part, _StringEvents(parts), begin=_STRINGS_BEGIN, end="</si>")
    for count, text in enumerate(stream.items(_plain_text)):
        texts.append(text)
        if count >= MAX_SHARED or texts.size > MAX_SHARED_BYTES:
            parts.refuse(_("{file} holds more text than can be taken at once: split it by month."))
    return texts


def _plain_text(piece: str) -> str | None:
    found = _PLAIN.fullmatch(piece) if len(piece) <= MAX_TEXT else None
    return None if found is None else unescaped(plain_text(found[1]))


class _StringEvents:
    """The strings as expat meets them: rich ones, those with entities."""

    def __init__(self, parts: Parts) -> None:
        self.between = False
        self._parts, self._rich = parts, RichText()
        self._texts: list[str] = []

    def drain(self) -> list[str]:
        """Return the texts that have ended since the last time."""
        texts, self._texts = self._texts, []
        return texts

    def start(self, tag: str, attributes: Attributes) -> None:  # noqa: ARG002 (the protocol's form)
        """Take the start of an element of the part."""
        self.between = tag == "sst"
        if tag == "si":
            self._rich.clear()
        else:
            self._rich.start(tag)

    def end(self, tag: str) -> None:
        """Take the end of an element of the part."""
        if tag == "si":
            self._texts.append(self._rich.whole())
            self.between = True
        else:
            self._rich.end(tag)

    def text(self, text: str) -> None:
        """Take text, which counts inside a run only."""
        if self._rich.add(text) > MAX_TEXT:
            self._parts.refuse(
                _("{file} holds longer texts than Excel allows: ask the sender for the file again.")
            )

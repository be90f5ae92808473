"""What encoding a text is in: byte order mark, the NUL bytes of UTF-16, strict UTF-8, else the code page with most Danish letters.

In: bytes. Out: a codec's name, or the text, read as it is needed. Refuses nothing.
"""

from __future__ import annotations

import codecs
import io
import itertools
import re

_CODE_PAGES = ("cp1252", "mac-roman", "cp850")
_HEAD = 4096
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DANISH = frozenset("æøåÆØÅ")
_LIKELY = frozenset("éÉüÜöÖäÄèàóáíëï–—’‘“”„…§°½´«»€\u00a0")
# Lines with letters beyond ASCII, as many as tell the code page.
_TELLING = re.compile(rb"[^\r\n]{0,80}[\x80-\xff][^\r\n]{0,80}")
_TELLING_LINES = 4096
# UTF-8's æøåÆØÅ read as cp1252.
_DOUBLED = re.compile("Ã[¦¸¥†˜…]")


def detect_encoding(content: bytes) -> str:
    """Return a codec for the bytes; UTF-8 that is damaged in places is still UTF-8."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    head = content[:_HEAD]
    little, big = head[1::2].count(0), head[0::2].count(0)
    # Nearly every other byte of European text in UTF-16 is NUL; where both are, it is none.
    if (little + big) * 4 > len(head) and max(little, big) > 4 * min(little, big):
        return "utf-16-le" if little > big else "utf-16-be"
    if _is_utf8(content):
        return "utf-8"
    telling = b"\n".join(found[0] for found in itertools.islice(_TELLING.finditer(content), _TELLING_LINES))
    best = max(_CODE_PAGES, key=lambda encoding: _score(telling, encoding))
    doubled = len(_DOUBLED.findall(telling.decode("cp1252", "replace")))
    return "utf-8" if doubled > sum(map(telling.decode(best).count, _DANISH)) else best


def open_text(content: bytes, encoding: str) -> io.TextIOWrapper:
    """Return the text of the bytes, decoded as it is read, line ends as they are and without a byte order mark."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(io.BytesIO(content), codec, newline="")


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), 1 << 20):
            decoder.decode(content[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _score(content: bytes, encoding: str) -> int:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return -(10**9)
    return sum(
        _worth(letter, before) for before, letter in itertools.pairwise(f" {text}") if not letter.isascii()
    )


def _worth(letter: str, before: str) -> int:
    if letter in _DANISH:
        # A capital in the middle of a word is another page's quotation mark.
        return -2 if letter.isupper() and before.islower() else 3
    return 1 if letter in _LIKELY else -2

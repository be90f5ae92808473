"""Words of a sheet compared as people read them: headings, labels, sheet names, code aliases.

In: text of a cell or a layout. Out: the compared form. Refuses nothing.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f\u200b\ufeff]+")


@lru_cache(maxsize=4096)
def squeezed(text: str) -> str:
    """Return the text composed (NFC), with every run of blanks, no-break ones too, as one and none at the ends."""
    if text.isascii():
        return " ".join(text.split())
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return the compared form: squeezed, without case, without a trailing ``.`` or ``:``."""
    return squeezed(text).casefold().rstrip(".: ")


def fits(text: str, words: Iterable[str]) -> bool:
    """Tell whether the text is one of the words; ``*`` in a word stands for any text."""
    own = plain(text)
    return any(_fits(own, plain(word)) for word in words)


@lru_cache(maxsize=16384)
def _fits(own: str, word: str) -> bool:
    if "*" not in word:
        return own == word
    return re.fullmatch(".*".join(map(re.escape, word.split("*"))), own) is not None


def file_fits(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a file's name fits one of the patterns, without case; macOS spells ``å`` in two characters."""
    own = unicodedata.normalize("NFC", name).casefold()
    return any(
        fnmatch.fnmatchcase(own, unicodedata.normalize("NFC", pattern).casefold()) for pattern in patterns
    )

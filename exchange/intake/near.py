"""Near matches: which known names and numbers a text that nobody knows may have been meant for.

In: the text, and what is known. Out: at most three candidates, best first, for a person to choose from; never a choice. Danish letters
are compared as they are also written (aa, ae, oe), words in any order, numbers without leading zeros.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from exchange.intake.words import squeezed

_LIKENESS = 70
# Case numbers of one year have most of their digits in common.
_LIKENESS_OF_NUMBERS = 85
_MOST = 3
_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "y"})
_ALSO_WRITTEN = (("aa", "a"), ("ae", "e"), ("oe", "o"))
_SIGNS = re.compile(r"[\W_]+")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """What a text may be meant for.

    Attributes:
        name: a local name of the crosswalk, or the id itself.
    """

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Near:
    """A candidate; ``likeness`` is of 100."""

    known: Known
    likeness: int


def folded(text: str) -> str:
    """Return the text as near matches compare it: ``Åse  Kjær`` and ``AASE KJAER`` are the same."""
    found = squeezed(text).casefold().translate(_DANISH)
    found = "".join(sign for sign in unicodedata.normalize("NFKD", found) if not unicodedata.combining(sign))
    for written, short in _ALSO_WRITTEN:
        found = found.replace(written, short)
    return _ZEROS.sub("", _SIGNS.sub(" ", found)).strip()


def near_matches(text: str, known: Iterable[Known]) -> list[Near]:
    """Return the known names most like the text, each id once, best first and then by name."""
    from rapidfuzz import fuzz

    own = folded(text)
    if not own:
        return []
    enough = _LIKENESS_OF_NUMBERS if any(sign.isdecimal() for sign in own) else _LIKENESS
    best: dict[str, Near] = {}
    for one in sorted(set(known)):
        other = folded(one.name)
        likeness = max(fuzz.token_sort_ratio(own, other), fuzz.ratio(own, _last(other)))
        if likeness >= enough and (one.id not in best or best[one.id].likeness < round(likeness)):
            best[one.id] = Near(one, round(likeness))
    return sorted(best.values(), key=lambda near: (-near.likeness, near.known))[:_MOST]


def _last(folded_name: str) -> str:
    """Return the number of an id without its jobcentre: ``12`` of ``159 12``; of a name, its last word is not compared."""
    last = folded_name.rpartition(" ")[2]
    return last if last.isdecimal() else folded_name

"""What sheets call the fields of the form: how near a heading comes to each of them.

In: ``schemas/guessing.toml`` and the labels of the form's tables. Out: likeness of a heading from 0 to 1 per field, and
the other words that a guess leans on. Refuses nothing: what no word is like is 0.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from exchange.form.tables import tables
from exchange.intake.words import squeezed

WEAK = 0.7
"""What a word counts that may as well mean something else."""

_LETTERS = {ord("ø"): "o", ord("æ"): "ae", ord("ß"): "ss"}
_NOISE = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words, folded.

    Attributes:
        fields: field or ``table.field`` to its words and their weights; a key with ``-`` before it stands in no table.
        tables: table to the words of its sheets' names and titles.
        totals, footers: how rows begin that are no records.
        copies: words of the names of sheets that hold old or no facts.
        reporters: reporter code to words near the title.
        per_day, per_week: words that say what a plan counts for.
        doubtful: code list to words and the codes that senders mean by them.
    """

    fields: Mapping[str, Mapping[str, float]]
    tables: Mapping[str, tuple[str, ...]]
    totals: tuple[str, ...]
    footers: tuple[str, ...]
    copies: tuple[str, ...]
    reporters: Mapping[str, tuple[str, ...]]
    per_day: tuple[str, ...]
    per_week: tuple[str, ...]
    doubtful: Mapping[str, Mapping[str, tuple[str, ...]]]


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return the words of a text: small ASCII letters and digits with single blanks, Danish letters in one spelling."""
    spelt = squeezed(text).casefold().translate(_LETTERS)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(sign))
    return _NOISE.sub(" ", bare.replace("aa", "a").replace("oe", "o")).strip()


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary."""
    text = files("schemas").joinpath("guessing.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Vocabulary(
        fields=_field_words(data["fields"]),
        tables={name: _folded_all(words) for name, words in data["tables"].items()},
        totals=_folded_all(data["rows"]["total"]),
        footers=_folded_all(data["rows"]["footer"]),
        copies=_folded_all(data["rows"]["copy"]),
        reporters={name: _folded_all(words) for name, words in data["reporter"].items()},
        per_day=_folded_all(data["per_day"]["day"]),
        per_week=_folded_all(data["per_day"]["week"]),
        doubtful={
            name: {folded(word): tuple(codes) for word, codes in words.items()}
            for name, words in data["doubtful_codes"].items()
        },
    )


def _folded_all(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded(word) for word in words))


def _field_words(said: Mapping[str, Iterable[str]]) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for key, words in said.items():
        for word in words:
            _add(found, key, word.removesuffix("?"), WEAK if word.endswith("?") else 1.0)
    for table in tables().values():
        for field in table.fields:
            for label in (field.label_da, field.label_en, field.name):
                _add(found, f"{table.name}.{field.name}", label, 1.0)
    return found


def _add(found: dict[str, dict[str, float]], key: str, word: str, weight: float) -> None:
    words = found.setdefault(key, {})
    words[folded(word)] = max(weight, words.get(folded(word), 0.0))


def heading_likeness(heading: str, table: str, field: str) -> float:
    """Return how much a heading is like a field of a table, 0 to 1."""
    return max(_likeness_to(folded(heading), field), _likeness_to(folded(heading), f"{table}.{field}"))


def best_likeness(heading: str) -> float:
    """Return how much a heading is like any field at all."""
    own = folded(heading)
    return max(_likeness_to(own, key) for key in vocabulary().fields)


def elsewhere_likeness(heading: str, table: str) -> tuple[float, str]:
    """Return how much a heading is like something that the table has no field for, and what."""
    own = folded(heading)
    names = set(tables()[table].field_names)
    keys = [key for key in vocabulary().fields if key.rpartition(".")[2] not in names and key[0] != "_"]
    return max(((_likeness_to(own, key), key.rpartition(".")[2]) for key in keys), default=(0.0, ""))


def table_likeness(text: str, table: str) -> float:
    """Return how much a sheet's name or title speaks of a table."""
    own = folded(text)
    words = vocabulary().tables.get(table, ())
    return max((0.0, *(_said_in(own, word) for word in words)))


def begins_with(text: str, words: Iterable[str]) -> str | None:
    """Return which of the words the text begins with, the longest."""
    own = folded(text)
    fitting = [word for word in words if own == word or own.startswith(f"{word} ")]
    return max(fitting, key=len, default=None)


def says(text: str, words: Iterable[str]) -> bool:
    """Tell whether one of the words stands in the text."""
    own = f" {folded(text)} "
    return any(f" {word} " in own for word in words)


@lru_cache(maxsize=65536)
def _likeness_to(own: str, key: str) -> float:
    if not own:
        return 0.0
    words = vocabulary().fields.get(key, {})
    return max((weight * _likeness(own, word) for word, weight in words.items()), default=0.0)


def _said_in(own: str, word: str) -> float:
    if own == word:
        return 1.0
    if f" {word} " in f" {own} ":
        return 0.9
    return 0.7 if len(word) >= 5 and any(part.startswith(word) for part in own.split()) else 0.0


@lru_cache(maxsize=262144)
def _likeness(own: str, word: str) -> float:
    """Compare two folded texts: same, one within the other, abbreviated, compounded, mistyped."""
    if own == word:
        return 1.0
    ours, theirs = own.split(), word.split()
    return max(
        _within(ours, theirs), _abbreviated(ours, theirs), _compounded(own, word), _mistyped(own, word)
    )


def _within(ours: list[str], theirs: list[str]) -> float:
    """The heading says the word and more, or only a part of it."""
    if set(theirs) <= set(ours):
        return max(0.7, 0.92 - 0.06 * (len(ours) - len(theirs)))
    if "".join(ours) == "".join(theirs):
        return 0.97
    return 0.5 if set(ours) < set(theirs) else 0.0


def _abbreviated(ours: list[str], theirs: list[str]) -> float:
    """``Forl. nr.`` for ``forløb nr``, ``Pl. timer`` for ``planlagte timer``, ``Akt.`` for ``aktivitet``."""
    least = 2 if len(theirs) > 1 else 3
    if len(ours) != len(theirs):
        return 0.0
    begun = all(
        long.startswith(short) and len(short) >= min(least, len(long))
        for short, long in zip(ours, theirs, strict=True)
    )
    return 0.85 if begun else 0.0


def _compounded(own: str, word: str) -> float:
    """``fraværstype`` begins with ``fravær``; ``praktikforløb`` ends in ``forløb``."""
    if " " in own or " " in word or len(word) < 5:
        return 0.0
    if own.startswith(word):
        return 0.78
    return 0.66 if own.endswith(word) else 0.0


def _mistyped(own: str, word: str) -> float:
    from rapidfuzz.distance import OSA

    longest = max(len(own), len(word))
    if longest < 4 or abs(len(own) - len(word)) > 2:
        return 0.0
    edits = OSA.distance(own, word, score_cutoff=2)
    if edits == 1:
        return 0.82 if longest <= 5 else 0.9
    return 0.8 if edits == 2 and longest >= 9 else 0.0

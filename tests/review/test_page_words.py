"""What the index of words answers is what reading every text gives."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.checks.findings import Finding, finding_id
from exchange.review.filtering import Filter
from exchange.review.listing import MemoryListing
from exchange.review.open_list import Entry
from exchange.review.page_file import write_pages
from exchange.review.page_words import SCHEMA, WordIndex, holding
from exchange.review.paged import PagedListing

# More than one vocabulary.
MANY = (1 << 15) + 3
FEW = 700


@pytest.fixture(name="connection")
def opened() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        yield connection


def indexed(connection: sqlite3.Connection, texts: list[str]) -> None:
    index = WordIndex(connection)
    for place, text in enumerate(texts):
        index.add(place, text)
    index.finish()


@pytest.mark.parametrize(
    ("part", "places"),
    [
        ("odd", set(range(1, MANY, 2))),
        ("ev", set(range(0, MANY, 2))),
        ("d", set(range(1, MANY, 2))),
        ("last", {MANY - 1}),
        ("zz", set()),
        # Words stand one after the other in the file, and are searched one by one.
        ("nod", set()),
    ],
)
def test_places_of_every_vocabulary_are_found(
    connection: sqlite3.Connection, part: str, places: set[int]
) -> None:
    texts = ["odd\nodd" if place % 2 else "even" for place in range(MANY - 1)] + ["even last"]
    indexed(connection, texts)

    assert holding(connection, part.encode(), MANY) == array("I", sorted(places))


def test_a_part_that_stands_in_too_many_words_is_not_answered(connection: sqlite3.Connection) -> None:
    indexed(connection, [f"w{place}" for place in range(FEW)])

    assert holding(connection, b"w", FEW) is None
    assert holding(connection, b"w69", FEW) == array("I", (69, *range(690, 700)))


def entry(number: int) -> Entry:
    finding = Finding(
        finding_id=finding_id("R03", [str(number)]),
        rule="R03",
        severity="error",
        subject=(("entry_id", f"w{number}"), ("mentor_id", f"Ærø-{number % 7}")),
        message="Hours differ.",
        cure="",
    )
    return Entry(finding, "open")


@pytest.mark.parametrize(
    "typed",
    [
        ("w", "w1", "w12", "w123"),
        ("w", "w ", "w w1", "w w12"),
        ("ÆRØ-3", "ærø-3 w", "ærø-3 w1"),
        ("w69", "w69 hours", "w69 hours ærø-1"),
        ("hours", "hours w", "hours w6", "hours w6 zz"),
    ],
)
@pytest.mark.parametrize("wanted", [Filter(), Filter(sort=("party",), severities=frozenset({"error"}))])
def test_a_search_typed_letter_by_letter_finds_what_memory_finds(
    tmp_path: Path, typed: tuple[str, ...], wanted: Filter
) -> None:
    entries = [entry(number) for number in range(FEW)]
    write_pages(tmp_path / "findings.sqlite", entries)
    paged, memory = PagedListing(tmp_path / "findings.sqlite"), MemoryListing(entries)

    for search in typed:
        searched = replace(wanted, search=search)
        assert paged.ids(searched) == memory.ids(searched)
    paged.close()

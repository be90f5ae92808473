"""The file that a long list of findings is read from, page by page: entries in, one SQLite file out. Written once, never changed.

It is derived: whoever finds it too old or damaged throws it away. Decisions do not stand in it, so that deciding costs
no byte of it (:mod:`exchange.review.paged` lays them over). It says what the findings say, and no more: of a cell that
may hold a CPR number a finding has no text.

``findings`` is narrow and in the usual order, so that a filter reads little; what is searched and what is shown lie in
tables of their own, the latter compressed with what the first findings have in common.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from exchange.checks.findings import SEVERITIES, Evidence, Finding, Proposal
from exchange.review.filtering import USUAL, hours_of, oere_of, parties_of, place_in, text_of, week_of
from exchange.review.open_list import Entry
from exchange.review.page_words import SCHEMA as _WORDS
from exchange.review.page_words import WordIndex

FORMAT = 2

# What zlib is shown before each finding; more of it costs more than it saves.
_COMMON_BYTES, _SAMPLES = 1 << 11, 64
_SCHEMA = f"""
PRAGMA page_size = 16384;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA user_version = {FORMAT};
CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE kinds (kind INTEGER PRIMARY KEY, rule TEXT NOT NULL, cause TEXT);
CREATE TABLE circles (circle INTEGER PRIMARY KEY, first TEXT NOT NULL, parties TEXT NOT NULL);
CREATE TABLE findings (place INTEGER PRIMARY KEY, finding BLOB NOT NULL, turn INTEGER NOT NULL, stands INTEGER NOT NULL,
    severity INTEGER NOT NULL, dated INTEGER, kind INTEGER NOT NULL, circle INTEGER NOT NULL, amount INTEGER,
    company INTEGER, jobcentre INTEGER);
CREATE TABLE totals (count INTEGER, open INTEGER, company INTEGER, jobcentre INTEGER, amount INTEGER);
CREATE TABLE texts (place INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE contents (place INTEGER PRIMARY KEY, stands INTEGER NOT NULL, judged BLOB NOT NULL, content BLOB NOT NULL);
{_WORDS}"""
_INDEXES = """
CREATE UNIQUE INDEX by_finding ON findings (finding);
CREATE INDEX settled ON findings (place) WHERE NOT stands;
"""
_JSON = json.JSONEncoder(separators=(",", ":")).encode
TOTALS = "SELECT count(*), coalesce(sum(f.stands), 0), sum(f.company), sum(f.jobcentre), sum(f.amount)"
Row = tuple[int | bytes | str | None, ...]


@dataclass(slots=True)
class _Numbered:
    """Values that recur, each with a number of its own."""

    numbers: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    def of(self, value: tuple[str | None, ...]) -> int:
        return self.numbers.setdefault(value, len(self.numbers))


@dataclass(slots=True)
class _Choices:
    """What can be filtered by, and how many findings have it."""

    rules: Counter[str] = field(default_factory=Counter)
    parties: Counter[str] = field(default_factory=Counter)
    weeks: Counter[str] = field(default_factory=Counter)

    def count(self, finding: Finding) -> None:
        self.rules[finding.rule] += 1
        self.parties.update(parties_of(finding))
        if finding.dated:
            self.weeks[str(week_of(finding.dated))] += 1

    def found(self) -> dict[str, list[tuple[str, int]]]:
        named = {"party": self.parties, "rule": self.rules, "week": self.weeks}
        return {name: sorted(counted.items()) for name, counted in named.items()}


def write_pages(path: Path, entries: Sequence[Entry]) -> None:
    """Write the file; it is whole when this returns, and to be thrown away where it raises.

    Args:
        path: where nothing is yet.
        entries: in the order of the check; each is asked for twice, so that who makes them need not hold them all.

    Raises:
        sqlite3.Error: it could not be written.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        _write(connection, entries)
        connection.execute("COMMIT")
        connection.executescript(_INDEXES)


def _write(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    usual = sorted(range(len(entries)), key=lambda turn: place_in(USUAL, entries[turn]))
    common = _common([entries[turn] for turn in usual[:: max(len(usual) // _SAMPLES, 1)]])
    kinds, circles, choices = _Numbered(), _Numbered(), _Choices()
    words = WordIndex(connection)
    for place, turn in enumerate(usual):
        entry = entries[turn]
        choices.count(entry.finding)
        row = _row(entry, turn, kinds, circles)
        connection.execute("INSERT INTO findings VALUES (?,?,?,?,?,?,?,?,?,?,?)", (place, *row))
        text = text_of(entry.finding)
        words.add(place, text)
        connection.execute("INSERT INTO texts VALUES (?,?)", (place, as_bytes(text)))
        shown = (place, entry.stands, bytes.fromhex(entry.judged), _packed(_encoded(entry), common))
        connection.execute("INSERT INTO contents VALUES (?,?,?,?)", shown)
    words.finish()
    connection.executemany(
        "INSERT INTO kinds VALUES (?,?,?)", ((number, *kind) for kind, number in kinds.numbers.items())
    )
    connection.executemany(
        "INSERT INTO circles VALUES (?,?,?)",
        ((number, (*circle, "")[0], json.dumps(circle)) for circle, number in circles.numbers.items()),
    )
    facts = {"choices": json.dumps(choices.found()), "common": common}
    connection.executemany("INSERT INTO facts VALUES (?,?)", facts.items())
    connection.execute(f"INSERT INTO totals {TOTALS} FROM findings AS f")


def _row(entry: Entry, turn: int, kinds: _Numbered, circles: _Numbered) -> Row:
    finding = entry.finding
    return (
        bytes.fromhex(finding.finding_id),
        turn,
        entry.stands,
        SEVERITIES.index(finding.severity),
        finding.dated.toordinal() if finding.dated else None,
        kinds.of((finding.rule, finding.likely_cause)),
        circles.of(parties_of(finding)),
        oere_of(finding),
        hours_of(finding, "company"),
        hours_of(finding, "jobcentre"),
    )


def as_bytes(text: str) -> bytes:
    """Return the bytes that a search compares; half a surrogate pair of a broken file is a text too."""
    return text.encode("utf-8", "surrogatepass")


def _common(samples: Iterable[Entry]) -> bytes:
    """Return what findings have in common: some of them, as they are kept."""
    return b"".join(_encoded(entry) for entry in samples)[-_COMMON_BYTES:]


def _packed(content: bytes, common: bytes) -> bytes:
    packer = zlib.compressobj(6, zdict=common)
    return packer.compress(content) + packer.flush()


def _encoded(entry: Entry) -> bytes:
    finding = entry.finding
    cells = [
        (item.table, item.key, item.field, item.file, item.sheet, item.cell, item.value)
        for item in finding.evidence
    ]
    proposal = finding.proposal
    whole = (
        entry.first_judged,
        finding.finding_id,
        finding.rule,
        finding.severity,
        finding.subject,
        finding.message,
        finding.cure,
        None if finding.amount_dkk is None else str(finding.amount_dkk),
        None if finding.effect_dkk is None else str(finding.effect_dkk),
        (proposal.table, proposal.key, proposal.field, proposal.value) if proposal else None,
        finding.likely_cause,
        cells,
        finding.judged,
        finding.dated.isoformat() if finding.dated else None,
        finding.owners,
    )
    return _JSON(whole).encode()


def read_entry(content: bytes, common: bytes, *, stands: bool) -> Entry:
    """Return an entry that nobody has decided.

    Raises:
        ValueError, zlib.error: the content is damaged.
    """
    unpacker = zlib.decompressobj(zdict=common)
    judged, *finding = json.loads(unpacker.decompress(content))
    return Entry(_finding(finding), "open" if stands else "settled", None, stands=stands, first_judged=judged)


def _finding(parts: list[Any]) -> Finding:
    (
        finding_id, rule, severity, subject, message, cure, amount, effect, proposal, cause, cells, judged, dated, owners,
    ) = parts  # fmt: skip
    return Finding(
        finding_id=finding_id,
        rule=rule,
        severity=severity,
        subject=_pairs(subject),
        message=message,
        cure=cure,
        amount_dkk=None if amount is None else Decimal(amount),
        effect_dkk=None if effect is None else Decimal(effect),
        proposal=None if proposal is None else Proposal(*proposal),
        likely_cause=cause,
        evidence=tuple([Evidence(table, _pairs(key), *rest) for table, key, *rest in cells]),
        judged=judged,
        dated=None if dated is None else date.fromisoformat(dated),
        owners=_pairs(owners),
    )


def _pairs(found: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple([(name, value) for name, value in found])

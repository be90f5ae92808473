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
from exchange.review.filtering import Filter, hours_of, in_wanted_order, oere_of, parties_of, text_of, week_of
from exchange.review.open_list import Entry, decided

FORMAT = 1

# What zlib is shown before each finding; more of it costs more than it saves.
_COMMON_BYTES = 1 << 11
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
"""
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


def write_pages(path: Path, entries: Sequence[Entry]) -> None:
    """Write the file; it is whole when this returns, and to be thrown away where it raises.

    Args:
        path: where nothing is yet.
        entries: in the order of the check.

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
    undecided = [decided(entry, None) for entry in entries]
    turns = {entry.finding.finding_id: turn for turn, entry in enumerate(undecided)}
    usual = in_wanted_order(undecided, Filter())
    common = _common(usual)
    kinds, circles = _Numbered(), _Numbered()
    for place, entry in enumerate(usual):
        finding = entry.finding
        row = _row(entry, turns[finding.finding_id], kinds, circles)
        connection.execute("INSERT INTO findings VALUES (?,?,?,?,?,?,?,?,?,?,?)", (place, *row))
        connection.execute("INSERT INTO texts VALUES (?,?)", (place, as_bytes(text_of(finding))))
        shown = (place, entry.stands, bytes.fromhex(entry.judged), _packed(_encoded(entry), common))
        connection.execute("INSERT INTO contents VALUES (?,?,?,?)", shown)
    connection.executemany(
        "INSERT INTO kinds VALUES (?,?,?)", ((number, *kind) for kind, number in kinds.numbers.items())
    )
    connection.executemany(
        "INSERT INTO circles VALUES (?,?,?)",
        ((number, (*circle, "")[0], json.dumps(circle)) for circle, number in circles.numbers.items()),
    )
    told = {"choices": json.dumps(_choices(undecided)), "common": common}
    connection.executemany("INSERT INTO facts VALUES (?,?)", told.items())
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


def _choices(entries: Iterable[Entry]) -> dict[str, list[tuple[str, int]]]:
    rules: Counter[str] = Counter()
    parties: Counter[str] = Counter()
    weeks: Counter[str] = Counter()
    for entry in entries:
        rules[entry.finding.rule] += 1
        parties.update(parties_of(entry.finding))
        if entry.finding.dated:
            weeks[str(week_of(entry.finding.dated))] += 1
    return {
        name: sorted(found.items()) for name, found in (("party", parties), ("rule", rules), ("week", weeks))
    }


def as_bytes(text: str) -> bytes:
    """Return the bytes that a search compares; half a surrogate pair of a broken file is a text too."""
    return text.encode("utf-8", "surrogatepass")


def _common(entries: Sequence[Entry]) -> bytes:
    """Return what findings have in common: a few spread over the list."""
    step = max(len(entries) // 64, 1)
    return b"".join(_encoded(entry) for entry in entries[::step])[-_COMMON_BYTES:]


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

"""One plain file under DuckDB: which of its columns' cells and keys are proven good, and which rows are in doubt.

In: a file of regular records, one a line, and what SQL can prove of its columns. Out: that nothing is in doubt, or the
places of the rows that must be read. Nothing is said of a file whose keys or texts SQL cannot compare (:class:`Undecided`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from exchange.validation.cells import CellReader
from exchange.validation.descriptor import Mode
from exchange.validation.mistakes import SchemaMistake
from exchange.validation.proofs import Proof, proof_of, quoted
from exchange.validation.records import Cells
from exchange.validation.rows import Columns, Key, Known

if TYPE_CHECKING:
    import duckdb

_MOST_TEXTS = 300_000
"""How many distinct texts of a column are read one by one rather than giving the file to the batches."""
_BUFFER = 1 << 23
"""Bytes that DuckDB's reader takes at a time; its own 32 MB cost memory and give no speed here."""
_MOST_BITS = 62
"""How many columns have a bit of a BIGINT; cells of further ones are read again, which is only slower."""


class Undecided(Exception):
    """Only reading every row tells."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A row that must be read: its place (from 0), the bits of its proven cells, its first cell."""

    place: int
    proven: int
    first: str


def is_bad(read: CellReader, text: str) -> bool:
    """Return whether a text is no good cell; one that shows a mistake of the schema is left to its row."""
    try:
        judged = read(text)
    except SchemaMistake:
        return True
    return bool(judged.wrong_type or judged.broken)


def _value_of(read: CellReader, text: str) -> object:
    """Return the value of a text.

    Raises:
        Undecided: the text shows a mistake of the schema, or its value cannot be compared.
    """
    try:
        value = read(text).value
        hash(value)
    except (SchemaMistake, TypeError):
        raise Undecided from None
    return value


class ColumnScreen:
    """One file under DuckDB."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, columns: Columns, known: Known, mode: Mode
    ) -> None:
        """Say what can be proven of each column."""
        self._connection = connection
        self._columns = columns
        self._known = known
        self._names = [f"c{place}" for place in range(len(columns.fields))]
        self._proofs = [
            proof_of(field, name, mode) for field, name in zip(columns.fields, self._names, strict=True)
        ]
        self._foreign = sorted({place for _key, places in columns.foreign for place in places})
        self._read = [place for place, proof in enumerate(self._proofs) if proof is None]
        self._source = self._good = ""
        self._tables = 0
        self.rows = 0

    def read(self, path: str, delimiter: str, header_lines: int) -> None:
        """Say where the rows come from."""
        types = ", ".join(f"'{name}': 'VARCHAR'" for name in self._names)
        cells = ", ".join(f"coalesce({name}, '') AS {name}" for name in self._names)
        self._source = (
            f"(SELECT {cells} FROM read_csv({quoted(path)}, auto_detect=false, header=false, skip={header_lines}, "
            f"delim={quoted(delimiter)}, quote='\"', escape='\"', columns={{{types}}}, strict_mode=true, "
            f"null_padding=false, buffer_size={_BUFFER}, encoding='utf-8'))"
        )
        never = filter(None, (range(len(self._names)), self._columns.primary))
        good = [proof.good for proof in self._proofs if proof]
        self._good = " AND ".join([*good, *(f"NOT ({self._all_missing(places)})" for places in never)])

    def finds_nothing(self) -> bool:
        """Return whether every cell and key of the file is proven good; nothing is kept of it."""
        if self._read or self._foreign or not self._keys_are_text():
            return False
        asked = ["count(*)", f"count_if({self._good})"]
        asked += [f"count(DISTINCT {self._key_text(key)})" for key in self._once]
        self.rows, *counts = self._rows(f"SELECT {', '.join(asked)} FROM {self._source}")[0]
        return set(counts) == {self.rows}

    def load(self) -> None:
        """Keep the file's cells as text, with which of them are proven.

        Raises:
            Undecided: a column has too many texts that must be read.
        """
        if not self._keys_are_text():
            raise Undecided
        bits = [
            f"if({proof.proven}, {1 << place}, 0)"
            for place, proof in enumerate(self._proofs[:_MOST_BITS])
            if proof
        ]
        kept = [
            *(f"c{place}" for place in self._kept),
            f"{' + '.join(bits) or '0'} AS proven",
            f"{self._good} AS good",
        ]
        # Only one thread writes rows in the order of the file: with two, DuckDB 2.0 mixes its buffers.
        self._connection.execute("SET threads = 1")
        self._connection.execute(f"CREATE TEMP TABLE t AS SELECT {', '.join(kept)} FROM {self._source}")
        self._connection.execute("RESET threads")
        asked = ["count(*)", *(f"approx_count_distinct(c{place})" for place in {*self._read, *self._foreign})]
        self.rows, *texts = self._rows(f"SELECT {', '.join(asked)} FROM t")[0]
        if any(count > _MOST_TEXTS for count in texts):
            raise Undecided

    def add(self, rows: Sequence[Cells]) -> None:
        """Add rows in doubt after those of the file, for what their keys share; missing cells have no value.

        Raises:
            Undecided: a cell is one that DuckDB cannot take.
        """
        if not rows:
            return
        columns = [[row[place] if place < len(row) else None for row in rows] for place in self._kept]
        lists = ", ".join(f"unnest(${number}::VARCHAR[])" for number in range(1, len(columns) + 1))
        self._connection.execute(f"INSERT INTO t SELECT {lists}, 0, false", columns)

    def doubtful(self) -> list[Doubtful]:
        """Return the rows that must be read, in the order of the file."""
        doubts = ["NOT good", *self._bad_texts(), *self._shared_keys(), *self._dangling()]
        asked = f"SELECT rowid, proven, c0 FROM t WHERE {' OR '.join(doubts)} ORDER BY rowid"
        return [Doubtful(*row) for row in self._rows(asked)]

    @property
    def _kept(self) -> list[int]:
        """The columns whose texts are asked for again: the first, those that are read, and those of keys."""
        return sorted({0, *self._read, *self._foreign, *(place for key in self._once for place in key)})

    @property
    def _once(self) -> list[tuple[int, ...]]:
        """The keys that no two rows may share."""
        primary = [self._columns.primary] if self._columns.primary else []
        return [*primary, *((place,) for place in self._columns.unique), *self._columns.once]

    def _missing(self, place: int) -> str:
        texts = self._columns.fields[place].missing
        return f"c{place} IN ({', '.join(map(quoted, texts))})" if texts else "false"

    def _all_missing(self, places: Sequence[int]) -> str:
        return " AND ".join(self._missing(place) for place in places)

    def _key_text(self, places: Sequence[int]) -> str:
        texts = [f"CASE WHEN {self._missing(place)} THEN NULL ELSE c{place} END" for place in places]
        return texts[0] if len(texts) == 1 else f"row({', '.join(texts)})"

    def _keys_are_text(self) -> bool:
        """Whether equal values of every key that comes once are equal texts."""
        proofs = [self._proofs[place] for key in self._once for place in key]
        return all(proof is not None and proof.canonical for proof in proofs)

    def _bad_texts(self) -> Iterator[str]:
        """Yield, for each column that SQL proves nothing of, the condition of its faulty texts."""
        for place in self._read:
            read = self._columns.readers[place]
            yield self._among(
                (place,), [text for text in self._texts((place,), "true") if is_bad(read, text[0])]
            )

    def _shared_keys(self) -> Iterator[str]:
        """Yield the conditions of rows whose key another row has, or that have none."""
        for place in sorted({place for key in self._once for place in key}):
            self._hold_unproven(place)
        for number, places in enumerate(self._once):
            keys = [self._key_value(place) for place in places]
            named = ", ".join(f"{key} AS k{place}" for key, place in zip(keys, places, strict=True))
            same = " AND ".join(
                f"{key} IS NOT DISTINCT FROM g.k{place}" for key, place in zip(keys, places, strict=True)
            )
            self._connection.execute(
                f"CREATE TEMP TABLE shared{number} AS SELECT t.rowid AS r FROM t "
                f"SEMI JOIN (SELECT {named} FROM t GROUP BY ALL HAVING count(*) > 1) AS g ON {same}"
            )
            yield f"rowid IN (SELECT r FROM shared{number})"
            yield " AND ".join(f"{key} IS NULL" for key in keys)

    def _hold_unproven(self, place: int) -> None:
        """Give up where a text of a key that no proof covers has a value, which another text may have too."""
        proof = cast("Proof", self._proofs[place])
        unproven = f"NOT coalesce({proof.typed}, false) AND NOT {proof.missing}"
        read = self._columns.readers[place]
        if any(_value_of(read, text[0]) is not None for text in self._texts((place,), unproven)):
            raise Undecided

    def _key_value(self, place: int) -> str:
        proof = cast("Proof", self._proofs[place])
        return f"CASE WHEN coalesce({proof.typed}, false) AND NOT {proof.missing} THEN c{place} END"

    def _dangling(self) -> Iterator[str]:
        """Yield, for each foreign key, the condition of the texts that stand in no row of the other table."""
        for key, places in self._columns.foreign:
            offered = self._known.get((key.resource, key.reference), ())
            texts = self._texts(places, "true")
            values = ((text, self._values(places, text)) for text in texts)
            yield self._among(
                places, [text for text, value in values if set(value) != {None} and value not in offered]
            )

    def _values(self, places: Sequence[int], texts: Sequence[str]) -> Key:
        readers = [self._columns.readers[place] for place in places]
        return tuple([_value_of(read, text) for read, text in zip(readers, texts, strict=True)])

    def _texts(self, places: Sequence[int], condition: str) -> list[tuple[str, ...]]:
        names = ", ".join(f"c{place}" for place in places)
        return self._rows(f"SELECT DISTINCT {names} FROM t WHERE {condition}")

    def _among(self, places: Sequence[int], texts: Sequence[tuple[str, ...]]) -> str:
        """Return the condition of the rows with one of these texts."""
        if not texts:
            return "false"
        name = f"among{self._tables}"
        self._tables += 1
        columns = [f"x{number}" for number in range(len(places))]
        self._connection.execute(
            f"CREATE TEMP TABLE {name} ({', '.join(f'{column} VARCHAR' for column in columns)})"
        )
        lists = ", ".join(f"unnest(${number + 1}::VARCHAR[])" for number in range(len(places)))
        self._connection.execute(
            f"INSERT INTO {name} SELECT {lists}", [list(column) for column in zip(*texts, strict=True)]
        )
        same = " AND ".join(
            f"t.c{place} = {name}.{column}" for place, column in zip(places, columns, strict=True)
        )
        return f"EXISTS (SELECT 1 FROM {name} WHERE {same})"

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

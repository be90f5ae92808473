"""What may be kept of a file in the open: no name of a person in what says where its rows stood.

In: a :class:`FileIntake` as it was read, and the local names that the crosswalk knows. Out: the same with places that name a person
called by their number (``sheet-3``) or hash (``src-1a2b3c4d5e6f.xlsx``). Refuses nothing. A name that stands in a file's or
sheet's name alone, and in no column and no crosswalk, cannot be known for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from exchange.form.faults import Fault
from exchange.form.tables import tables
from exchange.intake.mapping import MappedRow, SkippedRow
from exchange.intake.read import FileIntake
from exchange.intake.words import squeezed

_WORD = re.compile(r"[^\W_]+")
_OF_A_CELL = re.compile(r"(?P<file>[0-9a-f]{12})#(?P<sheet>.+)!(?P<cell>[A-Z]{1,3}[0-9]+)", re.DOTALL)
# A number this short is a week's or a month's as often as a case's.
_SHORTEST_NUMBER = 4
_LONGEST_NAME = 12


def discreet(file: FileIntake, texts: Iterable[str]) -> FileIntake:
    """Return the file as it may be stored.

    Args:
        file: as it was read.
        texts: local names and numbers that are known; those that the file's own rows wait for are added.
    """
    people = _People.of((*texts, *(text for row in file.rows for text in row.local.values())))
    sheets = {name: f"sheet-{number}" for number, name in enumerate(file.sheets, 1) if people.stand_in(name)}
    ending = PurePath(file.file).suffix
    named = people.stand_in(file.file.removesuffix(ending))
    called = f"src-{file.sha256[:12]}{ending}" if named else file.file
    return _Places(file.file, called, sheets).renamed(file) if named or sheets else file


def spotter(texts: Iterable[str]) -> Callable[[str], bool]:
    """Return what tells whether one of these local names stands in a text."""
    return _People.of(texts).stand_in


@dataclass(frozen=True, slots=True)
class _People:
    """Local names, each as its words in order of the alphabet and as one word."""

    names: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> _People:
        return cls(frozenset(spelled for text in set(texts) for spelled in _spelled(_words(text))))

    def stand_in(self, text: str) -> bool:
        words = _words(text)
        return any(
            spelled in self.names
            for first in range(len(words))
            for last in range(first + 1, min(len(words), first + _LONGEST_NAME) + 1)
            for spelled in _spelled(words[first:last])
        )


def _words(text: str) -> list[str]:
    return _WORD.findall(squeezed(text).casefold())


def _spelled(words: list[str]) -> tuple[str, ...]:
    joined = "".join(words)
    if not joined or (joined.isdecimal() and len(joined) < _SHORTEST_NUMBER):
        return ()
    return joined, " ".join(sorted(words))


@dataclass(frozen=True, slots=True)
class _Places:
    """New names for a file and some of its sheets."""

    file: str
    called: str
    sheets: Mapping[str, str]

    def renamed(self, file: FileIntake) -> FileIntake:
        rows = tuple(self._row(row) for row in file.rows)
        keys = {
            (old.table, _key(old)): _key(new) for old, new in zip(file.rows, rows, strict=True) if old != new
        }
        return replace(
            file,
            file=self.called,
            rows=rows,
            skipped=tuple(self._skipped(one) for one in file.skipped),
            faults=tuple(sorted(self._fault(fault, keys) for fault in file.faults)),
            sheets=tuple(self.sheets.get(name, name) for name in file.sheets),
        )

    def _row(self, row: MappedRow) -> MappedRow:
        cells = {name: self._cells(text) for name, text in row.cells.items()}
        values = row.values
        if row.table == "control_totals" and (source := values.get("source")):
            values = {**values, "source": self._source(source)}
        return replace(row, values=values, cells=cells)

    def _cells(self, text: str) -> str:
        """Rename in ``FILE#SHEET!A1+FILE#SHEET!B2``, or ``FILE/ENTRY#A1``."""
        head = next((f"{self.file}{mark}" for mark in "#/" if text.startswith(f"{self.file}{mark}")), None)
        if head is None:
            return text
        parts = text.removeprefix(head).split(f"+{head}")
        return "+".join(f"{self.called}{head[-1]}{self._place(part)}" for part in parts)

    def _place(self, part: str) -> str:
        sheet, mark, address = part.rpartition("!")
        return f"{self._sheet(sheet)}{mark}{address}"

    def _sheet(self, name: str) -> str:
        return self.sheets.get(name, name)

    def _source(self, source: str) -> str:
        file, mark, sheet = source.partition("#") if source.startswith(self.file) else (source, "", "")
        return f"{self.called}{mark}{self._sheet(sheet)}" if file == self.file else source

    def _skipped(self, one: SkippedRow) -> SkippedRow:
        file = self.called + one.file.removeprefix(self.file) if one.file.startswith(self.file) else one.file
        return replace(one, file=file, sheet=self._sheet(one.sheet))

    def _fault(self, fault: Fault, keys: Mapping[tuple[str, str], str]) -> Fault:
        cell = _OF_A_CELL.fullmatch(fault.key)
        if cell is not None:
            return replace(fault, key=f"{cell['file']}#{self._sheet(cell['sheet'])}!{cell['cell']}")
        return replace(fault, key=keys.get((fault.table, fault.key), fault.key))


def _key(row: MappedRow) -> str:
    return tables()[row.table].key_of(row.values)

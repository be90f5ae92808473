"""The files behind findings, read again from the store: decrypted in memory, never written anywhere.

A finding's cell in; a page of rows around it out, or why there is none. The page is of the bytes that were taken: what an
object no longer vouches for is not shown. CPR numbers are masked, as everywhere.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING

from exchange import figures
from exchange.checks.findings import Evidence, Finding
from exchange.errors import EnblanketError, KeyRefused, WorkspaceError
from exchange.form.canonical import read_number
from exchange.form.confidential import masked
from exchange.form.tables import tables
from exchange.intake.cells import Book, Cell, Row, Sheet, letters, split_address
from exchange.review.sources import Facts, FormRow, NotShown, SourcePage, SourceRow
from exchange.workspace.chronicle import TakenFile
from exchange.workspace.folder import Workspace
from exchange.workspace.holdings import Holdings

if TYPE_CHECKING:
    from exchange.sealing.keys import AgeIdentity

# Books stay decrypted in memory while one looks through the findings of a file.
_OPEN_BOOKS = 3
_WIDEST = 40
_EPOCH = date(1899, 12, 30)
_LAST_SERIAL = 2_958_465
_CSV = ".csv"


@dataclass(slots=True)
class SourceDesk:
    """The sources of one workspace.

    Attributes:
        passphrase: gives that of our key where it is at hand; nobody is asked here.
    """

    workspace: Workspace
    passphrase: Callable[[], bytes | None] = lambda: None
    _identity: AgeIdentity | None = field(default=None, repr=False)
    _books: OrderedDict[tuple[str, str], Book] = field(default_factory=OrderedDict, repr=False)
    _held: tuple[str, Holdings] | None = field(default=None, repr=False)
    _turn: Lock = field(default_factory=Lock, repr=False)

    def facts(self, finding: Finding) -> Facts:
        """Return the rows behind a finding as reported.

        Raises:
            WorkspaceError: an object is gone or altered.
        """
        with self._turn:
            return _facts(self._holdings(), finding)

    def page(self, item: Evidence, above: int, below: int) -> SourcePage | NotShown:
        """Return the rows around a cell, so many above and below; why not, where they cannot be shown.

        Raises:
            WorkspaceError: a table's object is gone or altered.
        """
        place = split_address(_first(item.cell)) if item.file and item.cell else None
        if place is None:
            return NotShown("no-file")
        with self._turn:
            taken = self._taken(item)
            if taken is None:
                return NotShown("no-file")
            book = self._book(taken, item)
            return book if isinstance(book, NotShown) else _page(book, taken, item, place, (above, below))

    def unlock(self, passphrase: str) -> bool:
        """Try a passphrase of our key."""
        from exchange.sealing.keys import unlock_age

        try:
            self._identity = unlock_age(self.workspace.keys, passphrase.encode)
        except KeyRefused:
            return False
        return True

    def _holdings(self) -> Holdings:
        """Return what stands, kept until something else does: its connection has read the objects' heads."""
        head = self.workspace.ledger.head()
        mark = hashlib.sha256("".join(head).encode()).hexdigest()
        if self._held is None or self._held[0] != mark:
            self._held = (mark, self.workspace.holdings())
        return self._held[1]

    def _taken(self, item: Evidence) -> TakenFile | None:
        """Return the file that the cell was read from; of several of one name that which the row came from."""
        near = [
            one for _take, one in self.workspace.chronicle().standing_files() if _is_of(item.file or "", one)
        ]
        if len({one.sha256 for one in near}) > 1:
            sha256 = self._holdings().file_of(item.table, item.key_text)
            near = [one for one in near if one.sha256 == sha256]
        return near[-1] if near else None

    def _book(self, taken: TakenFile, item: Evidence) -> Book | NotShown:
        mark = (taken.sha256, item.file or "")
        if mark in self._books:
            self._books.move_to_end(mark)
            return self._books[mark]
        content = self._content(taken)
        if isinstance(content, NotShown):
            return content
        self._books[mark] = _read(self.workspace, taken, item.file or "", content)
        while len(self._books) > _OPEN_BOOKS:
            self._books.popitem(last=False)
        return self._books[mark]

    def _content(self, taken: TakenFile) -> bytes | NotShown:
        if taken.source in self.workspace.chronicle().purged:
            return NotShown("purged")
        try:
            stored = self.workspace.objects.get(taken.source)
        except WorkspaceError:
            return NotShown("altered")
        identity = self._opened()
        if identity is None:
            return NotShown("locked")
        try:
            content = identity.decrypt(stored)
        except KeyRefused:
            return NotShown("locked")
        return content if hashlib.sha256(content).hexdigest() == taken.sha256 else NotShown("altered")

    def _opened(self) -> AgeIdentity | None:
        from exchange.sealing.keys import is_bare, unlock_age

        if self._identity is None:
            secret = None if is_bare(self.workspace.keys) else self.passphrase()
            if secret is None and not is_bare(self.workspace.keys):
                return None
            try:
                self._identity = unlock_age(self.workspace.keys, lambda: secret)
            except EnblanketError:
                return None
        return self._identity


def _first(cell: str | None) -> str:
    """Return the first of a value's cells, without the sheet that stands before one of another sheet."""
    return (cell or "").split("+")[0].rpartition("!")[2]


def _is_of(file: str, taken: TakenFile) -> bool:
    return file == taken.name or file.startswith(f"{taken.name}/")


def _read(workspace: Workspace, taken: TakenFile, file: str, content: bytes) -> Book:
    from exchange.intake.delimited import read_delimited
    from exchange.intake.layout import CsvStyle
    from exchange.intake.read import CANONICAL
    from exchange.intake.workbooks import read_workbook

    inner = file.removeprefix(taken.name).removeprefix("/")
    if inner:
        content = _unpacked(content, inner)
    if not file.lower().endswith(_CSV) and not taken.name.lower().endswith((".txt", ".tsv")):
        return read_workbook(file, content)
    if taken.layout == CANONICAL:
        return read_delimited(file, content, CsvStyle(delimiter=",", quote='"'))
    style = next((one.csv for one in workspace.layouts() if one.name == taken.layout), CsvStyle())
    return read_delimited(file, content, style)


def _unpacked(content: bytes, wanted: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(one for one in archive.namelist() if masked(one) == wanted)
        return archive.read(name)


def _page(
    book: Book, taken: TakenFile, item: Evidence, place: tuple[int, int], around: tuple[int, int]
) -> SourcePage | NotShown:
    sheet = _sheet(book, item)
    if sheet is None:
        return NotShown("no-file")
    number, column = place
    first, last = number - around[0], number + around[1]
    rows = list(_rows(sheet, first, last))
    widest = max((max(row.cells, default=0) for row in rows), default=0)
    shown = range(1, max(min(widest, _WIDEST), column) + 1)
    return SourcePage(
        file=item.file or "",
        sheet=item.sheet,
        columns=tuple(letters(one) for one in shown),
        rows=tuple(SourceRow(row.number, tuple(_text(row.cells.get(one)) for one in shown)) for row in rows),
        row=number,
        column=column - 1,
        sha256=taken.sha256,
    )


def _sheet(book: Book, item: Evidence) -> Sheet | None:
    """Return the cell's sheet; one whose name names a person is called by its place (``sheet-3``)."""
    before, mark, _cell = (item.cell or "").split("+")[0].rpartition("!")
    wanted = (before if mark else item.sheet) or ""
    for number, sheet in enumerate(book.sheets, start=1):
        if wanted in (sheet.label, f"sheet-{number}") or (not wanted and not sheet.name):
            return sheet
    return None


def _rows(sheet: Sheet, first: int, last: int) -> Iterator[Row]:
    for row in sheet.rows:
        if row.number > last:
            return
        if row.number >= first:
            yield row


def _text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return masked(f"={_value(cell)}" if cell.formula else _value(cell))


def _value(cell: Cell) -> str:
    number = read_number(cell.text) if cell.kind in ("number", "date") else None
    if number is None:
        return cell.text
    if cell.kind == "date" and number == int(number) and 0 < number <= _LAST_SERIAL:
        return figures.day(_EPOCH + timedelta(days=int(number)))
    return figures.number(number) if abs(number) < Decimal(10**15) else cell.text


def _facts(holdings: Holdings, finding: Finding) -> Facts:
    subject = dict(finding.subject)
    rows = dict(_rows_behind(holdings, finding))
    placement_id = subject.get("placement_id") or _told(rows, "placement_id")
    placement = _one(holdings, "placements", placement_id)
    agreement_id = subject.get("agreement_id") or (placement or {}).get("agreement_id")
    return Facts(
        rows=rows,
        agreement=_one(holdings, "agreements", agreement_id),
        placement=placement,
        mentors=frozenset(
            row["mentor_id"]
            for row in holdings.rows_at("mentors", _mentors(rows)).values()
            if row.get("agreement_id") == agreement_id and row["mentor_id"]
        ),
    )


def _rows_behind(holdings: Holdings, finding: Finding) -> Iterator[tuple[tuple[str, str], FormRow]]:
    wanted: dict[str, set[str]] = {}
    for item in finding.evidence:
        if item.table in tables():
            wanted.setdefault(item.table, set()).add(item.key_text)
    for name, keys in wanted.items():
        for key, row in holdings.rows_at(name, keys).items():
            yield (name, key), row


def _mentors(rows: Mapping[tuple[str, str], FormRow]) -> set[str]:
    return {mentor for row in rows.values() if (mentor := row.get("mentor_id"))}


def _told(rows: Mapping[tuple[str, str], FormRow], name: str) -> str | None:
    """Return what all rows say; None where they say several things."""
    said = {value for row in rows.values() if (value := row.get(name))}
    return said.pop() if len(said) == 1 else None


def _one(holdings: Holdings, name: str, key: str | None) -> FormRow | None:
    return None if key is None else holdings.rows_at(name, {key}).get(key)

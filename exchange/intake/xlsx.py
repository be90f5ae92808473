"""Excel workbooks, cell by cell, on the standard library's expat: what an audit needs and no library keeps.

In: the bytes of an ``.xlsx`` that :mod:`preflight` let through. Out: a :class:`Book` of every sheet in order, hidden ones
flagged. Refused with one sentence (:class:`IntakeRefused`): a document type or entity, broken XML, a part that is missing,
more cells or longer texts than Excel allows. Source: ECMA-376 part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NoReturn, Protocol
from xml.parsers import expat

from exchange.errors import IntakeRefused
from exchange.form.confidential import masked
from exchange.intake.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Book,
    Cell,
    CellKind,
    Merge,
    Row,
    Sheet,
    split_address,
)
from exchange.intake.formats import FormatKind, built_in_kind, code_kind
from exchange.language import translate as _

MAX_TEXT = 32_767
MAX_ELEMENTS = 4_000_000
MAX_FILLED = 1_000_000
MAX_SHARED_TEXT = 64 * 2**20
DAYS_1904 = 1462
_CHUNK = 1 << 16
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OFFICE_DOCUMENT = "/officeDocument"
_LAST = (True,)

Attributes = Mapping[str, str]


def read_workbook(name: str, content: bytes) -> Book:
    """Read every sheet of a workbook.

    Args:
        name: the file's name, used in messages.
        content: its bytes.

    Raises:
        IntakeRefused: names the file, the part and the cure.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(_Parts(name, archive))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        expat.ExpatError,
        UnicodeDecodeError,
    ) as error:
        raise IntakeRefused(
            _("{file} is damaged or cut short: ask the sender for the file again.").format(file=name)
        ) from error


class _Content(Protocol):
    """What takes the elements of one part; names come without their namespace."""

    def start(self, tag: str, attributes: Attributes) -> None: ...
    def end(self, tag: str) -> None: ...
    def text(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of one workbook, parsed with no document type ever allowed."""

    name: str
    archive: zipfile.ZipFile
    elements: Iterator[int] = field(default_factory=itertools.count)

    def has(self, part: str) -> bool:
        return part in self.archive.NameToInfo

    def parse(self, part: str, content: _Content) -> None:
        if not self.has(part):
            self.refuse(_("{file} lacks its part {part}: save it again in Excel."), part=part)
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._no_doctype
        parser.EntityDeclHandler = self._no_doctype
        parser.StartElementHandler = self._counted(content.start)
        parser.EndElementHandler = lambda tag: content.end(_local(tag))
        parser.CharacterDataHandler = content.text
        with self.archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
        parser.Parse(b"", *_LAST)

    def _counted(self, start: Callable[[str, Attributes], None]) -> Callable[[str, Attributes], None]:
        """Count every element of the whole workbook, so that no part can keep the reader busy for long."""
        elements = self.elements

        def counted(tag: str, attributes: Attributes) -> None:
            if next(elements) > MAX_ELEMENTS:
                self.refuse(_("{file} holds more cells than can be taken at once: split it by month."))
            start(_local(tag), attributes)

        return counted

    def _no_doctype(self, *_declared: object) -> None:
        self.refuse(_("{file} declares XML entities, which no workbook does: save it again in Excel."))

    def refuse(self, sentence: str, **values: object) -> NoReturn:
        raise IntakeRefused(sentence.format(file=self.name, **values))


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(attributes: Attributes, name: str) -> str | None:
    """Return an attribute by its local name: relationship ids carry a namespace, in two editions."""
    return next((value for key, value in attributes.items() if _local(key) == name), None)


def _read(parts: _Parts) -> Book:
    path = _workbook_path(parts)
    workbook = _Workbook()
    parts.parse(path, workbook)
    relations = _relations(parts, path)
    strings, styles = _Strings(parts), _Styles()
    _parse_if_there(parts, relations, "/sharedStrings", strings)
    _parse_if_there(parts, relations, "/styles", styles)
    shared = _Shared(strings.texts, styles.kinds(), workbook.epoch_1904)
    sheets = []
    for entry in workbook.sheets:
        relation = relations.get(entry.relation)
        if relation is None or not relation.kind.endswith("/worksheet"):
            continue
        content = _SheetCells(parts, entry.name, shared)
        parts.parse(relation.target, content)
        sheets.append(content.sheet(hidden=entry.hidden))
    if not sheets:
        parts.refuse(_("{file} has no sheets: ask the sender for the file again."))
    return Book(tuple(sheets))


def _parse_if_there(parts: _Parts, relations: Mapping[str, _Relation], kind: str, content: _Content) -> None:
    target = next((item.target for item in relations.values() if item.kind.endswith(kind)), None)
    if target is not None and parts.has(target):
        parts.parse(target, content)


def _workbook_path(parts: _Parts) -> str:
    if parts.has("_rels/.rels"):
        for item in _relations(parts, "").values():
            if item.kind.endswith(_OFFICE_DOCUMENT):
                return item.target
    return "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str


def _relations(parts: _Parts, source: str) -> Mapping[str, _Relation]:
    folder, base = posixpath.split(source)
    part = posixpath.join(folder, "_rels", f"{base}.rels")
    if not parts.has(part):
        return {}
    content = _Relations(folder)
    parts.parse(part, content)
    return content.found


class _Relations:
    def __init__(self, folder: str) -> None:
        self.found: dict[str, _Relation] = {}
        self._folder = folder

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "")
        path = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(self._folder, target))
        )
        self.found[attributes.get("Id", "")] = _Relation(attributes.get("Type", ""), path)

    def end(self, tag: str) -> None:
        """Nothing closes here."""

    def text(self, text: str) -> None:
        """Relations hold no text."""


@dataclass(frozen=True, slots=True)
class _SheetEntry:
    name: str
    relation: str
    hidden: bool


class _Workbook:
    def __init__(self) -> None:
        self.sheets: list[_SheetEntry] = []
        self.epoch_1904 = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self.epoch_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append(
                _SheetEntry(attributes.get("name", ""), _attribute(attributes, "id") or "", hidden)
            )

    def end(self, tag: str) -> None:
        """Nothing closes here."""

    def text(self, text: str) -> None:
        """The workbook part holds no text that is read."""


class _Styles:
    """Cell formats to kinds of number, by the index that cells name."""

    def __init__(self) -> None:
        self._codes: dict[int, FormatKind] = {}
        self._used: list[int] = []
        self._in_cell_formats = False

    def kinds(self) -> Sequence[FormatKind]:
        return [self._codes.get(item) or built_in_kind(item) for item in self._used]

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            self._codes[_whole(attributes.get("numFmtId"))] = code_kind(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            self._in_cell_formats = True
        elif tag == "xf" and self._in_cell_formats:
            self._used.append(_whole(attributes.get("numFmtId")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cell_formats = False

    def text(self, text: str) -> None:
        """Styles hold no text."""


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


class _RichText:
    """The text of one string: its ``t`` runs, phonetic guides left out."""

    __slots__ = ("_open", "_phonetic", "_size", "parts")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.parts: list[str] = []
        self._size = 0
        self._open = False
        self._phonetic = False

    def start(self, tag: str) -> None:
        if tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._open = not self._phonetic

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._phonetic = False
        elif tag == "t":
            self._open = False

    def add(self, text: str) -> int:
        """Take a piece; return the characters so far."""
        if self._open:
            self.parts.append(text)
            self._size += len(text)
        return self._size

    def whole(self) -> str:
        return _unescaped("".join(self.parts))


def _unescaped(text: str) -> str:
    """Undo ``_xHHHH_`` (18.4.8, ST_Xstring); NUL and lone surrogates stay escaped, as no table can hold them."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = int(found.group(1), 16)
    return found.group() if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


class _Strings:
    """The shared strings, in order."""

    def __init__(self, parts: _Parts) -> None:
        self.texts: list[str] = []
        self._parts, self._rich, self._total = parts, _RichText(), 0

    def start(self, tag: str, attributes: Attributes) -> None:  # noqa: ARG002 (the protocol's form)
        if tag == "si":
            self._rich.clear()
        else:
            self._rich.start(tag)

    def end(self, tag: str) -> None:
        if tag == "si":
            self.texts.append(self._rich.whole())
        else:
            self._rich.end(tag)

    def text(self, text: str) -> None:
        self._total += len(text)
        if self._rich.add(text) > MAX_TEXT or self._total > MAX_SHARED_TEXT or len(self.texts) > MAX_FILLED:
            self._parts.refuse(
                _("{file} holds longer texts than Excel allows: ask the sender for the file again.")
            )


@dataclass(slots=True)
class _Shared:
    """What all sheets of a workbook have in common, and the filled cells seen so far in them."""

    strings: Sequence[str]
    kinds: Sequence[FormatKind]
    epoch_1904: bool
    filled: int = 0


@dataclass(slots=True)
class _Open:
    """The cell being read."""

    column: int = 0
    type: str = "n"
    style: int = 0
    formula: bool = False
    value: list[str] = field(default_factory=list)
    size: int = 0


class _SheetCells:
    """One sheet's cells as they come."""

    def __init__(self, parts: _Parts, name: str, shared: _Shared) -> None:
        self._parts, self._name, self._book = parts, name, shared
        self._rows: dict[int, dict[int, Cell]] = {}
        self._hidden: set[int] = set()
        self._merged: list[Merge] = []
        self._row, self._column = 0, 0
        self._cell: _Open | None = None
        self._in_value = False
        self._rich = _RichText()
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "c": self._start_cell,
            "row": self._start_row,
            "v": self._start_value,
            "f": self._start_formula,
            "mergeCell": self._start_merge,
        }

    def sheet(self, *, hidden: bool) -> Sheet:
        rows = (Row(number, self._rows[number], number in self._hidden) for number in sorted(self._rows))
        return Sheet(self._name, tuple(rows), hidden, tuple(self._merged))

    def start(self, tag: str, attributes: Attributes) -> None:
        handler = self._starts.get(tag)
        if handler is not None:
            handler(attributes)
        elif self._cell is not None:
            self._rich.start(tag)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag == "v":
            self._in_value = False
        elif self._cell is not None:
            self._rich.end(tag)

    def text(self, text: str) -> None:
        cell = self._cell
        if cell is None:
            return
        if self._in_value:
            cell.value.append(text)
            cell.size += len(text)
        if max(cell.size, self._rich.add(text)) > MAX_TEXT:
            self._refuse(
                _(
                    "{file}, sheet {sheet}, holds longer texts than Excel allows: ask the sender for the file again."
                )
            )

    def _start_row(self, attributes: Attributes) -> None:
        self._row = self._number(attributes.get("r"), self._row + 1)
        self._column = 0
        self._bound(self._row, MAX_ROW)
        if attributes.get("hidden") in ("1", "true"):
            self._hidden.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        address = attributes.get("r")
        place = (self._row, self._column + 1) if address is None else split_address(address)
        if place is None:
            self._refuse(
                _("{file}, sheet {sheet}, has a cell with a broken address: save it again in Excel.")
            )
        self._row, self._column = place
        self._bound(self._row, MAX_ROW)
        self._bound(self._column, MAX_COLUMN)
        self._cell = _Open(self._column, attributes.get("t", "n"), _whole(attributes.get("s")))
        if self._rich.parts:
            self._rich.clear()

    def _start_value(self, _attributes: Attributes) -> None:
        self._in_value = True

    def _start_formula(self, _attributes: Attributes) -> None:
        if self._cell is not None:
            self._cell.formula = True

    def _start_merge(self, attributes: Attributes) -> None:
        first, colon, last = attributes.get("ref", "").partition(":")
        corners = split_address(first), split_address(last if colon else first)
        if corners[0] is None or corners[1] is None:
            self._refuse(_("{file}, sheet {sheet}, has a broken merged range: save it again in Excel."))
        if len(self._merged) < MAX_FILLED:
            self._merged.append(Merge(*corners[0], *corners[1]))

    def _end_cell(self) -> None:
        opened, self._cell = self._cell, None
        if opened is None:
            return
        cell = self._finished(opened)
        if cell is None:
            return
        self._book.filled += 1
        row = self._rows.setdefault(self._row, {})
        if self._book.filled > MAX_FILLED:
            self._refuse(
                _("{file}, sheet {sheet}, holds more cells than can be taken at once: split it by month.")
            )
        if cell.column in row:
            self._refuse(_("{file}, sheet {sheet}, holds the same cell twice: save it again in Excel."))
        row[cell.column] = cell

    def _finished(self, opened: _Open) -> Cell | None:
        """Return the cell, or None for an empty one. Cell types: 18.18.11, ST_CellType."""
        raw = "".join(opened.value)
        if opened.formula and raw == "" and opened.type != "str":
            return Cell(opened.column, "", "no-value", formula=True)
        if opened.type == "inlineStr":
            text: str = self._rich.whole()
        elif opened.type == "s":
            text = self._shared(raw) if raw else ""
        else:
            return self._plain_cell(opened, raw)
        return Cell(opened.column, text, "text", opened.formula) if text else None

    def _plain_cell(self, opened: _Open, raw: str) -> Cell | None:
        if raw == "":
            return None
        if opened.type == "str":
            return Cell(opened.column, _unescaped(raw), "text", opened.formula)
        if opened.type == "e":
            return Cell(opened.column, raw, "error", opened.formula)
        if opened.type == "b":
            return Cell(opened.column, "true" if raw in ("1", "true") else "false", "boolean", opened.formula)
        if opened.type == "d":
            return _iso_cell(opened, raw)
        return self._number_cell(opened, raw)

    def _number_cell(self, opened: _Open, raw: str) -> Cell:
        try:
            value = Decimal(raw)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            return Cell(opened.column, raw, "error", opened.formula)
        kind: CellKind = self._book.kinds[opened.style] if opened.style < len(self._book.kinds) else "number"
        if kind == "date" and self._book.epoch_1904:
            raw = str(value + DAYS_1904)
        return Cell(opened.column, raw, kind, opened.formula)

    def _shared(self, raw: str) -> str:
        index = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else len(self._book.strings)
        if index >= len(self._book.strings):
            self._refuse(_("{file}, sheet {sheet}, names a text that is not there: save it again in Excel."))
        return self._book.strings[index]

    def _number(self, text: str | None, otherwise: int) -> int:
        return _whole(text) if text is not None else otherwise

    def _bound(self, number: int, limit: int) -> None:
        if not 1 <= number <= limit:
            self._refuse(
                _("{file}, sheet {sheet}, has a cell outside Excel's own limits: save it again in Excel.")
            )

    def _refuse(self, sentence: str) -> NoReturn:
        self._parts.refuse(sentence, sheet=masked(self._name))


def _iso_cell(opened: _Open, raw: str) -> Cell:
    """A cell of type ``d`` holds an ISO date; it is given as a serial like every other date."""
    try:
        day = date.fromisoformat(raw[:10])
    except ValueError:
        return Cell(opened.column, raw, "text", opened.formula)
    serial = (day - date(1899, 12, 30)).days
    return Cell(opened.column, str(serial if serial > 60 else serial - 1), "date", opened.formula)

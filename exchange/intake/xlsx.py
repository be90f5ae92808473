"""Excel workbooks, cell by cell, on the standard library's expat: what an audit needs and no library keeps.

In: the bytes of an ``.xlsx`` that :mod:`preflight` let through. Out: a :class:`Book` of every sheet in order, hidden ones flagged; rows are
read from the bytes each time they are gone through, so that a large sheet takes little memory. Refused with one sentence
(:class:`IntakeRefused`), here or while rows are read: what the modules under it refuse, sheets whose names are double or too long.
Source: ECMA-376 part 1, 18 (SpreadsheetML), both editions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exchange.intake.cell_values import Shared
from exchange.intake.cells import Book, Sheet
from exchange.intake.formats import FormatKind, built_in_kind, code_kind
from exchange.intake.shared_strings import SharedTexts, read_shared_strings
from exchange.intake.streamed import Kept, SheetPart
from exchange.intake.workbook_parts import (
    Attributes,
    Parts,
    Relation,
    local_attribute,
    relations,
    whole,
    workbook_path,
)
from exchange.language import translate as _

MAX_SHEETS = 2_000
MAX_SHEET_NAME = 255
MAX_FORMATS = 70_000


def read_workbook(name: str, content: bytes) -> Book:
    """Open a workbook; its sheets are read when they are gone through.

    Args:
        name: the file's name, used in messages.
        content: its bytes.

    Raises:
        IntakeRefused: names the file, the part and the cure; also later, from a sheet's rows.
    """
    # The archive stays open for the sheets; it is memory only.
    parts = Parts.of(name, content)
    path = workbook_path(parts)
    workbook = _Workbook(parts)
    parts.parse(path, workbook)
    return Book(tuple(_sheets(parts, workbook, relations(parts, path))))


def _sheets(parts: Parts, workbook: _Workbook, found: Mapping[str, Relation]) -> Iterator[Sheet]:
    strings, styles = _target(parts, found, "/sharedStrings"), _target(parts, found, "/styles")
    formats = _Styles(parts)
    if styles is not None:
        parts.parse(styles, formats)
    texts = SharedTexts() if strings is None else read_shared_strings(parts, strings)
    shared = Shared(texts, formats.kinds(), workbook.epoch_1904)
    kept = Kept()
    for name, relation, hidden in workbook.sheets:
        target = found.get(relation)
        if target is not None and target.kind.endswith("/worksheet"):
            part = SheetPart(parts, parts.need(target.target), name, shared, kept)
            yield Sheet(name, part.rows, hidden, part.merged, part.hidden_columns)
    if not kept.sheets:
        parts.refuse(_("{file} has no sheets: ask the sender for the file again."))


def _target(parts: Parts, found: Mapping[str, Relation], kind: str) -> str | None:
    """Return the part of a kind that a workbook may have once."""
    target = next((item.target for item in found.values() if item.kind.endswith(kind)), None)
    return target if target is not None and parts.has(target) else None


class _Workbook:
    """The workbook part: the sheets in order as name, relation and whether hidden, and the date system."""

    def __init__(self, parts: Parts) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.epoch_1904 = False
        self._parts, self._names = parts, set[str]()

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self.epoch_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet":
            self._add(attributes)

    def _add(self, attributes: Attributes) -> None:
        name = attributes.get("name", "")
        if len(self.sheets) >= MAX_SHEETS:
            self._parts.refuse(
                _("{file} has more sheets than can be taken: save the ones that matter alone.")
            )
        if len(name) > MAX_SHEET_NAME:
            self._parts.refuse(_("{file} has a sheet whose name is too long for Excel: rename it there."))
        if name.casefold() in self._names:
            self._parts.refuse(_("{file} has two sheets of one name: rename one of them in Excel."))
        self._names.add(name.casefold())
        hidden = attributes.get("state", "visible") != "visible"
        self.sheets.append((name, local_attribute(attributes, "id") or "", hidden))

    def end(self, tag: str) -> None:
        """Nothing closes here."""

    def text(self, text: str) -> None:
        """The workbook part holds no text that is read."""


class _Styles:
    """Cell formats to kinds of number, by the index that cells name."""

    def __init__(self, parts: Parts) -> None:
        self._codes: dict[int, FormatKind] = {}
        self._used: list[int] = []
        self._in_cell_formats = False
        self._parts = parts

    def kinds(self) -> Mapping[str, FormatKind]:
        kinds = {
            str(place): self._codes.get(item) or built_in_kind(item) for place, item in enumerate(self._used)
        }
        # A cell without a style has the first one.
        return kinds | {"": kinds.get("0", "number")}

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            self._codes[whole(attributes.get("numFmtId"))] = code_kind(
                attributes.get("formatCode", "")[:1024]
            )
        elif tag == "cellXfs":
            self._in_cell_formats = True
        elif tag == "xf" and self._in_cell_formats:
            self._used.append(whole(attributes.get("numFmtId")))
        if max(len(self._codes), len(self._used)) > MAX_FORMATS:
            self._parts.refuse(_("{file} holds more cell formats than Excel allows: save it again in Excel."))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cell_formats = False

    def text(self, text: str) -> None:
        """Styles hold no text."""

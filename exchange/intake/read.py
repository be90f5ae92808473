"""One file in, its rows out: the entrance to intake.

In: a name, the bytes, the layouts at hand and what the workspace knows. Out: a :class:`FileIntake`. Refused with one sentence
(:class:`IntakeRefused`): a file that as a whole cannot be taken, so that nothing of it is stored.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from exchange.errors import IntakeRefused
from exchange.form.confidential import masked
from exchange.form.faults import Fault
from exchange.form.tables import form_version
from exchange.form.workbook.mark import MAKE, Mark
from exchange.intake.blanket import FORM, map_form, mark_in
from exchange.intake.canonical import is_canonical, map_canonical
from exchange.intake.cells import Book, Sheet
from exchange.intake.context import Context
from exchange.intake.crosswalk import Crosswalk, Known
from exchange.intake.delimited import read_delimited
from exchange.intake.entries import Doubt
from exchange.intake.free_text import without_numbers
from exchange.intake.headings import Heading, Lacking, find_heading
from exchange.intake.layout import CsvStyle, Layout, TableLayout
from exchange.intake.mapping import Mapped, MappedRow, SkippedRow, map_sheet, rows_of
from exchange.intake.preflight import look_at
from exchange.intake.words import file_fits, fits
from exchange.intake.workbooks import read_workbook
from exchange.language import quoted
from exchange.language import translate as _
from exchange.parties import Party

CANONICAL = "canonical"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIntake:
    """What one file gave; ``rows_read`` is the sum of rows and skipped.

    Attributes:
        layout, layout_sha256: which layout read it; ``canonical`` and the form's version where none was needed.
        notices: sentences on how it was read: what was detected, left alone, or looked odd.
        guessed: those of them that say what was guessed.
        doubts: the cells that a person should look at.
        sheets: the workbook's sheets in its own order, by the names that cells call them.
    """

    file: str
    sha256: str
    size: int
    layout: str
    layout_sha256: str
    rows: tuple[MappedRow, ...]
    skipped: tuple[SkippedRow, ...]
    rows_read: int
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]
    guessed: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    sheets: tuple[str, ...] = ()


def read_file(  # noqa: PLR0913 (all that a file's meaning depends on)
    name: str,
    content: bytes,
    *,
    layouts: Sequence[Layout],
    sender: Party,
    crosswalk: Crosswalk,
    known: Known,
    trainee_key: Callable[[], bytes],
    layout: str | None = None,
    watch: Callable[[int], None] | None = None,
) -> FileIntake:
    """Read one file by the one layout that fits it; the form's own CSV needs none.

    Args:
        name: the file's name without its folder.
        content: its bytes.
        layouts: the layouts at hand.
        sender: who sent it.
        crosswalk: local names and numbers to ids.
        known: placements, mentors and roles that the workspace knows.
        trainee_key: called when a CPR number is met.
        layout: the name of the layout to use; None chooses.
        watch: told 0 at once and then now and then how many rows were met.

    Raises:
        IntakeRefused: names the file, what is wrong with it and the cure.
    """
    name = masked(name)
    sha256 = hashlib.sha256(content).hexdigest()
    context = Context(
        file=name, sha256=sha256, sender=sender, crosswalk=crosswalk, known=known, trainee_key=trainee_key
    )
    if watch is not None:
        watch(0)
        context = replace(context, watch=watch)
    looked = look_at(name, content)
    if looked.kind == "canonical" or (
        looked.kind == "csv" and layout is None and is_canonical(name, content)
    ):
        return _canonical(context, content, looked.kind == "canonical", looked.notices)
    candidates = _Candidates(name, content, looked.kind)
    mark = mark_in(candidates.workbook(), name) if layout is None and looked.kind != "csv" else None
    if mark is not None:
        return _form(candidates.workbook(), mark, context, len(content), looked.notices)
    fit = _choose(candidates, layouts, layout)
    return _mapped(fit, context, len(content), looked.notices)


def form_mark(name: str, content: bytes) -> Mark:
    """Return what a filled Excel form says of itself: whose it is, of which agreement and period.

    Raises:
        IntakeRefused: the file is not the form, or cannot be read as a whole.
    """
    name = masked(name)
    kind = look_at(name, content).kind
    mark = (
        mark_in(_Candidates(name, content, kind).workbook(), name)
        if kind not in ("csv", "canonical")
        else None
    )
    if mark is None:
        raise IntakeRefused(
            _("{file} is not the Excel form: “enblanket take” reads other sheets, by a layout.").format(
                file=name
            )
        )
    return mark


@dataclass(frozen=True, slots=True)
class _Fit:
    """A layout tried on a file: where its tables were found, and what lacked."""

    layout: Layout
    book: Book
    found: tuple[tuple[TableLayout, Sheet, Heading], ...]
    lacks: tuple[str, ...]
    near: int
    refusal: IntakeRefused | None = None


class _Candidates:
    """A file that several layouts are tried on; its cells are read once for each way of reading them."""

    def __init__(self, name: str, content: bytes, kind: str) -> None:
        self.name, self.kind, self._content = name, kind, content
        self._books: dict[CsvStyle | None, Book] = {}

    def book(self, layout: Layout) -> Book:
        return self._book(layout.csv if self.kind == "csv" else None)

    def workbook(self) -> Book:
        return self._book(None)

    def _book(self, style: CsvStyle | None) -> Book:
        if style not in self._books:
            self._books[style] = (
                read_workbook(self.name, self._content)
                if style is None
                else read_delimited(self.name, self._content, style)
            )
        return self._books[style]


def _choose(candidates: _Candidates, layouts: Sequence[Layout], wanted: str | None) -> _Fit:
    file = candidates.name
    chosen = [item for item in layouts if wanted in (None, item.name)]
    if wanted is not None and not chosen:
        raise IntakeRefused(
            _("There is no layout “{layout}”: the layouts are {layouts}.").format(
                layout=wanted[:64], layouts=", ".join(sorted(item.name for item in layouts)) or "–"
            )
        )
    usable = [item for item in chosen if item.kind == candidates.kind and (wanted or _name_fits(item, file))]
    tried = [_try(candidates, item) for item in usable]
    # A layout whose words are all there goes before one whose words are only nearly so.
    whole = [fit for fit in tried if not fit.lacks] or [
        fit for item in usable if item.near and not (fit := _try(candidates, item, near=True)).lacks
    ]
    if len(whole) > 1:
        raise IntakeRefused(
            _("{file} fits several layouts ({layouts}): name one with --layout.").format(
                file=file, layouts=", ".join(sorted(fit.layout.name for fit in whole))
            )
        )
    if not whole:
        raise _fits_none(candidates, tried)
    return _try(candidates, whole[0].layout, near=True) if whole[0].layout.near else whole[0]


def _name_fits(layout: Layout, file: str) -> bool:
    return not layout.files or file_fits(file, layout.files)


def _fits_none(candidates: _Candidates, tried: Sequence[_Fit]) -> IntakeRefused:
    if not tried and candidates.kind == "xlsx":
        no_layout = _("No layout reads the workbook {file}: write one (docs/layouts.md).")
        return IntakeRefused(no_layout.format(file=candidates.name))
    if not tried:
        no_layout = _("No layout reads the CSV file {file}: write one (docs/layouts.md).")
        return IntakeRefused(no_layout.format(file=candidates.name))
    nearest = max(tried, key=lambda fit: (fit.near, -len(fit.lacks)))
    if nearest.refusal is not None:
        return nearest.refusal
    return IntakeRefused(
        _(
            "{file} fits no layout; for the nearest, {layout}, {lack}: correct the file or write a layout."
        ).format(file=candidates.name, layout=nearest.layout.name, lack=nearest.lacks[0])
    )


def _try(candidates: _Candidates, layout: Layout, *, near: bool = False) -> _Fit:
    """Try a layout; a CSV that is not written as the layout says is one that it does not fit."""
    if candidates.kind == "xlsx":
        return _fit(candidates.book(layout), layout, near=near)
    try:
        return _fit(candidates.book(layout), layout, near=near)
    except IntakeRefused as refusal:
        return _Fit(layout, Book(()), (), (str(refusal),), -1, refusal)


def _fit(book: Book, layout: Layout, *, near: bool) -> _Fit:
    found: list[tuple[TableLayout, Sheet, Heading]] = []
    lacks = list(_words_lacking(book, layout))
    nearness = 0
    for table in layout.tables:
        sheets = [sheet for sheet in book.sheets if _wanted(sheet, table)]
        results = [(sheet, find_heading(sheet, table, near=near)) for sheet in sheets]
        here = [(table, sheet, result) for sheet, result in results if isinstance(result, Heading)]
        missed = [(sheet, result) for sheet, result in results if isinstance(result, Lacking)]
        found.extend(here)
        nearness += max([result.found for _sheet, result in missed], default=0) + 2 * len(here)
        lacks.extend(_lost(table, missed, whole=bool(here)))
    return _Fit(layout, book, tuple(found), tuple(lacks), nearness)


def _wanted(sheet: Sheet, table: TableLayout) -> bool:
    if not sheet.name:
        return True
    return (
        (table.hidden or not sheet.hidden)
        and fits(sheet.name, table.sheets)
        and not fits(sheet.name, table.not_sheets)
    )


def _words_lacking(book: Book, layout: Layout) -> Iterable[str]:
    """Say which words no cell holds, in one pass that stops when all are found."""
    lacking = list(layout.words)
    rows = (row for sheet in book.sheets if lacking and not sheet.hidden for row in sheet.rows)
    for row in rows:
        lacking = [
            word for word in lacking if not any(fits(cell.text, (word,)) for cell in row.cells.values())
        ]
        if not lacking:
            break
    return (_("no cell says “{word}”").format(word=word) for word in lacking)


def _lost(table: TableLayout, missed: Sequence[tuple[Sheet, Lacking]], *, whole: bool) -> Iterable[str]:
    """Say what lacks: nothing where the table was found elsewhere, unless another sheet's heading lost only some columns."""
    if not missed and not whole and not table.optional:
        yield _("there is no sheet named {sheets}").format(
            sheets=", ".join(quoted(name) for name in table.sheets)
        )
    for sheet, lacking in sorted(missed, key=lambda item: -item[1].found):
        torn = lacking.found >= 2 and lacking.found >= len(lacking.words)
        if not torn and (whole or table.optional):
            continue
        yield _lacking_sentence(sheet, lacking)
        if not whole:
            return


def _lacking_sentence(sheet: Sheet, lacking: Lacking) -> str:
    words = ", ".join(quoted(word) for word in lacking.words)
    if not sheet.name:
        return _("the heading lacks the column {columns}").format(columns=words)
    return _("the sheet “{sheet}” lacks the column {columns}").format(sheet=sheet.label, columns=words)


def _mapped(fit: _Fit, context: Context, size: int, notices: Iterable[str]) -> FileIntake:
    counters: Counter[str] = Counter()
    parts: list[Mapped] = []
    for table, sheet, heading in sorted(fit.found, key=lambda item: item[0].table != "placements"):
        beside = _beside(fit, table, sheet, heading)
        parts.append(map_sheet(sheet, heading, table, context, counters, beside))
        if table.table == "placements":
            known = context.known.with_rows(rows_of(parts[-1].rows, "placements"))
            context = replace(context, known=known)
    said = (*notices, *fit.book.notices, *_left_alone(fit, context.file))
    intake = _file_intake(context, size, fit.layout.name, fit.layout.sha256, parts, said)
    sheets = tuple(sheet.label for sheet in fit.book.sheets)
    return replace(intake, guessed=(*fit.book.guessed, *intake.guessed), sheets=sheets)


def _beside(fit: _Fit, table: TableLayout, sheet: Sheet, heading: Heading) -> list[TableLayout]:
    """Return the tables below or above this one on its sheet; those under the same heading row stand beside it."""
    return [
        other
        for other, other_sheet, other_heading in fit.found
        if other is not table and other_sheet is sheet and other_heading.last != heading.last
    ]


def _left_alone(fit: _Fit, file: str) -> Iterable[str]:
    read = dict.fromkeys(sheet.label for _table, sheet, _heading in fit.found)
    for sheet in fit.book.sheets:
        if sheet.label not in read:
            hidden = _("{file}: the hidden sheet “{sheet}” was not read.")
            visible = _("{file}: the sheet “{sheet}” was not read, the layout does not name it.")
            yield (hidden if sheet.hidden else visible).format(file=file, sheet=sheet.label)
    for name in read:
        headings = [heading for _table, sheet, heading in fit.found if sheet.label == name]
        unread = set(headings[0].unread).intersection(*(heading.unread for heading in headings[1:]))
        columns = [text for text in headings[0].unread if text in unread]
        if columns:
            yield _("{file}: the layout does not read the columns {columns}.").format(
                file=f"{file}#{name}" if name else file,
                columns=", ".join(quoted(text) for text in columns),
            )


def _canonical(context: Context, content: bytes, packed: bool, notices: Iterable[str]) -> FileIntake:
    files = dict(_unpacked(context.file, content)) if packed else {context.file: content}
    parts: list[Mapped] = []
    for name in sorted(files, key=lambda path: not path.endswith("placements.csv")):
        parts.append(map_canonical(name, files[name], context))
        context = replace(context, known=context.known.with_rows(rows_of(parts[-1].rows, "placements")))
    version = hashlib.sha256(f"{CANONICAL} {form_version()}".encode()).hexdigest()
    return _file_intake(context, len(content), CANONICAL, version, parts, notices)


def _form(book: Book, mark: Mark, context: Context, size: int, notices: Iterable[str]) -> FileIntake:
    filled = map_form(book, mark, context)
    version = hashlib.sha256(f"{FORM} {MAKE} {form_version()}".encode()).hexdigest()
    said = (*notices, *book.notices, *filled.notices)
    intake = _file_intake(context, size, FORM, version, filled.parts, said)
    sheets = tuple(sheet.label for sheet in book.sheets)
    return replace(intake, guessed=(*book.guessed, *intake.guessed), sheets=sheets)


def _unpacked(name: str, content: bytes) -> Iterable[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.filename.lower().endswith(".csv"):
                    yield f"{name}/{masked(entry.filename)}", archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise IntakeRefused(
            _("{file} is damaged or cut short: ask the sender for the file again.").format(file=name)
        ) from error


def _file_intake(  # noqa: PLR0913, PLR0917 (the parts of the one result)
    context: Context,
    size: int,
    layout: str,
    layout_sha256: str,
    parts: Sequence[Mapped],
    notices: Iterable[str],
) -> FileIntake:
    return FileIntake(
        file=context.file,
        sha256=context.sha256,
        size=size,
        layout=layout,
        layout_sha256=layout_sha256,
        rows=tuple(without_numbers(row) for part in parts for row in part.rows),
        skipped=tuple(row for part in parts for row in part.skipped),
        rows_read=sum(part.rows_read for part in parts),
        faults=tuple(sorted(fault for part in parts for fault in part.faults)),
        notices=tuple(map(masked, (*notices, *(notice for part in parts for notice in part.notices)))),
        guessed=tuple(masked(guess) for part in parts for guess in part.guessed),
        doubts=tuple(doubt for part in parts for doubt in part.doubts),
    )

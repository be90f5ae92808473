"""The Excel form coming back: known by its hidden mark, its columns by their hidden field names, so that it needs no layout.

In: a :class:`Book` and who sent it. Out: :class:`Mapped` rows, as from any other sheet, and sentences on what was changed in the form.
Refused with one sentence (:class:`IntakeRefused`): a form whose mark is gone or torn, of a newer make, of another party, or without
any of its sheets. Everything else that people do to a workbook is met with a notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from exchange.errors import FormError, IntakeRefused
from exchange.form.canonical import read_date
from exchange.form.confidential import masked
from exchange.form.tables import form_version, table, tables
from exchange.form.workbook.mark import SHEET, SIGN, Line, Mark, read_mark, rows_sha256
from exchange.form.workbook.plan import OWN_KEYS, constants
from exchange.intake.blanket_columns import Found, find_columns, has_field_names
from exchange.intake.blanket_exact import as_filled_in, without_second_keys
from exchange.intake.cells import Book, Sheet
from exchange.intake.context import Context
from exchange.intake.headings import Heading, find_heading
from exchange.intake.layout import TableLayout, read_layout
from exchange.intake.mapping import Mapped, MappedRow, map_sheet
from exchange.language import quoted
from exchange.language import translate as _
from exchange.parties import Party

FORM = "form"
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Filled:
    """What a filled form gave: one part for each sheet, and sentences on it."""

    mark: Mark
    parts: tuple[Mapped, ...]
    notices: tuple[str, ...]


def mark_in(book: Book, file: str) -> Mark | None:
    """Return the mark of a form; None where the workbook is none.

    Raises:
        IntakeRefused: it was a form, and its mark is gone, torn or of a newer make.
    """
    sheet = next((sheet for sheet in book.sheets if _is_marked(sheet)), None)
    if sheet is not None:
        try:
            return read_mark(file, _lines(sheet))
        except FormError as error:
            raise IntakeRefused(str(error)) from None
    if any(has_field_names(one) for one in book.sheets):
        raise IntakeRefused(
            _(
                "{file} was made from the form, but its hidden sheet “{sheet}” is gone: copy the rows into the form "
                "as it was sent out, or ask for a new one."
            ).format(file=file, sheet=SHEET)
        )
    return None


def map_form(book: Book, mark: Mark, context: Context) -> Filled:
    """Map a filled form.

    Args:
        book: the workbook.
        mark: its mark, by :func:`mark_in`.
        context: sender, crosswalk and what is known.

    Raises:
        IntakeRefused: it is another party's form, or holds no sheet of the form.
    """
    _refuse_another(mark, context.sender, context.file)
    found = [one for sheet in book.sheets if (one := find_columns(sheet, mark)) is not None]
    if not found:
        raise IntakeRefused(
            _(
                "{file} holds none of the form’s sheets any more: copy the rows into the form as it was sent out."
            ).format(file=context.file)
        )
    found.sort(key=lambda one: list(tables()).index(one.table))
    notices = [*_on_mark(mark, context), *_on_sheets(book, mark, found, context.file)]
    parts: list[Mapped] = []
    keys = Counter[str]()
    seen: set[str] = set()
    _count_kept(mark, keys)
    for one in found:
        sheet, doubled = without_second_keys(one, seen, context.file)
        notices += [*_on_columns(one, context.file), *doubled]
        parts.append(_mapped(replace(one, sheet=sheet), mark, context, keys))
        if one.table == "placements":
            context = replace(context, known=context.known.with_rows(row.values for row in parts[-1].rows))
    rows = [row for part in parts for row in part.rows]
    return Filled(mark, tuple(parts), (*notices, *_on_rows(mark, rows, found, context.file)))


def _is_marked(sheet: Sheet) -> bool:
    first = next(iter(sheet.rows), None)
    return first is not None and 1 in first.cells and first.cells[1].text == SIGN


def _lines(sheet: Sheet) -> Iterator[Line]:
    for row in sheet.rows:
        texts = [row.cells[column].text if column in row.cells else "" for column in (1, 2, 3)]
        yield (texts[0], texts[1], texts[2])


def _refuse_another(mark: Mark, sender: Party, file: str) -> None:
    if mark.party != sender:
        raise IntakeRefused(
            _("{file} is the form of {party}, not of {sender}: take it with --from {party}.").format(
                file=file, party=mark.party.id, sender=sender.id
            )
        )


def _count_kept(mark: Mark, keys: Counter[str]) -> None:
    """Let new keys go on after those that stood in the form (``PARTY:fact:nn``)."""
    for name in OWN_KEYS:
        for text in mark.kept.get(name, ()):
            made, _colon, number = text.rpartition(":")
            if number.isdecimal() and len(number) < 6:
                keys[made] = max(keys[made], int(number))


def _mapped(one: Found, mark: Mark, context: Context, keys: Counter[str]) -> Mapped:
    layout = _layout(one, mark)
    heading = find_heading(one.sheet, layout)
    if not isinstance(heading, Heading):
        return Mapped()
    return as_filled_in(map_sheet(one.sheet, heading, layout, context, keys), one, mark, context)


def _layout(one: Found, mark: Mark) -> TableLayout:
    """Return the layout that a sheet of the form has by its own field names."""
    form = table(one.table)
    same = constants(form, agreement_id=mark.agreement_id, party=mark.party, leads=mark.leads)
    own = [name for name in one.columns.values() if name in OWN_KEYS]
    days = [
        field.name
        for field in form.fields
        if field.required and (field.type == "date" or field.name == "week")
    ]
    lines = [
        f'name = "{FORM}"',
        'title_da = "Blanket"',
        'title_en = "Form"',
        "[match]",
        'kind = "xlsx"',
        "[reading]",
        'numbers = "danish"',
        "[[table]]",
        f'table = "{one.table}"',
        "header_rows = 0",
        f"first_row = {one.last + 1}",
    ]
    for letter, name in one.letters():
        lines += ["[[table.column]]", f'field = "{name}"', f'at = "{letter}"']
    lines += [
        "[table.constants]",
        *(f'{name} = "{text}"' for name, text in same.items() if name not in one.columns.values()),
    ]
    lines += _skip("repeated-header", f'any = ["{one.table}.*"]')
    lines += _skip("total", f'first = ["I alt*", "Ialt*", "Sum*", "Total*"]\nblank = [{_texts(days)}]')
    if own:
        lines += _skip("cleared-row", f"filled_only = [{_texts(own)}]")
    return read_layout("\n".join(lines), FORM).tables[0]  # fmt: skip


def _skip(why: str, conditions: str) -> list[str]:
    return ["[[table.skip]]", f'why = "{why}"', conditions]


def _texts(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _on_mark(mark: Mark, context: Context) -> Iterator[str]:
    if mark.is_newer:
        yield _(
            "{file} was made with version {version} of the form, newer than {own} here: what is new in it is left out."
        ).format(file=context.file, version=mark.version, own=form_version())
    if context.known.leads and mark.agreement_id not in context.known.leads:
        yield _(
            "{file} is the form of agreement {agreement}, which is not here: add it with “enblanket agreement add”."
        ).format(file=context.file, agreement=mark.agreement_id)


def _on_sheets(book: Book, mark: Mark, found: Sequence[Found], file: str) -> Iterator[str]:
    read = {one.sheet.name for one in found}
    for sheet in book.sheets:
        own = mark.sheets.get(sheet.name) == "" or _is_marked(sheet)
        if sheet.name not in read and not own and any(row.cells for row in sheet.rows):
            yield _("{file}: the sheet “{sheet}” is not of the form and was not read.").format(
                file=file, sheet=sheet.label
            )
    for name in dict.fromkeys(mark.sheets.values()):
        here = [one for one in found if one.table == name]
        if name in tables() and not here:
            yield _("{file}: the sheet {table} is gone; nothing of it was read.").format(
                file=file, table=quoted(table(name).label)
            )
        if len(here) > 1:
            yield _("{file}: the sheets {sheets} all hold {table}; all were read.").format(
                file=file,
                sheets=", ".join(quoted(one.sheet.label) for one in here),
                table=quoted(table(name).label),
            )


def _on_columns(one: Found, file: str) -> Iterator[str]:
    place = f"{file}#{one.sheet.label}"
    form = table(one.table)
    if one.by_labels:
        yield _(
            "{place}: the hidden row of field names is gone; columns were found by their headings."
        ).format(place=place)
    for words, sentence in (
        ([form.field(name).label for name in one.missing], _("{place}: the columns {columns} are gone; their values count as empty.")),
        ([form.field(name).label for name in one.doubled], _("{place}: the columns {columns} stand twice; the first of each was read.")),
        (one.unknown, _("{place}: the columns {columns} are of a newer form and were not read.")),
        (one.added, _("{place}: the columns {columns} are not of the form and were not read.")),
    ):  # fmt: skip
        if words:
            yield sentence.format(place=place, columns=", ".join(quoted(masked(word)) for word in words))


def _on_rows(mark: Mark, rows: Sequence[MappedRow], found: Sequence[Found], file: str) -> Iterator[str]:
    yield from _outside(mark, rows, file)
    by_table: dict[str, list[Mapping[str, str | None]]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row.values)
    if rows and rows_sha256(by_table) == mark.prefilled:
        yield _("{file} is as it was sent out: nothing was filled in or changed.").format(file=file)
    for one in found:
        yield from _gone(one, mark, by_table.get(one.table, []), file)


def _outside(mark: Mark, rows: Sequence[MappedRow], file: str) -> Iterator[str]:
    cells = []
    for row in rows:
        name = table(row.table).dated_by
        day = read_date(row.values.get(name) or "") if name else None
        if name and day is not None and day not in mark.period:
            cells.append(row.cells.get(name, file))
    if cells:
        more = _(" and {count} more").format(count=len(cells) - _NAMED) if len(cells) > _NAMED else ""
        yield _(
            "{cells}{more}: the day is outside the form’s period {period}; it was taken as written."
        ).format(cells=", ".join(cells[:_NAMED]), more=more, period=mark.period)


def _gone(one: Found, mark: Mark, rows: Sequence[Mapping[str, str | None]], file: str) -> Iterator[str]:
    name = next((name for name in table(one.table).field_names if name in OWN_KEYS), None)
    if name is None or name not in one.columns.values():
        return
    here = {row.get(name) for row in rows}
    gone = len(mark.kept.get(name, frozenset()) - here)
    if gone:
        stays = (
            _("; what was reported stands until it is replaced") if table(one.table).dated_by is None else ""
        )
        yield _("{place}: rows that stood there when it was sent out are gone: {count}{stays}.").format(
            place=f"{file}#{one.sheet.label}", count=gone, stays=stays
        )

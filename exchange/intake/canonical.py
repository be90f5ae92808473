"""The form's own CSV, taken without a layout: ``<table>.csv`` alone, or several in a ZIP.

In: the bytes of canonical tables. Out: :class:`Mapped` rows with every text as it stands. Refused with one sentence
(:class:`IntakeRefused`): a file that is no table of the form, not UTF-8, an unknown column, a required column that is missing.
Extra and missing cells, blank rows and unreadable values are faults, and the rest is taken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from exchange.errors import IntakeRefused
from exchange.form.canonical import fault_of
from exchange.form.faults import Fault
from exchange.form.tables import Table, tables
from exchange.intake.cells import letters, name_of
from exchange.intake.context import Context
from exchange.intake.crosswalk import is_cpr, ten_digits, trainee_ref
from exchange.intake.encodings import open_text
from exchange.intake.entries import Doubt
from exchange.intake.keys import row_key
from exchange.intake.mapping import Mapped, MappedRow, SkippedRow
from exchange.language import translate as _

_WHYS = {"type-error": "unreadable"}


def is_canonical(name: str, content: bytes) -> bool:
    """Tell whether a CSV is named after a table of the form and its first line has mostly that table's columns."""
    form = _table_of(name)
    if form is None:
        return False
    line = content[:8192].decode("utf-8-sig", "replace").splitlines()[:1]
    words = line[0].split(",") if line else []
    return 2 * sum(word.strip('"') in form.field_names for word in words) >= max(len(words), 1)


def map_canonical(name: str, content: bytes, context: Context) -> Mapped:
    """Map one ``<table>.csv``.

    Args:
        name: its path, inside the ZIP where it came in one; the last part names the table.
        content: its bytes.
        context: sender, file and what is known.

    Raises:
        IntakeRefused: names the file, the column and the cure.
    """
    form = _table_of(name)
    if form is None:
        raise IntakeRefused(
            _("{file} is no table of the form: name it after one of {tables}.").format(
                file=name, tables=", ".join(tables())
            )
        )
    records = _records(name, content)
    header = next(records, [])
    _refuse_header(name, form, header)
    out = Mapped()
    for number, record in enumerate(records, 2):
        _map_record(form, header, number, record, context, name, out)
    return out


def _table_of(name: str) -> Table | None:
    path = PurePosixPath(name)
    return tables().get(path.stem) if path.suffix.lower() == ".csv" else None


def _records(name: str, content: bytes) -> Iterator[list[str]]:
    """Read the records one by one; what is no UTF-8 is refused before the first."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IntakeRefused(
            _("{file} is not written in UTF-8 (byte {byte}): save it as UTF-8.").format(
                file=name, byte=error.start + 1
            )
        ) from error
    lines = (line.replace("\x00", "\ufffd") for line in open_text(content, "utf-8"))
    return _closed_records(name, csv.reader(lines, strict=True))


def _closed_records(name: str, reader: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    try:
        for record in reader:
            number += 1
            yield record
    except csv.Error as error:
        raise IntakeRefused(
            _("{file}, record {record}, has a quotation mark that does not close: mend that line.").format(
                file=name, record=number + 1
            )
        ) from error


def _refuse_header(name: str, form: Table, header: list[str]) -> None:
    for column in header:
        if column not in form.field_names:
            raise IntakeRefused(
                _(
                    "{file} has a column “{column}” that the table {table} does not have: remove or rename it."
                ).format(file=name, column=column[:60], table=form.name)
            )
        if header.count(column) > 1:
            raise IntakeRefused(
                _("{file} has the column “{column}” twice: remove one.").format(file=name, column=column)
            )
    for field in form.fields:
        if field.required and field.name not in header:
            raise IntakeRefused(
                _("{file} lacks the column “{column}” that the table {table} requires: add it.").format(
                    file=name, column=field.name, table=form.name
                )
            )


def _map_record(  # noqa: PLR0913, PLR0917 (one record of one file)
    form: Table, header: list[str], number: int, record: list[str], context: Context, name: str, out: Mapped
) -> None:
    out.rows_read += 1
    first = f"{context.sha256[:12]}#{letters(1)}{number}"
    if not any(text.strip() for text in record):
        out.skipped.append(SkippedRow(name, "", number, "blank-row"))
        out.faults.append(Fault("blank-row", form.name, first, ""))
        return
    values: dict[str, str | None] = dict.fromkeys(form.field_names)
    values |= {column: text or None for column, text in zip(header, record, strict=False)}
    _code_number(values, context)
    if context.known.is_anothers(context.sender, values):
        out.skipped.append(SkippedRow(name, "", number, "not-sender's"))
        return
    cells = {column: name_of(name, "", number, index) for index, column in enumerate(header, 1)}
    out.rows.append(MappedRow(table=form.name, values=values, cells=cells))
    faults = _faults(form, header, record, values, first)
    out.faults.extend(faults)
    row = name_of(name, "", number, 1)
    out.doubts.extend(
        Doubt(_WHYS.get(fault.type, fault.type), cells.get(fault.field, row), fault.field) for fault in faults
    )


def _code_number(values: dict[str, str | None], context: Context) -> None:
    """Put the pseudonym in the place of a CPR number that somebody wrote for it."""
    digits = ten_digits(values.get("trainee_ref") or "")
    if digits is not None and is_cpr(digits):
        values["trainee_ref"] = trainee_ref(digits, context.trainee_key())


def _faults(
    form: Table, header: list[str], record: list[str], values: Mapping[str, str | None], first: str
) -> list[Fault]:
    unread = [field.name for field in form.fields if fault_of(field, values[field.name]) == "type-error"]
    key = row_key(form.name, values, unread, first)
    faults = [Fault("type-error", form.name, key, name) for name in unread]
    faults += [Fault("missing-cell", form.name, key, column) for column in header[len(record) :]]
    if len(record) > len(header):
        faults.append(Fault("extra-cell", form.name, key, ""))
    return faults

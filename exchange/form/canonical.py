"""Canonical text: how a value of the form is written, strictly read, judged, and put in a file.

In: texts as stored in the form's tables. Out: values, the Frictionless error type of a cell that breaks its field,
and the bytes of a table; the same facts always give the same bytes (form.md). The readers take what Table Schema
takes by its defaults and nothing of a spreadsheet's habits: turning ``7,5`` into ``7.50`` is intake's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from exchange.form.codes import code_list
from exchange.form.tables import Field, Table

# 15 digits keep kroner inside DECIMAL(18,2), 9 an integer inside 32 bits.
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.([0-9]{1,15}))?")
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")
_QUOTED = re.compile(r"[\",\r\n]")
_BOOLEANS = {"true": True, "false": False}


def read_number(text: str, decimals: int | None = None) -> Decimal | None:
    """Read ``-?digits[.digits]`` with at most ``decimals`` decimals; None where it is something else."""
    match = _NUMBER.fullmatch(text)
    if match is None or (decimals is not None and len(match[1] or "") > decimals):
        return None
    return Decimal(text)


def read_integer(text: str) -> int | None:
    """Read ``-?digits``; None where it is something else."""
    return int(text) if _INTEGER.fullmatch(text) else None


def read_date(text: str) -> date | None:
    """Read an ISO 8601 calendar date ``yyyy-mm-dd``; None where it is something else or no such day."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Read an ISO 8601 time ``hh:mm:ss``, the default of Table Schema; None where it is something else."""
    try:
        return time.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        return None


def read_boolean(text: str) -> bool | None:
    """Read ``true`` or ``false``; None where it is something else."""
    return _BOOLEANS.get(text)


def number_text(value: Decimal, decimals: int | None = 2) -> str:
    """Write a number: hours and money with two decimals, a stated total (None) with those it has.

    Raises:
        ValueError: the value has more decimals than the field; rounding is a decision, not a way of writing.
    """
    if not value:
        value = Decimal(0)
    text = f"{value:f}" if decimals is None else f"{value:.{decimals}f}"
    if Decimal(text) != value:
        message = f"{value} has more than {decimals} decimals"
        raise ValueError(message)
    return text


def fault_of(field: Field, text: str | None) -> str | None:
    """Return the Frictionless error type of a cell, or None.

    ``type-error`` where the text is no value of the field's type (a constraint is then not judged);
    ``constraint-error`` for an empty required cell, and outside bounds, length, pattern or code list.
    Null and blanks are empty.
    """
    if text is None or not text.strip():
        return "constraint-error" if field.required else None
    if field.type == "string":
        return None if _allowed_text(field, text) else "constraint-error"
    value = read_value(field, text)
    if value is None:
        return "type-error"
    if isinstance(value, Decimal | int) and not _within(field, Decimal(value)):
        return "constraint-error"
    return None


def read_value(field: Field, text: str) -> str | date | time | Decimal | int | bool | None:
    """Read a cell's text by its field's type; None where it is no value of that type."""
    match field.type:
        case "number":
            return read_number(text, field.decimals)
        case "integer":
            return read_integer(text)
        case "date":
            return read_date(text)
        case "time":
            return read_time(text)
        case "boolean":
            return read_boolean(text)
        case _:
            return text


def write_csv(table: Table, rows: Iterable[Mapping[str, str | None]]) -> bytes:
    """Write a table's rows as its canonical file: UTF-8, comma, line feed, header, sorted by primary key (code point).

    Rows of one key (a fault that F-primary-key tells) are ordered by their other cells, so that the bytes do not
    depend on the order the rows came in. Null and "" are the same empty cell.
    """
    names = table.field_names
    keys = [names.index(name) for name in table.primary_key]
    records = [tuple(row.get(name) or "" for name in names) for row in rows]
    records.sort(key=lambda record: ([record[at] for at in keys], record))
    return "".join([csv_line(record) for record in (names, *records)]).encode()


def csv_line(record: Sequence[str]) -> str:
    """Return a record as a line, quoting what needs it; ``csv`` leaves a lone carriage return bare on some Python versions."""
    if not _QUOTED.search("".join(record)):
        return ",".join(record) + "\n"
    cells = ('"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in record)
    return ",".join(cells) + "\n"


def _allowed_text(field: Field, text: str) -> bool:
    return (
        (field.max_length is None or len(text) <= field.max_length)
        and (field.pattern is None or re.fullmatch(field.pattern, text) is not None)
        and (field.code_list is None or text in _codes(field.code_list))
    )


def _within(field: Field, value: Decimal) -> bool:
    if field.maximum is not None and value > field.maximum:
        return False
    return (
        field.minimum is None
        or value > field.minimum
        or (value == field.minimum and not field.exclusive_minimum)
    )


@lru_cache(maxsize=64)
def _codes(name: str) -> frozenset[str]:
    return frozenset(entry.code for entry in code_list(name).codes)

"""What a cell says: one reader per field type, with frictionless' meaning, or stricter.

In: a cell (text from a file, any JSON value from inline data). Out: its value, or None where it is none of the type.
In ``strict`` mode a number is ASCII digits with its groups in threes, a date has all its digits, and ``NaN`` is none.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import NamedTuple, cast

from exchange.language import translate as _
from exchange.validation.descriptor import Field, Mode, read_field
from exchange.validation.mistakes import SchemaMistake
from exchange.validation.moments import Reader, date_reader, datetime_reader, time_reader
from exchange.validation.sheets import SheetCell

TRUE = ("true", "True", "TRUE", "1")
FALSE = ("false", "False", "FALSE", "0")

_AROUND_A_NUMBER = re.compile(r"((^[^-\d]*)|(\D*$))")
_STRICT_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRICT_INTEGER = re.compile(r"[+-]?[0-9]+")


class YearMonth(NamedTuple):
    """A month of a year, shown in reports as frictionless shows it."""

    year: int
    month: int

    def __repr__(self) -> str:
        return f"yearmonth(year={self.year!r}, month={self.month!r})"


class GeoPoint(NamedTuple):
    """Degrees east and north, shown in reports as frictionless shows them."""

    lon: Decimal
    lat: Decimal

    def __repr__(self) -> str:
        return str([float(self.lon), float(self.lat)])


def reader_of(field: Field, mode: Mode) -> Reader:
    """Return the reader of a field; the type is one that the standard names."""
    read = _READERS[field.type](field, mode)
    return _by_what_is_held(read) if mode == "strict" and field.type in _HELD_IN_SHEETS else read


_HELD_IN_SHEETS = ("boolean", "date", "datetime", "number", "time")


def _by_what_is_held(read: Reader) -> Reader:
    """Take what a workbook's cell holds, however the field is written as text; else its text."""

    def read_cell(cell: object) -> object:
        held = read(cell.held) if isinstance(cell, SheetCell) else None
        return read(cell) if held is None else held

    return read_cell


def _any(_field: Field, _mode: Mode) -> Reader:
    return lambda cell: cell


def _string(field: Field, _mode: Mode) -> Reader:
    if field.format == "wkt":
        raise SchemaMistake(
            _(
                "In the schema of {file} the field “{field}” holds well-known text (wkt), which is not validated: give it "
                "the format default."
            ),
            field=field.name,
        )
    holds = _STRING_FORMATS.get(field.format)

    def read(cell: object) -> object:
        if not isinstance(cell, str):
            return None
        return cell if holds is None or holds(cell) else None

    return read


def _is_uri(cell: str) -> bool:
    from rfc3986 import exceptions, uri_reference, validators

    try:
        validators.Validator().require_presence_of("scheme").validate(uri_reference(cell))
    except exceptions.ValidationError:
        return False
    return True


def _is_email(cell: str) -> bool:
    import validators

    return bool(validators.email(cell))


def _is_uuid(cell: str) -> bool:
    import validators

    return bool(validators.uuid(cell))


def _is_base64(cell: str) -> bool:
    try:
        base64.b64decode(cell)
    except ValueError:
        return False
    return True


_STRING_FORMATS: Mapping[str, Callable[[str], bool]] = {
    "uri": _is_uri,
    "email": _is_email,
    "uuid": _is_uuid,
    "binary": _is_base64,
}


def _number(field: Field, mode: Mode) -> Reader:
    normal = _normal_number(field, mode)
    as_float = bool(field.properties.get("floatNumber"))

    def read(cell: object) -> object:
        if isinstance(cell, str):
            text = normal(cell.strip())
            return None if text is None else _figure(text, as_float=as_float)
        if isinstance(cell, bool):
            return None
        if isinstance(cell, int | Decimal):
            return cell
        if isinstance(cell, float):
            return cell if as_float else Decimal(str(cell))
        return None

    return read


def _figure(text: str, *, as_float: bool) -> object:
    try:
        return float(text) if as_float else Decimal(text)
    except (InvalidOperation, ValueError):
        return None


def _normal_number(field: Field, mode: Mode) -> Callable[[str], str | None]:
    """Return what turns a written number into one with a point and no groups; None where it is no number."""
    bare = field.properties.get("bareNumber") is not False
    group = str(field.properties.get("groupChar") or "")
    point = str(field.properties.get("decimalChar", "."))
    if mode == "strict":
        return _strictly(_STRICT_NUMBER, bare, group, point)
    if not {"bareNumber", "groupChar", "decimalChar"} & set(field.properties):
        return lambda text: text

    def normal(text: str) -> str | None:
        text = text if bare else _AROUND_A_NUMBER.sub("", text)
        text = text.replace(group, "")
        if point != "." and "." in text:
            return None
        return text.replace(point, ".")

    return normal


def _strictly(number: re.Pattern[str], bare: bool, group: str, point: str) -> Callable[[str], str | None]:
    grouped = re.compile(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+(?![0-9])")

    def normal(text: str) -> str | None:
        text = text if bare else _AROUND_A_NUMBER.sub("", text)
        if group and group in text:
            groups = grouped.match(text)
            if groups is None:
                return None
            text = groups[0].replace(group, "") + text[groups.end() :]
        if point != ".":
            if "." in text:
                return None
            text = text.replace(point, ".")
        return text if number.fullmatch(text) else None

    return normal


def _integer(field: Field, mode: Mode) -> Reader:
    bare = field.properties.get("bareNumber") is not False
    group = str(field.properties.get("groupChar") or "")
    strictly = _strictly(_STRICT_INTEGER, bare, group, ".") if mode == "strict" else None

    def read(cell: object) -> object:
        if isinstance(cell, str):
            text = cell.strip()
            if strictly is not None:
                return _whole(strictly(text))
            return _whole(text if bare else _AROUND_A_NUMBER.sub("", text))
        if isinstance(cell, bool):
            return None
        if isinstance(cell, int):
            return cell
        if isinstance(cell, float) and cell.is_integer():
            return int(cell)
        return int(cell) if isinstance(cell, Decimal) and cell % 1 == 0 else None

    return read


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def _boolean(field: Field, _mode: Mode) -> Reader:
    truths = dict.fromkeys(cast("list[str]", field.properties.get("trueValues", TRUE)), True)
    truths |= dict.fromkeys(cast("list[str]", field.properties.get("falseValues", FALSE)), False)

    def read(cell: object) -> object:
        if isinstance(cell, bool):
            return cell
        return truths.get(cell) if isinstance(cell, str) else None

    return read


def _year(_field: Field, mode: Mode) -> Reader:
    def read(cell: object) -> object:
        if isinstance(cell, str):
            if len(cell) != len("2000") or (mode == "strict" and not (cell.isascii() and cell.isdigit())):
                return None
            cell = _whole(cell)
        if not isinstance(cell, int) or not 0 <= cell <= 9999:
            return None
        return cell

    return read


def _yearmonth(_field: Field, mode: Mode) -> Reader:
    def read(cell: object) -> object:
        if isinstance(cell, list | tuple):
            return YearMonth(*cell) if len(cell) == 2 else None
        if not isinstance(cell, str) or (mode == "strict" and not re.fullmatch("[0-9]{4}-[0-9]{2}", cell)):
            return None
        try:
            year, month = map(int, cell.split("-"))
        except ValueError:
            return None
        return YearMonth(year, month) if 1 <= month <= 12 else None

    return read


def _duration(_field: Field, _mode: Mode) -> Reader:
    def read(cell: object) -> object:
        from isodate import Duration, parse_duration

        if isinstance(cell, Duration | timedelta):
            return cell
        if not isinstance(cell, str):
            return None
        try:
            return cast("object", parse_duration(cell))
        except (ValueError, OverflowError, ArithmeticError):
            return None

    return read


def _geopoint(field: Field, _mode: Mode) -> Reader:
    split = _GEOPOINT_FORMATS.get(field.format, _no_point)

    def read(cell: object) -> object:
        try:
            if isinstance(cell, str):
                lon, lat = cast("tuple[str, str]", split(cell))
                cell = (Decimal(lon), Decimal(lat))
            point = GeoPoint(*cast("tuple[Decimal, Decimal]", cell))
            return point if -180 <= point.lon <= 180 and -90 <= point.lat <= 90 else None
        except (ValueError, TypeError, ArithmeticError, KeyError, RecursionError):
            return None

    return read


def _no_point(_cell: str) -> object:
    """Split nothing: the format is none of the standard's."""
    return ()


def _lon_lat_of_object(cell: str) -> tuple[object, object]:
    point = json.loads(cell)
    if len(point) != 2:
        raise ValueError(cell)
    return point["lon"], point["lat"]


_GEOPOINT_FORMATS: Mapping[str, Callable[[str], object]] = {
    "default": lambda cell: [part.strip() for part in cell.split(",")],
    "array": json.loads,
    "object": _lon_lat_of_object,
}


def _geojson(field: Field, _mode: Mode) -> Reader:
    def read(cell: object) -> object:
        value = _json(cell)
        if not isinstance(value, dict):
            return None
        if field.format not in ("default", "topojson"):
            return value
        return value if _geojson_profile(field.format).is_valid(value) else None

    return read


class _Profile:
    """A JSON Schema that says what a GeoJSON or TopoJSON value is."""

    def __init__(self, name: str) -> None:
        from importlib.util import find_spec

        from jsonschema.validators import validator_for

        # The file alone: importing frictionless costs 0.3 s.
        origin = cast("str", cast("ModuleSpec", find_spec("frictionless")).origin)
        profile = json.loads(
            Path(origin).with_name("assets").joinpath("profiles", f"{name}.json").read_text("utf-8")
        )
        self._validator = validator_for(profile)(profile)

    def is_valid(self, value: object) -> bool:
        try:
            return bool(self._validator.is_valid(value))
        except RecursionError:
            return False


@cache
def _geojson_profile(format_name: str) -> _Profile:
    return _Profile("topojson" if format_name == "topojson" else "geojson")


def _json(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    try:
        return cast("object", json.loads(cell))
    except (ValueError, RecursionError):
        return None


def _object(_field: Field, _mode: Mode) -> Reader:
    def read(cell: object) -> object:
        value = _json(cell)
        return value if isinstance(value, dict) else None

    return read


def _array(_field: Field, _mode: Mode) -> Reader:
    def read(cell: object) -> object:
        value = _json(cell)
        if isinstance(value, tuple):
            return list(value)
        return value if isinstance(value, list) else None

    return read


def _list(field: Field, mode: Mode) -> Reader:
    delimiter = str(field.properties.get("delimiter", ","))
    item = reader_of(
        read_field({"name": field.name, "type": field.properties.get("itemType") or "string"}), mode
    )

    def read(cell: object) -> object:
        cells = cell.split(delimiter) if isinstance(cell, str) else cell
        if not isinstance(cells, list | tuple):
            return None
        values = [item(each) for each in cells]
        return None if any(value is None for value in values) else values

    return read


_READERS: Mapping[str, Callable[[Field, Mode], Reader]] = {
    "any": _any,
    "array": _array,
    "boolean": _boolean,
    "date": date_reader,
    "datetime": datetime_reader,
    "duration": _duration,
    "geojson": _geojson,
    "geopoint": _geopoint,
    "integer": _integer,
    "list": _list,
    "number": _number,
    "object": _object,
    "string": _string,
    "time": time_reader,
    "year": _year,
    "yearmonth": _yearmonth,
}

TYPES = frozenset(_READERS)
"""Every field type of the standard."""

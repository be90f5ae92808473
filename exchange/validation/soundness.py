"""Descriptors of plain parts, which frictionless is known to find nothing wrong with.

In: the JSON of a package or resource. Out: whether every part of it is one that both versions of the standard take. What
is not vouched for here is not therefore unsound: :mod:`exchange.validation.metadata` asks frictionless itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

from exchange.validation.cells import SUPPORTED
from exchange.validation.descriptor import Json
from exchange.validation.values import TYPES

Version = Literal["v1", "v2", "unknown"]

_NAME = re.compile(r"([-a-z0-9._/])+\Z")
_SAFE_PATH = re.compile(r"(?!/)(?!.*\.\.)[\w\-./ ]+\Z")
_STRING_FORMATS = ("default", "email", "uri", "binary", "uuid", "wkt")


def json_object(path: Path) -> Json | None:
    """Return the object in a file; None where there is none, which frictionless words."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def sound_package(descriptor: Json, folder: Path) -> bool:
    """Return whether a package is vouched for; relative paths start in the folder."""
    version = _version(descriptor, None)
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not resources:
        return False
    names = [each.get("name") if isinstance(each, dict) else None for each in resources]
    return (
        _typed(descriptor, _PACKAGE)
        and not _JUDGED_ELSEWHERE & set(descriptor)
        and (version != "v1" or _NAME.match(str(descriptor.get("name", "x"))) is not None)
        and descriptor.get("profile", "data-package") == "data-package"
        and all(isinstance(name, str) for name in names)
        and len(set(names)) == len(names)
        and all(_sound_resource(each, folder, version) for each in resources)
    )


def sound_resource_alone(descriptor: Json, folder: Path) -> bool:
    """Return whether a resource that stands in no package is vouched for."""
    return _sound_resource(descriptor, folder, _version(descriptor, None))


def _sound_resource(descriptor: Json, folder: Path, version: Version) -> bool:
    name = descriptor.get("name")
    return (
        set(descriptor) <= set(_RESOURCE)
        and _typed(descriptor, _RESOURCE)
        and isinstance(name, str)
        and (version != "v1" or _NAME.match(name) is not None)
        and descriptor.get("type", "table") == "table"
        and descriptor.get("profile", "data-resource") in ("data-resource", "tabular-data-resource")
        and _SAFE_PATH.match(str(descriptor.get("path", "/"))) is not None
        and _sound_part(descriptor.get("dialect"), folder, _sound_dialect)
        and _sound_part(descriptor.get("schema"), folder, lambda schema: _sound_schema(schema, version))
        and (descriptor.get("profile") != "tabular-data-resource" or bool(descriptor.get("schema")))
    )


def _sound_part(part: object, folder: Path, sound: Callable[[Json], bool]) -> bool:
    if part is None:
        return True
    if isinstance(part, str):
        if not _SAFE_PATH.match(part) or not (folder / part).is_file() or not part.endswith(".json"):
            return False
        part = json_object(folder / part)
    return isinstance(part, dict) and sound(part)


def _sound_dialect(dialect: Json) -> bool:
    csv = dialect.get("csv", {})
    rows = [
        *cast("list[object]", dialect.get("headerRows", [])),
        *cast("list[object]", dialect.get("commentRows", [])),
    ]
    return (
        _typed(dialect, _DIALECT)
        and isinstance(csv, dict)
        and _typed(csv, _CSV)
        and all(isinstance(row, int) and not isinstance(row, bool) for row in rows)
        and not any(isinstance(value, dict) for name, value in dialect.items() if name != "csv")
        and not {"name", "type", "title", "description"} & (set(dialect) | set(csv))
    )


def _sound_schema(schema: Json, version: Version) -> bool:
    if not _typed(schema, _SCHEMA) or not isinstance(schema.get("fields"), list):
        return False
    fields = cast("Sequence[object]", schema["fields"])
    names = [each.get("name") if isinstance(each, dict) else None for each in fields]
    keys = schema.get("primaryKey", [])
    return (
        all(isinstance(each, dict) and _sound_field(each, version) for each in fields)
        and len(set(names)) == len(names)
        and not {"name", "type"} & set(schema)
        and set([keys] if isinstance(keys, str) else cast("list[str]", keys)) <= set(names)
        and all(
            _sound_foreign_key(each, names)
            for each in cast("Sequence[object]", schema.get("foreignKeys", ()))
        )
    )


def _sound_foreign_key(key: object, names: Sequence[object]) -> bool:
    if not isinstance(key, dict) or not isinstance(key.get("reference"), dict):
        return False
    fields, reference = key.get("fields"), key["reference"].get("fields")
    if isinstance(fields, str) and isinstance(reference, str):
        fields, reference = [fields], [reference]
    return (
        _texts(fields)
        and _texts(reference)
        and set(cast("list[str]", fields)) <= set(names)
        and len(cast("list[str]", fields)) == len(cast("list[str]", reference))
        and isinstance(key["reference"].get("resource", ""), str)
    )


def _sound_field(field: Json, version: Version) -> bool:
    kind = field.get("type", "string")
    constraints = field.get("constraints", {})
    if kind not in TYPES or not _typed(field, _FIELD) or not isinstance(constraints, dict):
        return False
    newer = {"exclusiveMinimum", "exclusiveMaximum"} & set(constraints)
    return (
        isinstance(field.get("name"), str)
        and _typed(constraints, _CONSTRAINTS)
        and set(constraints) <= {*SUPPORTED[str(kind)], "unique"}
        and not (newer and version == "v1")
        and not {"example", "required", "arrayItem", "itemType"} & set(field)
        and (kind != "string" or field.get("format", "default") in _STRING_FORMATS)
        and (kind != "geojson" or field.get("format", "default") in ("default", "topojson"))
    )


def _version(descriptor: Json, inherited: Version | None) -> Version:
    profile = descriptor.get("$schema")
    if inherited is not None or not isinstance(profile, str) or not profile:
        return inherited or "v1"
    known = re.match(r"https?://datapackage\.org/.*?/?profiles/([12])\.[0-9]+/", profile)
    return "unknown" if known is None else "v1" if known[1] == "1" else "v2"


def _typed(descriptor: Json, types: Mapping[str, Callable[[object], bool]]) -> bool:
    return all(types[name](value) for name, value in descriptor.items() if name in types)


def _str(value: object) -> bool:
    return isinstance(value, str)


def _bool(value: object) -> bool:
    return isinstance(value, bool)


def _int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _list(value: object) -> bool:
    return isinstance(value, list)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _part(value: object) -> bool:
    return isinstance(value, str | dict)


def _text_or_texts(value: object) -> bool:
    return isinstance(value, str) or _texts(value)


_JUDGED_ELSEWHERE = {
    "licenses", "sources", "contributors", "created", "profiles", "missingValues", "fields", "type", "$frictionless",
}  # fmt: skip
_PACKAGE = {
    "$schema": _str, "name": _str, "title": _str, "description": _str, "homepage": _str, "profile": _str,
    "keywords": _texts, "image": _str, "version": _str,
}  # fmt: skip
_RESOURCE = {
    "$schema": _str, "name": _str, "type": _str, "title": _str, "description": _str, "path": _str, "format": _str,
    "mediatype": _str, "encoding": _str, "profile": _str, "schema": _part, "dialect": _part, "hash": _str,
    "bytes": _int, "fields": _int, "rows": _int,
}  # fmt: skip
_CSV = {
    "delimiter": _str, "lineTerminator": _str, "quoteChar": _str, "doubleQuote": _bool, "escapeChar": _str,
    "nullSequence": _str, "skipInitialSpace": _bool,
}  # fmt: skip
_DIALECT = _CSV | {
    "header": _bool, "headerRows": _list, "headerJoin": _str, "headerCase": _bool, "commentChar": _str,
    "commentRows": _list, "skipBlankRows": _bool,
}  # fmt: skip
_SCHEMA = {
    "title": _str, "description": _str, "missingValues": _texts, "primaryKey": _text_or_texts, "foreignKeys": _list,
    "fieldsMatch": lambda value: value in ("exact", "equal", "subset", "superset", "partial"),
}  # fmt: skip
_FIELD = {
    "name": _str, "title": _str, "description": _str, "format": _str, "missingValues": _texts, "rdfType": _str,
    "bareNumber": _bool, "floatNumber": _bool, "decimalChar": _str, "groupChar": _str, "trueValues": _texts,
    "falseValues": _texts, "delimiter": _str,
}  # fmt: skip
_CONSTRAINTS = {
    "required": _bool, "unique": _bool, "pattern": _str, "enum": _list, "minLength": _int, "maxLength": _int,
}  # fmt: skip

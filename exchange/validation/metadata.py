"""From a path to a sound package: what is on the command line, read once, vouched for or held against frictionless.

In: a datapackage.json, a resource descriptor or a data file. Out: a :class:`~exchange.validation.descriptor.Package`,
or the errors of its descriptors. Refused in one sentence: whatever would have to be fetched, and formats of tables
that are neither delimited text nor rows in the descriptor.

A descriptor of plain parts is vouched for here (:func:`_sound_package`); any other is judged by frictionless itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Literal, cast
from urllib.parse import urlsplit

from exchange.errors import ValidationRefused
from exchange.language import translate as _
from exchange.validation.cells import SUPPORTED
from exchange.validation.descriptor import (
    Dialect,
    Json,
    Package,
    Resource,
    read_dialect,
    read_schema,
)
from exchange.validation.errors import MetadataError
from exchange.validation.records import COMPRESSIONS
from exchange.validation.sheets import LINES_OF_JSON, WORKBOOKS
from exchange.validation.values import TYPES

Version = Literal["v1", "v2", "unknown"]

_NAME = re.compile(r"([-a-z0-9._/])+\Z")
_SAFE_PATH = re.compile(r"(?!/)(?!.*\.\.)[\w\-./ ]+\Z")
_PROFILES = ("data-package", "data-resource")
_STANDARD_PROFILES = (*_PROFILES, "tabular-data-package", "tabular-data-resource")
_STRING_FORMATS = ("default", "email", "uri", "binary", "uuid", "wkt")
_ITEM_TYPES = ("string", "integer", "boolean", "number", "datetime", "date", "time")
_OTHER_TABLES = frozenset(
    [
        "xls",
        "ods",
        "parquet",
        "sav",
        "zsav",
        "arrow",
        "feather",
        "gsheets",
        "sql",
        "db",
        "sqlite",
    ]
)
_TABLES = frozenset(["csv", "tsv"]) | WORKBOOKS | LINES_OF_JSON
_TEXTS = frozenset(["html", "htm", "md", "txt", "text", "py", "r", "sql", "jl"])
_JSONS = frozenset(["json", "geojson", "topojson", "yaml"])


class DescriptorErrors(Exception):
    """The descriptor is unsound; nothing of the data was read."""

    def __init__(self, errors: Sequence[MetadataError]) -> None:
        """Keep the errors to report."""
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


def read_source(source: str, here: Path) -> Package:
    """Return the package, or the one resource, that a path names.

    Raises:
        DescriptorErrors: its descriptor is unsound.
        ValidationRefused: it would have to be fetched, or is nothing that can be validated.
    """
    _refuse_remote(source)
    path = here / source
    if path.is_dir():
        path = path / "datapackage.json"
    if path.suffix.lower() == ".json" and not path.is_file():
        raise ValidationRefused(
            _("{file} is not there: name a data package, a resource or a table.").format(file=path.name)
        )
    if path.suffix.lower()[1:] in _TABLES or any(path.name.endswith(f".csv.{kind}") for kind in COMPRESSIONS):
        return Package((_data_file(source, here),), alone=True)
    if path.suffix.lower() != ".json":
        raise ValidationRefused(
            _(
                "{file} is no data package, resource, delimited file or workbook: name a .json, .csv, .tsv, .xlsx or .jsonl file."
            ).format(file=path.name)
        )
    return _described(path)


def _data_file(source: str, here: Path) -> Resource:
    from slugify.slugify import slugify

    stem = PurePath(source).stem
    name = slugify(stem.rsplit(".", 1)[0] if _compression(source) else stem, regex_pattern=r"[^-a-z0-9._/]")
    return _resource({"name": name or "name", "path": source}, str(here), None, Dialect())


def _described(path: Path) -> Package:
    descriptor = _json_object(path)
    is_package = _is_package(path.name, descriptor)
    if descriptor is None:
        raise DescriptorErrors(_unsound(path, package=is_package))
    _refuse_networked(descriptor, path)
    vouched = (_sound_package if is_package else _sound_root_resource)(descriptor, path.parent)
    if not vouched:
        errors = _unsound(path, package=is_package)
        if errors:
            raise DescriptorErrors(errors)
    if not is_package:
        return Package((_read_resource(descriptor, path.parent),), alone=True)
    resources = cast("Sequence[Json]", descriptor["resources"])
    return Package(tuple(_read_resource(each, path.parent) for each in resources))


def _unsound(path: Path, *, package: bool) -> list[MetadataError]:
    from exchange.validation.oracle import descriptor_errors

    return [
        MetadataError(str(each["type"]), str(each["note"]), each)
        for each in descriptor_errors(str(path), package=package)
    ]


def _json_object(path: Path) -> Json | None:
    """Return the object in a file; None where there is none, which frictionless words."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_package(name: str, descriptor: Json | None) -> bool:
    if name.endswith(("datapackage.json", ".package.json")):
        return True
    if name.endswith("resource.json"):
        return False
    properties = set(descriptor or ())
    if "resources" in properties:
        return True
    if properties & {"path", "data"}:
        return False
    raise ValidationRefused(
        _(
            "{file} describes neither a data package nor a resource: give it resources, or a path or data."
        ).format(file=name)
    )


# What would have to be fetched.


def is_remote(path: str) -> bool:
    """Return whether a path names another machine; a Windows drive is none."""
    try:
        scheme = urlsplit(path).scheme
    except ValueError:
        return False
    return len(scheme) > 1 and scheme != "file"


def _refuse_remote(path: object) -> None:
    if isinstance(path, str) and is_remote(path):
        raise ValidationRefused(
            _("{path} stands on a network, which is never used; fetch it first and name the copy.").format(
                path=path[:200]
            )
        )


def _refuse_networked(descriptor: Json, path: Path) -> None:
    """Refuse a package or resource if judging it would need anything that is not on this machine."""
    _refuse_profile(descriptor, path)
    for name in ("path", "url", "schema", "dialect", "extrapaths"):
        value = descriptor.get(name)
        for each in value if isinstance(value, list) else [value]:
            _refuse_remote(each)
    resources = descriptor.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, str):
            _refuse_remote(resource)
        elif isinstance(resource, dict):
            _refuse_networked(resource, path)


def _refuse_profile(descriptor: Json, path: Path) -> None:
    """Refuse a profile of one's own, which frictionless fetches, and a local one that refers to others."""
    profiles = descriptor.get("profiles")
    first = profiles[0] if isinstance(profiles, list) and profiles else None
    for profile in (descriptor.get("profile"), first):
        if not isinstance(profile, str) or profile in _STANDARD_PROFILES:
            continue
        _refuse_remote(profile)
        if profile == "fiscal-data-package" or '"$ref"' in _text_of(path.parent / profile):
            raise ValidationRefused(
                _(
                    "The profile “{profile}” in {file} is fetched from a network, which is never used: take it out."
                ).format(profile=profile[:80], file=path.name)
            )


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except (OSError, ValueError):
        return ""


# Descriptors of plain parts, which frictionless finds nothing wrong with.


def _sound_package(descriptor: Json, folder: Path) -> bool:
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


def _sound_root_resource(descriptor: Json, folder: Path) -> bool:
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
        part = _json_object(folder / part)
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


# Sound descriptors become values.


def _read_resource(descriptor: Json, folder: Path) -> Resource:
    dialect = _part_at(descriptor.get("dialect"), folder)
    layout = cast("Json", descriptor.get("layout") or {})
    schema = _part_at(descriptor.get("schema"), folder)
    return _resource(descriptor, str(folder), schema, read_dialect(dict(dialect or {}) | dict(layout)))


def _part_at(part: object, folder: Path) -> Json | None:
    if isinstance(part, str):
        if not part.endswith(".json"):
            raise ValidationRefused(
                _("{path} is no JSON file; write schemas and dialects as JSON.").format(path=part[:200])
            )
        part = _json_object(folder / part)
    return cast("Json | None", part or None)


def _resource(descriptor: Json, folder: str, schema: Json | None, dialect: Dialect) -> Resource:
    paths = descriptor.get("path") or descriptor.get("url")
    path, *more = cast("list[str]", paths if isinstance(paths, list) else [paths])
    data = descriptor.get("data")
    format_name = str(descriptor.get("format") or _format(path, descriptor))
    stats = dict(cast("Json", descriptor.get("stats") or {})) | dict(descriptor)
    return Resource(
        name=str(descriptor["name"]),
        folder=folder,
        path=path,
        extra_paths=(*more, *cast("Sequence[str]", descriptor.get("extrapaths") or ())),
        data=cast("Sequence[object] | None", data if isinstance(data, list) else None),
        format=format_name,
        kind=_kind(descriptor, format_name),
        compression=_compression_of(descriptor, path),
        inner_path=cast("str | None", descriptor.get("innerpath")),
        encoding=cast("str | None", descriptor.get("encoding")),
        hash=_hash(stats),
        bytes=cast("int | None", stats.get("bytes") or None),
        fields=cast("int | None", stats.get("fields") or None),
        rows=cast("int | None", stats.get("rows") or None),
        dialect=dialect,
        schema=None if schema is None else read_schema(schema),
    )


def _hash(stats: Json) -> str | None:
    if stats.get("hash"):
        return str(stats["hash"])
    if stats.get("sha256"):
        return f"sha256:{stats['sha256']}"
    return str(stats["md5"]) if stats.get("md5") else None


def _compression_of(descriptor: Json, path: str | None) -> str:
    written = str(descriptor.get("compression") or "")
    found = _compression(path or "") if written in ("", "no") else written
    if found and found not in COMPRESSIONS:
        raise ValidationRefused(
            _("The compression “{name}” of {file} is not known: name one of {known}.").format(
                name=found[:40], file=str(path)[:200], known=", ".join(sorted(COMPRESSIONS))
            )
        )
    return found


def _compression(path: str) -> str:
    suffix = PurePath(path).suffix[1:].lower()
    return suffix if suffix in COMPRESSIONS else ""


def _format(path: str | None, descriptor: Json) -> str:
    if path is None:
        return "inline"
    if _compression(path):
        inner = descriptor.get("innerpath")
        path = str(inner) if inner else path[: path.rindex(".")]
    return PurePath(path).suffix[1:].lower()


def _kind(descriptor: Json, format_name: str) -> Literal["table", "json", "text", "file"]:
    kind = descriptor.get("type") or (
        "table" if descriptor.get("profile") == "tabular-data-resource" else None
    )
    table = format_name in _TABLES or isinstance(descriptor.get("data"), list)
    if format_name in _OTHER_TABLES or (kind == "table" and not table and format_name != "json"):
        raise ValidationRefused(
            _(
                "The table {resource} is a .{format} file, which is not read: save it as .csv, .xlsx or .jsonl."
            ).format(resource=str(descriptor["name"])[:80], format=format_name[:20])
        )
    if kind in ("table", "json", "text", "file"):
        return kind
    if table:
        return "table"
    if format_name in _JSONS or format_name == "inline":
        return "json"
    return "text" if format_name in _TEXTS else "file"

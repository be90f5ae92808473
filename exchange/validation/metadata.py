"""From a path to a sound package: what is on the command line, read once, vouched for or held against frictionless.

In: a datapackage.json, a resource descriptor or a data file. Out: a :class:`~exchange.validation.descriptor.Package`,
or the errors of its descriptors. Refused in one sentence: whatever would have to be fetched, and tables in formats that
are not read. A descriptor of plain parts is vouched for (:mod:`~exchange.validation.soundness`); any other is judged by
frictionless itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Literal, cast
from urllib.parse import urlsplit

from exchange.errors import ValidationRefused
from exchange.language import translate as _
from exchange.validation.descriptor import (
    Dialect,
    Json,
    Package,
    Resource,
    read_dialect,
    read_schema,
)
from exchange.validation.errors import MetadataError
from exchange.validation.sheets import LINES_OF_JSON, WORKBOOKS
from exchange.validation.soundness import json_object, sound_package, sound_resource_alone
from exchange.validation.streams import COMPRESSIONS

_STANDARD_PROFILES = ("data-package", "data-resource", "tabular-data-package", "tabular-data-resource")
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
    descriptor = json_object(path)
    is_package = _is_package(path.name, descriptor)
    if descriptor is None:
        raise DescriptorErrors(_unsound(path, package=is_package))
    _refuse_networked(descriptor, path)
    vouched = (sound_package if is_package else sound_resource_alone)(descriptor, path.parent)
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
        part = json_object(folder / part)
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

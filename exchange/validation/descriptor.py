"""What a Data Package says about its tables: descriptors as parsed values, nothing of the data yet.

In: the JSON of a package or a resource that :mod:`exchange.validation.metadata` found sound. Out: frozen packages,
resources, schemas, dialects. Source: Data Package 1.0 and 2.0 (datapackage.org/standard), read as frictionless does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from exchange.validation.sheets import SheetChoice, read_choice

Json = Mapping[str, object]
Mode = Literal["strict", "compat"]

CSV_PROPERTIES = (
    "delimiter",
    "lineTerminator",
    "quoteChar",
    "doubleQuote",
    "escapeChar",
    "nullSequence",
    "skipInitialSpace",
)
"""Dialect properties of version 1 that frictionless moves under ``csv``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a schema.

    Attributes:
        missing: the texts that mean "no value": the field's own, else the schema's.
        properties: what only some types have (decimalChar, trueValues, arrayItem, …), as written.
    """

    name: str
    type: str = "string"
    format: str = "default"
    constraints: Json = field(default_factory=dict)
    missing: tuple[str, ...] = ("",)
    properties: Json = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether the column must hold a value in every row."""
        return bool(self.constraints.get("required", False))

    @property
    def unique(self) -> bool:
        """Whether no value may come twice."""
        return bool(self.constraints.get("unique"))


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values stand in a table (``""``: the same table)."""

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The columns of a table and its keys."""

    fields: tuple[Field, ...]
    fields_match: str = "exact"
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a table is written; None where the descriptor is silent.

    Attributes:
        choice: which sheet of a workbook.
        excel: all that frictionless is told of a workbook, as written.
        json_keys, json_property: which properties of a JSON file's rows, and where its rows stand.
    """

    header: bool = True
    header_rows: tuple[int, ...] = (1,)
    header_join: str = " "
    header_case: bool = True
    says_header: bool = False
    comment_char: str | None = None
    comment_rows: tuple[int, ...] = ()
    skip_blank_rows: bool = False
    delimiter: str | None = None
    quote_char: str | None = None
    double_quote: bool = True
    escape_char: str | None = None
    skip_initial_space: bool | None = None
    inline_keys: tuple[str, ...] = ()
    choice: SheetChoice = field(default_factory=SheetChoice)
    excel: Json = field(default_factory=dict)
    json_keys: tuple[str, ...] = ()
    json_property: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One table or file of a package.

    Attributes:
        folder: where relative paths start; empty for the current folder.
        schema: None where the descriptor has none and it is guessed from the data.
        data: rows that stand in the descriptor itself.
    """

    name: str
    folder: str
    path: str | None = None
    extra_paths: tuple[str, ...] = ()
    data: Sequence[object] | None = None
    format: str = ""
    kind: Literal["table", "json", "text", "file"] = "file"
    compression: str = ""
    inner_path: str | None = None
    encoding: str | None = None
    hash: str | None = None
    bytes: int | None = None
    fields: int | None = None
    rows: int | None = None
    dialect: Dialect = field(default_factory=Dialect)
    schema: Schema | None = None

    @property
    def place(self) -> str:
        """Where the data stands, as a report says it."""
        if self.data is not None:
            return "<memory>"
        if self.extra_paths:
            return f"{self.path} (multipart)"
        return f"{self.path} -> {self.inner_path}" if self.inner_path else str(self.path)

    def located(self, path: str) -> Path:
        """Return where a path of the resource is on this machine."""
        return Path(self.folder, path) if self.folder else Path(path)


@dataclass(frozen=True, slots=True)
class Package:
    """The resources to judge, in order; ``alone`` when the source was one resource and no package."""

    resources: tuple[Resource, ...]
    alone: bool = False

    def resource(self, name: str) -> Resource | None:
        """Return the resource of that name."""
        return next((resource for resource in self.resources if resource.name == name), None)


def read_schema(descriptor: Json) -> Schema:
    """Return a sound Table Schema as values."""
    missing = _missing(descriptor) if descriptor.get("missingValues") is not None else ("",)
    fields = cast("Sequence[Json]", descriptor["fields"])
    return Schema(
        fields=tuple(read_field(each, missing) for each in fields),
        fields_match=str(descriptor.get("fieldsMatch") or "exact"),
        primary_key=_names(descriptor.get("primaryKey")),
        foreign_keys=tuple(
            _foreign_key(each) for each in cast("Sequence[Json]", descriptor.get("foreignKeys") or ())
        ),
        unique_keys=tuple(
            _names(each) for each in cast("Sequence[object]", descriptor.get("uniqueKeys") or ())
        ),
    )


def read_field(descriptor: Json, missing: tuple[str, ...] = ("",)) -> Field:
    """Return a sound field; ``missing`` is what its schema says."""
    known = {"name", "type", "format", "constraints", "missingValues"}
    written = str(descriptor.get("format") or "default")
    return Field(
        name=str(descriptor["name"]),
        type=str(descriptor.get("type") or "string"),
        # fmt: stood before formats in the first drafts of the standard.
        format=written.replace("fmt:", "") if written.startswith("fmt:") else written,
        constraints=cast("Json", descriptor.get("constraints") or {}),
        missing=_missing(descriptor) if descriptor.get("missingValues") is not None else missing,
        properties={
            name: value for name, value in descriptor.items() if name not in known and value not in (None, {})
        },
    )


def read_dialect(descriptor: Json) -> Dialect:
    """Return a sound dialect of either version; CSV properties stand at the top or under ``csv``."""
    csv = dict(cast("Json", descriptor.get("csv") or {}))
    csv |= {name: descriptor[name] for name in CSV_PROPERTIES if descriptor.get(name) is not None}
    inline = cast("Json", descriptor.get("inline") or {})
    of_json = cast("Json", descriptor.get("json") or {})
    header_rows = descriptor.get("headerRows")
    skip = csv.get("skipInitialSpace")
    return Dialect(
        header=descriptor.get("header") is not False,
        header_rows=(1,) if header_rows is None else tuple(cast("Sequence[int]", header_rows)),
        header_join=str(_or(descriptor.get("headerJoin"), " ")),
        header_case=descriptor.get("headerCase") is not False,
        says_header=descriptor.get("header") is not None or header_rows is not None,
        comment_char=_text(descriptor.get("commentChar")),
        comment_rows=tuple(cast("Sequence[int]", descriptor.get("commentRows") or ())),
        skip_blank_rows=bool(descriptor.get("skipBlankRows")),
        delimiter=_text(csv.get("delimiter")),
        quote_char=_text(csv.get("quoteChar")),
        double_quote=csv.get("doubleQuote") is not False,
        escape_char=_text(csv.get("escapeChar")),
        skip_initial_space=None if skip is None else bool(skip),
        inline_keys=tuple(cast("Sequence[str]", inline.get("keys") or ())),
        choice=read_choice(descriptor),
        excel=cast("Json", descriptor.get("excel") or {}),
        json_keys=tuple(cast("Sequence[str]", of_json.get("keys") or ())),
        json_property=_text(of_json.get("property")),
    )


def _missing(descriptor: Json) -> tuple[str, ...]:
    entries = cast("Sequence[str | Json]", descriptor.get("missingValues") or ())
    return tuple(str(each["value"]) if isinstance(each, Mapping) else each for each in entries)


def _foreign_key(descriptor: Json) -> ForeignKey:
    reference = cast("Json", descriptor.get("reference") or {})
    return ForeignKey(
        _names(descriptor.get("fields")),
        str(reference.get("resource") or ""),
        _names(reference.get("fields")),
    )


def _names(value: object) -> tuple[str, ...]:
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(cast("Sequence[str]", value))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _or(value: object, default: str) -> object:
    return default if value is None else value

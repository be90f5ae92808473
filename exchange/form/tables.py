"""The form's tables as values: what ``schemas/tables/*.json`` says, parsed once.

Stands first in the house. In: the Data Package descriptor and the Table Schemas. Out: :class:`Table` in the
order of form.md, read by intake, checks, review, settlement and sealing. Refuses a schema that lacks what
every field must have; whether it is valid Data Package metadata is :mod:`exchange.form.metadata`'s question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as derived
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from exchange.errors import FormError
from exchange.language import choose
from exchange.language import translate as _

FieldType = Literal["string", "date", "time", "number", "integer", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a table.

    Attributes:
        minimum, maximum: bounds of a number or integer; the minimum itself is outside where
            ``exclusive_minimum`` holds.
        max_length: characters.
        pattern: a regular expression that the whole text matches.
        code_list: the name of the code list that the value is from.
        decimals: 2 for hours and money; None for a number kept as somebody stated it.
        example: a value in canonical text.
        default: what an agreement file that is silent means, in canonical text.
    """

    name: str
    type: FieldType
    required: bool
    minimum: Decimal | None
    maximum: Decimal | None
    exclusive_minimum: bool
    max_length: int | None
    pattern: str | None
    code_list: str | None
    decimals: int | None
    label_da: str
    label_en: str
    description_da: str
    description_en: str
    example: str
    default: str | None

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return choose(self.label_da, self.label_en)

    @property
    def description(self) -> str:
        """The description in the language in force."""
        return choose(self.description_da, self.description_en)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A field whose value must be a key of another table, or be empty."""

    field: str
    table: str
    to_field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the form.

    Attributes:
        fields: in form order.
        dated_by: ``date`` where a row tells of one day, so that a later report replaces whole months of it.
        field_names: the columns in form order.
    """

    name: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    dated_by: str | None
    label_da: str
    label_en: str
    field_names: tuple[str, ...] = derived(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Name the columns once: every row that is read or written asks for them."""
        object.__setattr__(self, "field_names", tuple(field.name for field in self.fields))

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return choose(self.label_da, self.label_en)

    def field(self, name: str) -> Field:
        """Return the field of that name.

        Raises:
            FormError: the table has none.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise FormError(
            _("The table {table} has no column “{column}”: its columns are {columns}.").format(
                table=self.name, column=name[:60], columns=", ".join(self.field_names)
            )
        )

    def key_of(self, row: Mapping[str, str | None]) -> str:
        """Return the row's primary-key values joined by ``|``; an empty one is ""."""
        return "|".join([row.get(name) or "" for name in self.primary_key])


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Table]:
    """Return every table of the form by name, in the order of form.md.

    Raises:
        FormError: a schema lacks what every table or field must have.
    """
    paths = [
        str(resource["schema"]) for resource in cast("list[dict[str, object]]", _descriptor()["resources"])
    ]
    found = [read_table(_text(path), path) for path in paths]
    return {table.name: table for table in found}


def table(name: str) -> Table:
    """Return the table of that name.

    Raises:
        FormError: the form has none.
    """
    found = tables().get(name)
    if found is None:
        raise FormError(
            _("The form has no table “{table}”: its tables are {tables}.").format(
                table=name[:60], tables=", ".join(tables())
            )
        )
    return found


def form_version() -> str:
    """Return the form's semantic version, as the descriptor states it."""
    return str(_descriptor()["version"])


def read_table(text: str, name: str) -> Table:
    """Parse a Table Schema with the form's own properties (``title_da``, ``codeList``, ``decimals``, …).

    Raises:
        FormError: not JSON, or a table or field lacks a property that the form asks of it.
    """
    try:
        return _table(json.loads(text, parse_float=Decimal))
    except (ValueError, KeyError, TypeError) as error:
        raise FormError(
            _("{file} is no table of the form: {why} is missing or not readable; mend the file.").format(
                file=name, why=error
            )
        ) from error


@lru_cache(maxsize=1)
def _descriptor() -> Mapping[str, object]:
    return cast("dict[str, object]", json.loads(_text("datapackage.json")))


def _text(path: str) -> str:
    return files("schemas").joinpath(path).read_text(encoding="utf-8")


def _table(schema: Mapping[str, object]) -> Table:
    fields = cast("list[dict[str, object]]", schema["fields"])
    keys = cast("list[dict[str, object]]", schema.get("foreignKeys", []))
    dated_by = schema.get("datedBy")
    return Table(
        name=str(schema["name"]),
        fields=tuple(_field(field) for field in fields),
        primary_key=tuple(cast("list[str]", schema["primaryKey"])),
        foreign_keys=tuple(_foreign_key(key) for key in keys),
        dated_by=None if dated_by is None else str(dated_by),
        label_da=str(schema["title_da"]),
        label_en=str(schema["title"]),
    )


def _foreign_key(key: Mapping[str, object]) -> ForeignKey:
    reference = cast("dict[str, object]", key["reference"])
    (field,) = cast("list[str]", key["fields"])
    (to_field,) = cast("list[str]", reference["fields"])
    return ForeignKey(field, str(reference["resource"]), to_field)


def _field(field: Mapping[str, object]) -> Field:
    constraints = cast("dict[str, object]", field.get("constraints", {}))
    exclusive = "exclusiveMinimum" in constraints
    return Field(
        name=str(field["name"]),
        type=cast("FieldType", field["type"]),
        required=constraints.get("required") is True,
        minimum=_bound(constraints, "exclusiveMinimum" if exclusive else "minimum"),
        maximum=_bound(constraints, "maximum"),
        exclusive_minimum=exclusive,
        max_length=_count(constraints, "maxLength"),
        pattern=_optional(constraints, "pattern"),
        code_list=_optional(field, "codeList"),
        decimals=_count(field, "decimals"),
        label_da=str(field["title_da"]),
        label_en=str(field["title"]),
        description_da=str(field["description_da"]),
        description_en=str(field["description"]),
        example=str(field["example"]),
        default=_optional(field, "default"),
    )


def _bound(constraints: Mapping[str, object], name: str) -> Decimal | None:
    return Decimal(str(constraints[name])) if name in constraints else None


def _count(properties: Mapping[str, object], name: str) -> int | None:
    return int(str(properties[name])) if name in properties else None


def _optional(properties: Mapping[str, object], name: str) -> str | None:
    return str(properties[name]) if name in properties else None

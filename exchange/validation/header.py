"""The first row against the schema: which column each label names, and what is wrong with the labels.

In: the labels of a file and the fields of its schema. Out: the fields in the order of the data, and the errors.
Source: ``fieldsMatch`` of Table Schema 2.0; ``exact`` (and version 1) pairs by position, the others by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exchange.validation.descriptor import Dialect, Field, Schema
from exchange.validation.errors import Error, HeaderError, LabelError

_TOLERATES_EXTRA = ("subset", "partial")
_TOLERATES_MISSING = ("superset", "partial")


class AmbiguousHeader(Exception):
    """Labels that cannot be paired with fields by name; carries the error."""

    def __init__(self, error: Error) -> None:
        """Keep the error to be reported."""
        super().__init__(error.note)
        self.error = error


@dataclass(frozen=True, slots=True)
class Header:
    """The labels of a file beside the fields that a schema wants."""

    labels: Sequence[str]
    schema: Schema
    dialect: Dialect

    @property
    def by_name(self) -> bool:
        """Whether labels and fields are paired by name, not by position."""
        return self.schema.fields_match != "exact"

    def key(self, name: str) -> str:
        """Return what labels and names are compared by."""
        return name if self.dialect.header_case else name.lower()

    def paired(self, place: int, label: str) -> Field | None:
        """Return the field of a label, by its place (from 0) or its name."""
        if not self.by_name:
            return self.schema.fields[place] if place < len(self.schema.fields) else None
        return next((field for field in self.schema.fields if self.key(field.name) == self.key(label)), None)

    def expected(self) -> list[Field]:
        """Return the fields of the data, column by column; a label without a field gets one that takes anything.

        Raises:
            AmbiguousHeader: two labels, or two fields, cannot be told apart by name.
        """
        if not self.labels:
            return list(self.schema.fields)
        if self.by_name:
            self._tell_apart()
        paired = [self.paired(place, label) for place, label in enumerate(self.labels)]
        names = unique_names(
            [label if field is None else field.name for field, label in zip(paired, self.labels, strict=True)]
        )
        return [field or Field(name=name, type="any") for field, name in zip(paired, names, strict=True)]

    def errors(self) -> list[Error]:
        """Return what is wrong with the labels; none where there is no header."""
        if not self.labels:
            return []
        found: list[Error] = [*self._extra()]
        if self.schema.fields_match == "partial" and self.schema.fields and not self._any_paired():
            found.append(HeaderError("unmatched-header", "", self.labels, self.dialect.header_rows))
        found += self._missing()
        if not self.by_name:
            for number, field in enumerate(self.schema.fields[: len(self.labels)], start=1):
                found += self._label_errors(number, field)
        return found

    def _any_paired(self) -> bool:
        return any(self.paired(place, label) for place, label in enumerate(self.labels))

    def _extra(self) -> Iterator[Error]:
        if self.schema.fields_match in _TOLERATES_EXTRA:
            return
        for place, label in enumerate(self.labels):
            if self.paired(place, label) is None:
                yield self._error("extra-label", "", label, "", place + 1)

    def _missing(self) -> Iterator[Error]:
        fields: Sequence[Field] = self.schema.fields[len(self.labels) :]
        if self.by_name:
            present = {self.key(label) for label in self.labels}
            fields = [field for field in self.schema.fields if self.key(field.name) not in present]
        if self.schema.fields_match in _TOLERATES_MISSING:
            fields = [field for field in fields if field.required or field.name in self.schema.primary_key]
        for number, field in enumerate(fields, start=len(self.labels) + 1):
            yield self._error("missing-label", "", "", field.name, number)

    def _label_errors(self, number: int, field: Field) -> Iterator[Error]:
        label = self.labels[number - 1]
        same = [place for place, seen in enumerate(self.labels[: number - 1], start=1) if seen == label]
        if not label:
            yield self._error("blank-label", "", "", field.name, number)
        elif same:
            note = f'at position "{", ".join(map(str, same))}"'
            yield self._error("duplicate-label", note, label, field.name, number)
        elif self.key(label) != self.key(field.name):
            yield self._error("incorrect-label", "", label, field.name, number)

    def _error(self, kind: str, note: str, label: str, field_name: str, number: int) -> Error:
        return LabelError(kind, note, self.labels, self.dialect.header_rows, label, field_name, number)

    def _tell_apart(self) -> None:
        match = self.schema.fields_match
        groups: dict[str, list[str]] = {}
        for field in self.schema.fields:
            groups.setdefault(self.key(field.name), []).append(f'"{field.name}"')
        for names in groups.values():
            if len(names) > 1:
                note = (
                    f'matching fields by name ("fieldsMatch": "{match}") is ambiguous: fields '
                    f'{", ".join(names)} differ only by case, which "header_case" is set to ignore'
                )
                raise AmbiguousHeader(Error("metadata-error", note))
        if len({self.key(label) for label in self.labels}) < len(self.labels):
            note = f'matching fields by name ("fieldsMatch": "{match}") requires unique labels in the header'
            raise AmbiguousHeader(Error("error", note))


def unique_names(names: Sequence[str]) -> list[str]:
    """Return the names with a number after each that has been before."""
    used: list[str] = []
    for name in names:
        free, number = name, 2
        while free in used:
            free, number = f"{name}{number}", number + 1
        used.append(free)
    return used

"""The kinds of errors: type, title, description, message and tags as frictionless 5.21 words them.

The texts are part of the report's format and stay English; a test holds them against frictionless' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Kind(NamedTuple):
    """What all errors of a type have in common; ``template`` names the error's own properties."""

    title: str
    description: str
    template: str
    tags: tuple[str, ...] = ()


_CELL = ("#table", "#row", "#cell")
_LABEL = ("#table", "#header", "#label")

KINDS: Mapping[str, Kind] = {
    "blank-row": Kind(
        "Blank Row",
        "This row is empty. A row should contain at least one value.",
        'Row at position "{rowNumber}" is completely blank',
        ("#table", "#row"),
    ),
    "primary-key": Kind(
        "PrimaryKey Error",
        "Values in the primary key fields should be unique for every row",
        'Row at position "{rowNumber}" violates the primary key: {note}',
        ("#table", "#row"),
    ),
    "foreign-key": Kind(
        "ForeignKey Error",
        "Values in the foreign key fields should exist in the reference table",
        'Row at position "{rowNumber}" violates the foreign key: {note}',
        ("#table", "#row"),
    ),
    "extra-cell": Kind(
        "Extra Cell",
        "This row has more values compared to the header row (the first row in the data source). A key concept is that all the rows in tabular data must have the same number of columns.",
        'Row at position "{rowNumber}" has an extra value in field at position "{fieldNumber}"',
        _CELL,
    ),
    "missing-cell": Kind(
        "Missing Cell",
        "This row has less values compared to the header row (the first row in the data source). A key concept is that all the rows in tabular data must have the same number of columns.",
        'Row at position "{rowNumber}" has a missing cell in field "{fieldName}" at position "{fieldNumber}"',
        _CELL,
    ),
    "type-error": Kind(
        "Type Error",
        "The value does not match the schema type and format for this field.",
        'Type error in the cell "{cell}" in row "{rowNumber}" and field "{fieldName}" at position "{fieldNumber}": {note}',
        _CELL,
    ),
    "constraint-error": Kind(
        "Constraint Error",
        "A field value does not conform to a constraint.",
        'The cell "{cell}" in row at position "{rowNumber}" and field "{fieldName}" at position "{fieldNumber}" does not conform to a constraint: {note}',
        _CELL,
    ),
    "unique-error": Kind(
        "Unique Error",
        "This field is a unique field but it contains a value that has been used in another row.",
        'Row at position "{rowNumber}" has unique constraint violation in field "{fieldName}" at position "{fieldNumber}": {note}',
        _CELL,
    ),
    "extra-label": Kind(
        "Extra Label",
        "The header of the data source contains label that does not exist in the provided schema.",
        'There is an extra label "{label}" in header at position "{fieldNumber}"',
        _LABEL,
    ),
    "missing-label": Kind(
        "Missing Label",
        "Based on the schema there should be a label that is missing in the data's header.",
        'There is a missing label in the header\'s field "{fieldName}" at position "{fieldNumber}"',
        _LABEL,
    ),
    "blank-label": Kind(
        "Blank Label",
        "A label in the header row is missing a value. Label should be provided and not be blank.",
        'Label in the header in field at position "{fieldNumber}" is blank',
        _LABEL,
    ),
    "duplicate-label": Kind(
        "Duplicate Label",
        "Two columns in the header row have the same value. Column names should be unique.",
        'Label "{label}" in the header at position "{fieldNumber}" is duplicated to a label: {note}',
        _LABEL,
    ),
    "incorrect-label": Kind(
        "Incorrect Label",
        "One of the data source header does not match the field name defined in the schema.",
        'Label "{label}" in field {fieldName} at position "{fieldNumber}" does not match the field name in the schema',
        _LABEL,
    ),
    "unmatched-header": Kind(
        "Unmatched Header",
        'With "fieldsMatch" set to "partial", the header must contain at least one of the fields defined in the schema.',
        "None of the fields defined in the schema is present in the header",
        ("#table", "#header"),
    ),
    "hash-count": Kind(
        "Hash Count Error",
        "This error can happen if the data is corrupted.",
        "The data source does not match the expected hash count: {note}",
        ("#file",),
    ),
    "byte-count": Kind(
        "Byte Count Error",
        "This error can happen if the data is corrupted.",
        "The data source does not match the expected byte count: {note}",
        ("#file",),
    ),
    "field-count": Kind(
        "Field Count Error",
        "This error can happen if the data is corrupted.",
        "The data source does not match the expected field count: {note}",
        ("#table",),
    ),
    "row-count": Kind(
        "Row Count Error",
        "This error can happen if the data is corrupted.",
        "The data source does not match the expected row count: {note}",
        ("#table",),
    ),
    "source-error": Kind(
        "Source Error",
        "Data reading error because of not supported or inconsistent contents.",
        "The data source has not supported or has inconsistent contents: {note}",
        (),
    ),
    "scheme-error": Kind(
        "Scheme Error",
        "Data reading error because of incorrect scheme.",
        "The data source could not be successfully loaded: {note}",
        (),
    ),
    "format-error": Kind(
        "Format Error",
        "Data reading error because of incorrect format.",
        "The data source could not be successfully parsed: {note}",
        (),
    ),
    "encoding-error": Kind(
        "Encoding Error",
        "Data reading error because of an encoding problem.",
        "The data source could not be successfully decoded: {note}",
        (),
    ),
    "compression-error": Kind(
        "Compression Error",
        "Data reading error because of a decompression problem.",
        "The data source could not be successfully decompressed: {note}",
        (),
    ),
    "resource-error": Kind(
        "Resource Error",
        "A validation cannot be processed.",
        "The data resource has an error: {note}",
        (),
    ),
    "error": Kind(
        "Error",
        "Error",
        "{note}",
        (),
    ),
    "metadata-error": Kind(
        "Metadata Error",
        "There is a metadata error.",
        "Metadata error: {note}",
        (),
    ),
}

"""What does not fit, as values: an error of a file, of the header, of a row or of a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Error:
    """An error of the file or the table as a whole."""

    type: str
    note: str

    def details(self) -> dict[str, object]:
        """Return the properties that this kind of error has beside type and note, named as in a report."""
        return {}


@dataclass(frozen=True, slots=True)
class MetadataError(Error):
    """An error of a descriptor, in frictionless' own words."""

    reported: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class HeaderError(Error):
    """An error of the header as a whole."""

    labels: Sequence[str]
    row_numbers: Sequence[int]

    def details(self) -> dict[str, object]:
        """Return the header and where it stands."""
        return {"labels": self.labels, "rowNumbers": self.row_numbers}


@dataclass(frozen=True, slots=True)
class LabelError(HeaderError):
    """An error of one label."""

    label: str
    field_name: str
    field_number: int

    def details(self) -> dict[str, object]:
        """Return the header, the label and the field it should name."""
        return {
            "labels": self.labels,
            "rowNumbers": self.row_numbers,
            "label": self.label,
            "fieldName": self.field_name,
            "fieldNumber": self.field_number,
        }


@dataclass(frozen=True, slots=True)
class RowError(Error):
    """An error of a row; rows are CSV records, the first is 1."""

    row_number: int
    cells: Sequence[str]

    def details(self) -> dict[str, object]:
        """Return the row."""
        return {"cells": self.cells, "rowNumber": self.row_number}


@dataclass(frozen=True, slots=True)
class CellError(RowError):
    """An error of one cell; fields are numbered from 1."""

    cell: str
    field_name: str
    field_number: int

    def details(self) -> dict[str, object]:
        """Return the row, the cell and its field."""
        return {
            "cells": self.cells,
            "rowNumber": self.row_number,
            "cell": self.cell,
            "fieldName": self.field_name,
            "fieldNumber": self.field_number,
        }


@dataclass(frozen=True, slots=True)
class ForeignKeyError(RowError):
    """A row whose key stands in no row of the other table."""

    field_names: Sequence[str]
    field_cells: Sequence[str]
    reference_name: str
    reference_field_names: Sequence[str]

    def details(self) -> dict[str, object]:
        """Return the row, its key and where it was looked for."""
        return {
            "cells": self.cells,
            "rowNumber": self.row_number,
            "fieldNames": self.field_names,
            "fieldCells": self.field_cells,
            "referenceName": self.reference_name,
            "referenceFieldNames": self.reference_field_names,
        }

"""The schema of a table that has none: the first type that nine of ten sampled cells fit, as frictionless guesses it.

In: labels and the first rows. Out: a schema whose fields are named by the labels.
"""

from __future__ import annotations

from collections.abc import Sequence

from exchange.validation.cells import CellReader, cell_reader
from exchange.validation.descriptor import Field, Mode, Schema
from exchange.validation.header import unique_names
from exchange.validation.records import Cells

CANDIDATES = (
    "yearmonth", "geopoint", "duration", "geojson", "object", "array", "datetime", "time", "date", "integer", "number",
    "boolean", "year", "string",
)  # fmt: skip
"""The types in the order in which they are tried; the last takes any text."""
CONFIDENCE = 0.9


def guess_schema(labels: Sequence[str], rows: Sequence[Cells], mode: Mode) -> Schema:
    """Return the schema that the rows suggest; every column takes anything where there are none."""
    names = list(labels) or [f"field{number}" for number in range(1, len(rows[0]) + 1 if rows else 1)]
    names = unique_names([name or f"field{place}" for place, name in enumerate(names, start=1)])
    readers = {kind: cell_reader(Field(name="shared", type=kind), mode) for kind in CANDIDATES}
    kinds = [
        _guess([row[place] if place < len(row) else None for row in rows], readers)
        for place in range(len(names))
    ]
    return Schema(fields=tuple(Field(name=name, type=kind) for name, kind in zip(names, kinds, strict=True)))


def _guess(cells: Sequence[object], readers: dict[str, CellReader]) -> str:
    """Return the first type that fits well enough, judged cell after cell as long as it can still win."""
    best = len(cells)
    threshold = len(cells) * (CONFIDENCE - 1)
    scores = dict.fromkeys(readers, 0)
    for cell in cells:
        missing = cell == ""
        best -= missing
        for kind, read in readers.items():
            if scores[kind] < threshold:
                continue
            if not missing:
                judged = read(cell)
                scores[kind] += -1 if judged.wrong_type or judged.broken else 1
            if best > 0 and scores[kind] >= best * CONFIDENCE:
                return kind
    return "any"

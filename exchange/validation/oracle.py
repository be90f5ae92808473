"""frictionless itself, for what is too rare to be worth another reading: unsound descriptors, and its own workbook cells.

Importing it costs 0.3 s, so only a descriptor that :mod:`exchange.validation.metadata` cannot vouch for comes here, and
workbooks in compatible mode. It is never given anything that it would fetch from a network; metadata refuses that first.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from exchange.errors import ValidationRefused
from exchange.language import translate as _

MAX_WORKBOOK = 600 * 2**20
"""Bytes that a workbook may hold when it is unpacked; frictionless has no bound of its own."""


class NotRead(Exception):
    """frictionless cannot read a file; carries the type and note of its error."""

    def __init__(self, kind: str, note: str) -> None:
        """Keep both."""
        super().__init__(note)
        self.kind, self.note = kind, note


def descriptor_errors(path: str, *, package: bool) -> list[Mapping[str, object]]:
    """Return what frictionless says is wrong with a package's or resource's descriptor, as a report words it."""
    from frictionless import FrictionlessException, Package, Resource

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            whole: Any = (Package if package else Resource).from_descriptor(path)
            for resource in whole.resources if package else [whole]:
                # Both are read, and judged, when they are first asked for.
                resource.schema, resource.dialect  # noqa: B018
            whole.to_descriptor(validate=True)
        except FrictionlessException as error:
            return [cast("Mapping[str, object]", each.to_descriptor()) for each in error.to_errors()]
    return []


def workbook_cells(path: Path, place: str, excel: Mapping[str, object]) -> Iterator[Sequence[object]]:
    """Yield the rows of a workbook's sheet with the values that frictionless gives them.

    Args:
        path: where the workbook is.
        place: how a report names it.
        excel: the dialect's own words on workbooks: sheet, fillMergedCells, preserveFormatting, stringified, …

    Raises:
        NotRead: it is no workbook, or has no such sheet.
        ValidationRefused: it unpacks to more than any workbook of people's work.
    """
    from frictionless import Dialect, FrictionlessException, Resource, system

    _hold_unpacked(path, place)
    try:
        with warnings.catch_warnings(), system.use_context(trusted=True):
            warnings.simplefilter("ignore")
            dialect = Dialect.from_descriptor({"excel": dict(excel)}) if excel else Dialect()
            resource = Resource(path=str(path), format="xlsx", dialect=dialect)
            parser: Any = system.create_parser(resource)
            parser.open()
        try:
            yield from parser.cell_stream
        finally:
            parser.close()
    except FrictionlessException as error:
        raise NotRead(error.error.type, error.error.note.replace(str(path), place)) from None


def _hold_unpacked(path: Path, place: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return
    if size > MAX_WORKBOOK:
        raise ValidationRefused(
            _("{file} unpacks to more than {limit} MB: split the workbook.").format(
                file=place, limit=MAX_WORKBOOK >> 20
            )
        )

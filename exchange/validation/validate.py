"""The validator: a path comes in, a report goes out.

Each table is opened, its header paired with its schema, and its rows judged: by the columns where a screen can prove
them (:mod:`exchange.validation.screen`, :mod:`exchange.validation.batches`), cell by cell where it cannot. The result
is the same either way. Refused: what :mod:`exchange.validation.metadata` refuses, and schemas that contradict themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from time import perf_counter

from exchange.errors import ValidationRefused
from exchange.language import translate as _
from exchange.validation.batches import Progress, faulty_rows
from exchange.validation.descriptor import ForeignKey, Mode, Package, Resource, Schema
from exchange.validation.errors import Error
from exchange.validation.guessing import guess_schema
from exchange.validation.header import AmbiguousHeader, Header
from exchange.validation.keys import offered_keys
from exchange.validation.metadata import DescriptorErrors, read_source
from exchange.validation.mistakes import SchemaMistake
from exchange.validation.records import Table, open_table
from exchange.validation.report import Report, Task
from exchange.validation.rows import Columns, Key, Known, columns_of
from exchange.validation.screen import Screening
from exchange.validation.sheets import SheetReader
from exchange.validation.streams import Unreadable, open_bytes

COMPAT_LIMIT = 1000
"""After how many errors of a table frictionless stops."""
_FIRST_ROWS = 16_384


@dataclass(frozen=True, slots=True)
class Way:
    """How to judge.

    Attributes:
        limit: after how many errors of a table to stop; None for never.
        sheets: who reads workbooks in strict mode.
    """

    mode: Mode = "strict"
    limit: int | None = None
    sheets: SheetReader | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A table that is open, with its header; its columns are paired with fields only when other tables have been asked."""

    table: Table
    schema: Schema
    header: Header

    def columns(self, mode: Mode) -> Columns:
        """Return what reads the columns.

        Raises:
            AmbiguousHeader: its labels cannot be paired with fields.
            SchemaMistake: a field contradicts itself.
        """
        return columns_of(self.header.expected(), self.schema, self.table.dialect, mode)


def validate(source: str, here: Path, way: Way) -> Report:
    """Return what is wrong with the package, resource or data file at a path.

    Raises:
        ValidationRefused: it cannot be judged: it asks for a network, or contradicts itself.
    """
    started = perf_counter()
    try:
        package = read_source(source, here)
    except DescriptorErrors as unsound:
        return Report(errors=unsound.errors, seconds=perf_counter() - started)
    tasks = [judge(resource, package, way) for resource in package.resources]
    return Report(tasks=tasks, seconds=perf_counter() - started)


def judge(resource: Resource, package: Package, way: Way) -> Task:
    """Return what is wrong with one resource."""
    started = perf_counter()
    with ExitStack() as files:
        judged = _judge_table if resource.kind == "table" else _judge_file
        try:
            task = judged(resource, package, way, files)
        except Unreadable as unreadable:
            task = _task(resource, errors=[unreadable.error])
        except AmbiguousHeader as ambiguous:
            task = _task(resource, errors=[ambiguous.error])
        except SchemaMistake as mistake:
            raise mistake.refused(resource.path or resource.name) from None
    return replace(task, seconds=perf_counter() - started)


def _task(
    resource: Resource,
    *,
    labels: Sequence[str] = (),
    stats: Mapping[str, object] | None = None,
    warnings: Sequence[str] = (),
    errors: Sequence[Error] = (),
) -> Task:
    return Task(
        name=resource.name,
        type=resource.kind,
        place=resource.place,
        labels=labels,
        stats=stats or {},
        warnings=warnings,
        errors=errors,
    )


def _judge_table(resource: Resource, package: Package, way: Way, files: ExitStack) -> Task:
    opened = open_header(resource, way, files)
    known = _known_keys(resource, opened.schema, package, way)
    columns = opened.columns(way.mode)
    verdict = _Verdict(_header_errors(opened), way.limit)
    if not _screen(resource, opened.table, columns, known, way, verdict):
        _read_all(opened.table, columns, known, verdict)
    found = opened.table.measured
    if verdict.digests is None and verdict.size is None and found is not None:
        verdict.size, verdict.digests = found.size, found.digests
    fields = len(opened.schema.fields)
    if not verdict.stopped:
        verdict.errors += _count_errors(resource, verdict, fields)
    return _task(
        resource,
        labels=opened.table.labels,
        stats=_stats(verdict, fields),
        warnings=[
            *_hash_warnings(resource),
            *([f"reached error limit: {way.limit}"] if verdict.stopped else []),
        ],
        errors=verdict.errors,
    )


@dataclass(slots=True)
class _Verdict:
    """What has been found so far in one file.

    Attributes:
        stopped: whether the limit of errors was reached before the last row.
        digests: MD5 and SHA-256, None where the file was not read to its end.
    """

    errors: list[Error]
    limit: int | None = None
    rows: int = 0
    stopped: bool = False
    size: int | None = None
    digests: tuple[str, str] | None = None

    def take(self, faulty: Iterable[list[Error]]) -> None:
        """Take the errors of rows until the limit is reached; it counts only after a row."""
        for found in faulty:
            self.errors += found
            if self.limit and len(self.errors) >= self.limit:
                del self.errors[self.limit :]
                self.stopped = True
                return


def _screen(  # noqa: PLR0913, PLR0917 (one table, and how to judge it)
    resource: Resource, table: Table, columns: Columns, known: Known, way: Way, verdict: _Verdict
) -> bool:
    """Judge a large file by its columns; False where that cannot be done, and nothing was taken."""
    screening = Screening(resource, table, columns, known, way.mode)
    if not screening.pays() or _stops_early(resource, columns, known, way, verdict):
        return False
    found = screening.found()
    if found is None:
        return False
    verdict.rows, verdict.size, verdict.digests = found.rows, found.size, found.digests
    verdict.take(found.faulty)
    return True


def _stops_early(resource: Resource, columns: Columns, known: Known, way: Way, verdict: _Verdict) -> bool:
    """Return whether the limit is reached within the first rows, so that reading them is all there is to do."""
    if not way.limit:
        return False
    with ExitStack() as files:
        table = open_table(resource, way.mode, way.sheets)
        files.enter_context(table.files)
        probe = _Verdict(list(verdict.errors), way.limit)
        table.rows = islice(table.rows, _FIRST_ROWS)
        _read_all(table, columns, known, probe)
        return probe.stopped


def _read_all(table: Table, columns: Columns, known: Known, verdict: _Verdict) -> None:
    progress = Progress()
    try:
        verdict.take(faulty_rows(table, columns, known, progress))
    except Unreadable as unreadable:
        verdict.errors.append(unreadable.error)
    verdict.rows = progress.rows


def _header_errors(opened: Opened) -> list[Error]:
    table = opened.table
    empty = not table.labels and not list(table.content(table.sample))
    return [*([Error("source-error", "the source is empty")] if empty else []), *opened.header.errors()]


def _known_keys(resource: Resource, schema: Schema, package: Package, way: Way) -> Known:
    known: dict[tuple[str, tuple[str, ...]], Collection[Key]] = {}
    for key in schema.foreign_keys:
        if (key.resource, key.reference) in known:
            continue
        with ExitStack() as files:
            referred = _referred(resource, key, package)
            other = open_header(referred, way, files)
            try:
                known[key.resource, key.reference] = offered_keys(
                    other.table, other.columns(way.mode), key.reference
                )
            except SchemaMistake as mistake:
                raise mistake.refused(referred.path or referred.name) from None
    return known


def _referred(resource: Resource, key: ForeignKey, package: Package) -> Resource:
    """Return the resource that a foreign key refers to.

    Raises:
        Unreadable: there is none of that name, or the resource stands alone.
        ValidationRefused: it is no table.
    """
    if key.resource in ("", resource.name):
        return resource
    if package.alone:
        reference = {"resource": key.resource, "fields": list(key.reference)}
        written = {"fields": list(key.fields), "reference": reference}
        raise Unreadable(
            "resource-error", f'package is required for foreign keys to other resources: "{written}"'
        )
    other = package.resource(key.resource)
    if other is None:
        raise Unreadable(
            "resource-error",
            f'failed to handle a foreign key for resource "{resource.name}" as resource "{key.resource}" does not exist',
        )
    if other.kind != "table":
        raise ValidationRefused(
            _(
                "The resource {name} refers to {other}, which is no table: name a table in its foreign key."
            ).format(name=resource.name[:80], other=other.name[:80])
        )
    return other


def _judge_file(resource: Resource, _package: Package, way: Way, files: ExitStack) -> Task:
    if resource.path is None:
        return _task(resource)
    _stream, measured, _encoding = open_bytes(resource, way.mode, files)
    warnings = _hash_warnings(resource)
    if resource.hash is None and resource.bytes is None:
        return _task(resource, warnings=warnings)
    measured.drain()
    verdict = _Verdict([], size=measured.size, digests=measured.digests)
    return _task(
        resource, warnings=warnings, stats=_stats(verdict, 0), errors=_count_errors(resource, verdict, None)
    )


def _count_errors(resource: Resource, verdict: _Verdict, fields: int | None) -> list[Error]:
    """Return where the file is not the one that its descriptor measured."""
    found: list[Error] = []
    if resource.hash:
        algorithm, expected = _written_hash(resource.hash)
        place = {"md5": 0, "sha256": 1}.get(algorithm)
        actual = verdict.digests[place] if verdict.digests and place is not None else expected
        if actual != expected:
            found.append(_differs("hash-count", expected, actual))
    if resource.bytes and resource.bytes != verdict.size:
        found.append(_differs("byte-count", resource.bytes, verdict.size))
    if resource.fields and resource.fields != fields:
        found.append(_differs("field-count", resource.fields, fields))
    if resource.rows and resource.rows != (None if fields is None else verdict.rows):
        found.append(_differs("row-count", resource.rows, None if fields is None else verdict.rows))
    return found


def _written_hash(text: str) -> tuple[str, str]:
    """Return the algorithm and the digest; MD5 where none is named."""
    algorithm, colon, digest = text.partition(":")
    return (algorithm, digest) if colon else ("md5", text)


def _differs(kind: str, expected: object, actual: object) -> Error:
    return Error(kind, f'expected is "{expected}" and actual is "{actual}"')


def _hash_warnings(resource: Resource) -> list[str]:
    if resource.hash is None:
        return []
    algorithm, _digest = _written_hash(resource.hash)
    return [] if algorithm in ("md5", "sha256") else ["hash is ignored; supported algorithms: md5/sha256"]


def _stats(verdict: _Verdict, fields: int) -> dict[str, object]:
    md5, sha256 = verdict.digests or (None, None)
    known = {"md5": md5, "sha256": sha256, "bytes": verdict.size, "fields": fields, "rows": verdict.rows}
    return {name: value for name, value in known.items() if value}


def open_header(resource: Resource, way: Way, files: ExitStack) -> Opened:
    """Open a table and read its header.

    Raises:
        Unreadable: the file is not there or its first rows cannot be read.
    """
    table = open_table(resource, way.mode, way.sheets)
    files.enter_context(table.files)
    schema = resource.schema
    if schema is None:
        sample = [cells for _number, cells in table.content(table.sample)]
        schema = guess_schema(table.labels, sample, way.mode)
    header = Header(table.labels, schema, table.dialect)
    return Opened(table, schema, header)

"""The report: frictionless' own shape, as JSON, written piece by piece so that a million errors need no memory.

In: tasks with their errors. Out: the text of one JSON object, in chunks, ASCII only, so that no cell of a hostile file
reaches a terminal as anything but text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from json.encoder import encode_basestring_ascii

from exchange.validation.errors import Error, MetadataError
from exchange.validation.kinds import KINDS

_MANY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What was found in one resource.

    Attributes:
        stats: md5, sha256, bytes, fields and rows, those that are known and not zero.
        seconds: how long it took.
    """

    name: str
    type: str
    place: str
    labels: Sequence[str] = ()
    stats: Mapping[str, object] = field(default_factory=dict)
    seconds: float = 0.0
    warnings: Sequence[str] = ()
    errors: Sequence[Error] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found: errors of the descriptor, or one task per resource."""

    tasks: Sequence[Task] = ()
    errors: Sequence[Error] = ()
    seconds: float = 0.0

    @property
    def error_count(self) -> int:
        """How many errors, all tasks together."""
        return len(self.errors) + sum(len(task.errors) for task in self.tasks)

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.error_count


def as_dict(error: Error) -> dict[str, object]:
    """Return an error as a report holds it."""
    if isinstance(error, MetadataError):
        return dict(error.reported)
    kind = KINDS[error.type]
    return {
        "type": error.type,
        "title": kind.title,
        "description": kind.description,
        "message": message_of(error),
        "tags": list(kind.tags),
        "note": error.note,
        **error.details(),
    }


def message_of(error: Error) -> str:
    """Return the sentence that says what is wrong, in English as the report's format has it."""
    if isinstance(error, MetadataError):
        return str(error.reported["message"])
    return KINDS[error.type].template.format(note=error.note, **error.details())


def report_text(report: Report) -> Iterator[str]:
    """Yield the report as one JSON object."""
    stats = {
        "tasks": len(report.tasks),
        "errors": report.error_count,
        # The warnings of tasks stand with the tasks.
        "warnings": 0,
        "seconds": round(report.seconds, 3),
    }
    yield f'{{"valid":{_json(report.valid)},"stats":{_json(stats)},"warnings":[],"errors":['
    yield from _error_texts(report.errors)
    yield '],"tasks":['
    for place, task in enumerate(report.tasks):
        yield "," if place else ""
        yield from _task_text(task)
    yield "]}"


def _task_text(task: Task) -> Iterator[str]:
    stats = {"errors": len(task.errors), "warnings": len(task.warnings), "seconds": round(task.seconds, 3)}
    head = {
        "name": task.name,
        "type": task.type,
        "valid": not task.errors,
        "place": task.place,
        "labels": list(task.labels),
        "stats": stats | dict(task.stats),
        "warnings": list(task.warnings),
    }
    yield f'{_json(head)[:-1]},"errors":['
    yield from _error_texts(task.errors)
    yield "]}"


def _error_texts(errors: Sequence[Error]) -> Iterator[str]:
    for start in range(0, len(errors), _MANY):
        yield "," if start else ""
        yield ",".join(map(_error_text, errors[start : start + _MANY]))


def _error_text(error: Error) -> str:
    if isinstance(error, MetadataError):
        return _json(error.reported)
    head, middle = _frame(error.type)
    details = error.details()
    text = encode_basestring_ascii(KINDS[error.type].template.format(note=error.note, **details))
    rest = "".join([f',"{name}":{_value_text(value)}' for name, value in details.items()])
    return f"{head}{text}{middle}{encode_basestring_ascii(error.note)}{rest}}}"


def _value_text(value: object) -> str:
    """Return what :func:`_json` would, without its cost for the texts and numbers that most of a report is."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if type(value) is int:
        return str(value)
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return f"[{','.join(map(encode_basestring_ascii, value))}]"
    return _json(value)


@cache
def _frame(kind_name: str) -> tuple[str, str]:
    """Return what every error of a kind has in common, around its message and before its note."""
    kind = KINDS[kind_name]
    head = _json({"type": kind_name, "title": kind.title, "description": kind.description})
    return f'{head[:-1]},"message":', f',"tags":{_json(kind.tags)},"note":'


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def _json(value: object) -> str:
    return _ENCODER.encode(value)

"""Both judgements of one package on disk, made comparable."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import frictionless

from exchange.validation.descriptor import Mode
from exchange.validation.report import report_text
from exchange.validation.validate import Way, validate

Json = dict[str, object]
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Stopped:
    """A judgement that ended in an exception."""

    why: str


def write_package(folder: Path, descriptor: Mapping[str, object], files: Files) -> None:
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def ours(source: str, here: Path, mode: Mode = "compat", limit: int | None = 1000) -> Json:
    return cast("Json", json.loads("".join(report_text(validate(source, here, Way(mode, limit))))))


def theirs(source: str, here: Path, limit: int = 1000) -> Json | Stopped:
    """Return frictionless' report, or that it stopped with a traceback."""
    with at(here), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return frictionless.Resource(source).validate(limit_errors=limit).to_dict()
        except Exception as error:  # noqa: BLE001  # whatever stops the oracle is what the test wants to know
            return Stopped(f"{type(error).__name__}: {error}")


@contextmanager
def at(folder: Path) -> Iterator[None]:
    """Stand in a folder: frictionless reads only beneath the current one."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def comparable(report: Json) -> list[object]:
    """Return a report without its seconds; what was measured counts only of a file that was read to its end."""
    found: list[object] = [report["valid"], report["errors"], report["warnings"]]
    for task in cast("list[Json]", report["tasks"]):
        stats = {name: value for name, value in cast("Json", task["stats"]).items() if name != "seconds"}
        whole = task["labels"] and not any(
            "limit" in str(each) for each in cast("list[str]", task["warnings"])
        )
        found.append({**task, "stats": stats if whole else {}})
    return found


def errors_of(report: Json) -> list[tuple[object, object, object]]:
    """Return (row, field, type) of every error, in order."""
    return [
        (error.get("rowNumber"), error.get("fieldName"), error["type"])
        for task in cast("list[Json]", report["tasks"])
        for error in cast("list[Json]", task["errors"])
    ]

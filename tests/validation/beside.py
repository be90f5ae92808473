"""Both judgements of one package on disk, made comparable.

``python -m tests.validation.beside [PACKAGES] [SEED]`` holds random packages beside frictionless outside the suite, half
of them on the paths of large files, and prints what differs.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import cast

import frictionless

from exchange.cli.workbook import sheet_rows
from exchange.errors import ValidationRefused
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
    return cast(
        "Json", json.loads("".join(report_text(validate(source, here, Way(mode, limit, sheet_rows)))))
    )


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


def judged_alike(folder: Path, package: tuple[Json, Files]) -> None:
    """Hold one package beside frictionless: the same report, or a refusal where frictionless has none.

    A refusal is one sentence; frictionless' own end is a traceback, so there is nothing to compare it with.
    """
    write_package(folder, *package)
    expected = theirs("datapackage.json", folder)
    report: Json | None
    try:
        report = ours("datapackage.json", folder)
    except ValidationRefused:
        report = None
    if report is None:
        assert isinstance(expected, Stopped), "refused, and frictionless has a report"
        return
    assert not isinstance(expected, Stopped), expected.why
    assert comparable(report) == comparable(expected)


def errors_of(report: Json) -> list[tuple[object, object, object]]:
    """Return (row, field, type) of every error, in order."""
    return [
        (error.get("rowNumber"), error.get("fieldName"), error["type"])
        for task in cast("list[Json]", report["tasks"])
        for error in cast("list[Json]", task["errors"])
    ]


def main() -> int:
    """Draw packages and hold each beside frictionless until one differs."""
    from hypothesis import HealthCheck, given, seed, settings
    from hypothesis import strategies as st

    from exchange.validation import screen
    from tests.validation.packages import packages

    count, first = (int(given) if given else usual for given, usual in zip_longest(sys.argv[1:], (20_000, 0)))
    many = settings(
        max_examples=count // 2,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    with tempfile.TemporaryDirectory() as folder:

        def alike(package: tuple[Json, Files]) -> None:
            judged_alike(Path(folder), package)

        seed(first)(many(given(packages())(alike)))()
        sys.stdout.write(f"{count // 2} packages of any kind: alike\n")
        screen.SMALLEST = 0
        seed(first)(many(given(st.one_of(packages(), packages(plain=True)))(alike)))()
        sys.stdout.write(f"{count // 2} packages on the paths of large files: alike\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

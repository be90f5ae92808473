"""In compatible mode the report is frictionless' own, on packages of every kind, whichever way they are read."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from exchange.errors import ValidationRefused
from exchange.validation import screen
from tests.validation.beside import Files, Json, Stopped, comparable, ours, theirs, write_package
from tests.validation.packages import packages

MANY = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)  # fmt: skip


def judged_alike(folder: Path, package: tuple[Json, Files]) -> None:
    write_package(folder, *package)
    expected = theirs("datapackage.json", folder)
    try:
        report = ours("datapackage.json", folder)
    except ValidationRefused:
        # A schema that contradicts itself: where any cell meets the contradiction, frictionless has no report either.
        assert isinstance(expected, Stopped) or has_impossible_bound(package[0])
        return
    assert not isinstance(expected, Stopped), expected.why
    assert comparable(report) == comparable(expected)


def has_impossible_bound(descriptor: Json) -> bool:
    return "imum" in str(descriptor)


@MANY
@given(packages())
def test_any_package_gives_the_report_of_frictionless(package: tuple[Json, Files]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        judged_alike(Path(folder), package)


@MANY
@given(packages(plain=True))
def test_a_screened_package_gives_the_report_of_frictionless(package: tuple[Json, Files]) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(screen, "SMALLEST", 0)
        judged_alike(Path(folder), package)

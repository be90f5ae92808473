"""In compatible mode the report is frictionless' own, on packages of every kind, whichever way they are read.

The suite draws a few hundred. ``python -m tests.validation.beside 20000`` draws as many as it is told, each time others,
and stops at the first that is judged differently.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.validation import screen
from tests.validation.beside import Files, Json, judged_alike
from tests.validation.packages import packages

MANY = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)  # fmt: skip


@MANY
@given(packages())
def test_any_package_gives_the_report_of_frictionless(package: tuple[Json, Files]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        judged_alike(Path(folder), package)


@settings(MANY, max_examples=60)
@given(st.one_of(packages(), packages(plain=True)))
def test_a_screened_package_gives_the_report_of_frictionless(package: tuple[Json, Files]) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(screen, "SMALLEST", 0)
        judged_alike(Path(folder), package)

"""``validate`` of a workbook whose few cells span a rectangle that no memory holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange import language
from exchange.cli.workbook import sheet_rows
from exchange.errors import IntakeRefused
from exchange.validation.sheets import SheetChoice
from tests.intake.hostile_workbooks import far_apart


def test_two_cells_at_far_corners_are_refused_before_their_rectangle_is_made(tmp_path: Path) -> None:
    (tmp_path / "far.xlsx").write_bytes(far_apart())
    before = language.current()
    language.use("en")

    with pytest.raises(IntakeRefused) as refusal:
        sheet_rows(tmp_path / "far.xlsx", SheetChoice(sheet=1))
    language.use(before)

    assert str(refusal.value) == "far.xlsx holds more cells than can be taken at once: split it by month."

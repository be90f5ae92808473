"""A workspace in which one agreement, one placement and the hours of both sides lie."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli import small
from tests.conftest import CommandLine


@pytest.fixture(autouse=True)
def _watched(no_secret_left: None) -> None:
    """No secret is left behind by any test here."""


@pytest.fixture(scope="session")
def filled_folder(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    outside = tmp_path_factory.mktemp("filled")
    enblanket = CommandLine(Path(shutil.copytree(founded, outside / "gladsaxe")))
    assert enblanket("agreement", "add", str(small.agreement_file(outside))).code == 0
    ours = small.write(outside / "ours", placements=small.PLACEMENTS, mentor_hours=small.JOBCENTRE_HOURS)
    theirs = small.write(outside / "theirs", mentor_hours=small.COMPANY_HOURS)
    for folder, sender in ((ours, "159"), (theirs, "12345678")):
        taken = enblanket("take", str(folder), "--from", sender)
        assert taken.code == 0, taken.err
    return enblanket.here


@pytest.fixture
def filled(filled_folder: Path, tmp_path: Path) -> CommandLine:
    return CommandLine(Path(shutil.copytree(filled_folder, tmp_path / "filled")))

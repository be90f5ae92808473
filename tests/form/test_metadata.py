"""The form's own data holds together, and each way it could fall apart is told in one sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from exchange.form import metadata


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")

    return change


def test_the_shipped_form_is_sound() -> None:
    assert metadata.metadata_faults() == []
    assert metadata.main() == 0


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            _replace("tables/sites.json", '"type": "string"', '"type": "text"'),
            "sites.json is no valid Data Package metadata",
        ),
        (
            _replace("datapackage.json", '"version": "1.0.0"', '"version": "1"'),
            "datapackage.json needs a version of three numbers (1.0.0).",
        ),
        (
            _replace("datapackage.json", "data/sites.csv", "sites.csv"),
            "The resource sites needs the path data/sites.csv and the schema tables/sites.json.",
        ),
        (
            lambda root: (root / "tables" / "claims.json").rename(root / "tables" / "bills.json") and None,
            "claims stands in only one of datapackage.json and tables/.",
        ),
        (
            _replace("tables/placements.json", '"unknown"', '"unclear"'),
            "placements.json, benefit: the enum is not the code list’s codes in their order.",
        ),
        (
            _replace("codes/kind.csv", "three-party", "four-party"),
            "conversations.json, kind: the enum is not the code list’s codes in their order.",
        ),
        (
            _replace("codes/outcome.csv", "flexjob", "flex-work"),
            "control_totals.measure: the pattern does not count outcomes by the codes of outcome.",
        ),
        (
            _replace("tables/sites.json", '"resource": "agreements"', '"resource": "parties"'),
            "sites: the foreign key agreement_id does not lead to the key of a table.",
        ),
        (
            _replace("tables/sites.json", '"required": true', '"required": false'),
            "sites: a column of the primary key may be empty.",
        ),
        (
            _replace("tables/sites.json", '"example": "2860"', '"example": "DK-2860"'),
            "sites.postcode: the example or default is no value of the column itself.",
        ),
        (
            _replace("tables/claims.json", '"codeList": "municipality"', '"codeList": "county"'),
            "claims.jobcentre: there is no code list “county”.",
        ),
        (
            lambda root: shutil.copy(root / "codes" / "kind.csv", root / "codes" / "sort.csv") and None,
            "No column uses the code list “sort”.",
        ),
        (
            _replace("codes/kind.csv", "midtvejssamtale", "startsamtale"),
            "The code list kind.csv, line 4, cannot be used: the word “startsamtale” already means “start”.",
        ),
    ],
)
def test_a_contradiction_is_told(change: Callable[[Path], None], sentence: str, tmp_path: Path) -> None:
    root = tmp_path / "schemas"
    for part in ("codes", "tables"):
        shutil.copytree(Path(str(files("schemas").joinpath(part))), root / part)
    shutil.copy(Path(str(files("schemas").joinpath("datapackage.json"))), root)
    change(root)
    assert [fault for fault in metadata.metadata_faults(root) if fault.startswith(sentence)] != []

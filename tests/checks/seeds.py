"""Two seeds of canonical tables whose findings and settlements another implementation of rules.md computed."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exchange.checks.profiles import Profile
from exchange.checks.source import CsvSource, Row

SEEDS = sorted((Path(__file__).parent.parent / "data" / "rules").iterdir())


def source_of(seed: Path) -> CsvSource:
    """Return the seed's canonical files as a source."""
    return CsvSource({path.stem: path for path in seed.glob("*.csv")})


def rows_of(seed: Path) -> dict[str, list[Row]]:
    """Return the seed's rows; an empty cell is null."""
    return {path.stem: _read(path) for path in seed.glob("*.csv")}


def profiles_of(seed: Path) -> Mapping[str, Profile]:
    """Return profiles with the content of ``profile.json``."""
    content = json.loads((seed / "profile.json").read_text("utf-8"))
    return {name: _profile(name, demands) for name, demands in content["profiles"].items()}


def _profile(name: str, demands: Mapping[str, Any]) -> Profile:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in demands.items()
    }
    return Profile(id=name, title_da=name, title_en=name, **values)


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]

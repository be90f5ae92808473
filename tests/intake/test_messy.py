"""Six local layouts of one truth, read cell by cell: the expected records were made without looking at this code."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from exchange.intake.crosswalk import Crosswalk, Known, KnownPlacement
from exchange.intake.layout import Layout, read_layout
from exchange.intake.read import FileIntake, read_file
from exchange.parties import parse_party

MESSY = Path(__file__).parent.parent / "data" / "messy"
LAYOUTS = Path(__file__).parent / "layouts"
SEEDS = ("seed_1", "seed_2")
ABSENCE = {"S": "sick", "B": "child-sick", "F": "holiday", "U": "no-show", "H": "public-holiday"}
# the municipality codes that tests/intake/layouts/l01.toml gives these invented jobcentres
JOBCENTRES = {
    "Jobcenter Søby": "157",
    "Jobcenter Ålev": "159",
    "Jobcenter Østerlund": "173",
    "Jobcenter Nørreå": "540",
    "Jobcenter Fjordby": "101",
}
# what the cases call a field, and what the form does
NAMES = {
    "mentor": "mentor_id",
    "trainee": "trainee_ref",
    "company": "site_id",
    "start_date": "start",
    "end_date": "planned_end",
    "absence_code": "absence",
}


@cache
def layouts() -> list[Layout]:
    return [read_layout(path.read_text("utf-8"), path.name) for path in sorted(LAYOUTS.glob("l0*.toml"))]


@cache
def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def mentors(seed: str) -> dict[str, str]:
    names = sorted({row["mentor"] for row in records(MESSY / seed / "truth" / "mentor_hours.csv")})
    return {name: f"M-{number:02}" for number, name in enumerate(names, 1)}


@cache
def trainees(seed: str) -> dict[str, str]:
    names = sorted({row["trainee"] for row in records(MESSY / seed / "truth" / "placements.csv")})
    return {name: f"T-{number:016x}" for number, name in enumerate(names, 1)}


@cache
def read(seed: str, file: str) -> FileIntake:
    path = MESSY / seed / "files" / file
    placements = records(MESSY / seed / "truth" / "placements.csv")
    return read_file(
        file,
        path.read_bytes(),
        layouts=layouts(),
        sender=parse_party("157"),
        crosswalk=Crosswalk(mentors=mentors(seed), trainees=trainees(seed)),
        known=Known(placements={row["placement_id"]: KnownPlacement("157", "AFT-1") for row in placements}),
        trainee_key=lambda: b"a key for tests",
    )


def expected_files() -> Iterator[tuple[str, str, str, str]]:
    for seed in SEEDS:
        for path in sorted((MESSY / seed / "truth" / "expected").glob("*.csv")):
            source, _, table = path.stem.partition("__")
            file = next((MESSY / seed / "files").glob(f"{source}.*")).name
            yield seed, file, table, path.name


def canonical(seed: str, name: str, text: str) -> str | None:
    codes = {
        "mentor": mentors(seed),
        "trainee": trainees(seed),
        "absence_code": ABSENCE,
        "jobcentre": JOBCENTRES,
    }
    if not text:
        return None
    if name in codes:
        return codes[name][text]
    if name.endswith("_time"):
        return f"{text}:00"
    return f"{Decimal(text):.2f}" if name.endswith("hours") else text


def test_the_cases_know_no_other_jobcentre() -> None:
    named = {row["jobcentre"] for seed in SEEDS for row in records(MESSY / seed / "truth" / "placements.csv")}
    assert named <= JOBCENTRES.keys()


def cell_in(file: str, cells: str) -> str:
    return "+".join(f"{file}#{cell.removeprefix('csv!')}" for cell in cells.split("+")) if cells else ""


def fields_of(row: Mapping[str, str]) -> list[str]:
    """Return what the cases compare; the form keeps no amount of an entry, and no file carries one."""
    assert not row.get("amount")
    return [name for name in row if f"{name}@" in row and name != "amount"]


@pytest.mark.parametrize(("seed", "file", "table", "expected"), list(expected_files()))
def test_every_record_comes_out_with_its_values_and_cells(
    seed: str, file: str, table: str, expected: str
) -> None:
    intake = read(seed, file)
    rows = [row for row in intake.rows if row.table == table]
    wanted = records(MESSY / seed / "truth" / "expected" / expected)
    assert len(rows) == len(wanted)
    found = {
        (
            row.values["placement_id"],
            row.values.get("date"),
            row.cells["placement_id"],
            row.cells.get("hours", ""),
        ): row
        for row in rows
    }
    assert len(found) == len(rows)
    for record in wanted:
        where = (
            record["placement_id"],
            record.get("date"),
            cell_in(file, record["placement_id@"]),
            cell_in(file, record.get("hours@", "")),
        )
        row = found[where]
        for name in fields_of(record):
            field = NAMES.get(name, name)
            if record[f"{name}@"]:
                assert row.values[field] == canonical(seed, name, record[name])
                assert row.cells[field] == cell_in(file, record[f"{name}@"])
            else:
                assert row.values[field] is None


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("file", ["L01.xlsx", "L02.csv", "L03.xlsx", "L04.csv", "L05.xlsx", "L06.xlsx"])
def test_rows_read_are_mapped_or_skipped_and_nothing_is_unreadable(seed: str, file: str) -> None:
    intake = read(seed, file)
    assert intake.rows_read == len(intake.rows) + len(intake.skipped)
    assert intake.faults == ()
    assert {name for row in intake.rows for name in row.unresolved} == set()


@pytest.mark.parametrize(
    ("seed", "file", "whys"),
    [
        ("seed_1", "L01.xlsx", {"total": 1, "footer": 1}),
        ("seed_1", "L02.csv", {"blank-row": 1, "footer": 2}),
        ("seed_1", "L03.xlsx", {"total": 5}),
        ("seed_1", "L05.xlsx", {"legend": 1}),
        ("seed_1", "L06.xlsx", {"subtotal": 6}),
    ],
)
def test_rows_that_are_no_records_are_listed_with_their_reason(
    seed: str, file: str, whys: dict[str, int]
) -> None:
    skipped = [row.why for row in read(seed, file).skipped]
    assert {why: skipped.count(why) for why in skipped} == whys


def test_a_total_is_kept_as_stated() -> None:
    totals = [row for row in read("seed_1", "L03.xlsx").rows if row.table == "control_totals"]
    assert totals[0].values == {
        "source": "L03.xlsx#F2016-4782",
        "measure": "mentor_hours.sum[placement=F2016-4782]",
        "stated": "19.75",
    }
    assert totals[0].cells == {"stated": "L03.xlsx#F2016-4782!C20"}

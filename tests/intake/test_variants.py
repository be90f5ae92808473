"""Layouts read the files they were made for drawn anew, cell by cell; what they were not made for is refused or a finding."""

from __future__ import annotations

import random

import pytest

from exchange.errors import IntakeRefused
from exchange.intake.crosswalk import Crosswalk, Known, KnownPlacement
from exchange.intake.read import FileIntake, read_file
from exchange.parties import parse_party
from tests.intake.test_messy import layouts
from tests.intake.variants import MENTORS, PLACEMENTS, TRAINEES, VARIANTS, Variant
from tests.intake.workbooks import workbook

TABLES = {"L01": "mentor_hours", "L02": "mentor_hours", "L03": "mentor_hours"}


def read(name: str, content: bytes) -> FileIntake:
    return read_file(
        name,
        content,
        layouts=layouts(),
        sender=parse_party("157"),
        crosswalk=Crosswalk(mentors=MENTORS, trainees=TRAINEES),
        known=Known(placements={placement: KnownPlacement("157", "AFT-1") for placement in PLACEMENTS}),
        trainee_key=lambda: b"a key for tests",
    )


def found(intake: FileIntake, variant: Variant) -> list[dict[str, tuple[str, str]]]:
    """Return the read records, each field with its cell, as far as it has a value and a cell."""
    table = TABLES.get(variant.name[:3], "attendance")
    return [
        {name: (value, row.cells[name]) for name, value in row.values.items() if value and name in row.cells}
        for row in intake.rows
        if row.table == table
    ]


def by_cells(records: list[dict[str, tuple[str, str]]]) -> list[list[tuple[str, tuple[str, str]]]]:
    return sorted(sorted(record.items()) for record in records)


@pytest.mark.parametrize("layout", VARIANTS)
@pytest.mark.parametrize("seed", range(8))
def test_a_file_drawn_anew_is_read_record_by_record_and_cell_by_cell(layout: str, seed: int) -> None:
    variant = VARIANTS[layout](random.Random(f"{layout} {seed}"))  # noqa: S311 (draws test files)
    intake = read(variant.name, variant.content)
    assert by_cells(found(intake, variant)) == by_cells([dict(record) for record in variant.records])
    assert intake.rows_read == len(intake.rows) + len(intake.skipped)
    assert (intake.faults, intake.doubts) == ((), ())


HEADINGS: list[object] = ["Forløbsnr", "Dato", "Mentor", "Timer"]


@pytest.mark.parametrize("date", ["3/14/2016", "14.mar", "2016/03/14", "14-3-16", "uge 11", "42443"])
def test_a_date_style_that_the_layout_does_not_name_is_a_finding_and_no_date(date: str) -> None:
    rows: list[list[object]] = [["Mentorregnskab 2016"], HEADINGS, ["F2016-1393", date, "Åse Thomsen", 1]]
    intake = read("L01.xlsx", workbook_with_master(rows))
    (row,) = (row for row in intake.rows if row.table == "mentor_hours")
    assert (row.values["date"], row.values["hours"]) == (date, "1.00")
    assert [(fault.type, fault.field) for fault in intake.faults] == [("type-error", "date")]
    assert [(doubt.cell, doubt.field) for doubt in intake.doubts] == [("L01.xlsx#Mentortimer!B3", "date")]


@pytest.mark.parametrize(
    ("headings", "lack"),
    [
        (["Sag", "Dato", "Mentor", "Timer"], "Forløbsnr"),
        (["Forløbsnr", "Samtaledato", "Mentor", "Timer"], "Dato"),
        (["Forløbsnr", "Dato", "Mentor", "Minutter"], "Timer"),
    ],
)
def test_a_heading_that_the_layout_does_not_know_refuses_the_file_by_its_word(
    headings: list[object], lack: str
) -> None:
    rows: list[list[object]] = [
        ["Mentorregnskab 2016"],
        headings,
        ["F2016-1393", "14-03-2016", "Åse Thomsen", 1],
    ]
    with pytest.raises(IntakeRefused) as refusal:
        read("L01.xlsx", workbook_with_master(rows))
    assert str(refusal.value) == (
        f"L01.xlsx fits no layout; for the nearest, l01, the sheet “Mentortimer” lacks the column “{lack}”: "
        "correct the file or write a layout."
    )


def workbook_with_master(rows: list[list[object]]) -> bytes:
    import io

    import openpyxl

    from tests.intake.workbooks import saved

    book = openpyxl.load_workbook(io.BytesIO(workbook(rows, "Mentortimer")))
    master = book.create_sheet("Stamdata")
    master.append(["Forløbsnr", "Borger", "Jobcenter", "Virksomhed", "Startdato", "Slutdato"])
    return saved(book)

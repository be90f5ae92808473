"""The Excel form in LibreOffice: opened, saved, filled in, saved as xlsx and ods, and read back whole; and as a PDF."""

from __future__ import annotations

import io
import re
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from exchange.form.workbook.plan import Row
from exchange.form.workbook.write import write_form
from exchange.intake.crosswalk import Crosswalk
from exchange.intake.mapping import MappedRow
from exchange.intake.read import FileIntake, read_file
from exchange.language import Language
from exchange.parties import parse_party
from tests.form.blanks import HOURS, KNOWN, PLACEMENTS, blank, column_of
from tests.office.libreoffice import converted

FORMS = {
    "company-da": blank("12345678", "da", {"mentor_hours": HOURS}),
    "jobcentre-en": blank("159", "en", {"placements": PLACEMENTS}, leads=True),
}
NEW_HOURS = {
    "placement_id": "159-00013", "mentor_id": "M-01", "date": date(2016, 3, 10), "start_time": time(9, 30),
    "end_time": "17.00", "hours": "7,5", "activity": "Samtale", "note": "Ærlig snak & <kaffe>\nto linjer",
}  # fmt: skip
NEW_GRANT = {
    "jobcentre": "Gladsaxe", "basis": "Trainee", "placement_id": "159-00013", "goal": "Stabilt fremmøde", "tasks": "Samtaler",
    "hours_per_week": 3, "appeal_guidance_given": "Yes", "valid_from": "01-02-2016", "valid_to": date(2016, 6, 30),
}  # fmt: skip
FILLED_HOURS: list[Row] = [
    *HOURS,
    {
        "reporter": "company", "entry_id": "12345678:159-00013:2016-03-10:M-01:01", "placement_id": "159-00013",
        "mentor_id": "M-01", "date": "2016-03-10", "start_time": "09:30:00", "end_time": "17:00:00", "hours": "7.50",
        "activity": "conversation", "registered_on": None, "note": "Ærlig snak & <kaffe>\nto linjer",
    },
]  # fmt: skip
FILLED_GRANT: Row = {
    "grant_id": "159:159:159-00013:2016-02-01:01", "agreement_id": "AFT-1", "basis": "trainee",
    "placement_id": "159-00013", "jobcentre": "159", "goal": "Stabilt fremmøde", "tasks": "Samtaler",
    "mentor_qualifications": None, "hours_per_week": "3.00", "appeal_guidance_given": "true", "signed_on": None,
    "valid_from": "2016-02-01", "valid_to": "2016-06-30",
}  # fmt: skip


def read(name: str, content: bytes) -> FileIntake:
    return read_file(
        name,
        content,
        layouts=[],
        sender=parse_party("12345678" if name.startswith("company") else "159"),
        crosswalk=Crosswalk(),
        known=KNOWN,
        trainee_key=lambda: b"key of a test",
    )


def filled_in(name: str, content: bytes) -> bytes:
    book = load_workbook(io.BytesIO(content))
    sheet, row, values = (
        (book["Mentortimer"], 10, NEW_HOURS)
        if name == "company-da"
        else (book["Mentor grants"], 7, NEW_GRANT)
    )
    assert isinstance(sheet, Worksheet)
    for field, value in values.items():
        sheet.cell(row, column_of(sheet, field)).value = value  # type: ignore[assignment]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def facts(rows: tuple[MappedRow, ...], table: str) -> list[Row]:
    return [dict(row.values) for row in rows if row.table == table]


@pytest.fixture(scope="module")
def saved_empty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Both forms as LibreOffice saves them when nothing was filled in."""
    forms = {f"{name}.xlsx": write_form(one) for name, one in FORMS.items()}
    return converted(tmp_path_factory.mktemp("empty"), forms, "xlsx")


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_form_filled_in_with_libreoffice_comes_back_whole(
    saved_empty: dict[str, bytes], tmp_path: Path, suffix: str
) -> None:
    filled = {f"{name}.xlsx": filled_in(name, content) for name, content in saved_empty.items()}
    saved = converted(tmp_path, filled, suffix)

    hours = read(f"company-da.{suffix}", saved["company-da"])
    grants = read(f"jobcentre-en.{suffix}", saved["jobcentre-en"])

    assert (hours.layout, grants.layout) == ("form", "form")
    assert facts(hours.rows, "mentor_hours") == FILLED_HOURS
    assert facts(grants.rows, "placements") == list(PLACEMENTS)
    assert facts(grants.rows, "mentor_grants") == [FILLED_GRANT]
    assert (hours.rows_read, grants.rows_read) == (4, 3)
    assert (hours.faults, grants.faults) == ((), ())
    # Of the form nothing; of an .ods that it does not tell hidden rows and formulas.
    assert [len(one.notices) for one in (hours, grants)] == [int(suffix == "ods")] * 2
    assert hours.rows[-1].cells["hours"] == f"company-da.{suffix}#Mentortimer!F10"


def test_a_form_that_libreoffice_only_saved_says_that_nothing_was_filled_in(
    saved_empty: dict[str, bytes],
) -> None:
    intake = read("company-da.xlsx", saved_empty["company-da"])

    assert facts(intake.rows, "mentor_hours") == list(HOURS)
    assert len(intake.notices) == 1


@pytest.mark.parametrize(("language", "pages"), [("da", 15), ("en", 15)])
def test_the_form_prints_one_sheet_wide(tmp_path: Path, language: Language, pages: int) -> None:
    name = f"jobcentre-{language}.xlsx"
    forms = {name: write_form(blank("159", language, {"placements": PLACEMENTS}, leads=True))}

    printed = converted(tmp_path, forms, "pdf")[f"jobcentre-{language}"]

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == pages

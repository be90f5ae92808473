"""The committed sample files: made by the script byte for byte, with the traits that they are there for."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from importlib import resources
from pathlib import Path

import openpyxl
import pytest

from exchange.form.codes import code_list
from exchange.workspace.agreements import read_agreement
from samples.make import main, sample_files

ROOT = Path(str(resources.files("samples")))
RESCUE = ROOT / "exports" / "redningskorps-2016"
CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return sample_files()


def committed() -> dict[str, bytes]:
    folders = (ROOT / "agreements", ROOT / "exports")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [ROOT / "answers.jsonl", ROOT / "decisions.jsonl"]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files}


def text_rows(name: str, encoding: str, delimiter: str) -> list[list[str]]:
    content = (RESCUE / name).read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter))


def test_the_script_makes_the_committed_files_byte_for_byte(made: dict[str, bytes]) -> None:
    assert sorted(made) == sorted(committed())
    assert [name for name, content in committed().items() if made[name] != content] == []


def test_the_script_writes_into_a_folder_of_choice(tmp_path: Path, made: dict[str, bytes]) -> None:
    assert main(tmp_path) == len(made)
    assert (tmp_path / "answers.jsonl").read_bytes() == made["answers.jsonl"]


def test_workbooks_carry_no_clock(made: dict[str, bytes]) -> None:
    for name, content in made.items():
        if not name.endswith(".xlsx"):
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            assert {entry.date_time for entry in book.infolist()} == {(2016, 7, 11, 8, 0, 0)}
            assert (
                re.findall(rb">(20[^<]*)<", book.read("docProps/core.xml")) == [b"2016-07-11T08:00:00Z"] * 2
            )


def test_ballerup_has_a_column_for_each_day() -> None:
    book = openpyxl.load_workbook(RESCUE / "151" / "ballerup_fremmoede_og_timer_2016.xlsx")
    heading = [cell.value for cell in book["Feb 2016"][4]]

    assert heading == ["Sagsnummer", "Plan pr. dag", *range(1, 32), "Sum"]
    cells = {cell.value for row in book["Feb 2016"].iter_rows(min_row=5, min_col=3) for cell in row}
    assert cells & {"S", "BS", "U", "A", "F"}


def test_broendby_has_a_sheet_for_each_placement() -> None:
    book = openpyxl.load_workbook(RESCUE / "153" / "broendby_forloebsark_2016.xlsx")

    assert book.sheetnames == ["Oversigt", "BRO 101-16", "BRO 104-16", "BRO 129-16", "Refusionskrav"]
    assert {str(area) for area in book["BRO 101-16"].merged_cells.ranges} == {"A1:J1", "B5:D5", "E5:J5"}


def test_gladsaxe_has_merged_titles_subtotals_and_dates_in_words() -> None:
    book = openpyxl.load_workbook(RESCUE / "159" / "gladsaxe_mentorafregning_1halvaar_2016.xlsx")
    sheet = book["Mentortimer"]
    first = [str(cell.value) for cell in sheet["A"] if cell.value]
    dates = [str(cell.value) for cell in sheet["B"] if cell.value]

    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:H1", "A2:H2"}
    assert [text for text in first if text.startswith("Subtotal")][2] == "Subtotal marts 2016"
    assert "I alt" in first
    assert "d. 3. marts 2016" in dates


def test_albertslund_writes_cp1252_semicolons_and_decimal_commas() -> None:
    content = (RESCUE / "165" / "albertslund_mentortimer.csv").read_bytes()
    rows = text_rows("165/albertslund_mentortimer.csv", "cp1252", ";")

    assert content.startswith(b"L\xf8benr;Dato;")
    assert all(re.fullmatch(r"\d,\d\d", row[4]) for row in rows[1:])


def test_hvidovre_writes_utf8_with_a_byte_order_mark() -> None:
    assert (RESCUE / "167" / "hvidovre_mentor.csv").read_bytes().startswith(b"\xef\xbb\xbfpost,dag,sag,")


def test_the_company_writes_hours_as_clock_time() -> None:
    rows = text_rows("99000001/redning_timer.csv", "utf-8", ";")

    assert rows[0][4] == "Tid (tt:mm)"
    assert all(re.fullmatch(r"\d{1,2}:\d\d", row[4]) for row in rows[1:])


def test_cpr_numbers_are_impossible_to_mistake_for_real_ones() -> None:
    book = openpyxl.load_workbook(RESCUE / "151" / "ballerup_fremmoede_og_timer_2016.xlsx")
    numbers = [str(cell.value) for cell in book["Borgere"]["B"][1:]]
    numbers += [row[1] for row in text_rows("165/albertslund_borgere.csv", "cp1252", ";")[1:]]

    assert len(numbers) == 6
    assert all(number.startswith("0101") for number in numbers)
    assert all(checked(number.replace("-", ""), CPR_WEIGHTS) % 11 for number in numbers)


def checked(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


@pytest.mark.parametrize("name", ["redningskorps-2016", "kredit-2016", "fabrik-2016"])
def test_companies_are_invented_and_municipalities_are_real(name: str) -> None:
    content = (ROOT / "agreements" / f"{name}.toml").read_bytes()
    agreement = read_agreement(content, f"{name}.toml")
    (terms,) = (row.values for row in agreement.rows if row.table == "agreements")
    parties = [row.values["jobcentre"] for row in agreement.rows if row.table == "parties"]

    assert terms["company_name"].endswith("(opdigtet)")
    assert checked(terms["company_cvr"], CVR_WEIGHTS) % 11
    assert [code_list("municipality").find(code) for code in parties] == parties

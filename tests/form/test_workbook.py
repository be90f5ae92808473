"""The Excel form as written: the same bytes, what people may enter, what is locked, how it prints."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exchange.errors import FormError
from exchange.form.codes import code_list
from exchange.form.tables import tables
from exchange.form.workbook.plan import POSSIBLE, tables_of, weeks_of
from exchange.form.workbook.values import cell_value
from exchange.form.workbook.write import write_form
from exchange.language import Language
from exchange.parties import parse_party
from tests.form.blanks import HOURS, PERIOD, PLACEMENTS, blank, column_of, opened

ROOT = Path(__file__).parents[2]


def entries(sheet: Worksheet, field: str) -> list[str]:
    """Return what the drop-down of a field offers."""
    formula = rule_of(sheet, field).formula1
    name, _mark, cells = formula.partition("!")
    book = sheet.parent
    assert book is not None
    found = book[name.strip("'")][cells.replace("$", "")]
    return [str(row[0].value) for row in found]


def rule_of(sheet: Worksheet, field: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 (openpyxl's own)
    letter = get_column_letter(column_of(sheet, field))
    return next(rule for rule in sheet.data_validations.dataValidation if f"{letter}7:" in f"{rule.sqref}")


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_same_facts_give_the_same_bytes(language: Language) -> None:
    one = blank("159", language, {"placements": PLACEMENTS}, ["placements", "claims"], leads=True)

    assert write_form(one) == write_form(one)


def test_the_bytes_do_not_depend_on_what_writes_the_xml_or_on_the_time_zone() -> None:
    script = (
        "import hashlib\nfrom tests.form.blanks import HOURS, blank\n"
        "from exchange.form.workbook.write import write_form\n"
        "print(hashlib.sha256(write_form(blank(rows={'mentor_hours': HOURS}))).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"OPENPYXL_LXML": lxml, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for lxml, zone, seed in (("True", "UTC", "1"), ("False", "Asia/Tokyo", "2"))
    }

    assert len(said) == 1


def test_no_day_and_no_machine_shows_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(write_form(blank()))) as archive:
        moments = {entry.date_time for entry in archive.infolist()}
        core = archive.read("docProps/core.xml").decode()

    assert moments == {(1980, 1, 1, 0, 0, 0)}
    assert core.count("1980-01-01T00:00:00Z") == 2
    assert ">enblanket</dc:creator>" in core


@pytest.mark.parametrize(
    ("party", "language", "names"),
    [
        ("12345678", "da", ["Mentortimer", "Fremmøde"]),
        ("12345678", "en", ["Mentor hours", "Attendance"]),
        (
            "159",
            "da",
            [
                "Forløb", "Mentorbevillinger", "Mentortimer", "Fremmøde", "Samtaler", "Forlængelser", "Afrapporteringer",
                "Borgerbekræftelser", "Mentorrefusion",
            ],
        ),
    ],
)  # fmt: skip
def test_each_party_has_the_sheets_of_what_it_reports(
    party: str, language: Language, names: list[str]
) -> None:
    book = opened(write_form(blank(party, language)))
    visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]

    assert visible[1:-2] == names
    assert [book[name].sheet_state for name in ("enblanket-lists", "enblanket")] == ["hidden", "veryHidden"]


def test_asked_for_tables_only() -> None:
    assert tables_of(parse_party("159"), ["claims", "placements"]) == ("placements", "claims")


def test_a_table_that_the_party_does_not_report_is_refused(in_english: None) -> None:  # noqa: ARG001
    with pytest.raises(FormError) as refused:
        tables_of(parse_party("12345678"), ["claims"])

    assert str(refused.value) == (
        "The form of 12345678 has no table “claims”: it can have mentor_hours, attendance, conversations, "
        "confirmations, final_reports."
    )


def test_an_audit_firm_has_no_form(in_english: None) -> None:  # noqa: ARG001
    with pytest.raises(FormError) as refused:
        tables_of(parse_party("aud-nord"))

    assert str(refused.value) == (
        "aud-nord is an audit firm and reports no facts; name a jobcentre or the company."
    )


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("field", ["activity"])
def test_a_drop_down_shows_the_labels_of_the_code_list(field: str, language: Language) -> None:
    book = opened(write_form(blank(language=language)))
    labels = [code.label_da if language == "da" else code.label_en for code in code_list(field).codes]

    assert entries(book.worksheets[1], field) == labels


def test_ids_stand_in_drop_downs_that_let_a_new_one_pass() -> None:
    sheet = opened(write_form(blank())).worksheets[1]

    assert entries(sheet, "placement_id") == ["159-00012", "159-00013"]
    assert entries(sheet, "mentor_id") == ["M-01", "M-02"]
    assert rule_of(sheet, "placement_id").errorStyle == "warning"


def test_a_jobcentres_placements_are_chosen_from_its_own_sheet_as_it_is_filled_in() -> None:
    sheet = opened(write_form(blank("159")))["Mentortimer"]

    assert rule_of(sheet, "placement_id").formula1 == (
        "OFFSET('Forløb'!$A$7,0,0,MAX(1,COUNTA('Forløb'!$A$7:$A$1048576)),1)"
    )


def test_weeks_are_those_of_the_period() -> None:
    assert weeks_of(PERIOD) == ("2016-W09", "2016-W10", "2016-W11", "2016-W12", "2016-W13")


@pytest.mark.parametrize(
    ("field", "kind", "low", "high"),
    [
        ("date", "date", "42430", "42460"),
        ("start_time", "time", "0", "0.999988425925926"),
        ("hours", "decimal", "0.01", "24"),
        ("registered_on", "date", "367", "109574"),
        ("note", "textLength", "500", None),
    ],
)
def test_what_may_be_entered(field: str, kind: str, low: str, high: str | None) -> None:
    rule = rule_of(opened(write_form(blank())).worksheets[1], field)

    assert (rule.type, rule.formula1, rule.formula2, rule.errorStyle) == (kind, low, high, "stop")


def test_every_column_says_what_belongs_there_and_answers_a_wrong_entry() -> None:
    for party, names in (("12345678", POSSIBLE["company"]), ("159", POSSIBLE["jobcentre"])):
        book = opened(write_form(blank(party, "en", tables=names)))
        for sheet in book.worksheets[1 : 1 + len(names)]:
            shown = [
                cell
                for cell in sheet[5]
                if not sheet.column_dimensions[get_column_letter(cell.column or 0)].hidden and cell.value
            ]
            rules = sheet.data_validations.dataValidation
            assert len(rules) == len(shown)
            for rule in rules:
                assert rule.prompt
                assert rule.error
                assert len(rule.prompt) <= 255
                assert len(rule.error) <= 225
                assert len(rule.promptTitle or "") <= 32
                assert str(rule.sqref).endswith("1048576")


def test_texts_of_one_column(in_english: None) -> None:  # noqa: ARG001
    rule = rule_of(opened(write_form(blank(language="en"))).worksheets[1], "hours")

    assert rule.prompt == "Mentor hours, above 0 and at most 24. Must be filled in."
    assert rule.error == "Write a number above 0 and at most 24, e.g. 1.50."


def test_headings_and_formulas_are_locked_without_a_password_and_records_are_free() -> None:
    sheet = opened(write_form(blank(rows={"mentor_hours": HOURS}))).worksheets[1]

    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert [sheet.cell(row, 1).protection.locked for row in (1, 4, 5, 6, 7, 20)] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert not sheet.protection.sort
    assert not sheet.protection.deleteRows
    assert all(not one.protection.locked for one in sheet.column_dimensions.values())


def test_the_totals_stand_above_the_records_and_count_every_row_below() -> None:
    sheet = opened(write_form(blank(language="en"))).worksheets[1]
    hours = sheet.cell(4, column_of(sheet, "hours"))

    assert hours.value == "=SUM(F7:F1048576)"
    assert sheet["A4"].value == '="Rows: "&COUNTA(A7:A1048576)'


def test_a_program_that_does_not_compute_shows_the_totals_too() -> None:
    content = write_form(blank(language="en", rows={"mentor_hours": HOURS}))
    sheet = load_workbook(io.BytesIO(content), data_only=True).worksheets[1]

    assert (sheet["A4"].value, sheet["F4"].value) == ("Rows: 3", 4.5)


def test_it_prints_on_a4_with_its_heading_on_every_page() -> None:
    sheet = opened(write_form(blank())).worksheets[1]

    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$5:$6"
    assert sheet.oddHeader is not None
    assert sheet.oddHeader.right.text == "AFT-1 · 12345678 · 01-03-2016 – 31-03-2016"
    assert sheet.freeze_panes == "B7"


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x")', "+4512345678", "-", "@SUM(A1)", "'quoted"]
)
def test_a_text_never_becomes_a_formula(text: str) -> None:
    rows = [{**HOURS[0], "note": text}]
    sheet = opened(write_form(blank(rows={"mentor_hours": rows}))).worksheets[1]
    cell = sheet.cell(7, column_of(sheet, "note"))

    assert (cell.value, cell.data_type) == (text, "s")


def test_the_required_are_marked_and_the_senders_key_is_hidden() -> None:
    sheet = opened(write_form(blank(language="en"))).worksheets[1]
    letter = get_column_letter(column_of(sheet, "entry_id"))

    assert str(sheet.cell(6, column_of(sheet, "hours")).value) == "Hours\u00a0*\ne.g. 1.50"
    assert str(sheet.cell(6, column_of(sheet, "note")).value) == "Note\ntext"
    assert sheet.column_dimensions[letter].hidden
    assert sheet.row_dimensions[5].hidden


@pytest.mark.parametrize(
    ("name", "field", "text", "value"),
    [
        ("claims", "amount", "1234567890123.45", "1234567890123.45"),
        ("claims", "amount", "12345678901234.56", "12345678901234,56"),
        ("mentor_hours", "start_time", "09:30:15", "09:30:15"),
        ("placements", "start", "1899-12-31", "1899-12-31"),
        ("mentor_hours", "hours", "7,5", "7,5"),
        ("mentor_hours", "note", "_x0041_\x07", "_x005F_x0041__x0007_"),
        ("mentor_hours", "activity", "no-such-code", "no-such-code"),
        ("mentor_hours", "activity", "training", "Oplæring"),
        ("mentor_grants", "appeal_guidance_given", "false", "Nej"),
    ],
)
def test_what_a_cell_could_not_keep_exactly_is_a_text(name: str, field: str, text: str, value: str) -> None:
    assert str(cell_value(tables()[name].field(field), text).value) == value

"""The filled form coming back: nothing is lost, and whatever people do to a workbook is met with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from exchange.errors import IntakeRefused
from exchange.form.canonical import fault_of, number_text
from exchange.form.confidential import holds_cpr
from exchange.form.faults import Fault
from exchange.form.tables import Field, table, tables
from exchange.form.workbook.plan import POSSIBLE, Row, constants
from exchange.form.workbook.write import write_form
from exchange.intake.crosswalk import Known
from exchange.language import Language
from exchange.parties import parse_party
from tests.form.blanks import (
    HOURS,
    KNOWN,
    PLACEMENTS,
    blank,
    column_of,
    opened,
    read_back,
    saved,
    values_of,
)

pytestmark = pytest.mark.usefixtures("english")

IDS = st.from_regex(r"[A-Za-z0-9:._-]{1,64}", fullmatch=True).filter(
    lambda text: not holds_cpr(text) and not re.fullmatch(r"\d{6}-?\d{3,4}", text)
)
# No stored text holds a NUL: intake writes U+FFFD for it.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60
).filter(lambda text: bool(text.strip()) and not holds_cpr(text))


def numbers(field: Field) -> st.SearchStrategy[str]:
    low = field.minimum if field.minimum is not None else Decimal(-10) ** 15 + 1
    first = low + Decimal("0.01") if field.exclusive_minimum else low
    last = field.maximum if field.maximum is not None else Decimal(10) ** 15 - 1
    return st.decimals(first, last, places=2).map(number_text)


def texts(field: Field) -> st.SearchStrategy[str]:  # noqa: PLR0911 (one way for each type)
    """Return canonical texts of a field."""
    match field.type:
        case "date":
            return st.dates().map(lambda day: day.isoformat())
        case "time":
            return st.times().map(lambda moment: moment.replace(microsecond=0).isoformat("seconds"))
        case "number":
            return numbers(field)
        case "integer":
            return st.integers(int(field.minimum or 0), int(field.maximum or 99)).map(str)
        case "boolean":
            return st.sampled_from(["true", "false"])
    if field.code_list is not None:
        from exchange.form.codes import code_list

        return st.sampled_from([code.code for code in code_list(field.code_list).codes])
    if field.name == "week":
        return st.builds("{:04}-W{:02}".format, st.integers(0, 9999), st.integers(1, 53))
    return TEXTS if field.pattern is None else IDS


@st.composite
def rows_of(draw: st.DrawFn, name: str, party: str, *, leads: bool) -> list[Row]:
    """Draw canonical rows of one table as one party reports them, each with a key of its own."""
    form = table(name)
    same = constants(form, agreement_id="AFT-1", party=parse_party(party), leads=leads)
    fields = {
        field.name: texts(field) if field.required else st.none() | texts(field)
        for field in form.fields
        if field.name not in same
    }
    drawn = draw(st.lists(st.fixed_dictionaries(fields), max_size=4, unique_by=form.key_of))
    return [{**same, **row} for row in drawn]


@st.composite
def forms(draw: st.DrawFn) -> tuple[str, bool, Language, str, list[Row]]:
    party = draw(st.sampled_from(["12345678", "159"]))
    leads = party == "159" and draw(st.booleans())
    name = draw(st.sampled_from(POSSIBLE["company" if party == "12345678" else "jobcentre"]))
    language = draw(st.sampled_from(["da", "en"]))
    return party, leads, cast("Language", language), name, draw(rows_of(name, party, leads=leads))


def in_order(rows: list[Row]) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, text) for name, text in row.items() if text is not None) for row in rows)


@settings(max_examples=15, deadline=None)
@given(forms())
def test_a_round_trip_loses_nothing(drawn: tuple[str, bool, Language, str, list[Row]]) -> None:
    party, leads, language, name, rows = drawn
    assert all(fault_of(field, row.get(field.name)) is None for row in rows for field in table(name).fields)
    first = blank(party, language, {name: rows}, [name], leads=leads)

    filled = read_back(write_form(first), party, Known())
    back = [dict(row.values) for part in filled.parts for row in part.rows]

    assert in_order(cast("list[Row]", back)) == in_order(rows)
    assert not [row.unresolved for part in filled.parts for row in part.rows if row.unresolved]
    assert not [fault for part in filled.parts for fault in part.faults]
    again = blank(party, language, {name: cast("list[Row]", back)}, [name], leads=leads)
    assert write_form(again) == write_form(first)


def test_every_table_that_a_party_reports_has_a_form() -> None:
    assert set(POSSIBLE["jobcentre"]) | set(POSSIBLE["company"]) == set(tables()) - {
        "agreements", "parties", "responsibilities", "sites", "mentors", "control_totals"
    }  # fmt: skip


@cache
def bytes_of_hours(language: Language) -> bytes:
    return write_form(blank(language=language, rows={"mentor_hours": HOURS}, tables=["mentor_hours"]))


def form_of_hours(language: Language = "da") -> Workbook:
    return opened(bytes_of_hours(language))


def write_row(sheet: Worksheet, row: int, **values: object) -> None:
    for field, value in values.items():
        sheet.cell(row, column_of(sheet, field)).value = value  # type: ignore[assignment]


NEW = {
    "placement_id": "159-00013",
    "mentor_id": "M-01",
    "date": "03-03-2016",
    "hours": "7,5",
    "activity": "Samtale",
}


def test_values_pasted_as_danish_text_are_read_and_keep_their_cells() -> None:
    book = form_of_hours()
    write_row(book["Mentortimer"], 30, **NEW, start_time="9.30", note="  to  blanke ")

    filled = read_back(saved(book))
    row = next(row for part in filled.parts for row in part.rows if row.values["hours"] == "7.50")

    assert dict(row.values) == {
        "reporter": "company", "entry_id": "12345678:159-00013:2016-03-03:M-01:01", "placement_id": "159-00013",
        "mentor_id": "M-01", "date": "2016-03-03", "start_time": "09:30:00", "end_time": None, "hours": "7.50",
        "activity": "conversation", "registered_on": None, "note": "  to  blanke ",
    }  # fmt: skip
    assert row.cells["hours"] == "f.xlsx#Mentortimer!F30"
    assert row.cells["date"] == "f.xlsx#Mentortimer!C30"


@pytest.mark.parametrize("label", ["Conversation", "Samtale", "samtale", "conversation", "Mentorsamtale"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_either_language_comes_back(language: Language, label: str) -> None:
    book = form_of_hours(language)
    write_row(book.worksheets[1], 10, **{**NEW, "activity": label, "hours": 1.5})

    assert values_of(read_back(saved(book)), "mentor_hours")[-1]["activity"] == "conversation"


def test_a_name_is_looked_up_and_a_stranger_waits() -> None:
    book = form_of_hours()
    write_row(book["Mentortimer"], 10, **{**NEW, "mentor_id": "Mette Opdigtet"})
    write_row(book["Mentortimer"], 11, **{**NEW, "mentor_id": "Ukendt Person"})

    rows = [row for part in read_back(saved(book)).parts for row in part.rows][-2:]

    assert [row.values["mentor_id"] for row in rows] == ["M-01", None]
    assert [row.unresolved for row in rows] == [(), ("mentor_id",)]


def test_what_cannot_be_read_is_a_fault_at_its_cell() -> None:
    book = form_of_hours()
    write_row(book["Mentortimer"], 10, **{**NEW, "hours": "1.234", "date": "03/04-16"})

    (part,) = read_back(saved(book)).parts

    assert part.rows[-1].values["hours"] == "1.234"
    assert part.rows[-1].cells["hours"] == "f.xlsx#Mentortimer!F10"
    assert {(fault.type, fault.field) for fault in part.faults} == {
        ("type-error", "hours"),
        ("type-error", "date"),
    }


def test_a_new_row_with_the_facts_of_a_known_one_gets_the_next_number() -> None:
    book = form_of_hours()
    write_row(book["Mentortimer"], 10, **{**NEW, "placement_id": "159-00012"})

    keys = [row["entry_id"] for row in values_of(read_back(saved(book)), "mentor_hours")]

    assert keys[-2:] == ["12345678:159-00012:2016-03-03:M-01:01", "12345678:159-00012:2016-03-03:M-01:02"]


def test_a_key_that_stood_there_is_kept_whatever_its_form() -> None:
    rows = [{**HOURS[0], "entry_id": "R-2016-7"}]
    filled = read_back(write_form(blank(rows={"mentor_hours": rows}, tables=["mentor_hours"])))

    assert [row["entry_id"] for row in values_of(filled, "mentor_hours")] == ["R-2016-7"]


def test_a_fault_names_the_key_that_stood_there() -> None:
    rows = [{**HOURS[0], "entry_id": "R-2016-7", "hours": "halvanden"}]
    (part,) = read_back(write_form(blank(rows={"mentor_hours": rows}, tables=["mentor_hours"]))).parts

    assert part.faults == [Fault("type-error", "mentor_hours", "company|R-2016-7", "hours")]
    assert part.rows[0].values["hours"] == "halvanden"


def test_a_cpr_number_in_a_new_row_is_coded() -> None:
    book = opened(write_form(blank("159", rows={"placements": PLACEMENTS}, tables=["placements"])))
    sheet = book["Forløb"]
    for place in range(1, 14):
        sheet.cell(9, place).value = sheet.cell(8, place).value
    write_row(sheet, 9, placement_id="159-00099", trainee_ref="0101801234")

    row = values_of(read_back(saved(book), "159"), "placements")[-1]

    assert re.fullmatch(r"T-[0-9a-f]{16}", row["trainee_ref"] or "")


def notices_after(change: Callable[[Workbook], None], language: Language = "en") -> list[str]:
    book = form_of_hours(language)
    change(book)
    return list(read_back(saved(book)).notices)


def renamed_sheet(book: Workbook) -> None:
    book["Mentor hours"].title = "Timer marts"


def renamed_heading(book: Workbook) -> None:
    book["Mentor hours"]["F6"] = "Antal"


def moved_columns(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    for row in range(4, 12):
        sheet.cell(row, 1).value, sheet.cell(row, 6).value = (
            sheet.cell(row, 6).value,
            sheet.cell(row, 1).value,
        )
        sheet.cell(row, 1).number_format, sheet.cell(row, 6).number_format = (
            sheet.cell(row, 6).number_format,
            sheet.cell(row, 1).number_format,
        )


def sorted_rows(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    for place in range(1, 12):
        sheet.cell(7, place).value, sheet.cell(9, place).value = (
            sheet.cell(9, place).value,
            sheet.cell(7, place).value,
        )


def shown_and_without_rules(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    sheet.data_validations.dataValidation = []
    sheet.protection.sheet = False
    for one in book.worksheets:
        one.sheet_state = "visible"


def totals_gone(book: Workbook) -> None:
    book["Mentor hours"].delete_rows(4)


def rows_above(book: Workbook) -> None:
    book["Mentor hours"].insert_rows(1, 3)


def known_sheets_gone(book: Workbook) -> None:
    for name in ("Instructions", "Columns and codes", "Numbers", "enblanket-lists"):
        del book[name]


@pytest.mark.parametrize(
    "change",
    [
        renamed_sheet,
        renamed_heading,
        moved_columns,
        sorted_rows,
        shown_and_without_rules,
        totals_gone,
        rows_above,
        known_sheets_gone,
    ],
)
def test_what_changes_no_fact_is_read_as_before(change: Callable[[Workbook], None]) -> None:
    book = form_of_hours("en")
    change(book)
    filled = read_back(saved(book))

    assert in_order(cast("list[Row]", values_of(filled, "mentor_hours"))) == in_order(list(HOURS))
    assert [notice for notice in filled.notices if "sheet" not in notice] == [
        "f.xlsx is as it was sent out: nothing was filled in or changed."
    ]


def deleted_column(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    sheet.delete_cols(column_of(sheet, "registered_on"))


def added_column(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    sheet["L6"], sheet["L7"] = "Initialer", "MO"


def doubled_column(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    sheet["L5"], sheet["L7"] = "mentor_hours.hours", 99


def newer_column(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    sheet["L5"], sheet["L7"] = "mentor_hours.mood", "glad"


def added_sheet(book: Workbook) -> None:
    book.create_sheet("Mine noter")["A1"] = "husk"


def copied_sheet(book: Workbook) -> None:
    book.copy_worksheet(book["Mentor hours"])


def copied_row(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    for place in range(1, 12):
        sheet.cell(10, place).value = sheet.cell(7, place).value


def deleted_row(book: Workbook) -> None:
    book["Mentor hours"].delete_rows(8)


def names_gone(book: Workbook) -> None:
    book["Mentor hours"].delete_rows(5)


def other_period(book: Workbook) -> None:
    sheet = book["Mentor hours"]
    for row in range(7, 12):
        write_row(sheet, row, **{**NEW, "date": "2016-04-01"})


@pytest.mark.parametrize(
    ("change", "notice"),
    [
        (
            deleted_column,
            "f.xlsx#Mentor hours: the columns “Registered on” are gone; their values count as empty.",
        ),
        (added_column, "f.xlsx#Mentor hours: the columns “Initialer” are not of the form and were not read."),
        (doubled_column, "f.xlsx#Mentor hours: the columns “Hours” stand twice; the first of each was read."),
        (newer_column, "f.xlsx#Mentor hours: the columns “mood” are of a newer form and were not read."),
        (added_sheet, "f.xlsx: the sheet “Mine noter” is not of the form and was not read."),
        (
            copied_sheet,
            "f.xlsx: the sheets “Mentor hours”, “Mentor hours Copy” all hold “Mentor hours”; all were read.",
        ),
        (
            copied_row,
            "f.xlsx#Mentor hours: the rows 10 are copies of other rows and were given numbers of their own.",
        ),
        (deleted_row, "f.xlsx#Mentor hours: rows that stood there when it was sent out are gone: 1."),
        (
            names_gone,
            "f.xlsx#Mentor hours: the hidden row of field names is gone; columns were found by their headings.",
        ),
        (
            other_period,
            (
                "f.xlsx#Mentor hours!C7, f.xlsx#Mentor hours!C8, f.xlsx#Mentor hours!C9 and 2 more: the day is "
                "outside the form’s period 2016-03-01..2016-03-31; it was taken as written."
            ),
        ),
    ],
)
def test_what_people_do_to_a_workbook_is_said(change: Callable[[Workbook], None], notice: str) -> None:
    assert notice in notices_after(change)


def test_rows_that_were_cleared_and_totals_that_were_added_are_listed_not_mapped() -> None:
    book = form_of_hours()
    sheet = book["Mentortimer"]
    for place in range(1, 10):
        sheet.cell(8, place).value = None
    sheet["A20"], sheet["F20"] = "I alt", 3

    (part,) = read_back(saved(book)).parts

    assert [(one.row, one.why) for one in part.skipped] == [(8, "cleared-row"), (20, "total")]
    assert part.rows_read == len(part.rows) + len(part.skipped) == 4


def test_rows_far_below_the_prepared_ones_are_read() -> None:
    book = form_of_hours()
    write_row(book["Mentortimer"], 40_000, **NEW)

    assert len(values_of(read_back(saved(book)), "mentor_hours")) == 4


def test_a_missing_sheet_is_said_and_the_others_are_read() -> None:
    book = opened(write_form(blank(language="en", rows={"mentor_hours": HOURS})))
    del book["Attendance"]

    filled = read_back(saved(book))

    assert len(values_of(filled, "mentor_hours")) == 3
    assert "f.xlsx: the sheet “Attendance” is gone; nothing of it was read." in filled.notices


def test_headings_find_their_own_table_where_all_names_are_gone() -> None:
    book = opened(write_form(blank(language="en", rows={"mentor_hours": HOURS})))
    for name in ("Mentor hours", "Attendance"):
        book[name].delete_rows(5)
        book[name].title = f"Mine {name}"

    assert len(values_of(read_back(saved(book)), "mentor_hours")) == 3


def refusal_of(content: bytes, sender: str = "12345678") -> str:
    with pytest.raises(IntakeRefused) as refused:
        read_back(content, sender)
    return str(refused.value)


def set_mark(book: Workbook, what: str, text: str | None) -> None:
    for row in book["enblanket"].iter_rows():
        if row[0].value == what:
            row[1].value = text


def test_without_its_hidden_sheet_it_is_refused_with_the_cure() -> None:
    book = form_of_hours()
    del book["enblanket"]

    assert refusal_of(saved(book)) == (
        "f.xlsx was made from the form, but its hidden sheet “enblanket” is gone: copy the rows into the form as it was "
        "sent out, or ask for a new one."
    )


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("party", "Gladsaxe"),
        ("period", "marts"),
        ("form", "x"),
        ("agreement", 'A"\n[x]'),
        ("enblanket-form", None),
        ("party", None),
    ],
)
def test_a_torn_mark_is_refused_with_the_cure(what: str, text: str | None) -> None:
    book = form_of_hours()
    set_mark(book, what, text)

    assert refusal_of(saved(book)) == (
        "f.xlsx: the hidden sheet “enblanket” was changed and no longer says whose form it is: copy the rows into the "
        "form as it was sent out."
    )


def test_another_partys_form_is_refused_with_the_cure() -> None:
    assert refusal_of(saved(form_of_hours()), "159") == (
        "f.xlsx is the form of 12345678, not of 159: take it with --from 12345678."
    )


@pytest.mark.parametrize(("what", "text"), [("form", "2.0.0"), ("enblanket-form", "2")])
def test_a_new_major_version_is_refused_with_the_cure(what: str, text: str) -> None:
    book = form_of_hours()
    set_mark(book, what, text)
    version = text if what == "form" else "1.0.0"

    assert refusal_of(saved(book)) == (
        f"f.xlsx was made with version {version} of the form and this enblanket knows 1.0.0: use the enblanket that "
        "made it, or ask for a form of version 1.0.0."
    )


def test_a_newer_minor_version_is_read_and_said() -> None:
    book = form_of_hours()
    set_mark(book, "form", "1.3.0")

    filled = read_back(saved(book))

    assert len(values_of(filled, "mentor_hours")) == 3
    assert filled.notices[0] == (
        "f.xlsx was made with version 1.3.0 of the form, newer than 1.0.0 here: what is new in it is left out."
    )


def test_the_form_of_an_agreement_that_is_not_here_is_read_and_said() -> None:
    book = form_of_hours()
    set_mark(book, "agreement", "AFT-9")

    assert read_back(saved(book), known=KNOWN).notices[0] == (
        "f.xlsx is the form of agreement AFT-9, which is not here: add it with “enblanket agreement add”."
    )


def test_a_form_without_any_of_its_sheets_is_refused_with_the_cure() -> None:
    book = form_of_hours()
    del book["Mentortimer"]

    assert refusal_of(saved(book)) == (
        "f.xlsx holds none of the form’s sheets any more: copy the rows into the form as it was sent out."
    )

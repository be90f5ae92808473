"""One file in, its rows out: which layout reads it, what each cell becomes, and what is said of the rest."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import IntakeRefused
from exchange.form.canonical import write_csv
from exchange.form.faults import Fault
from exchange.form.tables import tables
from exchange.intake.crosswalk import KnownPlacement
from exchange.intake.layout import Layout, read_layout
from exchange.intake.mapping import SkippedRow
from tests.intake.workbooks import HOURS, KNOWN, hours_layout, parts, saved, take, workbook, zipped

HEAD: list[object] = ["Forløb", "Mentor", "Dato", "Timer"]
ROW: list[object] = ["159-00012", "M-01", "03-03-2016", 2]
DAY = dt.date(2016, 3, 3)


def layout(tables_text: str, kind: str = "xlsx", name: str = "made") -> Layout:
    head = f'name = "{name}"\ntitle_da = "x"\ntitle_en = "x"\n[match]\nkind = "{kind}"\n'
    return read_layout(head + tables_text, f"{name}.toml")


def values(rows: Sequence[Sequence[object]], *names: str, extra: str = "") -> list[tuple[str | None, ...]]:
    intake = take("t.xlsx", workbook(rows), hours_layout(extra))
    return [tuple(row.values[name] for name in names) for row in intake.rows]


def test_a_row_comes_out_canonical_with_every_cell() -> None:
    intake = take(
        "t.xlsx",
        workbook([["Mentortimer 2016"], [], HEAD, ["Sag 12", "åse  thomsen", DAY, 7.5]]),
        hours_layout(),
    )
    row = intake.rows[0]
    assert row.values == {
        "reporter": "jobcentre",
        "entry_id": "159:159-00012:2016-03-03:M-01:01",
        "placement_id": "159-00012",
        "mentor_id": "M-01",
        "date": "2016-03-03",
        "start_time": None,
        "end_time": None,
        "hours": "7.50",
        "activity": "conversation",
        "registered_on": None,
        "note": None,
    }
    assert row.cells == {
        "placement_id": "t.xlsx#Timer!A4",
        "mentor_id": "t.xlsx#Timer!B4",
        "date": "t.xlsx#Timer!C4",
        "hours": "t.xlsx#Timer!D4",
    }
    assert (intake.layout, intake.rows_read, intake.faults, intake.notices) == ("hours", 1, (), ())


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("abc", "abc"),
        ("1.234", "1.234"),
        ("7.5", "?7.5"),
        ("7,5", "7.50"),
        ("450 min", "7.50"),
        ("37:30", "37.50"),
        ("1.234,50", "1234.50"),
        (True, "true"),
    ],
)
def test_hours_that_cannot_be_read_keep_their_text_and_are_a_fault_at_their_cell(
    typed: object, hours: str
) -> None:
    intake = take("t.xlsx", workbook([HEAD, [*ROW[:3], typed], ROW]), hours_layout())
    readable = hours in ("7.50", "37.50", "1234.50")
    fault = Fault("type-error", "mentor_hours", "jobcentre|159:159-00012:2016-03-03:M-01:01", "hours")
    assert intake.rows[0].values["hours"] == hours
    assert intake.faults == (() if readable else (fault,))
    assert intake.rows[1].values["hours"] == "2.00"


@pytest.mark.parametrize("typed", ["31-02-2016", "03/04-16", "abc"])
def test_a_date_that_is_none_is_a_fault_and_the_rest_is_taken(typed: str) -> None:
    intake = take("t.xlsx", workbook([HEAD, [*ROW[:2], typed, 2], ROW]), hours_layout())
    assert [row.values["date"] for row in intake.rows] == [typed, "2016-03-03"]
    assert [(fault.type, fault.field) for fault in intake.faults] == [("type-error", "date")]


def test_two_sheets_named_by_cpr_numbers_are_told_apart_by_their_place() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Forside"  # type: ignore[union-attr]
    for number, hours in (("010170-1234", "abc"), ("150280-1239", "abd")):
        sheet = book.create_sheet(number)
        sheet.append(HEAD)
        sheet.append([*ROW[:3], hours])
    book.create_sheet("200390-1231")
    intake = take("t.xlsx", saved(book), hours_layout())
    assert [row.cells["hours"] for row in intake.rows] == ["t.xlsx#sheet-2!D2", "t.xlsx#sheet-3!D2"]
    assert intake.sheets == ("Forside", "sheet-2", "sheet-3", "sheet-4")
    assert [notice for notice in intake.notices if "not read" in notice] == [
        "t.xlsx: the sheet “Forside” was not read, the layout does not name it.",
        "t.xlsx: the sheet “sheet-4” was not read, the layout does not name it.",
    ]


def test_an_error_cell_and_a_formula_never_computed_are_faults() -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Forløb</t></is></c><c r="B1" t="inlineStr"><is><t>Mentor</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>Dato</t></is></c><c r="D1" t="inlineStr"><is><t>Timer</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>159-00012</t></is></c><c r="B2" t="e"><v>#N/A</v></c>'
        '<c r="C2"><v>42432</v></c><c r="D2"><f>SUM(A1)</f></c></row>'
    )
    intake = take("t.xlsx", zipped(parts(f"<sheetData>{rows}</sheetData>")), hours_layout())
    row = intake.rows[0]
    assert (row.values["mentor_id"], row.values["hours"], row.values["date"]) == ("?#N/A", "=", "42432")
    assert sorted(fault.field for fault in intake.faults) == ["date", "hours", "mentor_id"]


def test_a_weekday_that_does_not_fit_is_said_and_the_date_is_taken() -> None:
    intake = take("t.xlsx", workbook([HEAD, [*ROW[:2], "man 03-03-2016", 2]]), hours_layout())
    assert intake.rows[0].values["date"] == "2016-03-03"
    assert intake.notices == (
        "t.xlsx#Timer!C2: the weekday does not fit the date 2016-03-03, which was taken as written.",
    )


def test_a_duration_beyond_a_day_is_its_hours() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append([*ROW[:3], dt.timedelta(hours=37, minutes=30)])
    sheet["D2"].number_format = "[h]:mm"
    assert take("t.xlsx", saved(book), hours_layout()).rows[0].values["hours"] == "37.50"


def test_unknown_names_are_left_empty_and_listed() -> None:
    intake = take("t.xlsx", workbook([HEAD, ["Sag 99", "Ukendt Person", DAY, 1]]), hours_layout())
    row = intake.rows[0]
    assert (row.values["placement_id"], row.values["mentor_id"]) == (None, None)
    assert row.unresolved == ("placement_id", "mentor_id")
    assert row.local == {"placement_id": "Sag 99", "mentor_id": "Ukendt Person"}
    assert row.values["entry_id"] == "159:unknown:2016-03-03:unknown:01"


def test_equal_facts_get_numbers_of_their_own() -> None:
    assert values([HEAD, ROW, ROW], "entry_id") == [
        ("159:159-00012:2016-03-03:M-01:01",),
        ("159:159-00012:2016-03-03:M-01:02",),
    ]


def test_a_local_id_gets_the_senders_prefix_once() -> None:
    text = '[[table.column]]\nfield = "entry_id"\nnames = ["Nr"]\n'
    made = hours_layout("").sha256
    with_ids = read_layout(HOURS.replace("[table.constants]", text + "[table.constants]"), "hours.toml")
    intake = take("t.xlsx", workbook([[*HEAD, "Nr"], [*ROW, 17], [*ROW, "159:18"], [*ROW, "a/b"]]), with_ids)
    mark = hashlib.sha256(b"a/b").hexdigest()[:6]
    assert [row.values["entry_id"] for row in intake.rows] == ["159:17", "159:18", f"159:a_b.{mark}"]
    assert intake.layout_sha256 != made


def test_rows_that_are_no_records_are_listed_with_their_reason() -> None:
    skips = '[[table.skip]]\nwhy = "total"\nfirst = ["I alt*"]\n[[table.skip]]\nwhy = "no-hours"\nblank = ["hours"]\n[[table.skip]]\nwhy = "footer"\nany = ["Udskrevet*"]\nends = true\n'
    rows: list[list[object]] = [
        HEAD,
        ROW,
        ["I alt:", None, None, 2],
        HEAD,
        [*ROW[:3]],
        [None, None, None, None, "x"],
        ["", "Udskrevet 1/4"],
        ROW,
    ]
    intake = take("t.xlsx", workbook(rows), hours_layout(skips))
    assert intake.skipped == (
        SkippedRow("t.xlsx", "Timer", 3, "total"),
        SkippedRow("t.xlsx", "Timer", 4, "repeated-header"),
        SkippedRow("t.xlsx", "Timer", 5, "no-hours"),
        SkippedRow("t.xlsx", "Timer", 6, "no-hours"),
        SkippedRow("t.xlsx", "Timer", 7, "footer"),
        SkippedRow("t.xlsx", "Timer", 8, "footer"),
    )
    assert (intake.rows_read, len(intake.rows)) == (7, 1)


CELL = st.one_of(
    st.none(),
    st.sampled_from(["159-00012", "M-01", "03-03-2016", "abc", "I alt", "Timer", "Udskrevet", 2, 7.5, DAY]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELL, min_size=4, max_size=5), max_size=10))
def test_rows_read_are_always_rows_mapped_and_rows_skipped(rows: list[list[object]]) -> None:
    skips = '[[table.skip]]\nwhy = "total"\nany = ["I alt*"]\n[[table.skip]]\nwhy = "footer"\nfirst = ["Udskrevet*"]\nends = true\n'
    intake = take("t.xlsx", workbook([HEAD, *rows]), hours_layout(skips))
    assert intake.rows_read == len(intake.rows) + len(intake.skipped)
    assert intake.rows_read == sum(1 for row in rows if any(value is not None for value in row))


def test_a_participants_rows_about_another_jobcentre_are_skipped() -> None:
    rows = workbook([HEAD, ["157-00001", *ROW[1:]], ROW])
    from_157 = take("t.xlsx", rows, hours_layout(), sender="157")
    assert [row.values["placement_id"] for row in from_157.rows] == ["157-00001"]
    assert from_157.skipped == (SkippedRow("t.xlsx", "Timer", 3, "not-sender's"),)


@pytest.mark.parametrize("sender", ["159", "12345678"])
def test_lead_and_company_may_send_for_all(sender: str) -> None:
    rows = workbook([HEAD, ["157-00001", *ROW[1:]], ROW])
    assert len(take("t.xlsx", rows, hours_layout(), sender=sender).rows) == 2


def test_a_jobcentre_that_is_no_party_of_the_agreement_may_send_for_nobody_else() -> None:
    from_540 = take("t.xlsx", workbook([HEAD, ROW]), hours_layout(), sender="540")
    assert from_540.rows == ()
    assert [one.why for one in from_540.skipped] == ["not-sender's"]


def test_the_senders_side_is_the_reporter() -> None:
    assert (
        take("t.xlsx", workbook([HEAD, ROW]), hours_layout(), sender="12345678").rows[0].values["reporter"]
        == "company"
    )


PLACEMENTS = """
[[table]]
table = "placements"
[[table.column]]
field = "placement_id"
names = ["Sag"]
prefix = "{sender}-"
[[table.column]]
field = "trainee_ref"
names = ["Borger"]
cpr = true
[[table.column]]
field = "jobcentre"
names = ["Jobcenter"]
optional = true
[table.constants]
agreement_id = "AFT-1"
jobcentre = "{sender}"
"""


@pytest.mark.parametrize("typed", ["010203-4567", "0102034567", "010203 4567", 102034567])
def test_a_cpr_number_leaves_the_reader_only_as_its_keyed_pseudonym(typed: object) -> None:
    intake = take("t.xlsx", workbook([["Sag", "Borger"], ["4711", typed]]), layout(PLACEMENTS))
    expected = hmac.new(b"the key of the lead's trainee register", b"0102034567", hashlib.sha256).hexdigest()[
        :16
    ]
    assert intake.rows[0].values["trainee_ref"] == f"T-{expected}"
    assert intake.rows[0].values["placement_id"] == "159-4711"
    # The hash of a workbook differs with the time of day, and may by chance hold any four digits.
    assert "4567" not in repr(intake).replace(intake.sha256, "").replace(intake.sha256[:12], "")


def test_what_stands_in_a_cpr_column_and_is_none_is_a_fault_without_its_text() -> None:
    intake = take("t.xlsx", workbook([["Sag", "Borger"], ["4711", "010203-456"]]), layout(PLACEMENTS))
    assert intake.rows[0].values["trainee_ref"] == "?"
    assert intake.faults == (Fault("type-error", "placements", "159-4711", "trainee_ref"),)
    assert "456" not in repr(intake).replace(intake.sha256, "").replace(intake.sha256[:12], "")


def test_a_cpr_number_in_a_column_of_names_is_no_less_a_cpr_number() -> None:
    plain = layout(PLACEMENTS.replace("cpr = true\n", ""))
    intake = take(
        "t.xlsx", workbook([["Sag", "Borger"], ["4711", "010203-4567"], ["4712", "hanne kjær"]]), plain
    )
    assert "4567" not in repr(intake)
    assert intake.rows[1].values["trainee_ref"] == "T-0000000000000001"


def test_a_sheet_or_file_named_after_a_cpr_number_is_cited_without_it() -> None:
    text = HOURS.replace('names = ["Forløb"]', 'names = ["Forløb"]\noptional = true')
    rows = workbook([HEAD, [*ROW[:3], "abc"], ["I alt"]], "010203-4567")
    intake = take("sag 0102034567.xlsx", rows, read_layout(text, "hours.toml"))
    assert intake.rows[0].cells["hours"] == "sag ******-****.xlsx#******-****!D2"
    assert "4567" not in repr(intake)
    with pytest.raises(IntakeRefused) as refusal:
        take("0102034567.xlsx", workbook([["x"]], "010203-4567"), hours_layout())
    assert "4567" not in str(refusal.value)


def test_placements_of_the_same_file_are_known_to_its_hours() -> None:
    both = layout(
        '[[table]]\ntable = "mentor_hours"\nsheets = ["Timer"]\n[[table.column]]\nfield = "placement_id"\nnames = ["Sag"]\nprefix = "{sender}-"\n'
        + PLACEMENTS.replace('table = "placements"', 'table = "placements"\nsheets = ["Borgere"]')
    )
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, row in (("Timer", ["4711"]), ("Borgere", ["4711", "010203-4567"])):
        sheet = book.create_sheet(title)
        sheet.append(["Sag", "Borger"])
        sheet.append(row)
    rows = take("t.xlsx", saved(book), both).rows
    assert [(row.table, row.values["placement_id"]) for row in rows] == [
        ("placements", "159-4711"),
        ("mentor_hours", "159-4711"),
    ]


DAYS = """
[[table]]
table = "attendance"
[[table.cell]]
field = "placement_id"
label = ["Forløb"]
[[table.cell]]
field = "_month"
label = ["Fremmøde *"]
pattern = "Fremmøde (.+)"
[[table.column]]
field = "planned_hours"
names = ["Plan"]
[[table.wide]]
field = "attended_hours"
header = "days"
[table.wide.sets]
S = { absence = "sick", attended_hours = "0.00" }
"""


def test_a_column_per_day_of_a_named_month_becomes_a_row_per_day() -> None:
    rows: list[list[object]] = [
        ["Fremmøde marts 2016"],
        ["Forløb:", None, "159-00012"],
        ["Plan", 1, 2, 3, "I alt", 31],
        [4, 3.5, "S", None, 3.5, "x"],
    ]
    intake = take("t.xlsx", workbook(rows), layout(DAYS))
    found = [
        (row.values["date"], row.values["attended_hours"], row.values["absence"], row.values["planned_hours"])
        for row in intake.rows
    ]
    assert found == [
        ("2016-03-01", "3.50", None, "4.00"),
        ("2016-03-02", "0.00", "sick", "4.00"),
        ("2016-03-31", "x", None, "4.00"),
    ]
    assert intake.rows[0].cells == {
        "placement_id": "t.xlsx#Timer!C2",
        "date": "t.xlsx#Timer!A1+t.xlsx#Timer!B3",
        "planned_hours": "t.xlsx#Timer!A4",
        "attended_hours": "t.xlsx#Timer!B4",
    }
    assert intake.faults == (
        Fault("type-error", "attendance", "jobcentre|159-00012|2016-03-31", "attended_hours"),
    )
    assert intake.notices == ("t.xlsx#Timer: the layout does not read the columns “I alt”.",)


def test_a_day_that_the_month_does_not_have_is_a_fault() -> None:
    rows: list[list[object]] = [["Fremmøde februar 2016"], ["Forløb:", "159-00012"], ["Plan", 30], [4, 4]]
    intake = take("t.xlsx", workbook(rows), layout(DAYS))
    sha = hashlib.sha256(workbook(rows)).hexdigest()[:12]
    assert intake.rows[0].values["date"] == "februar 2016 30"
    assert [fault.field for fault in intake.faults] == ["date"]
    assert intake.faults[0].key.endswith("#Timer!A4")
    assert len(intake.faults[0].key.split("#")[0]) == len(sha)


def test_carried_cells_keep_their_own_place_and_the_sheets_name_can_be_a_value() -> None:
    text = HOURS.replace('names = ["Forløb"]', 'names = ["Forløb"]\noptional = true').replace(
        'names = ["Dato"]', 'names = ["Dato"]\ncarry = true'
    )
    text = text.replace(
        "[table.constants]", '[[table.cell]]\nfield = "placement_id"\nsheet_name = true\n[table.constants]'
    )
    rows: list[list[object]] = [["Dato", "Mentor", "Timer"], [DAY, "M-01", 1], [None, "M-02", 2]]
    intake = take("t.xlsx", workbook(rows, "159-00012"), read_layout(text, "hours.toml"))
    assert [(row.values["date"], row.cells["date"], row.values["placement_id"]) for row in intake.rows] == [
        ("2016-03-03", "t.xlsx#159-00012!A2", "159-00012"),
        ("2016-03-03", "t.xlsx#159-00012!A2", "159-00012"),
    ]
    assert intake.rows[0].cells["placement_id"] == "t.xlsx#159-00012"


def test_hours_are_the_time_between_start_and_end_where_the_layout_says_so() -> None:
    text = HOURS.replace('table = "mentor_hours"', 'table = "mentor_hours"\nhours_from_times = true')
    text = text.replace(
        'field = "hours"\nnames = ["Timer"]',
        'field = "start_time"\nnames = ["Fra"]\n[[table.column]]\nfield = "end_time"\nnames = ["Til"]',
    )
    intake = take(
        "t.csv",
        "Forløb;Mentor;Dato;Fra;Til\n159-00012;M-01;03-03-2016;9.00;10.20\n".encode(),
        read_layout(text.replace('"xlsx"', '"csv"'), "hours.toml"),
    )
    row = intake.rows[0]
    assert (row.values["hours"], row.cells["hours"], row.values["start_time"]) == (
        "1.33",
        "t.csv#D2+t.csv#E2",
        "09:00:00",
    )


def test_a_hidden_sheet_is_left_and_said() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Timer"
    copy = book.create_sheet("Kopi")
    for each in (sheet, copy):
        each.append(HEAD)
        each.append(ROW)
    copy.sheet_state = "hidden"
    intake = take("t.xlsx", saved(book), hours_layout())
    assert len(intake.rows) == 1
    assert intake.notices == ("t.xlsx: the hidden sheet “Kopi” was not read.",)


@pytest.mark.parametrize(
    ("rows", "layouts", "wanted", "sentence"),
    [
        ([HEAD], [], None, "No layout reads the workbook t.xlsx: write one (docs/layouts.md)."),
        (
            [["Forløb", "Mentor", "Datoen", "Timer"], ROW],
            [hours_layout()],
            None,
            "t.xlsx fits no layout; for the nearest, hours, the sheet “Timer” lacks the column “Dato”: correct the file or write a layout.",
        ),
        (
            [["Noget", "andet"]],
            [hours_layout()],
            None,
            "t.xlsx fits no layout; for the nearest, hours, the sheet “Timer” lacks the column “Forløb”, “Mentor”, “Dato”, “Timer”: correct the file or write a layout.",
        ),
        (
            [HEAD, ROW],
            [hours_layout(), hours_layout("# another\n")],
            None,
            "t.xlsx fits several layouts (hours, hours): name one with --layout.",
        ),
        ([HEAD, ROW], [hours_layout()], "other", "There is no layout “other”: the layouts are hours."),
        (
            [HEAD],
            [read_layout(HOURS.replace("[[table]]", 'words = ["Falck*"]\n[[table]]', 1), "hours.toml")],
            None,
            "t.xlsx fits no layout; for the nearest, hours, no cell says “Falck*”: correct the file or write a layout.",
        ),
        (
            [HEAD],
            [
                read_layout(
                    HOURS.replace('table = "mentor_hours"', 'table = "mentor_hours"\nsheets = ["Uge *"]'),
                    "hours.toml",
                )
            ],
            None,
            "t.xlsx fits no layout; for the nearest, hours, there is no sheet named “Uge *”: correct the file or write a layout.",
        ),
    ],
)
def test_a_file_that_no_one_layout_fits_is_refused_with_what_lacked(
    rows: list[list[object]], layouts: list[Layout], wanted: str | None, sentence: str
) -> None:
    with pytest.raises(IntakeRefused) as refusal:
        take("t.xlsx", workbook(rows), *layouts, layout=wanted)
    assert str(refusal.value) == sentence


def test_one_sheet_of_many_that_lost_a_column_refuses_the_file() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    broken = book.create_sheet("Februar")
    broken.append(["Forløb", "Mentor", "Timer"])
    with pytest.raises(IntakeRefused) as refusal:
        take("t.xlsx", saved(book), hours_layout())
    assert (
        str(refusal.value)
        == "t.xlsx fits no layout; for the nearest, hours, the sheet “Februar” lacks the column “Dato”: correct the file or write a layout."
    )


def test_a_csv_in_another_encoding_than_the_layouts_is_refused() -> None:
    fixed = read_layout(
        HOURS.replace('kind = "xlsx"', 'kind = "csv"').replace(
            "[[table]]", '[csv]\nencoding = "utf-8"\n[[table]]', 1
        ),
        "hours.toml",
    )
    with pytest.raises(IntakeRefused) as refusal:
        take("t.csv", "Forløb;Mentor;Dato;Timer\n".encode("cp1252"), fixed)
    assert str(refusal.value) == "t.csv is not written in utf-8 (byte 5): correct the layout's encoding."


HOURS_CSV = "reporter,entry_id,placement_id,mentor_id,date,hours,activity\n"
GOOD = "jobcentre,159:1,159-00012,M-01,2016-03-03,2.00,conversation\n"


def test_the_forms_own_csv_needs_no_layout_and_is_taken_as_it_stands() -> None:
    intake = take("mentor_hours.csv", (HOURS_CSV + GOOD).encode())
    assert (
        write_csv(tables()["mentor_hours"], [row.values for row in intake.rows]).decode().splitlines()[1]
        == "jobcentre,159:1,159-00012,M-01,2016-03-03,,,2.00,conversation,,"
    )
    assert intake.rows[0].cells["hours"] == "mentor_hours.csv#F2"
    assert (intake.layout, intake.rows_read, intake.faults) == ("canonical", 1, ())


def test_faults_of_form_in_canonical_csv_are_listed_and_the_rest_is_taken() -> None:
    text = (
        HOURS_CSV
        + GOOD
        + "jobcentre,159:2,159-00012,M-01,2016-02-31,abc,conversation,extra\n\njobcentre,159:3,159-00012,M-01\n"
    )
    intake = take("mentor_hours.csv", text.encode())
    sha = intake.sha256[:12]
    assert intake.faults == (
        Fault("blank-row", "mentor_hours", f"{sha}#A4", ""),
        Fault("extra-cell", "mentor_hours", "jobcentre|159:2", ""),
        Fault("missing-cell", "mentor_hours", "jobcentre|159:3", "activity"),
        Fault("missing-cell", "mentor_hours", "jobcentre|159:3", "date"),
        Fault("missing-cell", "mentor_hours", "jobcentre|159:3", "hours"),
        Fault("type-error", "mentor_hours", "jobcentre|159:2", "date"),
        Fault("type-error", "mentor_hours", "jobcentre|159:2", "hours"),
    )
    assert intake.skipped == (SkippedRow("mentor_hours.csv", "", 4, "blank-row"),)
    assert (intake.rows_read, len(intake.rows)) == (4, 3)


def test_a_zip_of_canonical_tables_is_taken_placements_first() -> None:
    placement = "placement_id,agreement_id,jobcentre,site_id,trainee_ref,benefit,age_group,gender,start,planned_end,weekly_hours\n157-00009,AFT-1,157,S,T-1,unknown,30-plus,f,2016-01-04,2016-04-01,20.00\n"
    content = zipped({"data/mentor_hours.csv": HOURS_CSV + GOOD, "data/placements.csv": placement})
    intake = take("t.zip", content, sender="157")
    assert [row.table for row in intake.rows] == ["placements"]
    assert intake.rows[0].cells["placement_id"] == "t.zip/data/placements.csv#A2"
    assert intake.skipped == (SkippedRow("t.zip/data/mentor_hours.csv", "", 2, "not-sender's"),)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "mentor_hours.csv",
            HOURS_CSV.replace("hours,", "timer,"),
            "mentor_hours.csv has a column “timer” that the table mentor_hours does not have: remove or rename it.",
        ),
        (
            "mentor_hours.csv",
            HOURS_CSV.replace("hours,", ""),
            "mentor_hours.csv lacks the column “hours” that the table mentor_hours requires: add it.",
        ),
        (
            "mentor_hours.csv",
            HOURS_CSV.replace("\n", ",date\n"),
            "mentor_hours.csv has the column “date” twice: remove one.",
        ),
        (
            "mentor_hours.csv",
            HOURS_CSV + GOOD + 'jobcentre,"159:2\n',
            "mentor_hours.csv, record 3, has a quotation mark that does not close: mend that line.",
        ),
    ],
)
def test_a_canonical_table_that_is_none_is_refused_with_its_column(
    name: str, text: str, sentence: str
) -> None:
    with pytest.raises(IntakeRefused) as refusal:
        take(name, text.encode())
    assert str(refusal.value) == sentence


def test_a_zip_with_a_strange_table_is_refused() -> None:
    with pytest.raises(
        IntakeRefused, match=r"^t\.zip/timer\.csv is no table of the form: name it after one of agreements, "
    ):
        take("t.zip", zipped({"timer.csv": "a,b\n"}))


def test_the_same_bytes_give_the_same_rows() -> None:
    content = workbook([HEAD, ROW, ["x"], ROW])
    assert take("t.xlsx", content, hours_layout()) == take("t.xlsx", content, hours_layout())


def test_known_placements_grow_by_the_rows_that_are_met() -> None:
    grown = KNOWN.with_rows(
        [{"placement_id": "173-1", "jobcentre": "173", "agreement_id": "AFT-1"}, {"placement_id": None}]
    )
    assert grown.placements["173-1"] == KnownPlacement("173", "AFT-1")
    assert len(grown.placements) == len(KNOWN.placements) + 1

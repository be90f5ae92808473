"""What local sheets do with rows and columns, each device of docs/layouts.md on a workbook made here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import openpyxl
import pytest

from exchange.errors import IntakeRefused
from exchange.intake.entries import Doubt
from exchange.intake.layout import Layout, read_layout
from exchange.intake.mapping import SkippedRow
from exchange.intake.read import FileIntake
from exchange.intake.spelling import is_near
from tests.intake.workbooks import saved, take, workbook

Rows = Sequence[Sequence[object]]
PLACEMENT = '{ field = "placement_id", names = ["Forløb"] }'
DATE = '{ field = "date", names = ["Dato"] }'
MENTOR = '{ field = "mentor_id", names = ["Mentor"] }'
HOURS = '{ field = "hours", names = ["Timer"] }'


def layout(*tables: str, match: str = "", name: str = "made") -> Layout:
    head = f'name = "{name}"\ntitle_da = "x"\ntitle_en = "x"\n[match]\nkind = "xlsx"\n{match}\n'
    return read_layout(head + "\n".join(tables), f"{name}.toml")


def hours_table(*columns: str, more: str = "", sections: str = "") -> str:
    return (
        f'[[table]]\ntable = "mentor_hours"\n{more}\n'
        f'constants = {{ activity = "conversation" }}\ncolumn = [{", ".join(columns)}]\n{sections}\n'
    )


def attendance_table(*columns: str, more: str = "", sections: str = "") -> str:
    return f'[[table]]\ntable = "attendance"\n{more}\ncolumn = [{", ".join(columns)}]\n{sections}\n'


def taken(rows: Rows, *tables: str, match: str = "", title: str = "Timer") -> FileIntake:
    return take("t.xlsx", workbook(rows, title), layout(*tables, match=match))


def values(intake: FileIntake, *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.values[name] for name in names) for row in intake.rows]


def skipped(intake: FileIntake) -> list[tuple[int, str]]:
    return [(row.row, row.why) for row in intake.skipped]


SIDE = (
    '{ field = "mentor_id", names = ["Mentor*"], each = true }',
    '{ field = "hours", names = ["Timer*"], each = true }',
)


@pytest.mark.parametrize(
    "heading",
    [
        ["Dato", "Forløb", "Mentor 1", "Timer 1", "Mentor 2", "Timer 2"],
        ["Dato", "Forløb", "Mentor", "Timer", "Mentor", "Timer"],
    ],
)
def test_two_mentors_side_by_side_are_a_record_each(heading: list[object]) -> None:
    rows: Rows = [
        heading,
        ["03-03-2016", "159-00012", "M-01", 1, "M-02", 2],
        ["04-03-2016", "159-00012", None, None, "M-02", 0.5],
        ["05-03-2016", "159-00012"],
    ]
    intake = taken(rows, hours_table(DATE, PLACEMENT, *SIDE))
    assert values(intake, "date", "mentor_id", "hours") == [
        ("2016-03-03", "M-01", "1.00"),
        ("2016-03-03", "M-02", "2.00"),
        ("2016-03-04", "M-02", "0.50"),
    ]
    assert intake.rows[1].cells == {
        "placement_id": "t.xlsx#Timer!B2",
        "mentor_id": "t.xlsx#Timer!E2",
        "date": "t.xlsx#Timer!A2",
        "hours": "t.xlsx#Timer!F2",
    }
    assert skipped(intake) == [(4, "blank-row")]
    assert intake.rows_read == 4


def test_a_mentors_name_above_the_mentors_columns_is_the_mentor() -> None:
    rows: Rows = [
        [None, None, "M-01", None, "Åse Thomsen"],
        ["Dato", "Forløb", "Timer", "Note", "Timer"],
        ["03-03-2016", "159-00012", 1, "kort", 2],
    ]
    columns = (
        DATE,
        PLACEMENT,
        '{ field = "hours", names = ["Timer"], each = true, group_gives = "mentor_id" }',
        '{ field = "note", names = ["Note"], each = true, optional = true }',
    )
    intake = taken(rows, hours_table(*columns, more="header_rows = 2"))
    assert values(intake, "mentor_id", "hours", "note") == [("M-01", "1.00", "kort"), ("M-01", "2.00", None)]
    assert [row.cells["mentor_id"] for row in intake.rows] == ["t.xlsx#Timer!C1", "t.xlsx#Timer!E1"]


def test_a_column_that_stands_too_seldom_is_named() -> None:
    rows: Rows = [["Dato", "Forløb", "Mentor 1", "Timer 1", "Mentor 2"], ["03-03-2016"]]
    with pytest.raises(IntakeRefused) as refusal:
        taken(rows, hours_table(DATE, PLACEMENT, *SIDE))
    assert str(refusal.value) == (
        "t.xlsx fits no layout; for the nearest, made, the sheet “Timer” lacks the column “Timer*”: "
        "correct the file or write a layout."
    )


def test_a_column_per_mentor_is_read_by_the_mentors_name() -> None:
    rows: Rows = [
        ["Dato", "Forløb", "Åse Thomsen", "M-02", "I alt"],
        ["03-03-2016", "159-00012", 1.5, None, 1.5],
        ["04-03-2016", "159-00012", 1, 2, 3],
    ]
    wide = '[[table.wide]]\nfield = "hours"\nheader = "names"\ngives = "mentor_id"\nnot_names = ["I alt"]'
    intake = taken(rows, hours_table(DATE, PLACEMENT, sections=wide))
    assert sorted(values(intake, "date", "mentor_id", "hours")) == [
        ("2016-03-03", "M-01", "1.50"),
        ("2016-03-04", "M-01", "1.00"),
        ("2016-03-04", "M-02", "2.00"),
    ]
    assert intake.rows[0].cells["mentor_id"] == "t.xlsx#Timer!C1"
    assert intake.notices == ("t.xlsx#Timer: the layout does not read the columns “I alt”.",)


def test_a_column_per_placement_is_read_by_its_number() -> None:
    wide = '[[table.wide]]\nfield = "attended_hours"\nheader = "names"\ngives = "placement_id"\nnames = ["1*", "Sag *"]'
    rows: Rows = [["Dato", "159-00012", "157-00001", "Bemærkning"], ["03-03-2016", 7, 4, "x"]]
    intake = taken(rows, attendance_table(DATE, sections=wide))
    assert values(intake, "placement_id", "attended_hours") == [("157-00001", "4.00"), ("159-00012", "7.00")]


def test_weeks_above_weekdays_give_the_week() -> None:
    rows: Rows = [
        [None, None, "Uge 9", None, None, "Uge 10", None, "Sum"],
        ["Forløb", "År", "Ma", "Ti", "On", "Ma", "Ti", "Timer"],
        ["159-00012", 2016, 7, None, 6, 5, 4, 22],
    ]
    wide = (
        '[[table.wide]]\nfield = "attended_hours"\nheader = "weekdays"\n'
        'group = ["Uge *"]\ngroup_gives = "_week"'
    )
    year = '{ field = "_year", names = ["År"] }'
    intake = taken(rows, attendance_table(PLACEMENT, year, more="header_rows = 2", sections=wide))
    assert sorted(values(intake, "date", "attended_hours")) == [
        ("2016-02-29", "7.00"),
        ("2016-03-02", "6.00"),
        ("2016-03-07", "5.00"),
        ("2016-03-08", "4.00"),
    ]
    assert {row.cells["date"] for row in intake.rows} >= {
        "t.xlsx#Timer!B3+t.xlsx#Timer!C1+t.xlsx#Timer!C2",
        "t.xlsx#Timer!B3+t.xlsx#Timer!F1+t.xlsx#Timer!G2",
    }


def test_a_merged_group_heading_covers_its_range_alone() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows: Rows = [
        [None, "marts 2016", None, None, "april 2016"],
        ["Forløb", 1, 2, 3, 1, 2],
        ["159-00012", 7, 6, 9, 5, 4],
    ]
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells("B1:C1")
    wide = (
        '[[table.wide]]\nfield = "attended_hours"\nheader = "days"\ngroup = ["*2016"]\ngroup_gives = "_month"'
    )
    intake = take(
        "t.xlsx", saved(book), layout(attendance_table(PLACEMENT, more="header_rows = 2", sections=wide))
    )
    assert sorted(values(intake, "date", "attended_hours")) == [
        ("2016-03-01", "7.00"),
        ("2016-03-02", "6.00"),
        ("2016-04-01", "5.00"),
        ("2016-04-02", "4.00"),
    ]


def test_a_heading_that_is_merged_over_both_rows_is_found_in_the_upper_one() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Timer"
    rows: Rows = [
        ["Forløb", "Dato", "Mentor", None, "Note"],
        [None, None, "Navn", "Timer"],
        ["159-00012", "03-03-2016", "M-01", 1, "kort"],
        [None, None, None, None, "kun en note"],
    ]
    for row in rows:
        sheet.append(list(row))
    for merged in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        sheet.merge_cells(merged)
    columns = (
        PLACEMENT,
        DATE,
        '{ field = "mentor_id", group = ["Mentor"], names = ["Navn"] }',
        '{ field = "hours", group = ["Mentor"], names = ["Timer"] }',
        '{ field = "note", names = ["Note"] }',
    )
    more = 'header_rows = 2\nskip = [{ why = "note-only", filled_only = ["note"] }]'
    intake = take("t.xlsx", saved(book), layout(hours_table(*columns, more=more)))
    assert values(intake, "placement_id", "date", "mentor_id", "hours", "note") == [
        ("159-00012", "2016-03-03", "M-01", "1.00", "kort")
    ]
    assert skipped(intake) == [(4, "note-only")]


WEEK = '[[table.section]]\nfield = "_week"\nfirst = ["Uge *"]'


def test_a_line_that_says_the_week_holds_for_the_rows_below_it() -> None:
    rows: Rows = [
        ["Fremmøde 2016"],
        ["Uge 9"],
        ["Forløb", "Dag", "Mødt"],
        ["159-00012", "mandag", 7],
        ["Uge 10"],
        ["159-00012", "tirsdag", 6],
        ["I alt", None, 13],
    ]
    more = 'constants = { _year = "2016" }\nskip = [{ why = "total", first = ["I alt"] }]'
    columns = (
        PLACEMENT,
        '{ field = "_weekday", names = ["Dag"] }',
        '{ field = "attended_hours", names = ["Mødt"] }',
    )
    intake = taken(rows, attendance_table(*columns, more=more, sections=WEEK))
    assert values(intake, "date", "attended_hours") == [("2016-02-29", "7.00"), ("2016-03-08", "6.00")]
    assert [row.cells["date"] for row in intake.rows] == [
        "t.xlsx#Timer!A2+t.xlsx#Timer!B4",
        "t.xlsx#Timer!A5+t.xlsx#Timer!B6",
    ]
    assert skipped(intake) == [(5, "section"), (7, "total")]
    assert intake.rows_read == 4


def test_a_name_alone_above_its_rows_is_the_mentor_until_the_next_one() -> None:
    rows: Rows = [
        ["Forløb", "Dato", "Timer"],
        ["Åse Thomsen"],
        ["159-00012", "03-03-2016", 1],
        ["M-02"],
        ["159-00012", "03-03-2016", 2],
        [None, None, "hel dag"],
    ]
    section = '[[table.section]]\nfield = "mentor_id"\nalone = true'
    intake = taken(rows, hours_table(PLACEMENT, DATE, HOURS, sections=section))
    assert values(intake, "mentor_id", "hours")[:2] == [("M-01", "1.00"), ("M-02", "2.00")]
    assert [row.cells["mentor_id"] for row in intake.rows][:2] == ["t.xlsx#Timer!A2", "t.xlsx#Timer!A4"]
    assert skipped(intake) == [(2, "section"), (4, "section")]


def test_tables_below_one_another_each_with_its_placement_above() -> None:
    rows: Rows = [
        ["Forløb: 159-00012"],
        ["Dato", "Mentor", "Timer"],
        ["03-03-2016", "M-01", 1],
        ["Sum", None, 1],
        [],
        ["Forløb:", "157-00001"],
        ["Timer", "Dato", "Mentor"],
        [2, "04-03-2016", "M-02"],
        ["Dato", "Mentor", "Timer"],
        ["05-03-2016", "M-02", 3],
    ]
    section = '[[table.section]]\nfield = "placement_id"\nlabel = ["Forløb"]'
    more = 'skip = [{ why = "subtotal", first = ["Sum"] }]'
    intake = taken(rows, hours_table(DATE, MENTOR, HOURS, more=more, sections=section))
    assert values(intake, "placement_id", "date", "mentor_id", "hours") == [
        ("159-00012", "2016-03-03", "M-01", "1.00"),
        ("157-00001", "2016-03-04", "M-02", "2.00"),
        ("157-00001", "2016-03-05", "M-02", "3.00"),
    ]
    assert [row.cells["placement_id"] for row in intake.rows] == ["t.xlsx#Timer!A1"] + ["t.xlsx#Timer!B6"] * 2
    assert skipped(intake) == [
        (4, "subtotal"),
        (6, "section"),
        (7, "repeated-header"),
        (9, "repeated-header"),
    ]


def test_two_kinds_of_tables_take_turns_down_the_sheet() -> None:
    attended = '{ field = "attended_hours", names = ["Mødt"] }'
    rows: Rows = [
        ["Forløb", "Dato", "Mødt"],
        ["159-00012", "03-03-2016", 7],
        [],
        ["Forløb", "Dato", "Mentor", "Timer"],
        ["159-00012", "04-03-2016", "M-01", 1],
        ["Forløb", "Dato", "Mødt"],
        ["157-00001", "05-03-2016", 6],
        ["Forløb", "Dato", "Mentor", "Timer"],
        ["157-00001", "06-03-2016", "M-02", 2],
    ]
    intake = taken(
        rows, attendance_table(PLACEMENT, DATE, attended), hours_table(PLACEMENT, DATE, MENTOR, HOURS)
    )
    assert [(row.table, row.values["placement_id"], row.values["date"]) for row in intake.rows] == [
        ("attendance", "159-00012", "2016-03-03"),
        ("attendance", "157-00001", "2016-03-05"),
        ("mentor_hours", "159-00012", "2016-03-04"),
        ("mentor_hours", "157-00001", "2016-03-06"),
    ]
    assert skipped(intake) == [(6, "repeated-header"), (8, "repeated-header")]


def test_tables_with_the_same_headings_are_told_apart_by_the_line_above() -> None:
    rows: Rows = [
        ["Virksomhedens mentor"],
        ["Forløb", "Dato", "Mentor", "Timer"],
        ["159-00012", "03-03-2016", "M-01", 1],
        [],
        ["Jobcentrets mentor"],
        ["Forløb", "Dato", "Mentor", "Timer"],
        ["159-00012", "03-03-2016", "M-02", 2],
    ]
    columns = (PLACEMENT, DATE, MENTOR, HOURS)
    company = hours_table(*columns, more='title = ["Virksomhedens*"]').replace(
        "{ ", '{ reporter = "company", ', 1
    )
    jobcentre = hours_table(*columns, more='title = ["Jobcentrets*"]')
    intake = taken(rows, company, jobcentre)
    assert values(intake, "reporter", "mentor_id", "hours") == [
        ("company", "M-01", "1.00"),
        ("jobcentre", "M-02", "2.00"),
    ]
    assert [row.cells["hours"] for row in intake.rows] == ["t.xlsx#Timer!D3", "t.xlsx#Timer!D7"]


def test_a_line_of_text_above_a_heading_is_no_record_though_the_layout_does_not_name_it() -> None:
    attended = '{ field = "attended_hours", names = ["Mødt"] }'
    rows: Rows = [
        ["Mentortimer, marts"],
        ["Forløb", "Dato", "Mentor", "Timer"],
        ["159-00012", "03-03-2016", "M-01", 1],
        ["159-00012"],
        [],
        ["Udskrevet af Anna"],
        ["Fremmøde, marts"],
        [],
        ["Forløb", "Dato", "Mødt"],
        ["159-00012", "04-03-2016", 7],
        ["Mentortimer, april"],
        ["Forløb", "Dato", "Timer", "Mentor"],
        ["159-00012", "05-04-2016", 2, "M-02"],
    ]
    intake = taken(
        rows, attendance_table(PLACEMENT, DATE, attended), hours_table(PLACEMENT, DATE, MENTOR, HOURS)
    )
    assert [(row.table, row.values["date"]) for row in intake.rows] == [
        ("attendance", "2016-03-04"),
        ("mentor_hours", "2016-03-03"),
        ("mentor_hours", None),
        ("mentor_hours", "2016-04-05"),
    ]
    assert sorted(skipped(intake)) == [(6, "title"), (7, "title"), (11, "title"), (12, "repeated-header")]
    assert intake.rows_read == len(intake.rows) + len(intake.skipped)


def test_a_record_of_one_word_that_no_heading_follows_stays_a_record() -> None:
    rows: Rows = [
        ["Forløb", "Dato", "Mentor", "Timer"],
        ["159-00012", "03-03-2016", "M-01", 1],
        *([f"159-0001{number}x"] for number in range(9)),
        ["159-00012", "04-03-2016", "M-01", 2],
    ]
    intake = taken(rows, hours_table(PLACEMENT, DATE, MENTOR, HOURS))
    assert [row.cells["placement_id"] for row in intake.rows] == [
        f"t.xlsx#Timer!A{row}" for row in range(2, 13)
    ]


def test_a_table_whose_title_is_not_there_says_so() -> None:
    rows: Rows = [["Forløb", "Dato", "Mentor", "Timer"]]
    with pytest.raises(IntakeRefused) as refusal:
        taken(rows, hours_table(PLACEMENT, DATE, MENTOR, HOURS, more='title = ["Virksomhedens*"]'))
    assert "lacks the column “Virksomhedens*”" in str(refusal.value)


def test_a_two_row_heading_at_a_page_break_is_no_record_even_in_another_order() -> None:
    rows: Rows = [
        [None, None, "Mentor"],
        ["Forløb", "Dato", "Navn", "Timer"],
        ["159-00012", "03-03-2016", "M-01", 1],
        ["Mentor"],
        ["Navn", "Timer", "Forløb", "Dato"],
        ["M-02", 2, "159-00012", "04-03-2016"],
    ]
    columns = (
        PLACEMENT,
        DATE,
        '{ field = "mentor_id", group = ["Mentor"], names = ["Navn"] }',
        '{ field = "hours", group = ["Mentor"], names = ["Timer"] }',
    )
    intake = taken(rows, hours_table(*columns, more="header_rows = 2"))
    assert values(intake, "mentor_id", "hours") == [("M-01", "1.00"), ("M-02", "2.00")]
    assert skipped(intake) == [(4, "repeated-header"), (5, "repeated-header")]


def test_a_merged_cell_holds_for_its_rows_and_no_further() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Timer"
    rows: Rows = [
        ["Forløb", "Dato", "Mentor", "Timer"],
        ["159-00012", "03-03-2016", "M-01", 1],
        [None, "04-03-2016", "M-01", 2],
        [None, "05-03-2016", "M-01", 3],
    ]
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells("A2:A3")
    carried = '{ field = "placement_id", names = ["Forløb"], carry = "merged" }'
    intake = take("t.xlsx", saved(book), layout(hours_table(carried, DATE, MENTOR, HOURS)))
    assert values(intake, "placement_id") == [("159-00012",), ("159-00012",), (None,)]
    assert intake.rows[1].cells["placement_id"] == "t.xlsx#Timer!A2"


TIMES = '{ field = "_times", names = ["Tid"] }'
PAUSE = '{ field = "_break", names = ["Pause"], optional = true }'


@pytest.mark.parametrize(
    ("typed", "pause", "more", "found"),
    [
        ("08:00-15:30", None, "", ("08:00:00", "15:30:00", "7.50")),
        ("8.00 – 15.30", 30, "", ("08:00:00", "15:30:00", "7.00")),
        ("kl. 8 til 15", "0:30", "", ("08:00:00", "15:00:00", "6.50")),
        ("8-12", "½ time", "", ("08:00:00", "12:00:00", "3.50")),
        ("8-12", "15 min", "", ("08:00:00", "12:00:00", "3.75")),
        ("22:00-06:00", None, "overnight = true", ("22:00:00", "06:00:00", "8.00")),
        ("22:00-06:00", None, "", ("22:00:00", "06:00:00", "-16.00")),
    ],
)
def test_two_times_in_one_cell_are_start_end_and_hours(
    typed: str, pause: object, more: str, found: tuple[str, ...]
) -> None:
    rows: Rows = [
        ["Forløb", "Dato", "Mentor", "Tid", "Pause"],
        ["159-00012", "03-03-2016", "M-01", typed, pause],
    ]
    table = hours_table(PLACEMENT, DATE, MENTOR, TIMES, PAUSE, more=f"hours_from_times = true\n{more}")
    intake = taken(rows, table)
    assert values(intake, "start_time", "end_time", "hours") == [found]
    assert intake.rows[0].cells["hours"] == "t.xlsx#Timer!D2" + ("+t.xlsx#Timer!E2" if pause else "")
    assert intake.faults == ()


def test_times_that_are_none_are_a_fault_and_give_no_hours() -> None:
    rows: Rows = [["Forløb", "Dato", "Mentor", "Tid"], ["159-00012", "03-03-2016", "M-01", "hele dagen"]]
    table = hours_table(PLACEMENT, DATE, MENTOR, TIMES, more="hours_from_times = true")
    intake = taken(rows, table)
    assert values(intake, "start_time", "hours") == [("hele dagen", None)]
    assert [fault.field for fault in intake.faults] == ["end_time", "start_time"]
    assert intake.doubts[0] == Doubt("unreadable", "t.xlsx#Timer!D2", "start_time")


def test_attendance_from_come_and_gone_less_a_fixed_break() -> None:
    rows: Rows = [
        ["Forløb", "Dato", "Kom", "Gik"],
        ["159-00012", "03-03-2016", dt.time(8, 0), "14.45"],
        ["159-00012", "04-03-2016", None, None],
        ["159-00012", "05-03-2016", "8:00", "x"],
    ]
    columns = (
        PLACEMENT,
        DATE,
        '{ field = "_start", names = ["Kom"] }',
        '{ field = "_end", names = ["Gik"] }',
    )
    table = attendance_table(*columns, more='hours_from_times = true\nconstants = { _break = "30" }')
    intake = taken(rows, table)
    assert values(intake, "date", "attended_hours") == [
        ("2016-03-03", "6.25"),
        ("2016-03-04", None),
        ("2016-03-05", "8:00 x 30"),
    ]
    assert intake.rows[0].cells["attended_hours"] == "t.xlsx#Timer!C2+t.xlsx#Timer!D2"
    assert [(fault.type, fault.field) for fault in intake.faults] == [("type-error", "attended_hours")]


def test_one_column_gives_both_date_and_time() -> None:
    rows: Rows = [
        ["Forløb", "Mentor", "Fra", "Til"],
        ["159-00012", "M-01", "03-03-2016 09:30", "03-03-2016 kl. 11.00"],
        ["159-00012", "M-01", dt.datetime(2016, 3, 4, 9, 0), dt.datetime(2016, 3, 4, 10, 20)],  # noqa: DTZ001 (as openpyxl takes them)
    ]
    columns = (
        PLACEMENT,
        MENTOR,
        '{ field = "date", names = ["Fra"] }',
        '{ field = "start_time", names = ["Fra"] }',
        '{ field = "end_time", names = ["Til"] }',
    )
    intake = taken(rows, hours_table(*columns, more="hours_from_times = true"))
    assert values(intake, "date", "start_time", "end_time", "hours") == [
        ("2016-03-03", "09:30:00", "11:00:00", "1.50"),
        ("2016-03-04", "09:00:00", "10:20:00", "1.33"),
    ]


def test_what_stands_in_brackets_behind_the_hours_is_the_absence() -> None:
    attended = (
        '{ field = "attended_hours", names = ["Mødt"], brackets = "absence", codes = { syg = "sick" } }'
    )
    rows: Rows = [
        ["Forløb", "Dato", "Mødt"],
        ["159-00012", "01-03-2016", "3,5 (syg)"],
        ["159-00012", "02-03-2016", "(ferie)"],
        ["159-00012", "03-03-2016", "3 t 15"],
        ["159-00012", "04-03-2016", "08:00-15:30"],
        ["159-00012", "07-03-2016", "7,5 (hos lægen)"],
    ]
    intake = taken(rows, attendance_table(PLACEMENT, DATE, attended))
    assert values(intake, "attended_hours", "absence") == [
        ("3.50", "sick"),
        (None, "holiday"),
        ("3.25", None),
        ("7.50", None),
        ("7.50", "hos lægen"),
    ]
    assert intake.rows[0].cells["absence"] == "t.xlsx#Timer!C2"


def test_day_headings_without_a_year_take_the_years_column_and_are_a_finding_without_one() -> None:
    wide = '[[table.wide]]\nfield = "attended_hours"\nheader = "dates"\ndates = ["d/m"]'
    rows: Rows = [["Forløb", "År", "3/3", "4/3"], ["159-00012", 2016, 7, 6], ["157-00001", None, None, 5]]
    year = '{ field = "_year", names = ["År"] }'
    intake = taken(rows, attendance_table(PLACEMENT, year, sections=wide))
    assert values(intake, "date", "attended_hours") == [
        ("2016-03-03", "7.00"),
        ("2016-03-04", "6.00"),
        ("4/3", "5.00"),
    ]
    assert intake.doubts == (Doubt("ambiguous", "t.xlsx#Timer!D1", "date"),)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ([["Forløb: 159-00012"], ["Jobcenter:", "Gladsaxe"]], "159-00012"),
        ([["Forløb:", None, "159-00012"]], "159-00012"),
        ([["FORLØB", "Sag 12"]], "159-00012"),
        ([["Mentortimer"], ["Jobcenter: Gladsaxe", "Forløb : 159-00012"]], "159-00012"),
    ],
)
def test_a_fact_of_the_title_block_is_found_by_its_label(title: Rows, found: str) -> None:
    rows: Rows = [*title, ["Dato", "Mentor", "Timer"], ["03-03-2016", "M-01", 1]]
    cell = '[[table.cell]]\nfield = "placement_id"\nlabel = ["Forløb"]'
    intake = taken(rows, hours_table(DATE, MENTOR, HOURS, sections=cell))
    assert values(intake, "placement_id") == [(found,)]


def test_an_empty_label_does_not_take_the_next_label_for_its_value() -> None:
    rows: Rows = [["Forløb:", None, "Jobcenter:", "Gladsaxe"], ["Dato", "Mentor", "Timer"]]
    cell = '[[table.cell]]\nfield = "placement_id"\nlabel = ["Forløb"]'
    with pytest.raises(IntakeRefused) as refusal:
        taken(rows, hours_table(DATE, MENTOR, HOURS, sections=cell))
    assert "lacks the column “Forløb”" in str(refusal.value)


def book_of(sheets: dict[str, Rows]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


@pytest.mark.parametrize(
    ("names", "cell", "heading", "dates"),
    [
        (
            ["Marts 2016", "April 2016"],
            'field = "_month"\nsheet_name = true',
            [1, 15],
            ["2016-03-01", "2016-03-15", "2016-04-01", "2016-04-15"],
        ),
        (
            ["Uge 9", "uge 10"],
            'field = "_week"\nsheet_name = true',
            ["Mandag", "Fredag"],
            ["2016-02-29", "2016-03-04", "2016-03-07", "2016-03-11"],
        ),
    ],
)
def test_a_sheet_per_month_or_week_is_dated_by_its_name(
    names: list[str], cell: str, heading: list[object], dates: list[str]
) -> None:
    kind = "days" if heading[0] == 1 else "weekdays"
    more = 'constants = { _year = "2016" }'
    wide = f'[[table.cell]]\n{cell}\n[[table.wide]]\nfield = "attended_hours"\nheader = "{kind}"'
    rows: Rows = [["Forløb", *heading], ["159-00012", 7, 6]]
    content = book_of(dict.fromkeys(names, rows))
    intake = take("t.xlsx", content, layout(attendance_table(PLACEMENT, more=more, sections=wide)))
    assert [date for (date,) in values(intake, "date")] == dates


MISSPELT = hours_table(PLACEMENT, '{ field = "date", names = ["Dato for samtale"] }', MENTOR, HOURS)


@pytest.mark.parametrize(
    ("heading", "misspelt"),
    [
        (["Forlob", "Dato for samtale", "Mentor", "Timer"], [("A1", "Forlob", "Forløb")]),
        (
            ["Forløb", "Dato for smatale", "Mentro", "Timer"],
            [("B1", "Dato for smatale", "Dato for samtale"), ("C1", "Mentro", "Mentor")],
        ),
        (["Forløb", "Datoen for samtalen", "Mentor", "Timer"], None),
        (["Forlob", "Dato for samtalen", "Mentro", "Timre"], None),
        (["Forlob", "Forlb", "Dato for samtale", "Mentor", "Timer"], None),
        (["Forløb", "Dato for samtale", "Mentor 2", "Timer"], None),
    ],
)
def test_a_misspelt_heading_counts_where_nothing_else_can_be_meant_and_is_said(
    heading: list[object], misspelt: list[tuple[str, str, str]] | None
) -> None:
    row: list[object] = ["159-00012", "03-03-2016", "M-01", 1]
    rows: Rows = [heading, row if len(heading) == 4 else ["x", *row]]
    if misspelt is None:
        with pytest.raises(IntakeRefused, match="fits no layout; for the nearest, made"):
            taken(rows, MISSPELT)
        return
    intake = taken(rows, MISSPELT)
    assert values(intake, "placement_id", "date", "mentor_id", "hours") == [
        ("159-00012", "2016-03-03", "M-01", "1.00")
    ]
    said = tuple(
        f"t.xlsx#Timer!{cell}: the heading “{text}” was read as “{word}”." for cell, text, word in misspelt
    )
    assert intake.notices == intake.guessed == said


def test_a_layout_may_ask_for_its_very_words() -> None:
    rows: Rows = [["Forlob", "Dato for samtale", "Mentor", "Timer"]]
    with pytest.raises(IntakeRefused):
        taken(rows, MISSPELT, match='spelling = "exact"')


def test_a_layout_whose_words_are_all_there_goes_before_a_near_one() -> None:
    rows: Rows = [["Forlob", "Dato for samtale", "Mentor", "Timer"], ["159-00012", "03-03-2016", "M-01", 1]]
    exact = layout(MISSPELT.replace('"Forløb"', '"Forlob"'), name="exact")
    intake = take("t.xlsx", workbook(rows), layout(MISSPELT), exact)
    assert (intake.layout, intake.guessed) == ("exact", ())


def test_an_optional_column_that_is_misspelt_is_read_and_said() -> None:
    note = '{ field = "note", names = ["Bemærkning"], optional = true }'
    rows: Rows = [
        ["Forløb", "Dato", "Mentor", "Timer", "Bemærking"],
        ["159-00012", "03-03-2016", "M-01", 1, "kort"],
    ]
    intake = taken(rows, hours_table(PLACEMENT, DATE, MENTOR, HOURS, note))
    assert values(intake, "note") == [("kort",)]
    assert intake.guessed == ("t.xlsx#Timer!E1: the heading “Bemærking” was read as “Bemærkning”.",)


def test_rows_read_are_rows_mapped_and_skipped_whatever_the_sheet_does() -> None:
    rows: Rows = [
        ["Uge 9"],
        ["Forløb", "Dato", "Mentor 1", "Timer 1", "Mentor 2", "Timer 2"],
        ["159-00012", "03-03-2016", "M-01", 1, "M-02", 2],
        ["Forløb", "Dato", "Mentor 1", "Timer 1", "Mentor 2", "Timer 2"],
        ["Uge 10"],
        ["159-00012", "09-03-2016"],
    ]
    section = '[[table.section]]\nfield = "note"\nfirst = ["Uge *"]'
    intake = taken(rows, hours_table(PLACEMENT, DATE, *SIDE, sections=section))
    assert intake.rows_read == len(intake.rows) + len(intake.skipped) == 5
    assert intake.skipped[0] == SkippedRow("t.xlsx", "Timer", 4, "repeated-header")
    assert [row.values["note"] for row in intake.rows] == ["Uge 9", "Uge 9"]


@pytest.mark.parametrize(
    ("text", "word", "near"),
    [
        ("Antla timer (brutto)", "Antal timer*", True),
        ("Dato for samtlae", "* samtale", True),
        ("Samtaledto", "*dato", False),
        ("Antal timer (brutto)", "Antal timer*", False),
        ("Antal dage", "Antal timer*", False),
        ("Tiemr uge 12", "Timer uge 12*", True),
        ("Tiemr uge 13", "Timer uge 12*", False),
        ("Mentorens nvan", "*navn*", False),
        ("Tme", "Time*", False),
    ],
)
def test_of_a_word_with_a_star_the_rest_may_be_misspelt(text: str, word: str, near: bool) -> None:
    assert is_near(text, word) is near


def test_a_misspelt_heading_is_taken_for_a_word_with_a_star() -> None:
    rows: Rows = [
        ["Forløb", "Dato", "Mentor", "Antla timer (1. halvår)"],
        ["159-00012", "03-03-2016", "M-01", 1],
    ]
    hours = '{ field = "hours", names = ["Antal timer*"] }'
    intake = taken(rows, hours_table(PLACEMENT, DATE, MENTOR, hours))
    assert values(intake, "hours") == [("1.00",)]
    assert intake.guessed == (
        "t.xlsx#Timer!D1: the heading “Antla timer (1. halvår)” was read as “Antal timer*”.",
    )

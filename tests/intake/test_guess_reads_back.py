"""A guessed layout reads the very file it was guessed from: what it would find elsewhere is mended, asked about, or refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from exchange.errors import IntakeRefused, LayoutError
from exchange.intake.cells import Cell, Row
from exchange.intake.crosswalk import Crosswalk, Known, KnownPlacement
from exchange.intake.guessing.guess import Guess, as_proposed, guess_layout
from exchange.intake.headings import Lacking, heading_at
from exchange.intake.layout import read_layout
from exchange.intake.read import read_file
from exchange.language import use
from exchange.parties import parse_party
from tests.intake.guess_variations import Sheet, workbook


@pytest.fixture(autouse=True)
def _in_english() -> None:
    use("en")


def hours_sheet(*above: tuple[object, ...], hours: str = "Timer", name: str = "Timer") -> Sheet:
    sheet = Sheet("timer.xlsx", name)
    for row in above:
        sheet.add(*row)
    sheet.add("Forløb", "Dato", "Mentor", hours, "Aktivitet")
    for day in range(1, 9):
        sheet.add("159-00012", date(2016, 3, day), "Åse Thomsen", 1.5, "Oplæring")
    return sheet


def guessed(*sheets: Sheet) -> Guess:
    return guess_layout("timer.xlsx", workbook(*sheets), parse_party("159"))


def test_a_heading_with_a_star_for_a_footnote_is_not_read_as_any_other_heading() -> None:
    sheet = Sheet("timer.xlsx", "Fremmøde")
    sheet.add("Forløb", "Dato", "Timer", "Timer*")
    for day in range(1, 9):
        sheet.add("159-00012", date(2016, 3, day), 4, day / 2)
    guess = guessed(sheet)

    strayed = [
        (column.field, column.number)
        for table in guess.proposal.tables
        for column in table.columns
        if column.field
    ]
    for row in guess.intake.rows:
        for field, number in strayed:
            if field in row.cells:
                assert re.sub(r".*!([A-Z]+)\d+", r"\1", row.cells[field]) == "ABCD"[number - 1]


def test_a_label_whose_value_is_missing_is_no_fact_of_the_layout() -> None:
    sheet = Sheet("timer.xlsx", "Timer")
    sheet.add("Mentor:", "Mentor:")
    sheet.add("Forløb", "Dato", "Timer", "Aktivitet")
    for day in range(1, 9):
        sheet.add("159-00012", date(2016, 3, day), 1.5, "Oplæring")
    guess = guessed(sheet)

    assert [cell.field for table in guess.proposal.tables for cell in table.cells] == []
    assert ("missing", "mentor_id") in {(doubt.what, doubt.field) for doubt in guess.proposal.doubts}
    assert len(guess.intake.rows) == 8


def test_weekdays_of_no_week_are_left_out_and_asked_about() -> None:
    sheet = Sheet("timer.xlsx", "Fremmøde")
    sheet.add("Forløb", "Planlagt", "Man", "Tirs", "Ons", "Tors", "Fre")
    for _week in range(8):
        sheet.add("159-00012", 4, 4, 3.5, 4, 0, 4)
    guess = guessed(sheet)

    asked = [doubt for doubt in guess.proposal.doubts if doubt.what == "period"]
    assert [doubt.alternatives for doubt in asked] == [("_week",), ("_year",)]
    assert not guess.settled
    assert (
        "# The headings of Attended hours are days that could be of any time: give _week by a cell, a column or a constant, and remove #.\n"
        in guess.text
    )
    assert '\n# header = "weekdays"\n' in guess.text


def test_a_row_that_begins_with_an_empty_text_still_ends_a_table() -> None:
    above = hours_sheet()
    above.rows += [[], ["", "Fremmøde i marts"], ["Forløb", "Dato", "Planlagt", "Mødt"]]
    above.rows += [["159-00012", date(2016, 3, day), 4, 4] for day in range(1, 9)]
    guess = guessed(above)

    assert {row.table for row in guess.intake.rows} == {"mentor_hours", "attendance"}
    assert sum(row.table == "mentor_hours" for row in guess.intake.rows) == 8


def test_a_public_holiday_in_a_days_cell_says_what_it_makes_of_the_plan() -> None:
    sheet = Sheet("timer.xlsx", "Fremmøde")
    sheet.add("Forløb", "Planlagt", *(date(2016, 3, day) for day in range(21, 26)))
    sheet.add("159-00012", 4, 4, 4, 4, "H", "H")
    sheet.add("159-00017", 4, 4, 4, 4, "H", "H")
    sheet.add("H = helligdag, S = syg")
    guess = guessed(sheet)

    assert guess.text.count("“H” is a public holiday, so planned hours are set to 0.00 that day") == 1


def test_a_layout_that_maps_no_row_is_not_settled() -> None:
    guess = guessed(hours_sheet())
    assert guess.settled
    assert not replace(guess, intake=replace(guess.intake, rows=())).settled


def test_a_column_by_letter_lacks_by_its_letter() -> None:
    layout = read_layout(
        'name = "two"\ntitle_da = "x"\ntitle_en = "x"\n[match]\nkind = "xlsx"\n[[table]]\ntable = "mentor_hours"\nheader_rows = 2\n'
        '[[table.column]]\nfield = "date"\nat = "A"\n[[table.column]]\nfield = "hours"\nnames = ["Timer"]\n',
        "two.toml",
    ).tables[0]
    above, row = Row(1, {2: Cell(2, "Timer")}), Row(2, {3: Cell(3, "x")})

    assert heading_at(row, above, layout, ()) == Lacking(0, ("A", "Timer"))


def test_a_heading_of_letters_alone_is_refused_when_the_layout_is_read() -> None:
    with pytest.raises(LayoutError) as refused:
        read_layout(
            'name = "at"\ntitle_da = "x"\ntitle_en = "x"\n[match]\nkind = "xlsx"\n[[table]]\ntable = "mentor_hours"\n'
            '[[table.column]]\nfield = "date"\nat = "A"\n',
            "at.toml",
        )
    assert str(refused.value) == (
        "at.toml, key table[1].column: one column must be found by its heading (names), or write header_rows = 0."
    )


def test_what_does_not_read_its_own_file_is_refused() -> None:
    content = workbook(hours_sheet())
    proposal = guess_layout("timer.xlsx", content, parse_party("159")).proposal
    strange = tuple(
        replace(table, fields=tuple(replace(field, names=("Nowhere",)) for field in table.fields))
        for table in proposal.tables
    )

    with pytest.raises(IntakeRefused) as refused:
        as_proposed("timer.xlsx", content, replace(proposal, tables=strange), parse_party("159"))
    assert str(refused.value) == (
        "What was proposed for timer.xlsx does not read the file itself (timer.xlsx fits no layout; for the nearest, timer, "
        "the sheet “Timer” lacks the column “Nowhere”, “Nowhere”, “Nowhere”, “Nowhere”, “Nowhere”: correct the file or write a layout); "
        "write a layout by hand (docs/layouts.md)."
    )


def without_marks(text: str, *begins: str) -> str:
    """Take the # away from the lines that begin so, as a person does who agrees."""
    return "\n".join(
        line.removeprefix("# ") if line.startswith(tuple(f"# {begin}" for begin in begins)) else line
        for line in text.splitlines()
    )


def test_what_is_suggested_behind_marks_is_a_layout_that_a_person_may_agree_to() -> None:
    sheet = Sheet("marts.xlsx", "Timer")
    sheet.add("Mentorregnskab for marts")
    sheet.add("Sagsnr", "Dato", "Mentor", "Timer")
    for day in range(1, 9):
        sheet.add(4711 + day, date(2016, 3, day), "Anna Hørup", 1.5)
    sheet.add("I alt", None, None, 12)
    content = workbook(sheet)
    guess = guess_layout("marts.xlsx", content, parse_party("159"))
    agreed = without_marks(
        guess.text, "words", "prefix", "[[table.total]]", "measure", "skipped", 'field = "hours"'
    )

    layout = read_layout(agreed, f"{guess.layout.name}.toml")
    intake = read_file(
        "marts.xlsx", content, layouts=[layout], sender=parse_party("159"), crosswalk=Crosswalk(),
        known=Known(placements={"159-4712": KnownPlacement("159", "AFT-1")}),
        trainee_key=lambda: b"a key",
    )  # fmt: skip

    assert guess.layout.words == ()
    assert layout.words == ("Mentorregnskab*",)
    assert next(iter(intake.rows)).values["placement_id"] == "159-4712"
    assert [row.values for row in intake.rows if row.table == "control_totals"] == [
        {"source": "marts.xlsx#Timer", "measure": "mentor_hours.sum", "stated": "12"}
    ]

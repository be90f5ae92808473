"""``form``: one party's Excel form out, filled in by hand, and back into the workspace without a layout."""

from __future__ import annotations

import io
from pathlib import Path
from typing import cast

import pytest
from openpyxl import Workbook, load_workbook

from tests.cli import small
from tests.conftest import CommandLine, Said
from tests.form.blanks import column_of

MARCH = "2016-03-01..2016-03-31"
FORM = "form_AFT-1_12345678_2016-03-01_2016-03-31.xlsx"


def write(enblanket: CommandLine, party: str = "12345678", *more: str) -> Said:
    return enblanket("form", "write", "--agreement", "AFT-1", "--party", party, "--period", MARCH, *more)


def filled_in(path: Path) -> Path:
    """Correct one known row and add another, as a person does."""
    book = load_workbook(path)
    sheet = book.worksheets[1]
    sheet.cell(8, column_of(sheet, "hours")).value = 1.5
    for field, value in {
        "placement_id": "159-00012", "mentor_id": "M-01", "date": "10-03-2016", "hours": "7,5", "activity": "Samtale"
    }.items():  # fmt: skip
        sheet.cell(10, column_of(sheet, field)).value = value
    return saved(book, path.with_name("udfyldt.xlsx"))


def saved(book: Workbook, path: Path) -> Path:
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return path


def test_a_form_is_written_with_what_the_party_reported(filled: CommandLine) -> None:
    said = write(filled)

    path = filled.here / "outbox" / FORM
    assert said.code == 0
    assert said.out.splitlines() == [
        str(path),
        "Rows filled in beforehand:",
        "  Mentor hours         3",
        "  Attendance           0",
    ]
    assert said.err == ""
    sheet = load_workbook(path).worksheets[1]
    assert [sheet.cell(row, column_of(sheet, "hours")).value for row in (7, 8, 9, 10)] == [1.5, 15, 2, None]


def test_a_program_reads_where_the_form_lies(filled: CommandLine) -> None:
    said = write(filled, "159", "--table", "placements", "--out", "a.xlsx", "--format", "json")

    assert said.records == [
        {"file": str(filled.here / "a.xlsx"), "tables": {"placements": 1}, "hidden": 0, "left_out": 0}
    ]


def test_the_form_in_danish(filled: CommandLine) -> None:
    said = write(filled, "12345678", "--lang", "da")

    assert said.code == 0
    assert load_workbook(said.out.splitlines()[0]).worksheets[1].title == "Mentortimer"


def test_a_filled_form_is_shown_and_taken_without_a_layout(filled: CommandLine) -> None:
    write(filled)
    form = filled_in(filled.here / "outbox" / FORM)

    shown = filled("form", "read", str(form))
    taken = filled("take", str(form), "--from", "12345678", "--format", "json")

    assert shown.code == 0
    assert shown.out.splitlines() == [
        "udfyldt.xlsx: layout form, 4 rows read, 4 mapped, 0 skipped.",
        "  mentor_hours     4",
    ]
    assert shown.err.splitlines() == ["Nothing was stored (--dry-run)."]
    assert taken.code == 0
    rows = [record["row"] for record in taken.records[:-1]]
    assert [(row["entry_id"], row["date"], row["hours"]) for row in rows] == [  # type: ignore[index]
        ("12345678:1", "2016-03-01", "1.50"),
        ("12345678:2", "2016-03-03", "1.50"),
        ("12345678:3", "2016-03-08", "2.00"),
        ("12345678:159-00012:2016-03-10:M-01:01", "2016-03-10", "7.50"),
    ]
    assert taken.records[-2]["cells"]["hours"] == "udfyldt.xlsx#Mentor hours!F10"  # type: ignore[index]


def test_form_taken_and_form_again_say_the_same(filled: CommandLine) -> None:
    write(filled)
    form = filled_in(filled.here / "outbox" / FORM)
    assert filled("take", str(form), "--from", "12345678").code == 0

    again = write(filled, "12345678", "--out", "again.xlsx")
    read = filled("form", "read", "again.xlsx")

    assert "  Mentor hours         4" in again.out.splitlines()
    assert "again.xlsx is as it was sent out: nothing was filled in or changed." in read.err.splitlines()


def test_reading_stores_nothing(filled: CommandLine) -> None:
    write(filled)
    before = {path for path in filled.here.rglob("*") if path.is_file()}

    filled("form", "read", str(filled.here / "outbox" / FORM))

    assert {path for path in filled.here.rglob("*") if path.is_file()} == before


def test_a_cell_that_cannot_be_read_is_a_finding_at_its_cell(filled: CommandLine) -> None:
    write(filled)
    book = load_workbook(filled.here / "outbox" / FORM)
    book.worksheets[1].cell(7, column_of(book.worksheets[1], "hours")).value = "1.234"
    form = saved(book, filled.here / "udfyldt.xlsx")

    assert filled("form", "read", str(form)).code == 1
    assert filled("take", str(form), "--from", "12345678").code == 1
    (finding,) = [one for one in filled("check", "--format", "json").records if one["rule"] == "F-type-error"]
    (evidence,) = cast("list[dict[str, object]]", finding["evidence"])
    assert [evidence[name] for name in ("file", "sheet", "cell", "field", "value")] == [
        "udfyldt.xlsx", "Mentor hours", "F7", "hours", "1.234"
    ]  # fmt: skip


def test_forms_of_several_parties_are_read_at_once(filled: CommandLine) -> None:
    write(filled)
    write(filled, "159", "--table", "mentor_hours", "--out", "159.xlsx")

    said = filled("form", "read", "159.xlsx", f"outbox/{FORM}")

    assert said.code == 0
    assert [line for line in said.out.splitlines() if "rows read" in line] == [
        "159.xlsx: layout form, 3 rows read, 3 mapped, 0 skipped.",
        f"{FORM}: layout form, 3 rows read, 3 mapped, 0 skipped.",
    ]


def test_a_filled_form_is_never_written_over(filled: CommandLine) -> None:
    write(filled)
    path = filled.here / "outbox" / FORM
    same = write(filled)
    path.write_bytes(path.read_bytes() + b"\0")

    said = write(filled)

    assert same.code == 0
    assert said.code == 2
    assert said.err == (
        f"enblanket: {path} is there already and may be filled in: name another file with --out.\n"
    )


def test_a_cpr_number_in_a_text_is_hidden_in_the_form(filled: CommandLine) -> None:
    hours = small.HOURS_HEAD.replace("registered_on", "registered_on,note")
    sent = small.write(
        filled.here / "sent",
        mentor_hours=f"{hours}company,12345678:9,159-00012,M-01,2016-03-15,1.00,training,2016-03-15,Ring 010180-1234\n",
    )
    assert filled("take", str(sent), "--from", "12345678").code in (0, 1)

    said = write(filled, "12345678", "--out", "a.xlsx")

    assert said.code == 0
    assert b"010180-1234" not in (filled.here / "a.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("write", "--agreement", "AFT-9", "--party", "159", "--period", MARCH),
            "There is no agreement “AFT-9” here: the agreements are AFT-1.",
        ),
        (
            ("write", "--agreement", "AFT-1", "--party", "540", "--period", MARCH),
            "540 is no party of AFT-1: its parties are 12345678, 159.",
        ),
        (
            ("write", "--agreement", "AFT-1", "--party", "aud-nord", "--period", MARCH),
            "aud-nord is an audit firm and reports no facts; name a jobcentre or the company.",
        ),
        (
            ("write", "--agreement", "AFT-1", "--party", "159", "--period", "2016-03-01..2016-03-15"),
            "A form covers whole months, and 2016-03-01..2016-03-15 does not: write it as 2016-03-01..2016-03-31.",
        ),
        (
            ("write", "--agreement", "AFT-1", "--party", "12345678", "--period", MARCH, "--table", "claims"),
            (
                "The form of 12345678 has no table “claims”: it can have mentor_hours, attendance, conversations, "
                "confirmations, final_reports."
            ),
        ),
        (
            ("write", "--agreement", "AFT-1", "--party", "159"),
            "“enblanket form write” needs --period.",
        ),
        (
            ("write", "x.xlsx", "--agreement", "AFT-1", "--party", "159", "--period", MARCH),
            "“enblanket form write” reads no files; --out says where the form goes.",
        ),
        (("read",), "“enblanket form read” needs the filled forms: name the files."),
    ],
)
def test_a_mistake_is_one_sentence(filled: CommandLine, words: tuple[str, ...], sentence: str) -> None:
    said = filled("form", *words)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")


def test_another_workbook_is_no_form(filled: CommandLine) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "Timer"
    saved(book, filled.here / "andet.xlsx")

    said = filled("form", "read", "andet.xlsx")

    assert (said.code, said.err) == (
        2,
        "enblanket: andet.xlsx is not the Excel form: “enblanket take” reads other sheets, by a layout.\n",
    )


def test_a_form_sent_by_another_is_refused(filled: CommandLine) -> None:
    write(filled)

    said = filled("take", f"outbox/{FORM}", "--from", "159")

    assert (said.code, said.err) == (
        2,
        f"enblanket: {FORM} is the form of 12345678, not of 159: take it with --from 12345678.\n",
    )

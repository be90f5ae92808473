"""``enblanket layout``: what it proposes, lists, shows and tries, as its user sees it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.conftest import CommandLine

MESSY = Path(__file__).parent.parent / "data" / "messy" / "seed_1" / "files"
SURE = "Sagsnr;Dato;Mentor;Timer;Aktivitet\n" + "".join(
    f"159-0001{row % 3};{row + 10:02}-03-2016;Åse Thomsen;{row % 4},5;Samtale\n" for row in range(12)
)
DOUBTFUL = "Sagsnr;Dato;Mentor;Timer;Aktivitet\n" + "".join(
    f"159-00012;{row + 1:02}/04-16;Åse Thomsen;1,5;Samtale\n" for row in range(9)
)


@pytest.fixture
def anywhere(tmp_path: Path) -> CommandLine:
    """A command line in a folder that is no workspace."""
    (tmp_path / "sure.csv").write_text(SURE, "utf-8")
    (tmp_path / "doubtful.csv").write_text(DOUBTFUL, "utf-8")
    return CommandLine(tmp_path)


def test_a_sure_guess_is_0_and_tells_columns_rows_and_the_layout(anywhere: CommandLine) -> None:
    said = anywhere("layout", "guess", "sure.csv", "--from", "159")

    assert said.code == 0
    assert said.out.startswith("Mentor hours, heading in row 1, ")
    assert (
        "  D   Timer                        → Hours                   99 %  by its heading and its cells\n"
        in said.out
    )
    assert "12 rows read, 12 mapped, 0 skipped, 0 cells unreadable.\n" in said.out
    assert "Everything was sure.\n" in said.out
    assert '[[table.column]]\nfield = "hours"\nnames = ["Timer"]\n' in said.out


def test_a_date_with_two_readings_is_1_and_is_left_out_with_both_written_down(anywhere: CommandLine) -> None:
    said = anywhere("layout", "guess", "doubtful.csv", "--from", "159")

    assert said.code == 1
    assert "  - The dates in Date can be read as d/m-yy or m/d-yy: write the one that is meant.\n" in said.out
    assert '# field = "date"\n# names = ["Dato"]\n# dates = ["d/m-yy"]\n# dates = ["m/d-yy"]\n' in said.out
    assert "date 2016" not in said.out


def test_json_is_an_object_per_column_table_and_first_row_and_a_summary_last(anywhere: CommandLine) -> None:
    records = anywhere("layout", "guess", "doubtful.csv", "--format", "json").records

    columns = [record for record in records if "column" in record]
    assert [(record["column"], record["heading"], record["field"]) for record in columns] == [
        ("A", "Sagsnr", "placement_id"), ("B", "Dato", "date"), ("C", "Mentor", "mentor_id"), ("D", "Timer", "hours"), ("E", "Aktivitet", "activity"),
    ]  # fmt: skip
    assert [record["left_out"] for record in columns] == [False, True, False, False, False]
    table = next(record for record in records if "header_row" in record)
    assert (table["table"], table["header_row"], table["wide"]) == ("mentor_hours", 1, None)
    rows = [record for record in records if "row" in record]
    assert len(rows) == 5
    assert rows[0]["row"] == {
        "reporter": None, "entry_id": "sender:unknown:unknown:unknown:01", "placement_id": "159-00012", "mentor_id": "…", "date": None,
        "start_time": None, "end_time": None, "hours": "1.50", "activity": "conversation", "registered_on": None, "note": None,
    }  # fmt: skip
    summary = records[-1]["summary"]
    assert isinstance(summary, dict)
    assert [
        (doubt["what"], doubt["field"], doubt["alternatives"], doubt["required"])
        for doubt in summary["doubts"]
    ] == [
        ("dates", "date", ["d/m-yy", "m/d-yy"], True),
        ("reporter", "reporter", ["company", "jobcentre"], False),
    ]
    assert summary["settled"] is False


def test_no_name_cpr_number_or_free_text_is_shown(anywhere: CommandLine) -> None:
    rows = "".join(
        f"159-0001{row};1{row}0190-4102;Hanne Kjær;2016-03-0{row + 1};2016-06-0{row + 1};Mand;Tal om gæld\n"
        for row in range(5)
    )
    (anywhere.here / "borgere.csv").write_text(
        "Sagsnr;CPR-nr;Sagsbehandler;Start;Planlagt slut;Køn;Formål\n" + rows, "utf-8"
    )

    said = anywhere("layout", "guess", "borgere.csv", "--out", "borgere.toml")
    text = (anywhere.here / "borgere.toml").read_text("utf-8")

    for secret in ("0190", "Hanne", "gæld"):
        assert secret not in said.out + said.err + text
    assert 'field = "trainee_ref"\nnames = ["CPR-nr"]\ncpr = true\n' in text


def test_a_written_layout_takes_the_file_at_once(filled: CommandLine) -> None:
    source = filled.here.parent / "sure.csv"
    source.write_text(SURE, "utf-8")

    guessed = filled("layout", "guess", str(source), "--from", "159", "--out", "layouts/ours.toml")
    taken = filled("take", str(source), "--from", "159", "--layout", "sure", "--dry-run")

    assert guessed.code == 0
    assert "Written to layouts/ours.toml: read it through" in guessed.err
    assert tomllib.loads((filled.here / "layouts" / "ours.toml").read_text("utf-8"))["name"] == "sure"
    assert "sure.csv: layout sure, 12 rows read, 12 mapped, 0 skipped.\n" in taken.out
    assert "sure" in [record["layout"] for record in filled("layout", "list", "--format", "json").records]


def test_a_written_layout_is_never_written_over(anywhere: CommandLine) -> None:
    (anywhere.here / "mine.toml").write_text("kept", "utf-8")

    said = anywhere("layout", "guess", "sure.csv", "--out", "mine.toml")

    assert (said.code, said.err) == (
        2,
        "enblanket: mine.toml is already there; name another file, or move it away.\n",
    )
    assert (anywhere.here / "mine.toml").read_text("utf-8") == "kept"


def test_a_file_like_no_table_is_refused_in_one_sentence(anywhere: CommandLine) -> None:
    (anywhere.here / "brev.csv").write_text("Kære alle\nTak for sidst\nHilsen\n", "utf-8")

    said = anywhere("layout", "guess", "brev.csv")

    assert (said.code, said.out) == (2, "")
    assert (
        said.err
        == "enblanket: Nothing in brev.csv looks like a table of the form: write a layout by hand (docs/layouts.md).\n"
    )


def test_the_forms_own_csv_needs_no_layout(anywhere: CommandLine) -> None:
    (anywhere.here / "mentors.csv").write_text(
        "mentor_id,agreement_id,employer,valid_from\nM-01,AFT-1,company,2016-01-01\n", "utf-8"
    )

    said = anywhere("layout", "guess", "mentors.csv")

    assert said.err == "enblanket: mentors.csv is the form’s own CSV and needs no layout: take it as it is.\n"


def test_test_names_the_one_layout_that_reads_the_file(anywhere: CommandLine) -> None:
    (anywhere.here / "post.csv").write_text(
        "post,dag,sag,mentor,varighed,type,oprettet,tekst\n1,2016-03-01,HV-1,Asta,1.50,Samtale,2016-03-02,\n",
        "utf-8",
    )

    said = anywhere("layout", "test", "post.csv", "--quiet")
    alone = anywhere("layout", "test", "post.csv", "--layout", "albertslund-krav", "--format", "json")

    assert said.code == 0
    assert said.out.startswith("post.csv: layout hvidovre-mentor, 1 rows read, 1 mapped, 0 skipped.\n")
    assert alone.code == 1
    assert alone.records[0]["fits"] is False
    assert alone.records[-1] == {"summary": {"file": "post.csv", "layouts": []}}


def test_show_prints_the_file_and_names_the_layouts_where_there_is_none(anywhere: CommandLine) -> None:
    shown = anywhere("layout", "show", "hvidovre-mentor")
    lost = anywhere("layout", "show", "nobody")

    assert tomllib.loads(shown.out)["name"] == "hvidovre-mentor"
    assert lost.code == 2
    assert lost.err.startswith(
        "enblanket: There is no layout “nobody”: the layouts are albertslund-borgere, "
    )


@pytest.mark.parametrize("file", ["L01.xlsx", "L02.csv", "L03.xlsx", "L04.csv", "L05.xlsx", "L06.xlsx"])
def test_json_says_the_same_twice(anywhere: CommandLine, file: str) -> None:
    line = ("layout", "guess", str(MESSY / file), "--from", "157", "--format", "json")

    assert anywhere(*line).out == anywhere(*line).out

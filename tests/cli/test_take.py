"""``take``: all or nothing, once, in the machine contract's words."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli import small
from tests.conftest import CommandLine, opened


def stored_files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def test_each_row_and_a_summary_are_json_lines(enblanket: CommandLine) -> None:
    sent = small.write(enblanket.here.parent / "sent", placements=small.PLACEMENTS)

    said = enblanket("take", str(sent / "placements.csv"), "--from", "159", "--format", "json")

    row, summary = said.records
    assert said.code == 0
    assert (row["table"], sorted(row)) == ("placements", ["cells", "row", "table"])
    assert row["row"]["planned_end"] == "2016-06-30"  # type: ignore[index]
    assert row["cells"]["planned_end"] == "placements.csv#J2"  # type: ignore[index]
    assert summary == {
        "summary": {
            "files": 1,
            "rows_read": 1,
            "rows_mapped": 1,
            "rows_skipped": 0,
            "skipped": [],
            "findings": 0,
            "waiting": 0,
            "unknown": [],
            "already_taken": [],
            "replaced": {},
            "stored": True,
            "admitted": 0,
            "reports": [
                {
                    "file": "placements.csv",
                    "sha256": hashlib.sha256((sent / "placements.csv").read_bytes()).hexdigest(),
                    "layout": "canonical",
                    "rows_read": 1,
                    "rows_mapped": 1,
                    "rows_skipped": 0,
                    "tables": {"placements": 1},
                    "skipped": [],
                    "guessed": [],
                    "doubtful": [],
                    "notices": [],
                    "already_taken": False,
                }
            ],
        }
    }


def test_the_same_file_twice_changes_nothing(enblanket: CommandLine) -> None:
    sent = small.write(
        enblanket.here.parent / "sent", placements=small.PLACEMENTS, mentor_hours=small.JOBCENTRE_HOURS
    )
    first = enblanket("take", str(sent), "--from", "159", "--format", "json")
    before = stored_files(enblanket.here), opened(enblanket.here).ledger.head()

    again = enblanket("take", str(sent), "--from", "159", "--format", "json")

    assert (stored_files(enblanket.here), opened(enblanket.here).ledger.head()) == before
    assert again.code == 0
    assert again.records[:-1] == first.records[:-1]
    assert again.records[-1]["summary"]["already_taken"] == ["mentor_hours.csv", "placements.csv"]  # type: ignore[index]
    assert again.records[-1]["summary"]["stored"] is False  # type: ignore[index]


def test_a_dry_run_stores_nothing(enblanket: CommandLine) -> None:
    sent = small.write(enblanket.here.parent / "sent", placements=small.PLACEMENTS)
    before = stored_files(enblanket.here), opened(enblanket.here).ledger.head()

    said = enblanket("take", str(sent), "--from", "159", "--dry-run", "--format", "json")

    assert len(said.records) == 2
    assert (stored_files(enblanket.here), opened(enblanket.here).ledger.head()) == before


def test_a_zip_of_canonical_files_is_taken(enblanket: CommandLine) -> None:
    import zipfile

    path = enblanket.here.parent / "form.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/placements.csv", small.PLACEMENTS)
        archive.writestr("data/mentor_hours.csv", small.JOBCENTRE_HOURS)

    said = enblanket("take", str(path), "--from", "159", "--format", "json")

    assert said.code == 0, said.err
    held = opened(enblanket.here).holdings()
    assert {name: len(held.records(name)) for name in ("placements", "mentor_hours")} == {
        "placements": 1,
        "mentor_hours": 3,
    }


def test_a_corrected_month_replaces_the_month(filled: CommandLine) -> None:
    newer = small.HOURS_HEAD + "company,12345678:9,159-00012,M-01,2016-03-30,1.00,training,2016-03-30\n"
    sent = small.write(filled.here.parent / "newer", mentor_hours=newer)

    filled("take", str(sent), "--from", "12345678")

    rows = opened(filled.here).holdings().records("mentor_hours")
    assert [row["entry_id"] for row in rows if row["reporter"] == "company"] == ["12345678:9"]
    assert len([row for row in rows if row["reporter"] == "jobcentre"]) == 3


def test_unreadable_cells_are_findings_and_the_rest_is_taken(filled: CommandLine) -> None:
    newer = small.HOURS_HEAD + (
        "company,12345678:8,159-00012,M-01,31-02-2016,1.00,training,2016-03-30\n"
        "company,12345678:9,159-00012,M-01,2016-04-30,abc,training,2016-04-30\n"
    )
    sent = small.write(filled.here.parent / "newer", mentor_hours=newer)

    taken = filled("take", str(sent), "--from", "12345678", "--format", "json")
    found = [one for one in filled("check", "--format", "json").records if str(one["rule"]).startswith("F-")]

    assert taken.code == 1
    assert taken.records[-1]["summary"]["findings"] == 2  # type: ignore[index]
    assert [(one["rule"], one["subject"]) for one in found] == [
        ("F-type-error", {"table": "mentor_hours", "key": "company|12345678:8", "field": "date"}),
        ("F-type-error", {"table": "mentor_hours", "key": "company|12345678:9", "field": "hours"}),
    ]
    assert [(cell["file"], cell["cell"], cell["value"]) for one in found for cell in one["evidence"]] == [  # type: ignore[attr-defined]
        ("mentor_hours.csv", "E2", "31-02-2016"),
        ("mentor_hours.csv", "F3", "abc"),
    ]


def test_sources_are_stored_encrypted_and_open_with_our_key(filled: CommandLine) -> None:
    from exchange.sealing.keys import unlock_age

    workspace = opened(filled.here)
    taken = workspace.chronicle().takes[-1].files[0]
    stored = workspace.objects.get(taken.source)

    assert b"12345678" not in stored
    assert unlock_age(workspace.keys, lambda: None).decrypt(stored) == small.COMPANY_HOURS.encode()


def bad_png(folder: Path) -> Path:
    path = folder / "picture.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.xlsx"
    path.write_bytes(b"")
    return path


def unknown_workbook(folder: Path) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Indkøb", "Antal"])
    sheet.append(["Kaffe", 3])
    path = folder / "coffee.xlsx"
    book.save(path)
    return path


def lost_column(folder: Path) -> Path:
    return (
        small.write(folder / "lost", mentor_hours=small.COMPANY_HOURS.replace(",date,", ",datum,", 1))
        / "mentor_hours.csv"
    )


def missing(folder: Path) -> Path:
    return folder / "nowhere.xlsx"


def no_tables(folder: Path) -> Path:
    (folder / "nothing").mkdir()
    return folder / "nothing"


@pytest.mark.parametrize("make", [missing, empty, bad_png, unknown_workbook, lost_column, no_tables])
@pytest.mark.parametrize("beside_a_good_one", [False, True])
def test_a_bad_file_is_one_sentence_and_nothing_is_stored(
    enblanket: CommandLine, make: object, beside_a_good_one: bool
) -> None:
    assert callable(make)
    outside = enblanket.here.parent / "sent"
    good = small.write(outside, placements=small.PLACEMENTS) / "placements.csv"
    bad = make(outside)
    before = stored_files(enblanket.here), opened(enblanket.here).ledger.head()

    said = enblanket("take", *([str(good)] if beside_a_good_one else []), str(bad), "--from", "159")

    assert said.code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("enblanket: ")
    assert bad.name in said.err
    assert said.err.endswith(".\n")
    assert (stored_files(enblanket.here), opened(enblanket.here).ledger.head()) == before


def test_an_audit_firm_reports_nothing(enblanket: CommandLine) -> None:
    said = enblanket("take", "x.csv", "--from", "aud-nord")

    assert (said.code, said.err) == (
        2,
        "enblanket: aud-nord is an audit firm and reports no facts; name who did.\n",
    )


LAYOUT = """
name = "sag-timer"
title_da = "Timer pr. sag"
title_en = "Hours per case"
[match]
kind = "csv"
[csv]
delimiter = ";"
[reading]
dates = ["dd-mm-yyyy"]
[[table]]
table = "mentor_hours"
column = [
  { field = "date", names = ["Dato"] },
  { field = "placement_id", names = ["Sag"] },
  { field = "mentor_id", names = ["Mentor"] },
  { field = "hours", names = ["Timer"] },
  { field = "activity", names = ["Art"] },
]
"""


def test_a_row_of_nobody_waits_until_its_placement_comes(enblanket: CommandLine) -> None:
    outside = enblanket.here.parent / "sent"
    hours = "Dato;Sag;Mentor;Timer;Art\n01-03-2016;159-00012;M-01;1,50;Oplæring\n"
    small.write(outside, timer=hours)
    layouts = enblanket.here / "layouts"
    (layouts / "sag.toml").write_text(LAYOUT, encoding="utf-8")
    enblanket("agreement", "add", str(small.agreement_file(outside)))

    first = enblanket("take", str(outside / "timer.csv"), "--from", "12345678", "--format", "json")
    waiting = opened(enblanket.here).waiting()
    brought = enblanket(
        "take",
        str(small.write(outside / "p", placements=small.PLACEMENTS)),
        "--from",
        "159",
        "--format",
        "json",
    )
    again = enblanket("take", str(outside / "timer.csv"), "--from", "12345678", "--format", "json")

    assert first.records[0]["unresolved"] == ["placement_id"]
    assert first.records[-1]["summary"]["waiting"] == 1  # type: ignore[index]
    assert [row.unresolved for _take, row in waiting] == [("placement_id",)]
    assert brought.records[-1]["summary"]["admitted"] == 1  # type: ignore[index]
    assert again.records[-1]["summary"]["already_taken"] == ["timer.csv"]  # type: ignore[index]
    assert opened(enblanket.here).waiting() == []
    assert [row["hours"] for row in opened(enblanket.here).holdings().records("mentor_hours")] == ["1.50"]


def test_a_sender_whom_no_agreement_names_is_said(enblanket: CommandLine, tmp_path: Path) -> None:
    enblanket("agreement", "add", str(small.agreement_file(tmp_path)))
    sent = small.write(tmp_path / "sent", mentor_hours=small.COMPANY_HOURS)

    said = enblanket("take", str(sent), "--from", "87654321", "--dry-run")

    assert said.err == (
        "Nothing was stored (--dry-run).\n"
        "87654321 is no party of an agreement here; check --from, or add its agreement.\n"
    )


def test_a_file_of_another_jobcentre_is_said(filled: CommandLine, tmp_path: Path) -> None:
    more = small.AGREEMENT.replace(
        "[[sites]]",
        '[[parties]]\njobcentre = "101"\nrole = "participant"\ncontact_mailbox = "m@kk.example"\n[[sites]]',
    )
    (tmp_path / "aft.toml").write_text(more, encoding="utf-8")
    assert filled("agreement", "add", str(tmp_path / "aft.toml")).code == 0
    sent = small.write(tmp_path / "sent", mentor_hours=small.JOBCENTRE_HOURS)

    said = filled("take", str(sent / "mentor_hours.csv"), "--from", "101", "--dry-run")

    assert "  skipped 3 × about another jobcentre than the sender: mentor_hours.csv rows 2-4\n" in said.out
    assert said.err.endswith(
        "mentor_hours.csv: every row is about another jobcentre than 101; check --from, or withdraw what "
        "was taken from the wrong sender before (“enblanket take --list”).\n"
    )


def test_rows_that_a_withdrawn_file_had_claimed_come_in_again(filled: CommandLine, tmp_path: Path) -> None:
    more = small.AGREEMENT.replace(
        "[[sites]]",
        '[[parties]]\njobcentre = "101"\nrole = "participant"\ncontact_mailbox = "m@kk.example"\n[[sites]]',
    )
    (tmp_path / "aft.toml").write_text(more, encoding="utf-8")
    filled("agreement", "add", str(tmp_path / "aft.toml"))
    wrong = small.PLACEMENTS.replace("159-00012", "101-1")
    right = wrong.replace(",159,", ",101,")
    claimed = small.write(tmp_path / "claimed", placements=wrong) / "placements.csv"
    own = small.write(tmp_path / "own", placements=right) / "placements.csv"
    filled("take", str(claimed), "--from", "159")
    filled("take", str(own), "--from", "101")
    assert filled("take", "--withdraw", hashlib.sha256(claimed.read_bytes()).hexdigest()).code == 0

    again = filled("take", "--again")

    assert again.code == 0, again.err
    rows = opened(filled.here).holdings().records("placements")
    assert [row["jobcentre"] for row in rows if row["placement_id"] == "101-1"] == ["101"]
    twice = filled("take", str(own), "--from", "101", "--format", "json")
    assert twice.records[-1]["summary"]["replaced"] == {}  # type: ignore[index]

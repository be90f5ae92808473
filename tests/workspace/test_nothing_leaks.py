"""Names and CPR numbers in every place of hostile files: none is left in the open in the workspace, nor said (intake.md 5, 6)."""

from __future__ import annotations

import re
import shutil
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.cli import small
from tests.conftest import CommandLine

LAYOUT = """
name = "timer"
title_da = "Timer"
title_en = "Hours"
[match]
kind = "xlsx"
[[table]]
table = "mentor_hours"
hidden = true
column = [
  { field = "placement_id", names = ["Sag"] },
  { field = "mentor_id", names = ["Mentor"] },
  { field = "date", names = ["Dato"] },
  { field = "hours", names = ["Timer"] },
  { field = "note", names = ["Note"] },
  { field = "entry_id", names = ["Nr"], optional = true },
]
[table.constants]
activity = "conversation"
[[table.skip]]
why = "total"
first = ["I alt*"]
[[table.total]]
measure = "mentor_hours.sum"
skipped = "total"
field = "hours"
"""
BORGERE = """
name = "borgere"
title_da = "Borgere"
title_en = "Trainees"
[match]
kind = "csv"
[csv]
encoding = "utf-8"
delimiter = ";"
[[table]]
table = "placements"
column = [
  { field = "placement_id", names = ["Sag"], prefix = "159-" },
  { field = "trainee_ref", names = ["CPR"], cpr = true },
  { field = "purpose", names = ["Navn og formål"] },
  { field = "start", names = ["Start"] },
]
[table.constants]
agreement_id = "AFT-1"
jobcentre = "159"
site_id = "S1"
"""
HEAD = ["Sag", "Mentor", "Dato", "Timer", "Note", "Anna Hørup", "030370-1233"]
NAMES = ("Anna Hørup", "Bo Madsen", "Ib Ukendt", "Hørup, Anna")
NUMBERS = tuple(f"{day:02}{day:02}70-123{day % 10}" for day in range(1, 12))


def hostile_workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Anna Hørup"
    first["A1"] = "Borger: Anna Hørup 010170-1231"
    first.append([])
    first.append(HEAD)
    first.append(["159-00012", "M-01", "2016-03-01", 1.5, "Ringede til 020270-1232", "Anna Hørup"])
    first.append(["159-00012", "Bo Madsen", "2016-03-02", "040470-1234", "x"])
    first.append(["159-00012", "Ib Ukendt", "2016-03-03", 1, "Ib Ukendt 050570-1235"])
    first.append(["0606701236", "M-01", "070770-1237", 2, "y"])
    first.append(["Ib Ukendt", "080870-1238", "2016-03-04", 2, "z"])
    first.append(["I alt Anna Hørup 090970-1239", None, None, 7.5])
    second = book.create_sheet("101070-1230")
    second.append(HEAD)
    second.append(["159-00012", "M-01", "2016-04-01", 1, "w"])
    third = book.create_sheet("Bo-Madsen (2)")
    third.append(HEAD)
    third.append(["159-00012", "Bo Madsen", "2016-05-01", 1, "w"])
    fourth = book.create_sheet("Hørup, Anna")
    fourth.append(["hører til Anna Hørup", "111170-1231"])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def taken(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandLine, str]:
    """A workspace that has taken them, only to be read, and all that was said on the way."""
    enblanket = CommandLine(Path(shutil.copytree(founded, tmp_path_factory.mktemp("leaks") / "gladsaxe")))
    outside = enblanket.here.parent / "sent"
    layouts = enblanket.here / "layouts"
    (layouts / "timer.toml").write_text(LAYOUT, encoding="utf-8")
    (layouts / "borgere.toml").write_text(BORGERE, encoding="utf-8")
    enblanket("agreement", "add", str(small.agreement_file(outside)))
    borgere = outside / "Borgere Anna Hørup 010170-1231.csv"
    borgere.write_text(
        "Sag;CPR;Navn og formål;Start\n00012;101701231;020270-1232 ringer;2016-01-04\n"
        "0303701233;0303701233;virksomhed;2016-01-04\n00013;0404701234;\u0665\u0665\u0665\u0665\u0667\u0660-\u0661\u0662\u0663\u0665;x 060670 1236\n",
        encoding="utf-8",
    )
    canonical = small.write(
        outside / "form",
        placements=small.PLACEMENTS.replace("159-00012", "159-00099").replace(
            "T-0123456789abcdef", "080870-1238"
        ),
    )
    assert enblanket("crosswalk", "add", "trainees", "Anna Hørup", "T-00000000000000aa").code == 0
    assert enblanket("crosswalk", "add", "mentors", "Bo Madsen", "M-01").code == 0
    said = [
        enblanket("take", str(borgere), "--from", "159"),
        enblanket("take", str(canonical / "placements.csv"), "--from", "159", "--format", "json"),
        enblanket(
            "take", str(hostile_workbook(outside / "Timer Anna Hørup 010170-1231.xlsx")), "--from", "159"
        ),
        enblanket("take", "--again", "--format", "json"),
        enblanket("crosswalk", "list"),
        enblanket("crosswalk", "list", "--format", "json"),
        enblanket("take", "--list"),
        enblanket("status"),
        enblanket("status", "--format", "json"),
        enblanket("check"),
        enblanket("check", "--format", "json"),
        enblanket("log", "--format", "json"),
    ]
    assert {one.code for one in said} <= {0, 1}, [one.err for one in said]
    return enblanket, "".join(one.out + one.err for one in said)


def plain_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Give every file's bytes, and what is packed in Parquet and SQLite."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield path.name, content.decode("utf-8", "replace")
        if content.startswith(b"PAR1"):
            rows = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            yield path.name, "\n".join(str(value) for row in rows for value in row)
        if content.startswith(b"SQLite"):
            with closing(sqlite3.connect(path)) as connection:
                yield path.name, "\n".join(connection.iterdump())


def digits_only(text: str) -> str:
    found = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    return re.sub(r"(?<=\d)[ -](?=\d)", "", found)


def leaked_numbers(text: str) -> list[str]:
    """The numbers of this test, also without hyphen or leading zero, wherever they are no part of a hash."""
    found = digits_only(text)
    numbers = [number.replace("-", "") for number in NUMBERS]
    return [one for one in numbers if re.search(rf"(?<![0-9a-f]){one.lstrip('0')}(?![0-9a-f])|{one}", found)]


def test_no_number_stands_in_the_workspace(taken: tuple[CommandLine, str]) -> None:
    enblanket, _said = taken
    found = {name: leaked for name, text in plain_texts(enblanket.here) if (leaked := leaked_numbers(text))}
    assert found == {}


def test_no_name_stands_in_the_workspace_but_in_its_crosswalk(taken: tuple[CommandLine, str]) -> None:
    enblanket, _said = taken
    found = {
        (path, name)
        for path, text in plain_texts(enblanket.here)
        for name in NAMES
        if path != "crosswalk.csv" and (name in text or name.encode().hex() in text.lower())
    }
    # A note is the form's own text: who writes a name into it, reports it (docs/security.md).
    assert {name for _path, name in found} <= {"Ib Ukendt"}
    assert all(".parquet" not in path for path, _name in found)


def test_no_number_is_said(taken: tuple[CommandLine, str]) -> None:
    _enblanket, said = taken
    assert leaked_numbers(said) == []


def test_names_are_said_only_where_somebody_must_know_them(taken: tuple[CommandLine, str]) -> None:
    enblanket, _said = taken
    for words in (
        ["take", "--list"],
        ["status"],
        ["check"],
        ["check", "--format", "json"],
        ["log", "--format", "json"],
    ):
        said = enblanket(*words)
        assert [name for name in NAMES[:2] if name in said.out + said.err] == []


def test_what_was_masked_is_still_a_finding(taken: tuple[CommandLine, str]) -> None:
    enblanket, _said = taken
    found = [one for one in enblanket("check", "--format", "json").records if one["rule"] == "K01"]
    assert {(one["subject"]["table"], one["subject"]["column"]) for one in found} >= {  # type: ignore[index]
        ("mentor_hours", "note"),
        ("placements", "purpose"),
    }
    assert {one["status"] for one in found} == {"open"}


def test_the_same_number_is_the_same_trainee_in_a_sheet_and_in_the_form(
    taken: tuple[CommandLine, str],
) -> None:
    from tests.conftest import opened

    rows = opened(taken[0].here).holdings().records("placements")
    refs = {row["placement_id"]: row["trainee_ref"] for row in rows}
    assert set(map(len, filter(None, refs.values()))) == {18}
    assert all(ref and ref.startswith("T-") for ref in refs.values())

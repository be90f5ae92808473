"""``take`` of files whose names hold æ, ø and å in both Unicode forms: one file is one file, however its name is spelled."""

from __future__ import annotations

import unicodedata

import pytest

from tests.conftest import CommandLine
from tests.intake.workbooks import HOURS

MATCH = """kind = "csv"
files = ["løntimer-Åse *.csv"]
[csv]
encoding = "utf-8"
delimiter = ";"
"""
LAYOUT = HOURS.replace('name = "hours"', 'name = "loentimer"').replace('kind = "xlsx"\n', MATCH)
SHEET = "Forløb;Mentor;Dato;Timer\n159-00012;M-01;01-03-2016;1,50\n159-00012;M-01;03-07-2016;2,00\n"
NAME = "løntimer-Åse Kjær-Sønderborg.csv"
FORMS = {"NFC": unicodedata.normalize("NFC", NAME), "NFD": unicodedata.normalize("NFD", NAME)}


@pytest.fixture
def with_layout(filled: CommandLine) -> CommandLine:
    (filled.here / "layouts" / "loentimer.toml").write_text(LAYOUT, encoding="utf-8")
    return filled


def sent(enblanket: CommandLine, form: str) -> str:
    folder = enblanket.here.parent / form
    folder.mkdir(exist_ok=True)
    (folder / FORMS[form]).write_text(SHEET, encoding="utf-8")
    return str(folder / FORMS[form])


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_taken_and_named_in_either_form(with_layout: CommandLine, form: str) -> None:
    said = with_layout("take", sent(with_layout, form), "--from", "159")

    assert said.code == 0, said.err
    assert unicodedata.normalize("NFC", said.out).startswith(
        f"{NAME}: layout loentimer, 2 rows read, 2 mapped"
    )
    places = {
        unicodedata.normalize("NFC", str(item["file"])) + "#" + str(item["cell"])
        for finding in with_layout("check", "--format", "json").records
        if finding["rule"] == "M01"
        for item in finding["evidence"]  # type: ignore[attr-defined]
    }
    assert f"{NAME}#C3" in places


def test_a_copy_under_the_other_form_is_not_a_second_report(with_layout: CommandLine) -> None:
    first = with_layout("take", sent(with_layout, "NFC"), "--from", "159")
    before = with_layout("check", "--format", "json").records
    second = with_layout("take", sent(with_layout, "NFD"), "--from", "159")

    def told(records: list[dict[str, object]]) -> list[object]:
        return [one["finding_id"] for one in records]

    assert (first.code, second.code) == (0, 0)
    assert told(with_layout("check", "--format", "json").records) == told(before)


def test_both_forms_at_once_are_two_files_of_one_report(with_layout: CommandLine) -> None:
    both = [sent(with_layout, form) for form in FORMS]

    said = with_layout("take", *both, "--from", "159")

    assert said.code == 0, said.err
    assert "M03" not in {one["rule"] for one in with_layout("check", "--format", "json").records}

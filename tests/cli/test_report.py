"""``report coverage`` and ``check --auditor``: what each auditor asks of the same month."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.cli import small
from tests.conftest import CommandLine

AUDITED = small.AGREEMENT.replace(
    'role = "lead"\n', 'role = "lead"\nauditor = "aud-nord"\nauditor_profile = "daily-both-sides"\n'
).replace(
    "[[sites]]",
    '[[parties]]\njobcentre = "157"\nrole = "participant"\ncontact_mailbox = "mentor@gentofte.example"\n'
    'auditor = "aud-vest"\nauditor_profile = "theirs"\n[[sites]]',
)
THEIRS = 'id = "theirs"\ntitle_da = "Deres"\ntitle_en = "Theirs"\n[demands]\nregistration_days = 0\n'


@pytest.fixture(scope="module")
def audited_folder(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    outside = tmp_path_factory.mktemp("audited")
    enblanket = CommandLine(Path(shutil.copytree(founded, outside / "gladsaxe")))
    (outside / "aft.toml").write_text(AUDITED, encoding="utf-8")
    assert enblanket("agreement", "add", str(outside / "aft.toml")).code == 0
    ours = small.write(outside / "ours", placements=small.PLACEMENTS, mentor_hours=small.JOBCENTRE_HOURS)
    assert enblanket("take", str(ours), "--from", "159").code == 0
    return enblanket.here


@pytest.fixture
def audited(audited_folder: Path, tmp_path: Path) -> CommandLine:
    return CommandLine(Path(shutil.copytree(audited_folder, tmp_path / "audited")))


def test_the_matrix_fits_a_hundred_columns_and_says_met_unmet_and_not_asked(audited: CommandLine) -> None:
    said = audited("report", "coverage")

    assert said.code == 1
    assert max(len(line) for line in said.out.splitlines()) <= 100
    matrix = said.out.split("\n\n")[1]
    assert matrix == (
        "                               157 Gentofte        159 Gladsaxe\n"
        "                               aud-vest            aud-nord\n"
        "Conversations at set intervals ? unknown           ✗ 1 unmet\n"
        "Hours registered in time       ? unknown           · not asked\n"
        "Notes on the hours             ? unknown           ✓ met\n"
        "Attendance day by day          ? unknown           ✓ met\n"
        "Responsibilities assigned      ? unknown           · not asked\n"
        "Hours from both sides          ? unknown           ✗ 1 unmet\n"
        "Claims after the period's end  ? unknown           · not asked\n"
        "A grant for every hour         ? unknown           · not asked\n"
        "Final reports in time          ? unknown           · not asked\n"
        "Attendance within tolerance    ? unknown           · not asked\n"
        "Claims within tolerance        ? unknown           · not asked\n"
        "Claims covered by hours        ? unknown           · not asked"
    )


def test_the_matrix_says_it_whole_in_danish(audited: CommandLine) -> None:
    said = audited("report", "coverage", "--lang", "da")

    assert max(len(line) for line in said.out.splitlines()) <= 100
    assert "…" not in said.out
    assert "Samtaler med faste mellemrum   ? ukendt            ✗ 1 ikke opfyldt\n" in said.out


def test_each_auditor_is_told_what_it_asks_and_which_findings_stand(audited: CommandLine) -> None:
    said = audited("report", "coverage")

    assert (
        "157 Gentofte, aud-vest: the profile “theirs” is not known here; put its file in auditors/.\n"
        in said.out
    )
    assert "159 Gladsaxe, aud-nord: daily-both-sides, Daily attendance, hours from both sides\n" in said.out
    assert "  ✗ Conversations at set intervals (4 weeks) [D01]: 1 unmet\n" in said.out
    assert " D01 [warning] 159-00012 2016-01-04 2016-03-08\n" in said.out
    assert "  ✓ Notes on the hours (Support at home, Other) [D03]: met\n" in said.out


def test_a_new_auditor_is_a_new_file(audited: CommandLine) -> None:
    (audited.here / "auditors" / "theirs.toml").write_text(THEIRS, encoding="utf-8")

    records = audited("report", "coverage", "--as", "json").records

    states = {str(one["demand"]): one["state"] for one in records if one["jobcentre"] == "157"}
    assert states["registration_days"] == "met"
    assert set(states.values()) == {"met", "not-asked"}


def test_json_comes_by_either_option_and_for_one_agreement(audited: CommandLine) -> None:
    by_as = audited("report", "coverage", "--as", "json", "--agreement", "AFT-1")
    by_format = audited("report", "coverage", "--format", "json")

    assert by_as.out == by_format.out
    assert len(by_as.records) == 2 * 12
    assert audited("report", "coverage", "--as", "text").out.startswith("AFT-1\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            ["report", "costs-and-more"],
            "There is no report “costs-and-more”: give coverage, weeks, findings, fault.",
        ),
        (
            ["report", "coverage", "--agreement", "AFT-9"],
            "No auditor is named for an agreement “AFT-9”: give one of AFT-1.",
        ),
        (
            ["check", "--auditor", "strict"],
            (
                "There is no auditor profile “strict”: give one of conversations-four-weeks, daily-both-sides, "
                "grants-and-appeal, weekly-totals-with-notes."
            ),
        ),
    ],
)
def test_a_name_that_is_not_known_is_one_sentence(
    audited: CommandLine, line: list[str], message: str
) -> None:
    said = audited(*line)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {message}\n")


def test_without_auditors_it_says_where_they_are_named(filled: CommandLine) -> None:
    said = filled("report", "coverage")

    assert said.code == 0
    assert said.out == (
        "No party names an auditor: set auditor and auditor_profile under [[parties]] of the agreement.\n"
    )


def documentation(said: list[dict[str, object]]) -> set[str]:
    return {str(one["rule"]) for one in said if str(one["rule"]).startswith("D")}


def test_check_is_judged_by_the_auditor_that_is_named_shipped_or_our_own(audited: CommandLine) -> None:
    (audited.here / "auditors" / "theirs.toml").write_text(
        THEIRS.replace("registration_days = 0", 'note_required_for = ["training"]'), encoding="utf-8"
    )

    judged = {
        name: documentation(audited("check", "--auditor", name, "--format", "json").records)
        for name in ("daily-both-sides", "grants-and-appeal", "theirs")
    }

    assert judged == {"daily-both-sides": {"D01", "D06"}, "grants-and-appeal": {"D05"}, "theirs": {"D03"}}


def test_a_profile_that_says_nonsense_is_refused_with_file_and_line_and_nothing_is_checked(
    audited: CommandLine,
) -> None:
    (audited.here / "auditors" / "theirs.toml").write_text(
        THEIRS + "[severity]\nX99 = 'error'\n", encoding="utf-8"
    )

    for line in (["check"], ["report", "coverage"], ["check", "--auditor", "theirs"]):
        said = audited(*line)
        assert (said.code, said.out, said.err) == (
            2,
            "",
            "enblanket: theirs.toml, line 7: “X99” is not known here.\n",
        )


def test_two_profiles_of_one_id_are_refused(audited: CommandLine) -> None:
    for name in ("theirs.toml", "yours.toml"):
        (audited.here / "auditors" / name).write_text(THEIRS, encoding="utf-8")

    said = audited("check")

    assert (said.code, said.out, said.err) == (
        2,
        "",
        "enblanket: yours.toml: another file of auditors/ has the id “theirs” too; give each profile its own.\n",
    )


def test_the_findings_are_one_csv_line_each_and_the_same_as_check_tells(audited: CommandLine) -> None:
    checked = audited("check", "--format", "json").records
    rows = list(csv.DictReader(audited("report", "findings").out.splitlines()))

    assert [row["finding_id"] for row in rows] == [record["finding_id"] for record in checked]
    assert [row["message"] for row in rows] == [record["message"] for record in checked]
    assert audited("report", "findings", "--as", "json").records == checked


def test_an_error_report_counts_and_names_nobody(audited: CommandLine) -> None:
    said = audited("report", "fault")
    checked = audited("check", "--format", "json").records
    rules = Counter(str(record["rule"]) for record in checked)

    assert said.code == 0
    assert (
        "findings by rule: " + ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items()))
        in said.out
    )
    for word in ("AFT-1", "aud-nord", "12345678", "M-01", str(audited.here)):
        assert word not in said.out, word

"""A rule set with one bad file among good ones: one sentence with file and line, and nothing half-checked."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from exchange import language
from exchange.checks.engine import check
from exchange.checks.rules import load_rules
from exchange.errors import RuleError
from tests.checks.worlds import source_of

SELECT = """
SELECT
  agreement_id,
  placement_id,
  reporter,
  entry_id,
  'mentor_hours/date/' || reporter || '|' || entry_id AS evidence
FROM hours
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("da")


SHIPPED = Path(str(resources.files("schemas") / "rules"))
GOOD = ("A01.sql", "F-type-error.sql", "M01.sql", "M07.sql", "R03.sql", "rules.toml")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of all words and some rules, of which one will be bad."""
    for path in SHIPPED.iterdir():
        if path.name.startswith("_") or path.name in GOOD:
            shutil.copy(path, tmp_path)
    return tmp_path


def header_of(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.startswith("--"))


def refusal_of(folder: Path) -> str:
    """Return why a check by these rules fails; a finding of any rule would have come in a list instead."""
    with pytest.raises(RuleError) as refusal:
        check(source_of(mentor_hours=[{"hours": "40.00"}]), rule_set=load_rules(folder), profiles={})
    return str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "SELECT\n",
            "SELEKT\n",
            'line 21: it cannot be run (Parser Error: syntax error at or near "SELEKT"); mend it.',
        ),
        (
            "FROM hours",
            "FROM hours WHERE",
            'line 27: it cannot be run (Parser Error: syntax error at or near "WHERE"); mend it.',
        ),
        (
            "  reporter,\n",
            "  reporteur,\n",
            'line 24: it cannot be run (Binder Error: Referenced column "reporteur" not found in FROM clause); mend it.',
        ),
        (
            "FROM hours",
            "FROM hour",
            "line 27: it cannot be run (Catalog Error: Table with name hour does not exist); mend it.",
        ),
        ("  entry_id,\n", "", "line 21: the column “entry_id” is missing; select it."),
        (" AS evidence", " AS proof", "line 21: the column “evidence” is missing; select it."),
        ("FROM hours", "FROM hours;\nSELECT 1", "line 21: it is not one SELECT; leave one SELECT in it."),
    ],
)
def test_a_select_that_cannot_be_used_is_refused_with_its_line(
    rules: Path, old: str, new: str, message: str
) -> None:
    path = rules / "M01.sql"
    header = header_of(path.read_text("utf-8"))
    assert header.count("\n") == 18
    path.write_text(header + "\n" + SELECT.replace(old, new), encoding="utf-8", newline="")

    assert refusal_of(rules) == f"M01.sql, {message}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'severity = "error"',
            'severity "error"',
            "line 4: Expected '=' after a key in a key/value pair (at line 4, column 10).",
        ),
        ("parameters = []", 'parameters = ["patience"]', "line 6: nobody sets a parameter “patience”."),
        (
            "parameters = []",
            'parameters = ["hourly_rate", "Both_sides"]',
            "line 6: nobody sets a parameter “Both_sides”.",
        ),
        ("parameters = []", "parameters = [1]", "line 6: “parameters” must be a list of names."),
        ("parameters = []", "parametre = []", "line 6: “parametre” is not known here."),
    ],
)
def test_a_header_that_cannot_be_used_is_refused_with_its_line(
    rules: Path, old: str, new: str, message: str
) -> None:
    path = rules / "M01.sql"
    text = path.read_text("utf-8")
    assert text.count(f"-- {old}") == 1
    path.write_text(text.replace(f"-- {old}", f"-- {new}"), encoding="utf-8", newline="")

    assert refusal_of(rules) == f"M01.sql, {message}"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT FROM WHERE",
            'line 4: it cannot be run (Parser Error: syntax error at or near "WHERE"); mend it.',
        ),
        (
            "SELECT\n  date\nFROM nowhere",
            "line 6: it cannot be run (Catalog Error: Table with name nowhere does not exist); mend it.",
        ),
        ("DROP TABLE stored.claims", "line 4: it is not one SELECT; leave one SELECT in it."),
    ],
)
def test_a_word_that_cannot_be_used_is_refused_with_its_line(rules: Path, sql: str, message: str) -> None:
    path = rules / "_hours.sql"
    header = header_of(path.read_text("utf-8"))
    path.write_text(f"{header}\n{sql}\n", encoding="utf-8", newline="")

    assert refusal_of(rules) == f"_hours.sql, {message}"


def test_a_windows_line_end_keeps_the_lines(rules: Path) -> None:
    path = rules / "M01.sql"
    text = header_of(path.read_text("utf-8")) + "\n" + SELECT.replace("  reporter,\n", "  reporteur,\n")
    path.write_bytes(text.replace("\n", "\r\n").encode())

    assert refusal_of(rules).startswith("M01.sql, line 24: it cannot be run (Binder Error: ")


def test_a_file_in_another_encoding_is_refused_with_its_line(rules: Path) -> None:
    path = rules / "M01.sql"
    path.write_bytes(path.read_bytes().replace("æ".encode(), "æ".encode("latin-1")))
    line = next(
        number
        for number, text in enumerate(path.read_bytes().split(b"\n"), 1)
        if "æ".encode("latin-1") in text
    )

    assert refusal_of(rules) == f"M01.sql, line {line}: it is not UTF-8 text."


def test_a_calendar_with_a_day_that_is_none_is_refused_with_its_line() -> None:
    shipped = load_rules()
    calendar = shipped.calendar.replace("2010-01-03,", "x2010-01-03,", 1)

    with pytest.raises(RuleError) as refusal:
        check(
            source_of(), rule_set=dataclasses.replace(shipped, calendar=calendar), profiles={}, only=["M08"]
        )

    assert str(refusal.value) == (
        "calendar.csv, line 4: it is no day of the calendar; write it as 2016-03-01,2016-W09,2016-03,2,false."
    )


def test_without_the_bad_file_the_rest_is_checked_by(rules: Path) -> None:
    source = source_of(mentor_hours=[{"hours": "x"}, {"entry_id": "c-2", "registered_on": "2016-02-29"}])

    findings = check(source, rule_set=load_rules(rules), profiles={})

    assert [finding.rule for finding in findings] == ["F-type-error", "M07"]


def test_a_copy_of_the_shipped_rules_has_their_fingerprint(tmp_path: Path) -> None:
    assert load_rules(shutil.copytree(SHIPPED, tmp_path / "rules")).sha256 == load_rules().sha256

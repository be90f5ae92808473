"""Rule files: complete headers, portable SQL, a fingerprint anyone can recompute, refusals that name file and line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import duckdb
import pytest

from exchange import language
from exchange.checks.portable import FUNCTIONS, calls
from exchange.checks.rules import load_rules
from exchange.errors import RuleError

# What DuckDB's parser calls functions, though a rule writes a sign or a word.
WRITTEN = {"count_star": "count", "date_part": "extract"}
SIGNS = {"%", "*", "+", "-", "//", "||", "to_months", "trunc"}
NO_FUNCTIONS = {"coalesce"}

CATALOGUE = (
    *(f"P0{number}" for number in range(1, 10)),
    *(f"G0{number}" for number in range(1, 4)),
    *(f"M0{number}" for number in range(1, 10)),
    *(f"A0{number}" for number in range(1, 6)),
    *(f"R0{number}" for number in range(1, 7)),
    *(f"C0{number}" for number in range(1, 10)),
    *(f"D0{number}" for number in range(1, 8)),
    *(f"K0{number}" for number in range(1, 4)),
    *(f"T0{number}" for number in range(1, 3)),
)

HEADER = """\
-- id = "X01"
-- version = 1
-- name = "example"
-- severity = "error"
-- subject = ["agreement_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "t"
-- message = "m"
-- explanation = "e"
-- cure = "c"
-- basis = "b"
-- [en]
-- title = "t"
-- message = "m"
-- explanation = "e"
-- cure = "c"
-- basis = "b"
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("da")


def statements() -> dict[str, str]:
    rule_set = load_rules()
    rules = {rule.file: rule.sql for rule in rule_set.rules.values() if rule.sql}
    return rules | {word.file: word.sql for word in rule_set.words.values()}


def nodes(tree: object) -> Iterator[dict[str, object]]:
    if isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(child)


def test_the_catalogue_is_complete() -> None:
    assert sorted(rule for rule in load_rules().rules if not rule.startswith("F-")) == sorted(CATALOGUE)


@pytest.fixture(scope="module")
def parser() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize("file", statements())
def test_a_statement_is_portable(file: str, parser: duckdb.DuckDBPyConnection) -> None:
    row = parser.execute("SELECT json_serialize_sql(?)", [statements()[file]]).fetchone()
    assert row
    tree = json.loads(row[0])

    assert not tree["error"], tree
    found = list(nodes(tree))
    called = {str(node["function_name"]) for node in found if "function_name" in node} - SIGNS
    assert (
        {WRITTEN.get(name, name) for name in called} == calls(statements()[file]) - NO_FUNCTIONS <= FUNCTIONS
    )
    assert not any(node.get("try_cast") or node.get("qualify") for node in found)
    assert {node["ref_type"] for node in found if "ref_type" in node} <= {"REGULAR", "CROSS"}
    assert {node["type"] for node in found if "type" in node} & {"LAMBDA", "PIVOT", "UNPIVOT"} == set()


def test_the_fingerprint_is_the_sha256_of_what_sha256sum_prints() -> None:
    rules = resources.files("schemas") / "rules"
    contents = {
        item.name: item.read_bytes() for item in rules.iterdir() if item.name.endswith((".sql", ".toml"))
    }
    contents["calendar.csv"] = (resources.files("schemas") / "calendar.csv").read_bytes()

    lines = [f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents)]

    assert load_rules().sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert load_rules().version == "1.1.0"


def test_likely_causes_have_words_in_both_languages() -> None:
    for rule in load_rules().rules.values():
        assert rule.da.causes.keys() == rule.en.causes.keys()
        assert ("likely_cause" in (rule.sql or "")) == bool(rule.da.causes)


def written(folder: Path, text: str, name: str = "X01.sql") -> Path:
    (folder / "rules.toml").write_text('version = "9.0.0"\n', "utf-8")
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_folder_of_rules_is_read(tmp_path: Path) -> None:
    rule_set = load_rules(written(tmp_path, HEADER + "SELECT 1\n"))

    assert rule_set.version == "9.0.0"
    assert rule_set.rule("X01").sql == "SELECT 1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER, "X01.sql, line 1: give either a SELECT or a module in “code”."),
        (
            HEADER.replace('"error"', '"grave"') + "SELECT 1",
            "X01.sql, line 4: “severity” must be error, warning or info.",
        ),
        (
            HEADER.replace("2016-01-01", '"2016"') + "SELECT 1",
            "X01.sql, line 7: “valid_from” must be a date.",
        ),
        (
            HEADER.replace("version = 1", "version = 0") + "SELECT 1",
            "X01.sql, line 2: “version” must be a whole number from 1.",
        ),
        (
            HEADER.replace('["agreement_id"]', '"agreement_id"') + "SELECT 1",
            "X01.sql, line 5: “subject” must be a list of names.",
        ),
        (HEADER.replace("[en]", "[fr]") + "SELECT 1", "X01.sql, line 14: “fr” is not known here."),
        (
            HEADER.split("-- [en]", maxsplit=1)[0] + "SELECT 1",
            "X01.sql, line 1: the section [en] is missing.",
        ),
        (HEADER.replace('cure = "c"', 'cure = ""') + "SELECT 1", "X01.sql, line 12: “cure” must be a text."),
        (
            HEADER.replace('"X01"', '"X02"') + "SELECT 1",
            "X01.sql, line 1: the rule's id must be the file's name.",
        ),
        (
            HEADER.replace("name = ", "name ") + "SELECT 1",
            "X01.sql, line 3: Expected '=' after a key in a key/value pair (at line 3, column 6).",
        ),
    ],
)
def test_a_file_that_is_no_rule_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RuleError) as refusal:
        load_rules(written(tmp_path, text))

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "_hours.sql",
            '-- name = "days"\nSELECT 1',
            "_hours.sql, line 1: the word's name must be the file's.",
        ),
        ("_hours.sql", '-- name = "hours"\n', "_hours.sql, line 1: the SELECT is missing."),
    ],
)
def test_a_file_that_is_no_word_is_refused_with_its_line(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        load_rules(written(tmp_path, text, name))

    assert str(refusal.value) == message


NOT_LISTED = "it calls “{}”, which is not on the list of portable functions; leave it out."
REFUSED = [
    ("SELECT repeat('x', 2000000000) AS x", NOT_LISTED.format("repeat")),
    ("SELECT REPEAT('x', 2000000000) AS x", NOT_LISTED.format("REPEAT")),
    ("SELECT lpad('x', 2000000000, 'y') AS x", NOT_LISTED.format("lpad")),
    ("SELECT 'x'.repeat(2000000000) AS x", NOT_LISTED.format("repeat")),
    ("SELECT main.repeat('x', 9) AS x", NOT_LISTED.format("repeat")),
    ("SELECT \"repeat\" ('x', 9) AS x", NOT_LISTED.format('"repeat"')),
    ("SELECT repeat -- (\n ('x', 9) AS x", NOT_LISTED.format("repeat --")),
    ("SELECT date FROM range(1000000000) AS r", NOT_LISTED.format("range")),
    ("SELECT date FROM generate_series(1, 1000000000)", NOT_LISTED.format("generate_series")),
    ("SELECT unnest(x) AS x FROM hours", NOT_LISTED.format("unnest")),
    ("SELECT * FROM read_csv('/etc/passwd')", NOT_LISTED.format("read_csv")),
    ("SELECT * FROM read_text('/etc/passwd')", NOT_LISTED.format("read_text")),
    ("SELECT * FROM glob('/*')", "it says “glob”, which a rule may not; leave it out."),
    ("SELECT * FROM duckdb_settings()", NOT_LISTED.format("duckdb_settings")),
    ("SELECT * FROM query('SELECT 1')", NOT_LISTED.format("query")),
    ("SELECT getenv('HOME') AS x", NOT_LISTED.format("getenv")),
    ("SELECT now() AS x", NOT_LISTED.format("now")),
    ("SELECT Current_Date AS x", "it says “current_date”, which a rule may not; leave it out."),
    ("WITH RECURSIVE n AS (SELECT 1) SELECT 1", "it says “recursive”, which a rule may not; leave it out."),
    ("SELECT 1 FROM hours ASOF JOIN calendar", "it says “asof”, which a rule may not; leave it out."),
    ("SELECT TRY_CAST('1' AS INTEGER)", "it says “try_cast”, which a rule may not; leave it out."),
    ("SELECT note LIKE '%x' FROM hours", "it says “like”, which a rule may not; leave it out."),
    ("SELECT [1, 2] AS x", "the sign '[' is not portable; leave it out."),
    ("SELECT '1'::INTEGER", "the sign ':' is not portable; leave it out."),
    ("SELECT $$x$$", "the sign '$' is not portable; leave it out."),
    ("SELECT 1 /* repeat( */", "the sign '/*' is not portable; leave it out."),
    ("SELECT 1 | 2", "the sign '|' is not portable; leave it out."),
    ("SELECT 2 ^ 3", "the sign '^' is not portable; leave it out."),
    ("SELECT 1 -- \r, repeat('x', 9)", "the sign '\\r' is not portable; leave it out."),
    ("SELECT 1\N{NO-BREAK SPACE}AS x", "the sign '\\xa0' is not portable; leave it out."),
    ("SELECT e'\\'' || repeat('x', 9)", "put a blank between a word or number and what follows it."),
    ("SELECT e'x'", "put a blank between a word or number and what follows it."),
    ("SELECT 1e9", "put a blank between a word or number and what follows it."),
]


@pytest.mark.parametrize(("sql", "why"), REFUSED)
def test_a_rule_that_says_more_than_the_portable_part_is_refused_when_read(
    tmp_path: Path, sql: str, why: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        load_rules(written(tmp_path, HEADER + "\n" + sql.replace("SELECT", "SELECT\n", 1) + "\n"))

    line = next(number for number in (20, 21, 22) if f"line {number}:" in str(refusal.value))
    assert str(refusal.value) == f"X01.sql, line {line}: {why}"


def test_a_word_that_calls_another_function_is_refused_with_its_line(tmp_path: Path) -> None:
    text = '-- name = "hours"\n-- da = "d"\n\nSELECT\n  note,\n  md5(note) AS x\nFROM mentor_hours\n'

    with pytest.raises(RuleError) as refusal:
        load_rules(written(tmp_path, text, "_hours.sql"))

    assert str(refusal.value) == f"_hours.sql, line 6: {NOT_LISTED.format('md5')}"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'repeat(''x'', 9) [1] $$ é /* e''x'" + "'' AS x",
        'SELECT 1 AS "repeat" -- repeat(x) [now()]\n, 2 AS y',
        "SELECT date FROM hours WHERE activity IN ('a', 'b') AND NOT (hours > 1) AND date >= DATE '2016-01-01'",
        "SELECT sum (hours) OVER (PARTITION BY week ORDER BY date) AS x FROM (SELECT hours, week, date FROM hours) AS h",
    ],
)
def test_what_stands_in_quotes_or_comments_is_not_called(tmp_path: Path, sql: str) -> None:
    assert load_rules(written(tmp_path, HEADER + sql)).rule("X01").sql == sql


def test_an_unknown_rule_is_named_beside_those_there_are(tmp_path: Path) -> None:
    rule_set = load_rules(written(tmp_path, HEADER + "SELECT 1"))

    with pytest.raises(RuleError) as refusal:
        rule_set.rule("R99")

    assert str(refusal.value) == "There is no rule “R99”: give one of X01."

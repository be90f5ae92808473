"""What a rule file may try, and how it is refused or stopped: by its file and line, with nothing half-checked."""

from __future__ import annotations

import dataclasses
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from exchange import language
from exchange.checks.ceiling import ceiling
from exchange.checks.database import Database, Limits, open_database
from exchange.checks.engine import check
from exchange.checks.rules import RuleSet, Word, load_rules
from exchange.errors import RuleError
from tests.checks.worlds import source_of

LIMIT_BEFORE = resource.getrlimit(resource.RLIMIT_DATA)
RULE = load_rules().rule("M01")
TOO_MUCH = "it was stopped when it took more memory than a rule may; simplify it."
NOT_ONE = "it is not one SELECT; leave one SELECT in it."

READS = [
    "SELECT * FROM read_csv('{file}')",
    "SELECT content FROM read_text('{file}')",
    "SELECT content FROM read_blob('{file}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM '{folder}/*.csv'",
    "FROM '{file}'",
    "TABLE '{file}'",
    "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
    "SELECT * FROM query_table('{file}')",
    "SELECT (SELECT content FROM read_text('{file}')) AS content FROM hours",
    "WITH stolen AS (SELECT * FROM '{file}') SELECT * FROM stolen",
    "SELECT * FROM 'https://example.org/x.parquet'",
    "SELECT * FROM read_csv('s3://example/x.csv')",
    "SELECT * FROM sqlite_scan('{file}', 'x')",
    "SELECT getenv('HOME') AS home",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_extensions()",
    "SELECT * FROM source_of",
    "SELECT * FROM enable_logging(storage = 'file')",
]
STATEMENTS = [
    "ATTACH '{file}' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH memory",
    "USE corrected",
    "COPY (SELECT 1) TO '{folder}/stolen.csv'",
    "COPY stored.claims FROM '{file}'",
    "EXPORT DATABASE '{folder}/stolen'",
    "IMPORT DATABASE '{folder}'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{folder}/evil.duckdb_extension'",
    "CREATE SECRET (TYPE s3)",
    "SET enable_external_access = true",
    "SET memory_limit = '1TB'",
    "SET VARIABLE x = 1",
    "RESET memory_limit",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "CALL pragma_version()",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE MACRO mine() AS 1",
    "CREATE OR REPLACE VIEW hours AS SELECT 1",
    "ALTER TABLE claims RENAME TO mine",
    "DROP TABLE stored.claims",
    "INSERT INTO stored.claims SELECT * FROM stored.claims",
    "UPDATE stored.claims SET amount = '0'",
    "DELETE FROM stored.claims",
    "TRUNCATE stored.claims",
    "BEGIN",
    "PREPARE x AS SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "CHECKPOINT",
    "VACUUM",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE stored.claims",
    "DROP TABLE stored.claims; SELECT 1",
    "",
    "-- nothing but a comment",
]
CHANGES = [
    "WITH gone AS (DELETE FROM stored.claims RETURNING *) SELECT * FROM gone",
    "WITH made AS (INSERT INTO stored.claims SELECT * FROM stored.claims RETURNING *) SELECT * FROM made",
    "WITH bent AS (UPDATE stored.claims SET amount = '0' RETURNING *) SELECT * FROM bent",
    "SELECT * FROM query('WITH gone AS (DELETE FROM stored.claims RETURNING *) SELECT * FROM gone')",
    "SELECT 1) AS x; DELETE FROM stored.claims; SELECT * FROM (SELECT 1",
]
ENDLESS = [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    "SELECT COUNT(*) FROM range(100000000) AS a, range(100000000) AS b WHERE a.range + b.range = 1",
    "SELECT a.date FROM calendar AS a, calendar AS b, calendar AS c, calendar AS d ORDER BY a.date - b.date, c.date, d.date",
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("da")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.csv"
    path.write_text("name\nsomebody\n", encoding="utf-8")
    return path


def with_rule(sql: str) -> RuleSet:
    """Return the shipped rule set with M01 alone, its SELECT replaced."""
    shipped = load_rules()
    return dataclasses.replace(shipped, rules={"M01": dataclasses.replace(RULE, sql=sql)})


@contextmanager
def opened(limits: Limits) -> Iterator[Database]:
    """Open a database of one claim for many rules, and see that none of them changed it."""
    with open_database(source_of(claims=[{}]), rule_set=load_rules(), profiles={}, limits=limits) as database:
        yield database
        assert database.rows("SELECT COUNT(*), MIN(amount) FROM stored.claims") == [(1, "3795.00")]
        assert database.run(RULE, "SELECT 1 AS one").rows == [(1,)]


@pytest.fixture(scope="module")
def patient() -> Iterator[Database]:
    """A database whose rules may take their time, but little memory."""
    with opened(Limits(seconds=600, growth=100_000_000, rows=50_000)) as database:
        yield database


@pytest.fixture(scope="module")
def hasty() -> Iterator[Database]:
    """A database whose rules may take much memory, but no time."""
    with opened(Limits(seconds=0.3, growth=8_000_000_000)) as database:
        yield database


@pytest.fixture(scope="module")
def small() -> Iterator[Database]:
    """A database that may hold little, rows and all."""
    with opened(Limits(seconds=600, memory="100MB")) as database:
        yield database


def refusal_of(sql: str, database: Database) -> str:
    with pytest.raises(RuleError) as refusal:
        database.run(RULE, sql)
    return str(refusal.value)


def filled_in(sql: str, secret: Path) -> str:
    return sql.format(file=secret.as_posix(), folder=secret.parent.as_posix())


@pytest.mark.parametrize("sql", READS)
def test_a_rule_reads_nothing_but_the_tables(sql: str, secret: Path, patient: Database) -> None:
    said = refusal_of(filled_in(sql, secret), patient)

    assert said.startswith(f"M01.sql, line {RULE.line}: it cannot be run (")
    assert said.endswith("); mend it.")
    assert "somebody" not in said
    assert "\n" not in said


@pytest.mark.parametrize("sql", STATEMENTS)
def test_a_rule_is_one_select(sql: str, secret: Path, patient: Database) -> None:
    before = sorted(path.name for path in secret.parent.iterdir())

    assert refusal_of(filled_in(sql, secret), patient) == f"M01.sql, line {RULE.line}: {NOT_ONE}"
    assert sorted(path.name for path in secret.parent.iterdir()) == before


@pytest.mark.parametrize("sql", CHANGES)
def test_a_rule_changes_no_row(sql: str, patient: Database) -> None:
    assert refusal_of(sql, patient).startswith(f"M01.sql, line {RULE.line}: it cannot be run (")
    assert patient.rows("SELECT COUNT(*), MIN(amount) FROM stored.claims") == [(1, "3795.00")]


@pytest.mark.parametrize("sql", ENDLESS)
def test_a_rule_that_runs_for_ever_is_stopped(sql: str, hasty: Database) -> None:
    assert refusal_of(sql, hasty) == (
        f"M01.sql, line {RULE.line}: it was stopped after 0.3 seconds; simplify it."
    )


@pytest.mark.parametrize("sql", [READS[0], READS[8], STATEMENTS[0], CHANGES[0], ENDLESS[1]])
def test_a_check_by_such_a_rule_ends_with_its_refusal(sql: str, secret: Path) -> None:
    with pytest.raises(
        RuleError, match=rf"^M01\.sql, line {RULE.line}: it (cannot be run|is not one|was stopped)"
    ):
        check(
            source_of(claims=[{}]),
            rule_set=with_rule(filled_in(sql, secret)),
            profiles={},
            limits=Limits(seconds=0.3),
        )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT list(a.range) AS x FROM range(100000000) AS a, range(100) AS b",
        "SELECT string_agg(CAST(a.range AS VARCHAR), '') AS x FROM range(1000000000) AS a",
        "SELECT a.range AS x FROM range(1000000000) AS a ORDER BY a.range % 7, a.range",
        "SELECT COUNT(*) AS x FROM (SELECT DISTINCT a.range FROM range(1000000000) AS a)",
    ],
)
def test_a_rule_that_takes_all_memory_is_stopped(sql: str, small: Database) -> None:
    assert refusal_of(sql, small) == f"M01.sql, line {RULE.line}: {TOO_MUCH}"


DOUBLED = ", ".join(f"d{number} AS (SELECT s || s AS s FROM d{number - 1})" for number in range(1, 33))
TIMES_TEN = "'xxxxxxxxxx'"
for _step in range(9):
    TIMES_TEN = f"replace({TIMES_TEN}, 'x', 'xxxxxxxxxx')"


@pytest.mark.parametrize(
    "sql",
    [
        f"WITH d0 AS (SELECT 'x' AS s), {DOUBLED} SELECT s FROM d32",
        f"WITH d0 AS (SELECT CAST(date AS VARCHAR) AS s FROM calendar), {DOUBLED} SELECT sum(CASE WHEN s > 'x' THEN 1 ELSE 0 END) FROM d32",
        f"SELECT {TIMES_TEN} AS s",
        "SELECT repeat('x', 2000000000) AS s",
        "SELECT a.*, b.*, a.iso_week || b.iso_week AS x FROM calendar AS a CROSS JOIN calendar AS b ORDER BY x",
    ],
)
def test_a_rule_that_builds_more_text_or_rows_than_the_machine_holds_is_stopped(
    sql: str, patient: Database
) -> None:
    assert refusal_of(sql, patient) == f"M01.sql, line {RULE.line}: {TOO_MUCH}"
    assert resource.getrlimit(resource.RLIMIT_DATA) == LIMIT_BEFORE


def test_ceilings_side_by_side_leave_the_limit_as_it_was() -> None:
    first, second = ceiling(10**9), ceiling(10**10)
    first.__enter__()
    lower = resource.getrlimit(resource.RLIMIT_DATA)[0]
    second.__enter__()
    higher = resource.getrlimit(resource.RLIMIT_DATA)[0]
    first.__exit__(None, None, None)

    assert 10**9 < lower < higher - 8 * 10**9
    assert higher == resource.getrlimit(resource.RLIMIT_DATA)[0]
    second.__exit__(None, None, None)
    assert resource.getrlimit(resource.RLIMIT_DATA) == LIMIT_BEFORE


def test_a_rule_that_gives_rows_without_end_is_stopped(patient: Database) -> None:
    said = refusal_of("SELECT range FROM range(1000000000000)", patient)

    assert said == (
        f"M01.sql, line {RULE.line}: it gives more than 50000 rows; a rule gives one for each finding."
    )


def test_after_a_refusal_the_next_rule_still_runs(hasty: Database) -> None:
    for sql in (ENDLESS[0], READS[0], CHANGES[0]):
        refusal_of(sql, hasty)
        assert hasty.run(RULE, "SELECT 1 AS one").rows == [(1,)]


@pytest.mark.parametrize("sql", [CHANGES[0], READS[1].format(file="/etc/hostname"), STATEMENTS[0]])
def test_a_word_may_do_no_more_than_a_rule(sql: str) -> None:
    shipped = load_rules()
    words = {**shipped.words, "hours": Word("hours", sql, "_hours.sql", 7)}

    with pytest.raises(RuleError, match=r"^_hours\.sql, line 7: it (cannot be run \(|is not one SELECT)"):
        check(
            source_of(claims=[{}]),
            rule_set=dataclasses.replace(shipped, words=words),
            profiles={},
            only=["M01"],
        )


def test_what_is_locked_stays_locked(patient: Database) -> None:
    for change in (
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET threads = 1",
    ):
        with pytest.raises(duckdb.InvalidInputException, match="configuration has been locked"):
            patient.connection.execute(change)


def test_one_bad_rule_leaves_no_finding_of_the_others() -> None:
    shipped = load_rules()
    bad = dataclasses.replace(shipped.rule("T02"), sql="SELECT FROM WHERE")
    rule_set = dataclasses.replace(shipped, rules={**shipped.rules, "T02": bad})

    with pytest.raises(RuleError) as refusal:
        check(source_of(), rule_set=rule_set, profiles={})

    assert str(refusal.value) == (
        f'T02.sql, line {bad.line}: it cannot be run (Parser Error: syntax error at or near "WHERE"); mend it.'
    )

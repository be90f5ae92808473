"""The locked database of one check: a source's rows, corrected and typed, and the rule set's words.

In: a :class:`~exchange.checks.source.TableSource`, corrections, profiles, periods. Out: a connection on which rules
and words are run. After loading it reads no file, attaches no database, loads no extension and changes no setting;
what a rule tries of that is refused with a RuleError that names the rule, and one that does not end is stopped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING

from exchange.checks.calendar import DATED, load_calendar, reach_all_dates
from exchange.checks.ceiling import ceiling
from exchange.checks.few import FewRows, read_few
from exchange.checks.plans import plan_for_many, plan_plainly
from exchange.checks.profiles import Profile
from exchange.checks.rules import Rule, RuleSet, Word
from exchange.checks.source import TableSource
from exchange.checks.typed import Cells, Judged, build_reported, cells_of, correct, count_stored, restore
from exchange.checks.unread import unread_tables
from exchange.errors import RuleError, RuleOutgrown
from exchange.form.corrections import Correction
from exchange.language import translate as _
from exchange.periods import Period

if TYPE_CHECKING:
    import duckdb

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
_SCHEMAS = ("stored", "typed", "as_reported", "corrected")
_READ_FROM = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)\b", re.IGNORECASE)
_SELECTS = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_ROWS_PER_FETCH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one rule may take before it is stopped.

    Attributes:
        memory: of the whole database, rows and words included, as DuckDB writes it.
        spill: an empty folder that takes what the memory does not hold while the database is open; "" writes nothing.
        growth: bytes that the process may hold more while one statement runs; a third is the most that a national year takes.
        rows: what a rule may give; nobody reviews more, and they are held outside the database's memory.
        one_thread_below: how many reported rows are so few that sharing them out costs more than it saves.
        plain_plans_below: how many are so few that looking for the best plan of a statement takes longer than any plan.
        typed_here_below: how many are so few that planning their typing takes longer than typing them in Python.
    """

    seconds: float = 120.0
    memory: str = "4GB"
    spill: str = ""
    growth: int = 1_000_000_000
    rows: int = 3_000_000
    one_thread_below: int = 100_000
    plain_plans_below: int = 20_000
    typed_here_below: int = 20_000


LIMITS = Limits()


class _Watch:
    """Interrupts a connection whose statement takes too long: one thread for all statements, woken when a limit may pass."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._due: float | None = None
        self._ended = False
        self._changed = Condition()
        Thread(target=self._look, daemon=True).start()

    @contextmanager
    def statement(self) -> Iterator[None]:
        """Watch what is run in the block."""
        self._set(monotonic() + self._seconds)
        try:
            yield
        finally:
            self._set(None)

    def end(self) -> None:
        """Stop watching, before the connection is closed."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _set(self, due: float | None) -> None:
        with self._changed:
            self._due = due

    def _look(self) -> None:
        with self._changed:
            while not self._ended:
                left = self._seconds if self._due is None else self._due - monotonic()
                if left <= 0:
                    self._connection.interrupt()
                    left = self._seconds
                self._changed.wait(left)


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a SELECT, with the names of its columns."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


@dataclass(slots=True)
class Database:
    """One check's tables, what typing found of them, and the words made so far.

    Attributes:
        few: the rows as they were reported, where they are few.
    """

    connection: duckdb.DuckDBPyConnection
    rule_set: RuleSet
    judged: Mapping[str, Judged]
    watch: _Watch
    limits: Limits = LIMITS
    periods: Sequence[Period] = ()
    few: FewRows | None = None
    _made: set[str] = field(default_factory=set)
    _reached: set[str] = field(default_factory=set)
    _cells: Cells = field(default_factory=dict)
    _parsed: dict[str, duckdb.Statement] = field(default_factory=dict)
    _read: dict[str, frozenset[str]] = field(default_factory=dict)

    def run(self, rule: Rule, sql: str) -> Result:
        """Run a rule's SELECT after the words it reads.

        Raises:
            RuleError: it is not one SELECT, does not run, reaches outside, or does not end; names file and line.
        """
        self.make_words(sql)
        return self._execute(rule, self._whole(rule, "", sql))

    def make_words(self, sql: str) -> None:
        """Materialise the words that a SELECT reads, and those that these read, each once."""
        for name in dict.fromkeys(_READ_FROM.findall(sql)):
            if name in self.rule_set.words and name not in self._made:
                self._made.add(name)
                word = self.rule_set.words[name]
                self.make_words(word.sql)
                kind = "VIEW" if word.is_view else "TABLE"
                self._execute(word, self._whole(word, f"CREATE {kind} main.{name} AS ", word.sql))

    def correct(self, corrections: Sequence[Correction]) -> set[str]:
        """Show the rows as corrected so, and return the tables that differ from before; words that read them are made anew."""
        cells = cells_of(corrections)
        if cells == self._cells:
            return set()
        self._cells, changed = cells, self._reached
        if self.few is None:
            restore(self.connection, changed)
            self._reached = correct(self.connection, cells)
        else:
            self.few.restore(self.connection, changed)
            self._reached = self.few.correct(self.connection, cells)
        changed = changed | self._reached
        if "claims" in changed:
            _load_periods(self.connection, self.periods)
        if changed & DATED and reach_all_dates(self.connection):
            changed.add("calendar")
        for name in [name for name in self._made if self.reads(self.rule_set.words[name].sql) & changed]:
            self._made.remove(name)
            kind = "VIEW" if self.rule_set.words[name].is_view else "TABLE"
            self.connection.execute(f"DROP {kind} main.{name}")
        return changed

    def reads(self, sql: str) -> frozenset[str]:
        """Return the tables and words that a SELECT reads, those that its words read among them."""
        if sql not in self._read:
            self._read[sql] = frozenset(self._all_read(sql))
        return self._read[sql]

    def _all_read(self, sql: str) -> set[str]:
        found: set[str] = set()
        left = set(_READ_FROM.findall(sql))
        while left:
            found |= left
            words = [self.rule_set.words[name].sql for name in left if name in self.rule_set.words]
            left = {name for word in words for name in _READ_FROM.findall(word)} - found
            # The table of periods holds those of the claims.
            left |= {"claims"} - found if "periods" in found else set()
        return found

    def add_periods(self, periods: Sequence[Period]) -> None:
        """Let words see these periods beside those of the claims; words that read periods are made anew."""
        known = set(self.rows("SELECT period_start, period_end FROM periods"))
        self.periods = (*self.periods, *periods)
        if {(period.start, period.end) for period in periods} <= known:
            return
        _load_periods(self.connection, self.periods)
        for name in [name for name in self._made if "periods" in self.reads(self.rule_set.words[name].sql)]:
            self._made.remove(name)
            kind = "VIEW" if self.rule_set.words[name].is_view else "TABLE"
            self.connection.execute(f"DROP {kind} main.{name}")

    def make_all_words(self) -> None:
        """Materialise every word of the rule set."""
        self.make_words(" ".join(f"FROM {name}" for name in self.rule_set.words))

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Run the engine's own SELECT."""
        return self.connection.execute(sql, list(values)).fetchall()

    def _whole(self, said: Rule | Word, before: str, sql: str) -> duckdb.Statement:
        """Return the SELECT as a subquery: DuckDB takes no statement that changes rows there, whatever its WITH says.

        It is parsed once, whole: parsing costs as much as planning. Only where that gives another number of statements,
        or what it says is no SELECT by its first word, it is parsed alone to tell what is wrong with it.
        """
        from exchange.checks.duck import duckdb

        whole = f"{before}SELECT * FROM ({sql}\n)"
        if whole not in self._parsed:
            if _SELECTS.match(sql) is None:
                self._refuse_all_but_a_select(said, sql)
            try:
                statements = self.connection.extract_statements(whole)
            except duckdb.Error as error:
                self._refuse_all_but_a_select(said, sql)
                raise _not_run(said, error) from error
            if len(statements) != 1:
                self._refuse_all_but_a_select(said, sql)
                raise _not_one(said)
            self._parsed[whole] = statements[0]
        return self._parsed[whole]

    def _refuse_all_but_a_select(self, said: Rule | Word, sql: str) -> None:
        from exchange.checks.duck import duckdb

        try:
            statements = self.connection.extract_statements(sql)
        except duckdb.Error as error:
            raise _not_run(said, error) from error
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise _not_one(said)

    def _execute(self, said: Rule | Word, statement: duckdb.Statement) -> Result:
        from exchange.checks.duck import duckdb

        try:
            with self.watch.statement(), ceiling(self.limits.growth):
                result = self.connection.execute(statement)
                return Result(
                    tuple(str(column[0]) for column in result.description), self._fetched(said, result)
                )
        except duckdb.InterruptException as error:
            raise refused(
                said,
                _("it was stopped after {seconds} seconds; simplify it").format(
                    seconds=f"{self.limits.seconds:g}"
                ),
            ) from error
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            why = _("it was stopped when it took more memory than a rule may; simplify it")
            raise RuleOutgrown(str(refused(said, why))) from error
        except duckdb.Error as error:
            raise _not_run(said, error) from error

    def _fetched(self, said: Rule | Word, result: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        while some := result.fetchmany(_ROWS_PER_FETCH):
            rows += some
            if len(rows) > self.limits.rows:
                why = _("it gives more than {count} rows; a rule gives one for each finding")
                raise refused(said, why.format(count=self.limits.rows))
        return rows


@contextmanager
def telling_what_outgrows() -> Iterator[None]:
    """Say of statements that are no rule's, too, that they need more memory than the database has.

    Raises:
        RuleOutgrown: one does.
    """
    from exchange.checks.duck import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise RuleOutgrown(
            _("The rows need more memory than the check may take; check fewer files at once.")
        ) from error


@contextmanager
def open_database(  # noqa: PLR0913 (all that a verdict depends on)
    source: TableSource,
    *,
    rule_set: RuleSet,
    profiles: Mapping[str, Profile],
    corrections: Sequence[Correction] = (),
    periods: Sequence[Period] = (),
    limits: Limits = LIMITS,
) -> Iterator[Database]:
    """Load, type, correct and lock; then give the database for as long as the block runs."""
    from exchange.checks.duck import duckdb

    connection = duckdb.connect(
        ":memory:", config={**_SETTINGS, "memory_limit": limits.memory, "temp_directory": limits.spill}
    )
    try:
        for schema in _SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        # A query of more than two seconds would draw a bar on standard output, amid what a machine reads there.
        connection.execute("SET enable_progress_bar = false")
        # No order of rows means anything, and keeping one holds back whole files in memory.
        connection.execute("SET preserve_insertion_order = false")
        if limits.spill:
            # Each thread holds pieces of its own.
            connection.execute("SET threads = 1")
        source.load(connection)
        judged, few = _typed(connection, limits)
        _lock(connection)
        cells = cells_of(corrections)
        reached = few.correct(connection, cells) if few else correct(connection, cells)
        load_calendar(connection, rule_set.calendar)
        reach_all_dates(connection)
        _load_profiles(connection, profiles)
        _load_periods(connection, periods)
        watch = _Watch(connection, limits.seconds)
        try:
            yield Database(
                connection, rule_set, judged, watch, limits, periods, few, _reached=reached, _cells=cells
            )
        finally:
            watch.end()
    finally:
        connection.close()


def _typed(
    connection: duckdb.DuckDBPyConnection, limits: Limits
) -> tuple[Mapping[str, Judged], FewRows | None]:
    """Type what was loaded; where it is little, also return its rows."""
    waiting = unread_tables(connection)
    counts = count_stored(connection, waiting)
    rows = sum(counts.values())
    if not waiting:
        _share_out(connection, rows, limits)
        if rows < limits.typed_here_below:
            few = read_few(connection, [name for name, count in counts.items() if count])
            return few.build(connection), few
    judged = build_reported(connection, waiting, counts)
    if sum(found.rows for found in judged.values()) < limits.one_thread_below:
        connection.execute("SET threads = 1")
    return judged, None


def _share_out(connection: duckdb.DuckDBPyConnection, rows: int, limits: Limits) -> None:
    """Let one thread do what is little: sharing it out costs a sixth of the check of a workspace."""
    if rows < limits.one_thread_below:
        connection.execute("SET threads = 1")
    if rows < limits.plain_plans_below:
        plan_plainly(connection)
    else:
        plan_for_many(connection)


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _load_profiles(connection: duckdb.DuckDBPyConnection, profiles: Mapping[str, Profile]) -> None:
    connection.execute(
        "CREATE TABLE auditor_demand (profile VARCHAR, grants_required BOOLEAN, final_report_days INTEGER, "
        "attendance_tolerance DECIMAL(9, 2), claim_tolerance DECIMAL(18, 2), conversation_every_weeks INTEGER, "
        "registration_days INTEGER, attendance_daily BOOLEAN, responsibilities_required BOOLEAN, "
        "both_sides BOOLEAN, closed_period BOOLEAN)"
    )
    connection.execute("CREATE TABLE auditor_note (profile VARCHAR, activity VARCHAR)")
    connection.execute("CREATE TABLE auditor_severity (profile VARCHAR, rule VARCHAR, severity VARCHAR)")
    _insert(connection, "auditor_demand", [_demands(name, profile) for name, profile in profiles.items()])
    _insert(
        connection,
        "auditor_note",
        [(name, activity) for name, profile in profiles.items() for activity in profile.note_required_for],
    )
    _insert(
        connection,
        "auditor_severity",
        [(name, *item) for name, profile in profiles.items() for item in profile.severities.items()],
    )


def _demands(name: str, profile: Profile) -> tuple[object, ...]:
    return (
        name,
        profile.grants_required,
        profile.final_report_days,
        profile.attendance_tolerance,
        profile.claim_tolerance,
        profile.conversation_every_weeks,
        profile.registration_days,
        profile.attendance_daily,
        profile.responsibilities_required,
        profile.both_sides,
        profile.closed_period,
    )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        appender = connection.appender(table)
        appender.append_rows(rows)
        appender.flush()


def _load_periods(connection: duckdb.DuckDBPyConnection, periods: Sequence[Period]) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE periods AS SELECT DISTINCT period_start, period_end FROM claims "
        "WHERE period_start IS NOT NULL AND period_end IS NOT NULL"
    )
    payload = json.dumps([[str(period.start), str(period.end)] for period in periods])
    connection.execute(
        "INSERT INTO periods SELECT CAST(r[1] AS DATE), CAST(r[2] AS DATE) "
        """FROM (SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r) """
        "EXCEPT SELECT period_start, period_end FROM periods",
        [payload],
    )


def refused(said: Rule | Word, why: str, line: int = 1) -> RuleError:
    """Return the refusal of a rule or word: one sentence with its file and line (counted from its SELECT's first)."""
    return RuleError(
        _("{file}, line {line}: {why}.").format(file=said.file, line=said.line + line - 1, why=why)
    )


def _not_one(said: Rule | Word) -> RuleError:
    return refused(said, _("it is not one SELECT; leave one SELECT in it"))


def _not_run(said: Rule | Word, error: Exception) -> RuleError:
    text = str(error)
    found = _LINE.search(text)
    reason = text.split("\n", 1)[0].rstrip(".!")
    return refused(
        said, _("it cannot be run ({reason}); mend it").format(reason=reason), int(found[1]) if found else 1
    )

"""The check: tables in, findings out. Called by the command line, the screens, sealing and the verifier.

Order: open and lock the database (:mod:`.database`), let every rule speak (SQL here; form, text and control totals in
their modules), gather the cells behind what they said (:mod:`.evidence`), put it into words (:mod:`.wording`). Asks
neither the clock nor the package period. The same rows, rules and profiles give the same findings, in any row order
and on any number of threads.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Literal, Self

from exchange.checks import control_totals, form_rules, text_rules
from exchange.checks.database import LIMITS, Database, Limits, Result, open_database, refused
from exchange.checks.deviations import Deviation
from exchange.checks.evidence import EvidenceBook, judged_of, open_book, read_refs
from exchange.checks.findings import SEVERITIES, CellRef, Finding, Proposal, finding_id, in_order
from exchange.checks.profiles import Profile
from exchange.checks.rules import Rule, RuleSet
from exchange.checks.source import Locator, Nowhere, TableSource
from exchange.checks.turns import run_in_turn
from exchange.checks.wording import message_of
from exchange.errors import RuleError
from exchange.form.corrections import Correction
from exchange.form.faults import Fault
from exchange.language import current
from exchange.language import translate as _
from exchange.periods import Period

if TYPE_CHECKING:
    import duckdb

Scope = Literal["whole", "part"]
Row = tuple[object, ...]

NEED_SEVERAL_JOBCENTRES = frozenset({"P02", "P04", "P08", "M04", "M09", "T01"})
"""Rules that a package of one jobcentre's rows does not run again (rules.md, Scope)."""

_RESERVED = frozenset(
    {"severity", "amount_ore", "effect_ore", "likely_cause", "proposal", "proposal_value", "evidence"}
)


def check(  # noqa: PLR0913 (all that a verdict depends on)
    source: TableSource,
    *,
    rule_set: RuleSet,
    profiles: Mapping[str, Profile],
    corrections: Sequence[Correction] = (),
    faults: Sequence[Fault] = (),
    locator: Locator | None = None,
    scope: Scope = "whole",
    only: Collection[str] | None = None,
    limits: Limits = LIMITS,
) -> list[Finding]:
    """Judge the rows by the rules and return the findings in order, in the language in force.

    Args:
        source: the rows as they were reported.
        rule_set: the rules and words that judge.
        profiles: the auditors' demands by id; parties name them, and one that is not here demands nothing.
        corrections: what decisions changed; all rules but F, K, T01 and C01 read the corrected rows.
        faults: what intake saw that the tables cannot show; they become F findings.
        locator: knows the source cell of a value.
        scope: ``part`` leaves out the rules that need the rows of several jobcentres.
        only: the ids of the rules to run; ``F`` stands for all form rules.
        limits: what one rule may take before it is stopped.

    Raises:
        RuleError: a rule cannot be run, reaches outside the tables, or does not end.
    """
    bench = Bench(
        source,
        rule_set=rule_set,
        profiles=profiles,
        faults=faults,
        locator=locator or Nowhere(),
        limits=limits,
    )
    with bench:
        return bench.findings(corrections, scope=scope, only=only)


class Bench:
    """Judges the same rows several times, corrected differently: what corrections do not reach is judged once.

    Opens its database when it is first asked, and closes it with the block.
    """

    def __init__(  # noqa: PLR0913 (all that a verdict depends on)
        self,
        source: TableSource,
        *,
        rule_set: RuleSet,
        profiles: Mapping[str, Profile],
        faults: Sequence[Fault] = (),
        locator: Locator,
        limits: Limits = LIMITS,
    ) -> None:
        """Remember what to judge and by what; see :func:`check`."""
        self._rule_set = rule_set
        self._faults = faults
        self._locator = locator
        self._opening = partial(open_database, source, rule_set=rule_set, profiles=profiles, limits=limits)
        self._stack = ExitStack()
        self._database: Database | None = None
        self._said: dict[str, list[_Said]] = {}
        self._language = current()

    def __enter__(self) -> Self:
        """Stand ready."""
        return self

    def __exit__(self, *_failure: object) -> None:
        """Close the database."""
        self._stack.close()

    def findings(
        self,
        corrections: Sequence[Correction],
        *,
        scope: Scope = "whole",
        only: Collection[str] | None = None,
    ) -> list[Finding]:
        """Return the findings of the rows as corrected so; see :func:`check`.

        Raises:
            RuleError: a rule cannot be run, reaches outside the tables, or does not end.
        """
        database = self.database(corrections)
        if self._language != current():
            self._language = current()
            self._said.clear()
        wanted = [rule for rule in self._rule_set.rules.values() if _is_wanted(rule, scope, only)]
        with _uncollected():
            self._listen(database, [rule for rule in wanted if rule.id not in self._said])
            said = [one for rule in wanted for one in self._said[rule.id]]
            book = open_book(database, (one.deviation for one in said), self._locator)
            return in_order(_findings(said, self._rule_set, book))

    def _listen(self, database: Database, rules: Sequence[Rule]) -> None:
        """Let the rules speak; one that fails leaves nothing that was said."""
        said: dict[str, list[_Said]] = {rule.id: [] for rule in rules}
        for one in _spoken(database, rules, self._faults, self._locator):
            said[one.deviation.rule].append(one)
        self._said |= said

    def database(self, corrections: Sequence[Correction]) -> Database:
        """Return the open database with the rows corrected so, for who wants more of them than findings.

        Raises:
            RuleError: a word of the rule set cannot be run.
        """
        if self._database is None:
            self._database = self._stack.enter_context(self._opening(corrections=corrections))
            return self._database
        changed = self._database.correct(corrections)
        for rule in self._rule_set.rules.values():
            if rule.sql is not None and self._database.reads(rule.sql) & changed:
                self._said.pop(rule.id, None)
        return self._database


@contextmanager
def opened(
    source: TableSource,
    *,
    rule_set: RuleSet,
    profiles: Mapping[str, Profile],
    corrections: Sequence[Correction] = (),
    periods: Sequence[Period] = (),
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a locked connection on which stored, as_reported and corrected tables and every word stand ready."""
    with open_database(
        source, rule_set=rule_set, profiles=profiles, corrections=corrections, periods=periods
    ) as database:
        database.make_all_words()
        yield database.connection


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no rings of values meanwhile: findings refer to nothing that refers to them, and are many to look through."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _is_wanted(rule: Rule, scope: Scope, only: Collection[str] | None) -> bool:
    if scope == "part" and rule.id in NEED_SEVERAL_JOBCENTRES:
        return False
    return only is None or rule.id in only or (rule.id.startswith("F-") and "F" in only)


@dataclass(frozen=True, slots=True)
class _Said:
    """A deviation in words: what its finding has before its cells are looked up."""

    deviation: Deviation
    finding_id: str
    message: str


def _in_words(rule: Rule, deviations: Iterable[Deviation]) -> list[_Said]:
    return [
        _Said(
            deviation,
            finding_id(rule.id, deviation.subject),
            message_of(rule, deviation.values, deviation.likely_cause),
        )
        for deviation in deviations
    ]


def _spoken(
    database: Database, rules: Sequence[Rule], faults: Sequence[Fault], locator: Locator
) -> Iterator[_Said]:
    coded: dict[str, list[Rule]] = {}
    told = [rule for rule in rules if rule.sql is not None]
    for rule in rules:
        if rule.sql is None:
            coded.setdefault(rule.code or "", []).append(rule)
    # Before the words, which fill the memory that comparing all keys needs.
    judges = _judges(database, faults, locator)
    for code, group in coded.items():
        for deviation in _one_per_subject(judges[code]({rule.id: rule for rule in group})):
            yield from _in_words(database.rule_set.rule(deviation.rule), [deviation])
    for said in run_in_turn(
        database, told, lambda rule, result: _in_words(rule, deviations_of(rule, result))
    ):
        yield from said


def _judges(
    database: Database, faults: Sequence[Fault], locator: Locator
) -> Mapping[str, Callable[[Mapping[str, Rule]], Iterable[Deviation]]]:
    """Return the modules that judge where SQL does not, by the name that rule headers use."""
    return {
        form_rules.CODE: lambda rules: form_rules.judge(database, rules, faults, locator),
        text_rules.CODE: lambda rules: text_rules.judge(database, rules),
        control_totals.CODE: lambda rules: control_totals.judge(database, rules),
    }


def deviations_of(rule: Rule, result: Result) -> list[Deviation]:
    """Read a rule's rows; rows of one subject (a key that stands twice) are one deviation.

    Raises:
        RuleError: a column is missing, or a reserved one holds what it must not.
    """
    missing = [name for name in (*rule.subject, "evidence") if name not in result.columns]
    if missing:
        raise refused(rule, _("the column “{column}” is missing; select it").format(column=missing[0]))
    reader = _RowReader.of(rule, result.columns)
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row in result.rows:
        alike.setdefault(reader.subject(row), []).append(row)
    return [_one_of(reader, subject, rows) for subject, rows in alike.items()]


def _one_of(reader: _RowReader, subject: tuple[str, ...], rows: list[Row]) -> Deviation:
    if len(rows) == 1:
        return reader.deviation(subject, rows[0])
    rows.sort(key=lambda row: [str(value) for value in row])
    (deviation,) = _one_per_subject(reader.deviation(subject, row) for row in rows)
    return deviation


def _one_per_subject(deviations: Iterable[Deviation]) -> list[Deviation]:
    found: dict[tuple[str, tuple[str, ...]], Deviation] = {}
    for deviation in deviations:
        name = deviation.rule, deviation.subject
        first = found.setdefault(name, deviation)
        if first is not deviation:
            found[name] = replace(first, cells=tuple(dict.fromkeys((*first.cells, *deviation.cells))))
    return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowReader:
    """Reads one rule's rows.

    Attributes:
        places: of each column in a row.
        subjects: the places of the subject's columns.
        named: the values of the message, each with its place.
    """

    rule: Rule
    places: Mapping[str, int]
    subjects: tuple[int, ...]
    named: tuple[tuple[str, int], ...]

    @staticmethod
    def of(rule: Rule, columns: Sequence[str]) -> _RowReader:
        places = {name: place for place, name in enumerate(columns)}
        return _RowReader(
            rule=rule,
            places=places,
            subjects=tuple(places[name] for name in rule.subject),
            named=tuple((name, place) for name, place in places.items() if name not in _RESERVED),
        )

    def subject(self, row: Row) -> tuple[str, ...]:
        return tuple([_text(row[place]) or "" for place in self.subjects])

    def deviation(self, subject: tuple[str, ...], row: Row) -> Deviation:
        severity = self._value(row, "severity") or self.rule.severity
        if severity not in SEVERITIES:
            raise _misread(self.rule, "severity")
        cells = _refs(self.rule, self._value(row, "evidence"), "evidence")
        if not cells:
            raise _misread(self.rule, "evidence")
        proposal = _refs(self.rule, self._value(row, "proposal"), "proposal")
        return Deviation(
            rule=self.rule.id,
            subject=subject,
            severity=severity,
            values={name: row[place] for name, place in self.named},
            amount_dkk=_kroner(self.rule, self._value(row, "amount_ore"), "amount_ore"),
            effect_dkk=_kroner(self.rule, self._value(row, "effect_ore"), "effect_ore") if proposal else None,
            likely_cause=_text(self._value(row, "likely_cause")),
            proposal=proposal[0] if proposal else None,
            proposal_value=_text(self._value(row, "proposal_value")) if proposal else None,
            cells=cells,
        )

    def _value(self, row: Row, name: str) -> object:
        place = self.places.get(name)
        return None if place is None else row[place]


def _refs(rule: Rule, value: object, name: str) -> tuple[CellRef, ...]:
    if value is None:
        return ()
    try:
        return read_refs(str(value))
    except ValueError as error:
        raise _misread(rule, name) from error


def _kroner(rule: Rule, value: object, name: str) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value % 1:
        raise _misread(rule, name)
    return Decimal(value) / 100


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _misread(rule: Rule, column: str) -> RuleError:
    why = _("the column “{column}” gives what it must not; mend the SELECT")
    return refused(rule, why.format(column=column))


def _findings(said: Iterable[_Said], rule_set: RuleSet, book: EvidenceBook) -> Iterator[Finding]:
    for one in said:
        yield _finding(rule_set.rule(one.deviation.rule), one, book)


def _finding(rule: Rule, said: _Said, book: EvidenceBook) -> Finding:
    deviation = said.deviation
    grounds = book.grounds_of(deviation)
    return Finding(
        finding_id=said.finding_id,
        rule=rule.id,
        severity=deviation.severity,
        subject=tuple(zip(rule.subject, deviation.subject, strict=True)),
        message=said.message,
        cure=rule.text.cure,
        amount_dkk=deviation.amount_dkk,
        effect_dkk=deviation.effect_dkk,
        proposal=_proposal(deviation),
        likely_cause=deviation.likely_cause,
        evidence=grounds.evidence,
        judged=judged_of(grounds.evidence),
        dated=grounds.dated,
        owners=grounds.owners,
    )


def _proposal(deviation: Deviation) -> Proposal | None:
    cell = deviation.proposal
    return None if cell is None else Proposal(cell.table, cell.key, cell.field, deviation.proposal_value)

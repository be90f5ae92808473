"""Rules in turn: the database runs one on a thread of its own while what the one before gave is read and worded.

In: rules, and what reads a rule's rows. Out: what was read, in the order of the rules. Called by :mod:`.engine`.
Statements still run one at a time. A rule that fails stops all of it, and its failure is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from exchange.checks.database import Database, Result
from exchange.checks.rules import Rule

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Told = TypeVar("Told")

_ROWS_BESIDE = 50_000
"""What is made of so many rows, while a statement runs, takes little of the room that the statement has."""


def run_in_turn(
    database: Database, rules: Sequence[Rule], read: Callable[[Rule, Result], Told]
) -> Iterator[Told]:
    """Give what is read of each rule's rows.

    Raises:
        RuleError: a rule cannot be run, reaches outside the tables, or does not end; or ``read`` refuses its rows.
    """
    if database.few is not None:
        # To hand a statement over takes a tenth of what it takes.
        for rule in rules:
            yield read(rule, database.run(rule, rule.sql or ""))
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        try:
            yield from _in_turn(thread, database, rules, read)
        except BaseException:
            # Leaving waits for the thread, and nobody will ask for what it is at.
            database.connection.interrupt()
            raise


def _in_turn(
    thread: ThreadPoolExecutor,
    database: Database,
    rules: Sequence[Rule],
    read: Callable[[Rule, Result], Told],
) -> Iterator[Told]:
    def begun(place: int) -> Future[Result] | None:
        if place >= len(rules):
            return None
        return thread.submit(database.run, rules[place], rules[place].sql or "")

    running = begun(0)
    for place, rule in enumerate(rules, 1):
        result = running.result() if running else Result((), [])
        few = len(result.rows) <= _ROWS_BESIDE
        running = begun(place) if few else None
        told = _read_beside(running, rule, result, read)
        running = running if few else begun(place)
        yield told


def _read_beside(
    running: Future[Result] | None, rule: Rule, result: Result, read: Callable[[Rule, Result], Told]
) -> Told:
    """Read the rows; where the statement beside it took all the memory that it may, read them when it has ended."""
    try:
        return read(rule, result)
    except MemoryError:
        if running is None:
            raise
        running.result()
        return read(rule, result)

"""The table ``calendar`` that rules read: the rule set's calendar.csv, and the years before and after it that rows need.

The file holds 2010 to 2040 and travels in packages. A rule judges every row whatever its date (rules.md), so where
mentor hours or attendance are dated outside the file, the days from there to it are added by the same law
(schemas/make_calendar.py). Called by :mod:`.database`; refuses a file whose lines are no days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from exchange.errors import RuleError
from exchange.language import translate as _

if TYPE_CHECKING:
    import duckdb

DATED = frozenset({"mentor_hours", "attendance"})
"""The tables whose dates the rules look up in the calendar."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2},[0-9]{4}-W[0-9]{2},[0-9]{4}-[0-9]{2},[1-7],(?:true|false)")
_CREATE = (
    "CREATE TABLE calendar AS SELECT CAST(f[1] AS DATE) AS date, f[2] AS iso_week, f[3] AS month, "
    "CAST(f[4] AS INTEGER) AS weekday, CAST(f[5] AS BOOLEAN) AS closed "
    "FROM (SELECT string_split(unnest(string_split(?, chr(10))), ',') AS f)"
)
_WEEK = timedelta(days=6)
_SPAN = "SELECT min(date), max(date) FROM calendar"
_ASKED = " UNION ALL ".join(
    f"SELECT min(date) AS first, max(date) AS last FROM main.{name}" for name in sorted(DATED)
)
_ADD = """
INSERT INTO calendar
SELECT
  date,
  substr(CAST(10000 + extract(isoyear FROM date) AS VARCHAR), 2) || '-W' || substr(CAST(100 + extract(week FROM date) AS VARCHAR), 2),
  substr(CAST(date AS VARCHAR), 1, 7),
  extract(isodow FROM date),
  extract(isodow FROM date) > 5 OR date IN (SELECT unnest(CAST(? AS DATE[])))
FROM (SELECT CAST(range AS DATE) AS date FROM range(CAST(? AS DATE), CAST(? AS DATE) + 1, INTERVAL 1 DAY))
"""


def load_calendar(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Create the table from the text of calendar.csv.

    Raises:
        RuleError: a line is no day of the calendar; names file and line.
    """
    from exchange.checks.duck import duckdb

    try:
        connection.execute(_CREATE, ["\n".join(text.split()[1:])])
    except duckdb.Error as error:
        lines = enumerate(text.splitlines(), 1)
        line = next((number for number, line in lines if number > 1 and not _DAY.fullmatch(line)), 1)
        why = _(
            "{file}, line {line}: it is no day of the calendar; write it as 2016-03-01,2016-W09,2016-03,2,false."
        )
        raise RuleError(why.format(file="calendar.csv", line=line)) from error


def reach_all_dates(connection: duckdb.DuckDBPyConnection) -> bool:
    """Add the days that the rows need and the table lacks, and tell whether there were any."""
    first, last = _span(connection, _SPAN)
    asked_first, asked_last = _span(connection, f"SELECT min(first), max(last) FROM ({_ASKED})")
    if first is None or last is None or asked_first is None or asked_last is None:
        return False
    missing = [*_before(asked_first, first), *_after(last, asked_last)]
    for start, end in missing:
        connection.execute(_ADD, [_holidays(start, end), start, end])
    return bool(missing)


def _span(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[date | None, date | None]:
    first, last = connection.execute(sql).fetchone() or (None, None)
    return first, last


def _before(asked: date, first: date) -> Iterator[tuple[date, date]]:
    # The week of the first date is asked for whole.
    start = max(asked.toordinal() - _WEEK.days, 1)
    if start < first.toordinal():
        yield date.fromordinal(start), first - timedelta(days=1)


def _after(last: date, asked: date) -> Iterator[tuple[date, date]]:
    if asked > last:
        yield last + timedelta(days=1), asked


def _holidays(start: date, end: date) -> list[date]:
    from schemas.make_calendar import holidays_of

    return [day for year in range(start.year, end.year + 1) for day in holidays_of(year)]

"""Periods as the command line writes them: ``2016-01-01..2016-03-31``, both days included."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from exchange.errors import SettlementError
from exchange.language import translate as _


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Two dates, both inside."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def whole_months(self) -> bool:
        """Whether it starts on a first and ends on a last day of a month."""
        return self.start.day == 1 and self.end.day == calendar.monthrange(self.end.year, self.end.month)[1]


def parse_period(text: str) -> Period:
    """Read ``START..END`` in ISO dates.

    Raises:
        SettlementError: not two dates, or the end is before the start.
    """
    start, dots, end = text.partition("..")
    try:
        period = Period(date.fromisoformat(start), date.fromisoformat(end))
    except ValueError:
        period = None
    if not dots or period is None or text != str(period):
        raise SettlementError(
            _("“{text}” is no period: write it as 2016-01-01..2016-03-31.").format(text=text[:60])
        )
    if period.end < period.start:
        raise SettlementError(
            _(
                "The period {text} ends before it starts: write its first day first, as 2016-01-01..2016-03-31."
            ).format(text=text)
        )
    return period


def left_of(period: Period, covered: Iterable[Period]) -> list[Period]:
    """Return the parts of a period that none of the others covers, in order."""
    left, start = [], period.start
    for one in sorted(covered):
        if start <= one.end and one.start <= period.end:
            if start < one.start:
                left.append(Period(start, one.start - timedelta(days=1)))
            start = one.end + timedelta(days=1)
    return [*left, Period(start, period.end)] if start <= period.end else left

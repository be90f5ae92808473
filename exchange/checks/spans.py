"""When a finding is about: its subject's dates, weeks and months, else its evidence's, as first and last day.

Used where findings are shown for a period, and where retention has ended for what lies before a day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exchange.checks.findings import Finding
    from exchange.periods import Period

Span = tuple[date, date]


def touches(finding: Finding, period: Period) -> bool:
    """Whether a finding is about the period: by the dates of its subject, else by its evidence; undated ones always."""
    spans = spans_of(finding)
    if spans:
        return any(first <= period.end and period.start <= last for first, last in spans)
    return finding.dated is None or finding.dated in period


def is_since(finding: Finding, day: date) -> bool:
    """Whether nothing of what a finding is about lies before the day; undated ones always."""
    spans = spans_of(finding)
    if spans:
        return all(day <= first for first, _last in spans)
    return finding.dated is None or day <= finding.dated


def spans_of(finding: Finding) -> list[Span]:
    """Return what the subject names; none where it names no date."""
    subject = dict(finding.subject)
    if "from" in subject and "to" in subject:
        first, last = _day(subject["from"]), _day(subject["to"])
        if first and last:
            return [(first, last)]
    return [span for name, value in finding.subject if (span := _span(name, value))]


def _span(name: str, value: str) -> Span | None:
    if name == "week":
        return _week(value)
    if name == "month":
        return _month(value)
    day = _day(value) if name == "date" or name.endswith("_date") else None
    return (day, day) if day else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _week(value: str) -> Span | None:
    monday = _day(f"{value}-1")
    return (monday, monday + timedelta(days=6)) if monday else None


def _month(value: str) -> Span | None:
    first = _day(f"{value}-01")
    if first is None:
        return None
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

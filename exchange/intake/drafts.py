"""A record being put together from its cells: what stands in it, where, and what some texts say of other fields.

In: values as they are read. Out: the fields of one row. Refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from exchange.form.tables import Table
from exchange.intake.dates import day_of_month, day_of_week, read_month, read_week, weekday_number
from exchange.intake.layout import DAY_HELPERS, Reading
from exchange.intake.numbers import exact, hours_of_minutes
from exchange.intake.values import Value, unreadable
from exchange.intake.words import plain, squeezed


@dataclass(frozen=True, slots=True)
class Read:
    """A value and where it stands; ``raw`` is what sets, fills and the crosswalk look up."""

    value: Value
    at: str
    raw: str = ""


@dataclass(slots=True)
class Draft:
    """A record being put together.

    Attributes:
        unread: the fields that cannot be read, and why (:class:`values.Value`).
        helpers: what the fields ``_year`` … ``_break`` say.
        says: texts that may set or fill other fields, with their reading and cell; obeyed when all cells are read.
    """

    values: dict[str, str | None] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    local: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, Read] = field(default_factory=dict)
    says: list[tuple[str, Reading, str]] = field(default_factory=list)

    def put(self, name: str, read: Read) -> None:
        """Give a field, or a helping field, its value and cell."""
        if name.startswith("_"):
            self.helpers[name] = read
            return
        self.values[name] = read.value.text
        self.cells[name] = read.at
        if read.value.readable:
            self.unread.pop(name, None)
        else:
            self.unread[name] = read.value.why

    def copy(self) -> Draft:
        """Return a draft of its own to go on with."""
        return Draft(
            dict(self.values),
            dict(self.cells),
            dict(self.unread),
            dict(self.local),
            dict(self.helpers),
            list(self.says),
        )

    def obey(self) -> None:
        """Let the texts that were met set and fill their fields."""
        for raw, reading, at in self.says:
            for name, text in reading.sets.get(plain(raw), {}).items():
                self._set(name, text, at)
            for name, text in reading.fills.get(plain(raw), {}).items():
                if self.values.get(name) is None:
                    self._set(name, text, self.cells.get(name) or at)

    def _set(self, name: str, text: str, at: str) -> None:
        self.put(name, Read(Value(text or None), at))
        if not text:
            self.cells.pop(name, None)

    @property
    def year(self) -> int | None:
        """The year that ``_year`` or ``_month`` says."""
        if not self.helpers:
            return None
        month = _month_of(self.helpers)
        return _number_of(self.helpers.get("_year")) or (month[0] if month else None)

    def make_day(self, form: Table) -> None:
        """Make ``date`` or ``week`` of the helping fields (docs/layouts.md)."""
        if not self.helpers:
            return
        parts = [name for name in DAY_HELPERS if name in self.helpers]
        target = _target(form.field_names, parts)
        if target is None or self.values.get(target):
            return
        at = "+".join(self.helpers[name].at for name in parts if self.helpers[name].at)
        text = _helped_date(self.helpers) if target == "date" else _helped_week(self.helpers)
        raw = " ".join(self.helpers[name].raw for name in parts)
        self.put(target, Read(Value(text) if text else unreadable(form.field(target), raw), at))

    def make_hours(self, form: Table, *, overnight: bool) -> None:
        """Make the hours of the start and end time, less the break.

        An end before the start is the next day where the layout says ``overnight``, else it stays negative, which the
        form's bounds tell.
        """
        target = "hours" if "hours" in form.field_names else "attended_hours"
        start, end = self._moment("start"), self._moment("end")
        if self.values.get(target) or start is None or end is None:
            return
        pause = self.helpers.get("_break")
        parts = [part for part in (start, end, pause) if part is not None]
        at = "+".join(dict.fromkeys(part.at for part in parts if part.at))
        if not all(part.value.readable for part in parts):
            # A time that is a field of the form is a fault there already.
            if "start_time" not in form.field_names or (pause and not pause.value.readable):
                raw = " ".join(dict.fromkeys(part.raw for part in parts))
                self.put(target, Read(unreadable(form.field(target), raw), at))
            return
        minutes = _minutes(end.value.text or "") - _minutes(start.value.text or "")
        minutes += 24 * 60 if overnight and minutes < 0 else 0
        hours = hours_of_minutes(Decimal(minutes)) - Decimal(pause.value.text or "0" if pause else "0")
        self.put(target, Read(Value(f"{hours:.2f}"), at))

    def _moment(self, which: str) -> Read | None:
        """Return a time that is a field of the form, or else the helping field."""
        name = f"{which}_time"
        text = self.values.get(name)
        if text is None:
            return self.helpers.get(f"_{which}")
        return Read(Value(text, readable=name not in self.unread), self.cells.get(name, ""), text)


def _target(names: Sequence[str], parts: Sequence[str]) -> str | None:
    if "date" in names and ("_day" in parts or "_weekday" in parts):
        return "date"
    return "week" if "week" in names and "_week" in parts else None


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5])


def _number_of(helper: Read | None) -> int | None:
    value = exact(helper.raw.strip().rstrip(".")) if helper else None
    return int(value) if value is not None and value == int(value) and 0 < value < 10_000 else None


def _month_of(helpers: Mapping[str, Read]) -> tuple[int | None, int] | None:
    raw = helpers["_month"].raw if "_month" in helpers else ""
    return read_month(raw[:7] if re.fullmatch(r"\d{4}-\d\d-\d\d", raw) else raw)


def _helped_date(helpers: Mapping[str, Read]) -> str | None:
    year = _number_of(helpers.get("_year"))
    week = read_week(helpers["_week"].raw) if "_week" in helpers else None
    month = _month_of(helpers)
    if week is not None and "_weekday" in helpers:
        weekday = _number_of(helpers["_weekday"]) or weekday_number(squeezed(helpers["_weekday"].raw))
        day = day_of_week(week[0] or year, week[1], weekday)
    elif month is not None:
        day = day_of_month(month[0] or year, month[1], _number_of(helpers.get("_day")))
    else:
        day = None
    return day.isoformat() if day else None


def _helped_week(helpers: Mapping[str, Read]) -> str | None:
    week = read_week(helpers["_week"].raw)
    year = (week[0] if week else None) or _number_of(helpers.get("_year"))
    if week is None or day_of_week(year, week[1], 1) is None:
        return None
    return f"{year}-W{week[1]:02}"

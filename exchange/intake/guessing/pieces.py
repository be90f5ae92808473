"""One table on one sheet as it was recognised; :mod:`drawing_up` makes one ``[[table]]`` of those that are alike."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.intake.guessing.columns import ColumnView
from exchange.intake.guessing.facts import Fact, Section
from exchange.intake.guessing.grounds import Ground
from exchange.intake.guessing.tables_fit import HELPING, Fit

_NEEDS = {
    "days": {"_month", "_year"},
    "weekdays": {"_week", "_year"},
    "weeks": {"_year"},
    "dates": set[str](),
    "names": set[str](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One table on one sheet.

    Attributes:
        rival: a table that the columns could be nearly as well.
        beside: for a second table in the same rows, the columns that the first one reads too.
    """

    ground: Ground
    views: tuple[ColumnView, ...]
    fit: Fit
    rival: str | None
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...] = ()
    beside: tuple[ColumnView, ...] = ()

    @property
    def used_facts(self) -> tuple[Fact, ...]:
        """The facts that the table needs and no column gives."""
        names = set(self.fit.table.field_names)
        return tuple(
            fact
            for fact in self.facts
            if fact.field not in self.fit.fields
            and fact.field not in {section.field for section in self.used_sections}
            and (fact.field in names or (fact.field in HELPING and fact.field in self._helpers()))
        )

    @property
    def used_sections(self) -> tuple[Section, ...]:
        """The rows among the records that say what no column does."""
        names = {*self.fit.table.field_names, *self._helpers()}
        return tuple(one for one in self.sections if one.field in names and one.field not in self.fit.fields)

    @property
    def given(self) -> set[str]:
        """What columns and day headings give."""
        dated = any(one.block.header == "dates" for one in self.fit.blocks)
        return self.fit.fields | ({"date"} if dated else set())

    def _helpers(self) -> set[str]:
        given = self.given
        needs = set[str]().union(*(_NEEDS[one.block.header] for one in self.fit.blocks))
        if any(one.block.weeks_above for one in self.fit.blocks):
            needs -= {"_week"}
        if {"_day", "_weekday", "_week", "_month"} & given and "date" not in given:
            needs |= (
                {"_year"}
                | ({"_month"} if "_day" in given else set())
                | ({"_week"} if "_weekday" in given else set())
            )
        if "date" in given:
            needs |= {"_year"}
        return needs - given

    @property
    def grouped(self) -> bool:
        """Whether the group headings are needed to tell columns apart."""
        if any(one.block.group or one.block.weeks_above for one in self.fit.blocks):
            return True
        by_number = {view.number: view for view in (*self.views, *self.beside)}
        used = [by_number[pair.column] for pair in self.fit.pairs]
        return any(not view.named and view.heading and view.group for view in used)

    def view(self, number: int) -> ColumnView:
        """Return the column of that number."""
        return next(view for view in self.views if view.number == number)

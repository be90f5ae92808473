"""Whether the parts of one table's layout agree with one another.

In: a table that was read key by key. Out: nothing. Refused with one sentence (:class:`LayoutError`): what contradicts itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.intake.layout import Column, SectionRow, SheetCell, TableLayout, Wide
    from exchange.intake.layout_keys import Section


def refuse_contradictions(section: Section, layout: TableLayout) -> None:
    """Refuse what contradicts itself inside one table.

    Raises:
        LayoutError: names the file, the key and the cure.
    """
    if not layout.columns and not layout.wide:
        raise section.error("column", _("name at least one column"))
    for number, column in enumerate(layout.columns, 1):
        if layout.header_rows == 0 and column.at is None:
            raise section.error(f"column[{number}]", _('without headings every column needs at = "A"'))
    if layout.header_rows == 0 and layout.title:
        raise section.error("title", _("without headings nothing is looked for below a title, leave it out"))
    if layout.overnight and not layout.hours_from_times:
        raise section.error("overnight", _("this belongs to hours_from_times = true"))
    columns: tuple[Column | Wide, ...] = (*layout.columns, *layout.wide)
    if layout.header_rows != 2 and any(item.group or item.group_gives for item in columns):
        raise section.error("header_rows", _("a group heading needs header_rows = 2"))
    if layout.header_rows and not layout.wide and not any(column.names for column in layout.columns):
        raise section.error(
            "column", _("one column must be found by its heading (names), or write header_rows = 0")
        )
    if layout.wide and any(column.each for column in layout.columns):
        raise section.error("column", _("a table has either columns with each = true or wide blocks"))
    _totals_have_their_rule(section, layout)
    _wide_has_its_period(section, layout)


def _totals_have_their_rule(section: Section, layout: TableLayout) -> None:
    whys = {skip.why for skip in layout.skips}
    for number, total in enumerate(layout.totals, 1):
        if total.skipped not in whys:
            raise section.error(
                f"total[{number}].skipped", _("write the why of one of the table's skip rules")
            )


def _wide_has_its_period(section: Section, layout: TableLayout) -> None:
    sources: tuple[Column | SheetCell | SectionRow, ...] = (*layout.columns, *layout.cells, *layout.sections)
    given = {item.field for item in sources}
    given |= set(layout.constants) | {block.group_gives for block in layout.wide if block.group_gives}
    needs = {"days": {"_month"}, "weekdays": {"_year", "_week"}, "weeks": {"_year"}}
    for number, block in enumerate(layout.wide, 1):
        lost = needs.get(block.header, set()) - given - ({"_year"} if "_week" in given else set())
        for helper in sorted(lost):
            raise section.error(
                f"wide[{number}].header",
                _("a column, a cell or a constant must give {helper}").format(helper=helper),
            )

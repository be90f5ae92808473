"""Layout files: the whole format is read, and every mistake is named with its key and cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exchange.errors import LayoutError
from exchange.intake.layout import Reading, Skip, Total, read_layout, shipped_layouts
from tests.intake.workbooks import HOURS

DOCS = Path(__file__).parents[2] / "docs" / "layouts.md"


def test_the_example_in_the_documentation_is_a_layout() -> None:
    text = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[0]
    layout = read_layout(text, "regionsmentor-timer.toml")
    table = layout.tables[0]
    assert (layout.name, layout.kind, layout.words, layout.files) == (
        "regionsmentor-timer",
        "xlsx",
        ("Regionsmentor*",),
        ("timer*.xlsx",),
    )
    assert [column.field for column in table.columns] == [
        "placement_id",
        "date",
        "mentor_id",
        "hours",
        "activity",
    ]
    assert table.columns[0].carry
    assert table.columns[4].reading == Reading(
        dates=("d-m-yyyy", "d. mmmm yyyy"),
        blank=("-", "n/a"),
        codes={"sa": "conversation", "opl": "training"},
    )
    assert table.constants == {"reporter": "company"}
    assert table.skips == (Skip(why="total", first=("I alt*", "Sum")),)
    assert table.totals == (Total(measure="mentor_hours.sum", skipped="total", field="hours"),)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'kind = "xlsx"',
            "kind = ",
            "x.toml is no TOML (Invalid value (at line 6, column 8)): mend that place.",
        ),
        ('kind = "xlsx"', 'kind = "xls"', "x.toml, key match.kind: write one of 'xlsx', 'csv'."),
        ('title_da = "Timer"', "", "x.toml, key title_da: this key is missing, write it."),
        ('title_da = "Timer"', "title_da = 1", "x.toml, key title_da: write a text in quotes."),
        ('[match]\nkind = "xlsx"', "", "x.toml, key match: this section is missing, write it."),
        (
            'names = ["Forløb"]',
            'nmaes = ["Forløb"]',
            "x.toml, key table[1].column[1].nmaes: this key is unknown, the keys here are at, blank, brackets, carry, codes, cpr, dates, each, field, fills, group, group_gives, names, numbers, optional, pattern, prefix, sets, unit.",
        ),
        (
            'names = ["Forløb"]',
            'names = "Forløb"',
            "x.toml, key table[1].column[1].names: write a list of texts in square brackets.",
        ),
        ('names = ["Forløb"]', "", "x.toml, key table[1].column[1].names: give either names or at."),
        (
            'names = ["Forløb"]',
            'at = "7"',
            "x.toml, key table[1].column[1].at: “7” does not fit here, the form is [A-Z]{1,3}.",
        ),
        (
            'names = ["Forløb"]',
            'names = ["Forløb"]\ncarry = "yes"',
            "x.toml, key table[1].column[1].carry: write true or false.",
        ),
        (
            'names = ["Forløb"]',
            'names = ["Forløb"]\ndates = ["d-m-y"]',
            "x.toml, key table[1].column[1].dates: “d-m-y” is no date style, write it like d-m-yyyy.",
        ),
        (
            'names = ["Forløb"]',
            'names = ["Forløb"]\npattern = "x"',
            "x.toml, key table[1].column[1].pattern: write a regular expression with exactly one group.",
        ),
        (
            'names = ["Forløb"]',
            'names = ["Forløb"]\ngroup = ["Mødt"]',
            "x.toml, key table[1].header_rows: a group heading needs header_rows = 2.",
        ),
        (
            'field = "date"',
            'field = "dato"',
            "x.toml, key table[1].column[3].field: the table mentor_hours has no field “dato”, its fields are reporter, entry_id, placement_id, mentor_id, date, start_time, end_time, hours, activity, registered_on, note, _year, _month, _week, _day, _weekday, _times, _start, _end, _break.",
        ),
        (
            'activity = "conversation"',
            'activty = "conversation"',
            "x.toml, key table[1].constants.activty: the table mentor_hours has no field “activty”, its fields are reporter, entry_id, placement_id, mentor_id, date, start_time, end_time, hours, activity, registered_on, note, _year, _month, _week, _day, _weekday, _times, _start, _end, _break.",
        ),
        (
            'table = "mentor_hours"',
            'table = "mentor_hours"\nheader_rows = 3',
            "x.toml, key table[1].header_rows: write a whole number from 0 to 2.",
        ),
        (
            'table = "mentor_hours"',
            'table = "mentor_hours"\nheader_rows = 0',
            'x.toml, key table[1].column[1]: without headings every column needs at = "A".',
        ),
        (
            "[table.constants]",
            '[[table.skip]]\nwhy = "total"\n[table.constants]',
            "x.toml, key table[1].skip[1].first: give at least one of first, any, blank and filled_only.",
        ),
        (
            "[table.constants]",
            '[[table.total]]\nmeasure = "m"\nskipped = "total"\nfield = "hours"\n[table.constants]',
            "x.toml, key table[1].total[1].skipped: write the why of one of the table's skip rules.",
        ),
        (
            "[table.constants]",
            '[[table.cell]]\nfield = "note"\n[table.constants]',
            "x.toml, key table[1].cell[1].at: give exactly one of at, label and sheet_name.",
        ),
        (
            "[table.constants]",
            '[[table.wide]]\nfield = "hours"\nheader = "weekdays"\n[table.constants]',
            "x.toml, key table[1].wide[1].header: a column, a cell or a constant must give _week.",
        ),
        (
            'table = "mentor_hours"',
            'table = "mentor_hours"\novernight = true',
            "x.toml, key table[1].overnight: this belongs to hours_from_times = true.",
        ),
        (
            'table = "mentor_hours"',
            'table = "mentor_hours"\nheader_rows = 0\ntitle = ["Timer"]',
            'x.toml, key table[1].column[1]: without headings every column needs at = "A".',
        ),
        (
            'names = ["Forløb"]',
            'names = ["Forløb"]\ngroup_gives = "note"',
            "x.toml, key table[1].header_rows: a group heading needs header_rows = 2.",
        ),
        (
            'names = ["Forløb"]',
            'at = "A"\neach = true',
            "x.toml, key table[1].column[1].each: a column that stands several times is found by its names.",
        ),
        (
            'names = ["Forløb"]',
            'names = ["Forløb"]\neach = true\n[[table.wide]]\nfield = "hours"\nheader = "dates"',
            "x.toml, key table[1].column: a table has either columns with each = true or wide blocks.",
        ),
        (
            "[table.constants]",
            '[[table.wide]]\nfield = "hours"\nheader = "names"\n[table.constants]',
            'x.toml, key table[1].wide[1].gives: header = "names" and gives = "a field" belong together.',
        ),
        (
            "[table.constants]",
            '[[table.wide]]\nfield = "hours"\nheader = "dates"\nnames = ["A*"]\n[table.constants]',
            'x.toml, key table[1].wide[1].names: names and not_names belong to header = "names".',
        ),
        (
            "[table.constants]",
            '[[table.section]]\nfield = "note"\n[table.constants]',
            "x.toml, key table[1].section[1].label: give label, or first, alone or both of them.",
        ),
        (
            'kind = "xlsx"',
            'kind = "xlsx"\nspelling = "loose"',
            "x.toml, key match.spelling: write one of 'near', 'exact'.",
        ),
        ("[[table]]", "[table]", "x.toml, key table: write each one as a section [[…table]]."),
    ],
)
def test_a_mistake_is_named_with_its_key_and_cure(old: str, new: str, sentence: str) -> None:
    text = HOURS.replace(old, new, 1)
    if new == "[table]":
        text = text[: text.index("[[table.column]]")].replace("[[table]]", "[table]")
    with pytest.raises(LayoutError) as refusal:
        read_layout(text, "x.toml")
    assert str(refusal.value) == sentence


def test_every_shipped_layout_is_read_and_named_after_its_file() -> None:
    folder = Path(__file__).parents[2] / "schemas" / "layouts"
    assert [layout.name for layout in shipped_layouts()] == sorted(
        path.stem for path in folder.glob("*.toml")
    )

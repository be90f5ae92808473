"""Layouts: TOML that says where a local sheet keeps the form's fields (docs/layouts.md is the format).

In: the text of one layout file. Out: a frozen :class:`Layout`. Refused with one sentence (:class:`LayoutError`): broken
TOML, an unknown or missing key, a value of the wrong kind, a table or field that the form does not have.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

from exchange.errors import LayoutError
from exchange.form.tables import Table, tables
from exchange.intake.dates import compile_style
from exchange.intake.layout_keys import Section
from exchange.intake.layout_sense import refuse_contradictions
from exchange.intake.words import plain
from exchange.language import translate as _

Kind = Literal["xlsx", "csv"]
HEADER_KINDS = ("dates", "days", "weekdays", "weeks", "names")
NUMBERS = ("danish", "danish-thousands", "point")
UNITS = ("hours", "minutes", "hh:mm", "day-fraction")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "mac-roman", "cp850")
DELIMITERS = (";", ",", "\t", "|")
QUOTES = ('"', "'", "“", "none")
DEFAULT_DATES = ("iso", "d-m-yyyy", "d.m.yyyy", "d/m-yyyy", "d/m/yyyy", "d. mmmm yyyy")
DAY_HELPERS = ("_year", "_month", "_week", "_day", "_weekday")
HELPERS = (*DAY_HELPERS, "_times", "_start", "_end", "_break")
DEFAULT_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mentor_hours": ("placement_id", "date", "mentor_id"),
        "mentor_grants": ("jobcentre", "placement_id", "valid_from"),
        "conversations": ("placement_id", "date", "kind"),
        "claims": ("agreement_id", "jobcentre", "period_start"),
    }
)

Sets = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the text of a cell is read; codes, sets and fills are keyed by :func:`words.plain` text."""

    numbers: str = "danish"
    unit: str = "hours"
    dates: tuple[str, ...] = DEFAULT_DATES
    blank: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    sets: Sets = field(default_factory=dict)
    fills: Sets = field(default_factory=dict)
    prefix: str = ""
    cpr: bool = False
    pattern: str | None = None
    brackets: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that holds one field.

    Attributes:
        at: a column letter, for one without a heading.
        carry: an empty cell takes the one above: ``down`` to the next filled one, ``merged`` inside a merged range only.
        each: the column stands several times side by side; each time makes a record.
        group_gives: the field that the group heading above it gives.
    """

    field: str
    names: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    at: str | None = None
    optional: bool = False
    carry: Literal["", "down", "merged"] = ""
    each: bool = False
    group_gives: str | None = None
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """A block of columns, one per day, week or name; each filled cell is a record.

    Attributes:
        gives: the field that the headings give (``header`` names).
        names, not_names: the headings that are such names, and those that are not.
        group_gives: the field that the group heading above gives.
    """

    field: str
    header: str
    group: tuple[str, ...] = ()
    group_gives: str | None = None
    gives: str | None = None
    names: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCell:
    """A value that one cell (or the sheet's name) gives to every record of the sheet."""

    field: str
    at: str | None = None
    label: tuple[str, ...] = ()
    below: bool = False
    sheet_name: bool = False
    optional: bool = False
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRow:
    """A row above its records that says one of their fields: ``Uge 9``, a name, ``Forløb: 159-00012``."""

    field: str
    label: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    alone: bool = False
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Rows that are no records; all conditions must hold."""

    why: str
    first: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    filled_only: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A skipped row whose cell is kept as a control total."""

    measure: str
    skipped: str
    field: str | None = None
    at: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLayout:
    """One ``[[table]]``: where the rows of one form table stand."""

    table: str
    sheets: tuple[str, ...]
    not_sheets: tuple[str, ...]
    hidden: bool
    optional: bool
    title: tuple[str, ...]
    header_rows: int
    header_within: int
    first_row: int
    key: tuple[str, ...]
    hours_from_times: bool
    overnight: bool
    reading: Reading
    columns: tuple[Column, ...]
    wide: tuple[Wide, ...]
    cells: tuple[SheetCell, ...]
    sections: tuple[SectionRow, ...]
    constants: Mapping[str, str]
    skips: tuple[Skip, ...]
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvStyle:
    """What a layout fixes of a CSV file; None is detected."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A whole layout.

    Attributes:
        near: heading words may be misspelt a little where nothing else can be meant.
        sha256: of the file's UTF-8 text.
    """

    name: str
    title_da: str
    title_en: str
    kind: Kind
    words: tuple[str, ...]
    files: tuple[str, ...]
    near: bool
    csv: CsvStyle
    tables: tuple[TableLayout, ...]
    sha256: str


def read_layout(text: str, name: str) -> Layout:
    """Read one layout file.

    Args:
        text: the file's text.
        name: the file's name, used in messages.

    Raises:
        LayoutError: names the file, the key (or line) and the cure.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise LayoutError(
            _("{file} is no TOML ({reason}): mend that place.").format(file=name, reason=error)
        ) from error
    return _layout(Section(name, "", data), hashlib.sha256(text.encode()).hexdigest())


@cache
def shipped_layouts() -> tuple[Layout, ...]:
    """Return the layouts in ``schemas/layouts/``, by name."""
    folder = resources.files("schemas") / "layouts"
    if not folder.is_dir():
        return ()
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name
    )
    return tuple(read_layout(item.read_text(encoding="utf-8"), item.name) for item in files)


def _layout(top: Section, sha256: str) -> Layout:
    match = top.section("match", required=True)
    reading = _reading(top.section("reading"), Reading(), inner=False)
    layout = Layout(
        name=top.text("name", form=r"[a-z0-9][a-z0-9-]{0,63}"),
        title_da=top.text("title_da"),
        title_en=top.text("title_en"),
        kind="xlsx" if match.choice("kind", ("xlsx", "csv")) == "xlsx" else "csv",
        words=match.texts("words"),
        files=match.texts("files"),
        near=match.maybe_choice("spelling", ("near", "exact")) != "exact",
        csv=_csv(top.section("csv")),
        tables=tuple(_table(section, reading) for section in top.sections("table", required=True)),
        sha256=sha256,
    )
    match.done()
    top.done()
    return layout


def _csv(section: Section) -> CsvStyle:
    style = CsvStyle(
        encoding=section.maybe_choice("encoding", ENCODINGS),
        delimiter=section.maybe_choice("delimiter", DELIMITERS),
        quote=section.maybe_choice("quote", QUOTES),
    )
    section.done()
    return style


def _table(section: Section, outer: Reading) -> TableLayout:
    name = section.choice("table", tuple(tables()))
    form = tables()[name]
    reading = _reading(section.section("reading"), outer, inner=False)
    layout = TableLayout(
        table=name,
        sheets=section.texts("sheets") or ("*",),
        not_sheets=section.texts("not_sheets"),
        hidden=section.flag("hidden"),
        optional=section.flag("optional"),
        title=section.texts("title"),
        header_rows=section.number("header_rows", 1, 0, 2),
        header_within=section.number("header_within", 60, 1, 10_000),
        first_row=section.number("first_row", 1, 1, 1_048_576),
        key=section.fields("key", form) or DEFAULT_KEYS.get(name, ()),
        hours_from_times=section.flag("hours_from_times"),
        overnight=section.flag("overnight"),
        reading=reading,
        columns=tuple(_column(part, form, reading) for part in section.sections("column")),
        wide=tuple(_wide(part, form, reading) for part in section.sections("wide")),
        cells=tuple(_cell(part, form, reading) for part in section.sections("cell")),
        sections=tuple(_section_row(part, form, reading) for part in section.sections("section")),
        constants=_constants(section.section("constants"), form),
        skips=tuple(_skip(part, form) for part in section.sections("skip")),
        totals=tuple(_total(part, form) for part in section.sections("total")),
    )
    section.done()
    refuse_contradictions(section, layout)
    return layout


def _column(section: Section, form: Table, outer: Reading) -> Column:
    name = section.field("field", form, HELPERS)
    # Nobody takes a break of 30 hours: a bare number in such a column counts minutes.
    own = replace(outer, unit="minutes") if name == "_break" else outer
    column = Column(
        field=name,
        names=section.texts("names"),
        group=section.texts("group"),
        at=section.maybe_text("at", form=r"[A-Z]{1,3}"),
        optional=section.flag("optional"),
        carry=_carry(section),
        each=section.flag("each"),
        group_gives=section.field("group_gives", form, HELPERS) if "group_gives" in section.data else None,
        reading=_reading(section, own, inner=True, form=form),
    )
    section.asked("group_gives")
    section.done()
    if bool(column.names) == (column.at is not None):
        raise section.error("names", _("give either names or at"))
    if column.each and column.at:
        raise section.error("each", _("a column that stands several times is found by its names"))
    return column


def _carry(section: Section) -> Literal["", "down", "merged"]:
    if section.data.get("carry") == "merged":
        section.asked("carry")
        return "merged"
    return "down" if section.flag("carry") else ""


def _wide(section: Section, form: Table, outer: Reading) -> Wide:
    block = Wide(
        field=section.field("field", form),
        header=section.choice("header", HEADER_KINDS),
        group=section.texts("group"),
        group_gives=section.field("group_gives", form, HELPERS) if "group_gives" in section.data else None,
        gives=section.field("gives", form) if "gives" in section.data else None,
        names=section.texts("names"),
        not_names=section.texts("not_names"),
        reading=_reading(section, outer, inner=True, form=form),
    )
    section.asked("group_gives", "gives")
    section.done()
    if (block.header == "names") != (block.gives is not None):
        raise section.error("gives", _('header = "names" and gives = "a field" belong together'))
    if block.header != "names" and (block.names or block.not_names):
        raise section.error("names", _('names and not_names belong to header = "names"'))
    return block


def _cell(section: Section, form: Table, outer: Reading) -> SheetCell:
    cell = SheetCell(
        field=section.field("field", form, HELPERS),
        at=section.maybe_text("at", form=r"[A-Z]{1,3}[1-9][0-9]{0,6}"),
        label=section.texts("label"),
        below=section.flag("below"),
        sheet_name=section.flag("sheet_name"),
        optional=section.flag("optional"),
        reading=_reading(section, outer, inner=True, form=form),
    )
    section.done()
    if sum((cell.at is not None, bool(cell.label), cell.sheet_name)) != 1:
        raise section.error("at", _("give exactly one of at, label and sheet_name"))
    return cell


def _section_row(section: Section, form: Table, outer: Reading) -> SectionRow:
    row = SectionRow(
        field=section.field("field", form, HELPERS),
        label=section.texts("label"),
        first=section.texts("first"),
        alone=section.flag("alone"),
        reading=_reading(section, outer, inner=True, form=form),
    )
    section.done()
    if bool(row.label) == bool(row.first or row.alone):
        raise section.error("label", _("give label, or first, alone or both of them"))
    return row


def _constants(section: Section, form: Table) -> Mapping[str, str]:
    for name in section.data:
        section.check_field(name, name, form, HELPERS)
    constants = {name: section.text(name) for name in list(section.data)}
    section.done()
    return MappingProxyType(constants)


def _skip(section: Section, form: Table) -> Skip:
    skip = Skip(
        why=section.text("why", form=r"[a-z][a-z-]{0,39}"),
        first=section.texts("first"),
        any=section.texts("any"),
        blank=section.fields("blank", form, HELPERS),
        filled_only=section.fields("filled_only", form, HELPERS),
        ends=section.flag("ends"),
    )
    section.done()
    if not (skip.first or skip.any or skip.blank or skip.filled_only):
        raise section.error("first", _("give at least one of first, any, blank and filled_only"))
    return skip


def _total(section: Section, form: Table) -> Total:
    total = Total(
        measure=section.text("measure"),
        skipped=section.text("skipped"),
        field=section.field("field", form) if "field" in section.data else None,
        at=section.maybe_text("at", form=r"[A-Z]{1,3}"),
        source=section.maybe_text("source"),
    )
    section.done()
    if (total.field is None) == (total.at is None):
        raise section.error("field", _("give either field or at"))
    return total


def _reading(section: Section, outer: Reading, *, inner: bool, form: Table | None = None) -> Reading:
    """Read the reading keys over the outer ones; codes, sets, prefix, cpr, pattern and brackets belong to one column."""
    reading = replace(
        outer,
        numbers=section.maybe_choice("numbers", NUMBERS) or outer.numbers,
        unit=section.maybe_choice("unit", UNITS) or outer.unit,
        dates=_styles(section) or outer.dates,
        blank=(*outer.blank, *(plain(text) for text in section.texts("blank"))),
    )
    if not inner or form is None:
        section.done()
        return reading
    return replace(
        reading,
        codes=MappingProxyType({plain(text): code for text, code in section.pairs("codes").items()}),
        sets=_sets(section, "sets", form),
        fills=_sets(section, "fills", form),
        prefix=section.maybe_text("prefix") or "",
        cpr=section.flag("cpr"),
        pattern=_pattern(section),
        brackets=_brackets(section, form),
    )


def _brackets(section: Section, form: Table) -> str | None:
    section.asked("brackets")
    return section.field("brackets", form) if "brackets" in section.data else None


def _styles(section: Section) -> tuple[str, ...]:
    styles = section.texts("dates")
    for style in styles:
        if compile_style(style) is None:
            raise section.error(
                "dates", _("“{style}” is no date style, write it like d-m-yyyy").format(style=style)
            )
    return styles


def _sets(section: Section, key: str, form: Table) -> Sets:
    part = section.section(key)
    sets = {plain(text): part.pairs(text) for text in list(part.data)}
    for text, values in sets.items():
        for name in values:
            section.check_field(f"{key}.{text}", name, form)
    return MappingProxyType(sets)


def _pattern(section: Section) -> str | None:
    pattern = section.maybe_text("pattern")
    if pattern is None:
        return None
    try:
        groups = re.compile(pattern).groups
    except re.error:
        groups = 0
    if groups != 1:
        raise section.error("pattern", _("write a regular expression with exactly one group"))
    return pattern

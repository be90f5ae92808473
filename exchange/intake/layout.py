"""Layouts: TOML that says where a local sheet keeps the form's fields (docs/layouts.md is the format).

In: the text of one layout file. Out: a frozen :class:`Layout`. Refused with one sentence (:class:`LayoutError`): broken
TOML, an unknown or missing key, a value of the wrong kind, a table or field that the form does not have.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

from exchange.errors import LayoutError
from exchange.form.tables import Table, tables
from exchange.intake.dates import compile_style
from exchange.intake.words import plain
from exchange.language import translate as _

Kind = Literal["xlsx", "csv"]
HEADER_KINDS = ("dates", "days", "weekdays", "weeks")
NUMBERS = ("danish", "danish-thousands", "point")
UNITS = ("hours", "minutes", "hh:mm", "day-fraction")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "mac-roman", "cp850")
DELIMITERS = (";", ",", "\t", "|")
QUOTES = ('"', "'", "“", "none")
DEFAULT_DATES = ("iso", "d-m-yyyy", "d.m.yyyy", "d/m-yyyy", "d/m/yyyy", "d. mmmm yyyy")
HELPERS = ("_year", "_month", "_week", "_day", "_weekday")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that holds one field; ``at`` is a column letter for one without a heading."""

    field: str
    names: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    at: str | None = None
    optional: bool = False
    carry: bool = False
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """A block of columns, one per day or week; each filled cell is a record."""

    field: str
    header: str
    group: tuple[str, ...] = ()
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
    header_rows: int
    header_within: int
    first_row: int
    key: tuple[str, ...]
    hours_from_times: bool
    reading: Reading
    columns: tuple[Column, ...]
    wide: tuple[Wide, ...]
    cells: tuple[SheetCell, ...]
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
    """A whole layout; ``sha256`` is of the file's UTF-8 text."""

    name: str
    title_da: str
    title_en: str
    kind: Kind
    words: tuple[str, ...]
    files: tuple[str, ...]
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
    return _layout(_Section(name, "", data), hashlib.sha256(text.encode()).hexdigest())


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


def _layout(top: _Section, sha256: str) -> Layout:
    match = top.section("match", required=True)
    reading = _reading(top.section("reading"), Reading(), inner=False)
    layout = Layout(
        name=top.text("name", form=r"[a-z0-9][a-z0-9-]{0,63}"),
        title_da=top.text("title_da"),
        title_en=top.text("title_en"),
        kind="xlsx" if match.choice("kind", ("xlsx", "csv")) == "xlsx" else "csv",
        words=match.texts("words"),
        files=match.texts("files"),
        csv=_csv(top.section("csv")),
        tables=tuple(_table(section, reading) for section in top.sections("table", required=True)),
        sha256=sha256,
    )
    match.done()
    top.done()
    return layout


def _csv(section: _Section) -> CsvStyle:
    style = CsvStyle(
        encoding=section.maybe_choice("encoding", ENCODINGS),
        delimiter=section.maybe_choice("delimiter", DELIMITERS),
        quote=section.maybe_choice("quote", QUOTES),
    )
    section.done()
    return style


def _table(section: _Section, outer: Reading) -> TableLayout:
    name = section.choice("table", tuple(tables()))
    form = tables()[name]
    reading = _reading(section.section("reading"), outer, inner=False)
    layout = TableLayout(
        table=name,
        sheets=section.texts("sheets") or ("*",),
        not_sheets=section.texts("not_sheets"),
        hidden=section.flag("hidden"),
        optional=section.flag("optional"),
        header_rows=section.number("header_rows", 1, 0, 2),
        header_within=section.number("header_within", 60, 1, 10_000),
        first_row=section.number("first_row", 1, 1, 1_048_576),
        key=section.fields("key", form) or DEFAULT_KEYS.get(name, ()),
        hours_from_times=section.flag("hours_from_times"),
        reading=reading,
        columns=tuple(_column(part, form, reading) for part in section.sections("column")),
        wide=tuple(_wide(part, form, reading) for part in section.sections("wide")),
        cells=tuple(_cell(part, form, reading) for part in section.sections("cell")),
        constants=_constants(section.section("constants"), form),
        skips=tuple(_skip(part, form) for part in section.sections("skip")),
        totals=tuple(_total(part, form) for part in section.sections("total")),
    )
    section.done()
    _agree(section, layout)
    return layout


def _agree(section: _Section, layout: TableLayout) -> None:
    """Refuse what contradicts itself inside one table."""
    if not layout.columns and not layout.wide:
        raise section.error("column", _("name at least one column"))
    for number, column in enumerate(layout.columns, 1):
        if layout.header_rows == 0 and column.at is None:
            raise section.error(f"column[{number}]", _('without headings every column needs at = "A"'))
    groups = [column.group for column in layout.columns] + [block.group for block in layout.wide]
    if layout.header_rows != 2 and any(groups):
        raise section.error("header_rows", _("a group heading needs header_rows = 2"))
    whys = {skip.why for skip in layout.skips}
    for number, total in enumerate(layout.totals, 1):
        if total.skipped not in whys:
            raise section.error(
                f"total[{number}].skipped", _("write the why of one of the table's skip rules")
            )
    _wide_has_its_period(section, layout)


def _wide_has_its_period(section: _Section, layout: TableLayout) -> None:
    given = {column.field for column in layout.columns} | {cell.field for cell in layout.cells}
    given |= set(layout.constants)
    needs = {"days": {"_month"}, "weekdays": {"_year", "_week"}, "weeks": {"_year"}, "dates": set[str]()}
    for number, block in enumerate(layout.wide, 1):
        for helper in sorted(needs[block.header] - given - ({"_year"} if "_week" in given else set())):
            raise section.error(
                f"wide[{number}].header",
                _("a column, a cell or a constant must give {helper}").format(helper=helper),
            )


def _column(section: _Section, form: Table, outer: Reading) -> Column:
    column = Column(
        field=section.field("field", form, HELPERS),
        names=section.texts("names"),
        group=section.texts("group"),
        at=section.maybe_text("at", form=r"[A-Z]{1,3}"),
        optional=section.flag("optional"),
        carry=section.flag("carry"),
        reading=_reading(section, outer, inner=True, form=form),
    )
    section.done()
    if bool(column.names) == (column.at is not None):
        raise section.error("names", _("give either names or at"))
    return column


def _wide(section: _Section, form: Table, outer: Reading) -> Wide:
    block = Wide(
        field=section.field("field", form),
        header=section.choice("header", HEADER_KINDS),
        group=section.texts("group"),
        reading=_reading(section, outer, inner=True, form=form),
    )
    section.done()
    return block


def _cell(section: _Section, form: Table, outer: Reading) -> SheetCell:
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


def _constants(section: _Section, form: Table) -> Mapping[str, str]:
    for name in section.data:
        section.check_field(name, name, form, HELPERS)
    constants = {name: section.text(name) for name in list(section.data)}
    section.done()
    return MappingProxyType(constants)


def _skip(section: _Section, form: Table) -> Skip:
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


def _total(section: _Section, form: Table) -> Total:
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


def _reading(section: _Section, outer: Reading, *, inner: bool, form: Table | None = None) -> Reading:
    """Read the reading keys over the outer ones; codes, sets, prefix, cpr and pattern belong to one column."""
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
    )


def _styles(section: _Section) -> tuple[str, ...]:
    styles = section.texts("dates")
    for style in styles:
        if compile_style(style) is None:
            raise section.error(
                "dates", _("“{style}” is no date style, write it like d-m-yyyy").format(style=style)
            )
    return styles


def _sets(section: _Section, key: str, form: Table) -> Sets:
    part = section.section(key)
    sets = {plain(text): part.pairs(text) for text in list(part.data)}
    for text, values in sets.items():
        for name in values:
            section.check_field(f"{key}.{text}", name, form)
    return MappingProxyType(sets)


def _pattern(section: _Section) -> str | None:
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


class _Section:
    """One TOML table being read: every key is asked for once, what is left over is unknown."""

    def __init__(self, file: str, path: str, data: Mapping[str, object]) -> None:
        self.file, self.path, self.data = file, path, data
        self._asked: set[str] = set()

    def error(self, key: str, cure: str) -> LayoutError:
        place = f"{self.path}.{key}" if self.path else key
        return LayoutError(_("{file}, key {key}: {cure}.").format(file=self.file, key=place, cure=cure))

    def done(self) -> None:
        unknown = sorted(set(self.data) - self._asked)
        if unknown:
            raise self.error(
                unknown[0],
                _("this key is unknown, the keys here are {keys}").format(
                    keys=", ".join(sorted(self._asked))
                ),
            )

    def _get(self, key: str) -> object:
        self._asked.add(key)
        return self.data.get(key)

    def text(self, key: str, form: str = r"(?s).{1,400}") -> str:
        value = self.maybe_text(key, form)
        if value is None:
            raise self.error(key, _("this key is missing, write it"))
        return value

    def maybe_text(self, key: str, form: str = r"(?s).{1,400}") -> str | None:
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(key, _("write a text in quotes"))
        if not re.fullmatch(form, value):
            raise self.error(
                key, _("“{text}” does not fit here, the form is {form}").format(text=value[:60], form=form)
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(key, _("write a list of texts in square brackets"))
        return tuple(str(item) for item in value)

    def pairs(self, key: str) -> dict[str, str]:
        part = self.section(key)
        return {name: part.text(name, r"(?s).{0,400}") for name in list(part.data)}

    def flag(self, key: str) -> bool:
        value = self._get(key)
        if value is not None and not isinstance(value, bool):
            raise self.error(key, _("write true or false"))
        return bool(value)

    def number(self, key: str, default: int, low: int, high: int) -> int:
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.error(key, _("write a whole number from {low} to {high}").format(low=low, high=high))
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        value = self.maybe_choice(key, choices)
        if value is None:
            raise self.error(
                key, _("this key is missing, write one of {choices}").format(choices=", ".join(choices))
            )
        return value

    def maybe_choice(self, key: str, choices: Sequence[str]) -> str | None:
        value = self._get(key)
        if value is not None and value not in choices:
            raise self.error(key, _("write one of {choices}").format(choices=", ".join(map(repr, choices))))
        return None if value is None else str(value)

    def field(self, key: str, form: Table, more: Sequence[str] = ()) -> str:
        name = self.text(key)
        self.check_field(key, name, form, more)
        return name

    def fields(self, key: str, form: Table, more: Sequence[str] = ()) -> tuple[str, ...]:
        names = self.texts(key)
        for name in names:
            self.check_field(key, name, form, more)
        return names

    def check_field(self, key: str, name: str, form: Table, more: Sequence[str] = ()) -> None:
        if name not in form.field_names and name not in more:
            raise self.error(
                key,
                _("the table {table} has no field “{field}”, its fields are {fields}").format(
                    table=form.name, field=name[:60], fields=", ".join((*form.field_names, *more))
                ),
            )

    def section(self, key: str, *, required: bool = False) -> _Section:
        value = self._get(key)
        if value is None and required:
            raise self.error(key, _("this section is missing, write it"))
        if value is not None and not isinstance(value, dict):
            raise self.error(key, _("write a section in square or curly brackets"))
        return _Section(self.file, f"{self.path}.{key}" if self.path else key, value or {})

    def sections(self, key: str, *, required: bool = False) -> list[_Section]:
        value = self._get(key)
        if value is None and not required:
            return []
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.error(key, _("write each one as a section [[…{key}]]").format(key=key))
        path = f"{self.path}.{key}" if self.path else key
        return [_Section(self.file, f"{path}[{number}]", item) for number, item in enumerate(value, 1)]

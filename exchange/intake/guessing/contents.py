"""What the cells of a column look like, and how well they could be a field of the form.

In: a column's cells. Out: shares of traits, and a fit from -1 (they contradict the field) to 1 (they are just that). Refuses
nothing; 0 is "tells nothing".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from exchange.form.codes import code_list
from exchange.form.confidential import holds_cpr
from exchange.form.tables import Field
from exchange.intake.cells import Cell
from exchange.intake.dates import read_date_text, read_month, weekday_number
from exchange.intake.numbers import exact, read_hours, read_money
from exchange.intake.values import read_time_text, read_times_text
from exchange.intake.words import plain, squeezed

DAY_FIRST = (
    "iso", "d-m-yyyy", "d.m.yyyy", "d/m-yyyy", "d/m/yyyy", "d. mmmm yyyy", "d mmmm yyyy", "d-mmm-yyyy", "d. mmm. yyyy",
    "d/m-yy", "d/m/yy", "d-m-yy", "d.m.yy", "d-mmm-yy", "d. mmm yy", "d mmm yy", "yyyy/mm/dd", "yyyy.mm.dd",
)  # fmt: skip
MONTH_FIRST = ("m/d/yyyy", "m/d/yy", "m/d-yyyy", "m/d-yy", "m-d-yyyy", "m-d-yy", "mmmm d yyyy", "mmm d yyyy")
YEAR_FIRST = ("yy-m-d", "yy/m/d", "yy.m.d")
WITHOUT_YEAR = ("d/m", "d.m", "d-m", "d. mmm", "d mmm", "d. mmm.")
_STYLES = (*DAY_FIRST, *MONTH_FIRST, *YEAR_FIRST)
_BLANK = frozenset({"-", "–", "—", "n/a", "?", ".", "/"})
_NAME = re.compile(r"[^\W\d_][^\W\d_.'’-]*\.?(?:[ ,'’-]+[^\W\d_][^\W\d_.'’-]*\.?)+")
_ID = re.compile(r"(?=.*\d)[\w./:#-]+(?: [\w./:-]+)?", re.ASCII | re.IGNORECASE)
_JOBCENTRE = re.compile(r"jobcent(?:er|re)\b|\bkommune$", re.IGNORECASE)
_WEEK = re.compile(r"(?:uge|week|u|w)[ .]*(?:nr[ .]*)?\d{1,2}|\d{4}-?[wu]\d{2}", re.IGNORECASE)
_YES_NO = frozenset({"ja", "nej", "yes", "no", "j", "n", "x", "sand", "falsk"})


@dataclass(frozen=True, slots=True)
class Contents:
    """A column's filled cells and how many rows could have filled them."""

    cells: tuple[Cell, ...]
    rows: int

    @property
    def texts(self) -> list[str]:
        """The distinct texts as they stand, the most frequent first."""
        return [text for text, _times in Counter(squeezed(cell.text) for cell in self.said).most_common()]

    @property
    def said(self) -> list[Cell]:
        """The cells that say something: a dash does not, nor an error."""
        return [
            cell
            for cell in self.cells
            if cell.kind not in ("error", "no-value") and plain(cell.text) not in _BLANK
        ]

    @property
    def filled(self) -> float:
        """The share of rows with a cell here."""
        return len(self.cells) / self.rows if self.rows else 0.0

    def share(self, *traits: str) -> float:
        """Return the share of cells with one of the traits."""
        cells = self.said
        return sum(not traits_of(cell).isdisjoint(traits) for cell in cells) / len(cells) if cells else 0.0

    def distinct(self) -> float:
        """Return how many different texts there are per filled cell."""
        return len(self.texts) / len(self.said) if self.said else 0.0


def dashes(contents: Contents) -> tuple[str, ...]:
    """Return the texts that stand for an empty cell."""
    return tuple(sorted({plain(cell.text) for cell in contents.cells} & _BLANK))


def traits_of(cell: Cell) -> frozenset[str]:
    """Return what a cell could be."""
    return _traits(squeezed(cell.text), cell.kind)


@lru_cache(maxsize=65536)
def _traits(text: str, kind: str) -> frozenset[str]:
    if kind in ("date", "time"):
        return frozenset({kind, "clock"} if kind == "time" else {kind})
    if kind == "number":
        return frozenset({"number", *_number_traits(text)})
    found = {name for name, is_it in _TEXT_TRAITS.items() if is_it(text)}
    return frozenset(found | {"text"})


def _number_traits(text: str) -> Iterable[str]:
    value = exact(text)
    if value is None:
        return
    if 0 <= value <= 24:
        yield "day-hours"
    if 0 <= value <= 168:
        yield "week-hours"
    yield "money"
    if value == value.to_integral_value():
        yield "integer"
        yield from (name for name, low, high in _RANGES if low <= value <= high)
        if 10**8 < value < 10**10:
            yield "id"
    elif 0 < value < 1:
        yield "fraction"


_RANGES = (
    ("year", 1990, 2050),
    ("week", 1, 53),
    ("month", 1, 12),
    ("day", 1, 31),
    ("score", 0, 10),
    ("postcode", 800, 9999),
    ("serial", 36526, 55153),
    ("municipality", 101, 860),
    ("id", 1, 10**8),
)


def _is_date(text: str) -> bool:
    return day_by(text, (*_STYLES, *WITHOUT_YEAR), 2000) is not None


def day_by(text: str, styles: Sequence[str], year: int | None = None) -> date | None:
    """Return the day by the first style that reads the text: unlike in a layout, one that fits to no such day stops nothing."""
    return next((day for style in styles if (day := read_date_text(text, (style,), year))), None)


def _hours(text: str, most: int) -> bool:
    value = read_hours(text, "danish", "hours") or read_hours(text, "point", "hours")
    zero = read_hours(text, "danish", "hours") == 0 or read_hours(text, "point", "hours") == 0
    return zero or (value is not None and 0 <= value <= most)


def _in_range(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: text.isdecimal() and len(text) <= 10 and low <= int(text) <= high


_TEXT_TRAITS: Mapping[str, Callable[[str], bool]] = {
    "date": _is_date,
    "clock": lambda text: ":" in text and read_time_text(text) is not None,
    "pointed-clock": lambda text: read_time_text(text) is not None,
    "times": lambda text: read_times_text(text) is not None,
    "day-hours": lambda text: _hours(text, 24),
    "week-hours": lambda text: _hours(text, 168),
    "money": lambda text: read_money(text, "danish") is not None or read_money(text, "point") is not None,
    "integer": lambda text: text.isdecimal(),
    "name": lambda text: bool(_NAME.fullmatch(text)) and len(text) <= 60,
    "id": lambda text: bool(_ID.fullmatch(text)) and len(text) <= 30,
    "cpr": holds_cpr,
    "weekday": lambda text: weekday_number(text) is not None,
    "week": lambda text: bool(_WEEK.fullmatch(text)) or _in_range(1, 53)(text),
    "month": lambda text: not text.isdecimal() and read_month(text) is not None,
    "year": _in_range(1990, 2050),
    "serial": _in_range(36526, 55153),
    "day": _in_range(1, 31),
    "score": _in_range(0, 10),
    "postcode": lambda text: len(text) == 4 and _in_range(800, 9999)(text),
    "jobcentre": lambda text: bool(_JOBCENTRE.search(text)) or code_list("municipality").find(text) is not None,
    "boolean": lambda text: plain(text) in _YES_NO,
    "short": lambda text: len(text) <= 4,
    "long": lambda text: len(text.split()) >= 3,
}  # fmt: skip


def fit(contents: Contents, field: Field | str) -> float:
    """Return how well the cells could be the field, -1 to 1; a helping field or an unknown one is named by its text."""
    if not contents.said:
        return 0.0
    name = field if isinstance(field, str) else field.name
    if name in _BY_NAME:
        return _BY_NAME[name](contents)
    if isinstance(field, str):
        return 0.0
    if field.code_list is not None:
        return _coded(contents, field.code_list)
    return _BY_TYPE[field.type](contents)


def _signed(share: float) -> float:
    return 2 * share - 1


def _coded(contents: Contents, name: str) -> float:
    """The share of texts that the code list knows; few and short texts may be codes of their own."""
    codes = code_list(name)
    texts = contents.texts
    known = sum(codes.find(text) is not None for text in texts) / len(texts)
    if known:
        return max(_signed(known), 0.2 if known >= 0.3 else -0.2)
    if contents.share("date", "clock", "day-hours", "long") > 0.5:
        return -1.0
    return 0.1 if len(texts) <= 12 and contents.share("short") > 0.8 else -0.4


def _hours_fit(most: str) -> Callable[[Contents], float]:
    def fit_of(contents: Contents) -> float:
        numbers = contents.share("number", "day-hours", "clock", "money")
        ids = contents.share("cpr", "date")
        within = contents.share(most, "clock", "fraction", "day-hours")
        return max(-1.0, _signed(numbers) - ids - (0.4 * (1 - within) if numbers > 0.5 else 0.0))

    return fit_of


def _id_fit(contents: Contents) -> float:
    """Ids are short texts with digits, or whole numbers; not hours, dates or clock times."""
    texts = contents.share("id")
    others = contents.share("date", "clock", "cpr")
    decimals = contents.share("money") - contents.share("integer")
    spaced = 0.1 if contents.share("name") > 0.5 else 0.0
    return max(-1.0, min(1.0, _signed(texts) * 0.8 + spaced - others - max(0.0, decimals)))


def _own_id(contents: Contents) -> float:
    """Ids of entries, claims, grants: each stands once."""
    return _id_fit(contents) + (0.2 if contents.distinct() > 0.98 else -0.8)


def _placement(contents: Contents) -> float:
    """A case's number; a sheet may name the case by a text of its own, but no person's name is one."""
    return _id_fit(contents) - (0.8 if contents.share("name") > 0.5 else 0.0)


def _mentor(contents: Contents) -> float:
    """Names or initials, each many times."""
    if contents.share("date", "clock", "cpr") > 0.3:
        return -1.0
    if contents.share("money", "integer") > 0.5:
        return -0.6
    if contents.share("name") > 0.6:
        return 0.9
    return 0.4 if contents.share("short", "id", "name") > 0.8 or contents.distinct() < 0.3 else 0.0


def _trainee(contents: Contents) -> float:
    if contents.share("cpr") > 0.8:
        return 1.0
    if contents.share("date", "clock") > 0.3:
        return -1.0
    return 0.7 if contents.share("name") > 0.6 else max(0.0, 0.5 * _id_fit(contents))


def _free_text(contents: Contents) -> float:
    if contents.share("date", "clock", "day-hours", "money") > 0.5:
        return -1.0
    return 0.8 if contents.share("long") > 0.2 or contents.share("text") > 0.9 else 0.0


def _site(contents: Contents) -> float:
    return -0.8 if contents.share("date", "clock", "money") > 0.5 else 0.3


def _date_fit(contents: Contents) -> float:
    return _signed(max(contents.share("date"), 0.7 * contents.share("serial")))


def _time_fit(contents: Contents) -> float:
    return _signed(max(contents.share("clock"), 0.8 * contents.share("pointed-clock")))


def _trait(*names: str) -> Callable[[Contents], float]:
    return lambda contents: _signed(contents.share(*names))


def _rate(contents: Contents) -> float:
    """A price of an hour: money, and few different ones."""
    return _signed(contents.share("money", "number")) - (
        0.5 if contents.distinct() > 0.5 and contents.rows > 5 else 0.0
    )


_BY_TYPE: Mapping[str, Callable[[Contents], float]] = {
    "date": _date_fit,
    "time": _time_fit,
    "number": _hours_fit("money"),
    "integer": _trait("integer"),
    "boolean": _trait("boolean"),
    "string": _free_text,
}
_BY_NAME: Mapping[str, Callable[[Contents], float]] = {
    "placement_id": _placement,
    "mentor_id": _mentor,
    "held_by": _mentor,
    "trainee_ref": _trainee,
    "entry_id": _own_id,
    "claim_id": _own_id,
    "grant_id": _own_id,
    "conversation_id": _own_id,
    "site_id": _site,
    "agreement_id": _id_fit,
    "jobcentre": _trait("jobcentre", "municipality"),
    "hours": _hours_fit("week-hours"),
    "attended_hours": _hours_fit("day-hours"),
    "planned_hours": _hours_fit("day-hours"),
    "weekly_hours": _hours_fit("week-hours"),
    "hours_per_week": _hours_fit("week-hours"),
    "mentor_hours_confirmed": _hours_fit("week-hours"),
    "hourly_rate": _rate,
    "postcode": _trait("postcode"),
    "progress_score": _trait("score"),
    "week": _trait("week"),
    "_start": _time_fit,
    "_end": _time_fit,
    "_break": _hours_fit("day-hours"),
    "_times": _trait("times"),
    "_year": _trait("year"),
    "_month": _trait("month"),
    "_week": _trait("week"),
    "_day": _trait("day"),
    "_weekday": _trait("weekday"),
}


def contents_of(rows: Sequence[Mapping[int, Cell]], column: int) -> Contents:
    """Return the contents of one column of the rows."""
    return Contents(tuple(row[column] for row in rows if column in row), len(rows))

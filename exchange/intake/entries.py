"""One cell into a record being put together: a value, a name that is looked up, or a helping field that makes one.

In: a place, the field that the layout gives it and the sender's :class:`Context`. Out: the :class:`Draft`, added to, and sentences on
what looked odd. Refuses nothing: what cannot be read stays in the draft with its raw text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, time

from exchange.form.tables import Table, tables
from exchange.intake.cells import Cell
from exchange.intake.context import Context
from exchange.intake.crosswalk import is_cpr, ten_digits, trainee_ref
from exchange.intake.dates import weekday_disagrees
from exchange.intake.drafts import Draft, Read
from exchange.intake.keys import is_id
from exchange.intake.layout import Reading
from exchange.intake.sheet_cells import Place
from exchange.intake.values import Value, read_cell, read_times_text, shown, unreadable, value_text
from exchange.intake.words import plain, squeezed
from exchange.language import translate as _

# form.md: a placement_id starts with the jobcentre's code
_OF_A_JOBCENTRE = re.compile(r"[1-9][0-9]{2}-")
_BRACKETS = re.compile(r"(.*?) ?\(([^()]+)\)")
_REMEMBERED = 20_000
_LOOKED_UP = ("placement_id", "mentor_id", "trainee_ref", "held_by")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that a person should look at.

    Attributes:
        why: ``unreadable``, ``ambiguous``, ``error-cell``, ``no-value``, ``weekday`` or ``unknown-name``.
    """

    why: str
    cell: str
    field: str


@dataclass(slots=True)
class Entries:
    """Reads the cells of one table of one sheet into drafts.

    Attributes:
        name: gives a place its full name, ``FILE#SHEET!A1``.
        notices: sentences on what looked odd, added to.
        doubts: the cells behind them, added to.
    """

    form: Table
    context: Context
    name: Callable[[Place], str]
    notices: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    _known: dict[tuple[int, str, str, str, int | None], Value] = field(default_factory=dict)
    _without_brackets: dict[int, tuple[Reading, Reading]] = field(default_factory=dict)
    _without_pattern: dict[int, tuple[Reading, Reading]] = field(default_factory=dict)

    def read_into(
        self, draft: Draft, name: str, place: Place, reading: Reading, at: str | None = None
    ) -> None:
        """Read one cell into the draft, then note what its text sets and fills."""
        at = self.name(place) if at is None else at
        if reading.brackets is not None:
            place, reading = self._brackets_into(draft, place, reading, reading.brackets, at)
        raw = value_text(place.cell, reading)
        if (
            (reading.sets or reading.fills)
            and raw is not None
            and place.cell.kind not in ("error", "no-value")
        ):
            draft.says.append((raw, reading, at))
            if name in reading.sets.get(plain(raw), {}) or name in reading.fills.get(plain(raw), {}):
                return
        if name.startswith("_"):
            self._help_into(draft, name, place, reading, at)
        elif raw is not None and name in _LOOKED_UP:
            draft.local.pop(name, None)
            draft.put(name, Read(self._resolved(draft, name, place.cell, reading), at))
        else:
            self._value_into(draft, name, place, reading, at)

    def _brackets_into(
        self, draft: Draft, place: Place, reading: Reading, name: str, at: str
    ) -> tuple[Place, Reading]:
        """Read what stands in brackets behind the value; return the place with the value alone."""
        reading = self._bare(reading)
        found = _BRACKETS.fullmatch(squeezed(place.cell.text)) if place.cell.kind == "text" else None
        if found is None:
            return place, reading
        inside = Place(place.row, Cell(place.cell.column, found[2]))
        self.read_into(draft, name, inside, self._whole(reading), at)
        return Place(place.row, Cell(place.cell.column, found[1])), reading

    def _bare(self, reading: Reading) -> Reading:
        if id(reading) not in self._without_brackets:
            self._without_brackets[id(reading)] = reading, replace(reading, brackets=None)
        return self._without_brackets[id(reading)][1]

    def _whole(self, reading: Reading) -> Reading:
        """Return the reading of what stands in brackets, which the pattern of the value does not look through."""
        if id(reading) not in self._without_pattern:
            self._without_pattern[id(reading)] = reading, replace(reading, pattern=None)
        return self._without_pattern[id(reading)][1]

    def _read(self, cell: Cell, name: str, reading: Reading, year: int | None) -> Value:
        """Read a cell; what one column's same text says is read once (a month of sheets says little that is new).

        The layout holds its readings, so that none of their addresses is given to another meanwhile.
        """
        key = (id(reading), name, cell.kind, cell.text, year)
        value = self._known.get(key)
        if value is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            value = self._known[key] = read_cell(cell, self.form.field(name), reading, year)
        return value

    def _help_into(self, draft: Draft, name: str, place: Place, reading: Reading, at: str) -> None:
        if name == "_times":
            self._times_into(draft, place, reading, at)
        elif name in ("_start", "_end", "_break"):
            hours = tables()["mentor_hours"]
            as_field = hours.field("hours" if name == "_break" else f"{name[1:]}_time")
            value = read_cell(place.cell, as_field, reading, draft.year)
            if value.text is not None:
                draft.put(name, Read(value, at, shown(place.cell)))
        else:
            raw = value_text(place.cell, reading)
            text = shown(place.cell) if place.cell.kind == "date" else raw or ""
            draft.put(name, Read(Value(raw), at, text))

    def _times_into(self, draft: Draft, place: Place, reading: Reading, at: str) -> None:
        """Read ``08:00-15:30``: both times, of the form where it has such fields, else to count the hours from."""
        raw = value_text(place.cell, reading)
        if raw is None:
            return
        form = tables()["mentor_hours"]
        both = read_times_text(raw) if place.cell.kind == "text" else None
        for end, name in enumerate(("start_time", "end_time")):
            value = Value(_second(both[end])) if both else unreadable(form.field(name), shown(place.cell))
            own = name if name in self.form.field_names else f"_{name.removesuffix('_time')}"
            draft.put(own, Read(value, at, shown(place.cell)))

    def _value_into(self, draft: Draft, name: str, place: Place, reading: Reading, at: str) -> None:
        form = self.form.field(name)
        value = self._read(place.cell, name, reading, draft.year)
        if reading.prefix and value.text is not None and value.readable:
            value = Value(self._prefixed(value.text, reading))
        if value.text is None and draft.values.get(name) is not None:
            return
        draft.put(name, Read(value, at))
        if form.type == "date" and place.cell.kind == "text" and value.readable and value.text:
            self._say_weekday(place, name, value.text)

    def _say_weekday(self, place: Place, name: str, text: str) -> None:
        if not weekday_disagrees(place.cell.text, date.fromisoformat(text)):
            return
        self.doubts.append(Doubt("weekday", self.name(place), name))
        self.notices.append(
            _("{cell}: the weekday does not fit the date {date}, which was taken as written.").format(
                cell=self.name(place), date=text
            )
        )

    def _prefixed(self, text: str, reading: Reading) -> str:
        prefix = reading.prefix.replace("{sender}", self.context.sender.id)
        return text if text.startswith(prefix) else prefix + text

    def _resolved(self, draft: Draft, name: str, cell: Cell, reading: Reading) -> Value:
        """Turn a local text into an id; what nobody knows is left empty and listed."""
        read = self._read(cell, name, reading, None)
        if not read.readable:
            return replace(read, text="?") if reading.cpr else read
        text = read.text or ""
        digits = ten_digits(text)
        if name == "trainee_ref" and digits is not None and is_cpr(digits):
            return Value(trainee_ref(digits, self.context.trainee_key()))
        if reading.cpr:
            return Value("?", readable=False, why="unreadable")
        if name == "placement_id" and digits is not None and is_cpr(digits):
            # Where cases are numbered by their citizen, the placement is known by the citizen's pseudonym.
            text = trainee_ref(digits, self.context.trainee_key())
        found = self._looked_up(name, text, self._prefixed(text, reading))
        if found is None and text:
            draft.local[name] = "?" if digits else text
        return Value(found)

    def _looked_up(self, name: str, text: str, prefixed: str) -> str | None:
        crosswalk, known = self.context.crosswalk, self.context.known
        if name == "placement_id":
            found = crosswalk.placement(text) or crosswalk.placement(prefixed)
            new = self.form.name == "placements" and is_id(prefixed) and _OF_A_JOBCENTRE.match(prefixed)
            return found or (prefixed if new or prefixed in known.placements else None)
        if name == "trainee_ref":
            return crosswalk.trainee(text) or (
                text if re.fullmatch(r"[Tt]-[0-9A-Za-z-]{1,62}", text) else None
            )
        found = crosswalk.mentor(text) or (prefixed if prefixed in known.mentors else None)
        is_jobcentre = name == "held_by" and re.fullmatch(r"[1-9][0-9]{2}", text)
        return found or (text if is_jobcentre else None)


def _second(moment: time) -> str:
    return moment.isoformat("seconds")

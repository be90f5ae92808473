"""Which table of the form a piece of sheet is, and which of its fields each column: all candidates are tried whole.

In: columns, day blocks and facts of the title. Out: a :class:`Fit` per table, best first. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.form.tables import Table, tables
from exchange.intake.guessing.columns import Block, ColumnView
from exchange.intake.guessing.contents import fit
from exchange.intake.guessing.matching import LEAST, Pair, match
from exchange.intake.guessing.vocabulary import (
    best_likeness,
    elsewhere_likeness,
    folded,
    heading_likeness,
    table_likeness,
)
from exchange.intake.keys import OWN_KEYS

CANDIDATES = (
    "mentor_hours", "attendance", "placements", "claims", "mentor_grants", "confirmations", "extensions", "conversations",
    "final_reports", "sites", "mentors",
)  # fmt: skip
HELPING = ("_year", "_month", "_week", "_day", "_weekday")
TIMES: Mapping[str, tuple[str, ...]] = {
    "attendance": ("_start", "_end", "_break", "_times"),
    "mentor_hours": ("_break", "_times"),
}
"""Fields that hours are counted from, by table."""
SURE = 0.6
"""Below this confidence a reading is asked about, not made."""
LEAST_MARGIN = 0.12
_MOST_ABLE = 30
"""Columns that are matched at once, the likeliest: the matching takes their cube."""
_FAINT = 0.45
"""What cells alone may say: no more than this beside a field that the title gives."""
GIVEN = frozenset({"reporter", "agreement_id", "jobcentre", "basis"})
"""Required fields that no table is judged by: sheets leave them to the title, the sender or the agreement."""
_CLOCK = frozenset({"kl", "klokken", "oclock", "tidspunkt"})
"""Words of a time of day: such a column holds no hours."""
_BLOCK_FIELDS: Mapping[str, tuple[str, ...]] = {
    "attendance": ("attended_hours", "planned_hours", "absence"),
    "mentor_hours": ("hours",),
    "confirmations": ("mentor_hours_confirmed",),
}
_CORE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "mentor_hours": (("hours", "start_time", "_times"), ("date", "_day", "_weekday")),
    "attendance": (("attended_hours", "_start", "_times"), ("date", "_day", "_weekday")),
    "placements": (("start", "planned_end", "trainee_ref"), ("placement_id",)),
    "claims": (("amount", "hourly_rate"), ("period_start", "period_end", "submitted_on")),
    "mentor_grants": (("hours_per_week",), ("valid_from", "valid_to", "goal")),
    "confirmations": (("mentor_hours_confirmed",), ("week", "_week")),
    "extensions": (("new_planned_end",),),
    "conversations": (("kind", "held_by", "progress_score"), ("date",)),
    "final_reports": (("recommendation",), ("delivered_on",)),
    "sites": (("site_id",), ("postcode", "name")),
    "mentors": (("mentor_id",), ("employer",)),
}


@dataclass(frozen=True, slots=True)
class BlockFit:
    """A block of days and the field of its cells."""

    block: Block
    field: str
    score: float
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """One table tried on one piece of sheet.

    Attributes:
        score: what the whole reading is worth, to be compared with other tables'.
        missing: required fields that nothing gives.
    """

    table: Table
    pairs: tuple[Pair, ...]
    blocks: tuple[BlockFit, ...]
    score: float
    missing: tuple[str, ...]

    @property
    def fields(self) -> set[str]:
        """What columns and blocks give."""
        return {pair.field for pair in self.pairs} | {block.field for block in self.blocks}


def confidence(pair: Pair) -> float:
    """Return how sure a pair is, 0 to 0.99: its score, less where another reading of the whole is nearly as good."""
    held = 1.0 if pair.margin >= 0.3 else max(0.0, 0.55 + 1.5 * pair.margin)
    return round(min(0.99, pair.score * held), 2)


def fits_of(
    views: Sequence[ColumnView], blocks: Sequence[tuple[Block, str]], facts: Iterable[str], title: str
) -> list[Fit]:
    """Return every table that the columns could be, best first.

    Args:
        views: the ordinary columns.
        blocks: the day blocks, each with the words over it.
        facts: fields that the title block or the sheet's name gives.
        title: the words of sheet and title.
    """
    given = set(facts)
    fits = [fit_table(name, views, blocks, given, title) for name in CANDIDATES]
    return sorted((one for one in fits if one is not None), key=lambda one: -one.score)


def fit_table(
    name: str, views: Sequence[ColumnView], blocks: Sequence[tuple[Block, str]], given: set[str], title: str
) -> Fit | None:
    """Try one table; None where it lacks what makes it that table."""
    form = tables()[name]
    block_fits = _fit_blocks(name, blocks, title)
    if blocks and not block_fits:
        return None
    taken = {one.field for one in block_fits} | {one.block.gives for one in block_fits if one.block.gives}
    fields = [field.name for field in form.fields if field.name not in taken]
    helpers = [*(name for name in HELPING if {"date", "week"} & set(form.field_names)), *TIMES.get(name, ())]
    scores = {
        (view.number, field): score
        for view in views
        for field in (*fields, *helpers)
        if (score := score_of(view, form, field)) > (_FAINT if field in given else 0)
    }
    best: dict[int, float] = {}
    for (number, _field), score in scores.items():
        best[number] = max(score, best.get(number, 0.0))
    able = sorted(
        number
        for number in sorted(best, key=lambda number: -best[number])[:_MOST_ABLE]
        if best[number] >= LEAST
    )
    sinks = {view.number: _sink(view, name) for view in views if view.number in able}
    pairs = match(able, (*fields, *helpers), scores, sinks)
    pairs = _without_idle_helpers(pairs, block_fits)
    found = {pair.field for pair in pairs} | taken | given | _days_given(block_fits)
    if not all(found & set(ways) for ways in _CORE[name]):
        return None
    missing = tuple(field for field in _required(form) if not _is_given(field, found))
    score = sum(pair.score for pair in pairs if pair.field not in HELPING) + sum(
        one.score for one in block_fits
    )
    score += 0.9 * table_likeness(title, name) + 0.8 * bool(_days_given(block_fits))
    return Fit(form, tuple(pairs), tuple(block_fits), score - 0.45 * len(missing), missing)


def _required(form: Table) -> list[str]:
    made = OWN_KEYS.get(form.name)
    return [field.name for field in form.fields if field.required and field.name not in (GIVEN | {made})]


def _is_given(field: str, found: set[str]) -> bool:
    if field == "date":
        return bool(found & {"date", "_day", "_weekday"})
    if field in ("hours", "attended_hours"):
        return field in found or gives_times(found)
    return field in found or (field == "week" and "_week" in found)


def gives_times(found: set[str]) -> bool:
    """Whether hours can be counted from a start and an end."""
    return {"start_time", "end_time"} <= found or {"_start", "_end"} <= found or "_times" in found


def _days_given(blocks: Sequence[BlockFit]) -> set[str]:
    given = {"dates": "date", "days": "_day", "weekdays": "_weekday", "weeks": "_week"}
    return {given.get(one.block.header, one.block.gives) for one in blocks}


_ALL_TIMES = tuple(name for names in TIMES.values() for name in names)


def _without_idle_helpers(pairs: Sequence[Pair], blocks: Sequence[BlockFit]) -> list[Pair]:
    """A weekday or week beside a whole date says nothing more, nor do times beside the hours."""
    fields = {pair.field for pair in pairs} | {one.field for one in blocks}
    dated = "date" in fields or any(one.block.header == "dates" for one in blocks)
    counted = bool({"hours", "attended_hours"} & fields)
    idle = (set(HELPING) if dated else set()) | (set(_ALL_TIMES) if counted else set())
    return [pair for pair in pairs if pair.field not in idle]


def score_of(view: ColumnView, form: Table, field: str) -> float:
    """Return how well a column is a field: by its words and by its cells, which may contradict them."""
    cells = fit(view.contents, field if field.startswith("_") else form.field(field))
    words = max(
        (
            heading_likeness(text, form.name, field) * (0.95 if number else 1)
            for number, text in enumerate(view.words)
        ),
        default=0.0,
    )
    if "hours" in field and any(_CLOCK & set(folded(text).split()) for text in view.words):
        words *= 0.4
    if words < 0.6:
        return _by_cells(view, form, field, cells)
    if cells <= -0.3:
        return 0.3 * words + 0.4 * cells
    return 0.6 * words + 0.4 * max(cells, 0.0)


def _by_cells(view: ColumnView, form: Table, field: str, cells: float) -> float:
    """Without a heading the cells tell a little; under an unknown one only the words of a code list tell, and then much."""
    coded = not field.startswith("_") and form.field(field).code_list not in (None, "municipality")
    if coded and cells >= 0.9 and len(view.contents.texts) >= 2 and view.contents.share("short") < 0.5:
        return 0.65 * cells
    if not view.words:
        return 0.6 * max(0.0, cells) * _SPEAKING.get(field, 0.3)
    unknown = field in _SPEAKING and cells >= 0.8 and max(map(best_likeness, view.words)) < 0.6
    return 0.34 * cells if unknown else 0.0


_SPEAKING = {
    "date": 0.9, "start_time": 0.6, "end_time": 0.6, "trainee_ref": 0.8, "mentor_id": 0.6, "placement_id": 0.7,
    "hours": 0.6, "attended_hours": 0.6, "activity": 0.9, "absence": 0.9, "jobcentre": 0.9, "benefit": 0.9,
}  # fmt: skip


def _sink(view: ColumnView, table: str) -> float:
    return 0.5 * max((elsewhere_likeness(text, table)[0] for text in view.words[:1]), default=0.0)


def _fit_blocks(name: str, blocks: Sequence[tuple[Block, str]], title: str) -> list[BlockFit]:
    """Give each block the field that its words and cells speak of, no field twice."""
    wanted = _BLOCK_FIELDS.get(name, ())
    weeks = any(block.header == "weeks" for block, _words in blocks)
    if not blocks or not wanted or weeks != (name == "confirmations"):
        return []
    scored = sorted(
        ((_block_score(name, field, over, title, alone=len(blocks) == 1), field, number)
         for number, over in enumerate(blocks) for field in wanted),
        key=lambda one: -one[0],
    )  # fmt: skip
    found: dict[int, BlockFit] = {}
    for score, field, number in scored:
        if number in found or field in {one.field for one in found.values()} or score < 0.3:
            continue
        others = tuple(
            other
            for near, other, same in scored
            if same == number and other != field and near >= score - 0.15
        )
        found[number] = BlockFit(blocks[number][0], field, score, others)
    return [found[number] for number in sorted(found)]


def _block_score(name: str, field: str, over: tuple[Block, str], title: str, *, alone: bool) -> float:
    block, words = over
    form = tables()[name].field(field)
    said = heading_likeness(words, name, field) if words else 0.0
    cells = _block_cells(block, field) if field != "absence" else max(0.0, fit(block.contents, form), 0.3)
    numbers = block.contents.share("number", "day-hours", "clock", "time")
    if field == "absence" and numbers > 0.2:
        return 0.0
    if said >= 0.5:
        return 0.6 * said + 0.4 * cells
    if not alone or field in ("absence", "planned_hours"):
        return 0.0
    title_says = 0.9 if block.gives == "mentor_id" and name == "mentor_hours" else table_likeness(title, name)
    with_codes = name == "attendance" and numbers < 0.999
    return 0.4 * cells + 0.6 * max(0.9 * title_says, 0.7 if with_codes else 0.2)


def _block_cells(block: Block, field: str) -> float:
    numbers = block.contents.share("number", "day-hours", "clock", "time")
    return 1.0 if numbers > 0.5 else 0.3 if field == "attended_hours" else 0.0

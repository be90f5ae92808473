"""``enblanket post status``: where everything of the post stands, overdue first, in tables of 80 columns or as JSON lines.

The ledger's events come in. Out go three tables: what goes out, what others ask us, and what came and was not taken in; finished
things are counted, and shown with ``--all``. Drafts that wait for a person are named.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.post.states import Arrival
    from exchange.workspace.inquiries import ToAnswer
    from exchange.workspace.posting import Item

_WIDTH, _BETWEEN = 80, 2
_YEAR, _MONTH = len("2016"), len("2016-01")
_Row = tuple[str, ...]


def tell_status(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show where everything stands."""
    from exchange.workspace.inquiries import to_answer
    from exchange.workspace.posting import arrived, items

    events, today = terminal.workspace().ledger.events(), terminal.clock().date()
    going = sorted(items(events, today), key=_urgency)
    asked = sorted(to_answer(events, today), key=lambda one: (not one.left, one.inquiry.due))
    came = arrived(events)
    if terminal.json:
        for record in (*map(item_json, going), *map(to_answer_json, asked), *map(arrival_json, came)):
            terminal.record(record)
        return Exit.HOLDS
    shown = [one for one in going if arguments.all or not one.is_over]
    ours = [one for one in asked if arguments.all or one.left]
    kept = [one for one in came if arguments.all or one.state != "verified"]
    _tell(shown, ours, kept, terminal)
    finished = len(going) + len(asked) + len(came) - len(shown) - len(ours) - len(kept)
    if finished:
        terminal.note(
            translate_plural(
                "{count} more is finished; --all shows it.",
                "{count} more are finished; --all shows them.",
                finished,
            ).format(count=finished)
        )
    return Exit.HOLDS


def _urgency(item: Item) -> tuple[bool, bool, bool, str, str]:
    """Return what puts the overdue first, then what waits for us, then what waits for them, each by its day."""
    due = "9999" if item.due is None else item.due.isoformat()
    return not item.overdue, item.is_over, not item.is_waiting(), due, item.at


def _tell(
    going: Sequence[Item], asked: Sequence[ToAnswer], came: Sequence[Arrival], terminal: Terminal
) -> None:
    tables = [
        (any(one.overdue for one in going), _out(going)),
        (any(one.overdue for one in asked), _to_answer(asked)),
        (False, _in(came)),
    ]
    for _overdue, lines in sorted(tables, key=lambda one: not one[0]):
        for line in lines:
            terminal.line(line)


def _out(going: Sequence[Item]) -> Iterator[str]:
    from exchange.workspace.wording import standing_word

    yield _("Out:") if going else _("Nothing is on its way out.")
    if going:
        heading = (_("stands"), _("due"), _("party"), _("what"), _("by"), _("about"))
        rows = [
            (
                standing_word("overdue" if one.overdue else one.state),
                _day(one.due),
                one.party,
                f"{_kind(one)} {one.sequence}",
                ", ".join(dict.fromkeys(step.by for step in one.steps)) or "–",
                _about(one),
            )
            for one in going
        ]
        yield from table([heading, *rows])
    drafts = [one.name for one in going if one.state == "queued" and one.steps[-1].by == "eml"]
    if drafts:
        yield _("  To send by hand from outbox/mail, and then “enblanket post sent NAME”:")
        yield from (f"    {name}" for name in drafts)


def _to_answer(asked: Sequence[ToAnswer]) -> Iterator[str]:
    if not asked:
        return
    yield _("To answer:")
    heading = (_("stands"), _("due"), _("party"), _("left"), _("workbook"))
    rows = [
        (
            _("overdue") if one.overdue else _("waiting") if one.left else _("answered"),
            _day(one.inquiry.due),
            one.inquiry.sender,
            _("{left} of {count}").format(left=one.left, count=len(one.inquiry.questions)),
            one.place,
        )
        for one in asked
    ]
    yield from table([heading, *rows])


def _in(came: Sequence[Arrival]) -> Iterator[str]:
    from exchange.workspace.post_wording import arrival_word, kind_word

    if not came:
        return
    yield _("In:")
    heading = (_("stands"), _("came"), _("by"), _("what"), _("file"))
    rows = [
        (
            arrival_word(one.state),
            _day(_date_of(one.at)),
            one.by,
            "–" if one.kind is None else kind_word(one.kind),
            one.name,
        )
        for one in came
    ]
    yield from table([heading, *rows])


def table(rows: Sequence[_Row], width: int = _WIDTH) -> Iterator[str]:
    """Give the lines of a table: columns as wide as they have to be, the last one shortened in its middle where it must be."""
    from unicodedata import east_asian_width

    def wide(text: str) -> int:
        return len(text) + sum(east_asian_width(sign) in "WF" for sign in text)

    columns = [max(wide(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    left = max(width - sum(columns) - _BETWEEN * len(rows[0]), _BETWEEN)
    for row in rows:
        cells = [text + " " * (columns[at] - wide(text)) for at, text in enumerate(row[:-1])]
        gap = " " * _BETWEEN
        yield (gap + gap.join([*cells, _shortened(row[-1], left)])).rstrip()


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"


def _kind(item: Item) -> str:
    from exchange.workspace.post_wording import kind_word

    return kind_word(item.kind)


def _about(item: Item) -> str:
    """Return the months first, then whose and under which agreement: what is shortened is told elsewhere."""
    if not item.period:
        return "–"
    first, _dots, last = item.period.partition("..")
    months = first[:_MONTH]
    if first[:_YEAR] != last[:_YEAR]:
        months += f"–{last[:_MONTH]}"
    elif first[:_MONTH] != last[:_MONTH]:
        months += f"–{last[_YEAR + 1 : _MONTH]}"
    return f"{months} {item.jobcentre} {item.agreement_id}"


def _day(day: date | None) -> str:
    from exchange.figures import day as written

    return "–" if day is None else written(day)


def _date_of(at: str) -> date:
    return date.fromisoformat(at[:10])


def item_json(item: Item) -> dict[str, object]:
    """Return one package, receipt or workbook on its way out as the machine contract's object."""
    return {
        "direction": "out",
        "kind": item.kind,
        "name": item.name,
        "key": item.key,
        "party": item.party,
        "agreement_id": item.agreement_id or None,
        "jobcentre": item.jobcentre or None,
        "period": item.period or None,
        "sequence": item.sequence,
        "state": item.state,
        "overdue": item.overdue,
        "over": item.is_over,
        "due": None if item.due is None else item.due.isoformat(),
        "made": item.at,
        "steps": [
            {"step": "sent" if one.is_sent else "queued", "by": one.by, "at": one.at} for one in item.steps
        ],
    }


def to_answer_json(one: ToAnswer) -> dict[str, object]:
    """Return questions to us as the machine contract's object."""
    return {
        "direction": "to-answer",
        "kind": "questions",
        "party": one.inquiry.sender,
        "sequence": one.inquiry.bundle,
        "questions": len(one.inquiry.questions),
        "left": one.left,
        "overdue": one.overdue,
        "due": one.inquiry.due.isoformat(),
        "came": one.inquiry.at,
        "workbook": one.place,
    }


def arrival_json(arrival: Arrival) -> dict[str, object]:
    """Return one file that came as the machine contract's object."""
    return {
        "direction": "in",
        "kind": arrival.kind,
        "name": arrival.name,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "package_sha256": arrival.package or None,
        "by": arrival.by,
        "state": arrival.state,
        "came": arrival.at,
    }

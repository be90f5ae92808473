"""How the commands say findings and entries: the machine contract's objects, and the words of a status."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from exchange import figures
from exchange.language import quoted, translate_plural
from exchange.language import translate as _
from exchange.workspace.wording import decided

_SIGNER = re.compile(r"(.*\)) ([0-9a-f]{4} [0-9a-f]{4})(?: [0-9a-f]{4})+")

if TYPE_CHECKING:
    from exchange.checks.findings import Evidence
    from exchange.review.decisions import Decision
    from exchange.review.open_list import Entry
    from exchange.review.questions import State
    from exchange.settlement.settle import Line


def said_by(decision: Decision) -> str:
    """Return what somebody said of a finding, with the reason, who and when, in one line."""
    new = [one.corrected for one in decision.corrections if one.corrected is not None]
    parts = [decided(decision.verb), *(f"→ {value}" for value in new)]
    if decision.reason:
        parts.append(quoted(decision.reason))
    return f"{' '.join(parts)} – {signer(decision.who)}, {decision.when}"


def signer(who: str) -> str:
    """Return who wrote an event: name and party, with the first digits of the key's fingerprint."""
    found = _SIGNER.fullmatch(who)
    return f"{found[1]} {found[2]}" if found else who


def skip_word(why: str) -> str:
    """Return why a row was skipped; a layout's own code stays as it is."""
    return {
        "blank-row": _("blank row"),
        "cleared-row": _("cleared row"),
        "count": _("count"),
        "footer": _("footer"),
        "not-sender's": _("about another jobcentre than the sender"),
        "repeated-header": _("repeated heading"),
        "section": _("a line that says something of the rows below it"),
        "subtotal": _("subtotal"),
        "title": _("title of a table"),
        "total": _("total"),
    }.get(why, why)


def question_state_word(state: State) -> str:
    """Return how far a question has come, in a word or two."""
    return {
        "unsent": _("not sent"),
        "open": _("waiting for an answer"),
        "overdue": _("overdue"),
        "answered": _("answered"),
        "lapsed": _("lapsed"),
    }[state]


def arithmetic(line: Line) -> str:
    """Return how a settled amount comes about, with the units and figures of the language."""
    weeks, each, rate = (Decimal(figure) for figure in line.arithmetic.partition(" = ")[0].split(" × "))
    values = {
        "weeks": figures.number(weeks),
        "rate": figures.kroner(rate),
        "amount": figures.kroner(line.amount),
    }
    if line.placement_id is not None:
        sentence = _("{weeks} weeks × {hours} h × {rate} = {amount}")
        return sentence.format(hours=figures.hours(each), **values)
    return translate_plural(
        "{places} place × {rate} × {weeks} weeks = {amount}",
        "{places} places × {rate} × {weeks} weeks = {amount}",
        int(each),
    ).format(places=figures.number(each), **values)


def cell_value(item: Evidence) -> str:
    """Return what a cell of evidence says: numbers and dates as the language writes them, a dash where it is empty."""
    from exchange.form.canonical import read_date, read_number
    from exchange.form.tables import table

    if item.value is None:
        return "–"
    kind = {field.name: field.type for field in table(item.table).fields}.get(item.field)
    number = read_number(item.value) if kind in ("number", "integer") else None
    day = read_date(item.value) if kind == "date" else None
    if number is not None:
        return figures.number(number)
    return item.value if day is None else figures.day(day)


def weighs(entries: Iterable[Entry]) -> bool:
    """Whether an error or warning among them is open."""
    return any(entry.is_open and entry.finding.severity != "info" for entry in entries)

"""What the batch dialog says before many findings are decided at once: rows, sums, what stands out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exchange import figures
from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.review.decisions import Verb
from exchange.review.filtering import hours_of
from exchange.review.open_list import Entry
from exchange.review.survey import Survey
from tui.dossier import Dossiers, kroner_text
from tui.text import fit, fit_right, side_letter

TYPE_COUNT_ABOVE = 25
ROWS_SHOWN = 200
_SUBJECT, _WEEK, _FIGURE = 24, 6, 9
_RULES_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchQuestion:
    """What the dialog shows; every text is safe to show.

    Attributes:
        confirm: what confirming does, as a button.
        needs_reason: nothing is stored without one; needs_value: nor without a value for all of them.
    """

    verb: Verb
    count: int
    title: str
    heading: str
    rows: tuple[str, ...]
    total: str
    remarks: tuple[str, ...]
    confirm: str
    needs_reason: bool
    needs_value: bool

    @property
    def needs_count(self) -> bool:
        """Whether the number of findings must be typed."""
        return self.count > TYPE_COUNT_ABOVE


def batch_question(verb: Verb, shown: Sequence[Entry], found: Survey, dossiers: Dossiers) -> BatchQuestion:
    """Return the question.

    Args:
        verb: what would be said.
        shown: the first of the findings, in their order.
        found: what all of them come to.
        dossiers: how findings are named.
    """
    marked = translate_plural("DECIDE {count} MARKED", "DECIDE {count} MARKED", found.count)
    return BatchQuestion(
        verb=verb,
        count=found.count,
        title=f"{marked.format(count=found.count)}{dossiers.script.dot}{_what(verb)}",
        heading=_line(_("Who"), _("Week"), [side_letter("company"), "J", "Δ", _("New")], dossiers),
        rows=tuple(_row(entry, verb, dossiers) for entry in shown[:ROWS_SHOWN]),
        total=_total(found, dossiers),
        remarks=tuple(_remarks(verb, found, len(shown[:ROWS_SHOWN]), dossiers)),
        confirm=_confirm(verb, found.count),
        needs_reason=verb != "accept",
        needs_value=verb == "correct",
    )


def _what(verb: Verb) -> str:
    return {
        "accept": _("Accept what each proposes"),
        "correct": _("Correct to one value"),
        "reject": _("Reject"),
        "ask": _("Ask"),
    }[verb]


def _confirm(verb: Verb, count: int) -> str:
    text = {
        "accept": translate_plural("Accept {count} finding (y)", "Accept {count} findings (y)", count),
        "correct": translate_plural("Correct {count} finding (y)", "Correct {count} findings (y)", count),
        "reject": translate_plural("Reject {count} finding (y)", "Reject {count} findings (y)", count),
        "ask": translate_plural("Ask about {count} finding (y)", "Ask about {count} findings (y)", count),
    }[verb]
    return text.format(count=count)


def _line(subject: str, week: str, figures_: Sequence[str], dossiers: Dossiers) -> str:
    more = dossiers.script.more
    cells = [fit_right(one, _FIGURE, more) for one in figures_]
    return " ".join([fit(subject, _SUBJECT, more), fit(week, _WEEK, more), *cells])


def _row(entry: Entry, verb: Verb, dossiers: Dossiers) -> str:
    finding = entry.finding
    company, jobcentre = (_hours(hours_of(finding, side)) for side in ("company", "jobcentre"))
    proposal = finding.proposal if verb == "accept" else None
    new = (
        dossiers.value(proposal.table, proposal.field, proposal.value)
        if proposal and proposal.field != "*"
        else ""
    )
    subject = f"{dossiers.script.show(finding.rule)} {dossiers.subject(finding)}"
    figures_ = [_text(company), _text(jobcentre), _difference(company, jobcentre), new]
    return _line(subject, dossiers.when(finding), figures_, dossiers)


def _total(found: Survey, dossiers: Dossiers) -> str:
    label = translate_plural("Sum of {count} finding", "Sum of {count} findings", found.count)
    company, jobcentre = found.company_hours, found.jobcentre_hours
    figures_ = [_text(company), _text(jobcentre), _difference(company, jobcentre), ""]
    return _line(label.format(count=found.count), "", figures_, dossiers)


def _remarks(verb: Verb, found: Survey, shown: int, dossiers: Dossiers) -> Iterator[str]:
    if found.count > shown:
        yield _("{count} more are not shown.").format(count=figures.number(found.count - shown))
    if len(found.rules) > 1:
        yield _rules(found, dossiers)
    if verb == "accept":
        yield _worth(found)
    if verb in ("accept", "correct") and found.unchanged:
        text = translate_plural(
            "{count} proposes no value: it is acknowledged.",
            "{count} propose no value: they are acknowledged.",
            found.unchanged,
        )
        yield text.format(count=found.unchanged)
    if found.decided:
        text = translate_plural(
            "{count} is decided already, and is decided anew.",
            "{count} are decided already, and are decided anew.",
            found.decided,
        )
        yield text.format(count=found.decided)
    if found.conflicts:
        text = translate_plural(
            "{count} is in conflict, and this settles it.",
            "{count} are in conflict, and this settles them.",
            found.conflicts,
        )
        yield text.format(count=found.conflicts)
    if found.refused and verb != "correct":
        text = translate_plural(
            "{count} cannot be decided so, and is left as it is.",
            "{count} cannot be decided so, and are left as they are.",
            found.refused,
        )
        yield text.format(count=found.refused)


def _rules(found: Survey, dossiers: Dossiers) -> str:
    times = "x" if dossiers.script.ascii else "×"
    named = [f"{rule} {times} {count}" for rule, count in list(found.rules.items())[:_RULES_NAMED]]
    more = [dossiers.script.more] if len(found.rules) > _RULES_NAMED else []
    kinds = _("They differ: {kinds}").format(kinds=", ".join([*named, *more]))
    return dossiers.script.show(kinds)


def _worth(found: Survey) -> str:
    text = _("Settlement and claims change by {amount}").format(
        amount=kroner_text(found.dkk, signed=True).replace("\u00a0", " ")
    )
    if not found.unpriced:
        return text.rstrip(".") + "."
    unknown = translate_plural("{count} has no known amount", "{count} have no known amount", found.unpriced)
    return f"{text}; {unknown.format(count=found.unpriced)}."


def _hours(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def _text(hours: Decimal | None) -> str:
    return "" if hours is None else figures.hours(hours)


def _difference(company: Decimal | None, jobcentre: Decimal | None) -> str:
    if company is None or jobcentre is None:
        return ""
    return f"{'+' if jobcentre > company else ''}{figures.hours(jobcentre - company)}"

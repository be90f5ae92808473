"""The sentences of the form for the people who fill it in, in the language in force.

In: a table, a column or a blank. Out: one sentence or a few words each. Refuses nothing.
"""

from __future__ import annotations

from datetime import date

from exchange import figures
from exchange.form.tables import Field
from exchange.form.workbook.plan import Blank, ColumnPlan
from exchange.language import choose
from exchange.language import translate as _

REQUIRED = "*"


def one_row(table_name: str) -> str:
    """Return what one row of a sheet stands for."""
    return {
        "placements": _("One row for each placement; a new one’s number starts with the jobcentre’s code."),
        "mentor_grants": _("One row for each grant of mentor support."),
        "mentor_hours": _("One row for each time that mentor hours were given."),
        "attendance": _("One row for each placement and day that it should attend, days of absence too."),
        "conversations": _("One row for each conversation that was held."),
        "extensions": _("One row for each decision to extend a placement."),
        "final_reports": _("One row for each placement that has had its final report."),
        "confirmations": _("One row for each placement and week whose hours the trainee confirms."),
        "claims": _("One row for each claim of mentor reimbursement."),
    }[table_name]


def how_to_fill() -> str:
    """Return what stands over every sheet to fill in."""
    return _(
        "Columns marked {star} must be filled in. Stand on a cell to see what belongs there. Use as many rows as you need."
    ).format(star=REQUIRED)


def made_for(blank: Blank) -> str:
    """Return whose form it is, in one line."""
    return _("{party} ({id}) · agreement {agreement} · {span}").format(
        party=blank.party_name, id=blank.party.id, agreement=blank.agreement_id, span=span(blank)
    )


def span(blank: Blank) -> str:
    """Return the form's period as people write it."""
    return f"{day(blank.period.start)} – {day(blank.period.end)}"


def hint(column: ColumnPlan) -> str:
    """Return the few words under a heading: how a value is written."""
    if column.choices or column.from_placements:
        return _("choose")
    match column.field.type:
        case "date":
            return choose("dd-mm-åååå", "yyyy-mm-dd")
        case "time":
            return choose("fx 9:30", "e.g. 9:30")
        case "integer":
            return _("whole number")
        case "number":
            return example(column.field)
        case _:
            return _("text")


def example(field: Field) -> str:
    """Return a field's example as a person writes it."""
    sample = choose(field.example.replace(".", ","), field.example)
    return choose(f"fx {sample}", f"e.g. {sample}")


def prompt(column: ColumnPlan) -> str:
    """Return the note that shows when a person stands on a cell."""
    field = column.field
    parts = [f"{field.description}."]
    if field.name == "trainee_ref":
        parts.append(_("The reference that the lead jobcentre gave."))
    if column.choices or column.from_placements:
        parts.append(_("Choose from the list."))
    parts.append(_("Must be filled in.") if field.required else _("May be left empty."))
    return " ".join(parts)


def refusal(column: ColumnPlan, blank: Blank) -> str:  # noqa: PLR0911 (one sentence for each kind of column)
    """Return what a wrong entry is answered with."""
    field = column.field
    if column.open_choices:
        return _("This is not in the list. Check it; keep it only if it is new.")
    if column.choices:
        return _("Choose one from the list.")
    match field.type:
        case "date" if is_dated(column):
            return _("Write a day from {first} to {last}, as {example}.").format(
                first=day(blank.period.start), last=day(blank.period.end), example=day(blank.period.end)
            )
        case "date":
            return _("Write a date, as {example}.").format(example=day(blank.period.end))
        case "time":
            return _("Write a time of day, as 9:30.")
        case "integer" | "number":
            return _number_refusal(field)
        case _:
            return _("Write at most {count} characters.").format(count=longest(field))


def is_dated(column: ColumnPlan) -> bool:
    """Whether the column says the day that a row belongs to."""
    return column.field.name == "date"


def longest(field: Field) -> int:
    """Return how many characters a text may have."""
    return field.max_length or 64


def _number_refusal(field: Field) -> str:
    if field.minimum is None:
        return _("Write a number, {example}.").format(example=example(field))
    low = figures.number(field.minimum)
    if field.maximum is None:
        return _("Write a number of at least {low}, {example}.").format(low=low, example=example(field))
    sentence = (
        _("Write a number above {low} and at most {high}, {example}.")
        if field.exclusive_minimum
        else _("Write a number from {low} to {high}, {example}.")
    )
    return sentence.format(low=low, high=figures.number(field.maximum), example=example(field))


def day(value: date) -> str:
    """Return a day as the form’s own cells show it."""
    return choose(f"{value:%d-%m-%Y}", value.isoformat())

"""What stands in a form for one party: its sheets, their columns, and what each column may hold.

In: a :class:`Blank`, the facts that a form is made of. Out: :class:`SheetPlan` by sheet, which the writer paints and the reader (intake)
relies on for the fields that are the same in every row. Refuses a table that its kind of party does not report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from exchange.errors import FormError
from exchange.form.codes import Code, code_list
from exchange.form.tables import Field, Table, table
from exchange.language import Language, choose
from exchange.language import translate as _
from exchange.parties import Party
from exchange.periods import Period

Row = Mapping[str, str | None]

# What each kind of party reports unless it is asked for otherwise (workflow.md), and what it may be asked for.
USUAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "company": ("mentor_hours", "attendance"),
        "jobcentre": (
            "placements",
            "mentor_grants",
            "mentor_hours",
            "attendance",
            "conversations",
            "extensions",
            "final_reports",
            "confirmations",
            "claims",
        ),
    }
)
POSSIBLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "company": ("mentor_hours", "attendance", "conversations", "confirmations", "final_reports"),
        "jobcentre": USUAL["jobcentre"],
    }
)
OWN_KEYS = frozenset({"entry_id", "grant_id", "conversation_id", "claim_id"})
SUMMED = frozenset({"hours", "planned_hours", "attended_hours", "mentor_hours_confirmed", "amount"})
_WRITTEN_LONG = frozenset({"goal", "tasks", "note", "next_step", "reason", "purpose", "work_capacity_note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """What one form is made of.

    Attributes:
        leads: the party is the agreement's lead, which may report for all its jobcentres.
        tables: the tables to fill in, in the order of their sheets.
        rows: what the party has reported already of each table, as stored.
        placements, mentors, sites: rows that the party may name.
        jobcentres: the agreement's jobcentres, the lead first.
        mailbox: where the filled form is sent; None is not known.
    """

    agreement_id: str
    title: str
    party: Party
    party_name: str
    leads: bool
    period: Period
    language: Language
    tables: tuple[str, ...]
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    placements: Sequence[Row] = ()
    mentors: Sequence[Row] = ()
    sites: Sequence[Row] = ()
    jobcentres: tuple[str, ...] = ()
    mailbox: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a drop-down: what stands in the cell, and what the entry means."""

    text: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """One column of a sheet.

    Attributes:
        hidden: the sender's own key, which people leave alone.
        choices: the drop-down's entries; empty for none.
        open_choices: another value than the choices may stand there.
        from_placements: the choices are the first column of the sheet of placements, as it is filled in.
        summed: its sum stands at the top.
    """

    field: Field
    hidden: bool = False
    choices: tuple[Choice, ...] = ()
    open_choices: bool = False
    from_placements: bool = False
    summed: bool = False

    @property
    def is_long(self) -> bool:
        """Whether people write sentences there."""
        return self.field.name in _WRITTEN_LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """One sheet to fill in."""

    table: Table
    columns: tuple[ColumnPlan, ...]
    rows: tuple[Row, ...]


def tables_of(party: Party, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the tables of a party's form: those asked for, else the usual ones.

    Raises:
        FormError: this kind of party does not report one of them.
    """
    possible = POSSIBLE.get(party.role, ())
    if not possible:
        raise FormError(
            _("{party} is an audit firm and reports no facts; name a jobcentre or the company.").format(
                party=party.id
            )
        )
    for name in asked:
        if name not in possible:
            raise FormError(
                _("The form of {party} has no table “{table}”: it can have {tables}.").format(
                    party=party.id, table=name[:60], tables=", ".join(possible)
                )
            )
    return tuple(name for name in possible if name in asked) or USUAL[party.role]


def constants(form: Table, *, agreement_id: str, party: Party, leads: bool) -> Mapping[str, str]:
    """Return the fields that are the same in every row of a party's sheet, and so have no column."""
    same = {
        "reporter": "company" if party.role == "company" else "jobcentre",
        "agreement_id": agreement_id,
    }
    if party.role == "jobcentre" and not leads:
        same["jobcentre"] = party.id
    return {name: text for name, text in same.items() if name in form.field_names}


def sheet_plans(blank: Blank) -> tuple[SheetPlan, ...]:
    """Return the sheets to fill in, in order; texts are in the language in force."""
    return tuple(_sheet(blank, table(name)) for name in blank.tables)


def ordered(form: Table, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows in the order of a form: by day, then by key, then by all they say."""
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                (row.get(form.dated_by) or "") if form.dated_by else "",
                form.key_of(row),
                [row.get(name) or "" for name in form.field_names],
            ),
        )
    )


def codes_of(one: Field) -> tuple[Code, ...]:
    """Return the codes that a drop-down of the field offers."""
    return () if one.code_list is None else code_list(one.code_list).codes


def weeks_of(period: Period) -> tuple[str, ...]:
    """Return the ISO weeks that have a day in the period."""
    monday = period.start - timedelta(days=period.start.weekday())
    found = []
    while monday <= period.end:
        found.append(_week(monday))
        monday += timedelta(days=7)
    return tuple(found)


def _week(day: date) -> str:
    year, week, _day = day.isocalendar()
    return f"{year:04}-W{week:02}"


def _sheet(blank: Blank, form: Table) -> SheetPlan:
    same = constants(form, agreement_id=blank.agreement_id, party=blank.party, leads=blank.leads)
    shown = [one for one in form.fields if one.name not in same and one.name not in OWN_KEYS]
    own = [one for one in form.fields if one.name in OWN_KEYS]
    return SheetPlan(
        table=form,
        columns=(
            *(_column(blank, form, one) for one in shown),
            *(ColumnPlan(field=one, hidden=True) for one in own),
        ),
        rows=ordered(form, blank.rows.get(form.name, ())),
    )


def _column(blank: Blank, form: Table, one: Field) -> ColumnPlan:
    if one.name == "placement_id":
        own_sheet = "placements" in blank.tables
        if form.name == "placements":
            return ColumnPlan(field=one)
        return ColumnPlan(
            field=one,
            choices=_ids(blank.placements, "placement_id"),
            open_choices=True,
            from_placements=own_sheet,
        )
    choices = _choices(blank, one)
    open_choices = one.name in ("mentor_id", "site_id", "held_by")
    return ColumnPlan(
        field=one, choices=choices, open_choices=open_choices, summed=_is_summed(form, one.name)
    )


def _is_summed(form: Table, name: str) -> bool:
    return name in SUMMED and form.name in ("mentor_hours", "attendance", "confirmations", "claims")


def _choices(blank: Blank, one: Field) -> tuple[Choice, ...]:
    if one.name == "jobcentre":
        known = {code.code: code for code in codes_of(one)}
        return tuple(Choice(known[code].label if code in known else code, code) for code in blank.jobcentres)
    if one.code_list is not None:
        return tuple(
            Choice(code.label, choose(code.description_da, code.description_en)) for code in codes_of(one)
        )
    if one.type == "boolean":
        return (Choice(choose("Ja", "Yes")), Choice(choose("Nej", "No")))
    if one.name == "week":
        return tuple(Choice(week) for week in weeks_of(blank.period))
    if one.name == "held_by":
        return (*_ids(blank.mentors, "mentor_id"), *(Choice(code) for code in blank.jobcentres))
    return _ids({"mentor_id": blank.mentors, "site_id": blank.sites}.get(one.name, ()), one.name)


def _ids(rows: Sequence[Row], name: str) -> tuple[Choice, ...]:
    return tuple(Choice(text) for text in sorted({row.get(name) or "" for row in rows} - {""}))

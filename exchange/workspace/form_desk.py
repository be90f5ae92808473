"""``form``: what a workspace puts in the Excel form for one party, and whose form a filled one is.

In: an agreement, a party and a period. Out: the :class:`~exchange.form.workbook.plan.Blank` to write, with what that party has reported
already. It refuses an agreement or party that is not here and a period that is not of whole months, since a form that comes
back replaces whole months (workflow.md, step 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from exchange.errors import AgreementError, SettlementError
from exchange.form.canonical import read_date
from exchange.form.codes import code_list
from exchange.form.confidential import holds_cpr, masked
from exchange.form.tables import Table, table
from exchange.form.workbook.plan import Blank, Row, tables_of
from exchange.language import Language
from exchange.language import translate as _
from exchange.parties import Party
from exchange.periods import Period
from exchange.workspace.folder import Workspace

# A cell of a workbook holds no more (ECMA-376 part 1, 18.18.92; Excel's own limits).
_LONGEST = 32_000
_SPANS: Mapping[str, tuple[str, str]] = {
    "mentor_grants": ("valid_from", "valid_to"),
    "claims": ("period_start", "period_end"),
    "extensions": ("decided_on", "decided_on"),
    "final_reports": ("delivered_on", "delivered_on"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which form is asked for; no tables are the usual ones."""

    agreement_id: str
    party: Party
    period: Period
    tables: Sequence[str] = ()
    language: Language


@dataclass(frozen=True, slots=True)
class Drafted:
    """A form ready to be written.

    Attributes:
        hidden: texts in which a CPR number was hidden.
        left_out: rows that could not be put in the form.
    """

    blank: Blank
    hidden: int
    left_out: int


def draft_form(workspace: Workspace, wanted: Wanted) -> Drafted:
    """Return the form for a party, filled in with what stands here.

    Raises:
        AgreementError: the agreement is not here, or the party is none of its parties.
        FormError: this kind of party does not report one of the tables.
        SettlementError: the period is not of whole months.
    """
    if not wanted.period.whole_months:
        raise SettlementError(
            _(
                "A form covers whole months, and {period} does not: write it as 2016-03-01..2016-03-31."
            ).format(period=wanted.period)
        )
    return _Desk(workspace, wanted).draft()


class _Desk:
    """One form being put together."""

    def __init__(self, workspace: Workspace, wanted: Wanted) -> None:
        self._holdings, self._wanted = workspace.holdings(), wanted
        self._tables = tables_of(wanted.party, wanted.tables)
        self._agreement = self._found_agreement()
        self._lead = self._agreement["lead_jobcentre"] or ""
        self._jobcentres = self._parties()
        self._refuse_stranger()
        self._leads = wanted.party.id == self._lead
        self._extended = self._extensions()
        self._placements = self._own_placements()
        self._placement_ids = {row["placement_id"] for row in self._placements}

    def draft(self) -> Drafted:
        wanted = self._wanted
        placements = [row for row in self._placements if self._runs(row)]
        cleaned = {
            name: [_without_cpr(row, table(name)) for row in self._rows(name)] for name in self._tables
        }
        rows = {name: [row for row, _hidden in found if row is not None] for name, found in cleaned.items()}
        blank = Blank(
            agreement_id=wanted.agreement_id,
            title=masked(self._agreement["title"] or ""),
            party=wanted.party,
            party_name=self._party_name(),
            leads=self._leads,
            period=wanted.period,
            language=wanted.language,
            tables=self._tables,
            rows=rows,
            placements=_by_id(placements, "placement_id"),
            mentors=_by_id((row for row in self._of_agreement("mentors") if self._is_ours(row)), "mentor_id"),
            sites=_by_id(self._of_agreement("sites"), "site_id"),
            jobcentres=self._nameable(),
            mailbox=self._mailbox(),
        )
        found = [one for ones in cleaned.values() for one in ones]
        return Drafted(
            blank, sum(hidden for _row, hidden in found), sum(row is None for row, _hidden in found)
        )

    def _found_agreement(self) -> Row:
        known = {row["agreement_id"] or "": row for row in self._holdings.records("agreements")}
        if self._wanted.agreement_id not in known:
            raise AgreementError(
                _("There is no agreement “{agreement}” here: the agreements are {agreements}.").format(
                    agreement=self._wanted.agreement_id[:64], agreements=", ".join(sorted(known)) or "–"
                )
            )
        return known[self._wanted.agreement_id]

    def _parties(self) -> tuple[str, ...]:
        """Return the agreement's jobcentres, the lead first."""
        found = {row["jobcentre"] or "" for row in self._of_agreement("parties")} - {self._lead, ""}
        return (self._lead, *sorted(found))

    def _refuse_stranger(self) -> None:
        party = self._wanted.party.id
        company = self._agreement["company_cvr"] or ""
        if party not in (company, *self._jobcentres):
            raise AgreementError(
                _("{party} is no party of {agreement}: its parties are {parties}.").format(
                    party=party,
                    agreement=self._wanted.agreement_id,
                    parties=", ".join((company, *self._jobcentres)),
                )
            )

    def _party_name(self) -> str:
        if self._wanted.party.role == "company":
            return masked(self._agreement["company_name"] or self._wanted.party.id)
        code = code_list("municipality").get(self._wanted.party.id)
        return _("Jobcentre {name}").format(name=code.label if code else self._wanted.party.id)

    def _nameable(self) -> tuple[str, ...]:
        """Return the jobcentres that the party may name: a participant only itself."""
        if self._leads or self._wanted.party.role == "company":
            return self._jobcentres
        return (self._wanted.party.id,)

    def _mailbox(self) -> str | None:
        boxes = {row["jobcentre"]: row["contact_mailbox"] for row in self._of_agreement("parties")}
        return boxes.get(self._lead)

    def _of_agreement(self, name: str) -> list[Row]:
        rows = self._holdings.records(name)
        return [row for row in rows if row["agreement_id"] == self._wanted.agreement_id]

    def _is_ours(self, mentor: Row) -> bool:
        return mentor.get("jobcentre") in (None, *self._nameable())

    def _own_placements(self) -> list[Row]:
        own = self._nameable()
        return [row for row in self._of_agreement("placements") if row["jobcentre"] in own]

    def _extensions(self) -> dict[str, date]:
        found: dict[str, date] = {}
        for row in self._holdings.records("extensions"):
            name, day = row["placement_id"] or "", read_date(row["new_planned_end"] or "")
            if day is not None:
                found[name] = max(day, found.get(name, day))
        return found

    def _runs(self, placement: Row) -> bool:
        """Whether the placement has a day in the period; an unreadable day does not shut it out."""
        period = self._wanted.period
        start, planned = read_date(placement["start"] or ""), read_date(placement["planned_end"] or "")
        ended = read_date(placement["actual_end"] or "")
        extended = self._extended.get(placement["placement_id"] or "")
        last = ended or max((day for day in (planned, extended) if day), default=None)
        return (start or period.end) <= period.end and (last or period.start) >= period.start

    def _rows(self, name: str) -> list[Row]:
        form = table(name)
        within = self._within(form)
        return [row for row in self._sent(form) if self._is_reported(form, row) and within(row)]

    def _sent(self, form: Table) -> Iterator[Row]:
        import duckdb

        picked = ", ".join(f'"{name}"' for name in form.field_names)
        query = f"SELECT {picked} FROM ({self._holdings.standing(form)}) WHERE _sender = ? ORDER BY _row"
        with duckdb.connect() as connection:
            for row in connection.execute(query, [self._wanted.party.id]).fetchall():
                yield dict(zip(form.field_names, row, strict=True))

    def _is_reported(self, form: Table, row: Row) -> bool:
        """Whether the row is of this agreement and side, and of a jobcentre that the party reports for."""
        names = form.field_names
        side = "company" if self._wanted.party.role == "company" else "jobcentre"
        if "reporter" in names and row["reporter"] != side:
            return False
        if "jobcentre" in names and row["jobcentre"] not in self._nameable():
            return False
        if "agreement_id" in names:
            return row["agreement_id"] == self._wanted.agreement_id
        return row["placement_id"] in self._placement_ids

    def _within(self, form: Table) -> Callable[[Row], bool]:
        if form.name == "placements":
            return self._runs
        if form.name == "confirmations":
            return self._in_week
        first, last = _SPANS.get(form.name, (form.dated_by or "", form.dated_by or ""))
        return lambda row: self._meets(read_date(row[first] or ""), read_date(row[last] or ""))

    def _in_week(self, row: Row) -> bool:
        week = row["week"] or ""
        try:
            return self._meets(date.fromisoformat(f"{week}-1"), date.fromisoformat(f"{week}-7"))
        except ValueError:
            return True

    def _meets(self, first: date | None, last: date | None) -> bool:
        period = self._wanted.period
        return (first or period.start) <= period.end and (last or period.end) >= period.start


def _by_id(rows: Iterator[Row] | Sequence[Row], name: str) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row[name] or ""))


def _without_cpr(row: Row, form: Table) -> tuple[Row | None, int]:
    """Return the row with CPR numbers hidden and in how many texts; no row where an id holds one, or a cell is too small."""
    hidden = [name for name, text in row.items() if text and holds_cpr(text)]
    if any(form.field(name).max_length is None for name in hidden):
        return None, 0
    if any(len(text) > _LONGEST for text in row.values() if text):
        return None, 0
    return {name: masked(text) if text and name in hidden else text for name, text in row.items()}, len(
        hidden
    )

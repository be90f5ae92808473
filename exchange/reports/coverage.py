"""The coverage report: every auditor of an agreement by every demand. Parties, profiles and entries in, cells out. Pure.

One set of rows answers every auditor at once: each party's findings are held up against what its own auditor asks.
A demand is met where nothing of it is open; what was decided is counted beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from exchange.checks.demands import DEMANDS, Demand, unmet_demands
from exchange.checks.findings import Finding
from exchange.checks.profiles import Profile
from exchange.form.corrections import Correction
from exchange.form.tables import table
from exchange.review.open_list import Entry

State = Literal["met", "not-met", "not-asked", "unknown"]
Row = Mapping[str, str | None]

_DECIDED = ("accepted", "corrected", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """An auditor of one jobcentre's share of an agreement.

    Attributes:
        name: as the parties name it; profile_id: likewise. Either may be empty.
        profile: None where the one that is named is not known here.
    """

    agreement_id: str
    jobcentre: str
    name: str | None
    profile_id: str | None
    profile: Profile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is to be said of one demand of one auditor.

    Attributes:
        state: ``unknown`` where the profile is not known here.
        unmet: the open findings, in order.
        decided: how many more findings of it were accepted, corrected or rejected.
    """

    demand: Demand
    state: State
    unmet: tuple[Finding, ...] = ()
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """One auditor's demands, in the order of :data:`~exchange.checks.demands.DEMANDS`."""

    auditor: Auditor
    cells: tuple[Cell, ...]

    def as_json(self) -> list[dict[str, object]]:
        """Return one object of the machine contract for each demand."""
        return [{**self._head(), **_cell_json(self.auditor.profile, cell)} for cell in self.cells]

    def _head(self) -> dict[str, object]:
        auditor = self.auditor
        return {
            "agreement_id": auditor.agreement_id,
            "jobcentre": auditor.jobcentre,
            "auditor": auditor.name,
            "profile": auditor.profile_id,
        }


def auditors_of(
    parties: Iterable[Row], profiles: Mapping[str, Profile], corrections: Sequence[Correction] = ()
) -> list[Auditor]:
    """Return the auditors that the parties name, by agreement and jobcentre.

    Args:
        parties: the rows of ``parties`` as reported.
        profiles: all that are known, by id.
        corrections: of the decisions in force, oldest first.
    """
    found = {
        (auditor.agreement_id, auditor.jobcentre): auditor
        for row in _corrected(parties, corrections)
        if (auditor := _auditor(row, profiles))
    }
    return [found[key] for key in sorted(found)]


def coverage(auditors: Iterable[Auditor], entries: Sequence[Entry]) -> list[Coverage]:
    """Return what each auditor's demands have come to.

    Args:
        auditors: as :func:`auditors_of` gives them.
        entries: the open list of the whole workspace.
    """
    return [_covered(auditor, [e for e in entries if _is_of(e.finding, auditor)]) for auditor in auditors]


def _corrected(parties: Iterable[Row], corrections: Sequence[Correction]) -> Iterable[Row]:
    form = table("parties")
    ours = [one for one in corrections if one.table == form.name]
    for row in parties:
        changes = {one.field: one.corrected for one in ours if one.key == form.key_of(row)}
        if "*" not in changes:
            yield {**row, **changes}


def _auditor(row: Row, profiles: Mapping[str, Profile]) -> Auditor | None:
    name, profile_id = (row.get(field) or "" for field in ("auditor", "auditor_profile"))
    agreement_id, jobcentre = row.get("agreement_id"), row.get("jobcentre")
    if not agreement_id or not jobcentre or not (name.strip() or profile_id.strip()):
        return None
    return Auditor(
        agreement_id=agreement_id,
        jobcentre=jobcentre,
        name=name or None,
        profile_id=profile_id or None,
        profile=profiles.get(profile_id),
    )


def _is_of(finding: Finding, auditor: Auditor) -> bool:
    """Whether a finding is of the jobcentre's share; one of the agreement's own rows is of every share."""
    share, whole = (auditor.agreement_id, auditor.jobcentre), (auditor.agreement_id, "")
    return share in finding.owners or whole in finding.owners


def _covered(auditor: Auditor, entries: Sequence[Entry]) -> Coverage:
    profile = auditor.profile
    if profile is None:
        # Without a profile nothing is asked; one that is named and not known may ask anything.
        state: State = "unknown" if auditor.profile_id else "not-asked"
        return Coverage(auditor, tuple(Cell(demand=demand, state=state) for demand in DEMANDS))
    unmet = unmet_demands(profile, (entry.finding for entry in entries if entry.is_open))
    return Coverage(
        auditor, tuple(_cell(profile, demand, unmet.get(demand, ()), entries) for demand in DEMANDS)
    )


def _cell(profile: Profile, demand: Demand, unmet: tuple[Finding, ...], entries: Sequence[Entry]) -> Cell:
    if not profile.asks(demand):
        return Cell(demand=demand, state="not-asked")
    decided = sum(e.status in _DECIDED and e.finding.rule in demand.rules for e in entries)
    return Cell(demand=demand, state="not-met" if unmet else "met", unmet=unmet, decided=decided)


def _cell_json(profile: Profile | None, cell: Cell) -> dict[str, object]:
    asked = profile.value(cell.demand) if profile and profile.asks(cell.demand) else None
    return {
        "demand": cell.demand.parameter,
        "rules": list(cell.demand.rules),
        "asked": _plain(asked),
        "state": cell.state,
        "unmet": len(cell.unmet),
        "decided": cell.decided,
        "findings": [
            {
                "finding_id": finding.finding_id,
                "rule": finding.rule,
                "severity": finding.severity,
                "subject": dict(finding.subject),
            }
            for finding in cell.unmet
        ],
    }


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return list(value) if isinstance(value, tuple) else value

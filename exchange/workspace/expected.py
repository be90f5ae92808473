"""Which parties are to report here, and for which months a package of theirs is still to be sealed.

The rows of the agreements and the packages that were sealed in, parties and periods out; shown by ``status``. Only the
lead of an agreement waits for the others and seals to their auditors: elsewhere our own rows alone are to come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from exchange.periods import Period, left_of, parse_period


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A party that reports under an agreement.

    Attributes:
        recipient: who gets the package of its rows from us; None where we seal none.
    """

    agreement_id: str
    party: str
    recipient: str | None


Row = Mapping[str, str | None]


def expected(agreements: Collection[Row], parties: Iterable[Row], us: str) -> list[Expected]:
    """Return who is to report here: under an agreement that we lead everybody, under another we ourselves."""
    leads = {row["agreement_id"] for row in agreements if row["lead_jobcentre"] == us}
    return [
        one
        for one in (*_jobcentres(parties, leads), *_companies(agreements))
        if one.party and (one.agreement_id in leads or one.party == us)
    ]


def _jobcentres(parties: Iterable[Row], leads: Collection[str | None]) -> Iterator[Expected]:
    for row in parties:
        recipient = (row.get("auditor") or row["jobcentre"]) if row["agreement_id"] in leads else None
        yield Expected(
            agreement_id=row["agreement_id"] or "", party=row["jobcentre"] or "", recipient=recipient
        )


def _companies(agreements: Iterable[Row]) -> Iterator[Expected]:
    for row in agreements:
        yield Expected(agreement_id=row["agreement_id"] or "", party=row["company_cvr"] or "", recipient=None)


def not_sealed(one: Expected, period: Period, sealed: Iterable[Mapping[str, str]]) -> list[Period]:
    """Return the parts of a period that no package of the party's rows covers, in order."""
    covered = [
        parse_period(package["period"])
        for package in sealed
        if (package.get("agreement_id"), package.get("jobcentre")) == (one.agreement_id, one.party)
    ]
    return left_of(period, covered)

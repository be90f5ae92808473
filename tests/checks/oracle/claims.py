"""C-rules and D07."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from tests.checks.oracle.facts import CENT, SIDES, Facts, Placement, Verdict, kroner, total_hours
from tests.checks.oracle.rows import Row
from tests.checks.oracle.settlement import lines_of, settlement_days, total


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with its agreement."""

    row: Row
    agreement: Row

    @property
    def id(self) -> str:
        return self.row.text("claim_id") or ""

    @property
    def agreement_id(self) -> str:
        return self.agreement.text("agreement_id") or ""

    @property
    def jobcentre(self) -> str:
        return self.row.text("jobcentre") or ""

    @property
    def subject(self) -> tuple[str, ...]:
        return self.agreement_id, self.id

    @property
    def funded(self) -> bool:
        return self.agreement.text("funding") not in {None, "none"}

    @property
    def period(self) -> tuple[date, date] | None:
        start, end = self.row.day("period_start"), self.row.day("period_end")
        return (start, end) if start and end else None


def claims(facts: Facts) -> Iterator[Verdict]:
    every = [
        Claim(row, facts.agreements[name])
        for row in facts.rows["claims"]
        if (name := row.text("agreement_id")) in facts.agreements
    ]
    funded = [claim for claim in every if claim.funded]
    for claim in every:
        yield from _without_funding(claim)
        yield from _not_closed(facts, claim)
    for claim in funded:
        yield from _figures(claim)
        yield from _entitlement(facts, claim)
        yield from _under_documented(facts, claim)
        yield from _without_mentor(facts, claim)
    yield from _twice(funded)
    for agreement in facts.agreements.values():
        yield from _not_shared_out(agreement, facts.parties_of(agreement.text("agreement_id") or ""))


def _without_funding(claim: Claim) -> Iterator[Verdict]:
    amount = claim.row.number("amount")
    if claim.agreement.text("funding") == "none" and amount:
        yield Verdict("C05", claim.subject, "error", amount)


def _not_closed(facts: Facts, claim: Claim) -> Iterator[Verdict]:
    demands = facts.demands(claim.agreement_id, claim.jobcentre)
    submitted, end = claim.row.day("submitted_on"), claim.row.day("period_end")
    if demands.closed_period and submitted and end and submitted < end:
        yield Verdict("D07", claim.subject, demands.severity("D07"))


def _figures(claim: Claim) -> Iterator[Verdict]:
    hours, rate, amount = (claim.row.number(name) for name in ("hours", "hourly_rate", "amount"))
    computed, agreed = kroner(hours, rate), claim.agreement.number("hourly_rate")
    if computed is not None and amount is not None and amount != computed:
        yield Verdict("C01", claim.subject, "error", abs(amount - computed))
    if rate is not None and agreed is not None and rate != agreed:
        yield Verdict("C04", claim.subject, "error", kroner(hours, abs(rate - agreed)))


def _entitlement(facts: Facts, claim: Claim) -> Iterator[Verdict]:
    amount = claim.row.number("amount")
    if amount is None or claim.period is None or not claim.jobcentre:
        return
    settled = total(facts, claim.agreement_id, claim.jobcentre, *claim.period)
    tolerance = facts.demands(claim.agreement_id, claim.jobcentre).claim_tolerance
    if settled is not None and abs(amount - settled) > tolerance:
        rule, severity = ("C02", "error") if amount > settled else ("C03", "info")
        yield Verdict(rule, claim.subject, severity, abs(amount - settled).quantize(CENT))


def _documented(facts: Facts, place: Placement, side: str, period: tuple[date, date]) -> Decimal:
    """A side's hours dated in the period and inside the placement."""
    return total_hours(
        entry
        for entry in facts.hours_of.get(place.id, [])
        if entry.side == side
        and entry.day
        and period[0] <= entry.day <= period[1]
        and place.runs_on(entry.day)
    )


def _under_documented(facts: Facts, claim: Claim) -> Iterator[Verdict]:
    hours, period = claim.row.number("hours"), claim.period
    if hours is None or period is None:
        return
    places = facts.placements_of(claim.agreement_id, claim.jobcentre) if claim.jobcentre else []
    documented = max(
        sum((_documented(facts, place, side, period) for place in places), Decimal(0)) for side in SIDES
    )
    rate = claim.row.number("hourly_rate")
    if hours > documented:
        severity = facts.demands(claim.agreement_id, claim.jobcentre).severity("C07")
        worth = kroner(hours - documented, claim.agreement.number("hourly_rate") if rate is None else rate)
        yield Verdict("C07", claim.subject, severity, worth)


def _without_mentor(facts: Facts, claim: Claim) -> Iterator[Verdict]:
    period = claim.period
    if claim.agreement.text("funding") != "per-occupied-place" or period is None or not claim.jobcentre:
        return
    amounts = {line.placement_id: line.amount for line in lines_of(facts, claim.agreement_id, *period)}
    for place in facts.placements_of(claim.agreement_id, claim.jobcentre):
        enough = len(settlement_days(place, *period)) >= 10
        if enough and not _mentored(facts, place, period):
            yield Verdict("C08", (*claim.subject, place.id), "warning", amounts.get(place.id))


def _mentored(facts: Facts, place: Placement, period: tuple[date, date]) -> bool:
    return any(
        entry.day and period[0] <= entry.day <= period[1] and place.runs_on(entry.day)
        for entry in facts.hours_of.get(place.id, [])
    )


def _twice(every: list[Claim]) -> Iterator[Verdict]:
    for one, other in combinations(sorted(every, key=lambda claim: claim.id), 2):
        same = (one.agreement_id, one.jobcentre) == (other.agreement_id, other.jobcentre)
        if same and one.jobcentre and _share_a_date(one.period, other.period):
            amounts = [claim.row.number("amount") for claim in (one, other)]
            known = [amount for amount in amounts if amount is not None]
            yield Verdict("C06", (one.agreement_id, one.id, other.id), "error", min(known, default=None))


def _share_a_date(one: tuple[date, date] | None, other: tuple[date, date] | None) -> bool:
    return one is not None and other is not None and max(one[0], other[0]) <= min(one[1], other[1])


def _not_shared_out(agreement: Row, parties: list[Row]) -> Iterator[Verdict]:
    if agreement.text("funding") != "per-place" or not parties:
        return
    shares, whole = [party.whole("places") for party in parties], agreement.whole("places")
    if len(shares) == 1 and shares[0] is None:
        return
    if None in shares or _adds_up_wrong(agreement, sum(share for share in shares if share), whole):
        yield Verdict("C09", (agreement.text("agreement_id") or "",), "error")


def _adds_up_wrong(agreement: Row, shared: int, whole: int | None) -> bool:
    if whole is None:
        return False
    wrong = {"exact": shared != whole, "minimum": shared < whole}
    return wrong.get(agreement.text("places_are") or "", False)

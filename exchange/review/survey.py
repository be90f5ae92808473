"""What deciding many findings at once would come to, told before it is done: entries and a verb in, counts and sums out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from exchange.review.decisions import Verb
from exchange.review.filtering import hours_of
from exchange.review.listing import in_hundredths
from exchange.review.open_list import Entry
from exchange.review.preview import effect_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Findings that one answer would be given to.

    Attributes:
        rules: how many of each rule.
        decided: those that somebody has decided and that would be decided anew; conflicts: those in conflict.
        unchanged: those of which no value would change; refused: those that the answer does not fit.
        company_hours, jobcentre_hours: what each side reports; None where it reports none.
        dkk: what settlement plus claims change by, as far as it is known; unpriced: how many do not tell.
    """

    count: int = 0
    rules: Mapping[str, int] = field(default_factory=dict)
    decided: int = 0
    conflicts: int = 0
    unchanged: int = 0
    refused: int = 0
    company_hours: Decimal | None = None
    jobcentre_hours: Decimal | None = None
    dkk: Decimal = Decimal("0.00")
    unpriced: int = 0


def survey(entries: Iterable[Entry], verb: Verb, value: str | None = None) -> Survey:
    """Return what the answer would come to; each entry is looked at once."""
    counts: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    company: list[int | None] = []
    jobcentre: list[int | None] = []
    dkk = Decimal("0.00")
    for entry in entries:
        finding = entry.finding
        effect = effect_of(finding, verb, value)
        rules[finding.rule] += 1
        counts["decided"] += not entry.is_open
        counts["conflicts"] += entry.status == "conflict"
        counts["refused"] += effect.refused is not None
        counts["unchanged"] += effect.refused is None and not effect.corrections
        counts["unpriced"] += bool(effect.corrections) and effect.dkk is None
        dkk += effect.dkk or 0
        company.append(hours_of(finding, "company"))
        jobcentre.append(hours_of(finding, "jobcentre"))
    return Survey(
        count=sum(rules.values()),
        rules=dict(rules.most_common()),
        company_hours=in_hundredths(company),
        jobcentre_hours=in_hundredths(jobcentre),
        dkk=dkk,
        **{name: counts[name] for name in ("decided", "conflicts", "unchanged", "refused", "unpriced")},
    )

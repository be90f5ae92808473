"""What a decision would change, told before it is made: a finding and an answer in, corrections and kroner out. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from exchange.checks.findings import CellRef, Finding
from exchange.errors import DecisionRefused
from exchange.form.canonical import read_number
from exchange.review.corrections import Stamp, corrections_for
from exchange.review.decisions import Correction, Verb
from exchange.review.desk import Effect

_NOBODY = Stamp(who="", when="")
_OERE = Decimal("0.01")


def effect_of(finding: Finding, verb: Verb, value: str | None, cell: CellRef | None = None) -> Effect:
    """Return what the decision would change; a reason is not asked for yet."""
    try:
        corrections = corrections_for(finding, verb, value, _NOBODY, cell)
    except DecisionRefused as refusal:
        return Effect(refused=str(refusal))
    if not corrections:
        return Effect(dkk=Decimal("0.00"))
    if verb == "accept":
        return Effect(corrections, finding.effect_dkk)
    return Effect(corrections, _worth(finding, corrections[0]))


def _worth(finding: Finding, correction: Correction) -> Decimal | None:
    """Return what a value of one's own is worth, at the kroner that the proposal's own difference has."""
    proposal = finding.proposal
    if proposal is None or finding.effect_dkk is None:
        return None
    if (correction.table, correction.key, correction.field) != (proposal.table, proposal.key, proposal.field):
        return None
    if correction.corrected == proposal.value:
        return finding.effect_dkk
    reported, proposed, own = (
        read_number(text or "") for text in (correction.reported, proposal.value, correction.corrected)
    )
    if reported is None or proposed is None or own is None or proposed == reported:
        return None
    worth = finding.effect_dkk * (own - reported) / (proposed - reported)
    # Nothing is no less than nothing: “-0.00”.
    return worth.quantize(_OERE, ROUND_HALF_UP) + 0

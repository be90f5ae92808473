"""Many cases judged in one database: each case's ids get a mark of its own, which is taken off what is found.

Rules compare rows of one agreement, placement, trainee or mentor, so that cases which share no id do not see each
other. What counts rows whatever their ids (K, T01) and what is judged as corrected is judged alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from exchange import language
from exchange.checks.engine import check
from exchange.checks.findings import Evidence, Finding, Proposal
from exchange.checks.profiles import Profile
from exchange.checks.rules import load_rules
from exchange.checks.source import RecordSource
from exchange.form.tables import tables
from tests.checks.rule_cases import Cells, RuleCase, world

_MARK = re.compile(r"q[0-9]{3}q")
_IDS = (
    "agreement_id", "site_id", "mentor_id", "placement_id", "trainee_ref", "entry_id", "grant_id", "claim_id",
    "conversation_id", "auditor_profile",
)  # fmt: skip


def is_judged_alone(case: RuleCase) -> bool:
    """Whether a case cannot share its database with others."""
    return case.rule.startswith(("K", "T01")) or "corrections" in case.data


def judged_together(cases: Sequence[RuleCase]) -> Mapping[str, Sequence[Finding]]:
    """Return each case's findings of its own rule, by the case's name."""
    language.use("da")
    rows: dict[str, list[Cells]] = {name: [] for name in tables()}
    profiles: dict[str, Profile] = {}
    for number, case in enumerate(cases):
        mark = f"q{number:03}q"
        for name, records in world(case.data).items():
            rows[name] += [_marked(record, mark) for record in records]
        profiles |= {
            f"{mark}{name}": replace(one, id=f"{mark}{name}") for name, one in case.profiles().items()
        }
    findings = check(
        RecordSource(rows),
        rule_set=load_rules(),
        profiles=profiles,
        only={case.rule for case in cases},
    )
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        case = cases[_number_of(finding)]
        if case.rule == finding.rule:
            found[str(case)].append(_unmarked(finding))
    return found


def _marked(record: Cells, mark: str) -> Cells:
    return {
        name: f"{mark}{value}" if name in _IDS and value and value.strip() else value
        for name, value in record.items()
    }


def _number_of(finding: Finding) -> int:
    marks = set(
        _MARK.findall(
            " ".join([*dict(finding.subject).values(), *(item.key_text for item in finding.evidence)])
        )
    )
    assert len(marks) == 1, f"one case told of another: {finding}"
    return int(marks.pop()[1:4])


def _unmarked(finding: Finding) -> Finding:
    return replace(
        finding,
        subject=tuple((name, _plain(value)) for name, value in finding.subject),
        message=_plain(finding.message),
        proposal=_plain_proposal(finding.proposal),
        evidence=tuple(_plain_evidence(item) for item in finding.evidence),
    )


def _plain(text: str) -> str:
    return _MARK.sub("", text)


def _plain_proposal(proposal: Proposal | None) -> Proposal | None:
    return proposal and replace(
        proposal, key=_plain(proposal.key), value=None if proposal.value is None else _plain(proposal.value)
    )


def _plain_evidence(item: Evidence) -> Evidence:
    return replace(item, key=tuple((name, _plain(value)) for name, value in item.key))

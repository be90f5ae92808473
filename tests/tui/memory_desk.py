"""A desk that keeps its decisions in memory, behind the production protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from exchange.checks.findings import CellRef, Evidence, Finding, Proposal, finding_id
from exchange.checks.rules import Rule, RuleText
from exchange.form.tables import tables
from exchange.review.corrections import Stamp, corrections_for, refuse_unfit
from exchange.review.decisions import Decision, Verb
from exchange.review.open_list import Entry, open_list, said
from tui.words import Words

WHEN = "2016-04-13T10:02:00+00:00"
WHO = "Jobcenter Gladsaxe (9f2c)"


class MemoryDesk:
    """Findings and decisions, oldest first; ``events`` tells what was written. Decides by the production rules."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        self.events: list[tuple[str, str, str, str | None]] = []
        self.decisions: list[Decision] = []
        self.full = False

    def entries(self) -> list[Entry]:
        return list(open_list(lambda _corrections: self.findings, self.decisions).entries)

    def decide(
        self, finding_id: str, verb: Verb, reason: str, value: str | None = None, cell: CellRef | None = None
    ) -> Entry:
        finding = next(finding for finding in self.findings if finding.finding_id == finding_id)
        refuse_unfit(finding, verb, reason)
        corrections = corrections_for(finding, verb, value, Stamp(who=WHO, when=WHEN), cell)
        self._write(finding.rule, verb, reason, value)
        self.decisions.append(
            Decision(
                event=hashlib.sha256(str(len(self.events)).encode()).hexdigest(),
                finding_id=finding.finding_id,
                rule=finding.rule,
                verb=verb,
                reason=reason,
                value=value,
                judged=finding.judged,
                who=WHO,
                when=WHEN,
                corrections=corrections,
            )
        )
        return said(finding, self.decisions[-1])

    def undo(self) -> Entry | None:
        if not self.decisions:
            return None
        self._write(self.decisions[-1].rule, "undo", "", None)
        undone = self.decisions.pop()
        return next(entry for entry in self.entries() if entry.finding.finding_id == undone.finding_id)

    def _write(self, rule: str, verb: str, reason: str, value: str | None) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.events.append((rule, verb, reason, value))


def finding(rule: str = "R03", number: int = 1, **changes: object) -> Finding:
    """Return a finding of two differing cells; every value can be another."""
    subject = (
        ("agreement_id", "AFT-1"),
        ("placement_id", f"159-{number:05d}"),
        ("mentor_id", "M-01"),
        ("date", "2016-03-02"),
    )
    plain = Finding(
        finding_id=finding_id(rule, [value for _name, value in subject]),
        rule=rule,
        severity="error",
        subject=subject,
        message="The company has 3.00 hours on 2016-03-02, the jobcentre 2.50.",
        cure="Ask the mentor, or accept the jobcentre's figure.",
        amount_dkk=Decimal("137.50"),
        effect_dkk=Decimal("-137.50"),
        proposal=Proposal("mentor_hours", f"company|12345678:{number}", "hours", "2.50"),
        likely_cause="rounded",
        evidence=(
            hours(
                "company",
                f"12345678:{number}",
                "3.00",
                file="falck.xlsx",
                sheet="Timer",
                cell=f"D{number + 16}",
            ),
            hours(
                "jobcentre",
                f"159:{number}",
                "2.50",
                file="gladsaxe_2016.csv",
                sheet=None,
                cell=f"F{number + 3}",
            ),
        ),
        judged="0" * 64,
        dated=date(2016, 3, 2),
        owners=(("AFT-1", "159"),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def hours(reporter: str, entry: str, value: str, *, file: str, sheet: str | None, cell: str) -> Evidence:
    """Return a cell of hours of one side."""
    key = (("reporter", reporter), ("entry_id", entry))
    return Evidence("mentor_hours", key, "hours", file, sheet, cell, value)


def month_of_findings() -> list[Finding]:
    """Return one of each kind that the screens show differently."""
    claim = Evidence(
        "claims", (("claim_id", "159:2016-Q1"),), "amount", "refusion.xlsx", "Q1", "E9", "10725.01"
    )
    grant = Evidence(
        "mentor_grants", (("grant_id", "159:G7"),), "signed_on", "bevillinger.xlsx", "Ark1", "H4", None
    )
    return [
        finding("R03", 17),
        finding("R03", 18, amount_dkk=Decimal("1031.25"), severity="warning", likely_cause=None),
        finding(
            "C02",
            severity="error",
            subject=(("agreement_id", "AFT-1"), ("claim_id", "159:2016-Q1")),
            message="The claim of DKK 10,725.01 is DKK 0.01 above the settlement.",
            cure="Claim the computed amount.",
            amount_dkk=Decimal("0.01"),
            effect_dkk=Decimal("-0.01"),
            proposal=Proposal("claims", "159:2016-Q1", "amount", "10725.00"),
            likely_cause=None,
            evidence=(claim,),
            finding_id="c" * 64,
            dated=None,
        ),
        finding(
            "G02",
            severity="info",
            subject=(("agreement_id", "AFT-1"), ("grant_id", "159:G7")),
            message="The grant lacks signed_on.",
            cure="Have it signed.",
            amount_dkk=None,
            effect_dkk=None,
            proposal=None,
            likely_cause=None,
            evidence=(grant,),
            finding_id="9" * 64,
            dated=date(2016, 1, 4),
        ),
        *[finding("M01", number, amount_dkk=Decimal(number) * 275) for number in range(30, 56)],
    ]


def in_danish(findings: Sequence[Finding]) -> list[Finding]:
    """Return the month's findings as the engine words them in Danish."""
    return [replace(one, message=_IN_DANISH[one.message], cure=_IN_DANISH[one.cure]) for one in findings]


_IN_DANISH = {
    "The company has 3.00 hours on 2016-03-02, the jobcentre 2.50.": "Virksomheden har 3,00 timer den 02.03.2016, jobcenteret 2,50.",
    "Ask the mentor, or accept the jobcentre's figure.": "Spørg mentoren, eller accepter jobcenterets tal.",
    "The claim of DKK 10,725.01 is DKK 0.01 above the settlement.": "Kravet på 10.725,01 kr. er 0,01 kr. over afregningen.",
    "Claim the computed amount.": "Kræv det beregnede beløb.",
    "The grant lacks signed_on.": "Bevillingen mangler signed_on.",
    "Have it signed.": "Få den underskrevet.",
}


def words() -> Words:
    """Return the form's own labels and four rules."""
    titles = {
        "C02": ("Krav over afregning", "Claim over entitlement"),
        "G02": ("Bevilling ufuldstændig", "Grant incomplete"),
        "M01": ("Timer uden for forløb", "Hours outside placement"),
        "R03": ("Timer afviger", "Hours differ"),
    }
    return Words({rule: _rule(rule, danish, english) for rule, (danish, english) in titles.items()}, tables())


def _rule(rule: str, danish: str, english: str) -> Rule:
    return Rule(
        id=rule,
        version=1,
        name="a-rule",
        severity="error",
        subject=(),
        parameters=(),
        valid_from=date(2016, 1, 1),
        valid_to=None,
        da=_texts(danish, "Begge sider skal skrive det samme.", {"rounded": "afrundet på den ene side"}),
        en=_texts(english, "Both sides must write the same.", {"rounded": "rounded on one side"}),
        file=f"{rule}.sql",
        sql=None,
        code=None,
    )


def _texts(title: str, explanation: str, causes: dict[str, str]) -> RuleText:
    return RuleText(
        title=title, message="", explanation=explanation, cure="", basis="Aftalen § 4", causes=causes
    )

"""A desk that keeps its decisions in memory, behind the production protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from exchange.checks.findings import CellRef, Evidence, Finding, Proposal, finding_id
from exchange.checks.rules import Rule, RuleText
from exchange.errors import DecisionRefused
from exchange.form.tables import tables
from exchange.review.corrections import Stamp, corrections_for, refuse_unfit
from exchange.review.decisions import Decision, Verb
from exchange.review.desk import Batch, Effect, ReadOnly, Refused, Told
from exchange.review.listing import MemoryListing
from exchange.review.open_list import Entry, open_list, said
from exchange.review.preview import effect_of
from exchange.review.questions import Offer
from tui.words import Words

WHEN = "2016-04-13T10:02:00+00:00"
WHO = "Jobcenter Gladsaxe (9f2c)"


class MemoryDesk:
    """Findings and decisions, oldest first; ``events`` tells what was written. Decides by the production rules."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        self.events: list[tuple[str, str, str, str | None]] = []
        self.decisions: list[Decision] = []
        self.batches: list[list[Decision]] = []
        self.told: list[tuple[str, Told]] = []
        self.undone: list[list[Decision]] = []
        self.full = False
        self.stopped = False
        self.read_only: ReadOnly | None = None
        self.is_stale = False
        self.answers: dict[str, Offer] = {}

    @property
    def listing(self) -> MemoryListing:
        return MemoryListing(self.entries())

    def entries(self) -> list[Entry]:
        return list(open_list(lambda _corrections: self.findings, self.decisions).entries)

    def decide(
        self, finding_id: str, verb: Verb, reason: str, value: str | None = None, cell: CellRef | None = None
    ) -> Entry:
        decision = self._decision(finding_id, verb, reason, value, cell)
        self._write([(decision.rule, verb, reason, value)])
        return self._keep([decision])[0]

    @property
    def unsent(self) -> int:
        return len(self.decisions)

    @property
    def undoable(self) -> int:
        return len(self.batches)

    def decide_as_answered(self, finding_id: str, reason: str = "") -> Entry:
        offer = self.answers.get(finding_id)
        if offer is None:
            raise DecisionRefused(f"Nobody has answered about {finding_id[:12]}.")
        return self.decide(finding_id, offer.verb, reason or "as 156 answered", offer.value, offer.cell)

    def answer(self, finding_id: str, offer: Offer, text: str) -> None:
        self.answers[finding_id] = offer
        self._tell(finding_id, "answer", None, text)

    def decide_all(
        self, finding_ids: Sequence[str], verb: Verb, reason: str, value: str | None = None
    ) -> Batch:
        fit: list[Decision] = []
        refused: list[Refused] = []
        for wanted in finding_ids:
            try:
                fit.append(self._decision(wanted, verb, reason, value, place=len(fit)))
            except DecisionRefused as refusal:
                refused.append(Refused(wanted, str(refusal)))
        self._write([(one.rule, verb, reason, value) for one in fit])
        return Batch(tuple(self._keep(fit)), tuple(refused))

    def note(self, finding_id: str, text: str) -> None:
        self._write([(self._finding(finding_id).rule, "note", text, None)])
        self._tell(finding_id, "note", None, text)

    def history(self, finding_id: str) -> list[Told]:
        return [told for known, told in self.told if known == finding_id]

    def undo(self) -> list[Entry]:
        if not self.batches:
            return []
        undone = self.batches[-1]
        self._write([(one.rule, "undo", "", None) for one in undone])
        self.batches.pop()
        self.undone.append(undone)
        for one in undone:
            self.decisions.remove(one)
            self._tell(one.finding_id, "undo", None, "")
        return self._entries_of(undone)

    def redo(self) -> list[Entry]:
        if not self.undone:
            return []
        again, before = self.undone[-1], self.undone[:-1]
        self._write([(one.rule, one.verb, one.reason, one.value) for one in again])
        kept = self._keep(again)
        self.undone = before
        return kept

    def preview(
        self, finding_id: str, verb: Verb, value: str | None = None, cell: CellRef | None = None
    ) -> Effect:
        return effect_of(self._finding(finding_id), verb, value, cell)

    def stop(self) -> None:
        self.stopped = True

    def rejudge(self) -> bool:
        self.is_stale = False
        return False

    def _finding(self, finding_id: str) -> Finding:
        return next(finding for finding in self.findings if finding.finding_id == finding_id)

    def _decision(
        self,
        finding_id: str,
        verb: Verb,
        reason: str,
        value: str | None = None,
        cell: CellRef | None = None,
        *,
        place: int = 0,
    ) -> Decision:
        finding = self._finding(finding_id)
        refuse_unfit(finding, verb, reason)
        return Decision(
            event=hashlib.sha256(str(len(self.events) + 1 + place).encode()).hexdigest(),
            finding_id=finding.finding_id,
            rule=finding.rule,
            verb=verb,
            reason=reason,
            value=value,
            judged=finding.judged,
            who=WHO,
            when=WHEN,
            corrections=corrections_for(finding, verb, value, Stamp(who=WHO, when=WHEN), cell),
        )

    def _keep(self, decisions: list[Decision]) -> list[Entry]:
        self.undone = []
        self.batches.append(decisions)
        self.decisions += decisions
        for one in decisions:
            self._tell(one.finding_id, "decision", one.verb, one.reason, one.event)
        return [said(self._finding(one.finding_id), one) for one in decisions]

    def _entries_of(self, decisions: Sequence[Decision]) -> list[Entry]:
        wanted = {one.finding_id for one in decisions}
        return [entry for entry in self.entries() if entry.finding.finding_id in wanted]

    def _tell(self, finding_id: str, kind: str, verb: Verb | None, text: str, event: str = "") -> None:
        event = event or hashlib.sha256(f"told{len(self.told)}".encode()).hexdigest()
        self.told.append((finding_id, Told(event, kind, WHO, WHEN, verb, text)))

    def _write(self, events: list[tuple[str, str, str, str | None]]) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.events += events


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

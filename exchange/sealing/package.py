"""A package's payload: what a workspace knows in, the files of one package out, name → bytes in package.md's order.

Called by ``exchange.workspace.dispatch`` with values only; ``container`` signs what comes out. Here is decided what may leave the
house: the rows of one agreement and jobcentre, findings with one of these rows as evidence, of the other side of such a
finding its jobcentre and placement id alone. It refuses while a finding blocks (:mod:`exchange.sealing.blocking`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from exchange.checks.findings import Evidence, Finding
from exchange.errors import SealRefused
from exchange.form.canonical import write_csv
from exchange.form.confidential import masked
from exchange.form.corrections import Correction
from exchange.form.tables import tables
from exchange.language import translate as _
from exchange.review.corrections import subject_cell
from exchange.review.decisions import Decision
from exchange.review.open_list import Entry
from exchange.sealing.blocking import refuse_blocked
from exchange.sealing.changes import NAME as CHANGES_NAME
from exchange.sealing.changes import changes, write_changes
from exchange.sealing.cut import CPR, TOTALS, Held, HeldRow, Share, concerns, cut, row_keys
from exchange.sealing.descriptor import NAME, Descriptor, data_path, write_descriptor
from exchange.sealing.files import Files, as_files
from exchange.sealing.results import (
    CORRECTIONS,
    DECISIONS,
    EVIDENCE,
    FINDINGS,
    HISTORY,
    IN_FORCE,
    LAPSED,
    SETTLEMENT,
    Row,
    history_rows,
    iso,
    kroner,
    numbered,
    settlement_rows,
)

if TYPE_CHECKING:
    from exchange.checks.rules import RuleSet
    from exchange.ledger.lineage import Link
    from exchange.settlement.settle import Line, Missing, Total

REDACTED = "[redacted]"
_SOURCE_KEY = re.compile(r"(?P<file>[0-9a-f]{12})#(?:(?P<sheet>.*)!)?(?P<cell>[A-Z]+[0-9]+)", re.DOTALL)
_ENDING = re.compile(r"\.[a-z0-9]{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a workspace knows; a package shows a part of it.

    Attributes:
        held: the reported rows of every table.
        entries: every finding with its decision.
        decisions: all that nobody has undone, oldest first.
        settlement: of the descriptor's period.
        profiles: the TOML of each auditor profile, by id.
        local_names: names of people as sheets write them (the crosswalk); none of them leaves the house.
    """

    held: Held
    entries: Sequence[Entry]
    decisions: Sequence[Decision]
    settlement: Sequence[Line | Missing | Total]
    rule_set: RuleSet
    profiles: Mapping[str, bytes]
    local_names: Collection[str] = field(default=(), repr=False)


def make_payload(
    facts: Facts, descriptor: Descriptor, history: Iterable[Link] = (), former: Files | None = None
) -> dict[str, bytes]:
    """Return the files of a package; the same facts, descriptor and history give the same bytes.

    Args:
        facts: what the workspace knows.
        descriptor: what the package says of itself.
        history: the links before the ledger's head that the recipient has not seen, parents before children.
        former: the files of the package that it replaces; None where it replaces none, or they are no longer here.

    Raises:
        SealRefused: there is nothing of this agreement and jobcentre, or a finding blocks.
    """
    share = Share(descriptor.agreement_id, descriptor.jobcentre)
    rows = cut(facts.held, share)
    if not any(row.values.get("jobcentre") == share.jobcentre for row in rows.get("parties", ())):
        raise SealRefused(
            _(
                "Jobcentre {jobcentre} is no party of agreement {agreement}; add it with “enblanket agreement add”."
            ).format(jobcentre=share.jobcentre, agreement=share.agreement_id)
        )
    chosen = _Chosen.of(facts, rows, share)
    refuse_blocked(chosen.entries, descriptor.period.end, draft=descriptor.draft)
    files = {
        **_data(rows, chosen.redacted),
        **_results(facts, chosen, share),
        "history.csv": write_csv(HISTORY, history_rows(history)),
    }
    if former is not None:
        files[CHANGES_NAME] = write_changes(changes(former, as_files(files)))
    files |= {
        **{f"rules/{name}": content for name, content in sorted(facts.rule_set.files.items())},
        **{f"auditors/{name}.toml": facts.profiles[name] for name in _profiles(rows, facts.profiles)},
    }
    return {NAME: write_descriptor(descriptor, files), **files}


def _data(rows: Held, redacted: Collection[tuple[str, str, str]]) -> dict[str, bytes]:
    by_row: dict[tuple[str, str], set[str]] = {}
    for table_name, key, column in redacted:
        by_row.setdefault((table_name, key), set()).add(column)
    return {
        data_path(name): write_csv(
            tables()[name],
            [
                _redacted(row.values, by_row.get((name, tables()[name].key_of(row.values)), ()))
                for row in held
            ],
        )
        for name, held in rows.items()
    }


def _redacted(values: Row, columns: Collection[str]) -> Row:
    return {**values, **dict.fromkeys(columns, REDACTED)} if columns else values


def _profiles(rows: Held, known: Collection[str]) -> list[str]:
    named = {row.values.get("auditor_profile") for row in rows.get("parties", ())}
    return sorted(name for name in named if name is not None and name in known)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What of the review travels.

    Attributes:
        decisions: those on the travelling findings, oldest first.
        rows: the travelling rows by table and key; everywhere: all rows likewise.
        redacted: the cells (table, key, field) whose text stays at home.
    """

    entries: Sequence[Entry]
    decisions: Sequence[Decision]
    rows: Mapping[tuple[str, str], Sequence[HeldRow]]
    everywhere: Mapping[tuple[str, str], Sequence[HeldRow]]
    redacted: frozenset[tuple[str, str, str]]

    @classmethod
    def of(cls, facts: Facts, rows: Held, share: Share) -> _Chosen:
        travelling = row_keys(rows)
        entries = [entry for entry in facts.entries if concerns(entry.finding, share, travelling)]
        deciding = {entry.decision.event for entry in entries if entry.decision is not None}
        return cls(
            entries=entries,
            decisions=[decision for decision in facts.decisions if decision.event in deciding],
            rows=travelling,
            everywhere=row_keys(facts.held),
            redacted=frozenset(_redactions(entries)),
        )

    def lapsed(self) -> set[str]:
        """Return the findings whose decision no longer counts because the reported values changed."""
        return {
            entry.finding.finding_id
            for entry in self.entries
            if entry.decision is not None and entry.decision.judged != entry.finding.judged
        }

    def corrections(self) -> Iterator[Correction]:
        """Return the corrections of decisions in force on rows that travel, oldest decision first."""
        lapsed = self.lapsed()
        for decision in self.decisions:
            if decision.finding_id not in lapsed:
                yield from (one for one in decision.corrections if (one.table, one.key) in self.rows)


def _redactions(entries: Iterable[Entry]) -> Iterator[tuple[str, str, str]]:
    """Give the cells with a CPR number; one in a key that was rejected with a reason is none."""
    for entry in entries:
        cell = subject_cell(entry.finding) if entry.finding.rule == CPR else None
        if cell is not None and entry.status != "rejected":
            yield (cell.table, cell.key, cell.field)


def _row_of(item: Evidence, rows: Mapping[tuple[str, str], Sequence[HeldRow]]) -> HeldRow | None:
    """Return the row that the evidence stands on; where a key stands twice, the one with this value."""
    for row in rows.get((item.table, item.ref.key), ()):
        text = row.values.get(item.field)
        if item.field == "*" or masked(text or "") == (item.value or ""):
            return row
    return None


def _results(facts: Facts, chosen: _Chosen, share: Share) -> dict[str, bytes]:
    homely = _Homely.of(facts.local_names)
    titles = {rule.id: rule.text.title for rule in facts.rule_set.rules.values()}
    findings = [_finding_row(entry, chosen, titles, homely) for entry in chosen.entries]
    lines = [
        one
        for one in facts.settlement
        if (one.agreement_id, one.jobcentre) == (share.agreement_id, share.jobcentre)
    ]
    return {
        "findings.csv": write_csv(FINDINGS, findings),
        "decisions.csv": write_csv(DECISIONS, _decision_rows(chosen)),
        "corrections.csv": write_csv(CORRECTIONS, _correction_rows(chosen)),
        "settlement.csv": write_csv(SETTLEMENT, settlement_rows(lines)),
        "evidence.csv": write_csv(EVIDENCE, _evidence_rows(chosen, homely)),
    }


@dataclass(frozen=True, slots=True)
class _Homely:
    """What stays at home: names of people and of files."""

    names: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> _Homely:
        return cls(frozenset(_folded(name) for name in names) - {""})

    def sheet(self, name: str | None) -> str | None:
        """Return a sheet's name, or nothing where it is somebody's or holds a CPR number."""
        if name is None or masked(name) != name:
            return None
        folded = _folded(name)
        return None if any(one in folded for one in self.names) else name

    def key(self, text: str) -> str:
        """Return a key; where it is a source's cell, without a sheet that is somebody's name."""
        found = _SOURCE_KEY.fullmatch(text)
        if found is None or found["sheet"] is None or self.sheet(found["sheet"]) is not None:
            return text
        return f"{found['file']}#!{found['cell']}"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _finding_row(entry: Entry, chosen: _Chosen, titles: Mapping[str, str], homely: _Homely) -> Row:
    finding = entry.finding
    subject = {name: homely.key(value) for name, value in finding.subject}
    # A message counts what both sides did: of a finding that spans two jobcentres only the rule's title travels.
    whole = dict(finding.subject) == subject and not _spans(finding, chosen)
    return {
        "finding_id": finding.finding_id,
        "rule": finding.rule,
        "severity": finding.severity,
        "status": entry.status,
        "dated": iso(finding.dated),
        "subject": json.dumps(subject, ensure_ascii=False, separators=(",", ":")),
        "amount_dkk": kroner(finding.amount_dkk),
        "effect_dkk": kroner(finding.effect_dkk),
        "likely_cause": finding.likely_cause,
        **_proposed(finding, chosen),
        "message": finding.message if whole else titles.get(finding.rule),
    }


def _proposed(finding: Finding, chosen: _Chosen) -> Row:
    proposal = finding.proposal
    if proposal is None or (proposal.table, proposal.key) not in chosen.rows:
        return {}
    return {
        "proposal_table": proposal.table,
        "proposal_key": proposal.key,
        "proposal_field": proposal.field,
        "proposal_value": None if proposal.value is None else masked(proposal.value),
    }


def _spans(finding: Finding, chosen: _Chosen) -> bool:
    return any(_row_of(item, chosen.rows) is None for item in finding.evidence)


def _decision_rows(chosen: _Chosen) -> list[Row]:
    lapsed = chosen.lapsed()
    return [
        {
            "number": numbered(place),
            "event": decision.event,
            "finding_id": decision.finding_id,
            "rule": decision.rule,
            "verb": decision.verb,
            "reason": masked(decision.reason),
            "value": None if decision.value is None else masked(decision.value),
            "standing": LAPSED if decision.finding_id in lapsed else IN_FORCE,
            "who": decision.who,
            "when": decision.when,
        }
        for place, decision in enumerate(chosen.decisions, 1)
    ]


def _correction_rows(chosen: _Chosen) -> list[Row]:
    return [
        {
            "number": numbered(place),
            "table": one.table,
            "key": one.key,
            "field": one.field,
            "reported": _reported(one, chosen),
            "corrected": None if one.corrected is None else masked(one.corrected),
            "finding_id": one.finding_id,
            "who": one.who,
            "when": one.when,
        }
        for place, one in enumerate(chosen.corrections(), 1)
    ]


def _reported(one: Correction, chosen: _Chosen) -> str | None:
    if one.reported is None:
        return None
    return REDACTED if (one.table, one.key, one.field) in chosen.redacted else masked(one.reported)


def _evidence_rows(chosen: _Chosen, homely: _Homely) -> list[Row]:
    return [
        {"finding_id": entry.finding.finding_id, "number": numbered(place), **dict(row)}
        for entry in chosen.entries
        for place, row in enumerate(dict.fromkeys(_shown(entry.finding, chosen, homely)), 1)
    ]


def _shown(
    finding: Finding, chosen: _Chosen, homely: _Homely
) -> Iterator[tuple[tuple[str, str | None], ...]]:
    for item in finding.evidence:
        own = _row_of(item, chosen.rows)
        shown = _other_side(item, chosen) if own is None else _own_side(item, own, chosen, homely)
        if shown is not None:
            yield tuple(shown.items())


def _own_side(item: Evidence, row: HeldRow, chosen: _Chosen, homely: _Homely) -> Row:
    key = item.ref.key
    redacted = (item.table, key, item.field) in chosen.redacted
    return {
        "table": item.table,
        "key": key,
        "field": item.field,
        "file": _file(item.file, row.sha256),
        "sheet": homely.sheet(item.sheet),
        "cell": item.cell,
        "value": REDACTED if redacted else item.value,
    }


def _other_side(item: Evidence, chosen: _Chosen) -> Row | None:
    """Return what may be said of a row that stays at home: its jobcentre and placement id; None where it has none."""
    row = _row_of(item, chosen.everywhere)
    if row is None or item.table == TOTALS:
        return None
    placement_id = row.values.get("placement_id")
    homes = chosen.everywhere.get(("placements", placement_id or ""), ())
    jobcentre = homes[0].values.get("jobcentre") if homes else row.values.get("jobcentre")
    if jobcentre is None:
        return None
    return {"table": "placements", "key": placement_id, "field": "placement_id", "jobcentre": jobcentre}


def _file(name: str | None, sha256: str) -> str | None:
    if name is None or not sha256:
        return None
    ending = PurePosixPath(name).suffix.lower()
    return f"src-{sha256[:12]}{ending if _ENDING.fullmatch(ending) else ''}"

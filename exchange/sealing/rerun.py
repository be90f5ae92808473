"""The second judgement: a read package and our own copy of its rule set in, what does not agree out.

Called by ``verifier``. No SQL of the package is run: its rows are judged by the rule set that this house has under the
same SHA-256, first as reported and again as corrected, exactly as at home (:func:`exchange.review.open_list.open_list`).
What a part cannot show stands as signed: the rules that need several jobcentres, and F and K findings on cells whose
text stayed at home.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from exchange.checks.engine import NEED_SEVERAL_JOBCENTRES, Bench
from exchange.checks.findings import Finding
from exchange.checks.rules import RuleSet
from exchange.checks.source import Nowhere, RecordSource
from exchange.form.confidential import masked
from exchange.form.corrections import Correction
from exchange.form.tables import tables
from exchange.review.corrections import WHOLE_ROW, subject_cell
from exchange.review.open_list import Entry, open_list
from exchange.sealing.contents import Package
from exchange.sealing.cut import CPR, HeldRow, concerns, row_keys
from exchange.sealing.results import LINE, SETTLEMENT, Row, settlement_rows
from exchange.settlement.settle import settle

Cell = tuple[str, str, str]

# The key of a row whose own is unreadable or double names its source, which stays at home.
_OF_SOURCE = re.compile(r"[0-9a-f]{12}|(?:[0-9a-f]{12})?#.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What our own run says of a package.

    Attributes:
        entries: every finding, our own and those that stand as signed, with the status we find.
        differing: ids of findings that were signed otherwise than we find them, are missing on either side, or call
            reported what the data do not say.
    """

    entries: tuple[Entry, ...]
    differing: tuple[str, ...]


def judge_again(package: Package, rule_set: RuleSet) -> Judgement:
    """Run the rules on the reported rows and again after corrections, and compare with the findings as signed.

    Raises:
        RuleError: a rule cannot be run on these rows.
    """
    stays = _Signed.of(package)
    signed = [entry for entry in package.entries if stays.stands(entry.finding)]
    unsaid: list[str] = []

    def found(corrections: Sequence[Correction]) -> list[Finding]:
        ours = list(_found(package, bench, corrections))
        if not corrections:
            unsaid.extend(_unsaid(ours, signed, stays))
        # What a correction settled is not found again in the corrected rows.
        standing = [entry.finding for entry in signed if entry.status != "settled" or not corrections]
        return [*standing, *(finding for finding in ours if not stays.stands(finding))]

    with Bench(
        RecordSource(package.rows), rule_set=rule_set, profiles=package.profiles, locator=Nowhere()
    ) as bench:
        entries = open_list(found, package.decisions).entries
    differing = {*_differing(package, entries, stays), *_contradicted(package), *unsaid}
    return Judgement(entries, tuple(sorted(differing)))


def settle_again(package: Package, rule_set: RuleSet) -> list[Row]:
    """Settle the package's period on its corrected rows, as rows of settlement.csv.

    Raises:
        RuleError: a word of the rule set cannot be run.
    """
    lines = settle(
        RecordSource(package.rows),
        package.descriptor.period,
        rule_set=rule_set,
        profiles=package.profiles,
        corrections=[
            one for decision in package.decisions if not decision.judged for one in decision.corrections
        ],
    )
    share = (package.share.agreement_id, package.share.jobcentre)
    return [
        _as_read(row)
        for row in settlement_rows([line for line in lines if (line.agreement_id, line.jobcentre) == share])
    ]


def lines_of(rows: Sequence[Row]) -> int:
    """Return how many rows of a settlement are lines."""
    return sum(row["kind"] == LINE for row in rows)


def _as_read(row: Row) -> Row:
    return {name: row.get(name) or None for name in SETTLEMENT.field_names}


@dataclass(frozen=True, slots=True)
class _Signed:
    """Which findings are not judged again.

    Attributes:
        corrected: the cells that corrections name; redacted: those whose text stayed at home.
    """

    corrected: frozenset[Cell]
    redacted: frozenset[Cell]

    @classmethod
    def of(cls, package: Package) -> _Signed:
        corrections = [one for decision in package.decisions for one in decision.corrections]
        of_cpr = {entry.finding.finding_id for entry in package.entries if entry.finding.rule == CPR}
        return cls(
            frozenset((one.table, one.key, one.field) for one in corrections),
            frozenset((one.table, one.key, one.field) for one in corrections if one.finding_id in of_cpr),
        )

    def stands(self, finding: Finding) -> bool:
        if finding.rule in NEED_SEVERAL_JOBCENTRES:
            return True
        cell = subject_cell(finding)
        if cell is None:
            return False
        place = (cell.table, cell.key, cell.field)
        if finding.rule.startswith("F-"):
            return place in self.corrected or _OF_SOURCE.fullmatch(cell.key) is not None
        return place in (self.corrected if finding.rule == CPR else self.redacted)


def _found(package: Package, bench: Bench, corrections: Sequence[Correction]) -> Iterator[Finding]:
    keys = {(name, tables()[name].key_of(row)) for name, rows in package.rows.items() for row in rows}
    for finding in bench.findings(corrections, scope="part"):
        if concerns(finding, package.share, keys):
            # The sender says of each decision whether it has lapsed; what it was made on stays there.
            yield replace(finding, judged="")


def _unsaid(ours: Sequence[Finding], signed: Sequence[Entry], stays: _Signed) -> Iterator[str]:
    """Give what stands as signed and yet shows that something was kept back.

    A cell that is called redacted and still holds its number; and more faults of form in rows whose key names none
    than were said: such rows have other names at home, so they are counted by kind, table and field.
    """
    said = Counter(_kind_of_fault(entry.finding) for entry in signed)
    withheld = {(table, column) for table, _key, column in stays.redacted}
    for finding in ours:
        cell = subject_cell(finding)
        if cell is None or not stays.stands(finding):
            continue
        if finding.rule == CPR:
            yield finding.finding_id
        elif _OF_SOURCE.fullmatch(cell.key) and (cell.table, cell.field) not in withheld:
            kind = _kind_of_fault(finding)
            said[kind] -= 1
            if said[kind] < 0:
                yield finding.finding_id


def _kind_of_fault(finding: Finding) -> tuple[str, str, str]:
    cell = subject_cell(finding)
    if cell is None or not _OF_SOURCE.fullmatch(cell.key):
        return finding.rule, "", ""
    return finding.rule, cell.table, cell.field


def _differing(package: Package, entries: Sequence[Entry], stays: _Signed) -> Iterator[str]:
    signed = {entry.finding.finding_id: entry for entry in package.entries}
    ours = {entry.finding.finding_id: entry for entry in entries if not stays.stands(entry.finding)}
    shown = _shown(package)
    for finding_id, entry in ours.items():
        cells = {(item.table, item.ref.key, item.field) for item in entry.finding.evidence}
        if (
            finding_id not in signed
            or _facts(entry) != _facts(signed[finding_id])
            or cells != shown.get(finding_id, set())
        ):
            yield finding_id
    for finding_id, entry in signed.items():
        # Intake sees faults of form that its tables no longer show; more of them said is nothing hidden.
        if (
            finding_id not in ours
            and not stays.stands(entry.finding)
            and not entry.finding.rule.startswith("F-")
        ):
            yield finding_id


def _shown(package: Package) -> dict[str, set[Cell]]:
    """Return the cells of the package's own rows that each finding is said to stand on."""
    found: dict[str, set[Cell]] = {}
    for row in package.evidence:
        if row["jobcentre"] is None:
            found.setdefault(row["finding_id"] or "", set()).add(
                (row["table"] or "", row["key"] or "", row["field"] or "")
            )
    return found


def _contradicted(package: Package) -> Iterator[str]:
    """Give the findings whose evidence or corrections call reported what the data do not say."""
    rows = row_keys({name: [HeldRow(row) for row in held] for name, held in package.rows.items()})
    for finding_id, table, key, column, value in _reported(package):
        held = rows.get((table, key), [])
        texts = {masked(row.values.get(column) or "") for row in held}
        if not held or (column != WHOLE_ROW and value not in texts):
            yield finding_id


def _reported(package: Package) -> Iterator[tuple[str, ...]]:
    for row in package.evidence:
        if row["jobcentre"] is None:
            yield tuple(row[name] or "" for name in ("finding_id", "table", "key", "field", "value"))
    for decision in package.decisions:
        for one in decision.corrections:
            if one.reported is not None:
                yield one.finding_id, one.table, one.key, one.field, one.reported


def _facts(entry: Entry) -> tuple[object, ...]:
    finding, proposal = entry.finding, entry.finding.proposal
    return (
        finding.rule,
        finding.subject,
        finding.severity,
        finding.amount_dkk,
        finding.effect_dkk,
        finding.likely_cause,
        finding.dated,
        entry.status,
        proposal and (proposal.table, proposal.key, proposal.field, masked(proposal.value or "")),
    )

"""The second judgement: a read package and our own copy of its rule set in, what does not agree out.

Called by ``verifier``. No SQL of the package is run: its rows are judged by the rule set that this house has under the
same SHA-256, first as reported and again as corrected, exactly as at home (:func:`exchange.review.open_list.open_list`).
What a part cannot show stands as signed: the rules that need several jobcentres, and F and K findings on cells whose
text stayed at home.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from exchange.checks.database import Limits, telling_what_outgrows
from exchange.checks.engine import NEED_SEVERAL_JOBCENTRES, Bench
from exchange.checks.findings import Finding
from exchange.checks.rules import RuleSet
from exchange.checks.source import Nowhere, RecordSource
from exchange.checks.spans import is_since
from exchange.errors import RuleError
from exchange.form.confidential import masked
from exchange.form.corrections import Correction
from exchange.form.tables import tables
from exchange.review.corrections import WHOLE_ROW, subject_cell
from exchange.review.open_list import Entry, open_list
from exchange.sealing.contents import Package
from exchange.sealing.cut import CPR, concerns
from exchange.sealing.results import LINE, SETTLEMENT, Row, settlement_rows
from exchange.settlement.settle import settle_on

Cell = tuple[str, str, str]
Place = tuple[str, str]

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


@dataclass(frozen=True, slots=True)
class Rerun:
    """What our own rules and our own settlement say, or why they stop at these rows."""

    judgement: Judgement | RuleError
    settlement: Sequence[Row] | RuleError


def run_again(package: Package, rule_set: RuleSet, limits: Limits) -> Rerun:
    """Judge and settle a package's rows once more; a number that no DECIMAL holds is the sender's doing."""
    bench = Bench(
        RecordSource(package.rows),
        rule_set=rule_set,
        profiles=package.profiles,
        locator=Nowhere(),
        limits=limits,
    )
    with bench:
        try:
            with telling_what_outgrows():
                judgement: Judgement | RuleError = _judged_again(package, bench)
        except RuleError as error:
            judgement = error
        try:
            with telling_what_outgrows():
                return Rerun(judgement, _settled_again(package, bench))
        except RuleError as error:
            return Rerun(judgement, error)


def _judged_again(package: Package, bench: Bench) -> Judgement:
    """Run the rules on the reported rows and again after corrections, and compare with the findings as signed."""
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

    entries = open_list(found, package.decisions).entries
    differing = {*_differing(package, entries, stays), *_contradicted(package), *unsaid}
    return Judgement(entries, tuple(sorted(differing)))


def _settled_again(package: Package, bench: Bench) -> list[Row]:
    """Settle the package's period on its corrected rows, as rows of settlement.csv."""
    corrections = [
        one for decision in package.decisions if not decision.judged for one in decision.corrections
    ]
    database = bench.database(corrections)
    database.add_periods([package.descriptor.period])
    share = (package.share.agreement_id, package.share.jobcentre)
    lines = settle_on(database, package.descriptor.period)
    ours = [line for line in lines if (line.agreement_id, line.jobcentre) == share]
    return [_as_read(row) for row in settlement_rows(ours)]


def lines_of(rows: Iterable[Row]) -> int:
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
    found = bench.findings(corrections, scope="part")
    day = package.descriptor.retained_from
    if day is not None:
        # What lies before that day was purged where the package was made, as its descriptor says and its signer signs.
        found = [finding for finding in found if is_since(finding, day)]
    wanted = {(item.table, item.ref.key) for finding in found for item in finding.evidence}
    keys = _rows_of(package, wanted).keys()
    for finding in found:
        if concerns(finding, package.share, keys):
            # The sender says of each decision whether it has lapsed; what it was made on stays there.
            yield replace(finding, judged="")


def _rows_of(package: Package, wanted: Collection[Place]) -> dict[Place, list[Row]]:
    """Return the rows of these tables and keys; a table of which none is wanted is not read."""
    found: dict[Place, list[Row]] = {}
    for name in {table for table, _key in wanted} & package.rows.keys():
        key_of = tables()[name].key_of
        for row in package.rows[name]:
            place = name, key_of(row)
            if place in wanted:
                found.setdefault(place, []).append(row)
    return found


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
    reported = list(_reported(package))
    rows = _rows_of(package, {(table, key) for _finding, table, key, _column, _value in reported})
    for finding_id, table, key, column, value in reported:
        held = rows.get((table, key), [])
        texts = {masked(row.get(column) or "") for row in held}
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

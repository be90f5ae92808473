"""A package's files read back: payload in, a frozen :class:`Package` out, each text judged once and strictly.

Between ``container`` (are these the signed bytes) and ``verifier`` (do they hold). It refuses files in another form than
``package`` writes, a form of another major version, rows that are not of the package's agreement and jobcentre,
and decisions or corrections without their finding, or that do not fit it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from exchange.checks.findings import SEVERITIES, Finding, Proposal, Severity, finding_id
from exchange.checks.profiles import Profile, read_profile
from exchange.errors import PackageRefused, RuleError
from exchange.form.canonical import read_date, read_number
from exchange.form.corrections import Correction
from exchange.form.tables import form_version, tables
from exchange.language import translate as _
from exchange.ledger.lineage import Link
from exchange.review.decisions import VERBS, Decision, Verb
from exchange.review.open_list import Entry, Status
from exchange.sanitise import visible
from exchange.sealing.cut import Share, misplaced
from exchange.sealing.decided import unfit_decisions
from exchange.sealing.descriptor import Descriptor, data_path, read_descriptor
from exchange.sealing.files import Files
from exchange.sealing.results import (
    CHANGES,
    CORRECTIONS,
    DECISIONS,
    EVIDENCE,
    FINDINGS,
    HISTORY,
    LAPSED,
    RESULTS,
    SETTLEMENT,
    read_history,
)
from exchange.sealing.rows import Row, rows_of

RULES, AUDITORS = "rules/", "auditors/"
IN_FORCE_JUDGED, LAPSED_JUDGED = "", "lapsed"
_STATUSES = ("open", "accepted", "corrected", "rejected", "asked", "lapsed", "settled", "conflict")
_REPORT = "report.html"
_LONGEST_TEXT = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package as it says of itself; nothing of it is believed yet.

    Attributes:
        rows: the reported rows by table, those of a large table read from the package at each pass; a redacted cell
            reads ``[redacted]``.
        entries: the findings as signed. Their ``judged`` is empty: what a decision was made on stays with the sender,
            who says of each whether it has lapsed.
        decisions: oldest first; ``judged`` is empty where the decision is in force.
        settlement, evidence: the rows of these files.
        rules: the files that judged, by name.
        history: the links before the sender's head, as far as they are shown.
        changes: what it changes in the package that it replaces; None where it replaces none, or its sender no longer
            held that.
    """

    descriptor: Descriptor
    rows: Mapping[str, Collection[Row]]
    entries: tuple[Entry, ...]
    decisions: tuple[Decision, ...]
    settlement: Collection[Row]
    evidence: Collection[Row]
    rules: Mapping[str, bytes]
    profiles: Mapping[str, Profile]
    history: tuple[Link, ...] = ()
    changes: Collection[Row] | None = None

    @property
    def share(self) -> Share:
        """Whose rows it holds."""
        return Share(self.descriptor.agreement_id, self.descriptor.jobcentre)

    @property
    def profile_name(self) -> str | None:
        """The auditor profile that the parties name for this jobcentre."""
        for row in self.rows.get("parties", ()):
            if row["agreement_id"] == self.share.agreement_id and row["jobcentre"] == self.share.jobcentre:
                return row["auditor_profile"]
        return None


def read_package(files: Files) -> Package:
    """Read a container's payload.

    Raises:
        PackageRefused: ``form-descriptor``, ``form-resource``, ``form-version``, ``form-file``, ``form-csv``,
            ``form-rows``, ``form-results``, ``form-history`` or ``form-profile``.
    """
    descriptor = read_descriptor(files)
    _refuse_version(descriptor)
    _refuse_unknown_files(files)
    rows = {
        table.name: rows_of(table, files, path)
        for table in tables().values()
        if (path := data_path(table.name)) in files
    }
    results = {table.name: rows_of(table, files, f"{table.name}.csv") for table in RESULTS}
    decisions = _decisions(results[DECISIONS.name], results[CORRECTIONS.name])
    package = Package(
        descriptor=descriptor,
        rows=rows,
        entries=_entries(results[FINDINGS.name], decisions),
        decisions=decisions,
        settlement=results[SETTLEMENT.name],
        evidence=results[EVIDENCE.name],
        rules={name.removeprefix(RULES): files[name] for name in files if name.startswith(RULES)},
        profiles=_profiles(files),
        history=read_history_of(files, descriptor),
        changes=_changes(files, descriptor),
    )
    _refuse_other_rows(package)
    _refuse_loose_ends(package, results[CORRECTIONS.name])
    return package


def _changes(files: Files, descriptor: Descriptor) -> Collection[Row] | None:
    name = f"{CHANGES.name}.csv"
    if name not in files:
        return None
    if descriptor.supersedes is None:
        raise _refused("form-file", _("it lists changes and replaces no package"))
    return rows_of(CHANGES, files, name)


def read_history_of(files: Files, descriptor: Descriptor) -> tuple[Link, ...]:
    """Return the links that a package shows of its sender's ledger.

    Raises:
        PackageRefused: ``form-file``, ``form-csv`` or ``form-history``.
    """
    name = f"{HISTORY.name}.csv"
    if name not in files:
        raise _refused("form-file", _("the file {name} is missing").format(name=name))
    try:
        return read_history(rows_of(HISTORY, files, name), descriptor.ledger_head)
    except ValueError:
        raise PackageRefused(
            "form-history",
            _(
                "The package's history.csv does not lead to the head of the ledger that it names; ask for a new package."
            ),
        ) from None


def _refuse_version(descriptor: Descriptor) -> None:
    if descriptor.form_version.partition(".")[0] != form_version().partition(".")[0]:
        raise PackageRefused(
            "form-version",
            _(
                "The package is made with version {theirs} of the form and this program reads {ours}; update it."
            ).format(theirs=descriptor.form_version[:20], ours=form_version()),
        )


def _refuse_unknown_files(files: Files) -> None:
    known = {data_path(name) for name in tables()} | {"datapackage.json", _REPORT, f"{CHANGES.name}.csv"}
    required = {f"{table.name}.csv" for table in RESULTS}
    for name in sorted(required - files.keys()):
        raise _refused("form-file", _("the file {name} is missing").format(name=name))
    for name in sorted(files.keys() - known - required):
        if not name.startswith((RULES, AUDITORS)):
            raise _refused("form-file", _("the file {name} is none that a package has").format(name=name))
        if files.measure(name).size > _LONGEST_TEXT:
            raise _refused("form-file", _("the file {name} is larger than rules are").format(name=name))


def _refuse_other_rows(package: Package) -> None:
    name = misplaced(package.rows, package.share)
    if name is not None:
        raise _refused(
            "form-rows", _("{table} holds rows of another agreement or jobcentre").format(table=name)
        )


def _refuse_loose_ends(package: Package, corrections: Collection[Row]) -> None:
    found = {entry.finding.finding_id for entry in package.entries}
    decided = {decision.finding_id for decision in package.decisions}
    if len(found) < len(package.entries) or len(decided) < len(package.decisions):
        raise _refused("form-results", _("a finding stands or is decided twice"))
    if not all(_is_of_its_subject(entry.finding) for entry in package.entries):
        raise _refused("form-results", _("a finding has the id of another subject"))
    if not {row["finding_id"] for row in package.evidence} <= found:
        raise _refused("form-results", _("evidence belongs to no finding"))
    if not decided <= found or not {row["finding_id"] for row in corrections} <= decided:
        raise _refused("form-results", _("a decision or correction belongs to no finding"))
    for unfit in unfit_decisions(package.entries, package.decisions, package.evidence):
        raise _refused(
            "form-results",
            _("the decision on finding {finding} does not fit it").format(finding=unfit[:12]),
        )


def _is_of_its_subject(finding: Finding) -> bool:
    values = [value for _name, value in finding.subject]
    # A sheet that is somebody's name is left out of a subject, and its id is of the whole one.
    return finding_id(finding.rule, values) == finding.finding_id or any("#!" in value for value in values)


def _profiles(files: Files) -> dict[str, Profile]:
    found: dict[str, Profile] = {}
    for name in [name for name in files if name.startswith(AUDITORS)]:
        try:
            profile = read_profile(files[name].decode("utf-8"), name)
        except (UnicodeDecodeError, RuleError):
            raise _refused("form-profile", _("{name} is no auditor profile").format(name=name)) from None
        if name != f"{AUDITORS}{profile.id}.toml":
            raise _refused("form-profile", _("{name} holds the profile of another name").format(name=name))
        found[profile.id] = profile
    return found


def _entries(rows: Collection[Row], decisions: Sequence[Decision]) -> tuple[Entry, ...]:
    by_finding = {decision.finding_id: decision for decision in decisions}
    return tuple(_entry(row, by_finding) for row in rows)


def _entry(row: Row, decisions: Mapping[str, Decision]) -> Entry:
    status = _one_of(_STATUSES, row["status"])
    finding = Finding(
        finding_id=_said(row["finding_id"]),
        rule=_said(row["rule"]),
        severity=cast("Severity", _one_of(SEVERITIES, row["severity"])),
        subject=_subject(_said(row["subject"])),
        message=row["message"] or "",
        cure="",
        amount_dkk=_kroner(row["amount_dkk"]),
        effect_dkk=_kroner(row["effect_dkk"]),
        proposal=_proposal(row),
        likely_cause=row["likely_cause"],
        dated=None if row["dated"] is None else read_date(row["dated"]),
    )
    return Entry(finding, cast("Status", status), decisions.get(finding.finding_id))


def _proposal(row: Row) -> Proposal | None:
    if row["proposal_table"] is None:
        return None
    key, column = _said(row["proposal_key"]), _said(row["proposal_field"])
    return Proposal(row["proposal_table"], key, column, row["proposal_value"])


def _subject(text: str) -> tuple[tuple[str, str], ...]:
    try:
        subject = json.loads(text)
    except (ValueError, RecursionError):
        subject = None
    if not isinstance(subject, dict) or not all(isinstance(value, str) for value in subject.values()):
        raise _unreadable(text)
    return tuple(subject.items())


def _decisions(rows: Collection[Row], corrections: Collection[Row]) -> tuple[Decision, ...]:
    by_finding: dict[str | None, list[Correction]] = {}
    for row in corrections:
        by_finding.setdefault(row["finding_id"], []).append(_correction(row))
    return tuple(_decision(row, by_finding.get(row["finding_id"], [])) for row in rows)


def _decision(row: Row, corrections: Sequence[Correction]) -> Decision:
    return Decision(
        event=_said(row["event"]),
        finding_id=_said(row["finding_id"]),
        rule=_said(row["rule"]),
        verb=cast("Verb", _one_of(VERBS, row["verb"])),
        reason=row["reason"] or "",
        value=row["value"],
        judged=LAPSED_JUDGED if row["standing"] == LAPSED else IN_FORCE_JUDGED,
        who=_said(row["who"]),
        when=_said(row["when"]),
        corrections=tuple(corrections),
    )


def _correction(row: Row) -> Correction:
    return Correction(
        table=_one_of(tables(), row["table"]),
        key=row["key"] or "",
        field=_said(row["field"]),
        reported=row["reported"],
        corrected=row["corrected"],
        finding_id=_said(row["finding_id"]),
        who=_said(row["who"]),
        when=_said(row["when"]),
    )


def _kroner(text: str | None) -> Decimal | None:
    if text is None:
        return None
    amount = read_number(text, 2)
    if amount is None:
        raise _unreadable(text)
    return amount


def _said(text: str | None) -> str:
    if text is None:
        raise _unreadable("")
    return text


def _one_of(known: Mapping[str, object] | Sequence[str], text: str | None) -> str:
    if text is None or text not in known:
        raise _unreadable(text or "")
    return text


def _unreadable(text: str) -> PackageRefused:
    return _refused(
        "form-results", _("a result says “{text}” where that cannot stand").format(text=text[:40])
    )


def _refused(code: str, why: str) -> PackageRefused:
    return PackageRefused(
        code,
        _("The package is not in the form: {why}; ask the sender for a new one.").format(why=visible(why)),
    )

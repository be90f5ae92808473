"""The verdict on a package: ``read_at(offset, n)`` and what this house knows in, ten checks and one word out.

A pure core: no file, no network, the clock passed in once (package.md, The verifier). It judges in package.md's order and
never stops at the first fault that it can see past. A check that cannot be judged is None; ``signatures`` never is.
No SQL of a package is executed: the rules run from our own copy of the rule set that the package names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from exchange.checks.database import LIMITS
from exchange.checks.demands import unmet_demands
from exchange.checks.profiles import Profile
from exchange.checks.rules import RuleSet, fingerprint
from exchange.errors import PackageRefused, RuleError, RuleOutgrown
from exchange.language import translate as _
from exchange.review.open_list import Entry
from exchange.sanitise import visible
from exchange.sealing.archive import ReadAt
from exchange.sealing.blocking import blocking
from exchange.sealing.changes import are_same, changes
from exchange.sealing.container import Container, open_container, sha256_of
from exchange.sealing.contents import Package, read_package
from exchange.sealing.countersigning import fault_of_countersignatures, origin_sha256
from exchange.sealing.descriptor import Descriptor, refuse_made_later
from exchange.sealing.files import Files
from exchange.sealing.rerun import Judgement, Rerun, lines_of, run_again
from exchange.sealing.results import Row
from exchange.sealing.sequence import judge_history, judge_sequence
from exchange.sealing.verdict import (
    CHECKS,
    Check,
    Knowledge,
    Verdict,
    Word,
    fails,
    holds,
    unknown,
)

_REFUSING = frozenset(CHECKS) - {"decisions", "demands"}


def verify(read_at: ReadAt, size: int, knowledge: Knowledge) -> Verdict:
    """Judge a package.

    Args:
        read_at: returns ``n`` bytes from ``offset``; fewer only at the end.
        size: of the whole, in bytes.
        knowledge: whom we trust, who we are, what we remember.
    """
    try:
        container = open_container(read_at, size, knowledge.trust, now=knowledge.now, limits=knowledge.limits)
    except PackageRefused as refusal:
        return _not_opened(read_at, size, refusal)
    opened = holds(
        "container", _("The container is whole: {count} files.").format(count=len(container.files))
    )
    if any(signature.certificate is None for signature in container.signatures):
        # Nobody vouches for these bytes, not even a stranger: none of them is read any further.
        checks = (opened, _signatures(container, None), *_unjudged(CHECKS[2:]))
        return Verdict(container.sha256, "refused", checks)
    try:
        origin, package = origin_sha256(read_at, size, container), read_package(container.files)
        refuse_made_later(package.descriptor, container.sender.at)
        return _judged(container, origin, opened, package, knowledge)
    except PackageRefused as refusal:
        return _not_read(container, opened, refusal)


def _judged(
    container: Container, origin: str, opened: Check, package: Package, knowledge: Knowledge
) -> Verdict:
    rule_set = knowledge.rule_sets.get(package.descriptor.rule_set_sha256)
    again = None if rule_set is None else _run_again(package, rule_set, knowledge)
    entries = package.entries
    if again is not None and isinstance(again.judgement, Judgement):
        entries = again.judgement.entries
    checks = (
        opened,
        _signatures(container, package.descriptor),
        _recipient(package.descriptor, knowledge),
        judge_sequence(package.descriptor, origin, knowledge.memory),
        _fault_of_changes(package, container.files, knowledge) or _form(package, entries),
        _rules(package, None if again is None else again.judgement),
        _settlement(package, None if again is None else again.settlement),
        _decisions(package, entries),
        fault_of_countersignatures(container, _demanded(package.descriptor, knowledge))
        or _demands(package, entries, knowledge.profiles),
        judge_history(package.descriptor, origin, knowledge.memory, package.history),
    )
    return Verdict(container.sha256, _word(checks, entries), checks, package, _fingerprint(container), origin)


def _demanded(descriptor: Descriptor, knowledge: Knowledge) -> int:
    """Return how many countersignatures are asked for: by the sender, or by our own copy of the agreement."""
    return max(descriptor.countersignatures, knowledge.countersignatures.get(descriptor.agreement_id, 0))


def _run_again(package: Package, rule_set: RuleSet, knowledge: Knowledge) -> Rerun:
    """Judge a large package in little memory and a scratch folder, and in more where its rows need that."""
    scratch = knowledge.scratch
    if not scratch:
        return run_again(package, rule_set, LIMITS)
    again = run_again(package, rule_set, replace(LIMITS, memory=knowledge.in_memory, spill=scratch))
    if isinstance(again.judgement, RuleOutgrown) or isinstance(again.settlement, RuleOutgrown):
        return run_again(package, rule_set, replace(LIMITS, spill=scratch))
    return again


def _word(checks: tuple[Check, ...], entries: tuple[Entry, ...]) -> Word:
    failed = [check for check in checks if check.ok is False]
    if any(check.check in _REFUSING and check.code != "rules-unknown" for check in failed):
        return "refused"
    if failed or any(entry.is_open and entry.finding.severity == "error" for entry in entries):
        return "needs-attention"
    return "accepted"


def _not_opened(read_at: ReadAt, size: int, refusal: PackageRefused) -> Verdict:
    checks = (
        fails("container", refusal.code, str(refusal)),
        fails(
            "signatures",
            "signatures-unread",
            _("No signature can be judged: the container is refused."),
        ),
        *_unjudged(CHECKS[2:]),
    )
    return Verdict(sha256_of(read_at, size), "refused", checks)


def _not_read(container: Container, opened: Check, refusal: PackageRefused) -> Verdict:
    checks = (
        opened,
        _signatures(container, None),
        *_unjudged(CHECKS[2:4]),
        fails("form", refusal.code, str(refusal)),
        *_unjudged(CHECKS[5:]),
    )
    return Verdict(container.sha256, "refused", checks, None, _fingerprint(container))


def _fingerprint(container: Container) -> str | None:
    certificate = container.sender.certificate
    return None if certificate is None else certificate.fingerprint


def _unjudged(names: tuple[str, ...]) -> list[Check]:
    why = _("Not judged: the package could not be read so far.")
    return [unknown(name, why) for name in names]


def _signatures(container: Container, descriptor: Descriptor | None) -> Check:
    details = " ".join(signature.detail for signature in container.signatures)
    codes = [signature.code for signature in container.signatures if signature.code is not None]
    if codes:
        return fails("signatures", codes[0], details)
    pin = container.sender.pin
    if descriptor is not None and pin is not None and pin.party not in (None, descriptor.sender):
        return fails(
            "signatures",
            "signer-not-sender",
            _("{signed} The package says that {sender} sent it, and {party} signed it.").format(
                signed=details, sender=visible(descriptor.sender), party=pin.party
            ),
        )
    return holds("signatures", details)


def _recipient(descriptor: Descriptor, knowledge: Knowledge) -> Check:
    said = {
        "sender": visible(descriptor.sender),
        "recipient": visible(descriptor.recipient),
        "us": knowledge.us,
    }
    if knowledge.us is None:
        sentence = _("From {sender} to {recipient}; give --recipient to say who you are.")
        return unknown("recipient", sentence.format(**said))
    if knowledge.us in (descriptor.recipient, descriptor.sender):
        return holds("recipient", _("From {sender} to {recipient}.").format(**said))
    sentence = _("The package is from {sender} to {recipient}, not to {us}; send it back.")
    return fails("recipient", "recipient-other", sentence.format(**said))


def _form(package: Package, entries: tuple[Entry, ...]) -> Check:
    undecided = [entry for entry in entries if entry.is_open and entry.finding.rule.startswith("F-")]
    if undecided:
        sentence = _("Cells that break the form and nobody decided: {count}, the first is {finding}.")
        return fails(
            "form",
            "form-open",
            sentence.format(count=len(undecided), finding=undecided[0].finding.finding_id[:12]),
        )
    rows = sum(len(found) for found in package.rows.values())
    sentence = _("Version {version} of the form, {tables} tables, {rows} rows.")
    version = visible(package.descriptor.form_version)
    return holds("form", sentence.format(version=version, tables=len(package.rows), rows=rows))


def _fault_of_changes(package: Package, files: Files, knowledge: Knowledge) -> Check | None:
    """Hold the list of changes against the package that is superseded, where that is at hand."""
    former = package.descriptor.supersedes
    if former is None:
        return None
    before = knowledge.former(former.sha256)
    if package.changes is None or before is None:
        return None
    if are_same(package.changes, changes(before, files)):
        return None
    sentence = _(
        "What changes.csv says is not what changed since number {number}; ask the sender for a new package."
    )
    return fails("form", "form-changes", sentence.format(number=former.sequence))


def _rules(package: Package, judgement: Judgement | RuleError | None) -> Check:
    version = visible(package.descriptor.rule_set_version)
    if fingerprint(package.rules) != package.descriptor.rule_set_sha256:
        sentence = _(
            "The rules in the package are not the rule set {version} that it names; ask for a new package."
        )
        return fails("rules", "rules-files-differ", sentence.format(version=version))
    if judgement is None:
        sentence = _("Rule set {version} ({sha256}) is not known here; update the program and verify again.")
        named = visible(package.descriptor.rule_set_sha256[:16])
        return fails("rules", "rules-unknown", sentence.format(version=version, sha256=named))
    if isinstance(judgement, RuleError):
        sentence = _("Our own rules stop at the package's rows: {why}")
        return fails("rules", "rules-stopped", sentence.format(why=visible(str(judgement))))
    if judgement.differing:
        sentence = _(
            "Run here, rule set {version} says otherwise of {count} findings, the first is {finding}."
        )
        first, count = visible(judgement.differing[0][:12]), len(judgement.differing)
        return fails("rules", "rules-differ", sentence.format(version=version, count=count, finding=first))
    sentence = _("Rule set {version} run again here: the same {count} findings.")
    return holds("rules", sentence.format(version=version, count=len(package.entries)))


def _settlement(package: Package, settled: Sequence[Row] | RuleError | None) -> Check:
    if settled is None:
        return unknown("settlement", _("Not judged: the rule set that settles is not known here."))
    if isinstance(settled, RuleError):
        sentence = _("Our own settlement stops at the package's rows: {why}")
        return fails("settlement", "settlement-stopped", sentence.format(why=visible(str(settled))))
    if any(ours != theirs for ours, theirs in zip_longest(settled, package.settlement)):
        sentence = _(
            "Settled here, the kroner are not those of settlement.csv; ask the sender for a new package."
        )
        return fails("settlement", "settlement-differs", sentence)
    sentence = _("{period} settled again here: the same {count} lines.")
    count = lines_of(package.settlement)
    return holds("settlement", sentence.format(period=package.descriptor.period, count=count))


def _decisions(package: Package, entries: tuple[Entry, ...]) -> Check:
    blocking_ones = blocking(entries, package.descriptor.period.end)
    if blocking_ones:
        sentence = _("Findings that block and nobody decided: {count}, the first is {finding}.")
        first = blocking_ones[0].finding.finding_id[:12]
        return fails("decisions", "decisions-open", sentence.format(count=len(blocking_ones), finding=first))
    who = sorted({visible(decision.who) for decision in package.decisions})
    sentence = _("{count} decisions, by {who}.") if who else _("Nothing needed a decision.")
    return holds("decisions", sentence.format(count=len(package.decisions), who="; ".join(who)))


def _demands(package: Package, entries: tuple[Entry, ...], known: Mapping[str, Profile]) -> Check:
    name = package.profile_name
    if name is None:
        return holds("demands", _("The agreement names no auditor profile, so nothing more is asked."))
    profile, shown = package.profiles.get(name), visible(name)
    if profile is None:
        sentence = _("The auditor profile {name} is not in the package; ask the sender for it.")
        return fails("demands", "demands-profile-missing", sentence.format(name=shown))
    if known.get(name, profile) != profile:
        sentence = _("The auditor profile {name} in the package is not the one known here; compare the two.")
        return fails("demands", "demands-profile-differs", sentence.format(name=shown))
    weighty = (entry.finding for entry in entries if entry.is_open and entry.finding.severity != "info")
    unmet = unmet_demands(profile, weighty)
    if unmet:
        sentence = _("Demands of {name} that are not met and not decided: {which}.")
        which = ", ".join(f"{demand.title} ({len(found)})" for demand, found in unmet.items())
        return fails("demands", "demands-unmet", sentence.format(name=shown, which=which))
    if name not in known:
        sentence = _(
            "What {name} asks is met or decided, by the profile that the package brings; none of that name is known here."
        )
        return holds("demands", sentence.format(name=shown))
    return holds("demands", _("What {name} asks is met or decided.").format(name=shown))

"""The demo: a month's work on the samples, done by the same calls as the commands make. Told by ``exchange.cli.demo``.

A folder and a clock come in; a workspace and the :class:`Story` of what happened come out. The samples (invented, and
saying so) are read where they are installed. It refuses a folder that holds something already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, cast

from exchange.checks.findings import finding_id
from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.parties import Party, parse_party
from exchange.periods import Period
from exchange.review.decisions import Verb
from exchange.review.open_list import Entry
from exchange.workspace.acquaintance import judge_file, knowledge_of
from exchange.workspace.agreement_book import add_agreement
from exchange.workspace.decision_desk import DecisionDesk
from exchange.workspace.dispatch import Dispatched, seal
from exchange.workspace.dispatch import Order as SealOrder
from exchange.workspace.folder import Clock, Workspace
from exchange.workspace.founding import Founder, found_workspace
from exchange.workspace.owner import Owner
from exchange.workspace.taking import Order as TakeOrder
from exchange.workspace.taking import Taken, take

if TYPE_CHECKING:
    from exchange.sealing.verdict import Verdict
    from exchange.settlement.settle import Line, Missing, Total

LEAD = Owner(Party("159", "jobcentre"), "Jobcenter Gladsaxe (opdigtet eksempel)")
AGREEMENT = "RED-2016"
EXPORTS = "redningskorps-2016"
PERIOD = Period(date(2016, 1, 1), date(2016, 7, 31))
TAMPERED = "tampered.asice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One decision of the samples' coordinator, and the finding it answers."""

    entry: Entry
    verb: Verb
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened.

    Attributes:
        taken: sender → what came of its files, of the agreement that the demo is about.
        found: the agreement's findings before anyone decided.
        open_after: how many of its errors and warnings are still open after the decisions.
        packages: with what their auditor's own verification says.
        tampered: the verdict on the first package with one byte altered.
    """

    workspace: Workspace
    taken: Mapping[str, Taken]
    found: Sequence[Entry]
    answers: Sequence[Answer]
    open_after: Mapping[str, int]
    settlement: Sequence[Line | Missing | Total]
    packages: Sequence[tuple[Dispatched, Verdict]]
    tampered: Verdict


def perform(folder: Path, clock: Clock) -> Story:
    """Do the whole main job on the samples and leave the workspace in the folder.

    Raises:
        WorkspaceError: the folder holds something of ours already.
        EnblanketError: the samples are not installed, or the folder is not empty.
    """
    samples = _samples()
    _refuse_filled(folder)
    workspace = found_workspace(folder, Founder(owner=LEAD, role="jobcentre", passphrase=None), clock)
    for file in sorted((samples / "agreements").glob("*.toml")):
        add_agreement(workspace, file)
    taken = {
        name: _take_all(workspace, samples / "exports" / name)
        for name in _names_of(samples / "exports", last=EXPORTS)
    }
    desk = DecisionDesk(workspace)
    found = [entry for entry in desk.entries() if _is_ours(entry)]
    answers = list(_decide(desk, _decisions(samples / "decisions.jsonl")))
    left = [entry for entry in desk.entries() if _is_ours(entry) and entry.is_open]
    packages = [(one, _auditors_verdict(workspace, one)) for one in _seal_all(workspace)]
    return Story(
        workspace=workspace,
        taken=taken[EXPORTS],
        found=found,
        answers=answers,
        open_after={
            kind: sum(entry.finding.severity == kind for entry in left) for kind in ("error", "warning")
        },
        settlement=[one for one in workspace.settle(PERIOD) if one.agreement_id == AGREEMENT],
        packages=packages,
        tampered=_tampered_verdict(workspace, packages[0][0]),
    )


def _samples() -> Path:
    folder = Path(str(resources.files("samples")))
    if not (folder / "decisions.jsonl").is_file():
        raise EnblanketError(_("The samples are not installed here; install enblanket again, whole."))
    return folder


def _refuse_filled(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise EnblanketError(_("{folder} is not empty; give the demo a new folder.").format(folder=folder))


def _names_of(folder: Path, last: str) -> list[str]:
    return [*sorted(one.name for one in folder.iterdir() if one.is_dir() and one.name != last), last]


def _take_all(workspace: Workspace, exports: Path) -> dict[str, Taken]:
    # Jobcentres first: the company's rows name placements that they report.
    senders = sorted(
        (one.name for one in exports.iterdir() if one.is_dir()), key=lambda name: (len(name), name)
    )
    return {
        sender: take(
            workspace,
            TakeOrder(paths=[exports / sender], sender=parse_party(sender), passphrase=_no_passphrase),
        )
        for sender in senders
    }


def _no_passphrase() -> bytes | None:
    return None


def _is_ours(entry: Entry) -> bool:
    return any(agreement == AGREEMENT for agreement, _jobcentre in entry.finding.owners)


def _decisions(file: Path) -> Iterator[Mapping[str, object]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        yield cast("Mapping[str, object]", json.loads(line))


def _decide(desk: DecisionDesk, decisions: Iterator[Mapping[str, object]]) -> Iterator[Answer]:
    shown = {entry.finding.finding_id: entry for entry in desk.entries()}
    for decision in decisions:
        subject = cast("Mapping[str, str]", decision["subject"])
        wanted = finding_id(str(decision["rule"]), list(subject.values()))
        if wanted not in shown:
            # An earlier correction brought it out.
            shown = {entry.finding.finding_id: entry for entry in desk.entries()}
        value = decision.get("value")
        verb, reason = cast("Verb", decision["verb"]), str(decision["reason"])
        desk.decide_on(shown[wanted], verb, reason, None if value is None else str(value))
        yield Answer(entry=shown[wanted], verb=verb, reason=reason)


def _seal_all(workspace: Workspace) -> list[Dispatched]:
    parties = workspace.holdings().records("parties")
    auditors = sorted({str(row["auditor"]) for row in parties if row["agreement_id"] == AGREEMENT})
    orders = [
        SealOrder(
            period=PERIOD,
            recipient=parse_party(auditor),
            agreement_id=AGREEMENT,
            folder=workspace.outbox,
            passphrase=_no_passphrase,
        )
        for auditor in auditors
    ]
    return seal(workspace, *orders)


def _auditors_verdict(workspace: Workspace, package: Dispatched) -> Verdict:
    """Judge as the auditor does: no workspace, the lead's card alone."""
    card = workspace.keys / f"{workspace.owner.party.id}.card"
    knowledge = knowledge_of(None, [card], package.descriptor.recipient, workspace.clock())
    return judge_file(package.path, knowledge, None, _no_passphrase)


def _tampered_verdict(workspace: Workspace, package: Dispatched) -> Verdict:
    content = bytearray(package.path.read_bytes())
    content[len(content) // 2] ^= 1
    path = workspace.folder / TAMPERED
    path.write_bytes(bytes(content))
    card = workspace.keys / f"{workspace.owner.party.id}.card"
    knowledge = knowledge_of(None, [card], package.descriptor.recipient, workspace.clock())
    return judge_file(path, knowledge, None, _no_passphrase)

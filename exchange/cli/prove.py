"""``enblanket log --prove [FILE…]``: where any party's history was rewritten, cut or forked, and by whose papers.

Called by ``log``. Our own ledger is held against the heads that others have seen of it and those that we sealed; theirs against
what they showed before. Files that the user names count too, when their signatures hold: with a package of ours that
somebody kept, also a ledger is judged that was swapped together with all its copies. What a person acknowledged to be lost
(``--acknowledge PARTY --reason TEXT``) is told as such and is no fault any more.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.errors import PackageRefused, WorkspaceError
from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.sanitise import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from exchange.ledger.ledger import Break
    from exchange.sealing.encryption import Openers
    from exchange.sealing.trust import Trust
    from exchange.sealing.witness import Unfit
    from exchange.workspace.folder import Workspace
    from exchange.workspace.losses import Loss
    from exchange.workspace.witness import Paper, Proof, Twice

_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What there is to tell.

    Attributes:
        ours: of each event of our ledger what it is, by id.
        worthless: files that prove nothing, with the code and sentence why.
        papers: all that was looked at.
    """

    breaks: Sequence[Break]
    proofs: Sequence[Proof]
    twice: Sequence[Twice]
    unlisted: Sequence[Paper]
    worthless: Sequence[tuple[str, str, str]]
    ours: Mapping[str, str]
    papers: Sequence[Paper] = ()

    @property
    def holds(self) -> bool:
        faulty = any(proof.faults for proof in self.proofs)
        return not (self.breaks or faulty or self.twice or self.unlisted or self.worthless)


def prove(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell whose history fits what was shown of it; 1 where one does not, or a file is no evidence."""
    from exchange.workspace.acquaintance import openers_of

    workspace = terminal.workspace()
    openers = openers_of(workspace, passphrase_of(arguments), None)
    paths = [terminal.here / path for path in arguments.prove]
    found = _found(workspace, paths, openers)
    if arguments.acknowledge is not None:
        _acknowledge(workspace, found, arguments, openers, terminal)
        found = _found(workspace, paths, openers)
    elif arguments.reason:
        raise UsageError(_("A reason is for --acknowledge PARTY; leave it out, or say whose history."))
    if terminal.json:
        for record in _records(found):
            terminal.record(record)
    else:
        for line in _lines(found):
            terminal.line(line)
    return Exit.HOLDS if found.holds else Exit.OPEN


def _acknowledge(
    workspace: Workspace, found: _Found, arguments: argparse.Namespace, openers: Openers, terminal: Terminal
) -> None:
    from exchange.parties import parse_party
    from exchange.workspace.acknowledging import acknowledge

    if found.breaks:
        raise WorkspaceError(
            _(
                "The ledger does not fit itself; “enblanket log” says where, and a copy of the workspace mends it."
            )
        )
    party = parse_party(arguments.acknowledge).id
    done = acknowledge(workspace, party, arguments.reason, found.papers, openers)
    terminal.note(
        translate_plural(
            "Acknowledged: {count} event that {party} had shown is lost, and is missed no more.",
            "Acknowledged: {count} events that {party} had shown are lost, and are missed no more.",
            done.events,
        ).format(count=done.events, party=party)
    )
    for name in done.packages:
        terminal.note(
            _("{package} counts again, and its number is not given out anew.").format(package=visible(name))
        )
    if party == workspace.owner.party.id:
        terminal.note(
            _(
                "Whom we trusted, distrusted or were told of as revoked since the copy was made is lost too: look through “enblanket keys show”."
            )
        )


def _found(workspace: Workspace, paths: Sequence[Path], openers: Openers) -> _Found:
    from exchange.workspace import witness
    from exchange.workspace.acquaintance import knowledge_of

    breaks = workspace.ledger.verify()
    if breaks:
        # Nothing that is read out of an altered ledger could prove anything.
        return _Found(breaks=breaks, proofs=(), twice=(), unlisted=(), worthless=(), ours={})
    trust = knowledge_of(workspace, [], None, workspace.clock()).trust
    named, worthless = _read(workspace, paths, trust, openers)
    papers = [
        *witness.remembered(workspace, refused=True),
        *witness.papers_at_home(workspace, trust, openers),
        *named,
    ]
    packages = {sha256 for loss in workspace.chronicle().losses for sha256 in loss.packages}
    return _Found(
        breaks=(),
        proofs=witness.prove(workspace, papers),
        twice=witness.issued_twice(papers, packages),
        unlisted=witness.unlisted(workspace, papers),
        worthless=worthless,
        ours={event.id: f"{event.at} {event.kind}" for event in workspace.ledger.events()},
        papers=papers,
    )


def _read(
    workspace: Workspace, paths: Iterable[Path], trust: Trust, openers: Openers
) -> tuple[list[Paper], list[tuple[str, str, str]]]:
    from exchange.workspace.witness import read_paper

    papers, worthless = [], []
    for path in paths:
        try:
            papers.append(read_paper(path, trust, workspace.clock(), openers))
        except PackageRefused as refusal:
            worthless.append((path.name, refusal.code, str(refusal)))
    return papers, worthless


def _records(found: _Found) -> Iterable[dict[str, object]]:
    for one in found.breaks:
        yield {"break": {"position": one.position, "event": one.event_id, "code": one.code}}
    for name, code, detail in found.worthless:
        yield {"evidence": {"file": name, "code": code, "detail": detail}}
    for proof in found.proofs:
        yield {
            "history": {
                "party": proof.party,
                "ours": proof.is_ours,
                "documents": proof.documents,
                "head": list(proof.head),
                "faults": [_fault(fault) for fault in proof.faults],
                "acknowledged": [_loss(loss) for loss in proof.losses],
            }
        }
    for twice in found.twice:
        yield {"twice": {**_stream(twice), "files": list(twice.sources)}}
    for paper in found.unlisted:
        yield {"unlisted": {**_stream(paper), "sha256": paper.sha256, "file": paper.source}}


def _fault(fault: Unfit) -> dict[str, object]:
    return {
        "code": fault.code,
        "event": fault.event,
        "common": list(fault.common),
        "lost": list(fault.lost),
        "instead": list(fault.instead),
        "file": fault.shown.source,
        "by": fault.shown.by,
        "at": fault.shown.at.isoformat(),
    }


def _loss(loss: Loss) -> dict[str, object]:
    return {
        "at": loss.at,
        "who": loss.who,
        "reason": loss.reason,
        "lost": sorted(loss.lost),
        "packages": sorted(loss.packages),
    }


def _stream(one: Twice | Paper) -> dict[str, object]:
    return {
        "sender": one.stream.sender,
        "recipient": one.stream.recipient,
        "agreement_id": one.stream.agreement_id,
        "jobcentre": one.stream.jobcentre,
        "sequence": one.sequence,
    }


def _lines(found: _Found) -> Iterable[str]:
    for one in found.breaks:
        yield _("Event {position} ({id}) does not fit: {code}").format(
            position=one.position, id=one.event_id[:_SHOWN], code=one.code
        )
    for name, code, detail in found.worthless:
        yield _("{file} proves nothing: {why} [{code}]").format(
            file=visible(name), why=visible(detail), code=code
        )
    for proof in found.proofs:
        yield _summary(proof)
        yield from (f"✓ {_acknowledged(loss)} [acknowledged]" for loss in proof.losses)
        for fault in proof.faults:
            yield f"✗ {_told(fault, found.ours)} [{fault.code}]"
    for twice in found.twice:
        yield "✗ " + _(
            "Number {sequence} from {sender} to {recipient} stands on different packages ({files}): two workspaces of {sender} seal. [sealed-twice]"
        ).format(
            sequence=twice.sequence,
            sender=visible(twice.stream.sender),
            recipient=visible(twice.stream.recipient),
            files=visible(", ".join(twice.sources)),
        )
    for paper in found.unlisted:
        yield "✗ " + _(
            "{file}, number {sequence} to {recipient}, is in our name and our ledger does not name it. [not-in-ledger]"
        ).format(
            file=visible(paper.source), sequence=paper.sequence, recipient=visible(paper.stream.recipient)
        )


def _summary(proof: Proof) -> str:
    head = ", ".join(_short(event) for event in proof.head)
    if proof.faults:
        said = _("{party}: its history does not fit what was shown of it; head {head}.")
    elif proof.is_ours:
        said = translate_plural(
            "{party}, our own history: {count} document shows it, and it fits; head {head}.",
            "{party}, our own history: {count} documents show it, and all fit; head {head}.",
            proof.documents,
        )
    elif proof.head:
        said = translate_plural(
            "{party}: {count} document shows its history, and it fits; head {head}.",
            "{party}: {count} documents show its history, and each goes on from the one before; head {head}.",
            proof.documents,
        )
    else:
        said = _("{party}: only others have told of its history, so nothing can be said of it.")
    return said.format(party=visible(proof.party), count=proof.documents, head=head)


def _told(fault: Unfit, ours: Mapping[str, str]) -> str:
    sentences = {
        "rewritten": _(
            "{file} of {at}, by {by}, shows event {event}: after {common} came {lost}, and now {instead} stands there; "
            "the history was rewritten, or went on from an older copy."
        ),
        "forked": _(
            "{file} of {at}, by {by}, shows event {event}: after {common} comes {lost} in one copy and {instead} in another, "
            "and both went on; decide which workspace counts and put the other away."
        ),
        "cut": _(
            "{file} of {at}, by {by}, shows event {event}: after {common} came {lost}, and now nothing does; "
            "the end of the history was cut off, or an older copy was put back."
        ),
        "unconnected": _(
            "{file} of {at}, by {by}, shows event {event}, which the latest history neither holds nor parts from; "
            "ask {party} for a package made on its whole ledger."
        ),
        "unknown-event": _(
            "{file} of {at}: {by} has seen event {event}, and the latest history does not hold it; "
            "ask {by} for the package of {party} that shows it, and name that file too."
        ),
    }
    return sentences[fault.code].format(
        file=visible(fault.shown.source),
        at=f"{fault.shown.at:%Y-%m-%d}",
        by=visible(fault.shown.by),
        party=visible(fault.party),
        event=_short(fault.event),
        common=_named(fault.common, ours),
        lost=_named(fault.lost, ours),
        instead=_named(fault.instead, ours),
    )


def _acknowledged(loss: Loss) -> str:
    return translate_plural(
        "{count} event is lost, as {who} acknowledged on {day}: {reason}",
        "{count} events are lost, as {who} acknowledged on {day}: {reason}",
        len(loss.lost),
    ).format(count=len(loss.lost), who=visible(loss.who), day=loss.at[:10], reason=visible(loss.reason))


def _named(events: Sequence[str], ours: Mapping[str, str]) -> str:
    named = [f"{_short(event)} ({ours[event]})" if event in ours else _short(event) for event in events]
    return ", ".join(named) or _("nothing at all")


def _short(event: str) -> str:
    return event[:_SHOWN]

"""What this house has seen of the histories of others, and what others have seen of ours.

The shell around :mod:`exchange.sealing.witness`: the ledger's events of packages and receipts come in as statements, and so
do files that the user names; ``seal`` and ``receive`` ask which heads and links travel, ``log --prove`` where a history
does not fit. A file counts as evidence only when its signatures hold and its sender signed it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from exchange.errors import PackageRefused
from exchange.language import translate as _
from exchange.ledger.lineage import Link, since
from exchange.sealing.stream import Stream
from exchange.sealing.witness import Statement, Unfit, latest_of, links_json, lost, read_links, unfit
from exchange.workspace import deliveries
from exchange.workspace.folder import Workspace
from exchange.workspace.losses import Loss, acknowledged

if TYPE_CHECKING:
    from exchange.sealing.container import Container
    from exchange.sealing.encryption import Openers
    from exchange.sealing.trust import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A package or receipt as evidence.

    Attributes:
        source: for people; sha256: of a package as its sender signed it, of a receipt the package that it answers.
        stream, sequence: of the package itself or the answered one; a draft has the number 0.
        history: the links that it shows of its maker's ledger.
        period: of the package; supersedes: sha256 of the one that it replaces, where the package itself was read.
        at_home: it lies here, and nobody tells that it was ever elsewhere.
        path: where its bytes lie; None where only the ledger tells of it.
    """

    source: str
    maker: str
    at: datetime
    stream: Stream
    sequence: int
    sha256: str
    ledger_head: tuple[str, ...]
    heads_seen: Mapping[str, tuple[str, ...]]
    history: tuple[Link, ...]
    period: str = ""
    supersedes: str | None = None
    at_home: bool = False
    path: Path | None = None

    def statements(self) -> Iterator[Statement]:
        """Give what it says of its maker's history and of others'."""
        yield Statement(
            party=self.maker,
            heads=self.ledger_head,
            links=self.history,
            at=self.at,
            by=self.maker,
            source=self.source,
            at_home=self.at_home,
        )
        for party, heads in self.heads_seen.items():
            yield Statement(party=party, heads=heads, at=self.at, by=self.maker, source=self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """One number of a stream that stands on two packages: two copies of a workspace sealed.

    Attributes:
        packages: their sha256.
    """

    stream: Stream
    sequence: int
    sources: tuple[str, ...]
    packages: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the histories of one party come to.

    Attributes:
        documents: how many spoke of it.
        head: of its latest history; empty where only others have spoken of it.
        is_ours: whether it is our own ledger.
        losses: what of it was acknowledged to be gone; no fault is of that.
    """

    party: str
    is_ours: bool
    documents: int
    head: tuple[str, ...]
    faults: tuple[Unfit, ...]
    losses: tuple[Loss, ...] = ()


def heads_seen(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    """Return by party the tips of its ledger that we saw last."""
    chronicle = workspace.chronicle()
    return deliveries.heads_seen(chronicle.received, chronicle.answered)


def history_for(workspace: Workspace, party: str) -> tuple[Link, ...]:
    """Return the links of our ledger that a party has not told to have seen, parents before children."""
    us = workspace.owner.party.id
    chronicle = workspace.chronicle()
    known = {
        head
        for maker, seen in [
            *((one.stream.sender, one.heads_seen) for one in chronicle.received),
            *((one.party, one.heads_seen) for one in chronicle.answered),
        ]
        if maker == party
        for head in seen.get(us, ())
    }
    return since(workspace.ledger.links(), workspace.ledger.head(), known)


def keep_history(workspace: Workspace, links: Iterable[Link]) -> str:
    """Store the links that a document showed, for the next one to be held against, and return their address."""
    return workspace.objects.put(json.dumps(links_json(links), separators=(",", ":")).encode())


def remembered(workspace: Workspace, *, refused: bool = False) -> list[Paper]:
    """Return the packages and receipts that the ledger knows of.

    Args:
        workspace: whose ledger.
        refused: also packages that were refused when they came. Their signatures hold, so they prove what their sender
            showed; but a verdict is not given on the word of what was refused, or one forked package would spoil all later ones.
    """
    chronicle, us = workspace.chronicle(), workspace.owner.party.id
    sealed = {str(one.body["sha256"]): one for one in chronicle.sealed}
    return [
        *(_sealed(us, one.at, one.body) for one in chronicle.sealed),
        *(_received(workspace, one) for one in chronicle.received if one.counts or refused),
        *(
            _answered(workspace, one, sealed[one.package].body)
            for one in chronicle.answered
            if one.how == "file" and one.package in sealed
        ),
    ]


def statements_of(papers: Iterable[Paper]) -> list[Statement]:
    """Return all that the papers say."""
    return [statement for paper in papers for statement in paper.statements()]


def read_paper(path: Path, trust: Trust, now: datetime, openers: Openers) -> Paper:
    """Read a package or receipt as evidence.

    Raises:
        EnblanketError: the file cannot be read.
        KeyRefused: it is encrypted and nothing here opens it.
        PackageRefused: it is no whole container, a signature does not hold or is of nobody we know, somebody else than its
            sender signed it, or it says what no package and no receipt does.
    """
    from exchange.sealing.container import open_container
    from exchange.sealing.receipts import is_receipt
    from exchange.workspace.acquaintance import opened_file

    with opened_file(path, openers) as (read_at, size):
        container = open_container(read_at, size, trust, now=now)
        for signature in container.signatures:
            if signature.code is not None:
                raise PackageRefused(signature.code, signature.detail)
        if is_receipt(container):
            return _signed_by_maker(replace(_receipt(path.name, container), path=path), container)
        from exchange.sealing.countersigning import origin_sha256

        origin = origin_sha256(read_at, size, container)
        return _signed_by_maker(replace(_package(path.name, container, origin), path=path), container)


def papers_at_home(workspace: Workspace, trust: Trust, openers: Openers) -> list[Paper]:
    """Return the packages and receipts that lie open in the outbox; files that are none prove nothing and are passed over."""
    found: list[Paper] = []
    for path in sorted(workspace.outbox.glob("*.asice")):
        try:
            paper = read_paper(path, trust, workspace.clock(), openers)
        except PackageRefused:
            continue
        found.append(replace(paper, at_home=True))
    return found


def unlisted(workspace: Workspace, papers: Iterable[Paper]) -> list[Paper]:
    """Return the packages in our name that our ledger does not name, each once."""
    us = workspace.owner.party.id
    listed = {str(one.body["sha256"]) for one in workspace.chronicle().sealed}
    found = {
        paper.sha256: paper
        # A package says more of itself than the receipt that answers it.
        for paper in sorted(papers, key=lambda paper: paper.maker == us)
        if paper.stream.sender == us and paper.sequence and paper.sha256 not in listed
    }
    return list(found.values())


def prove(workspace: Workspace, papers: Sequence[Paper]) -> list[Proof]:
    """Hold every party's latest history, our own ledger first, against all that was shown of it."""
    us, losses = workspace.owner.party.id, workspace.chronicle().losses
    statements = statements_of(papers)
    others = sorted({one.party for one in statements} - {us})
    ours = _proof(us, statements, _ledger_itself(workspace), losses, is_ours=True)
    return [ours] + [_proof(one, statements, None, losses) for one in others]


def lost_of(workspace: Workspace, party: str, papers: Iterable[Paper]) -> set[str]:
    """Return the events that papers show of a party's history and that its latest, for us our ledger, does not hold."""
    is_ours = party == workspace.owner.party.id
    said = [one for one in statements_of(papers) if one.party == party]
    latest = _ledger_itself(workspace) if is_ours else latest_of(said)
    return set() if latest is None else lost(said, latest)


def _ledger_itself(workspace: Workspace) -> Statement:
    us = workspace.owner.party.id
    return Statement(
        party=us,
        heads=workspace.ledger.head(),
        links=workspace.ledger.links(),
        # Nothing can be newer than the ledger itself, whatever a clock said.
        at=datetime.max.replace(tzinfo=UTC),
        by=us,
        source="ledger.sqlite",
        at_home=True,
    )


def issued_twice(papers: Iterable[Paper], acknowledged: Collection[str] = frozenset()) -> list[Twice]:
    """Return the numbers of a stream that stand on more than one package, unless all of these are acknowledged."""
    found: dict[tuple[Stream, int], dict[str, str]] = {}
    for paper in papers:
        found.setdefault((paper.stream, paper.sequence), {}).setdefault(paper.sha256, paper.source)
    return [
        Twice(stream=stream, sequence=sequence, sources=tuple(sources.values()), packages=frozenset(sources))
        for (stream, sequence), sources in found.items()
        if sequence and len(sources) > 1 and not sources.keys() <= set(acknowledged)
    ]


def _proof(
    party: str,
    statements: Iterable[Statement],
    latest: Statement | None,
    losses: Iterable[Loss],
    *,
    is_ours: bool = False,
) -> Proof:
    of_party = tuple(loss for loss in losses if loss.party == party)
    said = [one for one in statements if one.party == party]
    latest = latest or latest_of(said)
    return Proof(
        party=party,
        is_ours=is_ours,
        documents=len({one.source for one in said}),
        head=() if latest is None else latest.heads,
        faults=() if latest is None else tuple(unfit(said, latest, acknowledged(of_party))),
        losses=of_party,
    )


def _links(workspace: Workspace, address: str, heads: tuple[str, ...]) -> tuple[Link, ...]:
    return read_links(json.loads(workspace.objects.get(address)), heads) if address else ()


def _received(workspace: Workspace, one: deliveries.Received) -> Paper:
    return Paper(
        source=one.name,
        maker=one.stream.sender,
        at=datetime.fromisoformat(one.created or one.at),
        stream=one.stream,
        sequence=one.sequence,
        sha256=one.sha256,
        ledger_head=one.ledger_head,
        heads_seen=one.heads_seen,
        history=_links(workspace, one.history, one.ledger_head),
    )


def _answered(workspace: Workspace, one: deliveries.Answered, sealed: Mapping[str, object]) -> Paper:
    return Paper(
        source=_("receipt of {name}").format(name=sealed["name"]),
        maker=one.party,
        at=datetime.fromisoformat(one.on),
        stream=_stream(workspace.owner.party.id, sealed),
        sequence=cast("int", sealed["sequence"]),
        sha256=one.package,
        ledger_head=one.ledger_head,
        heads_seen=one.heads_seen,
        history=_links(workspace, one.history, one.ledger_head),
    )


def _sealed(us: str, at: str, body: Mapping[str, object]) -> Paper:
    return Paper(
        source=str(body["name"]),
        maker=us,
        at=datetime.fromisoformat(at),
        stream=_stream(us, body),
        sequence=cast("int", body["sequence"]),
        sha256=str(body["sha256"]),
        ledger_head=tuple(cast("list[str]", body["ledger_head"])),
        heads_seen={},
        history=(),
        at_home=True,
    )


def _stream(sender: str, body: Mapping[str, object]) -> Stream:
    return Stream(sender, str(body["recipient"]), str(body["agreement_id"]), str(body["jobcentre"]))


def _package(source: str, container: Container, sha256: str) -> Paper:
    from exchange.sealing.contents import read_history_of
    from exchange.sealing.descriptor import read_descriptor, refuse_made_later
    from exchange.sealing.sequence import stream_of

    descriptor = read_descriptor(container.files)
    refuse_made_later(descriptor, container.sender.at)
    return Paper(
        source=source,
        maker=descriptor.sender,
        at=datetime.fromisoformat(descriptor.created),
        stream=stream_of(descriptor),
        sequence=descriptor.sequence,
        sha256=sha256,
        ledger_head=descriptor.ledger_head,
        heads_seen=descriptor.heads_seen,
        history=read_history_of(container.files, descriptor),
        period=str(descriptor.period),
        supersedes=None if descriptor.supersedes is None else descriptor.supersedes.sha256,
    )


def _receipt(source: str, container: Container) -> Paper:
    from exchange.sealing.receipts import receipt_in

    receipt = receipt_in(container)
    return Paper(
        source=source,
        maker=receipt.recipient,
        at=receipt.at,
        stream=Stream(receipt.sender, receipt.recipient, receipt.agreement_id, receipt.jobcentre),
        sequence=receipt.sequence,
        sha256=receipt.package_sha256,
        ledger_head=receipt.ledger_head,
        heads_seen=receipt.heads_seen,
        history=receipt.history,
        period=str(receipt.period),
    )


def _signed_by_maker(paper: Paper, container: Container) -> Paper:
    pin = container.sender.pin
    if pin is not None and pin.party not in (None, paper.maker):
        raise PackageRefused(
            "signer-not-sender",
            _("{name} is in the name of {maker} and {party} signed it; it proves nothing.").format(
                name=paper.source, maker=paper.maker, party=pin.party
            ),
        )
    return paper

"""``log --acknowledge PARTY``: a person says that part of a history is lost for good, as after an old backup was put back.

What papers show of it and the latest history lacks is written into our ledger by its hashes, with who said so, when and why.
From then on exactly those events are missed no more; whatever else does not fit is told as before. Packages of ours that the
lost copy sealed count again, so that no number is given out twice. Nothing that was shown is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.errors import WorkspaceError
from exchange.form.confidential import holds_cpr
from exchange.language import translate as _
from exchange.sealing.receipts import ENDING as RECEIPT
from exchange.workspace.envelopes import ENDING as PACKAGE
from exchange.workspace.losses import ACKNOWLEDGE, FOUND, acknowledged
from exchange.workspace.witness import Paper, issued_twice, lost_of, unlisted

if TYPE_CHECKING:
    from exchange.ledger.events import Body
    from exchange.sealing.encryption import Openers
    from exchange.workspace.folder import Workspace

_CHUNK, _LONGEST_REASON = 2**20, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """What was written.

    Attributes:
        events: how many are lost; packages: names of ours that count again.
    """

    events: int
    packages: tuple[str, ...]


def acknowledge(
    workspace: Workspace, party: str, reason: str, papers: Sequence[Paper], openers: Openers
) -> Acknowledged:
    """Write down that what papers show of a party's history is lost.

    Args:
        workspace: whose ledger is written.
        party: whose history, our own or another's.
        reason: by a person, for those who read the ledger later.
        papers: all that are known; what they show and the latest history lacks is lost.
        openers: for a package of ours that lies encrypted.

    Raises:
        WorkspaceError: the history fits, or the reason is empty, too long or holds a CPR number; nothing was written.
    """
    _refuse_reason(reason)
    known = workspace.chronicle().losses
    lost = lost_of(workspace, party, papers) - acknowledged(known)
    said = {sha256 for loss in known for sha256 in loss.packages}
    twice = {
        sha256 for one in issued_twice(papers, said) if one.stream.sender == party for sha256 in one.packages
    }
    ours = unlisted(workspace, papers) if party == workspace.owner.party.id else []
    if not (lost or twice or ours):
        raise WorkspaceError(
            _(
                "The history of {party} fits all that is known here; name the package or receipt that does not: "
                "enblanket log --prove FILE --acknowledge {party} --reason TEXT."
            ).format(party=party)
        )
    for paper in ours:
        _store(workspace, paper, openers)
    body: Body = {"party": party, "reason": reason, "lost": sorted(lost), "packages": sorted(twice)}
    workspace.record_all([*((FOUND, _found_body(paper)) for paper in ours), (ACKNOWLEDGE, body)])
    return Acknowledged(events=len(lost), packages=tuple(_name(paper) for paper in ours))


def _refuse_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise WorkspaceError(
            _("Say why in 1 to {longest} characters: --reason TEXT.").format(longest=_LONGEST_REASON)
        )
    if holds_cpr(reason):
        raise WorkspaceError(
            _(
                "The text holds what looks like a CPR number, and the ledger keeps it for good; say it without."
            )
        )


def _found_body(paper: Paper) -> Body:
    # A receipt shows its own maker's head, not that of the package.
    own = paper.maker == paper.stream.sender
    return {
        "name": _name(paper),
        "sha256": paper.sha256,
        "recipient": paper.stream.recipient,
        "agreement_id": paper.stream.agreement_id,
        "jobcentre": paper.stream.jobcentre,
        "period": paper.period,
        "sequence": paper.sequence,
        "supersedes": paper.supersedes,
        "ledger_head": list(paper.ledger_head) if own else [],
        "found": True,
    }


def _name(paper: Paper) -> str:
    """Return the package's name, which its receipt's begins with."""
    stem = paper.source.removesuffix(RECEIPT)
    return paper.source if stem == paper.source else f"{stem}{PACKAGE}"


def _store(workspace: Workspace, paper: Paper, openers: Openers) -> None:
    """Keep the bytes of a package of ours, for the next one to say what it changes; a countersigned one is other bytes."""
    from exchange.sealing.container import sha256_of
    from exchange.workspace.acquaintance import opened_file

    if paper.path is None or paper.maker != paper.stream.sender:
        return
    with opened_file(paper.path, openers) as (read_at, size):

        def pieces() -> Iterator[bytes]:
            for offset in range(0, size, _CHUNK):
                yield read_at(offset, min(_CHUNK, size - offset))

        if sha256_of(read_at, size) == paper.sha256:
            workspace.objects.put_pieces(pieces())

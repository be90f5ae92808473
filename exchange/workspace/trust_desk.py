"""Whom this house trusts: the folder ``trust/`` and the ledger, which has every change of it.

Each change is an event with what changed and the hash of the whole trust; the bytes lie in the object store too. So a
file that somebody put in, took out or replaced by hand is seen at the next use, and ``keys restore`` puts it right.
The object is written first, then the event, then the file: a machine that dies in between leaves what ``restore`` mends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.atomic import write_atomically
from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.ledger.events import Body
from exchange.sealing.directory import Directory, Edition, admitted, read_directory, write_directory
from exchange.sealing.revocation import ENDING as REVOCATION
from exchange.sealing.revocation import Revocation, read_revocation
from exchange.sealing.rotation import own_revocations
from exchange.sealing.trust import (
    CARD,
    DIRECTORY,
    Pin,
    Standing,
    Trust,
    differing,
    pin_file,
    standing_of,
    store_sha256,
    trust_from_folder,
)
from exchange.workspace.folder import Workspace
from exchange.workspace.trust_events import ACCEPTED, DISTRUST, REVOKED, TRUST

if TYPE_CHECKING:
    from exchange.sealing.signing import SigningKey


def trusted(workspace: Workspace) -> Trust:
    """Return whom the workspace trusts.

    Raises:
        KeyRefused: the folder is not what the ledger has; names the file.
    """
    return trust_from_folder(workspace.trust, workspace.chronicle().trusted)


def trust_and_ourselves(workspace: Workspace) -> Trust:
    """Return whom the workspace trusts, and our own cards with those of before.

    Raises:
        KeyRefused: as :func:`trusted`, or a card of ours is damaged.
    """
    theirs, ours = trusted(workspace), own_revocations(workspace.keys, workspace.owner.party.id)
    return Trust((*theirs.pins, *ours.pins), (*theirs.revocations, *ours.revocations))


def standing(workspace: Workspace, pin: Pin) -> Standing:
    """Return what a card or certificate is to those trusted here, before anybody is asked about it.

    Raises:
        KeyRefused: it is our own, older than what is trusted, was revoked, or contradicts it.
    """
    trust = trusted(workspace)
    if pin.party == workspace.owner.party.id:
        raise KeyRefused(
            _("{file} is a card of our own party; our own keys need no trust.").format(file=pin.source)
        )
    if pin.card is None:
        if trust.revocation_of(pin.certificate) is not None:
            raise _taken_back(pin)
        return Standing.NEW if trust.find(pin.certificate) is None else Standing.KNOWN
    found = standing_of(pin.card, trust)
    _refuse_standing(pin, found, trust)
    return found


def trust_pin(workspace: Workspace, pin: Pin, content: bytes) -> Path:
    """Trust a card or certificate, whose fingerprint somebody has compared; return where it lies."""
    name = pin_file(pin)
    body = {"file": name, "party": pin.party, "sha256": pin.certificate.sha256}
    return _changed(workspace, TRUST, body, {name: content})[0]


def distrust(workspace: Workspace, name: str) -> Path:
    """Take a file out of the trust; it may be missing or altered by now.

    Raises:
        KeyRefused: it is not trusted.
    """
    if name not in workspace.chronicle().trusted:
        raise KeyRefused(
            _("{name} is not trusted here; “enblanket keys show” tells what is.").format(name=name)
        )
    return _changed(workspace, DISTRUST, {"file": name}, {name: None})[0]


def restore(workspace: Workspace) -> tuple[list[str], list[str]]:
    """Put back what the ledger has; return the names of what was, and of files that are nobody's."""
    recorded = workspace.chronicle().trusted
    names = differing(workspace.trust, recorded)
    mended = [name for name in names if name in recorded]
    for name in mended:
        workspace.trust.mkdir(exist_ok=True)
        write_atomically(workspace.trust / name, workspace.objects.get(recorded[name]))
    return mended, [name for name in names if name not in recorded]


def accept_revocation(workspace: Workspace, content: bytes, source: str) -> Revocation:
    """Keep a note that takes back a certificate that is trusted here.

    Raises:
        KeyRefused: it is none, altered, or of somebody unknown here.
    """
    pins = trusted(workspace).pins
    note = read_revocation(content, [pin.certificate for pin in pins], source)
    owner = next(
        (pin.party for pin in pins if pin.certificate.sha256 == note.certificate and pin.party), None
    )
    if owner not in (None, note.party):
        raise KeyRefused(
            _("{source} takes back a key of {owner} in the name of {party}; ask {owner} for another.").format(
                source=source, owner=owner, party=note.party
            )
        )
    name = f"{note.certificate[:16]}-{note.since}{REVOCATION}"
    body = {
        "party": note.party,
        "sha256": note.certificate,
        "from_date": note.since.isoformat(),
        "note": hashlib.sha256(content).hexdigest(),
    }
    if name not in workspace.chronicle().trusted:
        _changed(workspace, REVOKED, body, {name: content})
    return note


def make_directory(workspace: Workspace, agreement_id: str, key: SigningKey) -> tuple[Path, list[str]]:
    """Sign a directory of the agreement's parties.

    Returns:
        where it lies in the outbox, and the parties whose card is not trusted here.

    Raises:
        KeyRefused: the agreement is not known or not ours to lead, nobody's card is trusted, or a file was changed by hand.
    """
    us, day, trust = workspace.owner.party.id, workspace.clock().date(), trusted(workspace)
    parties = [party for party in _parties_led(workspace, agreement_id) if party != us]
    cards = {party: card for party in parties if (card := trust.card_of(party, day)) is not None}
    files = [f"{card.party}-{card.sequence}{CARD}" for card in cards.values()]
    sequence = workspace.chronicle().directories.get((us, agreement_id), 0) + 1
    content = write_directory(
        Edition(agreement_id, us, sequence, day),
        [(workspace.trust / file).read_bytes() for file in files],
        key,
    )
    workspace.record(ACCEPTED, _edition_body(us, agreement_id, sequence, content))
    path = workspace.outbox / f"{us}-{agreement_id}-{sequence}{DIRECTORY}"
    write_atomically(path, content)
    return path, [party for party in parties if party not in cards]


def _parties_led(workspace: Workspace, agreement_id: str) -> list[str]:
    holdings, us = workspace.holdings(), workspace.owner.party.id
    found = [row for row in holdings.records("agreements") if row["agreement_id"] == agreement_id]
    if not found or found[0]["lead_jobcentre"] != us:
        raise KeyRefused(
            _(
                "We do not lead “{agreement}” by any agreement that was added here; its lead makes the directory."
            ).format(agreement=agreement_id[:64])
        )
    rows = [row for row in holdings.records("parties") if row["agreement_id"] == agreement_id]
    named = [found[0]["company_cvr"], *(row[name] for row in rows for name in ("jobcentre", "auditor"))]
    return sorted({party for party in named if party})


def open_directory(
    workspace: Workspace, content: bytes, source: str
) -> tuple[Directory, list[tuple[Pin, bytes]]]:
    """Return a directory whose lead is trusted here, and the cards in it that are new.

    Raises:
        KeyRefused: altered, by somebody unknown, older than the one before, or contradicting what is trusted.
    """
    trust = trusted(workspace)
    directory = read_directory(content, trust, source)
    known = workspace.chronicle().directories.get((directory.lead, directory.agreement_id), 0)
    same = workspace.chronicle().trusted.get(directory.file) == hashlib.sha256(content).hexdigest()
    if directory.sequence < known or (directory.sequence == known and not same):
        raise KeyRefused(
            _(
                "{source} is number {sequence} of the directories for {agreement}, and number {known} is known here; "
                "ask {lead} for the newest."
            ).format(
                source=source,
                sequence=directory.sequence,
                agreement=directory.agreement_id,
                known=known,
                lead=directory.lead,
            )
        )
    _refuse_other_lead(workspace, directory, source)
    cards = admitted(directory, trust, workspace.owner.party.id)
    return directory, [(Pin(card.certificate, directory.file, card), bytes_) for card, bytes_ in cards]


def accept_directory(
    workspace: Workspace, directory: Directory, content: bytes, cards: Sequence[tuple[Pin, bytes]]
) -> None:
    """Trust the new cards of a directory, and remember which directory it was."""
    body = _edition_body(directory.lead, directory.agreement_id, directory.sequence, content)
    files: dict[str, bytes | None] = {pin_file(pin): card for pin, card in cards}
    _changed(workspace, ACCEPTED, body, {**files, directory.file: content})


def _edition_body(lead: str, agreement_id: str, sequence: int, content: bytes) -> Body:
    return {
        "lead": lead,
        "agreement_id": agreement_id,
        "sequence": sequence,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def knows_lead(workspace: Workspace, agreement_id: str) -> bool:
    """Whether an agreement that was added here says who leads it; else only the directory itself does."""
    return any(row["agreement_id"] == agreement_id for row in workspace.holdings().records("agreements"))


def _refuse_other_lead(workspace: Workspace, directory: Directory, source: str) -> None:
    rows = workspace.holdings().records("agreements")
    leads = {row["lead_jobcentre"] for row in rows if row["agreement_id"] == directory.agreement_id}
    if leads and directory.lead not in leads:
        raise KeyRefused(
            _(
                "{source} is signed by {signer}, but the lead of {agreement} is {lead}; ask {lead} for its directory."
            ).format(
                source=source,
                signer=directory.lead,
                agreement=directory.agreement_id,
                lead=next(iter(leads)),
            )
        )


def _refuse_standing(pin: Pin, found: Standing, trust: Trust) -> None:
    if found is Standing.REVOKED:
        raise _taken_back(pin)
    if found is Standing.ANOTHERS:
        other = trust.find(pin.certificate)
        raise KeyRefused(
            _(
                "The certificate of {file} is that of {name}, which is trusted here, and one key does not speak for two parties; "
                "ask {party} for a card of its own key."
            ).format(file=pin.source, name="" if other is None else other.source, party=pin.party)
        )
    if found not in (Standing.OLDER, Standing.CONFLICT) or pin.card is None:
        return
    newest = trust.cards_of(pin.card.party)[-1]
    name = f"{newest.party}-{newest.sequence}.card"
    if found is Standing.OLDER:
        message = _("{file} is older than {name}, which is trusted here; ask {party} for its newest card.")
    else:
        message = _(
            "{file} contradicts {name}, which is trusted here with the same number; "
            "ask {party} which is right, and take the wrong one out with “enblanket keys distrust {name}”."
        )
    raise KeyRefused(message.format(file=pin.source, name=name, party=newest.party))


def _taken_back(pin: Pin) -> KeyRefused:
    return KeyRefused(
        _("The certificate of {file} was revoked; ask {name} for a new card.").format(
            file=pin.source, name=pin.name
        )
    )


def _changed(workspace: Workspace, kind: str, body: Body, files: Mapping[str, bytes | None]) -> list[Path]:
    recorded = dict(workspace.chronicle().trusted)
    changes: dict[str, str | None] = {}
    for name, content in files.items():
        changes[name] = None if content is None else workspace.objects.put(content)
        recorded.pop(name, None)
    recorded |= {name: digest for name, digest in changes.items() if digest is not None}
    workspace.record(kind, {**body, "changes": changes, "store": store_sha256(recorded)})
    workspace.trust.mkdir(exist_ok=True)
    paths = [workspace.trust / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        if content is None:
            path.unlink(missing_ok=True)
        else:
            write_atomically(path, content)
    return paths

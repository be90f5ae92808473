"""Our own keys changed: made anew, rotated, revoked; each an event in the ledger.

The shell around :mod:`exchange.sealing.keys` and :mod:`exchange.sealing.rotation`: a workspace and a passphrase in, our
card or a note out. It refuses to write over a key.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from exchange.atomic import write_atomically
from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.sealing.cards import Card
from exchange.sealing.keys import Owner, create_keys, own_card
from exchange.sealing.locking import finish_change
from exchange.sealing.revocation import ENDING, write_revocation
from exchange.sealing.rotation import (
    Rotated,
    finish_rotation,
    is_prepared,
    prepare_rotation,
    prepared_card,
    refuse_unknown_card,
    unlock_key_of_card,
)
from exchange.workspace.folder import Workspace
from exchange.workspace.trust_events import REVOKED

if TYPE_CHECKING:
    from exchange.sealing.signing import SigningKey

NEW_KEYS, ROTATE, CARD = "keys", "rotate", "card"


def make_keys(workspace: Workspace, passphrase: bytes | None, issued: SigningKey | None) -> Card:
    """Make keys for a workspace that holds none, as a copy without its keys; what only the old ones opened stays shut.

    Raises:
        KeyRefused: there are keys, or the passphrase is empty.
    """
    owner = Owner(workspace.owner.party, workspace.owner.name, sequence=_sequence(workspace) + 1)
    card = create_keys(workspace.keys, owner, passphrase, workspace.clock(), issued=issued)
    workspace.record(NEW_KEYS, {"new": card.certificate.sha256, "sequence": card.sequence})
    return card


def rotate(workspace: Workspace, passphrase: bytes | None, issued: SigningKey | None) -> Rotated:
    """Put new keys in the place of ours.

    Raises:
        KeyRefused: ours cannot be opened.
    """
    party = workspace.owner.party.id
    rotated = prepare_rotation(workspace.keys, party, passphrase, workspace.clock(), issued)
    _record_rotation(workspace, rotated.new)
    finish_rotation(workspace.keys)
    return rotated


def unfinished_rotation(workspace: Workspace) -> Card | None:
    """Finish a rotation that was interrupted and return its card; None where there is none."""
    if finish_change(workspace.keys) or not is_prepared(workspace.keys):
        return None
    card = prepared_card(workspace.keys, workspace.owner.party.id)
    if _sequence(workspace) < card.sequence:
        _record_rotation(workspace, card)
    finish_rotation(workspace.keys)
    return card


def revoke(workspace: Workspace, sequence: int | None, since: date, passphrase: bytes | None) -> Path:
    """Revoke the key of one of our cards and return the note for the others, in the outbox.

    Args:
        workspace: ours.
        sequence: of the card; None is the one in use.
        since: the first day whose signatures do not count.
        passphrase: of the keys.

    Raises:
        KeyRefused: as :func:`refuse_revocation`, or its key cannot be opened.
    """
    refuse_revocation(workspace, sequence, since)
    party = workspace.owner.party.id
    number = own_card(workspace.keys, party).sequence if sequence is None else sequence
    key = unlock_key_of_card(workspace.keys, party, number, passphrase)
    content = write_revocation(party, since, key)
    name = f"{party}-{number}-{since}{ENDING}"
    body = {
        "party": party,
        "sha256": key.certificate.sha256,
        "from_date": since.isoformat(),
        "note": hashlib.sha256(content).hexdigest(),
    }
    workspace.record(REVOKED, body)
    for folder in (workspace.keys, workspace.outbox):
        write_atomically(folder / name, content)
    return workspace.outbox / name


def refuse_revocation(workspace: Workspace, sequence: int | None, since: date) -> None:
    """Refuse what cannot be revoked, before anybody is asked about it.

    Raises:
        KeyRefused: there is no such card, or the day has not come: the key would stop today all the same.
    """
    if sequence is not None:
        refuse_unknown_card(workspace.keys, workspace.owner.party.id, sequence)
    today = workspace.clock().date()
    if since > today:
        raise KeyRefused(
            _(
                "{day} has not come yet, and a key that is revoked seals nothing from now on; give {today} or a day before."
            ).format(day=since, today=today)
        )


def _record_rotation(workspace: Workspace, card: Card) -> None:
    old = "" if card.former is None else card.former.sha256
    workspace.record(ROTATE, {"old": old, "new": card.certificate.sha256, "sequence": card.sequence})


def next_sequence(workspace: Workspace) -> int:
    """Return the number of our next card."""
    return max(_sequence(workspace), own_card(workspace.keys, workspace.owner.party.id).sequence) + 1


def _sequence(workspace: Workspace) -> int:
    """Return the highest number of a card that was ever given out here; ``init`` made the first."""
    events = workspace.ledger.events()
    numbers = [event.body["sequence"] for event in events if event.kind in (NEW_KEYS, ROTATE, CARD)]
    return max([1, *(cast("int", number) for number in numbers)])

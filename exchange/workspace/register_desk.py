"""The register key on its way: from the lead to a jobcentre, signed and encrypted to the card that is trusted.

With it the jobcentre codes trainees' numbers as the lead does. The file is a container like a package, with one payload,
inside age; it refuses another recipient, another form, and a signer who is not trusted here.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.atomic import write_atomically
from exchange.errors import KeyRefused, PackageRefused
from exchange.language import translate as _
from exchange.sealing.container import Container, open_container, reader, seal_container
from exchange.sealing.keys import (
    REGISTER_KEY_LENGTH,
    register_key,
    store_register_key,
    unlock_age,
    unlock_signing_key,
)
from exchange.workspace.trust_desk import trusted

if TYPE_CHECKING:
    from exchange.parties import Party
    from exchange.sealing.signing import Passphrase
    from exchange.workspace.folder import Workspace

REGISTER = "register"
ENDING = ".register.asice.age"
_NAME, _FORMAT = "register.json", "enblanket-register/1"


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A register key and whose it is for."""

    sender: str
    recipient: str
    key: bytes = field(repr=False)

    def write(self) -> bytes:
        """Return the payload."""
        whole = {
            "format": _FORMAT,
            "sender": self.sender,
            "recipient": self.recipient,
            "key": base64.b64encode(self.key).decode("ascii"),
        }
        return (json.dumps(whole, indent=2) + "\n").encode()


def export_register(workspace: Workspace, recipient: Party, passphrase: Passphrase) -> Path:
    """Write our register key for a jobcentre into the outbox.

    Raises:
        KeyRefused: no card of the recipient is trusted, or our keys cannot be opened.
    """
    import pyrage

    card = trusted(workspace).card_of(recipient.id, workspace.clock().date())
    if card is None:
        raise KeyRefused(
            _(
                "No card of {party} is trusted here, so nothing can be encrypted to it; add it with “enblanket keys trust”."
            ).format(party=recipient.id)
        )
    own = register_key(workspace.keys, unlock_age(workspace.keys, passphrase))
    parcel = _Parcel(workspace.owner.party.id, recipient.id, own)
    signer = unlock_signing_key(workspace.keys, passphrase)
    container = seal_container({_NAME: parcel.write()}, signer=signer, at=workspace.clock())
    path = workspace.outbox / f"{parcel.sender}-{parcel.recipient}{ENDING}"
    write_atomically(path, pyrage.encrypt(container, [pyrage.x25519.Recipient.from_str(card.age_recipient)]))
    workspace.record(REGISTER, {"to": recipient.id})
    return path


def import_register(
    workspace: Workspace, content: bytes, source: str, passphrase: Passphrase, *, replace: bool
) -> str:
    """Code trainees' numbers with the register key in a file; return the name of whose it is.

    Args:
        workspace: ours.
        content: the file's bytes.
        source: its name, for messages.
        passphrase: of our keys.
        replace: also where files were taken with another key already.

    Raises:
        KeyRefused: not for us, not signed by somebody who is trusted, altered, or files were taken already.
    """
    plain = unlock_age(workspace.keys, passphrase).decrypt(content)
    try:
        container = open_container(reader(plain), len(plain), trusted(workspace), now=workspace.clock())
    except PackageRefused:
        raise _no_register(source) from None
    sender = container.sender
    if not container.ok or sender.pin is None or sender.pin.party is None:
        raise KeyRefused(sender.detail)
    parcel = _parcel(container, source)
    if (parcel.sender, parcel.recipient) != (sender.pin.party, workspace.owner.party.id):
        raise _no_register(source)
    if workspace.chronicle().takes and not replace:
        raise KeyRefused(
            _(
                "Files were taken here already and their trainees coded with another key; "
                "say --replace, and then map them again with “enblanket take --again”."
            )
        )
    store_register_key(workspace.keys, parcel.key)
    workspace.record(REGISTER, {"from": parcel.sender})
    return sender.pin.name


def _parcel(container: Container, source: str) -> _Parcel:
    if list(container.files) != [_NAME]:
        raise _no_register(source)
    content = container.files[_NAME]
    try:
        whole = json.loads(content.decode("utf-8"))
        key = base64.b64decode(whole["key"], validate=True)
        parcel = _Parcel(whole["sender"], whole["recipient"], key)
        same = parcel.write() == content
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise _no_register(source) from None
    if not same or len(key) != REGISTER_KEY_LENGTH:
        raise _no_register(source)
    return parcel


def _no_register(source: str) -> KeyRefused:
    return KeyRefused(
        _("{source} holds no register key for us; ask the lead jobcentre for it again.").format(source=source)
    )

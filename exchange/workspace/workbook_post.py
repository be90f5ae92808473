"""A workbook of questions or answers made ready for the post: signed, encrypted to its recipient's trusted card, in the outbox.

What the workbook is and its bytes come in, a file of the outbox goes out; it leaves encrypted by every way. ``asking`` and
``inquiries`` say so in the ledger, ``posting`` sends it. It refuses a recipient of whom no card is trusted, and a key that stays locked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from exchange.atomic import write_atomically
from exchange.ledger.events import Body
from exchange.workspace.folder import Workspace

if TYPE_CHECKING:
    from exchange.sealing.signing import Passphrase
    from exchange.sealing.workbooks import Enclosed

ENDING = ".asice.age"


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that lies ready in the outbox.

    Attributes:
        sha256: of its bytes; another file under its name is not what was made.
    """

    name: str
    sha256: str

    def as_body(self) -> Body:
        """Return what an event says of it."""
        return {"name": self.name, "sha256": self.sha256}


def ready_in(body: Body) -> Ready | None:
    """Return the file that an event of questions or answers made ready; None where they go by hand."""
    said = body.get("ready")
    if said is None:
        return None
    found = cast("Mapping[str, str]", said)
    return Ready(Path(found["name"]).name, found["sha256"])


def is_posted(workspace: Workspace, party: str) -> bool:
    """Whether the post reaches a party that has enblanket itself: ``post.toml`` names a way, and a card is trusted.

    Raises:
        WorkspaceError: ``post.toml`` says something that is not understood.
    """
    from exchange.post.settings import read_settings
    from exchange.workspace.trust_desk import trusted

    if read_settings(workspace.folder).way_to(party) is None:
        return False
    return trusted(workspace).card_of(party, workspace.clock().date()) is not None


def make_ready(
    workspace: Workspace, enclosed: Enclosed, workbook: bytes, number: int, own: Passphrase
) -> Ready:
    """Sign and encrypt a workbook into the outbox.

    Args:
        workspace: ours.
        enclosed: what it is.
        workbook: its bytes.
        number: in the file's name.
        own: asks for the passphrase of our key.

    Raises:
        KeyRefused: no card of the recipient is trusted, or our key cannot be opened; nothing was written.
    """
    import pyrage

    from exchange.sealing.keys import unlock_signing_key
    from exchange.sealing.workbooks import workbook_pieces
    from exchange.workspace.envelopes import envelope_for

    envelope = envelope_for(workspace, [enclosed.recipient], None)
    key = unlock_signing_key(workspace.keys, own)
    recipients = [pyrage.x25519.Recipient.from_str(one) for one in envelope.recipients]
    content = bytes(pyrage.encrypt(b"".join(workbook_pieces(enclosed, workbook, key)), recipients))
    name = f"{enclosed.sender}_{enclosed.recipient}_{number}.{enclosed.what}{ENDING}"
    workspace.outbox.mkdir(parents=True, exist_ok=True)
    write_atomically(workspace.outbox / name, content)
    return Ready(name, hashlib.sha256(content).hexdigest())

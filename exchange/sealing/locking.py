"""The passphrase of our keys changed: the same keys, locked anew; set where there was none, or taken away.

Called by ``keys passphrase``. Every private key of the folder is opened first, those of before a rotation too; then all are
written beside the old and moved in place as a rotation is, so a machine that dies in between leaves either the old
passphrase or a change that the next ``keys passphrase`` finishes. No key, card or certificate becomes another.
"""

from __future__ import annotations

from pathlib import Path

from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.sealing.cards import read_card
from exchange.sealing.keys import (
    BARE_IDENTITY,
    IDENTITY,
    READY,
    ROTATING,
    SIGNING,
    identity_files,
    is_bare,
    open_signing_key,
    unlock_age,
)
from exchange.sealing.rotation import FORMER, finish_rotation, stage
from exchange.sealing.signing import Passphrase, SigningKey, damaged, open_pem, to_pem

MARK = b"passphrase\n"


def change_passphrase(folder: Path, old: Passphrase, new: Passphrase) -> bytes | None:
    """Lock our keys with another passphrase and return it.

    Args:
        folder: of our keys.
        old: asked for only where the keys have one.
        new: asked for after the old one has opened everything; gives None to leave the keys bare.

    Raises:
        KeyRefused: a key cannot be opened, the new passphrase is empty, no UTF-8 text or the old one, or the keys lie bare
            already; nothing was changed.
    """
    was_bare = is_bare(folder)
    key, identity, former = open_signing_key(folder, old), unlock_age(folder, old), _former(folder, old)
    passphrase = new()
    if was_bare and passphrase is None:
        raise KeyRefused(_("The keys lie bare already; nothing was changed."))
    if not was_bare and passphrase == old():
        raise KeyRefused(_("The new passphrase is the old one; choose another."))
    locked = identity_files(identity, passphrase)
    gone = {name: b"" for name in (IDENTITY, BARE_IDENTITY) if name not in locked}
    private = {SIGNING: key, **former}
    keys = {name: to_pem(one.private_key, passphrase) for name, one in private.items()}
    stage(folder, {**locked, **gone, **keys}, MARK)
    finish_rotation(folder)
    return passphrase


def finish_change(folder: Path) -> bool:
    """Finish a change that was interrupted; False where there is none."""
    ready = folder / ROTATING / READY
    if not ready.exists() or ready.read_bytes() != MARK:
        return False
    finish_rotation(folder)
    return True


def _former(folder: Path, passphrase: Passphrase) -> dict[str, SigningKey]:
    """Return the keys of before, by the name of their files."""
    found: dict[str, SigningKey] = {}
    for path in sorted(folder.glob(f"{FORMER}*.card")):
        pem = path.with_suffix(".pem")
        if not pem.exists():
            raise damaged(pem.name)
        card = read_card(path.read_bytes(), path.name)
        found[pem.name] = open_pem(pem.name, pem.read_bytes(), card.certificate, passphrase)
    return found

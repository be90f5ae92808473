"""Rotation: a new signing key and age identity in the place of the old, and a card that both keys signed.

Everything new is first written beside the keys and then moved in place, so that a machine that dies in between leaves
either the old keys or a rotation that the next ``keys rotate`` finishes. Key, certificate and card of before stay as
``former-<sequence>.…``; the age identities of before stay below the new one and open what was encrypted to them.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyrage

from exchange.atomic import write_atomically
from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.sealing.cards import Card, read_card, write_card
from exchange.sealing.keys import (
    CERTIFICATE,
    CHAIN,
    READY,
    REGISTER,
    ROTATING,
    SIGNING,
    AgeIdentity,
    identity_files,
    open_signing_key,
    own_card,
    register_key,
    signing_files,
    unlock_age,
)
from exchange.sealing.revocation import ENDING, Revocation, read_revocation
from exchange.sealing.signing import SigningKey, new_signing_key, open_pem
from exchange.sealing.trust import Pin, Trust

FORMER = "former-"


@dataclass(frozen=True, slots=True)
class Rotated:
    """The card before and after.

    Attributes:
        vouched: whether the old key signed the new card; not where it was revoked.
    """

    old: Card
    new: Card
    vouched: bool


def prepare_rotation(
    folder: Path, party: str, passphrase: bytes | None, at: datetime, issued: SigningKey | None = None
) -> Rotated:
    """Write new keys beside the old; :func:`finish_rotation` puts them in place.

    Args:
        folder: of our keys.
        party: whose they are.
        passphrase: of the old keys, and from then on of the new.
        at: now, aware.
        issued: an authority's key instead of a new one.

    Raises:
        KeyRefused: the old keys cannot be opened, or the issued key is the one we have.
    """
    old, card = open_signing_key(folder, lambda: passphrase), own_card(folder, party)
    identity = unlock_age(folder, lambda: passphrase)
    new = new_signing_key(card.name, party, at) if issued is None else issued
    if new.certificate.der == old.certificate.der:
        raise KeyRefused(_("This is the key that signs already; rotate to another."))
    vouched = own_revocations(folder, party).revocation_of(old.certificate) is None
    fresh = pyrage.x25519.Identity.generate()
    grown = AgeIdentity(str(fresh.to_public()), str(fresh), (identity.secret, *identity.former))
    rotated = _next_card(card, new, grown.recipient, at)
    content = write_card(rotated, new, old if vouched else None)
    read = read_card(content)
    files = {
        **_former_files(folder, card),
        **identity_files(grown, passphrase),
        REGISTER: bytes(pyrage.encrypt(register_key(folder, identity), [fresh.to_public()])),
        **signing_files(new, passphrase),
        f"{party}.card": content,
    }
    stage(folder, files)
    return Rotated(card, read, vouched)


def is_prepared(folder: Path) -> bool:
    """Whether a rotation is written whole and waits for :func:`finish_rotation`."""
    return (folder / ROTATING / READY).exists()


def prepared_card(folder: Path, party: str) -> Card:
    """Return the card of a rotation that is written whole."""
    path = folder / ROTATING / f"{party}.card"
    # Where the machine died while files were moved, the card may be in place already.
    return own_card(path.parent if path.exists() else folder, party)


def finish_rotation(folder: Path) -> None:
    """Move the new files in place, and take out those of which an empty one came; can be repeated."""
    staged = folder / ROTATING
    for path in sorted(staged.iterdir()):
        if path.name == READY:
            continue
        if path.read_bytes():
            path.replace(folder / path.name)
        else:
            (folder / path.name).unlink(missing_ok=True)
            path.unlink()
    (staged / READY).unlink()
    staged.rmdir()


def own_pins(folder: Path, party: str) -> tuple[Pin, ...]:
    """Return our own card and those of before, as pins.

    Raises:
        KeyRefused: one is damaged.
    """
    paths = [*sorted(folder.glob(f"{FORMER}*.card")), folder / f"{party}.card"]
    cards = [(path.name, read_card(path.read_bytes(), path.name)) for path in paths if path.exists()]
    return tuple(Pin(card.certificate, name, card) for name, card in cards)


def own_revocations(folder: Path, party: str) -> Trust:
    """Return our own cards with the notes that take them back.

    Raises:
        KeyRefused: one is damaged.
    """
    pins = own_pins(folder, party)
    known = [pin.certificate for pin in pins]
    notes: list[Revocation] = [
        read_revocation(path.read_bytes(), known, path.name)
        for path in sorted(folder.glob(f"{party}-*{ENDING}"))
    ]
    return Trust(pins, tuple(notes))


def unlock_key_of_card(folder: Path, party: str, sequence: int, passphrase: bytes | None) -> SigningKey:
    """Return the key of our card with that number, the one in use or one of before.

    Raises:
        KeyRefused: there is no such card, or its key cannot be opened.
    """
    refuse_unknown_card(folder, party, sequence)
    if own_card(folder, party).sequence == sequence:
        return open_signing_key(folder, lambda: passphrase)
    path, card = _former_key(folder, sequence)
    certificate = read_card(card.read_bytes(), card.name).certificate
    return open_pem(path.name, path.read_bytes(), certificate, lambda: passphrase)


def refuse_unknown_card(folder: Path, party: str, sequence: int) -> None:
    """Refuse the number of a card whose key is not here, before anybody is asked about it.

    Raises:
        KeyRefused: there is no such card.
    """
    if own_card(folder, party).sequence == sequence:
        return
    if not all(path.exists() for path in _former_key(folder, sequence)):
        raise KeyRefused(
            _("{folder} holds no key of card {sequence}; “enblanket keys show” lists ours.").format(
                folder=folder, sequence=sequence
            )
        )


def _former_key(folder: Path, sequence: int) -> tuple[Path, Path]:
    """Return where the key and the card of a number of before lie."""
    return folder / f"{FORMER}{sequence}.pem", folder / f"{FORMER}{sequence}.card"


def _next_card(card: Card, new: SigningKey, recipient: str, at: datetime) -> Card:
    return replace(
        card,
        certificate=new.certificate,
        age_recipient=recipient,
        # An issued certificate may be older than this day, and until then the old key was right.
        valid_from=max(at.date(), new.certificate.not_before.date()),
        valid_to=new.certificate.not_after.date(),
        sequence=card.sequence + 1,
        former=None,
    )


def _former_files(folder: Path, card: Card) -> dict[str, bytes]:
    stem = f"{FORMER}{card.sequence}"
    kept = {SIGNING: ".pem", CERTIFICATE: ".crt", CHAIN: ".chain.pem", f"{card.party}.card": ".card"}
    return {
        f"{stem}{ending}": (folder / name).read_bytes()
        for name, ending in kept.items()
        if (folder / name).exists()
    }


def stage(folder: Path, files: Mapping[str, bytes], mark: bytes = b"") -> None:
    """Write files beside those of the keys, for :func:`finish_rotation` to put in their place.

    Args:
        folder: of our keys.
        files: by name; an empty one takes out what lies there.
        mark: tells a change of the passphrase from a rotation, which has none.
    """
    staged = folder / ROTATING
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    for name, content in files.items():
        write_atomically(staged / name, content)
    write_atomically(staged / READY, mark)

"""Encryption: whom it is for reads it whole; everybody else, and whoever altered it, reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from exchange.errors import KeyRefused
from exchange.parties import parse_party
from exchange.sealing.encryption import decrypt_with, encrypt_to, encrypt_with, is_encrypted
from exchange.sealing.keys import AgeIdentity, Owner, create_keys, unlock_age


def identity_of(folder: Path) -> AgeIdentity:
    create_keys(
        folder, Owner(parse_party("aud-nord"), "Revision Nord"), None, datetime(2026, 3, 2, tzinfo=UTC)
    )
    return unlock_age(folder, lambda: None)


def test_each_recipient_opens_it_and_nobody_else(tmp_path: Path, sealed: bytes) -> None:
    first, second, other = (identity_of(tmp_path / name) for name in ("a", "b", "c"))
    content = encrypt_to(sealed, [first.recipient, second.recipient])

    assert is_encrypted(content)
    assert not is_encrypted(sealed)
    assert first.decrypt(content) == second.decrypt(content) == sealed
    with pytest.raises(KeyRefused) as refusal:
        other.decrypt(content)
    assert str(refusal.value) == (
        "The content was not encrypted to this key, or was altered; ask the sender for it again."
    )


def test_a_flipped_byte_gives_nothing(tmp_path: Path, sealed: bytes) -> None:
    identity = identity_of(tmp_path / "a")
    content = encrypt_to(sealed, [identity.recipient])
    for position in range(0, len(content), 7):
        altered = content[:position] + bytes([content[position] ^ 0x01]) + content[position + 1 :]
        with pytest.raises(KeyRefused):
            identity.decrypt(altered)


def test_a_passphrase_opens_it(sealed: bytes) -> None:
    content = encrypt_with(sealed, "rødgrød".encode())

    assert decrypt_with(content, "rødgrød".encode()) == sealed
    with pytest.raises(KeyRefused) as refusal:
        decrypt_with(content, b"wrong")
    assert str(refusal.value) == (
        "The passphrase does not open the package, or it was altered; ask the sender for both again."
    )


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (
            lambda: encrypt_to(b"", []),
            "The recipient has no key to encrypt to; ask for its card and trust it.",
        ),
        (
            lambda: encrypt_to(b"", ["age1xyz"]),
            "The recipient has no key to encrypt to; ask for its card and trust it.",
        ),
        (lambda: encrypt_with(b"", b""), "The passphrase is empty or not UTF-8 text; give another."),
        (lambda: decrypt_with(b"", b"\xff"), "The passphrase is empty or not UTF-8 text; give another."),
        (
            lambda: decrypt_with(pyrage.encrypt(b"x", [pyrage.x25519.Identity.generate().to_public()]), b"x"),
            "The passphrase does not open the package, or it was altered; ask the sender for both again.",
        ),
    ],
)
def test_what_cannot_be_encrypted_or_opened_says_so(attempt: Callable[[], bytes], message: str) -> None:
    with pytest.raises(KeyRefused) as refusal:
        attempt()

    assert str(refusal.value) == message

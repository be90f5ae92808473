"""Encryption: whom it is for reads it whole; everybody else, and whoever altered or cut it, reads nothing."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import KeyRefused, PackageRefused
from exchange.parties import parse_party
from exchange.sealing.age import CHUNK, encrypted_with_passphrase
from exchange.sealing.container import reader
from exchange.sealing.encryption import (
    Openers,
    encrypt_file_to,
    encrypted_with,
    is_encrypted,
    opened,
    refuse_recipients,
)
from exchange.sealing.keys import AgeIdentity, Owner, create_keys, unlock_age

# Two whole chunks and a little more; and the sizes around a chunk.
PLAIN = bytes(range(256)) * 514
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 17)


def identity_of(folder: Path, party: str = "aud-nord") -> AgeIdentity:
    create_keys(folder, Owner(parse_party(party), "Revision Nord"), None, datetime(2026, 3, 2, tzinfo=UTC))
    return unlock_age(folder, lambda: None)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> AgeIdentity:
    return identity_of(tmp_path_factory.mktemp("own"))


def encrypted_to(tmp_path: Path, content: bytes, *recipients: str) -> bytes:
    (tmp_path / "plain").write_bytes(content)
    target = io.BytesIO()
    encrypt_file_to(tmp_path / "plain", target, recipients)
    return target.getvalue()


def cheaply(content: bytes, passphrase: bytes) -> bytes:
    """Encrypt so that a try costs 1 MiB, as only a test may."""
    return b"".join(encrypted_with_passphrase([content], passphrase, os.urandom, 10))


def read(content: bytes, openers: Openers) -> bytes:
    plain = opened(reader(content), len(content), openers, "p.asice.age")
    return plain(0, plain.size)


def by_key(identity: AgeIdentity) -> Openers:
    return Openers(identity=lambda: identity)


def by_words(words: bytes | None) -> Openers:
    return Openers(passphrase=lambda: words)


def test_each_recipient_opens_it_and_nobody_else(tmp_path: Path, sealed: bytes) -> None:
    first, second, other = (identity_of(tmp_path / name) for name in ("a", "b", "c"))
    content = encrypted_to(tmp_path, sealed, first.recipient, second.recipient)

    assert is_encrypted(content)
    assert not is_encrypted(sealed)
    assert read(content, by_key(first)) == read(content, by_key(second)) == sealed
    with pytest.raises(KeyRefused) as refusal:
        read(content, by_key(other))
    assert str(refusal.value) == (
        "The package is not encrypted to our key; ask the sender to encrypt it to our card."
    )


@pytest.mark.parametrize("size", SIZES)
def test_any_place_is_read_as_it_was_written(tmp_path: Path, own: AgeIdentity, size: int) -> None:
    content = encrypted_to(tmp_path, PLAIN[:size], own.recipient)

    plain = opened(reader(content), len(content), by_key(own), "p")

    assert plain.size == size
    assert b"".join(plain.pieces()) == PLAIN[:size]
    for offset in (0, 1, size // 2, CHUNK - 3, size):
        assert plain(offset, 70_000) == PLAIN[:size][offset : offset + 70_000]


@pytest.mark.parametrize("size", SIZES)
def test_what_a_passphrase_closed_another_program_opens_and_the_other_way(size: int) -> None:
    assert pyrage.passphrase.decrypt(cheaply(PLAIN[:size], "rødgrød".encode()), "rødgrød") == PLAIN[:size]
    assert read(cheaply(PLAIN[:size], b"words"), by_words(b"words")) == PLAIN[:size]


def test_a_passphrase_costs_what_guessing_shall_cost() -> None:
    content = b"".join(encrypted_with([b"x"], b"words"))

    assert content.split(b"\n")[1].endswith(b" 17")
    assert read(content, by_words(b"words")) == b"x"
    assert pyrage.passphrase.decrypt(content, "words") == b"x"


def altered_at(content: bytes, position: int) -> bytes:
    return content[:position] + bytes([content[position] ^ 0x01]) + content[position + 1 :]


def test_a_flipped_byte_gives_nothing(tmp_path: Path, own: AgeIdentity, sealed: bytes) -> None:
    content = encrypted_to(tmp_path, sealed, own.recipient)
    for position in range(0, len(content), 5):
        with pytest.raises((KeyRefused, PackageRefused)):
            read(altered_at(content, position), by_key(own))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_nothing_damaged_is_ever_given_out(data: st.DataObject) -> None:
    content = cheaply(b"some plain text", b"words")
    place = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(place, len(content)))
    damaged = content[:place] + data.draw(st.binary(max_size=40)) + content[end:]
    if damaged != content:
        with pytest.raises((KeyRefused, PackageRefused)):
            read(damaged, by_words(b"words"))


@pytest.mark.parametrize("kept", range(3))
def test_a_file_cut_off_between_two_chunks_is_cut_off(tmp_path: Path, own: AgeIdentity, kept: int) -> None:
    content = encrypted_to(tmp_path, PLAIN, own.recipient)
    header = len(content) - len(PLAIN) - 3 * 16

    with pytest.raises(PackageRefused) as refusal:
        read(content[: header + kept * (CHUNK + 16)], by_key(own))

    assert refusal.value.code == "encryption-cut"
    assert (
        str(refusal.value)
        == "p.asice.age: The package is cut off (encryption-cut); ask the sender for it again."
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c: altered_at(c, len(c) - 1), "encryption-altered"),
        (lambda c: altered_at(c, len(c) - len(PLAIN) - 48), "encryption-altered"),
        (lambda c: c[:-1], "encryption-altered"),
        (lambda c: c + b"x", "encryption-altered"),
        (lambda c: c[:40], "encryption-header"),
        (lambda c: c.replace(b"-> X25519 ", b"-> X25519  "), "encryption-header"),
        (lambda c: c.replace(b"\n--- ", b"\n-- "), "encryption-header"),
        (lambda c: c.replace(b"-> X25519", b"-> scrypt AAAAAAAAAAAAAAAAAAAAAA 17\n\n-> X25519", 1), "encryption-header"),
        (lambda c: c + bytes(CHUNK + 16), "encryption-altered"),
        (lambda c: c.replace(b"-> X25519", b"-> grease x\n\n-> X25519", 1), "encryption-altered"),
    ],
)  # fmt: skip
def test_what_was_altered_has_its_code(
    tmp_path: Path, own: AgeIdentity, change: Callable[[bytes], bytes], code: str
) -> None:
    content = encrypted_to(tmp_path, PLAIN, own.recipient)

    with pytest.raises(PackageRefused) as refusal:
        read(change(content), by_key(own))

    assert refusal.value.code == code


def test_an_endless_passphrase_is_refused_before_it_costs_anything() -> None:
    content = cheaply(b"x", b"words").replace(b" 10\n", b" 30\n", 1)

    with pytest.raises(PackageRefused) as refusal:
        read(content, by_words(b"words"))

    assert str(refusal.value) == (
        "p.asice.age: The package’s passphrase asks for 1048576 MiB of memory, which none needs (encryption-work); "
        "ask for another package."
    )


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: refuse_recipients([]), "The recipient has no key to encrypt to; ask for its card and trust it."),
        (lambda: refuse_recipients(["age1xyz"]), "The recipient has no key to encrypt to; ask for its card and trust it."),
        (lambda: encrypted_with([], b""), "The passphrase is empty or not UTF-8 text; give another."),
        (lambda: read(cheaply(b"x", b"x"), by_words(b"\xff")), "The passphrase is empty or not UTF-8 text; give another."),
        (
            lambda: read(cheaply(b"x", b"x"), by_words(b"y")),
            "The passphrase does not open the package; type it again, or ask the sender for it.",
        ),
        (
            lambda: read(cheaply(b"x", b"x"), by_words(None)),
            "p.asice.age is encrypted with a passphrase; give it at the prompt or with --package-passphrase-fd.",
        ),
        (
            lambda: read(pyrage.encrypt(b"x", [pyrage.x25519.Identity.generate().to_public()]), by_words(b"x")),
            "p.asice.age is encrypted; open it with age first, or verify it in the workspace it was sent to.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_encrypted_or_opened_says_so(attempt: Callable[[], object], message: str) -> None:
    with pytest.raises(KeyRefused) as refusal:
        attempt()

    assert str(refusal.value) == message


if shutil.which("age"):

    def test_the_age_program_opens_what_we_write_and_we_what_it_writes(
        tmp_path: Path, own: AgeIdentity
    ) -> None:
        key = tmp_path / "key.txt"
        key.touch(mode=0o600)
        key.write_text(own.secret + "\n", encoding="ascii")
        content = encrypted_to(tmp_path, PLAIN, own.recipient)

        theirs = subprocess.run(["age", "-d", "-i", str(key)], input=content, capture_output=True, check=True)
        ours = subprocess.run(["age", "-r", own.recipient], input=PLAIN, capture_output=True, check=True)

        assert theirs.stdout == PLAIN
        assert read(ours.stdout, by_key(own)) == PLAIN


def test_a_package_from_before_a_rotation_is_opened_by_the_identity_of_then(
    own: AgeIdentity, tmp_path: Path
) -> None:
    fresh = pyrage.x25519.Identity.generate()
    rotated = AgeIdentity(str(fresh.to_public()), str(fresh), (own.secret,))
    for recipient in (own.recipient, rotated.recipient):
        content = encrypted_to(tmp_path, PLAIN, recipient)
        assert read(content, Openers(identity=lambda: rotated)) == PLAIN

    with pytest.raises(KeyRefused):
        read(encrypted_to(tmp_path, PLAIN, rotated.recipient), Openers(identity=lambda: own))

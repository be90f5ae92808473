"""Cards and pins: a card cannot be altered without its owner, and only what was pinned is known."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import KeyRefused
from exchange.sealing.cards import read_card, write_card
from exchange.sealing.signing import SigningKey, new_signing_key, party_name
from exchange.sealing.trust import (
    Pin,
    Trust,
    joined,
    pin_file,
    pin_from_bytes,
    store_sha256,
    trust_from_files,
    trust_from_folder,
)
from tests.sealing.conftest import RECIPIENT


def refusal_of(content: bytes) -> str:
    with pytest.raises(KeyRefused) as refusal:
        read_card(content, "x.card")
    return str(refusal.value)


def test_a_card_reads_back_as_it_was_written(card: bytes, signer: SigningKey) -> None:
    read = read_card(card)

    assert (read.party, read.role, read.name) == ("159", "jobcentre", "Jobcenter Gladsaxe")
    assert (read.mailbox, read.age_recipient) == ("aft@gladsaxe.example", RECIPIENT)
    assert (read.valid_from, read.valid_to, read.sequence) == (date(2026, 3, 2), date(2031, 3, 3), 1)
    assert read.former is None
    assert write_card(read, signer).splitlines()[:14] == card.splitlines()[:14]


def test_the_fingerprint_is_the_certificate_s_sha256_to_read_aloud(card: bytes) -> None:
    read = read_card(card)

    assert read.fingerprint.replace(" ", "") == read.certificate.sha256
    assert [len(group) for group in read.fingerprint.split()] == [4] * 16


def test_every_field_of_a_card_is_signed(card: bytes) -> None:
    body: dict[str, object] = json.loads(card)["card"]
    for name in body:
        altered = json.loads(card)
        value = altered["card"][name]
        altered["card"][name] = value + 1 if isinstance(value, int) else f"{value}x"
        refused = refusal_of((json.dumps(altered, ensure_ascii=False, indent=2) + "\n").encode())
        assert refused.startswith("x.card"), name


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_card_with_any_byte_altered_is_refused(data: st.DataObject, card: bytes) -> None:
    position, byte = data.draw(st.integers(0, len(card) - 1)), data.draw(st.integers(0, 255))
    altered = card[:position] + bytes([byte]) + card[position + 1 :]

    assert altered == card or refusal_of(altered)


def changed(card: bytes, **values: object) -> bytes:
    altered = json.loads(card)
    for name, value in values.items():
        (altered if name in altered else altered["card"])[name] = value
    return (json.dumps(altered, ensure_ascii=False, indent=2) + "\n").encode()


NO_CARD = "x.card cannot be used as a card: it is not the JSON of a card; ask its owner for a new one."
MORE = (
    "x.card cannot be used as a card: it holds something that a card does not; ask its owner for a new one."
)
ALTERED = "x.card cannot be used as a card: its signature does not fit, so it was altered; ask its owner for a new one."


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _card: b"", NO_CARD),
        (lambda _card: b"{}", NO_CARD),
        (lambda _card: b"[" * 100_000, NO_CARD.replace("not the JSON of a card", "too long")),
        (lambda _card: b"[" * 60_000, NO_CARD),
        (lambda _card: b"\xff", NO_CARD),
        (lambda card: card.replace(b"\n", b"\r\n"), MORE),
        (lambda card: card + b" ", MORE),
        (lambda card: card.replace(b'"card": {', b'"card": {"format": "other",', 1), MORE),
        (lambda card: changed(card, note="hello"), MORE),
        (lambda card: changed(card, sequence="1"), MORE),
        (lambda card: changed(card, sequence=True), MORE),
        (lambda card: changed(card, mailbox=None), MORE),
        (lambda card: changed(card, name="Jobcenter Gladsakse"), ALTERED),
        (lambda card: changed(card, signature=base64.b64encode(b"x" * 70).decode()), ALTERED),
        (lambda card: changed(card, signature="!"), NO_CARD),
        (
            lambda card: changed(card, certificate=base64.b64encode(b"x").decode()),
            "x.card: this is not exactly one readable certificate; use another certificate.",
        ),
    ],
)
def test_what_is_no_card_is_refused(make: Callable[[bytes], bytes], message: str, card: bytes) -> None:
    assert refusal_of(make(card)) == message


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"party": "0159"}, "format, party and role do not fit each other"),
        ({"party": "12345678"}, "format, party and role do not fit each other"),
        ({"party": "Gladsaxe"}, "its party or its name is impossible"),
        ({"name": "a\nb"}, "its party or its name is impossible"),
        ({"role": "auditor"}, "format, party and role do not fit each other"),
        ({"mailbox": "not an address"}, "an address in it cannot be used"),
        ({"mailbox": "a@b\nBcc: c@d"}, "an address in it cannot be used"),
        ({"sftp": "host\x1b[2J"}, "an address in it cannot be used"),
        ({"age_recipient": "age1xyz"}, "its age recipient cannot be used"),
        ({"valid_to": date(2020, 1, 1)}, "its validity or its sequence is impossible"),
        ({"sequence": 0}, "its validity or its sequence is impossible"),
        ({"sequence": 10**30}, "its validity or its sequence is impossible"),
        ({"mailbox": "\x1b[2J@a.dk"}, "an address in it cannot be used"),
        ({"mailbox": "\u202ea@a.dk"}, "an address in it cannot be used"),
        ({"mailbox": "a\0@a.dk"}, "an address in it cannot be used"),
        ({"mailbox": "-oX@a.dk"}, "an address in it cannot be used"),
        ({"sftp": "-oProxyCommand=x"}, "an address in it cannot be used"),
    ],
)
def test_a_card_that_says_the_impossible_is_refused_though_signed(
    change: dict[str, object], problem: str, card: bytes, signer: SigningKey
) -> None:
    content = write_card(replace(read_card(card), **change), signer)  # type: ignore[arg-type]

    assert refusal_of(content) == f"x.card cannot be used as a card: {problem}; ask its owner for a new one."


def test_a_card_is_signed_by_the_key_it_names(card: bytes, stranger: SigningKey) -> None:
    with pytest.raises(KeyRefused) as refusal:
        write_card(read_card(card), stranger)

    assert (
        str(refusal.value)
        == "The card names another certificate than the key's; make the card from this key."
    )


def test_after_a_rotation_the_old_key_vouches_for_the_new(
    card: bytes, signer: SigningKey, now: datetime
) -> None:
    fresh = new_signing_key(party_name("Jobcenter Gladsaxe"), "159", now)
    rotated = replace(read_card(card), certificate=fresh.certificate, sequence=2)
    read = read_card(write_card(rotated, fresh, signer))

    assert (read.certificate, read.former, read.sequence) == (fresh.certificate, signer.certificate, 2)
    unsigned = json.loads(write_card(rotated, fresh, signer))
    unsigned["former_signature"] = unsigned["signature"]
    assert refusal_of((json.dumps(unsigned, ensure_ascii=False, indent=2) + "\n").encode()) == ALTERED


def test_only_the_whole_certificate_is_known(trust: Trust, signer: SigningKey, stranger: SigningKey) -> None:
    pin = trust.find(signer.certificate)

    assert pin is not None
    assert (pin.party, pin.name, pin.source) == ("159", "Jobcenter Gladsaxe", "gladsaxe.card")
    assert trust.find(stranger.certificate) is None


def test_a_card_tells_more_than_a_bare_certificate(trust: Trust, signer: SigningKey) -> None:
    both = joined([Trust((Pin(signer.certificate, "trust.pem"),)), trust])
    found = both.find(signer.certificate)

    assert found is not None
    assert found.party == "159"


def test_the_newest_card_in_force_is_the_party_s(card: bytes) -> None:
    first = read_card(card)
    later = replace(first, sequence=2, valid_from=date(2027, 1, 1))
    trust = Trust(tuple(Pin(c.certificate, "x", c) for c in (later, first)))

    assert trust.card_of("159", date(2026, 6, 1)) == first
    assert trust.card_of("159", date(2027, 6, 1)) == later
    assert trust.card_of("159", date(2040, 1, 1)) is None
    assert trust.card_of("161", date(2026, 6, 1)) is None


def kept(folder: Path, **files: bytes) -> dict[str, str]:
    """Write a trust folder and return what a ledger would say of it."""
    folder.mkdir()
    names = {name.replace("_", "-", 1).replace("_", "."): content for name, content in files.items()}
    for name, content in names.items():
        (folder / name).write_bytes(content)
    return {name: hashlib.sha256(content).hexdigest() for name, content in names.items()}


def test_pins_have_names_of_our_own(card: bytes, stranger: SigningKey) -> None:
    assert pin_file(pin_from_bytes("../../evil.card", card)) == "159-1.card"
    assert (
        pin_file(pin_from_bytes("evil.pem", stranger.certificate.pem()))
        == f"{stranger.certificate.sha256[:16]}.pem"
    )


def test_the_folder_is_read_as_the_ledger_has_it(card: bytes, tmp_path: Path) -> None:
    recorded = kept(tmp_path / "trust", c159_1_card=card)
    (tmp_path / "trust" / "notes.txt").write_text("not a pin", encoding="utf-8")

    assert [pin.source for pin in trust_from_folder(tmp_path / "trust", recorded)] == ["c159-1.card"]
    assert trust_from_folder(tmp_path / "missing", {}) == Trust()


def by_hand(folder: Path, recorded: dict[str, str]) -> str:
    with pytest.raises(KeyRefused) as refusal:
        trust_from_folder(folder, recorded)
    return str(refusal.value)


def test_whatever_a_hand_did_to_the_folder_is_refused_by_name(
    card: bytes, stranger: SigningKey, tmp_path: Path
) -> None:
    folder = tmp_path / "trust"
    recorded = kept(folder, c159_1_card=card)
    own, other = folder / "c159-1.card", folder / "EVIL.PEM"
    other.write_bytes(stranger.certificate.pem())
    assert by_hand(folder, recorded) == (
        f"{other} was put there by hand and is not trusted; move it out of the folder and use “enblanket keys trust”."
    )
    other.unlink()
    own.write_bytes(card + b"\n")
    assert by_hand(folder, recorded) == (
        f"{own} is not what was trusted: it was replaced by hand; put it back with “enblanket keys restore”."
    )
    own.unlink()
    gone = f"{own} was taken away by hand; put it back with “enblanket keys restore”."
    assert by_hand(folder, recorded) == gone
    own.mkdir()
    assert by_hand(folder, recorded) == gone
    own.rmdir()
    folder.rmdir()
    assert by_hand(folder, recorded) == gone


def test_the_hash_of_a_trust_knows_names_and_contents() -> None:
    one = {"a.card": "1" * 64, "b.card": "2" * 64}

    assert (
        store_sha256(one) == hashlib.sha256(f"{'1' * 64}  a.card\n{'2' * 64}  b.card\n".encode()).hexdigest()
    )
    assert store_sha256(dict(reversed(one.items()))) == store_sha256(one)


def test_what_is_neither_card_nor_certificate_is_refused(tmp_path: Path, signer: SigningKey) -> None:
    two = tmp_path / "two.pem"
    two.write_bytes(signer.certificate.pem() * 2)
    with pytest.raises(KeyRefused) as of_two:
        trust_from_files([two])
    with pytest.raises(KeyRefused) as of_none:
        trust_from_files([tmp_path / "none.card"])

    assert (
        str(of_two.value) == "two.pem: this is not exactly one readable certificate; use another certificate."
    )
    assert str(of_none.value) == f"{tmp_path / 'none.card'} cannot be read; name a card or a PEM certificate."


def test_a_card_is_in_force_on_both_its_last_days(card: bytes) -> None:
    read = read_card(card)

    assert read.valid_on(read.valid_from)
    assert read.valid_on(read.valid_to)
    assert not read.valid_on(read.valid_to + timedelta(days=1))

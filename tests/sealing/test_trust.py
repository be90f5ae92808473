"""Revocation, rotation and directories: what a signature counts for, and that no byte of a note or directory can change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import KeyRefused
from exchange.parties import parse_party
from exchange.sealing.cards import read_card, write_card
from exchange.sealing.container import countersign_container, open_container, reader
from exchange.sealing.directory import Directory, Edition, admitted, read_directory, write_directory
from exchange.sealing.keys import Owner, create_keys, first_card, own_card, unlock_age, unlock_signing_key
from exchange.sealing.revocation import Revocation, read_revocation, write_revocation
from exchange.sealing.rotation import (
    finish_rotation,
    is_prepared,
    own_pins,
    prepare_rotation,
    unlock_key_of_card,
)
from exchange.sealing.signing import SigningKey, new_signing_key, party_name
from exchange.sealing.trust import (
    Moments,
    Pin,
    Standing,
    Trust,
    fault_of_signer,
    pin_from_bytes,
    standing_of,
    trust_from_files,
)
from tests.sealing.conftest import NOW, RECIPIENT

REVOKED_FROM = date(2026, 6, 1)
LATER = NOW + timedelta(days=365)


def card_of(party: str, key: SigningKey, sequence: int = 1, former: SigningKey | None = None) -> bytes:
    card = first_card(Owner(parse_party(party), f"Jobcenter {party}", sequence=sequence), key, RECIPIENT)
    return write_card(card, key, former)


def fresh(party: str = "159") -> SigningKey:
    return new_signing_key(party_name(f"Jobcenter {party}"), party, NOW)


def pinned(*cards: bytes) -> Trust:
    return Trust(tuple(pin_from_bytes(f"{at}.card", card) for at, card in enumerate(cards)))


@pytest.fixture(scope="module")
def note(signer: SigningKey) -> bytes:
    return write_revocation("159", REVOKED_FROM, signer)


@pytest.fixture(scope="module")
def revoking(trust: Trust, signer: SigningKey) -> Trust:
    return replace(
        trust,
        revocations=(Revocation(party="159", certificate=signer.certificate.sha256, since=REVOKED_FROM),),
    )


BEFORE, ON, AFTER = (datetime(2026, month, day, 12, tzinfo=UTC) for month, day in ((5, 31), (6, 1), (7, 1)))


@pytest.mark.parametrize(
    ("signed", "existed", "code"),
    [
        (AFTER, None, "signer-revoked"),
        (ON, ON, "signer-revoked"),
        (AFTER, BEFORE, "signer-revoked"),
        (BEFORE, None, "signing-time-unproven"),
        (BEFORE, ON, "signing-time-unproven"),
        (BEFORE, AFTER, "signing-time-unproven"),
        (BEFORE, BEFORE, None),
    ],
)
def test_a_revoked_key_counts_only_for_what_provably_existed_before(
    signed: datetime, existed: datetime | None, code: str | None, revoking: Trust, signer: SigningKey
) -> None:
    moments = Moments(signed=signed, now=LATER, existed=existed)

    assert fault_of_signer(signer.certificate, revoking, moments) == code


def test_of_two_notes_the_earlier_day_counts(revoking: Trust, signer: SigningKey) -> None:
    earlier = replace(revoking.revocations[0], since=date(2026, 4, 1))
    both = replace(revoking, revocations=(*revoking.revocations, earlier))

    assert both.revocation_of(signer.certificate) == earlier


def test_a_revoked_card_is_encrypted_to_no_more(trust: Trust, revoking: Trust) -> None:
    assert trust.card_of("159", NOW.date()) is not None
    assert revoking.card_of("159", NOW.date()) is None


def test_after_a_rotation_the_old_key_counts_only_for_earlier_days(card: bytes, signer: SigningKey) -> None:
    new = fresh()
    changed = replace(read_card(card_of("159", new, 2)), valid_from=date(2026, 6, 1))
    trust = pinned(card, write_card(changed, new, signer))

    def fault(day: datetime) -> str | None:
        return fault_of_signer(signer.certificate, trust, Moments(signed=day, now=LATER))

    assert [fault(day) for day in (BEFORE, ON, AFTER)] == [None, None, "card-replaced"]
    assert fault_of_signer(new.certificate, trust, Moments(signed=AFTER, now=LATER)) is None
    assert fault_of_signer(new.certificate, trust, Moments(signed=BEFORE, now=LATER)) == "card-not-valid-then"


def judged(content: bytes, trust: Trust) -> list[str | None]:
    return [one.code for one in open_container(reader(content), len(content), trust, now=LATER).signatures]


def test_a_container_says_that_its_signer_was_revoked_and_what_was_received_before_stays_good(
    sealed: bytes, revoking: Trust
) -> None:
    opened = open_container(reader(sealed), len(sealed), revoking, now=LATER)
    at_once = replace(revoking, revocations=(replace(revoking.revocations[0], since=NOW.date()),))

    assert opened.sender.code == "signing-time-unproven"
    assert opened.sender.detail == (
        "Signed by Jobcenter Gladsaxe on 2026-03-02 09:30:00 UTC, they say, with the key of gladsaxe.card, "
        "which was revoked later; nothing here proves that day, so ask the sender to seal anew."
    )
    assert judged(sealed, replace(revoking, seen={opened.sha256: BEFORE})) == [None]
    assert judged(sealed, replace(revoking, seen={opened.sha256: AFTER})) == ["signing-time-unproven"]
    said = open_container(reader(sealed), len(sealed), at_once, now=LATER).sender
    assert (said.code, said.detail) == (
        "signer-revoked",
        "Signed by Jobcenter Gladsaxe on 2026-03-02 09:30:00 UTC, when the key of gladsaxe.card was already revoked; ask the sender to seal anew.",
    )


def test_the_day_of_a_countersigned_package_is_that_of_the_package_without(
    sealed: bytes, revoking: Trust, stranger: SigningKey
) -> None:
    twice = countersign_container(sealed, signer=stranger, at=NOW)
    seen = open_container(reader(sealed), len(sealed), revoking, now=LATER).sha256
    known = replace(
        revoking, pins=(*revoking.pins, Pin(stranger.certificate, "other.pem")), seen={seen: BEFORE}
    )

    assert judged(twice, known) == [None, None]
    # A countersignature of somebody else whom we trust proves that day too; one of nobody we know, or of later, does not.
    assert judged(twice, replace(known, seen={})) == [None, None]
    assert judged(twice, replace(revoking, seen={})) == ["signing-time-unproven", "signer-unknown"]
    later = countersign_container(sealed, signer=stranger, at=AFTER)
    assert judged(later, replace(known, seen={})) == ["signing-time-unproven", None]


def test_a_certificate_that_ended_counts_only_for_what_provably_existed_before(
    sealed: bytes, trust: Trust, signer: SigningKey, stranger: SigningKey
) -> None:
    end = signer.certificate.not_after
    afterwards = end + timedelta(seconds=1)

    def told(content: bytes, trusting: Trust, now: datetime) -> list[str | None]:
        opened = open_container(reader(content), len(content), trusting, now=now)
        return [one.code for one in opened.signatures]

    sha256 = open_container(reader(sealed), len(sealed), trust, now=NOW).sha256
    assert told(sealed, trust, end) == [None]
    assert told(sealed, trust, afterwards) == ["signing-time-unproven"]
    assert told(sealed, replace(trust, seen={sha256: end}), afterwards) == [None]
    assert told(sealed, replace(trust, seen={sha256: afterwards}), afterwards) == ["signing-time-unproven"]
    both = replace(trust, pins=(*trust.pins, Pin(stranger.certificate, "other.pem")))
    twice = countersign_container(sealed, signer=stranger, at=NOW)
    # Both have ended by then, and each is proven by itself alone.
    assert told(twice, both, afterwards) == ["signing-time-unproven", "signing-time-unproven"]
    detail = open_container(reader(sealed), len(sealed), trust, now=afterwards).sender.detail
    assert detail == (
        "Signed by Jobcenter Gladsaxe on 2026-03-02 09:30:00 UTC, they say, with the certificate of gladsaxe.card, which ended on "
        f"{end.date()}; nothing here proves that day, so verify in the workspace that received it, name a receipt, "
        "or ask the sender to seal anew."
    )


def test_a_note_reads_back_and_only_its_own_key_can_write_it(
    note: bytes, signer: SigningKey, stranger: SigningKey
) -> None:
    read = read_revocation(note, [stranger.certificate, signer.certificate], "x.revocation")
    assert read == Revocation(party="159", certificate=signer.certificate.sha256, since=REVOKED_FROM)
    forged = replace_text(write_revocation("159", REVOKED_FROM, stranger), stranger, signer)

    assert refused(lambda: read_revocation(note, [stranger.certificate], "x.revocation")) == (
        "x.revocation revokes a certificate that is not trusted here; there is nothing to do."
    )
    assert refused(lambda: read_revocation(forged, [signer.certificate], "x.revocation")) == ALTERED_NOTE


ALTERED_NOTE = (
    "x.revocation is no revocation signed by the key it revokes, or was altered; ask its owner for it again."
)
ALTERED = "x.directory is no directory signed by its lead's card, or was altered; ask the lead jobcentre for it again."


def replace_text(content: bytes, old: SigningKey, new: SigningKey) -> bytes:
    return content.replace(old.certificate.sha256.encode(), new.certificate.sha256.encode())


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(KeyRefused) as refusal:
        do()
    return str(refusal.value)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_note_with_any_byte_altered_is_refused(
    data: st.DataObject, note: bytes, signer: SigningKey
) -> None:
    altered = one_byte(data, note)

    assert altered == note or refused(lambda: read_revocation(altered, [signer.certificate], "x"))


def one_byte(data: st.DataObject, content: bytes) -> bytes:
    at, byte = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 255))
    how = data.draw(st.sampled_from(["change", "cut", "insert"]))
    if how == "cut":
        return content[:at]
    return content[:at] + bytes([byte]) + content[at + (how == "change") :]


# ---- cards that replace cards


def test_what_a_card_is_to_those_trusted_here(card: bytes, signer: SigningKey) -> None:
    new, newer, thief = fresh(), fresh(), fresh()
    second = card_of("159", new, 2, signer)
    one, two = pinned(card), pinned(card, second)

    def standing(content: bytes, trust: Trust) -> Standing:
        return standing_of(read_card(content), trust)

    assert standing(card, Trust()) is Standing.NEW
    assert standing(card, one) is Standing.KNOWN
    assert standing(second, one) is Standing.VOUCHED
    assert standing(card_of("159", signer, 2), one) is Standing.VOUCHED  # another address, the same key
    assert standing(card_of("159", new, 2), one) is Standing.UNVOUCHED
    assert standing(card_of("159", new, 2, thief), one) is Standing.UNVOUCHED
    assert standing(card_of("159", new, 1), one) is Standing.CONFLICT
    assert standing(card_of("159", newer, 3, new), one) is Standing.UNVOUCHED  # two steps at once
    assert standing(card_of("159", newer, 3, new), two) is Standing.VOUCHED
    # Who stole the first key cannot pass over the second.
    assert standing(card_of("159", thief, 3, signer), two) is Standing.UNVOUCHED
    assert standing(card, pinned(second)) is Standing.OLDER
    assert standing(card_of("173", signer), one) is Standing.ANOTHERS
    note = Revocation(party="159", certificate=signer.certificate.sha256, since=REVOKED_FROM)
    taken_back = replace(one, revocations=(note,))
    assert standing(second, taken_back) is Standing.UNVOUCHED
    assert standing(card, taken_back) is Standing.REVOKED


def test_a_rotation_keeps_what_opens_the_past(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    create_keys(folder, Owner(parse_party("159"), "Jobcenter Gladsaxe", "aft@gladsaxe.example"), None, NOW)
    old_key, cards, letters = unlock_signing_key(folder, lambda: None), [own_card(folder, "159")], []
    for step in (1, 2):
        recipient = pyrage.x25519.Recipient.from_str(cards[-1].age_recipient)
        letters.append(pyrage.encrypt(b"letter %d" % step, [recipient]))
        prepare_rotation(folder, "159", None, NOW + timedelta(days=step))
        assert is_prepared(folder)
        finish_rotation(folder)
        cards.append(own_card(folder, "159"))
    identity = unlock_age(folder, lambda: None)

    assert [card.sequence for card in cards] == [1, 2, 3]
    assert [card.former for card in cards] == [None, cards[0].certificate, cards[1].certificate]
    assert len({card.age_recipient for card in cards}) == 3
    assert {card.mailbox for card in cards} == {"aft@gladsaxe.example"}
    assert [identity.decrypt(letter) for letter in letters] == [b"letter 1", b"letter 2"]
    assert {pin.certificate for pin in own_pins(folder, "159")} == {card.certificate for card in cards}
    assert unlock_key_of_card(folder, "159", 1, None).certificate == old_key.certificate
    trust = pinned((folder / "former-1.card").read_bytes())
    assert standing_of(cards[1], trust) is Standing.VOUCHED
    assert refused(lambda: unlock_key_of_card(folder, "159", 7, None)) == (
        f"{folder} holds no key of card 7; “enblanket keys show” lists ours."
    )


def test_a_rotation_keeps_the_passphrase(tmp_path: Path) -> None:
    folder, words = tmp_path / "keys", b"hyben og slaaen"
    create_keys(folder, Owner(parse_party("159"), "Jobcenter Gladsaxe"), words, NOW)
    prepare_rotation(folder, "159", words, NOW)
    finish_rotation(folder)

    assert len(unlock_age(folder, lambda: words).former) == 1
    assert unlock_key_of_card(folder, "159", 1, words).certificate.name == "Jobcenter Gladsaxe"
    assert not (folder / "identity.txt").exists()
    assert b"BEGIN PRIVATE KEY" not in (folder / "former-1.pem").read_bytes()


def test_an_interrupted_rotation_is_said_and_finished(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    create_keys(folder, Owner(parse_party("159"), "Jobcenter Gladsaxe"), None, NOW)
    prepare_rotation(folder, "159", None, NOW)
    said = "A rotation was interrupted; finish it with “enblanket keys rotate”."
    assert refused(lambda: unlock_signing_key(folder, lambda: None)) == said
    assert refused(lambda: unlock_age(folder, lambda: None)) == said
    # The machine dies after some of the files.
    staged = folder / "rotating"
    (staged / "signing.pem").replace(folder / "signing.pem")
    assert refused(lambda: unlock_signing_key(folder, lambda: None)) == said
    finish_rotation(folder)

    assert unlock_signing_key(folder, lambda: None).certificate == own_card(folder, "159").certificate
    assert not staged.exists()


def test_a_rotation_that_died_while_it_was_written_leaves_the_old_keys(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    create_keys(folder, Owner(parse_party("159"), "Jobcenter Gladsaxe"), None, NOW)
    prepare_rotation(folder, "159", None, NOW)
    (folder / "rotating" / "ready").unlink()

    assert unlock_signing_key(folder, lambda: None).certificate == own_card(folder, "159").certificate
    assert own_card(folder, "159").sequence == 1


def test_our_own_revoked_key_signs_no_more(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    create_keys(folder, Owner(parse_party("159"), "Jobcenter Gladsaxe"), None, NOW)
    key = unlock_signing_key(folder, lambda: None)
    (folder / "159-1-2026-06-01.revocation").write_bytes(write_revocation("159", REVOKED_FROM, key))

    assert refused(lambda: unlock_signing_key(folder, lambda: None)) == (
        "Our signing key was revoked; make a new one with “enblanket keys rotate”."
    )
    rotated = prepare_rotation(folder, "159", None, NOW)
    finish_rotation(folder)
    assert (rotated.vouched, rotated.new.former) == (False, None)
    assert unlock_signing_key(folder, lambda: None).certificate == rotated.new.certificate


# ---- directories


@pytest.fixture(scope="module")
def others() -> dict[str, SigningKey]:
    return {party: fresh(party) for party in ("173", "167")}


@pytest.fixture(scope="module")
def directory(signer: SigningKey, others: dict[str, SigningKey]) -> bytes:
    cards = [card_of(party, key) for party, key in others.items()]
    return write_directory(Edition("AFT-1", "159", 1, NOW.date()), cards, signer)


def read(content: bytes, trust: Trust) -> Directory:
    return read_directory(content, trust, "x.directory")


def test_a_directory_reads_back_for_who_trusts_its_lead(
    directory: bytes, trust: Trust, signer: SigningKey
) -> None:
    found = read(directory, trust)

    assert (found.agreement_id, found.lead, found.sequence, found.issued) == ("AFT-1", "159", 1, NOW.date())
    assert [card.party for card, _content in admitted(found, trust, "153")] == ["173", "167"]
    assert [card.party for card, _content in admitted(found, trust, "173")] == ["167"]
    assert refused(lambda: read(directory, Trust())) == (
        "x.directory is signed by 159, whose card is not trusted here; trust that card first, by its fingerprint."
    )
    bare = Trust((Pin(signer.certificate, "159.pem"),))
    assert "is not trusted here" in refused(lambda: read(directory, bare))


def test_only_the_lead_s_newest_key_vouches(
    directory: bytes, card: bytes, signer: SigningKey, revoking: Trust
) -> None:
    new = fresh()
    rotated = pinned(card, card_of("159", new, 2, signer))

    assert refused(lambda: read(directory, rotated)) == ALTERED
    assert "is not trusted here" in refused(lambda: read(directory, revoking))


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_directory_with_any_byte_altered_is_refused(
    data: st.DataObject, directory: bytes, trust: Trust
) -> None:
    altered = one_byte(data, directory)

    assert altered == directory or refused(lambda: read(altered, trust))


@pytest.mark.parametrize(
    ("edition", "count"),
    [
        (Edition("AFT-1", "159", 0, NOW.date()), 1),
        (Edition("AFT-1", "159", 10**30, NOW.date()), 1),
        (Edition("AFT-1", "0159", 1, NOW.date()), 1),
        (Edition("AFT-1", "159", 1, NOW.date()), 2),
    ],
    ids=["sequence 0", "endless sequence", "another form of the lead", "a party twice"],
)
def test_a_directory_that_says_the_impossible_is_refused_though_signed(
    edition: Edition, count: int, signer: SigningKey, others: dict[str, SigningKey], trust: Trust
) -> None:
    content = write_directory(edition, [card_of("173", others["173"])] * count, signer)

    assert refused(lambda: read(content, trust)) == ALTERED


@pytest.mark.parametrize("agreement", ["", "../x", "a b", "x" * 65, "å", "-x"])
def test_an_agreement_that_cannot_name_a_file_names_no_directory(agreement: str, signer: SigningKey) -> None:
    said = refused(lambda: write_directory(Edition(agreement, "159", 1, NOW.date()), [b"{}"], signer))

    assert said.endswith("cannot name a directory: letters, digits, “.”, “_” and “-” only.")


def test_an_empty_directory_is_not_made(signer: SigningKey) -> None:
    assert refused(lambda: write_directory(Edition("AFT-1", "159", 1, NOW.date()), [], signer)) == (
        "A directory needs a card; trust those of the other parties first."
    )


def test_a_card_that_contradicts_a_trusted_one_is_refused_by_name(
    directory: bytes, card: bytes, others: dict[str, SigningKey]
) -> None:
    said = (
        "The directory's card of Jobcenter 173 (173) contradicts the one that is trusted here; "
        "nothing of it is taken, ask 173 for its card and compare the fingerprint."
    )
    other = pinned(card, card_of("173", fresh("173")))
    known = pinned(card, card_of("173", others["173"]))
    newer = pinned(card, card_of("173", others["173"]), card_of("173", fresh("173"), 2, others["173"]))
    note = Revocation(party="173", certificate=others["173"].certificate.sha256, since=REVOKED_FROM)
    revoked = replace(known, revocations=(note,))

    assert refused(lambda: admitted(read(directory, other), other, "153")) == said
    assert refused(lambda: admitted(read(directory, revoked), revoked, "153")) == said
    assert [one.party for one, _content in admitted(read(directory, newer), newer, "153")] == ["167"]


def test_notes_may_be_named_beside_cards_without_a_workspace(
    card: bytes, note: bytes, signer: SigningKey, tmp_path: Path
) -> None:
    (tmp_path / "a.revocation").write_bytes(note)
    (tmp_path / "b.card").write_bytes(card)
    trust = trust_from_files([tmp_path / "a.revocation", tmp_path / "b.card"])

    assert trust.revocation_of(signer.certificate) is not None

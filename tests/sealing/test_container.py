"""The container as a whole: what was sealed opens, and nothing in it can be altered, left out, added or swapped."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import KeyRefused, PackageRefused
from exchange.sealing.archive import read_archive, write_archive
from exchange.sealing.cades import sign_detached
from exchange.sealing.cards import read_card
from exchange.sealing.container import (
    Container,
    countersign_container,
    open_container,
    reader,
    seal_container,
)
from exchange.sealing.manifest import write_manifest
from exchange.sealing.signing import SigningKey, new_signing_key, party_name
from exchange.sealing.trust import Pin, Trust

MANIFEST, SIGNATURE = "META-INF/ASiCManifest001.xml", "META-INF/signature001.p7s"
Opened = Callable[[bytes], Container]


@pytest.fixture
def opened(trust: Trust, now: datetime) -> Opened:
    return lambda content: open_container(reader(content), len(content), trust, now=now)


def verdict(opened: Opened, content: bytes) -> str:
    """Return why a container is refused, by itself or by a signature; empty where it holds."""
    try:
        container = opened(content)
    except PackageRefused as refusal:
        return refusal.code
    return next((signature.code for signature in container.signatures if signature.code), "")


def entries_of(content: bytes) -> dict[str, bytes]:
    return dict(read_archive(reader(content), len(content)))


def test_what_was_sealed_opens(
    opened: Opened, sealed: bytes, payload: dict[str, bytes], signer: SigningKey, now: datetime
) -> None:
    container = opened(sealed)

    assert list(container.files.items()) == list(payload.items())
    assert container.ok
    assert container.sha256 == hashlib.sha256(sealed).hexdigest()
    assert (container.sender.number, container.sender.at) == (1, now)
    assert container.sender.certificate == signer.certificate
    assert container.sender.pin is not None
    assert container.sender.pin.party == "159"
    assert container.sender.detail == (
        "Signed by Jobcenter Gladsaxe on 2026-03-02 09:30:00 UTC, known from gladsaxe.card."
    )


def test_the_twin_of_a_signature_holds_as_other_bytes(
    opened: Opened, sealed: bytes, signer: SigningKey
) -> None:
    """Of an ECDSA signature (r, s) anybody can make (r, n − s) without the key; docs/security.md says what that means."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2, 2.4.2)
    entries = entries_of(sealed)
    envelope = cms.ContentInfo.load(entries[SIGNATURE])
    (signed,) = envelope["content"]["signer_infos"]
    r, s = decode_dss_signature(signed["signature"].native)
    signed["signature"] = encode_dss_signature(r, order - s)
    twin = write_archive([*{**entries, SIGNATURE: envelope.dump(force=True)}.items()])

    assert opened(twin).ok
    assert opened(twin).sender.certificate == signer.certificate
    assert dict(opened(twin).files) == dict(opened(sealed).files)
    assert opened(twin).sha256 != opened(sealed).sha256


def test_the_entries_stand_in_the_order_of_the_specification(
    sealed: bytes, payload: dict[str, bytes]
) -> None:
    assert list(entries_of(sealed)) == ["mimetype", *payload, "SHA256SUMS", MANIFEST, SIGNATURE]


def test_the_same_facts_give_the_same_bytes_up_to_the_signature(
    payload: dict[str, bytes], signer: SigningKey, now: datetime, sealed: bytes
) -> None:
    again = seal_container(payload, signer=signer, at=now)
    name = SIGNATURE.encode()
    local_header = sealed.rindex(name, 0, sealed.rindex(name)) - 30

    assert sealed[local_header : local_header + 4] == b"PK\x03\x04"
    assert sealed[:local_header] == again[:local_header]


def test_an_unpinned_signer_is_unknown_and_its_fingerprint_is_told(
    payload: dict[str, bytes], stranger: SigningKey, now: datetime, opened: Opened
) -> None:
    """The stranger calls itself what the signer is called; only the whole certificate counts."""
    container = opened(seal_container(payload, signer=stranger, at=now))

    assert not container.ok
    assert (container.sender.code, container.sender.pin) == ("signer-unknown", None)
    assert container.sender.detail == (
        "Signed on 2026-03-02 09:30:00 UTC by somebody who calls themselves Jobcenter Gladsaxe and is not trusted "
        f"here; compare the fingerprint {stranger.certificate.fingerprint} by phone, then “enblanket keys trust”."
    )


def test_nobody_is_trusted_at_first(sealed: bytes, now: datetime) -> None:
    container = open_container(reader(sealed), len(sealed), Trust(), now=now)

    assert container.sender.code == "signer-unknown"


def test_a_bare_certificate_can_be_pinned(sealed: bytes, signer: SigningKey, now: datetime) -> None:
    container = open_container(
        reader(sealed), len(sealed), Trust((Pin(signer.certificate, "trust.pem"),)), now=now
    )

    assert container.ok


@pytest.mark.parametrize(
    ("behind", "code"), [(timedelta(hours=23), ""), (timedelta(days=2), "signing-time-future")]
)
def test_a_signature_from_the_future_does_not_hold(
    behind: timedelta, code: str, sealed: bytes, trust: Trust, now: datetime
) -> None:
    earlier = now - behind

    assert verdict(lambda c: open_container(reader(c), len(c), trust, now=earlier), sealed) == code


def test_a_signature_outside_its_card_does_not_hold(sealed: bytes, card: bytes, now: datetime) -> None:
    over = replace(read_card(card), valid_to=now.date() - timedelta(days=1))
    container = open_container(
        reader(sealed), len(sealed), Trust((Pin(over.certificate, "old.card", over),)), now=now
    )

    assert container.sender.code == "card-not-valid-then"


def test_a_countersignature_covers_the_first(
    sealed: bytes, signer: SigningKey, stranger: SigningKey, now: datetime, payload: dict[str, bytes]
) -> None:
    both = countersign_container(sealed, signer=stranger, at=now + timedelta(hours=1))
    trust = Trust((Pin(signer.certificate, "a"), Pin(stranger.certificate, "b")))
    container = open_container(reader(both), len(both), trust, now=now)

    assert dict(container.files) == payload
    assert [(s.ok, s.certificate) for s in container.signatures] == [
        (True, signer.certificate),
        (True, stranger.certificate),
    ]
    assert f'URI="{SIGNATURE}"' in entries_of(both)["META-INF/ASiCManifest002.xml"].decode()


def test_a_countersignature_by_a_stranger_spoils_the_whole(
    sealed: bytes, stranger: SigningKey, now: datetime, opened: Opened
) -> None:
    assert verdict(opened, countersign_container(sealed, signer=stranger, at=now)) == "signer-unknown"


def test_signatures_are_limited(sealed: bytes, signer: SigningKey, now: datetime) -> None:
    for _turn in range(8):
        sealed = countersign_container(sealed, signer=signer, at=now)

    with pytest.raises(PackageRefused) as refusal:
        countersign_container(sealed, signer=signer, at=now)
    assert refusal.value.code == "container-signatures"


@pytest.mark.parametrize("name", ["mimetype", "SHA256SUMS", "META-INF/x.xml"])
def test_names_of_the_container_itself_are_not_payload(name: str, signer: SigningKey, now: datetime) -> None:
    with pytest.raises(PackageRefused) as refusal:
        seal_container({name: b""}, signer=signer, at=now)

    assert refusal.value.code == "container-reserved-name"
    assert str(refusal.value) == (
        f"The package's file “{name}” is refused (container-reserved-name); ask the sender for a new package."
    )


def test_an_old_key_does_not_seal(payload: dict[str, bytes], signer: SigningKey, now: datetime) -> None:
    with pytest.raises(KeyRefused):
        seal_container(payload, signer=signer, at=now + timedelta(days=4000))


def test_the_tools_of_an_auditor_agree(
    sealed: bytes, signer: SigningKey, now: datetime, tmp_path: Path
) -> None:
    package, trust, unpacked = tmp_path / "p.asice", tmp_path / "trust.pem", tmp_path / "files"
    package.write_bytes(sealed)
    trust.write_bytes(signer.certificate.pem())
    subprocess.run(["unzip", "-q", str(package), "-d", str(unpacked)], check=True)

    sums = ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"]
    verify = [
        "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", SIGNATURE, "-content", MANIFEST,
        "-CAfile", str(trust), "-purpose", "any", "-attime", str(int(now.timestamp())), "-out", "/dev/null",
    ]  # fmt: skip
    for command in (sums, verify):
        subprocess.run(command, cwd=unpacked, check=True, capture_output=True)


def test_every_flipped_byte_is_refused(sealed: bytes, opened: Opened) -> None:
    unnoticed = [
        (position, mask)
        for position in range(len(sealed))
        for mask in (0x01, 0x80, 0xFF)
        if not verdict(opened, flipped(sealed, position, mask))
    ]

    assert unnoticed == []


def flipped(content: bytes, position: int, mask: int) -> bytes:
    return content[:position] + bytes([content[position] ^ mask]) + content[position + 1 :]


def test_every_byte_flipped_inside_a_file_is_refused_though_the_zip_is_whole(
    sealed: bytes, opened: Opened
) -> None:
    """Somebody who alters a file writes a new CRC; then only digests and signature are left to tell.

    Of the signature each seventh byte: ``test_cades`` flips them all.
    """
    entries = entries_of(sealed)
    unnoticed = [
        (name, position)
        for name, content in entries.items()
        for position in range(0, len(content), 7 if name.endswith(".p7s") else 1)
        if not verdict(opened, rewritten(entries, {name: flipped(content, position, 0x01)}))
    ]

    assert unnoticed == []


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_alteration_is_refused(data: st.DataObject, sealed: bytes, trust: Trust, now: datetime) -> None:
    altered = bytearray(sealed)
    for _turn in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(altered)))
        altered[start : start + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))

    content = bytes(altered)
    refused = verdict(lambda c: open_container(reader(c), len(c), trust, now=now), content)
    assert refused or content == sealed


def rewritten(entries: dict[str, bytes], changes: dict[str, bytes | None]) -> bytes:
    """Return the archive with entries replaced, added (at the end) or, by None, left out."""
    merged: dict[str, bytes | None] = {**entries, **changes}
    return write_archive([(name, content) for name, content in merged.items() if content is not None])


def sums_of(entries: dict[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in entries.items()).encode()


def forged(sealed: bytes, changes: dict[str, bytes | None], mended: Collection[str]) -> bytes:
    """Return the container with files changed and, where asked, its lists made to fit; the signature is the old one."""
    entries = entries_of(sealed)
    tail = {name: entries.pop(name) for name in ("SHA256SUMS", MANIFEST, SIGNATURE)}
    merged: dict[str, bytes | None] = {**entries, **changes}
    files = {name: content for name, content in merged.items() if content is not None}
    if "sums" in mended:
        tail["SHA256SUMS"] = sums_of(files)
    above = {**files, "SHA256SUMS": tail["SHA256SUMS"]}
    if "manifest" in mended:
        tail[MANIFEST] = write_manifest(SIGNATURE, above)
    return write_archive([*above.items(), (MANIFEST, tail[MANIFEST]), (SIGNATURE, tail[SIGNATURE])])


@pytest.mark.parametrize(
    ("changes", "mended", "code"),
    [
        ({"empty.csv": b"1"}, [], "container-sums-differ"),
        ({"empty.csv": b"1"}, ["sums"], "container-digest"),
        ({"empty.csv": b"1"}, ["manifest"], "container-sums-differ"),
        ({"empty.csv": b"1"}, ["sums", "manifest"], "signature-content"),
        ({"more.csv": b""}, [], "container-sums-differ"),
        ({"more.csv": b""}, ["sums"], "container-unlisted-file"),
        ({"more.csv": b""}, ["sums", "manifest"], "signature-content"),
        ({"empty.csv": None}, [], "container-sums-differ"),
        ({"empty.csv": None}, ["sums"], "container-missing-file"),
        ({"empty.csv": None}, ["sums", "manifest"], "signature-content"),
        ({}, ["sums", "manifest"], ""),
    ],
)
def test_a_changed_file_is_found_by_the_first_list_that_does_not_fit(
    changes: dict[str, bytes | None], mended: list[str], code: str, sealed: bytes, opened: Opened
) -> None:
    assert verdict(opened, forged(sealed, changes, mended)) == code


def reordered(sealed: bytes, names: list[str]) -> bytes:
    entries = entries_of(sealed)
    return write_archive(
        [(name, entries[name]) for name in [*(n for n in entries if n not in names), *names]]
    )


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda s: rewritten(entries_of(s), {SIGNATURE: None}), "container-signature-missing"),
        (lambda s: rewritten(entries_of(s), {MANIFEST: None}), "container-manifest-missing"),
        (lambda s: rewritten(entries_of(s), {MANIFEST: None, SIGNATURE: None}), "container-manifest-missing"),
        (lambda s: rewritten(entries_of(s), {"SHA256SUMS": None}), "container-sums-missing"),
        (lambda s: rewritten(entries_of(s), {"META-INF/manifest.xml": b""}), "container-unknown-metadata"),
        (lambda s: rewritten(entries_of(s), {"meta-inf/x": b""}), "container-unknown-metadata"),
        (
            lambda s: rewritten(entries_of(s), {"META-INF/signature002.p7s": b""}),
            "container-unknown-metadata",
        ),
        (
            lambda s: rewritten(entries_of(s), {"META-INF/ASiCManifest002.xml": b""}),
            "container-signature-missing",
        ),
        (lambda s: rewritten(entries_of(s), {"after.csv": b""}), "container-order"),
        (lambda s: reordered(s, ["SHA256SUMS", "empty.csv", MANIFEST, SIGNATURE]), "container-order"),
        (lambda s: reordered(s, [SIGNATURE, MANIFEST]), "container-manifest-missing"),
        (
            lambda s: reordered(s, ["data/placements.csv", "SHA256SUMS", MANIFEST, SIGNATURE]),
            "container-sums-differ",
        ),
    ],
)
def test_a_container_that_is_not_one_whole_is_refused(
    make: Callable[[bytes], bytes], code: str, sealed: bytes, opened: Opened
) -> None:
    assert verdict(opened, make(sealed)) == code


def test_a_signature_of_another_container_is_refused(
    sealed: bytes, signer: SigningKey, now: datetime, opened: Opened
) -> None:
    other = entries_of(seal_container({"datapackage.json": b"{}"}, signer=signer, at=now))

    assert (
        verdict(opened, rewritten(entries_of(sealed), {SIGNATURE: other[SIGNATURE]})) == "signature-content"
    )
    assert (
        verdict(
            opened, rewritten(entries_of(sealed), {SIGNATURE: other[SIGNATURE], MANIFEST: other[MANIFEST]})
        )
        == "container-digest"
    )


def test_a_manifest_that_names_another_signature_is_refused(
    sealed: bytes, signer: SigningKey, now: datetime, opened: Opened
) -> None:
    entries = entries_of(sealed)
    manifest = entries[MANIFEST].replace(b"signature001", b"signature002")
    signature = sign_detached(manifest, signer, now)

    assert (
        verdict(opened, rewritten(entries, {MANIFEST: manifest, SIGNATURE: signature}))
        == "container-other-signature"
    )


def test_a_countersignature_cannot_be_moved_to_another_first_signature(
    sealed: bytes, signer: SigningKey, payload: dict[str, bytes], now: datetime, opened: Opened
) -> None:
    counter = entries_of(countersign_container(sealed, signer=signer, at=now))
    fresh = entries_of(seal_container(payload, signer=signer, at=now + timedelta(seconds=1)))
    moved = write_archive([*fresh.items(), *list(counter.items())[-2:]])

    assert verdict(opened, moved) == "container-digest"


def test_the_card_s_signature_is_none_for_a_manifest(
    sealed: bytes, signer: SigningKey, opened: Opened
) -> None:
    """A raw signature of the same key, however it was got, is no CMS signature with signed attributes."""
    raw = signer.sign(entries_of(sealed)[MANIFEST])

    assert verdict(opened, rewritten(entries_of(sealed), {SIGNATURE: raw})) == "signature-unreadable"
    pem = (
        b"-----BEGIN CMS-----\n" + base64.b64encode(entries_of(sealed)[SIGNATURE]) + b"\n-----END CMS-----\n"
    )
    assert verdict(opened, rewritten(entries_of(sealed), {SIGNATURE: pem})) == "signature-unreadable"


def test_a_name_in_a_certificate_is_shown_without_its_tricks(now: datetime) -> None:
    with pytest.raises(KeyRefused) as refusal:
        new_signing_key(party_name("Jobcenter\x1b[2J"), "159", now)

    assert str(refusal.value) == (
        "“Jobcenter[2J” is no party's name: give 1 to 64 printable characters without blanks around them."
    )

"""Keys as authorities hand them out, made by openssl here: what opens, and one sentence for each that does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import pkcs12 as asn1_pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import KeyRefused
from exchange.parties import parse_party
from exchange.sealing.issued import open_issued
from exchange.sealing.keys import (
    Owner,
    create_keys,
    own_card,
    own_chain,
    unlock_signing_key,
)
from exchange.sealing.signing import SigningKey
from tests.sealing.issued import (
    AUTHORITY,
    ED25519,
    ENCRYPTS,
    KOBLITZ,
    P256,
    P384,
    P521,
    RSA2048,
    RSA3072,
    Authority,
    openssl,
)

WORDS = "rugbrød og rejesalat"
OWNER = Owner(parse_party("159"), "Opdigtet Kommune")


def now() -> datetime:
    return datetime.now(UTC)


def opened(
    content: bytes, words: str | None = WORDS, at: datetime | None = None, name: str = "oces.p12"
) -> SigningKey:
    secret = None if words is None else words.encode()
    return open_issued(name, content, lambda: secret, at or now())


def refusal_of(
    content: bytes, words: str | None = WORDS, at: datetime | None = None, name: str = "oces.p12"
) -> str:
    with pytest.raises(KeyRefused) as refusal:
        opened(content, words, at, name)
    said = str(refusal.value)
    assert WORDS not in said
    return said


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.founded(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def chain(authority: Authority) -> Path:
    """Intermediate and root in one file, as an export carries them."""
    path = authority.folder / "chain.pem"
    path.write_bytes(
        authority.of("root").certificate.read_bytes() + authority.of("intermediate").certificate.read_bytes()
    )
    return path


@pytest.fixture(scope="module")
def container(authority: Authority, chain: Path) -> bytes:
    return authority.issue("leaf", P256).pkcs12(WORDS, "-certfile", chain)


@pytest.mark.parametrize("kind", [P256, P384, RSA3072], ids=["P-256", "P-384", "RSA 3072"])
@pytest.mark.parametrize("form", ["PKCS#12", "PKCS#8", "bare PKCS#8"])
def test_what_an_authority_hands_out_is_opened_with_its_intermediate(
    form: str, kind: tuple[str, ...], authority: Authority, chain: Path
) -> None:
    leaf = authority.issue(f"kept-{kind[-1][-4:].replace(':', '')}", kind)
    locking = ("-v2", "aes-256-cbc", "-passout", "stdin") if form == "PKCS#8" else ("-nocrypt",)
    pem = openssl("pkcs8", "-topk8", "-in", leaf.key, *locking, given=f"{WORDS}\n".encode())
    content = (
        leaf.pkcs12(WORDS, "-certfile", chain)
        if form == "PKCS#12"
        else chain.read_bytes() + pem + leaf.certificate.read_bytes()
    )
    key = opened(content, None if form == "bare PKCS#8" else WORDS)

    assert key.certificate.der == leaf.der()
    assert key.chain == (authority.of("intermediate").der(),)
    assert key.certificate.verifies(key.sign(b"content"), b"content")


def test_an_issued_key_is_kept_under_scrypt_and_our_own_passphrase(
    container: bytes, authority: Authority, tmp_path: Path
) -> None:
    key, folder = opened(container), tmp_path / "keys"
    create_keys(folder, OWNER, b"our own words", now(), issued=key)
    again = unlock_signing_key(folder, lambda: b"our own words")

    assert again.certificate == key.certificate == own_card(folder, "159").certificate
    assert again.chain == own_chain(folder) == (authority.of("intermediate").der(),)
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in (folder / "signing.pem").read_bytes()
    assert b"scrypt" in openssl("asn1parse", "-in", folder / "signing.pem")


def test_a_self_signed_container_has_no_chain(authority: Authority, container: bytes) -> None:
    assert opened(authority.issue("alone", P256, by=None).pkcs12(WORDS)).chain == ()
    assert opened(container).chain == (authority.of("intermediate").der(),)


OLD = (
    "oces.p12 is locked with an old cipher (RC2, DES or the like) that no longer protects a key; "
    "export it again with AES-256, as “openssl pkcs12 -export” of OpenSSL 3 does."
)
DAMAGED = (
    "oces.p12 is no PKCS#12 and no PEM that can be read, or it is damaged; export key and certificate again."
)
LACKS = "oces.p12 lacks the key or its certificate; export both into one file."
UNFIT = (
    "oces.p12 cannot sign packages: use ECDSA P-256 or P-384, or RSA of at least 3072 bits, "
    "since OpenSSL cannot verify Ed25519 in CMS."
)


@pytest.mark.parametrize(
    "options",
    [
        ("-legacy",),
        ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "AES-256-CBC"),
        ("-keypbe", "AES-256-CBC", "-certpbe", "PBE-SHA1-3DES"),
        ("-legacy", "-keypbe", "PBE-SHA1-RC2-40", "-certpbe", "AES-256-CBC"),
        ("-keypbe", "DES-EDE3-CBC", "-certpbe", "AES-128-CBC"),
    ],
    ids=["-legacy", "3DES key", "3DES certificate", "RC2 key", "PBES2 with 3DES"],
)
def test_old_ciphers_are_refused_whatever_the_passphrase(
    options: tuple[str, ...], authority: Authority
) -> None:
    content = authority.issue("leaf", P256).pkcs12(WORDS, *options)

    assert refusal_of(content) == refusal_of(content, "wrong") == OLD


def test_an_old_cipher_over_pkcs8_is_refused(authority: Authority) -> None:
    leaf = authority.issue("leaf", P256)
    pem = openssl(
        *("pkcs8", "-topk8", "-in", leaf.key, "-v1", "PBE-SHA1-3DES", "-passout", "stdin"),
        given=f"{WORDS}\n".encode(),
    )

    assert refusal_of(pem + leaf.certificate.read_bytes()) == OLD


@pytest.mark.parametrize(
    ("kind", "extensions", "said"),
    [
        (P521, None, UNFIT),
        (KOBLITZ, None, UNFIT),
        (RSA2048, None, UNFIT),
        (ED25519, None, UNFIT),
        (
            P256,
            ENCRYPTS,
            "oces.p12: the certificate does not say that its key may sign; use another certificate.",
        ),
        (
            P256,
            AUTHORITY,
            "oces.p12: this is the certificate of an authority, not of somebody who signs; use another certificate.",
        ),
    ],
    ids=["P-521", "secp256k1", "RSA 2048", "Ed25519", "encrypts only", "authority"],
)
def test_keys_that_may_not_sign_packages_are_refused(
    kind: tuple[str, ...], extensions: str | None, said: str, authority: Authority
) -> None:
    name = f"unfit-{kind[-1][-4:].replace(':', '')}-{len(extensions or '')}"
    leaf = authority.issue(name, kind, extensions) if extensions else authority.issue(name, kind)

    assert refusal_of(leaf.pkcs12(WORDS)) == said
    pem = openssl("pkcs8", "-topk8", "-nocrypt", "-in", leaf.key) + leaf.certificate.read_bytes()
    assert refusal_of(pem) == said


def test_the_passphrase_must_fit(container: bytes, authority: Authority) -> None:
    assert refusal_of(container, "wrong") == "The passphrase does not open oces.p12; type it again."
    assert refusal_of(container, "") == "The passphrase does not open oces.p12; type it again."
    locked = "oces.p12 is locked; give its passphrase at the prompt or with --passphrase-fd."
    assert refusal_of(container, None) == locked
    leaf = authority.issue("leaf", P256)
    pem = openssl("pkcs8", "-topk8", "-in", leaf.key, "-passout", "stdin", given=f"{WORDS}\n".encode())
    assert refusal_of(pem, "wrong") == "The passphrase does not open oces.p12; type it again."
    assert refusal_of(pem, None) == locked


def test_the_certificate_must_be_valid_today(container: bytes) -> None:
    today = now()

    assert refusal_of(container, at=today - timedelta(days=2)) == (
        f"The certificate in oces.p12 is valid from {today.date()} only; wait until then, or see to the clock."
    )
    ends = opened(container).certificate.not_after.date()
    assert refusal_of(container, at=today + timedelta(days=3651)) == (
        f"The certificate in oces.p12 expired on {ends}; ask its authority for a new one."
    )


def test_key_and_certificate_must_both_be_there_and_be_a_pair(authority: Authority, chain: Path) -> None:
    leaf, other = authority.issue("leaf", P256), authority.issue("other", P256)
    without_key = openssl(
        *("pkcs12", "-export", "-nokeys", "-in", leaf.certificate, "-passout", "stdin"),
        given=f"{WORDS}\n".encode(),
    )
    without_certificate = openssl(
        *("pkcs12", "-export", "-nocerts", "-inkey", leaf.key, "-in", leaf.key, "-passout", "stdin"),
        given=f"{WORDS}\n".encode(),
    )
    bare = openssl("pkcs8", "-topk8", "-nocrypt", "-in", leaf.key)

    assert refusal_of(without_key) == refusal_of(without_certificate) == refusal_of(bare) == LACKS
    assert refusal_of(leaf.certificate.read_bytes()) == LACKS
    assert refusal_of(bare + other.certificate.read_bytes() + chain.read_bytes()) == (
        "oces.p12 holds a key and the certificate of another; export both of one pair."
    )


def two_keys(authority: Authority) -> bytes:
    """Two exports in one: openssl makes none, but key stores of Java do."""
    one, other = (
        asn1_pkcs12.Pfx.load(authority.issue(name, P256).pkcs12(WORDS)) for name in ("leaf", "other")
    )
    parts = [*one.authenticated_safe, *other.authenticated_safe]
    safe = asn1_pkcs12.AuthenticatedSafe(parts).dump()
    one["auth_safe"] = {"content_type": "data", "content": safe}
    return bytes(one.dump(force=True))


def test_two_keys_are_refused(authority: Authority) -> None:
    said = "oces.p12 holds several keys; export the one that shall sign into a file of its own."
    pems = b"".join(
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", authority.issue(name, P256).key)
        for name in ("leaf", "other")
    )

    assert refusal_of(two_keys(authority)) == said
    assert refusal_of(pems + authority.of("leaf").certificate.read_bytes()) == said


def test_a_key_in_an_older_form_is_refused_with_the_command_that_converts_it(authority: Authority) -> None:
    leaf = authority.issue("leaf", P256)
    old = openssl("ec", "-in", leaf.key)

    assert b"BEGIN EC PRIVATE KEY" in old
    assert refusal_of(old + leaf.certificate.read_bytes()) == (
        "oces.p12 is not PKCS#8; convert it with “openssl pkcs8 -topk8 -in KEY -out NEW”."
    )


def endless(container: bytes) -> bytes:
    whole = asn1_pkcs12.Pfx.load(container)
    whole["mac_data"]["iterations"] = 2**31 - 1
    return bytes(whole.dump(force=True))


@pytest.mark.parametrize(
    "make",
    [
        lambda _c: b"",
        lambda _c: b"\x30\x80",
        lambda _c: b"PK\x03\x04",
        lambda c: c[:-1],
        lambda c: c + b"\0",
        lambda c: c + bytes(300_000),
        lambda c: openssl("base64", "-e", given=c),
        endless,
        lambda _c: b"-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n",
        lambda _c: b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        lambda _c: b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ],
    ids=[
        "empty", "a beginning", "a ZIP", "cut", "a byte more", "too long", "base64", "endless rounds", "no base64",
        "no key", "no locked key",
    ],
)  # fmt: skip
def test_what_is_no_container_is_refused(make: Callable[[bytes], bytes], container: bytes) -> None:
    assert refusal_of(make(container)) == DAMAGED


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_container_with_any_byte_altered_is_refused_in_a_sentence_or_opens_the_same_key(
    data: st.DataObject, container: bytes
) -> None:
    position, byte = data.draw(st.integers(0, len(container) - 1)), data.draw(st.integers(0, 255))
    altered = container[:position] + bytes([byte]) + container[position + 1 :]
    try:
        said = opened(altered).certificate.fingerprint
    except KeyRefused as refusal:
        said = str(refusal)

    assert "oces.p12" in said or said == opened(container).certificate.fingerprint

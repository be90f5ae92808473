"""Own keys: what lies in the folder, what opens it, and that nothing secret is ever said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from exchange.errors import KeyRefused
from exchange.parties import parse_party
from exchange.sealing.keys import (
    Owner,
    create_keys,
    own_card,
    own_certificate,
    own_recipient,
    register_key,
    unlock_age,
    unlock_signing_key,
)
from exchange.sealing.signing import SigningKey

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
OWNER = Owner(parse_party("159"), "Jobcenter Gladsaxe", "aft@gladsaxe.example")
PASSPHRASE = "kløverblad og havtorn".encode()


def never() -> bytes | None:
    raise AssertionError("the passphrase was asked for")


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locked") / "keys"
    create_keys(folder, OWNER, PASSPHRASE, NOW)
    return folder


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys", OWNER, None, NOW)
    return tmp_path / "keys"


def test_the_folder_holds_what_its_description_says(locked: Path, bare: Path) -> None:
    common = {"159.card", "recipient.txt", "register.age", "signing.crt", "signing.pem"}

    assert {path.name for path in locked.iterdir()} == common | {"identity.age"}
    assert {path.name for path in bare.iterdir()} == common | {"identity.txt"}


def test_the_passphrase_opens_everything(locked: Path) -> None:
    key = unlock_signing_key(locked, lambda: PASSPHRASE)
    identity = unlock_age(locked, lambda: PASSPHRASE)

    assert key.certificate == own_certificate(locked) == own_card(locked, "159").certificate
    assert key.certificate.verifies(key.sign(b"content"), b"content")
    assert identity.recipient == own_recipient(locked) == own_card(locked, "159").age_recipient
    assert len(register_key(locked, identity)) == 32


def test_without_a_passphrase_none_is_asked_for(bare: Path) -> None:
    assert unlock_signing_key(bare, never).certificate == own_certificate(bare)
    assert register_key(bare, unlock_age(bare, never)) != b""


def test_the_signing_key_lies_under_scrypt(locked: Path) -> None:
    """N 2^14, r 8, p 5: what OWASP's table of 2023 holds equal to 2^17, 8, 1."""
    shown = subprocess.run(
        ["openssl", "asn1parse", "-in", str(locked / "signing.pem")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    told = [line.rpartition(":")[2] for line in shown.splitlines() if "OBJECT" in line or "INTEGER" in line]

    assert told == ["PBES2", "scrypt", "4000", "08", "05", "aes-256-cbc"]


def test_openssl_opens_the_signing_key(locked: Path) -> None:
    done = subprocess.run(
        ["openssl", "pkcs8", "-in", str(locked / "signing.pem"), "-passin", "stdin"],
        input=PASSPHRASE + b"\n", capture_output=True, check=True,
    )  # fmt: skip
    key = load_pem_private_key(done.stdout, None)

    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.public_key() == own_certificate(locked).public_key


def test_the_certificate_says_who_may_do_what_for_how_long(locked: Path) -> None:
    certificate = x509.load_pem_x509_certificate((locked / "signing.crt").read_bytes())
    subject = {attribute.oid: attribute.value for attribute in certificate.subject}
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value

    assert subject == {
        NameOID.ORGANIZATION_NAME: "Jobcenter Gladsaxe",
        NameOID.COMMON_NAME: "Jobcenter Gladsaxe",
        NameOID.SERIAL_NUMBER: "159",
    }
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.not_valid_before_utc == NOW
    assert certificate.not_valid_after_utc == NOW + timedelta(days=1827)


@pytest.mark.parametrize(
    ("passphrase", "signing", "age"),
    [
        (
            b"wrong",
            "The passphrase does not open signing.pem; type it again.",
            "The passphrase does not open identity.age; type it again.",
        ),
        (
            None,
            "signing.pem is locked; give its passphrase at the prompt or with --passphrase-fd.",
            "identity.age is locked; give its passphrase at the prompt or with --passphrase-fd.",
        ),
    ],
)
def test_another_passphrase_opens_nothing(
    passphrase: bytes | None, signing: str, age: str, locked: Path
) -> None:
    with pytest.raises(KeyRefused) as of_signing:
        unlock_signing_key(locked, lambda: passphrase)
    with pytest.raises(KeyRefused) as of_age:
        unlock_age(locked, lambda: passphrase)

    assert (str(of_signing.value), str(of_age.value)) == (signing, age)
    assert of_signing.value.__cause__ is None
    assert of_signing.value.__suppress_context__


@pytest.mark.parametrize(
    ("passphrase", "message"),
    [
        (b"", "The passphrase is empty; give one, or choose --no-passphrase."),
        (b"\xff\xfe", "The passphrase is not UTF-8 text; type it again."),
    ],
)
def test_a_passphrase_that_protects_nothing_makes_no_keys(
    passphrase: bytes, message: str, tmp_path: Path
) -> None:
    with pytest.raises(KeyRefused) as refusal:
        create_keys(tmp_path / "keys", OWNER, passphrase, NOW)

    assert str(refusal.value) == message
    assert not (tmp_path / "keys").exists()


def test_keys_are_never_made_over_others(bare: Path) -> None:
    before = (bare / "signing.pem").read_bytes()
    with pytest.raises(KeyRefused) as refusal:
        create_keys(bare, OWNER, None, NOW)

    assert (
        str(refusal.value)
        == f"{bare} already holds signing.pem; nothing is overwritten, “enblanket keys rotate” makes a new key."
    )
    assert (bare / "signing.pem").read_bytes() == before


@pytest.mark.parametrize("name", ["", " Jobcenter", "x" * 65, "Job\ncenter", "Job\u202ecenter"])
def test_a_name_that_no_certificate_can_carry_makes_no_keys(name: str, tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="is no party's name"):
        create_keys(tmp_path / "keys", Owner(parse_party("159"), name), None, NOW)

    assert not (tmp_path / "keys").exists()


def test_only_the_owner_reads_the_keys(locked: Path) -> None:
    """Windows keeps no such bits; there the profile's folder protects them."""
    assert sys.platform == "win32" or {path.stat().st_mode & 0o077 for path in locked.iterdir()} == {0}


def test_two_workspaces_share_no_key(bare: Path, tmp_path: Path) -> None:
    create_keys(tmp_path / "other", OWNER, None, NOW)
    identities = [unlock_age(folder, never) for folder in (bare, tmp_path / "other")]

    assert own_certificate(bare) != own_certificate(tmp_path / "other")
    assert register_key(bare, identities[0]) != register_key(tmp_path / "other", identities[1])
    with pytest.raises(KeyRefused) as refusal:
        register_key(bare, identities[1])
    assert str(refusal.value) == (
        "The content was not encrypted to this key, or was altered; ask the sender for it again."
    )


def test_age_opens_what_was_encrypted_to_the_card(bare: Path) -> None:
    recipient = pyrage.x25519.Recipient.from_str(own_card(bare, "159").age_recipient)

    assert unlock_age(bare, never).decrypt(pyrage.encrypt(b"content", [recipient])) == b"content"


def test_nothing_secret_stands_in_what_is_shown(locked: Path, bare: Path) -> None:
    key, identity = unlock_signing_key(locked, lambda: PASSPHRASE), unlock_age(bare, never)
    shown = repr(key) + str(identity) + repr(identity)

    assert "AGE-SECRET-KEY" not in shown
    assert "PrivateKey" not in shown
    for path in locked.iterdir():
        assert b"AGE-SECRET-KEY" not in path.read_bytes()
        assert b"BEGIN PRIVATE KEY" not in path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("signing.pem", None, "{folder} holds no signing key; make one with “enblanket keys new”."),
        ("signing.pem", b"x", "signing.pem is missing or damaged; restore the keys folder from a copy."),
        ("signing.crt", None, "{folder} holds no certificate (signing.crt); restore it beside the key."),
        (
            "signing.crt",
            b"x",
            "signing.crt: this is not exactly one readable certificate; use another certificate.",
        ),
    ],
)
def test_a_folder_that_lacks_something_says_what(
    name: str, content: bytes | None, message: str, bare: Path
) -> None:
    (bare / name).unlink()
    if content is not None:
        (bare / name).write_bytes(content)
    with pytest.raises(KeyRefused) as refusal:
        unlock_signing_key(bare, never)

    assert str(refusal.value) == message.format(folder=bare)


@pytest.mark.parametrize(
    ("name", "opened", "message"),
    [
        (
            "identity.txt",
            lambda folder: unlock_age(folder, never),
            "{folder} holds no age identity; make one with “enblanket keys new”.",
        ),
        (
            "recipient.txt",
            own_recipient,
            "{folder} holds no age identity; make one with “enblanket keys new”.",
        ),
        (
            "register.age",
            lambda folder: register_key(folder, unlock_age(folder, never)),
            "register.age is missing or damaged; restore the keys folder from a copy.",
        ),
        (
            "159.card",
            lambda folder: own_card(folder, "159"),
            "{folder} holds no card 159.card; make keys with “enblanket keys new”.",
        ),
    ],
)
def test_a_missing_file_is_refused_with_its_cure(
    name: str, opened: Callable[[Path], object], message: str, bare: Path
) -> None:
    (bare / name).unlink()
    with pytest.raises(KeyRefused) as refusal:
        opened(bare)

    assert str(refusal.value) == message.format(folder=bare)


def test_a_certificate_of_another_key_is_refused(bare: Path, tmp_path: Path) -> None:
    create_keys(tmp_path / "other", OWNER, None, NOW)
    (bare / "signing.crt").write_bytes((tmp_path / "other" / "signing.crt").read_bytes())
    with pytest.raises(KeyRefused) as refusal:
        unlock_signing_key(bare, never)

    assert (
        str(refusal.value)
        == "signing.pem and its certificate do not belong together; restore both from one copy."
    )


def test_a_bare_ed25519_key_is_refused(bare: Path) -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    (bare / "signing.pem").write_bytes(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(KeyRefused) as refusal:
        unlock_signing_key(bare, never)

    assert str(refusal.value) == (
        "signing.pem cannot sign packages: use ECDSA P-256 or P-384, or RSA of at least 3072 bits, "
        "since OpenSSL cannot verify Ed25519 in CMS."
    )


def test_signatures_of_one_key_are_not_another_s(bare: Path, signer: SigningKey) -> None:
    signature = unlock_signing_key(bare, never).sign(b"content")

    assert not signer.certificate.verifies(signature, b"content")

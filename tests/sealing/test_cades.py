"""Signatures: OpenSSL and we agree on the good ones; of the bad ones we refuse more, each by its code."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from exchange.errors import KeyRefused, PackageRefused
from exchange.sealing.cades import sign_detached, verify_detached
from exchange.sealing.certificates import read_certificate, rsa_padding
from exchange.sealing.signing import PrivateKey, SigningKey, new_signing_key, party_name

CONTENT = b"<manifest/>\n"
START = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AS_OF = ["-attime", str(int(AT.timestamp()))]


def refusal_of(signature: bytes, content: bytes = CONTENT) -> str:
    with pytest.raises(PackageRefused) as refusal:
        verify_detached(signature, content)
    return refusal.value.code


def issue(
    private: PrivateKey,
    *,
    authority: bool = False,
    usage: bool | None = True,
    name: str = "Jobcenter Gladsaxe",
) -> bytes:
    """Return a self-signed certificate; ``usage`` None leaves the key usage out, False lets it only encrypt."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if usage is not None:
        flags = {"digital_signature": usage, "content_commitment": usage, "key_encipherment": not usage}
        others = (
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        )
        key_usage = x509.KeyUsage(**flags, **dict.fromkeys(others, False))
        builder = builder.add_extension(key_usage, critical=True)
    return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return new_signing_key(party_name("Jobcenter Gladsaxe"), "159", START)


@pytest.fixture(scope="module")
def rsa_key() -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return SigningKey(read_certificate(issue(private)), private)


@pytest.fixture(scope="module")
def signature(key: SigningKey) -> bytes:
    return sign_detached(CONTENT, key, AT)


def test_a_signature_says_who_and_when(key: SigningKey, signature: bytes) -> None:
    signed = verify_detached(signature, CONTENT)

    assert signed.certificate == key.certificate
    assert signed.at == AT


def test_it_carries_the_four_signed_attributes_of_cades_b_b(signature: bytes) -> None:
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]

    assert {attribute["type"].native for attribute in signer["signed_attrs"]} == {
        "content_type",
        "signing_time",
        "message_digest",
        "signing_certificate_v2",
    }


@pytest.mark.parametrize("year", [2049, 2050])
def test_the_signing_time_survives_the_turn_of_its_form(year: int) -> None:
    at = datetime(year, 6, 1, 12, tzinfo=UTC)
    late = new_signing_key(party_name("Jobcenter Gladsaxe"), "159", at - timedelta(days=1))

    assert verify_detached(sign_detached(CONTENT, late, at), CONTENT).at == at


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


def stored(folder: Path, key: SigningKey) -> tuple[Path, Path]:
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(key.certificate.pem())
    private.write_bytes(key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


@pytest.mark.parametrize("which", ["key", "rsa_key"])
def test_openssl_verifies_ours(which: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    key: SigningKey = request.getfixturevalue(which)
    certificate, _private = stored(tmp_path, key)
    signature, content = tmp_path / "s.p7s", tmp_path / "content"
    signature.write_bytes(sign_detached(CONTENT, key, AT))
    content.write_bytes(CONTENT)

    done = openssl(
        "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", signature, "-content", content,
        "-CAfile", certificate, "-purpose", "any", *AS_OF, "-out", tmp_path / "out",
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, b"CAdES Verification successful\n")


@pytest.mark.parametrize("options", [[], ["-nosmimecap"], ["-keyopt", "rsa_padding_mode:pss"]])
@pytest.mark.parametrize("which", ["key", "rsa_key"])
def test_we_verify_openssl_s(
    which: str, options: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    key: SigningKey = request.getfixturevalue(which)
    if options[:1] == ["-keyopt"] and which == "key":
        options = ["-nosmimecap"]
    elif options[:1] == ["-keyopt"]:
        options = [*options, "-keyopt", "rsa_pss_saltlen:digest"]
    certificate, private = stored(tmp_path, key)
    signature, content = tmp_path / "s.p7s", tmp_path / "content"
    content.write_bytes(CONTENT)
    done = openssl(
        "cms", "-sign", "-cades", "-binary", "-md", "sha256", "-outform", "DER", "-in", content,
        "-signer", certificate, "-inkey", private, *options, "-out", signature,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

    assert verify_detached(signature.read_bytes(), CONTENT).certificate == key.certificate


def test_a_plain_cms_signature_of_openssl_is_refused(key: SigningKey, tmp_path: Path) -> None:
    certificate, private = stored(tmp_path, key)
    signature, content = tmp_path / "s.p7s", tmp_path / "content"
    content.write_bytes(CONTENT)
    for options, code in (
        (["-outform", "DER"], "signature-attributes"),
        (["-outform", "DER", "-noattr"], "signature-stripped"),
        (["-outform", "DER", "-cades", "-nodetach"], "signature-not-canonical"),
        (["-outform", "DER", "-cades", "-nocerts"], "signature-certificates"),
        (["-outform", "DER", "-cades", "-keyid"], "signature-not-canonical"),
        (["-outform", "DER", "-cades", "-md", "sha512"], "signature-algorithm"),
        (["-outform", "PEM", "-cades"], "signature-unreadable"),
    ):
        done = openssl(
            "cms", "-sign", "-binary", "-in", content, "-signer", certificate, "-inkey", private,
            *options, "-out", signature,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert (options, refusal_of(signature.read_bytes())) == (options, code)


def remade(signature: bytes, key: SigningKey, change: Callable[[cms.SignedData], None]) -> bytes:
    """Return the signature with a part exchanged and the attributes signed anew, as somebody with the key could."""
    info = cms.ContentInfo.load(signature).copy()
    signed = info["content"]
    change(signed)
    signer = signed["signer_infos"][0]
    if signer["signed_attrs"]:
        signer["signature"] = key.sign(signer["signed_attrs"].untag().dump(force=True))
    return bytes(info.dump(force=True))


def with_attributes(
    signature: bytes, key: SigningKey, values: Mapping[str, object], left_out: str = ""
) -> bytes:
    def change(signed: cms.SignedData) -> None:
        signer = signed["signer_infos"][0]
        kept = {a["type"].native: list(a["values"]) for a in signer["signed_attrs"]} | {
            kind: value if isinstance(value, list) else [value] for kind, value in values.items()
        }
        signer["signed_attrs"] = cms.CMSAttributes(
            [{"type": kind, "values": value} for kind, value in kept.items() if kind != left_out]
        )

    return remade(signature, key, change)


@pytest.mark.parametrize(
    "left_out", ["content_type", "signing_time", "message_digest", "signing_certificate_v2"]
)
def test_each_signed_attribute_is_required(left_out: str, key: SigningKey, signature: bytes) -> None:
    assert refusal_of(with_attributes(signature, key, {}, left_out)) == "signature-attributes"


def test_stripped_attributes_are_refused(key: SigningKey, signature: bytes) -> None:
    """The attributes' bytes become the content, over which the very same signature holds (Strenzke 2023, ForgedAttributes)."""
    attributes: bytes = (
        cms.ContentInfo.load(signature)["content"]["signer_infos"][0]["signed_attrs"].untag().dump()
    )

    def strip(signed: cms.SignedData) -> None:
        signed["signer_infos"][0]["signed_attrs"] = None

    assert refusal_of(remade(signature, key, strip), attributes) == "signature-stripped"


def test_the_hash_of_another_certificate_is_refused(key: SigningKey, signature: bytes) -> None:
    other = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(b"another certificate").digest()})
    swapped = with_attributes(
        signature, key, {"signing_certificate_v2": tsp.SigningCertificateV2({"certs": [other]})}
    )

    assert refusal_of(swapped) == "signature-certificate-hash"


def test_another_certificate_of_the_same_key_is_refused(key: SigningKey, signature: bytes) -> None:
    other = asn1_x509.Certificate.load(issue(key.private_key, name="Somebody Else"))

    def swap(signed: cms.SignedData) -> None:
        signed["certificates"] = [other]
        signed["signer_infos"][0]["sid"] = cms.SignerIdentifier(
            "issuer_and_serial_number", {"issuer": other.issuer, "serial_number": other.serial_number}
        )

    assert refusal_of(remade(signature, key, swap)) == "signature-certificate-hash"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"content_type": "signed_data"}, "signature-content"),
        ({"message_digest": hashlib.sha256(b"other").digest()}, "signature-content"),
        ({"message_digest": hashlib.sha1(CONTENT).digest()}, "signature-content"),  # noqa: S324 - the attack
        ({"signing_time": cms.Time("utc_time", START - timedelta(days=1))}, "certificate-not-valid-then"),
        ({"signing_time": cms.Time("utc_time", START + timedelta(days=3000))}, "certificate-not-valid-then"),
        ({"content_type": ["data", "data"]}, "signature-attributes"),
        ({"counter_signature": []}, "signature-attributes"),
    ],
)
def test_attributes_that_say_something_else_are_refused(
    values: dict[str, object], code: str, key: SigningKey, signature: bytes
) -> None:
    assert refusal_of(with_attributes(signature, key, values)) == code


def test_a_time_without_its_zone_is_refused(key: SigningKey, signature: bytes) -> None:
    info = cms.ContentInfo.load(signature).copy()
    signer = info["content"]["signer_infos"][0]
    attributes = (
        signer["signed_attrs"].untag().dump().replace(b"\x17\x0d260302093000Z", b"\x18\x0d2026030209.30")
    )
    signer["signed_attrs"] = cms.CMSAttributes.load(attributes)
    signer["signature"] = key.sign(attributes)

    # Written once: asn1crypto reads such a time, and refuses it, when it writes a second time.
    altered = info.dump()

    assert b"2026030209.30" in altered
    assert refusal_of(altered) == "signature-attributes"


def test_other_content_is_refused(signature: bytes) -> None:
    assert refusal_of(signature, CONTENT + b" ") == "signature-content"


def test_a_signature_by_another_key_under_our_certificate_is_refused(
    key: SigningKey, signature: bytes
) -> None:
    other = SigningKey(key.certificate, ec.generate_private_key(ec.SECP256R1()))

    assert refusal_of(remade(signature, other, lambda _signed: None)) == "signature-wrong"


def test_unsigned_attributes_are_refused(key: SigningKey, signature: bytes) -> None:
    def add(signed: cms.SignedData) -> None:
        attribute = {"type": "content_type", "values": ["data"]}
        signed["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])

    assert refusal_of(remade(signature, key, add)) == "signature-unsigned-attributes"


def test_a_second_signer_or_certificate_is_refused(key: SigningKey, signature: bytes) -> None:
    def twice(signed: cms.SignedData) -> None:
        signed["signer_infos"] = [signed["signer_infos"][0], signed["signer_infos"][0].copy()]

    def two_certificates(signed: cms.SignedData) -> None:
        other = asn1_x509.Certificate.load(issue(key.private_key))
        signed["certificates"] = [signed["certificates"][0].chosen, other]

    assert refusal_of(remade(signature, key, twice)) == "signature-not-canonical"
    assert refusal_of(remade(signature, key, two_certificates)) == "signature-certificates"


def test_another_digest_algorithm_is_refused(key: SigningKey, signature: bytes) -> None:
    def weaken(signed: cms.SignedData) -> None:
        signed["signer_infos"][0]["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha1"})

    assert refusal_of(remade(signature, key, weaken)) == "signature-algorithm"


def test_bytes_after_the_signature_are_refused(signature: bytes) -> None:
    assert refusal_of(signature + b"\0") == "signature-unreadable"


def test_a_length_written_longer_than_needed_is_refused(signature: bytes) -> None:
    assert signature[:2] == b"\x30\x82"

    assert refusal_of(b"\x30\x83\x00" + signature[2:]) == "signature-not-canonical"


def unfit_keys() -> dict[str, tuple[PrivateKey, dict[str, bool | None], str]]:
    elliptic, other_curve = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP521R1())
    koblitz = ec.generate_private_key(ec.SECP256K1())
    small = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "an authority": (elliptic, {"authority": True}, "certificate-is-ca"),
        "no key usage": (elliptic, {"usage": None}, "certificate-key-usage"),
        "a key that only encrypts": (elliptic, {"usage": False}, "certificate-key-usage"),
        "another curve": (other_curve, {}, "certificate-algorithm"),
        "a curve of other people's money": (koblitz, {}, "certificate-algorithm"),
        "RSA of 2048 bits": (small, {}, "certificate-algorithm"),
    }


UNFIT = unfit_keys()


@pytest.mark.parametrize(("private", "options", "code"), UNFIT.values(), ids=UNFIT)
def test_a_certificate_that_may_not_sign_is_refused(
    private: PrivateKey, options: dict[str, bool | None], code: str, key: SigningKey, signature: bytes
) -> None:
    certificate = asn1_x509.Certificate.load(issue(private, **options))  # type: ignore[arg-type]

    def swap(signed: cms.SignedData) -> None:
        signed["certificates"] = [certificate]
        signed["signer_infos"][0]["sid"] = cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        )

    assert refusal_of(remade(signature, key, swap)) == code


def test_pkcs1_under_the_name_of_pss_is_refused(rsa_key: SigningKey) -> None:
    signature = sign_detached(CONTENT, rsa_key, AT)
    pss = bytes.fromhex(
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
        "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"
    )

    def rename(signed: cms.SignedData) -> None:
        signed["signer_infos"][0]["signature_algorithm"] = algos.SignedDigestAlgorithm.load(pss)

    assert refusal_of(remade(signature, rsa_key, rename)) == "signature-wrong"
    assert rsa_padding(32).name == "EMSA-PSS"


def test_a_key_whose_certificate_is_over_does_not_sign(key: SigningKey) -> None:
    with pytest.raises(KeyRefused) as refusal:
        sign_detached(CONTENT, key, datetime(2040, 1, 1, tzinfo=UTC))

    assert str(refusal.value) == (
        "The certificate of Jobcenter Gladsaxe is valid from 2026-01-01 to 2031-01-02 only; "
        "rotate it with “enblanket keys rotate”."
    )


def test_every_byte_of_a_signature_counts(signature: bytes) -> None:
    """Each byte with one of four masks, in turn: a structure is many bytes long, and none has a mask of its own."""
    for position in range(len(signature)):
        altered = bytearray(signature)
        altered[position] ^= (0x01, 0x20, 0x80, 0xFF)[position % 4]
        assert refusal_of(bytes(altered)), position

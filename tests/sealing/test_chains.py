"""Issued certificates: the leaf is pinned, its intermediates travel in the signature and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from exchange.errors import PackageRefused
from exchange.sealing.cades import sign_detached, verify_detached
from exchange.sealing.certificates import read_certificate
from exchange.sealing.chains import chain_above
from exchange.sealing.signing import SigningKey
from tests.sealing.issued import P256, P384, RSA3072, Authority, Issued, openssl

CONTENT = b"<manifest/>\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.founded(tmp_path_factory.mktemp("authority"))


def key_of(issued: Issued, *above: Issued) -> SigningKey:
    private = load_pem_private_key(issued.key.read_bytes(), None)
    chain = chain_above(issued.der(), [one.der() for one in above])
    return SigningKey(read_certificate(issued.der()), private, chain)  # type: ignore[arg-type]


def refusal_of(signature: bytes) -> str:
    with pytest.raises(PackageRefused) as refusal:
        verify_detached(signature, CONTENT)
    return refusal.value.code


def with_certificates(signature: bytes, *ders: bytes) -> bytes:
    content = cms.ContentInfo.load(signature)
    content["content"]["certificates"] = [asn1_x509.Certificate.load(der) for der in ders]
    return bytes(content.copy().dump(force=True))


@pytest.mark.parametrize("kind", [P256, P384, RSA3072], ids=["P-256", "P-384", "RSA 3072"])
def test_an_issued_key_signs_with_its_intermediate_and_openssl_agrees(
    kind: tuple[str, ...], authority: Authority, tmp_path: Path
) -> None:
    leaf = authority.issue(f"leaf-{'-'.join(kind)[-8:].replace(':', '')}", kind)
    root, intermediate = authority.of("root"), authority.of("intermediate")
    key = key_of(leaf, root, intermediate)
    signature = sign_detached(CONTENT, key, datetime.now(UTC))
    (tmp_path / "s.p7s").write_bytes(signature)
    (tmp_path / "c").write_bytes(CONTENT)

    assert key.chain == (intermediate.der(),)
    assert verify_detached(signature, CONTENT).certificate.der == leaf.der()
    words = ("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", tmp_path / "s.p7s")
    options = (
        "-content",
        tmp_path / "c",
        "-purpose",
        "any",
        "-no-CApath",
        "-no-CAstore",
        "-out",
        "/dev/null",
    )
    openssl(*words, *options, "-CAfile", root.certificate)
    openssl(*words, *options, "-CAfile", leaf.certificate, "-partial_chain")


def test_what_openssl_signs_with_an_intermediate_is_accepted(authority: Authority, tmp_path: Path) -> None:
    leaf, intermediate = authority.issue("leaf", P256), authority.of("intermediate")
    (tmp_path / "c").write_bytes(CONTENT)
    for name, above in (("one", [intermediate]), ("both", [intermediate, authority.of("root")])):
        certificates = tmp_path / f"{name}.pem"
        certificates.write_bytes(b"".join(one.certificate.read_bytes() for one in above))
        signature = openssl(
            *("cms", "-sign", "-binary", "-cades", "-md", "sha256", "-outform", "DER", "-nosmimecap"),
            *("-in", tmp_path / "c", "-signer", leaf.certificate, "-inkey", leaf.key),
            *("-certfile", certificates),
        )
        assert verify_detached(signature, CONTENT).certificate.der == leaf.der(), name


def test_the_chain_is_found_in_any_order_and_strangers_and_roots_stay_at_home(authority: Authority) -> None:
    leaf, intermediate = authority.issue("leaf", P256), authority.of("intermediate")
    others = [authority.issue("other", P256), authority.of("root"), intermediate, leaf]

    assert chain_above(leaf.der(), [one.der() for one in others]) == (intermediate.der(),)
    assert chain_above(authority.of("root").der(), [intermediate.der()]) == ()


def test_a_certificate_that_stands_outside_the_chain_is_refused(authority: Authority) -> None:
    leaf, intermediate = authority.issue("leaf", P256), authority.of("intermediate")
    other, root = authority.issue("other", P256), authority.of("root")
    signature = sign_detached(CONTENT, key_of(leaf, intermediate), datetime.now(UTC))

    assert refusal_of(with_certificates(signature, leaf.der(), other.der())) == "signature-certificates"
    assert refusal_of(with_certificates(signature, leaf.der(), root.der())) == "signature-certificates"
    assert refusal_of(with_certificates(signature, intermediate.der())) == "signature-certificates"
    assert refusal_of(with_certificates(signature, leaf.der(), leaf.der())) == "signature-certificates"
    assert (
        refusal_of(with_certificates(signature, leaf.der(), intermediate.der(), intermediate.der()))
        == "signature-certificates"
    )

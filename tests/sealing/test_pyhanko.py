"""Signatures of another house's making: pyHanko verifies ours, and we verify pyHanko's."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from asn1crypto import algos, cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.attributes import (
    CMSAlgorithmProtectionProvider,
    CMSAttributeProvider,
    SigningCertificateV2Provider,
    SigningTimeProvider,
)
from pyhanko.sign.signers.pdf_cms import SignedAttributeProviderSpec, SimpleSigner  # type: ignore[attr-defined]
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exchange.sealing.archive import read_archive
from exchange.sealing.cades import sign_detached, verify_detached
from exchange.sealing.certificates import read_certificate
from exchange.sealing.container import countersign_container, reader, seal_container
from exchange.sealing.signing import SigningKey
from tests.sealing.hostile_cms import AT, ISSUED, MIDDLE, ROOT, Issue, private_key

CONTENT = b"<manifest/>\n"
KINDS = ("P-256", "P-384", "RSA-3072")


def key_of(issue: Issue, *above: Issue) -> SigningKey:
    return SigningKey(
        read_certificate(issue.der), private_key(issue.kind), chain=tuple(one.der for one in above)
    )


def says(signature: bytes, content: bytes, *roots: Issue) -> tuple[bool, bool, bool]:
    """Return what pyHanko thinks of a signature: is the content whole, does it hold, is its signer known."""
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(one.der) for one in roots],
        moment=AT + timedelta(hours=1),
        allow_fetching=False,
    )
    status = asyncio.run(
        async_validate_detached_cms(
            content,
            cms.ContentInfo.load(signature)["content"],
            signer_validation_context=context,
            key_usage_settings=KeyUsageConstraints(key_usage={"digital_signature"}),
        )
    )
    return status.intact, status.valid, status.trusted


@pytest.mark.parametrize("kind", KINDS)
def test_pyhanko_verifies_ours(kind: str) -> None:
    own = Issue(kind=kind)

    assert says(sign_detached(CONTENT, key_of(own), AT), CONTENT, own) == (True, True, True)


def test_pyhanko_builds_the_path_over_our_intermediate() -> None:
    signature = sign_detached(CONTENT, key_of(ISSUED, MIDDLE), AT)

    assert says(signature, CONTENT, ROOT) == (True, True, True)
    assert says(signature, CONTENT, Issue(kind="P-384", name="Another root")) == (True, True, False)


def test_pyhanko_sees_that_the_content_is_another() -> None:
    own = Issue()

    assert says(sign_detached(CONTENT, key_of(own), AT), CONTENT + b" ", own)[0] is False


def test_pyhanko_verifies_both_signatures_of_a_countersigned_package() -> None:
    first, second = Issue(), Issue(kind="P-384", name="Revision Nord", serial=99)
    sealed = seal_container({"datapackage.json": b"{}"}, signer=key_of(first), at=AT)
    both = countersign_container(sealed, signer=key_of(second), at=AT + timedelta(minutes=5))
    files = read_archive(reader(both), len(both))

    for number, own in ((1, first), (2, second)):
        signature = files[f"META-INF/signature00{number}.p7s"]
        assert says(signature, files[f"META-INF/ASiCManifest00{number}.xml"], own) == (True, True, True)


class _Attributes(SignedAttributeProviderSpec):
    """The attributes of CAdES-B-B, as pyHanko writes each of them."""

    def __init__(self, certificate: asn1_x509.Certificate, *, protected: bool) -> None:
        self._certificate = certificate
        self._protected = protected

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> list[CMSAttributeProvider]:
        del data_digest
        found: list[CMSAttributeProvider] = [
            SigningTimeProvider(AT),
            SigningCertificateV2Provider(self._certificate),
        ]
        if self._protected:
            algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
            found.append(CMSAlgorithmProtectionProvider(digest_algorithm, algorithm))
        return found


def made_by_pyhanko(own: Issue, *above: Issue, pss: bool = False, protected: bool = False) -> bytes:
    certificate = asn1_x509.Certificate.load(own.der)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(asn1_x509.Certificate.load(one.der) for one in above)
    private = private_key(own.kind).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=certificate,
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=store,
        prefer_pss=pss,
    )
    signer.signed_attr_prov_spec = _Attributes(certificate, protected=protected)
    return bytes(asyncio.run(signer.async_sign_general_data(CONTENT, "sha256")).dump())


@pytest.mark.parametrize("pss", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_we_verify_pyhanko_s(kind: str, pss: bool) -> None:
    own = Issue(kind=kind)
    signed = verify_detached(made_by_pyhanko(own, pss=pss), CONTENT)

    assert (signed.certificate.der, signed.at) == (own.der, AT)


def test_we_verify_pyhanko_s_with_its_chain_and_its_protected_algorithms() -> None:
    signature = made_by_pyhanko(ISSUED, MIDDLE, ROOT, protected=True)

    assert verify_detached(signature, CONTENT).certificate.der == ISSUED.der

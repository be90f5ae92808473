"""Which certificates may sign packages: odd keys, numbers and bytes are refused without a warning or a traceback."""

from __future__ import annotations

from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.sealing.certificates import CertificateFault, read_certificate
from tests.sealing.hostile_cms import AT, YEAR, Issue, private_key

MODULUS = private_key("RSA-3072").public_key().public_numbers().n


def certificate_of(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    """Return a certificate of any key, signed by an authority's."""
    name = x509.Name([])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key)
        .serial_number(1)
        .not_valid_before(AT - YEAR)
        .not_valid_after(AT + YEAR)
        .add_extension(usage, critical=True)
    )
    return builder.sign(private_key("authority"), hashes.SHA256()).public_bytes(Encoding.DER)


def refused(der: bytes) -> str:
    with pytest.raises(CertificateFault) as fault:
        read_certificate(der)
    return fault.value.code


@pytest.mark.parametrize(
    ("exponent", "modulus"),
    [
        (3, MODULUS),
        (2**16 - 1, MODULUS),
        (2**256 + 1, MODULUS),
        (65537, MODULUS + 1),
        (65537, (1 << 8193) + 1),
        (65537, (1 << 16383) + 1),
    ],
    ids=["3", "below 2^16", "above 2^256", "an even modulus", "8194 bits", "16384 bits"],
)
def test_odd_rsa_keys_are_refused(exponent: int, modulus: int) -> None:
    assert (
        refused(certificate_of(rsa.RSAPublicNumbers(exponent, modulus).public_key()))
        == "certificate-algorithm"
    )


def test_usual_rsa_keys_are_read() -> None:
    assert read_certificate(certificate_of(rsa.RSAPublicNumbers(65537, MODULUS).public_key())).serial == 1


def test_a_number_below_one_is_refused_and_nothing_is_warned_of() -> None:
    der = certificate_of(private_key("P-256").public_key())
    assert der.count(b"\x02\x01\x01") == 1

    assert refused(der.replace(b"\x02\x01\x01", b"\x02\x01\xff")) == "certificate-unreadable"
    assert refused(der.replace(b"\x02\x01\x01", b"\x02\x01\x00")) == "certificate-unreadable"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_altered_anywhere_it_is_another_certificate_or_none(data: st.DataObject) -> None:
    own = Issue().der
    der = bytearray(own)
    for _flip in range(data.draw(st.integers(1, 3))):
        der[data.draw(st.integers(0, len(own) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(CertificateFault):
        assert bytes(der) == own or read_certificate(bytes(der)).der != own

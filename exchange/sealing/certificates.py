"""Certificates: DER in, a frozen :class:`Certificate` out whose key may sign packages; and the checks of signatures.

Stands under ``keys``, ``cards``, ``trust`` and ``cades``. It decides what a certificate may do; whether its owner is
the one we know is decided by ``trust``, which compares whole certificates.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtensionOID, NameOID

from exchange.errors import KeyRefused
from exchange.language import translate as _

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

# NIST SP 800-57 part 1: 128 bits of strength, which the OCES organisation certificates keep as well.
SMALLEST_RSA, LARGEST_RSA = 3072, 8192
LONGEST = 20_000
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
# What may be critical in a leaf: who it names and what it is for; the rest conditions authorities (RFC 5280 § 4.2.1).
_READ = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
    }
)
# The parser reads late: a damaged part surfaces as one of these where it is first touched.
_DAMAGED = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A signer's certificate, read and judged once.

    Attributes:
        der: the whole certificate.
        name: commonName, else organizationName, else the subject as text (RFC 4514).
        serial: the certificate's number.
        not_before, not_after: aware, UTC.
        public_key: ECDSA P-256 or P-384, or RSA of at least 3072 bits.
    """

    der: bytes = field(repr=False)
    name: str
    serial: int
    not_before: datetime
    not_after: datetime
    public_key: PublicKey = field(repr=False, compare=False)

    @property
    def sha256(self) -> str:
        """The fingerprint as 64 hex digits."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def fingerprint(self) -> str:
        """The fingerprint as it is read out on the phone: 16 groups of four."""
        return grouped(self.sha256)

    def valid_at(self, at: datetime) -> bool:
        """Whether the moment lies in the certificate's validity, both ends included."""
        return self.not_before <= at <= self.not_after

    def verifies(self, signature: bytes, content: bytes, *, salt: int | None = None) -> bool:
        """Whether the signature (SHA-256; ECDSA as DER) is this key's over the content."""
        try:
            if isinstance(self.public_key, ec.EllipticCurvePublicKey):
                self.public_key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
            else:
                self.public_key.verify(signature, content, rsa_padding(salt), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    def pem(self) -> bytes:
        """Return the certificate as PEM."""
        body = base64.b64encode(self.der).decode("ascii")
        lines = [body[at : at + 64] for at in range(0, len(body), 64)]
        return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]).encode(
            "ascii"
        )


class CertificateFault(Exception):
    """A certificate that may not sign packages; carries a stable code and one sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        """Keep the code beside the sentence."""
        super().__init__(sentence)
        self.code = code


def grouped(digits: str) -> str:
    """Return a hex fingerprint in groups of four, for reading aloud."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def rsa_padding(salt: int | None = None) -> padding.AsymmetricPadding:
    """Return PKCS#1 v1.5, or PSS with MGF1-SHA-256 and a salt of that many bytes (RFC 4056)."""
    if salt is None:
        return padding.PKCS1v15()
    return padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=salt)


@lru_cache(maxsize=64)
def read_certificate(der: bytes) -> Certificate:
    """Read one DER certificate and hold it against the house's policy.

    Policy: no subjectAltName is needed, a key usage that lets it sign, not a CA, ECDSA P-256 or P-384, or RSA ≥ 3072.

    Raises:
        CertificateFault: ``certificate-unreadable``, ``certificate-algorithm``, ``certificate-is-ca``,
            ``certificate-key-usage``, ``certificate-extension``.
    """
    if len(der) > LONGEST:
        raise unreadable()
    try:
        return _judged(parsed_certificate(der), der)
    except _DAMAGED:
        raise unreadable() from None


def parsed_certificate(der: bytes) -> x509.Certificate:
    """Return what the parser makes of a certificate.

    Raises:
        ValueError: nothing, or something that it would warn of, as a number below one (RFC 5280 § 4.1.2.2).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)
        try:
            return x509.load_der_x509_certificate(der)
        except CryptographyDeprecationWarning:
            raise ValueError from None


def der_from_pem(content: bytes) -> bytes:
    """Return the DER of the one certificate in a PEM text.

    Raises:
        CertificateFault: none, several, or not base64 (``certificate-unreadable``).
    """
    blocks = _PEM.findall(content)
    if len(blocks) != 1 or len(content) > LONGEST:
        raise unreadable()
    try:
        return base64.b64decode(b"".join(blocks[0].split()), validate=True)
    except binascii.Error:
        raise unreadable() from None


def refuse_key(key: object) -> PublicKey:
    """Return a public key that both we and ``openssl cms`` can verify with.

    Raises:
        CertificateFault: ``certificate-algorithm``.
    """
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and _is_strong(key.public_numbers()):
        return key
    raise CertificateFault(
        "certificate-algorithm",
        _(
            "the key is neither ECDSA P-256 or P-384 nor RSA of at least 3072 bits (Ed25519 cannot be verified in CMS by OpenSSL)"
        ),
    )


def _is_strong(numbers: rsa.RSAPublicNumbers) -> bool:
    """FIPS 186-5 § 5.4: an odd exponent from 2^16 to 2^256, and a modulus that is odd too; above 8192 bits it only costs time."""
    fits = SMALLEST_RSA <= numbers.n.bit_length() <= LARGEST_RSA and 2**16 < numbers.e < 2**256
    return fits and bool(numbers.n & numbers.e & 1)


def key_refused(source: str, fault: CertificateFault) -> KeyRefused:
    """Return the refusal of a key or card file because of its certificate."""
    return KeyRefused(_("{source}: {fault}; use another certificate.").format(source=source, fault=fault))


def unreadable() -> CertificateFault:
    """Return the fault of what is no certificate."""
    return CertificateFault("certificate-unreadable", _("this is not exactly one readable certificate"))


def _judged(parsed: x509.Certificate, der: bytes) -> Certificate:
    if parsed.public_bytes(Encoding.DER) != der:
        raise unreadable()
    key = refuse_key(parsed.public_key())
    _refuse_authority(parsed)
    _refuse_usage(parsed)
    _refuse_unknown(parsed)
    return Certificate(
        der=der,
        name=_name(parsed.subject),
        serial=parsed.serial_number,
        not_before=parsed.not_valid_before_utc.astimezone(UTC),
        not_after=parsed.not_valid_after_utc.astimezone(UTC),
        public_key=key,
    )


def _refuse_authority(parsed: x509.Certificate) -> None:
    constraints = _extension(parsed, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        raise CertificateFault(
            "certificate-is-ca", _("this is the certificate of an authority, not of somebody who signs")
        )


def _refuse_usage(parsed: x509.Certificate) -> None:
    usage = _extension(parsed, x509.KeyUsage)
    if usage is None or not (usage.digital_signature or usage.content_commitment):
        raise CertificateFault(
            "certificate-key-usage", _("the certificate does not say that its key may sign")
        )


def _refuse_unknown(parsed: x509.Certificate) -> None:
    """RFC 5280 § 4.2: what a certificate calls critical and nobody here reads, forbids its use."""
    if any(one.critical and one.oid not in _READ for one in parsed.extensions):
        raise CertificateFault(
            "certificate-extension", _("the certificate carries a condition that is not known here")
        )


def _extension(parsed: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return parsed.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _name(subject: x509.Name) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in subject.get_attributes_for_oid(oid):
            if isinstance(attribute.value, str):
                return attribute.value
    return subject.rfc4514_string()

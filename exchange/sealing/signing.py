"""Signing keys: made, or PEM bytes in and a :class:`SigningKey` out; it refuses what OpenSSL could not verify in CMS.

Between ``certificates`` (what a key may be) and ``keys`` (where it lies). A private key leaves only as an object that
signs; no message names a byte of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NewType

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.sealing.certificates import (
    Certificate,
    CertificateFault,
    read_certificate,
    refuse_key,
    rsa_padding,
)
from exchange.sealing.pkcs8 import encrypt_pkcs8

Passphrase = Callable[[], bytes | None]
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

PartyName = NewType("PartyName", str)

# RFC 5280 appendix A: ub-organization-name and ub-common-name.
LONGEST_NAME = 64

# The bookkeeping act keeps vouchers for five years; a package sealed today shall still open then.
VALID_FOR = timedelta(days=5 * 365 + 2)

_SIGNS_ONLY = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the certificate that names its owner.

    Attributes:
        chain: DER of the intermediates between the certificate and its root; none where it is self-signed.
    """

    certificate: Certificate
    private_key: PrivateKey = field(repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)

    def sign(self, content: bytes) -> bytes:
        """Return a SHA-256 signature: ECDSA as DER, RSA as PKCS#1 v1.5."""
        if isinstance(self.private_key, ec.EllipticCurvePrivateKey):
            return self.private_key.sign(content, ec.ECDSA(hashes.SHA256()))
        return self.private_key.sign(content, rsa_padding(), hashes.SHA256())


def party_name(text: str) -> PartyName:
    """Return a name that a certificate and a card can carry.

    Raises:
        KeyRefused: empty, longer than 64 characters, blanks around it, or characters that do not print.
    """
    if not text or text != text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise KeyRefused(
            _(
                "“{name}” is no party's name: give 1 to 64 printable characters without blanks around them."
            ).format(name="".join(c for c in text if c.isprintable())[:LONGEST_NAME])
        )
    return PartyName(text)


def new_signing_key(
    name: PartyName, party: str, at: datetime, valid_for: timedelta = VALID_FOR
) -> SigningKey:
    """Return a fresh ECDSA P-256 key with a self-signed certificate: it may sign, and is no authority."""
    private = ec.generate_private_key(ec.SECP256R1())
    start = at.astimezone(UTC).replace(microsecond=0)
    subject = _subject(name, party)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + valid_for)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNS_ONLY, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    certificate = builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)
    return SigningKey(read_certificate(certificate), private)


def to_pem(private: PrivateKey, passphrase: bytes | None) -> bytes:
    """Return PKCS#8 PEM, under scrypt unless there is no passphrase."""
    if passphrase is None:
        return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return encrypt_pkcs8(private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), passphrase)


def open_pem(
    source: str,
    pem: bytes,
    certificate: Certificate,
    passphrase: Passphrase,
    chain: tuple[bytes, ...] = (),
) -> SigningKey:
    """Open a PEM key; the passphrase is asked for only when the key has one.

    Args:
        source: the file's name, for messages.
        pem: PKCS#8.
        certificate: the certificate of this key.
        passphrase: called at most once.
        chain: DER of the intermediates above the certificate.

    Raises:
        KeyRefused: no or a wrong passphrase, an unfit key, or a certificate of another key.
    """
    secret = passphrase() if b"BEGIN ENCRYPTED PRIVATE KEY" in pem else None
    try:
        private = load_pem_private_key(pem, secret)
    except TypeError:
        raise locked(source) from None
    except UnsupportedAlgorithm:
        raise damaged(source) from None
    except ValueError:
        raise (damaged(source) if secret is None else wrong_passphrase(source)) from None
    key = fitting_key(source, private)
    if key.public_key() != certificate.public_key:
        raise KeyRefused(
            _("{name} and its certificate do not belong together; restore both from one copy.").format(
                name=source
            )
        )
    return SigningKey(certificate, key, chain)


def fitting_key(source: str, private: object) -> PrivateKey:
    """Return a private key that packages may be signed with.

    Raises:
        KeyRefused: another kind of key, curve or size.
    """
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise _unfit(source)
    try:
        refuse_key(private.public_key())
    except CertificateFault:
        raise _unfit(source) from None
    return private


def _unfit(source: str) -> KeyRefused:
    return KeyRefused(
        _(
            "{name} cannot sign packages: use ECDSA P-256 or P-384, or RSA of at least 3072 bits, since OpenSSL cannot verify Ed25519 in CMS."
        ).format(name=source)
    )


def wrong_passphrase(source: str) -> KeyRefused:
    """Return the refusal of a passphrase."""
    return KeyRefused(_("The passphrase does not open {name}; type it again.").format(name=source))


def locked(source: str) -> KeyRefused:
    """Return the refusal for want of a passphrase."""
    return KeyRefused(
        _("{name} is locked; give its passphrase at the prompt or with --passphrase-fd.").format(name=source)
    )


def damaged(source: str) -> KeyRefused:
    """Return the refusal of a key file that is not what it was."""
    return KeyRefused(
        _("{name} is missing or damaged; restore the keys folder from a copy.").format(name=source)
    )


def _subject(name: PartyName, party: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, party),
        ]
    )

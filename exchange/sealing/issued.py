"""Keys that an authority issued: PKCS#12, or PKCS#8 with certificates in PEM, in; a :class:`SigningKey` with its chain out.

``keys`` stores what comes out under its own passphrase, so the container and its ciphers are read once and never again.
It refuses a container in old ciphers, with two keys or none, a certificate that is not valid now, and what no package
may be signed with; a sentence each, and nothing was stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from asn1crypto import algos, cms
from asn1crypto import keys as asn1_keys
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    pkcs12,
)

from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.sealing.certificates import CertificateFault, key_refused, parsed_certificate, read_certificate
from exchange.sealing.chains import chain_above
from exchange.sealing.pkcs8 import from_pem
from exchange.sealing.signing import (
    Passphrase,
    PrivateKey,
    SigningKey,
    fitting_key,
    locked,
    wrong_passphrase,
)

_LONGEST = 256 * 1024
# Above what any tool writes, and a few seconds at most.
_MOST_ROUNDS = 10_000_000
_CIPHERS = ("aes",)
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----\s[^-]*-----END \1-----")
_KEYS, _LOCKED = (b"PRIVATE KEY", b"ENCRYPTED PRIVATE KEY"), b"ENCRYPTED PRIVATE KEY"
_BAGS = {"key_bag", "pkcs8_shrouded_key_bag"}

# asn1crypto reads late, so a damaged structure surfaces as any of these wherever a field is first touched.
_DAMAGED = (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError)


def open_issued(source: str, content: bytes, passphrase: Passphrase, at: datetime) -> SigningKey:
    """Open what an authority handed out.

    Args:
        source: the file's name, for messages.
        content: PKCS#12, or PEM with one PKCS#8 key, its certificate and those above it.
        passphrase: of this content; asked for only when it is locked.
        at: now, aware; the certificate must be valid.

    Raises:
        KeyRefused: it cannot be opened, or packages may not be signed with it.
    """
    if len(content) > _LONGEST:
        raise _no_container(source)
    opened = _open_pem if b"-----BEGIN " in content else _open_pkcs12
    private, certificates = opened(source, content, passphrase)
    key = _paired(source, private, certificates)
    _refuse_moment(source, key, at)
    return key


def _open_pkcs12(source: str, content: bytes, passphrase: Passphrase) -> tuple[object, list[bytes]]:
    _refuse_shape(source, content)
    secret = passphrase()
    try:
        private, own, others = pkcs12.load_key_and_certificates(content, secret)
    except (ValueError, UnsupportedAlgorithm):
        raise (locked(source) if secret is None else wrong_passphrase(source)) from None
    if private is None:
        raise _lacks(source)
    found = [one for one in (own, *others) if one is not None]
    return private, [one.public_bytes(Encoding.DER) for one in found]


def _open_pem(source: str, content: bytes, passphrase: Passphrase) -> tuple[object, list[bytes]]:
    blocks = [(match[1], match[0]) for match in _PEM.finditer(content)]
    labels = [label for label, _block in blocks if label.endswith(b"PRIVATE KEY")]
    if len(labels) > 1:
        raise _two_keys(source)
    if not labels:
        raise _lacks(source)
    if labels[0] not in _KEYS:
        raise KeyRefused(
            _("{name} is not PKCS#8; convert it with “openssl pkcs8 -topk8 -in KEY -out NEW”.").format(
                name=source
            )
        )
    try:
        der = next(from_pem(block) for label, block in blocks if label == labels[0])
        certificates = [from_pem(block) for label, block in blocks if label == b"CERTIFICATE"]
    except ValueError:
        raise _no_container(source) from None
    return _open_pkcs8(source, der, passphrase if labels[0] == _LOCKED else None), certificates


def _open_pkcs8(source: str, der: bytes, passphrase: Passphrase | None) -> object:
    if passphrase is not None:
        _refuse_locks(source, [_lock_of_pkcs8(source, der)])
    secret = None if passphrase is None else passphrase()
    if passphrase is not None and secret is None:
        raise locked(source)
    try:
        return load_der_private_key(der, secret)
    except (TypeError, UnsupportedAlgorithm):
        raise _no_container(source) from None
    except ValueError:
        raise (_no_container(source) if secret is None else wrong_passphrase(source)) from None


def _lock_of_pkcs8(source: str, der: bytes) -> algos.EncryptionAlgorithm:
    try:
        return asn1_keys.EncryptedPrivateKeyInfo.load(der, strict=True)["encryption_algorithm"]
    except _DAMAGED:
        raise _no_container(source) from None


def _refuse_shape(source: str, content: bytes) -> None:
    """See how a container is locked and how many keys it says it holds, before anything is derived for it."""
    try:
        whole = asn1_pkcs12.Pfx.load(content, strict=True)
        parts = list(_parts(whole))
        rounds = int(whole["mac_data"]["iterations"].native) if whole["mac_data"] else 1
    except _DAMAGED:
        raise _no_container(source) from None
    _refuse_locks(source, [lock for lock, _key in parts if lock is not None], rounds)
    if sum(key for _lock, key in parts) > 1:
        raise _two_keys(source)


def _parts(whole: asn1_pkcs12.Pfx) -> Iterator[tuple[algos.EncryptionAlgorithm | None, bool]]:
    """Give each locked part's algorithm, and whether the part is a key."""
    for part in whole.authenticated_safe:
        if part["content_type"].native == "encrypted_data":
            yield part["content"]["encrypted_content_info"]["content_encryption_algorithm"], False
            continue
        for bag in _bags(part):
            kind = bag["bag_id"].native
            lock = bag["bag_value"]["encryption_algorithm"] if kind == "pkcs8_shrouded_key_bag" else None
            yield lock, kind in _BAGS


def _bags(part: cms.ContentInfo) -> asn1_pkcs12.SafeContents:
    return asn1_pkcs12.SafeContents.load(part["content"].native, strict=True)


def _refuse_locks(source: str, locks: list[algos.EncryptionAlgorithm], rounds: int = 1) -> None:
    try:
        old = any(not _is_modern(lock) for lock in locks)
        most = max([rounds, *(_rounds(lock) for lock in locks if not old)])
    except _DAMAGED:
        raise _no_container(source) from None
    if old:
        raise KeyRefused(
            _(
                "{name} is locked with an old cipher (RC2, DES or the like) that no longer protects a key; "
                "export it again with AES-256, as “openssl pkcs12 -export” of OpenSSL 3 does."
            ).format(name=source)
        )
    if most > _MOST_ROUNDS:
        raise _no_container(source)


def _is_modern(lock: algos.EncryptionAlgorithm) -> bool:
    return bool(lock["algorithm"].native == "pbes2" and lock.encryption_cipher in _CIPHERS)


def _rounds(lock: algos.EncryptionAlgorithm) -> int:
    derivation = lock["parameters"]["key_derivation_func"]
    # scrypt has a limit of memory of its own where it is opened.
    return int(lock.kdf_iterations) if derivation["algorithm"].native == "pbkdf2" else 1


def _paired(source: str, private: object, certificates: list[bytes]) -> SigningKey:
    key = fitting_key(source, private)
    own = [der for der in certificates if _spki(der) == _public(key)]
    if not own:
        raise _lacks(source) if not certificates else _other_key(source)
    try:
        certificate = read_certificate(own[0])
        chain = chain_above(own[0], [der for der in certificates if der != own[0]])
    except CertificateFault as fault:
        raise key_refused(source, fault) from None
    return SigningKey(certificate, key, chain)


def _public(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _spki(der: bytes) -> bytes:
    try:
        key = parsed_certificate(der).public_key()
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        return b""
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return b""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _refuse_moment(source: str, key: SigningKey, at: datetime) -> None:
    certificate = key.certificate
    if certificate.valid_at(at):
        return
    if at < certificate.not_before:
        message = _(
            "The certificate in {name} is valid from {day} only; wait until then, or see to the clock."
        )
        raise KeyRefused(message.format(name=source, day=certificate.not_before.date()))
    raise KeyRefused(
        _("The certificate in {name} expired on {day}; ask its authority for a new one.").format(
            name=source, day=certificate.not_after.date()
        )
    )


def _no_container(source: str) -> KeyRefused:
    return KeyRefused(
        _(
            "{name} is no PKCS#12 and no PEM that can be read, or it is damaged; export key and certificate again."
        ).format(name=source)
    )


def _lacks(source: str) -> KeyRefused:
    return KeyRefused(
        _("{name} lacks the key or its certificate; export both into one file.").format(name=source)
    )


def _other_key(source: str) -> KeyRefused:
    return KeyRefused(
        _("{name} holds a key and the certificate of another; export both of one pair.").format(name=source)
    )


def _two_keys(source: str) -> KeyRefused:
    return KeyRefused(
        _("{name} holds several keys; export the one that shall sign into a file of its own.").format(
            name=source
        )
    )

"""CAdES-B-B: a detached CMS signature over one manifest (EN 319 122-1 § 6.3, RFC 5652, RFC 5035).

``container`` hands in the manifest's bytes. asn1crypto holds the structures, cryptography does every operation. A
signature is taken in one form only: after reading, the whole structure is built again from what was judged and
compared, so every byte that the signature itself does not cover is accounted for too. It judges what was signed
with which certificate and when; whether that certificate is believed is decided by ``trust``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Never

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import ec

from exchange.errors import KeyRefused, PackageRefused
from exchange.language import translate as _
from exchange.sealing.certificates import Certificate, CertificateFault, read_certificate
from exchange.sealing.chains import refuse_strangers
from exchange.sealing.signing import SigningKey

LONGEST = 64 * 1024

_REQUIRED = frozenset({"content_type", "signing_time", "message_digest", "signing_certificate_v2"})
# OpenSSL adds the first unless told not to; both are signed and say nothing about the content.
_PROTECTION = "cms_algorithm_protection"
_ALLOWED = _REQUIRED | {"smime_capabilities", _PROTECTION}

_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
_RSA_SHA256 = bytes.fromhex("300d06092a864886f70d01010b0500")
_ELLIPTIC = frozenset({_ECDSA_SHA256})
_FACTORING = frozenset({_RSA, _RSA_SHA256})
_SHORTEST_SALT, _LONGEST_SALT = 32, 1024
# RFC 5754 § 2 leaves the parameters out; PKCS#7 tools write NULL.
_SHA256 = bytes.fromhex("300b0609608648016503040201")
_SHA256_FORMS = frozenset({_SHA256, bytes.fromhex("300d06096086480165030402010500")})

# asn1crypto reads late, so a damaged structure surfaces as any of these wherever a field is first touched.
_DAMAGED = (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds over its content: with what, and when by the signer's own word (UTC)."""

    certificate: Certificate
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a signature is made of, each in DER; attributes as the SET that is signed, the chain above the signer as carried."""

    certificate: bytes
    chain: tuple[bytes, ...]
    digest_algorithm: bytes
    signer_digest_algorithm: bytes
    attributes: bytes
    signature_algorithm: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attributes:
    """What the signer signed besides the content's digest; issuer and number of its certificate in DER, where it says them."""

    content_type: str
    digest: bytes
    at: datetime
    certificate_algorithm: str
    certificate_digest: bytes
    issuer_and_serial: bytes | None


def sign_detached(content: bytes, key: SigningKey, at: datetime) -> bytes:
    """Return the DER of a signature over the content.

    Args:
        content: what is signed, not carried inside.
        key: who signs.
        at: the signing time, aware; kept to the second.

    Raises:
        KeyRefused: the certificate is not valid at that moment.
    """
    at = at.astimezone(UTC).replace(microsecond=0)
    if not key.certificate.valid_at(at):
        raise KeyRefused(
            _(
                "The certificate of {name} is valid from {start} to {end} only; rotate it with “enblanket keys rotate”."
            ).format(
                name=key.certificate.name,
                start=key.certificate.not_before.date(),
                end=key.certificate.not_after.date(),
            )
        )
    attributes = _attributes(content, key.certificate, at).dump()
    elliptic = isinstance(key.certificate.public_key, ec.EllipticCurvePublicKey)
    return _envelope(
        _Parts(
            certificate=key.certificate.der,
            chain=key.chain,
            digest_algorithm=_SHA256,
            signer_digest_algorithm=_SHA256,
            attributes=attributes,
            signature_algorithm=_ECDSA_SHA256 if elliptic else _RSA_SHA256,
            signature=key.sign(attributes),
        )
    )


def verify_detached(signature: bytes, content: bytes) -> Signed:
    """Verify a signature over the content.

    Raises:
        PackageRefused: ``signature-unreadable``, ``signature-not-canonical``, ``signature-certificates``,
            ``signature-stripped``, ``signature-attributes``, ``signature-unsigned-attributes``,
            ``signature-content``, ``signature-certificate-hash``, ``signature-algorithm``, ``signature-wrong``,
            ``certificate-not-valid-then``, or a ``certificate-…`` code of ``certificates``.
    """
    if len(signature) > LONGEST:
        _refuse("signature-unreadable")
    parts = _parts(signature)
    certificate = _certificate(parts.certificate, parts.chain)
    attributes = _read_attributes(parts.attributes)
    _refuse_other(attributes, content, certificate)
    _refuse_other_algorithms(parts)
    _refuse_wrong(parts, certificate)
    if not certificate.valid_at(attributes.at):
        _refuse("certificate-not-valid-then")
    return Signed(certificate, attributes.at)


def _attributes(content: bytes, certificate: Certificate, at: datetime) -> cms.CMSAttributes:
    hashed = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.der).digest()})
    values = {
        "content_type": "data",
        "signing_time": _time(at),
        "message_digest": hashlib.sha256(content).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [hashed]}),
    }
    return cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in values.items()])


def _time(at: datetime) -> cms.Time:
    """RFC 5652 § 11.3: UTCTime through 2049, GeneralizedTime from then on."""
    return cms.Time("utc_time" if at.year < 2050 else "generalized_time", at)


def _envelope(parts: _Parts) -> bytes:
    certificate = asn1_x509.Certificate.load(parts.certificate)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": _issuer_and_serial(certificate)},
            "digest_algorithm": algos.DigestAlgorithm.load(parts.signer_digest_algorithm),
            "signed_attrs": cms.CMSAttributes.load(parts.attributes),
            "signature_algorithm": algos.SignedDigestAlgorithm.load(parts.signature_algorithm),
            "signature": parts.signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm.load(parts.digest_algorithm)],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate, *map(asn1_x509.Certificate.load, parts.chain)],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _issuer_and_serial(certificate: asn1_x509.Certificate) -> cms.IssuerAndSerialNumber:
    return cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )


def _parts(signature: bytes) -> _Parts:
    try:
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        return _judged(signed, signature)
    except _DAMAGED:
        _refuse("signature-unreadable")


def _judged(signed: cms.SignedData, signature: bytes) -> _Parts:
    if len(signed["signer_infos"]) != 1 or len(signed["digest_algorithms"]) != 1:
        _refuse("signature-not-canonical")
    signer = signed["signer_infos"][0]
    own, chain = _divided(signed["certificates"], signer["sid"])
    if not signer["signed_attrs"]:
        _refuse("signature-stripped")
    if signer["unsigned_attrs"]:
        _refuse("signature-unsigned-attributes")
    parts = _Parts(
        certificate=own,
        chain=chain,
        digest_algorithm=signed["digest_algorithms"][0].dump(),
        signer_digest_algorithm=signer["digest_algorithm"].dump(),
        attributes=b"\x31"
        + signer["signed_attrs"].dump()[1:],  # RFC 5652 § 5.4: signed as a SET, carried as [0]
        signature_algorithm=signer["signature_algorithm"].dump(),
        signature=signer["signature"].native,
    )
    if not {parts.digest_algorithm, parts.signer_digest_algorithm} <= _SHA256_FORMS:
        _refuse("signature-algorithm")
    if _envelope(parts) != signature:
        _refuse("signature-not-canonical")
    return parts


def _divided(
    certificates: cms.CertificateSet, signer: cms.SignerIdentifier
) -> tuple[bytes, tuple[bytes, ...]]:
    """Return the signer's certificate, and the rest, which must be the chain above it."""
    if signer.name != "issuer_and_serial_number":
        _refuse("signature-not-canonical")
    found, named = [one.chosen for one in certificates], signer.chosen.dump()
    own = [one.dump() for one in found if _issuer_and_serial(one).dump() == named]
    if len(own) != 1:
        _refuse("signature-certificates")
    return own[0], tuple(one.dump() for one in found if one.dump() != own[0])


def _certificate(der: bytes, chain: tuple[bytes, ...]) -> Certificate:
    try:
        certificate = read_certificate(der)
        refuse_strangers(der, chain)
        return certificate
    except CertificateFault as fault:
        _refuse(fault.code)


def _read_attributes(content: bytes) -> _Attributes:
    try:
        attributes = cms.CMSAttributes.load(content, strict=True)
        found = {attribute["type"].native: attribute["values"] for attribute in attributes}
        if len(found) != len(attributes) or not _REQUIRED <= found.keys() <= _ALLOWED:
            _refuse("signature-attributes")
        values = {kind: _only(found[kind]) for kind in sorted(_REQUIRED)}
        if attributes.dump(force=True) != content or not _are_sorted(attributes):
            _refuse("signature-not-canonical")
        hashed = values["signing_certificate_v2"]
        certificate = hashed["certs"][0]
        if len(hashed["certs"]) != 1 or hashed["policies"]:
            _refuse("signature-attributes")
        return _Attributes(
            content_type=values["content_type"].native,
            digest=values["message_digest"].native,
            at=_moment(values["signing_time"]),
            certificate_algorithm=certificate["hash_algorithm"]["algorithm"].native,
            certificate_digest=certificate["cert_hash"].native,
            issuer_and_serial=_named(certificate["issuer_serial"]),
        )
    except _DAMAGED:
        _refuse("signature-attributes")


def _are_sorted(attributes: cms.CMSAttributes) -> bool:
    """X.690 § 11.6; OpenSSL sorts before it verifies, so another order would hold here and nowhere else."""
    each = [attribute.dump() for attribute in attributes]
    return each == sorted(each)


def _named(issuer_serial: tsp.IssuerSerial) -> bytes | None:
    """Return an IssuerSerial (RFC 5035 § 4) as CMS writes issuer and number; ValueError where the issuer is no one name."""
    if not issuer_serial:
        return None
    (issuer,) = issuer_serial["issuer"]
    if issuer.name != "directory_name":
        raise ValueError(issuer.name)
    named = {"issuer": issuer.chosen, "serial_number": issuer_serial["serial_number"].native}
    return bytes(cms.IssuerAndSerialNumber(named).dump())


def _moment(said: cms.Time) -> datetime:
    """RFC 5652 § 11.3: always Zulu, whole seconds, and of two forms the one of its century; ValueError for no moment at all."""
    at: datetime = said.native
    if at.tzinfo is None or said.dump() != _time(at.astimezone(UTC)).dump():
        _refuse("signature-attributes")
    return at.astimezone(UTC)


def _only(values: cms.SetOf) -> Any:  # noqa: ANN401 - the attribute's own asn1crypto type
    if len(values) != 1:
        _refuse("signature-attributes")
    return values[0]


def _refuse_other(attributes: _Attributes, content: bytes, certificate: Certificate) -> None:
    if attributes.content_type != "data" or attributes.digest != hashlib.sha256(content).digest():
        _refuse("signature-content")
    # RFC 5035 § 4: the first hash is the signer's own; without it another certificate of the key could be put in.
    own = hashlib.sha256(certificate.der).digest()
    if attributes.certificate_algorithm != "sha256" or attributes.certificate_digest != own:
        _refuse("signature-certificate-hash")
    named = _issuer_and_serial(asn1_x509.Certificate.load(certificate.der)).dump()
    if attributes.issuer_and_serial not in (None, named):
        _refuse("signature-certificate-hash")


def _refuse_other_algorithms(parts: _Parts) -> None:
    """RFC 6211 § 2: where the signer says by what it signs, that must be what it signed by."""
    try:
        said = [one for one in cms.CMSAttributes.load(parts.attributes) if one["type"].native == _PROTECTION]
        fits = all(
            (one["digest_algorithm"].native, one["signature_algorithm"].native)
            == (
                algos.DigestAlgorithm.load(parts.signer_digest_algorithm).native,
                algos.SignedDigestAlgorithm.load(parts.signature_algorithm).native,
            )
            for attribute in said
            for one in attribute["values"]
        )
    except _DAMAGED:
        fits = False
    if not fits:
        _refuse("signature-algorithm")


def _refuse_wrong(parts: _Parts, certificate: Certificate) -> None:
    elliptic = isinstance(certificate.public_key, ec.EllipticCurvePublicKey)
    salt = None if elliptic else _salt_of(parts.signature_algorithm)
    if salt is None and parts.signature_algorithm not in (_ELLIPTIC if elliptic else _FACTORING):
        _refuse("signature-algorithm")
    if not certificate.verifies(parts.signature, parts.attributes, salt=salt):
        _refuse("signature-wrong")


def _salt_of(algorithm: bytes) -> int | None:
    """Return the salt's length in bytes where it is RSASSA-PSS with SHA-256 throughout and a salt no shorter than that."""
    try:
        said = algos.SignedDigestAlgorithm.load(algorithm)
        length = said["parameters"]["salt_length"].native if said["algorithm"].native == "rsassa_pss" else 0
    except _DAMAGED:
        return None
    return length if _SHORTEST_SALT <= length <= _LONGEST_SALT and _pss(length) == algorithm else None


def _pss(length: int) -> bytes:
    sha256 = {"algorithm": "sha256", "parameters": core.Null()}
    parameters = {
        "hash_algorithm": sha256,
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": algos.DigestAlgorithm(sha256)},
        "salt_length": length,
    }
    ours = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
    return bytes(ours.dump())


def _refuse(code: str) -> Never:
    raise PackageRefused(
        code,
        _("The package's signature is refused ({code}); ask the sender for a new package.").format(code=code),
    )

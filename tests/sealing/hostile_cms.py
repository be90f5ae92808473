"""CMS signatures that are almost right (RFC 5652), each built whole: one thing differs from what a package may carry."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
PSS = bytes.fromhex(
    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
    "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"
)
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@cache
def private_key(kind: str) -> Any:  # noqa: ANN401 - of any kind
    """Return a key of a kind, made once: ``P-256``, ``RSA-3072``, ``Ed25519`` and others."""
    if kind == "RSA-3072, e=3":
        return rsa.generate_private_key(public_exponent=3, key_size=3072)
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("RSA-"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[4:]))
    curves: dict[str, ec.EllipticCurve] = {
        "P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "K-256": ec.SECP256K1(),
        "P-224": ec.SECP224R1(), "brainpool": ec.BrainpoolP256R1(), "other P-256": ec.SECP256R1(),
        "authority": ec.SECP256R1(), "intermediate": ec.SECP256R1(),
    }  # fmt: skip
    return ec.generate_private_key(curves[kind])


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A certificate to be made; without an issuer it signs itself."""

    kind: str = "P-256"
    name: str = "Jobcenter Gladsaxe"
    authority: bool = False
    usages: Sequence[str] | None = ("digital_signature", "content_commitment")
    start: datetime = AT - YEAR
    end: datetime = AT + YEAR
    issuer: Issue | None = None
    extended: x509.ObjectIdentifier | None = None
    condition: x509.ExtensionType | None = None
    serial: int = 4711

    @property
    def der(self) -> bytes:
        return _certificate(self)


@cache
def _certificate(issue: Issue) -> bytes:
    issuer = issue.issuer or issue
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(issue.name))
        .issuer_name(_name(issuer.name))
        .public_key(private_key(issue.kind).public_key())
        .serial_number(issue.serial)
        .not_valid_before(issue.start)
        .not_valid_after(issue.end)
        .add_extension(x509.BasicConstraints(ca=issue.authority, path_length=None), critical=True)
    )
    if issue.usages is not None:
        usage = x509.KeyUsage(**{name: name in issue.usages for name in _USAGES})
        builder = builder.add_extension(usage, critical=True)
    if issue.extended is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([issue.extended]), critical=True)
    if issue.condition is not None:
        builder = builder.add_extension(issue.condition, critical=True)
    digest = None if issuer.kind == "Ed25519" else hashes.SHA256()
    return builder.sign(private_key(issuer.kind), digest).public_bytes(Encoding.DER)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


CA_USAGES = ("key_cert_sign", "crl_sign")
ROOT = Issue(kind="authority", name="Root", authority=True, usages=CA_USAGES, serial=1)
MIDDLE = Issue(kind="intermediate", name="Middle", authority=True, usages=CA_USAGES, issuer=ROOT, serial=2)
ISSUED = Issue(issuer=MIDDLE, serial=3)
TIMESTAMPING = ExtendedKeyUsageOID.TIME_STAMPING


@dataclass(frozen=True, kw_only=True)
class Cms:
    """A signature to be made over some content.

    Attributes:
        values: of signed attributes, in place of or beside the honest ones; None leaves one out, a list gives several.
        hashed: the hash that the key signs with; ``digest`` is what the structure says.
        algorithm: DER of the signature's algorithm; "" is the honest one.
    """

    certificate: Issue = Issue()
    signed_with: str = ""
    digest: str = "sha256"
    hashed: str = "sha256"
    algorithm: bytes = b""
    values: dict[str, Any] = field(default_factory=dict)
    attributes: bool = True
    unsigned: Sequence[dict[str, Any]] = ()
    certificates: Sequence[bytes] | None = None
    crls: Sequence[bytes] = ()
    content_type: str = "data"
    inside: bool = False
    version: str = "v1"
    by_key_id: bool = False
    sid_serial: int | None = None
    pss: bool = False
    twice: bool = False

    def over(self, content: bytes) -> bytes:
        """Return the DER of the signature."""
        signer = self._signer(content)
        inner: dict[str, Any] = {"content_type": self.content_type}
        if self.inside:
            inner["content"] = content
        carried = [self.certificate.der] if self.certificates is None else self.certificates
        whole: dict[str, Any] = {
            "version": self.version,
            "digest_algorithms": [{"algorithm": self.digest}],
            "encap_content_info": inner,
            "certificates": [asn1_x509.Certificate.load(one) for one in carried],
            "signer_infos": [signer, signer.copy()] if self.twice else [signer],
        }
        if self.crls:
            whole["crls"] = [core.Sequence.load(one) for one in self.crls]
        return bytes(
            cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(whole)}).dump()
        )

    def _signer(self, content: bytes) -> cms.SignerInfo:
        signed = self._attributes(content)
        over = signed.dump() if self.attributes else content
        own = asn1_x509.Certificate.load(self.certificate.der)
        named: dict[str, Any] = {"issuer": own.issuer, "serial_number": self.sid_serial or own.serial_number}
        sid = cms.SignerIdentifier("issuer_and_serial_number", named)
        if self.by_key_id:
            sid = cms.SignerIdentifier("subject_key_identifier", b"\1" * 20)
        parts: dict[str, Any] = {
            "version": "v3" if self.by_key_id else "v1",
            "sid": sid,
            "digest_algorithm": {"algorithm": self.digest},
            "signature_algorithm": self._algorithm(),
            "signature": self._signature(over),
        }
        if self.attributes:
            parts["signed_attrs"] = signed
        if self.unsigned:
            parts["unsigned_attrs"] = cms.CMSAttributes(list(self.unsigned))
        return cms.SignerInfo(parts)

    def _attributes(self, content: bytes) -> cms.CMSAttributes:
        hashed = {"cert_hash": hashlib.sha256(self.certificate.der).digest()}
        honest: dict[str, Any] = {
            "content_type": "data",
            "signing_time": cms.Time("utc_time", AT),
            "message_digest": hashlib.new(self.digest, content).digest(),
            "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2(hashed)]}),
        }
        merged = {**honest, **self.values}
        return cms.CMSAttributes(
            [
                {"type": kind, "values": value if isinstance(value, list) else [value]}
                for kind, value in merged.items()
                if value is not None
            ]
        )

    def _algorithm(self) -> algos.SignedDigestAlgorithm:
        if self.algorithm:
            return algos.SignedDigestAlgorithm.load(self.algorithm)
        if self.pss:
            return algos.SignedDigestAlgorithm.load(PSS)
        kind = self.certificate.kind
        name = f"{self.hashed}_{'rsa' if kind.startswith('RSA') else 'ecdsa'}"
        return algos.SignedDigestAlgorithm({"algorithm": "ed25519" if kind == "Ed25519" else name})

    def _signature(self, over: bytes) -> bytes:
        key = private_key(self.signed_with or self.certificate.kind)
        known: dict[str, hashes.HashAlgorithm] = {
            "sha256": hashes.SHA256(),
            "sha384": hashes.SHA384(),
            "sha512": hashes.SHA512(),
            "sha1": hashes.SHA1(),  # noqa: S303 - the fault
        }
        digest = known[self.hashed]
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(over)
        if isinstance(key, rsa.RSAPrivateKey):
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
            return key.sign(over, pss if self.pss else padding.PKCS1v15(), digest)
        return bytes(key.sign(over, ec.ECDSA(digest)))


def time_written(text: bytes) -> cms.Time:
    """Return a signing time as it is written: 13 characters with two digits of the year are a UTCTime."""
    tag = 0x17 if len(text) == len(b"YYMMDDHHMMSSZ") else 0x18
    return cms.Time.load(bytes([tag, len(text)]) + text)


def protection(digest: str, signature: str) -> cms.CMSAlgorithmProtection:
    """Return the attribute that says by what is signed (RFC 6211)."""
    return cms.CMSAlgorithmProtection(
        {"digest_algorithm": {"algorithm": digest}, "signature_algorithm": {"algorithm": signature}}
    )


def with_hash(**changes: object) -> tsp.SigningCertificateV2:
    """Return the attribute that names the honest certificate, with its parts changed."""
    values = {"cert_hash": hashlib.sha256(Issue().der).digest(), **changes}
    return tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2(values)]})


def issuer_serial(name: str = "Jobcenter Gladsaxe", serial: int = 4711) -> dict[str, object]:
    """Return the IssuerSerial of a certificate."""
    issuer = asn1_x509.Name.build({"common_name": name})
    return {"issuer": [asn1_x509.GeneralName("directory_name", issuer)], "serial_number": serial}


def indefinite(signature: bytes) -> bytes:
    """Return the same structure with its outer length left open, as BER may and DER may not."""
    header = 4 if signature[1] == 0x82 else 2
    return b"\x30\x80" + signature[header:] + b"\0\0"

"""A valid package made hostile, in every way at hand, each refused for the right reason; and controls that must pass.

Each variant starts from the bytes of one package that is accepted. Whoever makes it has the signer's key where the
variant needs it (lists and signatures are then made anew), so that the one fault is all there is to find.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import algos, cms, core
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.errors import PackageRefused
from exchange.sealing.certificates import CertificateFault, read_certificate
from exchange.sealing.container import open_container, reader
from exchange.sealing.manifest import write_manifest
from exchange.sealing.trust import Pin, Trust
from tests.sealing.hostile_cms import (
    AT,
    ISSUED,
    MIDDLE,
    ROOT,
    TIMESTAMPING,
    Cms,
    Issue,
    indefinite,
    issuer_serial,
    protection,
    time_written,
    with_hash,
)
from tests.sealing.hostile_zip import MIMETYPE, REGULAR, Raw, build, deflated

MANIFEST, SIGNATURE, SUMS = "META-INF/ASiCManifest001.xml", "META-INF/signature001.p7s", "SHA256SUMS"
SECOND = ("META-INF/ASiCManifest002.xml", "META-INF/signature002.p7s")
ROWS = "data/placements.csv"
PAYLOAD = {
    "datapackage.json": b'{"name":"aft-1"}\n',
    ROWS: b"placement_id\n159-00012\n",
    "rules/_closed_day.sql": b"SELECT 1\n",
    "empty.csv": b"",
}
HONEST = Cms()


@dataclass(frozen=True, kw_only=True)
class Making:
    """How one package is made, from the files to the bytes.

    Attributes:
        signature: what is signed with; listed, signed: the manifest and the signature where they are not made honestly.
        raw: changes the entry of that name.
    """

    files: Mapping[str, bytes]
    signature: Cms = HONEST
    sums: Callable[[dict[str, bytes]], bytes] | None = None
    manifest: Callable[[bytes], bytes] = bytes
    signed: Callable[[bytes], bytes] = bytes
    extra: Mapping[str, bytes] | None = None
    order: Callable[[list[str]], list[str]] = list
    raw: Mapping[str, dict[str, Any]] | None = None
    zipped: Mapping[str, Any] | None = None
    bytes_: Callable[[bytes], bytes] = bytes

    def content(self) -> bytes:
        files = {"mimetype": MIMETYPE, **self.files}
        files[SUMS] = (self.sums or sums_of)(files)
        manifest = self.manifest(write_manifest(SIGNATURE, files))
        files |= {
            MANIFEST: manifest,
            SIGNATURE: self.signed(self.signature.over(manifest)),
            **(self.extra or {}),
        }
        raw = self.raw or {}
        entries = [
            Raw(**{"name": name, "content": files[name], **raw.get(name, {})})
            for name in self.order([*files])
        ]
        return self.bytes_(build(entries, **(self.zipped or {})))


def sums_of(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in files.items()).encode()


BASE = Making(files=PAYLOAD)


def verdict(content: bytes, *pinned: Issue) -> str:
    """Return why a package is refused, by its container or by a signature; empty where it is accepted."""
    pins = []
    for one in pinned or (Issue(),):
        try:
            pins.append(Pin(read_certificate(one.der), "pinned"))
        except CertificateFault:
            continue
    try:
        opened = open_container(reader(content), len(content), Trust(tuple(pins)), now=AT)
    except PackageRefused as refusal:
        return refusal.code
    return next((signature.code for signature in opened.signatures if signature.code), "")


def named(name: str | bytes) -> Making:
    return replace(BASE, raw={"empty.csv": {"name": name}})


def entry(**changes: Any) -> Making:  # noqa: ANN401
    return replace(BASE, raw={ROWS: changes})


def zipped(**changes: Any) -> Making:  # noqa: ANN401
    return replace(BASE, zipped=changes)


def listed(old: bytes, new: bytes) -> Making:
    def change(manifest: bytes) -> bytes:
        assert old in manifest
        return manifest.replace(old, new, 1)

    return replace(BASE, manifest=change)


def signed(**changes: Any) -> Making:  # noqa: ANN401
    return replace(BASE, signature=replace(HONEST, **changes))


def saying(**values: Any) -> Making:  # noqa: ANN401
    return signed(values=values)


def by(**changes: Any) -> Making:  # noqa: ANN401
    return signed(certificate=Issue(**changes))


def pss(**parameters: Any) -> Making:  # noqa: ANN401
    """Return a package signed with PSS and a salt of 32 bytes, that says so with these parameters."""
    sha256 = {"algorithm": "sha256", "parameters": core.Null()}
    honest = {"hash_algorithm": sha256, "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": sha256}}
    said: dict[str, Any] = {"algorithm": "rsassa_pss"}
    if parameters:
        said["parameters"] = {**honest, **parameters}
    algorithm = algos.SignedDigestAlgorithm(said).dump()
    return signed(certificate=Issue(kind="RSA-3072"), pss=True, algorithm=algorithm)


def summed(old: bytes, new: bytes) -> Making:
    return replace(BASE, sums=lambda files: sums_of(files).replace(old, new, 1))


def moved(*last: str) -> Making:
    return replace(BASE, order=lambda names: [*(one for one in names if one not in last), *last])


def without(name: str) -> Making:
    return replace(BASE, order=lambda names: [one for one in names if one != name])


def edited(change: Callable[[cms.SignedData], None]) -> Making:
    def again(signature: bytes) -> bytes:
        info = cms.ContentInfo.load(signature).copy()
        change(info["content"])
        return bytes(info.dump(force=True))

    return replace(BASE, signed=again)


def flipped_signature(signature: bytes) -> bytes:
    return signature[:-1] + bytes([signature[-1] ^ 1])


def unsorted(signature: bytes) -> bytes:
    info = cms.ContentInfo.load(signature)
    whole = info["content"]["signer_infos"][0]["signed_attrs"].untag().dump()
    inside = [one.dump() for one in info["content"]["signer_infos"][0]["signed_attrs"]]
    return signature.replace(b"".join(inside), b"".join(reversed(inside))) if whole else signature


NAMES: dict[str, tuple[Making, str]] = {
    f"name {name!r}": (named(name), code)
    for name, code in (
        ("", "name-empty"), ("data/", "name-empty"), ("data//a.csv", "name-empty"), ("x" * 181, "name-too-long"),
        ("a\nb.csv", "name-control"), ("a\x00.csv", "name-control"), ("a\x1b[2J.csv", "name-control"), ("a\x7f", "name-control"),
        ("csv\u202efdp.exe", "name-invisible"), ("a\u200bb.csv", "name-invisible"), ("a\u2066b", "name-invisible"),
        ("a\u2028b", "name-invisible"), ("\ufeffa.csv", "name-invisible"), ("åben.csv", "name-not-ascii"), ("аpple.csv", "name-not-ascii"),
        (b"\xff.csv", "name-not-ascii"), ("..\\a.csv", "name-backslash"), ("\\\\server\\share", "name-backslash"),
        ("c:/windows", "name-drive"), ("a.csv:stream", "name-drive"), ("/etc/passwd", "name-absolute"),
        ("//server/share", "name-absolute"), ("../a.csv", "name-traversal"), ("data/../../a.csv", "name-traversal"),
        ("./a.csv", "name-trailing-dot-or-blank"), ("a.csv.", "name-trailing-dot-or-blank"), ("a.csv ", "name-trailing-dot-or-blank"),
        ("nul", "name-device"), ("data/com1.csv", "name-device"), ("clock$", "name-device"), ("what?.csv", "name-reserved-character"),
        ("datapa~1.jso", "name-reserved-character"), ("a/b/c/d/e.csv", "name-too-deep"), ("DATA/Placements.csv", "name-duplicate"),
        ("datapackage.json", "name-duplicate"), ("data", "name-conflict"), (f"{ROWS}/x", "name-conflict"),
    )
}  # fmt: skip

ZIPS: dict[str, tuple[Making, str]] = {
    "bytes before": (zipped(prefix=b"#!/bin/sh\n"), "archive-prefix"),
    "bytes after": (zipped(suffix=b"x"), "archive-suffix"),
    "comment": (zipped(comment=b"hello"), "archive-comment"),
    "bytes before the end record": (zipped(before_end=b"hidden"), "archive-gap"),
    "two end records": (replace(BASE, bytes_=lambda b: b + b[-22:]), "archive-gap"),
    "an end record in the comment of another": (
        replace(BASE, bytes_=lambda b: b[:-2] + b"\x16\0" + b[-22:]),
        "archive-gap",
    ),
    "a ZIP64 end record": (
        zipped(before_end=b"PK\x06\x06" + b"\0" * 52 + b"PK\x06\x07" + b"\0" * 16),
        "archive-zip64",
    ),
    "nothing counted": (zipped(count=0), "archive-entries"),
    "several disks": (zipped(disks=(1, 1)), "archive-multidisk"),
    "one entry fewer counted": (zipped(count=7), "archive-directory"),
    "one entry more counted": (zipped(count=9), "archive-directory"),
    "ZIP64 count": (zipped(count=0xFFFF), "archive-zip64"),
    "ZIP64 locator": (zipped(before_end=b"PK\x06\x07" + b"\0" * 16), "archive-zip64"),
    "ZIP64 size": (entry(size=0xFFFFFFFF), "archive-zip64"),
    "cut in half": (replace(BASE, bytes_=lambda b: b[: len(b) // 2]), "archive-truncated"),
    "end cut off": (replace(BASE, bytes_=lambda b: b[:-22]), "archive-truncated"),
    "twice in a row": (replace(BASE, bytes_=lambda b: b + b), "archive-gap"),
    "empty": (replace(BASE, bytes_=lambda _b: b""), "archive-truncated"),
    "hidden bytes between": (entry(before=b"hidden"), "archive-gap"),
    "hidden bytes behind": (entry(after=b"hidden"), "archive-gap"),
    "two entries over the same bytes": (entry(offset=0), "archive-overlap"),
    "data descriptor": (entry(flags=0x8), "entry-data-descriptor"),
    "encrypted": (entry(flags=0x1), "entry-encrypted"),
    "masked": (entry(flags=0x2000), "entry-encrypted"),
    "UTF-8 flag": (entry(flags=0x800), "entry-flags"),
    "extra field": (entry(extra=b"\xff\xff\x02\0hi"), "entry-extra-field"),
    "Unicode path field": (entry(extra=b"up\x05\0\x01abcd"), "entry-extra-field"),
    "extra field of the local header": (entry(local_extra=b"\xff\xff\x02\0hi"), "archive-gap"),
    "ZIP64 field": (entry(extra=b"\x01\0\x10\0" + b"\0" * 16), "entry-extra-field"),
    "an entry that reaches into the next": (
        entry(packed_size=len(PAYLOAD[ROWS]) + 1, size=len(PAYLOAD[ROWS]) + 1),
        "archive-overlap",
    ),
    "entry comment": (entry(comment=b"hi"), "entry-comment"),
    "bzip2": (entry(method=12), "entry-method"),
    "link": (entry(attributes=0o120777 << 16), "entry-link"),
    "directory": (entry(attributes=0o040755 << 16), "entry-directory"),
    "directory as DOS says it": (entry(attributes=REGULAR | 0x10), "entry-directory"),
    "device": (entry(attributes=0o020666 << 16), "entry-device"),
    "pipe": (entry(attributes=0o010666 << 16), "entry-device"),
    "set-uid": (entry(attributes=0o104755 << 16), "entry-attributes"),
    "made on DOS": (entry(made_by=20), "entry-version"),
    "needs a later reader": (entry(needed=45), "entry-version"),
    "text flag": (entry(internal=1), "entry-version"),
    "another date": (entry(date=0x5421), "entry-timestamp"),
    "another time": (entry(time=1), "entry-timestamp"),
    "another name in the local header": (entry(local_name=b"data/plasements.csv"), "entry-header-mismatch"),
    "another CRC in the local header": (entry(local_crc=1), "entry-header-mismatch"),
    "other flags in the local header": (entry(local_flags=8), "entry-header-mismatch"),
    "wrong CRC": (entry(crc=1), "entry-crc"),
    "wrong size": (entry(size=2), "entry-size"),
    "deflates to more": (entry(deflate=True, size=3), "entry-size"),
    "deflates to less": (entry(deflate=True, size=99), "entry-size"),
    "no deflate stream": (entry(content=b"\xff\xff\xff", method=8), "entry-deflate"),
    "bytes behind the deflate stream": (
        entry(content=deflated(PAYLOAD[ROWS]) + b"x", method=8, size=len(PAYLOAD[ROWS])),
        "entry-deflate",
    ),
    "words said by empty deflate blocks": (
        replace(
            BASE,
            raw={
                "empty.csv": {"content": b"\0\0\0\xff\xff" * 99 + b"\3\0", "method": 8, "size": 0, "crc": 0}
            },
        ),
        "entry-deflate",
    ),
    "bomb": (
        replace(BASE, files={**PAYLOAD, "a": bytes(2**21)}, raw={"a": {"deflate": True}}),
        "entry-ratio",
    ),
    "no mimetype": (without("mimetype"), "mimetype-missing"),
    "mimetype last": (moved("mimetype"), "mimetype-not-first"),
    "mimetype deflated": (replace(BASE, raw={"mimetype": {"deflate": True}}), "mimetype-not-stored"),
    "another mimetype": (replace(BASE, raw={"mimetype": {"content": b"application/zip"}}), "mimetype-other"),
}

RESOURCES: dict[str, tuple[Making, str]] = {
    "a row changed": (entry(content=b"placement_id\n159-00013\n"), "container-sums-differ"),
    "a row changed and its sum": (
        replace(
            entry(content=b"x"),
            sums=lambda f: sums_of({**f, ROWS: b"x"}),
            manifest=lambda _m: write_manifest(SIGNATURE, {"mimetype": MIMETYPE, **PAYLOAD, SUMS: sums_of({"mimetype": MIMETYPE, **PAYLOAD, ROWS: b"x"})}),
        ),
        "container-digest",
    ),
    "a file left out": (without("empty.csv"), "container-sums-differ"),
    "a file added": (replace(BASE, extra={"more.csv": b""}, order=lambda n: [*n[:-4], n[-1], *n[-4:-1]]), "container-sums-differ"),
    "a file behind the signature": (replace(BASE, extra={"more.csv": b""}), "container-order"),
    "no sums": (without(SUMS), "container-sums-missing"),
    "sums first": (replace(BASE, order=lambda n: [n[0], SUMS, *(x for x in n[1:] if x != SUMS)]), "container-order"),
    "sum of another file": (summed(b"empty", b"emtpy"), "container-sums-differ"),
    "sums with one blank": (summed(b"  ", b" "), "container-sums-differ"),
    "sums in capitals": (replace(BASE, sums=lambda f: sums_of(f).upper()), "container-sums-differ"),
    "sums of Windows": (replace(BASE, sums=lambda f: sums_of(f).replace(b"\n", b"\r\n")), "container-sums-differ"),
    "sums without the last": (replace(BASE, sums=lambda f: sums_of(dict([*f.items()][:-1]))), "container-sums-differ"),
    "no manifest": (without(MANIFEST), "container-manifest-missing"),
    "no signature": (without(SIGNATURE), "container-signature-missing"),
    "signature before its manifest": (moved(SIGNATURE, MANIFEST), "container-manifest-missing"),
    "metadata that is none of ours": (replace(BASE, extra={"META-INF/manifest.xml": b""}), "container-unknown-metadata"),
    "metadata in another case": (replace(BASE, extra={"meta-inf/x": b""}), "container-unknown-metadata"),
    "a second manifest without signature": (replace(BASE, extra={SECOND[0]: b""}), "container-signature-missing"),
    "a second signature without manifest": (replace(BASE, extra={SECOND[1]: b""}), "container-unknown-metadata"),
    "a countersignature over nothing": (replace(BASE, extra=dict.fromkeys(SECOND, b"")), "manifest-unreadable"),
    "a countersignature that leaves the first out": (
        replace(BASE, extra={SECOND[0]: write_manifest(SECOND[1], PAYLOAD), SECOND[1]: b"x"}),
        "container-unlisted-file",
    ),
    "the first manifest and signature once more": (
        replace(BASE, extra={SECOND[0]: write_manifest(SIGNATURE, PAYLOAD), SECOND[1]: b"x"}),
        "container-other-signature",
    ),
}  # fmt: skip

_OBJECT = b'  <asic:DataObjectReference URI="empty.csv">'
_METHOD = b'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
LISTS: dict[str, tuple[Making, str]] = {
    "DTD": (listed(b"<asic:ASiC", b"<!DOCTYPE x>\n<asic:ASiC"), "manifest-dtd"),
    "entity": (listed(b"<asic:ASiC", b'<!DOCTYPE x [<!ENTITY a "b">]>\n<asic:ASiC'), "manifest-dtd"),
    "outside entity": (listed(b"<asic:ASiC", b'<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<asic:ASiC'), "manifest-dtd"),
    "comment in the manifest": (listed(_METHOD, b"<!-- x -->" + _METHOD), "manifest-unknown-element"),
    "instruction": (listed(_METHOD, b"<?x y?>" + _METHOD), "manifest-unknown-element"),
    "unknown element": (listed(_METHOD, _METHOD + b"<x/>"), "manifest-unknown-element"),
    "another namespace": (listed(b"v1.2.1", b"v1.2.2"), "manifest-unknown-element"),
    "XML 1.1": (listed(b'version="1.0"', b'version="1.1"'), "manifest-unreadable"),
    "UTF-16 that says UTF-8": (replace(BASE, manifest=lambda m: m.decode().encode("utf-16")), "manifest-unreadable"),
    "a mark before the text": (replace(BASE, manifest=lambda m: b"\xef\xbb\xbf" + m), "manifest-unreadable"),
    "a letter by its number": (listed(b'"empty.csv"', b'"&#101;mpty.csv"'), "manifest-unreadable"),
    "digest in a CDATA section": (listed(b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", b"<![CDATA[47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=]]>"), "manifest-unknown-element"),
    "another kind of signature": (listed(b"pkcs7-signature", b"timestamp-token"), "manifest-unknown-attribute"),
    "two signatures named": (listed(b"  <asic:Data", b'  <asic:SigReference URI="META-INF/signature001.p7s"/>\n  <asic:Data'), "manifest-incomplete"),
    "base of another place": (listed(b"<asic:ASiCManifest", b'<asic:ASiCManifest xml:base="http://a.example/"'), "manifest-unknown-attribute"),
    "unknown attribute": (listed(b' MimeType="', b' Rootfile="true" MimeType="'), "manifest-unknown-attribute"),
    "another encoding": (listed(b"UTF-8", b"latin-1"), "manifest-unreadable"),
    "text behind": (listed(b"</asic:ASiCManifest>\n", b"</asic:ASiCManifest>\nx"), "manifest-unreadable"),
    "larger than a list is": (replace(BASE, manifest=lambda m: m + b" " * 2**20), "manifest-unreadable"),
    "same file twice": (listed(_OBJECT, _OBJECT.replace(b"empty.csv", ROWS.encode())), "manifest-duplicate"),
    "a file that is not there": (listed(b'"empty.csv"', b'"emtpy.csv"'), "container-missing-file"),
    "a file in other case": (listed(b'"empty.csv"', b'"Empty.csv"'), "container-missing-file"),
    "a file above, percent-encoded": (listed(b'"empty.csv"', b'"%2e%2e/empty.csv"'), "manifest-uri"),
    "a folder percent-encoded": (listed(b'"data/placements', b'"data%2Fplacements'), "manifest-uri"),
    "a file percent-encoded for nothing": (listed(b'"empty.csv"', b'"%65mpty.csv"'), "manifest-uri"),
    "a file of a host": (listed(b'"empty.csv"', b'"file:///etc/passwd"'), "name-drive"),
    "a file above": (listed(b'"empty.csv"', b'"../empty.csv"'), "name-traversal"),
    "a file with a query": (listed(b'"empty.csv"', b'"empty.csv?x"'), "manifest-uri"),
    "SHA-1 of the files": (listed(b"2001/04/xmlenc#sha256", b"2000/09/xmldsig#sha1"), "manifest-digest-algorithm"),
    "SHA-512 of the files": (listed(b"xmlenc#sha256", b"xmlenc#sha512"), "manifest-digest-algorithm"),
    "no algorithm": (listed(_METHOD, b""), "manifest-incomplete"),
    "two algorithms": (listed(_METHOD, _METHOD * 2), "manifest-duplicate"),
    "digest of another file": (listed(b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", b"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="), "container-digest"),
    "digest in hex": (listed(b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", b"e3b0c442" * 8), "manifest-digest-value"),
    "digest with blanks": (listed(b"47DEQpj8", b"47DEQpj8 "), "manifest-digest-value"),
    "another signature named": (listed(b"signature001", b"signature002"), "container-other-signature"),
    "the manifest changed after signing": (replace(BASE, signed=lambda _s: HONEST.over(b"other")), "signature-content"),
}  # fmt: skip

_COUNTER = {"type": "counter_signature", "values": [HONEST._signer(b"x")]}
SIGNATURES: dict[str, tuple[Making, str]] = {
    "no signed attributes": (signed(attributes=False), "signature-stripped"),
    "no content type": (saying(content_type=None), "signature-attributes"),
    "no signing time": (saying(signing_time=None), "signature-attributes"),
    "no digest": (saying(message_digest=None), "signature-attributes"),
    "no signing certificate": (saying(signing_certificate_v2=None), "signature-attributes"),
    "content type twice": (saying(content_type=["data", "data"]), "signature-attributes"),
    "two signing times": (saying(signing_time=[cms.Time("utc_time", AT)] * 2), "signature-attributes"),
    "an attribute that is none of ours": (saying(counter_signature=[]), "signature-attributes"),
    "another content type in the attributes": (saying(content_type="signed_data"), "signature-content"),
    "another content type in the structure": (signed(content_type="signed_data"), "signature-not-canonical"),
    "the content inside": (signed(inside=True), "signature-not-canonical"),
    "digest of other content": (saying(message_digest=hashlib.sha256(b"x").digest()), "signature-content"),
    "signed in the future": (saying(signing_time=cms.Time("utc_time", AT + timedelta(days=30))), "signing-time-future"),
    "signed at a time in the form of 2050": (saying(signing_time=time_written(b"20260302093000Z")), "signature-attributes"),
    "signed at half a second": (saying(signing_time=time_written(b"20260302093000.5Z")), "signature-attributes"),
    "signed at a time of no zone": (saying(signing_time=time_written(b"20260302093000")), "signature-attributes"),
    "says that it digests by SHA-1": (saying(cms_algorithm_protection=protection("sha1", "sha256_ecdsa")), "signature-algorithm"),
    "says that it signs by RSA": (saying(cms_algorithm_protection=protection("sha256", "sha256_rsa")), "signature-algorithm"),
    "hash of another certificate": (saying(signing_certificate_v2=with_hash(cert_hash=b"\1" * 32)), "signature-certificate-hash"),
    "hash by SHA-1": (saying(signing_certificate_v2=with_hash(hash_algorithm={"algorithm": "sha1"})), "signature-certificate-hash"),
    "number of another certificate": (saying(signing_certificate_v2=with_hash(issuer_serial=issuer_serial(serial=1))), "signature-certificate-hash"),
    "issuer of another certificate": (saying(signing_certificate_v2=with_hash(issuer_serial=issuer_serial("Other"))), "signature-certificate-hash"),
    "two certificates hashed": (saying(signing_certificate_v2={"certs": [with_hash()["certs"][0], with_hash()["certs"][0]]}), "signature-attributes"),
    "the signer's number is another": (signed(sid_serial=1), "signature-certificates"),
    "signer named by key": (signed(by_key_id=True), "signature-not-canonical"),
    "two signers": (signed(twice=True), "signature-not-canonical"),
    "version 3": (signed(version="v3"), "signature-not-canonical"),
    "no certificate": (signed(certificates=()), "signature-certificates"),
    "a stranger's certificate beside": (signed(certificates=(Issue().der, ROOT.der)), "signature-certificates"),
    "the certificate twice": (signed(certificates=(Issue().der, Issue().der)), "signature-certificates"),
    "another certificate of the same name and number": (signed(certificates=(Issue(kind="other P-256").der,)), "signature-certificate-hash"),
    "an unsigned attribute": (signed(unsigned=[{"type": "content_type", "values": ["data"]}]), "signature-unsigned-attributes"),
    "a countersignature inside": (signed(unsigned=[_COUNTER]), "signature-unsigned-attributes"),
    "signed by another key": (signed(signed_with="other P-256"), "signature-wrong"),
    "one bit of the signature": (replace(BASE, signed=flipped_signature), "signature-wrong"),
    "digests by SHA-1": (signed(digest="sha1"), "signature-algorithm"),
    "digests by SHA-512": (signed(digest="sha512"), "signature-algorithm"),
    "signed by SHA-1": (signed(hashed="sha1"), "signature-algorithm"),
    "signed by SHA-384": (signed(hashed="sha384"), "signature-algorithm"),
    "RSA signed by SHA-1": (signed(certificate=Issue(kind="RSA-3072"), hashed="sha1"), "signature-algorithm"),
    "RSA signed by SHA-512": (signed(certificate=Issue(kind="RSA-3072"), hashed="sha512"), "signature-algorithm"),
    "PKCS#1 called PSS": (signed(certificate=Issue(kind="RSA-3072"), algorithm=Cms(pss=True)._algorithm().dump()), "signature-wrong"),
    "PSS without parameters": (pss(), "signature-algorithm"),
    "PSS with a salt of 20 bytes": (pss(salt_length=20), "signature-algorithm"),
    "PSS with another salt than it says": (pss(salt_length=64), "signature-wrong"),
    "PSS with a salt longer than the key": (pss(salt_length=1000), "signature-wrong"),
    "PSS with a negative salt": (pss(salt_length=-32), "signature-algorithm"),
    "PSS with SHA-1": (pss(salt_length=32, hash_algorithm={"algorithm": "sha1"}), "signature-algorithm"),
    "PSS with a mask by SHA-1": (pss(salt_length=32, mask_gen_algorithm={"algorithm": "mgf1", "parameters": {"algorithm": "sha1"}}), "signature-algorithm"),
    "two digest algorithms": (edited(lambda s: s.__setitem__("digest_algorithms", [{"algorithm": "sha256"}] * 2)), "signature-not-canonical"),
    "a list of revocations": (edited(lambda s: s.__setitem__("crls", [])), "signature-not-canonical"),
    "byte behind": (replace(BASE, signed=lambda s: s + b"\0"), "signature-unreadable"),
    "cut off": (replace(BASE, signed=lambda s: s[:-20]), "signature-unreadable"),
    "empty signature": (replace(BASE, signed=lambda _s: b""), "signature-unreadable"),
    "larger than a signature is": (replace(BASE, signed=lambda s: s + b"\0" * 2**17), "signature-unreadable"),
    "length left open": (replace(BASE, signed=indefinite), "signature-not-canonical"),
    "length longer than needed": (replace(BASE, signed=lambda s: b"\x30\x83\0" + s[2:]), "signature-not-canonical"),
    "attributes in another order": (replace(BASE, signed=unsorted), "signature-not-canonical"),
    "PEM": (replace(BASE, signed=lambda s: b"-----BEGIN CMS-----\n" + s), "signature-unreadable"),
    "only data": (replace(BASE, signed=lambda _s: bytes(cms.ContentInfo({"content_type": "data", "content": b"x"}).dump())), "signature-unreadable"),
    "no signer": (edited(lambda s: s.__setitem__("signer_infos", [])), "signature-not-canonical"),
}  # fmt: skip

CERTIFICATES: dict[str, tuple[Making, str]] = {
    "nobody trusts it": (by(serial=4712), "signer-unknown"),
    "an authority": (by(authority=True), "certificate-is-ca"),
    "an authority that may sign": (by(authority=True, usages=("digital_signature", "key_cert_sign")), "certificate-is-ca"),
    "no key usage": (by(usages=None), "certificate-key-usage"),
    "may only encrypt": (by(usages=("key_encipherment",)), "certificate-key-usage"),
    "may only agree on keys": (by(usages=("key_agreement",)), "certificate-key-usage"),
    "over": (by(end=AT - timedelta(days=1)), "certificate-not-valid-then"),
    "not yet": (by(start=AT + timedelta(days=1)), "certificate-not-valid-then"),
    "over by a second": (by(end=AT - timedelta(seconds=1)), "certificate-not-valid-then"),
    "a condition that nobody knows": (by(condition=x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")), "certificate-extension"),
    "a condition of authorities": (by(condition=x509.PolicyConstraints(1, None)), "certificate-extension"),
    "RSA 1024": (by(kind="RSA-1024"), "certificate-algorithm"),
    "RSA 2048": (by(kind="RSA-2048"), "certificate-algorithm"),
    "RSA with a small exponent": (by(kind="RSA-3072, e=3"), "certificate-algorithm"),
    "RSA 3064": (by(kind="RSA-3064"), "certificate-algorithm"),
    "P-224": (by(kind="P-224"), "certificate-algorithm"),
    "P-521": (by(kind="P-521"), "certificate-algorithm"),
    "secp256k1": (by(kind="K-256"), "certificate-algorithm"),
    "Brainpool": (by(kind="brainpool"), "certificate-algorithm"),
    "Ed25519": (by(kind="Ed25519"), "certificate-algorithm"),
    "issued, its chain by another": (
        signed(certificate=ISSUED, certificates=(ISSUED.der, replace(MIDDLE, serial=9, kind="other P-256").der)),
        "signature-certificates",
    ),
}  # fmt: skip

HOSTILE = {
    f"{group}: {what}": found
    for group, table in (
        ("names", NAMES), ("zip", ZIPS), ("resources", RESOURCES), ("manifest", LISTS), ("signature", SIGNATURES),
        ("certificate", CERTIFICATES),
    )
    for what, found in table.items()
}  # fmt: skip

CONTROLS: dict[str, tuple[Making, tuple[Issue, ...]]] = {
    "as it is made": (BASE, ()),
    "P-384": (by(kind="P-384"), (Issue(kind="P-384"),)),
    "RSA 3072, PKCS#1": (by(kind="RSA-3072"), (Issue(kind="RSA-3072"),)),
    "RSA 3072, PSS": (signed(certificate=Issue(kind="RSA-3072"), pss=True), (Issue(kind="RSA-3072"),)),
    "RSA 4096": (by(kind="RSA-4096"), (Issue(kind="RSA-4096"),)),
    "issued, alone": (signed(certificate=ISSUED), (ISSUED,)),
    "issued, with its intermediate": (
        signed(certificate=ISSUED, certificates=(ISSUED.der, MIDDLE.der)),
        (ISSUED,),
    ),
    "issued, with its whole chain": (
        signed(certificate=ISSUED, certificates=(ISSUED.der, MIDDLE.der, ROOT.der)),
        (ISSUED,),
    ),
    "says its issuer and number": (
        saying(signing_certificate_v2=with_hash(issuer_serial=issuer_serial())),
        (),
    ),
    "with an extended key usage": (by(extended=TIMESTAMPING), (Issue(extended=TIMESTAMPING),)),
    "says by what it signs": (saying(cms_algorithm_protection=protection("sha256", "sha256_ecdsa")), ()),
    "deflated": (replace(BASE, raw={ROWS: {"deflate": True}}), ()),
    "a large file deflated": (
        replace(BASE, files={**PAYLOAD, "a.csv": bytes(range(256)) * 3000}, raw={"a.csv": {"deflate": True}}),
        (),
    ),
    "valid for its last second": (by(end=AT), (Issue(end=AT),)),
    "valid from its first second": (by(start=AT), (Issue(start=AT),)),
}


def pinned(making: Making) -> tuple[Issue, ...]:
    """Return whom the receiver trusts: the honest signer, and the variant's own unless that is its fault."""
    own = making.signature.certificate
    return (Issue(),) if own.serial == 4712 else (Issue(), own)


@pytest.mark.parametrize(("making", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_package_is_refused_for_the_right_reason(making: Making, code: str) -> None:
    assert verdict(making.content(), *pinned(making)) == code


@pytest.mark.parametrize(("making", "trusted"), CONTROLS.values(), ids=CONTROLS)
def test_an_honest_package_of_another_make_is_accepted(making: Making, trusted: tuple[Issue, ...]) -> None:
    assert verdict(making.content(), *trusted) == ""


def test_there_are_many_ways_to_lie() -> None:
    assert len(HOSTILE) >= 120


CONTENT = BASE.content()
PLACES = st.integers(0, len(CONTENT))


@st.composite
def altered(draw: st.DrawFn) -> bytes:
    """Return the package with one to three places flipped, cut, inserted into, or given twice."""
    content = CONTENT
    for _turn in range(draw(st.integers(1, 3))):
        start, length = draw(PLACES), draw(st.integers(1, 64))
        part = content[start : start + length]
        content = draw(
            st.sampled_from(
                [
                    content[:start]
                    + bytes(byte ^ draw(st.integers(1, 255)) for byte in part[:1])
                    + content[start + 1 :],
                    content[:start] + content[start + length :],
                    content[:start] + draw(st.binary(min_size=1, max_size=16)) + content[start:],
                    content[:start] + part + content[start:],
                    content[: draw(PLACES)],
                ]
            )
        )
    return content


@given(altered())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_package_altered_anywhere_is_never_accepted_and_never_crashes(content: bytes) -> None:
    assert verdict(content) or content == CONTENT

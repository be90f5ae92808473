"""The manifest: one form written, and everything else in it refused by its code."""

from __future__ import annotations

import base64
import hashlib

import pytest

from exchange.errors import PackageRefused
from exchange.sealing.manifest import read_manifest, write_manifest

SIGNATURE = "META-INF/signature001.p7s"
GOLDEN = b"""<?xml version="1.0" encoding="UTF-8"?>
<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
  <asic:SigReference URI="META-INF/signature001.p7s" MimeType="application/pkcs7-signature"/>
  <asic:DataObjectReference URI="data/a%20b.csv">
    <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
    <ds:DigestValue>ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=</ds:DigestValue>
  </asic:DataObjectReference>
</asic:ASiCManifest>
"""
METHOD = b'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
VALUE = b"<ds:DigestValue>ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=</ds:DigestValue>"
OBJECT = GOLDEN[GOLDEN.index(b"  <asic:DataO") : GOLDEN.index(b"</asic:ASiCManifest>")]


def test_the_manifest_is_written_in_one_form() -> None:
    assert write_manifest(SIGNATURE, {"data/a b.csv": b"abc"}) == GOLDEN


def test_a_written_manifest_reads_back() -> None:
    manifest = read_manifest(GOLDEN)

    assert manifest.signature == SIGNATURE
    assert manifest.digests == {"data/a b.csv": hashlib.sha256(b"abc").digest()}


def test_prefixes_and_line_breaks_are_the_writer_s_own_choice() -> None:
    other = GOLDEN.replace(b"asic:", b"").replace(b"xmlns:asic", b"xmlns").replace(b"\n  ", b"\r\n\t")

    assert read_manifest(other) == read_manifest(GOLDEN)


def changed(old: bytes, new: bytes) -> bytes:
    assert GOLDEN.count(old) >= 1
    return GOLDEN.replace(old, new)


ATTACKS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "manifest-unreadable"),
    "no XML": (b"hello", "manifest-unreadable"),
    "cut off": (GOLDEN[:-10], "manifest-unreadable"),
    "text after": (GOLDEN + b"x", "manifest-unreadable"),
    "UTF-16": (GOLDEN.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "manifest-unreadable"),
    "another encoding declared": (changed(b"UTF-8", b"latin-1"), "manifest-unreadable"),
    "too long": (GOLDEN + b" " * 2**20, "manifest-unreadable"),
    "DTD": (changed(b"<asic:ASiC", b"<!DOCTYPE x>\n<asic:ASiC"), "manifest-dtd"),
    "entities": (changed(b"<asic:ASiC", b'<!DOCTYPE x [<!ENTITY a "aaaa">]>\n<asic:ASiC'), "manifest-dtd"),
    "outside DTD": (
        changed(b"<asic:ASiC", b'<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<asic:ASiC'),
        "manifest-dtd",
    ),
    "comment": (changed(METHOD, b"<!-- x -->" + METHOD), "manifest-unknown-element"),
    "instruction": (changed(METHOD, b"<?x y?>" + METHOD), "manifest-unknown-element"),
    "text between": (changed(METHOD, b"x" + METHOD), "manifest-unknown-element"),
    "unknown element": (changed(METHOD, METHOD + b"<x/>"), "manifest-unknown-element"),
    "element of another namespace": (changed(b"v1.2.1", b"v1.2.2"), "manifest-unknown-element"),
    "extensions": (changed(OBJECT, OBJECT + b"<asic:ASiCManifestExtensions/>"), "manifest-unknown-element"),
    "object in an object": (changed(METHOD, METHOD + OBJECT.strip()), "manifest-unknown-element"),
    "another root": (b'<a xmlns="http://uri.etsi.org/02918/v1.2.1#"/>', "manifest-unknown-element"),
    "element in the digest": (
        changed(b"</ds:DigestValue>", b"<ds:DigestMethod/></ds:DigestValue>"),
        "manifest-unknown-element",
    ),
    "unknown attribute": (
        changed(b' MimeType="', b' Rootfile="true" MimeType="'),
        "manifest-unknown-attribute",
    ),
    "attribute of a namespace": (
        changed(b' MimeType="', b' ds:URI="x" MimeType="'),
        "manifest-unknown-attribute",
    ),
    "same URI twice": (changed(OBJECT, OBJECT * 2), "manifest-duplicate"),
    "same URI written otherwise": (
        changed(OBJECT, OBJECT + OBJECT.replace(b"data/a", b"%64ata/a")),
        "manifest-uri",
    ),
    "same URI in another case": (
        changed(OBJECT, OBJECT + OBJECT.replace(b"a%20b", b"A%20B")),
        "name-duplicate",
    ),
    "no URI": (changed(b' URI="data/a%20b.csv"', b""), "manifest-uri"),
    "URI of a host": (changed(b"data/a%20b.csv", b"file:///etc/passwd"), "name-drive"),
    "URI with a query": (changed(b"a%20b.csv", b"a.csv?x"), "manifest-uri"),
    "URI with a fragment": (changed(b"a%20b.csv", b"a.csv#x"), "manifest-uri"),
    "URI climbing out": (changed(b"data/a%20b.csv", b"../a.csv"), "name-traversal"),
    "URI climbing out, encoded": (changed(b"data/a%20b.csv", b"..%2Fa.csv"), "manifest-uri"),
    "URI that is no UTF-8": (changed(b"a%20b", b"a%FFb"), "manifest-uri"),
    "SHA-1": (changed(b"2001/04/xmlenc#sha256", b"2000/09/xmldsig#sha1"), "manifest-digest-algorithm"),
    "no algorithm": (
        changed(b' Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"', b""),
        "manifest-digest-algorithm",
    ),
    "two algorithms": (changed(METHOD, METHOD * 2), "manifest-duplicate"),
    "two digests": (changed(VALUE, VALUE * 2), "manifest-duplicate"),
    "no method": (changed(METHOD, b""), "manifest-incomplete"),
    "no digest": (changed(VALUE, b""), "manifest-incomplete"),
    "digest too short": (changed(b"ungWv48B", b"ungW"), "manifest-digest-value"),
    "digest with other bits at its end": (changed(b"Fa0=", b"Fa1="), "manifest-digest-value"),
    "digest that is no base64": (changed(b"ungW", b"u!gW"), "manifest-digest-value"),
    "digest with letters beyond ASCII": (changed(b"ungW", "uøgW".encode()), "manifest-digest-value"),
    "nothing listed": (changed(OBJECT, b""), "manifest-incomplete"),
    "two signatures": (
        changed(OBJECT, b'<asic:SigReference URI="META-INF/signature002.p7s"/>' + OBJECT),
        "manifest-incomplete",
    ),
}


@pytest.mark.parametrize(("content", "code"), ATTACKS.values(), ids=ATTACKS)
def test_another_manifest_is_refused_by_its_code(content: bytes, code: str) -> None:
    with pytest.raises(PackageRefused) as refusal:
        read_manifest(content)

    assert refusal.value.code == code


def test_the_refusal_is_one_sentence() -> None:
    with pytest.raises(PackageRefused) as refusal:
        read_manifest(b"")

    assert str(refusal.value) == (
        "The package's list of files (ASiCManifest) is refused (manifest-unreadable); ask the sender for a new package."
    )


def test_the_digest_is_that_of_the_content() -> None:
    value = VALUE.removeprefix(b"<ds:DigestValue>").removesuffix(b"</ds:DigestValue>")

    assert base64.b64decode(value).hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

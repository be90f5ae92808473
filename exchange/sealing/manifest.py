"""ASiCManifest: which signature stands over which files, by SHA-256 (EN 319 162-1 § A.4).

Written in one form and read strictly: no DTD, comment or instruction, no element or attribute that is not ours, no
URI twice, SHA-256 only. ``container`` compares the files; here nothing but the XML is judged.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Never
from urllib.parse import quote, unquote_to_bytes
from xml.parsers import expat

from exchange.errors import PackageRefused
from exchange.language import translate as _
from exchange.sealing.names import refuse_names

ASIC = "http://uri.etsi.org/02918/v1.2.1#"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SIGNATURE_TYPE = "application/pkcs7-signature"
# RFC 8551 § 5.1 knows the older name too.
_SIGNATURE_TYPES = (SIGNATURE_TYPE, "application/x-pkcs7-signature")

LONGEST = 1024 * 1024
_PARENTS = {
    f"{ASIC} ASiCManifest": "",
    f"{ASIC} SigReference": f"{ASIC} ASiCManifest",
    f"{ASIC} DataObjectReference": f"{ASIC} ASiCManifest",
    f"{XMLDSIG} DigestMethod": f"{ASIC} DataObjectReference",
    f"{XMLDSIG} DigestValue": f"{ASIC} DataObjectReference",
}
_ATTRIBUTES = {
    "SigReference": frozenset({"URI", "MimeType"}),
    "DataObjectReference": frozenset({"URI", "MimeType"}),
    "DigestMethod": frozenset({"Algorithm"}),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A read manifest.

    Attributes:
        signature: the entry that holds the CMS signature over this manifest.
        digests: SHA-256 (32 bytes) by entry name, in the manifest's order.
    """

    signature: str
    digests: Mapping[str, bytes]


def write_manifest(signature: str, files: Mapping[str, bytes]) -> bytes:
    """Return the XML over these files, in their order; the same files give the same bytes."""
    return list_digests(
        signature, {name: hashlib.sha256(content).digest() for name, content in files.items()}
    )


def list_digests(signature: str, digests: Mapping[str, bytes]) -> bytes:
    """Return the XML over files with these SHA-256 digests (32 bytes each), in their order."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<asic:ASiCManifest xmlns:asic="{ASIC}" xmlns:ds="{XMLDSIG}">',
        f'  <asic:SigReference URI={_uri(signature)} MimeType="{SIGNATURE_TYPE}"/>',
    ]
    for name, digest in digests.items():
        value = base64.b64encode(digest).decode("ascii")
        lines += [
            f"  <asic:DataObjectReference URI={_uri(name)}>",
            f'    <ds:DigestMethod Algorithm="{SHA256}"/>',
            f"    <ds:DigestValue>{value}</ds:DigestValue>",
            "  </asic:DataObjectReference>",
        ]
    return "\n".join([*lines, "</asic:ASiCManifest>", ""]).encode("utf-8")


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest strictly.

    Raises:
        PackageRefused: ``manifest-unreadable``, ``manifest-dtd``, ``manifest-unknown-element``,
            ``manifest-unknown-attribute``, ``manifest-uri``, ``manifest-duplicate``, ``manifest-digest-algorithm``,
            ``manifest-digest-value``, ``manifest-incomplete``, or a ``name-…`` code.
    """
    if len(content) > LONGEST or not _is_plain(content):
        _refuse("manifest-unreadable")
    reader = _Reader()
    parser = _parser(reader)
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes no keyword here
    except expat.ExpatError:
        _refuse("manifest-unreadable")
    return reader.result()


@dataclass(slots=True)
class _Reader:
    """What expat's events have told so far."""

    path: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    digests: dict[str, bytes] = field(default_factory=dict)
    uri: str = ""
    method: str = ""
    value: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self.path[-1] if self.path else ""
        if _PARENTS.get(tag) != parent:
            _refuse("manifest-unknown-element")
        name = tag.partition(" ")[2]
        if not attributes.keys() <= _ATTRIBUTES.get(name, frozenset()):
            _refuse("manifest-unknown-attribute")
        self.path.append(tag)
        if name == "SigReference":
            if attributes.get("MimeType", SIGNATURE_TYPE) not in _SIGNATURE_TYPES:
                _refuse("manifest-unknown-attribute")
            self.signatures.append(_name(attributes.get("URI")))
        elif name == "DataObjectReference":
            self.uri, self.method, self.value = _name(attributes.get("URI")), "", None
        elif name == "DigestMethod":
            self._once(not self.method)
            self.method = attributes.get("Algorithm", "none")
        elif name == "DigestValue":
            self._once(self.value is None)
            self.value = ""

    def text(self, text: str) -> None:
        if self.path[-1].endswith(" DigestValue"):
            self.value = (self.value or "") + text
        elif text.strip(" \t\r\n"):
            _refuse("manifest-unknown-element")

    def end(self, _tag: str) -> None:
        if self.path.pop().endswith(" DataObjectReference"):
            self._keep()

    def result(self) -> Manifest:
        if len(self.signatures) != 1 or not self.digests:
            _refuse("manifest-incomplete")
        refuse_names([*self.digests, *self.signatures])
        return Manifest(self.signatures[0], self.digests)

    def _keep(self) -> None:
        if self.method != SHA256:
            _refuse("manifest-digest-algorithm" if self.method else "manifest-incomplete")
        if self.uri in self.digests:
            _refuse("manifest-duplicate")
        self.digests[self.uri] = _digest(self.value)

    @staticmethod
    def _once(first: bool) -> None:
        if not first:
            _refuse("manifest-duplicate")


def _is_plain(content: bytes) -> bool:
    """UTF-8 without a mark before it or references in it: what some reader might take for other characters."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.startswith("<") and "&" not in text


def _parser(reader: _Reader) -> expat.XMLParserType:
    parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = lambda *_declared: _refuse("manifest-dtd")
    parser.XmlDeclHandler = _declaration
    parser.CommentHandler = lambda _text: _refuse("manifest-unknown-element")
    parser.StartCdataSectionHandler = lambda: _refuse("manifest-unknown-element")
    parser.ProcessingInstructionHandler = lambda *_instruction: _refuse("manifest-unknown-element")
    return parser


def _declaration(version: str, encoding: str | None, _standalone: int) -> None:
    if version != "1.0" or (encoding or "UTF-8").upper() != "UTF-8":
        _refuse("manifest-unreadable")


def _uri(name: str) -> str:
    # What quote leaves as it is needs no escape in XML either.
    return f'"{quote(name, safe="/")}"'


def _name(uri: str | None) -> str:
    """Return the entry that a URI names (RFC 3986 § 2.1: percent-encoded, relative, no query or fragment)."""
    if not uri or not uri.isascii() or set("?#\\ ") & set(uri):
        _refuse("manifest-uri")
    try:
        name = unquote_to_bytes(uri).decode("utf-8")
    except UnicodeDecodeError:
        _refuse("manifest-uri")
    if "%" in uri and quote(name, safe="/") != uri:
        _refuse("manifest-uri")
    return name


def _digest(text: str | None) -> bytes:
    if text is None:
        _refuse("manifest-incomplete")
    try:
        digest = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        _refuse("manifest-digest-value")
    if len(digest) != hashlib.sha256().digest_size or base64.b64encode(digest).decode("ascii") != text:
        _refuse("manifest-digest-value")
    return digest


def _refuse(code: str) -> Never:
    raise PackageRefused(
        code,
        _(
            "The package's list of files (ASiCManifest) is refused ({code}); ask the sender for a new package."
        ).format(code=code),
    )

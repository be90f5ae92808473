"""The signed container (ASiC-E with CAdES, EN 319 162-1): files in, one signed ZIP out; and back, with who signed.

Stands on ``archive``, ``manifest``, ``cades`` and ``trust``; ``verifier`` builds its verdict on it. Each manifest
covers exactly the entries above it, so the second signature covers the first. Opening raises where the container is
not one whole (the verdict's line ``container``) and tells of each signature whether it holds (the line ``signatures``).
Neither sealing nor opening holds the payload: it passes by in chunks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Never

from exchange.errors import PackageRefused
from exchange.language import translate as _
from exchange.sanitise import visible
from exchange.sealing import cades, manifest
from exchange.sealing.archive import MIMETYPE, Archive, ReadAt, archive_pieces, read_archive
from exchange.sealing.cades import sign_detached, verify_detached
from exchange.sealing.certificates import Certificate
from exchange.sealing.files import ChosenFiles, Files, Measure, as_files, beginning, measured
from exchange.sealing.manifest import list_digests, read_manifest
from exchange.sealing.names import refuse_names
from exchange.sealing.signing import SigningKey
from exchange.sealing.trust import Moments, Pin, Trust, fault_of_signer
from exchange.sealing.zip_entries import LIMITS, Limits

SUMS = "SHA256SUMS"
METADATA = "META-INF/"
MOST_SIGNATURES = 9

_CHUNK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFacts:
    """One signature, held against the trust of this house.

    Attributes:
        number: 1 for the sender's, 2 and up for countersignatures.
        certificate: the signer's; None where the signature could not be read so far.
        at: when, by the signer's own word (UTC); None likewise.
        pin: what makes the signer known here; None where nothing does.
        code: None where the signature holds, else why not: ``signer-unknown``, ``signing-time-future``,
            another code of :func:`exchange.sealing.trust.fault_of_signer`, or one of :func:`exchange.sealing.cades.verify_detached`.
        detail: one sentence for people.
    """

    number: int
    certificate: Certificate | None
    at: datetime | None
    pin: Pin | None
    code: str | None
    detail: str

    @property
    def ok(self) -> bool:
        """Whether the signature holds and its signer is known."""
        return self.code is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """An opened container.

    Attributes:
        files: the payload in the container's order, without ``mimetype``, ``SHA256SUMS`` and ``META-INF/``; read from
            the package when asked for.
        signatures: at least one.
        sha256: of the whole container, 64 hex digits.
    """

    files: Files
    signatures: tuple[SignatureFacts, ...]
    sha256: str

    @property
    def ok(self) -> bool:
        """Whether every signature holds."""
        return all(signature.ok for signature in self.signatures)

    @property
    def sender(self) -> SignatureFacts:
        """The first signature."""
        return self.signatures[0]


def seal_container(payload: Mapping[str, bytes], *, signer: SigningKey, at: datetime) -> bytes:
    """Return the signed container in one piece; see :func:`sealed_pieces`."""
    return b"".join(sealed_pieces(payload, signer=signer, at=at))


def sealed_pieces(payload: Mapping[str, bytes], *, signer: SigningKey, at: datetime) -> Iterator[bytes]:
    """Give the signed container piece by piece; the same payload and moment give the same bytes up to the signature.

    Args:
        payload: files by name, in the order in which they shall stand; each is read twice.
        signer: who signs.
        at: the signing time, aware.

    Raises:
        PackageRefused: a name or size that :func:`open_container` would refuse.
        KeyRefused: the signer's certificate is not valid at that moment.
    """
    for name in payload:
        if name in (MIMETYPE[0], SUMS) or name.startswith(METADATA):
            _refuse("container-reserved-name", name)
    files = as_files(payload)
    own = dict([MIMETYPE])
    measures = {MIMETYPE[0]: measured([MIMETYPE[1]])} | {name: files.measure(name) for name in files}
    refuse_names(measures)
    own[SUMS] = _sums(measures)
    measures[SUMS] = measured([own[SUMS]])
    return _Unsigned(files, measures, own).pieces(1, signer, at)


def countersign_container(content: bytes, *, signer: SigningKey, at: datetime) -> bytes:
    """Return the container with one more signature in one piece; see :func:`countersigned_pieces`."""
    return b"".join(countersigned_pieces(reader(content), len(content), signer=signer, at=at))


def countersigned_pieces(read_at: ReadAt, size: int, *, signer: SigningKey, at: datetime) -> Iterator[bytes]:
    """Give the container with one more signature, which covers the ones before.

    The caller has opened and accepted it; here it is only checked to be one whole.

    Raises:
        PackageRefused: it is no container, or carries the most signatures already.
        KeyRefused: the signer's certificate is not valid at that moment.
    """
    files = read_archive(read_at, size)
    count = len(_parts(files).signatures)
    if count == MOST_SIGNATURES:
        _refuse("container-signatures")
    measures = {name: files.measure(name) for name in files}
    return _Unsigned(files, measures, {}).pieces(count + 1, signer, at)


@dataclass(frozen=True, slots=True)
class _Unsigned:
    """What the next signature covers.

    Attributes:
        measures: of every file, in order.
        own: the contents of those that are not among ``files``.
    """

    files: Files
    measures: Mapping[str, Measure]
    own: Mapping[str, bytes]

    def pieces(self, number: int, signer: SigningKey, at: datetime) -> Iterator[bytes]:
        """Give the container with this signature, piece by piece."""
        listing, signature = _metadata_names(number)
        digests = {name: measure.sha256 for name, measure in self.measures.items()}
        content = list_digests(signature, digests)
        held = {**self.own, listing: content, signature: sign_detached(content, signer, at)}
        added = {name: measured([held[name]]) for name in (listing, signature)}

        def chunks(name: str) -> Iterator[bytes]:
            return iter([held[name]]) if name in held else self.files.chunks(name)

        return archive_pieces({**self.measures, **added}, chunks)


def open_container(
    read_at: ReadAt, size: int, trust: Trust, *, now: datetime, limits: Limits = LIMITS
) -> Container:
    """Open a container and judge its signatures.

    Args:
        read_at: returns ``n`` bytes from ``offset``.
        size: of the whole, in bytes.
        trust: whose signatures are known here.
        now: aware; a signature from more than a day ahead does not hold.
        limits: what it may cost.

    Raises:
        PackageRefused: it is not one whole: a code ``archive-…``, ``entry-…``, ``name-…``, ``mimetype-…``,
            ``manifest-…`` or ``container-…``.
    """
    files = read_archive(read_at, size, limits)
    parts = _parts(files)
    signatures: tuple[SignatureFacts, ...] = ()
    for number in range(len(parts.signatures), 0, -1):
        signatures = (_judged(number, files, parts, _Believed(trust, now, signatures)), *signatures)
    return Container(files=parts.payload, signatures=signatures, sha256=files.sha256)


def reader(content: bytes) -> ReadAt:
    """Return ``read_at`` over bytes in memory."""
    return lambda offset, count: content[offset : offset + count]


@dataclass(frozen=True, slots=True)
class _Parts:
    """A container that is one whole: its payload, and each manifest's bytes with its signature."""

    payload: Files
    signatures: tuple[tuple[bytes, bytes], ...]


def _metadata_names(number: int) -> tuple[str, str]:
    return f"{METADATA}ASiCManifest{number:03}.xml", f"{METADATA}signature{number:03}.p7s"


def _sums(measures: Mapping[str, Measure]) -> bytes:
    """Two blanks and no escapes: what ``sha256sum -c --strict`` reads; the names are plain ASCII by now."""
    return "".join(f"{measure.sha256.hex()}  {name}\n" for name, measure in measures.items()).encode("ascii")


def _parts(files: Files) -> _Parts:
    names = list(files)
    count = _signature_count(names)
    first = len(names) - 2 * count
    if names[first - 1] != SUMS:
        _refuse("container-sums-missing" if SUMS not in files else "container-order", SUMS)
    above = {name: files.measure(name) for name in names[: first - 1]}
    if files.measure(SUMS) != measured([_sums(above)]):
        _refuse("container-sums-differ", SUMS)
    pairs = []
    for number in range(1, count + 1):
        listing, signature = _metadata_names(number)
        content = beginning(files, listing, manifest.LONGEST)
        _refuse_uncovered(files, names[: names.index(listing)], content, number)
        pairs.append((content, beginning(files, signature, cades.LONGEST)))
    payload = ChosenFiles(files, [name for name in above if name != MIMETYPE[0]])
    return _Parts(payload, tuple(pairs))


def _signature_count(names: list[str]) -> int:
    """Return how many pairs of manifest and signature stand at the end, and that nothing else is metadata."""
    metadata = [name for name in names if re.match(METADATA, name, re.IGNORECASE)]
    count = (len(metadata) + 1) // 2
    expected = [name for number in range(1, count + 1) for name in _metadata_names(number)]
    if not metadata or metadata[0] != expected[0]:
        _refuse("container-manifest-missing")
    if metadata == expected[:-1]:
        _refuse("container-signature-missing")
    if metadata != expected:
        _refuse("container-unknown-metadata")
    if names[-len(metadata) :] != metadata:
        _refuse("container-order")
    if count > MOST_SIGNATURES:
        _refuse("container-signatures")
    return count


def _refuse_uncovered(files: Files, above: list[str], content: bytes, number: int) -> None:
    """The manifest lists exactly what stands above it, with the digests that it has."""
    name, signature = _metadata_names(number)
    listed = read_manifest(content)
    if listed.signature != signature:
        _refuse("container-other-signature", name)
    for missing in sorted(listed.digests.keys() - set(above)):
        _refuse("container-missing-file", missing)
    for entry in above:
        if entry not in listed.digests:
            _refuse("container-unlisted-file", entry)
        if files.measure(entry).sha256 != listed.digests[entry]:
            _refuse("container-digest", entry)


@dataclass(frozen=True, slots=True)
class _Believed:
    """With what a signature is judged.

    Attributes:
        later: the signatures behind it, judged.
    """

    trust: Trust
    now: datetime
    later: tuple[SignatureFacts, ...]

    def existed(self, certificate: Certificate, seen: Callable[[], datetime | None]) -> datetime | None:
        """Return since when what a certificate signed is known to exist; asked for only where its own word does not do.

        Args:
            certificate: the signer's.
            seen: gives the moment that we remember; the bytes of a countersigned package are read once more for it.
        """
        if self.trust.revocation_of(certificate) is None and self.now <= certificate.not_after:
            return None
        proofs = [one.at for one in self.later if one.ok and one.certificate != certificate]
        return min((at for at in (seen(), *proofs) if at is not None), default=None)


def _judged(number: int, files: Archive, parts: _Parts, believed: _Believed) -> SignatureFacts:
    content, signature = parts.signatures[number - 1]
    try:
        signed = verify_detached(signature, content)
    except PackageRefused as refusal:
        return SignatureFacts(
            number=number, certificate=None, at=None, pin=None, code=refusal.code, detail=str(refusal)
        )
    trust, certificate = believed.trust, signed.certificate
    pin = trust.find(certificate)
    existed = believed.existed(
        certificate, lambda: trust.seen.get(_sha256_through(files, number, len(parts.signatures)))
    )
    moments = Moments(signed=signed.at, now=believed.now, existed=existed)
    code = fault_of_signer(certificate, trust, moments)
    has_ended = code == "signing-time-unproven" and trust.revocation_of(certificate) is None
    return SignatureFacts(
        number=number,
        certificate=certificate,
        at=signed.at,
        pin=pin,
        code=code,
        detail=_sentence("ended" if has_ended else code, certificate, pin, signed.at),
    )


def _sha256_through(files: Archive, number: int, count: int) -> str:
    """Return the SHA-256 of the package as it was when this signature was its last."""
    if number == count:
        return files.sha256
    names = list(files)[: 2 * (number - count)]
    digest = hashlib.sha256()
    for piece in archive_pieces({name: files.measure(name) for name in names}, files.chunks):
        digest.update(piece)
    return digest.hexdigest()


def _sentence(code: str | None, certificate: Certificate, pin: Pin | None, at: datetime) -> str:
    texts = {
        None: _("Signed by {name} on {at}, known from {source}."),
        "signer-unknown": _(
            "Signed on {at} by somebody who calls themselves {name} and is not trusted here; "
            "compare the fingerprint {fingerprint} by phone, then “enblanket keys trust”."
        ),
        "signing-time-future": _(
            "Signed by {name} on {at}, which is still to come; ask the sender to set the clock."
        ),
        "card-not-valid-then": _(
            "Signed by {name} on {at}, when the card {source} was not in force; ask for a new one."
        ),
        "card-replaced": _(
            "Signed by {name} on {at} with the key of the card {source}, which was replaced by then; ask the sender about it."
        ),
        "signer-revoked": _(
            "Signed by {name} on {at}, when the key of {source} was already revoked; ask the sender to seal anew."
        ),
        "ended": _(
            "Signed by {name} on {at}, they say, with the certificate of {source}, which ended on {end}; nothing here proves "
            "that day, so verify in the workspace that received it, name a receipt, or ask the sender to seal anew."
        ),
        "signing-time-unproven": _(
            "Signed by {name} on {at}, they say, with the key of {source}, which was revoked later; "
            "nothing here proves that day, so ask the sender to seal anew."
        ),
    }
    return texts[code].format(
        name=visible(certificate.name if pin is None else pin.name),
        at=at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        source="" if pin is None else visible(pin.source),
        fingerprint=certificate.fingerprint,
        end=certificate.not_after.date(),
    )


def sha256_of(read_at: ReadAt, size: int) -> str:
    """Return the SHA-256 of the whole, 64 hex digits."""
    digest = hashlib.sha256()
    for offset in range(0, size, _CHUNK):
        digest.update(read_at(offset, min(_CHUNK, size - offset)))
    return digest.hexdigest()


def _refuse(code: str, name: str = "") -> Never:
    if name:
        message = _("The package's file “{name}” is refused ({code}); ask the sender for a new package.")
    else:
        message = _(
            "The package's signatures and their lists are not as they should be ({code}); ask for a new package."
        )
    raise PackageRefused(code, message.format(name=visible(name[:80]), code=code))

"""The auditor's recipe (docs/verify-package.sh): takes what we seal, refuses what lies, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from asn1crypto.pem import armor
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from exchange.sealing.archive import read_archive, write_archive
from exchange.sealing.cades import sign_detached
from exchange.sealing.certificates import read_certificate
from exchange.sealing.container import countersign_container, reader, seal_container
from exchange.sealing.manifest import write_manifest
from exchange.sealing.signing import PrivateKey, SigningKey
from tests.sealing.hostile_cms import AT, Issue
from tests.sealing.hostile_zip import Raw, build
from tests.sealing.test_hostile_packages import CONTROLS, HOSTILE, Making, pinned

SCRIPT = Path(__file__).parents[2] / "docs" / "verify-package.sh"
MANIFEST, SIGNATURE = "META-INF/ASiCManifest001.xml", "META-INF/signature001.p7s"

Run = Callable[..., tuple[int, str]]
Resign = Callable[[bytes, Callable[[bytes], bytes]], bytes]


@pytest.fixture
def run(tmp_path: Path, signer: SigningKey, now: datetime) -> Run:
    """Return the script's exit code and what it said; asserts that it left nothing in the temporary folder."""

    def verify(content: bytes, trusted: Sequence[SigningKey] = (signer,), **environ: str) -> tuple[int, str]:
        package, trust, temporary = tmp_path / "-p $(id).asice", tmp_path / "trust.pem", tmp_path / "tmp dir"
        package.write_bytes(content)
        trust.write_bytes(b"".join(key.certificate.pem() for key in trusted))
        temporary.mkdir(exist_ok=True)
        done = subprocess.run(
            ["sh", str(SCRIPT), package.name, str(trust), str(int(now.timestamp()))],
            cwd=tmp_path, capture_output=True, check=False, text=True,
            env={**os.environ, "TMPDIR": str(temporary), **environ},
        )  # fmt: skip
        assert list(temporary.iterdir()) == []
        return done.returncode, done.stderr.strip() or done.stdout.strip().splitlines()[-1]

    return verify


def entries_of(content: bytes) -> dict[str, bytes]:
    return dict(read_archive(reader(content), len(content)))


def raws_of(content: bytes) -> list[Raw]:
    return [Raw(name=name, content=held) for name, held in entries_of(content).items()]


def test_what_we_seal_is_verified(run: Run, sealed: bytes) -> None:
    assert run(sealed) == (0, "verified: 4 files, 1 signature(s)")


def test_the_signer_s_fingerprint_is_shown(
    sealed: bytes, signer: SigningKey, now: datetime, tmp_path: Path
) -> None:
    package, trust = tmp_path / "p.asice", tmp_path / "trust.pem"
    package.write_bytes(sealed)
    trust.write_bytes(signer.certificate.pem())
    done = subprocess.run(
        ["sh", str(SCRIPT), str(package), str(trust), str(int(now.timestamp()))],
        capture_output=True, check=True, text=True,
    )  # fmt: skip

    assert signer.certificate.sha256.upper() in done.stdout.replace(":", "")
    assert "CN=Jobcenter Gladsaxe" in done.stdout


def test_a_countersigned_package_is_verified(
    run: Run, sealed: bytes, signer: SigningKey, stranger: SigningKey, now: datetime
) -> None:
    both = countersign_container(sealed, signer=stranger, at=now)

    assert run(both, [signer, stranger]) == (0, "verified: 4 files, 2 signature(s)")
    assert run(both, [signer]) == (1, "refused: signature 002 does not hold, or its signer is not trusted")


def test_deflated_entries_are_verified(run: Run, sealed: bytes) -> None:
    packed = [replace(raw, deflate=raw.name != "mimetype") for raw in raws_of(sealed)]

    assert run(build(packed)) == (0, "verified: 4 files, 1 signature(s)")


def test_a_stranger_is_refused(
    run: Run, payload: dict[str, bytes], stranger: SigningKey, now: datetime
) -> None:
    assert run(seal_container(payload, signer=stranger, at=now)) == (
        1,
        "refused: signature 001 does not hold, or its signer is not trusted",
    )


def added(*more: Raw) -> Callable[[list[Raw]], bytes]:
    return lambda raws: build([raws[0], *more, *raws[1:]])


def first_with(**fields: object) -> Callable[[list[Raw]], bytes]:
    return lambda raws: build([raws[0], replace(raws[1], **fields), *raws[2:]])  # type: ignore[arg-type]


NAME = "refused: an entry has a name that a package does not use"
HIDDEN = "refused: bytes are hidden between the entries"
KIND = "refused: an entry is a link, a folder, or not an ordinary file"
EXTRA = "refused: an entry is encrypted or hides bytes in an extra field"

TRICKS: dict[str, tuple[Callable[[list[Raw]], bytes], str]] = {
    "bytes before": (
        lambda r: build(r, prefix=b"#!/bin/sh\n"),
        "refused: something stands before the first entry",
    ),
    "bytes after": (
        lambda r: build(r, suffix=b"x"),
        "refused: the end record is not the last thing in the package",
    ),
    "comment": (
        lambda r: build(r, comment=b"hello"),
        "refused: the end record is not the last thing in the package",
    ),
    "cut off": (lambda r: build(r)[:20], "refused: the package is cut off"),
    "cut in the middle": (
        lambda r: build(r)[:900],
        "refused: the end record is not the last thing in the package",
    ),
    "several disks": (lambda r: build(r, disks=(1, 1)), "refused: the package is spread over several disks"),
    "gap before the end": (
        lambda r: build(r, before_end=b"x"),
        "refused: bytes are hidden around the directory",
    ),
    "gap between": (first_with(before=b"hidden"), HIDDEN),
    "too few counted": (lambda r: build(r, count=3), "refused: the list of entries cannot be read"),
    "extra field": (first_with(extra=b"\xff\xff\x02\0hi"), EXTRA),
    "local extra field": (first_with(local_extra=b"\xff\xff\x02\0hi"), HIDDEN),
    "entry comment": (first_with(comment=b"hi"), HIDDEN),
    "data descriptor": (first_with(flags=0x8), EXTRA),
    "encrypted": (first_with(flags=0x1), EXTRA),
    "bzip2": (first_with(method=12), "refused: an entry is packed in an unknown way"),
    "wrong CRC": (first_with(crc=1), "refused: an entry is damaged"),
    "other local name": (first_with(local_name=b"datapackage.jsom"), "refused: an entry is damaged"),
    "link": (added(Raw(name="a", content=b"/etc/passwd", attributes=0o120777 << 16)), KIND),
    "folder": (added(Raw(name="a", attributes=0o040755 << 16)), KIND),
    "device": (added(Raw(name="a", attributes=0o020666 << 16)), KIND),
    "set-uid": (added(Raw(name="a", attributes=0o104755 << 16)), KIND),
    "executable": (added(Raw(name="a", attributes=0o100755 << 16)), KIND),
    "bomb": (
        added(Raw(name="a", content=bytes(2**22), deflate=True)),
        "refused: an entry unpacks to far more than it is",
    ),
    "same name": (added(Raw(name="a"), Raw(name="a")), "refused: two entries have the same name"),
    "same name in another case": (added(Raw(name="EMPTY.csv")), "refused: two entries have the same name"),
    "climbing out": (added(Raw(name="../a.csv")), NAME),
    "climbing out in the middle": (added(Raw(name="data/../../a.csv")), NAME),
    "absolute": (added(Raw(name="/etc/a.csv")), NAME),
    "drive": (added(Raw(name="c:a.csv")), NAME),
    "backslash": (added(Raw(name="..\\a.csv")), NAME),
    "blank": (added(Raw(name="a b.csv")), NAME),
    "option": (added(Raw(name="-rf")), NAME),
    "hidden file": (added(Raw(name=".profile")), NAME),
    "line break": (added(Raw(name="a\nb")), NAME),
    "escape": (added(Raw(name="a\x1b[2J")), NAME),
    "bidi": (added(Raw(name="a\u202ecsv.exe")), NAME),
    "command": (added(Raw(name="$(id)")), NAME),
    "trailing dot": (added(Raw(name="a.csv.")), "refused: an entry's name ends in a dot"),
    "device name": (added(Raw(name="Nul.csv")), "refused: an entry is named like a device"),
    "folder name": (added(Raw(name="a/")), NAME),
    "a file under a file": (
        added(Raw(name="empty.csv/a")),
        "refused: what was unpacked is not what was listed",
    ),
    "a file more": (
        added(Raw(name="a.csv")),
        "refused: manifest 001 does not list exactly what stands above it",
    ),
    "a file less": (
        lambda r: build([r[0], *r[2:]]),
        "refused: manifest 001 does not list exactly what stands above it",
    ),
    "another order": (
        lambda r: build([r[0], r[2], r[1], *r[3:]]),
        "refused: manifest 001 does not list exactly what stands above it",
    ),
    "mimetype not first": (lambda r: build([r[1], r[0], *r[2:]]), "refused: the first entry is not mimetype"),
    "another mimetype": (
        lambda r: build([replace(r[0], content=b"application/zip"), *r[1:]]),
        "refused: the mimetype is another",
    ),
    "no signature": (lambda r: build(r[:-1]), "refused: a manifest or a signature is missing"),
    "neither manifest nor signature": (
        lambda r: build(r[:-2]),
        "refused: a manifest or a signature is missing",
    ),
    "more metadata": (
        lambda r: build([*r[:-2], Raw(name="META-INF/x"), Raw(name="meta-inf/y"), *r[-2:]]),
        "refused: META-INF holds something that is not ours",
    ),
    "a file altered": (first_with(content=b"{}"), "refused: datapackage.json is not what was signed"),
}


@pytest.mark.parametrize(("make", "message"), TRICKS.values(), ids=TRICKS)
def test_a_package_that_lies_is_refused(
    make: Callable[[list[Raw]], bytes], message: str, run: Run, sealed: bytes
) -> None:
    assert run(make(raws_of(sealed))) == (1, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SHA256SUMS": b""}, "refused: SHA256SUMS is not what was signed"),
        ({MANIFEST: b"<x/>"}, "refused: signature 001 does not hold, or its signer is not trusted"),
        ({SIGNATURE: b"x"}, "refused: signature 001 does not hold, or its signer is not trusted"),
    ],
)
def test_a_part_replaced_is_refused(change: dict[str, bytes], message: str, run: Run, sealed: bytes) -> None:
    assert run(write_archive(list((entries_of(sealed) | change).items()))) == (1, message)


@pytest.fixture
def resign(signer: SigningKey, now: datetime) -> Resign:
    """Return a container with another manifest that its own signer signed: only the form is left to refuse it."""

    def with_manifest(sealed: bytes, manifest: Callable[[bytes], bytes]) -> bytes:
        entries = entries_of(sealed)
        changed = manifest(entries[MANIFEST])
        assert changed != entries[MANIFEST]
        signature = sign_detached(changed, signer, now)
        return write_archive(list((entries | {MANIFEST: changed, SIGNATURE: signature}).items()))

    return with_manifest


@pytest.mark.parametrize(
    "manifest",
    [
        lambda m: m.replace(b"<asic:ASiC", b"<!DOCTYPE x>\n<asic:ASiC", 1),
        lambda m: m.replace(b"  <asic:Data", b"  <!-- x -->\n  <asic:Data", 1),
        lambda m: m.replace(b"xmlenc#sha256", b"xmldsig#sha1", 1),
        lambda m: m.replace(b"signature001", b"signature002", 1),
        lambda m: m.replace(b"</ds:DigestValue>", b"</ds:DigestValue><x/>", 1),
        lambda m: m[: m.index(b"</asic:ASiCManifest>")],
        lambda m: m + b"<x/>\n",
        lambda m: m.replace(b'URI="empty.csv"', b'URI="empty%2Ecsv"'),
    ],
)
def test_only_the_one_form_of_a_manifest_is_read(
    manifest: Callable[[bytes], bytes], run: Run, sealed: bytes, resign: Resign
) -> None:
    assert run(resign(sealed, manifest)) == (
        1,
        "refused: manifest 001 is not written as a manifest is",
    )


@pytest.mark.parametrize(
    ("sums", "message"),
    [
        (lambda s: s[: s.rindex(b"\n", 0, -1) + 1], "refused: SHA256SUMS does not list exactly the files"),
        (lambda s: s + b"0" * 64 + b"  /etc/passwd\n", "refused: SHA256SUMS does not list exactly the files"),
        (lambda s: b"f" * 64 + s[64:], "refused: a file does not fit SHA256SUMS"),
        (lambda s: s + b"# a comment\n", "refused: SHA256SUMS does not list exactly the files"),
    ],
)
def test_sums_that_do_not_fit_are_refused_though_signed(
    sums: Callable[[bytes], bytes], message: str, run: Run, sealed: bytes, resign: Resign
) -> None:
    files = {n: c for n, c in entries_of(sealed).items() if n not in (MANIFEST, SIGNATURE)}
    files["SHA256SUMS"] = sums(files["SHA256SUMS"])
    base = write_archive([*files.items(), (MANIFEST, b"old"), (SIGNATURE, b"old")])

    assert run(resign(base, lambda _m: write_manifest(SIGNATURE, files))) == (1, message)


def test_stripped_attributes_are_refused(run: Run, sealed: bytes) -> None:
    """The attributes' own bytes as the manifest, the same signature without attributes: plain CMS would hold."""
    entries = entries_of(sealed)
    info = cms.ContentInfo.load(entries[SIGNATURE]).copy()
    signer = info["content"]["signer_infos"][0]
    attributes: bytes = signer["signed_attrs"].untag().dump()
    signer["signed_attrs"] = None
    changed = entries | {MANIFEST: attributes, SIGNATURE: info.dump(force=True)}

    assert run(write_archive(list(changed.items()))) == (
        1,
        "refused: signature 001 is not written as a signature is",
    )


def test_a_signature_without_the_signing_certificate_is_refused(
    run: Run, sealed: bytes, signer: SigningKey
) -> None:
    entries = entries_of(sealed)
    info = cms.ContentInfo.load(entries[SIGNATURE]).copy()
    first = info["content"]["signer_infos"][0]
    kept = [a for a in first["signed_attrs"] if a["type"].native != "signing_certificate_v2"]
    first["signed_attrs"] = cms.CMSAttributes(kept)
    first["signature"] = signer.sign(first["signed_attrs"].untag().dump(force=True))

    changed = entries | {SIGNATURE: info.dump(force=True)}
    assert run(write_archive(list(changed.items()))) == (
        1,
        "refused: signature 001 does not hold, or its signer is not trusted",
    )


def issued(name: str, issuer: SigningKey, now: datetime) -> SigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    by = x509.load_der_x509_certificate(issuer.certificate.der).subject
    return SigningKey(read_certificate(certified(name, by, key, issuer.private_key, now)), key)


def certified(
    name: str | x509.Name, by: x509.Name, key: ec.EllipticCurvePrivateKey, signing: PrivateKey, now: datetime
) -> bytes:
    authority = isinstance(name, x509.Name)
    named = (
        name if isinstance(name, x509.Name) else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    )
    usage = x509.KeyUsage(True, True, False, False, False, authority, authority, False, False)  # noqa: FBT003 - RFC 5280 order
    return (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(signing, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


@pytest.fixture
def authority(signer: SigningKey, now: datetime) -> SigningKey:
    """Our own reader refuses an authority, so its bytes stand in another certificate's place."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Some Authority")])
    return SigningKey(replace(signer.certificate, der=certified(name, name, key, key, now)), key)


@pytest.fixture
def issued_key(authority: SigningKey, now: datetime) -> SigningKey:
    return issued("Jobcenter Gladsaxe", authority, now)


@pytest.fixture
def system(authority: SigningKey, tmp_path: Path) -> Path:
    """A folder of authorities as an operating system keeps it."""
    folder = tmp_path / "system"
    folder.mkdir()
    pem = folder / "authority.pem"
    pem.write_bytes(authority.certificate.pem())
    told = subprocess.run(
        ["openssl", "x509", "-in", str(pem), "-noout", "-hash"], capture_output=True, check=True, text=True
    )
    return pem.rename(folder / f"{told.stdout.strip()}.0").parent


def test_an_authority_of_the_operating_system_vouches_for_nobody(
    run: Run, payload: dict[str, bytes], issued_key: SigningKey, system: Path, now: datetime
) -> None:
    """OpenSSL reads the system's authorities beside -CAfile unless told not to."""
    content = seal_container(payload, signer=issued_key, at=now)

    assert run(content, SSL_CERT_DIR=str(system)) == (
        1,
        "refused: signature 001 does not hold, or its signer is not trusted",
    )


def test_a_pinned_certificate_needs_no_authority_and_an_authority_is_no_pin(
    run: Run, payload: dict[str, bytes], authority: SigningKey, issued_key: SigningKey, now: datetime
) -> None:
    content = seal_container(payload, signer=issued_key, at=now)

    assert run(content, [issued_key]) == (0, "verified: 4 files, 1 signature(s)")
    assert run(content, [authority]) == (1, "refused: the signer of 001 is not in the trust file")


def test_bytes_flipped_inside_files_are_refused(run: Run, sealed: bytes) -> None:
    entries = entries_of(sealed)
    for name, content in entries.items():
        middle = len(content) // 2
        altered = (
            content[:middle] + bytes([content[middle] ^ 0x01]) + content[middle + 1 :] if content else b"x"
        )
        code, _message = run(write_archive(list((entries | {name: altered}).items())))
        assert (name, code) == (name, 1)


def chosen(listed: set[str]) -> dict[str, Making]:
    """Return the hostile packages that the script is run on.

    Those that the page lists, one for each reason, and every second of those that OpenSSL judges. A run takes a tenth of a
    second and more; what is about names, the ZIP, the files and their lists is decided by one line for all of one reason.
    """
    found: dict[str, Making] = {}
    reasons: set[tuple[str, str]] = set()
    for number, (what, (making, code)) in enumerate(HOSTILE.items()):
        group = what.partition(": ")[0]
        second = group in ("signature", "certificate") and number % 2 == 0
        if second or what in listed or (group, code) not in reasons:
            found[what] = making
        reasons.add((group, code))
    return found


def seen_and_unseen(folder: Path, packages: Mapping[str, Making]) -> tuple[set[str], set[str]]:
    """Run the script on hostile packages, and return those that it refuses and those that it lets pass."""
    refused, passed = set[str](), set[str]()
    for what, making in packages.items():
        (folder / "p.asice").write_bytes(making.content())
        (folder / "t.pem").write_bytes(b"".join(armor("CERTIFICATE", one.der) for one in pinned(making)))
        done = subprocess.run(
            ["sh", str(SCRIPT), "p.asice", "t.pem", str(int(AT.timestamp()))],
            cwd=folder, capture_output=True, check=False, text=True,
        )  # fmt: skip
        assert done.returncode in (0, 1), (what, done.stderr)
        (passed if done.returncode == 0 else refused).add(what)
    return refused, passed


def test_what_the_script_does_not_see_is_written_down(tmp_path: Path) -> None:
    """The page names exactly the hostile packages that pass; all others are refused."""
    page = (SCRIPT.parent / "verify-without-enblanket.md").read_text(encoding="utf-8")
    listed = page.split("## What the script does not see")[1].split("## ")[0]
    named = {line.split("`")[1] for line in listed.splitlines() if line.startswith("| `")}

    refused, passed = seen_and_unseen(tmp_path, chosen(named))

    assert passed == named
    assert len(refused) >= 90


@pytest.mark.parametrize(("making", "trusted"), CONTROLS.values(), ids=CONTROLS)
def test_honest_packages_of_other_makes_are_verified(
    making: Making, trusted: tuple[Issue, ...], tmp_path: Path
) -> None:
    (tmp_path / "p.asice").write_bytes(making.content())
    (tmp_path / "t.pem").write_bytes(b"".join(armor("CERTIFICATE", one.der) for one in trusted or (Issue(),)))
    # OpenSSL holds a certificate to be over in the second in which it ends.
    moment = str(int(AT.timestamp()) - (1 if making.signature.certificate.end == AT else 0))
    done = subprocess.run(
        ["sh", str(SCRIPT), "p.asice", "t.pem", moment],
        cwd=tmp_path, capture_output=True, check=False, text=True,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("bad", ["[[", "local ", "==", "$'", "&>", "<<<", "source "])
def test_the_script_is_plain_posix(bad: str) -> None:
    code = [
        line for line in SCRIPT.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")
    ]

    assert subprocess.run(["dash", "-n", str(SCRIPT)], check=False).returncode == 0
    assert not [line for line in code if line.lstrip().startswith(bad)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "usage: verify-package.sh PACKAGE.asice TRUST.pem [MOMENT]"),
        (["missing.asice", "trust.pem"], "the package is not a file"),
        (["p.asice", "missing.pem"], "the trust file is not a file"),
        (["p.asice", "p.asice", "now"], "the moment is a number of seconds since 1970"),
        (["p.asice", "p.asice"], "the trust file holds no certificate"),
    ],
)
def test_what_cannot_run_says_so(arguments: list[str], message: str, sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "p.asice").write_bytes(sealed)
    done = subprocess.run(
        ["sh", str(SCRIPT), *arguments], cwd=tmp_path, capture_output=True, check=False, text=True
    )

    assert (done.returncode, done.stderr.strip()) == (2, message)

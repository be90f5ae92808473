"""An invented authority, run by ``openssl`` alone: root, intermediate, and certificates as organisations get them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

P256 = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
P384 = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")
P521 = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521")
KOBLITZ = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1")
RSA3072 = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072")
RSA2048 = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
ED25519 = ("-algorithm", "ED25519")

SIGNS = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation,keyEncipherment\n"
ENCRYPTS = "basicConstraints=CA:FALSE\nkeyUsage=critical,keyEncipherment\n"
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n"


def openssl(*words: str | Path, given: bytes = b"") -> bytes:
    """Run openssl and return what it said."""
    done = subprocess.run(
        ["openssl", *map(str, words)], input=given, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


@dataclass(frozen=True)
class Issued:
    """A key with its certificate, both in PEM files."""

    key: Path
    certificate: Path

    def pkcs12(self, passphrase: str, *options: str | Path) -> bytes:
        """Return ``openssl pkcs12 -export`` of both; options may add certificates or choose old ciphers."""
        words = ("pkcs12", "-export", "-inkey", self.key, "-in", self.certificate, "-passout", "stdin")
        return openssl(*words, *options, given=f"{passphrase}\n".encode())

    def der(self) -> bytes:
        """Return the certificate."""
        return openssl("x509", "-in", self.certificate, "-outform", "DER")


@dataclass(frozen=True)
class Authority:
    """Root and intermediate in one folder."""

    folder: Path

    @classmethod
    def founded(cls, folder: Path) -> Authority:
        """Make root and intermediate."""
        made = cls(folder)
        made.issue("root", P256, AUTHORITY, by=None)
        made.issue("intermediate", P256, AUTHORITY, by="root")
        return made

    def of(self, name: str) -> Issued:
        """Return what was issued under the name."""
        return Issued(self.folder / f"{name}.key", self.folder / f"{name}.pem")

    def issue(
        self, name: str, kind: Sequence[str], extensions: str = SIGNS, by: str | None = "intermediate"
    ) -> Issued:
        """Make a key and let the authority certify it for ten years from now."""
        made = self.of(name)
        if made.certificate.exists():
            return made
        request, config = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        config.write_text(extensions, encoding="ascii")
        openssl("genpkey", *kind, "-out", made.key)
        subject = f"/C=DK/O=Opdigtet Kommune/CN=Opdigtet Kommune - {name}"
        openssl("req", "-new", "-key", made.key, "-utf8", "-subj", subject, "-out", request)
        signer = self.of(by or name)
        whose = (
            ("-signkey", made.key)
            if by is None
            else ("-CA", signer.certificate, "-CAkey", signer.key, "-CAcreateserial")
        )
        openssl(
            *("x509", "-req", "-in", request, "-days", "3650", "-extfile", config, *whose),
            *("-out", made.certificate),
        )
        return made

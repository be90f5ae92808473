"""Private keys at rest: PKCS#8, encrypted with scrypt (RFC 7914 § 7) and AES-256-CBC under PBES2 (RFC 8018).

``keys`` hands in the bare PKCS#8 and a passphrase and stores the PEM that comes out; ``openssl pkcs8`` opens it.
The structure is written here because the serialisers at hand write PBKDF2 with few rounds.
"""

from __future__ import annotations

import base64
import secrets
import textwrap

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

# 16 MiB five times: as strong as the usual 128 MiB once, and the most memory that OpenSSL grants a key file.
COST, BLOCK, LANES = 2**14, 8, 5

_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")

_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04


def encrypt_pkcs8(private_key: bytes, passphrase: bytes) -> bytes:
    """Return ``-----BEGIN ENCRYPTED PRIVATE KEY-----`` PEM for a PKCS#8 DER key; salt and IV are fresh."""
    salt, vector = secrets.token_bytes(16), secrets.token_bytes(16)
    key = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=LANES).derive(passphrase)
    algorithm = _tlv(_SEQUENCE, _PBES2, _tlv(_SEQUENCE, _derivation(salt), _cipher(vector)))
    sealed = _tlv(_SEQUENCE, algorithm, _tlv(_OCTETS, _encrypt(private_key, key, vector)))
    return to_pem(sealed, "ENCRYPTED PRIVATE KEY")


def to_pem(der: bytes, label: str) -> bytes:
    """Return the PEM text (RFC 7468) of one DER structure."""
    lines = textwrap.wrap(base64.b64encode(der).decode("ascii"), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode("ascii")


def from_pem(block: bytes) -> bytes:
    """Return the DER of one PEM block.

    Raises:
        ValueError: it is not base64.
    """
    lines = block.strip().splitlines()[1:-1]
    return base64.b64decode(b"".join(line.strip() for line in lines), validate=True)


def _derivation(salt: bytes) -> bytes:
    parameters = _tlv(_SEQUENCE, _tlv(_OCTETS, salt), *(_integer(n) for n in (COST, BLOCK, LANES)))
    return _tlv(_SEQUENCE, _SCRYPT, parameters)


def _cipher(vector: bytes) -> bytes:
    return _tlv(_SEQUENCE, _AES_256_CBC, _tlv(_OCTETS, vector))


def _encrypt(content: bytes, key: bytes, vector: bytes) -> bytes:
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()


def _integer(value: int) -> bytes:
    return _tlv(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + body

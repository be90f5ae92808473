"""The age file (``age-encryption.org/v1``): encrypted bytes by position in, plain bytes by position out; or pieces to pieces.

Under ``encryption``, which knows whom to encrypt to. Read here rather than by a library so that no plain byte is ever
written down: each 64 KiB chunk can be opened by itself, so a package is judged in its encrypted file. Nothing is
given out before every chunk and the last one was authenticated. What comes out of the writer is opened by any
``age`` program. Source: https://age-encryption.org/v1 (C2SP, age.md).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Never

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exchange.errors import KeyRefused, PackageRefused
from exchange.language import translate as _

VERSION = b"age-encryption.org/v1\n"
CHUNK, _TAG, _NONCE, _FILE_KEY = 64 * 1024, 16, 16, 16
_SEALED = CHUNK + _TAG

# A header holds a stanza of some 120 bytes for each recipient.
_LONGEST_HEADER = 64 * 1024
_LINE = 64
_STANZA = re.compile(rb"-> ([\x21-\x7e]+(?: [\x21-\x7e]+)*)")

# scrypt with r = 8 takes 2^log_n KiB of memory. 2^17 is what OWASP asks for, 2^18 what age and up to 2^21 what rage writes.
LOG_N, _MOST_LOG_N = 17, 21
_X25519, _SCRYPT = "X25519", "scrypt"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

ReadAt = Callable[[int, int], bytes]
Passphrase = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Stanza:
    """One way to the file's key.

    Attributes:
        arguments: its kind first.
        body: the wrapped key.
    """

    arguments: tuple[str, ...]
    body: bytes

    @property
    def kind(self) -> str:
        """``X25519``, ``scrypt``, or one that is not known here."""
        return self.arguments[0]


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the encrypted bytes.

    Attributes:
        authenticated: the bytes that the code covers.
        size: of the whole header.
    """

    stanzas: tuple[Stanza, ...]
    authenticated: bytes
    code: bytes
    size: int

    @property
    def asks_for_passphrase(self) -> bool:
        """Whether a passphrase opens it; then nothing else does."""
        return [stanza.kind for stanza in self.stanzas] == [_SCRYPT]


def is_age(head: bytes) -> bool:
    """Whether a file that begins like this is an age file."""
    return head.startswith(VERSION)


def read_header(read_at: ReadAt, size: int) -> Header:
    """Read the header.

    Raises:
        PackageRefused: ``encryption-header``.
    """
    head = read_at(0, min(size, _LONGEST_HEADER))
    lines = head.split(b"\n")
    if not is_age(head):
        _altered("encryption-header")
    stanzas: list[Stanza] = []
    place = 1
    while place < len(lines) - 1 and not lines[place].startswith(b"--- "):
        stanza, place = _stanza(lines, place)
        stanzas.append(stanza)
    # age.md, The scrypt recipient type: a passphrase is the one way in, or the file is refused.
    mixed = len(stanzas) > 1 and any(stanza.kind == _SCRYPT for stanza in stanzas)
    if place >= len(lines) - 1 or not stanzas or mixed:
        _altered("encryption-header")
    before = b"\n".join(lines[:place]) + b"\n---"
    return Header(
        tuple(stanzas), before, _unbase64(lines[place][4:]), len(before) + len(lines[place]) - 3 + 1
    )


def _stanza(lines: Sequence[bytes], place: int) -> tuple[Stanza, int]:
    found = _STANZA.fullmatch(lines[place])
    if found is None:
        _altered("encryption-header")
    body, place = bytearray(), place + 1
    while place < len(lines):
        line = lines[place]
        body += _unbase64(line) if line else b""
        place += 1
        if len(line) > _LINE:
            _altered("encryption-header")
        if len(line) < _LINE:
            break
    return Stanza(tuple(found[1].decode("ascii").split(" ")), bytes(body)), place


def key_by_identity(header: Header, *secrets: str) -> bytes:
    """Return the file's key.

    Args:
        header: whose.
        secrets: ``AGE-SECRET-KEY-1…``, ours of today first, then those it replaced.

    Raises:
        KeyRefused: it is encrypted to others.
        PackageRefused: ``encryption-header``.
    """
    stanzas = [one for one in header.stanzas if one.kind == _X25519 and len(one.arguments) == 2]
    for secret in secrets:
        own = X25519PrivateKey.from_private_bytes(_identity_bytes(secret))
        recipient = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        for stanza in stanzas:
            key = _unwrapped_x25519(stanza, own, recipient)
            if key is not None:
                return _checked(header, key)
    raise KeyRefused(_("The package is not encrypted to our key; ask the sender to encrypt it to our card."))


def _unwrapped_x25519(stanza: Stanza, own: X25519PrivateKey, recipient: bytes) -> bytes | None:
    share = _unbase64(stanza.arguments[1].encode("ascii"))
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(share))
        wrapping = _derived(shared, share + recipient, b"age-encryption.org/v1/X25519")
        return _key(ChaCha20Poly1305(wrapping).decrypt(bytes(12), stanza.body, None))
    except InvalidTag:
        return None
    except ValueError:  # a share of another length, or a point of low order
        _altered("encryption-header")


def key_by_passphrase(header: Header, passphrase: bytes) -> bytes:
    """Return the file's key.

    Raises:
        KeyRefused: another passphrase.
        PackageRefused: ``encryption-header``, or ``encryption-work``: it asks for more memory than a passphrase needs.
    """
    stanza = header.stanzas[0]
    if len(stanza.arguments) != 3 or not re.fullmatch(r"[1-9][0-9]?", stanza.arguments[2]):
        _altered("encryption-header")
    salt, log_n = _unbase64(stanza.arguments[1].encode("ascii")), int(stanza.arguments[2])
    if log_n > _MOST_LOG_N:
        raise PackageRefused(
            "encryption-work",
            _(
                "The package’s passphrase asks for {size} MiB of memory, which none needs (encryption-work); ask for another package."
            ).format(size=2 ** (log_n - 10)),
        )
    try:
        key = ChaCha20Poly1305(_from_passphrase(passphrase, salt, log_n)).decrypt(
            bytes(12), stanza.body, None
        )
    except InvalidTag:
        raise KeyRefused(
            _("The passphrase does not open the package; type it again, or ask the sender for it.")
        ) from None
    return _checked(header, _key(key))


def _key(plain: bytes) -> bytes:
    if len(plain) != _FILE_KEY:
        _altered("encryption-header")
    return plain


def _checked(header: Header, key: bytes) -> bytes:
    code = hmac.HMAC(_derived(key, b"", b"header"), hashes.SHA256())
    code.update(header.authenticated)
    try:
        code.verify(header.code)
    except InvalidSignature:
        _altered("encryption-altered")
    return key


@dataclass(frozen=True, slots=True)
class PlainBytes:
    """The plain bytes of an age file, every one of them authenticated.

    Attributes:
        size: of the plain bytes.
    """

    size: int
    _read_at: ReadAt
    _cipher: ChaCha20Poly1305
    _start: int
    _count: int

    def __call__(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``; fewer only at the end."""
        end = min(offset + count, self.size)
        if end <= offset:
            return b""
        first, last = offset // CHUNK, (end - 1) // CHUNK
        found = b"".join(self._chunk(number) for number in range(first, last + 1))
        return found[offset - first * CHUNK : end - first * CHUNK]

    def pieces(self) -> Iterator[bytes]:
        """Give all of them in order."""
        return (self._chunk(number) for number in range(self._count))

    def _chunk(self, number: int) -> bytes:
        last = number == self._count - 1
        sealed = self._read_at(self._start + number * _SEALED, _SEALED)
        try:
            return self._cipher.decrypt(_nonce(number, last=last), sealed, None)
        except InvalidTag:
            _altered("encryption-cut" if last and self._goes_on(number, sealed) else "encryption-altered")

    def _goes_on(self, number: int, sealed: bytes) -> bool:
        """Whether the last chunk there was made to be followed by others."""
        try:
            self._cipher.decrypt(_nonce(number, last=False), sealed, None)
        except InvalidTag:
            return False
        return True


def plain_bytes(read_at: ReadAt, size: int, header: Header, key: bytes) -> PlainBytes:
    """Return the plain bytes after all of them were authenticated.

    Raises:
        PackageRefused: ``encryption-altered`` or ``encryption-cut``.
    """
    start = header.size + _NONCE
    sealed = size - start
    count = -(-sealed // _SEALED)
    remainder = sealed - (count - 1) * _SEALED
    if sealed < _TAG or remainder < _TAG or (count > 1 and remainder == _TAG):
        _altered("encryption-cut")
    cipher = ChaCha20Poly1305(_derived(key, read_at(header.size, _NONCE), b"payload"))
    plain = PlainBytes(sealed - count * _TAG, read_at, cipher, start, count)
    for _piece in plain.pieces():
        pass
    return plain


def encrypted_with_passphrase(
    pieces: Iterable[bytes], passphrase: bytes, random: Callable[[int], bytes], log_n: int = LOG_N
) -> Iterator[bytes]:
    """Give the age file of the pieces, piece by piece.

    Args:
        pieces: the plain bytes.
        passphrase: UTF-8.
        random: gives that many bytes nobody can guess.
        log_n: what trying a passphrase costs, 2^log_n KiB of memory.
    """
    key, salt, nonce = random(_FILE_KEY), random(16), random(_NONCE)
    body = ChaCha20Poly1305(_from_passphrase(passphrase, salt, log_n)).encrypt(bytes(12), key, None)
    header = VERSION + f"-> {_SCRYPT} {_base64(salt)} {log_n}\n{_base64(body)}\n---".encode("ascii")
    code = hmac.HMAC(_derived(key, b"", b"header"), hashes.SHA256())
    code.update(header)
    yield header + f" {_base64(code.finalize())}\n".encode("ascii") + nonce
    cipher = ChaCha20Poly1305(_derived(key, nonce, b"payload"))
    for number, (chunk, last) in enumerate(_chunks(pieces)):
        yield cipher.encrypt(_nonce(number, last=last), chunk, None)


def _chunks(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give chunks of one size; only the last is shorter, and empty only where there is nothing."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def _from_passphrase(passphrase: bytes, salt: bytes, log_n: int) -> bytes:
    kdf = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=2**log_n, r=8, p=1)
    return kdf.derive(passphrase)


def _identity_bytes(secret: str) -> bytes:
    """Return the 32 bytes of a Bech32 secret (BIP 173); its checksum was held when the key was read."""
    digits = [_BECH32.index(letter) for letter in secret.lower().rpartition("1")[2][:-6]]
    whole = 0
    for digit in digits:
        whole = whole << 5 | digit
    return (whole >> (5 * len(digits) - 256)).to_bytes(32, "big")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii").rstrip("=")


def _unbase64(text: bytes) -> bytes:
    try:
        content = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        content = b""
    if _base64(content).encode("ascii") != text:
        _altered("encryption-header")
    return content


def _altered(code: str) -> Never:
    texts = {
        "encryption-header": _(
            "The package’s encryption cannot be read ({code}); ask the sender for it again."
        ),
        "encryption-altered": _(
            "The package was cut off or altered after it was encrypted ({code}); ask the sender for it again."
        ),
        "encryption-cut": _("The package is cut off ({code}); ask the sender for it again."),
    }
    raise PackageRefused(code, texts[code].format(code=code))

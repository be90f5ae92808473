"""A watch for secrets: it learns every key, passphrase and CPR number that a test uses, and looks where none may stand.

``tests/sealing`` and ``tests/cli`` put it around each of their tests (their ``conftest``): what lies in the workspaces
under the test's folder and in the temporary folder, what was written to the streams and logged, and what stands in the
error messages is searched for all that was made so far. Bare keys (``--no-passphrase``) may stand in their own two
files and nowhere else; the files that a test hands in are its own.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from exchange.cli.terminal import Terminal

CONFIG = "enblanket.toml"
# Where --no-passphrase leaves keys bare, by its own words.
BARE = re.compile(r"(^|/)keys/(rotating/)?(signing\.pem|former-\d+\.pem|identity\.txt)$")
# Words that a test may use for a passphrase and that stand in any text.
_SHORTEST = 8
SOURCE = "the plain bytes of a file that was taken"
_NUMBER = "a CPR number"
# A person may type a number; what becomes of it is searched, and a key or passphrase may not even be typed.
_TYPED = "command line"
ENCRYPTED = "the plain bytes of an encrypted package"
# A house keeps what it sealed and received in its own store, where its rows lie open too.
_STORE = re.compile(r"/objects/[0-9a-f]{2}/[0-9a-f]{62}$")
# The form's own tables travel in a package as they came.
_PACKAGE = b"mimetypeapplication/vnd.etsi.asic-e+zip"
# A form is written for its party to read; taken back as it stands, its bytes are a source's too.
_FORM = re.compile(r"/outbox/form_[^/]+\.xlsx$")
# Shorter tables may be the same as one of ours.
_SOURCE = 100
_CPR = re.compile(
    rb"(?<![0-9A-Za-z-])(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}-[0-9]{4}(?![0-9A-Za-z-])"
)


@dataclass(frozen=True)
class Secret:
    """One thing that may stand nowhere.

    Attributes:
        what: for the test's failure; never the secret itself.
        forms: how it could be written.
    """

    what: str
    forms: frozenset[bytes] = field(repr=False)


@dataclass
class Watch:
    """Everything secret that was made so far, and what was already searched.

    Attributes:
        said: what was written to streams, logged, or put in an error, by where.
        handed_in: the files and folders that command lines named; their bytes are the person's own, where they lie.
    """

    secrets: list[Secret] = field(default_factory=list)
    said: list[tuple[str, bytes]] = field(default_factory=list)
    handed_in: set[Path] = field(default_factory=set)
    _known: set[frozenset[bytes]] = field(default_factory=set)
    _searched: dict[bytes, int] = field(default_factory=dict)

    def learn(self, what: str, forms: Iterable[bytes]) -> None:
        """Keep a secret in the forms it could be written in."""
        kept = frozenset(form for form in forms if len(form) >= _SHORTEST)
        if kept and kept not in self._known:
            self._known.add(kept)
            self.secrets.append(Secret(what, kept))

    def forget(self, what: str) -> None:
        """Look for secrets of a kind no more; those that come later keep their numbers."""
        for at, secret in enumerate(self.secrets):
            if secret.what == what and secret.forms:
                self._known.discard(secret.forms)
                self.secrets[at] = Secret(what, frozenset())

    def learn_bytes(self, what: str, secret: bytes) -> None:
        """Keep raw bytes: as they are, and in hex and base64."""
        self.learn(what, written(secret))

    def learn_private_key(self, private: object) -> None:
        """Keep a signing key: its PKCS#8 in DER and PEM, and its private number."""
        if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            return
        der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        numbers = private.private_numbers()
        number = numbers.private_value if isinstance(numbers, ec.EllipticCurvePrivateNumbers) else numbers.d
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        lines = [line for line in pem.splitlines()[1:-1] if len(line) == 64]
        # The first line is of what all keys of a kind begin with.
        self.learn(
            "a private key",
            [der, *lines[1:], *written(number.to_bytes((number.bit_length() + 7) // 8, "big"))],
        )

    def learn_numbers(self, content: bytes) -> None:
        """Keep the CPR numbers that stand in a file that somebody hands in."""
        for match in _CPR.finditer(content):
            self.learn(_NUMBER, [match[0], match[0].replace(b"-", b"")])

    def leaks(self, name: str, content: bytes) -> list[str]:
        """Return which secrets stand in the content, without saying them; each content is searched once for each."""
        mark = hashlib.sha256(name.encode() + b"\0" + content).digest()
        since = self._searched.get(mark, 0)
        self._searched[mark] = len(self.secrets)
        excused = ["a private key", "an age identity"] if BARE.search(name.replace(os.sep, "/")) else []
        if (
            _PACKAGE in content[:100]
            or _FORM.search(name.replace(os.sep, "/"))
            or self.handed_in & {Path(name), *Path(name).parents}
        ):
            excused.append(SOURCE)
        if name == _TYPED:
            excused.append(_NUMBER)
        if _STORE.search(name.replace(os.sep, "/")):
            excused.append(ENCRYPTED)
        return [
            f"{name}: {secret.what}"
            for secret in self.secrets[since:]
            if secret.what not in excused and any(form in content for form in secret.forms)
        ]


def written(secret: bytes) -> list[bytes]:
    """Return the ways in which bytes are written in texts."""
    return [
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
    ]


def spy(monkeypatch: pytest.MonkeyPatch, watch: Watch) -> None:
    """Tell the watch of every key, identity and passphrase that the product makes or opens."""
    from exchange.cli import main, passphrase
    from exchange.errors import EnblanketError
    from exchange.sealing import encryption, keys, signing
    from exchange.sealing.keys import AgeIdentity
    from exchange.sealing.signing import SigningKey
    from exchange.workspace.reading import Source

    def identity(self: AgeIdentity, *_: object) -> None:
        for secret in (self.secret, *self.former):
            watch.learn("an age identity", [secret.encode()])

    def plain(source: Path, *_: object) -> None:
        watch.learn(ENCRYPTED, [source.read_bytes()])

    def source(self: Source, *_: object) -> None:
        if len(self.content) > _SOURCE:
            watch.learn(SOURCE, [self.content])

    def failed(_self: EnblanketError, *words: object) -> None:
        watch.said.append(("error message", " ".join(map(str, words)).encode("utf-8", "backslashreplace")))

    def ran(argv: list[str], terminal: Terminal) -> None:
        named = {terminal.here / word for word in argv if word and not word.startswith("-")}
        watch.handed_in |= {path for path in named if path.exists() and not (path / CONFIG).exists()}
        watch.said.append((_TYPED, "\0".join(argv).encode("utf-8", "backslashreplace")))
        for name, stream in (("stdout", terminal.out), ("stderr", terminal.err)):
            if isinstance(stream, BytesIO):
                watch.said.append((name, stream.getvalue()))

    _after(monkeypatch, SigningKey, "__init__", lambda self, *_: watch.learn_private_key(self.private_key))
    _after(monkeypatch, AgeIdentity, "__init__", identity)
    _after(monkeypatch, Source, "__init__", source)
    _after(monkeypatch, EnblanketError, "__init__", failed)
    _after(monkeypatch, main, "main", ran)
    _after(monkeypatch, encryption, "encrypt_file_to", plain)
    _result(monkeypatch, keys, "register_key", lambda key: watch.learn_bytes("a register key", key))
    _result(monkeypatch, passphrase, "read_descriptor", lambda words: watch.learn("a passphrase", [words]))
    _argument(monkeypatch, signing, "encrypt_pkcs8", lambda words: watch.learn("a passphrase", [words]))
    _argument(
        monkeypatch, keys, "_identity_files", lambda words: watch.learn("a passphrase", [words.encode()])
    )


class Listener(logging.Handler):
    """Keeps every log record as text."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.said.append(("log", record.getMessage().encode("utf-8", "backslashreplace")))


def _after(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, told: Callable[..., None]) -> None:
    original = getattr(owner, name)

    def watched(*words: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
        found = original(*words, **named)
        told(*words)
        return found

    monkeypatch.setattr(owner, name, watched)


def _result(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, told: Callable[[bytes], None]
) -> None:
    original = getattr(module, name)

    def watched(*words: Any, **named: Any) -> bytes:  # noqa: ANN401 - whatever it takes
        found: bytes = original(*words, **named)
        told(found)
        return found

    monkeypatch.setattr(module, name, watched)


def _argument(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, told: Callable[[Any], None]
) -> None:
    original = getattr(module, name)

    def watched(secret: Any, words: Any) -> Any:  # noqa: ANN401 - whatever it takes
        if words:
            told(words)
        return original(secret, words)

    monkeypatch.setattr(module, name, watched)


def learn_from(root: Path, watch: Watch) -> None:
    """Learn the bare keys of every workspace under the folder, and the CPR numbers of the files that were handed in."""
    for path in root.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        if BARE.search(path.as_posix()):
            _learn_bare(path.read_bytes(), watch)
        elif path.suffix.lower() in (".csv", ".xlsx", ".ods", ".txt") and not _in_workspace(path, root):
            watch.learn_numbers(path.read_bytes())


def _learn_bare(content: bytes, watch: Watch) -> None:
    if content.startswith(b"AGE-SECRET-KEY-"):
        watch.learn("an age identity", [content.split()[0]])
    elif b"BEGIN PRIVATE KEY" in content:
        try:
            watch.learn_private_key(load_pem_private_key(content, None))
        except ValueError:  # a test damaged it
            return


def _in_workspace(path: Path, root: Path) -> bool:
    return any((folder / CONFIG).exists() for folder in path.parents if root in (folder, *folder.parents))


def leaks_after(watch: Watch, root: Path, temporary: Path) -> list[str]:
    """Return every place under a test's folder, in its temporary files and in what was said where a secret stands."""
    learn_from(root, watch)
    folders = {temporary, *(config.parent for config in root.rglob(CONFIG))}
    files = {
        path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    }
    found = [leak for path in sorted(files) for leak in watch.leaks(str(path), path.read_bytes())]
    found += [leak for name, content in watch.said for leak in watch.leaks(name, content)]
    watch.said.clear()
    # Another test may have sealed the very same package open: copies of one town begin with the same outbox.
    watch.forget(ENCRYPTED)
    return found


def leaks_of_processes(watch: Watch) -> list[str]:
    """Return which secrets stand in the command line or environment of a running process (Linux)."""
    found = []
    for path in (*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")):
        try:
            content = path.read_bytes()
        except OSError:  # it ended, or is another's
            continue
        found += [
            f"{path.name} of process {path.parent.name}: {secret.what}"
            for secret in watch.secrets
            if any(form in content for form in secret.forms)
        ]
    return found

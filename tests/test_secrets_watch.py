"""The watch for secrets finds what it looks for: each kind of secret, put where it may not stand, is told."""

from __future__ import annotations

import base64
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from exchange.errors import KeyRefused
from exchange.sealing.keys import unlock_age, unlock_signing_key
from tests.conftest import CommandLine
from tests.secrets_watch import ENCRYPTED, Watch, leaks_after, leaks_of_processes


def scalar(folder: Path) -> bytes:
    key = unlock_signing_key(folder, lambda: None).private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.private_numbers().private_value.to_bytes(32, "big")


def pem(folder: Path) -> bytes:
    key = unlock_signing_key(folder, lambda: None).private_key
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def age(folder: Path) -> bytes:
    return unlock_age(folder, lambda: None).secret.encode()


FORMS: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "raw": (scalar, "a private key"),
    "hex": (lambda folder: scalar(folder).hex().encode(), "a private key"),
    "base64": (lambda folder: base64.b64encode(scalar(folder)), "a private key"),
    "PEM": (pem, "a private key"),
    "age": (age, "an age identity"),
}


@pytest.mark.parametrize(("form", "what"), FORMS.values(), ids=FORMS)
def test_a_key_in_a_file_is_found_in_any_form(
    form: Callable[[Path], bytes], what: str, watch: Watch, workspace_folder: Path, tmp_path: Path
) -> None:
    assert leaks_after(watch, tmp_path, tmp_path / "none") == []
    path = workspace_folder / "outbox" / "note.txt"
    path.write_bytes(b"some words, " + form(workspace_folder / "keys") + b" and more")

    assert leaks_after(watch, tmp_path, tmp_path / "none") == [f"{path}: {what}"]


def test_a_bare_key_may_stand_in_its_own_file_alone(
    watch: Watch, workspace_folder: Path, tmp_path: Path
) -> None:
    assert leaks_after(watch, tmp_path, tmp_path / "none") == []
    copy = workspace_folder / "keys" / "copy.pem"
    shutil.copy(workspace_folder / "keys" / "signing.pem", copy)

    assert leaks_after(watch, tmp_path, tmp_path / "none") == [f"{copy}: a private key"]


def test_a_temporary_file_a_stream_a_log_and_an_error_are_searched(
    watch: Watch, workspace_folder: Path, tmp_path: Path
) -> None:
    leaks_after(watch, tmp_path, tmp_path)
    secret = age(workspace_folder / "keys")
    temporary = tmp_path / "scratch"
    temporary.mkdir()
    (temporary / "left").write_bytes(secret)
    logging.getLogger("exchange").warning("opened with %s", secret.decode())
    KeyRefused(f"cannot open {secret.decode()}")
    CommandLine(workspace_folder)("keys", "distrust", secret.decode())
    found = leaks_after(watch, tmp_path, temporary)

    assert {leak.rpartition(": ")[0] for leak in found} == {
        str(temporary / "left"), "log", "error message", "command line", "stderr",
    }  # fmt: skip
    assert secret.decode() not in "".join(found)


def test_a_cpr_number_is_learned_from_the_file_that_is_handed_in(
    watch: Watch, workspace_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "sheet.csv").write_text("cpr\n010180-1234\n", encoding="utf-8")
    leaks_after(watch, tmp_path, tmp_path / "none")
    (workspace_folder / "a.txt").write_text("0101801234", encoding="utf-8")

    assert leaks_after(watch, tmp_path, tmp_path / "none") == [f"{workspace_folder / 'a.txt'}: a CPR number"]


def test_a_secret_on_a_command_line_is_seen_while_it_runs() -> None:
    """Where the system shows command lines as files (Linux)."""
    own, words = Watch(), "solsort-" + "i-hegnet"
    own.learn("a passphrase", [words.encode()])
    waits = "import sys; print(flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", waits, words], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    seen = leaks_of_processes(own)
    process.communicate(b"")

    expected = f"cmdline of process {process.pid}: a passphrase"
    assert seen == ([expected] if Path("/proc/self/cmdline").exists() else [])
    assert leaks_of_processes(own) == []


def test_the_plain_bytes_of_an_encrypted_package_are_found_in_the_test_that_encrypted_it_alone(
    tmp_path: Path,
) -> None:
    watch, plain = Watch(), b"every byte of a package"
    (tmp_path / "enblanket.toml").touch()
    (tmp_path / "open.asice").write_bytes(plain)
    (tmp_path / "temporary").mkdir()

    def leaks() -> list[str]:
        return leaks_after(watch, tmp_path, tmp_path / "temporary")

    watch.learn(ENCRYPTED, [plain])
    assert leaks() == [f"{tmp_path / 'open.asice'}: {ENCRYPTED}"]
    assert leaks() == []
    watch.learn(ENCRYPTED, [plain])
    assert leaks() == [f"{tmp_path / 'open.asice'}: {ENCRYPTED}"]

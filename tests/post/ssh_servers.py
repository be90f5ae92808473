"""OpenSSH's own server on loopback with internal-sftp alone, in a folder, with a host key and a configuration of its own.

Started by root, as a house would run it: the account is one without rights (``nobody``), shut into the folder by chroot.
Started by somebody else: the account is theirs, and the folder is where it begins. ``path`` is right for both.
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SSHD = "/usr/sbin/sshd"
PASSPHRASE = "battery-staple-correct"
_NOBODY, _NOBODYS_NAME = 65534, "nobody"
# A slow machine, not a promise: the server answers within a second.
_PATIENCE = 60.0


def missing() -> str:
    """Return why the server cannot run here; "" where it can."""
    if sys.platform == "win32":
        return "not written for Windows"
    absent = [name for name in (SSHD, "ssh-keygen") if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@dataclass(frozen=True)
class SshServer:
    """A running server.

    Attributes:
        root: of everything that belongs to it: keys, configuration, log.
        box: the folder that the account reads and writes, on our own disk.
        path: the same folder as the account names it.
        host_key: as it stands in a post.toml or on a card, ``ssh-ed25519 AAAA…``.
        key: a private key without a passphrase that may log in; locked_key: one in PKCS#8 with :data:`PASSPHRASE`.
        stranger: a private key that may not; certificate: of the stranger, with which it may.
    """

    root: Path
    port: int
    user: str
    box: Path
    path: str
    host_key: str

    @property
    def key(self) -> Path:
        return self.root / "keys" / "plain"

    @property
    def locked_key(self) -> Path:
        return self.root / "keys" / "locked"

    @property
    def stranger(self) -> Path:
        return self.root / "keys" / "stranger"

    @property
    def certificate(self) -> Path:
        return self.root / "keys" / "stranger-cert.pub"

    @property
    def log(self) -> str:
        return (self.root / "log").read_text(encoding="utf-8", errors="replace")

    def url(self, port: int | None = None) -> str:
        """Return its address as it stands on a card; of a wire to it where the wire's port is given."""
        return f"sftp://{self.user}@127.0.0.1:{port or self.port}{self.path}"

    def lay(self, party: str, name: str | bytes, content: bytes) -> Path:
        """Lay a file into a party's letterbox, as another house would."""
        box = self.box / party
        if not box.is_dir():
            box.mkdir()
            self.give(box)
        path = box / os.fsdecode(name)
        path.write_bytes(content)
        self.give(path)
        return path

    def give(self, path: Path) -> None:
        """Give a file or folder of ours to the account."""
        if self.user == _NOBODYS_NAME:
            os.chown(path, _NOBODY, _NOBODY, follow_symlinks=False)

    def settle(self) -> None:
        """Wait until no session works any more: one that was cut still writes what it had heard."""
        ends = time.monotonic() + _PATIENCE
        while _children(int((self.root / "pid").read_text(encoding="ascii"))):
            assert time.monotonic() < ends, self.log
            time.sleep(0.02)

    def empty(self) -> None:
        """Take everything out of the folder."""
        for path in self.box.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


@contextmanager
def running(config: str = "", sftp: str = "") -> Iterator[SshServer]:
    """Start a server and stop it.

    Args:
        config: more lines of its ``sshd_config``.
        sftp: more words for internal-sftp, such as ``-R`` (nothing may be written) or ``-P fsync``.
    """
    as_root = os.geteuid() == 0
    # sshd wants every folder above a chroot to be root's alone, which those of pytest are not.
    root = Path(tempfile.mkdtemp(prefix="enblanket-ssh-", dir="/run" if as_root else None))
    root.chmod(0o755)
    try:
        server = _prepared(root, as_root=as_root)
        _configure(server, config, sftp, as_root=as_root)
        with (root / "log").open("wb") as log:
            process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(root / "sshd_config")], stderr=log)
            try:
                _answers(server)
                yield server
            finally:
                sessions = _children(process.pid)
                process.terminate()
                process.wait(_PATIENCE)
                # Each session outlives the server, and one whose client fell silent would outlive the tests.
                for pid in sessions:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGTERM)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _prepared(root: Path, *, as_root: bool) -> SshServer:
    (root / "keys").mkdir(mode=0o700)
    keys = root / "keys"
    for name in ("host", "plain", "stranger", "ca"):
        _keygen("-t", "ed25519", "-N", "", "-C", name, "-f", str(keys / name))
    # ssh-keygen writes no PKCS#8 of Ed25519.
    _keygen("-t", "ecdsa", "-m", "PKCS8", "-N", PASSPHRASE, "-C", "locked", "-f", str(keys / "locked"))
    user = _NOBODYS_NAME if as_root else getpass.getuser()
    _keygen("-s", str(keys / "ca"), "-I", "stranger", "-n", user, "-V", "-1d:+2d", str(keys / "stranger.pub"))
    public = [(keys / f"{name}.pub").read_text(encoding="utf-8") for name in ("plain", "locked")]
    (root / "authorized").write_text("".join(public), encoding="utf-8")
    box = root / "shut" / "post"
    box.mkdir(parents=True)
    kind, key, _comment = (keys / "host.pub").read_text(encoding="utf-8").split()
    server = SshServer(root, _free_port(), user, box, "/post" if as_root else str(box), f"{kind} {key}")
    server.give(box)
    return server


def _configure(server: SshServer, config: str, sftp: str, *, as_root: bool) -> None:
    root = server.root
    if as_root:
        # Where sshd puts the process that has no rights; Debian's own start makes it.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    (root / "sshd_config").write_text(
        f"""
ListenAddress 127.0.0.1
Port {server.port}
PidFile {root}/pid
HostKey {root}/keys/host
AuthorizedKeysFile {root}/authorized
TrustedUserCAKeys {root}/keys/ca.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowTcpForwarding no
X11Forwarding no
PermitTTY no
MaxStartups 50
LogLevel VERBOSE
{config}
Subsystem sftp internal-sftp
ForceCommand internal-sftp -l VERBOSE -d {server.path} {sftp}
{f"ChrootDirectory {root}/shut" if as_root else ""}
""",
        encoding="utf-8",
    )


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in path.read_text(encoding="ascii").split()] if path.exists() else []


def _keygen(*words: str) -> None:
    subprocess.run(["ssh-keygen", "-q", *words], check=True, capture_output=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _answers(server: SshServer) -> None:
    ends = time.monotonic() + _PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as one:
                if one.recv(4) == b"SSH-":
                    return
        except OSError:
            assert time.monotonic() < ends, server.log
        time.sleep(0.02)

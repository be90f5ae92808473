"""Postfix and Dovecot on loopback with TLS, in a folder of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PASSWORD = "correct-horse-battery"
# The last one may keep so many bytes and no more.
USERS = ("aft159", "aft173", "nord", "small")
LARGEST, QUOTA = 1_500_000, 2 * 2**20
_NOBODY = 65534
# A slow machine, not a promise: the servers answer within a second or two.
_PATIENCE = 60.0


def missing() -> str:
    """Return why the servers cannot run here; "" where they can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "they need to be started by root"
    absent = [name for name in ("postfix", "dovecot") if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@dataclass(frozen=True)
class Servers:
    """Both servers, running.

    Attributes:
        smtp, smtps, imap, imaps: their ports, STARTTLS and TLS from the first byte.
        full: of SMTP under TLS with a disk that is full.
        counting: of SMTP under TLS with Dovecot's quota.
    """

    root: Path
    smtp: int
    smtps: int
    imap: int
    imaps: int
    full: int
    counting: int

    @property
    def authority(self) -> Path:
        return self.root / "cert.pem"

    def folder(self, user: str, name: str = "") -> list[Path]:
        """Return the messages in a user's folder."""
        box = self.root / "mail" / user / (f".{name}" if name else "")
        return sorted((*(box / "new").glob("*"), *(box / "cur").glob("*")))

    def rest(self) -> None:
        """Wait until everything that was handed in is delivered."""
        places = [self.root / "spool" / name for name in ("maildrop", "incoming", "active")]
        until(lambda: not any(path.is_file() for place in places for path in place.rglob("*")))

    def lay(self, user: str, content: bytes) -> None:
        """Lay a message into a user's mailbox, as another server would."""
        box = self.root / "mail" / user
        for name in ("new", "cur", "tmp"):
            (box / name).mkdir(parents=True, exist_ok=True)
        number = len(list(box.rglob("*.test*")))
        (box / "new" / f"{1_460_000_000 + number}.{number}.test").write_bytes(content)
        for path in (box.parent, *box.rglob("*"), box):
            os.chown(path, _NOBODY, _NOBODY)


def certificate(folder: Path, *, ended: bool = False) -> None:
    """Write ``cert.pem`` and ``key.pem`` of localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=-1 if ended else 2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)


@contextmanager
def running() -> Iterator[Servers]:
    """Start both servers and stop them."""
    # Postfix and Dovecot work as users of their own, to whom the folders of pytest are closed.
    root = Path(tempfile.mkdtemp(prefix="enblanket-mail-", dir="/var/tmp"))
    root.chmod(0o755)
    *ports, auth, quota = _free_ports(8)
    servers = Servers(root, *ports)
    certificate(root)
    (root / "mail").mkdir()
    os.chown(root / "mail", _NOBODY, _NOBODY)
    processes = []
    try:
        processes.append(_dovecot(servers, auth, quota))
        _answers(auth)
        processes.append(_postfix(servers, auth, quota))
        for port in ports:
            _answers(port)
        yield servers
    finally:
        # Postfix has its master in a session of its own, which a signal to its script does not reach.
        subprocess.run(["postfix", "-c", str(root / "postfix"), "stop"], capture_output=True, check=False)
        for process in processes:
            process.terminate()
            process.wait(_PATIENCE)
        shutil.rmtree(root, ignore_errors=True)


def _dovecot(servers: Servers, auth: int, quota: int) -> subprocess.Popen[bytes]:
    root = servers.root
    (root / "dovecot").mkdir()
    (root / "users").write_text(f"small:::::::userdb_quota_rule=*:bytes={QUOTA}\n")
    config = root / "dovecot.conf"
    config.write_text(
        f"""
base_dir = {root}/dovecot
state_dir = {root}/dovecot
log_path = {root}/dovecot/log
protocols = imap
listen = 127.0.0.1
auth_failure_delay = 0
ssl = required
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain
mail_location = maildir:{root}/mail/%n
mail_uid = {_NOBODY}
mail_gid = {_NOBODY}
first_valid_uid = 1
first_valid_gid = 1
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {root}/users
  default_fields = uid={_NOBODY} gid={_NOBODY} home={root}/mail/%n
}}
userdb {{
  driver = static
  args = uid={_NOBODY} gid={_NOBODY} home={root}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {servers.imap}
  }}
  inet_listener imaps {{
    port = {servers.imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
mail_plugins = quota
plugin {{
  quota = count:User
  quota_vsizes = yes
  quota_grace = 0
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = 552 5.2.2 Mailbox is full
}}
service quota-status {{
  executable = quota-status -p postfix
  client_limit = 1
  inet_listener {{
    address = 127.0.0.1
    port = {quota}
  }}
}}
"""
    )
    return subprocess.Popen(
        ["dovecot", "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _postfix(servers: Servers, auth: int, quota: int) -> subprocess.Popen[bytes]:
    root, etc = servers.root, servers.root / "postfix"
    for name in ("postfix", "spool", "data"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix")
    boxes = ", ".join(f"{user}@example.dk={user}/" for user in USERS)
    (etc / "main.cf").write_text(
        f"""
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
maillog_file = {root}/postfix.log
maillog_file_prefixes = {root}
myhostname = localhost
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_tls_cert_file = {root}/cert.pem
smtpd_tls_key_file = {root}/key.pem
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_error_sleep_time = 0
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
virtual_mailbox_domains = example.dk
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{_NOBODY}
virtual_gid_maps = static:{_NOBODY}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = {LARGEST}
""",
    )
    (etc / "master.cf").write_text(
        f"""
127.0.0.1:{servers.smtp} inet n - n - - smtpd
127.0.0.1:{servers.smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:{servers.full} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o queue_minfree=1000000000000000
127.0.0.1:{servers.counting} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_recipient_restrictions=check_policy_service,inet:127.0.0.1:{quota},permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
    )
    return subprocess.Popen(
        ["postfix", "-c", str(etc), "start-fg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _answers(port: int) -> None:
    until(lambda: _connects(port))


def _connects(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it did not come to hold"
        time.sleep(0.05)

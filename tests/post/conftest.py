"""Three houses that trust one another: the lead 159, the participant 173 and the auditor, with one folder between them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import CommandLine, Said, SteppingClock
from tests.post import mail_servers, ssh_servers
from tests.small_town import PERIOD, Town

SUMMER = datetime(2016, 4, 3, 8, 0, tzinfo=UTC)
FIRST = "AFT-1_159_2016-01--2016-03_aud-nord_1.asice"
SECOND = FIRST.replace("_1.", "_2.")
HOUSES = {"159": "lead", "173": "participant", "aud-nord": "nord"}
USERS = {"159": "aft159", "173": "aft173", "aud-nord": "nord"}


# Where the servers cannot run their tests are not collected; tests/conftest.py says so loudly.
collect_ignore = (
    ["test_mail_servers.py", "test_mail_progress.py", "test_faults_mail.py"] if mail_servers.missing() else []
)
if ssh_servers.missing():
    collect_ignore += [path.name for path in Path(__file__).parent.glob("test_*sftp*.py")]


@pytest.fixture(autouse=True)
def _watched(no_secret_left: None) -> None:
    """No secret is left behind by any test here."""


@dataclass
class Three:
    """Three workspaces and the folder between them; all clocks are one."""

    root: Path
    clock: SteppingClock

    def house(self, party: str) -> CommandLine:
        return CommandLine(self.root / HOUSES[party], self.clock)

    @property
    def lead(self) -> CommandLine:
        return self.house("159")

    @property
    def participant(self) -> CommandLine:
        return self.house("173")

    @property
    def auditor(self) -> CommandLine:
        return self.house("aud-nord")

    @property
    def drive(self) -> Path:
        return self.root / "drive"

    def configure(self, text: str, *parties: str) -> None:
        """Write a ``[[way]]`` to every other house into the post.toml of these, or of all."""
        for party in parties or tuple(HOUSES):
            ways = [f'[[way]]\nparty = "{other}"\n{text}\n' for other in HOUSES if other != party]
            (self.root / HOUSES[party] / "post.toml").write_text("\n".join(ways), encoding="utf-8")

    def seal(self, *more: str, to: str = "aud-nord", period: str = PERIOD) -> Path:
        return self.seal_in(self.lead, *more, to=to, period=period)

    def seal_in(self, house: CommandLine, *more: str, to: str = "aud-nord", period: str = PERIOD) -> Path:
        said = house("seal", "--period", period, "--to", to, *more)
        assert said.code == 0, said.err
        return Path(said.out.splitlines()[-1])


def well(said: Said) -> Said:
    assert said.code == 0, said.err + said.out
    return said


def found(root: Path, town: Town, open_in: Callable[[Path], CommandLine]) -> None:
    shutil.copytree(town.folder, root / "lead")
    outside = open_in(root)
    for folder, party, name, role in (
        ("participant", "173", "Jobcenter Rødovre", "jobcentre"),
        ("nord", "aud-nord", "Revision Nord", "auditor"),
    ):
        well(outside("init", folder, "--party", party, "--name", name, "--role", role, "--no-passphrase"))
    for package in (root / "lead" / "outbox").iterdir():
        package.unlink()
    houses = {party: open_in(root / folder) for party, folder in HOUSES.items()}
    for one in houses.values():
        own = one("keys", "show", "--format", "json").records[0]
        card = next((one.here / "keys").glob("*.card"))
        for other in houses.values():
            if other is not one:
                well(other("keys", "trust", str(card), "--fingerprint", str(own["fingerprint"])))
    (root / "drive").mkdir()


@pytest.fixture(scope="session")
def acquainted(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("three")
    found(root, town, CommandLine)
    return root


@pytest.fixture
def three(acquainted: Path, tmp_path: Path) -> Three:
    shutil.copytree(acquainted, tmp_path / "three")
    return Three(tmp_path / "three", SteppingClock(SUMMER))


@pytest.fixture
def by_folder(three: Three) -> Three:
    three.configure('by = "folder"\npath = "../drive"')
    return three


@pytest.fixture(scope="session")
def with_second(acquainted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three with a package that travels encrypted alone, and never lies open in another test's inbox."""
    root = tmp_path_factory.mktemp("by-mail")
    shutil.copytree(acquainted, root / "three")
    three = Three(root / "three", SteppingClock(SUMMER))
    well(three.lead("post", "sent", FIRST))
    # It was sealed open, and lies so in its sealer's outbox alone.
    three.seal().unlink()
    return three.root


@pytest.fixture(scope="session")
def servers() -> Iterator[mail_servers.Servers]:
    with mail_servers.running() as found:
        yield found


@pytest.fixture
def empty(servers: mail_servers.Servers) -> mail_servers.Servers:
    """The servers, and nobody has mail."""
    for box in (servers.root / "mail").iterdir():
        shutil.rmtree(box)
    return servers


def configure_mail(three: Three, party: str, servers: mail_servers.Servers, **ports: int) -> None:
    """Write a house's post.toml: by SMTP under TLS to both others, and what comes by IMAP.

    Args:
        three: the houses.
        party: whose.
        servers: that it uses.
        ports: other ones than the servers' own: ``smtps``, ``imap`` (STARTTLS) or ``imaps`` (TLS from the first byte).
    """
    ways = "".join(
        f'[[way]]\nparty = "{other}"\nby = "smtp"\nto = "{user}@example.dk"\n'
        for other, user in USERS.items()
        if other != party
    )
    kind, security = ("imaps", "tls") if "imaps" in ports else ("imap", "starttls")
    mailboxes = "".join(
        f'[mail.{kind}]\nhost = "localhost"\nport = {port}\nsecurity = "{security}"\nuser = "{USERS[party]}"\n'
        f'authority = "{servers.authority}"\n'
        for kind, port, security in (
            ("smtp", ports.get("smtps", servers.smtps), "tls"),
            ("imap", ports.get(kind, servers.imap), security),
        )
    )
    text = f'[mail]\nfrom = "{USERS[party]}@example.dk"\n{mailboxes}{ways}'
    (three.house(party).here / "post.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def by_server(with_second: Path, tmp_path: Path, empty: mail_servers.Servers) -> Three:
    shutil.copytree(with_second, tmp_path / "three")
    three = Three(tmp_path / "three", SteppingClock(SUMMER))
    for party in HOUSES:
        configure_mail(three, party, empty)
    return three


@pytest.fixture(scope="session")
def ssh() -> Iterator[ssh_servers.SshServer]:
    with ssh_servers.running() as found:
        yield found


def configure_sftp(three: Three, server: ssh_servers.SshServer) -> None:
    """Write the post.toml of all houses: one server for all, with a letterbox for each."""
    server.empty()
    three.configure(
        f'by = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\n'
        f'path = "{server.path}"\nhost_key = "{server.host_key}"\nkey = "{server.key}"\n'
    )


@pytest.fixture(scope="session")
def started() -> Iterator[ssh_servers.SshServer]:
    with ssh_servers.running() as found:
        yield found


@pytest.fixture
def server(started: ssh_servers.SshServer) -> ssh_servers.SshServer:
    """The SSH server, and nothing lies there."""
    started.empty()
    return started

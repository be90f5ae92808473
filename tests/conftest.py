"""A founded workspace for every test that needs one, and the command line run in this process."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from exchange import language
from exchange.workspace.folder import Workspace, open_workspace
from tests.post import mail_servers, ssh_servers
from tests.post.faults import FaultTable
from tests.secrets_watch import Listener, Watch, leaks_after, spy
from tests.small_town import Town, build

OFFICE_MISSING = (
    "LibreOffice (soffice) is not installed: the tests in tests/office DID NOT RUN; see “make test-office”."
)

MAIL_MISSING = (
    "Postfix and Dovecot cannot run here ({why}): the tests in tests/post/test_mail_servers.py DID NOT RUN; "
    "install postfix and dovecot-imapd, and run as root."
)

SSH_MISSING = "OpenSSH’s server cannot run here ({why}): the tests in tests/post/test_sftp*.py DID NOT RUN; install openssh-server."

START = datetime(2016, 4, 1, 8, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run write the page that it makes."""
    parser.addoption("--write-reliability", action="store_true", help="write docs/reliability.md")


def pytest_configure(config: pytest.Config) -> None:
    """Make docs/reliability.md of what passes."""
    config.addinivalue_line("markers", "fault(name, ways, seen): a fault that the test holds for these ways")
    config.pluginmanager.register(FaultTable(config), "fault-table")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not even collected."""
    if shutil.which("soffice") is None:
        terminalreporter.write_line(OFFICE_MISSING, red=True, bold=True)
    if why := mail_servers.missing():
        terminalreporter.write_line(MAIL_MISSING.format(why=why), red=True, bold=True)
    if why := ssh_servers.missing():
        terminalreporter.write_line(SSH_MISSING.format(why=why), red=True, bold=True)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of many bytes by what it is: some hold the time, and each worker must collect the same names."""
    return argname if isinstance(val, bytes) and len(val) > 60 else None


@dataclass
class SteppingClock:
    """A clock that goes one second for each question."""

    now: datetime = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True)
class Said:
    """What one command line said."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class CommandLine:
    """``enblanket`` in one folder, English unless the line says otherwise."""

    here: Path
    clock: SteppingClock = field(default_factory=SteppingClock)

    def __call__(self, *words: str) -> Said:
        from exchange.cli.main import main
        from exchange.cli.terminal import Terminal

        before = language.current()
        terminal = Terminal(BytesIO(), BytesIO(), self.clock, self.here)
        line = list(words) if "--lang" in words else [*words, "--lang", "en"]
        code = main(line, terminal)
        language.use(before)
        assert isinstance(terminal.out, BytesIO)
        assert isinstance(terminal.err, BytesIO)
        return Said(int(code), terminal.out.getvalue().decode(), terminal.err.getvalue().decode())


def opened(folder: Path) -> Workspace:
    """Return the workspace of the folder as another process would see it now."""
    return open_workspace(folder, SteppingClock())


@pytest.fixture(scope="session", autouse=True)
def watch() -> Iterator[Watch]:
    """Learns every secret from the first fixture on; ``no_secret_left`` looks for them."""
    made = Watch()
    listener = Listener(made)
    with pytest.MonkeyPatch.context() as monkeypatch:
        spy(monkeypatch, made)
        logging.getLogger().addHandler(listener)
        yield made
        logging.getLogger().removeHandler(listener)


@pytest.fixture
def no_secret_left(
    watch: Watch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fail a test after which a key, passphrase or plaintext stands where none may."""
    temporary = tmp_path_factory.mktemp("temporary-files")
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    yield
    leaks = leaks_after(watch, tmp_path, temporary)
    assert not leaks, "\n".join(leaks)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the lead jobcentre 159 with bare keys; copy it, as a person may."""
    folder = tmp_path_factory.mktemp("founded") / "gladsaxe"
    said = CommandLine(folder.parent)(
        "init",
        str(folder),
        "--party",
        "159",
        "--name",
        "Jobcenter Gladsaxe",
        "--role",
        "jobcentre",
        "--no-passphrase",
    )
    assert said.code == 0, said.err
    return folder


@pytest.fixture
def workspace_folder(founded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(founded, tmp_path / "gladsaxe"))


@pytest.fixture
def enblanket(workspace_folder: Path) -> CommandLine:
    return CommandLine(workspace_folder)


@pytest.fixture
def in_folder() -> Callable[[Path], CommandLine]:
    return CommandLine


@pytest.fixture
def in_english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Two jobcentres in one workspace, decided and sealed for both auditors; only to be read."""
    return build(tmp_path_factory.mktemp("town"), CommandLine)

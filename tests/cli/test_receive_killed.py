"""``receive`` killed at any point: what it said saved is there, and the next run takes in the package and answers it once.

One process receives a package and is killed with SIGKILL before its receipt is in place. Before each file that it opens for
writing, moves or deletes, it copies its workspace: each copy is what a kill at that moment leaves.
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import CommandLine, Said, SteppingClock, opened
from tests.small_town import Town

ROOT = Path(__file__).parents[2]
AT = datetime(2016, 4, 3, 8, 0, tzinfo=UTC)

KILLED = """
import os, shutil, signal, sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from exchange.cli.main import main
from exchange.cli.terminal import Terminal
here, states = sys.argv[1], Path(sys.argv[3])
copies, copying = 0, False
def before(event, words):
    global copies, copying
    if copying or event not in ("open", "os.rename", "os.remove", "sqlite3.connect"):
        return
    if event == "open" and not (isinstance(words[2], int) and words[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
        return
    if not str(words[0]).startswith(here):
        return
    if event == "os.rename" and str(words[1]).endswith(".receipt.asice"):
        os.kill(os.getpid(), signal.SIGKILL)
    copying = True
    shutil.copytree(here, states / f"{copies:03}")
    copies, copying = copies + 1, False
sys.addaudithook(before)
clock = lambda: datetime(2016, 4, 3, 8, 0, tzinfo=UTC)
main(["receive", sys.argv[2]], Terminal(BytesIO(), BytesIO(), clock, Path(here)))
"""


@pytest.fixture
def package(town: Town) -> Path:
    return next((town.folder / "outbox").glob("*aud-nord_1.asice"))


@pytest.fixture
def houses(town: Town, tmp_path: Path) -> tuple[CommandLine, CommandLine]:
    """The lead and its auditor, who trust each other."""
    shutil.copytree(town.folder, tmp_path / "lead")
    outside = CommandLine(tmp_path)
    said = outside("init", "nord", "--party", "aud-nord", "--name", "Revision Nord", "--role", "auditor", "--no-passphrase")  # fmt: skip
    assert said.code == 0, said.err
    lead, auditor = (CommandLine(tmp_path / name, SteppingClock(AT)) for name in ("lead", "nord"))
    for one, other in ((lead, auditor), (auditor, lead)):
        own = other("keys", "show", "--format", "json").records[0]
        card = other.here / "keys" / f"{own['party']}.card"
        assert one("keys", "trust", str(card), "--fingerprint", str(own["fingerprint"])).code == 0
    return lead, auditor


def test_a_receiver_that_is_killed_loses_nothing_and_answers_once(
    houses: tuple[CommandLine, CommandLine], package: Path, tmp_path: Path
) -> None:
    lead, auditor = houses
    before = {event.id for event in opened(auditor.here).ledger.events()}
    states = tmp_path / "states"
    states.mkdir()

    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(auditor.here), str(package), str(states)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    left = {_content(folder): folder for folder in (*sorted(states.iterdir()), auditor.here)}
    told = {_goes_on(folder, before, package, lead) for folder in left.values()}
    # Killed before the event, it has received nothing; after it, everything but the receipt.
    assert told == {False, True}


def _goes_on(folder: Path, before: set[str], package: Path, lead: CommandLine) -> bool:
    """Hold one copy to what was promised, receive again there, and return whether the package had come."""
    workspace = opened(folder)
    had_come = len(workspace.chronicle().received) == 1
    assert workspace.ledger.verify() == []
    assert before <= {event.id for event in workspace.ledger.events()}
    for one in workspace.chronicle().received:
        assert workspace.objects.get(one.stored) == package.read_bytes()
        assert workspace.objects.get(one.history)
    assert _receipts(folder) == []

    again: Said = CommandLine(folder, SteppingClock(AT))("receive", str(package), "--format", "json")

    assert (again.code, again.records[0]["known"], again.records[0]["stored"]) == (0, had_come, True)
    (received,) = opened(folder).chronicle().received
    assert opened(folder).objects.get(received.stored) == package.read_bytes()
    (receipt,) = _receipts(folder)
    assert lead("receive", str(receipt)).code == 0
    return had_come


def _receipts(folder: Path) -> list[Path]:
    return [path for path in (folder / "outbox").iterdir() if not path.name.startswith(".")]


def _content(folder: Path) -> str:
    """Return the hash of what lies in a folder; a file that is not yet in place is nothing."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()

"""``send`` and ``fetch`` killed before any of their writes: nothing lost, nothing twice, nothing half-visible, and the next run finishes.

One process does the work; before each file that it opens for writing, links, moves or deletes it copies all houses and the drive:
each copy is what a kill at that moment leaves.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SteppingClock, opened
from tests.post.conftest import FIRST, SUMMER, Three, well
from tests.post.faults import fault
from tests.post.test_month import came, states

ROOT = Path(__file__).parents[2]

COPIED = """
import os, shutil, sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from exchange.cli.main import main
from exchange.cli.terminal import Terminal
root, house, copies, *words = sys.argv[1:]
count, copying = 0, False
def before(event, words):
    global count, copying
    if copying or event not in ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "sqlite3.connect"):
        return
    if event == "open" and not (isinstance(words[2], int) and words[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
        return
    if not str(words[0]).startswith(root):
        return
    copying = True
    shutil.copytree(root, Path(copies) / f"{count:03}")
    count, copying = count + 1, False
sys.addaudithook(before)
clock = lambda: datetime(2016, 4, 3, 9, 0, tzinfo=UTC)
sys.exit(main([*words, "--lang", "en"], Terminal(BytesIO(), BytesIO(), clock, Path(root, house))))
"""


def left_by(three: Three, house: str, command: str, copies: Path) -> list[Three]:
    """Run a command in words without blanks, and return what each moment of it would have left; moments that differ in nothing whole are one."""
    copies.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", COPIED, str(three.root), house, str(copies), *command.split()],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = {_content(path): path for path in sorted(copies.iterdir())}
    return [Three(path, SteppingClock(SUMMER)) for path in found.values()]


def _content(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        # What is only in the store is nobody's yet: tests/cli/test_receive_killed.py holds that.
        if path.is_file() and not path.name.startswith(".") and "objects" not in name.parts:
            digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def visible(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]


@fault("kill -9 before any of its writes", "folder", seen="every write of send")
def test_a_sender_that_is_killed_delivers_whole_and_once(by_folder: Three, tmp_path: Path) -> None:
    whole = opened(by_folder.lead.here).chronicle().sealed[0].body["sha256"]
    seen = set()
    for three in left_by(by_folder, "lead", "send", tmp_path / "copies"):
        seen.add(states(three.lead)[FIRST])
        for path in visible(three.drive):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == whole

        well(three.lead("send"))

        (delivered,) = visible(three.drive)
        assert (delivered.name, hashlib.sha256(delivered.read_bytes()).hexdigest()) == (FIRST, whole)
        assert states(three.lead)[FIRST] == "sent"
        assert opened(three.lead.here).ledger.verify() == []
        kinds = [event.kind for event in opened(three.lead.here).ledger.events()]
        assert (kinds.count("queue"), kinds.count("sent")) == (1, 1)
    assert seen == {"sealed", "queued"}


@pytest.fixture
def sent(by_folder: Three) -> Three:
    well(by_folder.lead("send"))
    return by_folder


@fault("kill -9 before any of its writes", "folder", seen="every write of fetch")
def test_a_receiver_that_is_killed_takes_in_and_answers_once(sent: Three, tmp_path: Path) -> None:
    seen = set()
    for three in left_by(sent, "nord", "fetch", tmp_path / "copies"):
        seen.add(tuple(state for _name, state in came(three.auditor)))

        well(three.auditor("fetch"))

        assert came(three.auditor) == [(FIRST, "verified")]
        assert len(opened(three.auditor.here).chronicle().received) == 1
        assert opened(three.auditor.here).ledger.verify() == []
        assert [path.name for path in visible(three.auditor.here / "outbox")] == [
            FIRST.replace(".asice", ".receipt.asice")
        ]
        assert visible(three.auditor.here / "inbox") == []
        assert [path.relative_to(three.drive).as_posix() for path in visible(three.drive)] == [
            f"aud-nord/taken/{FIRST}"
        ]
    assert seen == {(), ("received",), ("verified",)}

"""``ask`` killed before any of its writes: nothing was asked, or everything; the same is asked again, byte for byte.

One process asks; before each file that it opens for writing, moves or deletes it copies the workspace: each copy is what a kill
at that moment leaves.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.cli.test_ask import asking_folder
from tests.conftest import START, CommandLine, SteppingClock, opened

__all__ = ["asking_folder"]

ROOT = Path(__file__).parents[2]
FILES = ("159-12345678-questions-1.eml", "159-12345678-questions-1.xlsx")

COPIED = """
import os, shutil, sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from exchange.cli.main import main
from exchange.cli.terminal import Terminal
folder, copies, *words = sys.argv[1:]
count, copying = 0, False
def before(event, named):
    global count, copying
    if copying or event not in ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "sqlite3.connect"):
        return
    if event == "open" and not (isinstance(named[2], int) and named[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
        return
    if not str(named[0]).startswith(folder):
        return
    copying = True
    shutil.copytree(folder, Path(copies) / f"{count:03}" / "gladsaxe")
    count, copying = count + 1, False
sys.addaudithook(before)
clock = lambda: datetime(2016, 4, 1, 9, 0, tzinfo=UTC)
sys.exit(main([*words, "--lang", "en"], Terminal(BytesIO(), BytesIO(), clock, Path(folder))))
"""


def outbox(folder: Path) -> dict[str, bytes]:
    """Return what a person sees in the outbox."""
    return {path.name: path.read_bytes() for path in (folder / "outbox").iterdir() if path.name[0] != "."}


def questions(folder: Path) -> list[dict[str, object]]:
    return [dict(event.body) for event in opened(folder).ledger.events() if event.kind == "question"]


def test_an_ask_that_is_killed_has_asked_nothing_or_everything(asking_folder: Path, tmp_path: Path) -> None:
    folder, copies = tmp_path / "gladsaxe", tmp_path / "copies"
    shutil.copytree(asking_folder, folder)
    done = subprocess.run(
        [sys.executable, "-c", COPIED, str(folder), str(copies), "ask", "--to", "12345678"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    whole = outbox(folder)
    (asked,) = questions(folder)
    assert tuple(sorted(whole)) == FILES
    assert asked["sha256"] == hashlib.sha256(whole[FILES[1]]).hexdigest()

    seen: dict[tuple[int, int], Path] = {}
    for moment in sorted(copies.iterdir()):
        left = moment / "gladsaxe"
        found, recorded = outbox(left), questions(left)
        # What lies there is whole; and who finds a question in the ledger finds what was to be sent.
        assert found.items() <= whole.items()
        assert not recorded or found == whole
        assert opened(left).ledger.verify() == []
        seen[len(found), len(recorded)] = left

    assert seen.keys() >= {(0, 0), (1, 0), (2, 0)}
    for left in (path for (_files, recorded), path in seen.items() if not recorded):
        again = CommandLine(left, SteppingClock(START + timedelta(hours=1)))("ask", "--to", "12345678")
        assert again.code == 0, again.err
        assert outbox(left) == whole
        assert [one["sha256"] for one in questions(left)] == [asked["sha256"]]

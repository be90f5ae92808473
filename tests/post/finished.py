"""What must hold after any fault: nothing lost, nothing twice, nothing half-visible; and ways to kill, fill and starve a process."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import opened
from tests.post.conftest import Three
from tests.post.test_killed import visible
from tests.post.test_month import came, states

_FILLER = "filler"
# A slow machine, not a promise.
_PATIENCE = 120


def assert_finished(three: Three, name: str) -> None:
    """The auditor has the lead's package once, and the lead has said so once."""
    lead, auditor = opened(three.lead.here), opened(three.auditor.here)
    assert states(three.lead)[name] == "sent"
    assert [state for _name, state in came(three.auditor)] == ["verified"]
    assert len(auditor.chronicle().received) == 1
    assert [path.name for path in visible(auditor.outbox)] == [name.replace(".asice", ".receipt.asice")]
    assert visible(auditor.folder / "inbox" / "post") == []
    (key,) = [one.body["sha256"] for one in lead.chronicle().sealed if one.body["name"] == name]
    told = [event.kind for event in lead.ledger.events() if event.body.get("key") == key]
    assert told == ["queue", "sent"]
    assert lead.ledger.verify() == auditor.ledger.verify() == []


def kill_again_and_again(run: Callable[[], object], seed: int) -> None:
    """Run something in a process of its own and kill it at a random moment, later and later, until a run ends by itself.

    Each run begins upon what the one before left.
    """
    chance = random.Random(seed)  # noqa: S311 (moments, not secrets)
    after = 0.004
    while _died(run, lambda: None, after * chance.uniform(0.7, 1.3)) == signal.SIGKILL:
        after *= 1.4


def died_at_byte(run: Callable[[], object], size: int) -> bool:
    """Run something in a process of its own that dies where a file would grow beyond a size; return whether it did."""

    def starve() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _limit(size)

    return _died(run, starve) == signal.SIGXFSZ


def _died(run: Callable[[], object], first: Callable[[], None], kill_after: float | None = None) -> int:
    """Run in a child, and return the signal that ended it; 0 where it ended by itself."""
    with warnings.catch_warnings():
        # Later Pythons warn of threads; the child starts none of ours and leaves without a word.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        signal.alarm(_PATIENCE)
        with suppress(BaseException):
            first()
            run()
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _limit(size: int | None) -> None:
    """Let no file of this process grow beyond a size; None lets all."""
    _now, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most if size is None else size, most))


@dataclass
class SmallDisk:
    """A folder with little room: a file system of its own where the system lets us mount one, else a limit to every file.

    Attributes:
        is_mounted: what is beyond the room is refused as “no space left”; else as “file too large”.
    """

    folder: Path
    is_mounted: bool

    def fill(self, leave: int) -> None:
        """Leave so many bytes."""
        if not self.is_mounted:
            _limit(leave)
            return
        state = os.statvfs(self.folder)
        with (self.folder / _FILLER).open("ab") as file:
            file.write(bytes(max(0, state.f_bavail * state.f_frsize - leave)))

    def free(self) -> None:
        """Make room again."""
        _limit(None)
        (self.folder / _FILLER).unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[SmallDisk]:
    """Give a disk of so many bytes in an empty folder."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "enblanket-test", str(folder)]
    done = subprocess.run(mount, capture_output=True, check=False)
    disk = SmallDisk(folder, done.returncode == 0)
    try:
        yield disk
    finally:
        disk.free()
        if disk.is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)

"""One post at a time: who sends or fetches in a workspace holds ``.post.lock``; the system lets go of it when the process ends.

A person and ``post watch`` use one workspace: the second waits a little, and then says in one sentence that it is busy. Only
the post takes it; taking files, deciding and sealing go on beside it, which the ledger itself keeps in order.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from exchange.errors import WorkspaceError
from exchange.language import translate as _

FILE = ".post.lock"
_PAUSE = 0.1


class PostBusy(WorkspaceError):
    """Another process sends or fetches here just now."""


@contextmanager
def held(
    folder: Path, patience: float = 5.0, pause: Callable[[float], object] = time.sleep
) -> Iterator[None]:
    """Hold the post of the workspace in the folder.

    Args:
        folder: the workspace.
        patience: seconds to wait for another process.
        pause: waits so many seconds.

    Raises:
        PostBusy: another process has it.
    """
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _locked(handle):
            patience -= _PAUSE
            if patience < 0:
                raise PostBusy(
                    _("Another enblanket sends or fetches here; wait until it has finished and try again.")
                )
            pause(_PAUSE)
        yield
    finally:
        # Closing lets go; the file stays, since another process may wait at it.
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

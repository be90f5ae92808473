"""A ceiling on the memory that a process may take while one statement of a rule runs.

DuckDB's own limit counts its tables and hash tables, not the texts that a rule builds: doubled thirty times, a letter
fills any machine. On Linux the kernel refuses what goes above the ceiling, and DuckDB tells the refusal as an error;
elsewhere DuckDB's limit stands alone. Called by :mod:`.database` around every statement; refuses nothing itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

_lock = Lock()
_ceilings: dict[object, int] = {}
_before: list[int] = []
"""The limit in force before the first ceiling: a limit belongs to the process, and checks may run side by side."""


@contextmanager
def ceiling(growth: int) -> Iterator[None]:
    """Let the process hold at most ``growth`` bytes more than now while the block runs."""
    if sys.platform != "linux":
        yield
        return
    block = object()
    _set(block, _held() + growth)
    try:
        yield
    finally:
        _set(block, None)


def _held() -> int:
    """Return the bytes of writable memory that the process has mapped, which is what the limit counts."""
    import resource

    # Asked at every statement, where a reader of text would cost more than the answer.
    with Path("/proc/self/statm").open("rb", buffering=0) as file:
        pages = int(file.read().split()[5])
    return pages * resource.getpagesize()


def _set(block: object, bytes_: int | None) -> None:
    import resource

    with _lock:
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if not _ceilings:
            _before[:] = [soft]
        if bytes_ is None:
            del _ceilings[block]
        else:
            _ceilings[block] = bytes_
        own = max(_ceilings.values(), default=resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_DATA, (_lower(own, _before[0]), hard))


def _lower(one: int, other: int) -> int:
    """Return the lower of two limits; below zero is none."""
    return min((limit for limit in (one, other) if limit >= 0), default=-1)

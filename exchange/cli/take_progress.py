"""A bar for files that take more than a second: on a terminal only, on stderr, gone when the file is read.

In: a file's name and how many of its rows were met so far. Out: the bar. How much is left nobody knows before the end, so it counts and promises nothing.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol

from exchange.language import translate as _
from exchange.sanitise import visible

if TYPE_CHECKING:
    from rich.progress import Progress

    from exchange.cli.terminal import Terminal

_PATIENCE = 1.0


class Watch(Protocol):
    """Told how far the reading of a file is."""

    def __call__(self, file: str, rows: int, /) -> None:
        """Note that so many rows of the file were met; 0 when it begins."""

    def stand_aside(self) -> None:
        """Leave the terminal to somebody who asks a question there."""


@contextmanager
def watching(terminal: Terminal, patience: float = _PATIENCE) -> Iterator[Watch]:
    """Watch files being read; silent where nobody looks: no terminal, ``--quiet``, JSON.

    Args:
        terminal: where the bar is shown, on its stderr.
        patience: seconds that a file may take without a bar.
    """
    if terminal.quiet or terminal.json or not terminal.err.isatty():
        yield _Unseen()
        return
    bar = _Bar(terminal.err, patience)
    try:
        yield bar
    finally:
        bar.close()


def asking(question: Callable[[], bytes | None], watch: Watch) -> Callable[[], bytes | None]:
    """Return the question, asked where no bar is in its way."""

    def asked() -> bytes | None:
        watch.stand_aside()
        return question()

    return asked


class _Unseen:
    """Shows nothing."""

    def __call__(self, file: str, rows: int, /) -> None:
        """Show nothing."""

    def stand_aside(self) -> None:
        """Stand nowhere."""


class _Bar:
    """The bar of the file that is being read, shown when it takes its time."""

    def __init__(self, stream: BinaryIO, patience: float) -> None:
        self._text = io.TextIOWrapper(stream, "utf-8", errors="backslashreplace", write_through=True)
        self._patience = patience
        self._lock = threading.Lock()
        self._file, self._rows = "", 0
        self._timer: threading.Timer | None = None
        self._shown: Progress | None = None

    def __call__(self, file: str, rows: int, /) -> None:
        """Note how far the file is; a new file begins anew."""
        if rows == 0 or file != self._file:
            self.stand_aside()
            self._file = file
            self._timer = threading.Timer(self._patience, self._show)
            self._timer.daemon = True
            self._timer.start()
        with self._lock:
            self._rows = rows
            if self._shown is not None:
                self._shown.update(self._shown.task_ids[0], rows=rows)

    def close(self) -> None:
        """Take the bar away and leave the stream as it was."""
        self.stand_aside()
        self._text.detach()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._timer is None:
                return
            self._shown = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn(_("{rows} rows").format(rows="{task.fields[rows]}"), markup=False),
                TimeElapsedColumn(),
                console=Console(file=self._text, force_terminal=True),
                transient=True,
            )
            self._shown.add_task(visible(self._file), total=None, rows=self._rows)
            self._shown.start()

    def stand_aside(self) -> None:
        """Take the bar away until the next file begins."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._shown is not None:
                self._shown.stop()
                self._shown = None

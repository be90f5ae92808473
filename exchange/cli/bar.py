"""A bar for work that takes its time: on a terminal only, on stderr, gone when the work is done.

In: what is worked on and how far it is. Out: the bar, when the work takes longer than its patience; before, and where nobody
looks, nothing of rich is even loaded. What it is called may be another's word and is shown as such.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from exchange.sanitise import visible

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

    from exchange.cli.terminal import Terminal

PATIENCE = 1.0


def is_watched(terminal: Terminal) -> bool:
    """Whether somebody looks: a terminal, and neither ``--quiet`` nor JSON."""
    return not (terminal.quiet or terminal.json) and terminal.err.isatty()


class Bar:
    """The bar of what is worked on now."""

    def __init__(
        self, stream: BinaryIO, patience: float, columns: Callable[[], Sequence[str | ProgressColumn]]
    ) -> None:
        """Show nothing yet.

        Args:
            stream: of the terminal.
            patience: seconds that a piece of work may take without a bar.
            columns: makes the columns, from the task's fields ``said``.
        """
        self._text = io.TextIOWrapper(stream, "utf-8", errors="backslashreplace", write_through=True)
        self._patience, self._columns = patience, columns
        self._lock = threading.Lock()
        self._name, self._said = "", ""
        self._done = 0
        self._total: int | None = None
        self._timer: threading.Timer | None = None
        self._shown: Progress | None = None

    def begin(self, name: str, total: int | None, said: str) -> None:
        """Begin anew with other work; ``total`` is None where nobody knows how much it is."""
        self.stand_aside()
        self._name, self._total = name, total
        self._done, self._said = 0, said
        self._timer = threading.Timer(self._patience, self._show)
        self._timer.daemon = True
        self._timer.start()

    def tell(self, done: int, said: str) -> None:
        """Note how far it is."""
        with self._lock:
            self._done, self._said = done, said
            if self._shown is not None:
                self._shown.update(self._shown.task_ids[0], completed=done, said=said)

    def stand_aside(self) -> None:
        """Take the bar away until other work begins."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._shown is not None:
                self._shown.stop()
                self._shown = None

    def close(self) -> None:
        """Take the bar away and leave the stream as it was."""
        self.stand_aside()
        self._text.detach()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        with self._lock:
            if self._timer is None:
                return
            self._shown = Progress(
                *self._columns(),
                console=Console(file=self._text, force_terminal=True),
                transient=True,
                expand=self._total is not None,
            )
            self._shown.add_task(
                visible(self._name), total=self._total, completed=self._done, said=self._said
            )
            self._shown.start()

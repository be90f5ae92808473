"""A bar for files that take more than a second: on a terminal only, on stderr, gone when the file is read.

In: a file's name and how many of its rows were met so far. Out: the bar. How much is left nobody knows before the end, so it counts and promises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol

from exchange.cli.bar import PATIENCE, Bar, is_watched
from exchange.language import translate as _

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

    from exchange.cli.terminal import Terminal


class Watch(Protocol):
    """Told how far the reading of a file is."""

    def __call__(self, file: str, rows: int, /) -> None:
        """Note that so many rows of the file were met; 0 when it begins."""

    def stand_aside(self) -> None:
        """Leave the terminal to somebody who asks a question there."""


@contextmanager
def watching(terminal: Terminal, patience: float = PATIENCE) -> Iterator[Watch]:
    """Watch files being read; silent where nobody looks: no terminal, ``--quiet``, JSON.

    Args:
        terminal: where the bar is shown, on its stderr.
        patience: seconds that a file may take without a bar.
    """
    if not is_watched(terminal):
        yield _Unseen()
        return
    bar = _Rows(terminal.err, patience)
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


class _Rows:
    """The bar of the file that is being read."""

    def __init__(self, stream: BinaryIO, patience: float) -> None:
        self._bar = Bar(stream, patience, _columns)
        self._file = ""

    def __call__(self, file: str, rows: int, /) -> None:
        """Note how far the file is; a new file begins anew."""
        said = _("{rows} rows").format(rows=rows)
        if rows == 0 or file != self._file:
            self._file = file
            self._bar.begin(file, None, said)
        self._bar.tell(rows, said)

    def close(self) -> None:
        """Take the bar away and leave the stream as it was."""
        self._bar.close()

    def stand_aside(self) -> None:
        """Take the bar away until the next file begins."""
        self._bar.stand_aside()


def _columns() -> Sequence[str | ProgressColumn]:
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

    return (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[said]}", markup=False),
        TimeElapsedColumn(),
    )

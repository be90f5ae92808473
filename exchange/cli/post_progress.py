"""A bar for files of the post that are larger than a megabyte: how much went over, how fast, and how long it still takes.

In: a file's name and size, and how many bytes went over since the last time. Out: the bar (:mod:`exchange.cli.bar`). The rate is
counted from the first bytes on, so that what lay there from an earlier try makes it no faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from exchange import figures
from exchange.cli.bar import PATIENCE, Bar, is_watched
from exchange.language import translate as _

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

    from exchange.cli.terminal import Terminal
    from exchange.post.ways import Progress

SMALLEST = 10**6
_KILO, _MEGA = 10**3, 10**6
_BAR, _MINUTE = 16, 60

_About = ParamSpec("_About")
_Answer = TypeVar("_Answer")


class Shown(Protocol):
    """Told how far each file is; a :data:`exchange.post.ways.Meter`."""

    def __call__(self, name: str, size: int | None, /) -> Progress:
        """Begin with a file."""

    def stand_aside(self) -> None:
        """Leave the terminal to somebody who asks or says something there."""


@contextmanager
def showing(
    terminal: Terminal, patience: float = PATIENCE, clock: Callable[[], float] = time.monotonic
) -> Iterator[Shown]:
    """Show files going over; silent where nobody looks: no terminal, ``--quiet``, JSON.

    Args:
        terminal: where the bar is shown, on its stderr.
        patience: seconds that a file may take without a bar.
        clock: seconds, from whenever.
    """
    if not is_watched(terminal):
        yield _Unseen()
        return
    bar = Bar(terminal.err, patience, _columns)
    try:
        yield _Files(bar, clock)
    finally:
        bar.close()


def aside(question: Callable[_About, _Answer], shown: Shown) -> Callable[_About, _Answer]:
    """Return the question, asked where no bar is in its way."""

    def asked(*about: _About.args, **named: _About.kwargs) -> _Answer:
        shown.stand_aside()
        return question(*about, **named)

    return asked


def how_far(done: int, size: int | None, begun: int, seconds: float) -> str:
    """Return how much went over, how fast and how long it still takes.

    Args:
        done: bytes that are over there.
        size: of the file, None where nobody knows.
        begun: bytes that were over there when counting began.
        seconds: since then.
    """
    words = [_megabytes(done, size)]
    rate = int((done - begun) / seconds) if seconds > 0 else 0
    if rate:
        words.append(_rate(rate))
    if rate and size is not None and done < size:
        minutes, left = divmod(-(-(size - done) // rate), _MINUTE)
        words.append(_("{minutes}:{seconds:02} left").format(minutes=minutes, seconds=left))
    return "  ".join(words)


class _Unseen:
    """Shows nothing."""

    def __call__(self, _name: str, _size: int | None, /) -> Progress:
        """Show nothing of any file."""
        from exchange.post.ways import nothing

        return nothing

    def stand_aside(self) -> None:
        """Stand nowhere."""


class _Files:
    """The bar of the file that goes over now."""

    def __init__(self, bar: Bar, clock: Callable[[], float]) -> None:
        self._bar, self._clock = bar, clock

    def __call__(self, name: str, size: int | None, /) -> Progress:
        """Begin with a file; a small one gets no bar, one of unknown size when it has become large."""
        self._bar.stand_aside()
        return _Transfer(self._bar, self._clock, name, size)

    def stand_aside(self) -> None:
        """Take the bar away until the next file begins."""
        self._bar.stand_aside()


class _Transfer:
    """One file on its way."""

    def __init__(self, bar: Bar, clock: Callable[[], float], name: str, size: int | None) -> None:
        self._bar, self._clock, self._name, self._size = bar, clock, name, size
        self._done = 0
        self._begun: tuple[int, float] | None = None
        self._is_shown = False
        self._show()

    def __call__(self, count: int) -> None:
        """Note that so many more bytes went over."""
        self._done += count
        if self._begun is None:
            self._begun = (self._done, self._clock())
        self._show()
        if self._size is not None and self._done >= self._size:
            self._bar.stand_aside()

    def _show(self) -> None:
        if max(self._size or 0, self._done) <= SMALLEST:
            return
        begun, since = self._begun or (0, self._clock())
        said = how_far(self._done, self._size, begun, self._clock() - since)
        if not self._is_shown:
            self._is_shown = True
            self._bar.begin(self._name, self._size, said)
        self._bar.tell(self._done, said)


def _megabytes(done: int, size: int | None) -> str:
    over = _figure(done, _MEGA)
    if size is None:
        return _("{done} MB").format(done=over)
    return _("{done} of {size} MB").format(done=over, size=_figure(size, _MEGA))


def _rate(rate: int) -> str:
    if rate < _MEGA // 10:
        return _("{rate} kB/s").format(rate=_figure(rate, _KILO))
    return _("{rate} MB/s").format(rate=_figure(rate, _MEGA))


def _figure(count: int, unit: int) -> str:
    return figures.number(Decimal(count) / unit, 1)


def _columns() -> Sequence[str | ProgressColumn]:
    from rich.progress import BarColumn, TextColumn
    from rich.table import Column

    name = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    return (
        TextColumn("{task.description}", markup=False, table_column=name),
        BarColumn(_BAR),
        TextColumn("{task.fields[said]}", markup=False, table_column=Column(no_wrap=True)),
    )

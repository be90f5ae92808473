"""Bytes over SFTP, many questions under way at once; a transfer that was cut goes on, and wrong bytes never count as ours.

An open remote file and a local one in, their agreement out. **Going on with an upload.** The server has no way to hash what lies
there, and reading all of it back is as slow as sending it. So every ten seconds what the server has acknowledged is brought to its
disk (``fsync@openssh.com``) and then noted here (:mod:`exchange.post.marks`). The next connection trusts what is noted, reads
its last 32 kB back, and compares every byte after it; the first that differs, and all after it, are written anew. So nothing
is lost by a cut connection, a killed process or a crashed server. Only somebody who may write in the letterbox could alter the
bytes before, and they could as well afterwards: the receiver's signature and encryption are against that. A server that
knows no fsync gets no note: there every byte is read back. Before a file gets its name its size over there and the hash of
what was sent are right.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from io import BufferedReader
from typing import TYPE_CHECKING, Generic, TypeVar

import asyncssh

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.marks import Mark
from exchange.post.sftp_remote import Remote, state_of
from exchange.post.ways import Parcel

if TYPE_CHECKING:
    from exchange.post.ssh_connection import Tally

# What one question carries: about what the line takes in a second, so that a slow one answers often and a fast one seldom.
_LEAST, _MOST = 2**15, 2**18
# Questions under way: enough for any line's length; no more than the line carries in some seconds, since whatever is asked next
# waits behind them. The memory is at most 8 MB.
_FEWEST, _UNDER_WAY, _SECONDS = 2, 32, 8
_AT_ONCE = 8
TAIL = 2**15
_NOTE_EVERY = 10.0
# In version 3 of the protocol a full disk is a failure without a reason (OpenSSH: errno_to_portable).
FULL = (asyncssh.SFTPFailure, asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)

_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class _Pace:
    """How much is asked at once.

    Attributes:
        most: bytes of one question.
        count: bytes that were answered since.
    """

    most: int
    since: float = field(default_factory=time.monotonic)
    count: int = 0

    def block(self) -> int:
        """Return how many bytes the next question carries."""
        return max(min(_LEAST, self.most), min(self.most, self._rate()))

    def has_room(self, waiting: int) -> bool:
        """Whether one more question may go, beside those that wait for their answers."""
        return waiting < max(_FEWEST, min(_UNDER_WAY, _SECONDS * self._rate() // self.block()))

    def _rate(self) -> int:
        return int(self.count / max(0.001, time.monotonic() - self.since))


@dataclass(slots=True)
class Source:
    """Our own file, read in its order and hashed on the way.

    Reading in another thread took a third more of the processor than it saved in time (benchmarks/sftp.py).
    """

    file: BufferedReader
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def next(self, count: int) -> bytes:
        """Return the next bytes; fewer where the file ends."""
        chunk = self.file.read(count)
        self.digest.update(chunk)
        return chunk

    async def skip(self, count: int) -> None:
        """Pass over what lies there already; it is hashed all the same."""
        while count > 0 and (chunk := self.next(min(count, _MOST))):
            count -= len(chunk)
            # The server's questions whether we are still there are answered meanwhile.
            await asyncio.sleep(0)


@dataclass(slots=True)
class Upload:
    """One parcel on its way into a temporary file over there.

    Attributes:
        ours: the parcel's file, opened; file: theirs, opened.
        mark: what was safe when an earlier connection ended.
    """

    remote: Remote
    parcel: Parcel
    ours: BufferedReader
    file: asyncssh.SFTPClientFile
    mark: Mark
    tally: Tally
    can_sync: bool = True

    async def finish(self) -> None:
        """Write what is missing; on return all of it is on the server's disk, as far as the server brings it there.

        Raises:
            WayFailed: ``way-changed``: our file is another by now; ``way-broken``: the server's size is wrong.
            asyncssh.SFTPError: the server does not take it.
        """
        begins = await self._agreed()
        if begins < self.mark.offset():
            self.mark.drop()
        self.tally.count += begins
        self.ours.seek(0)
        source = Source(self.ours)
        await source.skip(begins)
        await self._write(source, begins)
        await self._sync()
        if source.digest.hexdigest() != self.parcel.sha256:
            raise WayFailed(
                "way-changed",
                _("{path} changed while it was sent; send again.").format(path=self.parcel.path),
            )
        there = (await state_of(self.remote, self.file)).size
        if there != self.parcel.size:
            raise WayFailed(
                "way-broken",
                _(
                    "The server says that it holds {there} bytes of {name} and was given {size}; ask its owner."
                ).format(there=there, name=self.parcel.name, size=self.parcel.size),
            )
        self._note(there)

    async def _agreed(self) -> int:
        """Return how many bytes over there are ours for certain."""
        there = (await state_of(self.remote, self.file)).size
        if there > self.parcel.size:
            async with self.remote.in_time():
                await self.file.truncate(0)
            return 0
        noted = self.mark.offset()
        if noted > there:
            noted = 0
        agreed = await same_until(self.remote, self.file, self.ours, max(0, noted - TAIL), there)
        # Where noted bytes differ it is not the file that the note was written for.
        return agreed if agreed >= noted else 0

    async def _write(self, source: Source, begins: int) -> None:
        pace = _Pace(min(self.remote.client.limits.max_write_len or _MOST, _MOST))
        waiting, at, noted = deque[_Question[int]](), begins, time.monotonic()
        try:
            while at < self.parcel.size or waiting:
                if at < self.parcel.size and pace.has_room(len(waiting)):
                    chunk = source.next(min(pace.block(), self.parcel.size - at))
                    if not chunk:
                        return
                    waiting.append(
                        _Question(asyncio.ensure_future(self.file.write(chunk, at)), at, len(chunk))
                    )
                    at += len(chunk)
                    if not waiting[0].task.done():
                        continue
                first = waiting[0]
                async with self.remote.in_time():
                    await first.task
                waiting.popleft()
                pace.count += first.size
                self.tally.count += first.size
                if time.monotonic() - noted > _NOTE_EVERY:
                    await self._sync()
                    self._note(first.at + first.size)
                    noted = time.monotonic()
        finally:
            await _given_up(waiting)

    async def _sync(self) -> None:
        try:
            if self.can_sync:
                async with self.remote.in_time():
                    await self.file.fsync()
        except asyncssh.SFTPOpUnsupported:
            self.can_sync = False

    def _note(self, offset: int) -> None:
        # Without room for a note the next connection compares more.
        with suppress(OSError):
            if self.can_sync:
                self.mark.keep(offset)


@dataclass(frozen=True, slots=True)
class _Question(Generic[_Answer]):
    """One block under way."""

    task: asyncio.Future[_Answer]
    at: int
    size: int


async def same_until(
    remote: Remote, file: asyncssh.SFTPClientFile, ours: BufferedReader, begins: int, ends: int
) -> int:
    """Return where the two files first differ between two offsets, to a block; ``ends`` where they do not."""
    ours.seek(begins)
    at = begins
    async with aclosing(pulled(remote, file, begins, ends)) as pieces:
        async for theirs in pieces:
            if ours.read(len(theirs)) != theirs:
                break
            at += len(theirs)
    return at


async def pulled(
    remote: Remote, file: asyncssh.SFTPClientFile, begins: int, ends: int
) -> AsyncGenerator[bytes, None]:
    """Give the bytes of an open remote file between two offsets, in order; fewer where it ends before.

    Raises:
        asyncssh.SFTPError: the server gives none, or more than it was asked for.
    """
    pace = _Pace(min(remote.client.limits.max_read_len or _MOST, _MOST))
    waiting, asked, short = deque[_Question[bytes]](), begins, False
    try:
        while (asked < ends or waiting) and not short:
            while asked < ends and pace.has_room(len(waiting)):
                size = min(pace.block(), ends - asked)
                waiting.append(_Question(asyncio.ensure_future(_block(file, asked, size)), asked, size))
                asked += size
            # The patience is for the first of them: the others wait behind it on a slow line.
            async with remote.in_time():
                await waiting[0].task
            found, short = _answers(waiting)
            pace.count += len(found)
            if found:
                yield found
    finally:
        await _given_up(waiting)


def _answers(waiting: deque[_Question[bytes]]) -> tuple[bytes, bool]:
    """Return what the first questions have given, and whether the file ended there; those who wait for it are woken seldom."""
    found: list[bytes] = []
    short = False
    while waiting and waiting[0].task.done() and not short and len(found) < _AT_ONCE:
        first = waiting.popleft()
        found.append(first.task.result())
        short = len(found[-1]) < first.size
    return b"".join(found), short


async def _block(file: asyncssh.SFTPClientFile, at: int, size: int) -> bytes:
    """Return a block; a server may give it in pieces."""
    found = b""
    while len(found) < size:
        piece: bytes = await file.read(size - len(found), at + len(found))
        if len(piece) > size - len(found):
            raise asyncssh.SFTPBadMessage("more bytes than were asked for")
        if not piece:
            break
        found += piece
    return found


async def _given_up(waiting: Iterable[_Question[_Answer]]) -> None:
    tasks = [one.task for one in waiting]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

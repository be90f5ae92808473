"""What is asked of an SFTP server (draft-ietf-secsh-filexfer-02, OpenSSH's PROTOCOL), each question with an end in time.

Paths in, states and names out, all of them the server's words: a name with a slash or of a hidden file is none, a link is told from
a file and never followed, a listing without an end is cut. A rename never takes another file's place: OpenSSH links and
unlinks, and the protocol wants as much of every server. Files open here and are closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from stat import S_IFMT, S_ISDIR, S_ISLNK, S_ISREG
from typing import Literal, cast

import asyncssh
from asyncssh import FXF_CREAT, FXF_READ, FXF_WRITE

Sort = Literal["file", "folder", "link", "other", "unsaid"]

_LONGEST_NAME, _MOST_ENTRIES = 255, 20_000
_DOTS = (b".", b"..")


@dataclass(frozen=True, slots=True)
class State:
    """What a server says of a path, the last link of it not followed.

    Attributes:
        size: bytes; 0 where it does not say. changed: seconds since 1970, None where it does not say.
    """

    sort: Sort
    size: int
    changed: int | None


@dataclass(frozen=True, slots=True)
class Remote:
    """A session's questions.

    Attributes:
        patience: seconds for each answer.
    """

    client: asyncssh.SFTPClient
    patience: float

    def in_time(self) -> AbstractAsyncContextManager[object]:
        """Give up what is asked inside when the patience ends."""
        return asyncio.timeout(self.patience)

    async def state(self, path: bytes) -> State | None:
        """Return what lies under a path; None where nothing does."""
        try:
            async with self.in_time():
                return _state(await self.client.lstat(path))
        except asyncssh.SFTPNoSuchFile:
            return None

    async def make_folder(self, path: bytes) -> State:
        """Make a folder where nothing lies, unless somebody else makes it just now, and return what is there."""
        try:
            async with self.in_time():
                await self.client.mkdir(path)
        except asyncssh.SFTPFailure:
            found = await self.state(path)
            if found is None:
                raise
            return found
        return State("folder", 0, None)

    async def rename(self, path: bytes, target: bytes) -> bool:
        """Give a file another name; False where something has it already, and nothing is changed."""
        try:
            async with self.in_time():
                await self.client.rename(path, target)
        except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
            if await self.state(target) is None:
                raise
            return False
        return True

    async def remove(self, path: bytes) -> None:
        """Take away a file of ours that was never whole; it may be gone."""
        with suppress(asyncssh.SFTPNoSuchFile):
            async with self.in_time():
                await self.client.remove(path)

    async def entries(self, path: bytes) -> list[tuple[bytes, State]]:
        """Return the names in a folder that can be one file's, as many as anybody lays there; none where it is missing."""
        found: list[tuple[bytes, State]] = []
        listing = cast("AsyncGenerator[asyncssh.SFTPName, None]", self.client.scandir(path))
        async with aclosing(listing):
            for _number in range(_MOST_ENTRIES):
                try:
                    # An answer without a name is no end, so a server could give them for ever.
                    async with self.in_time():
                        one = await anext(listing)
                except (StopAsyncIteration, asyncssh.SFTPNoSuchFile):
                    break
                if isinstance(one.filename, bytes) and _is_one_name(one.filename):
                    found.append((one.filename, _state(one.attrs)))
        return found

    @asynccontextmanager
    async def reading(self, path: bytes) -> AsyncIterator[asyncssh.SFTPClientFile]:
        """Open a file to be read."""
        async with self._open(path, FXF_READ) as file:
            yield file

    @asynccontextmanager
    async def writing(self, path: bytes) -> AsyncIterator[asyncssh.SFTPClientFile]:
        """Open a file to be written and read back; made where it is missing, and what it holds stays."""
        async with self._open(path, FXF_READ | FXF_WRITE | FXF_CREAT) as file:
            yield file

    @asynccontextmanager
    async def _open(self, path: bytes, flags: int) -> AsyncIterator[asyncssh.SFTPClientFile]:
        async with self.in_time():
            # Blocks are cut by exchange.post.sftp_transfer.
            file = await self.client.open(path, flags, encoding=None, block_size=0)
        try:
            yield file
        finally:
            # Where the connection is gone the server closes it.
            with suppress(asyncssh.Error, OSError, TimeoutError):
                async with self.in_time():
                    await file.close()


async def state_of(remote: Remote, file: asyncssh.SFTPClientFile) -> State:
    """Return what the server says of an open file."""
    async with remote.in_time():
        return _state(await file.stat())


def _state(attrs: asyncssh.SFTPAttrs) -> State:
    mode = S_IFMT(attrs.permissions or 0)
    sort: Sort = "other" if mode else "unsaid"
    if S_ISREG(mode):
        sort = "file"
    elif S_ISDIR(mode):
        sort = "folder"
    elif S_ISLNK(mode):
        sort = "link"
    return State(sort, attrs.size or 0, attrs.mtime)


def _is_one_name(name: bytes) -> bool:
    # A server on Windows may take a backslash for a slash.
    return 0 < len(name) <= _LONGEST_NAME and name not in _DOTS and not set(name) & set(b"/\\\0")

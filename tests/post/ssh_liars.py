"""A server that speaks SFTP and lies: asyncssh's own server on loopback, whose answers a test can change; and one with passwords."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh
from asyncssh import SFTPAttrs, SFTPName, SFTPServer, SSHServerChannel

PASSWORD = "correct-horse-battery"
USER = "aft"
_FILE = 0o100644


class Liar(SFTPServer):
    """An honest one to begin with: a folder on our disk, ``root``."""

    root = Path("/nonexistent")

    def __init__(self, channel: SSHServerChannel[bytes]) -> None:
        super().__init__(channel, chroot=str(self.root).encode())


class EndlessListing(Liar):
    """The letterbox has ever more files."""

    async def scandir(self, _path: bytes) -> AsyncIterator[SFTPName]:
        for number in range(10**9):
            yield SFTPName(b"%d.asice" % number, attrs=SFTPAttrs(size=5, permissions=_FILE, mtime=1, atime=1))


class HostileNames(Liar):
    """The letterbox has names that are no names."""

    async def scandir(self, _path: bytes) -> AsyncIterator[SFTPName]:
        for name in (
            b"..",
            b"../173/a.asice",
            b"/etc/passwd",
            b"..\\a.asice",
            b"",
            b"a\0.asice",
            b"x" * 256,
            b".a.asice",
        ):
            yield SFTPName(name, attrs=SFTPAttrs(size=5, permissions=_FILE, mtime=1, atime=1))
        yield SFTPName(b"good.asice", attrs=SFTPAttrs(size=5, permissions=_FILE, mtime=1, atime=1))


class TooMuch(Liar):
    """More bytes come than were asked for."""

    def read(self, _file: object, _offset: int, size: int) -> bytes:
        return bytes(size + 1)


class NeverEnough(Liar):
    """A file is said to be larger than it is."""

    def lstat(self, path: bytes) -> SFTPAttrs:
        return _larger(super().lstat(path), 4_000)

    async def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        async for one in super().scandir(path):
            one.attrs.size = 4_000
            yield one


class Huge(Liar):
    """A file is said to have a million terabytes."""

    def lstat(self, path: bytes) -> SFTPAttrs:
        return _larger(super().lstat(path), 10**18)


class Full(Liar):
    """Nothing more fits on the disk; version 3 of the protocol has no word for it."""

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        if offset > 100_000:
            raise asyncssh.SFTPFailure("Failure")
        return super().write(file_obj, offset, data)  # type: ignore[return-value]


class Forgetful(Liar):
    """What is written is said to be there and is not."""

    def write(self, _file: object, _offset: int, data: bytes) -> int:
        return len(data)


class Loud(Liar):
    """What it says of itself obeys no terminal."""

    def mkdir(self, _path: bytes, _attrs: SFTPAttrs) -> None:
        raise asyncssh.SFTPFailure("\x1b[2Jdisk \u202eon fire\n" + "x" * 5000)


def _larger(found: object, size: int) -> SFTPAttrs:
    attrs = SFTPAttrs.from_local(found)  # type: ignore[arg-type]
    if attrs.permissions is not None and attrs.permissions & 0o170000 == 0o100000:
        attrs.size = size
    return attrs


class _Door(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@contextmanager
def lying(kind: type[Liar], folder: Path) -> Iterator[tuple[int, str]]:
    """Start such a server over a folder, and give its port and its host key; the way in is :data:`PASSWORD`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    key = asyncssh.generate_private_key("ssh-ed25519")
    factory = type(kind.__name__, (kind,), {"root": folder})

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, config=None, server_factory=_Door, server_host_keys=[key], sftp_factory=factory
        )

    async def stop() -> None:
        server.close()
        await server.wait_closed()

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(60)
    try:
        yield server.get_port(), " ".join(key.export_public_key().decode().split()[:2])
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()

"""An SSH connection with one SFTP session: made under a pinned host key, worked by a thread of its own, ended for sure.

A place and a login in, a session out that runs coroutines and returns what they give. The thread answers the server's keepalives
also while a package is judged. Nothing of the user's SSH is read: no configuration, no known hosts, no agent, no other key. A
server that falls silent is given up after the patience, before and after login.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

import asyncssh

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.sftp_places import Place
from exchange.post.ssh_failures import failed, not_connected
from exchange.post.ssh_login import Login
from exchange.post.ways import Progress, nothing

# Seconds without a word before a connection counts as dead.
PATIENCE = 60.0
# Of the four that OpenSSH offers, these cost the least here: AES in hardware (benchmarks/sftp.py); the other is for machines without.
_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr")
# The signatures of each kind of host key, none with SHA-1. A server that has no key of the pinned kind shows another, and is seen
# to be another.
_SIGNATURES = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
    "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
    "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}
_KEEPALIVES = 3
_MOMENT, _FAREWELL = 0.1, 5.0
_Result = TypeVar("_Result")


@dataclass(slots=True)
class Tally:
    """How many bytes went over; counted in the session's thread, told in the caller's."""

    count: int = 0
    _told: int = 0

    def tell(self, progress: Progress) -> None:
        """Tell what came since the last time."""
        new, self._told = self.count - self._told, self.count
        if new:
            progress(new)


@dataclass(frozen=True, slots=True)
class Session:
    """An open SFTP session.

    Attributes:
        patience: seconds after which a question without an answer is given up.
    """

    place: Place
    client: asyncssh.SFTPClient
    patience: float
    _loop: asyncio.AbstractEventLoop = field(repr=False)

    def run(
        self,
        work: Coroutine[object, object, _Result],
        tally: Tally | None = None,
        progress: Progress = nothing,
    ) -> _Result:
        """Run a coroutine to its end, and tell meanwhile how many bytes went over.

        Raises:
            WayFailed: the server does not do what it was asked, or is no more.
            OSError: a file of our own cannot be read.
        """
        try:
            return _run(self._loop, work, tally or Tally(), progress)
        except (asyncssh.Error, OSError, EOFError, ValueError) as error:
            if isinstance(error, OSError) and error.filename is not None:
                raise
            raise failed(self.place, error) from None


@contextmanager
def connected(place: Place, login: Login, patience: float = PATIENCE) -> Iterator[Session]:
    """Open a connection, and close it.

    Raises:
        WayFailed: ``way-unreachable``, ``way-host-key``, ``way-login``, ``way-ssh``.
    """
    # What a server says is hostile, and nobody reads a log here.
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL + 1)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sftp", daemon=True)
    thread.start()
    try:
        try:
            connection, client = _run(loop, _opened(place, login, patience), Tally(), nothing)
        except (asyncssh.Error, OSError, EOFError, ValueError) as error:
            raise not_connected(place, error) from None
        try:
            yield Session(place, client, patience, loop)
        finally:
            _run(loop, _closed(connection), Tally(), nothing)
    finally:
        _run(loop, _ended(), Tally(), nothing)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _run(
    loop: asyncio.AbstractEventLoop,
    work: Coroutine[object, object, _Result],
    tally: Tally,
    progress: Progress,
) -> _Result:
    future = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        while not wait((future,), _MOMENT).done:
            tally.tell(progress)
    except BaseException:
        # A person who presses Ctrl-C does not wait for the server.
        future.cancel()
        raise
    tally.tell(progress)
    return future.result()


async def _opened(
    place: Place, login: Login, patience: float
) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
    trusted, signatures = _trusted(place)
    connection = await asyncssh.connect(
        place.host,
        place.port,
        config=None,
        known_hosts=([trusted], [], []),
        server_host_key_algs=signatures,
        x509_trusted_certs=None,
        x509_trusted_cert_paths=[],
        username=place.user,
        client_username=place.user,
        client_keys=list(login.keys) or None,
        password=login.password,
        agent_path=None,
        gss_host=None,
        preferred_auth=("publickey",) if login.keys else ("password", "keyboard-interactive"),
        encryption_algs=_CIPHERS,
        compression_algs=None,
        connect_timeout=patience,
        login_timeout=patience,
        keepalive_interval=patience / (_KEEPALIVES + 1),
        keepalive_count_max=_KEEPALIVES,
        utf8_decode_errors="replace",
    )
    try:
        async with asyncio.timeout(patience):
            return connection, await connection.start_sftp_client(path_encoding=None)
    except BaseException:
        connection.abort()
        raise


async def _closed(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    with suppress(TimeoutError, OSError, asyncssh.Error):
        async with asyncio.timeout(_FAREWELL):
            await connection.wait_closed()
            return
    connection.abort()


async def _ended() -> None:
    """Let nothing of a connection be under way any more, also where a person broke it off."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.wait([*tasks, asyncio.ensure_future(asyncio.sleep(0))], timeout=_FAREWELL)
    await asyncio.get_running_loop().shutdown_asyncgens()


def _trusted(place: Place) -> tuple[asyncssh.SSHKey, list[str]]:
    """Return the pinned key, and the signatures that are asked for, those of its own kind first."""
    own = _SIGNATURES.get(place.host_key.split()[0], ())
    try:
        if own:
            others = [one for kind in _SIGNATURES.values() for one in kind if one not in own]
            return asyncssh.import_public_key(place.host_key), [*own, *others]
    except (asyncssh.KeyImportError, ValueError):
        pass
    raise WayFailed(
        "way-host-key",
        _(
            "What stands as the key of {host} is no public key; mend “host_key” in {place} of post.toml, or ask for a new card."
        ).format(host=place.host, place=place.where),
        lasting=True,
    )

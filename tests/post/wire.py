"""A wire between us and a server on loopback, on which everything can go wrong that goes wrong on the way."""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

# A slow machine, not a promise.
_PATIENCE = 60.0
# What the wire itself holds: little, so that who sends feels a slow one.
_HELD = 8192


@dataclass(frozen=True)
class Terminated:
    """TLS that ends in the wire, so that it can read and change what goes over.

    Attributes:
        folder: with the ``cert.pem`` and ``key.pem`` that the wire shows.
        authority: of the server's own certificate.
    """

    folder: Path
    authority: Path

    def to_client(self, client: socket.socket) -> ssl.SSLSocket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        return context.wrap_socket(client, server_side=True)

    def to_server(self, server: socket.socket) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=self.authority)
        return context.wrap_socket(server, server_hostname="localhost")


@dataclass
class Wire:
    """A wire to a server: what goes over it is kept, and every fault is set by an attribute.

    The counts are of all connections together, from when the wire was laid.

    Attributes:
        target: the server's port; port: of the wire.
        change, rewrite: what the server and the client say comes through these.
        cut_after: bytes from the client after which the wire is cut; None never.
        cut_back_after: bytes from the server, likewise.
        silent_after: bytes of both after which nothing goes over any more, and nobody is told.
        rate: bytes a second in each direction.
        tls: where the wire reads what is under TLS.
        heard, answered: what the client and the server have said.
    """

    target: int
    change: Callable[[bytes], bytes] = lambda said: said
    rewrite: Callable[[bytes], bytes] = lambda said: said
    cut_after: int | None = None
    cut_back_after: int | None = None
    silent_after: int | None = None
    rate: int | None = None
    tls: Terminated | None = None
    heard: bytearray = field(default_factory=bytearray)
    answered: bytearray = field(default_factory=bytearray)
    port: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def laid(self) -> Iterator[Wire]:
        """Listen on loopback."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            if self.rate is not None:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _HELD)
            self.port = listener.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                self._over.set()
                # Closing a socket does not wake the thread that waits at it.
                with suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)
                thread.join(_PATIENCE)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.target)) as server, suppress(OSError):
            if self.tls is not None:
                with self.tls.to_client(client) as near, self.tls.to_server(server) as far:
                    self._carry_in_turn(near, far)
                return
            back = threading.Thread(target=self._carry_all, args=(server, client), daemon=True)
            back.start()
            self._carry_all(client, server, is_client=True)
            back.join(_PATIENCE)

    def _carry_all(self, source: socket.socket, target: socket.socket, *, is_client: bool = False) -> None:
        """Carry one direction until it ends or is cut, and both with it."""
        with suppress(OSError):
            while self._carry_some(source, target, is_client=is_client):
                pass
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _carry_in_turn(self, near: ssl.SSLSocket, far: ssl.SSLSocket) -> None:
        """Carry both directions by one thread: OpenSSL allows no second one at the same connection."""
        goes = True
        while goes:
            ready = [one for one in (near, far) if one.pending()] or select.select([near, far], [], [])[0]
            for one in ready:
                other, is_client = (far, True) if one is near else (near, False)
                goes = goes and self._carry_some(one, other, is_client=is_client)

    def _carry_some(self, source: socket.socket, target: socket.socket, *, is_client: bool) -> bool:
        """Carry what is there, and return whether more may come."""
        seen, cut = (self.heard, self.cut_after) if is_client else (self.answered, self.cut_back_after)
        said = source.recv(4096)
        passed = said if cut is None else said[: max(0, cut - len(seen))]
        seen += passed
        if self.silent_after is not None and len(self.heard) + len(self.answered) >= self.silent_after:
            self._over.wait(_PATIENCE)
            return False
        target.sendall(self.rewrite(passed) if is_client else self.change(passed))
        if self.rate is not None:
            time.sleep(len(passed) / self.rate)
        return bool(said) and len(passed) == len(said)


@contextmanager
def speaking(lines: list[bytes]) -> Iterator[int]:
    """Give the port of a server that says one of these after each line it hears, the first at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            client, _address = listener.accept()
            with client, client.makefile("rb") as heard, suppress(OSError):
                client.sendall(lines[0])
                for line in lines[1:]:
                    tag = heard.readline().split(b" ")[0]
                    client.sendall(line.replace(b"TAG", tag))
                heard.readline()

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(_PATIENCE)


@contextmanager
def silent() -> Iterator[int]:
    """Give the port of a server that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # The system takes connections that nobody accepts.
        yield int(listener.getsockname()[1])

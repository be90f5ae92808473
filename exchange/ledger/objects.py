"""The content-addressed store: ``objects/ab/cdef…``, named by the sha256 of what lies there.

Bytes in, their address out; written before the event that names them, so a process that dies in between leaves
at most an object that nobody names. It refuses to hand out bytes that no longer give their address.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from exchange.atomic import write_atomically, write_pieces_atomically
from exchange.errors import WorkspaceError
from exchange.language import translate as _

_CHUNK = 1 << 20
_ADDRESS = re.compile(r"[0-9a-f]{64}")


class Objects:
    """The files of one workspace."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it need not exist before something is stored."""
        self._folder = folder

    def path(self, address: str) -> Path:
        """Return where the object lies, whether it is there or not.

        Raises:
            WorkspaceError: it is no address, and could lead out of the store.
        """
        if not _ADDRESS.fullmatch(address):
            raise WorkspaceError(
                _(
                    "The ledger names an object “{address}”, which is no address; restore the workspace from a copy."
                ).format(address=address[:64])
            )
        return self._folder / address[:2] / address[2:]

    def put(self, content: bytes) -> str:
        """Store the bytes and return their address; the same bytes are stored once.

        Raises:
            OSError: they could not be written; nothing is visible.
        """
        address = hashlib.sha256(content).hexdigest()
        path = self.path(address)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        return address

    def put_pieces(self, pieces: Iterable[bytes]) -> str:
        """Store what comes piece by piece, which is never held whole, and return its address.

        Raises:
            OSError: it could not be written; nothing is visible.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".") as folder:
            written = Path(folder) / "object"
            write_pieces_atomically(written, pieces)
            return self.adopt(written)

    def adopt(self, written: Path) -> str:
        """Move a finished file of the same disk into the store and return its address.

        Raises:
            OSError: it could not be moved; the file lies where it lay.
        """
        address = _sha256(written)
        path = self.path(address)
        if path.exists():
            written.unlink()
            return address
        path.parent.mkdir(parents=True, exist_ok=True)
        _reach_the_disk(written)
        written.replace(path)
        return address

    def get(self, address: str) -> bytes:
        """Return the bytes.

        Raises:
            WorkspaceError: they are gone, or are no longer what was stored.
        """
        path = self.path(address)
        if not path.exists():
            raise _lost(path)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != address:
            raise _lost(path)
        return content


def _lost(path: Path) -> WorkspaceError:
    return WorkspaceError(
        _("{path} is missing or has been altered; restore it from a copy of the workspace.").format(path=path)
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _reach_the_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
